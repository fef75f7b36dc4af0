"""Statistics that several stages need: intervals, cluster inference, few treated zones, balancing, multiple testing."""
