"""A refusal is an error like any other: it travels between processes, and no damaged byte makes another one of it."""

from __future__ import annotations

import io
import pickle
import zipfile

import pytest

from evalkit.receive.file.container import open_container
from evalkit.receive.findings.finding import RefusedFileError, Where, found, refused

FLIPS = (0xFF, 0x01, 0x08, 0x0E)
"""Every bit, then those of the flags and methods of an archive: encryption, names in UTF-8, compression by LZMA."""


@pytest.mark.parametrize("is_personal", [False, True])
def test_refusal_travels_with_its_findings(is_personal: bool) -> None:
    sent = RefusedFileError(
        [found("EVK-R030", "Un NIR.", Where("texte", (4, 9), 2)), found("EVK-R031", "Une adresse.")], is_personal
    )
    received = pickle.loads(pickle.dumps(sent))
    assert type(received) is RefusedFileError
    assert (received.findings, received.problems) == (sent.findings, sent.problems)
    assert received.is_personal is is_personal
    assert str(received) == str(sent)


@pytest.mark.parametrize("flip", FLIPS)
def test_every_damaged_byte_of_an_archive_is_read_or_refused(flip: int) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        member = zipfile.ZipInfo("données.csv", (2026, 1, 1, 0, 0, 0))
        members.writestr(member, "zone;numero\n" * 30, zipfile.ZIP_DEFLATED)
    content = archive.getvalue()
    refusals = 0
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= flip
        try:
            open_container(bytes(damaged), "livraison.zip")
        except RefusedFileError:
            refusals += 1
    assert refusals > 0


def test_archive_of_a_version_that_does_not_exist_is_damaged() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr(zipfile.ZipInfo("a.csv"), "zone;numero\n")
    content = bytearray(archive.getvalue())
    # The version needed to extract stands 6 bytes after the signature of a directory entry (APPNOTE 4.3.12).
    content[content.index(b"PK\x01\x02") + 6] = 235
    with pytest.raises(RefusedFileError) as error:
        open_container(bytes(content), "livraison.zip")
    assert error.value.findings == refused("EVK-R008", "Le classeur ou l’archive est abîmé ou coupé.").findings
