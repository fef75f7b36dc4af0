"""Cox regression of one exit, the others taken as the end of follow-up: what changes the pace of that exit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.survival.life_table import require_durations


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
    ties: Literal["efron", "breslow"] = "efron",
    clusters: IntArray | None = None,
) -> HazardFit:
    """Fit the pace of one exit, a person who leaves to another one being no longer followed.

    A ratio of paces is not a ratio of shares: an exit may be as fast and end up rarer when another takes its persons.

    Args:
        durations: time from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        covariates: shape (persons, covariates), as measured at entry.
        cause: the exit.
        ties: Efron's for months, in which many leave together.
        clusters: agency or zone of each person, for errors that know that they share it; only with Breslow's ties,
            for which alone the sandwich is right.

    Raises:
        ComputationError: a duration is impossible (``EVK-M410``), nobody had the exit (``EVK-M412``), or clusters are
            asked with Efron's ties (``EVK-M413``).

    Source: Cox 1972; Efron 1977; Lin and Wei 1989 for clusters.
    """
    from statsmodels.duration.hazard_regression import PHReg  # noqa: PLC0415

    require_durations(durations)
    if clusters is not None and ties == "efron":
        message = "Les erreurs par groupe demandent la règle de Breslow pour les ex æquo."
        raise ComputationError(Problem("EVK-M413", message, received=ties))
    hit = require_exits(causes, cause)
    model = PHReg(durations, covariates, status=hit.astype(np.int64), ties=ties)
    fitted = model.fit() if clusters is None else model.fit(groups=clusters)
    return HazardFit(
        coefficients=np.asarray(fitted.params, dtype=np.float64),
        covariance=np.asarray(fitted.cov_params(), dtype=np.float64),
        log_likelihood=float(fitted.llf),
        null_log_likelihood=float(model.loglike(np.zeros(covariates.shape[1]))),
        events=int(hit.sum()),
    )


def require_exits(causes: IntArray, cause: int) -> IntArray:
    """Return who had the exit, 1 or 0; refuse when nobody had (``EVK-M412``)."""
    hit = np.asarray(causes == cause, dtype=np.int64)
    if not hit.any():
        raise ComputationError(Problem("EVK-M412", "Personne n’a connu cette sortie : rien à expliquer."))
    return hit
