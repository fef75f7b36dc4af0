"""The persons of a cohort through time: curves, regressions, those lost, what was before."""
