"""Nearest neighbours on a score: who stands for whom, with what weight, and how precise a gap made so is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import BoolArray, FloatArray, IntArray

CALIPER = 0.2
"""Farthest distance between two persons matched, in standard deviations of the score (Austin 2011)."""

_ALIKE = 1e-8
"""Distances of the linear predictor that differ by less are equal: far above rounding, far below what two traits do."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """For each person followed, the comparisons nearest by score: all those at the smallest distance, in equal parts.

    A comparison may stand for several persons (replacement). Equal distances are never broken by the order of rows.

    Attributes:
        order: the comparisons by increasing score, shape (controls,).
        starts, stops: the comparisons of each person followed, as places in ``order``; equal when none is near enough,
            shape (followed,).
        near_starts, near_stops: those nearest to each comparison in its own group, itself included, shape (controls,).
    """

    order: IntArray
    starts: IntArray
    stops: IntArray
    near_starts: IntArray
    near_stops: IntArray

    @property
    def kept(self) -> BoolArray:
        """Whether each person followed has a comparison near enough, shape (followed,)."""
        return np.asarray(self.stops > self.starts)

    @property
    def weights(self) -> FloatArray:
        """Weights of the comparisons, summing to one; 0 for those who stand for nobody, shape (controls,)."""
        return self._given(1) / max(int(self.kept.sum()), 1)

    @property
    def squares(self) -> FloatArray:
        """Of each comparison, the sum of the squared weights that persons give it one by one, shape (controls,)."""
        return self._given(2) / max(int(self.kept.sum()), 1) ** 2

    def _given(self, power: int) -> FloatArray:
        shares = 1.0 / (self.stops - self.starts)[self.kept].astype(np.float64) ** power
        size = len(self.order) + 1
        ends = [np.bincount(side[self.kept], shares, size) for side in (self.starts, self.stops)]
        given = np.empty(len(self.order))
        # A difference of sums leaves rounding where nobody gives anything: whole counts say where that is.
        counts = [np.bincount(side[self.kept], minlength=size) for side in (self.starts, self.stops)]
        used = np.cumsum(counts[0] - counts[1])[:-1] > 0
        given[self.order] = np.where(used, np.cumsum(ends[0] - ends[1])[:-1], 0.0)
        return given

    def means(self, values: FloatArray) -> FloatArray:
        """Return the mean of the comparisons of each person kept.

        Args:
            values: one per comparison, shape (controls,).

        Returns:
            Shape (kept,).
        """
        sums = np.concatenate([[0.0], np.cumsum(values[self.order])])
        starts, stops = self.starts[self.kept], self.stops[self.kept]
        return np.asarray((sums[stops] - sums[starts]) / (stops - starts))

    def variances(self, values: FloatArray) -> FloatArray:
        """Estimate the variance of each comparison around what its score predicts, from those nearest in its group.

        Args:
            values: one per comparison, shape (controls,).

        Returns:
            Shape (controls,); 0 for a comparison alone.

        Source: Abadie and Imbens 2006.
        """
        sums = np.concatenate([[0.0], np.cumsum(values[self.order])])
        size = (self.near_stops - self.near_starts).astype(np.float64)
        others = np.maximum(size - 1.0, 1.0)
        mean = (sums[self.near_stops] - sums[self.near_starts] - values) / others
        return np.where(size > 1, others / size * (values - mean) ** 2, 0.0)


def nearest_matches(
    followed: FloatArray,
    controls: FloatArray,
    caliper: float = math.inf,
    strata: tuple[IntArray, IntArray] | None = None,
) -> Matches:
    """Give each person followed the comparisons nearest by score, with replacement, all ties kept.

    Args:
        followed: scores of the persons followed, shape (followed,); the linear predictor of being followed.
        controls: the same of the comparison group, shape (controls,), not empty.
        caliper: largest distance allowed.
        strata: what a person and her comparisons must share, as numbers from 0: those of the persons followed, those of
            the comparisons.

    Source: Rosenbaum and Rubin 1985 (caliper); Abadie and Imbens 2006 (replacement, ties).
    """
    both = np.concatenate([followed, controls])
    reach = float(both.max() - both.min())
    caliper = min(caliper, reach)
    if strata is not None:
        # One axis: strata stand so far from each other that no caliper goes from one to the next.
        step = 4.0 * reach + 1.0
        followed, controls = followed + step * strata[0], controls + step * strata[1]
    order = np.argsort(controls, kind="stable").astype(np.int64)
    line = controls[order]
    starts, stops = _nearest(followed, line, np.zeros(len(followed), dtype=np.int64), caliper)
    alone = np.searchsorted(line, controls + _ALIKE, "right") - np.searchsorted(line, controls - _ALIKE, "left")
    near = _nearest(controls, line, np.asarray(alone, dtype=np.int64), math.inf)
    return Matches(order, starts, stops, *near)


def _nearest(points: FloatArray, line: FloatArray, own: IntArray, caliper: float) -> tuple[IntArray, IntArray]:
    """Return the places on a sorted line of what is nearest to each point, all equal distances together.

    Args:
        points: shape (points,).
        line: shape (places,), increasing.
        own: places that are the point itself or its equals when the point is one of the line: with one, the point is
            alone there and looks around; with more, its equals are the nearest. 0 when it is not of the line.
        caliper: largest distance.
    """
    below = np.searchsorted(line, points - np.where(own == 1, _ALIKE, 0.0), "left") - 1
    above = np.searchsorted(line, points + np.where(own == 1, _ALIKE, 0.0), "right" if own.any() else "left")
    left = np.where(below >= 0, points - line[np.maximum(below, 0)], np.inf)
    right = np.where(above < len(line), line[np.minimum(above, len(line) - 1)] - points, np.inf)
    distance = np.where(own > 1, 0.0, np.maximum(np.minimum(left, right), 0.0))
    reach = np.where(np.isfinite(distance), distance, 0.0) + _ALIKE
    starts = np.searchsorted(line, points - reach, "left")
    stops = np.where(distance <= caliper + _ALIKE, np.searchsorted(line, points + reach, "right"), starts)
    return starts.astype(np.int64), stops.astype(np.int64)


def caliper_of(followed: FloatArray, controls: FloatArray, widths: float = CALIPER) -> float:
    """Return the largest distance between two persons matched, from the spread of their scores.

    Args:
        followed: scores of the persons followed, at least two.
        controls: the same of the comparison group.
        widths: in standard deviations, the root of the mean of both variances.

    Source: Rosenbaum and Rubin 1985; Austin 2011 for 0.2.
    """
    return widths * math.sqrt((float(followed.var(ddof=1)) + float(controls.var(ddof=1))) / 2.0)


def matched_error(matches: Matches, followed: FloatArray, controls: FloatArray) -> float:
    """Return the standard error of the mean gap between persons and their matches.

    What each person's gap says of the whole, plus what the same comparison standing for several persons adds.

    Args:
        matches: who stands for whom.
        followed: the outcome of the persons kept, or what a regression leaves of it, shape (kept,), at least two.
        controls: the same of the comparisons, shape (controls,).

    Source: Abadie and Imbens 2006 (average effect on the persons followed, of a population), with n - 1 persons and as
    many matches for each as its ties. The score is taken as known: once a regression has adjusted for the covariates
    that made it (Abadie and Imbens 2011), its own error no longer counts at first order.
    """
    gaps = followed - matches.means(controls)
    again = np.maximum(matches.weights**2 - matches.squares, 0.0)
    return math.sqrt(float(gaps.var(ddof=1)) / len(gaps) + float(again @ matches.variances(controls)))
