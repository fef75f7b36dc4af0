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
from evalkit.present.cells import NONE
from evalkit.present.messages.catalogue import say
from evalkit.present.numbers import number, tally
from evalkit.present.opening import enumerate_words, known_breaks, span
from evalkit.present.questions import rule as evidence_rule
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.present.targets import rule
from evalkit.typography import typeset

MOST_DELIVERIES = 8
ENGINE_VARIABLE = "EVALKIT_REPORT_ENGINE"
_UNITS = {
    "persons": "method.unit_persons",
    "households": "method.unit_households",
    "enterprises": "method.unit_enterprises",
    "answers": "method.unit_answers",
    "dwellings": "method.unit_dwellings",
}
_CLAUSES = {"signed": "method.clause_signed", "planned": "method.clause_planned", "absent": "method.clause_absent"}
_KINDS = {
    Kind.CONTEXT: "method.kind_context",
    Kind.OUTPUT: "method.kind_output",
    Kind.RESULT: "method.kind_result",
    Kind.IMPACT: "method.kind_impact",
    Kind.QUALITATIVE: "method.kind_qualitative",
}
_STATISTICS = {
    "mean": "method.statistic_mean",
    "median": "method.statistic_median",
    "share_within": "method.statistic_share_within",
}


def reading_notes() -> str:
    """Return how to read the tables and the figures."""
    lines = [
        say("method.signs"),
        say("method.period"),
        say("method.points"),
        say("method.reference"),
        say("method.targets", rule=rule()),
        say("method.questions", evidence_rule=evidence_rule()),
        say("method.interval"),
        say("method.secrecy"),
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
        Column(say("method.column_indicator"), width=46),
        Column(say("method.column_counted"), width=48),
        Column(say("method.column_kind"), width=11),
        Column(say("method.column_origin"), width=18),
    )
    return typeset(markdown_table(columns, rows, say("method.caption_definitions")))


def definition(indicator: Indicator) -> str:
    """Return what an indicator counts, in words and in the formula that is run."""
    measure = indicator.measure
    if measure is None:
        return say("method.undefined")
    where = say("method.where", where=measure.where) if measure.where else ""
    return f"{_counted_words(measure)}{where}"


def _counted_words(measure: Measure) -> str:
    match measure:
        case CountMeasure():
            words = say("method.lines")
        case SumMeasure():
            words = say("method.sum", of=measure.of)
        case RatioMeasure():
            words = say(
                "method.ratio", numerator=measure.numerator, per=number(measure.per), population=measure.population
            )
        case DurationMeasure():
            within = say("method.within", within=tally("method.days", measure.within)) if measure.within else ""
            words = say(
                "method.duration",
                start=measure.start,
                end=measure.end,
                statistic=say(_STATISTICS[measure.statistic]),
                within=within,
            )
        case SurveyMeasure():
            words = say("method.score", score=measure.score, low=measure.scale[0], high=measure.scale[1])
        case PublishedMeasure():
            words = say("method.published", value=measure.value)
        case NarrativeMeasure():
            words = say("method.written")
        case _:
            words = _other_words(measure)
    return words


def _other_words(measure: Measure) -> str:
    """Return what the remaining types count; one that is not named here is a thing done or not."""
    of = getattr(measure, "of", None)
    read = f"`{of}`" if of else say("method.the_lines")
    words = {
        "persons": say("method.persons"),
        "participations": say("method.participations", read=read),
        "mean": say("method.mean", read=read),
        "median": say("method.median", read=read),
        "quantile": say("method.quantile", read=read),
        "distribution": say("method.distribution", read=read),
        "kinds": say("method.kinds", read=read),
        "list": say("method.list", read=read),
        "yes_no": say("method.yes_no", read=read),
        "flows": say("method.flows"),
        "gap": say("method.gap", read=read),
        "change": say("method.change", read=read),
        "quotient": say("method.quotient", read=read),
        "composite": say("method.composite"),
    }
    return words.get(measure.type, say("method.milestone"))


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
        fictitious = say("method.fictitious") if row["fictitious"] else ""
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
        Column(say("method.column_source"), width=20),
        Column(say("method.column_producers"), width=17),
        Column(say("method.column_periods"), width=24),
        Column(say("method.column_perimeter"), width=10),
        Column(say("method.column_clause"), width=11),
        Column(say("method.column_threshold"), width=19),
        Column(say("method.column_deliveries"), "right", 7),
    )
    return typeset(markdown_table(columns, rows, say("method.caption_sources")))


def breaks_markdown(reader: Reader) -> str:
    """Return the days from which sources no longer say the same thing, and what changed; empty when there is none."""
    rows = [[each.source, day_words(each.day), each.text] for each in known_breaks(reader)]
    columns = [
        Column(say("method.column_source"), width=34),
        Column(say("method.column_day"), width=16),
        Column(say("method.column_change"), width=60),
    ]
    return typeset(markdown_table(columns, rows, say("method.caption_breaks"))) if rows else ""


def threshold_words(units: int | None, of: str, source: str) -> str:
    """Return a secrecy threshold in words."""
    if units is None:
        return say("method.no_threshold")
    if of == "none" or units == 0:
        return say("method.no_limit", source=source)
    return f"{number(units)} {say(_UNITS[of]) if of in _UNITS else of} ({source})"


def audit_markdown(reader: Reader) -> str:
    """Return what the audit of secrecy examined."""
    rows = [
        [row["check"], row["verdict"] if row["count"] is None or row["verdict"] == "aucun" else number(row["count"])]
        for row in reader.publication.tables.audit.iter_rows(named=True)
    ]
    return typeset(
        markdown_table(
            (Column(say("method.column_check"), width=60), Column(say("method.column_result"), "right", 20)), rows
        )
    )


def colophon_markdown(reader: Reader) -> str:
    """Return the manifest: edition, version, hashes, deliveries, and the engine that rendered the document."""
    manifest = reader.publication.manifest
    engine = os.environ.get(ENGINE_VARIABLE, say("method.no_engine"))
    hashes = ", ".join(f"{name} `{value[:8]}`" for name, value in manifest.declarations)
    named = [f"`{each[:8]}`" for each in manifest.deliveries[:MOST_DELIVERIES]]
    others = "" if len(named) == len(manifest.deliveries) else say("method.and_others")
    ids = say("method.ids", named=", ".join(named) or "aucune", others=others)
    text = say(
        "method.colophon",
        edition=manifest.edition,
        as_of=day_words(reader.publication.as_of),
        evalkit=manifest.evalkit,
        engine=engine,
        hashes=hashes,
        deliveries=tally("method.deliveries", len(manifest.deliveries)),
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
