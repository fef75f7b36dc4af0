"""Cox regression of one exit, the others taken as the end of follow-up: what changes the pace of that exit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.survival.life_table import require_durations

Ties = Literal["efron", "breslow"]
_ITERATIONS = 50
_TOLERANCE = 1e-12
_FARTHEST = 10.0
"""Log hazard ratio of one standard deviation beyond which no finite coefficient is near."""


@dataclass(frozen=True, slots=True, eq=False)
class HazardFit:
    """Log hazard ratios.

    Attributes:
        coefficients: shape (covariates,).
        covariance: shape (covariates, covariates).
        log_likelihood: at the coefficients.
        null_log_likelihood: without covariates.
        events: exits to the cause.
    """

    coefficients: FloatArray
    covariance: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    events: int

    @property
    def errors(self) -> FloatArray:
        """Standard errors, shape (covariates,)."""
        return np.sqrt(np.diag(self.covariance))


def cause_specific_cox(
    durations: FloatArray,
    causes: IntArray,
    covariates: FloatArray,
    cause: int = 1,
    ties: Ties = "efron",
    clusters: IntArray | None = None,
) -> HazardFit:
    """Fit the pace of one exit, a person who leaves to another one being no longer followed.

    A ratio of paces is not a ratio of shares: an exit may be as fast and end up rarer when another takes its persons.
    Persons are summed by time: a million of them followed by month cost a few sums per iteration.

    Args:
        durations: time from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        covariates: shape (persons, covariates), as measured at entry.
        cause: the exit.
        ties: Efron's for months, in which many leave together.
        clusters: agency or zone of each person, for errors that know that they share it.

    Raises:
        ComputationError: a duration is impossible (``EVK-M410``), nobody had the exit (``EVK-M412``), or no finite
            coefficients maximise the likelihood (``EVK-M414``).

    Source: Cox 1972; Efron 1977; Lin and Wei 1989 for clusters, with Efron's risk sets as R's ``coxph`` has them.
    """
    people = _People.of(durations, causes, covariates, cause)
    coefficients, sums = _maximised(people, ties)
    inverse: FloatArray = np.linalg.pinv(sums.information, hermitian=True).astype(np.float64)
    if clusters is not None:
        parts = summed_by(_score_parts(people, sums), clusters)
        inverse = np.asarray(inverse @ (parts.T @ parts) @ inverse)
    null = _sums(people, np.zeros(covariates.shape[1]), ties).log_likelihood
    return HazardFit(coefficients, inverse, sums.log_likelihood, null, int(people.hits.sum()))


def cox_of_counts(durations: FloatArray, hit: IntArray, covariates: FloatArray, counts: FloatArray) -> FloatArray:
    """Return the log hazard ratios of persons given by kinds, with Efron's ties, shape (covariates,).

    Args:
        durations: time of each kind, shape (kinds,).
        hit: 1 when it had the exit, else 0.
        covariates: shape (kinds, covariates).
        counts: persons of each kind.

    Raises:
        ComputationError: as :func:`cause_specific_cox`.
    """
    return _maximised(_People.of(durations, hit, covariates, 1, counts), "efron")[0]


def _maximised(people: _People, ties: Ties) -> tuple[FloatArray, _Sums]:
    """Return the coefficients that maximise the likelihood, by Newton's method, and the sums there."""
    coefficients = np.zeros(people.covariates.shape[1])
    sums = _sums(people, coefficients, ties)
    for _ in range(_ITERATIONS):
        if np.abs(coefficients * people.spread).max() > _FARTHEST:
            break
        inverse = np.linalg.pinv(sums.information, hermitian=True)
        if float(sums.score @ inverse @ sums.score) < _TOLERANCE:
            return coefficients, sums
        step = inverse @ sums.score
        trial = _sums(people, coefficients + step, ties)
        while trial.log_likelihood < sums.log_likelihood - 1e-9 and np.abs(step).max() > 1e-10:
            step = step / 2.0
            trial = _sums(people, coefficients + step, ties)
        coefficients, sums = coefficients + step, trial
    raise not_converged()


def cox_score_parts(durations: FloatArray, causes: IntArray, covariates: FloatArray, cause: int = 1) -> FloatArray:
    """Return each person's part of the score of the Cox model without effect, shape (persons, covariates).

    Their sum is the numerator of the log-rank test when covariates tell groups apart.

    Args:
        durations: time from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        covariates: shape (persons, covariates).
        cause: the exit.
    """
    people = _People.of(durations, causes, covariates, cause)
    return _score_parts(people, _sums(people, np.zeros(covariates.shape[1]), "breslow"))


def require_exits(causes: IntArray, cause: int) -> IntArray:
    """Return who had the exit, 1 or 0; refuse when nobody had (``EVK-M412``)."""
    hit = np.asarray(causes == cause, dtype=np.int64)
    if not hit.any():
        raise ComputationError(Problem("EVK-M412", "Personne n’a connu cette sortie : rien à expliquer."))
    return hit


def not_converged() -> ComputationError:
    """Return the error of a regression without finite coefficients (``EVK-M414``)."""
    message = "La régression ne converge pas : une variable sépare entièrement les personnes sorties des autres."
    return ComputationError(Problem("EVK-M414", message, repair="Retirez la variable, ou regroupez ses valeurs."))


def summed_by(parts: FloatArray, clusters: IntArray) -> FloatArray:
    """Sum the rows of a matrix by cluster, shape (clusters, columns)."""
    known, member = np.unique(clusters, return_inverse=True)
    return np.column_stack([np.bincount(member, column, len(known)) for column in parts.T])


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """The persons, and what of them does not depend on the coefficients.

    ``place`` is that of their time; ``count``, how many persons each row stands for.
    """

    covariates: FloatArray
    spread: FloatArray
    place: IntArray
    hit: FloatArray
    hits: FloatArray
    count: FloatArray

    @classmethod
    def of(
        cls,
        durations: FloatArray,
        causes: IntArray,
        covariates: FloatArray,
        cause: int,
        counts: FloatArray | None = None,
    ) -> _People:
        require_durations(durations)
        hit = require_exits(causes, cause).astype(np.float64)
        times, place = np.unique(durations, return_inverse=True)
        count = np.ones(len(hit)) if counts is None else counts
        hits: FloatArray = np.bincount(place, hit * count, len(times)).astype(np.float64)
        centred = covariates - np.average(covariates, axis=0, weights=count)
        return cls(centred, covariates.std(axis=0), place, hit, hits, count)

    def by_time(self, values: FloatArray) -> FloatArray:
        """Sum the columns of a matrix (persons x columns) by time."""
        return np.column_stack([np.bincount(self.place, column, len(self.hits)) for column in values.T])


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """What the likelihood needs at one value of the coefficients, by time.

    An event of a tie of ``d`` sees a risk set less a share ``c = l / d`` of those who leave with it. ``steps`` holds,
    by time, the sums over ``l`` of ``1 / s``, ``c / s``, ``1 / s²``, ``c / s²`` and ``c² / s²``.
    """

    risks: FloatArray
    present: FloatArray
    leaving: FloatArray
    steps: FloatArray
    score: FloatArray
    information: FloatArray
    log_likelihood: float


def _sums(people: _People, coefficients: FloatArray, ties: Ties) -> _Sums:
    index = people.covariates @ coefficients
    risks = np.exp(index)
    width = people.covariates.shape[1]
    pairs = [(a, b) for a in range(width) for b in range(a, width)]
    products = np.column_stack([people.covariates[:, a] * people.covariates[:, b] for a, b in pairs])
    terms = np.column_stack([np.ones(len(risks)), people.covariates, products]) * (risks * people.count)[:, None]
    present = people.by_time(terms)[::-1].cumsum(axis=0)[::-1]
    leaving = people.by_time(terms * people.hit[:, None])
    steps, logs = _tied_steps(people.hits, present[:, 0], leaving[:, 0], ties)
    one, share, square, mixed, double = steps.T
    first, gone = present[:, 1 : width + 1], leaving[:, 1 : width + 1]
    hit = people.hit * people.count
    score = hit @ people.covariates - one @ first + share @ gone
    information = np.zeros((width, width))
    for column, (a, b) in enumerate(pairs, start=width + 1):
        second = one @ present[:, column] - share @ leaving[:, column]
        crossed = first[:, a] * gone[:, b] + gone[:, a] * first[:, b]
        means = square @ (first[:, a] * first[:, b]) - mixed @ crossed + double @ (gone[:, a] * gone[:, b])
        information[a, b] = information[b, a] = second - means
    log_likelihood = float(hit @ index - logs)
    return _Sums(risks, present, leaving, steps, score, information, log_likelihood)


def _tied_steps(hits: FloatArray, present: FloatArray, leaving: FloatArray, ties: Ties) -> tuple[FloatArray, float]:
    """Return the sums over each tie (times x 5), and the sum of the logarithms of the risk sets."""
    counts = hits.astype(np.int64)
    place = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(place)) - np.repeat(counts.cumsum() - counts, counts)
    share = rank / counts[place] if ties == "efron" else np.zeros(len(place))
    inverse = 1.0 / (present[place] - share * leaving[place])
    terms = (inverse, share * inverse, inverse**2, share * inverse**2, (share * inverse) ** 2)
    steps = np.column_stack([np.bincount(place, term, len(counts)) for term in terms]).astype(np.float64)
    return steps, -float(np.log(inverse).sum())


def _score_parts(people: _People, sums: _Sums) -> FloatArray:
    """Return each person's part of the score, shape (persons, covariates): the martingale's pull on its mean."""
    width = people.covariates.shape[1]
    one, share, square, mixed, double = (column[:, None] for column in sums.steps.T)
    first, gone = sums.present[:, 1 : width + 1], sums.leaving[:, 1 : width + 1]
    exposed = np.column_stack([one, square * first - mixed * gone])
    # Those who leave are at risk for the share of their own tie that has not left before them.
    own = np.column_stack([one - share, (square - mixed) * first - (mixed - double) * gone])
    lived = exposed.cumsum(axis=0)[people.place]
    lived += people.hit[:, None] * (own - exposed)[people.place]
    mean = (one * first - share * gone) / np.maximum(people.hits, 1.0)[:, None]
    pulled = people.hit[:, None] * (people.covariates - mean[people.place])
    return np.asarray(pulled - sums.risks[:, None] * (people.covariates * lived[:, :1] - lived[:, 1:]))
