"""Effects of several entry dates by plain means, and what they would be had other zones entered at these dates.

The effects are those of Callaway and Sant'Anna without covariates. Their clustered error promises too much when few
zones enter; dealing the same dates to other zones asks nothing of the number of zones but that it be large enough.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.group_time import NEVER, Controls
from evalkit.stats.inversion import StatisticFamily


@dataclass(frozen=True, slots=True, eq=False)
class EntryPanel:
    """A complete panel of zones, those treated from the first period left out.

    Attributes:
        outcome: shape (zones, periods).
        entry: rank of the first treated period, from 1, or NEVER, shape (zones,).
        weight: shape (zones,).
        controls: zones never treated, or those not treated yet as well.
    """

    outcome: FloatArray
    entry: IntArray
    weight: FloatArray
    controls: Controls = "never"

    @property
    def cohorts(self) -> tuple[int, ...]:
        """Return the entries that fall inside the panel, sorted."""
        periods = self.outcome.shape[1]
        return tuple(int(each) for each in np.unique(self.entry) if each < periods)

    @property
    def treated(self) -> FloatArray:
        """Return which cells are treated, 0 or 1, shape (zones, periods)."""
        after = np.arange(self.outcome.shape[1])[None, :] >= self.entry[:, None]
        return after.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class EntryMeans:
    """Effects by cohort and period, of one outcome or of several.

    Attributes:
        effects: shape (outcomes, cohorts, periods); NaN where no control is left.
        load: weight of each in the overall effect, shape (cohorts, periods): cohorts weigh what their zones weigh, the
            periods of a cohort the same.
        overall: shape (outcomes,).
        influence: of each zone on the overall effect, shape (outcomes, zones).
    """

    effects: FloatArray
    load: FloatArray
    overall: FloatArray
    influence: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class EntryDraws:
    """What other deals of the entry dates give, the observed one included.

    Attributes:
        family: t-statistics of the overall effect, as functions of the effect supposed.
        effects: by cohort and period, of the outcome and of the treatment, shape (deals, 2, cohorts, periods).
        overall: of the outcome and of the treatment, shape (deals, 2).
    """

    family: StatisticFamily
    effects: FloatArray
    overall: FloatArray


def entry_means(panel: EntryPanel, outcomes: FloatArray | None = None, entry: IntArray | None = None) -> EntryMeans:
    """Estimate the effect of each cohort in each period against its last period before the entry.

    Args:
        panel: the panel.
        outcomes: other outcomes, shape (outcomes, zones, periods).
        entry: other entries, shape (zones,).

    Returns:
        The means, and the overall effect: the mean of the periods of each cohort, then of the cohorts.

    Source: Callaway and Sant'Anna 2021, section 3.2, the average by cohort.
    """
    values = panel.outcome[None] if outcomes is None else outcomes
    entries = panel.entry if entry is None else entry
    cohorts, periods = panel.cohorts, values.shape[2]
    effects = np.full((len(values), len(cohorts), periods), np.nan)
    load, influence = np.zeros((len(cohorts), periods)), np.zeros(values.shape[:2])
    total = float(panel.weight[np.isin(entries, cohorts)].sum())
    for rank, cohort in enumerate(cohorts):
        own = panel.weight * (entries == cohort)
        other = _controls(panel, entries, cohort)
        seen = other.sum(axis=0) > 0
        mine, theirs = own / own.sum(), other / np.where(seen, other.sum(axis=0), 1.0)
        change = values - values[:, :, [cohort - 1]]
        here, there = mine @ change, (theirs * change).sum(axis=1)
        effects[:, rank, seen] = (here - there)[:, seen]
        after = seen & (np.arange(periods) >= cohort)
        if after.any():
            load[rank, after] = float(own.sum()) / total / np.count_nonzero(after)
        spread = mine[:, None] * (change - here[:, None]) - theirs * (change - there[:, None])
        influence += spread @ load[rank]
    load = load / load.sum() if load.any() else load
    overall = np.einsum("okt,kt->o", np.nan_to_num(effects), load)
    return EntryMeans(effects, load, overall, influence)


def _controls(panel: EntryPanel, entries: IntArray, cohort: int) -> FloatArray:
    if panel.controls == "never":
        untreated = np.broadcast_to((entries == NEVER)[:, None], panel.outcome.shape)
    else:
        latest = np.maximum(np.arange(panel.outcome.shape[1]), cohort - 1)
        untreated = (entries[:, None] > latest) & (entries != cohort)[:, None]
    return np.asarray(panel.weight[:, None] * untreated)


def deal_entries(panel: EntryPanel, draws: int, seed: int) -> EntryDraws:
    """Deal the entry dates to other zones and estimate again.

    Args:
        panel: the panel.
        draws: largest number of deals besides the observed one; they are all enumerated when there are no more.
        seed: seed of the draws.

    Returns:
        The draws.
    """
    both = np.stack([panel.outcome, panel.treated])
    found = [entry_means(panel, both, entry) for entry in dealt_entries(panel.entry, draws, seed)]
    observed = entry_means(panel, both)
    spreads = np.array([_spread(each) for each in found])
    overall = np.array([each.overall for each in found])
    family = StatisticFamily(
        overall.T,
        spreads.T,
        (float(observed.overall[0]), float(observed.overall[1])),
        _spread(observed),
    )
    return EntryDraws(family, np.array([each.effects for each in found]), overall)


def _spread(means: EntryMeans) -> tuple[float, float, float]:
    first, second = means.influence
    return float(first @ first), float(first @ second), float(second @ second)


def number_of_deals(entry: IntArray) -> int:
    """Return in how many ways the zones could have shared these entries.

    Args:
        entry: shape (zones,).
    """
    _, counts = np.unique(entry, return_counts=True)
    return math.factorial(len(entry)) // math.prod(math.factorial(int(count)) for count in counts)


def dealt_entries(entry: IntArray, draws: int, seed: int) -> Iterator[IntArray]:
    """Return every way to share the entries, or the observed one and as many at random.

    Args:
        entry: shape (zones,).
        draws: largest number of deals besides the observed one.
        seed: seed of the draws.
    """
    if number_of_deals(entry) <= draws + 1:
        labels, counts = np.unique(entry, return_counts=True)
        yield from _every(np.full(len(entry), labels[-1]), list(zip(labels[:-1], counts[:-1], strict=True)), ())
        return
    yield entry
    generator = np.random.Generator(np.random.PCG64(seed))
    for _ in range(draws):
        yield generator.permutation(entry)


def _every(base: IntArray, left: list[tuple[int, int]], taken: tuple[int, ...]) -> Iterator[IntArray]:
    """Return every deal of the entries left among the zones not taken yet."""
    if not left:
        yield base
        return
    (label, count), *rest = left
    free = [zone for zone in range(len(base)) if zone not in taken]
    for chosen in itertools.combinations(free, count):
        dealt = base.copy()
        dealt[list(chosen)] = label
        yield from _every(dealt, rest, (*taken, *chosen))
