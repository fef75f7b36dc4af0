"""People through time: what several files say of the same persons, month by month, and what became of them."""
