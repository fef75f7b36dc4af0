"""What a cell of a report prints."""

from __future__ import annotations

import pytest

from evalkit.present.page import show


def test_a_heading_takes_the_french_spaces_and_empty_parts_leave_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    show("## Les habitants trouvent-ils un emploi ?", "", "Texte.")
    assert capsys.readouterr().out == "## Les habitants trouvent-ils un emploi\u202f?\n\nTexte.\n\n"
