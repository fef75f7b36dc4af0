"""One stream of random numbers per name, so that a new feed never moves the numbers of another."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator of one named part of the demonstration.

    Args:
        seed: the seed of the whole demonstration.
        names: what the numbers are for, a feed and then a producer or a year.

    Returns:
        A generator that depends on the seed and the names alone (``SeedSequence`` with the names as spawn key).
    """
    spawn_key = tuple(zlib.crc32(name.encode()) for name in names)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=spawn_key)))
