"""The command line answers at once, in French, and a slip of the hand gets a suggestion."""

from __future__ import annotations

import re

import pytest

from evalkit.cli.main import app
from evalkit.typography import NO_BREAK
from tests.journeys.terminal import evalkit, python

HEAVY = (
    "great_expectations", "matplotlib", "seaborn", "scipy", "statsmodels", "linearmodels", "polars", "pandas",
    "pyarrow", "deltalake", "nbclient", "pypandoc", "typst", "numpy", "sqlglot", "fastexcel",
)  # fmt: skip
VERBS = tuple(
    str(command.callback.__name__).replace("_", "-")
    for command in app.registered_commands
    if command.callback is not None
)
ENGLISH_PANELS = (
    "Usage: ", "Show this message", "Arguments", "Commands", "required", "default", "TEXT", "INTEGER", "PATH",
    "Install completion", "Try ", "Error", "the ", "Missing", "No such",
)  # fmt: skip


def imported_by(code: str) -> set[str]:
    answer = python(f"import sys\n{code}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))")
    assert answer.code == 0, answer.err
    return set(answer.out.splitlines()[-1].split())


def test_import_evalkit_costs_nothing() -> None:
    assert not imported_by("import evalkit; dir(evalkit)") & {*HEAVY, "typer", "yaml", "pydantic"}


def test_help_imports_nothing_heavy() -> None:
    code = "import evalkit.cli.main as m\nsys.argv = ['evalkit', '--help']\ntry: m.main()\nexcept SystemExit: pass"
    assert not imported_by(code) & set(HEAVY)


def test_help_of_a_verb_imports_nothing_heavy() -> None:
    code = "import evalkit.cli.main as m"
    for verb in VERBS:
        code += f"\nsys.argv = ['evalkit', '{verb}', '--help']\ntry: m.main()\nexcept SystemExit: pass"
    assert not imported_by(code) & set(HEAVY)


def test_declarations_are_checked_without_the_libraries_of_data() -> None:
    code = "import evalkit.cli.main as m\nsys.argv = ['evalkit', 'check']\ntry: m.main()\nexcept SystemExit: pass"
    assert not imported_by(code) & {"great_expectations", "matplotlib", "scipy", "statsmodels", "pandas", "deltalake"}


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_the_first_page_lists_every_verb_in_french(arguments: tuple[str, ...]) -> None:
    answer = evalkit(*arguments)
    assert answer.code == 0
    assert answer.err == ""
    assert f"Usage{NO_BREAK}: evalkit" in answer.out
    for verb in VERBS:
        assert re.search(rf"^ +{verb} +[A-ZÀ-Ý]", answer.out, flags=re.MULTILINE)
    assert not [word for word in ENGLISH_PANELS if word in answer.out]


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_a_french_page(verb: str) -> None:
    answer = evalkit(verb, "--help")
    assert answer.code == 0
    assert f"Usage{NO_BREAK}: evalkit {verb}" in answer.out
    assert "Affiche cette aide." in answer.out
    assert not [word for word in ENGLISH_PANELS if word in answer.out]
    # Every argument and every option has a sentence, which ends like one.
    described = re.findall(r"^  (-{0,2}[A-Za-z][\w, -]*?)  +(\S.*)$", answer.out, flags=re.MULTILINE)
    assert len(described) >= 1
    assert answer.out.count("--help") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("chekc",), "Commande inconnue : « chekc ». Vouliez-vous dire « check » ?"),
        (("check", "--wrkspace", "x"), "Option inconnue : « --wrkspace ». Vouliez-vous dire « --workspace » ?"),
        (("export",), "Il manque : FLUX."),
        (
            ("receive", "--feed", "gsup", "--on", "2027-06-30"),
            "le producteur, la période et le jour. Reçu : « --feed --on ».",
        ),
        (("report",), "Il manque : GENRE."),
        (("check", "--period"), "Il manque la valeur de l’option « --period »."),
        (("check", "--holes=3"), "L’option « --holes » s’écrit sans valeur."),
        (("publish", "aussi"), "Argument de trop : « aussi »."),
        (("demo", "--seed", "abc"), "Valeur refusée pour « --seed »."),
        (("run", "--to", "gif"), "Format inconnu. Reçu : « gif ». Formats possibles : html, pdf, docx."),
        (("measure", "--as-of", "hier"), "Date illisible. Reçu : « hier ». Écrivez AAAA-MM-JJ"),
        (("check", "--contract", "nul"), "Contrat inconnu. Reçu : « nul »."),
        (("check", "--workspace", "/nulle/part"), "Ce dossier n’est pas un espace de travail."),
        (
            ("receive", "/nulle/part.csv", "-c", "grand-chalon"),
            "Fichier introuvable ou illisible. Reçu : « part.csv ».",
        ),
    ],
)
def test_a_usage_error_is_french_helps_and_ends_with_code_2(arguments: tuple[str, ...], says: str) -> None:
    answer = evalkit(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    said = re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", answer.err)
    assert says in said
    assert len(answer.err.splitlines()) == 1
    assert not [word for word in ENGLISH_PANELS if word in said]
    assert "Traceback" not in answer.err


def test_the_module_can_be_run() -> None:
    answer = python(
        "import runpy, sys; sys.argv = ['evalkit', 'version']; runpy.run_module('evalkit', run_name='__main__')"
    )
    assert answer.code == 0
    assert answer.out.startswith("evalkit-quartiers ")
