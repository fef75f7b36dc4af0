"""What is written: same bytes for the same seed, the truth outside, headings and zones that are declared."""

import hashlib
import shutil

import pytest

from evalkit.demo.declarations import read_declarations
from evalkit.demo.write import is_demonstration, write_demonstration
from evalkit.errors import WorkspaceError
from evalkit.receive.privacy.key import DEMONSTRATION_MARK
from evalkit.receive.slip import read_slip, unannounced_files
from evalkit.territory.zones import normalise_name
from evalkit.workspace.config import read_config

from .conftest import read_lines

FEEDS = 18
ONE_FILE_PER_DIALECT = {"parcours_2024_T1.csv", "parcours_2026_T1.csv"}


def _hashes(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_same_seed_gives_the_same_bytes_everywhere(demonstration, tmp_path):
    again = write_demonstration(tmp_path / demonstration.root.name)
    assert _hashes(again.root.parent) == _hashes(demonstration.root.parent)


def test_the_truth_lies_outside_the_workspace_and_nothing_inside_names_it(demonstration):
    assert demonstration.root not in demonstration.truth.parents
    texts = [path for path in demonstration.root.rglob("*") if path.suffix in {".yml", ".txt", ".csv", ".md", ".qmd"}]
    assert len(texts) > 90
    assert not [path for path in texts if b"verite.json" in path.read_bytes()]


def test_the_key_lies_outside_the_workspace_and_the_configuration_reaches_it(demonstration):
    config = read_config(demonstration.root)
    path = (demonstration.root / config.key_file).resolve()
    assert config.demonstration
    assert path.is_file()
    assert demonstration.root not in path.parents
    assert DEMONSTRATION_MARK in path.read_text(encoding="utf-8")


def test_the_slip_announces_every_file_in_order_of_reception(demonstration):
    lines = read_slip(demonstration.slip.parent)
    assert tuple(line.file for line in lines) == demonstration.files
    assert unannounced_files(demonstration.slip.parent, lines) == ()
    assert len({line.feed for line in lines}) == FEEDS
    assert {line.feed for line in lines if line.period} == {"insee-qpv-insertion", "insee-qpv-logement"}


def test_sizes_leave_time_to_receive_everything(demonstration):
    assert len(demonstration.files) <= 110
    assert sum(path.stat().st_size for path in demonstration.files) < 90_000_000


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "note.txt").write_text("à garder", encoding="utf-8")
    with pytest.raises(WorkspaceError) as caught:
        write_demonstration(tmp_path)
    assert caught.value.problems[0].code == "EVK-W003"


def test_every_heading_is_declared_except_the_one_planted(demonstration, truth):
    feeds = read_declarations(demonstration.root).feeds
    planted = {fault["champ"] for fault in truth["fautes"] if fault["genre"] == "colonne_de_nir"}
    unknown = set()
    for path in demonstration.files:
        feed = feeds[path.parent.name]
        known = {normalise_name(name) for field in feed.fields for name in (field.name, *field.headers)}
        lines = read_lines(path, first=10)
        first = next(line for line in sorted(lines) if len([cell for cell in lines[line] if cell]) > 1)
        found = {cell for cell in lines[first] if cell and normalise_name(cell) not in known}
        unknown |= found if feed.other_columns == "refused" else set()
    assert unknown == planted


def test_every_word_of_a_category_is_declared_except_those_planted(demonstration, truth):
    feeds = read_declarations(demonstration.root).feeds
    wrong = {}
    for path in demonstration.files:
        feed = feeds[path.parent.name]
        if path.parent.name == "france-travail-parcours" and path.name not in ONE_FILE_PER_DIALECT:
            continue
        lines = read_lines(path)
        first = next(line for line in sorted(lines) if len([cell for cell in lines[line] if cell]) > 1)
        headings = [normalise_name(cell) for cell in lines[first]]
        for field in feed.fields:
            names = {normalise_name(name) for name in (field.name, *field.headers)}
            column = next((rank for rank, heading in enumerate(headings) if heading in names), None)
            if field.type != "category" or column is None:
                continue
            words = {"", *field.values, *field.synonyms}
            rows = {n: cells[column] for n, cells in lines.items() if n > first and len(cells) > column}
            wrong |= {(f"{feed.feed}/{path.name}", n): word for n, word in rows.items() if word not in words}
    planted = [fault for fault in truth["fautes"] if fault["genre"] == "categorie_inconnue"]
    assert set(wrong) == {(fault["fichier"], line) for fault in planted for line in fault["lignes"]}


def test_a_whole_demonstration_is_known_and_an_interrupted_one_is_not(demonstration, tmp_path):
    root = tmp_path / "demo"
    assert is_demonstration(demonstration.root)
    assert not is_demonstration(root)
    root.mkdir()
    shutil.copy(demonstration.root / "evalkit.yml", root)
    assert not is_demonstration(root), "the truth, its last file, was not written"
