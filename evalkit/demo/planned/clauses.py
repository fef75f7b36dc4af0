"""The clauses DATA of a planned demonstration: the real ones as far as they go, completed by fictitious terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed, Grain, Nature
from evalkit.declare.period import Granularity
from evalkit.demo.planned.plan import FeedPlan, Plan

CLAUSES, MORE_CLAUSES = "clauses.yml", "clauses-complement.yml"
"""The clauses of a planned demonstration, and those that a plan adds to a demonstration that has its own."""

_HEAD = """\
# Clauses DATA de la démonstration. Rien ici n’a été signé : ce fichier montre ce que serait le contrat si chaque
# flux annoncé avait sa clause. « fictitious: true » le fait dire à chaque sortie ; ce que le vrai texte écrit
# (jours, conditions, instances) est gardé.
"""
_FREQUENCIES = {
    Granularity.MONTH: "mois",
    Granularity.QUARTER: "trimestre",
    Granularity.HALF_YEAR: "semestre",
    Granularity.YEAR: "annee",
    Granularity.SCHOOL_YEAR: "annee",
}
_PROTECTION = {
    "legal_basis": "Fictif : mission d’intérêt public (RGPD, article 6, 1, e)",
    "controller": "Fictif : pilotes du contrat et producteur, responsables conjoints",
    "dpo": "Fictif : dpo@exemple.invalid",
    "information": "Fictif : mention remise à l’entrée en accompagnement, droit d’opposition rappelé",
    "aipd": {"status": "done", "date": "2024-01-10"},
}
_PEOPLE = frozenset(
    {"personnes", "jeunes", "élèves", "enfants", "parents", "demandeurs d’emploi", "foyers", "situations"}
)
_HOUSEHOLDS = frozenset({"ménages", "€/an/UC"})
"""Units of the quantities that count people: a small number of them is a secret."""

_SIGNED = "12-15"
"""The fictitious clauses are signed at the end of the last year: what comes before, taken up at once, was not due."""

_PUBLISHERS = frozenset({"insee"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the clauses are written from.

    Attributes:
        feeds: the feeds, by id.
        real: the real clauses, by feed; those of feeds that the plan leaves out stay as they are.
        followed: the feeds that a cohort reads.
    """

    feeds: Mapping[str, Feed]
    real: Mapping[str, Clause]
    followed: frozenset[str]


def write_clauses(folder: Path, plan: Plan, known: Known) -> None:
    """Write the clauses of a planned demonstration over the real ones; those of the other feeds stay as they are.

    Args:
        folder: the folder of the contract's declarations in the workspace of the demonstration.
        plan: the plan.
        known: the feeds, the real clauses, the cohorts.
    """
    planned = {each.feed for each in plan.feeds}
    kept = [_written(clause) for feed, clause in known.real.items() if feed not in planned]
    _write(folder / CLAUSES, [*_planned(plan, known), *kept])


def add_clauses(folder: Path, plan: Plan, known: Known) -> None:
    """Write the clauses of a plan beside those that a demonstration already has."""
    _write(folder / MORE_CLAUSES, _planned(plan, known))


def _planned(plan: Plan, known: Known) -> list[dict[str, Any]]:
    return [_completed(plan, each, known, number) for number, each in enumerate(plan.feeds, start=1)]


def _write(path: Path, clauses: Sequence[dict[str, Any]]) -> None:
    text = yaml.safe_dump(list(clauses), allow_unicode=True, sort_keys=False, width=120)
    path.write_text(_HEAD + text, encoding="utf-8")


def _written(clause: Clause) -> dict[str, Any]:
    written: dict[str, Any] = clause.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return written


def _completed(plan: Plan, each: FeedPlan, known: Known, number: int) -> dict[str, Any]:
    feed, real = known.feeds[each.feed], known.real.get(each.feed)
    written = _written(real) if real is not None else {}
    years = plan.years(each)
    production = {
        "scale": "quartier prioritaire",
        "granularity": "une ligne par personne et par mois, pseudonymisée"
        if each.personal
        else "totaux, sans personne",
        "frequency": _FREQUENCIES[feed.period.granularity],
        **written.get("production", {}),
        "from": f"{years[0]}-01-01",
        "until": f"{plan.until + 4}-12-31",
        "threshold": _threshold(each, feed, number),
    }
    if not production.get("deadlines"):
        production["due"] = each.due
    sharing = {"access": "restricted", "cost": "gratuit", **written.get("sharing", {})}
    sharing["purposes"] = list(dict.fromkeys([*sharing.get("purposes", ()), *_purposes(each, known)]))
    if each.personal:
        sharing["access"] = "closed"
    clause = {
        "feed": each.feed,
        "producers": list(dict.fromkeys(sender.producer for sender in each.senders)),
        "status": "signed",
        "fictitious": True,
        "amendment": {"reference": f"Avenant fictif n° {number}", "date": f"{years[-1]}-{_SIGNED}"},
        "production": production,
        "sharing": sharing,
        "framework": {"body": "Comité des données (fictif)", **written.get("framework", {}), "participates": True},
        "retention": "P12Y",
    }
    if each.personal:
        clause["protection"] = _PROTECTION
    if "evidence" in written:
        clause["evidence"] = written["evidence"]
    return clause


def _purposes(each: FeedPlan, known: Known) -> Sequence[str]:
    is_followed = each.personal or each.feed in known.followed
    return ("indicateur", "cohorte") if is_followed else ("indicateur",)


def _threshold(each: FeedPlan, feed: Feed, number: int) -> dict[str, Any]:
    """Return the planned threshold, else one that the rows call for: five where they count people, none elsewhere."""
    if each.threshold is not None:
        return each.threshold.model_dump(mode="json")
    source = f"Avenant fictif n° {number}, art. 4"
    if feed.nature is Nature.VOLUNTEER and feed.grain is Grain.ANSWER:
        return {"units": 5, "of": "answers", "source": source}
    if {sender.producer for sender in each.senders} <= _PUBLISHERS:
        return {"units": 0, "of": "none", "source": "valeurs déjà masquées par l’Insee avant diffusion"}
    units = {spec.unit for spec in feed.fields if spec.unit}
    if feed.is_individual or feed.supplied or units & _PEOPLE:
        return {"units": 5, "of": "persons", "source": source}
    if units & _HOUSEHOLDS:
        return {"units": 5, "of": "households", "source": source}
    return {"units": 0, "of": "none", "source": f"{source} : aucune personne n’est comptée"}
