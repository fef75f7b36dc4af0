"""Document: what frames a report: opening, summary, state of the data, method, and the pages of one kind."""
