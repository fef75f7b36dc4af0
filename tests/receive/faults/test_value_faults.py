"""The faults of cells: each is read to the same value, or left without one, and the sentence says what was done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from evalkit.declare.contract import Zone
from evalkit.declare.feed import FieldSpec
from evalkit.receive.values.column import ColumnTexts, read_columns
from evalkit.receive.values.places import vintage_findings
from evalkit.store.schema import Cause
from evalkit.territory.zones import FRANCE, OUTSIDE, UNKNOWN, Territory
from evalkit.typography import typeset
from tests.receive.world import BASE, ZONES

NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
ABSENT = object()
DEPARTMENT = r"^(0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6])$"
COMMUNE = r"^(\d{5}|2[AB]\d{3})$"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of writing a cell.

    Attributes:
        kind: the type of the field.
        text: what is in the cell.
        value: what is read; ``ABSENT`` where there is no value.
        code: the code of the finding.
        message: its sentence.
        spec: the rest of the declaration of the field.
    """

    kind: str
    text: str
    value: Any
    code: str
    message: str
    spec: dict[str, Any] = field(default_factory=dict)
    cause: Cause | None = None


def repaired(kind: str, text: str, value: Any, message: str, **spec: Any) -> Fault:
    return Fault(kind, text, value, "EVK-R040", message, spec)


def absent(kind: str, text: str, cause: Cause) -> Fault:
    return Fault(kind, text, ABSENT, "EVK-R042", f"Valeur absente, cause « {cause.value} ».", cause=cause)


def unreadable(kind: str, text: str, **spec: Any) -> Fault:
    message = "« champ » : 1 valeur illisible."
    return Fault(kind, text, ABSENT, "EVK-R041", message, spec, Cause.NOT_AVAILABLE)


FAULTS = [
    repaired("decimal", "12,5", Decimal("12.50"), "Virgule décimale."),
    repaired("decimal", "1 234,5", Decimal("1234.50"), "Espace de milliers, virgule décimale."),
    repaired("integer", "1 234", 1234, "Espace de milliers."),
    repaired("integer", f"1{NO_BREAK}234", 1234, "Espace de milliers."),
    repaired("integer", f"1{NARROW}234", 1234, "Espace de milliers."),
    repaired("decimal", "1,234.56", Decimal("1234.56"), "Écriture anglaise (1,234.56)."),
    repaired("decimal", "12.5 €", Decimal("12.50"), "Symbole d’unité retiré."),
    repaired("integer", "45 %", 45, "Symbole d’unité retiré."),
    repaired("integer", "12,0", 12, "Décimales nulles retirées."),
    repaired("decimal", "1.005", Decimal("1.01"), "Arrondi à 2 décimales."),
    repaired("date", "05/03/2025", dt.date(2025, 3, 5), "Date jj/mm/aaaa."),
    repaired("date", "20250305", dt.date(2025, 3, 5), "Date aaaammjj."),
    repaired("date", "1er mars 2025", dt.date(2025, 3, 1), "Mois en toutes lettres."),
    repaired("date", "45688", dt.date(2025, 1, 31), "Numéro de jour d’un tableur."),
    repaired("date", "2025-03-05 14:30", dt.date(2025, 3, 5), "Heure retirée."),
    repaired("month", "mars 2026", "2026-03", "Mois ramené à aaaa-mm."),
    repaired("month", "03/2026", "2026-03", "Mois ramené à aaaa-mm."),
    repaired("month", "01/03/2026", "2026-03", "Mois tiré d’une date."),
    repaired("quarter", "3e trimestre 2026", "2026-T3", "Trimestre ramené à aaaa-Tn."),
    repaired("quarter", "2026Q3", "2026-T3", "Trimestre ramené à aaaa-Tn."),
    repaired("year", "2025-2026", "2025", "Année scolaire ramenée à son début."),
    repaired("year", "2025/26", "2025", "Année scolaire ramenée à son début."),
    repaired(
        "category", "Emploi durable", "emploi_durable", "Écriture ramenée au mot convenu.", values=["emploi_durable"]
    ),
    repaired("code", "1004", "01004", "Zéro initial rendu.", pattern=COMMUNE),
    repaired("code", '="60057"', "60057", "Formule de tableur retirée."),
    repaired("code", "620", "2A", "Département ramené à son code usuel.", pattern=DEPARTMENT),
    repaired("code", "720", "2B", "Département ramené à son code usuel.", pattern=DEPARTMENT),
    repaired("code", "071", "71", "Département ramené à son code usuel.", pattern=DEPARTMENT),
    repaired("zone", "1004", "bourg", "Zéro initial rendu."),
    repaired("zone", "69387", "lyon", "Arrondissement rattaché à sa commune."),
    repaired("zone", "620", "corse-du-sud", "Département ramené à son code usuel."),
    absent("integer", "s", Cause.SECRET),
    absent("integer", "ns", Cause.SECRET),
    absent("integer", "<5", Cause.SECRET),
    absent("integer", "moins de 11", Cause.SECRET),
    absent("decimal", "c", Cause.SECRET),
    absent("integer", "nd", Cause.NOT_AVAILABLE),
    absent("date", "n.d.", Cause.NOT_AVAILABLE),
    absent("decimal", "#N/A", Cause.NOT_AVAILABLE),
    absent("integer", "so", Cause.NOT_APPLICABLE),
    absent("integer", "-", Cause.MISSING),
    unreadable("integer", "douze"),
    unreadable("integer", "12,5"),
    unreadable("decimal", "12,5,3"),
    unreadable("date", "05/03/25"),
    unreadable("date", "31/02/2025"),
    unreadable("month", "2026-13"),
    unreadable("quarter", "2026-T5"),
    unreadable("year", "25"),
    unreadable("boolean", "peut-être"),
    Fault(
        "zone", "Quartier des Lilas", UNKNOWN, "EVK-R044", "« champ » : 1 zone non reconnue.", cause=Cause.NOT_AVAILABLE
    ),
]

SILENT = [
    ("zone", "Les Prés-Saint-Jean", "pres-saint-jean"),
    ("zone", "QP071003", "pres-saint-jean"),
    ("zone", "qn07102i", "pres-saint-jean"),
    ("zone", "psj", "pres-saint-jean"),
    ("zone", "2A", "corse-du-sud"),
    ("zone", "75056", OUTSIDE),
    ("zone", "QP02A001", OUTSIDE),
    ("zone", "QN97652C", OUTSIDE),
    ("zone", "hors QPV", OUTSIDE),
    ("zone", "non renseigné", UNKNOWN),
    ("date", "2025-03-05 00:00:00", dt.date(2025, 3, 5)),
    ("code", "01004", "01004"),
    ("code", "2A004", "2A004"),
]


def territory() -> Territory:
    more = (
        {"id": "lyon", "label": "Lyon", "kind": "commune", "code": "69123"},
        {"id": "corse-du-sud", "label": "Corse-du-Sud", "kind": "departement", "code": "2A"},
    )
    zones = [Zone.model_validate(zone) for zone in (*ZONES, *more)]
    return Territory({zone.id: zone for zone in zones})


def column(kind: str, texts: list[str], **spec: Any) -> ColumnTexts:
    declared = FieldSpec.model_validate({"name": "champ", "type": kind, **spec})
    return ColumnTexts(declared, pl.Series(texts, dtype=pl.String))


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault.kind} {fault.text}" for fault in FAULTS])
def test_cell_and_its_sentence(fault: Fault) -> None:
    (read,) = read_columns([column(fault.kind, [fault.text], **fault.spec)], pl.Series([7]), territory())
    assert read.value.to_list() == [None if fault.value is ABSENT else fault.value]
    assert read.cause.to_list() == [fault.cause]
    told = [(finding.code, finding.message, finding.lines) for finding in read.findings]
    assert told == [(fault.code, typeset(fault.message), (7,))]


@pytest.mark.parametrize(("kind", "text", "value"), SILENT)
def test_cell_that_needs_no_repair(kind: str, text: str, value: object) -> None:
    (read,) = read_columns([column(kind, [text])], pl.Series([2]), territory())
    assert (read.value.to_list(), read.findings) == ([value], ())


@pytest.mark.parametrize("kind", sorted({fault.kind for fault in FAULTS}))
def test_every_repair_mark_and_unreadable_cell_is_counted(kind: str) -> None:
    """All the faults of a type in one column: the lines of the findings are exactly those of the faulty cells."""
    faults = [fault for fault in FAULTS if fault.kind == kind and not fault.spec]
    lines = pl.Series(range(10, 10 + 3 * len(faults)))
    texts = [fault.text for fault in faults for _ in range(3)]
    (read,) = read_columns([column(kind, texts)], lines, territory())
    told = [line for finding in read.findings for line in finding.lines]
    assert sorted(told) == lines.to_list()
    assert sum(finding.count for finding in read.findings) == len(texts)


@pytest.mark.parametrize("text", ["1", "France métropolitaine", "FM"])
def test_the_country_is_a_zone_of_national_bases_only(text: str) -> None:
    national, partner = (
        read_columns([column("zone", [text])], pl.Series([2]), territory(), is_national=nation)[0].value.to_list()
        for nation in (True, False)
    )
    assert (national, partner) == ([FRANCE], [UNKNOWN])


@pytest.mark.parametrize("text", ["2603", "71", "971", "T4"])
def test_codes_of_national_bases_are_elsewhere_unless_declared(text: str) -> None:
    (read,) = read_columns([column("zone", [text])], pl.Series([2]), territory(), is_national=True)
    assert (read.value.to_list(), read.findings) == ([OUTSIDE], ())


def test_mixed_and_unexpected_vintages_are_told() -> None:
    lines = pl.Series([2, 3, 4])
    mixed = list(vintage_findings(BASE, "zone", pl.Series(["QP071001", "QP071002", "QN07101I"]), lines))
    wrong = list(vintage_findings(BASE, "zone", pl.Series(["QN07101I", "QN07102I", None]), lines))
    assert [(one.code, one.message, one.lines) for one in mixed] == [
        ("EVK-R046", "La colonne mêle des codes QP (périmètres de 2015) et QN (périmètres de 2024).", (4,))
    ]
    assert [(one.code, one.message, one.count) for one in wrong] == [
        ("EVK-R047", typeset("Les codes de quartier sont ceux de 2024 ; le flux attend ceux de 2015."), 2)
    ]
