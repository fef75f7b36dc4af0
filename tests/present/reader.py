"""A reader on the synthetic publication, shared by the tests of this folder."""

from __future__ import annotations

from functools import cache

from evalkit.present.reading import Reader
from evalkit.publish.publish import publish
from tests.publish.fixture.results import confidential


@cache
def synthetic() -> Reader:
    return Reader(publish(confidential()))
