"""The names that a partner knows, in the place of the identifiers of declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evalkit.declare.feed import Feed, FieldSpec
from evalkit.receive.headings import Matching
from evalkit.receive.order import Case
from evalkit.workspace.workspace import ContractDeclarations


@dataclass(frozen=True, slots=True)
class Words:
    """What things are called in a receipt.

    Attributes:
        contract: the title of the contract.
        feed: the title of the feed.
        producer: the name of the producer.
        fields: how the partner calls each field: the title of its column, else its label.
    """

    contract: str = ""
    feed: str = ""
    producer: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def columns(self, names: str) -> tuple[str, ...]:
        """Return the names of the columns of a finding, which writes its fields separated by commas."""
        return tuple(self.fields.get(name, name) for name in names.split(", ") if name)

    def told(self, message: str, names: str) -> str:
        """Return a message whose fields are called as the partner calls them."""
        fields = [name for name in names.split(", ") if name in self.fields]
        if len(fields) > 1:
            message = message.replace(" + ".join(fields), " + ".join(self.fields[name] for name in fields))
        for name in fields:
            for before, after in (("« ", " »"), ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»")):
                message = message.replace(f"{before}{name}{after}", f"{before}{self.fields[name]}{after}")
        return message


def words_of(
    declarations: ContractDeclarations, case: Case, headings: tuple[str, ...] = (), matching: Matching | None = None
) -> Words:
    """Return the names of a delivery.

    Args:
        declarations: the contract, whose partners have names.
        case: the feed and the producer.
        headings: the titles of the columns of the file.
        matching: which column holds which field; none for a file that could not be read.
    """
    partners = {partner.id: partner.label for partner in declarations.contract.partners}
    return Words(
        declarations.contract.label,
        case.feed.label,
        partners.get(case.terms.producer, case.terms.producer),
        _field_names(case.feed, headings, matching),
    )


def _field_names(feed: Feed, headings: tuple[str, ...], matching: Matching | None) -> dict[str, str]:
    columns = matching.columns if matching is not None else {}
    return {
        field.name: _column_name(field, headings[int(columns[field.name][1:])])
        if field.name in columns
        else field.label or field.name
        for field in feed.fields
    }


def _column_name(field: FieldSpec, heading: str) -> str:
    """Return the title of a column, with its label when the title is a code."""
    is_code = "_" in heading or not any(letter.islower() for letter in heading)
    return f"{heading} ({field.label})" if is_code and field.label and field.label != heading else heading
