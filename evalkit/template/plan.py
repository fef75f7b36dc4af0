"""What a template is made of, before any file is written."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.declare.clause import Clause
from evalkit.declare.contract import Contract
from evalkit.declare.feed import Feed
from evalkit.errors import DeclarationError, Place
from evalkit.template.column import TemplateColumn, columns_of
from evalkit.workspace.unknown import unknown
from evalkit.workspace.workspace import ContractDeclarations, Workspace


@dataclass(frozen=True, slots=True)
class Template:
    """A file to fill for one feed of one contract.

    Attributes:
        feed: the declaration.
        contract: the contract, whose zones are in the lists.
        clauses: the clauses DATA of the feed; none when nothing is agreed.
        columns: the columns, in order.
    """

    feed: Feed
    contract: Contract
    clauses: tuple[Clause, ...]
    columns: tuple[TemplateColumn, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the titles of the columns, in order."""
        return tuple(column.heading for column in self.columns)

    def heading_of(self, field: str) -> str:
        """Return the title of the column of a declared field."""
        return next(column.heading for column in self.columns if column.field.name == field)


def template_of(workspace: Workspace, feed: str, contract: str | None = None) -> Template:
    """Return the template of a declared feed.

    Args:
        workspace: the declarations.
        feed: the id of the feed.
        contract: the contract; may be left out when the workspace has one.

    Raises:
        DeclarationError: the feed is not declared (``EVK-D030``).
        WorkspaceError: the contract is unknown, or several exist and none is named (``EVK-W002``).
    """
    if feed not in workspace.feeds:
        raise DeclarationError(unknown("Flux", feed, workspace.feeds, Place()))
    return plan_template(workspace.feeds[feed], workspace.contract(contract))


def plan_template(feed: Feed, declarations: ContractDeclarations) -> Template:
    """Return the template of a feed for a contract."""
    return Template(
        feed,
        declarations.contract,
        declarations.clauses_of(feed.feed),
        columns_of(feed, declarations.territory),
    )
