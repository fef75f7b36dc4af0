"""What ``evalkit sources`` prints: one block per source, the unknown said as such."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from evalkit.declare.model import Duration
from evalkit.sources.catalogue import Catalogue
from evalkit.sources.data_year import DataVintage, DataYear, data_vintage
from evalkit.sources.source import Source, SourceVintage
from evalkit.typography import typeset

_UNKNOWN = "non vérifié"
_YEAR_UNKNOWN = "année des données non vérifiée"
_NAMES_WIDTH = 25
_UNITS = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def print_catalogue(catalogue: Catalogue) -> None:
    """Print every source, then how to read the list."""
    print_sources(catalogue, catalogue.sources)
    console = Console()
    said = (
        f"{len(catalogue.sources)} sources. L’année d’un millésime n’est pas toujours celle des données. "
        f"« {_UNKNOWN} » : à lire sur la page du producteur avant de publier."
    )
    console.print("\n".join(_wrapped(said, console.width)), soft_wrap=True)


def print_sources(catalogue: Catalogue, sources: Iterable[Source]) -> None:
    """Print one block per source."""
    console = Console()
    for source in sources:
        console.print(Text("\n".join(_wrapped(source.title, console.width)), style="bold"), soft_wrap=True)
        for name, text in _lines(catalogue, source):
            _print_line(console, name, text)
        console.print()


def _print_line(console: Console, name: str, text: str) -> None:
    style = "yellow" if text == _UNKNOWN else ""
    for index, part in enumerate(_wrapped(text, console.width - _NAMES_WIDTH)):
        shown = name if index == 0 else ""
        line = Text.assemble((f"  {shown}".ljust(_NAMES_WIDTH), "cyan"), (part, style))
        console.print(line, soft_wrap=True)


def _wrapped(text: str, width: int) -> list[str]:
    """Cut a text into lines at its ordinary spaces only: the terminal library would cut at no-break ones too."""
    return textwrap.wrap(typeset(text), max(20, width), break_long_words=False, break_on_hyphens=False) or [""]


def _lines(catalogue: Catalogue, source: Source) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each line of a block."""
    yield "Source", source.id
    yield "Producteur", source.producer
    if not source.title_read:
        yield "Intitulé", "ce dont traite la page ; son titre exact n’est pas vérifié"
    if source.page or not source.vintages:
        yield "Page", source.page or _UNKNOWN
    yield "Ce qu’est une ligne", source.scale.upper() if source.scale in {"qpv", "epci"} else source.scale
    if source.perimeter:
        yield "Périmètre", f"quartiers de {source.perimeter}"
    yield from _vintage_lines(catalogue, source)
    yield from _origin_lines(catalogue, source)
    yield "Prochaine parution", source.next_release or _UNKNOWN
    yield "Licence", source.licence or _UNKNOWN
    yield "Flux", source.feed or "aucun flux ne la lit encore"
    for index, error in enumerate(source.errors):
        yield "Erreurs connues" if index == 0 else "", f"{error.row}, colonne {error.column} : {error.text}"
    for index, note in enumerate(source.notes):
        yield "À savoir" if index == 0 else "", note


def _vintage_lines(catalogue: Catalogue, source: Source) -> Iterator[tuple[str, str]]:
    """Yield one line per vintage of which something is known, and one for the others together."""
    name = "Millésimes"
    silent = [vintage.label for vintage in source.vintages if not _is_known(vintage)]
    for vintage in source.vintages:
        if _is_known(vintage):
            known = data_vintage(catalogue, source, vintage)
            yield name, _vintage(known, has_own_page=source.page is None)
            name = ""
    if silent:
        yield name, f"{', '.join(silent)} : {_YEAR_UNKNOWN}"
    elif not source.vintages:
        yield name, _UNKNOWN


def _is_known(vintage: SourceVintage) -> bool:
    return bool(vintage.page or vintage.released or vintage.data)


def _vintage(vintage: DataVintage, *, has_own_page: bool) -> str:
    about = [f"page {vintage.page}" if has_own_page and vintage.page else ""]
    about.append(f"parue le {_day(vintage.released)}" if vintage.released else "")
    where = ", ".join(each for each in about if each)
    known = [_year(each, alone=len(vintage.years) == 1) for each in vintage.years if _says_something(each)]
    if not known:
        known = [_YEAR_UNKNOWN]
    elif len(known) < len(vintage.years):
        known.append(f"le reste, {_UNKNOWN}")
    return f"{vintage.label}{f' ({where})' if where else ''} : {' ; '.join(known)}"


def _says_something(data: DataYear) -> bool:
    return data.year is not None or bool(data.same_as)


def _year(data: DataYear, *, alone: bool) -> str:
    when = f"données du {_day(data.day)}" if data.day else f"données de {data.year}" if data.year else ""
    same = f"mêmes chiffres que {' et '.join(data.same_as)}" if data.same_as else ""
    said = ", ".join(each for each in (when, same) if each)
    return said if alone else f"{data.label}, {said}"


def _origin_lines(catalogue: Catalogue, source: Source) -> Iterator[tuple[str, str]]:
    origins = catalogue.origins_of(source)
    several = len(origins) > 1
    for index, origin in enumerate(origins):
        prefix = f"{origin.label} : " if several else ""
        yield "Fenêtre d’observation" if index == 0 else "", prefix + (origin.window or _UNKNOWN)
    for index, origin in enumerate(origins):
        prefix = f"{origin.label} : " if several else ""
        reason = f" ({origin.spacing_reason})" if origin.spacing_reason else ""
        spacing = f"{_duration(origin.spacing)}{reason}" if origin.spacing else _UNKNOWN
        yield "Écart minimal" if index == 0 else "", prefix + spacing
    breaks = [(origin, one) for origin in origins for one in origin.breaks]
    for index, (_, one) in enumerate(breaks):
        yield "Ruptures" if index == 0 else "", f"{_day(one.date)} : {one.text}"
    if not breaks:
        yield "Ruptures", "aucune connue"
    missing = [str(year) for origin in origins for year in origin.missing_years]
    if missing:
        yield "Jamais produit", f"données de {', '.join(missing)}"


def _duration(duration: Duration) -> str:
    count, (one, many) = int(duration[1:-1]), _UNITS[duration[-1]]
    return f"{count} {one if count == 1 else many}"


def _day(day: dt.date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
