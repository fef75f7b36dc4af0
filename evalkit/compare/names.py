"""The French names of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from evalkit.compare.result import TestName

TEST_NAMES: Mapping[TestName, str] = MappingProxyType(
    {
        "zone_noise": "bruit des zones selon leur taille (Ferman-Pinto, loi de Student)",
        "zone_noise_level": "bruit des zones selon leur taille, à niveau de départ égal (Ferman-Pinto, loi de Student)",
        "ferman_pinto": "Ferman-Pinto par tirages",
        "wild_bootstrap": "bootstrap sauvage par grappes, hypothèse imposée (WCR)",
        "permutation": "permutation des zones traitées",
        "cv3": "jackknife par grappes (CV3)",
        "cr2": "CR2, degrés de liberté de Satterthwaite",
        "cr1_normal": "grappes, loi normale",
        "entry_permutation": "mêmes dates d’entrée données à d’autres zones (permutation de t)",
    }
)
