"""Tests of the clause DATA at work."""
