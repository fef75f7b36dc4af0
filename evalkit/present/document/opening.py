"""The opening of a report: what it is about, and what it cannot say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from evalkit.declare.period import first_day, last_day
from evalkit.french_dates import day_words, period_in_words, span_in_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import tally
from evalkit.typography import typeset

_MOST_BREAKS = 4
"""Breaks told one by one at the opening; more of them are a table of the annex of sources."""


def front_matter(reader: Reader, zone: str | None = None) -> dict[str, str]:
    """Return what the front matter of a report takes from the edition: subtitle, date, notice of a demonstration.

    Args:
        reader: the publication.
        zone: the zone of a report on one zone, which then gives its name to the report.
    """
    publication = reader.publication
    texts = {"subtitle": publication.declared.contract.label, "date": publication.as_of.isoformat()}
    if zone is not None:
        texts["title"] = typeset(say("document.opening.portrait", zone=reader.zone(zone)))
    if publication.demonstration:
        texts["notice"] = typeset(say("document.opening.notice"))
    return texts


def about(reader: Reader) -> str:
    """Return the paragraph that says what the report is about: contract, territory, date, edition."""
    declared = reader.publication.declared
    contract, territory = declared.contract, declared.territory
    quarters = [territory.label(zone) for zone in territory.qpv]
    pilots = say("document.opening.pilots", pilots=enumerate_words(contract.pilots)) if contract.pilots else ""
    residents = sum(zone.residents or 0 for zone in declared.zones if zone.id in territory.qpv)
    years = {
        max(p.year for p in zone.populations)
        for zone in declared.zones
        if zone.id in territory.qpv and zone.populations
    }
    people = ""
    if residents and len(years) == 1:
        people = say(
            "document.opening.people", residents=tally("document.opening.residents", residents), year=years.pop()
        )
    kept = tally("document.opening.quarters", len(quarters))
    text = say(
        "document.opening.about",
        label=contract.label,
        pilots=pilots,
        kept=kept,
        quarters=enumerate_words(quarters),
        people=people,
        as_of=day_words(reader.publication.as_of),
        edition=reader.publication.manifest.edition,
    )
    questions = [f"- {question.text}" for question in contract.questions]
    asked = say("document.opening.questions") + "\n".join(questions) if questions else ""
    return typeset(text + asked)


def cannot_say(reader: Reader) -> str:
    """Return the limits of the report, those of its design first, then those of these data."""
    tables = reader.publication.tables
    lines = [
        say("document.opening.not_being_priority"),
        say("document.opening.not_an_effect"),
        say("document.opening.not_persons"),
    ]
    if tables.cohorts.height:
        lines.append(say("document.opening.not_randomised"))
    lines += _broken(known_breaks(reader))
    return typeset("\n".join(f"- {line}" for line in lines))


@dataclass(frozen=True, slots=True)
class KnownBreak:
    """A day from which a source no longer says the same thing.

    Attributes:
        source: its label.
        day: the day.
        text: what changed, without a full stop.
    """

    source: str
    day: dt.date
    text: str


def known_breaks(reader: Reader) -> list[KnownBreak]:
    """Return the breaks of the sources between two periods received, by source and by day."""
    sources = {row["feed"]: row for row in reader.publication.tables.sources.iter_rows(named=True)}
    found = []
    for row in reader.publication.tables.breaks.iter_rows(named=True):
        source = sources.get(row["feed"])
        if source is not None and _has_both_sides(source["periods"], row["date"]):
            found.append(KnownBreak(source["label"], row["date"], row["text"].rstrip(".")))
    return sorted(found, key=lambda each: (each.source, each.day))


def _has_both_sides(periods: list[str], day: dt.date) -> bool:
    return any(first_day(each) < day for each in periods) and any(last_day(each) >= day for each in periods)


def _broken(breaks: list[KnownBreak]) -> list[str]:
    """Return what each break forbids, or the sources that have one when they are many: the annex says the rest."""
    if len(breaks) <= _MOST_BREAKS:
        return [
            say("document.opening.broken", label=each.source, date=day_words(each.day), text=each.text)
            for each in breaks
        ]
    sources = sorted({each.source for each in breaks})
    return [
        say(
            "document.opening.many_broken",
            sources=tally("document.opening.sources", len(sources)),
            labels=enumerate_words(sources),
        )
    ]


def synthetic_notice(reader: Reader) -> str:
    """Return the warning of a demonstration; empty when the data are real."""
    if not reader.publication.demonstration:
        return ""
    text = say("document.opening.synthetic")
    return typeset(f"::: {{.callout-warning}}\n{text}\n:::")


def span(periods: list[str]) -> str:
    """Return the first and the last of some sorted periods in words."""
    if not periods:
        return say("document.opening.no_period")
    if len(periods) == 1:
        return period_in_words(periods[0])
    return span_in_words(periods[0], periods[-1])
