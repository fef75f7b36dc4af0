"""What evaluators wrote stands beside the figures that it names, harmless, and what is missing is awaited."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from evalkit.declare.evaluation import Evaluation, YearlyPart
from evalkit.present.evaluation import answers, recommendations, review, voices, written
from evalkit.present.evaluation.questions import Side, clues
from evalkit.present.reading import Reader, open_reader
from evalkit.publish.edition import write_edition
from evalkit.typography import typeset
from tests.present.reader import synthetic

HOSTILE = "<script>alert(1)</script> [ici](javascript:x) **gras** `{python} 1+1`"


@cache
def evaluation() -> Evaluation:
    reader = synthetic()
    declared = reader.publication.declared
    question = declared.contract.questions[0]
    against = next(each for each in clues(reader, question) if each.side is Side.FOR)
    return Evaluation.model_validate(
        {
            "report": "mi-parcours",
            "date": "2027-06-25",
            "authors": ["Service d’essai"],
            "fictitious": True,
            "answers": [
                {
                    "question": question.id,
                    "judgement": "en partie",
                    "text": f"Une réponse. {HOSTILE}\n\nSon second paragraphe.",
                    "evidence": [
                        {"side": "contre", "indicator": against.subject, "text": "Lu autrement."},
                        {"side": "limite", "source": "Note interne", "text": "Un doute."},
                        {"side": "pour", "voice": "v.citee"},
                        {"side": "limite", "cohort": declared.cohorts[0].cohort},
                    ],
                }
            ],
            "recommendations": [
                {"id": "r.un", "text": "Faire.", "to": [declared.contract.partners[0].id], "due": "2026-01-01"},
                {
                    "id": "r.deux",
                    "text": "Défaire.",
                    "to": [declared.contract.partners[0].id],
                    "due": "2026-01-01",
                    "follow_up": [{"date": "2027-01-01", "status": "réalisée", "note": "C’est fait."}],
                },
            ],
            "voices": [
                voice("v.citee", "On attend.", question=question.id),
                voice("v.autre", HOSTILE, question=question.id, heard=7),
                voice("v.axe", "Le bus est loin.", objectives=[declared.contract.axes[0].objectives[0].id]),
                voice("v.avis", "Nous demandons.", kind="avis", origin="conseil citoyen", reply="Accepté."),
            ],
            "review": [
                {
                    "id": "p.un",
                    "text": "Revoir.",
                    "reason": "Trop haut.",
                    "objectives": [declared.contract.axes[0].objectives[0].id],
                    "indicators": [next(each.id for each in declared.indicators if each.targets)],
                }
            ],
        }
    )


def voice(name: str, text: str, **others: object) -> dict[str, object]:
    said = {"kind": "citation", "origin": "atelier", "source": "Atelier", "collected": "2027-03-04"}
    return {"id": name, "text": text, **said, **others}


def reader_with(*evaluations: Evaluation) -> Reader:
    publication = synthetic().publication
    return Reader(replace(publication, declared=replace(publication.declared, evaluations=evaluations)))


def test_an_edition_keeps_what_was_written(tmp_path: Path) -> None:
    reader = reader_with(evaluation())
    again = open_reader(write_edition(reader.publication, tmp_path))
    assert again.publication.declared == reader.publication.declared
    assert written.evaluation_of(again, "mi-parcours") == evaluation()
    assert written.evaluation_of(again, "final") is None


def test_an_argument_prints_its_figure_and_says_when_the_computation_points_elsewhere() -> None:
    reader = reader_with(evaluation())
    question = reader.publication.declared.contract.questions[0]
    text = answers.answered_markdown(reader, evaluation(), question)
    cited = next(each for each in clues(reader, question) if each.side is Side.FOR)
    assert text.startswith("**Réponse des évaluateurs\u00a0: en partie.**")
    shown = typeset(
        f"{cited.sentence.removesuffix('.')} (le calcul, lui, va dans le sens de la question). Lu autrement"
    )
    assert shown in text
    assert text.count(f"**{cited.label}**") == 1
    assert "« On attend" in text.replace("\u00a0", " ")
    assert "Un doute (Note interne)." in text


def test_nothing_that_is_written_is_active() -> None:
    reader = reader_with(evaluation())
    question = reader.publication.declared.contract.questions[0]
    text = answers.answered_markdown(reader, evaluation(), question)
    text += voices.question_voices_markdown(reader, evaluation(), question)
    assert text.count("alert") == 2
    assert "<script>" not in text and "](" not in text and "`{python}" not in text


def test_a_voice_stands_once_where_it_bears() -> None:
    reader = reader_with(evaluation())
    contract = reader.publication.declared.contract
    by_question = voices.question_voices_markdown(reader, evaluation(), contract.questions[0])
    by_axis = voices.axis_voices_markdown(reader, evaluation(), contract.axes[0])
    general = voices.general_voices_markdown(reader, evaluation())
    assert "attend" not in by_question and "7\u00a0personnes" in by_question
    assert "Le bus est loin" in by_axis and "Le bus" not in general
    assert "Suite donnée\u00a0: Accepté" in general and general.startswith("4\u00a0paroles recueillies")


def test_a_recommendation_whose_day_has_passed_says_so_unless_it_is_closed() -> None:
    reader = reader_with(evaluation())
    lines = recommendations.recommendations_markdown(reader, evaluation()).splitlines()
    assert lines[0].startswith("2\u00a0recommandations\u00a0: 1 proposée et 1 réalisée")
    assert "Échéance passée" in lines[2] and "Échéance passée" not in lines[3]
    assert "C’est fait" in lines[3]


def test_a_review_point_prints_where_the_target_stands() -> None:
    reader = reader_with(evaluation())
    text = review.review_markdown(reader, evaluation())
    assert "**Revoir\\.** Motif\u00a0: Trop haut\\. Objectifs" in text and "    - **" in text and "Statut" in text


def test_what_is_not_written_is_awaited_and_says_where_to_write_it() -> None:
    reader = synthetic()
    place = f"`indicators/{reader.publication.declared.contract.contract}/evaluation.yml`"
    awaited = (
        answers.opening_markdown(reader, None),
        voices.general_voices_markdown(reader, None),
        recommendations.recommendations_markdown(reader, None),
        review.review_markdown(reader, None),
    )
    assert all(place in each for each in awaited)
    question = reader.publication.declared.contract.questions[0]
    assert "attendue" in answers.answered_markdown(reader, None, question)


def test_the_yearly_report_takes_the_evaluation_of_its_year() -> None:
    texts = [{"part": "moyens", "text": "La dotation."}]
    years = [
        Evaluation.model_validate(
            {"report": "suivi-annuel", "year": year, "date": "2027-01-01", "authors": ["Service"], "texts": texts}
        )
        for year in (2025, 2026)
    ]
    reader = reader_with(*years)
    found = written.evaluation_of(reader, "suivi-annuel", 2025)
    assert found is years[0]
    assert written.yearly_text(found, YearlyPart.MEANS) == "La dotation\\."
    assert written.yearly_text(found, YearlyPart.LINKS) == ""


def test_what_exists_only_in_the_demonstration_says_so() -> None:
    assert "fictif" in written.signature(evaluation()) and "fictif" in written.fictitious_mark(evaluation())
