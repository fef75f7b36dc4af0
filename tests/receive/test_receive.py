"""From a file to its receipt, and to the rows that the store keeps."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evalkit.errors import DeliveryError
from evalkit.receive.receipts.receipt_text import receipt_text
from evalkit.receive.receive import check_file, receive
from evalkit.store.delivery import DeliveryStatus, Outcome
from evalkit.store.ledger import deliveries
from evalkit.store.quarantine import REASONS, read_quarantine
from evalkit.store.rows import current_rows
from evalkit.store.schema import stored_schema
from evalkit.store.store import Store
from evalkit.typography import typeset
from tests.receive.world import (
    BASE,
    CLAUSES,
    CONTRACT,
    HOMES,
    PATHWAYS,
    book,
    home_lines,
    order,
    pathway_lines,
    workspace,
    written,
)


def codes(receipt: object) -> list[str]:
    return [finding.code for finding in receipt.delivery.findings]  # type: ignore[attr-defined]


def test_sound_file_is_recognised_accepted_and_stored(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    receipt = receive(space, written(tmp_path, pathway_lines(40)), order())
    assert receipt.delivery.status is DeliveryStatus.ACCEPTED
    assert (receipt.delivery.feed, receipt.delivery.producer) == ("parcours", "france-travail")
    assert receipt.delivery.periods == ("2026-T1",)
    assert receipt.rows_by_period == (("2026-T1", 40),)
    rows = current_rows(Store(space.data), CONTRACT, PATHWAYS).sort("_line").collect()
    assert rows.schema == stored_schema(PATHWAYS)
    assert rows["_line"].to_list() == list(range(2, 42))
    assert rows["date_entree"].unique().to_list() == [dt.date(2026, 1, 5)]
    assert rows["sexe"].to_list() == ["H", "F"] * 20
    assert rows["date_sortie__cause"].unique().to_list() == ["manquant"]


def test_workbook_with_another_heading_order(tmp_path: Path) -> None:
    rows = [["Bilan"], [], ["Prioritaire", "Trimestre", "Zone", "Numéro", "Loyer"]]
    rows += [["oui", "T1 2026", "Bourg", 10_000 + i, 12.5] for i in range(5)]
    (tmp_path / "bilan.xlsx").write_bytes(book(rows))
    space = workspace(tmp_path)
    receipt = receive(space, tmp_path / "bilan.xlsx", order(producer="opac"))
    assert receipt.delivery.rows_accepted == 5
    stored = current_rows(Store(space.data), CONTRACT, HOMES).collect()
    assert stored["loyer"].sum() == Decimal("62.50")
    assert stored["ressources__cause"].unique().to_list() == ["non disponible"]


def test_blocking_rows_go_to_quarantine_with_their_reasons(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    lines = pathway_lines(100)
    lines[10] = lines[10].replace("05/01/2026;;", "05/01/2026;04/01/2026;")
    lines[20] = lines[20].replace("05/01/2026", "05/13/2026")
    lines[30] = "trop;court"
    receipt = receive(space, written(tmp_path, lines), order())
    assert receipt.delivery.status is DeliveryStatus.WITH_RESERVES
    assert (receipt.delivery.rows_accepted, receipt.delivery.rows_refused) == (97, 3)
    kept = read_quarantine(Store(space.data), receipt.delivery.id)
    assert kept is not None
    assert kept.select("_line", REASONS).rows() == [(11, "EVK-R056"), (21, "EVK-R041"), (31, "EVK-R009")]
    lines_stored = current_rows(Store(space.data), CONTRACT, PATHWAYS).collect()["_line"].to_list()
    assert not {11, 21, 31} & set(lines_stored)


@pytest.mark.parametrize(("bad", "status"), [(5, DeliveryStatus.WITH_RESERVES), (6, DeliveryStatus.REFUSED)])
def test_more_than_five_per_cent_of_refused_rows_refuse_all(tmp_path: Path, bad: int, status: DeliveryStatus) -> None:
    lines = pathway_lines(100)
    for i in range(1, bad + 1):
        lines[i] = lines[i].replace("05/01/2026", "")
    space = workspace(tmp_path)
    receipt = receive(space, written(tmp_path, lines), order())
    assert receipt.delivery.status is status
    stored = current_rows(Store(space.data), CONTRACT, PATHWAYS).collect().height
    assert stored == (100 - bad if status is DeliveryStatus.WITH_RESERVES else 0)


@pytest.mark.parametrize(("empty", "status"), [(10, DeliveryStatus.ACCEPTED), (11, DeliveryStatus.WITH_RESERVES)])
def test_major_check_obeys_its_tolerance(tmp_path: Path, empty: int, status: DeliveryStatus) -> None:
    lines = pathway_lines(100)
    for i in range(1, empty + 1):
        cells = lines[i].split(";")
        cells[4] = ""
        lines[i] = ";".join(cells)
    assert receive(workspace(tmp_path), written(tmp_path, lines), order()).delivery.status is status


def test_repeated_keys_are_refused_and_exact_copies_kept_once(tmp_path: Path) -> None:
    lines = home_lines(100)
    lines += [lines[1], lines[2].replace(";oui", ";non")]
    receipt = receive(workspace(tmp_path), written(tmp_path, lines), order(producer="opac"))
    told = {finding.code: finding.lines for finding in receipt.delivery.findings}
    assert told["EVK-R048"] == (102,)
    assert told["EVK-R051"] == (3, 103)
    assert receipt.delivery.rows_accepted == 99


def test_words_out_of_the_list_are_told_but_not_stored(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    lines = pathway_lines(40)
    lines[1] = lines[1].replace(";H;", ";Monsieur;")
    receipt = receive(space, written(tmp_path, lines), order())
    finding = next(one for one in receipt.delivery.findings if one.code == "EVK-R053")
    assert (finding.received, finding.lines, finding.expected) == ("Monsieur", (2,), "F, H")
    row = current_rows(Store(space.data), CONTRACT, PATHWAYS).sort("_line").head(1).collect()
    assert row.select("sexe", "sexe__cause").row(0) == (None, "non disponible")


def test_missing_renamed_and_unknown_columns(tmp_path: Path) -> None:
    lines = pathway_lines(5)
    lines[0] = lines[0].replace("date_entree", "date_entre").replace("note", "couleur")
    receipt = receive(workspace(tmp_path), written(tmp_path, lines), order(feed="parcours"))
    told = {finding.code: finding for finding in receipt.delivery.findings}
    assert told["EVK-R022"].received == "date_entre"
    assert told["EVK-R024"].received == "date_entre, couleur"
    assert receipt.delivery.status is DeliveryStatus.REFUSED


def test_wrong_feed_is_named(tmp_path: Path) -> None:
    receipt = receive(workspace(tmp_path), written(tmp_path, home_lines(5)), order(feed="parcours"))
    assert codes(receipt) == ["EVK-R021"]
    assert "« logements »" in receipt.delivery.findings[0].message.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("lines", "changes", "code"),
    [
        (["a;b", "1;2"], {}, "EVK-R020"),
        (["numero;loyer", "1;2"], {}, "EVK-R020"),
        (home_lines(3), {}, "EVK-R026"),
        (home_lines(3), {"producer": "opac", "period": "2026"}, "EVK-R027"),
        (["CODGEO;ABC", "QP071003;12"], {}, "EVK-R027"),
        (home_lines(3), {"feed": "inconnu"}, "EVK-R020"),
    ],
)
def test_what_the_receiver_must_say(tmp_path: Path, lines: list[str], changes: dict[str, str], code: str) -> None:
    space = workspace(tmp_path)
    with pytest.raises(DeliveryError) as caught:
        receive(space, written(tmp_path, lines), order(**changes))
    assert caught.value.problems[0].code == code
    assert not space.data.exists()


def test_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError) as caught:
        receive(workspace(tmp_path), tmp_path / "absent.csv", order())
    assert caught.value.problems[0].code == "EVK-R001"


def test_unreadable_file_of_a_named_feed_is_a_refused_delivery(tmp_path: Path) -> None:
    path = tmp_path / "vide.csv"
    path.write_bytes(b"")
    space = workspace(tmp_path)
    receipt = receive(space, path, order(feed="parcours"))
    assert codes(receipt) == ["EVK-R004"]
    assert deliveries(Store(space.data)) == (receipt.delivery,)


def clause(feed: str, **changes: object) -> tuple[dict[str, object], ...]:
    return tuple({**one, **changes} if one["feed"] == feed else one for one in CLAUSES)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "planned"}, "EVK-R060"),
        ({"protection": None}, "EVK-R061"),
        ({"producers": ["autre"]}, "EVK-R060"),
    ],
)
def test_individual_feed_needs_its_clause(tmp_path: Path, changes: dict[str, object], code: str) -> None:
    space = workspace(tmp_path, clause("parcours", **changes))
    receipt = receive(space, written(tmp_path, pathway_lines(5)), order(producer="france-travail"))
    assert codes(receipt) == [code]
    assert current_rows(Store(space.data), CONTRACT, PATHWAYS).collect().is_empty()


def test_other_feeds_without_clause_come_with_reserves(tmp_path: Path) -> None:
    space = workspace(tmp_path, clause("logements", status="absent", fictitious=True))
    receipt = receive(space, written(tmp_path, home_lines(5)), order(producer="opac"))
    assert receipt.delivery.status is DeliveryStatus.WITH_RESERVES
    assert receipt.delivery.fictitious
    assert codes(receipt)[:2] == ["EVK-R062", "EVK-R065"]


def test_late_and_uncovered_periods(tmp_path: Path) -> None:
    # The quarter ends on 31 March 2026 and is due 30 days later, on 30 April.
    space = workspace(tmp_path)
    path = written(tmp_path, pathway_lines(5))
    assert "EVK-R064" not in codes(check_file(space, path, order(received_on=dt.date(2026, 4, 30))))
    late = check_file(space, path, order(received_on=dt.date(2026, 5, 2)))
    assert "reçue avec 2 jours de retard" in next(f.message for f in late.delivery.findings if f.code == "EVK-R064")
    old = check_file(space, written(tmp_path, pathway_lines(5, "2023-11"), "ancien.csv"), order())
    assert {"EVK-R066", "EVK-R064"} <= set(codes(old))


def test_a_delivery_is_late_after_the_day_that_the_clause_writes(tmp_path: Path) -> None:
    # Quarters sent together once a year, on 30 March of the next one.
    dated = {"frequency": "annee", "due": None, "deadlines": [{"day": "03-30", "what": "envoi", "sends": True}]}
    space = workspace(tmp_path, clause("parcours", production={"from": "2024-01-01", **dated}))
    path = written(tmp_path, pathway_lines(5))
    assert "EVK-R064" not in codes(check_file(space, path, order(received_on=dt.date(2027, 3, 30))))
    late = check_file(space, path, order(received_on=dt.date(2027, 3, 31)))
    message = next(f.message for f in late.delivery.findings if f.code == "EVK-R064")
    assert message == typeset("Livraison attendue le 30/03/2027, reçue avec 1 jour de retard.")


def test_national_base_keeps_the_zones_of_the_territory(tmp_path: Path) -> None:
    lines = ["CODGEO;TX_TOT_EMPL;ABC;NOTE_PE;;;", "Ensemble;47,4;768 500;0;;;", "QP071003;41,2;;1;;;"]
    lines += [f"QP0{i:02d}001;50,0;1 234;0;;;" for i in range(10, 50)]
    space = workspace(tmp_path)
    receipt = receive(space, written(tmp_path, lines, "base_2021.csv"), order())
    told = {finding.code: finding for finding in receipt.delivery.findings}
    assert receipt.delivery.status is DeliveryStatus.ACCEPTED
    assert receipt.delivery.periods == ("2021",)
    assert told["EVK-R045"].count == 40
    assert "EVK-R048" not in told
    assert told["EVK-R049"].lines == (2,)
    assert told["EVK-R043"].lines == (3,)
    row = current_rows(Store(space.data), CONTRACT, BASE).collect()
    assert row.select("zone", "taux", "effectif", "effectif__cause").rows() == [
        ("pres-saint-jean", Decimal("41.2"), None, "secret")
    ]


def test_mixed_and_wrong_vintages(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    mixed = written(tmp_path, ["CODGEO;ABC", "QP071003;5", "QN07101I;6"], "a.csv")
    wrong = written(tmp_path, ["CODGEO;ABC", "QN07102I;5"], "b.csv")
    assert "EVK-R046" in codes(check_file(space, mixed, order(period="2021")))
    assert "EVK-R047" in codes(check_file(space, wrong, order(period="2021")))


def test_volume_jump_is_noted(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    receive(space, written(tmp_path, pathway_lines(40, "2025-11"), "a.csv"), order())
    receipt = receive(space, written(tmp_path, pathway_lines(20), "b.csv"), order())
    assert "EVK-R070" in codes(receipt)
    assert receipt.delivery.status is DeliveryStatus.ACCEPTED


def test_checking_writes_nothing(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    receipt = check_file(space, written(tmp_path, pathway_lines(5)), order())
    assert receipt.delivery.rows_accepted == 5
    assert not space.data.exists()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_receipts_are_whole_accessible_and_self_contained(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    lines = pathway_lines(100)
    lines[10] = lines[10].replace("05/01/2026;;", "05/01/2026;04/01/2026;")
    lines[11] = lines[11].replace("QN07102I", "<script>alert(1)</script>")
    receipt = receive(space, written(tmp_path, lines), order())
    html = (Store(space.data).receipts / f"{receipt.delivery.id}.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(html)
    names = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "fr"}) in page.tags
    assert names.count("h1") == 1
    assert names.index("h1") < names.index("h2") < names.index("h3")
    assert names.count("table") == names.count("caption")
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert "http" not in html
    assert html.index("Livraison acceptée avec réserves") < html.index("Que faire") < html.index("Règle du verdict")
    content = json.loads((Store(space.data).receipts / f"{receipt.delivery.id}.json").read_text(encoding="utf-8"))
    assert content["delivery"]["id"] == receipt.delivery.id
    text = receipt_text(receipt)
    assert "La sortie précède l’entrée (1 ligne)" in text
    assert "(ligne 11)" in text
    to_do = [f for f in receipt.delivery.findings if f.outcome is Outcome.FAILED]
    assert all(finding.repair for finding in to_do)


def test_the_same_file_gives_the_same_receipt(tmp_path: Path) -> None:
    made = []
    for name in ("un", "deux"):
        (tmp_path / name).mkdir()
        space = workspace(tmp_path / name)
        receipt = receive(space, written(tmp_path / name, pathway_lines(50)), order())
        made.append((Store(space.data).receipts / f"{receipt.delivery.id}.html").read_bytes())
    assert made[0] == made[1]
