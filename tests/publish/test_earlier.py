from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import PublicationError
from evalkit.publish.attack import attack
from evalkit.publish.confidential import Confidential
from evalkit.publish.edition import write_edition
from evalkit.publish.keep import keep
from evalkit.publish.policy import policy_of
from evalkit.publish.prepare import prepare
from evalkit.publish.protect import protect
from evalkit.publish.public import PublicFigure
from evalkit.publish.publication import Publication
from evalkit.publish.publish import check_audit, publish, publish_audited
from evalkit.publish.whole import whole_plan

from .fixture.declared import CLAUSES, DECLARATIONS, FEEDS
from .fixture.results import AS_OF, total
from .test_publish import observed

POLICY = policy_of(CLAUSES, FEEDS)


def by_sex(women: float, men: float, zone: str = "prairie") -> list[object]:
    name = "emploi.contrats"
    whole = total(name, zone, "2026", women + men)
    return [
        whole,
        replace(total(name, zone, "2026", women), breakdown="sexe=F"),
        replace(total(name, zone, "2026", men), breakdown="sexe=H"),
    ]


def first_edition() -> Publication:
    """La Prairie: 43 contracts, without any breakdown."""
    return publish(observed(total("emploi.contrats", "prairie", "2026", 43.0)))


def second(earlier: tuple[Publication, ...]) -> Confidential:
    """The same 43 contracts with one more breakdown: three of them are of women."""
    return replace(observed(*by_sex(3.0, 40.0)), earlier=earlier)  # type: ignore[arg-type]


def test_an_edition_with_one_more_breakdown_is_refused_until_it_is_protected_against_the_first() -> None:
    first = first_edition()
    alone = whole_plan(second(()), POLICY)
    cheap = alone.primary | {("observation", "emploi.contrats", "1", "prairie", "2026", "", "2024")}
    check_audit(alone, cheap)
    together = whole_plan(second((first,)), POLICY)
    with pytest.raises(PublicationError, match="EVK-P002"):
        check_audit(together, cheap)
    shown = publish(second((first,))).tables.observations
    masked = shown.filter(confidentiality="secret")["breakdown"].to_list()
    assert masked == ["sexe=F", "sexe=H"]


def test_the_whole_stays_shown_since_hiding_it_again_would_hide_nothing() -> None:
    shown = publish(second((first_edition(),))).tables.observations
    assert shown.filter(breakdown="")["value"].to_list() == [43.0]


def test_a_count_that_an_earlier_edition_gave_is_told_as_already_public() -> None:
    """The threshold came after the first edition, which shows three contracts."""
    open_clauses = tuple(
        clause.model_copy(
            update={
                "production": clause.production.model_copy(
                    update={"threshold": clause.production.threshold.model_copy(update={"units": 0, "of": "none"})}
                )
            }
        )
        if clause.feed == "bilans" and clause.production.threshold
        else clause
        for clause in CLAUSES
    )
    loose = replace(observed(*by_sex(3.0, 40.0)), declarations=replace(DECLARATIONS, clauses=open_clauses))  # type: ignore[arg-type]
    audited = publish_audited(second((publish(loose),)))
    assert len(audited.audit.already_public) == 1
    row = audited.publication.tables.observations.filter(breakdown="sexe=F")
    assert row["confidentiality"].to_list() == ["secret"]


def test_a_figure_revised_by_little_still_tells() -> None:
    """44 in the first edition, 43 now: the earlier total is known to one near, which is no protection."""
    first = publish(observed(total("emploi.contrats", "prairie", "2026", 44.0)))
    plan = whole_plan(second((first,)), POLICY)
    whole = ("observation", "emploi.contrats", "1", "prairie", "2026", "", "2024")
    found = attack(plan, plan.primary | {whole})
    assert not found.holds
    assert protect(plan).hidden > plan.primary


def test_a_public_table_is_what_an_attacker_knows() -> None:
    """The total of both quarters is masked here, but everybody reads it elsewhere."""
    rows = [total("emploi.contrats", zone, "2026", count) for zone, count in (("prairie", 40.0), ("tilleuls", 3.0))]
    known = PublicFigure("caf", "emploi.contrats", "numerator", "qpv", "2026", "", 43.0)
    alone = publish(observed(*rows)).tables.observations
    assert alone.filter(confidentiality="secret")["zone"].to_list() == ["tilleuls"]
    shown = publish(replace(observed(*rows), public=(known,))).tables.observations
    assert set(shown.filter(confidentiality="secret")["zone"]) == {"prairie", "tilleuls"}


def test_a_rounded_public_figure_protects_by_its_rounding() -> None:
    rows = [total("emploi.contrats", zone, "2026", count) for zone, count in (("prairie", 40.0), ("tilleuls", 3.0))]
    loose = PublicFigure("caf", "emploi.contrats", "numerator", "qpv", "2026", "", 40.0, margin=10.0)
    shown = publish(replace(observed(*rows), public=(loose,))).tables.observations
    assert shown.filter(confidentiality="secret")["zone"].to_list() == ["tilleuls"]


def test_the_workspace_gives_decisions_editions_and_public_tables(tmp_path: Path) -> None:
    write_edition(first_edition(), tmp_path / "data" / "editions")
    (tmp_path / "publication").mkdir()
    (tmp_path / "public.csv").write_text("zone;period;value\nqpv;2026;43,0\n", "utf-8")
    (tmp_path / "publication" / "essai.yml").write_text(
        "public_tables:\n"
        "  - {id: caf, label: Allocataires, source: data.caf.fr, file: public.csv, indicator: emploi.contrats,"
        " part: numerator, rounded_to: 5}\n",
        "utf-8",
    )
    ready = prepare(second(()), tmp_path, tmp_path / "data" / "editions")
    assert [each.manifest.edition for each in ready.earlier] == [first_edition().manifest.edition]
    assert [(each.zone, each.value, each.margin) for each in ready.public] == [("qpv", 43.0, 2.5)]
    assert ready.as_of == AS_OF


def test_a_public_table_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "publication").mkdir()
    (tmp_path / "publication" / "essai.yml").write_text(
        "public_tables:\n"
        "  - {id: caf, label: a, source: b, file: absent.csv, indicator: emploi.contrats, part: numerator}\n",
        "utf-8",
    )
    with pytest.raises(PublicationError, match="EVK-P007"):
        prepare(second(()), tmp_path, tmp_path / "editions")


def test_the_same_results_published_twice_make_one_edition(tmp_path: Path) -> None:
    first = publish_audited(second(()))
    kept = keep(first, tmp_path / "editions")
    again = publish_audited(prepare(second(()), tmp_path, tmp_path / "editions"))
    assert keep(again, tmp_path / "editions") == kept
    assert "Document interne" in kept.audit.read_text("utf-8")
