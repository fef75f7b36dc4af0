"""Tests of the matching of feeds."""
