"""One thing that does not hold in what a cohort reads; the rest is computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class CohortFinding:
    """One thing that does not hold in the rows or in the returns of a cohort.

    Attributes:
        code: stable code, ``EVK-M4…``.
        place: file, wave, zone, class, proof: where it is, in French.
        message: one French sentence without a number of persons; it may be published.
        received: the numbers behind it; confidential.
    """

    code: str
    place: str
    message: str
    received: str = ""
