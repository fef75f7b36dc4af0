"""Check the decisions on a publication against the declarations: a decision without effect is no decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.declare.decisions import AgreementRule, Decisions, Recoding
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.load import Located
from evalkit.declare.measures import DerivedMeasure
from evalkit.declare.period import Granularity, granularity_of
from evalkit.errors import Place, Problem
from evalkit.territory.zones import Territory
from evalkit.workspace.check_contract import repeated
from evalkit.workspace.load import ContractFiles
from evalkit.workspace.unknown import unknown, unless_known

_ZONE = "zone"
_HEADER = ("zone", "period", "value")


@dataclass(frozen=True, slots=True)
class _Around:
    """What decisions may speak of: the declared names, and those that their own recodings make."""

    feeds: Mapping[str, Feed]
    indicators: Mapping[str, Indicator]
    zones: frozenset[str]
    recodings: tuple[Recoding, ...]

    def merges_periods(self, indicator: str) -> bool:
        """Tell whether the periods of an indicator are merged into years."""
        return any(
            each.period is not None and (not each.indicators or indicator in each.indicators) for each in self.recodings
        )

    def classes(self, indicator: Indicator, field: str) -> frozenset[str] | None:
        """Return the classes that a breakdown may give; none when they are not declared one by one."""
        measure = indicator.measure
        if measure is None or isinstance(measure, DerivedMeasure):
            return None
        feed = self.feeds.get(measure.feed)
        found = feed.field(field) if feed is not None else None
        if found is None or not found.values or field in indicator.bands:
            return None
        merged = {name for each in self.recodings if each.field == field for name in each.into}
        return frozenset({*found.values, *merged})


def decision_problems(
    files: ContractFiles, feeds: Mapping[str, Feed], territory: Territory, root: Path
) -> Iterator[Problem]:
    """Return what the decisions of a contract name that nothing declares, or that no observation can be.

    Args:
        files: the declarations of the contract, with its decisions.
        feeds: every declared feed by id.
        territory: the zones of the contract.
        root: the workspace, to which the files of public tables are relative.
    """
    for extra in files.decisions[1:]:
        message, repair = "Les décisions de publication sont un seul bloc de clés.", "Réunissez-les en un bloc."
        yield Problem("EVK-P005", message, extra.place(), repair=repair)
    indicators = {located.value.id: located.value for located in files.indicators}
    for located in files.decisions:
        recodings = located.value.recodings
        merged = {zone for each in recodings if each.field == _ZONE for zone in each.into}
        around = _Around(feeds, indicators, territory.known_zones | merged, recodings)
        for index, rule in enumerate(located.value.rules):
            yield from _rule_problems(rule, located, index, feeds)
        yield from _exception_problems(located, around)
        for index, recoding in enumerate(recodings):
            yield from _recoding_problems(recoding, located, index, around)
        yield from _public_problems(located, around, root)


def _rule_problems(
    rule: AgreementRule, located: Located[Decisions], index: int, feeds: Mapping[str, Feed]
) -> Iterator[Problem]:
    feed = feeds.get(rule.feed)
    if feed is None:
        yield unknown("Flux", rule.feed, feeds, located.place("rules", index, "feed"))
    elif rule.dominance is not None and rule.dominance.by is not None:
        names = [field.name for field in feed.fields]
        yield from unless_known("Colonne", rule.dominance.by, names, located.place("rules", index, "dominance", "by"))


def _exception_problems(located: Located[Decisions], around: _Around) -> Iterator[Problem]:
    for index, each in enumerate(located.value.exceptions):
        place = located.place("exceptions", index, "indicator")
        indicator = around.indicators.get(each.indicator)
        if each.zone is not None:
            yield from unless_known("Zone", each.zone, around.zones, located.place("exceptions", index, "zone"))
        if indicator is None:
            yield unknown("Indicateur", each.indicator, around.indicators, place)
            continue
        if isinstance(indicator.measure, DerivedMeasure):
            message = "Cet indicateur est calculé à partir d’autres : une exception sur lui ne montre rien."
            repair = "Nommez les indicateurs dont il est calculé."
            yield Problem("EVK-P020", message, place, each.indicator, repair)
        if each.period is not None:
            place = located.place("exceptions", index, "period")
            yield from _period_problems(each.period, indicator, place, around)
        if each.breakdown is not None:
            place = located.place("exceptions", index, "breakdown")
            yield from _breakdown_problems(each.breakdown, indicator, place, around)


def _period_problems(period: str, indicator: Indicator, place: Place, around: _Around) -> Iterator[Problem]:
    wanted = Granularity.YEAR if around.merges_periods(indicator.id) else indicator.period
    if granularity_of(period) is not wanted:
        repair = f"Écrivez une période de l’indicateur ({wanted.value}), ou retirez « period »."
        yield Problem("EVK-P021", "Aucune observation ne porte cette période.", place, period, repair)


def _breakdown_problems(breakdown: str, indicator: Indicator, place: Place, around: _Around) -> Iterator[Problem]:
    for part in breakdown.split(";"):
        field, _, name = part.strip().partition("=")
        if field not in indicator.by:
            yield unknown("Colonne", field, indicator.by, place)
            continue
        classes = around.classes(indicator, field)
        if classes is not None:
            yield from unless_known("Mot", name, classes, place)


def _recoding_problems(
    recoding: Recoding, located: Located[Decisions], index: int, around: _Around
) -> Iterator[Problem]:
    for rank, name in enumerate(recoding.indicators):
        place = located.place("recodings", index, "indicators", rank)
        yield from unless_known("Indicateur", name, around.indicators, place)
    names = [name for name in recoding.indicators or around.indicators if name in around.indicators]
    concerned = [around.indicators[name] for name in names]
    if recoding.field == _ZONE:
        for whole, parts in recoding.into.items():
            for part in parts:
                yield from unless_known("Zone", part, around.zones, located.place("recodings", index, "into", whole))
    elif recoding.field is not None:
        cut = [each for each in concerned if recoding.field in each.by]
        if not cut:
            known = {field for each in concerned for field in each.by} | {_ZONE}
            yield unknown("Colonne", recoding.field, known, located.place("recodings", index, "field"))
        yield from _class_problems(recoding, cut, located, index, around)


def _class_problems(
    recoding: Recoding, cut: list[Indicator], located: Located[Decisions], index: int, around: _Around
) -> Iterator[Problem]:
    """A merged class must be one that some indicator gives; classes that nothing lists are not checked."""
    known = [around.classes(each, recoding.field or "") for each in cut]
    listed = frozenset().union(*(each for each in known if each is not None))
    if not known or any(each is None for each in known):
        return
    for whole, parts in recoding.into.items():
        for part in parts:
            yield from unless_known("Mot", part, listed, located.place("recodings", index, "into", whole))


def _public_problems(located: Located[Decisions], around: _Around, root: Path) -> Iterator[Problem]:
    tables = located.value.public_tables
    yield from repeated((located.place("public_tables", index, "id"), each.id) for index, each in enumerate(tables))
    for index, each in enumerate(tables):
        place = located.place("public_tables", index, "indicator")
        yield from unless_known("Indicateur", each.indicator, around.indicators, place)
        place = located.place("public_tables", index, "file")
        if not _has_columns(root / each.file):
            message = "Un tableau public déclaré est illisible : rien n’est publié sans lui."
            repair = f"Donnez un fichier CSV avec les colonnes {', '.join(_HEADER)} et, s’il le faut, breakdown."
            yield Problem("EVK-P007", message, place, each.file, repair)


def _has_columns(path: Path) -> bool:
    """Tell whether a file begins with the columns of a public table; its figures are read at publication."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = lines.readline()
    except (OSError, UnicodeDecodeError):
        return False
    separator = ";" if ";" in first else ","
    return {*_HEADER} <= {name.strip().strip('"') for name in first.split(separator)}
