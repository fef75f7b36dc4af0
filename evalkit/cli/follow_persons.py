"""What ``evalkit follow`` prints of a cohort of persons: the flow, sentences, the rates, where people stand, faults."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from evalkit.cli.results import print_confidential
from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import ROLES, wave_words
from evalkit.declare.model import months_of
from evalkit.follow.entry.persons import ACCOMPANIED
from evalkit.follow.people.findings import RULES
from evalkit.follow.result.cohort import CohortResult, FlowStep, WaveRate
from evalkit.follow.result.finding import CohortFinding
from evalkit.follow.result.people import People
from evalkit.follow.result.summary import cohort_lines
from evalkit.typography import counted, french_count, typeset

_STATES = {**ROLES, "autre": "autre sortie", "en cours": "encore là", "lost": "sans nouvelle"}
_BAR = "  │"


def print_persons(cohort: Cohort, result: CohortResult) -> None:
    """Print the result of a cohort of persons; confidential, for the evaluator alone.

    Args:
        cohort: its protocol.
        result: its result.
    """
    console = Console()
    console.print(typeset(f"\n[bold]{cohort.label}[/bold]"))
    for line in flow_lines(result.flow, result.people):
        console.print(typeset(line), markup=False, highlight=False)
    console.print()
    for line in cohort_lines(result):
        console.print(line, markup=False, highlight=False)
    if result.rates:
        console.print(_rates(result.rates))
    if result.people is not None:
        _print_people(console, cohort, result.people)
    print_findings(console, result.findings)
    print_confidential()


def flow_lines(flow: tuple[FlowStep, ...], people: People | None) -> Iterator[str]:
    """Give the flow of persons as a diagram: each step, those who leave beside it, then what became of the others.

    Args:
        flow: the steps.
        people: what became of the accompanied; they add up to the last step.
    """
    for place, step in enumerate(flow):
        if place and step.removed:
            yield f"{_BAR}──▶ {french_count(step.removed)} : {step.reason}"
        elif place:
            yield _BAR
        yield f"  {french_count(step.persons)} {step.label[:1].lower()}{step.label[1:]}"
    endings = people.endings if people is not None else ()
    for place, end in enumerate(endings):
        branch = "└" if place == len(endings) - 1 else "├"
        yield f"  {branch}─ {french_count(end.persons)} {_STATES[end.state]}"


def _rates(rates: tuple[WaveRate, ...]) -> Table:
    """Return the rates: a line per group and exit, a column per wave."""
    waves = sorted({rate.wave for rate in rates}, key=months_of)
    cells = {(rate.group, rate.exit, rate.wave): rate for rate in rates}
    table = Table("Groupe", "Sortie", title=typeset("Part sortie, et intervalle à 95 %"), title_justify="left")
    for wave in waves:
        table.add_column(wave_words(wave), justify="right")
    for group, exit_ in dict.fromkeys((rate.group, rate.exit) for rate in rates):
        table.add_row(group, ROLES.get(exit_, exit_), *(_rate(cells.get((group, exit_, wave))) for wave in waves))
    return table


def _rate(rate: WaveRate | None) -> str:
    if rate is None:
        return "–"
    return typeset(f"{_percent(rate.rate)}\n{100 * rate.low:.0f} à {100 * rate.high:.0f}")


def _print_people(console: Console, cohort: Cohort, people: People) -> None:
    if len(people.told) > 1:
        for each in people.told:
            linked = f"{french_count(each.linked)} personnes sur {french_count(each.persons)}"
            console.print(typeset(f"  Fichier {each.feed} : {linked}, {counted(each.months, 'mois', 'mois')}."))
    if people.contradictions is not None:
        told = people.contradictions
        line = (
            f"  Mois dits par plusieurs fichiers : {french_count(told.twice)}, dont "
            f"{french_count(told.contradictory)} contradictoires ; {RULES[told.rule]}."
        )
        console.print(typeset(line))
    moves = people.moves
    if moves.told:
        line = (
            f"  Déplacements : {french_count(moves.left)} hors des quartiers du protocole, {french_count(moves.back)} "
            f"retours, {french_count(moves.between)} d’un quartier à un autre."
        )
        console.print(typeset(line))
    for line in _kept(cohort, people):
        console.print(typeset(line))


def _kept(cohort: Cohort, people: People) -> Iterator[str]:
    mine = [each for each in people.retention if each.group == ACCOMPANIED]
    if mine and not any(each.told for each in mine):
        yield "  Maintien : aucun fichier ne revoit les personnes après leur sortie ; on ne sait pas qui le garde."
        return
    for each in mine:
        if each.rate is not None:
            yield (
                f"  Maintien ({ROLES[cohort.rows.outcome]}), {wave_words(each.wave)} après : {_percent(each.rate)} des "
                f"{french_count(each.told)} revues, entre {_percent(each.worst)} et {_percent(each.best)} des "
                f"{french_count(each.at_risk)} personnes."
            )


def print_findings(console: Console, findings: tuple[CohortFinding, ...]) -> None:
    """Print what does not hold, with its place and its numbers, which are confidential."""
    if not findings:
        return
    console.print(typeset("\nCe qui ne concorde pas, le reste étant calculé :"))
    for found in findings:
        told = f" ({found.received})" if found.received else ""
        console.print(typeset(f"  {found.code} [{found.place}] {found.message}{told}"), markup=False, soft_wrap=True)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
