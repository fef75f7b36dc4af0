"""One delivery after another: what the second says of the first, and what a check without a store leaves undone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from evalkit.receive.history.headings_kept import headings_folder
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receive import check_file, receive
from evalkit.store.delivery import DeliveryStatus, Finding, Outcome
from evalkit.store.store import Store
from evalkit.workspace.workspace import Workspace

from ..world import home_lines, order, workspace, written

NEXT = dt.date(2026, 7, 20)


def second_quarter(count: int, first: int = 20_000) -> list[str]:
    heading, *_ = home_lines(1)
    rows = [f"{first + i};Aubépins;2026-T2;1 234,50;{i},5;{'oui' if i % 2 else 'non'}" for i in range(count)]
    return [heading, *rows]


def first_quarter(count: int) -> list[str]:
    return [line.replace(";oui", ";non") if i % 2 else line for i, line in enumerate(home_lines(count))]


def sent(space: Workspace, tmp_path: Path, lines: list[str], name: str, **changes: Any) -> Receipt:
    return receive(space, written(tmp_path, lines, name), order(**{"producer": "opac", **changes}))


def history_of(receipt: Receipt) -> list[Finding]:
    return [one for one in receipt.delivery.findings if "EVK-R070" <= one.code <= "EVK-R082"]


def codes(receipt: Receipt) -> list[str]:
    return [one.code for one in history_of(receipt)]


def test_first_delivery_then_the_next(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    first = sent(space, tmp_path, first_quarter(40), "t1.csv")
    (finding,) = history_of(first)
    assert (finding.code, finding.outcome) == ("EVK-R079", Outcome.NOT_RUN)
    assert "Première livraison" in finding.message
    assert first.delivery.status is DeliveryStatus.ACCEPTED
    following = sent(space, tmp_path, second_quarter(40), "t2.csv", received_on=NEXT)
    assert codes(following) == []
    assert following.delivery.status is DeliveryStatus.ACCEPTED


def test_another_producer_is_not_the_past_of_this_one(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    sent(space, tmp_path, first_quarter(40), "t1.csv")
    other = sent(space, tmp_path, second_quarter(9), "t2.csv", producer="habellis", received_on=NEXT)
    assert codes(other) == ["EVK-R079"]


def test_fewer_rows_a_renamed_and_a_lost_column(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    sent(space, tmp_path, first_quarter(60), "t1.csv")
    lines = [";".join(line.split(";")[:5]) for line in second_quarter(30)]
    lines[0] = lines[0].replace("zone", "Zone ").replace("loyer", "LOYER")
    receipt = sent(space, tmp_path, lines, "t2.csv", received_on=NEXT)
    told = {one.code: one.message.replace("\N{NO-BREAK SPACE}", " ") for one in history_of(receipt)}
    assert "60 avant, 30 maintenant" in told["EVK-R070"]
    assert "« prioritaire » : 100 % de cases remplies avant" in told["EVK-R072"].replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )
    assert "la colonne « prioritaire » de la livraison précédente a disparu" in told["EVK-R076"]
    # Case and spaces are not another heading.
    assert "EVK-R077" not in told


def test_rows_already_received_give_reserves_and_are_not_named(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    sent(space, tmp_path, first_quarter(40), "t1.csv")
    lines = second_quarter(40, first=10_038)
    receipt = sent(space, tmp_path, lines, "t2.csv", received_on=NEXT)
    (finding,) = [one for one in history_of(receipt) if one.code == "EVK-R080"]
    assert (finding.lines, finding.field, finding.received) == ((2, 3), "numero", "")
    assert "déjà reçues pour 2026-T1" in finding.message
    assert receipt.delivery.status is DeliveryStatus.WITH_RESERVES


def test_a_corrected_file_of_the_same_period_repeats_nothing(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    sent(space, tmp_path, first_quarter(40), "t1.csv")
    corrected = [line.replace("1 234,50", "1 300,50") for line in first_quarter(40)]
    receipt = sent(space, tmp_path, corrected, "t1bis.csv", received_on=NEXT)
    assert codes(receipt) == []


def test_what_was_received_later_is_not_the_past(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    sent(space, tmp_path, second_quarter(10), "t2.csv", received_on=NEXT)
    early = sent(space, tmp_path, first_quarter(40), "t1.csv")
    assert codes(early) == ["EVK-R079"]


def test_a_check_without_a_store_says_what_it_leaves_undone(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    sent(space, tmp_path, first_quarter(60), "t1.csv")
    path = written(tmp_path, second_quarter(20), "t2.csv")
    receipt = check_file(space, path, order(producer="opac", received_on=NEXT))
    (finding,) = history_of(receipt)
    assert (finding.code, finding.outcome, finding.outcome.value) == ("EVK-R079", Outcome.NOT_RUN, "non exécuté")
    assert receipt.delivery.status is DeliveryStatus.ACCEPTED


def test_headings_are_kept_for_accepted_deliveries_only(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    accepted = sent(space, tmp_path, first_quarter(10), "t1.csv")
    refused = sent(space, tmp_path, [line.replace("2026-T2", "") for line in second_quarter(10)], "t2.csv")
    assert refused.delivery.status is DeliveryStatus.REFUSED
    kept = sorted(path.stem for path in headings_folder(Store(space.data)).glob("*.json"))
    assert kept == [accepted.delivery.id]


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    receipt = sent(workspace(tmp_path), tmp_path, first_quarter(0), "vide.csv", feed="logements")
    assert receipt.delivery.status is DeliveryStatus.REFUSED
    assert [one.code for one in receipt.delivery.findings] == ["EVK-R004"]
