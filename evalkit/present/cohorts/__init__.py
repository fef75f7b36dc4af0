"""Cohorts: groups compared at each wave, paths and returns, their figures, their doubts, their synthesis."""
