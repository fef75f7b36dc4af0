"""Files made clean, then spoilt: every fault is in the receipt, at its lines, and nothing else is.

The clean files come from the declarations in ``expectations/`` alone and the mutations are written here; neither knows
the demonstration's own list of faults.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from evalkit.declare.feed import Feed
from evalkit.demo.declarations import CONTRACT, lay_workspace
from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receipts.receipt import Receipt, receipt_json
from evalkit.receive.receipts.receipt_html import receipt_html
from evalkit.receive.receipts.receipt_text import receipt_text
from evalkit.receive.receive import check_file
from evalkit.store.delivery import DeliveryStatus, Outcome
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace
from tests.properties.cell_mutations import CELL_MUTATIONS, RAGGED_MUTATIONS, ROW_MUTATIONS
from tests.properties.clean_files import PartnerTable, clean_table, received_on
from tests.properties.file_mutations import FATAL_MUTATIONS, LAYOUT_MUTATIONS, file_of_another_feed
from tests.properties.mutant import Mutant, Pick, Signature, judged_rows
from tests.properties.personal_mutations import PERSONAL_MUTATIONS

Mutation = Callable[[PartnerTable, Pick], Mutant | None]

FEEDS = (
    "barometre-habitants",
    "bilans-actions",
    "bilans-qualitatifs",
    "france-travail-demandeurs",
    "france-travail-parcours",
    "gsup-signalements",
    "insee-qpv-insertion",
    "logement-attributions",
)
"""The feeds for which the demonstration has a clause: all the types of fields and all the grains."""

CLEAN_SEEDS = (0, 1)
PACKS_PER_FEED = 4
PACK = 6
REFUSED_SHARE = 0.05
MAJOR = ("EVK-R041", "EVK-R046", "EVK-R052", "EVK-R053")
"""Codes whose finding gives reserves; those of declared checks have a severity of their own."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("mutations") / "espace"
    lay_workspace(root)
    return open_workspace(root)


@pytest.fixture
def receipt_of(workspace: Workspace, tmp_path: Path) -> Callable[[Mutant], Receipt]:
    def receipt_of(mutant: Mutant) -> Receipt:
        feed = mutant.table.feed
        path = tmp_path / mutant.table.layout.name
        path.write_bytes(mutant.bytes)
        producers = [clause.producers for clause in workspace.contract(CONTRACT).clauses_of(feed.feed)]
        period = None if feed.period.field else "2024"
        order = ReceiveOrder(CONTRACT, received_on(feed), feed.feed, min(producers[-1]), period)
        return check_file(workspace, path, order)

    return receipt_of


def feeds_of(workspace: Workspace) -> list[Feed]:
    return [workspace.feeds[name] for name in FEEDS]


def said(receipt: Receipt) -> list[Signature]:
    """Return what is said of the file; what is known of its source is said whatever the file (EVK-R090, EVK-R091)."""
    found = (one for one in receipt.delivery.findings if one.code not in {"EVK-R090", "EVK-R091"})
    return sorted((one.code, one.field, one.lines, one.count) for one in found)


def usual(table: PartnerTable) -> list[Signature]:
    """Return what the receipt of every clean file of the demonstration says.

    Its clause is fictitious, and a check without a store leaves history to the reception.
    """
    others = len(table.rows) - len(judged_rows(table))
    fictitious: Signature = ("EVK-R065", "", (), 0)
    without_store: Signature = ("EVK-R079", "", (), 0)
    return [fictitious, without_store, *([("EVK-R045", "zone", (), others)] if others else [])]


def verdict_signatures(mutant: Mutant, clean: PartnerTable) -> list[Signature]:
    """Return the findings of the verdict itself, when too many rows are refused for the delivery to be kept."""
    total = len(judged_rows(clean)) + len(mutant.table.rows) - len(clean.rows) - len(mutant.gone)
    if not mutant.refused:
        return []
    if len(mutant.refused) >= total:
        return [("EVK-R058", "", (), 0)]
    return [("EVK-R059", "", (), len(mutant.refused))] if len(mutant.refused) > REFUSED_SHARE * total else []


def assert_says_just_that(receipt: Receipt, mutant: Mutant, clean: PartnerTable) -> None:
    delivery = receipt.delivery
    if mutant.fatal:
        assert said(receipt) == mutant.signatures()
        assert delivery.status is DeliveryStatus.REFUSED
        assert delivery.rows_accepted == 0
        return
    verdict = verdict_signatures(mutant, clean)
    told = [*mutant.signatures(), *usual(clean), *verdict]
    # Where no row is left there is nothing to look back from.
    nothing_left = ("EVK-R058", "", (), 0) in verdict
    assert said(receipt) == sorted(one for one in told if not (nothing_left and one[0] == "EVK-R079"))
    total = len(judged_rows(clean)) + len(mutant.table.rows) - len(clean.rows) - len(mutant.gone)
    assert delivery.rows_refused == (total if verdict else len(mutant.refused))
    assert delivery.rows_accepted == (0 if verdict else total - len(mutant.refused))
    assert delivery.is_accepted is not bool(verdict)
    if not verdict and (mutant.refused or any(one.code in MAJOR for one in mutant.expected)):
        assert delivery.status is DeliveryStatus.WITH_RESERVES


def spoilt(mutation: Mutation, feeds: list[Feed], seed: int) -> tuple[PartnerTable, Mutant]:
    """Return the first feed's file, from a feed drawn by the seed, that the mutation can spoil."""
    start = random.Random(f"{mutation.__name__} {seed}").randrange(len(feeds))
    for place in range(len(feeds)):
        clean = clean_table(feeds[(start + place) % len(feeds)], seed)
        mutant = mutation(clean, Pick(random.Random(f"{mutation.__name__} {seed} {place}")))
        if mutant is not None:
            return clean, mutant
    raise AssertionError(f"{mutation.__name__} spoils no feed")


@pytest.mark.parametrize("seed", CLEAN_SEEDS)
@pytest.mark.parametrize("feed", FEEDS)
def test_clean_file_is_accepted_without_a_finding(
    workspace: Workspace, receipt_of: Callable[[Mutant], Receipt], feed: str, seed: int
) -> None:
    clean = clean_table(workspace.feeds[feed], seed)
    receipt = receipt_of(Mutant(clean))
    assert said(receipt) == sorted(usual(clean))
    assert {one.outcome for one in receipt.delivery.findings} == {Outcome.NOTED, Outcome.NOT_RUN}
    assert receipt.delivery.status is DeliveryStatus.ACCEPTED
    assert receipt.delivery.rows_accepted == len(judged_rows(clean))
    assert receipt.delivery.rows_refused == 0


@pytest.mark.parametrize(
    "mutation", [*LAYOUT_MUTATIONS, *CELL_MUTATIONS, *ROW_MUTATIONS, *RAGGED_MUTATIONS], ids=lambda each: each.__name__
)
def test_one_fault_is_told_alone(
    workspace: Workspace, receipt_of: Callable[[Mutant], Receipt], mutation: Mutation
) -> None:
    clean, mutant = spoilt(mutation, feeds_of(workspace), 10)
    assert_says_just_that(receipt_of(mutant), mutant, clean)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("mutation", FATAL_MUTATIONS, ids=lambda each: each.__name__)
def test_a_file_that_cannot_be_judged_says_why_and_nothing_else(
    workspace: Workspace, receipt_of: Callable[[Mutant], Receipt], mutation: Mutation, feed: str
) -> None:
    clean = clean_table(workspace.feeds[feed], 20)
    mutant = mutation(clean, Pick(random.Random(f"{mutation.__name__} {feed}")))
    if mutant is None:
        assert mutation.__name__ in {
            "column_without_title",
            "misspelt_optional_column",
            "names_for_pseudonyms",
            "unclosed_quote",
        }
        return
    assert_says_just_that(receipt_of(mutant), mutant, clean)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("mutation", PERSONAL_MUTATIONS, ids=lambda each: each.__name__)
def test_personal_data_refuse_the_file_and_are_repeated_nowhere(
    workspace: Workspace, receipt_of: Callable[[Mutant], Receipt], mutation: Mutation, feed: str
) -> None:
    clean = clean_table(workspace.feeds[feed], 30)
    mutant = mutation(clean, Pick(random.Random(f"{mutation.__name__} {feed}")))
    if mutant is None:
        assert mutation.__name__ == "nir_in_a_sentence"
        return
    receipt = receipt_of(mutant)
    assert_says_just_that(receipt, mutant, clean)
    assert receipt.delivery.file_name == ""
    written = receipt_text(receipt) + receipt_json(receipt) + receipt_html(receipt) + repr(receipt)
    assert not [secret for secret in mutant.secrets if secret.lower() in written.lower()]


def test_every_personal_mutation_spoils_some_feed(workspace: Workspace) -> None:
    for mutation in (*PERSONAL_MUTATIONS, *FATAL_MUTATIONS):
        spoilt(mutation, feeds_of(workspace), 20)


@pytest.mark.parametrize("feed", FEEDS)
def test_the_file_of_another_feed_is_named(
    workspace: Workspace, receipt_of: Callable[[Mutant], Receipt], feed: str
) -> None:
    for other in FEEDS:
        if other != feed:
            mutant = file_of_another_feed(workspace.feeds[feed], workspace.feeds[other], 40)
            receipt = receipt_of(mutant)
            assert_says_just_that(receipt, mutant, mutant.table)
            assert f"« {other} »".replace(" ", "\N{NO-BREAK SPACE}") in receipt.delivery.findings[0].message


def pack_of(clean: PartnerTable, draw: random.Random) -> tuple[Mutant, list[str]]:
    """Spoil a file several times, on other rows and other fields each time, then lay it out in another way."""
    pick, mutant, names = Pick(draw), Mutant(clean), []
    # Rows are added first, then cells are changed; lines that cannot be cut into cells come last.
    added, cells, ragged_last = (
        draw.sample(each, len(each)) for each in (ROW_MUTATIONS, CELL_MUTATIONS, RAGGED_MUTATIONS)
    )
    for mutation in (added[0], *cells, ragged_last[0]):
        is_wanted = len(names) < PACK if mutation in CELL_MUTATIONS else draw.random() < 0.5
        made = mutation(mutant.table, pick) if is_wanted else None
        if made is not None:
            mutant, names = made.after(mutant), [*names, mutation.__name__]
    ragged = {mutation.__name__ for mutation in RAGGED_MUTATIONS} & set(names)
    usable = [each for each in LAYOUT_MUTATIONS if not (ragged or mutant.table.as_typed)]
    text_only = [each for each in LAYOUT_MUTATIONS if each.__name__ in {"utf_16", "byte_order_mark", "titles_above"}]
    layout = draw.choice(usable or text_only)
    made = layout(mutant.table, pick)
    return (made.after(mutant), [*names, layout.__name__]) if made is not None else (mutant, names)


@pytest.mark.parametrize("number", range(PACKS_PER_FEED))
@pytest.mark.parametrize("feed", FEEDS)
def test_several_faults_are_all_told_and_nothing_else_is(
    workspace: Workspace, receipt_of: Callable[[Mutant], Receipt], feed: str, number: int
) -> None:
    clean = clean_table(workspace.feeds[feed], 100 + number, None if feed == "insee-qpv-insertion" else 190)
    mutant, names = pack_of(clean, random.Random(f"{feed} {number}"))
    assert len(names) >= 2, names
    assert_says_just_that(receipt_of(mutant), mutant, clean)
