"""Who changes place after entering: out of the zones of the protocol, back, or from one to another."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from evalkit.follow.people.result import Moves
from evalkit.territory.zones import UNKNOWN


def moves_of(months: pl.DataFrame, zones: Collection[str]) -> Moves:
    """Count the persons who move; a place that is unknown tells nothing.

    A person stays in the cohort wherever she lives: the place of residence at entry decides who is in it.

    Args:
        months: ``id``, ``month`` and ``zone`` of each month told.
        zones: the zones of the protocol.
    """
    placed = months.select("id", "month", "zone").filter(pl.col("zone").is_not_null(), pl.col("zone") != UNKNOWN)
    told = placed.group_by("id").agg(pl.len().alias("months"), pl.col("zone").n_unique().alias("places"))
    mobile = told.filter(pl.col("places") > 1).select("id")
    ordered = placed.join(mobile, on="id", how="semi").sort("id", "month")
    inside = pl.col("zone").is_in(list(zones))
    steps = ordered.select(
        "id",
        inside.alias("here"),
        inside.shift(-1).over("id").alias("there"),
        (pl.col("zone") != pl.col("zone").shift(-1).over("id")).alias("moved"),
    ).filter("moved")

    def persons(condition: pl.Expr) -> int:
        return int(steps.filter(condition)["id"].n_unique())

    return Moves(
        told=told.filter(pl.col("months") > 1).height,
        left=persons(pl.col("here") & ~pl.col("there")),
        back=persons(~pl.col("here") & pl.col("there")),
        between=persons(pl.col("here") & pl.col("there")),
    )
