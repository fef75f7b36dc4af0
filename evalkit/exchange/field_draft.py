"""A field of a Table Schema as the start of a field of a feed: what is said, and what remains to say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from evalkit.declare.feed import FieldType
from evalkit.exchange.descriptor import one_line
from evalkit.exchange.table_schema import BOUNDED, HALF_YEAR_PATTERN, OWN, QUARTER_PATTERN

_TYPES = {
    "string": FieldType.CODE,
    "any": FieldType.CODE,
    "integer": FieldType.INTEGER,
    "number": FieldType.DECIMAL,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "year": FieldType.YEAR,
    "yearmonth": FieldType.MONTH,
}
_UNCHECKED = "vérifier le type : code, zone, identity, category ou free_text"


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """One field to complete.

    Attributes:
        values: what the declaration says; ``None`` where something is missing.
        notes: what is to be checked or could not be taken over, in French.
        written_name: the name of the field in the descriptor.
        is_unique: the descriptor says that no value comes twice.
    """

    values: dict[str, Any]
    notes: tuple[str, ...]
    written_name: str
    is_unique: bool = False

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return str(self.values["name"])


def draft_fields(fields: Iterable[Mapping[str, Any]]) -> tuple[FieldDraft, ...]:
    """Return the drafts of the fields of a descriptor, each under a name of its own."""
    drafts: list[FieldDraft] = []
    for field in fields:
        drafts.append(_draft(field, {draft.name for draft in drafts}))
    return tuple(drafts)


def column_name(text: str) -> str:
    """Return a name that a column may have: lower case, no accent, letters first."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return name if name[:1].isalpha() else f"champ_{name}".rstrip("_")


def _draft(field: Mapping[str, Any], taken: set[str]) -> FieldDraft:
    written_name = one_line(field["name"]) or ""
    own = field.get(OWN) if isinstance(field.get(OWN), dict) else None
    constraints = field.get("constraints")
    constraints = constraints if isinstance(constraints, dict) else {}
    name = _free_name(column_name(written_name), taken)
    values: dict[str, Any] = {"name": name}
    if label := one_line(field.get("title")):
        values["label"] = label
    if name != written_name:
        values["headers"] = [written_name]
    kind, notes = _type(field, constraints, own)
    values["type"] = kind.value if kind else None
    values |= _stated(constraints, kind)
    notes += _not_taken(field, constraints, kind)
    if own:
        values |= {name: value for name, value in own.items() if name not in {"name", "type"}}
    return FieldDraft(values, tuple(notes), written_name, constraints.get("unique") is True)


def _free_name(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(each for number in range(2, len(taken) + 3) if (each := f"{name}_{number}") not in taken)


def _type(
    field: Mapping[str, Any], constraints: Mapping[str, Any], own: Mapping[str, Any] | None
) -> tuple[FieldType | None, list[str]]:
    if own and own.get("type") in set(FieldType):
        return FieldType(own["type"]), []
    standard = field.get("type", "string")
    if standard in {"string", "any"} and isinstance(constraints.get("enum"), list):
        return FieldType.CATEGORY, []
    kind = _TYPES.get(standard) if isinstance(standard, str) else None
    if kind is None:
        return None, [f"à compléter : « {one_line(str(standard))} » n’a pas d’équivalent"]
    return kind, [_UNCHECKED] if kind is FieldType.CODE else []


def _stated(constraints: Mapping[str, Any], kind: FieldType | None) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    if constraints.get("required") is True:
        stated["required"] = True
    if kind in BOUNDED:
        bounds = {name: _number(constraints.get(name)) for name in ("minimum", "maximum")}
        stated |= {name: value for name, value in bounds.items() if value is not None}
    if kind is FieldType.CATEGORY and isinstance(constraints.get("enum"), list):
        stated["values"] = [str(each) for each in constraints["enum"]]
    pattern = constraints.get("pattern")
    patterns = {FieldType.QUARTER: QUARTER_PATTERN, FieldType.HALF_YEAR: HALF_YEAR_PATTERN}
    implied = patterns.get(kind) if kind is not None else None
    if isinstance(pattern, str) and pattern != implied:
        stated["pattern"] = pattern
    return stated


def _not_taken(field: Mapping[str, Any], constraints: Mapping[str, Any], kind: FieldType | None) -> list[str]:
    """Return what the descriptor says and that the draft cannot say: nothing is lost without a word."""
    lost = []
    for name, value in sorted(constraints.items()):
        said = name in {"required", "unique", "pattern"} or (name == "enum" and kind is FieldType.CATEGORY)
        said = said or (name in {"minimum", "maximum"} and kind in BOUNDED and _number(value) is not None)
        if not said:
            lost.append(f"{name} ({one_line(str(value))})")
    if field.get("format", "default") != "default":
        lost.append(f"format ({one_line(str(field['format']))})")
    return [f"non repris : {', '.join(lost)}"] if lost else []


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
