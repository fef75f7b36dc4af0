"""What the tests of the catalogues share: what was read in the documents, and the flags that a catalogue must carry."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from evalkit.declare.indicator import Indicator, Status
from evalkit.workspace.load import ContractFiles

SHARED = Path(__file__).resolve().parents[3] / "shared" / "contracts"
REAL_DATA = pytest.mark.skipif(not SHARED.is_dir(), reason="real-data: the shared folder is absent")
FIGURES = "grand-chalon_creusot-montceau.figures.csv"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

CAUSES = ("aucun flux : ", "définition absente : ", "le flux ne distingue pas : ", "cohorte : ")
"""Why an indicator has no measure: the first words of at least one of its defects."""

PEOPLE = frozenset(
    {
        "participations", "présences", "personnes", "participants", "parents", "enfants", "jeunes", "habitants",
        "licenciés", "licences", "adhésions", "professionnels",
    }
)  # fmt: skip
"""Units that count people."""


def declared(files: ContractFiles) -> dict[str, Indicator]:
    """Return the indicators of a contract by id."""
    return {located.value.id: located.value for located in files.indicators}


def by_zone(indicator: Indicator) -> dict[str | None, Decimal]:
    """Return the start value of each zone."""
    return {each.zone: each.value for each in indicator.baselines}


def announced(contract: str) -> list[dict[str, Any]]:
    """Return the indicators that were read in the document of a contract."""
    with (SHARED / f"{contract}.indicators.yaml").open(encoding="utf-8") as text:
        found: list[dict[str, Any]] = yaml.load(text, Loader=LOADER)["indicators"]
    return found


def lines(indicators: Iterable[Indicator], status: Status) -> Counter[int | None]:
    """Count the indicators of one status by the line of the document that announces them."""
    return Counter(each.evidence.line for each in indicators if each.status is status)


def published(indicators: Iterable[Indicator]) -> set[tuple[int | None, Decimal]]:
    """Return every value that the declarations keep from the document, with its line."""
    return {found for each in indicators for found in _values(each)}


def _values(indicator: Indicator) -> Iterator[tuple[int | None, Decimal]]:
    for baseline in indicator.baselines:
        line = baseline.evidence.line if baseline.evidence else None
        for value in (baseline.value, baseline.numerator, baseline.denominator):
            if value is not None:
                yield line, value
    for target in indicator.targets:
        yield (target.evidence.line if target.evidence else None), target.value


def figures(territory: str) -> list[tuple[int, Decimal, str]]:
    """Return the measured figures of a document: line, value and name."""
    with (SHARED / FIGURES).open(encoding="utf-8") as text:
        return [
            (int(row["line"]), Decimal(row["value"]), row["indicator"])
            for row in csv.DictReader(text)
            if row["territory"] == territory and row["row_type"] == "stat"
        ]


def unexplained(indicators: Iterable[Indicator]) -> list[str]:
    """Return the indicators without a measure that do not say why."""
    return [
        each.id
        for each in indicators
        if each.measure is None and not any(defect.startswith(CAUSES) for defect in each.defects)
    ]


def silent_about_women(indicators: Iterable[Indicator], gendered: frozenset[str]) -> list[str]:
    """Return the indicators that count people, neither by sex nor saying that it is missing.

    Args:
        indicators: those to look at.
        gendered: ids of those whose public is of one sex only.
    """
    return [
        each.id
        for each in indicators
        if each.status is Status.DECLARED
        and each.unit in PEOPLE
        and each.id not in gendered
        and "sexe" not in each.by
        and not any("femmes" in defect or "sexe" in defect for defect in each.defects)
    ]
