"""The names of the quantities with their true numbers: one name never stands for two numbers."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.publish.secrecy import Key, Link

SAME = 1e-9


class Book:
    """Quantities named so far.

    The same count given on two contours of a zone, in two versions of an indicator or in two editions may differ: each
    number then has a name of its own, and a link says how near the two are, which is what a reader may guess.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._values: dict[Key, float] = {}
        self._near: dict[Link, None] = {}

    @property
    def values(self) -> dict[Key, float]:
        """Return the number of every quantity."""
        return dict(self._values)

    @property
    def near(self) -> tuple[Link, ...]:
        """Return the links between quantities that differ a little."""
        return tuple(self._near)

    def name(self, key: Key, value: float, where: str = "") -> Key:
        """Return the name of a number: its key, or one of its own when the key stands for another number.

        Args:
            key: what is counted, where and when.
            value: how many.
            where: what makes this number differ from another of the same key (contour, version, edition).
        """
        known = self._values.setdefault(key, value)
        if abs(known - value) <= SAME:
            return key
        own = (f"{key[0]} · {where or value}", *key[1:])
        if abs(self._values.setdefault(own, value) - value) > SAME:
            own = (f"{own[0]} · {value:g}", *key[1:])
            self._values[own] = value
        self._near[Link(key, (own,), abs(known - value))] = None
        return own

    def about(self, key: Key, value: float, margin: float, where: str) -> Key:
        """Return the name of a number that is told give or take a margin: its own unless the margin is nothing."""
        if not margin:
            return self.name(key, value, where)
        own = (f"{key[0]} · {where}", *key[1:])
        self._values[own] = value
        self._near[Link(key, (own,), max(margin, abs(self._values.get(key, value) - value)))] = None
        return own

    def know(self, pairs: Iterable[tuple[Key, float]]) -> None:
        """Keep the numbers of quantities that nobody shows."""
        for key, value in pairs:
            self._values.setdefault(key, value)
