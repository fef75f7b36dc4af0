"""Small demonstrations, one per contract: rows drawn from the declarations, as a short plan asks for them."""
