"""The receipt: the verdict first, then why, then what to do, then everything that was found."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from evalkit.receive.checks.verdict import RULE
from evalkit.receive.findings.finding import is_blocking
from evalkit.receive.receipts.words import Words
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding, Outcome
from evalkit.typography import counted, typeset


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the partner gets back.

    Attributes:
        delivery: the verdict and its findings.
        rows_by_period: accepted rows of each period.
        is_repeated: the same file had been received before; nothing was added.
        words: the names that the partner knows.
        is_trial: the file was only checked; nothing was received.
    """

    delivery: Delivery
    rows_by_period: tuple[tuple[str, int], ...] = ()
    is_repeated: bool = False
    words: Words = field(default_factory=Words)
    is_trial: bool = False


def headline(receipt: Receipt) -> str:
    """Return the verdict as one French sentence."""
    delivery = receipt.delivery
    if delivery.status is DeliveryStatus.REFUSED:
        verdict = (
            "Ce fichier serait refusé." if receipt.is_trial else "Livraison refusée : aucune ligne n’est conservée."
        )
        return typeset(verdict)
    rows = counted(delivery.rows_accepted, "ligne acceptée", "lignes acceptées")
    if delivery.rows_refused:
        rows += f", {counted(delivery.rows_refused, 'refusée', 'refusées')}"
    if receipt.is_trial:
        return typeset(f"Ce fichier serait {delivery.status.value.replace('acceptée', 'accepté')} : {rows}.")
    return typeset(f"Livraison {delivery.status.value} : {rows}.")


def reason(receipt: Receipt) -> str:
    """Return why a delivery is refused or has reserves: its gravest finding, nothing for a sound file."""
    gravest = _gravest(receipt.delivery)
    if gravest is None:
        return ""
    return typeset(receipt.words.told(gravest.message, gravest.field))


def next_step(receipt: Receipt) -> str:
    """Return what happens next, as one French sentence."""
    if receipt.is_repeated:
        return typeset("Ce fichier avait déjà été reçu ; rien n’a été ajouté.")
    has_tasks = any(
        one.repair and one.outcome in {Outcome.FAILED, Outcome.NOT_RUN} for one in receipt.delivery.findings
    )
    steps = {
        DeliveryStatus.REFUSED: "Corrigez les points ci-dessous, puis envoyez de nouveau le fichier entier.",
        DeliveryStatus.WITH_RESERVES: "Les lignes acceptées sont utilisables. Corrigez le reste dans un nouvel envoi du"
        " fichier entier : il remplacera celui-ci.",
        DeliveryStatus.ACCEPTED: "Rien à renvoyer ; des points sont à surveiller au prochain envoi."
        if has_tasks
        else "Rien à faire : tout est conforme à ce qui est convenu.",
    }
    return typeset(steps[receipt.delivery.status])


def receipt_json(receipt: Receipt) -> str:
    """Return the receipt for machines, keys sorted."""
    # The fingerprint of the identity key is nothing to a partner.
    delivery = {name: value for name, value in asdict(receipt.delivery).items() if name != "key"}
    delivery["received_on"] = receipt.delivery.received_on.isoformat()
    content = {
        "delivery": delivery,
        "verdict": headline(receipt),
        "reason": reason(receipt),
        "next_step": next_step(receipt),
        "rule": typeset(RULE),
        "columns": dict(receipt.words.fields),
        "rows_by_period": dict(receipt.rows_by_period),
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"


def _gravest(delivery: Delivery) -> Finding | None:
    if delivery.status is DeliveryStatus.ACCEPTED:
        return None
    failed = [one for one in delivery.findings if one.outcome is Outcome.FAILED]
    # The sentences of the verdict itself (too many refused rows, none left) say less than what caused them.
    causes = [one for one in failed if one.code not in {"EVK-R058", "EVK-R059"}]
    blocking = [one for one in causes if is_blocking(one)] or [one for one in failed if is_blocking(one)]
    return max(blocking or failed, key=lambda one: (is_blocking(one), one.count), default=None)
