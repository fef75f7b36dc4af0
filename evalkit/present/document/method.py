"""Method, definitions, sources and manifest: what lets a reader redo or dispute a number."""

from __future__ import annotations

import os

from evalkit.declare.indicator import Indicator, Kind
from evalkit.declare.measures import (
    CountMeasure,
    DurationMeasure,
    Measure,
    NarrativeMeasure,
    PublishedMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.french_dates import day_words
from evalkit.present.document.opening import known_breaks, span
from evalkit.present.evaluation.questions import rule as evidence_rule
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.results.targets import rule
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.cells import NONE
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import number, tally
from evalkit.typography import typeset

MOST_DELIVERIES = 8
ENGINE_VARIABLE = "EVALKIT_REPORT_ENGINE"
_UNITS = {
    "persons": "document.method.unit_persons",
    "households": "document.method.unit_households",
    "enterprises": "document.method.unit_enterprises",
    "answers": "document.method.unit_answers",
    "dwellings": "document.method.unit_dwellings",
}
_CLAUSES = {
    "signed": "document.method.clause_signed",
    "planned": "document.method.clause_planned",
    "absent": "document.method.clause_absent",
}
_KINDS = {
    Kind.CONTEXT: "document.method.kind_context",
    Kind.OUTPUT: "document.method.kind_output",
    Kind.RESULT: "document.method.kind_result",
    Kind.IMPACT: "document.method.kind_impact",
    Kind.QUALITATIVE: "document.method.kind_qualitative",
}
_STATISTICS = {
    "mean": "document.method.statistic_mean",
    "median": "document.method.statistic_median",
    "share_within": "document.method.statistic_share_within",
}


def reading_notes() -> str:
    """Return how to read the tables and the figures."""
    lines = [
        say("document.method.signs"),
        say("document.method.period"),
        say("document.method.points"),
        say("document.method.reference"),
        say("document.method.targets", rule=rule()),
        say("document.method.questions", evidence_rule=evidence_rule()),
        say("document.method.interval"),
        say("document.method.secrecy"),
    ]
    return typeset("\n\n".join(lines))


def definitions_markdown(reader: Reader) -> str:
    """Return what each defined indicator counts, its nature and where its definition comes from."""
    rows = [
        [each.label, definition(each), _kind(each), _evidence(each)]
        for _, objective in reader.objectives
        for each in reader.indicators_of(objective.id)
        if each.measure is not None
    ]
    columns = (
        Column(say("document.method.column_indicator"), width=46),
        Column(say("document.method.column_counted"), width=48),
        Column(say("document.method.column_kind"), width=11),
        Column(say("document.method.column_origin"), width=18),
    )
    return typeset(markdown_table(columns, rows, say("document.method.caption_definitions")))


def definition(indicator: Indicator) -> str:
    """Return what an indicator counts, in words and in the formula that is run."""
    measure = indicator.measure
    if measure is None:
        return say("document.method.undefined")
    where = say("document.method.where", where=measure.where) if measure.where else ""
    return f"{_counted_words(measure)}{where}"


def _counted_words(measure: Measure) -> str:
    match measure:
        case CountMeasure():
            words = say("document.method.lines")
        case SumMeasure():
            words = say("document.method.sum", of=measure.of)
        case RatioMeasure():
            words = say(
                "document.method.ratio",
                numerator=measure.numerator,
                per=number(measure.per),
                population=measure.population,
            )
        case DurationMeasure():
            within = (
                say("document.method.within", within=tally("document.method.days", measure.within))
                if measure.within
                else ""
            )
            words = say(
                "document.method.duration",
                start=measure.start,
                end=measure.end,
                statistic=say(_STATISTICS[measure.statistic]),
                within=within,
            )
        case SurveyMeasure():
            words = say("document.method.score", score=measure.score, low=measure.scale[0], high=measure.scale[1])
        case PublishedMeasure():
            words = say("document.method.published", value=measure.value)
        case NarrativeMeasure():
            words = say("document.method.written")
        case _:
            words = _other_words(measure)
    return words


def _other_words(measure: Measure) -> str:
    """Return what the remaining types count; one that is not named here is a thing done or not."""
    of = getattr(measure, "of", None)
    read = f"`{of}`" if of else say("document.method.the_lines")
    words = {
        "persons": say("document.method.persons"),
        "participations": say("document.method.participations", read=read),
        "mean": say("document.method.mean", read=read),
        "median": say("document.method.median", read=read),
        "quantile": say("document.method.quantile", read=read),
        "distribution": say("document.method.distribution", read=read),
        "kinds": say("document.method.kinds", read=read),
        "list": say("document.method.list", read=read),
        "yes_no": say("document.method.yes_no", read=read),
        "flows": say("document.method.flows"),
        "gap": say("document.method.gap", read=read),
        "change": say("document.method.change", read=read),
        "quotient": say("document.method.quotient", read=read),
        "composite": say("document.method.composite"),
    }
    return words.get(measure.type, say("document.method.milestone"))


def sources_markdown(reader: Reader) -> str:
    """Return the sources: periods, window, perimeter, clause, secrecy threshold, deliveries."""
    rows = []
    for row in reader.publication.tables.sources.iter_rows(named=True):
        clause = (
            enumerate_words(
                [say(_CLAUSES[each]) if each in _CLAUSES else each for each in row["clause"].split(", ") if each]
            )
            or NONE
        )
        fictitious = say("document.method.fictitious") if row["fictitious"] else ""
        rows.append(
            [
                row["label"],
                enumerate_words([reader.partner(each) for each in row["producers"]]),
                f"{span(row['periods'])}{' ; ' + row['window'] if row['window'] else ''} ({row['nature']})",
                NONE if row["perimeter"] is None else str(row["perimeter"]),
                f"{clause}{fictitious}",
                threshold_words(row["threshold"], row["threshold_of"], row["threshold_source"]),
                number(row["deliveries"]),
            ]
        )
    columns = (
        Column(say("document.method.column_source"), width=20),
        Column(say("document.method.column_producers"), width=17),
        Column(say("document.method.column_periods"), width=24),
        Column(say("document.method.column_perimeter"), width=10),
        Column(say("document.method.column_clause"), width=11),
        Column(say("document.method.column_threshold"), width=19),
        Column(say("document.method.column_deliveries"), "right", 7),
    )
    return typeset(markdown_table(columns, rows, say("document.method.caption_sources")))


def breaks_markdown(reader: Reader) -> str:
    """Return the days from which sources no longer say the same thing, and what changed; empty when there is none."""
    rows = [[each.source, day_words(each.day), each.text] for each in known_breaks(reader)]
    columns = [
        Column(say("document.method.column_source"), width=34),
        Column(say("document.method.column_day"), width=16),
        Column(say("document.method.column_change"), width=60),
    ]
    return typeset(markdown_table(columns, rows, say("document.method.caption_breaks"))) if rows else ""


def threshold_words(units: int | None, of: str, source: str) -> str:
    """Return a secrecy threshold in words."""
    if units is None:
        return say("document.method.no_threshold")
    if of == "none" or units == 0:
        return say("document.method.no_limit", source=source)
    return f"{number(units)} {say(_UNITS[of]) if of in _UNITS else of} ({source})"


def audit_markdown(reader: Reader) -> str:
    """Return what the audit of secrecy examined."""
    rows = [
        [row["check"], row["verdict"] if row["count"] is None or row["verdict"] == "aucun" else number(row["count"])]
        for row in reader.publication.tables.audit.iter_rows(named=True)
    ]
    return typeset(
        markdown_table(
            (
                Column(say("document.method.column_check"), width=60),
                Column(say("document.method.column_result"), "right", 20),
            ),
            rows,
        )
    )


def colophon_markdown(reader: Reader) -> str:
    """Return the manifest: edition, version, hashes, deliveries, and the engine that rendered the document."""
    manifest = reader.publication.manifest
    engine = os.environ.get(ENGINE_VARIABLE, say("document.method.no_engine"))
    hashes = ", ".join(f"{name} `{value[:8]}`" for name, value in manifest.declarations)
    named = [f"`{each[:8]}`" for each in manifest.deliveries[:MOST_DELIVERIES]]
    others = "" if len(named) == len(manifest.deliveries) else say("document.method.and_others")
    ids = say("document.method.ids", named=", ".join(named) or "aucune", others=others)
    text = say(
        "document.method.colophon",
        edition=manifest.edition,
        as_of=day_words(reader.publication.as_of),
        evalkit=manifest.evalkit,
        engine=engine,
        hashes=hashes,
        deliveries=tally("document.method.deliveries", len(manifest.deliveries)),
        ids=ids,
    )
    return typeset(text)


def _kind(indicator: Indicator) -> str:
    version = f", v{indicator.version}" if indicator.version > 1 else ""
    return f"{say(_KINDS[indicator.kind])}{version}"


def _evidence(indicator: Indicator) -> str:
    evidence = indicator.evidence
    parts = [f"§ {evidence.section}" if evidence.section else "", f"l. {evidence.line}" if evidence.line else ""]
    return ", ".join(part for part in parts if part) or NONE
