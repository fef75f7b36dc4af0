"""One synthesis per cohort when none is named, and a cohort that the edition does not hold."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from evalkit.errors import ReportError
from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from evalkit.report.make import ReportOrder, make_report, orders_of
from tests.publish.fixture.declared import DECLARATIONS
from tests.publish.fixture.results import confidential

ROOT = Path(__file__).parents[2]
CONTRACT = DECLARATIONS.contract.contract


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> ReportOrder:
    edition = write_edition(publish(confidential()), tmp_path_factory.mktemp("editions"))
    return ReportOrder(CONTRACT, "synthese-cohorte", edition, ("html",))


@pytest.fixture
def workspace(tmp_path: Path) -> SimpleNamespace:
    return SimpleNamespace(root=ROOT, data=tmp_path, contract=lambda _: DECLARATIONS)


def test_one_synthesis_per_cohort(order: ReportOrder, workspace: SimpleNamespace) -> None:
    found = orders_of(workspace, order)
    assert [each.cohort for each in found] == [each.cohort for each in DECLARATIONS.cohorts]


def test_an_unknown_cohort_names_the_known_ones(order: ReportOrder, workspace: SimpleNamespace) -> None:
    wrong = ReportOrder(order.contract, order.kind, order.edition, order.formats, cohort="nulle.part")
    with pytest.raises(ReportError, match=r"EVK-Q005.*Cohorte inconnue"):
        make_report(workspace, wrong)
