"""The words of a cohort in French: its exits, its modes, its waves."""

from __future__ import annotations

from evalkit.declare.cohort import Mode
from evalkit.declare.model import Duration

ROLES = {
    "durable": "emploi durable",
    "transition": "emploi de transition",
    "positive": "formation ou sortie positive",
    "lost": "sans nouvelle",
}
MODES = {
    Mode.INDIVIDUAL: "Fichiers de personnes, reliés par un pseudonyme : une ligne par personne et par mois.",
    Mode.RETURNS: (
        "Retours agrégés : le partenaire garde sa liste et n’envoie, à chaque vague, que des effectifs. Ni courbe de "
        "délai, ni redressement, ni comparaison à caractéristiques égales ne sont alors possibles."
    ),
    Mode.PANEL: (
        "Panel : un petit groupe est entendu à chaque vague et décrit. Il n’est jamais testé, ni étendu au quartier, "
        "et aucun pourcentage n’en est tiré."
    ),
}
PROOF_WORDS = {
    "declaration": "déclaration",
    "dpae_dsn": "déclaration d’embauche (DPAE, DSN)",
    "enquete": "enquête",
}
"""How the files of returns say that an exit is known."""
RETURN_LIMITS = (
    "Aucune personne n’est suivie par une ligne : le partenaire garde sa liste, et rien ne permet de vérifier que ce "
    "sont les mêmes personnes d’une vague à l’autre.",
    "Des doubles comptes sont possibles : une personne inscrite deux fois, ou suivie par deux partenaires.",
    "Ni courbe de délai, ni redressement des pertes de vue, ni comparaison à caractéristiques égales.",
    "Un effectif compté en entier n’a pas d’intervalle : son incertitude est dans les personnes sans nouvelle, que les "
    "bornes disent.",
)
"""What totals cannot say, whatever the numbers."""


def wave_words(wave: Duration) -> str:
    """Return a wave in French (``6 mois``)."""
    count, unit = int(wave[1:-1]), wave[-1]
    plural = "s" if count > 1 else ""
    return f"{count} {({'D': f'jour{plural}', 'M': 'mois', 'Y': f'an{plural}'})[unit]}"


def at_waves(waves: list[str]) -> str:
    """Return « À 6 mois et à 12 mois », to start a sentence.

    Args:
        waves: waves in French, at least one.
    """
    return f"À {listed([waves[0], *(f'à {wave}' for wave in waves[1:])])}"


def listed(words: list[str]) -> str:
    """Return words as French lists them: « a, b et c »."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"
