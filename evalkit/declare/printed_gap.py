"""Comparisons that a document prints: a zone and its reference, before and after, as four figures."""

from __future__ import annotations

from typing import Literal

from evalkit.declare.model import Declaration, Evidence, Identifier, Label


class PrintedFigure(Declaration):
    """A figure of a document.

    Attributes:
        value: None when the document does not give it.
        year: year of the data; None when the document does not date it.
        concept: what is measured, with its unit.
        source: who published it.
    """

    value: float | None
    year: Label | None
    concept: Label
    source: Label
    evidence: Evidence | None = None


class PrintedGap(Declaration):
    """A zone beside a reference, before and after, as a document prints them: to describe, or to refuse.

    Attributes:
        kind: counts can be subtracted from one another and are compared by their growth; shares and amounts cannot.
        zone: the zone described.
        reference: a declared zone, or a name when the reference is none (an académie).
    """

    id: Identifier
    label: Label
    objective: Identifier
    kind: Literal["count", "share", "amount"]
    zone: Identifier
    reference: Label
    here_before: PrintedFigure
    here_after: PrintedFigure
    there_before: PrintedFigure
    there_after: PrintedFigure
    evidence: Evidence | None = None
