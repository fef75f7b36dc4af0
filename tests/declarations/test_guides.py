"""The French guides name only what exists, and are typeset."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from evalkit.cli.main import app
from evalkit.typography import typeset

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("guide-evaluateur.md", "guide-partenaire.md", "glossary.md")


def _text(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page: str) -> None:
    verbs = set(re.findall(r"^evalkit ([a-z]+)|`evalkit ([a-z]+)", _text(page), flags=re.MULTILINE))
    named = {verb for pair in verbs for verb in pair if verb}
    missing = {verb for verb in named if not (ROOT / "evalkit" / "cli" / f"{verb}.py").exists()}
    assert missing == set()
    assert named or page == "glossary.md"


def _typed() -> list[str]:
    """Return every command that a page of the documentation or the README shows on a line of its own."""
    pages = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
    blocks = [
        block for page in pages for block in re.findall(r"```.*?```", page.read_text(encoding="utf-8"), re.DOTALL)
    ]
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    found = [re.match(r"(?:\$ |\S+/bin/)?(evalkit(?: .*)?)$", line.split("#")[0].rstrip()) for line in lines]
    return sorted({match[1] for match in found if match})


@pytest.mark.parametrize("line", _typed())
def test_a_command_that_is_shown_can_be_typed(line: str) -> None:
    """Its verb exists, its options too, and nothing that it needs is missing; it is read, not run."""
    verb, *arguments = shlex.split(line)[1:]
    command = typer.main.get_command(app).commands[verb]
    command.make_context(verb, arguments)


def test_the_guide_of_evaluators_names_every_verb_of_the_road() -> None:
    text = _text("guide-evaluateur.md")
    verbs = ("check", "receive", "measure", "follow", "compare", "publish", "report", "run", "demo")
    assert [verb for verb in verbs if f"evalkit {verb}" not in text] == []


def test_the_guide_of_partners_lists_feeds_and_says_where_the_others_are() -> None:
    text = _text("guide-partenaire.md")
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", text, flags=re.MULTILINE))
    assert listed
    assert listed <= {path.stem for path in (ROOT / "expectations").glob("*.yml")}
    assert "[flux.md](flux.md)" in text


@pytest.mark.parametrize("page", PAGES)
def test_prose_is_typeset(page: str) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "``", _text(page), flags=re.DOTALL)
    assert re.findall(r"\w'\w", prose) == []
    wrong = [line for line in prose.splitlines() if typeset(line) != line]
    assert wrong == []
