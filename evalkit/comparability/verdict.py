"""What is said of a comparison: a stable code, a French sentence, and whether the comparison is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from evalkit.errors import ComputationError, Problem
from evalkit.typography import typeset


class Code(StrEnum):
    """The stable code of each verdict; those under C100 are also those of a declared comparison."""

    BREAK = "EVK-C003"
    MOVED = "EVK-C004"
    CONTROL = "EVK-C005"
    TOO_NEAR = "EVK-C006"
    OVERLAP = "EVK-C201"
    CONCEPTS = "EVK-C202"
    PERIMETERS = "EVK-C203"
    SOURCES = "EVK-C204"
    CONTAINED = "EVK-C205"
    SAME_FIGURES = "EVK-C206"
    DATA_YEARS = "EVK-C207"
    UNKNOWN_YEAR = "EVK-C208"
    UNITS = "EVK-C209"
    NOT_PRODUCED = "EVK-C210"


SERIES = frozenset({Code.BREAK, Code.TOO_NEAR, Code.OVERLAP})
"""What stands between two moments of one source: its dated breaks, its windows."""

MOMENTS = SERIES | {Code.DATA_YEARS, Code.UNKNOWN_YEAR}
"""What stands between the moments that two sources speak of."""

CONTOURS = frozenset({Code.MOVED, Code.PERIMETERS})
"""What stands between two contours of one zone."""


@dataclass(frozen=True, slots=True, order=True)
class Verdict:
    """One thing to say of two figures set side by side.

    Attributes:
        code: what kind of thing.
        sentence: the French sentence to print.
        refuses: the comparison must not be made; else the sentence is printed beside it.
    """

    code: Code
    sentence: str
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that is said of a comparison.

    Attributes:
        verdicts: the most basic first; none when nothing stands in the way.
    """

    verdicts: tuple[Verdict, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Tell whether the comparison must not be made."""
        return any(verdict.refuses for verdict in self.verdicts)

    @property
    def refusal(self) -> Verdict | None:
        """Return the first reason to refuse, ``None`` when there is none."""
        return next((verdict for verdict in self.verdicts if verdict.refuses), None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return the sentences to print beside a comparison that is made."""
        return tuple(verdict.sentence for verdict in self.verdicts if not verdict.refuses)

    def accept(self, because: str | None, codes: Iterable[Code] = tuple(Code)) -> Judgement:
        """Return the judgement once somebody has declared that the comparison stands all the same.

        Args:
            because: the declared reason, printed with each sentence (``accept_breaks`` of a comparison); nothing
                changes without one.
            codes: the verdicts that the declaration covers.

        Returns:
            The same verdicts, the accepted ones as warnings. Equal figures under two labels are never accepted: their
            difference is zero by construction.
        """
        if not because:
            return self
        covered = set(codes) - {Code.SAME_FIGURES}
        return Judgement(tuple(_accepted(each, because) if each.code in covered else each for each in self.verdicts))

    def require(self) -> None:
        """Stop when the comparison is refused.

        Raises:
            ComputationError: every reason to refuse, with its code.
        """
        refusals = [each for each in self.verdicts if each.refuses]
        if refusals:
            repair = "Déclarez pourquoi la comparaison tient malgré tout, ou comparez autre chose."
            raise ComputationError(Problem(each.code.value, each.sentence, repair=repair) for each in refusals)


def verdict(code: Code, sentence: str, *, refuses: bool = True) -> Verdict:
    """Return a verdict whose sentence has its French spaces."""
    return Verdict(code, typeset(sentence), refuses)


def _accepted(each: Verdict, because: str) -> Verdict:
    if not each.refuses:
        return each
    sentence = typeset(f"{each.sentence} Comparaison déclarée admise : {because.rstrip('.')}.")
    return replace(each, sentence=sentence, refuses=False)
