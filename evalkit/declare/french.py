"""Say a model's errors in French, at their place in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from evalkit.declare.yaml_text import YamlDocument, YamlPath
from evalkit.errors import Problem

_EXPECTED = {
    "int_parsing": "un nombre entier est attendu",
    "int_type": "un nombre entier est attendu",
    "int_from_float": "un nombre entier est attendu",
    "float_parsing": "un nombre est attendu",
    "decimal_parsing": "un nombre est attendu",
    "bool_parsing": "« true » ou « false » est attendu",
    "date_parsing": "une date AAAA-MM-JJ est attendue",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ est attendue",
    "string_type": "un texte est attendu",
    "string_too_short": "un texte non vide est attendu",
    "tuple_type": "une liste est attendue",
    "list_type": "une liste est attendue",
    "dict_type": "un bloc de clés est attendu",
    "model_type": "un bloc de clés est attendu",
    "model_attributes_type": "un bloc de clés est attendu",
    "too_short": "au moins un élément est attendu",
    "greater_than_equal": "une valeur plus grande est attendue",
    "greater_than": "une valeur plus grande est attendue",
    "less_than_equal": "une valeur plus petite est attendue",
}


def problems_of(
    error: ValidationError, document: YamlDocument, prefix: YamlPath, model: type[BaseModel]
) -> list[Problem]:
    """Return one French problem per error of a model.

    Args:
        error: what pydantic found.
        document: the file, for the places.
        prefix: path of the validated value in the file.
        model: the model, for the suggestions of field names.

    Returns:
        Problems of codes ``EVK-D010`` (unknown field), ``EVK-D011`` (missing field), ``EVK-D012`` (bad value).
    """
    return [_problem(detail, document, prefix, model) for detail in error.errors(include_url=False)]


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return a French suggestion for a misspelt word, or the allowed words when none is near."""
    known = sorted(allowed)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Vouliez-vous dire « {close[0]} » ?"
    return f"Valeurs possibles : {', '.join(known)}." if known else ""


def _problem(detail: Any, document: YamlDocument, prefix: YamlPath, model: type[BaseModel]) -> Problem:
    path = _written_path(detail["loc"], document, prefix)
    place, kind = document.place(path), detail["type"]
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    received = detail["input"] if isinstance(detail["input"], str) else ""
    if kind == "extra_forbidden":
        repair = nearest(name, _field_names(model, detail["loc"][:-1]))
        return Problem("EVK-D010", "Champ inconnu.", place, name, repair)
    if kind == "missing":
        return Problem("EVK-D011", f"Le champ « {name} » manque.", place, repair="Ajoutez-le.")
    if kind in {"literal_error", "enum"}:
        allowed = [word.strip(" '") for word in str(detail["ctx"]["expected"]).replace(" or ", ", ").split(", ")]
        return Problem("EVK-D012", f"Valeur refusée pour « {name} ».", place, received, nearest(received, allowed))
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        tags = [word.strip(" '") for word in str(detail["ctx"].get("expected_tags", "")).split(", ") if word]
        tag = str(detail["ctx"].get("tag", ""))
        return Problem("EVK-D012", "Le champ « type » manque ou est inconnu.", place, tag, nearest(tag, tags))
    if kind == "value_error":
        return Problem("EVK-D012", f"Valeur refusée : {detail['ctx']['error']}.", place, received)
    expected = _EXPECTED.get(kind, "la valeur n’a pas la forme attendue")
    return Problem("EVK-D012", f"Valeur refusée pour « {name} » : {expected}.", place, received)


def _written_path(loc: tuple[Any, ...], document: YamlDocument, prefix: YamlPath) -> YamlPath:
    """Return the path in the file: pydantic's location without the union tags that it adds."""
    path = prefix
    for step in loc:
        if (*path, step) in document.marks:
            path = (*path, step)
    return path


def _field_names(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """Return the field names of the models found by following ``loc`` from ``model``."""
    candidates: list[type[BaseModel]] = [model]
    for step in loc:
        tagged = [each for each in candidates if step in _tags(each)]
        followed = [
            inner for each in candidates if step in each.model_fields for inner in _models_of(each.model_fields[step])
        ]
        candidates = tagged or followed or candidates
    return sorted({name for each in candidates for name in each.model_fields})


def _models_of(field: Any) -> list[type[BaseModel]]:
    annotation = getattr(field, "annotation", field)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for each in getattr(annotation, "__args__", ()) for model in _models_of(each)]


def _tags(model: type[BaseModel]) -> set[str]:
    kind = model.model_fields.get("type")
    return set(getattr(kind.annotation, "__args__", ())) if kind is not None else set()
