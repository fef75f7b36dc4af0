"""Say in French where a row of returns stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evalkit.declare.cohort_words import wave_words
from evalkit.follow.returns.rows import ReturnRow


@dataclass(frozen=True, slots=True)
class Places:
    """The words of a place.

    Attributes:
        waves: declared waves by months since entry.
        zones: names of the zones.
        several: more than one producer counts, so that a place names its own.
    """

    waves: Mapping[int, str]
    zones: Mapping[str, str] = field(default_factory=dict)
    several: bool = False

    def wave(self, months: int) -> str:
        """Return a wave in words (``6 mois``)."""
        return wave_words(self.waves.get(months, f"P{months}M")) if months >= 0 else "vague sans nombre de mois"

    def of(self, row: ReturnRow, *, zone: bool = True, wave: bool = True) -> str:
        """Return the place of a row: wave, zone, class, proof, producer; what tells nothing is left out."""
        parts = [
            f"vague de {self.wave(row.wave)}" if wave and row.wave >= 0 else "",
            self.wave(row.wave) if wave and row.wave < 0 else "",
            self.zones.get(row.zone, row.zone) if zone else "",
            "" if row.is_whole else f"{row.breakdown} : {row.word}",
            f"preuve {row.proof}" if row.proof else "",
            row.producer if self.several else "",
        ]
        return ", ".join(part for part in parts if part)
