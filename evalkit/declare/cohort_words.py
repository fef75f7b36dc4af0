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


def wave_words(wave: Duration) -> str:
    """Return a wave in French (``6 mois``)."""
    count, unit = int(wave[1:-1]), wave[-1]
    plural = "s" if count > 1 else ""
    return f"{count} {({'D': f'jour{plural}', 'M': 'mois', 'Y': f'an{plural}'})[unit]}"


def listed(words: list[str]) -> str:
    """Return words as French lists them: « a, b et c »."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"
