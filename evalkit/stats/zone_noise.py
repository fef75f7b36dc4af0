"""The test for few treated zones: Student's law on the noise that each zone's size gives it, its shape integrated out.

A zone's change has the variance ``A + B / persons``. Ferman and Pinto (2019) estimate A and B by least squares on
squared moves, and then treat them as known: when the treated zones are smaller than most controls, a true null is
rejected 8 times in 100 instead of 5. Here the share of the variance that depends on size is given its whole
posterior law (restricted likelihood, flat prior on the share), and the scale its chi-square: what is not known of
the noise widens the interval. The test is a sum of closed forms, without any draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import FloatArray
from evalkit.stats.few_treated import ZoneChanges
from evalkit.stats.size_law import SHARES, fit_size_law
from evalkit.stats.starting_level import Start

_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class ZoneNoise:
    """The effect and its noise, for every share of the variance that may depend on size.

    Attributes:
        effects: effect under each share, shape (shares,); all alike without a covariate.
        errors: standard error under each share, shape (shares,).
        chances: posterior chance of each share, shape (shares,), summing to one.
        df: degrees of freedom of the control zones' noise.
    """

    effects: FloatArray
    errors: FloatArray
    chances: FloatArray
    df: float

    @property
    def effect(self) -> float:
        """Return the effect, averaged over the shares."""
        return float(self.chances @ self.effects)

    @property
    def se(self) -> float:
        """Return the standard error, averaged in squares over the shares."""
        return float(np.sqrt(self.chances @ self.errors**2))

    def p_value(self, supposed: float = 0.0) -> float:
        """Return the two-sided p-value of a supposed effect."""
        from scipy.special import stdtr  # noqa: PLC0415

        distance = -np.abs(self.effects - supposed)
        certain = np.where(distance < 0, -np.inf, 0.0)
        ratio = np.where(self.errors > 0, distance / np.where(self.errors > 0, self.errors, 1.0), certain)
        return float(self.chances @ (2.0 * stdtr(self.df, ratio)))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the effects that the test does not reject."""
        return self._end(-1.0, level), self._end(1.0, level)

    def multiple(self, power: float, level: float) -> float:
        """Return the effect found with that chance: the half-width, and the quantile of the power."""
        from scipy.special import stdtrit  # noqa: PLC0415

        low, high = self.interval(level)
        return (high - low) / 2.0 + float(stdtrit(self.df, power)) * self.se

    def _end(self, side: float, level: float) -> float:
        if self.se == 0.0:
            return self.effect
        inside, reach = 0.0, self.se
        while self.p_value(self.effect + side * reach) > 1.0 - level:
            inside, reach = reach, 2.0 * reach
        for _ in range(_STEPS):
            middle = (inside + reach) / 2.0
            rejected = self.p_value(self.effect + side * middle) <= 1.0 - level
            inside, reach = (inside, middle) if rejected else (middle, reach)
        return self.effect + side * reach


def zone_noise(coefficient: float, changes: ZoneChanges, start: Start | None = None, drift: float = 0.0) -> ZoneNoise:
    """Test an effect on few treated zones, at equal starting level when a start is given.

    Args:
        coefficient: the difference-in-differences.
        changes: the zones' changes; at least three control zones, four with a start.
        start: where each zone stood before the entry; the change expected from it by the control zones' own return
            to the mean is taken away, and what is not known of that return widens the interval.
        drift: standard error that covariates estimated beforehand give to the coefficient, which widens it too.

    Returns:
        The effect and its noise.

    Source: Ferman and Pinto 2019 for the variance by size; Harville 1974 for the restricted likelihood. At equal
    level the estimate is that of a lagged outcome (Ding and Li 2019), which is right when zones were chosen for what
    was seen before; the plain one is right when they were chosen for what never changes: the two bracket the effect.
    """
    control = ~changes.treated
    own, persons = changes.change[control], changes.persons[control]
    design = np.ones((len(own), 1))
    loads = np.broadcast_to(changes.loading, (len(SHARES), len(control))).copy()
    effects, added = np.full(len(SHARES), coefficient), drift**2
    if start is not None and start.reversion is not None:
        own = own - start.reversion.slope * start.back[control]
        effects = effects - start.reversion.slope * start.gap(changes)
        added += (start.gap(changes) * start.reversion.error) ** 2
    elif start is not None:
        design = np.column_stack([design, start.back[control] - start.back[control].mean()])
    fits = fit_size_law(own, persons, design)
    if design.shape[1] > 1 and start is not None:
        effects = effects - fits.coefficients[:, 1] * start.gap(changes)
        loads[:, control] -= start.gap(changes) * np.einsum("wl,wcl->wc", fits.inverse[:, 1, :], fits.weighted)
    variance = (loads**2 * fits.relative(changes.persons)).sum(axis=1)
    return ZoneNoise(effects, np.sqrt(fits.noise * variance + added), fits.chances, fits.df)


def noise_of_moves(moves: FloatArray, own_persons: FloatArray, loading: FloatArray, persons: FloatArray) -> ZoneNoise:
    """Give the noise of a coefficient from moves of the control zones seen at another time, around an effect of zero.

    Args:
        moves: moves of control zones, shape (controls,), at least three.
        own_persons: persons behind them, shape (controls,).
        loading: weight of every zone's change in the coefficient, shape (zones,).
        persons: persons behind the change of every zone, shape (zones,).

    Returns:
        The noise.
    """
    fits = fit_size_law(moves, own_persons, np.ones((len(moves), 1)))
    variance = (loading**2 * fits.relative(persons)).sum(axis=1)
    return ZoneNoise(np.zeros(len(SHARES)), np.sqrt(fits.noise * variance), fits.chances, fits.df)
