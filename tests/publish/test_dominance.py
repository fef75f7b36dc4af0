"""Sums that a few units make: masked, protected, and masked too when nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from evalkit.declare.decisions import Decisions, Dominance, Recoding
from evalkit.publish.attack import attack
from evalkit.publish.confidential import Confidential
from evalkit.publish.policy import policy_of
from evalkit.publish.protect import protect
from evalkit.publish.publish import publish
from evalkit.publish.recoding import recode
from evalkit.publish.whole import whole_plan

from .fixture.declared import CLAUSES, DECLARATIONS, FEEDS
from .fixture.results import total
from .test_publish import observed

NAME = "emploi.contrats"
NO_THRESHOLD = {"feed": "bilans", "agreement": "avenant", "units": 0, "of": "none", "citation": "art. 9"}


def under(decided: dict[str, object], *parts: tuple[str, float, list[float] | None]) -> Confidential:
    """Sums of 2026 by zone under a rule of dominance, with their largest contributions."""
    source = observed(*(total(NAME, zone, "2026", value) for zone, value, _ in parts))
    known = {zone: largest for zone, _, largest in parts}
    told = pl.Series("largest", [known[zone] for zone in source.observations["zone"]], dtype=pl.List(pl.Float64))
    decisions = Decisions.model_validate({"rules": [{**NO_THRESHOLD, "dominance": decided}]})
    return replace(source, observations=source.observations.with_columns(told), decisions=decisions)


INSEE = {"largest": 1, "percent": 85}
EVEN = [100.0, 90.0, 80.0]


def shown(confidential: Confidential) -> dict[str, tuple[float | None, str]]:
    rows = publish(confidential).tables.observations.iter_rows(named=True)
    return {row["zone"]: (row["value"], row["reason"]) for row in rows}


def test_a_sum_without_its_contributions_is_masked_and_says_why() -> None:
    rows = shown(under(INSEE, ("prairie", 400.0, None), ("tilleuls", 500.0, EVEN)))
    value, reason = rows["prairie"]
    assert value is None
    assert "rien ne dit quelle part de cette somme vient de ses plus grands contributeurs" in reason
    assert rows["tilleuls"][0] == 500.0


def test_without_the_column_every_sum_of_the_feed_is_masked() -> None:
    whole = under(INSEE, ("prairie", 400.0, EVEN), ("tilleuls", 500.0, EVEN))
    assert {value for value, _ in shown(whole).values()} == {400.0, 500.0}
    bare = replace(whole, observations=whole.observations.drop("largest"))
    assert {value for value, _ in shown(bare).values()} == {None}


def test_a_dominated_sum_does_not_come_back_by_subtraction() -> None:
    """One unit brings 390 of the 400 of La Prairie: with the total and Les Tilleuls, 400 would come back."""
    source = under(INSEE, ("prairie", 400.0, [390.0, 10.0]), ("tilleuls", 500.0, EVEN), ("qpv", 900.0, EVEN))
    plan = whole_plan(source, policy_of(CLAUSES, FEEDS, source.decisions))
    found = attack(plan, plan.primary)
    assert {interval.required for interval in found.narrow.values()} == {60.0}, "15 % of 400"
    assert attack(plan, protect(plan).hidden).holds
    rows = shown(source)
    assert rows["prairie"][0] is None
    assert [rows["tilleuls"][0], rows["qpv"][0]].count(None) == 1


def test_a_dominance_holds_without_any_threshold() -> None:
    assert shown(under({"rest_percent": 10}, ("prairie", 400.0, [390.0, 5.0])))["prairie"][0] is None
    assert shown(under({"rest_percent": 10}, ("prairie", 400.0, [200.0, 100.0])))["prairie"][0] == 400.0


@pytest.mark.parametrize("rule", [INSEE, {"rest_percent": 10}])
def test_a_sum_of_which_no_contribution_is_listed_is_dominated(rule: dict[str, float]) -> None:
    dominance = Dominance.model_validate(rule)
    assert dominance.is_broken(10.0, ())
    assert not dominance.is_broken(0.0, ())


def test_two_agreements_that_name_other_contributors_cannot_be_checked() -> None:
    first, second = (Dominance(largest=1, percent=85, by=name) for name in ("siret", "groupe"))
    assert first.strictest(second).by is None
    assert first.strictest(first).by == "siret"


def test_merged_sums_have_no_known_contribution() -> None:
    source = under(INSEE, ("prairie", 400.0, EVEN), ("tilleuls", 500.0, EVEN))
    merged = Recoding(field="zone", into={"deux": ("prairie", "tilleuls")})
    indicators = {each.id: each for each in DECLARATIONS.indicators}
    assert recode(source.observations, indicators, [merged])["largest"].to_list() == [None]
