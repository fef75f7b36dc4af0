"""Read zones: a code of any vintage, a name or an alias becomes the zone's id; elsewhere and nowhere are two values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.receive.findings.finding import Where, at_lines, found
from evalkit.receive.values.spelling import normalised, notes
from evalkit.receive.values.words import DEPARTMENT_SHORTENED, ZERO_GIVEN_BACK, two_character_department
from evalkit.store.delivery import Finding
from evalkit.territory.zones import FRANCE, OUTSIDE, UNKNOWN, Territory, normalise_name, zone_names

QPV_2015 = r"^QP(?:\d{3}|02[AB])\d{3}$"
QPV_2024 = r"^QN(?:\d{3}|02[AB])\d{2}[NMIC]$"
_COMMUNE = r"^(?:\d{5}|2[AB]\d{3})$"
_EPCI = r"^2\d{8}$"
_IRIS = r"^(?:\d{5}|2[AB]\d{3})\d{4}$"
_ELSEWHERE = (QPV_2015, QPV_2024, _COMMUNE, _EPCI, _IRIS)

_DEPARTMENT = r"^(?:\d{2,3}|2[AB])$"
_EMPLOYMENT_AREA = r"^\d{4}$"
_TERRITORIAL_BODY = r"^T\d{1,2}$"
_ELSEWHERE_IN_FRANCE = (*_ELSEWHERE, _DEPARTMENT, _EMPLOYMENT_AREA, _TERRITORIAL_BODY)
"""Codes that only a national base uses; in a partner's file two digits may be anything. ``T1`` to ``T12`` are the
territorial bodies that stand for intercommunalities in the Métropole du Grand Paris."""

_WHOLE_COUNTRY = ("1", "FM", "METRO", "France métropolitaine")

_ARRONDISSEMENTS = (
    (r"^751(?:0[1-9]|1\d|20)$", "75056"),
    (r"^6938[1-9]$", "69123"),
    (r"^132(?:0[1-9]|1[0-6])$", "13055"),
)
"""Paris, Lyon and Marseille: geocoders return an arrondissement, statistics of neighbourhoods the commune."""

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


@dataclass(frozen=True, slots=True)
class ZoneNames:
    """Everything that a zone may be called.

    Attributes:
        meanings: the stored zone of each normalised name.
        elsewhere: forms of the codes that are of another territory when no zone bears them.
    """

    meanings: Mapping[str, str]
    elsewhere: tuple[str, ...]

    @classmethod
    def of(cls, territory: Territory, is_national: bool = False) -> ZoneNames:
        """Return the names of the zones of a contract, of all vintages.

        Args:
            territory: its zones: codes, labels and aliases are all understood.
            is_national: the column holds zones of the whole country: the country itself is one of them.
        """
        names = {normalise_name(name): OUTSIDE for name in _OUTSIDE_NAMES}
        names |= {normalise_name(name): UNKNOWN for name in _UNKNOWN_NAMES}
        if is_national:
            names |= {normalise_name(name): FRANCE for name in _WHOLE_COUNTRY}
        return cls(names | zone_names(territory), _ELSEWHERE_IN_FRANCE if is_national else _ELSEWHERE)


def read_zone(texts: pl.LazyFrame, names: ZoneNames) -> pl.LazyFrame:
    """Read zone ids, ``outside`` for a well-formed code of elsewhere, ``unknown`` when the partner says so.

    A code is looked for as it came, then with the zero that a spreadsheet lost, then as the commune of an
    arrondissement, then as the usual code of a department that Éducation nationale writes on three digits.

    Args:
        texts: distinct texts, without stray spaces in ``plain``.
        names: what the zones may be called.

    Returns:
        The same, with the zone in ``value``, null where the text means nothing, and what was repaired in ``repair``.
    """
    upper = pl.col("upper")
    commune = pl.coalesce(pl.when(upper.str.contains(form)).then(pl.lit(code)) for form, code in _ARRONDISSEMENTS)
    codes = {
        "as_written": upper,
        "padded": pl.when(upper.str.contains(r"^\d{4}$")).then(pl.lit("0") + upper),
        "parent": commune,
        "department": two_character_department(upper),
    }
    found = texts.with_columns(upper=pl.col("plain").str.to_uppercase()).with_columns(
        pl.any_horizontal(upper.str.contains(form) for form in names.elsewhere).alias("is_elsewhere"),
        codes["padded"].is_not_null().alias("is_short"),
        **{name: _zone_named(code, names) for name, code in codes.items()},
    )
    unwritten = pl.col("as_written").is_null()
    is_padded = unwritten & pl.col("padded").is_not_null()
    elsewhere_padded = unwritten & pl.col("padded").is_null() & pl.col("is_short") & ~pl.col("is_elsewhere")
    outside = pl.when(pl.col("is_elsewhere") | elsewhere_padded).then(pl.lit(OUTSIDE))
    return found.with_columns(
        value=pl.coalesce(*codes, outside),
        repair=notes(
            (is_padded | elsewhere_padded, ZERO_GIVEN_BACK),
            (unwritten & pl.col("parent").is_not_null(), "arrondissement rattaché à sa commune"),
            (unwritten & pl.col("department").is_not_null(), DEPARTMENT_SHORTENED),
        ),
    )


def _zone_named(code: pl.Expr, names: ZoneNames) -> pl.Expr:
    return normalised(code).replace_strict(names.meanings, default=None, return_dtype=pl.String)


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
