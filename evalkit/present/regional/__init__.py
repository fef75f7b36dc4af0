"""Regional: several contracts read side by side."""
