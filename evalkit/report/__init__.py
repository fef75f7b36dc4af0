"""Quarto documents, rendered by the Quarto CLI when it is there and by the embedded engine when it is not."""
