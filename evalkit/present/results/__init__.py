"""Results: the indicators of an axis, their targets, trends and breakdowns, and what could not be computed."""
