"""Evaluation: the questions of the contract, and what evaluators and residents wrote."""
