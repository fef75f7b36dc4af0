"""An estimate as its readers see it: lines, table, figure, notebook; families and synthetic controls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.compare.names import TEST_NAMES
from evalkit.compare.run import _adjusted
from evalkit.compare.summary import design_lines
from evalkit.typography import typeset
from tests.compare.world import CONTROLS, comparison, counts, result


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Estimate:
    declared = comparison(near=list(CONTROLS[:2]), margin=5.0)
    found = result(tmp_path_factory.mktemp("planted"), counts(effect=12), declared)
    assert isinstance(found, Estimate)
    return found


def test_summary_says_the_effect_its_test_and_what_the_naive_route_would_claim(planted):
    text = planted.summary()
    for said in ("Écart", "points", "Test", "Fausses dates", "au passé le plus proche", "Voisinage", "synthétique"):
        assert said in text
    assert "La voie habituelle" in text
    assert "négligeable" in text
    assert text == typeset(text)
    assert planted._repr_html_().count("<p>") == len(text.splitlines())


def test_every_doubt_that_was_computed_is_said(planted):
    text = planted.summary()
    for test in planted.checks.tests:
        assert typeset(TEST_NAMES[test.name]) in text
    assert "au mieux 0,011" in text, "one in 91: two zones of fourteen"
    heaviest = planted.checks.leverage[0]
    assert f"{heaviest[0]} {100 * heaviest[1]:.0f}\N{NARROW NO-BREAK SPACE}%" in text
    assert "quatre fois sur cinq" in text
    assert "pire moment d’avant" in text


def test_before_results_only_the_design_is_said(planted):
    text = "\n".join(design_lines(planted))
    assert "décelable" in text
    assert "0,011" in text
    for number in (planted.effect, planted.low, planted.high):
        assert f"{abs(number):.2f}".replace(".", ",") not in text
    assert text == typeset(text)


def test_table_starts_with_the_headline(planted):
    frame = planted.to_frame()
    assert frame.row(0)[2:6] == (planted.effect, planted.low, planted.high, planted.p)
    assert {"autre test", "fausse date", "synthétique", "sans le voisinage"} <= set(frame["kind"])


def test_figure_draws_every_gap(planted):
    (axes,) = planted.plot().axes
    (drawn,) = axes.containers
    assert len(drawn.lines[0].get_xdata()) == len(planted.checks.event_study) == 11
    without = replace(planted, checks=replace(planted.checks, event_study=()))
    assert len(without.plot().axes[0].lines[0].get_xdata()) == 12


def test_a_family_is_counted_and_a_refusal_keeps_its_place(planted):
    """Holm by hand: p 0.01 and 0.04 with a refused sister give 0.03 and 0.08."""
    one, two = (replace(planted, comparison=name, p=p) for name, p in (("a", 0.01), ("b", 0.04)))
    refused = Refusal(contract="c", comparison="z", role="primary", estimand="", code="EVK-C001", reason="")
    placebo = replace(planted, comparison="p", role="placebo")
    found = _adjusted((one, two, refused, placebo))
    assert [each.p_adjusted for each in found if isinstance(each, Estimate)] == [
        pytest.approx(0.03), pytest.approx(0.08), None,
    ]  # fmt: skip
    alone = _adjusted((one,))[0]
    assert isinstance(alone, Estimate)
    assert alone.p_adjusted is None


def test_one_treated_zone_gets_its_gap_and_a_synthetic_rank(tmp_path):
    found = result(tmp_path, counts(effect=25), comparison(treated=["pres"]))
    assert isinstance(found, Refusal)
    assert found.code == "EVK-C103"
    assert {each.kind for each in found.synthetic} >= {"sdid"}
    (ranked,) = [each for each in found.synthetic if each.kind == "sdid"]
    assert ranked.p == pytest.approx(1 / 13)
    assert ranked.smallest_p == pytest.approx(1 / 13)
    assert "décrit, non expliqué" in found.summary()
