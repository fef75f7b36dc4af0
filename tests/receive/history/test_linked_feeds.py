"""Feeds tied by their checks form groups, which arrivals receive in order."""

from __future__ import annotations

from typing import Any

from evalkit.declare.feed import Feed
from evalkit.receive.history.linked_feeds import linked_feeds


def feed(name: str, *checks: dict[str, Any]) -> Feed:
    return Feed.model_validate(
        {
            "feed": name,
            "label": name,
            "grain": "zone",
            "nature": "exhaustif",
            "key": ["zone"],
            "period": {"granularity": "annee"},
            "fields": [{"name": "zone", "type": "zone"}, {"name": "n", "type": "integer"}],
            "checks": checks,
        }
    )


def same_as(other: str) -> dict[str, Any]:
    return {"of": "n", "same_as": {"feed": other, "of": "n"}, "severity": "mineur"}


def test_groups_are_closed_whatever_the_order() -> None:
    listed = {"code": "zone", "listed_in": {"feed": "b", "field": "zone"}, "severity": "mineur"}
    feeds = [feed("a"), feed("b", same_as("d")), feed("c"), feed("d"), feed("e", listed), feed("f", same_as("absent"))]
    assert linked_feeds({each.feed: each for each in feeds}) == {
        "a": "a", "b": "b", "c": "c", "d": "b", "e": "b", "f": "f",
    }  # fmt: skip
