"""Whatever the bytes, a file is read or refused with a reason: no other error ever comes out."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.receive.file.reading import read_table
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.receive.headings import match_headings
from evalkit.receive.normalise import Reader, type_rows
from evalkit.receive.privacy.personal import refuse_personal_data
from tests.receive.world import HOMES, book, home_lines, territory

KNOWN = frozenset({"numero", "zone", "trimestre", "loyer"})
SOUND = ("\r\n".join(home_lines(12)) + "\r\n").encode()


def survives(content: bytes) -> None:
    try:
        table = read_table(content, "fichier.csv", KNOWN)
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
