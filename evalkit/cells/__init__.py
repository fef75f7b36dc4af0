"""Sufficient statistics: rows collapsed once into zone by period cells that everything after reads."""
