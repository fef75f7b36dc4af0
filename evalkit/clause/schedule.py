"""The sendings that a clause makes due, period by period, and the last day that it gives for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.declare.clause import Clause, Production
from evalkit.declare.feed import Feed
from evalkit.declare.period import Granularity, first_day, granularity_of, last_day, months_in, period_of_date

_FREQUENCY_MONTHS = {"mois": 1, "trimestre": 3, "semestre": 6, "annee": 12, "deux ans": 24}


@dataclass(frozen=True, slots=True)
class Due:
    """One period that a producer owes.

    Attributes:
        period: the period of the data.
        closes: the last day of the sending to which the period belongs: nothing can be asked before.
        agreed: the last day on which the clause allows it to be sent, when it states a delay.
    """

    period: str
    closes: dt.date
    agreed: dt.date | None = None

    @property
    def day(self) -> dt.date:
        """Return the day from which the period is missing."""
        return self.agreed or self.closes


def schedule(clause: Clause, feed: Feed) -> Iterator[Due]:
    """Give the periods that a clause makes due, the earliest first, endlessly when the clause has no last day.

    The past that is handed over when a clause begins was never due. Sendings follow the calendar year; one that holds
    several periods is due once the last of them is over. Years of a feed sent every two years are counted from the
    first day of the clause. Once a commitment is interrupted, nothing more is due.

    Args:
        clause: the terms; without a frequency or a first day, nothing is due.
        feed: the granularity of the periods.
    """
    terms = clause.production
    if terms.from_ is None or terms.frequency is None:
        return
    granularity, until = feed.period.granularity, _last_day_owed(clause)
    every = max(_FREQUENCY_MONTHS[terms.frequency], months_in(granularity))
    period = period_of_date(_first_day_owed(clause, terms.from_), granularity)
    while until is None or first_day(period) <= until:
        if every <= 12 or (int(period[:4]) - terms.from_.year) % (every // 12) == 0:
            closes = _sending_end(period, every)
            yield Due(period, closes, agreed_day(terms, closes))
        period = period_of_date(last_day(period) + dt.timedelta(days=1), granularity)


def agreed_day(terms: Production, closes: dt.date) -> dt.date | None:
    """Return the last day that an agreement gives for a sending: the first of its dated days, else its delay.

    Args:
        terms: the production terms.
        closes: the last day of the sending.
    """
    dated = [each.date_for(year) for each in terms.deadlines if each.sends for year in (closes.year, closes.year - 1)]
    following = [day for day in dated if day > closes]
    if following:
        return min(following)
    return day_after(closes, terms.due) if terms.due else None


def agreed_day_of(terms: Production, period: str) -> dt.date | None:
    """Return the last day that an agreement gives for a period, which is sent with the others of its sending."""
    granularity = granularity_of(period)
    if terms.frequency is None or granularity is None:
        return agreed_day(terms, last_day(period))
    return agreed_day(terms, _sending_end(period, max(_FREQUENCY_MONTHS[terms.frequency], months_in(granularity))))


def _first_day_owed(clause: Clause, starts: dt.date) -> dt.date:
    return max(starts, clause.amendment.date) if clause.amendment else starts


def _last_day_owed(clause: Clause) -> dt.date | None:
    engagement = clause.engagement
    days = [clause.production.until]
    if engagement is not None and engagement.state == "interrupted" and engagement.since is not None:
        days.append(engagement.since - dt.timedelta(days=1))
    return min((day for day in days if day is not None), default=None)


def _sending_end(period: str, every: int) -> dt.date:
    """Return the last day of the sending of ``every`` months to which a period belongs."""
    if granularity_of(period) is Granularity.SCHOOL_YEAR:
        return last_day(period)
    if every >= 12:
        return dt.date(int(period[:4]), 12, 31)
    month = -(-last_day(period).month // every) * every
    return last_day(f"{period[:4]}-{month:02d}")


def day_after(day: dt.date, duration: str) -> dt.date:
    """Return a day plus a declared duration (P30D, P2M, P1Y); a shorter month gives its last day."""
    count, unit = int(duration[1:-1]), duration[-1]
    if unit == "D":
        return day + dt.timedelta(days=count)
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "Y" else 1)
    month_end = last_day(f"{months // 12}-{months % 12 + 1:02d}")
    return month_end.replace(day=min(day.day, month_end.day))
