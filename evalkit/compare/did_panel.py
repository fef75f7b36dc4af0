"""From declared cells to a panel that a difference-in-differences can use, or to the refusal that says what lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from evalkit.compare.result import DidRefusal, Period, TestName
from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import BoolArray, FloatArray, IntArray
from evalkit.stats.randomisation import (
    drawn_assignments,
    grouped_assignments,
    smallest_attainable_p,
    smallest_grouped_p,
)
from evalkit.stats.two_way import CellGrid
from evalkit.typography import typeset

CELL_COLUMNS = ("zone", "period", "n", "sum_y")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DidDesign:
    """Which zones are treated, from which period, and whom the effect describes.

    Attributes:
        treated: names of the treated zones; all the others are controls.
        post_from: first period after the entry, of the same type as the periods of the cells.
        weights: "resident": the effect on an average resident, each cell weighing its persons; "zone": the effect
            on an average zone, all the cells weighing the same.
        chosen_on: "elsewhere": the zones were chosen on something else than the outcome before the entry, so that
            their starting level is theirs and does not come back; otherwise what the levels say decides.
        test: the test that decides, when it was declared; it never makes possible what the zones forbid.
        comparable: groups of zones that could each have been treated: permutations stay inside a group.
    """

    treated: tuple[str, ...]
    post_from: Period
    weights: Literal["resident", "zone"] = "resident"
    chosen_on: Literal["outcome", "elsewhere"] | None = None
    test: TestName | None = None
    comparable: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Sums per zone and period, zones and periods sorted.

    Attributes:
        zones: names, sorted.
        periods: labels, sorted.
        n: persons, shape (zones, periods); zero where the cell does not exist.
        sum_y: sum of the outcome, same shape.
        sum_y2: sum of its squares, same shape, when given.
        treated: which zones are treated, shape (zones,).
        post: which periods come after the entry, shape (periods,).
        weights: the target, as declared.
        warnings_fr: French sentences on what was left out.
        comparable: groups of zones that could each have been treated; none when all could.
    """

    zones: tuple[str, ...]
    periods: tuple[Period, ...]
    n: FloatArray
    sum_y: FloatArray
    sum_y2: FloatArray | None
    treated: BoolArray
    post: BoolArray
    weights: Literal["resident", "zone"]
    warnings_fr: tuple[str, ...] = ()
    comparable: tuple[tuple[str, ...], ...] = ()

    @property
    def groups(self) -> IntArray:
        """Return the rank of the group of each zone, -1 for a zone in none, shape (zones,); 0 without groups."""
        rank = {zone: place for place, group in enumerate(self.comparable) for zone in group}
        return np.array([rank.get(zone, -1 if self.comparable else 0) for zone in self.zones], dtype=np.int64)

    def choices(self, draws: int, seed: int) -> BoolArray:
        """Return the choices of treated zones that permutations compare, shape (choices, zones)."""
        if self.comparable:
            return grouped_assignments(self.treated, self.groups, draws, seed)
        return drawn_assignments(self.treated, draws, seed)

    @property
    def smallest_p(self) -> float:
        """Return the smallest p-value that a permutation can reach."""
        if self.comparable:
            return smallest_grouped_p(self.treated, self.groups)
        return smallest_attainable_p(len(self.zones), int(self.treated.sum()))

    def grid(self) -> CellGrid:
        """Return the cell means with the weights of the declared target."""
        means = self.sum_y / np.where(self.n > 0, self.n, 1.0)
        if self.weights == "resident":
            return CellGrid(means, self.n, int(self.n.sum()))
        return CellGrid(means, np.asarray(np.where(self.n > 0, 1.0, 0.0)), int((self.n > 0).sum()))

    def treatment(self) -> FloatArray:
        """Return the treatment of each cell, 0 or 1, shape (zones, periods)."""
        return np.outer(self.treated, self.post).astype(np.float64)


def read_panel(cells: pl.DataFrame, design: DidDesign) -> Panel | DidRefusal:
    """Put cells on a grid, and keep the zones and periods that can be compared.

    Args:
        cells: columns ``zone`` (text), ``period`` (text, integer or date), ``n`` (persons), ``sum_y`` and, if known,
            ``sum_y2``; one line per zone and period, in any order.
        design: the treated zones and the entry.

    Returns:
        The panel, or a refusal that names the empty cells of the two-by-two table.

    Raises:
        ComputationError: the table does not have these columns, repeats a cell, or holds missing or negative numbers.
    """
    _require_cells(cells, design)
    panel = _on_grid(cells.filter(pl.col("n") > 0).sort("zone", "period"), design)
    kept = _keep(_keep_common_periods(panel))
    missing = _missing_cells(panel) or _missing_cells(kept)
    if missing:
        return DidRefusal(
            code="EVK-C101",
            reason_fr=typeset(
                f"La comparaison avant-après n’a pas ses quatre cases. Il manque : {' ; '.join(missing)}."
            ),
            repair_fr="Recevez ces données, ou déclarez une autre date d’entrée ou d’autres zones.",
            missing=missing,
            n_treated=int(kept.treated.sum()),
            n_controls=int((~kept.treated).sum()),
        )
    return kept


def _require_cells(cells: pl.DataFrame, design: DidDesign) -> None:
    absent = [name for name in CELL_COLUMNS if name not in cells.columns]
    if absent:
        raise _error("EVK-M302", "Les cellules n’ont pas toutes leurs colonnes.", ", ".join(absent))
    used = [*CELL_COLUMNS, *(["sum_y2"] if "sum_y2" in cells.columns else [])]
    if sum(cells.select(used).null_count().row(0)) or not all(cells[name].dtype.is_numeric() for name in used[2:]):
        raise _error("EVK-M303", "Une cellule a une valeur absente ou qui n’est pas un nombre.", "")
    if cells.select((pl.col("n") < 0).any() | ~pl.all_horizontal(pl.col(used[2:]).is_finite()).all()).item():
        raise _error("EVK-M303", "Une cellule a un effectif négatif ou un nombre infini.", "")
    if cells.select(pl.struct("zone", "period").is_duplicated().any()).item():
        raise _error("EVK-M304", "Une même zone a deux cellules pour une même période.", "")
    kind: Any = cells["period"].dtype.to_python() if cells.height else type(design.post_from)
    if kind is not type(design.post_from):
        shown = f"{design.post_from} ({type(design.post_from).__name__})"
        raise _error("EVK-M305", "La date d’entrée n’est pas écrite comme les périodes.", shown)


def _error(code: str, message: str, received: str) -> ComputationError:
    return ComputationError(Problem(code, message, received=received))


def _on_grid(cells: pl.DataFrame, design: DidDesign) -> Panel:
    zones = tuple(cells["zone"].unique().sort().to_list())
    periods: tuple[Period, ...] = tuple(cells["period"].unique().sort().to_list())
    place = {zone: rank for rank, zone in enumerate(zones)}
    time = {period: rank for rank, period in enumerate(periods)}
    rows = [place[zone] for zone in cells["zone"]]
    columns = [time[period] for period in cells["period"]]

    def spread(name: str) -> FloatArray:
        table = np.zeros((len(zones), len(periods)))
        table[rows, columns] = cells[name].cast(pl.Float64).to_numpy()
        return table

    chosen = set(design.treated)
    entry: Any = design.post_from  # of the type of the periods, which has just been checked
    unknown = tuple(sorted(chosen - set(zones)))
    return Panel(
        zones=zones,
        periods=periods,
        n=spread("n"),
        sum_y=spread("sum_y"),
        sum_y2=spread("sum_y2") if "sum_y2" in cells.columns else None,
        treated=np.array([zone in chosen for zone in zones], dtype=np.bool_),
        post=np.array([period >= entry for period in periods], dtype=np.bool_),
        weights=design.weights,
        warnings_fr=(_dropped("Zones suivies sans aucune donnée", unknown),) if unknown else (),
        comparable=design.comparable,
    )


def _keep_common_periods(panel: Panel) -> Panel:
    """Keep the periods seen on both sides: a period of one side only says nothing of the gap."""
    common: BoolArray = np.asarray(panel.n[panel.treated].any(axis=0) & panel.n[~panel.treated].any(axis=0))
    if common.all() or not common.any():
        return panel
    gone = tuple(str(period) for period, kept in zip(panel.periods, common, strict=True) if not kept)
    return replace(
        panel,
        periods=tuple(period for period, kept in zip(panel.periods, common, strict=True) if kept),
        n=panel.n[:, common],
        sum_y=panel.sum_y[:, common],
        sum_y2=None if panel.sum_y2 is None else panel.sum_y2[:, common],
        post=panel.post[common],
        warnings_fr=(*panel.warnings_fr, _dropped("Périodes vues d’un seul côté, laissées de côté", gone)),
    )


def _keep(panel: Panel) -> Panel:
    """Keep the zones seen before and after the entry: the others have no change."""
    kept: BoolArray = np.asarray(panel.n[:, ~panel.post].any(axis=1) & panel.n[:, panel.post].any(axis=1))
    if kept.all():
        return panel
    gone = [
        (zone, bool(is_treated)) for zone, is_treated, k in zip(panel.zones, panel.treated, kept, strict=True) if not k
    ]
    treated, controls = (tuple(zone for zone, is_treated in gone if is_treated is side) for side in (True, False))
    notes = [
        _dropped(label, names)
        for label, names in (
            ("Zones suivies sans données avant et après l’entrée, laissées de côté", treated),
            ("Zones de comparaison sans données avant et après l’entrée, laissées de côté", controls),
        )
        if names
    ]
    return replace(
        panel,
        zones=tuple(zone for zone, k in zip(panel.zones, kept, strict=True) if k),
        n=panel.n[kept],
        sum_y=panel.sum_y[kept],
        sum_y2=None if panel.sum_y2 is None else panel.sum_y2[kept],
        treated=panel.treated[kept],
        warnings_fr=(*panel.warnings_fr, *notes),
    )


def _dropped(label: str, names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return typeset(f"{label} ({len(names)}) : {shown}.")


def _missing_cells(panel: Panel) -> tuple[str, ...]:
    sides = (("zones suivies", panel.treated), ("zones de comparaison", ~panel.treated))
    moments = (("avant l’entrée", ~panel.post), ("après l’entrée", panel.post))
    return tuple(
        f"{side}, {moment}"
        for side, zones in sides
        for moment, periods in moments
        if not panel.n[np.ix_(zones, periods)].any()
    )
