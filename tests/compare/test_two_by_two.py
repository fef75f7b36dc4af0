"""The documents' own figures: Grand Calais (lines 320, 322, 920, 1073) and Grand Chalon (lines 101)."""

from __future__ import annotations

from evalkit.compare.result import DidRefusal
from evalkit.compare.two_by_two import Description, Figure, TwoByTwo, describe

CAF, FILOSOFI = "CAF.data", "Insee, Filosofi"


def figure(value: float | None, year: str, concept: str = "personnes", source: str = CAF) -> Figure:
    return Figure(value=value, concept=concept, source=source, year=year)


def test_rsa_at_beau_marais_against_the_rest_of_calais():
    """1,273 to 1,308 in the QPV; 7,254 to 4,854 in the commune, which contains it: 5,981 to 3,546 in the rest."""
    found = describe(
        TwoByTwo(
            label="Bénéficiaires du RSA",
            kind="count",
            here_before=figure(1273, "2015"),
            here_after=figure(1308, "2021"),
            there_before=figure(7254, "2015"),
            there_after=figure(4854, "2021"),
            contains=True,
        )
    )
    assert isinstance(found, Description)
    assert round(found.change_here, 1) == 2.7, "as the document prints it"
    assert round(found.change_there, 4) == round(100 * (3546 / 5981 - 1), 4)
    assert "reste du territoire" in found.sentence_fr
    assert "aucun test" in found.sentence_fr
    assert not {"effet", "impact", "grâce"} & set(found.sentence_fr.split())


def income(after: float | None) -> TwoByTwo:
    euros = "revenu disponible médian par UC"
    return TwoByTwo(
        label="Revenu médian",
        kind="amount",
        here_before=figure(11080, "2015", euros, FILOSOFI),
        here_after=figure(12190, "2019", euros, FILOSOFI),
        there_before=figure(15704, "2015", euros, FILOSOFI),
        there_after=figure(after, "2019", euros, FILOSOFI),
        contains=True,
    )


def test_median_income_cannot_be_separated_from_its_reference():
    """12,190 - 11,080 = 1,110 against 17,230 - 15,704 = 1,526: the gap widens by 416 euros."""
    found = describe(income(17230))
    assert isinstance(found, Description)
    assert found.gap == -416
    assert "ne peut pas en être séparée" in found.sentence_fr


def test_the_brevet_at_vauban_against_the_academie():
    """Lines 342 and 345: 85.06 to 84.81 %, 87.0 to 86.9 %: a quarter of a point less a tenth."""
    rate, report = "taux de réussite au DNB", "Rapport d’évaluation 2015-2023"
    found = describe(
        TwoByTwo(
            label="Réussite au brevet, collège Vauban",
            kind="share",
            here_before=figure(85.06, "2021", rate, report),
            here_after=figure(84.81, "2022", rate, report),
            there_before=figure(87.0, "2021", rate, report),
            there_after=figure(86.9, "2022", rate, report),
        )
    )
    assert isinstance(found, Description)
    assert round(found.gap, 2) == -0.15
    assert "ne dit pas pourquoi" in found.sentence_fr


def test_what_is_missing_is_named():
    found = describe(income(None))
    assert isinstance(found, DidRefusal)
    assert (found.code, found.missing) == ("EVK-C101", ("référence, après",))
    assert "référence, après" in found.reason_fr


def test_chalons_income_is_refused_for_its_concepts_then_for_its_sources():
    """8,544 euros a year, declared, Insee 2019, beside 1,770 a month, disposable, Compas 2022."""
    missing = figure(None, "2015", "revenu déclaré médian", "Insee")
    table = TwoByTwo(
        label="Revenu médian, Prés Saint-Jean",
        kind="amount",
        here_before=missing,
        here_after=figure(8544, "2019", "revenu déclaré médian, euros par an", "Insee"),
        there_before=missing,
        there_after=figure(1770, "2022", "revenu disponible médian, euros par mois", "Compas – ABS"),
    )
    found = describe(table)
    assert isinstance(found, DidRefusal)
    assert found.code == "EVK-C109"
    assert "deux notions" in found.reason_fr
    same = TwoByTwo(
        label=table.label,
        kind="amount",
        here_before=missing,
        here_after=figure(8544, "2019", "revenu", "Insee"),
        there_before=missing,
        there_after=figure(21240, "2022", "revenu", "Compas – ABS"),
    )
    refused = describe(same)
    assert isinstance(refused, DidRefusal)
    assert refused.code == "EVK-C110"
    assert "2019" in refused.reason_fr
