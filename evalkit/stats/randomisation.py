"""Randomisation inference: what the t-statistic would be, had other zones been treated."""

from __future__ import annotations

import itertools
import math

import numpy as np

from evalkit.stats.arrays import BoolArray, FloatArray, IntArray
from evalkit.stats.inversion import StatisticFamily
from evalkit.stats.two_way import TwoWayFit, within_zone

_CELLS_PER_CHUNK = 4_000_000


def all_assignments(zones: int, treated: int) -> BoolArray:
    """Enumerate every choice of treated zones.

    Args:
        zones: number of zones.
        treated: number of treated zones.

    Returns:
        Shape (number of choices, zones), in lexicographic order.
    """
    chosen = np.array(list(itertools.combinations(range(zones), treated)), dtype=np.int64)
    table = np.zeros((len(chosen), zones), dtype=np.bool_)
    np.put_along_axis(table, chosen, values=True, axis=1)
    return table


def drawn_assignments(observed: BoolArray, draws: int, seed: int) -> BoolArray:
    """Take every choice of treated zones, or as many at random, with the one observed first.

    Args:
        observed: which zones are treated, shape (zones,).
        draws: largest number of choices besides the observed one.
        seed: seed of the draws.

    Returns:
        Shape (choices, zones).
    """
    zones, treated = len(observed), int(observed.sum())
    if math.comb(zones, treated) <= draws + 1:
        return all_assignments(zones, treated)
    generator = np.random.Generator(np.random.PCG64(seed))
    ranks = generator.permuted(np.broadcast_to(np.arange(zones), (draws, zones)), axis=1)
    return np.concatenate([observed[None, :], ranks < treated])


def grouped_assignments(observed: BoolArray, groups: IntArray, draws: int, seed: int) -> BoolArray:
    """Take every choice of treated zones inside the groups, or as many at random, with the one observed first.

    Args:
        observed: which zones are treated, shape (zones,).
        groups: rank of the group of each zone, -1 for a zone that is never exchanged, shape (zones,).
        draws: largest number of choices besides the observed one.
        seed: seed of the draws.

    Returns:
        Shape (choices, zones); in each group, as many treated zones as observed.
    """
    members = [np.flatnonzero(groups == rank) for rank in range(int(groups.max(initial=-1)) + 1)]
    counts = [int(observed[zones].sum()) for zones in members]
    if number_of_choices(observed, groups) <= draws + 1:
        every = [itertools.combinations(zones.tolist(), count) for zones, count in zip(members, counts, strict=True)]
        chosen = [tuple(itertools.chain(*parts)) for parts in itertools.product(*every)]
        table = np.broadcast_to(observed & (groups < 0), (len(chosen), len(observed))).copy()
        for row, taken in zip(table, chosen, strict=True):
            row[list(taken)] = True
        return table
    generator = np.random.Generator(np.random.PCG64(seed))
    table = np.broadcast_to(observed, (draws + 1, len(observed))).copy()
    for zones, count in zip(members, counts, strict=True):
        ranks = generator.permuted(np.broadcast_to(np.arange(len(zones)), (draws, len(zones))), axis=1)
        table[1:, zones] = ranks < count
    return table


def number_of_choices(observed: BoolArray, groups: IntArray) -> int:
    """Return in how many ways as many zones of each group could have been treated."""
    members = [observed[groups == rank] for rank in range(int(groups.max(initial=-1)) + 1)]
    return math.prod(math.comb(len(zones), int(zones.sum())) for zones in members)


def smallest_attainable_p(zones: int, treated: int) -> float:
    """Return the smallest p-value that a permutation of the treated zones can reach.

    Args:
        zones: number of zones.
        treated: number of treated zones.

    Returns:
        One over the number of choices, twice that when a choice and its complement give the same statistic.
    """
    return (2.0 if 2 * treated == zones else 1.0) / math.comb(zones, treated)


def smallest_grouped_p(observed: BoolArray, groups: IntArray) -> float:
    """Return the smallest p-value that permutations inside groups can reach.

    Args:
        observed: which zones are treated, shape (zones,).
        groups: rank of the group of each zone, -1 for a zone that is never exchanged, shape (zones,).

    Returns:
        One over the number of choices, twice that when the complement of a choice is one too.
    """
    members = [observed[groups == rank] for rank in range(int(groups.max(initial=-1)) + 1)]
    mirrored = bool((groups >= 0).all()) and all(2 * int(zones.sum()) == len(zones) for zones in members)
    return (2.0 if mirrored else 1.0) / number_of_choices(observed, groups)


def permute_treated(fit: TwoWayFit, post: BoolArray, assignments: BoolArray, observed: BoolArray) -> StatisticFamily:
    """Recompute the t-statistic of the coefficient for other choices of treated zones.

    Args:
        fit: fit of the observed treatment.
        post: which periods come after the entry, shape (periods,).
        assignments: choices of treated zones, shape (choices, zones).
        observed: the observed choice, shape (zones,).

    Returns:
        The statistics, as functions of the supposed effect.

    Source: MacKinnon and Webb 2020, "Randomization inference for difference-in-differences with few treated
    clusters" (RI-t).
    """
    step = max(1, _CELLS_PER_CHUNK // fit.treatment.size)
    parts = [_permute(fit, post, assignments[start : start + step]) for start in range(0, len(assignments), step)]
    numerator, spread = _permute(fit, post, observed[None, :])
    return StatisticFamily(
        np.concatenate([part[0] for part in parts], axis=1),
        np.concatenate([part[1] for part in parts], axis=1),
        (float(numerator[0, 0]), float(numerator[1, 0])),
        (float(spread[0, 0]), float(spread[1, 0]), float(spread[2, 0])),
    )


def _permute(fit: TwoWayFit, post: BoolArray, chosen: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return numerators and spreads, for the outcome and for the observed treatment as outcome."""
    effects = fit.effects
    weights = effects.weights
    entry = within_zone(np.broadcast_to(post.astype(np.float64), weights.shape), effects)
    weighted = weights * entry
    taken = chosen.astype(np.float64)
    periods = (taken @ weighted) @ effects.gram_inverse
    means = (periods @ weights.T) / np.where(effects.totals > 0, effects.totals, 1.0)
    own = taken * ((weighted * entry).sum(axis=1) - 2.0 * periods @ weighted.T)
    own += periods**2 @ weights.T - effects.totals * means**2
    information = own.sum(axis=1)
    numerators, scores = [], []
    for values in (fit.outcome, fit.treatment):
        loads = taken * (weighted * values).sum(axis=1)
        numerator = loads.sum(axis=1)
        # The residual values sum to zero by period, so the period effects of the choice change no numerator.
        scores.append(loads - periods @ (weights * values).T - (numerator / information)[:, None] * own)
        numerators.append(numerator)
    spread = (scores[0] ** 2).sum(axis=1), (scores[0] * scores[1]).sum(axis=1), (scores[1] ** 2).sum(axis=1)
    return np.stack(numerators), np.stack(spread)
