"""What is drawn: the figures of the documents are the levels, rules between columns hold, margins add up."""

from __future__ import annotations

import polars as pl
import pytest

from evalkit.declare.feed import RuleCheck
from evalkit.declare.feed_check import PartsCheck
from evalkit.demo.planned.rows import PERIOD
from evalkit.formula import columns_of, compile_formula, parse
from tests.demo.planned.conftest import SMALL


@pytest.fixture(scope="module")
def tables(sent):
    return lambda contract: [(table.frame.feed, table.rows) for table in sent(contract)[1]]


@pytest.mark.parametrize("contract", SMALL)
def test_blocking_rules_hold_before_any_fault_is_put_in(tables, contract):
    """A row that breaks a blocking rule would be refused: only planted faults may be."""
    broken = []
    for feed, rows in tables(contract):
        for check in feed.checks:
            if isinstance(check, RuleCheck) and check.severity == "bloquant":
                formula = parse(check.rule)
                if set(columns_of(formula)) <= set(rows.columns):
                    holds = rows.select(compile_formula(formula).fill_null(value=True).all()).item()
                    broken += [] if holds else [(feed.feed, check.rule)]
    assert broken == []


@pytest.mark.parametrize("contract", SMALL)
def test_complete_parts_make_their_total(tables, contract):
    wrong = []
    for feed, rows in tables(contract):
        complete = [check for check in feed.checks if isinstance(check, PartsCheck) and check.complete]
        for check in complete:
            if {check.total, *check.parts} <= set(rows.columns):
                made = rows.select((pl.sum_horizontal(check.parts) - pl.col(str(check.total))).abs().max()).item()
                wrong += [] if made <= float(check.slack) else [(feed.feed, made)]
    assert wrong == []


def test_rows_ensemble_add_up_the_others(tables):
    """Children of the PRE of Blois by age, and the row of all ages that a report reads."""
    (rows,) = (rows for feed, rows in tables("blois") if feed.feed == "education-reussite")
    keys = ["zone", PERIOD, "dispositif"]
    parts = rows.filter(pl.col("tranche_age") != "ensemble").group_by(keys).agg(pl.sum("enfants_suivis")).sort(keys)
    whole = rows.filter(pl.col("tranche_age") == "ensemble").select(*keys, "enfants_suivis").sort(keys)
    assert whole.height
    assert whole.equals(parts)


@pytest.mark.parametrize(
    ("feed", "where", "column", "zone", "printed"),
    [
        ("caf-allocataires", None, "rsa", "beau-marais", 1308),
        ("caf-allocataires", None, "rsa", "fort-nieulay", 518),
        ("releves-indicateurs", "calais.edu.laep-frequentation", "valeur", "beau-marais", 1547),
        ("releves-indicateurs", "calais.edu.laep-frequentation", "valeur", "fort-nieulay", 403),
    ],
)
def test_levels_are_those_that_the_document_prints(tables, feed, where, column, zone, printed):
    """Grand Calais: the last figure of each zone (lines 320, 321, 1172 and 1978), within a drift of 4 % a year
    and the noise of a Poisson count."""
    found = pl.concat([rows for each, rows in tables("grand-calais") if each.feed == feed])
    found = found.filter(pl.col("zone") == zone, *([pl.col("indicateur") == where] if where else []))
    first = found.filter(pl.col(PERIOD).str.starts_with("2024"))
    assert first[column].sum() == pytest.approx(printed, rel=0.12)
