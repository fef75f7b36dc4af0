"""Tests of what is reopened years later."""
