"""A small workspace whose declarations agree, and a way to spoil one of them at a marked place."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import Place

MARK = "§"

PATHWAYS = """\
feed: parcours
label: Parcours
grain: personne
nature: exhaustif
key: [personne, mois]
period: {granularity: trimestre, field: mois}
identity: {field: personne, made_by: tiers, from: [nom]}
fields:
  - {name: personne, type: identity, required: true}
  - {name: zone, type: zone}
  - {name: mois, type: month, required: true}
  - {name: sexe, type: category, values: [F, H], synonyms: {Femme: F}}
  - {name: age, type: integer}
  - {name: date_entree, type: date, required: true}
  - {name: situation, type: category, values: [emploi, recherche, perdu], required: true}
  - {name: date_sortie, type: date}
checks:
  - {rule: "age > 14", severity: majeur, message: Trop jeune.}
  - {expectation: expect_column_values_to_not_be_null, column: age, severity: mineur}
breaks:
  - {date: 2025-01-01, text: Autre définition., fields: [situation]}
"""

HOMES = """\
feed: attributions
label: Attributions
grain: evenement
nature: exhaustif
key: [numero]
period: {granularity: trimestre, field: trimestre}
fields:
  - {name: numero, type: code, required: true}
  - {name: zone, type: zone}
  - {name: trimestre, type: quarter, required: true}
  - {name: quartile, type: integer}
  - {name: bail, type: date}
  - {name: demande, type: date}
  - {name: avis, type: free_text}
"""

CONTRACT = """\
contract: essai
label: Essai
partners:
  - {id: bailleur, label: Bailleur}
  - {id: france-travail, label: France Travail}
axes:
  - id: axe
    label: Axe
    objectives:
      - {id: axe.un, label: Un}
      - {id: axe.deux, label: Deux}
questions:
  - {id: q.un, text: Pourquoi, objectives: [axe.un]}
"""

TERRITORY = """\
reference: unite
zones:
  - {id: unite, label: Unité urbaine, kind: unite_urbaine}
  - {id: pres, label: Prés, kind: qpv, within: [unite]}
  - {id: temoin-1, label: Témoin 1, kind: quartier, control: true}
  - {id: temoin-2, label: Témoin 2, kind: quartier, control: true}
"""

CLAUSES = """\
- feed: parcours
  producers: [france-travail]
  status: signed
  sharing: {purposes: [indicateur, cohorte, comparaison]}
  protection: {legal_basis: a, controller: b, dpo: c, information: d, aipd: {status: done}}
  retention: P5Y
- feed: attributions
  producers: [bailleur]
  status: signed
"""

INDICATORS = """\
- id: axe.un.part
  label: Part
  objective: axe.un
  kind: resultat
  status: declared
  measure: {type: ratio, feed: attributions, numerator: quartile = 1, denominator: bail IS NOT NULL, population: baux}
  unit: "%"
  direction: up
  by: [zone]
  zones: [pres, hors-qpv]
  period: annee
  producer: bailleur
  targets: [{value: "25", zone: pres}]
  evidence: {}
- id: axe.deux.delai
  label: Délai
  objective: axe.deux
  kind: realisation
  status: declared
  measure: {type: duration, feed: attributions, start: demande, end: bail, statistic: median}
  unit: jours
  direction: down
  period: trimestre
  evidence: {}
"""

COMPARISONS = """\
- id: axe.un.comparaison
  label: Comparaison
  objective: axe.un
  question: q.un
  outcome: {type: ratio, feed: parcours, numerator: "situation = 'emploi'", denominator: age > 14, population: mois}
  programme: {label: Programme, begins: 2024-07-01}
  treated: [pres]
  controls: [temoin-1, temoin-2]
  granularity: trimestre
  from: 2022-T1
  until: 2025-T4
  estimand: Différentiel
  role: primary
"""

COHORT = """\
cohort: essai.femmes
contract: essai
label: Femmes
feed: parcours
public: "sexe = 'F'"
definition: Des femmes
zones: [qpv]
entry: {date: date_entree, window: [2024-01-01, 2024-12-31]}
waves: [P6M, P12M]
situation: situation
exit_date: date_sortie
exits: {durable: emploi, lost: perdu}
outcome: durable
against: {where: "sexe = 'H'", balance: [age]}
objective: axe.deux
"""

FILES = {
    "expectations/parcours.yml": PATHWAYS,
    "expectations/attributions.yml": HOMES,
    "indicators/essai/contract.yml": CONTRACT,
    "indicators/essai/territory.yml": TERRITORY,
    "indicators/essai/clauses.yml": CLAUSES,
    "indicators/essai/axe.yml": INDICATORS,
    "indicators/essai/comparisons.yml": COMPARISONS,
    "cohorts/essai/femmes.yml": COHORT,
}


def write(root: Path, files: dict[str, str] | None = None) -> Path:
    for name, text in {**FILES, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def spoilt(name: str, old: str, new: str) -> tuple[str, Place]:
    """Return the text of a file with ``old`` replaced once by ``new``, and the place that ``new`` marks."""
    assert FILES[name].count(old) >= 1, f"{old!r} is not in {name}"
    text = FILES[name].replace(old, new, 1)
    before = text[: text.index(MARK)]
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return text.replace(MARK, ""), Place(name, line, column)
