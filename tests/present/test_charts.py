from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.colors import to_rgb

from evalkit.present.chart import FOLDER_VARIABLE, LOOKS, spread
from evalkit.present.cohort_chart import cohort_chart
from evalkit.present.comparison_charts import curves_chart, effects_chart
from evalkit.present.results import axis_indicators
from evalkit.present.trends import chosen, drawable, trend_chart

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
    placed = spread([10.0, 10.1, 3.0], 1.0)
    assert placed[2] < placed[0] < placed[1]
    assert placed[1] - placed[0] == pytest.approx(1.0)


def test_a_trend_needs_two_values() -> None:
    kept = {each.id for each in drawable(synthetic(), DECLARED.indicators)}
    assert "emploi.durable" in kept
    assert "habiter.sante.permanences" not in kept


def test_trend_chart_tells_its_ends_and_gives_its_data() -> None:
    chart = trend_chart(synthetic(), chosen(synthetic(), axis_indicators(synthetic(), DECLARED.contract.axes[0])))
    text = chart.alt_text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Ensemble des QPV, de 62 contrats en 2024 à 89 contrats en 2026" in text
    masked = chart.table.filter(indicateur=DECLARED.indicators[0].label, zone="Les Tilleuls", période="2025")
    assert masked["valeur"].to_list() == [None]


def test_lines_are_cut_at_a_break() -> None:
    chart = trend_chart(synthetic(), DECLARED.indicators[:1])
    (panel,) = chart.figure.axes
    spans = [
        tuple(line.get_xdata()) for line in panel.get_lines() if line.get_marker() in {look.marker for look in LOOKS}
    ]
    assert not any({0, 1} <= set(span) for span in spans)


def test_curves_leave_masked_points_out() -> None:
    chart = curves_chart(synthetic(), DECLARED.comparisons[0])
    qpv = next(line for line in chart.figure.axes[0].get_lines() if line.get_marker() == LOOKS[0].marker)
    assert list(qpv.get_xdata()) == list(range(2, 12))
    assert "Le programme commence le 1er" in chart.alt_text


def test_effects_chart_says_each_interval() -> None:
    text = effects_chart(synthetic()).alt_text.replace("\u00a0", " ")
    assert "+4,2 points, entre −0,9 et 9,4." in text


def test_cohort_chart_names_every_group() -> None:
    text = cohort_chart(synthetic(), DECLARED.cohorts[0]).alt_text
    assert all(group in text for group in ("accompagnés", "comparaison", "comparaison pondérée"))


def test_a_chart_is_written_beside_the_document_with_its_alternative_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    text = effects_chart(synthetic()).markdown("fig-effets", "Effets : résumé")
    assert text.startswith('![Effets\u00a0: résumé](figures/fig-effets.png){#fig-effets fig-alt="')
    first = (tmp_path / "figures" / "fig-effets.png").read_bytes()
    effects_chart(synthetic()).markdown("fig-effets", "Effets : résumé")
    assert (tmp_path / "figures" / "fig-effets.png").read_bytes() == first
