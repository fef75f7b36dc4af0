"""The maps of a report: numbered figures when the edition has contours, nothing at all when it has none."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.declare.indicator import Indicator
from evalkit.present.maps.choropleth import choropleth, mapped
from evalkit.present.maps.locator import has_locator, locator_map, source_words
from evalkit.present.messages.catalogue import say
from evalkit.present.page import Page


def draw_locator(page: Page, zone: str | None = None) -> None:
    """Print where the QPV are, or where one zone is.

    Args:
        page: the report.
        zone: the zone of a report on one zone.
    """
    if has_locator(page.reader, zone):
        about = page.reader.zone(zone) if zone is not None else say("maps.atlas.quarters")
        caption = say("maps.atlas.locator", about=about, source=source_words(page.reader))
        page.draw(locator_map(page.reader, zone), "fig-situation", caption)


def draw_maps(page: Page, indicators: Sequence[Indicator]) -> None:
    """Print the map of some indicators, chosen as for trends, when there is one worth drawing."""
    if maps := mapped(page.reader, indicators):
        caption = say("maps.atlas.choropleth", source=source_words(page.reader))
        page.draw(choropleth(page.reader, maps), "fig-cartes", caption)
