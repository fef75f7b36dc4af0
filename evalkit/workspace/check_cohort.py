"""Check the protocol of a cohort against its feed and its territory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.feed import Feed, Grain
from evalkit.declare.load import Located
from evalkit.errors import Problem
from evalkit.formula.types import Kind
from evalkit.territory.zones import ALL_QPV, Territory
from evalkit.workspace.check_cohort_sources import returned_problems, source_problems
from evalkit.workspace.check_formula import CONDITION, DATE, column_problems, formula_problems, zone_column_problems
from evalkit.workspace.columns import month_column
from evalkit.workspace.unknown import unknown, unless_known


def cohort_problems(located: Located[Cohort], feeds: Mapping[str, Feed], territory: Territory) -> Iterator[Problem]:
    """Return what a cohort uses that nothing declares, and what contradicts itself in its protocol.

    A protocol that says too little, or whose clause is absent, is no problem: it is printed with its questions.
    """
    cohort = located.value
    known = {*territory.zones, ALL_QPV}
    for index, zone in enumerate(cohort.zones):
        yield from unless_known("Zone", zone, known, located.place("zones", index))
    yield from _protocol_problems(located)
    yield from returned_problems(located, feeds)
    yield from source_problems(located, feeds)
    feed = feeds.get(cohort.feed)
    if feed is None:
        yield unknown("Flux", cohort.feed, feeds, located.place("feed"))
        return
    if cohort.mode is Mode.INDIVIDUAL:
        yield from _person_problems(located, feed)
        yield from _column_problems(located, feed)
    else:
        yield from _total_problems(located, feed)


def _protocol_problems(located: Located[Cohort]) -> Iterator[Problem]:
    cohort = located.value
    start, end = cohort.entry.window
    if end < start:
        message, received = "La fenêtre d’entrée finit avant de commencer.", f"{start} / {end}"
        yield Problem("EVK-D046", message, located.place("entry", "window"), received, "Inversez les deux dates.")
    if cohort.outcome is not None and cohort.outcome not in cohort.exits:
        repair = f"Sorties déclarées : {', '.join(cohort.exits)}."
        yield Problem(
            "EVK-D047",
            "Le résultat suivi n’est pas une sortie déclarée.",
            located.place("outcome"),
            cohort.outcome,
            repair,
        )
    if cohort.protocol.ages is not None and cohort.protocol.ages[0] > cohort.protocol.ages[1]:
        message, received = "L’âge le plus bas dépasse le plus haut.", f"{cohort.protocol.ages}"
        yield Problem("EVK-D046", message, located.place("protocol", "ages"), received, "Inversez les deux âges.")
    for role in cohort.protocol.proofs:
        if role not in cohort.exits:
            repair = f"Sorties déclarées : {', '.join(cohort.exits)}."
            message = "La preuve porte sur une sortie qui n’est pas déclarée."
            yield Problem("EVK-D047", message, located.place("protocol", "proofs", role), role, repair)
    taken: dict[str, str] = {}
    for role, word in cohort.exits.items():
        if word in taken:
            message = f"Ce mot désigne déjà la sortie « {taken[word]} »."
            yield Problem(
                "EVK-D047", message, located.place("exits", role), word, "Une situation est une seule sortie."
            )
        taken.setdefault(word, role)


def _person_problems(located: Located[Cohort], feed: Feed) -> Iterator[Problem]:
    place = located.place("feed")
    if feed.grain is not Grain.PERSON or feed.identity is None:
        message = "Une cohorte suit des personnes : ce flux n’en a pas."
        repair = "Suivez un flux de personnes identifiées (« grain: personne » et bloc « identity »)."
        yield Problem("EVK-D044", message, place, feed.feed, repair)
    elif month_column(feed) is None:
        message = "Une cohorte lit une ligne par personne et par mois : ce flux n’a pas de mois."
        repair = "Ajoutez à sa clé un champ de type month."
        yield Problem("EVK-D044", message, place, feed.feed, repair)
    yield from zone_column_problems(feed, place)


def _total_problems(located: Located[Cohort], feed: Feed) -> Iterator[Problem]:
    """Return what a cohort of totals asks of a feed: a zone, no person, and a field for each exit."""
    place = located.place("feed")
    yield from zone_column_problems(feed, place)
    if feed.grain is Grain.PERSON:
        message = "Ce flux porte des lignes de personnes : cette cohorte n’attend que des totaux ou un panel."
        yield Problem("EVK-D044", message, place, feed.feed, "Déclarez « mode: individual », ou un autre flux.")
    names = [field.name for field in feed.fields]
    for role, name in located.value.exits.items():
        yield from unless_known("Colonne", name, names, located.place("exits", role))


def _column_problems(located: Located[Cohort], feed: Feed) -> Iterator[Problem]:
    cohort, read = located.value, located.value.rows
    names = [field.name for field in feed.fields]
    yield from formula_problems(read.public, feed, located.place("public"), CONDITION)
    yield from column_problems(read.entry, feed, located.place("entry", "date"), DATE)
    yield from column_problems(read.exit_date, feed, located.place("exit_date"), DATE)
    yield from column_problems(read.situation, feed, located.place("situation"), (Kind.TEXT,))
    situation = feed.field(read.situation)
    for role, word in cohort.exits.items():
        if situation is not None and situation.values:
            yield from unless_known("Mot", word, situation.values, located.place("exits", role))
    for name in cohort.analysis.columns:
        yield from unless_known("Colonne", name, names, located.place("analysis"))
    if cohort.analysis.history is not None:
        place = located.place("analysis", "history", "state")
        yield from formula_problems(cohort.analysis.history.state, feed, place, CONDITION)
    if cohort.against is not None:
        yield from formula_problems(cohort.against.where, feed, located.place("against", "where"), CONDITION)
        for index, name in enumerate(cohort.against.balance):
            yield from unless_known("Colonne", name, names, located.place("against", "balance", index))
