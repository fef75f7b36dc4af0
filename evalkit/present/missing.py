"""What could not be computed, and the questions that would make it possible."""

from __future__ import annotations

from evalkit.present.numbers import counted
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.typography import typeset

MOST_NAMED = 4


def not_computed_markdown(reader: Reader) -> str:
    """Return everything that has no result, with its cause."""
    tables = reader.publication.tables
    found: dict[tuple[str, str], list[str]] = {}
    for row in tables.not_computed.iter_rows(named=True):
        label = subject_label(reader, row["subject"], row["label"])
        found.setdefault((row["cause"], row["reason"]), []).append(label)
    for row in tables.refusals.iter_rows(named=True):
        label = comparison_label(reader, row["comparison"])
        found.setdefault(("comparaison refusée", row["reason"]), []).append(label)
    rows = [(" ; ".join(labels), cause, reason) for (cause, reason), labels in found.items()]
    columns = (Column("Résultats attendus", width=40), Column("Cause", width=16), Column("Motif", width=40))
    return typeset(markdown_table(columns, rows, "Ce qui n’a pas pu être calculé, et pourquoi."))


def questions_markdown(reader: Reader) -> str:
    """Return the questions to partners: one line per question, with what it is about."""
    asked: dict[tuple[str, str], list[str]] = {}
    for row in reader.publication.tables.questions.iter_rows(named=True):
        asked.setdefault((row["missing"], row["question"]), []).append(row["label"])
    lines = []
    for (missing, question), labels in sorted(asked.items(), key=lambda each: (len(each[1]), each[0])):
        named = "; ".join(labels[:MOST_NAMED])
        rest = f" et {counted(len(labels) - MOST_NAMED, 'autre')}" if len(labels) > MOST_NAMED else ""
        lines.append(f"- **{question}** ({missing}) {named.replace(';', ' ;')}{rest}.")
    return typeset("\n".join(lines)) if lines else "Aucune question en suspens."


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
