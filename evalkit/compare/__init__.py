"""Comparisons become estimates, or refusals that say why: difference-in-differences with few treated zones."""
