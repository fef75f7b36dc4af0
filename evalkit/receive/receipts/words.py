"""The names that a partner knows, in the place of the identifiers of declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
        labels: what a column whose title is a code is, by field.
    """

    contract: str = ""
    feed: str = ""
    producer: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def columns(self, names: str) -> tuple[str, ...]:
        """Return the titles of the columns of a finding, which writes its fields separated by commas."""
        return tuple(self.fields.get(name, name) for name in names.split(", ") if name)

    def named(self, name: str) -> str:
        """Return the title of the column of a field, with what it is when the title is a code."""
        title = self.fields.get(name, name)
        return f"{title} ({self.labels[name]})" if name in self.labels else title

    def told(self, message: str, names: str) -> str:
        """Return a message whose fields are called as the partner calls them."""
        fields = [name for name in names.split(", ") if name in self.fields]
        if len(fields) > 1:
            message = message.replace(" + ".join(fields), " + ".join(self.fields[name] for name in fields))
        for name in fields:
            for before, after in (("« ", " »"), ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»")):
                message = message.replace(f"{before}{name}{after}", f"{before}{self.named(name)}{after}")
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
    columns = matching.columns if matching is not None else {}
    titles = {field.name: headings[int(columns[field.name][1:])] for field in case.feed.fields if field.name in columns}
    names = {field.name: titles.get(field.name, field.label or field.name) for field in case.feed.fields}
    labels = {
        field.name: field.label
        for field in case.feed.fields
        if field.label and field.name in titles and _is_code(titles[field.name])
    }
    producer = partners.get(case.terms.producer, case.terms.producer)
    return Words(declarations.contract.label, case.feed.label, producer, names, labels)


def _is_code(title: str) -> bool:
    return "_" in title or not any(letter.islower() for letter in title)
