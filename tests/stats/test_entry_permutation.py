"""Several entry dates by plain means: equal to the general estimator, and exact under every deal of the dates."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from evalkit.stats.aggregation import aggregate
from evalkit.stats.entry_permutation import EntryPanel, deal_entries, dealt_entries, entry_means, number_of_deals
from evalkit.stats.group_time import NEVER, Sample, StaggeredDesign, group_time_effects


def made(controls="never", effect=2.0, zones=9) -> EntryPanel:
    draw = np.random.default_rng(5)
    entry = np.array(([2] * 2 + [4] * 2 + [NEVER] * zones)[:zones], dtype=np.int64)
    outcome = draw.normal(size=(zones, 6)) + draw.normal(size=(zones, 1))
    panel = EntryPanel(outcome, entry, draw.uniform(1, 5, zones), controls)
    return replace(panel, outcome=outcome + effect * panel.treated)


@pytest.mark.parametrize("controls", ["never", "not_yet"])
def test_the_effects_are_those_of_callaway_and_santanna(controls):
    """The general estimator (itself checked against R did, in test_staggered) without covariates, to 1e-12."""
    panel = made(controls)
    none = np.zeros((len(panel.entry), 0))
    sample = Sample(panel.outcome, panel.entry, panel.weight, none)
    reference = group_time_effects(sample, StaggeredDesign("or", controls))
    found = entry_means(panel)
    for cohort, period, effect in zip(reference.cohort, reference.period, reference.effect, strict=True):
        rank = panel.cohorts.index(int(cohort))
        assert found.effects[0, rank, period] == pytest.approx(effect, abs=1e-12)
    assert found.overall[0] == pytest.approx(aggregate(reference, "cohort").overall[0], abs=1e-12)
    assert found.load.sum() == pytest.approx(1)


def test_the_influence_of_zones_is_that_of_the_general_estimator():
    panel = made()
    sample = Sample(panel.outcome, panel.entry, panel.weight, np.zeros((len(panel.entry), 0)))
    reference = group_time_effects(sample, StaggeredDesign("or"))
    after = reference.period >= reference.cohort
    found = entry_means(panel)
    places = zip(reference.cohort, reference.period, strict=True)
    load = np.array([found.load[panel.cohorts.index(int(cohort)), period] for cohort, period in places])
    expected = reference.influence[:, after] @ load[after] / len(panel.entry)
    assert np.allclose(found.influence[0], expected, atol=1e-12)


def test_every_deal_is_enumerated_once():
    entry = np.array([1, 3, NEVER, NEVER, NEVER], dtype=np.int64)
    dealt = {tuple(each) for each in dealt_entries(entry, 100, 0)}
    assert dealt == set(itertools.permutations(entry.tolist()))
    assert len(dealt) == number_of_deals(entry) == 20  # 5! / 3!


def test_p_value_is_the_share_of_deals_at_least_as_extreme():
    """By brute force on the 756 deals (9! / (2! 2! 5!)) of the dates."""
    panel = made()
    draws = deal_entries(panel, 1000, 0)
    assert len(draws.overall) == number_of_deals(panel.entry) == 756

    def squared_t(entry):
        means = entry_means(panel, entry=entry)
        return means.overall[0] ** 2 / (means.influence[0] ** 2).sum()

    observed = squared_t(panel.entry)
    extreme = [squared_t(entry) >= observed * (1 - 1e-9) for entry in dealt_entries(panel.entry, 1000, 0)]
    assert draws.family.p_value(0.0) == np.mean(extreme)
    assert draws.family.p_value(float(entry_means(panel).overall[0])) == 1.0, "its own estimate is never rejected"


def test_without_effect_each_p_value_is_as_frequent_as_it_says():
    """Whichever deal was the observed one: among 20, p is 1/20, 2/20, ... each once, whatever the outcome."""
    outcome = np.random.default_rng(8).normal(size=(5, 4)).cumsum(axis=1)
    entry = np.array([1, 2, NEVER, NEVER, NEVER], dtype=np.int64)
    deals = list(dealt_entries(entry, 100, 0))
    found = [deal_entries(EntryPanel(outcome, each, np.ones(5)), 100, 0).family.p_value(0.0) for each in deals]
    assert sorted(found) == pytest.approx([rank / 20 for rank in range(1, 21)])
