"""Counts below the secrecy threshold of the clause, in a feed that should come already protected.

Source of the rule: the threshold that the agreement writes (clause DATA, first pillar); a count of zero tells of nobody
and is left alone. The small counts themselves are never printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import polars as pl

from evalkit.declare.clause import Clause, Threshold
from evalkit.declare.feed import Feed, FieldSpec, FieldType, Grain, Severity
from evalkit.receive.findings.finding import at_lines, found
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE
from evalkit.territory.zones import normalise_name
from evalkit.typography import counted, typeset

_UNIT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "persons": "personnes habitants enfants parents eleves jeunes femmes hommes adultes seniors salaries assures"
        " demandeursdemploi allocataires beneficiaires patients residents etudiants apprentis stagiaires",
        "households": "menages foyers familles",
        "enterprises": "entreprises etablissements",
        "answers": "reponses repondants questionnaires",
        "dwellings": "logements",
    }
)
"""Units of fields, normalised, that count what a threshold speaks of."""

_AGGREGATED = frozenset({Grain.TOTAL, Grain.ZONE})


def small_cells(feed: Feed, clause: Clause | None, rows: pl.DataFrame) -> Iterator[Finding]:
    """Yield, for each count of what the clause protects, the rows where it is above zero and below the threshold.

    Args:
        feed: the declaration; only feeds of totals or of zones are looked at.
        clause: the clause of the producer, whose threshold says what is too few, and of what.
        rows: the accepted rows.
    """
    threshold = clause.production.threshold if clause else None
    watch = feed.watch.small_cells
    if watch is None or threshold is None or not threshold.units or feed.grain not in _AGGREGATED:
        return
    for field in counting_fields(feed, threshold):
        value = pl.col(field.name)
        failing = rows.filter((value > 0) & (value < threshold.units))
        if failing.is_empty():
            continue
        where = at_lines(field.name, failing[LINE])
        cells = counted(where.count, "effectif est sous", "effectifs sont sous")
        message = f"« {field.name} » : {cells} le seuil de {threshold.units} de la clause ({threshold.source})."
        finding = found("EVK-R087", message, where, expected=f"« s », ou au moins {threshold.units}")
        if where.count <= float(watch.tolerance) * rows.height:
            told = typeset(f"{finding.message} Dans la tolérance du flux.")
            yield replace(finding, severity=Severity.MINOR, message=told)
        else:
            yield replace(finding, severity=watch.severity)


def counting_fields(feed: Feed, threshold: Threshold) -> tuple[FieldSpec, ...]:
    """Return the whole numbers of a feed that count what a threshold protects, by their unit."""
    words = frozenset(_UNIT_WORDS.get(threshold.of, "").split())
    return tuple(
        field
        for field in feed.fields
        if field.type is FieldType.INTEGER and normalise_name(field.unit or "").replace("’", "") in words
    )
