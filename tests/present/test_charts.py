from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from evalkit.present.chart import FOLDER_VARIABLE, LOOKS, spread
from evalkit.present.cohorts.rates_chart import cohort_chart
from evalkit.present.comparisons.charts import curves_chart, effects_chart
from evalkit.present.results.axes import axis_indicators
from evalkit.present.results.trends import chosen, drawable, trend_chart

from .reader import synthetic

DECLARED = synthetic().publication.declared


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_lines_differ_without_their_colour_and_read_on_white() -> None:
    assert len({(look.marker, look.dashes) for look in LOOKS}) == len(LOOKS)
    for look in LOOKS:
        assert 1.05 / (luminance(look.colour) + 0.05) >= 4.5, look


def test_labels_at_line_ends_do_not_touch_and_keep_their_order() -> None:
    placed = spread([10.0, 10.1, 3.0], [1.0, 3.0, 1.0])
    assert placed[2] < placed[0] < placed[1]
    assert placed[1] - placed[0] == pytest.approx(2.0)  # half of each label


def test_a_trend_needs_two_values() -> None:
    kept = {each.id for each in drawable(synthetic(), DECLARED.indicators)}
    assert "emploi.durable" in kept
    assert "habiter.sante.permanences" not in kept


def test_trend_chart_tells_its_ends_and_gives_its_data() -> None:
    chart = trend_chart(synthetic(), chosen(synthetic(), axis_indicators(synthetic(), DECLARED.contract.axes[0])))
    text = chart.alt_text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Ensemble des QPV, de 62 contrats en 2024 à 89 contrats en 2026" in text
    assert [column.heading for column in chart.data.columns] == ["Série", "2024", "2025", "2026"]
    durable = next(group for group in chart.data.groups if DECLARED.indicators[0].label in group.heading)
    # 24 of 96 and 31 of 98; 3 of 90 is masked in 2025.
    assert ("Les Tilleuls", "25,0", "secret", "31,6") in durable.rows


def test_lines_are_cut_at_a_break() -> None:
    chart = trend_chart(synthetic(), DECLARED.indicators[:1])
    (panel,) = chart.figure.axes
    spans = [
        tuple(line.get_xdata()) for line in panel.get_lines() if line.get_marker() in {look.marker for look in LOOKS}
    ]
    assert not any({0, 1} <= set(span) for span in spans)


def test_an_unfinished_year_is_in_the_data_and_not_in_the_line() -> None:
    delay = next(each for each in DECLARED.indicators if each.id == "habiter.delai")
    chart = trend_chart(synthetic(), (delay,))
    lines = [line for line in chart.figure.axes[0].get_lines() if line.get_marker() == LOOKS[0].marker]
    assert [list(line.get_xdata()) for line in lines] == [[0, 1]]
    assert ("Ensemble des QPV", "20,0", "18,0", "16,0\u00a0(p)") in chart.data.groups[0].rows


def test_a_period_without_a_value_keeps_its_place_on_the_axis() -> None:
    felt = next(each for each in DECLARED.indicators if each.id == "habiter.satisfaction")
    chart = trend_chart(synthetic(), (felt,))
    lines = [line for line in chart.figure.axes[0].get_lines() if line.get_marker() == LOOKS[0].marker]
    assert [list(line.get_xdata()) for line in lines] == [[0], [2]]
    assert ("Ensemble des QPV", "3,0", "n.\u00a0d.", "3,3") in chart.data.groups[0].rows


def test_every_panel_fits_its_title_and_its_ticks(tmp_path: Path) -> None:
    chart = trend_chart(synthetic(), chosen(synthetic(), DECLARED.indicators))
    chart.save(tmp_path / "figure.png")  # lays the panels out as readers see them
    width, height = chart.figure.bbox.size
    for panel in (each for each in chart.figure.axes if each.axison):
        (title,) = (
            each
            for each in panel.get_children()
            if isinstance(each, Text) and each.get_fontweight() == "bold" and each.get_text()
        )
        box = title.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= width
        assert box.y1 <= height
        ticks = [label.get_window_extent() for label in panel.get_xticklabels()]
        assert all(before.x1 < after.x0 for before, after in pairwise(ticks))


def test_the_data_of_curves_stand_by_year_and_quarter_with_their_masks() -> None:
    data = curves_chart(synthetic(), DECLARED.comparisons[0]).data
    assert [column.heading for column in data.columns] == ["Série", "2024", "2025", "2026"]
    names = [row[0] for row in data.groups[0].rows]
    assert names == [f"{side}, T{quarter}" for side in ("QPV", "zones témoins") for quarter in (1, 2, 3, 4)]
    assert data.groups[0].rows[1][1] == "secret"  # 3 events among 78 in the second quarter of 2024


def test_the_data_of_a_cohort_give_each_rate_with_its_interval() -> None:
    data = cohort_chart(synthetic(), DECLARED.cohorts[0]).data
    assert [column.heading for column in data.columns[1:]] == ["À 3\u00a0mois", "À 6\u00a0mois", "À 12\u00a0mois"]
    # 41 of 171: 24.0 %, more or less 1.96 x sqrt(0.24 x 0.76 / 171) = 6.4 points.
    assert data.groups[0].rows[0][2] == "24,0\u202f%\u00a0(17,6\u00a0à\u00a030,4)"


def test_curves_leave_masked_points_out() -> None:
    chart = curves_chart(synthetic(), DECLARED.comparisons[0])
    qpv = next(line for line in chart.figure.axes[0].get_lines() if line.get_marker() == LOOKS[0].marker)
    assert list(qpv.get_xdata()) == list(range(2, 12))
    assert "Le programme commence le 1er" in chart.alt_text


def test_effects_chart_says_each_interval() -> None:
    text = effects_chart(synthetic()).alt_text.replace("\u00a0", " ")
    assert "+4,2 points ; entre −0,9 et 9,4." in text


def test_cohort_chart_names_every_group() -> None:
    text = cohort_chart(synthetic(), DECLARED.cohorts[0]).alt_text
    assert all(group in text for group in ("accompagnées", "comparaison", "comparaison équilibrée"))


def test_a_chart_is_written_beside_the_document_with_its_alternative_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    text = effects_chart(synthetic()).markdown("fig-effets", "Effets : résumé")
    head = "![Effets\u00a0: résumé (données\u00a0: @tbl-donnees-effets)](figures/fig-effets.png)"
    assert text.startswith(f'{head}{{#fig-effets fig-alt="')
    first = (tmp_path / "figures" / "fig-effets.png").read_bytes()
    effects_chart(synthetic()).markdown("fig-effets", "Effets : résumé")
    assert (tmp_path / "figures" / "fig-effets.png").read_bytes() == first
