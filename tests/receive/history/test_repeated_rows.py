"""Rows already received: in another period, or from another producer; keys are compared and never printed."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from evalkit.declare.feed import Feed, Severity
from evalkit.receive.history.past import PRODUCER
from evalkit.receive.history.repeated_rows import repeated_rows
from evalkit.store.delivery import Finding, Outcome
from evalkit.store.schema import LINE, PERIOD

KEY = "clé-très-reconnaissable"


def feed(grain: str, **changed: Any) -> Feed:
    return Feed.model_validate(
        {
            "feed": "essai",
            "label": "Essai",
            "grain": grain,
            "nature": "exhaustif",
            "key": ["numero"],
            "period": {"granularity": "annee", "field": "annee"},
            "fields": [{"name": "numero", "type": "code"}, {"name": "annee", "type": "year"}],
            **changed,
        }
    )


def mine(*numbers: str | None, period: str = "2025") -> pl.DataFrame:
    lines = list(range(2, 2 + len(numbers)))
    return pl.DataFrame({PERIOD: [period] * len(lines), LINE: lines, "numero": numbers, "annee": [period] * len(lines)})


def theirs(*rows: tuple[str, str, str]) -> pl.LazyFrame:
    producers, periods, numbers = zip(*rows, strict=True)
    return pl.LazyFrame({PRODUCER: producers, PERIOD: periods, "numero": numbers})


def told(grain: str, rows: pl.DataFrame, others: pl.LazyFrame, **changed: Any) -> list[Finding]:
    return list(repeated_rows(feed(grain, **changed), rows, others, "opac"))


@pytest.mark.parametrize("grain", ["evenement", "reponse", "texte"])
def test_an_event_comes_once_whatever_the_period(grain: str) -> None:
    others = theirs(("opac", "2024", KEY), ("opac", "2023", KEY), ("opac", "2024", "9"))
    (finding,) = told(grain, mine("1", KEY, "3"), others)
    assert (finding.code, finding.severity, finding.field, finding.lines) == (
        "EVK-R080",
        Severity.MAJOR,
        "numero",
        (3,),
    )
    assert "déjà reçue pour 2023, 2024" in finding.message
    assert KEY not in repr(finding)


@pytest.mark.parametrize("grain", ["personne", "total", "zone"])
def test_a_total_comes_back_at_each_period(grain: str) -> None:
    assert told(grain, mine(KEY), theirs(("opac", "2024", KEY))) == []


@pytest.mark.parametrize("grain", ["evenement", "personne", "total", "zone"])
def test_another_producer_may_not_send_it_again(grain: str) -> None:
    (finding,) = told(grain, mine("1", KEY), theirs(("habellis", "2025", KEY)))
    assert finding.lines == (3,)
    assert "déjà reçue de « habellis »" in finding.message.replace("\N{NO-BREAK SPACE}", " ")


def test_another_producer_at_another_period() -> None:
    others = theirs(("habellis", "2024", KEY))
    assert told("total", mine(KEY), others) == []
    assert [one.lines for one in told("evenement", mine(KEY), others)] == [(2,)]


def test_tolerance_and_severity_are_declared() -> None:
    rows, others = mine(*[str(i) for i in range(50)]), theirs(("opac", "2024", "7"))
    watch = {"repeated_keys": {"tolerance": "2 %", "severity": "bloquant"}}
    (finding,) = told("evenement", rows, others, watch=watch)
    assert (finding.severity, finding.outcome) == (Severity.MINOR, Outcome.NOTED)
    both = theirs(("opac", "2024", "7"), ("opac", "2024", "8"))
    (finding,) = told("evenement", rows, both, watch=watch)
    assert (finding.severity, finding.count) == (Severity.BLOCKING, 2)
    assert told("evenement", rows, both, watch={"repeated_keys": None}) == []


def test_missing_parts_of_a_key_are_nobodys() -> None:
    others = pl.LazyFrame(
        {PRODUCER: ["opac"], PERIOD: ["2024"], "numero": [None]}, schema_overrides={"numero": pl.String}
    )
    assert told("evenement", mine(None, "2"), others) == []


def test_persons_are_met_under_the_pseudonyms_of_one_purpose() -> None:
    content = feed("personne").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    persons = Feed.model_validate(
        {
            **content,
            "fields": [{"name": "numero", "type": "identity"}, {"name": "annee", "type": "year"}],
            "identity": {"field": "numero", "made_by": "tiers", "from": ["nom"]},
        }
    )
    rows = mine("reçu-1", "reçu-2").with_columns(numero__cohorte=pl.Series(["x", "y"]))
    stored = pl.LazyFrame({PRODUCER: ["habellis"], PERIOD: ["2025"], "numero__cohorte": ["y"]})
    (finding,) = repeated_rows(persons, rows, stored, "opac")
    assert finding.lines == (3,)
    # Without a purpose in common nothing can be compared.
    assert list(repeated_rows(persons, rows, stored.rename({"numero__cohorte": "numero__indicateur"}), "opac")) == []
