"""Two sources of one quantity, and codes of a list: compared with what was received; the other’s figures unsaid."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from evalkit.declare.feed import Feed, Severity
from evalkit.declare.feed_check import CodeCheck, ListSpec, SourcesCheck
from evalkit.receive.history.code_lists import listed_codes, unlisted_codes
from evalkit.receive.history.sources_agree import Side, disagreement, pairs_of
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE, PERIOD

CHECK = {
    "of": "defm",
    "same_as": {"feed": "insee", "of": "abc"},
    "severity": "majeur",
    "message": "Les demandeurs d’emploi ne sont pas ceux de l’Insee.",
}


def feed(name: str, column: str, granularity: str, checks: tuple[dict[str, Any], ...] = ()) -> Feed:
    return Feed.model_validate(
        {
            "feed": name,
            "label": f"Flux {name}",
            "grain": "zone",
            "nature": "exhaustif",
            "key": ["zone"],
            "period": {"granularity": granularity},
            "fields": [
                {"name": "zone", "type": "zone", "required": "true"},
                {"name": column, "type": "integer"},
                {"name": "sexe", "type": "category", "values": ["F", "H", "T"]},
            ],
            "checks": checks,
        }
    )


MINE = feed("france-travail", "defm", "trimestre", (CHECK,))
THEIRS = feed("insee", "abc", "annee")


def table(column: str, *rows: tuple[str, str, int | None, str]) -> pl.DataFrame:
    periods, zones, values, sexes = zip(*rows, strict=True)
    frame = pl.DataFrame({PERIOD: periods, "zone": zones, column: values, "sexe": sexes})
    return frame.with_columns(pl.col(column).cast(pl.Int64))


QUARTERS = table("defm", ("2024-T4", "psj", 412, "T"), ("2024-T4", "aubepins", 200, "T"), ("2024-T3", "psj", 900, "T"))
YEARS = table("abc", ("2024", "psj", 380, "T"), ("2024", "aubepins", 205, "T"), ("2024", "outside", 9, "T"))


def told(may_tell: bool = False, **changed: Any) -> Finding | None:
    check = SourcesCheck.model_validate({**CHECK, **changed})
    (pair,) = pairs_of(MINE, {"insee": THEIRS, "france-travail": MINE})
    return disagreement(check, Side(MINE, pair.mine, QUARTERS), Side(THEIRS, pair.theirs, YEARS), may_tell)


def plain(finding: Finding | None) -> str:
    assert finding is not None
    return finding.message.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_periods_that_end_on_the_same_day_are_compared() -> None:
    finding = told()
    assert finding is not None
    assert (finding.code, finding.severity, finding.field, finding.count) == ("EVK-R081", Severity.MAJOR, "defm", 1)
    # 412 against 380 is 7.8 % of the greater one; 200 against 205 is 2.4 %.
    assert "1 valeur diffère sur 2, au-delà de 5 %. Le plus grand écart : psj, au 31/12/2024." in plain(finding)


def test_the_figures_of_another_partner_are_not_told() -> None:
    assert not {"380", "412"} & set(plain(told()).replace(",", " ").split())
    assert "412 ici et 380 dans l’autre source" in plain(told(may_tell=True))


@pytest.mark.parametrize("changed", [{"within": "10 %"}, {"rounding": "15"}, {"tolerance": "50 %"}])
def test_agreement_within_declared_tolerances(changed: dict[str, str]) -> None:
    assert told(**changed) is None


def test_an_agreement_is_seen_from_both_sides() -> None:
    feeds = {"insee": THEIRS, "france-travail": MINE}
    (pair,) = pairs_of(THEIRS, feeds)
    assert (pair.mine.feed, pair.mine.of, pair.theirs.feed, pair.theirs.of) == (
        "insee",
        "abc",
        "france-travail",
        "defm",
    )
    finding = disagreement(pair.check, Side(THEIRS, pair.mine, YEARS), Side(MINE, pair.theirs, QUARTERS), False)
    assert finding is not None
    assert (finding.field, finding.count) == ("abc", 1)


def test_parts_are_summed_and_hidden_parts_leave_the_sum_out() -> None:
    halves = table("defm", ("2024-T4", "psj", 190, "F"), ("2024-T4", "psj", 190, "H"), ("2024-T4", "psj", 380, "T"))
    (pair,) = pairs_of(MINE, {"insee": THEIRS, "france-travail": MINE})
    check = SourcesCheck.model_validate({**CHECK, "where": "sexe <> 'T'"})
    quantity = pair.mine.model_copy(update={"where": "sexe <> 'T'"})
    other = Side(THEIRS, pair.theirs, YEARS)
    assert disagreement(check, Side(MINE, quantity, halves), other, False) is None
    assert disagreement(check, Side(MINE, pair.mine, halves), other, False) is not None
    masked = halves.with_columns(defm=pl.when(pl.col("sexe") != "F").then(pl.col("defm")))
    assert disagreement(check, Side(MINE, quantity, masked), other, False) is None


CODES = Feed.model_validate(
    {
        "feed": "actions",
        "label": "Actions",
        "grain": "total",
        "nature": "exhaustif",
        "key": ["action"],
        "period": {"granularity": "annee"},
        "fields": [{"name": "action", "type": "code"}, {"name": "agent", "type": "code", "personal": "true"}],
    }
)


def code_check(code: str, **changed: Any) -> CodeCheck:
    declared = {"code": code, "listed_in": {"feed": "programmation", "field": "action"}, "severity": "majeur"}
    return CodeCheck.model_validate({**declared, **changed})


ROWS = pl.DataFrame({LINE: [2, 3, 4, 5], "action": ["A1", "A2", None, "A9"], "agent": ["A1", "x", "y", "z"]})
LIST = pl.Series(["A1", "A2", "A3"])


def test_codes_out_of_the_list() -> None:
    finding = unlisted_codes(CODES, code_check("action"), ROWS, LIST)
    assert finding is not None
    assert (finding.code, finding.lines, finding.received, finding.severity) == ("EVK-R082", (5,), "A9", Severity.MAJOR)
    assert "hors de la liste du flux « programmation » (1 ligne)." in plain(finding)
    tolerated = unlisted_codes(CODES, code_check("action", tolerance="25 %"), ROWS, LIST)
    assert tolerated is not None
    assert tolerated.severity is Severity.MINOR
    assert unlisted_codes(CODES, code_check("action"), ROWS.head(3), LIST) is None


def test_personal_codes_are_not_shown() -> None:
    finding = unlisted_codes(CODES, code_check("agent"), ROWS, LIST)
    assert finding is not None
    assert (finding.count, finding.received) == (3, "")


def test_a_list_that_was_never_received() -> None:
    spec = ListSpec(feed="programmation", field="action")
    assert listed_codes(None, spec) is None
    assert listed_codes(ROWS.clear(), spec) is None
    codes = listed_codes(ROWS, spec)
    assert codes is not None
    assert sorted(codes.to_list()) == ["A1", "A2", "A9"]
