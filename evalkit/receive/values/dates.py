"""Read dates, months, quarters, half-years and years as French partners write them; nothing ambiguous is guessed."""

from __future__ import annotations

import polars as pl

from evalkit.receive.values.spelling import notes

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv", "jan"), ("fevrier", "fevr", "fev"), ("mars", "mar"), ("avril", "avr"), ("mai",),
            ("juin",), ("juillet", "juil"), ("aout",), ("septembre", "sept", "sep"), ("octobre", "oct"),
            ("novembre", "nov"), ("decembre", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_SERIAL_DAYS = (20_000, 73_050)
"""Day numbers of a spreadsheet from 1954 to 2099; others are more likely to be something else."""

_ISO = r"^\d{4}-\d{2}-\d{2}$"
_CLOCK = r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$"
_MIDNIGHT = r"[ T]0?0:00(?::00(?:\.0+)?)?Z?$"
"""What a spreadsheet adds to every day: it says nothing, so removing it is no repair."""

_FRENCH = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$"
_COMPACT = r"^(?:19|20)\d{6}$"
_SERIAL = r"^\d{5}(?:\.\d+)?$"
_WRITTEN = r"^(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})$"


def read_date(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the date in ``value``, null where ``plain`` is not one, and what was repaired in ``repair``.

    ISO, ``jj/mm/aaaa``, the day numbers and the clock that spreadsheets leave, ``5 mars 2025``. A year on two digits is
    no date: ``05/03/25`` may be read in three ways.
    """
    day, letters, serial = pl.col("day"), pl.col("letters"), pl.col("serial")
    number = pl.when(day.str.contains(_SERIAL)).then(day.str.extract(r"^(\d+)", 1)).cast(pl.Int32, strict=False)
    steps = texts.with_columns(day=pl.col("plain").str.replace(_CLOCK, ""))
    steps = steps.with_columns(number=number, letters=_folded(day), is_compact=day.str.contains(_COMPACT))
    steps = steps.with_columns(serial=pl.when(pl.col("number").is_between(*_SERIAL_DAYS)).then("number"))
    value = pl.coalesce(
        pl.when(day.str.contains(_ISO)).then(day).str.to_date("%Y-%m-%d", strict=False),
        _day(day.str.extract(_FRENCH, 3), day.str.extract(_FRENCH, 2), day.str.extract(_FRENCH, 1)),
        pl.when("is_compact").then(day).str.to_date("%Y%m%d", strict=False),
        _day(
            letters.str.extract(_WRITTEN, 3),
            _month_number(letters.str.extract(_WRITTEN, 2)),
            letters.str.extract(_WRITTEN, 1),
        ),
        pl.date(1899, 12, 30) + pl.duration(days=serial),
    )
    repaired = notes(
        (pl.col("plain").str.contains(_CLOCK) & ~pl.col("plain").str.contains(_MIDNIGHT), "heure retirée"),
        (day.str.contains(_FRENCH), "date jj/mm/aaaa"),
        (pl.col("is_compact"), "date aaaammjj"),
        (letters.str.contains(_WRITTEN), "mois en toutes lettres"),
        (serial.is_not_null(), "numéro de jour d’un tableur"),
    )
    plausible = pl.col("read").dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)
    return steps.with_columns(read=value, repair=repaired).with_columns(value=pl.when(plausible).then("read"))


def read_month(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the month as ``2026-03`` in ``value``, null where ``plain`` is not one, and ``repair``."""
    plain, letters, day = pl.col("plain"), pl.col("letters"), pl.col("date")
    named = r"^([a-z]+)\.?[ -](\d{4}|\d{2})$"
    dated = read_date(texts).rename({"value": "date"}).with_columns(letters=_folded(plain))
    year = letters.str.extract(named, 2)
    century = pl.when(year.str.len_chars() == 2).then(pl.lit("20") + year).otherwise(year)
    value = pl.coalesce(
        _month(plain.str.extract(r"^(\d{4})[-/ ](\d{1,2})$", 1), plain.str.extract(r"^(\d{4})[-/ ](\d{1,2})$", 2)),
        _month(plain.str.extract(r"^(\d{1,2})[-/ ](\d{4})$", 2), plain.str.extract(r"^(\d{1,2})[-/ ](\d{4})$", 1)),
        _month(century, _month_number(letters.str.extract(named, 1))),
        _month(plain.str.extract(r"^((?:19|20)\d{2})(\d{2})$", 1), plain.str.extract(r"^((?:19|20)\d{2})(\d{2})$", 2)),
        day.dt.strftime("%Y-%m"),
    )
    rewritten = (pl.col("value") != plain) & day.is_null()
    repaired = notes((rewritten.fill_null(False), "mois ramené à aaaa-mm"), (day.is_not_null(), "mois tiré d’une date"))
    return dated.with_columns(value=value).with_columns(repair=repaired)


def read_quarter(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the quarter as ``2026-T3`` in ``value``, null where ``plain`` is not one, and ``repair``."""
    forms = (
        (r"^(\d{4})[ /-]?[tq] ?([1-4])$", (1, 2)),
        (r"^[tq] ?([1-4])[ /-]?(\d{4})$", (2, 1)),
        (r"^([1-4])(?:er|e|eme|nd|d)? ?(?:trimestre|trim\.?|t)[ /-](\d{4})$", (2, 1)),
    )
    return _read_ranked(texts, "T", forms, "trimestre ramené à aaaa-Tn")


def read_half_year(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the half-year as ``2026-S1`` in ``value``, null where ``plain`` is not one, and ``repair``."""
    forms = (
        (r"^(\d{4})[ /-]?s ?([12])$", (1, 2)),
        (r"^s ?([12])[ /-]?(\d{4})$", (2, 1)),
        (r"^([12])(?:er|e|eme|nd|d)? ?(?:semestre|sem\.?|s)[ /-](\d{4})$", (2, 1)),
    )
    return _read_ranked(texts, "S", forms, "semestre ramené à aaaa-Sn")


def read_year(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the year as ``2026`` in ``value`` and ``repair``; a school year is the one in which it begins."""
    single = pl.col("plain").str.extract(r"^(\d{4})(?:[.,]0+)?$", 1)
    school = pl.col("plain").str.extract(r"^(\d{4}) ?[-/] ?(?:\d{4}|\d{2})$", 1)
    steps = texts.with_columns(single=single).with_columns(read=pl.coalesce("single", school))
    plausible = pl.col("read").cast(pl.Int32, strict=False).is_between(_FIRST_YEAR, _LAST_YEAR)
    begun = (pl.col("single").is_null() & pl.col("value").is_not_null(), "année scolaire ramenée à son début")
    return steps.with_columns(value=pl.when(plausible).then("read")).with_columns(repair=notes(begun))


def _read_ranked(
    texts: pl.LazyFrame, letter: str, forms: tuple[tuple[str, tuple[int, int]], ...], repair: str
) -> pl.LazyFrame:
    """Read a year and the rank of one of its parts; each form comes with the groups of both."""
    letters = pl.col("letters")
    value = pl.coalesce(_ranked(letter, letters, form, groups) for form, groups in forms)
    read = texts.with_columns(letters=_folded(pl.col("plain"))).with_columns(value=value)
    return read.with_columns(repair=notes(((pl.col("value") != pl.col("plain")).fill_null(False), repair)))


def _folded(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")


def _month_number(name: pl.Expr) -> pl.Expr:
    return name.replace_strict(_MONTHS, default=None, return_dtype=pl.Int32)


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return a date, null when it is on no calendar."""
    text = pl.concat_str(
        [year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2)], separator="-", ignore_nulls=False
    )
    return text.str.to_date("%Y-%m-%d", strict=False)


def _month(year: pl.Expr, month: pl.Expr) -> pl.Expr:
    number, count = month.cast(pl.Int32, strict=False), year.cast(pl.Int32, strict=False)
    text = pl.concat_str([year, number.cast(pl.String).str.zfill(2)], separator="-")
    return pl.when(number.is_between(1, 12) & count.is_between(_FIRST_YEAR, _LAST_YEAR)).then(text)


def _ranked(letter: str, text: pl.Expr, form: str, groups: tuple[int, int]) -> pl.Expr:
    """Return a year and the rank of one of its parts, ``2026-T3``, from the two groups of a form."""
    year, rank = groups
    return pl.concat_str([text.str.extract(form, year), text.str.extract(form, rank)], separator=f"-{letter}")
