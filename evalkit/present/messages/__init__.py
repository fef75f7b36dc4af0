"""The sentences of reports, one file of keyed templates per module and per language."""
