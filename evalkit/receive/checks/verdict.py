"""The verdict of a reception, from what was found and from the share of refused rows."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.declare.feed import Severity
from evalkit.receive.findings.finding import Where, found
from evalkit.store.delivery import DeliveryStatus, Finding, Outcome

REFUSED_SHARE = 0.05
"""Share of refused rows above which the whole delivery is refused."""

RULE = (
    "Une ligne qui enfreint un contrôle bloquant est refusée. La livraison entière est refusée si plus de 5 % de ses"
    " lignes le sont, si un contrôle bloquant dépasse sa propre tolérance, ou s’il ne reste aucune ligne. Elle est"
    " acceptée avec réserves si des lignes sont refusées ou si un constat majeur dépasse sa tolérance ; sinon elle est"
    " acceptée."
)
"""The rule of the verdict, as the receipt prints it."""


def judge(
    findings: Sequence[Finding], rows_accepted: int, rows_refused: int, refuses_all: bool
) -> tuple[DeliveryStatus, tuple[Finding, ...]]:
    """Return the verdict; see :data:`RULE`.

    Args:
        findings: everything found; a major finding within its tolerance has become minor.
        rows_accepted: rows that pass.
        rows_refused: rows that a blocking check refuses.
        refuses_all: a blocking check refuses the delivery as a whole.

    Returns:
        The status, and the findings that the verdict itself adds.
    """
    total = rows_accepted + rows_refused
    if rows_accepted == 0:
        return DeliveryStatus.REFUSED, (found("EVK-R058", "Aucune ligne ne peut être conservée."),)
    if rows_refused > REFUSED_SHARE * total:
        share = f"{100 * rows_refused / total:.1f}".replace(".", ",")
        message = f"{rows_refused} lignes refusées sur {total} ({share} %) : la limite est de 5 %."
        return DeliveryStatus.REFUSED, (found("EVK-R059", message, Where("", (), rows_refused)),)
    if refuses_all:
        return DeliveryStatus.REFUSED, ()
    has_major = any(one.severity is Severity.MAJOR and one.outcome is not Outcome.REPAIRED for one in findings)
    return (DeliveryStatus.WITH_RESERVES if rows_refused or has_major else DeliveryStatus.ACCEPTED), ()
