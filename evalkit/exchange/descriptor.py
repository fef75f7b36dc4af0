"""Read a Table Schema descriptor that somebody else wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import DeclarationError, Place, Problem


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A Table Schema as it was written.

    Attributes:
        file: the name of the file.
        values: the whole descriptor.
        fields: its fields, each with a name.
    """

    file: str
    values: dict[str, Any]
    fields: tuple[dict[str, Any], ...]

    def text(self, name: str) -> str | None:
        """Return a property that is a text, on one line."""
        return one_line(self.values.get(name))

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Return the names of the primary key, written as one name or as a list."""
        key = self.values.get("primaryKey", self.values.get("primaryKeys", ()))
        return (key,) if isinstance(key, str) else tuple(str(name) for name in key) if isinstance(key, list) else ()


def one_line(value: object) -> str | None:
    """Return a text without line ends, double spaces or unprintable characters; nothing for what is no text."""
    if not isinstance(value, str):
        return None
    return "".join(each for each in " ".join(value.split()) if each.isprintable()) or None


def read_descriptor(path: Path) -> Descriptor:
    """Read a Table Schema, or the only table of a data package.

    Args:
        path: a JSON file.

    Raises:
        DeclarationError: the file is not readable (``EVK-D070``), is no Table Schema (``EVK-D071``), or has fields
            without a name (``EVK-D072``).
    """
    place = Place(path.name)
    values = _schema_of(_read_json(path, place), place)
    fields = values.get("fields")
    if not isinstance(fields, list) or not fields:
        message, repair = "Ce n’est pas un Table Schema : la liste « fields » manque.", "Vérifiez le fichier."
        raise DeclarationError(Problem("EVK-D071", message, place, repair=repair))
    nameless = [
        Problem("EVK-D072", f"Le champ n° {number} n’a pas de nom.", place, repair="Ajoutez « name ».")
        for number, field in enumerate(fields, start=1)
        if not isinstance(field, dict) or one_line(field.get("name")) is None
    ]
    if nameless:
        raise DeclarationError(nameless)
    return Descriptor(path.name, values, tuple(fields))


def _read_json(path: Path, place: Place) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DeclarationError(Problem("EVK-D070", f"Fichier illisible ({error.strerror}).", place)) from None
    except UnicodeDecodeError:
        problem = Problem("EVK-D070", "Le fichier n’est pas en UTF-8.", place, repair="Enregistrez-le en UTF-8.")
        raise DeclarationError(problem) from None
    except (json.JSONDecodeError, RecursionError) as error:
        where = Place(place.file, getattr(error, "lineno", 0), getattr(error, "colno", 0))
        problem = Problem(
            "EVK-D070", "Le fichier n’est pas du JSON bien formé.", where, repair="Corrigez-le à cet endroit."
        )
        raise DeclarationError(problem) from None


def _schema_of(read: object, place: Place) -> dict[str, Any]:
    """Return the descriptor itself, or that of the only resource of a data package."""
    if not isinstance(read, dict):
        raise DeclarationError(Problem("EVK-D071", "Ce n’est pas un Table Schema : un objet est attendu.", place))
    resources = read.get("resources")
    if not isinstance(resources, list):
        return read
    schemas = [each for each in resources if isinstance(each, dict) and isinstance(each.get("schema"), dict)]
    if len(schemas) != 1:
        message = f"Ce paquet décrit {len(schemas)} tables ; il en faut une."
        raise DeclarationError(Problem("EVK-D071", message, place, repair="Extrayez le schéma voulu dans un fichier."))
    named = {name: schemas[0][name] for name in ("name", "title", "description") if name in schemas[0]}
    return {**named, **schemas[0]["schema"]}
