"""``evalkit check`` on declarations with mistakes: every one is told at once, in French, at its file and line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from evalkit.typography import NARROW, NO_BREAK
from evalkit.workspace.crosscheck import open_workspace
from tests.journeys.terminal import ROOT, Answer, evalkit

LINE = re.compile(r"^(EVK-[A-Z]\d{3}) \[([^\]:]+)(?::(\d+))?(?::\d+)?\] \S.*$")


@dataclass(frozen=True)
class Mistake:
    """One thing written wrong.

    Attributes:
        file: where.
        before, after: the text replaced, once.
        code: what must be said.
        says: words of the message.
    """

    file: str
    before: str
    after: str
    code: str
    says: str


MISTAKES = {
    "misspelt field": Mistake(
        "indicators/grand-chalon/emploi.yml", "  direction: up", "  drection: up", "EVK-D010", "« direction »"
    ),
    "missing field": Mistake(
        "cohorts/grand-chalon/femmes-emploi.yml", "outcome: ", "issue: ", "EVK-D010", "« issue »"
    ),
    "unknown objective": Mistake(
        "indicators/grand-chalon/habiter.yml", "objective: ", "objective: habiter.nulle-part.", "EVK-D031", "Objectif"
    ),
    "unknown feed": Mistake(
        "indicators/grand-chalon/cia.yml", "feed: logement-attributions", "feed: logement-atributions", "EVK-D030",
        "« logement-attributions »",
    ),
    "unknown zone": Mistake(
        "indicators/grand-chalon/territory.yml", "within: [chalon-sur-saone]", "within: [chalon-sur-saonne]",
        "EVK-D032", "« chalon-sur-saone »",
    ),
    "unknown partner": Mistake(
        "indicators/grand-chalon/clauses.yml", "producers: [ville-chalon]", "producers: [ville-challon]", "EVK-D033",
        "« ville-chalon »",
    ),
    "unknown column in a rule": Mistake(
        "expectations/bilans-actions.yml", '"femmes <= participants"', '"femes <= participants"', "EVK-F",
        "« femmes »",
    ),
    "forbidden function": Mistake(
        "expectations/gsup-signalements.yml", '"NOT intervention OR date_reponse IS NOT NULL"',
        "\"READ_FILE('/etc/passwd') = 'x'\"", "EVK-F", "",
    ),
    "formula of the wrong type": Mistake(
        "expectations/bilans-actions.yml", '"contrats_seniors <= contrats_signes"',
        '"contrats_seniors + contrats_signes"', "EVK-D042", "condition",
    ),
    "key that no column holds": Mistake(
        "expectations/barometre-habitants.yml", "key: [questionnaire]", "key: [questionaire]", "EVK-D034",
        "« questionnaire »",
    ),
    "same key twice": Mistake(
        "expectations/bilans-qualitatifs.yml", "grain: texte\n", "grain: texte\ngrain: zone\n", "EVK-D004", "« grain »"
    ),
    "word out of a list": Mistake(
        "expectations/logement-attributions.yml", "nature: exhaustif", "nature: exhausstif", "EVK-D012",
        "« exhaustif »",
    ),
}  # fmt: skip
"""One per file, so that all may be made at once."""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    for folder in ("indicators", "cohorts"):
        shutil.copytree(ROOT / folder / "grand-chalon", tmp_path / folder / "grand-chalon")
    return tmp_path


def made(workspace: Path, mistake: Mistake) -> int:
    """Make a mistake and return its line."""
    path = workspace / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.before in text, mistake
    head = text[: text.index(mistake.before)]
    path.write_text(text.replace(mistake.before, mistake.after, 1), encoding="utf-8")
    return head.count("\n") + 1


def problems(answer: Answer) -> list[tuple[str, str, int]]:
    """Return the code, the file and the line of each line of the error stream, which holds nothing else."""
    lines = answer.err.splitlines()
    found = [LINE.match(line) for line in lines]
    assert all(found), answer.err
    assert answer.code == 2
    assert "Traceback" not in answer.said
    assert answer.out == ""
    return [(match[1], match[2], int(match[3] or 0)) for match in found if match]


def test_declarations_without_mistake(workspace: Path) -> None:
    answer = evalkit("check", "--workspace", workspace)
    assert answer.code == 0
    assert answer.err == ""
    assert "sans erreur" in answer.out


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_line(workspace: Path, name: str) -> None:
    mistake = MISTAKES[name]
    line = made(workspace, mistake)
    answer = evalkit("check", "--workspace", workspace)
    told = [found for found in problems(answer) if found[1] == mistake.file and found[0].startswith(mistake.code)]
    assert told, answer.err
    assert min(abs(found[2] - line) for found in told) <= (2 if mistake.code == "EVK-D004" else 1)
    assert mistake.says in answer.err.replace(NO_BREAK, " ")


def test_all_mistakes_are_told_at_once(workspace: Path) -> None:
    for mistake in MISTAKES.values():
        made(workspace, mistake)
    broken = workspace / "indicators/grand-chalon/parentalite.yml"
    broken.write_text("- id: [\n" + broken.read_text(encoding="utf-8"), encoding="utf-8")
    (workspace / "evalkit.yml").write_text("donnees: ailleurs\n", encoding="utf-8")
    answer = evalkit("check", "--workspace", workspace)
    told = problems(answer)
    files = {file for _, file, _ in told}
    # A feed that cannot be read hides nothing but what is said of its own columns.
    assert {mistake.file for mistake in MISTAKES.values()} <= files
    assert {"indicators/grand-chalon/parentalite.yml", "evalkit.yml"} <= files
    assert len(told) == len(set(answer.err.splitlines()))
    assert told == sorted(told, key=lambda one: (one[1], one[2]))


def test_a_broken_file_does_not_accuse_the_others(workspace: Path) -> None:
    broken = ("indicators/grand-chalon/contract.yml", "expectations/logement-attributions.yml")
    for name in broken:
        path = workspace / name
        path.write_text("x: [\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    told = problems(evalkit("check", "--workspace", workspace))
    assert [(code, file) for code, file, _ in told] == [("EVK-D003", name) for name in sorted(broken)]


def repeated_indicator(workspace: Path) -> str:
    path = workspace / "indicators/grand-chalon/habiter.yml"
    other = (workspace / "indicators/grand-chalon/cia.yml").read_text(encoding="utf-8")
    taken = re.search(r"^- id: (\S+)$", other, flags=re.MULTILINE)
    assert taken
    text = re.sub(r"^- id: \S+$", f"- id: {taken[1]}", path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    return taken[1]


def repeated_feed(workspace: Path) -> str:
    source = workspace / "expectations/gsup-signalements.yml"
    shutil.copy(source, source.with_name("gsup-signalements-bis.yml"))
    return "gsup-signalements"


def repeated_zone(workspace: Path) -> str:
    path = workspace / "indicators/grand-chalon/territory-bis.yml"
    path.write_text("zones:\n  - {id: aubepins, label: Encore les Aubépins, kind: qpv}\n", encoding="utf-8")
    return "aubepins"


@pytest.mark.parametrize("repeat", [repeated_indicator, repeated_feed, repeated_zone])
def test_an_id_given_twice_says_where_it_was_given_first(workspace: Path, repeat: Callable[[Path], str]) -> None:
    name = repeat(workspace)
    answer = evalkit("check", "--workspace", workspace)
    (line,) = [line for line in answer.err.splitlines() if line.startswith("EVK-D021")]
    assert f"« {name} »" in line.replace(NO_BREAK, " ")
    assert re.search(r"déjà pris \((?:indicators|expectations)/[^)]*\.yml:\d+", line)


def test_codes_that_yaml_would_change_stay_as_typed(workspace: Path) -> None:
    """YAML 1.1 reads ``012`` as 10, ``no`` as false, ``1e3`` as a number and ``12:30`` as 750."""
    codes = ("1004", "01004", "1e3", "no", "oui", "012", "0x1F", "2025-01-01", "1_000", "12:30", ".5", "+7")
    path = workspace / "indicators/grand-chalon/territory-bis.yml"
    path.write_text(
        "zones:\n  - id: essai\n    label: no\n    kind: quartier\n    aliases:\n"
        + "".join(f"      - {code}\n" for code in codes),
        encoding="utf-8",
    )
    assert evalkit("check", "--workspace", workspace).code == 0
    zone = open_workspace(workspace).contract(None).territory.zones["essai"]
    assert zone.aliases == codes
    assert zone.label == "no"


def test_messages_have_the_spaces_of_french(workspace: Path) -> None:
    made(workspace, MISTAKES["misspelt field"])
    said = evalkit("check", "--workspace", workspace).err
    assert f"«{NO_BREAK}direction{NO_BREAK}»{NARROW}?" in said
    assert not re.search(r" [:;?!»]|« ", said)
