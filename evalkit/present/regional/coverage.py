"""Coverage beside coverage: how far the indicators of each contract go, from the declaration to a comparable value."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from evalkit.declare.indicator import Indicator
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.regional.members import Member, Region
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.numbers import number, percent
from evalkit.territory.zones import ALL_QPV
from evalkit.typography import typeset


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many indicators of a contract have reached each step; each step counts among those of the one before.

    Attributes:
        valued: with a published value; ``None`` without an edition, and so is what follows.
        masked: with values that are all secret.
        changing: with two values that may be compared.
        gapped: with a value beside that of the reference, in the same period.
    """

    declared: int
    defined: int
    valued: int | None = None
    masked: int | None = None
    changing: int | None = None
    gapped: int | None = None


def coverage_of(member: Member) -> Coverage:
    """Return how far the indicators of a contract go."""
    defined = [each for each in member.indicators if each.measure is not None]
    if member.reader is None:
        return Coverage(len(member.indicators), len(defined))
    observations = member.reader.publication.tables.observations
    valued = set(observations.filter(pl.col("value").is_not_null())["indicator"])
    secret = set(observations.filter(pl.col("confidentiality") == "secret")["indicator"])
    shown = [each for each in defined if each.id in valued]
    return Coverage(
        len(member.indicators),
        len(defined),
        len(shown),
        sum(each.id in secret and each.id not in valued for each in defined),
        sum(_changes(member.reader, each) for each in shown),
        sum(_has_gap(member.reader, each) for each in shown),
    )


def coverage_markdown(region: Region) -> str:
    """Return the table of coverage, one line per contract or study."""
    rows = [[each.label, *_cells(coverage_of(each))] for each in region.members]
    columns = (
        Column(say("regional.coverage.column_contract"), width=32),
        *(
            Column(say(f"regional.coverage.column_{name}"), "right", 12)
            for name in ("declared", "defined", "valued", "masked", "changing", "gapped")
        ),
    )
    return typeset(markdown_table(columns, rows, say("regional.coverage.caption")))


def coverage_line(region: Region) -> str:
    """Return in one sentence how far the contracts go: from the least defined to the most."""
    shares = {
        each.label: (found.defined, found.declared)
        for each in region.contracts
        if (found := coverage_of(each)).declared
    }
    if not shares:
        return typeset(say("regional.coverage.line_none"))
    ordered = sorted(shares, key=lambda label: (shares[label][0] / shares[label][1], label))
    least, most = ordered[0], ordered[-1]
    fields = {
        "least": percent(shares[least][0] / shares[least][1]),
        "least_label": least,
        "most": percent(shares[most][0] / shares[most][1]),
        "most_label": most,
    }
    return typeset(say("regional.coverage.line", **fields))


def _cells(found: Coverage) -> list[str]:
    after = (found.valued, found.masked, found.changing, found.gapped)
    return [number(found.declared), _of(found.defined, found.declared), *(_of(each, found.declared) for each in after)]


def _of(count: int | None, total: int) -> str:
    """Return a count with its share of the declared indicators; without an edition there is none to give."""
    if count is None:
        return say("regional.members.none")
    share = say("regional.coverage.share", percent=percent(count / total)) if count and total else ""
    return f"{number(count)}{share}"


def _changes(reader: Reader, indicator: Indicator) -> bool:
    return any(reader.change(reader.series(indicator, zone)) is not None for zone in _first_zone(reader, indicator))


def _has_gap(reader: Reader, indicator: Indicator) -> bool:
    return any(reader.gap(reader.series(indicator, zone)) is not None for zone in _first_zone(reader, indicator))


def _first_zone(reader: Reader, indicator: Indicator) -> tuple[str, ...]:
    zones = reader.zones_of(indicator)
    return (ALL_QPV,) if ALL_QPV in zones else zones[:1]
