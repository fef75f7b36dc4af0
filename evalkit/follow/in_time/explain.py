"""What is linked to the outcome among the accompanied: ratios of paces (Cox) and of final shares (Fine and Gray)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from evalkit.declare.cohort import Cohort
from evalkit.errors import ComputationError
from evalkit.follow.entry.persons import ACCOMPANIED, Persons
from evalkit.follow.in_time.timed import timed
from evalkit.follow.result.timed import HazardRatio
from evalkit.follow.shared import clusters_of
from evalkit.follow.waves import balance_matrix
from evalkit.stats.arrays import BoolArray, FloatArray, to_digits
from evalkit.stats.laws import normal_p, normal_quantile, student_p, student_quantile
from evalkit.stats.survival.clustered import require_clusters
from evalkit.stats.survival.cox import HazardFit, cause_specific_cox
from evalkit.stats.survival.fine_gray import fine_gray
from evalkit.typography import typeset

EVENTS_PER_VARIABLE = 10
"""Exits per column under which a regression says nothing that lasts (Peduzzi and others 1996)."""

MODEL_WORDS = {"cox": "régression de Cox", "fine_gray": "régression de Fine et Gray"}


def hazard_ratios(persons: Persons, cohort: Cohort) -> tuple[tuple[HazardRatio, ...], tuple[str, ...]]:
    """Return the ratios of each declared model, and French sentences for those that could not be fitted.

    Args:
        persons: both groups; only the accompanied are read.
        cohort: the protocol.
    """
    explain = cohort.analysis.explain
    if explain is None:
        return (), ()
    ratios: list[HazardRatio] = []
    refused: list[str] = []
    for model in explain.models:
        try:
            ratios += _ratios(persons, cohort, model)
        except ComputationError as error:
            message = error.problems[0].message
            refused.append(typeset(f"Pas de {MODEL_WORDS[model]} : {message[0].lower()}{message[1:]}"))
    few = ratios and ratios[0].events < EVENTS_PER_VARIABLE * len({each.variable for each in ratios})
    if few:
        refused.append(
            typeset("Les régressions comptent moins de dix sorties par variable : leurs rapports sont fragiles.")
        )
    return tuple(ratios), tuple(refused)


def _ratios(persons: Persons, cohort: Cohort, model: str) -> Iterator[HazardRatio]:
    names = cohort.analysis.explain.variables if cohort.analysis.explain else ()
    known = persons.frame.filter(group=ACCOMPANIED).drop_nulls(names)
    matrix, labels = balance_matrix(known, names)
    if not labels:
        return
    time, clusters = timed(known, cohort, persons.last_day), clusters_of(known, cohort)
    fit = fine_gray if model == "fine_gray" else cause_specific_cox
    found: HazardFit = fit(time.durations, time.causes, matrix, time.cause(cohort.rows.outcome), clusters=clusters)
    wide, freedom = normal_quantile(0.975), 0
    if clusters is not None:
        freedom = len(np.unique(clusters)) - 1
        require_clusters(freedom + 1, len(labels) + 2)
        wide = student_quantile(0.975, freedom)
    hit = time.causes == time.cause(cohort.rows.outcome)
    for column, (label, coefficient, error) in enumerate(zip(labels, found.coefficients, found.errors, strict=True)):
        statistic = float(coefficient / error)
        yield HazardRatio(
            model=model,
            variable=label,
            ratio=to_digits(math.exp(coefficient)),
            low=to_digits(math.exp(coefficient - wide * error)),
            high=to_digits(math.exp(coefficient + wide * error)),
            p=to_digits(student_p(statistic, freedom) if freedom else normal_p(statistic)),
            events=found.events,
            fewest=_fewest(matrix[:, column], hit, is_word=" = " in label),
        )


def _fewest(values: FloatArray, hit: BoolArray, *, is_word: bool) -> int:
    """Return the persons of the smallest cell of exit by word; by exit alone for a number."""
    inside = values > 0 if is_word else np.ones(len(values), dtype=np.bool_)
    cells = [hit & inside, ~hit & inside, *([hit & ~inside, ~hit & ~inside] if is_word else [])]
    return min(int(cell.sum()) for cell in cells)
