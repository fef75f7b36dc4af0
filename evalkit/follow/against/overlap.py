"""Do both groups hold persons alike? The chance of being accompanied, given what is measured at entry."""

from __future__ import annotations

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.follow.result.doubts import Overlap, OverlapBin
from evalkit.stats.arrays import FloatArray, IntArray, to_digits
from evalkit.stats.propensity import logit_scores

_BINS = 10
_LEAST_INSIDE = 0.5


def scores_of(patterns: FloatArray, inside: IntArray, outside: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the logarithm of the odds of being accompanied, for each person of either group.

    Args:
        patterns: the distinct rows of the balancing variables, shape (patterns, columns).
        inside: the pattern of each accompanied person.
        outside: that of each comparison.

    Raises:
        ComputationError: a variable separates both groups (``EVK-M417``).
    """
    if not patterns.shape[1]:
        odds = np.log(len(inside) / len(outside))
        return np.full(len(inside), odds), np.full(len(outside), odds)
    size = len(patterns)
    counts = np.concatenate([np.bincount(each, minlength=size) for each in (inside, outside)]).astype(np.float64)
    present = counts > 0
    rows = np.vstack([patterns, patterns])[present]
    scores = np.zeros(2 * size)
    scores[present] = logit_scores(rows, (np.arange(2 * size) < size)[present], counts[present])
    return scores[:size][inside], scores[size:][outside]


def overlap_of(scores: tuple[FloatArray, FloatArray], wave: str, effective_size: float) -> Overlap:
    """Return how far both groups overlap, on the chance of being accompanied.

    Args:
        scores: of the accompanied and of the comparisons, as :func:`scores_of` returns them.
        wave: the wave.
        effective_size: of the weights of the comparison group.

    Raises:
        ComputationError: fewer than half of the accompanied have a chance that a comparison has (``EVK-M419``).

    Source: Rosenbaum and Rubin 1983; the common support is the range of the comparison group (Dehejia and Wahba 1999).
    """
    # Rounded, so that rounding does not choose on which side of an edge a chance falls.
    followed, compared = (np.round(1.0 / (1.0 + np.exp(-side)), 12) for side in scores)
    supported = float(((followed >= compared.min()) & (followed <= compared.max())).mean())
    if supported < _LEAST_INSIDE:
        message = (
            "Les deux groupes ne se recouvrent pas : moins de la moitié des personnes accompagnées ont, par ce qui est "
            "mesuré à l’entrée, une chance de l’être qui existe aussi dans le groupe de comparaison."
        )
        repair = "Élargissez le groupe de comparaison, ou restreignez la cohorte à ceux qui lui ressemblent."
        raise ComputationError(Problem("EVK-M419", message, received=wave, repair=repair))
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    sides = [np.histogram(side, edges)[0] for side in (followed, compared)]
    bins = zip(edges[:-1], edges[1:], *sides, strict=True)
    return Overlap(
        wave=wave,
        inside=supported,
        bins=tuple(OverlapBin(to_digits(a), to_digits(b), int(n), int(m)) for a, b, n, m in bins),
        effective_size=to_digits(effective_size),
        accompanied=len(followed),
        comparison=len(compared),
    )
