"""The delivery slip of a demonstration, and the notice that says that all is synthetic."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from evalkit.demo.delivery_draft import Draft

SLIP = "bordereau.csv"
NOTICE = "LISEZ-MOI.txt"

_COLUMNS = ("fichier", "flux", "producteur", "periode", "recu_le")


def slip_bytes(drafts: Sequence[Draft]) -> bytes:
    """Return the slip: one line per delivery, in the order of reception."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for draft in drafts:
        writer.writerow([draft.path, draft.feed, draft.producer, draft.period, draft.received_on.isoformat()])
    return text.getvalue().encode()
