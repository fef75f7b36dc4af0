"""What the partner reads about one column: its form, its values, an example, a warning."""

from __future__ import annotations

from decimal import Decimal

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.template.column import TemplateColumn
from evalkit.typography import NARROW, typeset

FORMS = {
    FieldType.IDENTITY: "pseudonyme",
    FieldType.CODE: "code ou texte court",
    FieldType.ZONE: "zone, à choisir dans la liste",
    FieldType.CATEGORY: "mot, à choisir dans la liste",
    FieldType.INTEGER: "nombre entier",
    FieldType.DECIMAL: "nombre à virgule",
    FieldType.BOOLEAN: "oui ou non",
    FieldType.DATE: "date",
    FieldType.MONTH: "mois",
    FieldType.QUARTER: "trimestre",
    FieldType.HALF_YEAR: "semestre",
    FieldType.YEAR: "année",
    FieldType.FREE_TEXT: "texte libre",
}

_ALLOWED = {
    FieldType.BOOLEAN: "oui, non",
    FieldType.ZONE: "un nom de la liste, ou le code officiel de la zone",
    FieldType.DATE: "jj/mm/aaaa",
    FieldType.MONTH: "aaaa-mm",
    FieldType.QUARTER: "aaaa-Tn, avec n de 1 à 4",
    FieldType.HALF_YEAR: "aaaa-Sn, avec n de 1 à 2",
    FieldType.FREE_TEXT: "sans nom, adresse, courriel ni téléphone",
    FieldType.IDENTITY: "64 caractères, de 0 à 9 et de a à f",
}

_EXAMPLE_NUMBER = Decimal(12)
_EXAMPLE_YEAR = 2026


def meaning(column: TemplateColumn) -> str:
    """Return what a column holds, its unit, its name in a receipt, and the other titles that are accepted."""
    field = column.field
    sentence = field.label or column.heading
    if field.unit:
        sentence += f" (en {field.unit})"
    if field.evidence:
        sentence += f", attesté par : {field.evidence}"
    others = ", ".join(f"« {title} »" for title in field.headers if title != column.heading)
    named = f"Dans l’accusé de réception : « {field.name} »."
    return typeset(f"{sentence}. {named}" + (f" Titres acceptés aussi : {others}." if others else ""))


def allowed(column: TemplateColumn) -> str:
    """Return the values that a column accepts."""
    field = column.field
    if field.type is FieldType.CATEGORY:
        return typeset(", ".join(_word(field, value) for value in field.values) or "tout mot")
    if field.type is FieldType.CODE:
        return typeset(f"forme convenue : {field.pattern}" if field.pattern else "écrit comme à la source")
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.YEAR}:
        return typeset(_numbers(field))
    return typeset(_ALLOWED[field.type])


def example(column: TemplateColumn) -> str:
    """Return a value that the column accepts, as one types it; nothing for codes and texts that only the partner knows.

    Decimals have a comma and days come first, as a French spreadsheet shows them.
    """
    field = column.field
    if column.choices:
        return column.choices[0]
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        number = _within(field, _EXAMPLE_NUMBER)
        return str(number).replace(".", ",") if field.type is FieldType.DECIMAL else str(int(number))
    year = int(_within(field, Decimal(_EXAMPLE_YEAR))) if field.type is FieldType.YEAR else _EXAMPLE_YEAR
    return {
        FieldType.YEAR: f"{year}",
        FieldType.DATE: f"31/03/{year}",
        FieldType.MONTH: f"{year}-03",
        FieldType.QUARTER: f"{year}-T1",
        FieldType.HALF_YEAR: f"{year}-S1",
    }.get(field.type, "")


def privacy(feed: Feed, field: FieldSpec) -> str:
    """Return the warning about personal data of a field."""
    if feed.identity is not None and field.name == feed.identity.field:
        made_from = ", ".join(feed.identity.from_)
        return typeset(
            f"Oui, sous pseudonyme. Fait avant l’envoi par : {feed.identity.made_by}. À partir de : {made_from}. "
            "Ni nom ni numéro de sécurité sociale ici."
        )
    if field.type is FieldType.FREE_TEXT:
        return typeset("Peut en contenir : n’écrivez rien qui désigne une personne.")
    if field.is_personal:
        return typeset("Oui : la valeur n’est jamais imprimée.")
    return "Non"


def advice(column: TemplateColumn) -> str:
    """Return the message shown when a cell of the column is selected, in at most 255 characters."""
    field = column.field
    form = FORMS[field.type][0].upper() + FORMS[field.type][1:]
    values = "" if column.choices else f" : {allowed(column)}"
    example_text = f" Exemple : {example(column)}." if example(column) and not column.choices else ""
    needed = "Obligatoire." if column.is_needed else "Facultatif : laissez vide si la valeur manque."
    message = typeset(f"{form}{values}.{example_text} {needed}")
    # A long pattern says nothing to the eye; it stands in the dictionary.
    return message if len(message) <= 255 else typeset(f"{form}. {needed} Voir la feuille Dictionnaire.")


def _word(field: FieldSpec, value: str) -> str:
    """Return a word of the list with what partners call it, when they call it otherwise."""
    said = next((word for word, meant in field.synonyms.items() if meant == value), None)
    return f"{value} ({said})" if said and said.casefold() != value.casefold() else value


def _numbers(field: FieldSpec) -> str:
    bounds = [f"au moins {_number(field, field.minimum)}" if field.minimum is not None else ""]
    bounds.append(f"au plus {_number(field, field.maximum)}" if field.maximum is not None else "")
    decimals = f"{field.scale} décimale{'s' if field.scale > 1 else ''}" if field.type is FieldType.DECIMAL else ""
    form = "aaaa" if field.type is FieldType.YEAR else ""
    return ", ".join(part for part in (form, decimals, *bounds) if part) or "tout nombre entier"


def _number(field: FieldSpec, value: Decimal | None) -> str:
    text = f"{value:f}" if field.type is FieldType.YEAR else f"{value:,f}".replace(",", NARROW)
    return text.replace(".", ",")


def _within(field: FieldSpec, value: Decimal) -> Decimal:
    if field.maximum is not None:
        value = min(value, field.maximum)
    return max(value, field.minimum) if field.minimum is not None else value
