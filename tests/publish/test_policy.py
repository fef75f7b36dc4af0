from __future__ import annotations

import pytest

from evalkit.declare.clause import Clause
from evalkit.publish.policy import policy_of

from .fixture.declared import CLAUSES, FEEDS


def clause(feed: str, threshold: object) -> Clause:
    return Clause.model_validate(
        {"feed": feed, "producers": ["p"], "status": "signed", "production": {"threshold": threshold}}
    )


def test_the_strictest_of_several_agreements_wins() -> None:
    governing = [
        clause("parcours", {"units": 5, "of": "persons", "source": "a"}),
        clause("parcours", {"units": 11, "of": "persons", "source": "b"}),
        clause("parcours", {"units": 50, "of": "none", "source": "c"}),
    ]
    rule = policy_of(governing, FEEDS).rule("parcours")
    assert (rule.units, rule.source) == (11, "b")


def test_one_agreement_without_threshold_closes_the_feed() -> None:
    governing = [clause("parcours", {"units": 5, "of": "persons", "source": "a"}), clause("parcours", None)]
    assert not policy_of(governing, FEEDS).rule("parcours").is_declared


def test_a_feed_that_no_clause_names_has_no_hidden_default() -> None:
    assert not policy_of(CLAUSES, FEEDS).rule("autre").is_declared


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (4.5, True), (5, False), (None, False)])
def test_a_count_is_small_strictly_between_zero_and_the_threshold(count: float | None, small: bool) -> None:
    assert policy_of(CLAUSES, FEEDS).rule("parcours").is_small(count) is small


def test_a_threshold_of_none_masks_nothing() -> None:
    rule = policy_of(CLAUSES, FEEDS).rule("insee-insertion")
    assert rule.is_declared
    assert not rule.is_small(1)


def test_the_reason_names_the_threshold_and_its_source() -> None:
    reason = policy_of(CLAUSES, FEEDS).rule("attributions").reason
    assert reason == "secret statistique\u00a0: seuil de 11 ménages (convention, art. 7)"
