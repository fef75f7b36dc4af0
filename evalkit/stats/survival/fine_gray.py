"""Fine-Gray regression: what changes the share that ends up with one exit, the others competing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.survival.cox import HazardFit, not_converged, require_exits, summed_by
from evalkit.stats.survival.life_table import require_durations

_ITERATIONS = 50
_TOLERANCE = 1e-12


def fine_gray(
    durations: FloatArray,
    causes: IntArray,
    covariates: FloatArray,
    cause: int = 1,
    clusters: IntArray | None = None,
) -> HazardFit:
    """Fit the subdistribution hazard of one exit.

    A person who leaves to another exit stays at risk with the probability of not having been lost to follow-up by
    then, so that the coefficients speak of cumulative incidence. Sums by time make it linear in the persons.

    Args:
        durations: time from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        covariates: shape (persons, covariates), as measured at entry.
        cause: the exit.
        clusters: agency or zone of each person, for errors that know that they share it.

    Raises:
        ComputationError: a duration is impossible (``EVK-M410``), nobody had the exit (``EVK-M412``), or no finite
            coefficients maximise the likelihood (``EVK-M414``).

    Source: Fine and Gray 1999; ties, weights and variance (estimated weights included) are those of ``cmprsk::crr``.
    """
    require_durations(durations)
    require_exits(causes, cause)
    people = _People.of(durations, causes, covariates - covariates.mean(axis=0), cause)
    coefficients = np.zeros(covariates.shape[1])
    sums = _sums(people, coefficients)
    null = sums.log_likelihood
    for _ in range(_ITERATIONS):
        if float(sums.score @ np.linalg.pinv(sums.information, hermitian=True) @ sums.score) < _TOLERANCE:
            covariance = _sandwich(people, sums, clusters)
            return HazardFit(coefficients, covariance, sums.log_likelihood, null, int(people.hits.sum()))
        step = np.linalg.lstsq(sums.information, sums.score, rcond=1e-13)[0]
        trial = _sums(people, coefficients + step)
        while trial.log_likelihood < sums.log_likelihood - 1e-9 and np.abs(step).max() > 1e-10:
            step = step / 2.0
            trial = _sums(people, coefficients + step)
        coefficients, sums = coefficients + step, trial
    raise not_converged()


def fine_gray_score_parts(
    durations: FloatArray, causes: IntArray, covariates: FloatArray, cause: int = 1
) -> FloatArray:
    """Return each person's part of the score of the Fine-Gray model without effect, shape (persons, covariates).

    What estimating the censoring adds is included.

    Args:
        durations: time from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        covariates: shape (persons, covariates).
        cause: the exit.
    """
    require_durations(durations)
    require_exits(causes, cause)
    people = _People.of(durations, causes, covariates - covariates.mean(axis=0), cause)
    sums = _sums(people, np.zeros(covariates.shape[1]))
    return _score_residuals(people, sums) + _censoring_residuals(people, sums)


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """The persons, and what of them does not depend on the coefficients.

    ``place`` is the position of each person's time among the distinct ones; ``staying`` is the probability of being
    still followed just before each time, by Kaplan-Meier of the censoring.
    """

    covariates: FloatArray
    place: IntArray
    hit: FloatArray
    missed: FloatArray
    lost: FloatArray
    at_risk: FloatArray
    hits: FloatArray
    losses: FloatArray
    staying: FloatArray

    @classmethod
    def of(cls, durations: FloatArray, causes: IntArray, covariates: FloatArray, cause: int) -> _People:
        times, place = np.unique(durations, return_inverse=True)
        size = len(times)
        hit, lost = (causes == cause).astype(np.float64), (causes == 0).astype(np.float64)
        at_risk = np.bincount(place, minlength=size)[::-1].cumsum()[::-1].astype(np.float64)
        losses: FloatArray = np.bincount(place, lost, size).astype(np.float64)
        staying = np.concatenate([[1.0], np.cumprod(1.0 - losses / at_risk)[:-1]])
        hits: FloatArray = np.bincount(place, hit, size).astype(np.float64)
        return cls(covariates, place, hit, 1.0 - hit - lost, lost, at_risk, hits, losses, staying)

    def by_time(self, values: FloatArray) -> FloatArray:
        """Sum the columns of a matrix (persons x columns) by time."""
        size = len(self.hits)
        return np.column_stack([np.bincount(self.place, column, size) for column in values.T])


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Weighted sums over the risk sets at one value of the coefficients, and what the likelihood makes of them."""

    risks: FloatArray
    total: FloatArray
    means: FloatArray
    gone: FloatArray
    score: FloatArray
    information: FloatArray
    log_likelihood: float


def _sums(people: _People, coefficients: FloatArray) -> _Sums:
    index = people.covariates @ coefficients
    risks = np.exp(index)
    width = people.covariates.shape[1]
    pairs = [(a, b) for a in range(width) for b in range(a, width)]
    products = np.column_stack([people.covariates[:, a] * people.covariates[:, b] for a, b in pairs])
    terms = np.column_stack([np.ones(len(risks)), people.covariates, products]) * risks[:, None]
    present = people.by_time(terms)[::-1].cumsum(axis=0)[::-1]
    competing = people.by_time(terms * (people.missed / people.staying[people.place])[:, None])
    gone = competing.cumsum(axis=0) - competing
    sums = present + people.staying[:, None] * gone
    total, means = sums[:, 0], sums[:, 1 : width + 1] / sums[:, :1]
    information = np.zeros((width, width))
    for column, (a, b) in enumerate(pairs, start=width + 1):
        information[a, b] = people.hits @ (sums[:, column] / total - means[:, a] * means[:, b])
        information[b, a] = information[a, b]
    return _Sums(
        risks=risks,
        total=total,
        means=means,
        gone=gone[:, : width + 1],
        score=people.hit @ people.covariates - people.hits @ means,
        information=information,
        log_likelihood=float(people.hit @ index - people.hits @ np.log(total)),
    )


def _sandwich(people: _People, sums: _Sums, clusters: IntArray | None) -> FloatArray:
    """Return the covariance: the information on both sides of the spread of each person's part of the score."""
    parts = _score_residuals(people, sums) + _censoring_residuals(people, sums)
    if clusters is not None:
        parts = summed_by(parts, clusters)
    inverse = np.linalg.pinv(sums.information, hermitian=True)
    return np.asarray(inverse @ (parts.T @ parts) @ inverse)


def _score_residuals(people: _People, sums: _Sums) -> FloatArray:
    """Return each person's part of the score, the weights taken as known, shape (persons, covariates)."""
    pace = people.hits / sums.total
    paces = np.column_stack([pace, pace[:, None] * sums.means])
    until = paces.cumsum(axis=0)
    weighted = people.staying[:, None] * paces
    beyond = weighted[::-1].cumsum(axis=0)[::-1] - weighted
    late = (people.missed / people.staying[people.place])[:, None]
    lived = until[people.place] + late * beyond[people.place]
    own = people.hit[:, None] * (people.covariates - sums.means[people.place])
    return np.asarray(own - sums.risks[:, None] * (people.covariates * lived[:, :1] - lived[:, 1:]))


def _censoring_residuals(people: _People, sums: _Sums) -> FloatArray:
    """Return what estimating the weights adds to each person's part, shape (persons, covariates)."""
    weighted = (people.staying * people.hits / sums.total)[:, None]
    ahead = np.column_stack([weighted, weighted * sums.means])[::-1].cumsum(axis=0)[::-1]
    pull = sums.gone[:, 1:] * ahead[:, :1] - sums.gone[:, :1] * ahead[:, 1:]
    drift = (pull * (people.losses / people.at_risk**2)[:, None]).cumsum(axis=0)
    jump = pull / people.at_risk[:, None]
    return np.asarray(people.lost[:, None] * jump[people.place] - drift[people.place])
