"""The wheel carries everything that the tool needs, and works out of the checkout."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.journeys.terminal import ROOT, python

SOURCES = ("evalkit", "indicators", "expectations", "cohorts", "reports")
FILES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
NOT_SOURCES = shutil.ignore_patterns("__pycache__", ".*", "figures", "_site", "*_files", "*_cache")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of a copy of the sources, without the network."""
    folder = tmp_path_factory.mktemp("roue")
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=NOT_SOURCES)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    built = python("from hatchling.build import build_wheel; print(build_wheel('dist'))", folder)
    assert built.code == 0, built.err
    return folder / "dist" / built.out.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel as an installer would."""
    folder = tmp_path_factory.mktemp("installation")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_every_declaration_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in SOURCES[1:]:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".yml", ".qmd"} and not any(
                part.startswith(".") for part in path.parts[len(ROOT.parts) :]
            ):
                assert f"evalkit/shipped/{path.relative_to(ROOT).as_posix()}" in names


def test_everything_that_is_not_python_in_the_package_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    others = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "evalkit").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    ]
    assert {Path(name).suffix for name in others} >= {".py", ".lua", ".css", ".typ", ".xml", ".yml", ".typed"}
    assert not [name for name in others if name not in names]


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"evalkit", "evalkit_quartiers"}
    assert not [name for name in names if "/data/" in name or name.endswith((".pyc", ".key")) or "/tests/" in name]
    metadata = next(name for name in names if name.endswith("METADATA"))
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    assert "License-Expression: Apache-2.0" in text
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_unpacked_wheel_finds_its_own_declarations(unpacked: Path, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
        "import evalkit; from evalkit.workspace.find import find_workspace, shipped_workspace\n"
        "from evalkit.workspace.crosscheck import open_workspace\n"
        "workspace = open_workspace(find_workspace())\n"
        "print(evalkit.__file__, shipped_workspace(), workspace.root, *sorted(workspace.contracts), sep='\\n')"
    )
    answer = python(code, tmp_path)
    assert answer.code == 0, answer.err
    package, shipped, root, *contracts = answer.out.splitlines()
    assert package == str(unpacked / "evalkit" / "__init__.py")
    assert shipped == root == str(unpacked / "evalkit" / "shipped")
    assert "grand-chalon" in contracts


def test_the_unpacked_wheel_makes_a_workspace_that_agrees(unpacked: Path, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
        "from pathlib import Path\n"
        "from evalkit.demo.declarations import lay_workspace\n"
        "from evalkit.workspace.create import create_workspace\n"
        "from evalkit.workspace.crosscheck import open_workspace\n"
        "lay_workspace(Path('demonstration').resolve())\n"
        "made = create_workspace(Path('neuf'), 'mon-contrat')\n"
        "for root in (Path('demonstration').resolve(), made):\n"
        "    print(*sorted(open_workspace(root).contracts))"
    )
    answer = python(code, tmp_path)
    assert answer.code == 0, answer.err
    assert answer.out.split() == ["grand-chalon", "mon-contrat"]
