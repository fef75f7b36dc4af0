"""One pseudonym per purpose, keys that rotate, and clauses that name no purpose."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from evalkit.declare.clause import Purpose
from evalkit.declare.feed import FieldSpec
from evalkit.errors import DeliveryError
from evalkit.receive import judging
from evalkit.receive.checks.run_checks import Checked
from evalkit.receive.privacy.identity import as_received, check_pseudonyms
from evalkit.receive.privacy.key import IdentityKey, read_keys, write_demonstration_key
from evalkit.receive.receive import receive
from evalkit.store.delivery import DeliveryStatus
from evalkit.store.ledger import deliveries
from evalkit.store.rotation import KeyBreak, key_breaks
from evalkit.store.rows import current_rows
from evalkit.store.schema import PRESENT
from evalkit.store.store import Store
from evalkit.workspace.workspace import Workspace
from tests.erasure.world import kept_for
from tests.receive.world import CONTRACT, PATHWAYS, order, pathway_lines, pseudonym, workspace, written

OLD, NEW = "k" * 40, "z" * 40


@pytest.fixture(autouse=True)
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations is slow to start, and not at stake here."""
    monkeypatch.setattr(judging, "run_checks", lambda *_: Checked((), ()))


def seen(space: Workspace, purpose: Purpose | None) -> list[str | None]:
    rows = current_rows(Store(space.data), CONTRACT, PATHWAYS, purpose=purpose)
    return rows.sort("_period", "_line").collect()["personne"].to_list()


def columns_on_disk(space: Workspace) -> set[str]:
    return set(pl.scan_delta(str(Store(space.data).rows(CONTRACT, "parcours"))).collect_schema().names())


def test_two_purposes_see_the_same_persons_under_names_that_cannot_be_joined(tmp_path: Path) -> None:
    space = workspace(tmp_path, kept_for("P5Y"))
    lines = pathway_lines(50)
    receive(space, written(tmp_path, [*lines, *(line.replace("2026-03", "2026-02") for line in lines[1:])]), order())
    cohort, indicator = seen(space, Purpose.COHORT), seen(space, Purpose.INDICATOR)
    assert len(set(cohort)) == len(set(indicator)) == 50
    assert cohort[:50] == cohort[50:], "within a purpose, a person is one"
    assert not set(cohort) & set(indicator)
    assert not set(cohort) & {pseudonym(number) for number in range(50)}
    joined = pl.DataFrame({"name": cohort}).join(pl.DataFrame({"name": indicator}), on="name")
    assert joined.is_empty()


def test_two_contracts_and_two_purposes_have_four_spaces_of_names() -> None:
    key = IdentityKey(OLD.encode())
    names = {
        key.pseudonym(contract, purpose, pseudonym(1))
        for contract in ("un", "deux")
        for purpose in (Purpose.COHORT, Purpose.INDICATOR)
    }
    names |= {token for contract in ("un", "deux") for token in key.objections(contract, [pseudonym(1)])}
    assert len(names) == 6


def test_a_purpose_that_the_clause_does_not_name_sees_nobody(tmp_path: Path) -> None:
    space = workspace(tmp_path, kept_for("P5Y", ("cohorte",)))
    receive(space, written(tmp_path, pathway_lines(10)), order())
    assert seen(space, Purpose.INDICATOR) == [None] * 10
    assert seen(space, None) == [PRESENT] * 10
    assert {name for name in columns_on_disk(space) if name.startswith("personne")} == {"personne__cohorte"}


@pytest.mark.parametrize("purposes", [(), ("pilotage",)])
def test_persons_without_a_purpose_are_refused(tmp_path: Path, purposes: tuple[str, ...]) -> None:
    space = workspace(tmp_path, kept_for("P5Y", purposes))
    receipt = receive(space, written(tmp_path, pathway_lines(10)), order())
    assert receipt.delivery.status is DeliveryStatus.REFUSED
    assert [each.code for each in receipt.delivery.findings] == ["EVK-R067"]
    assert not list(Store(space.data).root.glob("store/rows/*/*"))


def rotated(root: Path) -> Workspace:
    """Two quarters under one key, then a third under another one, declared."""
    space = workspace(root, kept_for("P5Y"))
    for month, day in (("2026-03", dt.date(2026, 4, 20)), ("2026-06", dt.date(2026, 7, 20))):
        receive(space, written(root, pathway_lines(20, month), f"{month}.csv"), order(received_on=day))
    text = f"# rotation annoncée\n2026-01-01 {OLD}\n2026-09-01 {NEW}\n"
    (root / "cle" / "identite.key").write_text(text, encoding="utf-8")
    late = written(root, pathway_lines(20, "2026-09"), "2026-09.csv")
    receive(space, late, order(received_on=dt.date(2026, 10, 20)))
    return space


def test_a_declared_rotation_is_a_break_that_is_told(tmp_path: Path) -> None:
    space = rotated(tmp_path)
    store = Store(space.data)
    assert key_breaks(store, CONTRACT, "parcours") == (KeyBreak("2026-T3", dt.date(2026, 10, 20)),)
    assert key_breaks(store, CONTRACT, "parcours", dt.date(2026, 8, 1)) == ()
    names = seen(space, Purpose.COHORT)
    assert names[:20] == names[20:40]
    assert not set(names[:20]) & set(names[40:])
    assert len({each.key for each in deliveries(store)}) == 2


def test_a_break_goes_when_the_past_is_sent_again(tmp_path: Path) -> None:
    space = rotated(tmp_path)
    for month in ("2026-03", "2026-06"):
        receipt = receive(space, tmp_path / f"{month}.csv", order(received_on=dt.date(2026, 11, 2)))
        assert not receipt.is_repeated, "the same file, hashed anew"
    assert key_breaks(Store(space.data), CONTRACT, "parcours") == ()
    names = seen(space, Purpose.COHORT)
    assert names[:20] == names[20:40] == names[40:]


@pytest.mark.parametrize(
    "text",
    [
        NEW,
        f"2026-09-01 {NEW}",
        f"2026-01-01 {OLD}\n{NEW}",
        f"2026-01-01 {OLD}\n2026-01-01 {NEW}",
        f"2026-01-01 {OLD}\n2026-09-01 {OLD}",
        f"2026-01-01 {OLD}\n2026-13-01 {NEW}",
        f"2026-01-01 {OLD}\n2026-09-01 court",
    ],
)
def test_a_rotation_that_is_not_declared_is_refused(tmp_path: Path, text: str) -> None:
    space = workspace(tmp_path, kept_for("P5Y"))
    receive(space, written(tmp_path, pathway_lines(5)), order())
    (tmp_path / "cle" / "identite.key").write_text(text, encoding="utf-8")
    with pytest.raises(DeliveryError) as caught:
        receive(space, written(tmp_path, pathway_lines(6), "suite.csv"), order())
    assert caught.value.problems[0].code == "EVK-R035"
    assert NEW not in str(caught.value)
    assert len(deliveries(Store(space.data))) == 1


def test_the_public_key_is_refused_even_without_its_mark(tmp_path: Path) -> None:
    space = workspace(tmp_path, kept_for("P5Y"))
    path = tmp_path / "cle" / "identite.key"
    secret = write_demonstration_key(path).read_text(encoding="utf-8").splitlines()[-1]
    for text in (path.read_text(encoding="utf-8"), secret, f"2026-01-01 {secret}"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DeliveryError) as caught:
            read_keys(space)
        assert caught.value.problems[0].code == "EVK-R035"


STUDY = FieldSpec.model_validate({"name": "personne", "type": "identity", "pattern": "^ET-[0-9]{5}$"})
DIGEST = FieldSpec.model_validate({"name": "personne", "type": "identity", "pattern": "^[0-9a-f]{64}$"})


@pytest.mark.parametrize(
    ("field", "text", "is_accepted"),
    [
        (STUDY, "ET-00012", True),
        (STUDY, " et-00012", False),
        (STUDY, "Quimper", False),
        (STUDY, "ab" * 32, False),
        (DIGEST, "AB" * 32, True),
        (DIGEST, "ET-00012", False),
        # A pattern that would let anything through does not let a name through.
        (STUDY.model_copy(update={"pattern": "^.{1,20}$"}), "Bernadette", False),
        (STUDY.model_copy(update={"pattern": "^.{1,20}$"}), "B. Quimper 3", False),
        (STUDY.model_copy(update={"pattern": "^.{1,20}$"}), "A31-7", True),
    ],
)
def test_study_numbers_and_digests(field: FieldSpec, text: str, is_accepted: bool) -> None:
    assert (as_received(field, text) is not None) is is_accepted
    cells, lines = pl.Series([text, None]), pl.Series([2, 3])
    if is_accepted:
        assert check_pseudonyms(field, cells, lines).to_list() == [text.strip().lower(), None]
        return
    with pytest.raises(DeliveryError) as caught:
        check_pseudonyms(field, cells, lines)
    assert caught.value.problems[0].code == "EVK-R033"
    assert text not in str(caught.value)
