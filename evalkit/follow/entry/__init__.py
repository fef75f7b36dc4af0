"""Who enters a cohort, each person once."""
