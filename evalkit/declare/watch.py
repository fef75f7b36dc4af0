"""What is watched in every delivery without being declared: stated thresholds, which a feed may change or switch off.

A key set to ``null`` switches its watch off. The thresholds are conventions, not tests of hypothesis; where a change
could come of chance alone, the check adds the noise that is to be expected of the numbers of rows.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from evalkit.declare.feed_check import Severity, Tolerance
from evalkit.declare.model import Declaration


class ChangeWatch(Declaration):
    """A change since the producer's previous delivery, as a share of what it was."""

    change: Tolerance
    severity: Severity = Severity.MINOR


class SharesWatch(Declaration):
    """A change in the distribution of the words of a column.

    Attributes:
        index: population stability index above which the distribution has changed; 0.25 is the usual convention
            (Siddiqi, Credit Risk Scorecards, 2006).
    """

    index: Annotated[Decimal, Field(gt=0)] = Decimal("0.25")
    severity: Severity = Severity.MINOR


class WordsWatch(Declaration):
    """Words and zones that vanish or appear.

    Attributes:
        rows: rows that the word had, or would have had, for its absence to say something.
    """

    rows: Annotated[int, Field(ge=1)] = 5
    severity: Severity = Severity.MINOR


class ColumnsWatch(Declaration):
    """Columns that vanish, appear or change their heading."""

    severity: Severity = Severity.MINOR


class RowsWatch(Declaration):
    """Rows that should not be: a share of them is tolerated."""

    tolerance: Tolerance = Decimal(0)
    severity: Severity = Severity.MAJOR


class Watch(Declaration):
    """What is watched in each delivery of a feed.

    Attributes:
        rows: rows per period, against the previous delivery.
        levels: median of each number, against the previous delivery.
        filled: share of filled cells of each column, in points.
        shares: distribution of each column of words.
        words: words and zones that vanish or appear.
        columns: columns that vanish, appear or are renamed.
        repeated_keys: rows already received in another period or from another producer.
        small_cells: counts below the secrecy threshold of the clause, in a feed of totals.
        future_dates: dates after the day of reception.
    """

    rows: ChangeWatch | None = ChangeWatch(change=Decimal("0.30"))
    levels: ChangeWatch | None = ChangeWatch(change=Decimal("0.50"))
    filled: ChangeWatch | None = ChangeWatch(change=Decimal("0.20"))
    shares: SharesWatch | None = SharesWatch()
    words: WordsWatch | None = WordsWatch()
    columns: ColumnsWatch | None = ColumnsWatch()
    repeated_keys: RowsWatch | None = RowsWatch()
    small_cells: RowsWatch | None = RowsWatch()
    future_dates: RowsWatch | None = RowsWatch()
