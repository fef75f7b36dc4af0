"""Cohorts become results: who entered, who left to what, against whom, with what doubt."""
