"""Changes since the previous delivery: told past the declared threshold and past chance, with before and after."""

from __future__ import annotations

import math
import random
from typing import Any

import polars as pl
import pytest

from evalkit.declare.feed import Feed, Severity
from evalkit.receive.history.changes import changes, stability_index
from evalkit.receive.history.noise import median_noise, share_noise, stability_noise
from evalkit.receive.history.profile import profile_of
from evalkit.store.delivery import Finding
from evalkit.store.schema import PERIOD

FEED = {
    "feed": "essai",
    "label": "Essai",
    "grain": "total",
    "nature": "exhaustif",
    "key": ["zone", "nature"],
    "period": {"granularity": "annee", "field": "annee"},
    "fields": [
        {"name": "zone", "type": "zone", "required": "true"},
        {"name": "annee", "type": "year"},
        {"name": "nature", "type": "category", "values": ["a", "b", "c", "d", "e"]},
        {"name": "faits", "type": "integer"},
        {"name": "ressources", "type": "decimal", "personal": "true"},
    ],
}


def feed(**changed: Any) -> Feed:
    return Feed.model_validate({**FEED, **changed})


def rows(count: int, year: str = "2024", level: int = 100, words: str = "abcde", seed: int = 0) -> pl.DataFrame:
    draw = random.Random(seed)
    return pl.DataFrame(
        {
            PERIOD: [year] * count,
            "zone": [f"zone-{i % 4}" for i in range(count)],
            "annee": [year] * count,
            "nature": [words[draw.randrange(len(words))] for _ in range(count)],
            "faits": [level + draw.randrange(20) for _ in range(count)],
            "ressources": [None] * count,
        },
        schema_overrides={"ressources": pl.Decimal(18, 2)},
    )


def told(before: pl.DataFrame, now: pl.DataFrame, declared: Feed | None = None) -> list[Finding]:
    declared = declared or feed()
    return list(changes(declared, profile_of(declared, before), profile_of(declared, now)))


def plain(finding: Finding) -> str:
    return finding.message.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_the_same_delivery_says_nothing() -> None:
    assert told(rows(60), rows(60, "2025", seed=1)) == []


def test_rows_per_period_and_their_before_and_after() -> None:
    (finding,) = told(rows(100), rows(60, "2025", seed=1))
    assert (finding.code, finding.severity) == ("EVK-R070", Severity.MINOR)
    assert plain(finding).endswith("change de -40 % depuis la livraison précédente : 100 avant, 60 maintenant.")
    # Two periods of fifty rows are not half as many rows per period as one of fifty.
    both = pl.concat([rows(50, "2024"), rows(50, "2023")])
    assert told(both, rows(50, "2025", seed=2)) == []


@pytest.mark.parametrize(("change", "is_told"), [("30 %", True), ("50 %", False)])
def test_the_threshold_is_declared_with_its_severity(change: str, is_told: bool) -> None:
    declared = feed(watch={"rows": {"change": change, "severity": "majeur"}})
    found = told(rows(100), rows(60, "2025", seed=1), declared)
    assert [(one.code, one.severity) for one in found] == ([("EVK-R070", Severity.MAJOR)] if is_told else [])


def test_a_watch_is_switched_off() -> None:
    assert told(rows(100), rows(60, "2025", seed=1), feed(watch={"rows": None})) == []


def test_a_level_in_another_unit() -> None:
    (finding,) = told(rows(40), rows(40, "2025", level=100_000, seed=1))
    assert finding.code == "EVK-R071"
    assert "« faits » : la valeur médiane change de +" in plain(finding)
    assert " avant, 100 01" in plain(finding)


def test_a_level_of_few_noisy_rows_is_left_to_chance() -> None:
    # Medians 1 and 3 of two rows each, as far apart as the values of one delivery are among themselves.
    before = rows(2).with_columns(faits=pl.Series([0, 2]))
    now = rows(2, "2025").with_columns(faits=pl.Series([1, 5]))
    assert [one.code for one in told(before, now) if one.code == "EVK-R071"] == []


def test_the_median_of_a_personal_field_is_never_printed() -> None:
    before = rows(30).with_columns(ressources=pl.Series([f"1234{i:02d}.00" for i in range(30)]).cast(pl.Decimal(18, 2)))
    now = rows(30).with_columns(ressources=pl.Series([f"98765{i:02d}.00" for i in range(30)]).cast(pl.Decimal(18, 2)))
    (finding,) = told(before, now)
    assert (finding.code, finding.field, finding.received) == ("EVK-R071", "ressources", "")
    assert not {"1234", "98765", "123 4", "987 6"} & set(plain(finding).split())
    assert "avant" not in finding.message


def test_filling() -> None:
    now = rows(40, "2025", seed=1).with_columns(faits=pl.when(pl.int_range(pl.len()) < 10).then(pl.col("faits")))
    (finding,) = [one for one in told(rows(40), now) if one.code == "EVK-R072"]
    assert "« faits » : 100 % de cases remplies avant, 25 % maintenant (30 cases vides)." in plain(finding)


def test_distribution_with_its_greatest_gap() -> None:
    before = rows(400).with_columns(nature=pl.Series((["a"] * 2 + ["b"] * 2) * 100))
    now = rows(400, "2025", seed=1).with_columns(nature=pl.Series((["a"] * 9 + ["b"]) * 40))
    (finding,) = [one for one in told(before, now) if one.code == "EVK-R073"]
    assert "« a », 50 % avant, 90 % maintenant" in plain(finding)


def test_words_that_vanish_and_appear() -> None:
    before, now = rows(200, words="abc"), rows(200, "2025", words="abd", seed=1)
    found = {one.code: plain(one) for one in told(before, now)}
    assert found["EVK-R074"].startswith("« nature » : « c » ")
    assert found["EVK-R074"].endswith(" avant, aucune maintenant.")
    assert found["EVK-R075"].startswith("« nature » : « d » ")


def test_a_zone_that_is_not_sent_any_more_is_told_even_alone() -> None:
    before = rows(4).with_columns(nature=pl.lit("a"))
    now = before.filter(pl.col("zone") != "zone-2")
    assert [(one.code, "zone-2" in one.message) for one in told(before, now)] == [("EVK-R074", True)]


def test_a_field_of_another_declaration_is_not_compared() -> None:
    before = rows(40).with_columns(faits=pl.lit("beaucoup")).drop("nature")
    assert told(before, rows(40, "2025", seed=1)) == []


def test_index_of_a_published_example() -> None:
    # Two equal halves that become 30 % and 70 %: (0.3-0.5) ln(0.3/0.5) + (0.7-0.5) ln(0.7/0.5), by the definition.
    expected = -0.2 * math.log(0.6) + 0.2 * math.log(1.4)
    assert stability_index({"a": 50, "b": 50}, {"a": 30, "b": 70}) == pytest.approx(expected, rel=1e-12)
    assert stability_index({"a": 5}, {"a": 9}) == 0


def test_noise_holds_its_level() -> None:
    """Under no change, one index in a thousand passes its noise: 3,000 draws stay within a binomial bound."""
    draw = random.Random(20261121)
    words, before, now = "abcdef", 200, 150
    passed = 0
    for _ in range(3_000):
        first = [draw.choice(words) for _ in range(before)]
        second = [draw.choice(words) for _ in range(now)]
        counts = [{word: sample.count(word) for word in words} for sample in (first, second)]
        passed += stability_index(*counts) > stability_noise(len(words), before, now)
    # P(X > 12) for a binomial law of 3,000 draws at 1/1,000 is below 1e-4.
    assert passed <= 12


def test_noise_of_medians_and_shares() -> None:
    # 3.09 standard errors; for a deviation of 1 / 1.4826 the values have a standard deviation of 1.
    deviation = 1 / 1.4826
    assert median_noise((deviation, 50), (deviation, 50)) == pytest.approx(3.09 * 1.2533 * math.sqrt(2 / 50))
    assert share_noise(0.5, 100, 100) == pytest.approx(3.09 * math.sqrt(0.25 * 0.02))
    # The quantile of the chi-square law with 5 degrees of freedom left once in a thousand is 20.515 (tables).
    assert stability_noise(6, 1, 1) / 2 == pytest.approx(20.515, rel=0.02)
