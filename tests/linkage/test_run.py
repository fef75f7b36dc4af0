"""Two feeds of persons matched through the store, with planted false and missed matches."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from evalkit.declare.clause import Clause
from evalkit.declare.contract import Contract
from evalkit.declare.feed import Feed
from evalkit.errors import WorkspaceError
from evalkit.linkage.result import Linkage
from evalkit.linkage.run import LinkOrder, link
from evalkit.store.store import Store
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.measure.world import CONTRACT, TERRITORY, put
from tests.receive.world import PROTECTION


def feed(name: str, **changes: Any) -> Feed:
    return Feed.model_validate(
        {
            "feed": name,
            "label": name.capitalize(),
            "grain": "personne",
            "nature": "exhaustif",
            "key": ["personne", "mois"],
            "period": {"granularity": "mois", "field": "mois"},
            "identity": {"field": "personne", "made_by": "tiers", "from": ["nom", "date_naissance"]},
            "fields": [
                {"name": "personne", "type": "identity", "required": "true"},
                {"name": "zone", "type": "zone"},
                {"name": "mois", "type": "month", "required": "true"},
                {"name": "sexe", "type": "category", "values": ["F", "H"]},
            ],
            **changes,
        }
    )


ACCOMPANIED, REGISTERED = feed("accompagnes"), feed("inscrits")
DEFAULT = (ACCOMPANIED, REGISTERED)


def space(root: Path, feeds: tuple[Feed, ...] = DEFAULT, purposes: tuple[str, ...] = ("cohorte",)) -> Workspace:
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.un", "label": "Un"}]}],
        }
    )
    clauses = tuple(
        Clause.model_validate(
            {
                "feed": each.feed,
                "producers": ["bailleur"],
                "status": "signed",
                "sharing": {"purposes": list(purposes)},
                "protection": PROTECTION,
            }
        )
        for each in feeds
    )
    declared = ContractDeclarations(contract, TERRITORY, clauses, (), (), ())
    return Workspace(root, Config(), {each.feed: each for each in feeds}, {CONTRACT: declared})


def rows(names: list[tuple[str, str]], month: str = "2026-03") -> list[dict[str, object]]:
    """One row per person and month, a woman's or a man's; even numbers live in one zone, odd ones in the other."""
    return [
        {"personne": name, "mois": month, "sexe": sex, "zone": ("pres", "aubepins")[index % 2]}
        for index, (name, sex) in enumerate(names)
    ]


def sex(number: int) -> str:
    return "F" if number % 2 else "H"


def planted(root: Path, **order: Any) -> Linkage:
    """500 accompanied persons among 2,000 registered ones: 465 truly matched, 15 with a stranger, 20 missed.

    Of the 15 strangers, 7 are of the other sex, as 15 x 0.5 would have it.
    """
    here, store = space(root), Store(root / "data")
    left = [(f"p{number}", sex(number)) for number in range(465)]
    left += [(f"p{number}", sex(number + (number < 472))) for number in range(465, 480)]
    left += [(f"faute{number}", sex(number)) for number in range(480, 500)]
    put(store, rows(left), feed=ACCOMPANIED, delivery_id="d1")
    put(store, rows([(f"p{number}", sex(number)) for number in range(2000)]), feed=REGISTERED, delivery_id="d2")
    return link(here, store, LinkOrder(CONTRACT, "accompagnes", "inscrits", **order))


def test_rates_and_errors_are_found_again(tmp_path: Path) -> None:
    found = planted(tmp_path, is_contained=True)
    assert (found.persons_left, found.persons_right, found.linked) == (500, 2000, 480)
    assert (found.rate_left, found.rate_right) == (0.96, 0.24)
    assert found.agreement is not None
    assert (found.agreement.pairs, found.agreement.discordant) == (480, 7)
    assert found.agreement.by_chance == pytest.approx(0.5, abs=0.01)
    assert found.false is not None
    assert found.false.value == pytest.approx(15 / 480, abs=0.003)
    assert found.false.low < 15 / 480 < found.false.high
    assert found.missed is not None
    assert found.missed.value == pytest.approx(35 / 500, abs=0.004)
    assert [(each.field, each.persons) for each in found.groups] == [
        ("zone", 250), ("zone", 250), ("sexe", 249), ("sexe", 251),
    ]  # fmt: skip
    assert sum(each.linked for each in found.groups if each.field == "sexe") == 480
    assert found.deliveries == ("d1", "d2")
    assert not any(str(each).startswith("p1") for each in vars_of(found))


def vars_of(found: Linkage) -> list[object]:
    return [getattr(found, name) for name in found.__dataclass_fields__]


def test_without_a_containment_missed_matches_have_bounds_only(tmp_path: Path) -> None:
    found = planted(tmp_path)
    assert found.missed is not None
    assert found.missed.low == 0.0
    assert found.missed.high > 35 / 500
    assert any("bornes" in sentence for sentence in found.warnings)


def test_a_witness_that_the_identity_is_made_of_is_not_used(tmp_path: Path) -> None:
    found = planted(tmp_path, witness="zone")
    assert (found.witness, found.false) == ("", None)
    assert any("témoin" in sentence for sentence in found.warnings)


def test_two_people_under_one_pseudonym_are_counted(tmp_path: Path) -> None:
    here, store = space(tmp_path), Store(tmp_path / "data")
    put(store, rows([("a", "F"), ("a", "H"), ("b", "F")]), feed=ACCOMPANIED, delivery_id="d1")
    put(store, rows([("a", "F"), ("c", "F")]), feed=REGISTERED, delivery_id="d2")
    found = link(here, store, LinkOrder(CONTRACT, "accompagnes", "inscrits"))
    assert (found.linked, found.contradictory) == (1, 1)


@pytest.mark.parametrize(
    ("feeds", "purposes", "said"),
    [
        ((ACCOMPANIED, feed("inscrits", identity=None)), ("cohorte",), "ne suit personne"),
        (DEFAULT, ("indicateur",), "finalité"),
        (
            (ACCOMPANIED, feed("inscrits", identity={"field": "personne", "made_by": "autre", "from": ["nom"]})),
            ("cohorte",),
            "même tiers",
        ),
    ],
)
def test_what_may_not_be_matched_says_why(
    tmp_path: Path, feeds: tuple[Feed, ...], purposes: tuple[str, ...], said: str
) -> None:
    found = link(space(tmp_path, feeds, purposes), Store(tmp_path), LinkOrder(CONTRACT, "accompagnes", "inscrits"))
    assert said in found.refusal
    assert (found.linked, found.missed) == (0, None)


def test_feeds_under_two_keys_are_not_matched(tmp_path: Path) -> None:
    here, store = space(tmp_path), Store(tmp_path / "data")
    put(store, rows([("a", "F")]), feed=ACCOMPANIED, delivery_id="d1", key="ancienne")
    put(store, rows([("b", "F")]), feed=REGISTERED, delivery_id="d2", key="nouvelle", received_on=dt.date(2026, 9, 1))
    assert "clé" in link(here, store, LinkOrder(CONTRACT, "accompagnes", "inscrits")).refusal


def test_an_unknown_feed_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        link(space(tmp_path), Store(tmp_path), LinkOrder(CONTRACT, "accompagnes", "ailleurs"))
    assert caught.value.problems[0].code == "EVK-W022"
