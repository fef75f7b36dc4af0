"""The catalogue and the code agree: a key that is used exists, with its fields, and none is idle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from evalkit.errors import ReportError
from evalkit.present.messages.catalogue import FRENCH, MESSAGES_VARIABLE, catalogue_hash, noun, read_messages, say

FOLDER = Path(__file__).parents[2] / "evalkit" / "present"
FRENCH_WORDS = re.compile(r"[a-zà-ÿœ’]{2,} [a-zà-ÿœ«(’]|[À-ÖØ-öø-ÿœ’«»]|\w [:;?!](?: |$)", re.IGNORECASE)
"""Two words in a row, a letter that English has not, or a sign with the space that French puts before it."""

WITHOUT_SENTENCES = {"words.dates", "words.numbers", "words.partner_text", "regional.measures"}
"""Modules that hold no sentence: how a language writes days, durations and numbers is a format, not a sentence."""

DRAWING = {
    "’",
    "DejaVu Sans",
    "axes fraction",
    "offset points",
    "outside upper center",
    "outside upper left",
    "outside upper right",
    "upper center",
    "upper left",
    "upper right",
}
"""Words of matplotlib and signs, that are no sentence."""


def paths() -> Iterator[tuple[str, Path]]:
    """Give the name and the file of every module but those of the catalogue."""
    for path in sorted(FOLDER.rglob("*.py")):
        if path.stem != "__init__" and path.parent.name != "messages":
            yield dotted(path, FOLDER), path


def dotted(path: Path, folder: Path) -> str:
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def modules() -> list[str]:
    return sorted(name for name, _ in paths() if name not in WITHOUT_SENTENCES)


def words() -> dict[str, Path]:
    """Return the files of the catalogue, by module."""
    return {dotted(path, FRENCH): path for path in FRENCH.rglob("*.toml")}


def strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Give the texts of a module that are neither docstrings nor pieces of a key."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    parents = [node for node in ast.walk(tree) if isinstance(node, documented)]
    docstrings = {id(line.value) for node in parents for line in node.body if isinstance(line, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if isinstance(node, ast.Constant) and is_text and id(node) not in docstrings and node.value not in DRAWING:
            yield node


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def trees() -> Iterator[tuple[str, ast.Module]]:
    for name, path in paths():
        yield name, ast.parse(path.read_text("utf-8"))


def entries() -> dict[str, str | list[str]]:
    return {f"{module}.{name}": text for module, path in words().items() for name, text in read_messages(path).items()}


def written(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_module_has_its_file_of_the_catalogue() -> None:
    assert modules() == sorted(words())


@pytest.mark.parametrize("module", modules())
def test_no_french_is_left_in_the_code(module: str) -> None:
    tree = ast.parse(dict(paths())[module].read_text("utf-8"))
    compared = {id(each) for node in ast.walk(tree) if isinstance(node, ast.Compare) for each in node.comparators}
    # A status of the publication is a word that the code compares with, kept in a constant of its own.
    codes = {
        id(each)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for each in ast.walk(node.value)
        if isinstance(each, ast.Constant) and node.targets[0] and ast.unparse(node.targets[0]).strip("()_").isupper()
        if isinstance(each.value, str) and len(each.value.split()) <= 6
    }
    left = [
        each.value for each in strings(tree) if FRENCH_WORDS.search(each.value) and id(each) not in compared | codes
    ]
    assert left == []


def test_every_key_that_is_used_exists_with_its_fields() -> None:
    known = entries()
    for module, tree in trees():
        for call in calls(tree, "say"):
            key = call.args[0]
            if not isinstance(key, ast.Constant):
                continue
            text = known.get(key.value)
            assert isinstance(text, str), f"{module}: {key.value}"
            given = {each.arg for each in call.keywords}
            if None in given:
                assert given - {None} <= fields_of(text), f"{module}: {key.value}"
            else:
                assert given == fields_of(text), f"{module}: {key.value}"
        for call in calls(tree, "noun", "tally"):
            if isinstance(call.args[0], ast.Constant):
                assert isinstance(known.get(call.args[0].value), list), f"{module}: {call.args[0].value}"


def test_every_key_is_used() -> None:
    in_code = {text.value for _, tree in trees() for text in strings(tree)}
    prefixes = tuple(text for text in in_code if re.fullmatch(r"(?:[a-z_]+\.)+(?:[a-z]+_)*", text))
    idle = [key for key in entries() if key not in in_code and not (prefixes and key.startswith(prefixes))]
    assert idle == []


def test_every_field_has_a_name() -> None:
    for key, text in entries().items():
        for each in text if isinstance(text, list) else [text]:
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", field) for field in fields_of(each)), key


def test_another_edition_is_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = 'no_period = "no period"\nquarters = ["neighbourhood", "neighbourhoods"]\n'
    written(tmp_path / "document" / "opening.toml", opening)
    written(tmp_path / "words" / "lists.toml", 'words_and = "{words} and {last}"\n')
    monkeypatch.setenv(MESSAGES_VARIABLE, str(tmp_path))
    assert say("document.opening.no_period") == "no period"
    assert say("words.lists.words_and", words="one", last="two") == "one and two"
    assert [noun("document.opening.quarters", count) for count in (1, 2)] == ["neighbourhood", "neighbourhoods"]


def test_a_changed_word_changes_what_a_report_is_made_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogue_hash()
    monkeypatch.setenv(MESSAGES_VARIABLE, str(tmp_path))
    written(
        tmp_path / "document" / "opening.toml", (FRENCH / "document" / "opening.toml").read_text("utf-8") + "# un mot\n"
    )
    assert catalogue_hash() != before


@pytest.mark.parametrize(
    "key", ["document.opening.nothing", "nothing.at_all", "document.opening.quarters", "words.lists.words_and"]
)
def test_a_sentence_that_cannot_be_said_is_an_error(key: str) -> None:
    with pytest.raises(ReportError) as caught:
        say(key)
    assert caught.value.problems[0].code == "EVK-Q008"


def test_a_spoilt_catalogue_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MESSAGES_VARIABLE, str(tmp_path))
    written(tmp_path / "document" / "opening.toml", "no_period = 3\n")
    with pytest.raises(ReportError):
        say("document.opening.no_period")
    with pytest.raises(ReportError):
        noun("document.opening.no_period", 1)
