"""Indicators become observations: confidential values with their numerator, denominator and lineage."""
