"""The audit as one HTML page in French: nothing is loaded from elsewhere, and colour alone says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import isinf

from evalkit.declare.decisions import Dispensation, Dominance, Recoding
from evalkit.publish.audit import Audit, Loss, Masked
from evalkit.publish.policy import Rule
from evalkit.typography import typeset

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff; max-width: 64rem; margin: 0 auto;
  padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
.verdict { border-left: .5rem solid #18602b; padding: .5rem 1rem; background: #f4f4f4; }
.interne { border: 2px solid #a3140e; padding: .35rem 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid #6b6b6b; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: #f0f0f0; }
td.n { text-align: right; white-space: nowrap; }
@media print { body { max-width: none; padding: 0; } .scroll { overflow: visible; } }
"""

_OF = {
    "persons": "personnes",
    "households": "ménages",
    "enterprises": "entreprises",
    "answers": "réponses",
    "dwellings": "logements",
    "none": "",
}


def audit_html(audit: Audit, edition: str) -> str:
    """Return the audit of an edition as a self-contained page for the person responsible.

    It tells which cells are small and which protect them: it stays inside, and it says so.
    """
    title = f"Audit du secret statistique : édition {edition}"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="fr">',
        f'<head><meta charset="utf-8"><title>{_text(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head>",
        "<body><main>",
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(audit.label)}</p>",
        _paragraph("<strong>Données synthétiques de démonstration.</strong>") if audit.demonstration else "",
        '<p class="interne"><strong>Document interne.</strong> '
        + _text("Il dit quelles cases sont petites : ne le diffusez pas avec l’édition.")
        + "</p>",
        f'<p class="verdict"><strong>{_text(verdict(audit))}</strong></p>',
        _examined(audit),
        _rules(audit),
        _lost(audit.losses),
        _intervals(audit.narrowest),
        _decisions(audit),
        _limits(audit),
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def verdict(audit: Audit) -> str:
    """Return the verdict as one French sentence."""
    if not audit.protected:
        return "Publiable : aucun effectif n’est sous un seuil."
    return (
        f"Publiable : {_number(audit.protected)} effectifs à protéger, aucun n’est retrouvé ni encadré de trop près "
        "par qui lirait tout ce qui est public."
    )


def summary(audit: Audit) -> tuple[str, ...]:
    """Return what the terminal says of an audit, in French."""
    masked = audit.primary + audit.secondary
    lines = [
        verdict(audit),
        f"{_number(masked)} cases masquées sur {_number(audit.cells)} : {_number(audit.primary)} pour elles-mêmes, "
        f"{_number(audit.secondary)} pour protéger les premières.",
    ]
    if audit.earlier:
        lines.append(f"Recoupé avec {len(audit.earlier)} édition(s) antérieure(s).")
    if audit.exceptions:
        lines.append(f"{len(audit.exceptions)} exception(s) décidée(s) nommément.")
    if audit.already_public:
        lines.append(f"{len(audit.already_public)} effectif(s) déjà publics, que ce masquage ne peut plus protéger.")
    return tuple(typeset(line) for line in lines)


def _text(text: str) -> str:
    return escape(typeset(text), quote=True)


def _paragraph(html: str) -> str:
    return f"<p>{html}</p>"


def _number(count: float) -> str:
    return f"{count:,.0f}".replace(",", " ")


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]], numbers: frozenset[int]) -> str:
    head = "".join(f'<th scope="col">{_text(each)}</th>' for each in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="n">{_text(each)}</td>' if index in numbers else f"<td>{_text(each)}</td>"
            for index, each in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll"><table><caption>{_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _examined(audit: Audit) -> str:
    rows = [
        ("Cases examinées ensemble", _number(audit.cells)),
        ("Égalités entre effectifs, trouvées par l’outil", _number(audit.links)),
        ("Effectifs à protéger", _number(audit.protected)),
        ("Groupes d’égalités résolus à part", _number(audit.pieces)),
        ("Éditions antérieures recoupées", ", ".join(audit.earlier) or "aucune"),
        ("Tableaux publics recoupés", ", ".join(audit.public_tables) or "aucun déclaré"),
    ]
    return f"<h2>{_text('Ce qui a été examiné')}</h2>" + _table(
        "Étendue de l’audit", ("Quoi", "Combien"), rows, frozenset()
    )


def _rules(audit: Audit) -> str:
    heads = ("Flux", "Seuil", "Intervalle laissé", "Dominance", "Arrondi", "Texte")
    rows = [(feed, *_rule(rule)) for feed, rule in audit.rules.items()]
    return f"<h2>{_text('Les règles appliquées')}</h2>" + _table(
        "Une règle par flux, la plus stricte de ses accords", heads, rows, frozenset()
    )


def _rule(rule: Rule) -> tuple[str, str, str, str, str]:
    if not rule.is_declared:
        return ("aucun : rien n’est publié", "", "", "", "")
    if not rule.protects:
        return ("sans objet", "", _dominance(rule.dominance), "", rule.source)
    rounding = f"multiples de {rule.rounding}" if rule.rounding else "non"
    return (
        f"{rule.units} {_OF[rule.of]}",
        f"au moins {_number(rule.protection)}",
        _dominance(rule.dominance),
        rounding,
        rule.source,
    )


def _dominance(rule: Dominance | None) -> str:
    if rule is None:
        return "non"
    parts = []
    if rule.largest is not None:
        parts.append(f"{rule.largest} plus grand(s) ≤ {rule.percent:g} %")
    if rule.rest_percent is not None:
        parts.append(f"reste ≥ {rule.rest_percent:g} % du plus grand")
    parts.append(f"contributeurs : {rule.by}" if rule.by else "contributeurs inconnus : toute somme est masquée")
    return " ; ".join(parts)


def _lost(losses: tuple[Loss, ...]) -> str:
    touched = [loss for loss in losses if loss.primary or loss.secondary]
    title = f"<h2>{_text('Ce qui a été perdu')}</h2>"
    if not touched:
        return title + _paragraph(_text("Rien : aucune case n’est masquée."))
    heads = ("Résultat", "Cases", "Masquées pour elles-mêmes", "Masquées pour protéger", "Part perdue")
    rows = [
        (
            loss.label,
            _number(loss.cells),
            _number(loss.primary),
            _number(loss.secondary),
            f"{100 * (loss.primary + loss.secondary) / loss.cells:.0f} %",
        )
        for loss in sorted(touched, key=lambda each: (-(each.primary + each.secondary), each.label))
    ]
    whole = len(losses) - len(touched)
    return (
        title
        + _table("Résultats touchés", heads, rows, frozenset({1, 2, 3, 4}))
        + _paragraph(_text(f"{whole} autres résultats n’ont rien perdu."))
    )


def _intervals(narrowest: tuple[Masked, ...]) -> str:
    if not narrowest:
        return ""
    heads = ("Résultat", "Où et quand", "De", "À", "Largeur", "Exigée")
    rows = [
        (each.label, each.place, _bound(each.interval.low), _bound(each.interval.high), *_width(each))
        for each in narrowest
    ]
    note = (
        "Qui connaît toutes les cases montrées, toutes les égalités, les éditions antérieures et les tableaux publics "
        "déclarés ne peut pas resserrer ces effectifs davantage que l’intervalle indiqué."
    )
    return (
        f"<h2>{_text('Les effectifs masqués les mieux encadrés')}</h2>"
        + _paragraph(_text(note))
        + _table("Du plus étroit au plus large", heads, rows, frozenset({2, 3, 4, 5}))
    )


def _bound(value: float) -> str:
    return "sans borne" if isinf(value) else f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",")


def _width(each: Masked) -> tuple[str, str]:
    return _bound(each.interval.width), _bound(each.interval.required)


def _decisions(audit: Audit) -> str:
    parts = [f"<h2>{_text('Les décisions prises nommément')}</h2>"]
    if audit.exceptions:
        heads = ("Indicateur", "Portée", "Décidée par", "Le", "Motif")
        rows = [_exception(each) for each in audit.exceptions]
        parts.append(_table("Exceptions : cases montrées quelle que soit leur taille", heads, rows, frozenset()))
    else:
        parts.append(_paragraph(_text("Aucune exception.")))
    if audit.recodings:
        rows = [_recoding(each) for each in audit.recodings]
        parts.append(
            _table("Regroupements faits avant tout masquage", ("Indicateurs", "Regroupement"), rows, frozenset())
        )
    else:
        parts.append(_paragraph(_text("Aucun regroupement de classes.")))
    if audit.already_public:
        items = "".join(f"<li>{_text(each)}</li>" for each in audit.already_public)
        told = "Effectifs sous un seuil que d’autres publications donnent déjà : ils sont masqués ici, sans effet."
        parts.append(_paragraph(_text(told)) + f"<ul>{items}</ul>")
    return "\n".join(parts)


def _exception(each: Dispensation) -> tuple[str, ...]:
    where = [part for part in (each.zone, each.period, each.breakdown) if part]
    return each.indicator, ", ".join(where) or "partout", each.decided_by, f"{each.decided_on:%d/%m/%Y}", each.reason


def _recoding(each: Recoding) -> tuple[str, str]:
    merged = [f"{whole} = {' + '.join(parts)}" for whole, parts in each.into.items()]
    what = "par année" if each.period else f"{each.field} : " + " ; ".join(merged)
    return ", ".join(each.indicators) or "tous ceux qui s’additionnent", what


def _limits(audit: Audit) -> str:
    items = [
        "Les intervalles sont ceux des nombres réels : un effectif est entier, l’intervalle d’un lecteur peut être "
        "plus court d’une fraction d’unité.",
        "Un lecteur peut connaître un tableau que personne n’a déclaré : déclarez les tableaux publics dans "
        "publication/<contrat>.yml.",
        "Les grandeurs qui ne s’additionnent pas (stocks, personnes distinctes, deux contours d’un quartier) sont "
        "données à l’attaquant avec l’écart exact entre le total et ses parties.",
    ]
    if not audit.earlier:
        items.append(
            "Aucune édition antérieure n’a été trouvée : une édition diffusée ailleurs doit être remise dans "
            "data/editions avant de publier."
        )
    return f"<h2>{_text('Limites')}</h2><ul>" + "".join(f"<li>{_text(each)}</li>" for each in items) + "</ul>"
