"""Read zones: a code of any vintage, a name or an alias becomes the zone's id; elsewhere and nowhere are two values."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.receive.findings.finding import Where, at_lines, found
from evalkit.receive.values.spelling import normalised, notes
from evalkit.store.delivery import Finding
from evalkit.territory.zones import OUTSIDE, UNKNOWN, Territory, normalise_name, zone_names

QPV_2015 = r"^QP(?:\d{3}|02[AB])\d{3}$"
QPV_2024 = r"^QN(?:\d{3}|02[AB])\d{2}[NMIC]$"
_COMMUNE = r"^(?:\d{5}|2[AB]\d{3})$"
_EPCI = r"^2\d{8}$"
_IRIS = r"^(?:\d{5}|2[AB]\d{3})\d{4}$"
_ELSEWHERE = (QPV_2015, QPV_2024, _COMMUNE, _EPCI, _IRIS)

_OUTSIDE_NAMES = (
    "hors QPV", "hors QP", "hors quartier", "hors quartiers", "hors quartier prioritaire",
    "hors quartiers prioritaires",
    "hors géographie prioritaire", "hors zone", "hors territoire", "non QPV", "HQPV", "ailleurs", "autre commune",
    "autre territoire", OUTSIDE,
)  # fmt: skip
_UNKNOWN_NAMES = (
    "inconnu", "inconnue", "zone inconnue", "non renseigné", "non précisé", "indéterminé", "ne sait pas", "nsp", "nd",
    "n.d.", "na", "n/a", "nc", "?", "-", "", UNKNOWN,
)  # fmt: skip


def read_zone(plain: pl.Expr, territory: Territory) -> tuple[pl.Expr, pl.Expr]:
    """Return zone ids, ``outside`` for a well-formed code of elsewhere, ``unknown`` when the partner says so.

    Args:
        plain: texts without stray spaces.
        territory: the zones of the contract; its codes of both vintages, labels and aliases are all understood.

    Returns:
        The zones, null where the text means nothing, and what was repaired.
    """
    names = {normalise_name(name): OUTSIDE for name in _OUTSIDE_NAMES}
    names |= {normalise_name(name): UNKNOWN for name in _UNKNOWN_NAMES}
    names |= zone_names(territory)
    upper = plain.str.to_uppercase()
    lost_zero = upper.str.contains(r"^\d{4}$")
    code = pl.when(lost_zero).then(pl.lit("0") + upper).otherwise(upper)
    known = normalised(code).replace_strict(names, default=None, return_dtype=pl.String)
    is_elsewhere = pl.any_horizontal(code.str.contains(form) for form in _ELSEWHERE)
    value = pl.coalesce(known, pl.when(is_elsewhere).then(pl.lit(OUTSIDE)))
    return value, notes((lost_zero & value.is_not_null(), "zéro initial rendu"))


def vintage_findings(feed: Feed, field: str, texts: pl.Series, lines: pl.Series) -> Iterator[Finding]:
    """Yield what is odd in the vintages of QPV codes: two of them in one column, or not the one of the feed."""
    codes = texts.str.strip_chars().str.to_uppercase()
    of_2015 = codes.str.contains(QPV_2015).fill_null(False)
    of_2024 = codes.str.contains(QPV_2024).fill_null(False)
    if of_2015.any() and of_2024.any():
        fewer = of_2015 if int(of_2015.sum()) <= int(of_2024.sum()) else of_2024
        message = "La colonne mêle des codes QP (périmètres de 2015) et QN (périmètres de 2024)."
        yield found("EVK-R046", message, at_lines(field, lines.filter(fewer)), expected="un seul millésime")
        return
    present = 2015 if of_2015.any() else 2024 if of_2024.any() else feed.perimeter
    if feed.perimeter is not None and present != feed.perimeter:
        message = f"Les codes de quartier sont ceux de {present} ; le flux attend ceux de {feed.perimeter}."
        yield found("EVK-R047", message, Where(field, (), int((of_2015 | of_2024).sum())))
