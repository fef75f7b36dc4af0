"""From bytes to text: UTF-8 with or without mark, UTF-16, else Windows-1252; never a guess that loses a letter."""

from __future__ import annotations

import re

from evalkit.receive.findings.finding import Where, at_lines, found, refused
from evalkit.store.delivery import Finding

_FRENCH_UTF8 = re.compile(rb"\xc3[\x80-\xbf]|\xc5[\x92\x93]|\xe2\x80[\x80-\xbf]")
"""Accented letters and punctuation in UTF-8: read as Windows-1252 they would be ``Ã©``, never seen in French."""

_LOST = re.compile("[\x80-\x9f\N{REPLACEMENT CHARACTER}]")
_LOST_SIGNS = "".join(map(chr, range(0x80, 0xA0))) + "\N{REPLACEMENT CHARACTER}"
_TWICE = re.compile("Ã[\x80-\xbf©¨ª®¢´»¹¯§]|â€[™œ\x9d“”]")


def decode(content: bytes) -> tuple[str, tuple[Finding, ...]]:
    r"""Decode a text file.

    Args:
        content: the bytes of the file.

    Returns:
        The text without its byte order mark and with ``\n`` at line ends, and what was noticed.

    Raises:
        RefusedFileError: the file mixes UTF-8 and Windows-1252 (``EVK-R003``); its first faulty line is given.
    """
    text, findings = _decode(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, (*findings, *_damaged(text))


def _decode(content: bytes) -> tuple[str, tuple[Finding, ...]]:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding), (found("EVK-R012", "Le fichier est en UTF-16 : il a été converti."),)
            except UnicodeDecodeError:
                raise refused("EVK-R008", "Le fichier UTF-16 est abîmé ou coupé.") from None
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        bad = error
    line = content[: bad.start].count(b"\n") + 1
    if _FRENCH_UTF8.search(content):
        message = "Le fichier mêle deux encodages (UTF-8 et Windows-1252)."
        raise refused("EVK-R003", message, Where("", (line,), 1))
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = "L’encodage du fichier n’est ni UTF-8 ni Windows-1252."
        raise refused("EVK-R003", message, Where("", (line,), 1)) from None
    return text, (found("EVK-R012", "Le fichier est en Windows-1252 : il a été converti."),)


def _damaged(text: str) -> tuple[Finding, ...]:
    """Return a finding when an earlier conversion has lost letters or has been made twice."""
    if text.isascii():
        return ()
    # Looking for single characters first is much faster than a pattern on a large file.
    patterns = [
        pattern for pattern, signs in ((_LOST, _LOST_SIGNS), (_TWICE, "Ãâ")) if any(sign in text for sign in signs)
    ]
    matches = [match for pattern in patterns for match in pattern.finditer(text)]
    if not matches:
        return ()
    lines = {text.count("\n", 0, match.start()) + 1 for match in matches[:200]}
    message = "Des caractères ont été abîmés par une conversion antérieure (accents ou apostrophes)."
    return (found("EVK-R013", message, at_lines("", lines)),)
