"""The test that the numbers and sizes of the zones allow, with the French sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.compare.result import DidRefusal, TestChoice
from evalkit.stats.randomisation import smallest_attainable_p
from evalkit.typography import typeset

MANY_TREATED = 5
MANY_CONTROLS = 10
FEWEST_CONTROLS = 4
APART = 1.5
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


def choose_test(
    treated_sizes: Sequence[float], control_sizes: Sequence[float], start_gap: float = 0.0
) -> TestChoice | DidRefusal:
    """Choose the test that keeps its promise of 5 % with these zones.

    Args:
        treated_sizes: weight of each treated zone.
        control_sizes: weight of each control zone.
        start_gap: how far the treated zones stood from the controls before the entry, in deviations of a choice by
            chance.

    Returns:
        The choice, or a refusal when no test can conclude at 5 %.

    Source: sizes measured by simulation (``benchmarks/size.py``, table in ``docs/comparaisons.md``). Zones chosen
    because they were low go up by themselves: one and a half deviations apart, they are compared at equal level.
    """
    treated, controls = len(treated_sizes), len(control_sizes)
    refusal = _too_few(treated, controls)
    if refusal is not None:
        return refusal
    warnings = _size_warnings(treated_sizes, control_sizes)
    if abs(start_gap) > APART:
        where = "bas" if start_gap < 0 else "haut"
        reason = (
            f"Les zones suivies partaient de plus {where} que les zones de comparaison : l’effet est estimé à niveau "
            "de départ égal, pour ne pas prendre un retour à la moyenne pour un effet, et comparé au bruit des "
            "évolutions des zones de comparaison, à taille égale."
        )
        return TestChoice(name="zone_noise_level", reason_fr=typeset(reason), warnings_fr=warnings)
    if treated < MANY_TREATED:
        reason = (
            f"Avec {treated} zones suivies, l’erreur par grappes conclut trop souvent et le bootstrap jamais : "
            "le test compare l’effet au bruit des évolutions des zones de comparaison, à taille égale."
        )
        return TestChoice(name="zone_noise", reason_fr=typeset(reason), warnings_fr=warnings)
    if effective_number(treated_sizes) < _EVEN_ENOUGH or controls < MANY_CONTROLS:
        reason = (
            f"Les {treated} zones suivies ou les {controls} zones de comparaison sont trop peu nombreuses ou trop "
            "inégales pour le bootstrap : le test compare l’effet au bruit des évolutions des zones de comparaison, "
            "à taille égale."
        )
        return TestChoice(name="zone_noise", reason_fr=typeset(reason), warnings_fr=warnings)
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
    if controls < FEWEST_CONTROLS:
        return DidRefusal(
            code="EVK-C105",
            reason_fr=typeset(
                f"Avec {controls} zones de comparaison seulement, leur bruit ne peut pas être mesuré : aucun test "
                "ne serait juste."
            ),
            repair_fr=typeset(f"Déclarez au moins {FEWEST_CONTROLS} zones de comparaison."),
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


def few_exchanges(treated: int, controls: int, smallest: float) -> DidRefusal:
    """Refuse a named permutation whose declared groups leave too few exchanges.

    Args:
        treated: treated zones.
        controls: control zones.
        smallest: smallest p-value that permutations inside the groups can reach.
    """
    percent = f"{100 * smallest:.1f}".replace(".", ",")
    return DidRefusal(
        code="EVK-C104",
        reason_fr=typeset(
            "Les groupes de zones comparables laissent trop peu d’échanges : la plus petite probabilité qu’une "
            f"permutation à l’intérieur des groupes puisse atteindre est {percent} %, elle ne peut pas conclure à 5 %."
        ),
        repair_fr="Élargissez les groupes de zones comparables, ou laissez le test par défaut décider.",
        n_treated=treated,
        n_controls=controls,
    )


def _needed(treated: int) -> int:
    controls = FEWEST_CONTROLS
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
