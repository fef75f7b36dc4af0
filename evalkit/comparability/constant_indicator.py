"""An indicator on the contours of 2024 for all its periods: weights, coverage and doubt printed beside each value."""

from __future__ import annotations

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.errors import ComputationError, Problem
from evalkit.territory.amounts import Statistic
from evalkit.territory.constant import SMALLEST_COVERAGE, SeriesOnOneContour, constant_series
from evalkit.territory.correspondence import Correspondence
from evalkit.territory.zones import Territory

_STATISTICS = {
    "count": Statistic.COUNT,
    "sum": Statistic.COUNT,
    "participations": Statistic.COUNT,
    "ratio": Statistic.RATE,
    "share": Statistic.RATE,
    "mean": Statistic.MEAN,
    "survey": Statistic.MEAN,
    "median": Statistic.MEDIAN,
    "quantile": Statistic.QUANTILE,
    "published": Statistic.PUBLISHED,
}
_DURATIONS = {"mean": Statistic.MEAN, "median": Statistic.MEDIAN, "share_within": Statistic.RATE}


def statistic_of(indicator: Indicator) -> Statistic:
    """Return how the figures of an indicator are made.

    Raises:
        ComputationError: the indicator is no figure of a zone that adds up or not (``EVK-M213``): a list, a yes or no,
            distinct persons (one may be in two zones), a measure of other indicators.
    """
    measure = indicator.measure
    kind = measure.type if measure is not None else ""
    found = _DURATIONS.get(getattr(measure, "statistic", "")) if kind == "duration" else _STATISTICS.get(kind)
    if found is None:
        message = f"« {indicator.label} » ne se lit pas à périmètre constant : ce n’est ni une somme, ni un taux."
        raise ComputationError(Problem("EVK-M213", message, received=indicator.id, repair="Choisissez-en un autre."))
    return found


def constant_indicator(
    observations: pl.DataFrame, indicator: Indicator, feed: Feed, territory: Territory, correspondence: Correspondence
) -> pl.DataFrame:
    """Return the series of an indicator on the contours of 2024.

    Args:
        observations: those of the contract, confidential.
        indicator: a sum or a rate.
        feed: its source, which may follow one vintage of contours for all its periods.
        territory: the zones.
        correspondence: the passages from 2015 to 2024.

    Returns:
        A frame of :data:`evalkit.territory.constant.CONSTANT_SCHEMA`, sorted by zone and period.

    Raises:
        ComputationError: the indicator does not carry (``EVK-M201``, ``EVK-M213``).
    """
    option = SeriesOnOneContour(
        statistic_of(indicator), SMALLEST_COVERAGE, int(getattr(indicator.measure, "per", 1)), feed.perimeter
    )
    known = observations.filter(
        (pl.col("indicator") == indicator.id) & (pl.col("breakdown") == "") & pl.col("numerator").is_not_null()
    )
    return constant_series(known, territory, correspondence, option)
