"""What could not be computed, and the questions that would make it possible."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.numbers import number, tally
from evalkit.typography import typeset

MOST_NAMED = 4

_UNDEFINED = "définition manquante"
"""The cause, in a publication, of an indicator that no document defines."""


def not_computed_markdown(reader: Reader) -> str:
    """Return what has no result: each cause and reason, how many results it takes away, and the first of them."""
    rows = [
        (cause, reason, number(len(labels)), _some(labels)) for (cause, reason), labels in _by_reason(reader).items()
    ]
    columns = (
        Column(say("results.missing.column_cause"), width=16),
        Column(say("results.missing.column_reason"), width=44),
        Column(say("results.missing.column_count"), "right", 8),
        Column(say("results.missing.column_results"), width=44),
    )
    return typeset(markdown_table(columns, rows, say("results.missing.caption")))


def not_computed_list_markdown(reader: Reader) -> str:
    """Return every single result that is missing, under its cause and its reason."""
    parts = [
        f"**{cause[:1].upper()}{cause[1:]}** : {reason.rstrip('.')} ({number(len(labels))}). {' ; '.join(labels)}."
        for (cause, reason), labels in _by_reason(reader).items()
    ]
    return typeset("\n\n".join(parts)) if parts else say("results.missing.everything")


def _by_reason(reader: Reader) -> dict[tuple[str, str], list[str]]:
    """Return the labels of what is missing by cause and reason, what nobody has defined last."""
    tables = reader.publication.tables
    found: dict[tuple[str, str], list[str]] = {}
    for row in tables.not_computed.iter_rows(named=True):
        label = subject_label(reader, row["subject"], row["label"])
        found.setdefault((row["cause"], row["reason"]), []).append(label)
    for row in tables.refusals.iter_rows(named=True):
        label = comparison_label(reader, row["comparison"])
        found.setdefault((say("results.missing.refused_comparison"), row["reason"]), []).append(label)
    return dict(sorted(found.items(), key=lambda each: each[0][0] == _UNDEFINED))


def _some(labels: Sequence[str]) -> str:
    """Return the first labels, and how many others there are."""
    rest = (
        say("results.missing.and_others", others=tally("results.missing.others", len(labels) - MOST_NAMED))
        if len(labels) > MOST_NAMED
        else ""
    )
    return f"{' ; '.join(labels[:MOST_NAMED])}{rest}"


def questions_markdown(reader: Reader) -> str:
    """Return the questions to partners: one line per question, with what it is about."""
    asked: dict[tuple[str, str], list[str]] = {}
    for row in reader.publication.tables.questions.iter_rows(named=True):
        asked.setdefault((row["missing"], row["question"]), []).append(row["label"])
    lines = []
    for (missing, question), labels in sorted(asked.items(), key=lambda each: (len(each[1]), each[0])):
        lines.append(f"- **{question}** ({missing}) {_some(labels)}.")
    return typeset("\n".join(lines)) if lines else say("results.missing.no_question")


def subject_label(reader: Reader, subject: str, label: str) -> str:
    """Return the French name of what a line is about."""
    declared = reader.publication.declared
    names = {each.id: each.label for each in declared.indicators}
    names |= {each.cohort: each.label for each in declared.cohorts}
    names |= {each.id: each.label for each in declared.comparisons}
    return names.get(subject, label or subject)


def comparison_label(reader: Reader, comparison: str) -> str:
    """Return the French name of a comparison."""
    return subject_label(reader, comparison, comparison)
