"""The receipt as one HTML page: nothing is loaded from elsewhere, and colour alone says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from evalkit.receive.checks.verdict import RULE
from evalkit.receive.receipts.receipt import Receipt, headline, next_step, reason
from evalkit.receive.receipts.receipt_style import STYLE
from evalkit.receive.receipts.told import Task, Told, remarks, tasks
from evalkit.store.delivery import Delivery, DeliveryStatus
from evalkit.typography import counted, french_count, typeset

_LOOK = {
    DeliveryStatus.REFUSED: ("refusee", "✕", "Refusée"),
    DeliveryStatus.WITH_RESERVES: ("reserves", "!", "Acceptée avec réserves"),
    DeliveryStatus.ACCEPTED: ("acceptee", "✓", "Acceptée"),
}
"""Class, sign and word of each verdict: the word alone says everything."""


def receipt_html(receipt: Receipt) -> str:
    """Return the receipt as a self-contained page in French: verdict, why, what to do, what was repaired, the rule.

    Columns and lines are those of the partner's file. No value of a personal field is in a finding, so none is here.
    """
    title = f"Accusé de réception : {receipt.words.feed or receipt.delivery.feed}"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="fr">',
        f'<head><meta charset="utf-8"><title>{_text(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{STYLE}</style></head>",
        "<body><main>",
        f"<h1>{_text(title)}</h1>",
        _verdict(receipt),
        _fictitious(receipt.delivery),
        _to_do(tasks(receipt.delivery.findings, receipt.words)),
        _notes(remarks(receipt.delivery.findings, receipt.words)),
        _identity(receipt),
        _periods(receipt),
        f"<footer><h2>Règle du verdict</h2><p>{_text(RULE)}</p></footer>",
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _text(text: str) -> str:
    return escape(typeset(text), quote=True)


def _verdict(receipt: Receipt) -> str:
    look, sign, word = _LOOK[receipt.delivery.status]
    why = reason(receipt)
    lines = [
        f'<p class="sign"><span aria-hidden="true">{sign}</span> {_text(word)}</p>',
        f'<p class="headline">{_text(headline(receipt))}</p>',
        f"<p>{_text(why)}</p>" if why else "",
        f'<p class="next">{_text(next_step(receipt))}</p>',
    ]
    return f'<section class="verdict {look}" aria-label="Verdict">{"".join(lines)}</section>'


def _fictitious(delivery: Delivery) -> str:
    return "<p><strong>Données fictives de démonstration.</strong></p>" if delivery.fictitious else ""


def _to_do(found: tuple[Task, ...]) -> str:
    title = f"<h2>{_text('Que faire ?')}</h2>"
    if not found:
        return f"{title}<p>Rien : aucun point à corriger.</p>".replace(" :", "\N{NO-BREAK SPACE}:")
    steps = "".join(f"<li><h3>{_text(task.repair)}</h3>{_lines(task.lines)}</li>" for task in found)
    return f'{title}<ol class="tasks">{steps}</ol>'


def _lines(lines: Iterable[Told]) -> str:
    items = "".join(f"<li>{_line(line)}</li>" for line in lines)
    return f'<ul class="told">{items}</ul>'


def _line(line: Told) -> str:
    columns = f"<strong>{_text(line.columns_text)}</strong>{_text(' : ')}" if line.columns else ""
    where = f" ({line.where})" if line.where else ""
    sentence = f"{columns}{_text(line.sentence_with(where))}"
    pairs = [("Reçu, par exemple", line.received), ("Attendu", line.expected)]
    examples = "".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in pairs if value)
    examples = f'<dl class="examples">{examples}</dl>' if examples else ""
    return f'{sentence} <span class="code">{_text(line.mark)}, {line.code}</span>{examples}'


def _notes(notes: tuple[Told, ...]) -> str:
    if not notes:
        return ""
    summary = f"<summary>{_text('Afficher ' + counted(len(notes), 'point', 'points'))}</summary>"
    return f"<h2>Réparé ou noté, rien à faire</h2><details>{summary}{_lines(notes)}</details>"


def _identity(receipt: Receipt) -> str:
    delivery, words = receipt.delivery, receipt.words
    pairs = [
        ("Fichier", delivery.file_name or "nom non conservé"),
        ("Flux", f"{words.feed} ({delivery.feed})" if words.feed else delivery.feed),
        ("Producteur", words.producer or delivery.producer),
        ("Contrat", words.contract or delivery.contract),
        ("Reçu le", f"{delivery.received_on:%d/%m/%Y}"),
        ("Lignes acceptées", french_count(delivery.rows_accepted)),
        ("Lignes refusées", french_count(delivery.rows_refused)),
        ("Livraison", delivery.id),
        ("Empreinte du fichier (SHA-256)", delivery.file_hash),
    ]
    items = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in pairs)
    return f'<h2>Cette livraison</h2><dl class="identity">{items}</dl>'


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
