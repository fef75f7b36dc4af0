"""Scalars stay what was typed, and every value knows its line."""

import pytest

from evalkit.declare.yaml_text import parse_yaml
from evalkit.errors import DeclarationError


@pytest.mark.parametrize(
    "typed",
    [
        "01004",
        "no",
        "yes",
        "1e3",
        "2026-03",
        "0o17",
        "0x1F",
        "12:30:45",
        "1_000",
        ".5",
        "+33",
        "QN07102I",
        "2A004",
        "NaN",
    ],
)
def test_a_plain_scalar_is_never_resolved(typed):
    assert parse_yaml(f"code: {typed}", "f.yml").value == {"code": typed}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_only_plain_nothing_is_none(nothing):
    assert parse_yaml(f"baseline: {nothing}", "f.yml").value == {"baseline": None}
    assert parse_yaml("baseline: 'null'", "f.yml").value == {"baseline": "null"}


def test_each_value_keeps_its_line_and_a_missing_one_its_parent():
    document = parse_yaml("a: 1\nb:\n  - c: 2\n", "f.yml")
    assert str(document.place(("b", 0, "c"))) == "f.yml:3:8"
    assert str(document.place(("b", 0, "absent"))) == "f.yml:3:5"


def test_broken_yaml_is_one_french_line_with_its_place():
    with pytest.raises(DeclarationError) as caught:
        parse_yaml("a: [1, 2\nb: 3\n", "f.yml")
    (problem,) = caught.value.problems
    assert problem.code == "EVK-D003"
    assert problem.place.line == 2
    assert "YAML bien formé" in str(problem)


def test_a_key_written_twice_is_refused():
    with pytest.raises(DeclarationError) as caught:
        parse_yaml("a: 1\nb: 2\na: 3\n", "f.yml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line, problem.received) == ("EVK-D004", 3, "a")
    assert "ligne 1" in problem.message


def test_a_file_that_is_not_utf8_names_the_line(tmp_path):
    from evalkit.declare.yaml_text import read_yaml

    path = tmp_path / "f.yml"
    path.write_bytes("a: 1\nb: é\n".encode("cp1252"))
    with pytest.raises(DeclarationError) as caught:
        read_yaml(path)
    assert (caught.value.problems[0].code, caught.value.problems[0].place.line) == ("EVK-D002", 2)
