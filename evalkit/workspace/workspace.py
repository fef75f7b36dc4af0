"""The workspace as the stages read it: values only, immutable."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Contract
from evalkit.declare.evaluation import Evaluation
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.model import Declaration
from evalkit.declare.parameter import Parameter
from evalkit.declare.printed_gap import PrintedGap
from evalkit.errors import Problem, WorkspaceError
from evalkit.territory.contours import Contours
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config


@dataclass(frozen=True, slots=True)
class ContractDeclarations:
    """Everything that is declared for one contract."""

    contract: Contract
    territory: Territory
    clauses: tuple[Clause, ...]
    indicators: tuple[Indicator, ...]
    comparisons: tuple[Comparison, ...]
    cohorts: tuple[Cohort, ...]
    parameters: tuple[Parameter, ...] = ()
    printed: tuple[PrintedGap, ...] = ()
    contours: Contours = field(default_factory=Contours)
    evaluations: tuple[Evaluation, ...] = ()

    def clauses_of(self, feed: str) -> tuple[Clause, ...]:
        """Return the clauses of one feed."""
        return tuple(clause for clause in self.clauses if clause.feed == feed)

    @property
    def feeds_read(self) -> tuple[str, ...]:
        """Return the feeds that an indicator, a cohort or a comparison reads, sorted."""
        measures = [indicator.measure for indicator in self.indicators]
        read = {measure.feed for measure in measures if measure is not None and measure.feed}
        read |= {feed for cohort in self.cohorts for feed in cohort.feeds}
        read |= {comparison.outcome.feed for comparison in self.comparisons}
        return tuple(sorted(read))


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder whose declarations agree with each other."""

    root: Path
    config: Config
    feeds: Mapping[str, Feed]
    contracts: Mapping[str, ContractDeclarations]

    @property
    def data(self) -> Path:
        """Return the folder of everything confidential."""
        return self.root / self.config.data

    def contract(self, contract_id: str | None = None) -> ContractDeclarations:
        """Return the declarations of a contract; the only one when there is one and none is named.

        Raises:
            WorkspaceError: the contract is unknown, none is declared, or several are and none is named (``EVK-W002``).
        """
        if contract_id is None and len(self.contracts) == 1:
            return next(iter(self.contracts.values()))
        if contract_id is not None and contract_id in self.contracts:
            return self.contracts[contract_id]
        message = "Contrat inconnu." if contract_id else "Plusieurs contrats existent : nommez-en un."
        repair = f"Contrats déclarés : {', '.join(sorted(self.contracts))}."
        if not self.contracts:
            message, repair = "Aucun contrat n’est déclaré.", "Ajoutez un dossier de contrat dans indicators/."
        raise WorkspaceError(Problem("EVK-W002", message, received=contract_id or "", repair=repair))


def declaration_hash(*declarations: Declaration) -> str:
    """Return a short hash of declarations, kept with every result that they made."""
    text = "\n".join(declaration.model_dump_json() for declaration in declarations)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
