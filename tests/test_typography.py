"""French no-break spaces replace ordinary ones; nothing is added where no space was."""

import pytest

from evalkit.typography import typeset


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Oui ?", "Oui\u202f?"),
        ("« mot »", "«\u00a0mot\u00a0»"),
        ("Note : 12 %", "Note\u00a0: 12\u202f%"),
        ("12:30", "12:30"),
        ("8 544 euros", "8\u202f544 euros"),
        ("1 234 567", "1\u202f234\u202f567"),
        ("en 2024 681 lignes", "en 2024 681 lignes"),
        ("ligne 12 3", "ligne 12 3"),
    ],
)
def test_spaces(typed, set_):
    assert typeset(typed) == set_


def test_setting_twice_changes_nothing():
    text = typeset("« Combien ? » : 1 200 %")
    assert typeset(text) == text
