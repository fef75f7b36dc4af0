"""What must never circulate is in no file that the tool writes, and in nothing that it prints."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from evalkit.store.delivery import DeliveryStatus
from evalkit.store.ledger import deliveries
from evalkit.store.quarantine import read_quarantine
from evalkit.store.store import Store
from evalkit.workspace.crosscheck import open_workspace
from tests.journeys.conftest import copied
from tests.journeys.terminal import evalkit
from tests.properties.cell_mutations import contacts_in_free_text
from tests.properties.clean_files import PartnerTable, clean_table, received_on
from tests.properties.file_mutations import column_of_names, names_for_pseudonyms
from tests.properties.mutant import Mutant, Pick
from tests.properties.personal_mutations import PERSONAL_MUTATIONS

FEEDS = ("gsup-signalements", "bilans-qualitatifs", "france-travail-parcours", "logement-attributions")
PRODUCERS = {"logement-attributions": "opac71"}
NAMES = ("camille.fictif@exemple.invalid", "DUPONT-FICTIF")


@dataclass(frozen=True)
class Received:
    """A workspace after files with personal data came, what they held, and what was printed."""

    root: Path
    secrets: frozenset[str]
    printed: str
    refused: int


@pytest.fixture(scope="module")
def received(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Received:
    folder = tmp_path_factory.mktemp("traces")
    root = copied(small, folder)
    printed, secrets, refused = "", set(), 0
    for number, mutant in enumerate(_mutants(root)):
        place = folder / str(number)
        place.mkdir()
        path = place / mutant.table.layout.name
        path.write_bytes(mutant.bytes)
        feed = mutant.table.feed
        producer = ("--producer", PRODUCERS[feed.feed]) if feed.feed in PRODUCERS else ()
        day = received_on(feed).isoformat()
        answer = evalkit("receive", path, "-w", root, "--feed", feed.feed, "--on", day, *producer)
        assert answer.code == (2 if mutant.fatal else 1 if mutant.refused else 0), answer.said
        # The last line names the receipt's place, not the file.
        printed += answer.said
        secrets |= set(mutant.secrets)
        refused += mutant.fatal
    return Received(root, frozenset(secrets), printed, refused)


def _mutants(root: Path) -> Iterator[Mutant]:
    """Yield files with every kind of personal data, in feeds of several grains."""
    feeds = open_workspace(root).feeds
    for seed, mutation in enumerate((*PERSONAL_MUTATIONS, column_of_names, names_for_pseudonyms)):
        for turn in range(len(FEEDS)):
            clean = clean_table(feeds[FEEDS[(seed + turn) % len(FEEDS)]], 300 + seed, 60)
            mutant = mutation(clean, Pick(random.Random(f"{mutation.__name__} trace")))
            if mutant is not None:
                yield mutant
                break
    yield _contacts(clean_table(feeds["gsup-signalements"], 320, 60))


def _contacts(clean: PartnerTable) -> Mutant:
    """Put contact details in free texts, one of them in a row that goes to quarantine."""
    mutant = contacts_in_free_text(clean, Pick(random.Random("contacts")))
    assert mutant is not None
    row = next(row.number for row in mutant.table.rows if "06 39 98 12 34" in " ".join(row.cells))
    return Mutant(mutant.table.with_cell(row, "date_signalement", ""), refused=frozenset({row}), secrets=mutant.secrets)


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield every byte of every file that the tool wrote, and every cell of every table, decoded."""
    for path in sorted((root / "data").rglob("*")):
        if path.is_file():
            yield str(path.relative_to(root)), path.read_bytes().decode("latin-1")
            yield str(path.relative_to(root)), path.read_bytes().decode("utf-8", errors="replace")
        if path.suffix == ".parquet" and path.is_file():
            yield f"cells of {path.relative_to(root)}", pl.read_parquet(path).write_json()
    yield "names of files", "\n".join(str(path) for path in (root / "data").rglob("*"))


def test_the_files_really_held_what_is_searched(received: Received) -> None:
    assert received.refused == len(PERSONAL_MUTATIONS) + 2
    assert len(received.secrets) > 12
    assert set(NAMES) <= received.secrets


def test_no_file_written_holds_a_trace(received: Received) -> None:
    written = [(name, text.lower()) for name, text in texts(received.root)]
    assert len(written) > 3 * received.refused
    assert not [(name, secret) for secret in received.secrets for name, text in written if secret.lower() in text]


def test_nothing_printed_holds_a_trace(received: Received) -> None:
    assert "Livraison refusée" in received.printed
    assert not [secret for secret in received.secrets if secret.lower() in received.printed.lower()]


def test_a_refused_delivery_leaves_its_hash_and_its_lines_only(received: Received) -> None:
    store = Store(received.root / "data")
    known = deliveries(store)
    assert len(known) == received.refused + 1
    for delivery in known:
        if delivery.status is not DeliveryStatus.REFUSED:
            continue
        assert delivery.file_name == ""
        assert len(delivery.file_hash) == 64
        assert (delivery.rows_accepted, delivery.rows_refused) == (0, 0)
        assert read_quarantine(store, delivery.id) is None
        assert not [finding.received for finding in delivery.findings if finding.received]


def test_texts_are_kept_without_their_contacts(received: Received) -> None:
    store = Store(received.root / "data")
    (kept,) = (each for each in deliveries(store) if each.is_accepted)
    quarantine = read_quarantine(store, kept.id)
    assert quarantine is not None
    assert quarantine.height == kept.rows_refused == 1
    assert "[coordonnées retirées]" in quarantine["commentaire"][0]
    rows = pl.read_delta(str(store.rows("grand-chalon", "gsup-signalements")))
    assert rows["commentaire"].str.contains("[coordonnées retirées]", literal=True).sum() == 1
    assert rows["commentaire"].str.contains("Joindre").sum() == 1
