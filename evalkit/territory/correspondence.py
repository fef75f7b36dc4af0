"""The passage from the QPV of 2015 to those of 2024: which contour feeds which, and with what share of its population.

The official list (ANCT) says which neighbourhoods correspond, never how many residents pass from one to the other; the
shares are computed apart, on the grid or on addresses, and dated. Names and numbers are never compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from evalkit.errors import ComputationError, Problem

ELSEWHERE = "HORS"
"""Stands for what is outside every QPV, on either side."""

_KEPT_LETTER = "I"
"""Last letter of the code of a neighbourhood of 2024 that kept the contour of 2015."""

_OFFICIAL_COLUMNS = ("quartier_2015_1", "quartier_2015_2", "quartier_2015_3")

TOLERANCE = 0.002
"""How far the shares of a neighbourhood may be from 1: they are printed with four decimals, and few."""


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """The residents that one contour of one generation shares with one of the other.

    Attributes:
        origin: code of the contour that figures come from, or ``HORS``.
        target: code of the contour that they are carried to, or ``HORS``.
        share: part of the population of ``origin`` that lives in ``target``, from 0 to 1; 0 for ``HORS``.
        coverage: part of the population of ``target`` that comes from ``origin``; ``None`` when nobody has computed it.
    """

    origin: str
    target: str
    share: float
    coverage: float | None = None


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Every passage between two generations of contours.

    Attributes:
        passages: sorted; the shares of each origin add up to 1.
        origin_vintage: generation of the origins.
        target_vintage: generation of the targets.
        year: year of the population that the shares count, ``None`` when unknown.
    """

    passages: tuple[Passage, ...]
    origin_vintage: int = 2015
    target_vintage: int = 2024
    year: int | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """Return the codes of the contours that figures come from, sorted."""
        return tuple(sorted({each.origin for each in self.passages} - {ELSEWHERE}))

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the codes of the contours that figures are carried to, sorted."""
        return tuple(sorted({each.target for each in self.passages} - {ELSEWHERE}))

    def to(self, target: str) -> tuple[Passage, ...]:
        """Return the passages that end in one contour, those from elsewhere left out."""
        return tuple(each for each in self.passages if each.target == target and each.origin != ELSEWHERE)

    def coverage(self, target: str) -> float | None:
        """Return the part of the population of a contour that comes from contours of the other generation.

        Returns:
            A share from 0 to 1: what can be followed back; ``None`` when a part of it is not known.
        """
        parts = [each.coverage for each in self.to(target)]
        if any(part is None for part in parts):
            return None
        return min(1.0, sum(part for part in parts if part is not None))

    def reversed(self) -> Correspondence:
        """Return the passage the other way, to follow the contours of the earlier generation.

        Raises:
            ComputationError: the shares of the later contours are not known (``EVK-M212``).
        """
        unknown = [each for each in self.passages if each.coverage is None and each.target != ELSEWHERE]
        if unknown:
            message = "La correspondance ne se lit que dans un sens : la part de chaque quartier 2024 manque."
            repair = "Donnez « part_population_2024 » ou la population commune pour chaque passage."
            raise ComputationError(Problem("EVK-M212", message, received=unknown[0].target, repair=repair))
        turned = [Passage(each.target, each.origin, each.coverage or 0.0, each.share) for each in self.passages]
        return Correspondence(_whole(turned), self.target_vintage, self.origin_vintage, self.year)


def correspondence_of(shares: pl.DataFrame) -> Correspondence:
    """Return the correspondence that the rows of « qpv-passage-population » describe.

    Common residents, when every passage of a neighbourhood has them, are more precise than printed shares and give
    both shares; else the printed ones are used.

    Args:
        shares: one row per passage: ``quartier_2015``, ``quartier_2024``, ``part_population_2015`` and, where known,
            ``habitants_commun``, ``part_population_2024`` and ``annee``.

    Raises:
        ComputationError: the shares of a neighbourhood of 2015 are not a whole (``EVK-M211``).
    """
    rows = shares.to_dicts()
    by_origin = _common_totals(rows, "quartier_2015")
    by_target = _complete(rows, _common_totals(rows, "quartier_2024"))
    passages = [_passage(row, by_origin, by_target) for row in rows]
    years = {int(row["annee"]) for row in rows if row.get("annee") is not None}
    return Correspondence(_whole(passages), year=max(years) if len(years) == 1 else None)


def official_links(official: pl.DataFrame) -> frozenset[tuple[str, str]]:
    """Return the pairs (2015, 2024) of the official list, from the rows of « anct-qpv-correspondance ».

    Args:
        official: ``zone`` (the neighbourhood of 2024, as received: an id of the territory or a code) and
            ``quartier_2015_1`` to ``quartier_2015_3``.
    """
    columns = [name for name in _OFFICIAL_COLUMNS if name in official.columns]
    return frozenset(
        (str(row[column]), str(row["zone"]))
        for row in official.iter_rows(named=True)
        for column in columns
        if row[column] is not None and row["zone"] is not None
    )


def disagreements(
    correspondence: Correspondence, links: Iterable[tuple[str, str]], smallest: float = 0.01
) -> tuple[str, ...]:
    """Return, in French, where the shares and the official list do not tell the same story, sorted.

    Args:
        correspondence: the shares.
        links: the pairs of the official list, in codes.
        smallest: a share under it may be an effect of the grid, and is not told.
    """
    official = set(links)
    shared = {
        (each.origin, each.target): each.share
        for each in correspondence.passages
        if ELSEWHERE not in {each.origin, each.target}
    }
    found = [
        f"{origin} → {target} : {100 * share:.1f} % de la population, passage absent de la liste officielle".replace(
            ".", ","
        )
        for (origin, target), share in shared.items()
        if share >= smallest and (origin, target) not in official
    ]
    found += [
        f"{origin} → {target} : dans la liste officielle, aucune part de population donnée"
        for origin, target in official
        if not shared.get((origin, target))
    ]
    return tuple(sorted(found))


def _common_totals(rows: list[dict[str, object]], key: str) -> dict[str, int]:
    """Return the residents of each contour, where every one of its passages counts them."""
    counted: dict[str, list[int | None]] = defaultdict(list)
    for row in rows:
        common = row.get("habitants_commun")
        counted[str(row[key])].append(int(str(common)) if common is not None else None)
    totals = {code: [each for each in found if each is not None] for code, found in counted.items()}
    return {code: sum(found) for code, found in totals.items() if len(found) == len(counted[code]) and sum(found) > 0}


def _complete(rows: list[dict[str, object]], totals: dict[str, int]) -> dict[str, int]:
    """Keep the contours of 2024 whose residents are all there: kept as they were, or with a line for newcomers."""
    with_newcomers = {str(row["quartier_2024"]) for row in rows if row["quartier_2015"] == ELSEWHERE}
    return {code: total for code, total in totals.items() if code in with_newcomers or code.endswith(_KEPT_LETTER)}


def _passage(row: dict[str, object], by_origin: dict[str, int], by_target: dict[str, int]) -> Passage:
    origin, target = str(row["quartier_2015"]), str(row["quartier_2024"])
    common, printed = row.get("habitants_commun"), row.get("part_population_2024")
    share = _number(row["part_population_2015"])
    coverage = None if printed is None else _number(printed)
    if common is not None and origin in by_origin:
        share = _number(common) / by_origin[origin]
    if common is not None and target in by_target and printed is None:
        coverage = _number(common) / by_target[target]
    return Passage(origin, target, 0.0 if origin == ELSEWHERE else share, coverage)


def _number(value: object) -> float:
    return float(str(value))


def _whole(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Make the shares of each origin add up to exactly 1, where they nearly do.

    Raises:
        ComputationError: they do not, or a passage is given twice (``EVK-M211``).
    """
    found: dict[str, list[Passage]] = defaultdict(list)
    for each in sorted(passages):
        found[each.origin].append(each)
    return tuple(each for origin in sorted(found) for each in _rescaled(origin, found[origin]))


def _rescaled(origin: str, found: list[Passage]) -> Iterator[Passage]:
    if origin == ELSEWHERE:
        yield from found
        return
    total = sum(each.share for each in found)
    repeated = len({each.target for each in found}) < len(found)
    if repeated or abs(total - 1) > TOLERANCE:
        what = "un passage est donné deux fois" if repeated else f"les parts font {100 * total:.1f} %".replace(".", ",")
        message = f"Les passages du quartier {origin} ne font pas sa population : {what}."
        repair = f"Donnez une ligne par quartier d’arrivée, et une ligne « {ELSEWHERE} » pour ceux qui sortent."
        raise ComputationError(Problem("EVK-M211", message, received=origin, repair=repair))
    yield from (Passage(each.origin, each.target, each.share / total, each.coverage) for each in found)
