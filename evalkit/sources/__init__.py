"""The catalogue of open data: what exists, which years it really holds, and when it must not be compared."""
