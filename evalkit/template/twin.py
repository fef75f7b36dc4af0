"""The CSV twin of a template: the line of headings, for those who export rather than type."""

from __future__ import annotations

import csv
import io

from evalkit.template.plan import Template


def csv_of(template: Template) -> bytes:
    """Return the headings as a CSV that French spreadsheets open: ``;``, UTF-8 with BOM, CRLF."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(template.headings)
    return text.getvalue().encode("utf-8-sig")
