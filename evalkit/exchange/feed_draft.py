"""A Table Schema as the YAML of a feed: whole when evalkit wrote it, else with its holes written as ``null``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evalkit.declare.clause import Clause
from evalkit.exchange.descriptor import Descriptor, one_line
from evalkit.exchange.field_draft import FieldDraft, column_name, draft_fields
from evalkit.exchange.table_schema import OWN
from evalkit.exchange.yaml_lines import yaml_line
from evalkit.typography import typeset

_HOLES = {
    "grain": "ce qu’est une ligne : personne, evenement, total, zone, reponse ou texte",
    "nature": "comment les chiffres sont obtenus : exhaustif, sondage, volontaire ou modélisé",
}
_ORDER = (
    "grain", "nature", "key", "period", "identity", "perimeter", "window", "spacing", "source", "supplied",
    "other_columns", "total_codes", "breaks", "evidence",
)  # fmt: skip
_TO_COMPLETE = "à compléter"
_PERIOD_TYPES = frozenset({"year", "month", "quarter", "half_year", "date"})


def feed_text(descriptor: Descriptor, name: str | None = None) -> str:
    """Return the YAML text of a feed that starts from a Table Schema.

    What the schema does not say is written ``null`` with a comment, so that ``evalkit check`` points at it; what could
    not be taken over is said in a comment too.

    Args:
        descriptor: the schema.
        name: the id of the feed; that of the schema, else of the file, when absent.

    Returns:
        The text of a file of ``expectations/``.
    """
    fields = draft_fields(descriptor.fields)
    lines = [*_named(descriptor, name), *_body(descriptor, fields), "fields:"]
    for field, written in zip(fields, descriptor.fields, strict=True):
        lines += _field_lines(field, one_line(written.get("description")))
    checks = _own(descriptor).get("checks")
    if isinstance(checks, list) and checks:
        lines += ["checks:", *(f"  - {yaml_line(check)}" for check in checks)]
    return "\n".join([*_head(descriptor, lines), *lines]) + "\n"


def carried_clause(descriptor: Descriptor) -> Clause | None:
    """Return the clause that an exported schema carries.

    Raises:
        pydantic.ValidationError: it was changed into something that is no clause.
    """
    clause = _own(descriptor).get("clause")
    return Clause.model_validate(clause) if isinstance(clause, dict) else None


def feed_name(descriptor: Descriptor) -> str:
    """Return the id of the feed that a schema starts: its own name, else that of its file."""
    return _identifier(descriptor.text("name") or Path(descriptor.file).stem)


def _identifier(text: str) -> str:
    """Return a text as an identifier; one that already is one stays as it is."""
    if re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", text):
        return text
    return column_name(text).replace("_", "-")


def _own(descriptor: Descriptor) -> dict[str, Any]:
    own = descriptor.values.get(OWN)
    return own if isinstance(own, dict) else {}


def _head(descriptor: Descriptor, lines: list[str]) -> Iterator[str]:
    yield _comment(f"Repris de {descriptor.file} (Table Schema).")
    if any(_TO_COMPLETE in line for line in lines):
        yield _comment("Chaque « null » est à compléter : « evalkit check » les montre.")
    if _own(descriptor):
        return
    if text := descriptor.text("description"):
        yield _comment(text)
    lost = [each for each in ("missingValues", "foreignKeys", "uniqueKeys") if descriptor.values.get(each)]
    if lost:
        yield _comment(f"Non repris : {', '.join(lost)}.")


def _named(descriptor: Descriptor, name: str | None) -> Iterator[str]:
    yield f"feed: {yaml_line(_identifier(name) if name else feed_name(descriptor))}"
    yield _line("label", descriptor.text("title"), "le nom du flux, en français")


def _body(descriptor: Descriptor, fields: tuple[FieldDraft, ...]) -> Iterator[str]:
    own = _own(descriptor)
    for name in _ORDER:
        if name == "key":
            yield _key_line(descriptor, fields)
        elif name == "period" and name not in own:
            dated = [field.name for field in fields if field.values["type"] in _PERIOD_TYPES]
            candidates = f" ; colonnes possibles : {', '.join(dated)}" if dated else ""
            hole = f"granularité (mois, trimestre, semestre, annee ou annee_scolaire) et colonne qui la dit{candidates}"
            yield f"period: {{granularity: null, field: null}}  {_comment(f'{_TO_COMPLETE} : {hole}')}"
        elif name in _HOLES or own.get(name) is not None:
            yield _line(name, own.get(name), _HOLES.get(name, ""))


def _key_line(descriptor: Descriptor, fields: tuple[FieldDraft, ...]) -> str:
    names = {field.written_name: field.name for field in fields}
    key = [names.get(name) for name in descriptor.primary_key]
    if key and None not in key:
        return _line("key", key, "")
    unique = [field.name for field in fields if field.is_unique]
    hint = f" ; sans doublon selon le schéma : {', '.join(unique)}" if unique else ""
    return _line("key", None, f"les colonnes qui, ensemble, désignent une ligne{hint}")


def _line(name: str, value: object, hole: str) -> str:
    if value is None:
        return f"{name}: null  {_comment(f'{_TO_COMPLETE} : {hole}')}"
    return f"{name}: {yaml_line(value)}"


def _field_lines(field: FieldDraft, description: str | None) -> Iterator[str]:
    if description:
        yield f"  {_comment(description)}"
    notes = f"  {_comment(' ; '.join(field.notes))}" if field.notes else ""
    yield f"  - {yaml_line(field.values)}{notes}"


def _comment(text: str) -> str:
    return typeset(f"# {one_line(text) or ''}")
