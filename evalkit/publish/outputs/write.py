"""Write the files of a publication: nothing else can be given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evalkit.errors import Problem, PublicationError
from evalkit.publish.outputs.metadata import metadata_frame
from evalkit.publish.outputs.plain_text import flat_frame
from evalkit.publish.outputs.sheets import indicator_sheet
from evalkit.publish.outputs.status import flagged_tables
from evalkit.publish.outputs.workbook import write_workbook
from evalkit.publish.publication import Publication

KINDS = ("csv", "parquet", "xlsx", "fiches")
METADATA = "metadonnees"


def kinds_of(text: str) -> tuple[str, ...]:
    """Read the kinds of files given on the command line.

    Raises:
        PublicationError: a kind is unknown (``EVK-P008``).
    """
    kinds = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for kind in kinds:
        if kind not in KINDS:
            repair = f"Sorties possibles : {', '.join(KINDS)}."
            raise PublicationError(Problem("EVK-P008", "Sortie inconnue.", received=kind, repair=repair))
    return kinds


def write_outputs(publication: Publication, folder: Path, kinds: tuple[str, ...]) -> tuple[Path, ...]:
    """Write the tables of a publication in some formats, each with the metadata and the meaning of its marks.

    Args:
        publication: what may be shown.
        folder: where; made when missing.
        kinds: among ``csv``, ``parquet``, ``xlsx`` and ``fiches`` (one page per indicator).

    Returns:
        The files, in a fixed order.

    Raises:
        TypeError: what is given is no publication: confidential results have no way out.
    """
    if not isinstance(publication, Publication):
        raise TypeError(f"a Publication is needed, not {type(publication).__name__}")
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(path for kind in kinds for path in _write(publication, folder, kind))


def _write(publication: Publication, folder: Path, kind: str) -> Iterator[Path]:
    if kind == "xlsx":
        yield write_workbook(publication, folder / f"{publication.manifest.edition}.xlsx")
        return
    if kind == "fiches":
        yield from _sheets(publication, folder / "fiches")
        return
    frames = {METADATA: metadata_frame(publication), **flagged_tables(publication)}
    for name, frame in frames.items():
        path = folder / f"{name}.{kind}"
        if kind == "csv":
            flat = flat_frame(frame)
            flat.write_csv(path, separator=";", decimal_comma=True, include_bom=True, line_terminator="\r\n")
        else:
            frame.write_parquet(path, compression="zstd", statistics=False)
        yield path


def _sheets(publication: Publication, folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for indicator in publication.declared.indicators:
        path = folder / f"{indicator.id}.html"
        path.write_text(indicator_sheet(publication, indicator), encoding="utf-8")
        yield path
