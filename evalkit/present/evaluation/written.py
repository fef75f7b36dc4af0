"""Find what evaluators wrote for a report, say who wrote it, or say what is awaited of them."""

from __future__ import annotations

from evalkit.declare.evaluation import Evaluation, YearlyPart
from evalkit.french_dates import day_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.partner_text import paragraphs, plain
from evalkit.typography import typeset


def evaluation_of(reader: Reader, report: str, year: int | None = None) -> Evaluation | None:
    """Return what was written for a report; nothing when nobody did.

    Args:
        reader: the publication.
        report: the kind of report.
        year: for the yearly report, the year that it is about; an evaluation without a year goes with any.
    """
    written = [each for each in reader.publication.declared.evaluations if each.report == report]
    if year is not None:
        written = [each for each in written if each.year in {year, None}]
    return max(written, key=lambda each: (each.year or 0, each.date)) if written else None


def signature(evaluation: Evaluation | None) -> str:
    """Return who wrote and when, and that it is fictitious when it is; empty when nothing was written."""
    if evaluation is None:
        return ""
    authors = enumerate_words([plain(each) for each in evaluation.authors])
    signed = say("evaluation.written.signed", authors=authors, day=day_words(evaluation.date))
    return typeset(f"{signed} {fictitious_mark(evaluation)}".rstrip())


def fictitious_mark(evaluation: Evaluation | None) -> str:
    """Return the words that mark what exists only in a demonstration; empty for what is real."""
    return typeset(say("evaluation.written.fictitious")) if evaluation is not None and evaluation.fictitious else ""


def awaited(reader: Reader, what: str) -> str:
    """Return the mark of a part that evaluators have not written yet, and where they would.

    Args:
        reader: the publication.
        what: a French sentence on what is awaited.
    """
    return typeset(say("evaluation.written.awaited", what=what, contract=reader.publication.declared.contract.contract))


def yearly_text(evaluation: Evaluation | None, part: YearlyPart) -> str:
    """Return what the authors of the yearly report wrote for a part that no figure gives; empty when they have not."""
    texts = evaluation.texts if evaluation is not None else ()
    return "\n\n".join(paragraphs(each.text) for each in texts if each.part is part)
