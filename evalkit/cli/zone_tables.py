"""The territory of a contract on the terminal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from evalkit.cli.results import print_confidential
from evalkit.comparability.constant_indicator import constant_indicator, statistic_of
from evalkit.comparability.passages import OFFICIAL_FEED, SHARES_FEED, Passages, read_passages
from evalkit.declare.contract import AttachmentTable, Zone, ZoneKind
from evalkit.errors import ComputationError, DeclarationError, Place, Problem
from evalkit.french_dates import day_words
from evalkit.store.results import read_result
from evalkit.store.store import Store
from evalkit.territory.controls import control_units
from evalkit.territory.correspondence import ELSEWHERE, Correspondence
from evalkit.territory.perimeters import Movement, change_of, stable_qpv, zone_changes
from evalkit.territory.zones import Territory
from evalkit.typography import typeset
from evalkit.workspace.unknown import unknown
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_NOTHING = "\N{EN DASH}"
KIND_WORDS = {
    ZoneKind.QPV: "QPV",
    ZoneKind.LEAVING: "QPV sortant",
    ZoneKind.SECTOR: "secteur de QPV",
    ZoneKind.WATCHED: "secteur de vigilance",
    ZoneKind.POCKET: "poche de pauvreté",
    ZoneKind.NEIGHBOURHOOD: "quartier",
    ZoneKind.IRIS: "Iris",
    ZoneKind.SCHOOL: "établissement scolaire",
    ZoneKind.ESTATE: "patrimoine d’un bailleur",
    ZoneKind.PRECINCT: "circonscription",
    ZoneKind.COMMUNE: "commune",
    ZoneKind.EPCI: "EPCI",
    ZoneKind.URBAN_UNIT: "unité urbaine",
    ZoneKind.EMPLOYMENT_AREA: "zone d’emploi",
    ZoneKind.DEPARTMENT: "département",
    ZoneKind.REGION: "région",
    ZoneKind.COUNTRY: "pays",
}
_PRIORITY = (ZoneKind.QPV, ZoneKind.LEAVING)
_COLOURS = {
    Movement.KEPT: "green",
    Movement.MOVED: "yellow",
    Movement.ENTERING: "yellow",
    Movement.LEAVING: "yellow",
}
_HOW_CARRIED = (
    "Les chiffres d’avant sont portés sur les contours de 2024 par parts de population : ce qui est compté est supposé "
    "réparti comme elle. Les bornes disent jusqu’où cela peut être faux."
)
_BASES = {
    "localisation": "selon le lieu",
    "secteur": "selon le secteur de recrutement",
    "residence": "selon la résidence des usagers",
}


def print_zones(workspace: Workspace, declarations: ContractDeclarations, as_of: dt.date | None) -> None:
    """Print the zones of a contract, which may be control units, and the passage from 2015 to 2024."""
    console = Console()
    territory = declarations.territory
    console.print(typeset(f"\n[bold]{declarations.contract.label}[/bold]"))
    console.print(_qpv_table(territory))
    console.print(_other_table(territory))
    for line in (*_contour_lines(territory), *_reference_lines(territory), *_control_lines(territory)):
        console.print(typeset(line), soft_wrap=True)
    if territory.attachments:
        console.print(_attachment_table(territory.attachments))
    store = Store(workspace.data)
    passages = read_passages(store, declarations.contract.contract, workspace.feeds, territory, as_of)
    _print_passages(console, territory, passages)


def print_territories(contracts: Sequence[ContractDeclarations]) -> None:
    """Print one line per contract: how many QPV it has, and what became of them in 2024."""
    movements = (Movement.KEPT, Movement.MOVED, Movement.ENTERING, Movement.LEAVING)
    headings = ("QPV", "gardés", "bougés", "entrés", "sortis", "témoins")
    table = Table(Column("Contrat", no_wrap=True), *headings, "Référence", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for declarations in contracts:
        territory = declarations.territory
        counted = Counter(change.movement for change in zone_changes(territory))
        kind = territory.zones[territory.reference].kind if territory.reference is not None else None
        table.add_row(
            declarations.contract.contract,
            str(len(territory.qpv)),
            *(str(counted[each]) for each in movements),
            str(len(territory.controls)),
            KIND_WORDS[kind] if kind else "[yellow]aucune[/yellow]",
        )
    console = Console()
    console.print(table)
    console.print(typeset("« evalkit zones CONTRAT » montre les zones d’un contrat une à une."))


def print_constant(
    workspace: Workspace, declarations: ContractDeclarations, indicator: str, as_of: dt.date | None
) -> None:
    """Print the series of an indicator on the contours of 2024, with its bounds and its coverage.

    Raises:
        DeclarationError: the indicator is not declared (``EVK-D038``).
        StoreError: the contract has not been measured (``EVK-S004``).
        ComputationError: no shares were received (``EVK-M214``), or the indicator does not carry.
    """
    contract = declarations.contract.contract
    known = {each.id: each for each in declarations.indicators}
    if indicator not in known:
        raise DeclarationError(unknown("Indicateur", indicator, known, Place()))
    found = known[indicator]
    statistic_of(found)
    store = Store(workspace.data)
    territory = declarations.territory
    passages = read_passages(store, contract, workspace.feeds, territory, as_of)
    if passages.correspondence is None:
        message = "Aucune série à périmètre constant : les parts de population du passage ne sont pas reçues."
        raise ComputationError(Problem("EVK-M214", message, repair=f"Recevez d’abord le flux « {SHARES_FEED} »."))
    feed = workspace.feeds.get(found.measure.feed or "") if found.measure is not None else None
    if feed is None:
        raise DeclarationError(unknown("Flux", indicator, workspace.feeds, Place()))
    observations = read_result(store, "observations", contract)
    series = constant_indicator(observations, found, feed, territory, passages.correspondence)
    console = Console()
    console.print(typeset(f"\n[bold]{found.label}[/bold] ({found.unit})"))
    console.print(_series_table(territory, series, found.decimals))
    console.print(typeset(_HOW_CARRIED), soft_wrap=True)
    print_confidential()


def _series_table(territory: Territory, series: pl.DataFrame, decimals: int) -> Table:
    table = Table("Zone", "Période", "Valeur", "Bornes", "Remarque", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for row in series.iter_rows(named=True):
        low, high = _figure(row["low"], decimals), _figure(row["high"], decimals)
        bounds = _NOTHING if row["value"] is None or low == high else f"{low} à {high}"
        label, value = territory.label(row["zone"]), _figure(row["value"], decimals)
        table.add_row(label, row["period"], value, bounds, row["remark"])
    return table


def _figure(value: float | None, decimals: int) -> str:
    if value is None:
        return _NOTHING
    return typeset(f"{value:,.{decimals}f}".replace(",", " ").replace(".", ","))


def _qpv_table(territory: Territory) -> Table:
    table = Table("QPV", "2015", "2024", "Périmètre", "Habitants", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for zone in _of_kinds(territory, _PRIORITY):
        codes = {perimeter.vintage: perimeter.code for perimeter in zone.perimeters}
        label = f"{zone.label} (fictif)" if zone.fictitious else zone.label
        table.add_row(
            label, codes.get(2015, _NOTHING), codes.get(2024, _NOTHING), _movement(territory, zone), _residents(zone)
        )
    return table


def _movement(territory: Territory, zone: Zone) -> str:
    """Say what became of a contour; a code of 2024 that moved from nobody knows which of 2015 says so."""
    change = change_of(territory, zone.id)
    if change is not None:
        return f"[{_COLOURS[change.movement]}]{change.movement.value}[/{_COLOURS[change.movement]}]"
    if any(perimeter.change == "moved" for perimeter in zone.perimeters):
        return "[yellow]contour modifié, code de 2015 inconnu[/yellow]"
    return _NOTHING


def _other_table(territory: Territory) -> Table:
    zones = _of_kinds(territory, tuple(kind for kind in ZoneKind if kind not in _PRIORITY))
    counted = ("Habitants",) if any(zone.residents for zone in zones) else ()
    name, within = Column("Autres zones", min_width=18, overflow="fold"), Column("Dans", min_width=12, overflow="fold")
    table = Table(name, "Nature", "Code", *counted, within, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for zone in zones:
        outer = [territory.label(each) for each in zone.within if each in territory.zones]
        label = f"{zone.label} (fictive)" if zone.fictitious else zone.label
        residents = (_residents(zone),) if counted else ()
        table.add_row(label, KIND_WORDS[zone.kind], zone.code or _NOTHING, *residents, (outer or [_NOTHING])[0])
    return table


def _of_kinds(territory: Territory, kinds: tuple[ZoneKind, ...]) -> list[Zone]:
    found = [zone for zone in territory.zones.values() if zone.kind in kinds]
    return sorted(found, key=lambda zone: (kinds.index(zone.kind), zone.label))


def _residents(zone: Zone) -> str:
    if zone.residents is None:
        return _NOTHING
    year = max(known.year for known in zone.populations)
    return typeset(f"{zone.residents:,}".replace(",", " ") + f" ({year})")


def _contour_lines(territory: Territory) -> Iterator[str]:
    """Say how many QPV a before and an after may compare as they are."""
    stable, all_qpv = len(stable_qpv(territory)), len(territory.qpv)
    if not all_qpv:
        yield "[yellow]Aucun QPV n’est déclaré.[/yellow]"
        return
    known = f"{stable} QPV sur {all_qpv} {'garde' if stable < 2 else 'gardent'} le contour de 2015"
    known = known if stable else f"Aucun QPV sur {all_qpv} ne garde le contour de 2015"
    others = " : les autres ne se comparent de part et d’autre de 2024 que par parts de population" if stable else ""
    yield f"{known}{others if stable < all_qpv else ''}."


def _reference_lines(territory: Territory) -> Iterator[str]:
    if territory.reference is None:
        yield "[yellow]Aucune référence : déclarez l’unité urbaine (loi du 21 février 2014) ou l’EPCI.[/yellow]"
        return
    yield f"Référence des écarts : {territory.label(territory.reference)}."
    if f"{territory.reference}.hors-qpv" not in territory.rests:
        text = "Aucun QPV n’est déclaré dans cette référence : son « hors QPV » ne se calcule pas."
        yield f"[yellow]{text}[/yellow]"


def _control_lines(territory: Territory) -> Iterator[str]:
    """Yield the control units, those that the same remarks weaken together."""
    units = control_units(territory, territory.qpv)
    if not units:
        yield "Aucune zone témoin n’est déclarée : une comparaison ne peut pas être testée."
        return
    yield "Zones témoins"
    groups: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for unit in units:
        groups.setdefault((unit.is_usable, unit.remarks), []).append(territory.label(unit.zone))
    for (is_usable, remarks), labels in groups.items():
        told = " ; ".join(remarks) or "aucune réserve"
        yield f"  {', '.join(labels)} : {'' if is_usable else '[red]inutilisable[/red], '}{told}."


def _attachment_table(attachments: tuple[AttachmentTable, ...]) -> Table:
    table = Table("Rattachements", "Lieux", "Comment", "Du", "Au", "Source", box=SIMPLE_HEAD)
    for each in sorted(attachments, key=lambda one: (one.kind.value, one.from_, one.id)):
        until = day_words(each.until) if each.until else _NOTHING
        places = str(len({place.code for place in each.places}))
        table.add_row(each.label, places, _BASES[each.basis], day_words(each.from_), until, each.source)
    return table


def _print_passages(console: Console, territory: Territory, passages: Passages) -> None:
    console.print("\nPassage des QPV de 2015 à ceux de 2024")
    if not passages.links:
        text = f"  Liste officielle non reçue (flux « {OFFICIAL_FEED} ») : les codes déclarés ne sont pas vérifiés."
        console.print(typeset(f"[yellow]{text}[/yellow]"), soft_wrap=True)
    if passages.correspondence is None:
        text = f"  Parts de population non reçues (flux « {SHARES_FEED} ») : aucune série à périmètre constant."
        console.print(typeset(f"[yellow]{text}[/yellow]"), soft_wrap=True)
        return
    console.print(_passage_table(territory, passages.correspondence))
    for line in passages.disagreements:
        console.print(typeset(f"  [yellow]{line}[/yellow]"), soft_wrap=True)


def _passage_table(territory: Territory, correspondence: Correspondence) -> Table:
    year = f" ({correspondence.year})" if correspondence.year is not None else ""
    heading = typeset(f"Part du quartier de 2015{year}")
    table = Table("Quartier de 2015", "Quartier de 2024", heading, "Part du quartier de 2024", box=SIMPLE_HEAD)
    names = {perimeter.code: zone.label for zone in territory.zones.values() for perimeter in zone.perimeters} | {
        ELSEWHERE: "hors QPV"
    }
    for each in correspondence.passages:
        table.add_row(
            _named(each.origin, names),
            _named(each.target, names),
            _NOTHING if each.origin == ELSEWHERE else _percent(each.share),
            _NOTHING if each.coverage is None else _percent(each.coverage),
        )
    return table


def _named(code: str, names: dict[str, str]) -> str:
    if code == ELSEWHERE:
        return names[ELSEWHERE]
    return f"{names[code]} ({code})" if code in names else code


def _percent(share: float) -> str:
    return typeset(f"{100 * share:.1f} %".replace(".", ","))
