"""What an estimate or a refusal says, in French lines and in a table; confidential, for the evaluator alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from evalkit.compare.estimate import Checks, ComparisonSeries, Estimate, Refusal
from evalkit.compare.names import TEST_NAMES
from evalkit.french_dates import period_in_words
from evalkit.typography import typeset

_LARGEST = 8.0
_HEAVIEST = 3


def estimate_lines(found: Estimate) -> Iterator[str]:
    """Return the headline, the test and why, what limits it, and the checks.

    Args:
        found: the estimate.
    """
    unit = found.unit
    yield typeset(
        f"Écart : {amount(found.effect, unit)} (de {amount(found.low, unit)} à {amount(found.high, unit)}), "
        f"{chance(found.p)}."
    )
    if found.p_adjusted is not None:
        yield typeset(f"En comptant les comparaisons de la même famille : {chance(found.p_adjusted)}.")
    yield typeset(f"Test : {found.test}. {found.test_reason}")
    clusters = ""
    if found.effective_clusters is not None:
        clusters = f", autant d’information que {_number(found.effective_clusters, 1)} zones égales"
    yield typeset(f"Zones : {found.n_treated} du programme, {found.n_controls} témoins{clusters}.")
    if found.mde is not None:
        yield typeset(f"Plus petit effet décelable 8 fois sur 10 : {amount(found.mde, unit).lstrip('+')}.")
    yield from _test_lines(found)
    if found.leave_one_out is not None:
        low, high = found.leave_one_out
        yield typeset(f"Sans chacune des zones tour à tour : de {amount(low, unit)} à {amount(high, unit)}.")
    if found.pretrend:
        yield typeset(f"Avant : {found.pretrend}")
    yield from _check_lines(found.checks, unit)
    yield from _composition_lines(found.checks)
    yield from _proportion_lines(found)
    yield from _cohort_lines(found.checks, unit)
    yield from _naive_lines(found)
    yield from (typeset(warning) for warning in found.warnings)


def design_lines(found: Estimate) -> Iterator[str]:
    """Return what a design can see, before any result is read: test, zones, smallest effect, drift unseen before.

    Args:
        found: the estimate, whose effect, interval and p-value are not said.
    """
    yield typeset(f"Test : {found.test}. {found.test_reason}")
    yield typeset(f"Zones : {found.n_treated} du programme, {found.n_controls} témoins.")
    if found.mde is not None:
        yield typeset(f"Plus petit effet décelable 8 fois sur 10 : {amount(found.mde, found.unit).lstrip('+')}.")
    else:
        yield "Le plus petit effet décelable ne se calcule pas : il faudrait deux périodes avant l’entrée."
    if found.smallest_p is not None:
        yield typeset(f"Plus petite probabilité qu’une permutation puisse atteindre : {_number(found.smallest_p, 3)}.")
    if found.pretrend:
        yield typeset(f"Avant : {found.pretrend}")
    yield typeset("Les résultats ne sont pas dits : fixez d’abord ce qui serait un effet utile (« margin »).")


def _test_lines(found: Estimate) -> Iterator[str]:
    """Return the other tests, and the zones that inform the effect most."""
    checks = found.checks
    if checks.tests:
        shown = []
        for each in checks.tests:
            least = ""
            if each.name == "permutation" and found.smallest_p is not None:
                least = f" (au mieux {_number(found.smallest_p, 3)})"
            shown.append(f"{TEST_NAMES[each.name]} {chance(each.p)}{least}")
        yield typeset(f"Autres tests : {' ; '.join(shown)}.")
    if checks.leverage:
        shown = [f"{zone} {_number(100 * share, 0)} %" for zone, share in checks.leverage[:_HEAVIEST]]
        yield typeset(f"Zones qui renseignent le plus l’écart : {', '.join(shown)}.")


def _naive_lines(found: Estimate) -> Iterator[str]:
    """Return what the usual route would have claimed, and how far it parts from what is retained."""
    naive, unit = found.checks.naive, found.unit
    if naive is None or found.checks.two_way is not None:
        return
    claimed = naive.p <= 0.05
    verdict = "un effet" if claimed else "aucun effet décelé"
    if claimed == (found.p <= 0.05):
        rest = "même conclusion ici, avec une erreur trop petite pour si peu de zones"
        rest = rest if (found.high - found.low) > (naive.high - naive.low) else "même conclusion ici"
    else:
        rest = "ce n’est pas retenu"
    yield typeset(
        f"La voie habituelle (grappes, loi normale) aurait annoncé {amount(naive.effect, unit)} (de "
        f"{amount(naive.low, unit)} à {amount(naive.high, unit)}), {chance(naive.p)}, donc {verdict} : {rest}."
    )


def _check_lines(checks: Checks, unit: str) -> Iterator[str]:
    if checks.breakdown is not None:
        yield typeset(f"Si les évolutions divergent après : {_breakdown(checks.breakdown)}")
    if checks.bounds:
        shown = " ; ".join(
            f"{_number(times, 1)} fois, de {amount(low, unit)} à {amount(high, unit)}"
            for times, low, high in checks.bounds
        )
        yield typeset(f"Intervalle si elles divergent de tant de fois le pire moment d’avant : {shown}.")
    if checks.smooth_breakdown:
        change = amount(checks.smooth_breakdown, unit).lstrip("+")
        yield typeset(f"La conclusion tient tant que leur pente ne change pas de plus de {change} par période.")
    if checks.placebo_dates:
        shown = " ; ".join(
            f"{period_in_words(str(each.period))} : {amount(each.outcome.effect, unit)}, {chance(each.outcome.p)}"
            for each in checks.placebo_dates
        )
        yield typeset(f"Fausses dates d’entrée : {shown}.")
    if checks.matched is not None:
        outcome = checks.matched.outcome
        yield typeset(
            f"Avec les {len(checks.matched.controls)} témoins au passé le plus proche : "
            f"{amount(outcome.effect, unit)}, {chance(outcome.p)}."
        )
    if checks.direct is not None and checks.around is not None:
        yield typeset(
            f"Voisinage mis à part : {amount(checks.direct.effect, unit)} ({chance(checks.direct.p)}) ; sur le "
            f"voisinage : {amount(checks.around.effect, unit)} ({chance(checks.around.p)})."
        )
    yield from synthetic_lines(checks, unit)
    if checks.equivalence_p is not None:
        verdict = "est démontré négligeable" if checks.equivalence_p <= 0.05 else "n’est pas démontré négligeable"
        yield typeset(f"Au regard de la marge déclarée, l’effet {verdict} ({chance(checks.equivalence_p)}).")


def _composition_lines(checks: Checks) -> Iterator[str]:
    for each in checks.composition:
        verdict = "les personnes comparées ont changé" if each.moves else "les personnes comparées n’ont guère changé"
        yield typeset(
            f"Composition ({each.column}) : l’écart le plus mouvant est « {each.category} », de "
            f"{_signed(each.before)} à {_signed(each.after)} écart-type : {verdict}."
        )


def _proportion_lines(found: Estimate) -> Iterator[str]:
    """Return the effect in proportion, and whether the scale decides of its sign or of the conclusion."""
    other = found.checks.proportion
    if other is None:
        return
    line = f"En proportion : {amount(other.effect, '%')} (de {amount(other.low, '%')} à {amount(other.high, '%')}), "
    line += f"{chance(other.p)}."
    if other.effect * found.effect < 0:
        line += " Le signe dépend de l’échelle : les deux côtés partaient de niveaux différents, rien n’est sûr."
    elif (other.p <= 0.05) != (found.p <= 0.05):
        line += " La conclusion dépend de l’échelle : elle n’est donc pas sûre."
    yield typeset(line)


def _cohort_lines(checks: Checks, unit: str) -> Iterator[str]:
    """Return the effect of each entry, other estimates, and what the two-way regression would have mixed in."""
    if checks.cohorts:
        shown = " ; ".join(
            f"{period_in_words(str(each.entry))} ({each.zones} zone{'s' if each.zones > 1 else ''}) : "
            f"{amount(each.effect, unit)}"
            for each in checks.cohorts
        )
        yield typeset(f"Par date d’entrée : {shown}.")
    others = []
    if checks.other_controls is not None:
        others.append(f"l’autre choix de témoins donne {amount(checks.other_controls, unit)}")
    if checks.interaction is not None:
        others.append(f"la régression de Sun et Abraham, zones à poids égal, {amount(checks.interaction, unit)}")
    if others:
        yield typeset(f"À côté : {' ; '.join(others)}.")
    if checks.two_way is not None:
        two = checks.two_way
        mixed = "aucune comparaison avec des zones déjà entrées n’y entre"
        if two.forbidden > 0:
            mixed = (
                f"{_number(100 * two.forbidden, 0)} % de son poids comparent à des zones déjà entrées, qui donneraient "
                f"{amount(two.forbidden_effect, unit)} (parts de Goodman-Bacon)"
            )
        yield typeset(
            f"La régression habituelle à effets fixes aurait annoncé {amount(two.effect, unit)}, {chance(two.p)} : "
            f"{mixed}. Elle n’est pas retenue."
        )


def synthetic_lines(checks: Checks | Refusal, unit: str) -> Iterator[str]:
    """Return one line per synthetic control."""
    names = {"sc": "Contrôle synthétique", "sdid": "Différence de différences synthétique"}
    for each in checks.synthetic:
        yield typeset(
            f"{names[each.kind]} : {amount(each.effect, unit)}, {chance(each.p)} par le rang parmi les placebos "
            f"(au mieux {_number(each.smallest_p, 3)})."
        )


def _breakdown(value: float) -> str:
    if value == 0.0:
        return "même à tendances égales, l’intervalle lu sur les écarts par période contient zéro."
    if value >= _LARGEST:
        return f"la conclusion tient même si elles divergent {_LARGEST:.0f} fois plus que dans le pire moment d’avant."
    return (
        f"la conclusion tient tant qu’elles ne divergent pas plus de {_number(value, 2)} fois le pire écart d’une "
        "période à l’autre observé avant."
    )


def refusal_lines(found: Refusal) -> Iterator[str]:
    """Return the reason, then the gap, its change, and the sentence that says why no more can be said.

    Args:
        found: the refusal.
    """
    yield typeset(f"Refusée ({found.code}). {found.reason}")
    yield from found.described
    yield from synthetic_lines(found, "")


def gap_series(series: tuple[ComparisonSeries, ...]) -> list[tuple[str, float]]:
    """Return the gap of the first side to the other in each period that both have, sorted by period."""
    sides = sorted({point.side for point in series})
    if len(sides) != 2:
        return []
    rates = {(point.side, point.period): point.rate for point in series}
    periods = sorted({period for _, period in rates})
    both = [period for period in periods if all((side, period) in rates for side in sides)]
    return [(period, rates[sides[0], period] - rates[sides[1], period]) for period in both]


def estimate_frame(found: Estimate) -> pl.DataFrame:
    """Return one line per estimate.

    Args:
        found: the estimate.

    Returns:
        ``what`` (French), ``effect``, ``low``, ``high``, ``p``, ``se``, ``df``; the headline stands first.
    """
    rows = [("retenu", found.test, found.effect, found.low, found.high, found.p, None, None)]
    checks = found.checks
    others = [("autre test", typeset(TEST_NAMES[each.name]), each) for each in checks.tests]
    others += [("fausse date", period_in_words(str(each.period)), each.outcome) for each in checks.placebo_dates]
    if checks.matched is not None:
        others.append(("témoins au passé proche", ", ".join(checks.matched.controls), checks.matched.outcome))
    for label, outcome in (("sans le voisinage", checks.direct), ("sur le voisinage", checks.around)):
        if outcome is not None:
            others.append((label, typeset(TEST_NAMES[outcome.name]), outcome))
    lines = [
        *rows,
        *((kind, what, each.effect, each.low, each.high, each.p, each.se, each.df) for kind, what, each in others),
        *(("synthétique", each.kind, each.effect, None, None, each.p, None, None) for each in checks.synthetic),
    ]
    numbers = dict.fromkeys(("effect", "low", "high", "p", "se", "df"), pl.Float64)
    return pl.DataFrame(lines, schema={"kind": pl.String, "what": pl.String, **numbers}, orient="row")


def amount(value: float, unit: str) -> str:
    """Return a signed amount in French with its unit (« +0,52 point »)."""
    if not math.isfinite(value):
        return "sans borne"
    named = unit.removesuffix("s") if unit == "points" and abs(value) < 2 else unit
    return f"{_signed(value)} {named}".rstrip()


def chance(p: float) -> str:
    """Return a p-value in French."""
    return "p < 0,001" if p < 0.001 else f"p = {_number(p, 3)}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
