"""What is left of a territory without its QPV: sums and rates subtract, medians never do."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.errors import ComputationError, Problem
from evalkit.territory.amounts import Amount, Statistic, require_additive

_INSTEAD = "Comparez au territoire entier en le disant, ou demandez cette valeur au producteur."


def remainder(whole: Amount, parts: Sequence[Amount], statistic: Statistic) -> Amount:
    """Return a whole without its parts: « hors QPV », from the sums of the territory and of its QPV.

    For rates, this is ``(whole - w * part) / (1 - w)`` where ``w`` is the share of the parts in the denominator.

    Args:
        whole: the territory, its QPV included.
        parts: the QPV, which do not overlap.
        statistic: how the figure is made.

    Returns:
        The sums of what is left; its value is ``None`` when nothing is left.

    Raises:
        ComputationError: the figure does not subtract (``EVK-M201``), a denominator is missing (``EVK-M202``), or the
            parts are larger than the whole (``EVK-M203``).
    """
    require_additive(statistic, "« Hors QPV »", _INSTEAD)
    if not parts:
        return whole
    if any((part.denominator is None) is not (whole.denominator is None) for part in parts):
        message = "Le reste du territoire ne se calcule pas : il manque le dénominateur d’une partie."
        repair = "Donnez les effectifs de chaque quartier et du territoire, ou renoncez au « hors QPV »."
        raise ComputationError(Problem("EVK-M202", message, repair=repair))
    numerator = whole.numerator - sum(part.numerator for part in parts)
    denominator = (
        None if whole.denominator is None else whole.denominator - sum(part.denominator or 0 for part in parts)
    )
    if (denominator is not None and denominator < 0) or (statistic is Statistic.COUNT and numerator < 0):
        message = (
            "Les quartiers réunis dépassent le territoire qui devrait les contenir : deux sources, ou deux champs."
        )
        raise ComputationError(Problem("EVK-M203", message, repair="Vérifiez le territoire et la source de chacun."))
    return Amount(numerator, denominator)
