"""What a reception found: a stable code, a severity, a place, and what to do about it."""
