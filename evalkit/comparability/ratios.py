"""The ratio of each QPV to its intercommunality, over all QPV: how many were expected, found, and why others are not.

A median of income is read in one notion, one source, one year of data: the rules of :mod:`evalkit.comparability.judge`
come first, and a base whose label hides its year is refused against the wrong reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from evalkit.comparability.judge import judge_gap
from evalkit.comparability.open_base import CODE, OpenBase
from evalkit.comparability.side import Side, side_of
from evalkit.comparability.verdict import MOMENTS
from evalkit.comparability.words import quoted
from evalkit.typography import counted, typeset

_METROPOLE_DU_GRAND_PARIS = "200054781"


class Missing(StrEnum):
    """Why a QPV has no ratio, in the words that are printed; the first that holds is given."""

    OUT_OF_FIELD = "hors du champ de la base (aucun quartier du département)"
    NOT_IN_BASE = "absent de la base"
    SECRET = "valeur du quartier masquée par le producteur"
    NO_VALUE = "valeur du quartier absente"
    NO_COMMUNE = "intercommunalité inconnue de la table d’appartenance"
    STRADDLING = "à cheval sur plusieurs intercommunalités"
    NO_REFERENCE = "intercommunalité absente de la référence (autre millésime de périmètre intercommunal)"
    NO_REFERENCE_VALUE = "valeur de l’intercommunalité absente ou masquée"


@dataclass(frozen=True, slots=True)
class RatioQuestion:
    """Which ratio is asked for.

    Attributes:
        base: the values of QPV.
        reference: the values of intercommunalities.
        column: the field read in both; a reference may name it otherwise with ``reference_column``.
        places: every QPV expected: ``qpv`` and ``epci``, one row per QPV and intercommunality; see :func:`places_of`.
        membership_year: year of the table that gives the intercommunality of a commune.
        because: why two years of data, or a year that nobody knows, compare all the same; printed. Two notions or two
            units never do.
    """

    base: OpenBase
    reference: OpenBase
    column: str
    places: pl.DataFrame
    membership_year: str
    reference_column: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class RatioDistribution:
    """The distribution of a ratio over QPV.

    Attributes:
        title: what is divided by what, with the labels and the years of the data.
        expected: QPV of the list.
        found: QPV with a ratio.
        causes: for each reason, the QPV without a ratio, the most frequent first.
        quantiles: minimum, first decile, quartiles, ninth decile and maximum of the ratio, by French name.
        rows: one row per QPV expected: ``qpv``, ``epci``, ``value``, ``reference``, ``ratio``, ``cause``.
        warnings: what to print beside it.
    """

    title: str
    expected: int
    found: int
    causes: tuple[tuple[str, int], ...]
    quantiles: tuple[tuple[str, float], ...]
    rows: pl.DataFrame
    warnings: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Return the number of QPV without a ratio."""
        return self.expected - self.found

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return the distribution in French, one sentence per line, the causes of what is missing included."""
        expected = counted(self.expected, "quartier attendu", "quartiers attendus")
        found = counted(self.found, "trouvé", "trouvés")
        lines = [self.title, f"{expected}, {found}, {self.missing} sans rapport."]
        lines += [f"  {number} : {cause}." for cause, number in self.causes]
        at = {name: f"{value:.2f}".replace(".", ",") for name, value in self.quantiles}
        if at:
            lines.append(
                f"Rapport médian {at['médiane']} ; la moitié des quartiers entre {at['Q1']} et {at['Q3']}, huit sur "
                f"dix entre {at['D1']} et {at['D9']}, tous entre {at['minimum']} et {at['maximum']}."
            )
        return tuple(typeset(line) for line in (*lines, *self.warnings))


def places_of(qpv: pl.DataFrame, membership: OpenBase) -> pl.DataFrame:
    """Return the intercommunalities of each QPV.

    Args:
        qpv: one row per QPV: ``qpv`` (its code) and ``communes`` (codes, separated by commas or semicolons when the
            QPV lies in several). A list that gives one commune per QPV hides those that lie in two intercommunalities.
        membership: the table of communes, with the field ``epci``.

    Returns:
        ``qpv`` and ``epci``, one row per QPV and intercommunality, sorted; ``epci`` is null where the table does not
        know the commune.
    """
    communes = qpv.select(
        "qpv", pl.col("communes").cast(pl.String).str.replace_all(";", ",").str.split(",").alias("commune")
    ).explode("commune")
    named = communes.with_columns(pl.col("commune").str.strip_chars())
    table = membership.rows.select(pl.col(CODE).alias("commune"), "epci")
    return named.join(table, on="commune", how="left").select("qpv", "epci").unique().sort("qpv", "epci")


def ratio_distribution(question: RatioQuestion) -> RatioDistribution:
    """Return the distribution of the ratio of QPV to their intercommunality.

    Args:
        question: the base, the reference and the QPV expected.

    Returns:
        The distribution, with the number of QPV expected and found and the cause of each absence.

    Raises:
        ComputationError: the two figures do not compare: two notions, two years of data, a year that nobody knows
            (``EVK-C…``).
    """
    column = question.reference_column or question.column
    base = side_of(question.base.feed, [question.column], question.base.vintage)
    reference = side_of(question.reference.feed, [column], question.reference.vintage)
    judgement = judge_gap(base, reference).accept(question.because, MOMENTS)
    rows = _rows(question, column)
    judgement.require()
    ratios = rows["ratio"].drop_nulls()
    causes = rows["cause"].drop_nulls().value_counts().sort(["count", "cause"], descending=[True, False])
    return RatioDistribution(
        title=_title(question, base, reference),
        expected=rows.height,
        found=len(ratios),
        causes=tuple((str(cause), int(count)) for cause, count in causes.rows()),
        quantiles=tuple(_quantiles(ratios)),
        rows=rows,
        warnings=(*judgement.warnings, *(typeset(each) for each in _warnings(question, rows, base))),
    )


def _rows(question: RatioQuestion, column: str) -> pl.DataFrame:
    values = question.base.values(question.column).rename({CODE: "qpv"})
    references = question.reference.values(column).select(
        pl.col(CODE).alias("epci"), pl.col("value").alias("reference"), pl.lit(True).alias("is_known")
    )
    present = values["qpv"].str.slice(2, 3).unique()
    places = question.places.group_by("qpv").agg(
        pl.col("epci").drop_nulls().first(), pl.col("epci").drop_nulls().len().alias("holders")
    )
    joined = places.join(values.with_columns(pl.lit(True).alias("is_in_base")), on="qpv", how="left").join(
        references, on="epci", how="left"
    )
    reasons = (
        (
            pl.col("is_in_base").is_null() & ~pl.col("qpv").str.slice(2, 3).is_in(present.to_list()),
            Missing.OUT_OF_FIELD,
        ),
        (pl.col("is_in_base").is_null(), Missing.NOT_IN_BASE),
        (pl.col("value").is_null() & (pl.col("cause") == "secret"), Missing.SECRET),
        (pl.col("value").is_null(), Missing.NO_VALUE),
        (pl.col("holders") == 0, Missing.NO_COMMUNE),
        (pl.col("holders") > 1, Missing.STRADDLING),
        (pl.col("is_known").is_null(), Missing.NO_REFERENCE),
        (pl.col("reference").is_null() | (pl.col("reference") == 0), Missing.NO_REFERENCE_VALUE),
    )
    cause = pl.coalesce(pl.when(holds.fill_null(False)).then(pl.lit(reason.value)) for holds, reason in reasons)
    ratio = pl.when(cause.is_null()).then(pl.col("value") / pl.col("reference"))
    return joined.select("qpv", "epci", "value", "reference", ratio.alias("ratio"), cause.alias("cause")).sort("qpv")


def _quantiles(ratios: pl.Series) -> Iterator[tuple[str, float]]:
    """Yield the quantiles of the ratio, by linear interpolation (Hyndman and Fan's type 7)."""
    names = (("minimum", 0.0), ("D1", 0.1), ("Q1", 0.25), ("médiane", 0.5), ("Q3", 0.75), ("D9", 0.9), ("maximum", 1.0))
    for name, at in names:
        value = ratios.quantile(at, "linear")
        if value is not None:
            yield name, float(value)


def _title(question: RatioQuestion, base: Side, reference: Side) -> str:
    field = question.base.feed.field(question.column)
    label = field.label if field is not None and field.label else question.column
    return typeset(
        f"{label} : quartier rapporté à son intercommunalité. {quoted(question.base.feed.label)} {_dated(base)} ; "
        f"{quoted(question.reference.feed.label)} {_dated(reference)}."
    )


def _dated(side: Side) -> str:
    years = sorted({each.year for each in side.observed if each.year is not None})
    return f"{side.period} (données {', '.join(str(year) for year in years) or 'd’une année inconnue'})"


def _warnings(question: RatioQuestion, rows: pl.DataFrame, base: Side) -> Iterator[str]:
    kept = rows.filter(pl.col("ratio").is_not_null())
    years = {str(each.year) for each in base.observed}
    if question.membership_year not in years:
        yield (
            f"L’intercommunalité de chaque commune est celle de {question.membership_year} : une intercommunalité qui "
            "a grandi depuis garde parfois son code."
        )
    paris = kept.filter(pl.col("epci") == _METROPOLE_DU_GRAND_PARIS).height
    if paris:
        yield (
            f"{counted(paris, 'quartier est rapporté', 'quartiers sont rapportés')} à la Métropole du Grand Paris "
            "entière ; l’Insee compare à l’établissement public territorial."
        )
    notes = next((name for name in question.base.rows.columns if name in {"note_filosofi", "note_disponible"}), None)
    if notes is not None:
        noted = question.base.rows.filter(pl.col(notes).is_not_null() & (pl.col(notes) != "0"))[CODE]
        number = kept.filter(pl.col("qpv").is_in(noted.to_list())).height
        if number:
            noted_values = counted(number, "valeur de quartier porte", "valeurs de quartier portent")
            yield f"{noted_values} une note de précaution de l’Insee."
    extra = question.base.rows.filter(~pl.col(CODE).is_in(rows["qpv"].to_list())).height
    if extra:
        unlisted = counted(extra, "quartier de la base n’est", "quartiers de la base ne sont")
        yield f"{unlisted} pas dans la liste attendue."
    yield "La référence contient les quartiers : le rapport serait plus bas avec le reste de l’intercommunalité."
