"""From cells to the complete panel that several entry dates need, or to the refusal that says what lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from evalkit.compare.choose import FEWEST_CONTROLS
from evalkit.compare.result import DidRefusal, Period
from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.entry_permutation import EntryPanel, number_of_deals
from evalkit.stats.group_time import NEVER, Controls
from evalkit.typography import typeset

_ALPHA = 0.05
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class EntryDesign:
    """Which zones enter, and when.

    Attributes:
        entries: first whole period of each zone that ever enters; all the others are never treated.
        weights: "resident": zones weigh their persons; "zone": they weigh the same.
        controls: zones never treated, or those not treated yet as well.
    """

    entries: Mapping[str, Period]
    weights: Literal["resident", "zone"] = "resident"
    controls: Controls = "never"


@dataclass(frozen=True, slots=True, eq=False)
class StaggeredPanel:
    """Zones seen in every period, with their entries.

    Attributes:
        zones, periods: labels, sorted.
        outcome: mean of the outcome, shape (zones, periods).
        entry: rank of the first treated period (0: from the first one on), or NEVER, shape (zones,).
        persons: mean per period, shape (zones,).
        warnings_fr: what was left out.
    """

    zones: tuple[str, ...]
    periods: tuple[Period, ...]
    outcome: FloatArray
    entry: IntArray
    persons: FloatArray
    warnings_fr: tuple[str, ...]

    def usable(self, design: EntryDesign) -> EntryPanel:
        """Return the panel without the zones that inform nothing: those in from the start, whatever the controls."""
        kept = self.entry > 0
        if design.controls == "never":
            kept &= (self.entry < len(self.periods)) | (self.entry == NEVER)
        weight = self.persons if design.weights == "resident" else np.ones_like(self.persons)
        return EntryPanel(self.outcome[kept], self.entry[kept], weight[kept], design.controls)


def staggered_panel(cells: pl.DataFrame, design: EntryDesign) -> StaggeredPanel:
    """Put the cells of zones seen in every period on a grid.

    Args:
        cells: ``zone``, ``period``, ``n`` and ``sum_y``; one line per zone and period, in any order.
        design: the entries.

    Returns:
        The panel, with the zones left out said.
    """
    seen = cells.filter(pl.col("n") > 0).sort("zone", "period")
    periods: tuple[Period, ...] = tuple(seen["period"].unique().sort().to_list())
    counts = seen.group_by("zone", maintain_order=True).len()
    whole = counts.filter(pl.col("len") == len(periods))["zone"].to_list()
    partly = counts.filter(pl.col("len") < len(periods))["zone"].to_list()
    absent = sorted(set(design.entries) - set(counts["zone"].to_list()))
    kept = seen.filter(pl.col("zone").is_in(whole))
    n = kept["n"].cast(pl.Float64).to_numpy().reshape(len(whole), len(periods))
    sums = kept["sum_y"].cast(pl.Float64).to_numpy().reshape(len(whole), len(periods))
    entry = np.array([_rank(periods, design.entries.get(zone)) for zone in whole], dtype=np.int64)
    always = [zone for zone, rank in zip(whole, entry.tolist(), strict=True) if rank == 0]
    warnings = [
        _listed(text, zones)
        for text, zones in (
            ("Zones suivies sans aucune donnée", absent),
            ("Zones qui ne sont pas vues à toutes les périodes, laissées de côté", partly),
            ("Zones déjà entrées au début de la série : elles ne disent rien et ne servent jamais de témoins", always),
        )
        if zones
    ]
    return StaggeredPanel(tuple(whole), periods, sums / n, entry, n.mean(axis=1), tuple(warnings))


def staggered_refusal(panel: EntryPanel) -> DidRefusal | None:
    """Return why several entry dates cannot be compared on a panel, if so.

    Codes: ``EVK-C111`` nobody enters during the series, ``EVK-C112`` no zone without entry, ``EVK-C103`` one treated
    zone, ``EVK-C105`` too few controls, ``EVK-C104`` too few deals of the dates.

    Args:
        panel: the panel, zones treated from the start left out.
    """
    periods = panel.outcome.shape[1]
    treated = int(np.count_nonzero(panel.entry < periods))
    controls = len(panel.entry) - treated
    if treated == 0:
        reason = (
            "Aucune zone n’entre pendant la série : les zones entrées avant son début ou après sa fin ne disent rien "
            "de l’effet."
        )
        return _refusal("EVK-C111", reason, "Recevez des périodes antérieures à une entrée.", (treated, controls))
    if controls == 0 and panel.controls == "never":
        reason = "Toutes les zones vues à toutes les périodes sont entrées : aucune n’est un témoin."
        repair = "Déclarez des zones jamais entrées, ou « against: not_yet » pour prendre celles qui entrent plus tard."
        return _refusal("EVK-C112", reason, repair, (treated, controls))
    if treated == 1:
        reason = "Une seule zone entre pendant la série : le hasard de cette zone se confond avec l’effet."
        return _refusal("EVK-C103", reason, "Regroupez plusieurs zones, ou décrivez la courbe.", (treated, controls))
    if controls < FEWEST_CONTROLS and panel.controls == "never":
        reason = f"Avec {controls} zones jamais entrées, leur bruit ne se mesure pas : aucun test ne serait juste."
        repair = f"Déclarez au moins {FEWEST_CONTROLS} zones de comparaison."
        return _refusal("EVK-C105", reason, repair, (treated, controls))
    if 1.0 / number_of_deals(panel.entry) > _ALPHA:
        reason = (
            f"Trop peu de zones : ces dates d’entrée ne peuvent être distribuées que de {number_of_deals(panel.entry)} "
            "façons, aucun test ne peut conclure à 5 %."
        )
        return _refusal("EVK-C104", reason, "Déclarez d’autres zones de comparaison.", (treated, controls))
    return None


def _rank(periods: tuple[Period, ...], entry: Period | None) -> int:
    """Return how many periods precede an entry."""
    return NEVER if entry is None else sum(str(period) < str(entry) for period in periods)


def _refusal(code: str, reason: str, repair: str, sizes: tuple[int, int]) -> DidRefusal:
    return DidRefusal(
        code=code, reason_fr=typeset(reason), repair_fr=typeset(repair), n_treated=sizes[0], n_controls=sizes[1]
    )


def _listed(label: str, names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return typeset(f"{label} ({len(names)}) : {shown}.")
