"""Observed minus target: in the unit of the indicator (points for a percentage) and in number of units missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from evalkit.declare.indicator import Indicator
from evalkit.declare.period import last_day
from evalkit.declare.target import Target
from evalkit.declare.target_rule import Point, aim_of, shortfall
from evalkit.measure.combined import Here, Side, combined, lacking
from evalkit.measure.known import is_available
from evalkit.measure.observation import Observation
from evalkit.measure.target_points import case_of
from evalkit.measure.value import Value

TARGET = "cible"
_SENSES = {"at_least": "≥", "at_most": "≤", "around": "≈"}


def target_gaps(here: Here, base: Indicator) -> Iterator[Observation]:
    """Return the gap of one zone and period to the target that holds there; to each of them when several do.

    Two targets that contradict each other are both shown: the whole is then not computable, each is given apart.
    """
    side = Side(base.id, here.zone, here.breakdown)
    (found,) = here.read(side)
    if found is None or not is_available(found):
        yield lacking(here, (side,), (found,))
        return
    holding = [each for each in base.targets if _holds(each, here)]
    distinct = list(dict.fromkeys((each.sense, each.value, each.than, each.times) for each in holding))
    if not holding:
        yield here.missing((found,), "aucune cible ne vaut pour cette zone et cette période")
        return
    if len(distinct) == 1:
        yield _gap(here, base, holding[0], found)
        return
    yield here.missing((found,), f"{len(distinct)} cibles valent ici et diffèrent : chacune est donnée")
    for target in holding:
        yield _gap(replace(here, breakdown=f"{TARGET}={words(target)}"), base, target, found)


def words(target: Target) -> str:
    """Return a target in few words: « ≥ 25 », « ≥ autre.indicateur »."""
    value = f"{target.value.normalize():,f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")
    if target.than is None:
        return f"{_SENSES[target.sense]} {value}"
    times = "" if target.times == 1 else f"{target.times.normalize():f} × ".replace(".", ",")
    return f"{_SENSES[target.sense]} {times}{target.than}" + (f" + {value}" if target.value else "")


def _holds(target: Target, here: Here) -> bool:
    year = last_day(here.period).year
    since = target.from_ is None or year >= target.from_
    return (
        target.zone in {None, here.zone}
        and (target.breakdown == here.breakdown or here.breakdown.startswith(f"{target.each}="))
        and since
        and target.count == "annual"
        and target.over == 1
    )


def _gap(here: Here, base: Indicator, target: Target, found: Observation) -> Observation:
    case = case_of(here.known, base, target, here.zone, last_day(here.period))
    aim = aim_of(case, here.period)
    if aim is None:
        return here.missing((found,), "l’indicateur auquel la cible se rapporte n’est pas connu")
    point = next((each for each in case.points if each.period == here.period), None)
    observation = combined(here, Value(value=round((found.value or 0.0) - float(aim), 9)), (found,))
    missing = shortfall(base.measure, target, point, aim) if isinstance(point, Point) else None
    return replace(observation, shortfall=None if missing is None else float(missing))
