"""The verdict of a reception, from what was found and from the share of refused rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalkit.declare.feed import Severity
from evalkit.receive.checks.planned import french_number
from evalkit.receive.findings.finding import Where, found
from evalkit.store.delivery import DeliveryStatus, Finding, Outcome
from evalkit.typography import counted, french_count

RULE = (
    "Une ligne qui enfreint un contrôle bloquant est refusée. La livraison entière est refusée si la part de ses lignes"
    " refusées dépasse la limite du flux (5 %, sauf mention contraire), si un contrôle bloquant dépasse sa propre"
    " tolérance, ou s’il ne reste aucune ligne. Elle est acceptée avec réserves si des lignes sont refusées ou si un"
    " constat majeur dépasse sa tolérance ; sinon elle est acceptée."
)
"""The rule of the verdict, as the receipt prints it."""


@dataclass(frozen=True, slots=True)
class Share:
    """The rows of a delivery, and the share of refused ones that its feed bears.

    Attributes:
        accepted: rows that pass.
        refused: rows that a blocking check refuses.
        limit: share of refused rows above which the whole delivery is refused.
    """

    accepted: int
    refused: int
    limit: Decimal

    @property
    def is_passed(self) -> bool:
        """Tell whether too many rows are refused."""
        return self.refused > self.limit * (self.accepted + self.refused)


def judge(findings: Sequence[Finding], rows: Share, refuses_all: bool) -> tuple[DeliveryStatus, tuple[Finding, ...]]:
    """Return the verdict; see :data:`RULE`.

    Args:
        findings: everything found; a major finding within its tolerance has become minor.
        rows: how many rows pass and how many do not.
        refuses_all: a blocking check refuses the delivery as a whole.

    Returns:
        The status, and the findings that the verdict itself adds.
    """
    if rows.accepted == 0:
        return DeliveryStatus.REFUSED, (found("EVK-R058", "Aucune ligne ne peut être conservée."),)
    if rows.is_passed:
        total = rows.accepted + rows.refused
        share = f"{100 * rows.refused / total:.1f}".replace(".", ",")
        refused = counted(rows.refused, "ligne refusée", "lignes refusées")
        message = (
            f"{refused} sur {french_count(total)} ({share} %) : la limite est de {french_number(100 * rows.limit)} %."
        )
        return DeliveryStatus.REFUSED, (found("EVK-R059", message, Where("", (), rows.refused)),)
    if refuses_all:
        return DeliveryStatus.REFUSED, ()
    has_major = any(one.severity is Severity.MAJOR and one.outcome is not Outcome.REPAIRED for one in findings)
    return (DeliveryStatus.WITH_RESERVES if rows.refused or has_major else DeliveryStatus.ACCEPTED), ()
