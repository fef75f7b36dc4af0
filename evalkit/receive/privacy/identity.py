"""Pseudonyms: those received are checked and hashed again with our key, once per distinct value."""

from __future__ import annotations

import polars as pl

from evalkit.declare.feed import FieldSpec
from evalkit.receive.findings.counts import counted
from evalkit.receive.findings.finding import RefusedFileError, at_lines, found
from evalkit.receive.privacy.key import IdentityKey

_PSEUDONYM = r"^[0-9a-f]{64}$"


def hash_identities(
    field: FieldSpec, texts: pl.Series, lines: pl.Series, key: IdentityKey | None, contract: str
) -> pl.Series:
    """Return our pseudonyms of the pseudonyms received.

    Args:
        field: the identity field.
        texts: the cells; 64 hexadecimal characters made by the trusted third party, null where empty.
        lines: the lines of the partner's file.
        key: our key; without it (a file that is only checked) the pseudonyms received stay, and must not be kept.
        contract: pseudonyms of two contracts can never be joined.

    Raises:
        RefusedFileError: a cell is something else, perhaps a name (``EVK-R033``): nothing of the file may be kept.
    """
    lowered = texts.str.strip_chars().str.to_lowercase()
    wrong = ~lowered.str.contains(_PSEUDONYM).fill_null(True)
    if wrong.any():
        message = f"« {field.name} » : " + counted(
            int(wrong.sum()), "identité n’est pas un pseudonyme.", "identités ne sont pas des pseudonymes."
        )
        expected = "une empreinte de 64 caractères hexadécimaux"
        finding = found("EVK-R033", message, at_lines(field.name, lines.filter(wrong)), expected=expected)
        raise RefusedFileError(finding, is_personal=True)
    if key is None:
        return lowered
    distinct = lowered.drop_nulls().unique().to_list()
    ours = {received: key.pseudonym(contract, received) for received in distinct}
    return lowered.replace_strict(ours, default=None, return_dtype=pl.String)
