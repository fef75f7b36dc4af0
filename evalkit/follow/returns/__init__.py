"""Aggregated returns: a partner follows its list and sends, at each wave, counts; no person is seen."""
