"""Write ``docs/flux.md`` from the declarations of ``expectations/``: ``python docs/build_feeds_page.py``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evalkit.declare.feed import Check, ExpectationCheck, Feed, FieldSpec, FieldType, Grain, RuleCheck
from evalkit.declare.model import Evidence
from evalkit.declare.period import Granularity
from evalkit.exchange.declared import written
from evalkit.typography import typeset
from evalkit.workspace.load import read_workspace_files

ROOT = Path(__file__).parents[1]
PAGE = Path(__file__).with_name("flux.md")
SHOWN_HEADERS = 3

_CODE = r"(```.*?```|`[^`\n]+`)"

FAMILIES = (
    ("Emploi et entreprises", ("france-travail-", "missions-locales-", "clauses-", "entreprises-", "paqte-")),
    ("Droits, santé et action sociale", ("caf-", "assurance-maladie-", "sante-", "action-sociale-")),
    ("Logement et cadre de vie", ("logement-", "anah-", "tfpb-", "gsup-", "mobilite-")),
    ("Éducation", ("education-",)),
    ("Tranquillité publique", ("tranquillite-",)),
    ("Actions, crédits et participation", ("bilans-", "programmation-", "fph-", "participation-", "releves-")),
    ("Enquêtes", ("barometre-", "enquete-")),
    ("Insee : quartiers prioritaires", ("insee-qpv-",)),
    ("Insee et ANCT : références et géographie", ("insee-", "anct-", "qpv-")),
)
"""Titles of the page, each with the beginnings of the names of its feeds; the first that fits wins."""

_GRAINS = {
    Grain.PERSON: "une personne, à une période",
    Grain.EVENT: "un événement",
    Grain.TOTAL: "un total déjà compté",
    Grain.ZONE: "une zone",
    Grain.ANSWER: "une réponse",
    Grain.TEXT: "un texte",
}

_RHYTHMS = {
    Granularity.MONTH: "mois",
    Granularity.QUARTER: "trimestre",
    Granularity.HALF_YEAR: "semestre",
    Granularity.YEAR: "année",
    Granularity.SCHOOL_YEAR: "année scolaire",
}

_TYPES = {
    FieldType.IDENTITY: "pseudonyme",
    FieldType.CODE: "code ou texte court",
    FieldType.ZONE: "zone",
    FieldType.CATEGORY: "mot de la liste",
    FieldType.INTEGER: "nombre entier",
    FieldType.DECIMAL: "nombre",
    FieldType.BOOLEAN: "oui ou non",
    FieldType.DATE: "date",
    FieldType.MONTH: "mois",
    FieldType.QUARTER: "trimestre",
    FieldType.HALF_YEAR: "semestre",
    FieldType.YEAR: "année",
    FieldType.FREE_TEXT: "texte libre",
}

_OPENING = """# Les flux de données

<!-- Cette page est écrite par docs/build_feeds_page.py, à partir des déclarations du dossier expectations. -->

Un **flux** est une sorte de fichier : ce que dit une ligne, ses colonnes, ses contrôles, ses ruptures de série. Un
contrat n’en reçoit que quelques-uns ; sa clause DATA dit lesquels, de qui et quand. Un flux absent n’est pas une
erreur.

- Une colonne se reconnaît à son nom, à son libellé ou à l’un des titres connus, sans égard aux majuscules, aux accents
  ni aux espaces. Les colonnes **obligatoires** sont marquées `*` ; la clé désigne une ligne une seule fois.
- Une case vide n’est jamais zéro : elle est masquée, non disponible, sans objet ou manquante, et la cause est gardée.
- Un contrôle **bloquant** refuse la ligne, **majeur** donne des réserves, **mineur** se signale. La tolérance est la
  part de lignes qui peuvent échouer sans conséquence.
- `evalkit check FICHIER` contrôle un fichier sans rien enregistrer.

Un fichier qui ne se trouve pas ici se déclare dans `expectations/`, sur le modèle de ses voisins.
"""


def page() -> str:
    """Return the text of the page.

    Raises:
        ValueError: a feed belongs to no family of the page.
    """
    feeds = [(located.value, _comment(located.value.feed)) for located in read_workspace_files(ROOT).feeds]
    families = {feed.feed: _family(feed.feed) for feed, _ in feeds}
    parts = [_OPENING, _summary([feed for feed, _ in feeds], families)]
    for title, _ in FAMILIES:
        members = sorted((feed.feed, feed, words) for feed, words in feeds if families[feed.feed] == title)
        parts.append(f"## {title}")
        parts += [_section(feed, words) for _, feed, words in members]
    text = "\n".join(part.strip("\n") + "\n" for part in parts)
    return "".join(each if each.startswith("`") else typeset(each) for each in re.split(_CODE, text, flags=re.DOTALL))


def _family(name: str) -> str:
    found = next((title for title, beginnings in FAMILIES if name.startswith(beginnings)), None)
    if found is None:
        raise ValueError(name)
    return found


def _comment(name: str) -> str:
    """Return the comment that opens a declaration, as one paragraph."""
    lines = (ROOT / "expectations" / f"{name}.yml").read_text(encoding="utf-8").splitlines()
    opening = []
    for line in lines:
        if not line.startswith("#"):
            break
        opening.append(line.removeprefix("#").strip())
    return " ".join(opening)


def _summary(feeds: Iterable[Feed], families: dict[str, str]) -> str:
    order = {title: index for index, (title, _) in enumerate(FAMILIES)}
    rows = [
        (f"[`{feed.feed}`](#{feed.feed})", feed.label, _GRAINS[feed.grain], _rhythm(feed), feed.nature.value)
        for feed in sorted(feeds, key=lambda each: (order[families[each.feed]], each.feed))
    ]
    return _table(("Flux", "Ce qu’il contient", "Une ligne est", "Rythme", "Nature"), rows)


def _rhythm(feed: Feed) -> str:
    return _RHYTHMS[feed.period.granularity]


def _section(feed: Feed, words: str) -> str:
    facts = [f"- **Une ligne est** {_GRAINS[feed.grain]} ; clé : {', '.join(f'`{name}`' for name in feed.key)}."]
    facts.append(f"- **Période** : {_rhythm(feed)}, {_period(feed)}. **Nature** : {feed.nature.value}.")
    if feed.supplied:
        facts.append("- **Nombres fournis** par le partenaire, qu’aucun fichier ne permet de vérifier.")
    facts += [f"- **{title}** : {text}." for title, text in _said(feed)]
    lists = [
        "\n".join(facts),
        _table(("Colonne", "Libellé", "Se lit", "Titres reconnus"), map(_field, feed.fields)),
        _checks(feed),
        _breaks(feed),
    ]
    return f"### {feed.feed}\n\n**{feed.label}.** {words}\n\n" + "\n\n".join(part for part in lists if part)


def _period(feed: Feed) -> str:
    return f"lue dans `{feed.period.field}`" if feed.period.field else "donnée avec la livraison"


def _said(feed: Feed) -> Iterator[tuple[str, str]]:
    """Give what a declaration states of its source, with its title."""
    if feed.source:
        yield "Source", feed.source
    if feed.window:
        yield "Fenêtre d’observation", feed.window
    if feed.perimeter:
        yield "Périmètre des quartiers", str(feed.perimeter)
    if feed.spacing:
        yield "Écart minimal entre deux millésimes comparés", _duration(feed.spacing)
    if feed.total_codes:
        yield "Lignes de total, mises de côté", ", ".join(f"`{code}`" for code in feed.total_codes)
    if feed.other_columns == "listed":
        yield "Colonnes non déclarées", "signalées, non conservées"
    if feed.evidence:
        yield "D’où vient la déclaration", _evidence(feed.evidence)


def _duration(text: str) -> str:
    count, unit = int(text[1:-1]), text[-1]
    words = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}[unit]
    return f"{count} {words[count > 1]}"


def _evidence(evidence: Evidence) -> str:
    line = f"ligne {evidence.line}" if evidence.line else ""
    cited = ", ".join(str(part) for part in (evidence.document, evidence.section, line) if part)
    return " ; ".join(part for part in (cited, evidence.note) if part) or "jugement de l’évaluateur"


def _field(field: FieldSpec) -> tuple[str, str, str, str]:
    star = "*" if field.required else ""
    shown = ", ".join(field.headers[:SHOWN_HEADERS]) + (", …" if len(field.headers) > SHOWN_HEADERS else "")
    return f"`{field.name}`{star}", field.label or "", _reading(field), shown


def _reading(field: FieldSpec) -> str:
    if field.values:
        return ", ".join(f"`{word}`" for word in field.values)
    parts = [_TYPES[field.type], f"({field.unit})" if field.unit else "", _bounds(field)]
    return " ".join(part for part in parts if part)


def _bounds(field: FieldSpec) -> str:
    low, high = (None if each is None else f"{each:f}".replace(".", ",") for each in (field.minimum, field.maximum))
    if low is not None and high is not None:
        return f"de {low} à {high}"
    return f"au moins {low}" if low is not None else f"au plus {high}" if high is not None else ""


def _checks(feed: Feed) -> str:
    rows = []
    for check in feed.checks:
        rule = f"`{_rule(check)}`"
        tolerance = f"{check.tolerance * 100:f}".rstrip("0").rstrip(".").replace(".", ",") or "0"
        severity = check.severity.value + (f" au-delà de {tolerance} %" if check.tolerance else "")
        rows.append((check.message or "", severity, rule))
    return _table(("Constat", "Gravité", "Règle"), rows) if rows else ""


def _rule(check: Check) -> str:
    """Return what a check asks, as its declaration says it."""
    if isinstance(check, RuleCheck):
        return check.rule
    if isinstance(check, ExpectationCheck):
        return check.expectation
    said = written(check, without={"severity", "message", "tolerance"})
    return ", ".join(f"{name}: {_value(value)}" for name, value in said.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_value(each)}" for name, each in value.items()) + "}"
    return "[" + ", ".join(map(_value, value)) + "]" if isinstance(value, list | tuple) else str(value)


def _breaks(feed: Feed) -> str:
    lines = [f"- {each.date:%d/%m/%Y} : {each.text}{_only(each.fields)}" for each in feed.breaks]
    return "**Ruptures de série**\n\n" + "\n".join(lines) if lines else ""


def _only(fields: tuple[str, ...]) -> str:
    return f" (seulement {', '.join(f'`{name}`' for name in fields)})" if fields else ""


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
