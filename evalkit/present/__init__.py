"""Present: French numbers and sentences, figures and tables, from a publication only.

Nothing here reads a confidential result: what a publication does not hold cannot be printed.
"""
