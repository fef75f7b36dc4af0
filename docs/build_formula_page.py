"""Write ``docs/formula.md`` from the cases that the tests run: ``python docs/build_formula_page.py``."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evalkit.formula import functions, screen
from evalkit.typography import typeset
from tests.formula.cases import SECTIONS, Section, Value
from tests.formula.refusals import refusals

PAGE = Path(__file__).with_name("formula.md")

_CODE = r"(```.*?```|``.*?``|`[^`\n]+`)"

_OPENING = f"""# Écrire une formule

<!-- Cette page est écrite par docs/build_formula_page.py, à partir des cas que les tests vérifient. -->

Une formule se lit **ligne par ligne**. Elle dit quelles lignes comptent ou ce que vaut une ligne :

```yaml
measure: {{type: sum, feed: bilans-actions, of: contrats_femmes + contrats_seniors, where: "theme = 'emploi'"}}
public: "age BETWEEN 16 AND 25 AND situation IN ('recherche', 'inactif')"
checks:
  - {{rule: "date_sortie IS NULL OR date_sortie >= date_entree", severity: bloquant, message: "…"}}
```

C’est un petit morceau de SQL. Il n’a ni requête, ni agrégat (le type de la mesure le dit), ni date du jour :
mêmes données, même résultat.

- Un texte s’écrit entre apostrophes droites (`'emploi'`), une apostrophe à l’intérieur étant doublée (`'l''emploi'`).
- Un nombre s’écrit sans espace, avec un point (`12000`, `0.5`) ; une date, `DATE '2026-03-31'`.
- Une colonne s’écrit par son nom, tel que le flux le déclare. Les mots du langage s’écrivent en majuscules ou non.
- Dans le YAML, mettez la formule entre guillemets (`"…"`) dès qu’elle contient une apostrophe, `:` ou `#`.
- Une formule tient en {screen.MOST_CHARACTERS} caractères et emboîte {screen.MOST_NESTED} parenthèses au plus.

**Où l’absence mène.** Une valeur absente (`NULL`) est inconnue, et non zéro. Une condition sur elle n’est ni vraie ni
fausse. `where`, `public` et un comptage ne gardent que les lignes où la condition est **vraie** ; une règle (`rule`)
ne signale que celles où elle est **fausse**.

## Les types

| Déclaré dans le flux | Dans une formule | S’écrit |
|---|---|---|
| `boolean` | condition | `TRUE`, `FALSE` |
| `integer` | nombre entier | `12` |
| `decimal` | nombre décimal | `0.5` |
| `category`, `code`, `zone`, `free_text`, `identity` | texte | `'emploi'` |
| `date` | date | `DATE '2026-03-31'` |
| `month` | mois | `'2026-03'` |
| `quarter` | trimestre | `'2026-T1'` |
| `year` | année | `'2026'` |

Deux types différents ne se comparent pas, sauf entier et décimal. Une catégorie ne se compare qu’aux mots de sa liste.
"""

_CLOSING = """
## Ce qui est refusé, et ce que vous lisez

« Col. » est le rang du caractère où le problème commence ; `evalkit check` donne le fichier, la ligne et la colonne.
"""


def page() -> str:
    """Return the text of the page."""
    parts = [_OPENING, *map(_section, SECTIONS), _functions(), _CLOSING, _refusals()]
    text = "\n".join(part.strip("\n") + "\n" for part in parts)
    return "".join(each if each.startswith("`") else typeset(each) for each in re.split(_CODE, text))


def _section(section: Section) -> str:
    rows = [
        ("" if index else f"`{example.formula}`", _row(row), _shown(result))
        for example in section.examples
        for index, (row, result) in enumerate(example.rows)
    ]
    return f"## {section.title}\n\n{section.rule}\n\n" + _table(("Formule", "Ligne", "Résultat"), rows)


def _row(row: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} = {_shown(value)}" for name, value in row.items())


def _shown(value: Value) -> str:
    match value:
        case None:
            shown = "*absent*"
        case bool():
            shown = "vrai" if value else "faux"
        case Decimal():
            shown = f"{value.normalize():f}".replace(".", ",")
        case dt.date():
            shown = f"{value:%d/%m/%Y}"
        case str():
            shown = "« " + value.replace("\n", " ↵ ") + " »"
        case _:
            shown = str(value)
    return shown


def _functions() -> str:
    rows = [(f"`{each.usage}`", each.meaning) for each in functions.SIGNATURES.values()]
    return "## Les fonctions\n\n" + _table(("Fonction", "Donne"), rows)


def _refusals() -> str:
    rows = [
        ("" if index else f"`` {refusal.formula} ``", f"`{told.code}`", str(told.column), told.words)
        for refusal in refusals()
        for index, told in enumerate(refusal.told)
    ]
    return _table(("Formule", "Code", "Col.", "Message"), rows)


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
