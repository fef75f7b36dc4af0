"""The test that the numbers and sizes of the zones allow, with the French sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.compare.result import DidRefusal, TestChoice
from evalkit.stats.randomisation import smallest_attainable_p
from evalkit.typography import typeset

MANY_TREATED = 5
MANY_CONTROLS = 5
_EVEN_ENOUGH = 3.0
_ALPHA = 0.05


def effective_number(sizes: Sequence[float]) -> float:
    """Return the number of equal zones that would share a total as unevenly.

    Args:
        sizes: positive sizes, persons or weights.

    Returns:
        Between 1 and the number of sizes.
    """
    return sum(sizes) ** 2 / sum(size**2 for size in sizes)


def choose_test(treated_sizes: Sequence[float], control_sizes: Sequence[float]) -> TestChoice | DidRefusal:
    """Choose the test that keeps its promise of 5 % with these zones.

    Args:
        treated_sizes: weight of each treated zone.
        control_sizes: weight of each control zone.

    Returns:
        The choice, or a refusal when no test can conclude at 5 %.

    Source: sizes measured by simulation: with 2 to 4 treated zones, or a few that dominate the others, only
    Ferman and Pinto's test and the permutation of t hold; with 5 and more, so does the wild bootstrap with
    the hypothesis imposed (MacKinnon and Webb 2018, 2020; Ferman and Pinto 2019).
    """
    treated, controls = len(treated_sizes), len(control_sizes)
    refusal = _too_few(treated, controls)
    if refusal is not None:
        return refusal
    warnings = _size_warnings(treated_sizes, control_sizes)
    if controls < MANY_CONTROLS:
        reason = (
            f"Avec {controls} zones de comparaison, seule la permutation des zones suivies est juste : "
            "elle compare l’effet à celui qu’auraient eu d’autres zones choisies au hasard."
        )
        return TestChoice(name="permutation", reason_fr=typeset(reason), warnings_fr=warnings)
    if treated < MANY_TREATED:
        reason = (
            f"Avec {treated} zones suivies, l’erreur par grappes conclut trop souvent et le bootstrap jamais : "
            "le test de Ferman et Pinto compare l’effet aux évolutions des zones de comparaison, à taille égale."
        )
        return TestChoice(name="ferman_pinto", reason_fr=typeset(reason), warnings_fr=warnings)
    if effective_number(treated_sizes) < _EVEN_ENOUGH:
        reason = (
            f"Parmi les {treated} zones suivies, quelques-unes pèsent presque tout : le test de Ferman et Pinto, fait "
            "pour peu de zones, compare l’effet aux évolutions des zones de comparaison, à taille égale."
        )
        return TestChoice(name="ferman_pinto", reason_fr=typeset(reason), warnings_fr=warnings)
    reason = (
        f"Avec {treated} zones suivies et {controls} zones de comparaison, le bootstrap par zone sous l’hypothèse "
        "d’absence d’effet se trompe à peu près 5 fois sur 100, comme annoncé."
    )
    return TestChoice(name="wild_bootstrap", reason_fr=typeset(reason), warnings_fr=warnings)


def _too_few(treated: int, controls: int) -> DidRefusal | None:
    if controls <= 1:
        return DidRefusal(
            code="EVK-C102",
            reason_fr="Un seul territoire de comparaison décrit un écart, il ne permet aucun test.",
            repair_fr=typeset("Déclarez plusieurs zones de comparaison : IRIS hors QPV, communes, poches de pauvreté."),
            n_treated=treated,
            n_controls=controls,
        )
    if treated <= 1:
        return DidRefusal(
            code="EVK-C103",
            reason_fr=typeset(
                "Une seule zone suivie : aucune erreur par grappes n’est juste, le hasard de cette zone se confond "
                "avec l’effet."
            ),
            repair_fr="Regroupez plusieurs zones suivies, ou décrivez la courbe à côté de celles des autres zones.",
            n_treated=treated,
            n_controls=controls,
        )
    smallest = smallest_attainable_p(treated + controls, treated)
    if smallest > _ALPHA:
        percent = f"{100 * smallest:.1f}".replace(".", ",")
        return DidRefusal(
            code="EVK-C104",
            reason_fr=typeset(
                f"Trop peu de zones : avec {treated} suivies et {controls} de comparaison, la plus petite probabilité "
                f"atteignable est {percent} %, aucun test ne peut conclure à 5 %."
            ),
            repair_fr=typeset(f"Déclarez au moins {_needed(treated)} zones de comparaison."),
            n_treated=treated,
            n_controls=controls,
        )
    return None


def _needed(treated: int) -> int:
    controls = 2
    while smallest_attainable_p(treated + controls, treated) > _ALPHA:
        controls += 1
    return controls


def _size_warnings(treated_sizes: Sequence[float], control_sizes: Sequence[float]) -> tuple[str, ...]:
    if min(treated_sizes) < min(control_sizes):
        text = (
            "Une zone suivie est plus petite que toutes les zones de comparaison : le bruit de sa taille est extrapolé."
        )
        return (typeset(text),)
    return ()
