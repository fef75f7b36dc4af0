"""The same persons around their entry: what was already moving before it, and what changed after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_analysis import History
from evalkit.declare.model import months_of
from evalkit.errors import ComputationError
from evalkit.follow.calendar_months import calendar_month, month_of, person_number
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON
from evalkit.follow.result.doubts import BeforeAfter, PastPoint
from evalkit.formula import compile_predicate, parse
from evalkit.stats.arrays import to_digits
from evalkit.stats.laws import normal_quantile
from evalkit.stats.paired import mcnemar, paired_change

_LAST_BEFORE = -1
_DIP = 0.05


def months_around(rows: pl.LazyFrame, identity: str, month: str, history: History, known: pl.DataFrame) -> pl.DataFrame:
    """Return, for each person and month around the entry, whether the person is in the followed state.

    A month that several rows tell is in the state when one of them is.

    Args:
        rows: stored rows of the feed, lazily: those before the entry among them.
        identity: column of the pseudonym.
        month: column of the month (``2026-03``).
        history: the state, and how far to look.
        known: persons counted: ``person`` (the number of a pseudonym), ``group``, ``entry`` and, when they share one,
            ``shared``.

    Returns:
        ``group``, ``person``, ``month`` (negative before the entry), ``state`` and ``shared``.
    """
    state = compile_predicate(parse(history.state))
    read = rows.filter(pl.col(identity).is_not_null()).select(
        person_number(identity).alias("person"),
        calendar_month(pl.col(month)).alias("at"),
        state.fill_null(value=False).alias("state"),
    )
    people = known.lazy().with_columns(month_of(pl.col("entry")).alias("entered"))
    around = read.join(people, on="person").with_columns((pl.col("at") - pl.col("entered")).alias("month"))
    first, last = -int(months_of(history.before)), int(months_of(history.after))
    kept = around.filter(pl.col("month").is_between(first, last))
    return kept.group_by("person", "month").agg(pl.col("group", "shared").first(), pl.col("state").any()).collect()


def past_points(around: pl.DataFrame, cohort: Cohort) -> Iterator[PastPoint]:
    """Give the share of each group in the state, month by month around the entry; small months are left out."""
    counted = around.group_by("group", "month").agg(pl.len().alias("persons"), pl.col("state").sum().alias("count"))
    for row in counted.sort("group", "month").iter_rows(named=True):
        if row["persons"] >= cohort.minimum:
            yield PastPoint(
                group=row["group"],
                month=row["month"],
                persons=row["persons"],
                count=int(row["count"]),
                rate=row["count"] / row["persons"],
            )


def before_after(around: pl.DataFrame, history: History, cohort: Cohort) -> Iterator[BeforeAfter]:
    """Give, per group, the change of the same persons; nothing when they are fewer than the protocol's minimum."""
    first, last = -int(months_of(history.before)), int(months_of(history.after))
    for group in (ACCOMPANIED, COMPARISON):
        mine = around.filter(pl.col("group") == group)
        then = mine.filter(pl.col("month") == first).select("person", "shared", pl.col("state").alias("then"))
        now = mine.filter(pl.col("month") == last).select("person", pl.col("state").alias("now"))
        both = then.join(now, on="person").sort("person")
        if both.height >= cohort.minimum:
            yield _change(group, (first, last), both, shared=cohort.analysis.shared is not None)


def _change(group: str, months: tuple[int, int], both: pl.DataFrame, *, shared: bool) -> BeforeAfter:
    then, now = both["then"].to_numpy(), both["now"].to_numpy()
    tested = mcnemar(then, now)
    gap = now.astype(np.float64) - then.astype(np.float64)
    half = normal_quantile(0.975) * float(gap.std(ddof=1)) / np.sqrt(len(gap))
    change, low, high, p = tested.change, tested.change - half, tested.change + half, tested.p
    test = "McNemar exact" if tested.is_exact else "McNemar"
    if shared:
        clusters = np.unique(both["shared"].fill_null("").to_numpy(), return_inverse=True)[1]
        try:
            paired = paired_change(then.astype(np.float64), now.astype(np.float64), clusters)
            low, high, p, test = paired.low, paired.high, paired.p, "différence appariée par grappes"
        except ComputationError:
            test = f"{test}, personnes tenues pour indépendantes"
    return BeforeAfter(
        group=group,
        before=months[0],
        after=months[1],
        persons=both.height,
        rate_before=float(then.mean()),
        rate_after=float(now.mean()),
        gained=tested.gained,
        lost=tested.lost,
        change=to_digits(100 * change),
        low=to_digits(100 * low),
        high=to_digits(100 * high),
        p=to_digits(p),
        test=test,
    )


def dip_warning(points: tuple[PastPoint, ...]) -> str:
    """Say that a group moved in the months before its entry; empty when it did not, or when nothing is known of them.

    Somebody often enters because things have just got worse: what follows is then partly a return to what was.

    Source: Ashenfelter 1978.
    """
    for group in (ACCOMPANIED, COMPARISON):
        before = {point.month: point.rate for point in points if point.group == group and point.month < 0}
        if len(before) >= 2 and _LAST_BEFORE in before and abs(before[_LAST_BEFORE] - before[min(before)]) >= _DIP:
            return (
                "La situation bougeait déjà dans les mois qui précèdent l’entrée : une partie de ce qui suit peut être "
                "un retour à l’état d’avant, et non un effet."
            )
    return ""
