"""The functions of the language: their names, their arguments, and the families that it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Function(StrEnum):
    """A function that a formula may call; its value is its written name."""

    ABS = "ABS"
    ADD_MONTHS = "ADD_MONTHS"
    COALESCE = "COALESCE"
    DAYS_BETWEEN = "DAYS_BETWEEN"
    GREATEST = "GREATEST"
    LEAST = "LEAST"
    LENGTH = "LENGTH"
    LOWER = "LOWER"
    MONTH = "MONTH"
    MONTHS_BETWEEN = "MONTHS_BETWEEN"
    QUARTER = "QUARTER"
    ROUND = "ROUND"
    UPPER = "UPPER"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is called.

    Attributes:
        fewest: fewest arguments.
        most: most arguments; ``None`` when there is no limit.
        usage: how it is written, in French.
        meaning: what it gives, in French.
    """

    fewest: int
    most: int | None
    usage: str
    meaning: str


SIGNATURES: Mapping[Function, Signature] = {
    Function.ABS: Signature(1, 1, "ABS(nombre)", "la valeur absolue"),
    Function.ADD_MONTHS: Signature(
        2,
        2,
        "ADD_MONTHS(date, entier)",
        "la date décalée d’un nombre écrit de mois ; le 31 devient le dernier jour d’un mois plus court",
    ),
    Function.COALESCE: Signature(2, None, "COALESCE(a, b, …)", "la première valeur présente"),
    Function.DAYS_BETWEEN: Signature(
        2, 2, "DAYS_BETWEEN(début, fin)", "le nombre de jours du début à la fin, négatif si la fin précède"
    ),
    Function.GREATEST: Signature(2, None, "GREATEST(a, b, …)", "la plus grande des valeurs présentes"),
    Function.LEAST: Signature(2, None, "LEAST(a, b, …)", "la plus petite des valeurs présentes"),
    Function.LENGTH: Signature(1, 1, "LENGTH(texte)", "le nombre de caractères"),
    Function.LOWER: Signature(1, 1, "LOWER(texte)", "le texte en minuscules"),
    Function.MONTH: Signature(1, 1, "MONTH(date)", "le mois, de 1 à 12"),
    Function.MONTHS_BETWEEN: Signature(
        2,
        2,
        "MONTHS_BETWEEN(début, fin)",
        "le nombre de mois complets du début à la fin, négatif si la fin précède",
    ),
    Function.QUARTER: Signature(1, 1, "QUARTER(date)", "le trimestre, de 1 à 4"),
    Function.ROUND: Signature(
        1,
        2,
        "ROUND(nombre, décimales)",
        "le nombre arrondi (0 décimale si rien n’est dit, 9 au plus) ; la moitié s’éloigne de zéro",
    ),
    Function.UPPER: Signature(1, 1, "UPPER(texte)", "le texte en majuscules"),
    Function.YEAR: Signature(1, 1, "YEAR(date)", "l’année, en nombre entier"),
}

AGGREGATES = frozenset(
    {
        "ANY_VALUE",
        "APPROX_DISTINCT",
        "ARRAY_AGG",
        "AVG",
        "CORR",
        "COUNT",
        "COUNT_IF",
        "FIRST",
        "LAST",
        "LISTAGG",
        "MAX",
        "MEAN",
        "MEDIAN",
        "MIN",
        "MODE",
        "PERCENTILE",
        "PERCENTILE_CONT",
        "QUANTILE",
        "STDDEV",
        "STDDEV_POP",
        "STDDEV_SAMP",
        "STRING_AGG",
        "SUM",
        "TOTAL",
        "VARIANCE",
        "VAR_POP",
        "VAR_SAMP",
    }
)
"""Functions of several rows, which the type of the measure says."""

CLOCKS = frozenset(
    {
        "CURRENT_DATETIME",
        "CURDATE",
        "GETDATE",
        "NOW",
        "SYSDATE",
        "TODAY",
    }
)
"""Functions that would make a result depend on the day when it is computed."""

WRITTEN_OTHERWISE: Mapping[str, str] = {
    "DATE": "Écrivez une date ainsi : DATE '2026-03-31'.",
    "DATEDIFF": "Écrivez DAYS_BETWEEN(début, fin).",
    "DATE_DIFF": "Écrivez DAYS_BETWEEN(début, fin).",
    "DATE_ADD": "Écrivez ADD_MONTHS(date, 3).",
    "IIF": "Écrivez CASE WHEN condition THEN valeur ELSE autre END.",
    "IFNULL": "Écrivez COALESCE(a, b).",
    "NVL": "Écrivez COALESCE(a, b).",
    "NULLIF": "Écrivez CASE WHEN a <> b THEN a END.",
    "LEN": "Écrivez LENGTH(texte).",
    "CHAR_LENGTH": "Écrivez LENGTH(texte).",
    "LCASE": "Écrivez LOWER(texte).",
    "UCASE": "Écrivez UPPER(texte).",
}
"""Functions of other dialects, and how the language says the same thing."""
