"""The defects of definition as questions to send: by the partner who can answer, with room for the answer."""

from __future__ import annotations

import polars as pl

from evalkit.measure.contract_coverage import ContractCoverage
from evalkit.workspace.workspace import ContractDeclarations

TO_BE_NAMED = "à désigner"
"""In place of the partner, when the document names no producer."""

ANSWER = "Votre réponse"


def questions(declarations: ContractDeclarations, found: ContractCoverage) -> pl.DataFrame:
    """Return every question to settle about the indicators of a contract.

    Args:
        declarations: the contract.
        found: its coverage (:func:`evalkit.measure.contract_coverage.contract_coverage`).

    Returns:
        French columns, by partner, then in the order of the document: the partner, the indicator, where the document
        announces it, the question, an empty column for the answer, and the id of the indicator.
    """
    labels = {each.id: each.label for each in declarations.contract.partners}
    indicators = {each.id: each for each in declarations.indicators}
    rows = []
    for defect in found.defects:
        indicator = indicators[defect.indicator]
        evidence = indicator.evidence
        rows.append(
            {
                "Partenaire": labels.get(indicator.producer or "", TO_BE_NAMED),
                "Indicateur": indicator.label,
                "Section": evidence.section,
                "Ligne": evidence.line,
                "Question": defect.defect,
                ANSWER: None,
                "Identifiant": indicator.id,
            }
        )
    schema = {
        "Partenaire": pl.String,
        "Indicateur": pl.String,
        "Section": pl.String,
        "Ligne": pl.Int64,
        "Question": pl.String,
        ANSWER: pl.String,
        "Identifiant": pl.String,
    }
    table = pl.DataFrame(rows, schema=schema)
    nobody = pl.col("Partenaire") == TO_BE_NAMED
    return table.sort(nobody, "Partenaire", "Ligne", "Identifiant", "Question", nulls_last=True)


def questions_csv(table: pl.DataFrame) -> bytes:
    """Return the questions as a file that a French spreadsheet opens: semicolons, and the mark of UTF-8."""
    return b"\xef\xbb\xbf" + table.write_csv(separator=";", line_terminator="\r\n").encode()
