"""Quiet for a while: GX writes its warnings of registration and its errors of metrics to the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_gx() -> Iterator[None]:
    """Keep GX's logger silent inside the block; its level is put back after.

    Nothing is lost: what GX would log of a check is in the outcome of this check.
    """
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
