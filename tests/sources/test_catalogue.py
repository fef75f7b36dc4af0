"""The catalogue agrees with itself, with the shipped feeds, and with the files that it describes."""

from __future__ import annotations

import csv
import gzip
import os
import re
from functools import cache
from pathlib import Path

import pytest

from evalkit.errors import DeclarationError
from evalkit.sources.catalogue import CATALOGUE, open_catalogue, shipped_catalogue
from evalkit.sources.data_year import source_of
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.find import shipped_workspace

REAL = Path(os.environ.get("EVALKIT_REAL_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "data"))
COMPARED = frozenset({"TX_TOT_EMPL", "ABC", "POP_MUN", "TX_F", "A", "TP60"})
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="real-data: the folder of EVALKIT_REAL_DATA is absent")


def test_every_feed_named_is_shipped_and_no_shipped_one_is_forgotten() -> None:
    feeds = set(open_workspace(shipped_workspace()).feeds)
    sources = shipped_catalogue().sources
    assert {source.feed for source in sources if source.feed} <= feeds
    assert not {source.id for source in sources if source.feed is None} & feeds


def test_no_address_in_the_catalogue() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    assert not re.search(r"https?:|www\.|\.(fr|com|org|eu)\b", text)


def test_same_figures_are_said_on_both_sides() -> None:
    for source in shipped_catalogue().sources:
        pairs = {
            (data.origin, vintage.label, other)
            for vintage in source.vintages
            for data in vintage.data
            for other in data.same_as
        }
        assert pairs == {(origin, other, label) for origin, label, other in pairs}, source.id


def test_same_figures_never_carry_two_years() -> None:
    for source in shipped_catalogue().sources:
        years = {(data.origin, one.label): data.observed_year for one in source.vintages for data in one.data}
        for vintage in source.vintages:
            for data in vintage.data:
                for other in data.same_as:
                    assert years[(data.origin, vintage.label)] == years[(data.origin, other)]


def test_a_known_year_says_how_it_is_known() -> None:
    for source in shipped_catalogue().sources:
        for vintage in source.vintages:
            for data in vintage.data:
                assert data.evidence, (source.id, vintage.label)


@pytest.mark.parametrize(
    ("feed", "vintage", "column", "year"),
    [
        # French facts, 4.2: exact match of 1,296 poverty rates with Filosofi 2015 and 2018.
        ("insee-qpv-revenus", "2019", "TP60", 2015),
        ("insee-qpv-revenus", "2022", "DISP_Q2", 2018),
        # Insee, page 8243167: "Revenus, pauvreté et niveau de vie en 2021".
        ("insee-qpv24-revenus", "2021", "DISP_MED_A21", 2021),
        # Insee, page 8644871: stock of 31 December 2024.
        ("insee-qpv24-demandeurs-emploi", "2024", "ABC", 2024),
        ("insee-qpv-demographie", "2019", "pop_mun", 2013),
        ("insee-qpv-demographie", "2022", "POP_MUN", 2018),
    ],
)
def test_label_year_is_not_data_year(feed: str, vintage: str, column: str, year: int) -> None:
    found = source_of(feed, vintage)
    assert found is not None
    data = found.of_column(column)
    assert data is not None
    assert data.year == year


def test_two_vintages_with_the_same_census() -> None:
    found = source_of("insee-qpv-insertion", "2018")
    assert found is not None
    census, jobs = found.of_column("TX_TOT_EMPL"), found.of_column("ABC_F")
    assert census is not None
    assert jobs is not None
    assert (census.origin, census.year, census.same_as, census.spacing) == ("recensement", None, ("2017",), "P5Y")
    assert (jobs.origin, jobs.same_as) == ("demandeurs-emploi", ())
    assert found.of_column("LIBGEO") is None
    assert (found.page, str(found.released), found.perimeter) == ("3646773", "2018-11-21", 2015)


def test_what_the_catalogue_does_not_know_is_none() -> None:
    assert source_of("insee-qpv-insertion", "1999") is None
    assert source_of("bilans-actions", "2025") is None
    unknown = source_of("insee-qpv-revenus", "2021")
    assert unknown is not None
    assert [each.year for each in unknown.years] == [None, None, None]


@needs_real_data
def test_said_to_be_the_same_is_the_same_in_the_files() -> None:
    bases = {"insee-qpv-insertion": ("ipro", {"recensement": "TX_TOT_EMPL", "demandeurs-emploi": "ABC"})}
    bases["insee-qpv-demographie"] = ("demo", {"population": "POP_MUN", "recensement": "TX_F", "cnaf": "A"})
    bases["insee-qpv-revenus"] = ("revn", {"filosofi": "TP60", "cnaf": "A"})
    for name, (base, columns) in bases.items():
        read = {int(path.name[16:20]): values(path) for path in sorted(REAL.glob(f"insee_{base}_qp15_*.csv.gz"))}
        assert len(read) >= 4
        for origin, column in columns.items():
            said = {label: same_figures(name, str(label), origin) & {str(year) for year in read} for label in read}
            found = {
                label: {str(other) for other in read if other != label and equal(read[label], read[other], column)}
                for label in read
            }
            assert said == found, (name, origin)


@needs_real_data
def test_population_year_is_that_of_the_population_file() -> None:
    with (REAL / "qpv15_population_2013_2018.csv").open(encoding="utf-8") as stream:
        rows = {row["code"]: row for row in csv.DictReader(stream)}
    for label in ("2017", "2018", "2019", "2021"):
        base = values(REAL / f"insee_demo_qp15_{label}.csv.gz")
        found = source_of("insee-qpv-demographie", label)
        assert found is not None
        data = found.of_column("POP_MUN")
        assert data is not None
        for code, row in base.items():
            assert float(row["POP_MUN"]) == float(rows[code][f"pop_{data.year}"]), (label, code)


def same_figures(feed: str, label: str, origin: str) -> set[str]:
    found = source_of(feed, label)
    if found is None:
        return set()
    return {other for each in found.years if each.origin == origin for other in each.same_as}


@cache
def values(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows of one of Insee's bases by code, numbers without their thousands spaces."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, delimiter=";")
        headings = [heading.strip() for heading in next(rows)]
        kept = [(index, name) for index, name in enumerate(headings) if name in COMPARED]
        return {
            row[0]: {name: "".join(row[index].split()) for index, name in kept} for row in rows if row[0][:2] == "QP"
        }


def equal(one: dict[str, dict[str, str]], other: dict[str, dict[str, str]], column: str) -> bool:
    """Tell whether every value that both files show is the same."""
    both = [(one[code][column], other[code][column]) for code in one.keys() & other.keys()]
    shown = [(a, b) for a, b in both if a and b]
    assert len(shown) > 1000
    return all(float(a.replace(",", ".")) == float(b.replace(",", ".")) for a, b in shown)


GOOD = """origins:
  - {id: registre, label: Registre, producer: Insee}
sources:
  - id: base
    producer: Insee
    title: Base
    scale: qpv
    parts: [{origin: registre}]
    vintages:
      - {label: "2020", data: [{origin: registre, same_as: ["2021"]}]}
      - {label: "2021"}
"""


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("parts: [{origin: registre}]", "parts: [{origin: registr}]", "EVK-D060", 8),
        ('same_as: ["2021"]', 'same_as: ["2022"]', "EVK-D060", 10),
        ('same_as: ["2021"]', 'same_as: ["2020"]', "EVK-D060", 10),
        ("data: [{origin: registre,", "data: [{origin: autre,", "EVK-D060", 10),
        ('{label: "2021"}', '{label: "2020"}', "EVK-D061", 11),
        ("sources:", "  - {id: registre, label: Autre, producer: Insee}\nsources:", "EVK-D061", 3),
        ("scale: qpv", "scale: quartier", "EVK-D012", 7),
        ("title: Base", "titre: Base", "EVK-D010", 6),
    ],
)
def test_a_wrong_catalogue_says_where(tmp_path: Path, before: str, after: str, code: str, line: int) -> None:
    path = tmp_path / "catalogue.yml"
    path.write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as raised:
        open_catalogue(path)
    assert (code, line) in {(problem.code, problem.place.line) for problem in raised.value.problems}


def test_the_small_catalogue_is_good(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yml"
    path.write_text(GOOD, encoding="utf-8")
    catalogue = open_catalogue(path)
    found = source_of("base", "2020", catalogue)
    assert found is not None
    assert found.years[0].same_as == ("2021",)
