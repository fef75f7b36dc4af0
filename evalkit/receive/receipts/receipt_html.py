"""The receipt as one HTML page: nothing is loaded from elsewhere, and colour alone says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from evalkit.receive.checks.verdict import RULE
from evalkit.receive.findings.counts import french_count
from evalkit.receive.receipts.receipt import Receipt, headline, lines_text, remarks, tasks
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding
from evalkit.typography import typeset

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff; max-width: 60rem; margin: 0 auto;
  padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.25rem; margin-top: 2rem; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem; }
.verdict { border-left: .5rem solid; padding: .5rem 1rem; background: #f4f4f4; }
.refusee { border-color: #a3140e; }
.reserves { border-color: #8a5a00; }
.acceptee { border-color: #18602b; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid #6b6b6b; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: #f0f0f0; }
footer { margin-top: 2.5rem; font-size: .9rem; }
@media print { body { max-width: none; padding: 0; } .scroll { overflow: visible; } }
"""

_CLASS = {
    DeliveryStatus.REFUSED: "refusee",
    DeliveryStatus.WITH_RESERVES: "reserves",
    DeliveryStatus.ACCEPTED: "acceptee",
}


def receipt_html(receipt: Receipt) -> str:
    """Return the receipt as a self-contained page in French: verdict, what to do, what was repaired, the rule.

    Columns and lines are those of the partner's file. No value of a personal field is in a finding, so none is here.
    """
    delivery = receipt.delivery
    title = f"Accusé de réception : {delivery.feed}"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="fr">',
        f'<head><meta charset="utf-8"><title>{_text(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head>",
        "<body><main>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="verdict {_CLASS[delivery.status]}"><strong>{_text(headline(receipt))}</strong></p>',
        _fictitious(delivery),
        _identity(delivery),
        _periods(receipt),
        _to_do(delivery.findings),
        _notes(delivery.findings),
        f"<footer><h2>Règle du verdict</h2><p>{_text(RULE)}</p></footer>",
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _text(text: str) -> str:
    return escape(typeset(text), quote=True)


def _fictitious(delivery: Delivery) -> str:
    if not delivery.fictitious:
        return ""
    return "<p><strong>Données fictives de démonstration.</strong></p>"


def _identity(delivery: Delivery) -> str:
    pairs = [
        ("Contrat", delivery.contract),
        ("Producteur", delivery.producer),
        ("Fichier", delivery.file_name or "nom non conservé"),
        ("Reçu le", f"{delivery.received_on:%d/%m/%Y}"),
        ("Livraison", delivery.id),
        ("Empreinte du fichier (SHA-256)", delivery.file_hash),
    ]
    items = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in pairs)
    return f"<dl>{items}</dl>"


def _periods(receipt: Receipt) -> str:
    if not receipt.rows_by_period:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_text(period)}</th><td>{french_count(rows)}</td></tr>'
        for period, rows in receipt.rows_by_period
    )
    head = '<tr><th scope="col">Période</th><th scope="col">Lignes acceptées</th></tr>'
    caption = "<caption>Lignes acceptées par période</caption>"
    return f'<div class="scroll"><table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _to_do(findings: tuple[Finding, ...]) -> str:
    found = tasks(findings)
    if not found:
        return "<h2>Que faire ?</h2><p>Rien : tout a été reçu.</p>".replace(" ?", "\N{NARROW NO-BREAK SPACE}?")
    sections = [
        f"<h3>{number}. {_text(task.repair)}</h3>{_table(f'Constats à traiter, point {number}', task.findings)}"
        for number, task in enumerate(found, start=1)
    ]
    return _text("Que faire ?").join(["<h2>", "</h2>"]) + "".join(sections)


def _notes(findings: tuple[Finding, ...]) -> str:
    notes = remarks(findings)
    if not notes:
        return ""
    return f"<h2>Réparé ou noté, rien à faire</h2>{_table('Réparations et remarques', notes)}"


def _table(caption: str, findings: Iterable[Finding]) -> str:
    heads = ("Gravité", "Constat", "Colonne", "Lignes du fichier", "Reçu, par exemple", "Attendu", "Code")
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in heads)
    rows = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in _cells(finding))}</tr>" for finding in findings)
    caption = f"<caption>{_text(caption)}</caption>"
    return f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        finding.severity.value,
        finding.message,
        finding.field or "–",
        lines_text(finding) or "–",
        finding.received or "–",
        finding.expected or "–",
        finding.code,
    )
