"""Check what a measure reads in its feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Feed, Grain
from evalkit.declare.indicator import Indicator
from evalkit.declare.load import Located
from evalkit.declare.measures import (
    ContractsMeasure,
    DistributionMeasure,
    DurationMeasure,
    FlowsMeasure,
    KindsMeasure,
    ListMeasure,
    MeanMeasure,
    Measure,
    MedianMeasure,
    MilestoneMeasure,
    NarrativeMeasure,
    ParticipationsMeasure,
    PersonsMeasure,
    PublishedMeasure,
    QuantileMeasure,
    RatioMeasure,
    ShareMeasure,
    SumMeasure,
    SurveyMeasure,
    YesNoMeasure,
)
from evalkit.declare.parameter import Parameter
from evalkit.errors import Place, Problem
from evalkit.formula.types import Kind
from evalkit.workspace.check_formula import (
    CONDITION,
    COUNTED,
    DATE,
    NUMBER,
    column_problems,
    formula_problems,
    zone_column_problems,
)
from evalkit.workspace.columns import zone_columns
from evalkit.workspace.unknown import unless_known

_TOTALS = frozenset({Grain.TOTAL, Grain.ZONE, Grain.TEXT})
_NAMES = (Kind.TEXT, Kind.BOOLEAN, Kind.INTEGER, Kind.MONTH, Kind.QUARTER, Kind.HALF_YEAR, Kind.YEAR)


@dataclass(frozen=True, slots=True)
class _Written:
    """A measure where it is written.

    Attributes:
        feed: the feed that it reads.
        field: the field of the declaration that holds it (``measure``, ``outcome``).
        parameters: the yearly parameters of its contract.
    """

    feed: Feed
    located: Located[Indicator] | Located[Comparison]
    field: str
    parameters: tuple[Parameter, ...]

    def place(self, *steps: str) -> Place:
        """Return the place of a part of the measure."""
        return self.located.place(self.field, *steps)


def measure_problems(
    measure: Measure,
    feed: Feed,
    located: Located[Indicator] | Located[Comparison],
    field: str,
    parameters: Iterable[Parameter] = (),
) -> Iterator[Problem]:
    """Return what a measure has against its feed.

    Args:
        measure: the measure of an indicator, or the outcome of a comparison.
        feed: the feed that it reads.
        located: where it is declared.
        field: the name of the field that holds it (``measure``, ``outcome``).
        parameters: the yearly parameters of its contract.
    """
    written = _Written(feed, located, field, tuple(parameters))
    if not isinstance(measure, FlowsMeasure) and not _is_given_everywhere(located.value):
        yield from zone_column_problems(feed, written.place("feed"))
    for part, kinds in _formulas(measure).items():
        text = getattr(measure, part)
        yield from formula_problems(text, feed, written.place(part), kinds, written.parameters)
    for part, kinds in _columns(measure).items():
        name = getattr(measure, part)
        if name is not None:
            yield from column_problems(name, feed, written.place(part.rstrip("_")), kinds)
    yield from _own_problems(measure, written)


def _is_given_everywhere(value: Indicator | Comparison) -> bool:
    """Tell whether an indicator is asked for the whole territory only: its rows need no zone."""
    return isinstance(value, Indicator) and set(value.zones) == {"ensemble"}


def _formulas(measure: Measure) -> dict[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {} if measure.where is None else {"where": CONDITION}
    match measure:
        case ShareMeasure():
            found |= {"part": CONDITION, "of": NUMBER}
        case ContractsMeasure():
            found["holds"] = CONDITION
        case RatioMeasure():
            found |= {"numerator": COUNTED, "denominator": COUNTED}
        case SumMeasure() | MedianMeasure() | QuantileMeasure():
            found["of"] = NUMBER
        case MeanMeasure():
            found |= {"of": NUMBER} | ({} if measure.weight is None else {"weight": NUMBER})
        case ParticipationsMeasure():
            found |= {} if measure.of is None else {"of": NUMBER}
        case YesNoMeasure():
            found["of"] = CONDITION
        case DistributionMeasure() | SurveyMeasure():
            found |= {} if measure.weight is None else {"weight": NUMBER}
    return found


def _columns(measure: Measure) -> dict[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {}
    match measure:
        case DurationMeasure():
            found = {"start": DATE, "end": DATE}
        case SurveyMeasure():
            found = {"score": NUMBER, "wave": _NAMES}
        case PublishedMeasure():
            found = {"value": NUMBER, "qualifier": (Kind.TEXT,)}
        case MilestoneMeasure():
            found = {"date": DATE}
        case DistributionMeasure():
            found = {"of": _NAMES, "distinct": (Kind.TEXT,)}
        case KindsMeasure() | ListMeasure():
            found = {"of": _NAMES}
        case PersonsMeasure():
            found = {"person": (Kind.TEXT,)}
    return found


def _own_problems(measure: Measure, written: _Written) -> Iterator[Problem]:
    """Return the problems that only one type has."""
    match measure:
        case PersonsMeasure():
            yield from _person_problems(measure, written)
        case ParticipationsMeasure() if measure.of is None and written.feed.grain in _TOTALS:
            message = "Sur un flux de totaux, une ligne n’est pas une participation."
            repair = "Nommez la colonne qui les compte (« of: participants »)."
            yield Problem("EVK-D082", message, written.place(), written.feed.feed, repair)
        case DurationMeasure():
            yield from _duration_problems(measure, written)
        case DistributionMeasure():
            yield from _personal_problems(measure.of, written, "of")
            if measure.distinct is not None:
                yield from _personal_problems(measure.distinct, written, "distinct")
        case KindsMeasure() | ListMeasure():
            yield from _personal_problems(measure.of, written, "of")
        case NarrativeMeasure():
            names = [each.name for each in written.feed.fields]
            yield from unless_known("Colonne", measure.text, names, written.place("text"))
        case FlowsMeasure():
            known = zone_columns(written.feed)
            for part, name in (("from", measure.from_), ("to", measure.to)):
                if name not in known:
                    repair = f"Colonnes de type zone : {', '.join(known) or 'aucune'}."
                    message = "Un flux d’arrivées et de départs se lit entre deux colonnes de zone."
                    yield Problem("EVK-D085", message, written.place(part), name, repair)


def _person_problems(measure: PersonsMeasure, written: _Written) -> Iterator[Problem]:
    feed = written.feed
    if feed.grain in _TOTALS:
        message = "Ce flux contient des totaux : des personnes distinctes ne s’y comptent pas."
        repair = "Comptez des participations (« type: participations »), ou demandez une ligne par personne."
        yield Problem("EVK-D080", message, written.place("feed"), feed.feed, repair)
    elif feed.identity is None or feed.identity.field != measure.person:
        message = "Des personnes ne se distinguent que par leur identité hachée."
        known = feed.identity.field if feed.identity else "aucune"
        yield Problem("EVK-D081", message, written.place("person"), measure.person, f"Colonne d’identité : {known}.")


def _duration_problems(measure: DurationMeasure, written: _Written) -> Iterator[Problem]:
    if measure.statistic == "share_within" and measure.within is None:
        yield Problem("EVK-D041", "Le délai « within » manque (en jours).", written.place(), repair="Ajoutez-le.")
    if measure.statistic == "quantile" and measure.order is None:
        message, repair = "L’ordre « order » du quantile manque.", "Ajoutez-le, entre 0 et 1 (le premier décile : 0.1)."
        yield Problem("EVK-D041", message, written.place(), repair=repair)
    if measure.statistic == "mean" and measure.open == "censored":
        message = "Une moyenne ne se calcule pas quand des dossiers sont encore ouverts."
        repair = "Choisissez « median », « quantile » ou « share_within », ou « open: apart »."
        yield Problem("EVK-D083", message, written.place("open"), repair=repair)


def _personal_problems(name: str, written: _Written, part: str) -> Iterator[Problem]:
    """Names of persons are never listed, counted by kind or shared out."""
    field = written.feed.field(name)
    if field is not None and field.is_personal:
        message = "Cette colonne désigne des personnes : ses valeurs ne s’énumèrent pas."
        repair = "Choisissez une colonne de catégories, ou comptez des personnes (« type: persons »)."
        yield Problem("EVK-D084", message, written.place(part), name, repair)
