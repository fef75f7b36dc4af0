"""From a declared comparison to the design of its test: units, entry, groups, covariates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.compare.covariates import EqualCovariates, FineCells
from evalkit.compare.did_panel import DidDesign
from evalkit.compare.entries import Entries
from evalkit.compare.panel import OutcomePanel
from evalkit.declare.comparison import Comparison


def design_of(comparison: Comparison, panel: OutcomePanel, entries: Entries) -> DidDesign:
    """Return the design of a comparison with one entry.

    Args:
        comparison: the declaration.
        panel: what was received.
        entries: who enters when.
    """
    unit = units_of(comparison)
    groups = (dict.fromkeys(unit.get(zone, zone) for zone in group.zones) for group in comparison.comparable)
    return DidDesign(
        treated=tuple(sorted({unit.get(zone, zone) for zone in _followed(comparison, panel, entries)})),
        post_from=entries.dates[0] if comparison.entries else panel.post_from,
        weights=comparison.weights,
        chosen_on=comparison.chosen_on,
        test=comparison.test,
        comparable=tuple(tuple(group) for group in groups),
    )


def units_of(comparison: Comparison) -> dict[str, str]:
    """Return the cluster of each zone that shares its shocks with others."""
    return {zone: cluster.id for cluster in comparison.clusters for zone in cluster.zones}


def unit_cells(cells: pl.DataFrame, comparison: Comparison, panel: OutcomePanel, entries: Entries) -> pl.DataFrame:
    """Return the cells of the units of the test: zones, or the clusters that hold them.

    Zones that share shocks are one draw of them: added up, they are one unit of every test.
    """
    kept = cells.filter(pl.col("zone").is_in([*_followed(comparison, panel, entries), *panel.controls]))
    unit = units_of(comparison)
    if not unit:
        return kept
    return kept.with_columns(pl.col("zone").replace(unit)).group_by("zone", PERIOD).sum().sort("zone", PERIOD)


def unit_fine_cells(fine: FineCells, comparison: Comparison, panel: OutcomePanel, entries: Entries) -> FineCells:
    """Return the fine cells of the units of the test."""
    zones = [*_followed(comparison, panel, entries), *panel.controls]
    kept = replace(fine, table=fine.table.filter(pl.col("zone").is_in(zones)))
    unit = units_of(comparison)
    return kept.merged(unit) if unit else kept


def covariate_sentences(fine: FineCells, equal: EqualCovariates, unit: str) -> Iterator[str]:
    """Say what the covariates change, what they leave out, and what they may hide.

    Args:
        fine: the cells by category.
        equal: the regression.
        unit: unit of the outcome.
    """
    from evalkit.compare.summary import amount  # noqa: PLC0415

    names = ", ".join((*fine.discrete, *fine.continuous))
    yield (
        f"L’écart est estimé à covariables égales ({names}) ; sans elles il serait de "
        f"{amount(equal.unadjusted, unit)}. Une covariable que le programme change lui-même cacherait une part de son "
        "effet."
    )
    if fine.lost > 0:
        share = f"{100 * fine.lost:.1f}".replace(".", ",")
        yield f"Laissés de côté, faute d’une covariable : {share} % de ce que compte le dénominateur."


def group_sentences(comparison: Comparison, panel: OutcomePanel, smallest: float) -> Iterator[str]:
    """Say that permutations stay inside the declared groups, the zones in none, and the smallest p-value left."""
    if not comparison.comparable:
        return
    inside = {zone for group in comparison.comparable for zone in group.zones}
    count = sum(zone not in inside for zone in (*panel.treated, *panel.controls))
    others = f" ; {count} zones hors des groupes sont comparées, jamais échangées" if count else ""
    shown = f"{smallest:.3f}".replace(".", ",")
    yield (
        f"Les permutations n’échangent que des zones comparables ({len(comparison.comparable)} groupes déclarés"
        f"{others}) : la plus petite probabilité qu’elles puissent atteindre est {shown}."
    )


def _followed(comparison: Comparison, panel: OutcomePanel, entries: Entries) -> tuple[str, ...]:
    return tuple(zone for zone in panel.treated if not comparison.entries or zone not in entries.always)
