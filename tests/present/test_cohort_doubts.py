"""What the annex of a cohort says of time, of those lost, of subgroups and of the same persons, from a publication."""

from __future__ import annotations

import pytest

from evalkit.present.cohorts import doubts, entries, groups
from evalkit.present.cohorts.curve_chart import class_chart, curve_chart, has_class_curves, has_curves
from evalkit.present.cohorts.words import group_words, people_words
from evalkit.present.reading import Reader
from evalkit.publish.publish import publish
from tests.publish.test_followed_curves import CLAUSES, COHORT, result, source


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(publish(source(result(1))))


@pytest.fixture(scope="module")
def closed() -> Reader:
    clauses = tuple(clause for clause in CLAUSES if clause.feed != "parcours")
    return Reader(publish(source(result(1), clauses=clauses)))


def test_the_chart_shows_published_months_and_says_them(reader: Reader) -> None:
    assert has_curves(reader, COHORT)
    chart = curve_chart(reader, COHORT)
    left, right = chart.figure.axes
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["accompagnées", "comparaison"]
    shown = reader.publication.tables.curves.filter(group="accompagnés", exit="durable", word="").drop_nulls("share")
    line = next(each for each in left.lines if each.get_label() == "emploi durable")
    assert list(line.get_xdata()) == [0, *shown["month"]]
    assert "emploi durable" in chart.alt_text
    assert len(chart.data.columns) == 1 + reader.publication.tables.curves["month"].n_unique()


def test_losses_subgroups_and_ratios_are_told_with_what_they_do_not_say(reader: Reader) -> None:
    losses = doubts.losses_markdown(reader, COHORT)
    assert losses.count("| Accompagnées, à") == 2
    assert "seules les bornes du tableau précédent tiennent" in losses
    assert "écart des sans nouvelle entre les deux groupes" in losses
    times = doubts.times_markdown(reader, COHORT)
    assert "test de Gray" in times
    assert "Un lien n’est pas une cause." in times
    subgroups = doubts.subgroups_markdown(reader, COHORT)
    assert "Sexe\u00a0: femmes (principal)" in subgroups
    assert "ne diffère pas de façon sûre" in subgroups
    changes = doubts.before_after_markdown(reader, COHORT)
    assert changes.startswith("- Comparaison"), "what three persons changed is not told"
    assert "n’est pas un effet" in changes


def test_gaps_carry_their_bounds_and_variances_their_ratio(reader: Reader) -> None:
    gaps = groups.contrasts_markdown(reader, COHORT)
    assert gaps.count("Selon ce que sont devenus les sans nouvelle") == 2
    assert gaps.count("En les remplaçant par leurs semblables") == 2
    assert " puis 1,00 |" in entries.balance_markdown(reader, COHORT)


def test_without_a_threshold_no_number_is_shown(closed: Reader) -> None:
    assert not has_curves(closed, COHORT)
    assert doubts.before_after_markdown(closed, COHORT) == ""
    # A table without any number is a sentence.
    assert "non publié, secret statistique" in doubts.subgroups_markdown(closed, COHORT)
    assert "non publiés, secret statistique" in doubts.losses_markdown(closed, COHORT)
    assert "Temps moyens\u00a0: non publiés" in doubts.times_markdown(closed, COHORT)
    assert list(doubts.difference_sentences(closed, COHORT)) == []


def test_a_committee_reads_whether_the_declared_groups_differ(reader: Reader) -> None:
    told = list(doubts.difference_sentences(reader, COHORT))
    assert any(sentence.startswith("Selon le sexe, aucune différence sûre dans le rythme") for sentence in told)
    assert any("l’écart à la comparaison" in sentence for sentence in told)
    assert all("(p" in sentence for sentence in told)


def test_curves_of_declared_classes_are_drawn_when_two_may_be_read(reader: Reader, closed: Reader) -> None:
    assert has_class_curves(reader, COHORT)
    assert not has_class_curves(closed, COHORT)
    chart = class_chart(reader, COHORT)
    (panel,) = chart.figure.axes
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["Femmes", "Hommes"]
    assert panel.get_title(loc="left") == "Vers : emploi durable, selon le sexe"
    assert [row[0] for row in chart.data.groups[0].rows] == ["Femmes", "Hommes"]


def test_whoever_is_compared_with_nobody_is_followed_and_drawn_alone(reader: Reader) -> None:
    alone = COHORT.model_copy(update={"against": None})
    assert group_words(alone, "accompagnés") == "suivies"
    assert people_words(COHORT) == "personnes accompagnées"
    assert groups.is_drawn(reader, alone, alone=True)
    assert "Parmi les personnes suivies" in doubts.times_markdown(reader, alone)
