"""The delivery and the contract that every tool of ``benchmarks/validation.py`` is given.

The delivery is synthetic and has no chance in it: every value is arithmetic on the number of the row, so that the same
number of rows is always the same file. For each rule about one row in a thousand is wrong (two for uniqueness).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

ONE_BAD_ROW_IN = 1013
SITUATIONS = ("emploi_durable", "emploi_transition", "formation", "recherche", "inactif", "sans_nouvelle")
MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
ZONE = r"^QN(0[0-9][0-9AB]|97[1-6])\d{2}[NMIC]$"
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the contract, in the words of Great Expectations.

    Attributes:
        name: what the tools answer under.
        expectation: expectation of GX that stands for the rule.
        arguments: its arguments.
        only_if: column and value: the rule speaks of these rows only; None for all of them.
    """

    name: str
    expectation: str
    arguments: dict[str, Any] = field(default_factory=dict)
    only_if: tuple[str, str] | None = None


def _filled(column: str, only_if: tuple[str, str] | None = None) -> Rule:
    suffix = "" if only_if is None else "_if_" + only_if[1]
    return Rule(f"{column}_filled{suffix}", "expect_column_values_to_not_be_null", {"column": column}, only_if)


def _pair(name: str, greater: str, smaller: str) -> Rule:
    arguments = {"column_A": greater, "column_B": smaller, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return Rule(name, "expect_column_pair_values_a_to_be_greater_than_b", arguments)


def contract() -> tuple[Rule, ...]:
    """Return the 22 rules."""
    whole_key = {"column_list": ["personne", "mois"], "ignore_row_if": "any_value_is_missing"}
    days = {"column": "date_entree", "min_value": FIRST_DAY, "max_value": LAST_DAY}
    lengths, between = "expect_column_value_lengths_to_equal", "expect_column_values_to_be_between"
    in_set, matching = "expect_column_values_to_be_in_set", "expect_column_values_to_match_regex"
    return (
        _filled("dossier"),
        Rule("dossier_unique", "expect_column_values_to_be_unique", {"column": "dossier"}),
        Rule("key_unique", "expect_compound_columns_to_be_unique", whole_key),
        _filled("personne"),
        Rule("personne_length", lengths, {"column": "personne", "value": 16}),
        _filled("mois"),
        Rule("mois_form", matching, {"column": "mois", "regex": MONTH}),
        _filled("zone"),
        Rule("zone_form", matching, {"column": "zone", "regex": ZONE}),
        Rule("sexe_known", in_set, {"column": "sexe", "value_set": ["F", "H"]}),
        _filled("age"),
        Rule("age_plausible", between, {"column": "age", "min_value": 15, "max_value": 99}),
        _filled("date_entree"),
        Rule("date_entree_plausible", between, days),
        _pair("exit_after_entry", "date_sortie", "date_entree"),
        _filled("situation"),
        Rule("situation_known", in_set, {"column": "situation", "value_set": list(SITUATIONS)}),
        Rule("heures_positive", between, {"column": "heures", "min_value": 0}),
        _pair("heures_within_plan", "heures_prevues", "heures"),
        Rule("code_postal_length", lengths, {"column": "code_postal", "value": 5}),
        Rule("code_postal_form", "expect_column_values_to_not_match_regex", {"column": "code_postal", "regex": "^00"}),
        _filled("date_sortie", ("situation", "emploi_durable")),
    )


def write_delivery(rows: int, path: Path) -> None:
    """Write the delivery, a part after the other, so that its size is not that of the memory."""
    numbers = pl.LazyFrame().select(i=pl.int_range(rows, dtype=pl.Int64))
    numbers.select(**_identity(), **_person(), **_stay(), **_hours()).sink_parquet(path)


_I = pl.col("i")


def _wrong(rule: int) -> pl.Expr:
    return (_I + 97 * rule) % ONE_BAD_ROW_IN == 0


def _drawn(salt: int, below: int) -> pl.Expr:
    # Two steps of Lehmer's generator on the number of the row: no product reaches 2^63.
    step = (_I % 2147483647 + salt) * 48271 % 2147483647
    return step * 16807 % 2147483647 % below


def _shuffled(number: pl.Expr) -> pl.Expr:
    # A bijection of the numbers below a prime: an identifier that is unique, and in no order.
    return number * 48271 % 2147483647


def _padded(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _text(value: str) -> pl.Expr:
    return pl.lit(value, dtype=pl.String)


def _identity() -> dict[str, pl.Expr]:
    previous = pl.when(_wrong(3)).then(_I - 1).otherwise(_I)
    person = _padded(_shuffled(previous // 12), 16)
    month = pl.concat_str(_text("2024-"), _padded(previous % 12 + 1, 2))
    return {
        "dossier": pl.when(~_wrong(1)).then(_shuffled(pl.when(_wrong(2)).then(_I - 1).otherwise(_I))),
        "personne": pl.when(~_wrong(4)).then(pl.when(_wrong(5)).then(_padded(_I, 11)).otherwise(person)),
        "mois": pl.when(~_wrong(6)).then(pl.when(_wrong(7)).then(_text("2024-13")).otherwise(month)),
    }


def _person() -> dict[str, pl.Expr]:
    department, order = _padded(_drawn(11, 95) + 1, 3), _padded(_drawn(12, 40) + 1, 2)
    zone = pl.concat_str(_text("QN"), department, order, _text("M"))
    sex = pl.when(_drawn(13, 20) > 0).then(pl.when(_drawn(14, 2) == 0).then(_text("F")).otherwise(_text("H")))
    postcode = pl.concat_str(_padded(_drawn(16, 95) + 1, 2), _padded(_drawn(17, 1000), 3))
    wrong_postcode = pl.when(_wrong(20)).then(_text("6905")).otherwise(_text("00123"))
    return {
        "zone": pl.when(~_wrong(8)).then(pl.when(_wrong(9)).then(_text("QN7511M")).otherwise(zone)),
        "sexe": pl.when(_wrong(10)).then(_text("X")).otherwise(sex),
        "age": pl.when(~_wrong(11)).then(pl.when(_wrong(12)).then(pl.lit(120)).otherwise(_drawn(15, 85) + 15)),
        "code_postal": pl.when(_wrong(20) | _wrong(21)).then(wrong_postcode).otherwise(postcode),
    }


def _stay() -> dict[str, pl.Expr]:
    entry = pl.lit(dt.date(2020, 1, 1)) + pl.duration(days=_drawn(21, 1500))
    drawn = _drawn(22, len(SITUATIONS))
    situation = drawn.replace_strict(list(range(len(SITUATIONS))), list(SITUATIONS), return_dtype=pl.String)
    working = _wrong(22) | (drawn == 0)
    known = pl.when(_wrong(17)).then(_text("inconnue")).when(working).then(_text(SITUATIONS[0])).otherwise(situation)
    exit_days = pl.when(_wrong(15)).then(pl.lit(-3)).otherwise(_drawn(23, 700))
    has_exit = _wrong(15) | (~_wrong(22) & (working | (_drawn(24, 2) == 0)))
    wrong_entry = pl.when(_wrong(14)).then(pl.lit(dt.date(1924, 1, 1))).otherwise(entry)
    return {
        "date_entree": pl.when(~_wrong(13)).then(wrong_entry).cast(pl.Date),
        "date_sortie": pl.when(has_exit).then(entry + pl.duration(days=exit_days)).cast(pl.Date),
        "situation": pl.when(~_wrong(16)).then(known),
    }


def _hours() -> dict[str, pl.Expr]:
    planned = _drawn(31, 6000).cast(pl.Float64) / 4
    done = pl.min_horizontal(planned, _drawn(32, 6000).cast(pl.Float64) / 4)
    wrong = pl.when(_wrong(18)).then(pl.lit(-5.0)).otherwise(planned + 1)
    return {"heures_prevues": planned, "heures": pl.when(_wrong(18) | _wrong(19)).then(wrong).otherwise(done)}
