"""Four published figures, before and after, here and there: what they say, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evalkit.compare.result import DidRefusal
from evalkit.stats.arrays import to_digits
from evalkit.typography import typeset


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as a document prints it.

    Attributes:
        value: None when the document does not give it.
        concept: what is measured (« revenu déclaré médian »), with its unit.
        source: who published it.
        year: year of the data.
    """

    value: float | None
    concept: str
    source: str
    year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoByTwo:
    """Four figures, as two sides seen twice.

    Attributes:
        label: name of the comparison.
        kind: counts can be subtracted from one another and are compared by their growth; shares and amounts cannot.
        here_before, here_after, there_before, there_after: the figures.
        contains: the reference contains the zone, so that it moves with it.
    """

    label: str
    kind: Literal["count", "share", "amount"]
    here_before: Figure
    here_after: Figure
    there_before: Figure
    there_after: Figure
    contains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The change of a gap, without any cause.

    Attributes:
        change_here, change_there: growth in per cent for counts, difference otherwise.
        gap: the first less the second.
        sentence_fr: what it says, and why no more can be said.
    """

    change_here: float
    change_there: float
    gap: float
    sentence_fr: str


def describe(table: TwoByTwo) -> Description | DidRefusal:
    """Describe four published figures, or refuse to put them together.

    Codes: ``EVK-C101`` a cell is missing (which), ``EVK-C109`` two concepts, ``EVK-C110`` two sources or two years in
    one column.

    Args:
        table: the figures.

    Returns:
        The change of the gap, or a refusal. Never a test: two units allow none.
    """
    cells = {
        "zone, avant": table.here_before,
        "zone, après": table.here_after,
        "référence, avant": table.there_before,
        "référence, après": table.there_after,
    }
    missing = tuple(name for name, cell in cells.items() if cell.value is None)
    mixed = _mixed(table, [cell for cell in cells.values() if cell.value is not None])
    if mixed is not None:
        return mixed
    if missing:
        reason = f"« {table.label} » : la comparaison avant-après n’a pas ses quatre cases."
        reason += f" Il manque : {' ; '.join(missing)}."
        return _refusal("EVK-C101", reason, "Demandez cette donnée au producteur, pour la même année.", missing)
    return _description(table)


def _mixed(table: TwoByTwo, known: list[Figure]) -> DidRefusal | None:
    concepts = sorted({cell.concept for cell in known})
    if len(concepts) > 1:
        reason = f"« {table.label} » met ensemble deux notions : {' ; '.join(concepts)}. Leur écart ne mesure rien."
        return _refusal("EVK-C109", reason, "Retrouvez la même notion pour la zone et pour sa référence.")
    for name, pair in (
        ("avant", (table.here_before, table.there_before)),
        ("après", (table.here_after, table.there_after)),
    ):
        first, second = pair
        if first.value is None or second.value is None:
            continue
        if (first.source, first.year) != (second.source, second.year):
            reason = (
                f"« {table.label} », {name} : deux sources ou deux années, {first.source} ({first.year}) pour la zone, "
                f"{second.source} ({second.year}) pour la référence."
            )
            return _refusal("EVK-C110", reason, "Retrouvez les deux côtés dans la même source et la même année.")
    return None


def _refusal(code: str, reason: str, repair: str, missing: tuple[str, ...] = ()) -> DidRefusal:
    return DidRefusal(
        code=code, reason_fr=typeset(reason), repair_fr=typeset(repair), missing=missing, n_treated=1, n_controls=1
    )


def _description(table: TwoByTwo) -> Description:
    start, end = (table.here_before.value or 0.0, table.here_after.value or 0.0)
    there = (table.there_before.value or 0.0, table.there_after.value or 0.0)
    rest = ""
    if table.kind == "count" and table.contains:
        # Counts can be subtracted: the reference is compared without the zone that it contains.
        there = (there[0] - start, there[1] - end)
    elif table.contains:
        rest = " La référence contient la zone, et ne peut pas en être séparée : l’écart est atténué."
    here_change, there_change = _change((start, end), table.kind), _change(there, table.kind)
    gap = to_digits(here_change - there_change)
    unit = {"count": "point de croissance", "share": "point", "amount": "euro"}[table.kind]
    where = "le reste du territoire" if table.kind == "count" and table.contains else "la référence"
    digits = {"count": 1, "share": 2, "amount": 0}[table.kind]
    each = {"count": " %", "share": " point", "amount": " euro"}[table.kind]
    sentence = (
        f"De {table.here_before.year} à {table.here_after.year}, « {table.label} » a évolué de "
        f"{_shown(here_change, digits)}{_plural(each, here_change)} dans la zone et de "
        f"{_shown(there_change, digits)}{_plural(each, there_change)} dans {where} : l’écart a bougé de "
        f"{_shown(gap, digits)} {_plural(unit, gap)}.{rest} Une zone et une référence ne permettent aucun test : c’est "
        "une description, qui ne dit pas pourquoi."
    )
    return Description(change_here=here_change, change_there=there_change, gap=gap, sentence_fr=typeset(sentence))


def _change(pair: tuple[float, float], kind: str) -> float:
    start, end = pair
    return to_digits(100.0 * (end / start - 1.0) if kind == "count" else end - start)


def _plural(unit: str, value: float) -> str:
    """Return a unit in the plural from two on, as French counts."""
    if abs(value) < 2 or "%" in unit:
        return unit
    return unit.replace("point", "points").replace("euro", "euros")


def _shown(value: float, digits: int) -> str:
    text = f"{value:+,.{digits}f}".replace(",", " ").replace(".", ",")
    return text.replace("-", "\N{MINUS SIGN}")
