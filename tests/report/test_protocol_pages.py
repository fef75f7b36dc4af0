"""The protocols that are to be signed hold on two pages, their signatures included."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from evalkit.cli.follow_protocol import write_protocols
from evalkit.follow.protocol import find_cohort
from evalkit.workspace.crosscheck import open_workspace

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("cohort", ["narbonne.neet", "narbonne.femmes", "toulouse.neet", "toulouse.seniors"])
def test_a_protocol_is_two_pages(cohort: str, tmp_path: Path) -> None:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler: pdftotext is not installed")
    workspace = open_workspace(ROOT)
    declarations, found = find_cohort(workspace, cohort)
    write_protocols(workspace, declarations, (found,), ("pdf",), tmp_path)
    (file,) = tmp_path.glob("*.pdf")
    told = subprocess.run([program, "-layout", str(file), "-"], capture_output=True, check=True, text=True).stdout
    pages = told.rstrip("\f").split("\f")
    assert len(pages) == 2
    assert "Analyses écrites" in pages[0]
    assert "Signatures" in pages[1]
