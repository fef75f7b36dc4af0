"""What a cohort says, in French lines, in a table and in a notebook; confidential, for the evaluator alone."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import polars as pl

from evalkit.declare.cohort_words import ROLES, wave_words
from evalkit.follow.entry.persons import ACCOMPANIED
from evalkit.follow.result.cohort import CohortResult, WaveRate
from evalkit.follow.result.returns import EVERYBODY
from evalkit.follow.result.timed import STILL_WITHOUT
from evalkit.typography import typeset

_MODELS = {"cox": "rythme de sortie (Cox)", "fine_gray": "part sortie (Fine et Gray)"}


def cohort_lines(found: CohortResult) -> Iterator[str]:
    """Return who is followed, the rates, the gaps, what limits them and the warnings, one sentence a line.

    Args:
        found: the result.
    """
    yield typeset(f"Cohorte {found.cohort} : {found.definition.rstrip('.')}.")
    if found.refusal:
        yield typeset(found.refusal)
    if found.flow:
        first, last = found.flow[0], found.flow[-1]
        yield typeset(f"{first.label} : {_whole(first.persons)} ; {last.label} : {_whole(last.persons)}.")
    for line in (*_rate_lines(found), *_return_lines(found), *_gap_lines(found), *_loss_lines(found)):
        yield typeset(line)
    for line in (*_time_lines(found), *_subgroup_lines(found), *_past_lines(found)):
        yield typeset(line)
    yield from found.warnings


def _rate_lines(found: CohortResult) -> Iterator[str]:
    for (group, exit_), rates in _by_group(found).items():
        if exit_ != found.outcome:
            continue
        told = " ; ".join(f"à {wave_words(rate.wave)}, {_rate_words(rate)}" for rate in rates)
        yield f"{group[:1].upper()}{group[1:]}, {ROLES.get(exit_, exit_)} : {told}."


def _rate_words(rate: WaveRate) -> str:
    words = f"{_percent(rate.rate)} (de {_percent(rate.low)} à {_percent(rate.high)})"
    if rate.best > rate.worst:
        words += f", entre {_percent(rate.worst)} et {_percent(rate.best)} selon les sans nouvelle"
    return words


def _by_group(found: CohortResult) -> dict[tuple[str, str], list[WaveRate]]:
    rates: dict[tuple[str, str], list[WaveRate]] = {}
    for rate in found.rates:
        rates.setdefault((rate.group, rate.exit), []).append(rate)
    return rates


def _return_lines(found: CohortResult) -> Iterator[str]:
    for rate in found.returns.rates if found.returns is not None else ():
        if rate.breakdown == EVERYBODY and rate.exit in ROLES:
            yield (
                f"Retours à {wave_words(rate.wave)}, {ROLES[rate.exit]} : {_percent(rate.rate)} "
                f"({_whole(rate.count)} sur {_whole(rate.entrants)})."
            )


def _gap_lines(found: CohortResult) -> Iterator[str]:
    for gap in found.contrasts:
        bounds = ""
        if gap.worst is not None and gap.best is not None and gap.best > gap.worst:
            bounds = f" Selon ce que sont devenus les sans nouvelle : de {_points(gap.worst)} à {_points(gap.best)}."
        if gap.restored is not None and gap.restored_low is not None and gap.restored_high is not None:
            bounds += (
                f" En remplaçant les sans nouvelle par leurs semblables : {_points(gap.restored)} "
                f"{_between(gap.restored_low, gap.restored_high)}."
            )
        yield (
            f"Écart à {wave_words(gap.wave)} : {_points(gap.effect)} {_between(gap.low, gap.high)}, "
            f"{_chance(gap.p)}, {gap.method}, effectif équivalent {_whole(round(gap.effective_size))}.{bounds}"
        )
    if found.overlap is not None:
        yield (
            f"Recouvrement : {_percent(found.overlap.inside)} des personnes accompagnées ont leurs semblables dans le "
            "groupe de comparaison."
        )
    apart = [each.variable for each in found.balance if each.smd_after is not None and abs(each.smd_after) > 0.1]
    if apart:
        yield f"Après équilibrage, les groupes diffèrent encore par : {', '.join(apart)}."


def _loss_lines(found: CohortResult) -> Iterator[str]:
    for each in found.attrition:
        line = f"Sans nouvelle à {wave_words(each.wave)}, {each.group} : {_percent(each.share)}."
        if each.weighted is not None and each.low is not None and each.high is not None and each.lost:
            line += (
                f" En les remplaçant par des personnes semblables à l’entrée, le taux est de {_percent(each.weighted)} "
                f"(de {_percent(each.low)} à {_percent(each.high)})."
            )
        yield line
    for gap in found.differential:
        yield (
            f"Écart des sans nouvelle à {wave_words(gap.wave)} : {_points(gap.gap)} "
            f"{_between(gap.low, gap.high)}, {_chance(gap.p)}."
        )


def _time_lines(found: CohortResult) -> Iterator[str]:
    for mean in found.means:
        after = ROLES.get(mean.exit, mean.exit)
        what = "sans sortie" if mean.exit == STILL_WITHOUT else f"après une sortie vers : {after}"
        who = f"{mean.group}, {mean.variable} = {mean.word}" if mean.variable else mean.group
        yield f"Temps moyen {what}, {who} : {_number(mean.months, 1)} mois sur {mean.horizon}."
    for test in found.curve_tests:
        adjusted = _chance(test.p_adjusted)
        yield f"Courbes selon {test.variable} : test de {test.test}, {_chance(test.p)}, ajusté {adjusted}."
    for each in found.ratios:
        yield (
            f"{each.variable} : {_MODELS[each.model]} multiplié par {_number(each.ratio, 2)} (de "
            f"{_number(each.low, 2)} à {_number(each.high, 2)}), {_chance(each.p)}."
        )


def _subgroup_lines(found: CohortResult) -> Iterator[str]:
    for gap in found.subgroups:
        head = f"Sous-groupe {gap.variable} = {gap.word} ({gap.family})" if gap.word else f"Sous-groupe {gap.variable}"
        if gap.effect is None or gap.low is None or gap.high is None or gap.p_adjusted is None:
            yield f"{head} : {gap.refusal}"
            continue
        yield (
            f"{head}, à {wave_words(gap.wave)} : {_points(gap.effect)} {_between(gap.low, gap.high)}, "
            f"{_chance(gap.p_adjusted)} une fois tous les sous-groupes comptés."
        )
    for test in found.subgroup_tests:
        verdict = "diffère" if test.p_adjusted < 0.05 else "ne diffère pas de façon sûre"
        yield f"L’écart {verdict} selon {test.variable} ({_chance(test.p_adjusted)})."


def _past_lines(found: CohortResult) -> Iterator[str]:
    for each in found.before_after:
        yield (
            f"Mêmes personnes ({each.group}), {-each.before} mois avant puis {each.after} mois après l’entrée : de "
            f"{_percent(each.rate_before)} à {_percent(each.rate_after)}, soit {_points(each.change)} "
            f"{_between(each.low, each.high)}, {_chance(each.p)} ({each.test}). Sans groupe de comparaison, un "
            "changement n’est pas un effet."
        )


def cohort_frame(found: CohortResult) -> pl.DataFrame:
    """Return one line per rate: group, wave, exit, persons, count, rate, interval and bounds."""
    names = ("group", "wave", "exit", "at_risk", "count", "rate", "low", "high", "worst", "best")
    numbers = dict.fromkeys(("rate", "low", "high", "worst", "best"), pl.Float64)
    words, counts = dict.fromkeys(names[:3], pl.String), dict.fromkeys(names[3:5], pl.Int64)
    schema = {**words, **counts, **numbers}
    rows = [tuple(getattr(rate, name) for name in names) for rate in found.rates]
    return pl.DataFrame(rows, schema=schema, orient="row")


def cohort_html(found: CohortResult) -> str:
    """Return the lines, then the rates of the accompanied as a table."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in cohort_lines(found))
    mine = {exit_: rates for (group, exit_), rates in _by_group(found).items() if group == ACCOMPANIED}
    if not mine:
        return f"<div>{lines}</div>"
    waves = [rate.wave for rate in next(iter(mine.values()))]
    head = "".join(f"<th>{escape(wave_words(wave))}</th>" for wave in waves)
    body = "".join(
        f"<tr><th scope='row'>{escape(ROLES.get(exit_, exit_))}</th>"
        + "".join(f"<td>{escape(typeset(_percent(rate.rate)))}</td>" for rate in rates)
        + "</tr>"
        for exit_, rates in mine.items()
    )
    caption = typeset("Personnes accompagnées : part sortie depuis l’entrée (résultat confidentiel)")
    return f"<div>{lines}<table><caption>{escape(caption)}</caption><tr><th></th>{head}</tr>{body}</table></div>"


def _percent(share: float) -> str:
    return f"{_number(100 * share, 1)} %"


def _points(value: float) -> str:
    unit = "point" if abs(value) < 2 else "points"
    return f"{value:+.1f} {unit}".replace(".", ",").replace("-", "\N{MINUS SIGN}")


def _between(low: float, high: float) -> str:
    return f"(de {low:+.1f} à {high:+.1f})".replace(".", ",").replace("-", "\N{MINUS SIGN}")


def _chance(p: float) -> str:
    return "p < 0,001" if p < 0.001 else f"p = {_number(p, 3)}"


def _whole(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
