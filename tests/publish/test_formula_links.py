"""Links between counts of different formulas are found in the declarations."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.formula import parse
from evalkit.publish.formula_links import formula_links
from evalkit.publish.meanings import meanings
from evalkit.publish.publish import publish
from evalkit.publish.quantities import At, terms_of
from evalkit.publish.regions import is_plain, regions

from .fixture.declared import DECLARATIONS, FEEDS
from .fixture.results import total
from .linked.generator import GIVEN
from .test_publish import observed

FEED = Feed.model_validate(
    {
        "feed": "suivis",
        "label": "Suivis",
        "grain": "personne",
        "nature": "exhaustif",
        "key": ["numero"],
        "period": {"granularity": "annee", "field": "annee"},
        "fields": [
            {"name": "numero", "type": "code"},
            {"name": "zone", "type": "zone"},
            {"name": "annee", "type": "year"},
            {"name": "sexe", "type": "category", "values": ["F", "H"]},
            {"name": "age", "type": "integer", "minimum": "15", "maximum": "99"},
            {"name": "entree", "type": "date"},
            {"name": "sortie", "type": "date"},
            {"name": "femmes", "type": "integer"},
            {"name": "hommes", "type": "integer"},
            {"name": "participants", "type": "integer"},
            {"name": "logement", "type": "boolean"},
        ],
        "checks": [{"total": "participants", "parts": ["femmes", "hommes"], "severity": "bloquant"}],
    }
)


def indicator(name: str, **measure: object) -> Indicator:
    block = {"feed": "suivis", "type": "count", **measure}
    return Indicator.model_validate({"id": f"a.{name}", "label": name, "measure": block, **GIVEN})


def links(*shown: tuple[Indicator, str]) -> set[tuple[str, tuple[str, ...]]]:
    """The links between some indicators and breakdowns of them, each named « id », « id breakdown » or « rest »."""
    names = {At("z", "2026", each).key(terms_of(one).numerator): f"{one.id} {each}".strip() for one, each in shown}
    known = meanings([one for one, _ in shown], {"suivis": FEED})
    found = formula_links(names, known, {"suivis": FEED})
    return {_written([names.get(key, "rest") for key in each.keys]) for each in found}


def _written(names: list[str]) -> tuple[str, tuple[str, ...]]:
    """Whole and parts; of two equal counts neither is the whole, and parts have no order."""
    whole, *parts = sorted(names) if len(names) == 2 else names
    return whole, tuple(sorted(parts))


ALL = indicator("tous")
WOMEN = indicator("femmes", where="sexe = 'F'")
MEN = indicator("hommes", where="sexe = 'H'")


def test_an_indicator_and_a_class_of_another_are_one_count() -> None:
    assert ("a.femmes", ("a.tous sexe=F",)) in links((ALL, ""), (ALL, "sexe=F"), (WOMEN, ""))


def test_conditions_that_exclude_each_other_leave_a_rest() -> None:
    """A person whose sex is not known is neither: the two do not make up the whole."""
    assert links((ALL, ""), (WOMEN, ""), (MEN, "")) == {("a.tous", ("a.femmes", "a.hommes", "rest"))}
    known = indicator("connus", where="sexe IS NOT NULL")
    assert links((known, ""), (WOMEN, ""), (MEN, "")) == {("a.connus", ("a.femmes", "a.hommes"))}


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("sexe = 'F'", "sexe IN ('F')"),
        ("age >= 16 AND age <= 25", "age BETWEEN 16 AND 25"),
        ("age > 15", "age >= 16"),
        ("NOT (age < 26 OR age IS NULL)", "age >= 26"),
        ("sexe = 'F' AND age >= 50", "age > 49 AND sexe = 'F'"),
        ("entree >= DATE '2026-01-01'", "entree > DATE '2025-12-31'"),
        ("sexe IS NOT NULL", "sexe IN ('F', 'H')"),
    ],
)
def test_two_ways_of_writing_a_condition_are_one_count(one: str, same: str) -> None:
    first, second = indicator("un", where=one), indicator("deux", where=same)
    assert links((first, ""), (second, "")) == {("a.deux", ("a.un",))}


@pytest.mark.parametrize(
    ("one", "other"), [("age < 26", "sexe = 'F'"), ("age <= 26", "age > 20"), ("logement", "age > 20")]
)
def test_conditions_that_only_overlap_have_no_link(one: str, other: str) -> None:
    assert links((indicator("un", where=one), ""), (indicator("deux", where=other), "")) == set()


def test_complementary_conditions_make_up_the_whole() -> None:
    young = indicator("jeunes", where="age < 26")
    older = indicator("autres", where="age >= 26 OR age IS NULL")
    assert links((ALL, ""), (young, ""), (older, "")) == {("a.tous", ("a.autres", "a.jeunes"))}


def test_a_ratio_is_tied_to_a_count_of_its_parts() -> None:
    share = indicator(
        "part", type="ratio", numerator="logement", denominator="logement IS NOT NULL", population="personnes"
    )
    housed = indicator("loges", where="logement")
    assert ("a.loges", ("a.part",)) in links((share, ""), (housed, ""))


def test_columns_add_up_as_the_feed_declares_and_as_formulas_write() -> None:
    def summed(name: str, of: str) -> Indicator:
        return indicator(name, type="sum", of=of)

    women, men, both = summed("f", "femmes"), summed("h", "hommes"), summed("p", "participants")
    assert links((women, ""), (men, ""), (both, "")) == {("a.p", ("a.f", "a.h"))}
    written = summed("fh", "femmes + hommes")
    assert ("a.fh", ("a.f", "a.h")) in links((women, ""), (men, ""), (written, ""))
    left = summed("reste", "participants - femmes")
    assert ("a.p", ("a.f", "a.reste")) in links((both, ""), (women, ""), (left, ""))


def test_a_condition_that_compares_two_columns_is_no_set() -> None:
    formula = parse("sortie >= entree")
    assert not is_plain(formula, FEED)
    assert links((ALL, ""), (indicator("sortis", where="sortie >= entree"), "")) == set()


def test_conditions_that_need_too_many_combinations_are_not_compared() -> None:
    columns = ("femmes", "hommes", "participants", "age")
    asked = [parse(f"{column} IN ({', '.join(str(20 + 3 * each) for each in range(12))})") for column in columns]
    assert regions(asked, FEED) is None


def test_dates_are_cut_where_they_are_written() -> None:
    before, after = (parse(f"entree {sign} DATE '2026-01-01'") for sign in ("<", ">="))
    kept = regions([before, after, None], FEED)
    assert kept is not None
    assert kept[0] & kept[1] == 0
    assert kept[0] | kept[1] != kept[2], "a date that is not known is on neither side"
    assert dt.date(2026, 1, 1).year == 2026


def test_a_small_rest_between_two_indicators_is_protected() -> None:
    """100 followed, 97 of them women: the three others would be known by subtraction."""
    clause = next(each for each in DECLARATIONS.clauses if each.feed == "parcours")
    clauses = (*DECLARATIONS.clauses, clause.model_copy(update={"feed": "suivis"}))
    declarations = replace(DECLARATIONS, indicators=(ALL, WOMEN), clauses=clauses)
    rows = [replace(total("a.tous", "prairie", "2026", 100.0), feed="suivis", n=100)]
    rows += [replace(total("a.femmes", "prairie", "2026", 97.0), feed="suivis", n=97)]
    shown = replace(observed(*rows), declarations=declarations, feeds={**FEEDS, "suivis": FEED})
    values = publish(shown).tables.observations["value"].to_list()
    assert values.count(None) == 1
    apart = replace(shown, declarations=replace(declarations, indicators=(ALL, indicator("femmes", where="age > 20"))))
    assert publish(replace(apart, feeds=FEEDS)).tables.observations["value"].null_count() == 0
