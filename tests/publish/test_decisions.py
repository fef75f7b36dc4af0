from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from evalkit.declare.clause import Clause
from evalkit.declare.decisions import Decisions, Dispensation, Dominance, Recoding
from evalkit.errors import PublicationError
from evalkit.measure.observation import observation_frame
from evalkit.publish.decisions import read_decisions
from evalkit.publish.observed import Observed
from evalkit.publish.policy import Rule, policy_of
from evalkit.publish.publish import publish, publish_audited
from evalkit.publish.quantities import terms_of
from evalkit.publish.recoding import recode
from evalkit.publish.rounding import rounded

from .fixture.declared import CLAUSES, DECLARATIONS, FEEDS
from .fixture.results import ratio, total
from .test_publish import observed, row

INDICATORS = {each.id: each for each in DECLARATIONS.indicators}


def agreement(**more: object) -> Decisions:
    rule = {"feed": "bilans", "agreement": "avenant", "units": 11, "of": "persons", "citation": "art. 9", **more}
    return Decisions.model_validate({"rules": [rule]})


def test_the_strictest_of_a_clause_and_an_agreement_wins_on_every_point() -> None:
    decided = agreement(rounding=5, dominance={"largest": 1, "percent": 85})
    rule = policy_of(CLAUSES, FEEDS, decided).rule("bilans")
    assert (rule.units, rule.source, rule.rounding) == (11, "avenant, art. 9", 5)
    assert rule.dominance == Dominance(largest=1, percent=85)
    assert rule.protection == 11.0


def test_joined_feeds_follow_the_strictest_of_theirs_and_close_with_one_that_has_none() -> None:
    policy = policy_of(CLAUSES, FEEDS)
    assert policy.rule("parcours + attributions").units == 11
    assert policy.rule("parcours + attributions").of == "households"
    assert not policy.rule("parcours + sante").is_declared
    assert not policy.rule("parcours + inconnu").is_declared


rules = st.builds(
    Rule,
    units=st.one_of(st.none(), st.integers(0, 60)),
    of=st.sampled_from(["persons", "households", "enterprises", "none"]),
    source=st.sampled_from(["a", "b"]),
    rounding=st.one_of(st.none(), st.integers(2, 10)),
    width=st.integers(0, 20),
)


@given(rules, rules, st.integers(0, 80))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_joined_rule_never_shows_what_one_of_its_rules_hides(one: Rule, other: Rule, count: int) -> None:
    both = one.joined(other)
    assert both == other.joined(one)
    assert both.is_declared == (one.is_declared and other.is_declared)
    if both.is_declared:
        assert both.is_small(count) >= max(one.is_small(count), other.is_small(count))
        assert both.protection >= max(rule.width for rule in (one, other))


@pytest.mark.parametrize(
    ("total_", "largest", "broken"),
    [(100.0, (85.0, 5.0), False), (100.0, (86.0, 5.0), True), (0.0, (), False), (100.0, (), True)],
)
def test_insee_dominance_no_unit_above_85_percent(total_: float, largest: tuple[float, ...], broken: bool) -> None:
    """Insee, manuel de protection des tableaux: no contributor above 85 % of a cell."""
    assert Dominance(largest=1, percent=85).is_broken(total_, largest) is broken


@pytest.mark.parametrize(("largest", "broken"), [((60.0, 30.0), False), ((60.0, 36.0), True)])
def test_p_percent_the_rest_must_blur_the_largest(largest: tuple[float, ...], broken: bool) -> None:
    """p = 10: the others than the two largest bring 10 (enough for 60) or 4 (too little)."""
    assert Dominance(rest_percent=10).is_broken(100.0, largest) is broken


def test_a_dominance_that_cannot_be_checked_masks() -> None:
    source = observed(total("emploi.contrats", "prairie", "2026", 400.0))
    rule = policy_of(CLAUSES, FEEDS, agreement(dominance={"largest": 1, "percent": 85})).rule("bilans")
    given_ = next(source.observations.iter_rows(named=True))
    seen = Observed(given_, rule, INDICATORS["emploi.contrats"], terms_of(INDICATORS["emploi.contrats"]))
    assert seen.is_secret
    assert not replace(seen, largest=(100.0, 90.0)).is_secret
    assert replace(seen, largest=(390.0, 5.0)).is_secret


def test_a_median_needs_the_threshold_on_either_side_and_an_extreme_is_never_shown() -> None:
    rule = policy_of(CLAUSES, FEEDS).rule("signalements")
    assert [rule.allows_quantile(0.5, n) for n in (9, 10)] == [False, True]
    assert [rule.allows_quantile(0.1, n) for n in (49, 50)] == [False, True]
    assert not rule.allows_quantile(0.0, 10_000)


def test_an_exception_is_named_dated_and_recorded() -> None:
    decided = Dispensation(
        indicator="emploi.durable",
        zone="prairie",
        period="2026",
        decided_by="A. Martin, responsable de traitement",
        decided_on=dt.date(2027, 3, 1),
        reason="accord écrit des trois personnes",
    )
    source = observed(ratio("emploi.durable", "prairie", "2026", (3, 90), "parcours"))
    assert row(publish(source), "emploi.durable", "prairie", "2026")["value"] is None
    audited = publish_audited(replace(source, decisions=Decisions(exceptions=(decided,))))
    assert row(audited.publication, "emploi.durable", "prairie", "2026")["numerator"] == 3
    assert audited.audit.exceptions == (decided,)


def test_a_decision_on_an_unknown_indicator_stops_everything() -> None:
    source = observed(total("emploi.contrats", "prairie", "2026", 40.0))
    wrong = Decisions(recodings=(Recoding(indicators=("emploi.contrat",), period="annee"),))
    with pytest.raises(PublicationError, match="EVK-P006"):
        publish(replace(source, decisions=wrong))


def ages() -> list[object]:
    counts = {"16-20": 3.0, "21-25": 9.0, "26-49": 40.0}
    rows = [replace(total("emploi.contrats", "prairie", "2026", n), breakdown=f"age={a}") for a, n in counts.items()]
    return [total("emploi.contrats", "prairie", "2026", 52.0), *rows]


MERGE = Recoding(field="age", into={"16-25": ("16-20", "21-25")})


def test_merged_ages_save_what_masks_would_have_lost() -> None:
    source = observed(*ages())  # type: ignore[arg-type]
    assert publish(source).tables.observations.filter(confidentiality="secret").height >= 2
    merged = publish(replace(source, decisions=Decisions(recodings=(MERGE,)))).tables.observations
    assert merged.filter(confidentiality="secret").height == 0
    assert merged.select("breakdown", "value").rows() == [("", 52.0), ("age=16-25", 12.0), ("age=26-49", 40.0)]


def test_an_edition_with_finer_classes_is_protected_against_one_that_merged_them() -> None:
    """12 of 16-25 in the first; the second shows ages, in which three are of 16-20: one more class falls."""
    source = observed(*ages())  # type: ignore[arg-type]
    first = publish(replace(source, decisions=Decisions(recodings=(MERGE,))))
    second = publish(replace(source, earlier=(first,))).tables.observations
    hidden = second.filter(confidentiality="secret")["breakdown"].to_list()
    assert hidden == ["age=16-20", "age=21-25"]


def test_years_and_zones_are_merged_too_and_medians_are_left_out() -> None:
    quarters = [total("emploi.contrats", zone, f"2026-T{q}", 4.0) for zone in ("prairie", "tilleuls") for q in (1, 2)]
    delay = replace(total("habiter.delai", "prairie", "2026-T1", 12.0), n=40)
    steps = (Recoding(period="annee"), Recoding(field="zone", into={"deux-quartiers": ("prairie", "tilleuls")}))
    found = recode(observation_frame([*quarters, delay]), INDICATORS, steps)
    assert found.select("indicator", "zone", "period", "value").rows() == [
        ("emploi.contrats", "deux-quartiers", "2026", 16.0)
    ]


def test_a_class_goes_to_one_merger_only() -> None:
    with pytest.raises(ValidationError):
        Recoding(field="age", into={"a": ("16-20",), "b": ("16-20",)})


def test_rounded_counts_do_not_come_with_the_exact_rate() -> None:
    found = rounded({"numerator": 33.0, "denominator": 90.0, "value": 100 * 33 / 90, "n": 90}, 5)
    assert (found["numerator"], found["denominator"], found["n"]) == (35, 90, 90)
    assert found["value"] == pytest.approx(100 * 35 / 90)


def test_rounding_of_an_agreement_is_applied_to_what_is_shown() -> None:
    source = observed(total("emploi.contrats", "prairie", "2026", 43.0))
    shown = publish(replace(source, decisions=agreement(rounding=5)))
    kept = row(shown, "emploi.contrats", "prairie", "2026")
    assert (kept["value"], kept["numerator"], kept["qualifier"]) == (45.0, 45.0, "environ")


def test_a_measure_that_secrecy_does_not_know_is_masked() -> None:
    """A list of names, under an agreement that protects persons."""
    base = INDICATORS["emploi.contrats"]
    measure = {"type": "list", "feed": "bilans", "of": "nom"}
    listed = type(base).model_validate({**base.model_dump(by_alias=True), "measure": measure})
    declared = replace(DECLARATIONS, indicators=(listed,))
    source = replace(observed(total("emploi.contrats", "prairie", "2026", 400.0)), declarations=declared)
    assert row(publish(source), "emploi.contrats", "prairie", "2026")["confidentiality"] == "secret"


@pytest.mark.parametrize(("part", "shown"), [(40, "libre"), (3, "secret")])
def test_a_gap_falls_with_one_of_its_parts(part: int, shown: str) -> None:
    measure = {"type": "gap", "of": "emploi.durable", "zone": "tilleuls"}
    base = INDICATORS["emploi.durable"]
    gap = type(base).model_validate({**base.model_dump(by_alias=True), "id": "emploi.ecart", "measure": measure})
    rows = [
        ratio("emploi.durable", "prairie", "2026", (part, 90), "parcours"),
        ratio("emploi.durable", "tilleuls", "2026", (30, 90), "parcours"),
    ]
    names = tuple(each.name for each in rows)
    rows.append(replace(rows[0], indicator="emploi.ecart", numerator=None, denominator=None, n=None, parts=names))
    declared = replace(DECLARATIONS, indicators=(*DECLARATIONS.indicators, gap))
    found = row(publish(replace(observed(*rows), declarations=declared)), "emploi.ecart", "prairie", "2026")
    assert found["confidentiality"] == shown
    assert (found["value"] is None) is (shown == "secret")


def test_the_file_of_decisions_is_read_and_its_faults_are_told(tmp_path: Path) -> None:
    assert read_decisions(tmp_path, "essai") == Decisions()
    (tmp_path / "publication").mkdir()
    path = tmp_path / "publication" / "essai.yml"
    path.write_text("recodings:\n  - {field: age, into: {16-25: [16-20, 21-25]}}\n", "utf-8")
    assert read_decisions(tmp_path, "essai").recodings == (MERGE,)
    path.write_text("recoding:\n  - {field: age}\n", "utf-8")
    with pytest.raises(PublicationError, match=r"publication/essai\.yml"):
        read_decisions(tmp_path, "essai")


def test_a_threshold_of_the_clause_needs_no_file() -> None:
    assert {type(clause) for clause in CLAUSES} == {Clause}
    assert policy_of(CLAUSES, FEEDS, None) == policy_of(CLAUSES, FEEDS)
