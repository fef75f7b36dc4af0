"""Where everybody stands, month by month since entry, from the months told: nobody is ever nowhere."""

from __future__ import annotations

import datetime as dt

import numpy as np

from evalkit.follow.calendar_months import last_month_over
from evalkit.follow.people.believed import Months
from evalkit.follow.people.cells import States
from evalkit.follow.states import LOST, NOTHING, THERE
from evalkit.stats.arrays import IntArray


def standing(months: Months, entered: IntArray, last_day: dt.date, horizon: int) -> States:
    """Return the state of each person in each month since entry, that of the entry being month 0.

    An exit lasts until a file tells another state. Being there without an exit is said month by month: in a month that
    no file tells, the person is lost. The month of the entry is that of being there, unless it is told otherwise.

    Args:
        months: the months told.
        entered: month of the entry of each person, counted from year 0, shape (persons,).
        last_day: last day covered.
        horizon: longest time since entry that is looked at, in months.

    Returns:
        Numbers of states, shape (horizon + 1, persons); ``NOTHING`` in a month that is not over on the last day.
    """
    over = last_month_over(last_day) - entered
    persons = np.arange(months.grid.persons)
    stands = np.full((horizon + 1, months.grid.persons), NOTHING, dtype=np.uint8)
    now = np.full(months.grid.persons, THERE, dtype=np.uint8)
    for month in range(horizon + 1):
        place = entered - months.grid.first + month
        told = months.states[persons, np.minimum(place, months.grid.width - 1)]
        silent = now if month == 0 else np.where(now == THERE, LOST, now)
        now = np.where((told == NOTHING) | (place >= months.grid.width), silent, told).astype(np.uint8)
        stands[month] = np.where(over >= month, now, NOTHING)
    return stands
