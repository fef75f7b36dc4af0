"""What the rows of a delivery must satisfy, and the verdict that follows."""
