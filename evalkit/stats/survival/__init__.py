"""Time to an exit, one or several: tables by time, curves, tests and regressions that agree with R."""
