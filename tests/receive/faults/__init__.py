"""One fixture per fault of French deliveries, each with the exact sentence that a partner reads."""
