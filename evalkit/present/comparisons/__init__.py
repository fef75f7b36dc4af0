"""Comparisons: what their estimates allow to conclude, and their figures."""
