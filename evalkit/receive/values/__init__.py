"""From texts to typed values, every repair counted."""
