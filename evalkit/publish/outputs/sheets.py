"""One page per indicator: what it counts, its values by zone and period, its source, its marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import polars as pl

from evalkit.comparability.zone_rules import contour_moved
from evalkit.declare.indicator import Indicator
from evalkit.publish.outputs.status import Status, status_of
from evalkit.publish.publication import Publication
from evalkit.typography import NARROW, typeset

COLUMNS = 8
"""Periods on a page: the last ones."""

_STYLE = """
@page { size: A4 landscape; margin: 12mm; }
body { font: .95rem/1.45 system-ui, sans-serif; color: #1c1c1c; background: #fff; max-width: 70rem; margin: 0 auto;
  padding: 1.25rem; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: .2rem 0; }
.axe { color: #4a4a4a; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
dt { font-weight: 600; }
dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid #6b6b6b; padding: .3rem .5rem; }
th { background: #f0f0f0; text-align: left; }
td { text-align: right; white-space: nowrap; }
td.mot { font-style: italic; color: #4a4a4a; }
footer { margin-top: 1.25rem; font-size: .85rem; color: #4a4a4a; }
"""


def indicator_sheet(publication: Publication, indicator: Indicator) -> str:
    """Return the sheet of an indicator as a self-contained HTML page.

    Args:
        publication: what may be shown.
        indicator: one of its indicators.
    """
    rows = _rows(publication, indicator)
    title = _text(indicator.label)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="fr"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head><body><main>",
        f'<p class="axe">{_text(_objective(publication, indicator))}</p><h1>{title}</h1>',
        "<p><strong>Données synthétiques de démonstration.</strong></p>" if publication.demonstration else "",
        _described(publication, indicator),
        _values(publication, indicator, rows),
        _causes(rows),
        f"<footer>{_text(f'Édition {publication.manifest.edition}. Un mot à la place d’un nombre dit pourquoi il')} "
        f"{_text('manque : « secret » n’est pas zéro, « manquant » n’est pas « sans objet ».')}</footer>",
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def shown_number(row: Mapping[str, Any], decimals: int) -> tuple[str, bool]:
    """Return what a cell says of an observation, and whether it is a word instead of a number."""
    status = status_of(row, "value")
    if status in {Status.VALUE, Status.ZERO} and row["value"] is not None:
        text = f"{row['value']:,.{decimals}f}".replace(",", NARROW).replace(".", ",")
        return text + (" (provisoire)" if row["qualifier"] == "provisoire" else ""), False
    return (status.value if status is not Status.VALUE else "texte"), True


def _text(text: str) -> str:
    return escape(typeset(text), quote=True)


def _objective(publication: Publication, indicator: Indicator) -> str:
    for axis in publication.declared.contract.axes:
        for objective in axis.objectives:
            if objective.id == indicator.objective:
                return f"{axis.label} · {objective.label}"
    return ""


def _rows(publication: Publication, indicator: Indicator) -> list[dict[str, Any]]:
    mine = (pl.col("indicator") == indicator.id) & (pl.col("breakdown") == "")
    return list(publication.tables.observations.filter(mine).iter_rows(named=True))


def _described(publication: Publication, indicator: Indicator) -> str:
    feeds = sorted({row["feed"] for row in _rows(publication, indicator)} - {""})
    sources = publication.tables.sources.filter(pl.col("feed").is_in(feeds)).iter_rows(named=True)
    told = [
        ("Unité", indicator.unit),
        ("Population", indicator.population or "non précisée"),
        ("Source", " ; ".join(f"{each['label']} ({', '.join(each['producers'])})" for each in sources) or "aucune"),
        ("Situation de départ", "; ".join(f"{each.value} ({each.period})" for each in indicator.baselines)),
        ("Données arrêtées au", f"{publication.as_of:%d/%m/%Y}"),
    ]
    lines = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in told if value)
    return f"<dl>{lines}</dl>"


def _values(publication: Publication, indicator: Indicator, rows: list[dict[str, Any]]) -> str:
    territory = publication.declared.territory
    moved = {zone: contour_moved(territory, zone, dt.date.min, dt.date.max) for zone in {row["zone"] for row in rows}}
    places = {
        (row["zone"], row["perimeter"] if moved[row["zone"]] else None, row["period"]): row
        for row in rows
        if row["period"]
    }
    if not places:
        return f"<p>{_text('Aucune valeur : voir les causes.')}</p>"
    periods = sorted({period for _, _, period in places})[-COLUMNS:]
    lines = sorted({(zone, perimeter) for zone, perimeter, _ in places}, key=lambda each: (each[0], each[1] or 0))
    vintages = {perimeter for _, perimeter in lines if perimeter is not None}
    head = "".join(f'<th scope="col">{_text(period)}</th>' for period in periods)
    body = "".join(
        f'<tr><th scope="row">{_text(_zone(publication, line, len(vintages) > 1))}</th>'
        + "".join(_cell(places.get((*line, period)), indicator.decimals) for period in periods)
        + "</tr>"
        for line in lines
    )
    caption = _text(f"Valeurs, en {indicator.unit}")
    return (
        f'<div class="scroll"><table><caption>{caption}</caption>'
        f'<thead><tr><th scope="col">Zone</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _zone(publication: Publication, line: tuple[str, int | None], both: bool) -> str:
    label = publication.declared.territory.label(line[0])
    return f"{label} (contours {line[1]})" if both and line[1] is not None else label


def _cell(row: Mapping[str, Any] | None, decimals: int) -> str:
    if row is None:
        return '<td class="mot">non demandé</td>'
    text, is_word = shown_number(row, decimals)
    return f'<td class="mot">{_text(text)}</td>' if is_word else f"<td>{_text(text)}</td>"


def _causes(rows: Iterable[Mapping[str, Any]]) -> str:
    causes = sorted({row["reason"] or row["cause"] for row in rows if row["reason"] or row["cause"]})
    if not causes:
        return ""
    return "<h2>Causes et remarques</h2><ul>" + "".join(f"<li>{_text(each)}</li>" for each in causes) + "</ul>"
