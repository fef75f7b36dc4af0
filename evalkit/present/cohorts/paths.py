"""What people became: states at each wave, passages, who keeps the outcome, who moves, what files contradict."""

from __future__ import annotations

from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import ROLES
from evalkit.declare.model import months_of
from evalkit.present.cohorts.words import ACCOMPANIED, people_words
from evalkit.present.messages.catalogue import noun, say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.cells import FREE, MISSING, SECRET
from evalkit.present.words.dates import wave_words
from evalkit.present.words.numbers import number, percent
from evalkit.typography import NO_BREAK, typeset

_STATE, _HERE, _MOVE = "état", "en cours", "déplacement"
"""What a line of the paths of a publication is about, and the situation of those without a counted exit."""

_STATES = {
    "autre": "cohorts.paths.state_other",
    _HERE: "cohorts.paths.state_here",
    "lost": "cohorts.paths.state_lost",
}
_SHORT = {
    "positive": "cohorts.paths.short_positive",
    "autre": "cohorts.paths.short_other",
    _HERE: "cohorts.paths.short_here",
}
_ORDER = ("durable", "transition", "positive", "autre", _HERE, "lost")
_MOVES = {
    "sorties": ("cohorts.paths.move_out", "cohorts.paths.no_move_out"),
    "retours": ("cohorts.paths.move_back", "cohorts.paths.no_move_back"),
    "entre quartiers": ("cohorts.paths.move_between", "cohorts.paths.no_move_between"),
}


def state_words(state: str) -> str:
    """Return how a report calls a situation: an exit of the protocol, another one, still there, or lost."""
    return say(_STATES[state]) if state in _STATES else ROLES[state]


def paths_of(reader: Reader, cohort: Cohort, kind: str) -> pl.DataFrame:
    """Return the published paths of a cohort, of one kind."""
    return reader.publication.tables.paths.filter(cohort=cohort.cohort, kind=kind)


def has_paths(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds what people became."""
    return reader.publication.tables.paths.filter(cohort=cohort.cohort).height > 0


def endings(reader: Reader, cohort: Cohort) -> list[dict[str, Any]]:
    """Return what became of the accompanied at the longest wave: each exit, then those without one.

    They are the counts of the rates, so that nothing more is told.
    """
    rates = reader.publication.tables.rates.filter(cohort=cohort.cohort, group=ACCOMPANIED)
    if not rates.height:
        return []
    longest = max(rates["wave"].unique(), key=months_of)
    found = {row["exit"]: row for row in rates.filter(wave=longest).iter_rows(named=True)}
    rows = [found[state] for state in _ORDER if state in found]
    if all(row["count"] is not None for row in rows):
        rest = rows[0]["at_risk"] - sum(row["count"] for row in rows)
        rows.append({**rows[0], "exit": _HERE, "count": rest})
    return rows


def states_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the share of the accompanied in each state, wave by wave."""
    found = paths_of(reader, cohort, _STATE)
    waves = sorted(found["wave"].unique(), key=months_of)
    cells = {(row["after"], row["wave"]): row for row in found.iter_rows(named=True)}
    rows = [
        [state_words(state).capitalize(), *(_share(cells.get((state, wave))) for wave in waves)]
        for state in _ORDER
        if any((state, wave) in cells for wave in waves)
    ]
    if not rows:
        return ""
    columns = (
        Column(say("cohorts.paths.column_situation"), width=30),
        *(Column(say("cohorts.paths.column_month", month=number(months_of(w))), "right", 16) for w in waves),
    )
    caption = say("cohorts.paths.caption_months", people=people_words(cohort))
    return typeset(markdown_table(columns, rows, caption))


def passages_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return who passes from a state to another from one month to the next, all months together."""
    found = paths_of(reader, cohort, "passage")
    cells = {(row["before"], row["after"]): row for row in found.iter_rows(named=True)}
    states = [state for state in _ORDER if any(state in pair for pair in cells)]
    rows = [
        [state_words(before).capitalize(), *(_rate(cells.get((before, after))) for after in states)]
        for before in states
        if any((before, after) in cells for after in states)
    ]
    if not rows:
        return ""
    columns = (
        Column(say("cohorts.paths.column_next"), width=26),
        *(Column(_short(state), "right") for state in states),
    )
    caption = say("cohorts.paths.caption_next", people=people_words(cohort))
    return typeset(markdown_table(columns, rows, caption))


def _short(state: str) -> str:
    return say(_SHORT[state]) if state in _SHORT else state_words(state)


def kept_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return who still has the outcome some time after, among those whom a file still tells of."""
    found = paths_of(reader, cohort, "maintien")
    waves = sorted(found["wave"].unique(), key=months_of)
    cells = {(row["after"], row["wave"]): row for row in found.iter_rows(named=True)}
    rows = []
    for wave in waves:
        told, kept = cells.get(("revus", wave)), cells.get(("maintenus", wave))
        if told is None or kept is None or told["of"] == 0:
            continue
        seen = _count(told)
        rows.append(
            [
                say("cohorts.paths.after", wave=wave_words(wave)),
                _of(told),
                seen,
                _share(kept) if seen != "0" else MISSING,
            ]
        )
    if not rows:
        return typeset(say("cohorts.paths.unseen"))
    columns = (
        Column(say("cohorts.paths.column_since"), width=24),
        Column(say("cohorts.paths.column_persons"), "right"),
        Column(say("cohorts.paths.column_known"), "right", 20),
        Column(say("cohorts.paths.column_still"), "right", 18),
    )
    caption = say("cohorts.paths.caption_kept", exit=ROLES[cohort.rows.outcome])
    return typeset(markdown_table(columns, rows, caption))


def moves_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return who moved after entering, one sentence."""
    found = {row["after"]: row for row in paths_of(reader, cohort, _MOVE).iter_rows(named=True)}
    shown = [(name, row) for name, row in found.items() if row["of"] is None or row["of"] > 0]
    if not shown:
        return ""
    told = [_move(name, row) for name, row in shown]
    counted = [row["of"] for _, row in shown if row["of"] is not None]
    among = say("cohorts.paths.among", persons=number(counted[0])) if counted else ""
    rule = say("cohorts.paths.moves")
    if all(row["confidentiality"] == FREE and row["count"] == 0 for _, row in shown):
        return typeset(f"{among}{say('cohorts.paths.nobody_moved')} {rule}")
    return typeset(f"{among}{' ; '.join(told)}. {rule}")


def _move(name: str, row: dict[str, Any]) -> str:
    some, nobody = _MOVES[name]
    if row["confidentiality"] == FREE and row["count"] == 0:
        return say(nobody)
    if row["confidentiality"] != FREE:
        return f"{say('cohorts.paths.secret_number')} {noun(some, 2)}"
    return f"{number(row['count'])} {noun(some, row['count'])}"


def person_findings_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return what does not hold in the files of a cohort, with what was done of it; empty when everything holds."""
    found = reader.publication.tables.cohort_findings.filter(cohort=cohort.cohort)
    if not found.height:
        return ""
    rows = [[row["place"], row["message"], row["code"]] for row in found.iter_rows(named=True)]
    columns = (
        Column(say("cohorts.paths.column_where"), width=28),
        Column(say("cohorts.paths.column_finding"), width=54),
        Column(say("cohorts.paths.column_code"), width=14),
    )
    return typeset(markdown_table(columns, rows, say("cohorts.paths.caption_findings")))


def _share(row: dict[str, Any] | None) -> str:
    if row is None:
        return MISSING
    if row["confidentiality"] != FREE:
        return SECRET
    return f"{percent(row['rate'], 1)} ({number(row['count'])})".replace(" ", NO_BREAK)


def _rate(row: dict[str, Any] | None) -> str:
    if row is None:
        return "0"
    if row["confidentiality"] != FREE or row["rate"] is None:
        return SECRET
    return percent(row["rate"], 0)


def _count(row: dict[str, Any]) -> str:
    return number(row["count"]) if row["confidentiality"] == FREE else SECRET


def _of(row: dict[str, Any]) -> str:
    return number(row["of"]) if row["confidentiality"] == FREE else SECRET
