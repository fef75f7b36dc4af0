"""The result of a cohort, and how it is shown."""
