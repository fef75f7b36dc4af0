"""Find a sentence by its key and fill in its named fields.

A catalogue is a folder of TOML files that mirrors :mod:`evalkit.present`, one file per module, in the room and under
the name of the module: the key ``document.summary.coverage`` is the entry ``coverage`` of ``document/summary.toml``. A
text is a template with named fields; a list of two texts is what is counted, in the singular then in the plural. French
is the folder ``fr`` beside this module. An edition in another language is another folder with the same keys, named by
the environment variable ``EVALKIT_MESSAGES``: nothing else has to be written again.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from functools import cache
from pathlib import Path

from evalkit.errors import Place, Problem, ReportError

MESSAGES_VARIABLE = "EVALKIT_MESSAGES"
FRENCH = Path(__file__).resolve().parent / "fr"


def say(key: str, /, **fields: object) -> str:
    """Return a sentence with its fields filled in.

    Args:
        key: ``<room>.<module>.<entry>``; a module without a room has no first part.
        fields: the value of each field that the template names.

    Raises:
        ReportError: the catalogue has no such sentence, or it names a field that is not given (``EVK-Q008``).
    """
    found = _entry(key)
    if not isinstance(found, str):
        raise _missing(key)
    try:
        return found.format_map(fields)
    except (KeyError, ValueError, IndexError) as error:
        raise _missing(key) from error


def noun(key: str, count: int, /) -> str:
    """Return the singular or the plural of what is counted; in French the plural begins at two.

    Args:
        key: as that of :func:`say`, an entry of two texts.
        count: how many.

    Raises:
        ReportError: the catalogue has no such pair (``EVK-Q008``).
    """
    found = _entry(key)
    if not isinstance(found, list):
        raise _missing(key)
    return found[0] if abs(count) < 2 else found[1]


def catalogue_folder() -> Path:
    """Return the folder of the catalogue in use."""
    return Path(os.environ.get(MESSAGES_VARIABLE) or FRENCH)


def catalogue_hash() -> str:
    """Return the hash of every file of the catalogue in use: a report is made of its words too."""
    found = hashlib.sha256()
    folder = catalogue_folder()
    for path in sorted(folder.rglob("*.toml")):
        found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def _entry(key: str) -> str | list[str]:
    module, _, name = key.rpartition(".")
    found = read_messages(catalogue_folder() / f"{module.replace('.', '/')}.toml").get(name)
    if found is None:
        raise _missing(key)
    return found


@cache
def read_messages(path: Path) -> dict[str, str | list[str]]:
    """Return the entries of one file of a catalogue.

    Raises:
        ReportError: the file cannot be read, is not TOML, or holds something else than texts and pairs
            (``EVK-Q008``).
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = "Un fichier du catalogue de phrases manque ou ne se lit pas."
        raise ReportError(Problem("EVK-Q008", message, Place(str(path)), repair="Partez de celui du français.")) from (
            error
        )
    for name, value in entries.items():
        is_pair = isinstance(value, list) and len(value) == 2 and all(isinstance(each, str) for each in value)
        if not isinstance(value, str) and not is_pair:
            raise _missing(f"{path.stem}.{name}")
    return entries


def _missing(key: str) -> ReportError:
    repair = "Reprenez cette entrée du catalogue français, avec les mêmes champs."
    return ReportError(
        Problem("EVK-Q008", "Le catalogue de phrases n’a pas cette entrée.", received=key, repair=repair)
    )
