"""What changed since the previous delivery of the producer: rows, levels, filling, distribution, words.

Each change is told with its before and its after. A threshold is declared for each (:mod:`evalkit.declare.watch`);
what chance alone can do on so few rows is never told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import log

from evalkit.declare.feed import Feed, FieldType, Grain, Severity
from evalkit.receive.findings.finding import Where, found
from evalkit.receive.history.noise import median_noise, share_noise, stability_noise
from evalkit.receive.history.profile import Level, Profile
from evalkit.store.delivery import Finding
from evalkit.typography import counted, french_count

_FEW = 11
"""Rows below which the median of rows that are persons or events would be nearly the value of one of them."""

_SHOWN_WORDS = 8


def changes(feed: Feed, before: Profile, now: Profile) -> Iterator[Finding]:
    """Yield every change that passes its declared threshold and what chance can do.

    Args:
        feed: the declaration, whose ``watch`` holds the thresholds.
        before: the previous delivery of the producer.
        now: this one.
    """
    yield from _rows(feed, before, now)
    yield from _levels(feed, before, now)
    yield from _filled(feed, before, now)
    yield from _shares(feed, before, now)
    yield from _words(feed, before, now)


def _told(code: str, severity: Severity, message: str, where: Where) -> Finding:
    return replace(found(code, message, where), severity=severity)


def _rows(feed: Feed, before: Profile, now: Profile) -> Iterator[Finding]:
    watch = feed.watch.rows
    if watch is None or not before.periods or not now.periods:
        return
    earlier, later = before.rows / before.periods, now.rows / now.periods
    change = later / earlier - 1
    if abs(change) > watch.change:
        message = (
            f"Le nombre de lignes par période change de {_percent(change)} % depuis la livraison précédente : "
            f"{_figure(earlier)} avant, {_figure(later)} maintenant."
        )
        yield _told("EVK-R070", watch.severity, message, Where("", (), now.rows))


def _levels(feed: Feed, before: Profile, now: Profile) -> Iterator[Finding]:
    watch = feed.watch.levels
    for name, later in now.levels.items():
        earlier = before.levels.get(name)
        if watch is None or earlier is None or name in feed.key or not earlier.median:
            continue
        gap = later.median - earlier.median
        noise = median_noise((earlier.deviation, earlier.count), (later.deviation, later.count))
        change = gap / abs(earlier.median)
        if abs(change) > watch.change and abs(gap) > noise:
            figures = "" if _is_shown_apart(feed, name, earlier, later) else _before_after(earlier, later)
            message = f"« {name} » : la valeur médiane change de {_percent(change)} %{figures}."
            yield _told("EVK-R071", watch.severity, message, Where(name, (), later.count))


def _is_shown_apart(feed: Feed, name: str, before: Level, now: Level) -> bool:
    """Tell whether a median must not be printed: the field is personal, or the rows are few persons or events."""
    field = feed.field(name)
    rows_are_units = feed.grain in {Grain.PERSON, Grain.EVENT, Grain.ANSWER}
    return field is None or field.is_personal or (rows_are_units and min(before.count, now.count) < _FEW)


def _before_after(before: Level, now: Level) -> str:
    return f" : {_figure(before.median)} avant, {_figure(now.median)} maintenant"


def _filled(feed: Feed, before: Profile, now: Profile) -> Iterator[Finding]:
    watch = feed.watch.filled
    if watch is None or not before.rows or not now.rows:
        return
    for name, filled in now.filled.items():
        if name not in before.filled or _is_zone(feed, name):
            continue
        earlier, later = before.filled[name] / before.rows, filled / now.rows
        together = (before.filled[name] + filled) / (before.rows + now.rows)
        if abs(later - earlier) > max(float(watch.change), share_noise(together, before.rows, now.rows)):
            message = (
                f"« {name} » : {_share(earlier)} % de cases remplies avant, {_share(later)} % maintenant "
                f"({counted(now.rows - filled, 'case vide', 'cases vides')})."
            )
            yield _told("EVK-R072", watch.severity, message, Where(name, (), now.rows - filled))


def _is_zone(feed: Feed, name: str) -> bool:
    field = feed.field(name)
    return field is not None and field.type is FieldType.ZONE


def _shares(feed: Feed, before: Profile, now: Profile) -> Iterator[Finding]:
    watch = feed.watch.shares
    for name, words in now.words.items():
        earlier = before.words.get(name, {})
        rows_before, rows_now = sum(earlier.values()), sum(words.values())
        if watch is None or not rows_before or not rows_now:
            continue
        index = stability_index(earlier, words)
        chance = stability_noise(len({*earlier, *words}), rows_before, rows_now)
        if index > max(float(watch.index), chance):
            most = max(
                sorted({*earlier, *words}),
                key=lambda word: abs(words.get(word, 0) / rows_now - earlier.get(word, 0) / rows_before),
            )
            message = (
                f"« {name} » : la répartition a changé (indice de stabilité {_decimal(index)}). Le plus grand écart : "
                f"« {most} », {_share(earlier.get(most, 0) / rows_before)} % avant, "
                f"{_share(words.get(most, 0) / rows_now)} % maintenant."
            )
            yield _told("EVK-R073", watch.severity, message, Where(name, (), rows_now))


def stability_index(before: Mapping[str, int], now: Mapping[str, int]) -> float:
    """Return the population stability index of two counts of words.

    A word that one of the two does not have counts for half a row there, so that the index stays finite.
    """
    words = sorted({*before, *now})
    first = {word: max(before.get(word, 0), 0.5) for word in words}
    second = {word: max(now.get(word, 0), 0.5) for word in words}
    n_first, n_second = sum(first.values()), sum(second.values())
    gaps = ((second[word] / n_second, first[word] / n_first) for word in words)
    return sum((later - earlier) * log(later / earlier) for later, earlier in gaps)


def _words(feed: Feed, before: Profile, now: Profile) -> Iterator[Finding]:
    watch = feed.watch.words
    if watch is None or not before.periods or not now.periods:
        return
    for name, words in now.words.items():
        earlier = before.words.get(name)
        if not earlier:
            continue
        # In a table of totals a word of the key, or a place, is a row that was owed: one row missed says something.
        least = 1 if name in feed.key and feed.grain in {Grain.TOTAL, Grain.ZONE} else watch.rows
        gone = {word: rows for word, rows in earlier.items() if word not in words}
        lost = [word for word, rows in gone.items() if rows / before.periods * now.periods >= least]
        new = {word: rows for word, rows in words.items() if word not in earlier}
        come = [word for word, rows in new.items() if rows / now.periods * before.periods >= least]
        if lost:
            message = f"« {name} » : {_listed(lost, gone)} avant, aucune maintenant."
            yield _told("EVK-R074", watch.severity, message, Where(name, (), 0))
        if come:
            message = f"« {name} » : {_listed(come, new)} maintenant, aucune avant."
            yield _told("EVK-R075", watch.severity, message, Where(name, (), sum(new[word] for word in come)))


def _listed(words: list[str], rows: Mapping[str, int]) -> str:
    shown = [f"« {word} » {counted(rows[word], 'ligne', 'lignes')}" for word in words[:_SHOWN_WORDS]]
    others = len(words) - len(shown)
    return ", ".join(shown) + (f" et {counted(others, 'autre', 'autres')}" if others else "")


def _percent(change: float) -> str:
    return f"{'+' if change > 0 else '-'}{french_count(round(abs(100 * change)))}"


def _share(share: float) -> str:
    return f"{100 * share:.0f}"


def _decimal(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")


def _figure(number: float) -> str:
    if number == int(number):
        return french_count(int(number))
    whole, digits = f"{number:.2f}".rstrip("0").split(".")
    return french_count(int(whole)) + (f",{digits}" if digits else "")
