"""The meaning of the language, case by case: the tests run these cases, and ``docs/formula.md`` shows them.

Each expected value follows from the sentence that introduces its section and is worked out by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from evalkit.formula import ColumnType, Kind

Value = bool | int | Decimal | str | dt.date | None

COLUMNS: Mapping[str, ColumnType] = {
    "contrats": ColumnType(Kind.INTEGER),
    "femmes": ColumnType(Kind.INTEGER),
    "seniors": ColumnType(Kind.INTEGER),
    "montant": ColumnType(Kind.DECIMAL),
    "intervention": ColumnType(Kind.BOOLEAN),
    "prioritaire": ColumnType(Kind.BOOLEAN),
    "theme": ColumnType(Kind.TEXT, ("emploi", "sante", "sport_culture")),
    "intitule": ColumnType(Kind.TEXT),
    "entree": ColumnType(Kind.DATE),
    "sortie": ColumnType(Kind.DATE),
    "mois": ColumnType(Kind.MONTH),
    "trimestre": ColumnType(Kind.QUARTER),
    "annee": ColumnType(Kind.YEAR),
}
"""The columns of the cases; ``montant`` is stored with two decimals."""


@dataclass(frozen=True, slots=True)
class Example:
    """A formula, the rows that it reads, what it gives for each and of which kind."""

    formula: str
    kind: Kind
    rows: tuple[tuple[Mapping[str, Value], Value], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A rule in French, and the examples that show it."""

    title: str
    rule: str
    examples: tuple[Example, ...]


def _example(formula: str, kind: Kind, *rows: tuple[Mapping[str, Value], Value]) -> Example:
    return Example(formula, kind, rows)


BOOL, INT, DEC, TEXT, DATE = Kind.BOOLEAN, Kind.INTEGER, Kind.DECIMAL, Kind.TEXT, Kind.DATE
day = dt.date.fromisoformat

SECTIONS: tuple[Section, ...] = (
    Section(
        "Comparer",
        "`=`, `<>` (ou `!=`), `<`, `<=`, `>`, `>=`. Comparer à une valeur absente ne donne ni vrai ni faux, mais une "
        "valeur absente. Les textes se comparent caractère par caractère : majuscules et accents comptent. Deux "
        "nombres, entiers ou décimaux, se comparent exactement.",
        (
            _example(
                "contrats > 0", BOOL, ({"contrats": 2}, True), ({"contrats": 0}, False), ({"contrats": None}, None)
            ),
            _example("theme = 'emploi'", BOOL, ({"theme": "emploi"}, True), ({"theme": None}, None)),
            _example("theme <> 'emploi'", BOOL, ({"theme": "sante"}, True), ({"theme": None}, None)),
            _example("intitule = 'Atelier'", BOOL, ({"intitule": "atelier"}, False), ({"intitule": "Atelier"}, True)),
            _example("intitule = 'L''été'", BOOL, ({"intitule": "L'été"}, True), ({"intitule": "L'ete"}, False)),
            _example(
                "femmes != seniors", BOOL, ({"femmes": 1, "seniors": 1}, False), ({"femmes": 1, "seniors": 2}, True)
            ),
            _example(
                "montant = 12.5", BOOL, ({"montant": Decimal("12.50")}, True), ({"montant": Decimal("12.51")}, False)
            ),
            _example("contrats >= 0.5", BOOL, ({"contrats": 0}, False), ({"contrats": 1}, True)),
            _example(
                "sortie >= entree",
                BOOL,
                ({"entree": day("2025-01-10"), "sortie": day("2025-01-10")}, True),
                ({"entree": day("2025-01-10"), "sortie": day("2025-01-09")}, False),
                ({"entree": day("2025-01-10"), "sortie": None}, None),
            ),
            _example("entree < DATE '2025-01-01'", BOOL, ({"entree": day("2024-12-31")}, True)),
            _example("intervention = TRUE", BOOL, ({"intervention": True}, True), ({"intervention": None}, None)),
        ),
    ),
    Section(
        "Périodes",
        "Un mois (`2026-03`), un trimestre (`2026-T1`) ou une année (`2026`) se compare à une colonne de même sorte ou "
        "à un texte de sa forme, dans l’ordre du temps.",
        (
            _example("mois >= '2026-03'", BOOL, ({"mois": "2026-11"}, True), ({"mois": "2025-12"}, False)),
            _example(
                "trimestre = '2026-T1'", BOOL, ({"trimestre": "2026-T1"}, True), ({"trimestre": "2026-T2"}, False)
            ),
            _example("annee BETWEEN '2024' AND '2026'", BOOL, ({"annee": "2026"}, True), ({"annee": "2027"}, False)),
        ),
    ),
    Section(
        "Relier des conditions",
        "`AND`, `OR`, `NOT`, avec la logique à trois valeurs de SQL. L’absence l’emporte, sauf quand l’autre condition "
        "décide seule : faux pour `AND`, vrai pour `OR`. `NOT` d’abord, puis `AND`, puis `OR` ; les parenthèses "
        "changent cet ordre.",
        (
            _example(
                "intervention AND prioritaire",
                BOOL,
                ({"intervention": True, "prioritaire": True}, True),
                ({"intervention": False, "prioritaire": None}, False),
                ({"intervention": None, "prioritaire": True}, None),
                ({"intervention": None, "prioritaire": None}, None),
            ),
            _example(
                "intervention OR prioritaire",
                BOOL,
                ({"intervention": True, "prioritaire": None}, True),
                ({"intervention": False, "prioritaire": None}, None),
                ({"intervention": False, "prioritaire": False}, False),
            ),
            _example("NOT intervention", BOOL, ({"intervention": True}, False), ({"intervention": None}, None)),
            _example(
                "intervention OR prioritaire AND contrats > 0",
                BOOL,
                ({"intervention": True, "prioritaire": False, "contrats": 0}, True),
            ),
            _example(
                "(intervention OR prioritaire) AND contrats > 0",
                BOOL,
                ({"intervention": True, "prioritaire": False, "contrats": 0}, False),
            ),
            _example("NOT contrats = 1", BOOL, ({"contrats": 2}, True), ({"contrats": None}, None)),
        ),
    ),
    Section(
        "Absence",
        "`IS NULL` et `IS NOT NULL` répondent toujours vrai ou faux. C’est la seule façon de tester une absence.",
        (
            _example("sortie IS NULL", BOOL, ({"sortie": None}, True), ({"sortie": day("2025-06-30")}, False)),
            _example("sortie IS NOT NULL", BOOL, ({"sortie": None}, False)),
            _example("contrats + femmes IS NULL", BOOL, ({"contrats": 1, "femmes": None}, True)),
        ),
    ),
    Section(
        "Listes, intervalles, motifs",
        "`IN` compare à une liste écrite. `BETWEEN` comprend ses deux bornes. `LIKE` compare le texte entier à un "
        "motif où `%` vaut n’importe quels caractères, même aucun, et `_` exactement un ; majuscules et accents "
        "comptent. `NOT IN`, `NOT BETWEEN` et `NOT LIKE` sont leurs contraires.",
        (
            _example(
                "theme IN ('emploi', 'sante')",
                BOOL,
                ({"theme": "sante"}, True),
                ({"theme": "sport_culture"}, False),
                ({"theme": None}, None),
            ),
            _example(
                "theme NOT IN ('emploi', 'sante')", BOOL, ({"theme": "sport_culture"}, True), ({"theme": None}, None)
            ),
            _example("contrats IN (1, -2, 3)", BOOL, ({"contrats": -2}, True), ({"contrats": 2}, False)),
            _example(
                "montant IN (1, 2.5)", BOOL, ({"montant": Decimal("1.00")}, True), ({"montant": Decimal("2.51")}, False)
            ),
            _example("entree IN (DATE '2025-01-01')", BOOL, ({"entree": day("2025-01-01")}, True)),
            _example(
                "contrats BETWEEN 16 AND 25",
                BOOL,
                ({"contrats": 16}, True),
                ({"contrats": 25}, True),
                ({"contrats": 26}, False),
                ({"contrats": None}, None),
            ),
            _example("intitule IN ('(', ',', ')')", BOOL, ({"intitule": ","}, True), ({"intitule": ""}, False)),
            _example("contrats NOT BETWEEN 16 AND 25", BOOL, ({"contrats": 26}, True)),
            _example(
                "contrats BETWEEN femmes AND seniors",
                BOOL,
                ({"contrats": 5, "femmes": None, "seniors": 4}, False),
                ({"contrats": 3, "femmes": None, "seniors": 4}, None),
            ),
            _example(
                "intitule LIKE 'Atelier%'",
                BOOL,
                ({"intitule": "Atelier"}, True),
                ({"intitule": "Atelier\nCV"}, True),
                ({"intitule": "Un Atelier"}, False),
                ({"intitule": None}, None),
            ),
            _example("intitule LIKE 'T_.'", BOOL, ({"intitule": "Té."}, True), ({"intitule": "Téa"}, False)),
            _example("intitule NOT LIKE '%(reporté)'", BOOL, ({"intitule": "Forum (reporté)"}, False)),
        ),
    ),
    Section(
        "Calculer",
        "`+`, `-`, `*`, `/`. Un calcul avec une valeur absente est absent ; diviser par zéro aussi. Sommes et "
        "différences sont exactes : deux entiers donnent un entier (jusqu’à 9 × 10^18). Un produit ou un quotient est "
        "un nombre décimal à 9 décimales, arrondi au plus proche (à égale distance, au chiffre pair) : 1 / 2 vaut "
        "0,5. Au-delà de 10^14 pour ce qu’il reçoit, ou de 10^18 pour ce qu’il donne, le résultat est absent.",
        (
            _example("femmes + seniors", INT, ({"femmes": 3, "seniors": 2}, 5), ({"femmes": 3, "seniors": None}, None)),
            _example("contrats - femmes - seniors", INT, ({"contrats": 9, "femmes": 3, "seniors": 2}, 4)),
            _example("-contrats + 1", INT, ({"contrats": 4}, -3)),
            _example("montant + contrats", DEC, ({"montant": Decimal("0.10"), "contrats": 2}, Decimal("2.10"))),
            _example("contrats + femmes * 2", DEC, ({"contrats": 1, "femmes": 3}, Decimal(7))),
            _example("(contrats + femmes) * 2", DEC, ({"contrats": 1, "femmes": 3}, Decimal(8))),
            _example("montant * montant", DEC, ({"montant": Decimal("1.05")}, Decimal("1.1025"))),
            _example(
                "femmes / contrats",
                DEC,
                ({"femmes": 1, "contrats": 2}, Decimal("0.5")),
                ({"femmes": 2, "contrats": 3}, Decimal("0.666666667")),
                ({"femmes": 2, "contrats": 0}, None),
                ({"femmes": 0, "contrats": 0}, None),
            ),
            _example("contrats / 1024", DEC, ({"contrats": 1}, Decimal("0.000976562"))),
            _example(
                "contrats * contrats",
                DEC,
                ({"contrats": 999_999_999}, Decimal(999_999_998_000_000_001)),
                ({"contrats": 1_000_000_000}, None),
                ({"contrats": 100_000_000_000_000}, None),
            ),
        ),
    ),
    Section(
        "Nombres et textes",
        "`ABS` enlève le signe. `ROUND` arrondit, la moitié s’éloignant de zéro. `LENGTH` compte les caractères, "
        "`LOWER` et `UPPER` changent la casse. L’absence donne l’absence.",
        (
            _example("ABS(contrats)", INT, ({"contrats": -4}, 4), ({"contrats": None}, None)),
            _example(
                "ROUND(montant)",
                DEC,
                ({"montant": Decimal("2.50")}, Decimal(3)),
                ({"montant": Decimal("-2.50")}, Decimal(-3)),
            ),
            _example(
                "ROUND(montant, 1)",
                DEC,
                ({"montant": Decimal("1.25")}, Decimal("1.3")),
                ({"montant": Decimal("1.24")}, Decimal("1.2")),
            ),
            _example("ROUND(contrats, 2)", INT, ({"contrats": 7}, 7)),
            _example(
                "LENGTH(intitule)", INT, ({"intitule": "été"}, 3), ({"intitule": ""}, 0), ({"intitule": None}, None)
            ),
            _example("LENGTH(intitule) - 5", INT, ({"intitule": "été"}, -2)),
            _example("LOWER(intitule) = 'été'", BOOL, ({"intitule": "ÉTÉ"}, True)),
            _example("UPPER(intitule)", TEXT, ({"intitule": "été"}, "ÉTÉ")),
        ),
    ),
    Section(
        "Dates",
        "`YEAR`, `MONTH`, `QUARTER` donnent un entier. `DAYS_BETWEEN(début, fin)` compte les jours du début à la fin. "
        "`ADD_MONTHS` garde le quantième, ou prend le dernier jour d’un mois plus court. `MONTHS_BETWEEN(début, fin)` "
        "compte les mois complets : le plus grand nombre de mois qui, ajouté au début, ne dépasse pas la fin (règle de "
        "l’article 641 du code de procédure civile). Les deux comptes sont négatifs quand la fin précède le début.",
        (
            _example("YEAR(entree) = 2025", BOOL, ({"entree": day("2025-01-01")}, True), ({"entree": None}, None)),
            _example("MONTH(entree)", INT, ({"entree": day("2025-12-31")}, 12)),
            _example("QUARTER(entree)", INT, ({"entree": day("2025-04-01")}, 2)),
            _example(
                "DAYS_BETWEEN(entree, sortie)",
                INT,
                ({"entree": day("2024-02-28"), "sortie": day("2024-03-01")}, 2),
                ({"entree": day("2024-03-01"), "sortie": day("2024-02-28")}, -2),
                ({"entree": day("2024-03-01"), "sortie": None}, None),
            ),
            _example(
                "ADD_MONTHS(entree, 1)",
                DATE,
                ({"entree": day("2025-01-31")}, day("2025-02-28")),
                ({"entree": day("2024-01-31")}, day("2024-02-29")),
                ({"entree": day("2025-12-15")}, day("2026-01-15")),
            ),
            _example("ADD_MONTHS(entree, -12)", DATE, ({"entree": day("2024-02-29")}, day("2023-02-28"))),
            _example(
                "MONTHS_BETWEEN(entree, sortie)",
                INT,
                ({"entree": day("2025-01-15"), "sortie": day("2025-03-14")}, 1),
                ({"entree": day("2025-01-15"), "sortie": day("2025-03-15")}, 2),
                ({"entree": day("2025-01-31"), "sortie": day("2025-02-28")}, 1),
                ({"entree": day("2025-02-28"), "sortie": day("2025-03-27")}, 0),
                ({"entree": day("2025-03-15"), "sortie": day("2025-01-15")}, -2),
                ({"entree": None, "sortie": day("2025-01-15")}, None),
            ),
        ),
    ),
    Section(
        "Choisir une valeur",
        "`CASE WHEN … THEN … ELSE … END` donne la valeur de la première condition vraie (ni fausse, ni absente), sinon "
        "celle de `ELSE`, sinon rien. `COALESCE` donne la première valeur présente. `LEAST` et `GREATEST` ne regardent "
        "que les valeurs présentes, et ne donnent rien s’il n’y en a aucune.",
        (
            _example(
                "CASE WHEN contrats > 10 THEN 2 WHEN contrats > 0 THEN 1 ELSE 0 END",
                INT,
                ({"contrats": 11}, 2),
                ({"contrats": 10}, 1),
                ({"contrats": None}, 0),
            ),
            _example(
                "CASE WHEN intervention THEN montant END", DEC, ({"intervention": None, "montant": Decimal(1)}, None)
            ),
            _example("CASE WHEN intervention THEN NULL ELSE 1.5 END", DEC, ({"intervention": False}, Decimal("1.5"))),
            _example("COALESCE(contrats, 0)", INT, ({"contrats": None}, 0), ({"contrats": 3}, 3)),
            _example("COALESCE(contrats > 1, FALSE)", BOOL, ({"contrats": None}, False)),
            _example(
                "LEAST(sortie, DATE '2025-12-31')",
                DATE,
                ({"sortie": day("2026-02-01")}, day("2025-12-31")),
                ({"sortie": None}, day("2025-12-31")),
            ),
            _example(
                "GREATEST(femmes, seniors)",
                INT,
                ({"femmes": 1, "seniors": 4}, 4),
                ({"femmes": 1, "seniors": None}, 1),
                ({"femmes": None, "seniors": None}, None),
            ),
        ),
    ),
    Section(
        "Sans colonne",
        "Une formule qui ne lit aucune colonne a la même valeur sur chaque ligne : `TRUE` compte donc "
        "toutes les lignes.",
        (
            _example("TRUE", BOOL, ({"contrats": 1}, True), ({"contrats": 2}, True)),
            _example("0.5 + 1", DEC, ({"contrats": 1}, Decimal("1.5"))),
        ),
    ),
)
