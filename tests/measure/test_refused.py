"""What a measure may not ask is refused when it is declared, at its line, with what to write instead."""

import pytest
import yaml

from evalkit.errors import DeclarationError
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import FILES, write

BASE = {
    "label": "Essai",
    "objective": "axe.deux",
    "kind": "resultat",
    "status": "declared",
    "unit": "unités",
    "direction": "up",
    "period": "annee",
    "evidence": {},
}
TOTALS = """\
feed: totaux
label: Totaux
grain: total
nature: exhaustif
key: [ligne]
period: {granularity: annee, field: annee}
fields:
  - {name: ligne, type: code, required: true}
  - {name: annee, type: year, required: true}
  - {name: zone, type: zone}
  - {name: personne, type: identity}
  - {name: participants, type: integer}
"""
COUNT = {"type": "count", "feed": "attributions"}


def refused(tmp_path, *indicators, code):
    complete = [{**BASE, "id": f"essai.ajout-{number}", **each} for number, each in enumerate(indicators)]
    files = {
        "indicators/essai/ajouts.yml": yaml.safe_dump(complete, allow_unicode=True),
        "expectations/totaux.yml": TOTALS,
    }
    with pytest.raises(DeclarationError) as caught:
        open_workspace(write(tmp_path, files))
    problems = [each for each in caught.value.problems if each.place.file == "indicators/essai/ajouts.yml"]
    assert [each.code for each in problems] == [code], problems
    assert problems[0].place.line > 0
    return str(problems[0]).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("code", "measure", "said"),
    [
        ("EVK-D080", {"type": "persons", "feed": "totaux", "person": "personne"}, "Comptez des participations"),
        ("EVK-D081", {"type": "persons", "feed": "parcours", "person": "sexe"}, "Colonne d’identité : personne"),
        ("EVK-D082", {"type": "participations", "feed": "totaux"}, "of: participants"),
        (
            "EVK-D083",
            {
                "type": "duration",
                "feed": "attributions",
                "start": "demande",
                "end": "bail",
                "statistic": "mean",
                "open": "censored",
            },
            "Choisissez « median »",
        ),
        ("EVK-D084", {"type": "list", "feed": "parcours", "of": "personne"}, "désigne des personnes"),
        (
            "EVK-D084",
            {"type": "distribution", "feed": "parcours", "of": "sexe", "distinct": "personne"},
            "type: persons",
        ),
        (
            "EVK-D085",
            {"type": "flows", "feed": "attributions", "from": "numero", "to": "zone"},
            "Colonnes de type zone : zone",
        ),
        (
            "EVK-D041",
            {"type": "duration", "feed": "attributions", "start": "demande", "end": "bail", "statistic": "quantile"},
            "0.1",
        ),
        ("EVK-D042", {"type": "median", "feed": "attributions", "of": "numero"}, "pas le type attendu"),
        ("EVK-F010", {"type": "sum", "feed": "attributions", "of": "plafond_inconnu"}, "n’est pas déclarée"),
        ("EVK-D038", {"type": "gap", "of": "essai.inconnu", "zone": "reference"}, "Indicateur inconnu"),
        ("EVK-D012", {"type": "gap", "of": "essai.ajout-0"}, "contre une seule chose"),
        ("EVK-D012", {"type": "change", "of": "essai.ajout-0", "since": "hier"}, "attend « previous »"),
        ("EVK-D012", {"type": "percentile", "feed": "attributions"}, "median"),
    ],
)
def test_a_measure_that_cannot_be_is_refused(tmp_path, code, measure, said):
    assert said in refused(tmp_path, {"measure": measure}, code=code)


def test_an_indicator_that_reads_itself_is_refused(tmp_path):
    one = {"id": "essai.un", "measure": {"type": "gap", "of": "essai.deux", "indicator": "essai.trois"}}
    two = {
        "id": "essai.deux",
        "measure": {"type": "quotient", "of": "essai.un", "over": "residents", "population": "h"},
    }
    three = {"id": "essai.trois", "measure": COUNT}
    files = {"indicators/essai/ajouts.yml": yaml.safe_dump([{**BASE, **each} for each in (one, two, three)])}
    with pytest.raises(DeclarationError) as caught:
        open_workspace(write(tmp_path, files))
    assert {each.code for each in caught.value.problems} == {"EVK-D089"}


@pytest.mark.parametrize(
    ("code", "fields", "said"),
    [
        ("EVK-D034", {"measure": COUNT, "targets": [{"value": "1", "scope": {"bailleur": "A"}}]}, "Colonne inconnue"),
        ("EVK-D038", {"measure": COUNT, "targets": [{"value": "1", "than": "essai.rien"}]}, "Indicateur inconnu"),
        (
            "EVK-D088",
            {
                "measure": {"type": "median", "feed": "attributions", "of": "quartile"},
                "targets": [{"value": "1", "count": "cumulated", "from": "2024", "until": "2030"}],
            },
            "lissez la cible",
        ),
        ("EVK-D012", {"measure": COUNT, "targets": [{"value": "1", "count": "cumulated"}]}, "« from » et « until »"),
        ("EVK-D012", {"measure": COUNT, "targets": [{"value": "1", "from": "2030", "until": "2024"}]}, "précède"),
        ("EVK-D087", {"measure": COUNT, "bands": {"quartile": ["2"]}}, "Ajoutez « quartile » à « by »"),
        ("EVK-D012", {"measure": COUNT, "by": ["quartile"], "bands": {"quartile": ["3", "2"]}}, "croissant"),
    ],
)
def test_a_target_or_a_band_that_makes_no_sense_is_refused(tmp_path, code, fields, said):
    assert said in refused(tmp_path, fields, code=code)


def test_a_parameter_is_given_once_a_year(tmp_path):
    twice = """\
- parameter: plafond
  label: Plafond
  unit: €
  values: [{year: 2024, value: 1, source: a}, {year: 2024, value: 2, source: b}]
"""
    with pytest.raises(DeclarationError) as caught:
        open_workspace(write(tmp_path, {"indicators/essai/parameters.yml": twice}))
    assert "deux fois" in str(caught.value)


def test_a_feed_without_zones_is_measured_for_the_whole_territory_only(tmp_path):
    bare = TOTALS.replace("  - {name: zone, type: zone}\n", "")
    measure = {"type": "sum", "feed": "totaux", "of": "participants"}
    for zones, codes in ((["ensemble"], []), (["qpv"], ["EVK-D050"])):
        text = yaml.safe_dump([{**BASE, "id": "essai.tout", "measure": measure, "zones": zones}], allow_unicode=True)
        root = write(tmp_path / zones[0], {"expectations/totaux.yml": bare, "indicators/essai/ajouts.yml": text})
        try:
            open_workspace(root)
            found = []
        except DeclarationError as error:
            found = [each.code for each in error.problems]
        assert found == codes
    assert "expectations/attributions.yml" in FILES
