"""Columns that vanish, appear or change their heading from one delivery to the next."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from evalkit.declare.feed import Feed, Severity
from evalkit.receive.findings.finding import Where, found
from evalkit.receive.history.headings_kept import Headings
from evalkit.store.delivery import Finding
from evalkit.territory.zones import normalise_name
from evalkit.typography import counted

_ALIKE = 0.6
"""Share of letters in common above which a heading may be another one renamed (difflib's usual cutoff)."""

_SHOWN = 20


def column_changes(feed: Feed, before: Headings, now: Headings) -> Iterator[Finding]:
    """Yield the columns that vanished, those that came under another heading, and those that appeared."""
    watch = feed.watch.columns
    if watch is None:
        return
    yield from _fields(before, now, watch.severity)
    gone = _missing(before.others, now.others)
    come = _missing(now.others, before.others)
    renamed = _pairs(gone, come)
    for old, new in renamed.items():
        message = f"La colonne « {old} » a disparu ; « {new} » lui ressemble : renommée, ou un autre concept ?"
        yield _told("EVK-R077", watch.severity, message, Where(new), old)
    lost = [heading for heading in gone if heading not in renamed]
    if lost:
        message = (
            counted(len(lost), "colonne non déclarée a disparu", "colonnes non déclarées ont disparu")
            + " depuis la livraison précédente."
        )
        yield _told("EVK-R076", watch.severity, message, Where(), ", ".join(lost[:_SHOWN]))
    new_ones = [heading for heading in come if heading not in renamed.values()]
    if new_ones:
        message = (
            counted(len(new_ones), "colonne non déclarée est apparue", "colonnes non déclarées sont apparues")
            + " depuis la livraison précédente."
        )
        yield found("EVK-R078", message, Where(), ", ".join(new_ones[:_SHOWN]))


def _fields(before: Headings, now: Headings, severity: Severity) -> Iterator[Finding]:
    for name, heading in before.fields.items():
        if name not in now.fields:
            message = f"« {name} » : la colonne « {heading} » de la livraison précédente a disparu."
            yield _told("EVK-R076", severity, message, Where(name), heading)
        elif normalise_name(heading) != normalise_name(now.fields[name]):
            message = f"« {name} » : titre « {heading} » avant, « {now.fields[name]} » maintenant."
            yield _told("EVK-R077", severity, message, Where(name), now.fields[name])
    for name in now.fields:
        if name not in before.fields:
            message = f"« {name} » : colonne absente de la livraison précédente."
            yield found("EVK-R078", message, Where(name), now.fields[name])


def _missing(headings: tuple[str, ...], from_: tuple[str, ...]) -> list[str]:
    known = {normalise_name(heading) for heading in from_}
    return [heading for heading in headings if normalise_name(heading) not in known]


def _pairs(gone: list[str], come: list[str]) -> dict[str, str]:
    """Return each vanished heading that looks like one that appeared, each new one being taken once."""
    free = {normalise_name(heading): heading for heading in come}
    pairs: dict[str, str] = {}
    for heading in gone:
        close = difflib.get_close_matches(normalise_name(heading), sorted(free), n=1, cutoff=_ALIKE)
        if close:
            pairs[heading] = free.pop(close[0])
    return pairs


def _told(code: str, severity: Severity, message: str, where: Where, received: str) -> Finding:
    return replace(found(code, message, where, received), severity=severity)
