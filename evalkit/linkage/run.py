"""Match the persons of two feeds: allowed by both clauses, by the same identity, under the same key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from evalkit.declare.clause import Purpose
from evalkit.declare.feed import Feed, FieldType
from evalkit.errors import Problem, WorkspaceError
from evalkit.linkage.errors import Agreement, chance_of_discordance, false_match_share, missed_match_share
from evalkit.linkage.result import Linkage, LinkedGroup
from evalkit.store.ledger import current_sources, deliveries
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.columns import ZONE_COLUMN
from evalkit.workspace.workspace import Workspace

_FEW_PAIRS = 100
_PERSON = "_person"
_WITNESS = "_witness"


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """Which feeds to match, and what is known of them.

    Attributes:
        left, right: the feeds.
        witness: a stable characteristic that both know and that the identity is not made of.
        is_contained: an agreement says that everybody of ``left`` is in ``right``.
        recording_error: probability that the witness is wrong for a true pair.
        as_of: only what was received by that day.
    """

    contract: str
    left: str
    right: str
    witness: str = "sexe"
    is_contained: bool = False
    recording_error: float = 0.0
    as_of: dt.date | None = None


def link(workspace: Workspace, store: Store, order: LinkOrder) -> Linkage:
    """Match the persons of two feeds, and judge the matching.

    Persons are compared under the pseudonyms of the purpose ``cohorte``, the only ones that follow a person; nobody's
    pseudonym is in the result.

    Args:
        workspace: the declarations.
        store: the accepted rows.
        order: the feeds and what is known of them.

    Returns:
        The rates and the estimated errors, or a refusal with its reason.

    Raises:
        WorkspaceError: a feed is not declared (``EVK-W022``).
    """
    left, right = (_declared(workspace, name) for name in (order.left, order.right))
    reasons = [*_reasons(workspace, order.contract, left, right), *_key_reasons(store, order)]
    if reasons:
        refusal = typeset(f"Appariement non permis : {' ; '.join(reasons)}.")
        return Linkage(contract=order.contract, left=order.left, right=order.right, refusal=refusal)
    witness = order.witness if _can_witness(left, right, order.witness) else ""
    people = [_people(store, order, feed, witness) for feed in (left, right)]
    return _linkage(store, order, witness, people[0], people[1])


def _declared(workspace: Workspace, name: str) -> Feed:
    if name not in workspace.feeds:
        repair = f"Flux déclarés : {', '.join(sorted(workspace.feeds))}."
        raise WorkspaceError(Problem("EVK-W022", "Ce flux n’est pas déclaré.", received=name, repair=repair))
    return workspace.feeds[name]


def _reasons(workspace: Workspace, contract: str, left: Feed, right: Feed) -> Iterator[str]:
    """Say why two feeds may not be matched: no common identity, or no purpose that allows it."""
    for feed in (left, right):
        if feed.identity is None:
            yield f"le flux « {feed.label} » ne suit personne"
            continue
        clauses = workspace.contract(contract).clauses_of(feed.feed)
        if not clauses or any(Purpose.COHORT not in clause.sharing.purposes for clause in clauses):
            yield f"la clause du flux « {feed.label} » n’écrit pas la finalité « cohorte »"
    if left.identity is None or right.identity is None:
        return
    if left.identity.made_by != right.identity.made_by or set(left.identity.from_) != set(right.identity.from_):
        yield "les identités ne sont pas faites par le même tiers à partir des mêmes éléments"


def _key_reasons(store: Store, order: LinkOrder) -> Iterator[str]:
    keys = set()
    for feed in (order.left, order.right):
        standing = {each.delivery_id for each in current_sources(store, order.contract, feed, order.as_of)}
        keys |= {each.key for each in deliveries(store, order.contract, feed, order.as_of) if each.id in standing}
    if len(keys) > 1:
        yield (
            "la clé d’identité a changé entre ces livraisons, une même personne y porte plusieurs pseudonymes ; "
            "faites renvoyer les périodes d’avant le changement"
        )


def _can_witness(left: Feed, right: Feed, name: str) -> bool:
    """Tell whether a field can judge matches: both feeds list the same words, and the identity is not made of it."""
    fields = [feed.field(name) for feed in (left, right)]
    made_of = {each for feed in (left, right) if feed.identity is not None for each in feed.identity.from_}
    kinds = {field.type for field in fields if field is not None}
    words = {frozenset(field.values) for field in fields if field is not None}
    is_shared = all(field is not None for field in fields) and kinds == {FieldType.CATEGORY} and len(words) == 1
    return is_shared and name not in made_of


def _people(store: Store, order: LinkOrder, feed: Feed, witness: str) -> pl.DataFrame:
    """Return one row per person: pseudonym, zone of the first row, witness and how many values it has."""
    if feed.identity is None:
        raise TypeError(f"{feed.feed} follows nobody; reasons are given before")
    known = pl.col(witness) if witness else pl.lit(None, pl.String)
    has_zone = feed.field(ZONE_COLUMN) is not None
    return (
        current_rows(store, order.contract, feed, order.as_of, Purpose.COHORT)
        .select(
            pl.col(feed.identity.field).alias(_PERSON),
            (pl.col(ZONE_COLUMN) if has_zone else pl.lit(None, pl.String)).alias(ZONE_COLUMN),
            known.alias(_WITNESS),
            pl.struct("_period", "_line").alias("_order"),
        )
        .drop_nulls(_PERSON)
        .group_by(_PERSON)
        .agg(
            pl.col(ZONE_COLUMN).sort_by("_order").drop_nulls().first(),
            pl.col(_WITNESS).sort_by("_order").drop_nulls().first(),
            pl.col(_WITNESS).drop_nulls().n_unique().alias("_values"),
        )
        .collect(engine="streaming")
    )


def _linkage(store: Store, order: LinkOrder, witness: str, left: pl.DataFrame, right: pl.DataFrame) -> Linkage:
    pairs = left.join(right, on=_PERSON, how="inner", suffix="_right")
    agreement = _agreement(pairs, right) if witness else None
    false = false_match_share(agreement, order.recording_error) if agreement is not None else None
    smaller = left.height if order.is_contained else min(left.height, right.height)
    sources = [
        source.delivery_id
        for feed in (order.left, order.right)
        for source in current_sources(store, order.contract, feed, order.as_of)
    ]
    return Linkage(
        contract=order.contract,
        left=order.left,
        right=order.right,
        persons_left=left.height,
        persons_right=right.height,
        linked=pairs.height,
        groups=tuple(_groups(left, pairs, witness)),
        witness=witness,
        agreement=agreement,
        contradictory=sum(int((people["_values"] > 1).sum()) for people in (left, right)),
        false=false,
        missed=missed_match_share(smaller, pairs.height, false, is_contained=order.is_contained),
        is_contained=order.is_contained,
        deliveries=tuple(sorted(set(sources))),
        warnings=tuple(typeset(sentence) for sentence in _warnings(order, agreement, left, right)),
    )


def _agreement(pairs: pl.DataFrame, right: pl.DataFrame) -> Agreement:
    known = pairs.drop_nulls([_WITNESS, f"{_WITNESS}_right"])
    discordant = int((known[_WITNESS] != known[f"{_WITNESS}_right"]).sum())
    return Agreement(known.height, discordant, chance_of_discordance(_counts(known), _counts(right)))


def _counts(people: pl.DataFrame) -> dict[str, int]:
    counted = people.drop_nulls(_WITNESS).group_by(_WITNESS).len().sort(_WITNESS)
    return {str(word): int(count) for word, count in counted.iter_rows()}


def _groups(left: pl.DataFrame, pairs: pl.DataFrame, witness: str) -> Iterator[LinkedGroup]:
    found = left.with_columns(pl.col(_PERSON).is_in(pairs[_PERSON].to_list()).alias("_linked"))
    for column, name in ((ZONE_COLUMN, ZONE_COLUMN), (_WITNESS, witness)):
        counts = found.drop_nulls(column).group_by(column).agg(pl.len(), pl.col("_linked").sum()).sort(column)
        for word, persons, linked in counts.iter_rows():
            yield LinkedGroup(name, str(word), int(persons), int(linked))


def _warnings(order: LinkOrder, agreement: Agreement | None, left: pl.DataFrame, right: pl.DataFrame) -> Iterator[str]:
    if left.is_empty() or right.is_empty():
        yield "L’un des deux flux n’a encore aucune personne."
        return
    if agreement is None:
        yield (
            f"Les deux flux ne partagent pas le témoin « {order.witness} », ou l’identité en est faite : les faux "
            "appariements ne peuvent pas être estimés."
        )
    elif agreement.pairs < _FEW_PAIRS:
        yield f"Moins de {_FEW_PAIRS} paires portent le témoin : l’estimation des faux appariements est fragile."
    if not order.is_contained:
        yield (
            "Rien ne dit que toutes les personnes d’un flux doivent être dans l’autre : les appariements manqués n’ont "
            "que des bornes."
        )
