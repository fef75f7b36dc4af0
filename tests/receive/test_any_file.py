"""Whatever the bytes, a file is read or refused with a reason: no other error ever comes out."""

from __future__ import annotations

import json
import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.receive.file.reading import read_table
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.receive.headings import match_headings
from evalkit.receive.normalise import Reader, type_rows
from evalkit.receive.privacy.personal import refuse_personal_data
from tests.receive.faults.files import gzipped, json_text, open_document, parquet, zipped
from tests.receive.world import HOMES, book, home_lines, territory

KNOWN = frozenset({"numero", "zone", "trimestre", "loyer"})
SOUND = ("\r\n".join(home_lines(12)) + "\r\n").encode()


def survives(content: bytes, name: str = "fichier.csv") -> None:
    try:
        table = read_table(content, name, KNOWN)
        matching = match_headings(HOMES, table.headings)
        refuse_personal_data(HOMES, table, matching, "fichier.csv")
        rows = type_rows(Reader(HOMES, territory()), table, matching)
    except RefusedFileError as refusal:
        assert refusal.findings
    else:
        assert rows.frame.height + len(table.broken) > 0


def test_an_endless_cell() -> None:
    survives((home_lines(0)[0] + '\n1;"' + "x" * 200_000 + '"\n').encode())
    survives(b"x" * 200_000)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    survives(content)


@settings(deadline=None, max_examples=80)
@given(st.text(alphabet='ab1;,"\n\t é/-=', max_size=200))
def test_any_text_under_sound_headings(text: str) -> None:
    survives((home_lines(0)[0] + "\n" + text).encode())


@settings(deadline=None, max_examples=80)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_any_damage_to_a_sound_file(chance: random.Random, blows: int) -> None:
    content = bytearray(SOUND)
    for _ in range(blows):
        place = chance.randrange(len(content))
        match chance.randrange(3):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + chance.randrange(1, 30)]
            case _:
                content[place:place] = chance.choice([b'"', b";", b"\n", b"\xe9", b"\xc3\xa9", b";;", b'""'])
    survives(bytes(content))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6))
def test_any_damage_to_a_workbook(place: int) -> None:
    content = bytearray(book([line.split(";") for line in home_lines(3)]))
    content[place % len(content)] ^= 0xFF
    survives(bytes(content))


CONTAINERS = {
    "f.ods": open_document(),
    "f.parquet": parquet(pl.DataFrame({name: ["1"] for name in ("numero", "zone", "trimestre")})),
    "f.json": json_text([{"numero": "10001", "zone": "Bourg", "trimestre": "2026-T1"}]),
    "f.csv.gz": gzipped(),
    "f.zip": zipped({"a.csv": SOUND, "meta_a.csv": b"COD_VAR;LIB_VAR\nzone;Zone\n"}),
}


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.sampled_from(sorted(CONTAINERS)), st.integers(0, 10**6), st.integers(1, 255), st.booleans())
def test_any_damage_to_any_container(name: str, place: int, flip: int, is_cut: bool) -> None:
    content = bytearray(CONTAINERS[name])
    content[place % len(content)] ^= flip
    survives(bytes(content[: place % len(content)] if is_cut else content), name)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=20,
    )
)
def test_any_json(document: object) -> None:
    survives(json.dumps(document).encode(), "f.json")
