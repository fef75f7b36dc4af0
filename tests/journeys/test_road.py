"""From partners' files to the committee's report, through the command line."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from evalkit.arrivals import ARRIVALS
from evalkit.cli.receipts import EXIT_CODES
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.store.tidy import sweep_orphans
from tests.journeys.conftest import CONTRACT, DELIVERIES, copied
from tests.journeys.terminal import Answer, ended, evalkit, kill_group, started

FORGOTTEN = "oublie.csv"
ENGLISH = (
    "value|values|missing|unknown|outside|inside|available|table of contents|none|true|false|free|bound|treated|"
    "controls?|effect|estimate|sample|error|warning|month|year|quarter|average|mean|rate|received|accepted|refused|the|"
    "of|with|from|not found|loading"
)
"""Words that would have slipped from the code into a French page."""


@dataclass(frozen=True)
class Journey:
    """A workspace after ``evalkit run``."""

    root: Path
    answer: Answer

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def edition(self) -> Path:
        (folder,) = (self.data / "editions").iterdir()
        return folder

    @property
    def page(self) -> Path:
        return self.data / "rapports" / CONTRACT / self.edition.name / "mi-parcours.html"


@pytest.fixture(scope="module")
def journey(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    root = copied(small, tmp_path_factory.mktemp("route"))
    for name in (FORGOTTEN, "~$ouvert.xlsx", ".cache"):
        (root / ARRIVALS / CONTRACT / name).write_text("a;b\n1;2\n", encoding="utf-8")
    return Journey(root, ended(started("run", "--workspace", root, "--to", "html")))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def words_of(page: str) -> str:
    """Return what a reader sees of a page, formulas left out: they are written in their own language."""
    bare = re.sub(r"<(script|style|svg|code|pre)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def test_run_ends_well_and_says_where_everything_is(journey: Journey) -> None:
    assert journey.answer.code == 0, journey.answer.err
    assert str(journey.page) in journey.answer.out
    assert str(journey.edition) in journey.answer.out
    assert "Traceback" not in journey.answer.said
    assert "Données synthétiques" in journey.answer.out


def test_every_delivery_of_the_slip_is_in_the_ledger_with_its_receipt(journey: Journey) -> None:
    store = Store(journey.data)
    received = deliveries(store, CONTRACT)
    assert len(received) == len(DELIVERIES)
    for delivery in received:
        receipt = json.loads((store.receipts / f"{delivery.id}.json").read_text(encoding="utf-8"))
        assert receipt["delivery"]["status"] == delivery.status.value
        assert (store.receipts / f"{delivery.id}.html").is_file()


def test_a_file_that_the_slip_does_not_name_is_said_and_is_not_received(journey: Journey) -> None:
    told = [line for line in journey.answer.out.splitlines() if "laissé de côté" in line]
    assert len(told) == 1
    assert FORGOTTEN in told[0]
    assert "bordereau" in told[0]
    assert all(delivery.file_name != FORGOTTEN for delivery in deliveries(Store(journey.data), CONTRACT))


def test_receive_without_a_file_receives_what_the_slip_names(small: Path, tmp_path: Path) -> None:
    root = copied(small, tmp_path)
    answer = evalkit("receive", "--workspace", root)
    store = Store(root / "data")
    received = deliveries(store, CONTRACT)
    assert len(received) == len(DELIVERIES)
    worst = max(EXIT_CODES[each.status] for each in received)
    assert answer.code == worst, answer.said
    assert "Livraisons" in answer.out
    assert str(store.receipts) in answer.out
    assert "Traceback" not in answer.said


def test_the_page_is_french_says_it_is_synthetic_and_stands_alone(journey: Journey) -> None:
    page = journey.page.read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    text = words_of(page)
    assert "Données synthétiques" in text
    assert "inventés pour la démonstration" in text
    assert not re.findall(rf"\b(?:{ENGLISH})\b", text, flags=re.IGNORECASE)
    assert not re.findall(r"\b(?:nan|NaN|inf|None|null)\b", text)
    assert not re.findall(r"(?:src|href|url\()\s*=?\s*[\"']?(?:https?:)?//", page)
    assert "{{" not in text
    assert "EVK-" not in text


def test_every_image_has_a_text_and_is_in_the_page(journey: Journey) -> None:
    images = re.findall(r"<img\b[^>]*>", journey.page.read_text(encoding="utf-8"))
    assert images
    for image in images:
        assert re.search(r'alt="[^"]{10,}"', image)
        assert 'src="data:image/' in image


def test_a_masked_value_is_in_no_table_of_the_edition(journey: Journey) -> None:
    observations = pl.read_parquet(journey.edition / "observations.parquet")
    masked = observations.filter(confidentiality="secret")
    assert masked.height
    for column in ("value", "numerator", "denominator", "n", "low", "high"):
        assert masked[column].null_count() == masked.height
    assert masked["reason"].null_count() == 0
    for table in journey.edition.glob("*.parquet"):
        frame = pl.read_parquet(table)
        if "confidentiality" in frame.columns:
            numbers = [name for name in frame.columns if frame.schema[name].is_float()]
            secret = frame.filter(confidentiality="secret").select(numbers)
            assert all(column.null_count() == secret.height for column in secret), table.name


def test_masked_counts_are_known_to_the_evaluator_alone(journey: Journey, tmp_path: Path) -> None:
    """What is masked exists before publication: the mask hides values, it does not stand for holes."""
    root = copied(journey.root, tmp_path)
    assert evalkit("measure", "--workspace", root).code == 0
    before = pl.read_parquet(root / "data" / "results" / "observations" / f"{CONTRACT}.parquet")
    after = pl.read_parquet(journey.edition / "observations.parquet").filter(confidentiality="secret")
    key = ["indicator", "zone", "period"]
    hidden = before.join(after.select(key).unique(), on=key, how="semi")
    assert hidden["value"].drop_nulls().len()


@pytest.mark.slow
def test_run_again_receives_nothing_twice_and_gives_the_same_edition(journey: Journey) -> None:
    store, edition, page = Store(journey.data), contents(journey.edition), journey.page.read_bytes()
    before = {path.name for path in store.receipts.iterdir()}
    rows = contents(journey.data / "store")
    again = Journey(journey.root, evalkit("run", "--workspace", journey.root, "--to", "html"))
    assert again.answer.code == 0, again.answer.err
    assert len(deliveries(store, CONTRACT)) == len(DELIVERIES)
    assert {path.name for path in store.receipts.iterdir()} == before
    assert contents(journey.data / "store") == rows
    assert contents(again.edition) == edition
    assert again.page.read_bytes() == page


@pytest.mark.slow
def test_killed_then_run_on_one_thread_with_another_hash_seed_gives_the_same_bytes(
    journey: Journey, small: Path, tmp_path: Path
) -> None:
    root = copied(small, tmp_path / "ailleurs")
    store = Store(root / "data")
    kill_group(
        started("run", "--workspace", root, "--to", "html"), lambda: len(list(store.ledger.glob("*.parquet"))) > 2
    )
    before = deliveries(store, CONTRACT)
    assert 2 < len(before) < len(DELIVERIES)
    command = started(
        "run", "--workspace", root, "--to", "html", POLARS_MAX_THREADS="1", PYTHONHASHSEED="1", OMP_NUM_THREADS="1"
    )
    other = Journey(root, ended(command))
    assert other.answer.code == 0, other.answer.err
    assert len(deliveries(store, CONTRACT)) == len(DELIVERIES)
    assert sweep_orphans(store) == ()
    assert other.edition.name == journey.edition.name
    assert contents(other.edition) == contents(journey.edition)
    assert other.page.read_bytes() == journey.page.read_bytes()


@pytest.mark.slow
def test_the_verbs_one_by_one_give_the_edition_of_run(journey: Journey, tmp_path: Path) -> None:
    root = copied(journey.root, tmp_path)
    edition, page = journey.edition.name, journey.page.read_bytes()
    for folder in ("editions", "rapports"):
        (root / "data" / folder).rename(root / "data" / f"{folder}-avant")
    for verb in ("measure", "follow", "compare", "publish"):
        answer = evalkit(verb, "--workspace", root)
        assert answer.code == 0, answer.err
        assert "Confidentiel" in answer.out or verb == "publish"
    one_by_one = Journey(root, answer)
    assert one_by_one.edition.name == edition
    answer = evalkit("report", "mi-parcours", "--workspace", root, "--to", "html")
    assert answer.code == 0, answer.err
    assert contents(one_by_one.edition) == contents(journey.edition)
    assert one_by_one.page.read_bytes() == page


def test_as_of_a_day_before_the_first_reception_knows_nothing(journey: Journey, tmp_path: Path) -> None:
    root = copied(journey.root, tmp_path)
    answer = evalkit("publish", "--workspace", root, "--as-of", "2020-01-01")
    assert answer.code == 0, answer.err
    (early,) = (path for path in (root / "data" / "editions").iterdir() if path.name != journey.edition.name)
    observations = pl.read_parquet(early / "observations.parquet")
    assert observations["value"].drop_nulls().is_empty()
    assert observations["cause"].drop_nulls().len() + observations["reason"].drop_nulls().len()


@pytest.mark.parametrize("verb", ["measure", "follow", "compare", "publish"])
def test_a_verb_before_any_reception_says_what_is_missing(small: Path, tmp_path: Path, verb: str) -> None:
    answer = evalkit(verb, "--workspace", copied(small, tmp_path))
    assert answer.code == 0, answer.err
    assert "Traceback" not in answer.said
    assert not re.search(r"\bnan\b", answer.out)


def only(root: Path, *deliveries: str) -> Path:
    """Leave only some deliveries in the slip, and return the slip."""
    slip = root / "arrivees" / CONTRACT / "bordereau.csv"
    heading, *lines = slip.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith(deliveries)]
    slip.write_text("\n".join([heading, *kept]), encoding="utf-8")
    return slip


def test_a_missing_key_stops_the_road_in_french(small: Path, tmp_path: Path) -> None:
    """Files are received by several processes: the reason comes back from the one that stopped."""
    root = copied(small, tmp_path)
    slip = only(root, "france-travail-parcours", "bilans-actions")
    for file in (slip.parent / "bilans-actions").iterdir():
        file.write_bytes(b"")
    answer = ended(started("run", "--workspace", root, "--to", "html", EVALKIT_KEY_FILE="/nulle/part.key"))
    assert answer.code == 2
    assert answer.err.startswith("EVK-R034 ")
    assert "Traceback" not in answer.said
    assert not [each for each in deliveries(Store(root / "data")) if each.feed == "france-travail-parcours"]


def test_a_slip_that_lies_is_refused_with_all_its_faults(small: Path, tmp_path: Path) -> None:
    root = copied(small, tmp_path)
    slip = only(root, "barometre-habitants", "insee-qpv-insertion")
    text = slip.read_text(encoding="utf-8").replace("barometre_2025", "barometre_2052")
    slip.write_text(
        re.sub(r"(base_insertion.*);[-0-9]+$", r"\1;31/02/2026", text, flags=re.MULTILINE), encoding="utf-8"
    )
    answer = evalkit("run", "--workspace", root)
    assert answer.code == 2
    assert sorted(line.split()[0] for line in answer.err.splitlines()) == ["EVK-R902", "EVK-R903"]
    assert all("bordereau.csv" in line for line in answer.err.splitlines())
    assert not (root / "data").exists()
