"""What limits a cohort, as tables of the annex: those lost, who benefits, what is linked, the same persons before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import ROLES
from evalkit.present.cohorts.words import by_words, group_words, lower_first, people_words, upper_first, variable_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.cells import FREE, NONE, SECRET
from evalkit.present.words.dates import wave_words
from evalkit.present.words.numbers import number, p_value, percent, signed
from evalkit.typography import typeset

_WITHOUT = "sans sortie"
_CURVES, _SUBGROUPS = "courbes", "sous-groupes"
_CERTAIN = 0.05


def _rows(reader: Reader, table: str, cohort: Cohort) -> list[dict[str, Any]]:
    frame: pl.DataFrame = getattr(reader.publication.tables, table)
    return list(frame.filter(pl.col("cohort") == cohort.cohort).iter_rows(named=True))


def _is_free(row: dict[str, Any]) -> bool:
    return str(row["confidentiality"]) == FREE


def losses_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return what those lost may change: the rate once they are replaced, and whether both sides lose alike."""
    found = _rows(reader, "attrition", cohort)
    rows = [
        [
            say(
                "cohorts.doubts.group_wave",
                group=upper_first(group_words(cohort, row["group"])),
                wave=wave_words(row["wave"]),
            ),
            *_interval(row, "weighted", 100.0, say("cohorts.doubts.percent")),
            number(row["effective_size"]) if _is_free(row) else SECRET,
        ]
        for row in found
    ]
    columns = (
        Column(say("cohorts.doubts.column_group_wave"), width=30),
        Column(say("cohorts.doubts.column_weighted"), "right", 16),
        Column(say("cohorts.doubts.column_interval"), "right", 22),
        Column(say("cohorts.doubts.column_size"), "right", 18),
    )
    table = markdown_table(columns, rows, say("cohorts.doubts.losses")) if rows else ""
    if rows and not any(_is_free(row) for row in found):
        table = say("cohorts.doubts.losses_secret")
    told = [
        say("cohorts.doubts.differential", wave=wave_words(row["wave"]), p=p_value(row["p"]), **_signs(row, "gap"))
        for row in _rows(reader, "differential", cohort)
        if _is_free(row)
    ]
    return typeset("\n\n".join(part for part in (table, "\n".join(told)) if part))


def _signs(row: dict[str, Any], name: str) -> dict[str, str]:
    return {each: signed(row[each], 1) for each in (name, "low", "high")}


def _interval(row: dict[str, Any], name: str, scale: float, unit: str, digits: int = 1) -> tuple[str, str]:
    if not _is_free(row):
        return SECRET, SECRET
    value, low, high = (
        None if row[each] is None else number(scale * row[each], digits) for each in (name, "low", "high")
    )
    between = NONE
    if low is not None and high is not None:
        between = say("cohorts.doubts.ends", low=low, high=high, unit=unit)
    return f"{value}{unit}", between


def times_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the mean times, the tests between declared groups and the ratios of the declared regressions."""
    parts = [_means(reader, cohort), _tests(reader, cohort), _ratios(reader, cohort)]
    return typeset("\n\n".join(part for part in parts if part))


def _means(reader: Reader, cohort: Cohort) -> str:
    found = _rows(reader, "means", cohort)
    if not found:
        return ""
    if not any(_is_free(row) for row in found):
        return say("cohorts.doubts.means_secret")
    rows = []
    for row in found:
        who = group_words(cohort, row["group"])
        if row["variable"]:
            who = say("cohorts.doubts.who", group=who, word=lower_first(_class(reader, row)))
        what = say("cohorts.doubts.without")
        if row["exit"] != _WITHOUT:
            what = say("cohorts.doubts.after", exit=ROLES.get(row["exit"], row["exit"]))
        rows.append([upper_first(who), what, *_interval(row, "months", 1.0, say("cohorts.doubts.months"))])
    columns = (
        Column(say("cohorts.doubts.column_group"), width=26),
        Column(say("cohorts.doubts.column_mean"), width=34),
        Column(say("cohorts.doubts.column_months"), "right"),
        Column(say("cohorts.doubts.column_interval"), "right"),
    )
    return markdown_table(columns, rows, say("cohorts.doubts.means", horizon=found[0]["horizon"]))


def _class(reader: Reader, row: dict[str, Any]) -> str:
    return variable_words(reader, f"{row['variable']} = {row['word']}")


def _tests(reader: Reader, cohort: Cohort) -> str:
    lines = [
        say("cohorts.doubts.test", variable=by_words(row["variable"]), test=row["test"], p=p_value(row["p_adjusted"]))
        for row in _rows(reader, "group_tests", cohort)
        if row["about"] == _CURVES and _is_free(row)
    ]
    return "\n".join(lines)


def _ratios(reader: Reader, cohort: Cohort) -> str:
    models = {"cox": say("cohorts.doubts.cox"), "fine_gray": say("cohorts.doubts.fine_gray")}
    rows = [
        [
            variable_words(reader, row["variable"]),
            models[row["model"]],
            *_interval(row, "ratio", 1.0, "", 2),
            p_value(row["p"]) if _is_free(row) else SECRET,
        ]
        for row in _rows(reader, "ratios", cohort)
    ]
    columns = (
        Column(say("cohorts.doubts.column_variable"), width=26),
        Column(say("cohorts.doubts.column_model"), width=26),
        Column(say("cohorts.doubts.column_ratio"), "right"),
        Column(say("cohorts.doubts.column_interval"), "right"),
        Column(say("cohorts.doubts.column_p"), "right"),
    )
    caption = say("cohorts.doubts.ratios", people=people_words(cohort))
    return markdown_table(columns, rows, caption) if rows else ""


def subgroups_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the gap inside each declared subgroup, adjusted, and whether it differs between them."""
    rows = list(_subgroup_rows(reader, cohort))
    refused = list(_refused_subgroups(reader, cohort))
    if not rows:
        return typeset("\n".join(refused))
    if not any(_is_free(row) for row in _rows(reader, "subgroups", cohort) if not row["refusal"]):
        return typeset("\n\n".join([say("cohorts.doubts.subgroups_secret"), *refused]))
    columns = (
        Column(say("cohorts.doubts.column_subgroup"), width=30),
        Column(say("cohorts.doubts.column_gap"), "right"),
        Column(say("cohorts.doubts.column_interval"), "right"),
        Column(say("cohorts.doubts.column_adjusted"), "right", 26),
    )
    table = markdown_table(columns, rows, say("cohorts.doubts.subgroups"))
    return typeset("\n\n".join([table, "\n".join([*_differences(reader, cohort), *refused])]).rstrip())


def _differences(reader: Reader, cohort: Cohort) -> Iterator[str]:
    for row in _rows(reader, "group_tests", cohort):
        if row["about"] == _SUBGROUPS and _is_free(row):
            p = p_value(row["p_adjusted"])
            if row["p_adjusted"] < _CERTAIN:
                yield say("cohorts.doubts.differs", variable=by_words(row["variable"]), p=p)
            else:
                yield say("cohorts.doubts.same", variable=by_words(row["variable"]), p=p)


def _subgroup_rows(reader: Reader, cohort: Cohort) -> Iterator[list[str]]:
    for row in _rows(reader, "subgroups", cohort):
        if row["refusal"]:
            continue
        name = f"{_class(reader, row)} ({row['family']})"
        p = p_value(row["p_adjusted"]) if _is_free(row) else SECRET
        yield [name, *_interval(row, "effect", 1.0, ""), p]


def _refused_subgroups(reader: Reader, cohort: Cohort) -> Iterator[str]:
    """Give the subgroups that are not compared, those refused for one reason together."""
    why: dict[str, list[str]] = {}
    for row in _rows(reader, "subgroups", cohort):
        if row["refusal"]:
            name = _class(reader, row) if row["word"] else variable_words(reader, row["variable"])
            why.setdefault(row["refusal"], []).append(name)
    for reason, names in why.items():
        yield say("cohorts.doubts.refused", names=" ; ".join(names), reason=reason)


def difference_sentences(reader: Reader, cohort: Cohort) -> Iterator[str]:
    """Give what the declared tests say of the declared groups, one sentence each, for a committee.

    Args:
        reader: the publication.
        cohort: the cohort.
    """
    for row in _rows(reader, "group_tests", cohort):
        if not _is_free(row):
            continue
        is_sure = row["p_adjusted"] < _CERTAIN
        key = {
            (_CURVES, True): "cohorts.doubts.paces_differ",
            (_CURVES, False): "cohorts.doubts.paces_same",
            (_SUBGROUPS, True): "cohorts.doubts.gaps_differ",
            (_SUBGROUPS, False): "cohorts.doubts.gaps_same",
        }[row["about"], is_sure]
        yield say(key, variable=by_words(row["variable"]), p=p_value(row["p_adjusted"]))


def before_after_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the same persons before and after their entry, with what it does not say; empty without any."""
    lines = [
        say(
            "cohorts.doubts.before_after",
            group=upper_first(group_words(cohort, row["group"])),
            then=percent(row["rate_before"], 1),
            now=percent(row["rate_after"], 1),
            before=-row["before"],
            after=row["after"],
            persons=number(row["persons"]),
            test=row["test"],
            p=p_value(row["p"]),
            **_signs(row, "change"),
        )
        for row in _rows(reader, "before_after", cohort)
        if _is_free(row)
    ]
    return typeset("\n".join([*lines, say("cohorts.doubts.no_effect")])) if lines else ""
