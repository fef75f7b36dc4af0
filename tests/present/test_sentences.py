from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evalkit.declare.indicator import Indicator
from evalkit.present.cohorts import entries, groups
from evalkit.present.comparisons import conclusions
from evalkit.present.document import data_state, method, opening, summary
from evalkit.present.reading import Reader
from evalkit.present.results import axes, missing
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.typography import typeset

from .reader import synthetic

PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " "})

CLEAR: dict[str, Any] = {
    "role": "primary",
    "unit": "points",
    "effect": 4.2,
    "low": 1.1,
    "high": 7.3,
    "p": 0.012,
    "mde": 3.1,
    "first_period": "2024-T1",
    "last_period": "2026-T4",
    "n_treated": 2,
    "n_controls": 26,
    "naive_p": 0.004,
    "test": "permutation",
    "test_reason": "deux zones seulement.",
    "effective_clusters": None,
    "smallest_p": None,
}
UNCLEAR = {**CLEAR, "low": -0.9, "high": 9.4, "p": 0.11, "mde": 6.5}
CAUSAL = re.compile(r"\b(grâce à|a permis|a causé|a provoqué|est dû à|a fait (?:monter|baisser))\b")


def every_text(reader: Reader) -> list[str]:
    declared = reader.publication.declared
    return [
        opening.synthetic_notice(reader),
        opening.about(reader),
        opening.cannot_say(reader),
        summary.summary_markdown(reader),
        data_state.producers_markdown(reader),
        data_state.reception_markdown(reader),
        data_state.refused_markdown(reader),
        *(axes.axis_markdown(reader, axis) for axis in declared.contract.axes),
        *(axes.axis_notes_markdown(reader, axis) for axis in declared.contract.axes),
        *(groups.rates_markdown(reader, each) for each in declared.cohorts),
        *(entries.balance_markdown(reader, each) for each in declared.cohorts),
        entries.entries_markdown(reader, declared.cohorts),
        *(groups.contrasts_markdown(reader, each) for each in declared.cohorts),
        conclusions.estimates_markdown(reader),
        *(conclusions.comparison_markdown(reader, each) for each in declared.comparisons),
        missing.not_computed_markdown(reader),
        missing.questions_markdown(reader),
        method.reading_notes(),
        method.sources_markdown(reader),
        method.definitions_markdown(reader),
        method.audit_markdown(reader),
        method.colophon_markdown(reader),
    ]


def test_no_text_holds_a_programmer_s_word_a_causal_one_or_a_decimal_point() -> None:
    for text in every_text(synthetic()):
        prose = re.sub(r"`[^`]*`|\d{4}-\d\d-\d\d-\w+|evalkit \d[\d.]*", "", text)
        assert not re.search(r"\b(nan|None|null|True|False|inf)\b", prose), text
        assert not re.search(r"\d\.\d", prose), text
        assert not CAUSAL.search(prose), text


def test_french_punctuation_has_its_no_break_spaces() -> None:
    for text in every_text(synthetic()):
        assert not re.search(r" [:;?!%»]", text), text
        assert not re.search(r"« ", text), text


def test_an_interval_that_leaves_zero_out_is_not_called_an_effect_of_the_programme() -> None:
    text = conclusions.conclusion(CLEAR).translate(PLAIN)
    assert "+4,2 points" in text
    assert "s’explique mal par le hasard seul" in text
    assert "rien d’autre" in text


def test_an_interval_that_holds_zero_concludes_nothing_and_says_what_could_be_seen() -> None:
    text = conclusions.conclusion(UNCLEAR).translate(PLAIN)
    assert "ne permettent de conclure ni à une hausse ni à une baisse" in text
    assert "Ce n’est pas la preuve d’une absence d’effet" in text
    assert "moins de 6,5 points" in text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**UNCLEAR, "role": "placebo"}, "ne contredit pas la méthode, sans la prouver"),
        ({**CLEAR, "role": "placebo"}, "doit être lue avec méfiance"),
    ],
)
def test_a_placebo_is_read_the_other_way_round(row: dict[str, Any], words: str) -> None:
    assert words in conclusions.conclusion(row)


def test_a_small_p_with_an_interval_that_holds_zero_is_not_clear() -> None:
    assert not conclusions.is_clear({**CLEAR, "low": -0.1})
    assert not conclusions.is_clear({**CLEAR, "p": 0.06})
    assert conclusions.is_clear(CLEAR)


def test_an_open_interval_is_said_to_be_open() -> None:
    assert conclusions.interval({**CLEAR, "high": float("inf")}) == "intervalle à 95 % non borné"


def test_the_usual_route_is_quoted_against_when_it_would_have_claimed_an_effect() -> None:
    assert "n’est pas retenue" in conclusions.naive_sentence(UNCLEAR)
    assert "sans changer la conclusion" in conclusions.naive_sentence(CLEAR)
    assert conclusions.naive_sentence({**CLEAR, "naive_p": None}) == ""


def test_the_sentence_of_a_target_gives_value_counts_gap_and_units_missing() -> None:
    reader = synthetic()
    text = next(text for text in every_text(reader) if "premier quartile" in text and "Cible" in text)
    flat = text.translate(PLAIN)
    assert "Valeur : 18,3 % en 2026 (131 sur 715 baux signés)" in flat
    assert "écart de −6,7 points ; il en manque 48 pour l’atteindre" in flat


def indicator(name: str) -> Indicator:
    return next(each for each in synthetic().publication.declared.indicators if each.id == name)


def test_no_change_is_given_across_a_break() -> None:
    reader = synthetic()
    prairie = reader.series(indicator("emploi.durable"), "prairie")
    assert [point.period for point in prairie.free] == ["2024", "2026"]
    assert axes.change_cell(reader, prairie) == "non comparable (rupture de série)"


def test_a_change_starts_after_the_break() -> None:
    reader = synthetic()
    whole = reader.series(indicator("emploi.durable"), "qpv")
    # 64 of 305 in 2025, 101 of 319 in 2026: 20.98 % then 31.66 %
    assert axes.change_cell(reader, whole).translate(PLAIN) == "+10,7 points depuis 2025"


def test_gaps_are_read_for_rates_and_never_for_raw_counts() -> None:
    reader = synthetic()
    assert axes.gap_cell(reader, reader.series(indicator("habiter.quartile"), "qpv")).translate(PLAIN) == "+17,3 points"
    assert axes.gap_cell(reader, reader.series(indicator("emploi.contrats"), "qpv")) == axes.NONE


def test_the_summary_has_at_most_ten_lines_and_ends_with_what_is_missing() -> None:
    lines = summary.summary_markdown(synthetic()).split("\n")
    assert [line.split(".")[0] for line in lines] == [str(rank) for rank in range(1, len(lines) + 1)]
    assert len(lines) <= summary.MOST_LINES
    assert "comparaison est refusée" in lines[-1].translate(PLAIN)


def test_a_masked_contrast_gives_its_reason_and_no_number() -> None:
    text = groups.contrast_sentence({"wave": "P12M", "confidentiality": "secret", "reason": "secret statistique"})
    assert text.translate(PLAIN) == "À 12 mois, l’écart n’est pas publié. Secret statistique."


def test_a_table_escapes_bars_and_keeps_one_line_per_row() -> None:
    text = markdown_table((Column("a"), Column("b", "right", 3)), [["x|y", "1\n2"]], "Légende")
    assert text.split("\n") == ["| a | b |", "|:------------|---:|", "| x\\|y | 1 2 |", "", ": Légende"]


def test_an_empty_table_says_so() -> None:
    assert markdown_table((Column("a"),), []) == "*Aucune ligne.*"


def test_a_grid_has_straight_sides_a_heading_across_and_no_bar_in_its_cells() -> None:
    columns = (Column("Série", width=8), Column("2026", "right", 6))
    table = GroupedTable(columns, (Group("*Un titre bien plus long que le tableau*", (("a|b c d e f", "12"),)),))
    lines = grouped_markdown(table, "Légende", "tbl-essai").split("\n")
    assert lines[-1] == ": Légende {#tbl-essai}"
    grid = lines[:-2]
    assert len({len(line) for line in grid}) == 1
    assert grid[2] == "+:=========+=======:+"
    assert grid[3].startswith("| *Un titre")
    assert "&#124;" in "".join(grid)
    assert all(line.count("|") in {0, 2, 3} for line in grid)


def test_columns_where_no_indicator_has_anything_are_left_out() -> None:
    habiter = axes.axis_markdown(synthetic(), synthetic().publication.declared.contract.axes[1])
    emploi = axes.axis_markdown(synthetic(), synthetic().publication.declared.contract.axes[0])
    assert "Écart à la" in habiter
    assert "Hors QPV" in emploi
    rows = [line for line in emploi.split("\n") if line.startswith("| **Contrats")]
    assert rows
    assert all("–" in row for row in rows)  # a column that another indicator fills stays, with its dashes


def test_a_comparison_is_read_line_by_line_its_result_first() -> None:
    reader = synthetic()
    first = reader.publication.declared.comparisons[0]
    lines = conclusions.comparison_markdown(reader, first).split("\n")
    labels = [re.match(r"- \*\*([^*]+)\.\*\* ", line) for line in lines]
    assert [match and match[1] for match in labels] == [
        "Résultat (comparaison principale)",
        "Ce qui permet d’en douter",
        "Avant le programme",
        "Méthode du test",
        "Ce que la méthode usuelle aurait affiché",
        "Ce qui est comparé",
    ]
    assert "ni à une hausse ni à une baisse" in lines[0]
    assert "Deux zones concernées seulement" in lines[1]


def test_a_clear_effect_is_doubted_too() -> None:
    doubts = conclusions.doubts({**CLEAR, "warnings": [], "leave_low": None, "leave_high": None})
    assert "rien d’autre n’a changé" in doubts


def test_an_interval_of_a_weighted_group_is_printed_and_an_empty_one_is_not() -> None:
    text = groups.rates_markdown(synthetic(), synthetic().publication.declared.cohorts[0]).translate(PLAIN)
    weighted = text.split("Comparaison équilibrée")[1]
    # 37 of 236 (35 x 1.05, rounded): 15.7 %, more or less 4.6 points.
    assert "15,7 % " in weighted
    assert "11,0 à 20,3 %" in weighted
    row = {"confidentiality": "libre", "rate": 0.2, "low": 0.2, "high": 0.2}
    assert groups.short_rate(row).translate(PLAIN) == "20,0 %"


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        ([], "–"),
        (["2026"], "2026"),
        (["2024", "2025", "2026"], "2024 à 2026"),
        (["2019-T1", "2027-T2"], "T1 2019 à T2 2027"),
    ],
)
def test_the_periods_of_a_feed_fit_a_cell(periods: list[str], words: str) -> None:
    assert data_state.short_span(periods).translate(PLAIN) == words


def test_results_with_one_cause_share_a_line() -> None:
    text = missing.not_computed_markdown(synthetic())
    rows = [line for line in text.split("\n") if line.startswith("| ")][1:]
    assert len({tuple(line.split("|")[1:3]) for line in rows}) == len(rows)


def test_every_missing_result_is_named_in_the_annex_and_counted_in_the_body() -> None:
    tables = synthetic().publication.tables
    annex, body = missing.not_computed_list_markdown(synthetic()), missing.not_computed_markdown(synthetic())
    for row in tables.not_computed.iter_rows(named=True):
        assert typeset(missing.subject_label(synthetic(), row["subject"], row["label"])) in annex
    counts = [int(line.split("|")[3]) for line in body.split("\n") if line.startswith("| ") and "Motif" not in line]
    assert sum(counts) == tables.not_computed.height + tables.refusals.height


def test_a_feed_of_which_nothing_is_due_is_named_under_the_table_and_has_no_row_of_zeros() -> None:
    tables = synthetic().publication.tables
    nobody = {"feed": "aucun", "label": "Flux sans clause", "producers": [], "periods": [], "fictitious": False}
    line = pl.DataFrame([nobody], schema_overrides=tables.sources.schema)
    sources = pl.concat([tables.sources, line], how="diagonal")
    quiet = replace(synthetic().publication, tables=replace(tables, sources=sources))
    text = data_state.reception_markdown(Reader(quiet)).translate(PLAIN)
    assert "Rien n’est attendu ni reçu à ce jour pour 1 flux déclaré : Flux sans clause." in text
    rows = [line.split("|")[3:8] for line in text.split("\n") if line.startswith("| ")]
    assert not [row for row in rows if all(cell.strip() == "0" for cell in row)]


def test_the_table_of_producers_adds_up_to_what_was_due() -> None:
    reception = synthetic().publication.tables.reception
    rows = [
        line.split("|")[1:-1] for line in data_state.producers_markdown(synthetic()).splitlines()[2:] if "|" in line
    ]
    assert [int(row[2]) for row in rows] and sum(int(row[2]) for row in rows) == reception.height
    assert len(rows) == reception["producer"].n_unique()
    lacks = [int(row[5]) + int(row[6]) for row in rows]
    assert lacks == sorted(lacks, reverse=True)


def test_the_annex_of_cohorts_loses_no_step_and_a_cohort_alone_says_so() -> None:
    reader = synthetic()
    cohorts = reader.publication.declared.cohorts
    text = entries.entries_markdown(reader, cohorts)
    steps = reader.publication.tables.flow["label"].unique()
    assert steps.len() and all(step.split(" ")[0] in text for step in steps)
    for cohort in cohorts:
        compared = cohort.cohort in set(reader.publication.tables.balance["cohort"])
        assert bool(entries.alone(reader, cohort)) is not compared


def test_present_reads_nothing_confidential() -> None:
    folder = Path(str(files("evalkit.present")))
    forbidden = re.compile(r"evalkit\.(measure|follow|compare|store|receive|cells|stats|workspace)\b")
    sources = sorted(folder.rglob("*.py"))
    assert len(sources) > 40
    for path in sources:
        assert not forbidden.search(path.read_text("utf-8")), path.name
