"""The receipt for a terminal: plain French lines, short enough to be read on any screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from evalkit.receive.receipts.receipt import Receipt, headline, next_step, reason
from evalkit.receive.receipts.told import Task, Told, remarks, tasks
from evalkit.typography import counted, typeset

_WIDTH = 96


def receipt_text(receipt: Receipt) -> str:
    """Return the receipt: the verdict, why, what happens next, what to do, what was repaired."""
    delivery = receipt.delivery
    lines = [headline(receipt), *_paragraph(reason(receipt), "  "), *_paragraph(next_step(receipt), "  "), ""]
    lines += _identity(receipt)
    to_do = tasks(delivery.findings, receipt.words)
    if to_do:
        lines += ["", f"À faire ({len(to_do)})"]
    for number, task in enumerate(to_do, start=1):
        lines += _task(number, task)
    if notes := remarks(delivery.findings, receipt.words):
        lines += ["", f"Réparé ou noté, rien à faire ({len(notes)})"]
        lines += [line for note in notes for line in _told(note, "  - ", "    ")]
    return "\n".join(typeset(line) for line in lines) + "\n"


def _identity(receipt: Receipt) -> Iterator[str]:
    delivery, words = receipt.delivery, receipt.words
    yield from _paragraph(f"Fichier : {delivery.file_name or 'nom non conservé'}", "")
    yield from _paragraph(
        f"Flux : {words.feed or delivery.feed} ({delivery.feed}). Producteur : {words.producer or delivery.producer}. "
        f"Livraison {delivery.id}.",
        "",
    )
    if receipt.rows_by_period:
        periods = ", ".join(f"{period} ({counted(rows, 'ligne', 'lignes')})" for period, rows in receipt.rows_by_period)
        yield from _paragraph(f"Périodes : {periods}", "")
    if delivery.fictitious:
        yield "Données fictives de démonstration."


def _task(number: int, task: Task) -> Iterator[str]:
    yield from _paragraph(task.repair, f"  {number}. ", "     ")
    for line in task.lines:
        yield from _told(line, "     - ", "       ")


def _told(line: Told, first: str, then: str) -> Iterator[str]:
    columns = f"{line.columns_text} : " if line.columns else ""
    where = f" ({line.where})" if line.where else ""
    sentence = f"{columns}{line.sentence_with(where)} [{line.mark}, {line.code}]"
    yield from _paragraph(sentence, first, then)
    examples = [f"Reçu : « {line.received} »." if line.received else ""]
    examples.append(f"Attendu : {line.expected}." if line.expected else "")
    yield from _paragraph(" ".join(each for each in examples if each), then)


def _paragraph(text: str, first: str, then: str | None = None) -> Iterable[str]:
    """Cut a text into lines at its ordinary spaces only: no-break ones hold."""
    if not text:
        return []
    return textwrap.wrap(
        typeset(text),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=first if then is None else then,
        break_long_words=False,
        break_on_hyphens=False,
    )
