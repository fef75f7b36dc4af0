"""evalkit: evaluate French contrats de ville, from partners' files to the committee's report."""
