"""An edition: a publication kept in a folder, from which a report is rendered years later without recomputing."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from evalkit.declare.cohort import Cohort
from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Contract, Zone
from evalkit.declare.decisions import Recoding
from evalkit.declare.evaluation import Evaluation
from evalkit.declare.indicator import Indicator
from evalkit.declare.model import Declaration
from evalkit.errors import DeclarationError, Place, Problem, PublicationError
from evalkit.publish.followed_schemas import FOLLOWED_SCHEMAS
from evalkit.publish.publication import SCHEMAS, Declared, Manifest, Publication, Tables
from evalkit.territory.contours import contours_of, geojson_of, read_geojson

FORMAT = 1
PUBLICATION_FILE = "publication.json"
CONTOURS_FILE = "contours.geojson"
"""There when the contract has contours."""
COLUMNS_SINCE = (
    *("relative", "shortfall"),
    *("ratio_before", "ratio_after", "worst", "best", "worst_low", "best_high"),
    *("restored", "restored_low", "restored_high"),
)
"""Columns that the first editions do not have."""
TABLES_SINCE = ("returns", "paths", "cohort_findings", *FOLLOWED_SCHEMAS)
"""Tables that the first editions do not have."""


def write_edition(publication: Publication, editions: Path) -> Path:
    """Write a publication in its own folder, ``<editions>/<edition id>/``.

    Args:
        publication: what may be shown.
        editions: the folder of editions, ``data/editions`` in a workspace; made when missing.

    Returns:
        The folder of the edition: ``publication.json`` and one Parquet file per table. The same publication written
        twice gives the same files.
    """
    folder = editions / publication.manifest.edition
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in publication.tables.named():
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=False)
    text = json.dumps(_as_json(publication), ensure_ascii=False, indent=1)
    (folder / PUBLICATION_FILE).write_text(text + "\n", encoding="utf-8")
    if publication.declared.contours:
        (folder / CONTOURS_FILE).write_text(geojson_of(publication.declared.contours), encoding="utf-8")
    return folder


def read_edition(folder: Path) -> Publication:
    """Read an edition back, exactly as it was written.

    Args:
        folder: the folder of one edition.

    Raises:
        PublicationError: the folder is no edition (``EVK-P003``), or a file of it is missing or was changed
            (``EVK-P004``).
    """
    path = folder / PUBLICATION_FILE
    if not path.is_file():
        repair = "Donnez le dossier d’une édition, par exemple data/editions/2027-06-30-1a2b3c4d."
        raise PublicationError(
            Problem("EVK-P003", "Ce dossier n’est pas une édition.", Place(str(folder)), repair=repair)
        )
    try:
        publication = _from_json(json.loads(path.read_text(encoding="utf-8")), _read_tables(folder))
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise _damaged(path) from error
    contours = folder / CONTOURS_FILE
    return _with_contours(publication, contours) if contours.is_file() else publication


def _with_contours(publication: Publication, path: Path) -> Publication:
    try:
        file = read_geojson(path.read_bytes(), Place(str(path)))
    except (OSError, DeclarationError) as error:
        raise _damaged(path) from error
    contours = contours_of((file,), publication.declared.territory)
    return replace(publication, declared=replace(publication.declared, contours=contours))


def _read_tables(folder: Path) -> Tables:
    frames = {}
    for name, schema in SCHEMAS.items():
        path = folder / f"{name}.parquet"
        if name in TABLES_SINCE and not path.exists():
            frames[name] = pl.DataFrame(schema=schema)
            continue
        try:
            frames[name] = _with_later_columns(pl.read_parquet(path), schema)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _damaged(path) from error
        if frames[name].schema != schema:
            raise _damaged(path)
    return Tables(**frames)


def _with_later_columns(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Return a table of an older edition with the columns that did not exist yet, empty."""
    later = [name for name in COLUMNS_SINCE if name in schema and name not in frame.columns]
    if not later:
        return frame
    return frame.with_columns(pl.lit(None, dtype=schema[name]).alias(name) for name in later).select(*schema)


def _damaged(path: Path) -> PublicationError:
    repair = "Reprenez la copie conservée de cette édition."
    return PublicationError(
        Problem("EVK-P004", "L’édition est incomplète ou modifiée.", Place(str(path)), repair=repair)
    )


def _dump(declarations: tuple[Declaration, ...]) -> list[Any]:
    return [json.loads(each.model_dump_json(by_alias=True)) for each in declarations]


def _as_json(publication: Publication) -> dict[str, Any]:
    declared, manifest = publication.declared, publication.manifest
    return {
        "format": FORMAT,
        "as_of": publication.as_of.isoformat(),
        "demonstration": publication.demonstration,
        "manifest": {
            "edition": manifest.edition,
            "evalkit": manifest.evalkit,
            "declarations": dict(manifest.declarations),
            "deliveries": list(manifest.deliveries),
        },
        "contract": _dump((declared.contract,))[0],
        "reference": declared.reference,
        "zones": _dump(declared.zones),
        "indicators": _dump(declared.indicators),
        "comparisons": _dump(declared.comparisons),
        "cohorts": _dump(declared.cohorts),
        "recodings": _dump(declared.recodings),
        "evaluations": _dump(declared.evaluations),
    }


def _from_json(text: dict[str, Any], tables: Tables) -> Publication:
    if text["format"] != FORMAT:
        raise ValueError(text["format"])
    manifest = text["manifest"]
    declared = Declared(
        Contract.model_validate_json(json.dumps(text["contract"])),
        tuple(Zone.model_validate_json(json.dumps(each)) for each in text["zones"]),
        text["reference"],
        tuple(Indicator.model_validate_json(json.dumps(each)) for each in text["indicators"]),
        tuple(Comparison.model_validate_json(json.dumps(each)) for each in text["comparisons"]),
        tuple(Cohort.model_validate_json(json.dumps(each)) for each in text["cohorts"]),
        tuple(Recoding.model_validate_json(json.dumps(each)) for each in text.get("recodings", ())),
        evaluations=tuple(Evaluation.model_validate_json(json.dumps(each)) for each in text.get("evaluations", ())),
    )
    made_of = Manifest(
        manifest["edition"],
        manifest["evalkit"],
        tuple(manifest["declarations"].items()),
        tuple(manifest["deliveries"]),
    )
    as_of = dt.date.fromisoformat(text["as_of"])
    return Publication(declared, tables, as_of, text["demonstration"], made_of)
