"""Write the tables of results with their masked numbers removed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.follow.result.cohort import CohortResult
from evalkit.measure.observation import Availability
from evalkit.publish.compared import effect_is_secret, point_id
from evalkit.publish.followed import ACCOMPANIED, LOST, balance_is_secret, gives_few_apart, rate_id, step_id
from evalkit.publish.observed import cell_id
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.publication import SCHEMAS, Confidentiality
from evalkit.publish.rounding import rounded
from evalkit.publish.secrecy import Key

_BALANCE = ("accompanied", "comparison", "smd_before", "smd_after", "ratio_before", "ratio_after")
_BOUNDS = ("worst", "best", "worst_low", "best_high")
_RESTORED = ("restored", "restored_low", "restored_high")
_CONTRAST = ("effect", "low", "high", "p", "effective_size", *_BOUNDS, *_RESTORED)
_RATE = ("at_risk", "count", "rate", "low", "high")

Rows = list[dict[str, Any]]

NUMBERS = ("numerator", "denominator", "value", "n", "low", "high", "relative", "shortfall")
"""The numbers of an observation, all masked together."""
_STILL_OPEN = re.compile(r"\d+ encore sans fin, non comptés? dans le délai")


@dataclass(frozen=True, slots=True)
class Masks:
    """The cells to hide, and the rule of each feed for the reason printed in their place.

    Attributes:
        unchecked: the observations masked because nothing tells who contributes to their sum; their reason says so.
    """

    hidden: frozenset[Key]
    policy: Policy
    unchecked: frozenset[Key] = frozenset()

    def status(self, cell: Key, feed: str) -> dict[str, Any]:
        """Return the confidentiality of a cell, with its reason."""
        return self.decided(cell in self.hidden, feed)

    def decided(self, secret: bool, feed: str) -> dict[str, Any]:
        """Return the two columns of a decision."""
        if not secret:
            return {"confidentiality": Confidentiality.FREE.value, "reason": ""}
        return {"confidentiality": Confidentiality.SECRET.value, "reason": self.policy.rule(feed).reason}


def observation_table(frame: pl.DataFrame, masks: Masks) -> pl.DataFrame:
    """Return the observations that may be read; a row that is not free keeps no number and no text."""
    rows = []
    columns = SCHEMAS["observations"]
    for row in frame.iter_rows(named=True):
        available = row["availability"] == Availability.AVAILABLE
        secret = available and cell_id(row) in masks.hidden
        kept = {**{name: row.get(name) for name in columns}, **masks.decided(secret, row["feed"])}
        if cell_id(row) in masks.unchecked:
            kept["reason"] = masks.policy.rule(row["feed"]).unchecked
        if secret or not available:
            kept |= dict.fromkeys(NUMBERS) | {"text": ""}
        elif base := masks.policy.rule(row["feed"]).rounding:
            kept |= rounded(kept, base)
        kept["cause"] = "" if secret else _safe_remark(row["cause"], masks.policy.rule(row["feed"]))
        rows.append(kept)
    return pl.DataFrame(rows, schema=SCHEMAS["observations"]).sort(
        "indicator", "version", "zone", "period", "breakdown", "perimeter"
    )


def _safe_remark(remark: str, rule: Rule) -> str:
    """Return a remark without the count of open cases that it gives: no threshold was applied to that count."""
    return _STILL_OPEN.sub("des dossiers encore sans fin ne sont pas comptés", remark) if rule.protects else remark


def cohort_tables(results: tuple[CohortResult, ...], masks: Masks) -> Mapping[str, pl.DataFrame]:
    """Return the tables ``cohorts``, ``flow``, ``rates``, ``balance`` and ``contrasts``."""
    parts: dict[str, Rows] = {"cohorts": [], "flow": [], "rates": [], "balance": [], "contrasts": []}
    for result in results:
        parts["rates"] += [_rate(result, index, masks) for index in range(len(result.rates))]
        parts["flow"] += [_step(result, index, masks) for index in range(len(result.flow))]
        parts["balance"] += _balance(result, masks)
        parts["contrasts"] += _contrasts(result, masks)
        parts["cohorts"].append(_cohort(result, masks))
    return {name: pl.DataFrame(rows, schema=SCHEMAS[name]) for name, rows in parts.items()}


def _cohort(result: CohortResult, masks: Masks) -> dict[str, Any]:
    lost = [rate for rate in result.rates if rate.group == ACCOMPANIED and rate.exit == LOST]
    shown = masks.policy.rule(result.feed).is_declared and bool(lost)
    shown = shown and not any(rate_id(result, rate) in masks.hidden for rate in lost)
    return {
        "cohort": result.cohort,
        "definition": result.definition,
        "lost": result.lost if shown else None,
        "refusal": result.refusal,
        "warnings": list(result.warnings),
        "feed": result.feed,
        "deliveries": list(result.deliveries),
    }


def _rate(result: CohortResult, index: int, masks: Masks) -> dict[str, Any]:
    rate = result.rates[index]
    secret = rate_id(result, rate) in masks.hidden or gives_few_apart(result, rate, masks.policy)
    unbounded = secret or rate_id(result, rate, "bounds") in masks.hidden
    base = masks.policy.rule(result.feed).rounding
    kept: dict[str, Any] = {name: None if secret else getattr(rate, name) for name in _RATE}
    bounds = {name: None if unbounded else getattr(rate, name) for name in ("worst", "best")}
    if base and not secret:
        given = {"numerator": rate.count, "denominator": rate.at_risk, "n": None, "value": rate.rate}
        about = rounded(given, base)
        kept = {"at_risk": about["denominator"], "count": about["numerator"], "rate": about["value"]}
        kept |= {"low": None, "high": None}
        bounds = {"worst": None, "best": None}
    return {
        "cohort": result.cohort,
        "group": rate.group,
        "wave": rate.wave,
        "exit": rate.exit,
        **kept,
        **bounds,
        **masks.decided(secret, result.feed),
    }


def _step(result: CohortResult, index: int, masks: Masks) -> dict[str, Any]:
    step = result.flow[index]
    persons = step_id(result, index, "persons") in masks.hidden
    removed = step_id(result, index, "removed") in masks.hidden
    return {
        "cohort": result.cohort,
        "step": index + 1,
        "label": step.label,
        "persons": None if persons else _shown(step.persons, masks.policy.rule(result.feed)),
        "removed": None if removed else _shown(step.removed, masks.policy.rule(result.feed)),
        "why": step.reason,
        "persons_secret": persons,
        "removed_secret": removed,
        "reason": masks.decided(persons or removed, result.feed)["reason"],
    }


def _shown(count: int, rule: Rule) -> int:
    return rule.rounding * round(count / rule.rounding) if rule.rounding else count


def _balance(result: CohortResult, masks: Masks) -> Rows:
    rows: Rows = []
    few_unknown = any(masks.policy.rule(result.feed).is_small(each.unknown) for each in result.contrasts)
    for each in result.balance:
        secret = few_unknown or balance_is_secret(result, each.accompanied, masks.policy)
        numbers = {name: getattr(each, name) for name in _BALANCE}
        kept: dict[str, Any] = dict.fromkeys(numbers) if secret else numbers
        rows.append({"cohort": result.cohort, "variable": each.variable, **kept, **masks.decided(secret, result.feed)})
    return rows


def _contrasts(result: CohortResult, masks: Masks) -> Rows:
    """Return the contrasts; one is secret when a rate of the outcome is, at that wave: it would give that rate back.

    Rates of other exits are not in a contrast: that they are hidden takes nothing from it. When few accompanied persons
    are not in it, its bounds are hidden, and so are the weighted rates: with them, the gap of all but a few and the
    rate of all would tell what became of the few.
    """
    compared = [rate for rate in result.rates if result.outcome in {"", rate.exit}]
    waves = {rate.wave for rate in compared if rate_id(result, rate) in masks.hidden}
    unbounded = {rate.wave for rate in result.rates if rate_id(result, rate, "bounds") in masks.hidden}
    rule = masks.policy.rule(result.feed)
    rows: Rows = []
    for each in result.contrasts:
        secret = each.wave in waves or not rule.is_declared
        numbers = {name: getattr(each, name) for name in _CONTRAST}
        kept: dict[str, Any] = dict.fromkeys(numbers) if secret else numbers
        if not secret and (each.wave in unbounded or rule.is_small(each.apart)):
            kept |= dict.fromkeys((*_BOUNDS, *_RESTORED))
        base = {"cohort": result.cohort, "wave": each.wave, "method": each.method}
        rows.append({**base, **kept, **masks.decided(secret, result.feed)})
    return rows


def comparison_tables(results: tuple[Estimate | Refusal, ...], masks: Masks) -> Mapping[str, pl.DataFrame]:
    """Return the tables ``estimates``, ``refusals`` and ``series``; an effect that may not be shown is a refusal."""
    parts: dict[str, Rows] = {"estimates": [], "refusals": [], "series": []}
    for result in results:
        parts["series"] += [_point(result, index, masks) for index in range(len(result.series))]
        if isinstance(result, Refusal):
            parts["refusals"].append(_refusal(result, result.code, result.reason))
        elif effect_is_secret(result, masks.policy):
            parts["refusals"].append(_refusal(result, "EVK-P010", masks.policy.rule(result.feed).reason))
        else:
            parts["estimates"].append(_estimate(result))
    return {name: pl.DataFrame(rows, schema=SCHEMAS[name]) for name, rows in parts.items()}


def _estimate(result: Estimate) -> dict[str, Any]:
    low, high = result.leave_one_out or (None, None)
    first, last = result.periods
    given: dict[str, Any] = {"leave_low": low, "leave_high": high, "first_period": first, "last_period": last}
    given |= {"warnings": list(result.warnings), "deliveries": list(result.deliveries)}
    return {name: given[name] if name in given else getattr(result, name) for name in SCHEMAS["estimates"]}


def _refusal(result: Estimate | Refusal, code: str, reason: str) -> dict[str, Any]:
    return {
        "comparison": result.comparison,
        "role": result.role,
        "estimand": result.estimand,
        "code": code,
        "reason": reason,
        "feed": result.feed,
        "deliveries": list(result.deliveries),
    }


def _point(result: Estimate | Refusal, index: int, masks: Masks) -> dict[str, Any]:
    point = result.series[index]
    decided = masks.status(point_id(result, point), result.feed)
    secret = decided["confidentiality"] == Confidentiality.SECRET
    numbers: dict[str, Any] = {name: None if secret else getattr(point, name) for name in ("n", "events", "rate")}
    if (base := masks.policy.rule(result.feed).rounding) and not secret:
        given = {"numerator": point.events, "denominator": point.n, "n": None, "value": point.rate}
        about = rounded(given, base)
        numbers = {"n": about["denominator"], "events": about["numerator"], "rate": about["value"]}
    return {"comparison": result.comparison, "side": point.side, "period": point.period, **numbers, **decided}
