"""Protect random linked publications, attack them, and count what was lost, by three ways of masking.

``primary`` masks what is under the threshold and nothing else. ``greedy`` is a reference written here: as long as the
audit finds an exposed count, the smallest visible cell of its tightest equation is masked too. ``evalkit`` is the
package. sdcTable (R) is not among them: it was not at hand to be measured. The tables are Markdown.

    python benchmarks/secrecy.py attack --draws 1000
    python benchmarks/secrecy.py two-ways
    python benchmarks/secrecy.py linked
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evalkit.publish.attack import attack, exposed_among
from evalkit.publish.protect import protect
from evalkit.publish.secrecy import Key, Link, Plan
from evalkit.publish.system import compile_system
from tests.publish.linked.tables import THRESHOLD, Attacker, Shape, Tables, draw_tables, plan_of, second_plan, shown_by

TWO_WAYS = {
    "20 x 6": Shape(20, 1, 6, 1, 30.0),
    "108 x 8": Shape(108, 1, 8, 1, 30.0),
    "108 x 24": Shape(108, 1, 24, 1, 30.0),
}
LINKED = Shape(zones=108, groups=9, classes=24, tables=20, mean=30.0)
SAMPLE = 40
COMPARED = 100
SIZES_DRAWN = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of masking gave: cells masked for themselves and for others, exposed cells, seconds."""

    primary: int
    secondary: int
    recovered: int
    narrow: int
    seconds: float


def only_primary(plan: Plan) -> frozenset[Key]:
    return plan.primary


def greedy(plan: Plan) -> frozenset[Key]:
    """Mask the smallest visible cell of the tightest equation of each exposed count, until the audit passes."""
    system = compile_system(plan)
    sizes = {cell.id: cell.size for cell in plan.cells}
    links: dict[Key, list[Link]] = {}
    for link in plan.links:
        for key in link.keys:
            links.setdefault(key, []).append(link)
    hidden = set(plan.primary)
    exposed: Iterable[Key] = plan.sensitive
    while exposed := exposed_among(plan, system.flags(plan.shown(frozenset(hidden))), system, exposed):
        touched: set[int] = set()
        before = len(hidden)
        for key in sorted(exposed):
            if any(id(link) in touched for link in links[key]):
                continue
            for link in sorted(links[key], key=lambda each: _tightness(each, hidden, sizes)):
                visible = [each for each in link.keys if each in sizes and each not in hidden | plan.public]
                if visible:
                    chosen = min(visible, key=lambda each: (sizes[each] <= 0, sizes[each], each))
                    hidden.add(chosen)
                    touched |= {id(each) for each in links[chosen]}
                    break
        if len(hidden) == before:
            around = {key for link in plan.links if hidden & set(link.keys) for key in link.keys}
            visible = (around & set(sizes)) - hidden - plan.public
            if not visible:
                break
            hidden.add(min(visible, key=lambda each: (sizes[each] <= 0, sizes[each], each)))
    return frozenset(hidden)


def _tightness(link: Link, hidden: set[Key], sizes: dict[Key, float]) -> tuple[float, int]:
    inside = [sizes.get(key, 0.0) for key in link.keys if key in hidden]
    return sum(inside), len(inside)


WAYS: dict[str, Callable[[Plan], frozenset[Key]]] = {
    "primary": only_primary,
    "greedy": greedy,
    "evalkit": lambda plan: protect(plan).hidden,
}


def two_editions(tables: Tables, way: Callable[[Plan], frozenset[Key]]) -> Iterator[tuple[range, Plan, frozenset[Key]]]:
    """Publish all fields but the last, then all of them: the second edition knows the first."""
    fields = tables.shape.tables
    first = plan_of(tables, range(max(1, fields - 1)))
    hidden = way(first)
    seen = shown_by(first, hidden)
    yield range(max(1, fields - 1)), first, hidden
    second = second_plan(tables, range(fields), seen)
    yield range(fields), second, way(second)


def measure_attack(draws: int, processes: int) -> None:
    """Attack many small publications of two editions; the other ways of masking on the first ones only."""
    chosen = {"evalkit": draws, "primary": min(draws, COMPARED), "greedy": min(draws, COMPARED)}
    print(f"Random publications of two editions, threshold {THRESHOLD}:\n")
    heads = "publications | primary | secondary | masked cells recovered | counts known too narrowly | masks, s"
    print(f"| masks | {heads} |")
    print("|---|---|---|---|---|---|---|")
    with ProcessPoolExecutor(processes) as pool:
        for name, number in chosen.items():
            found = []
            for each in pool.map(_one, [(name, seed) for seed in range(number)], chunksize=10):
                found.append(each)
                if len(found) % 100 == 0:
                    print(f"{name}: {len(found)} attacked", file=sys.stderr, flush=True)
            parts = ("primary", "secondary", "recovered", "narrow")
            total = [sum(getattr(each, part) for each in found) for part in parts]
            seconds = sum(each.seconds for each in found)
            print(f"| {name} | {number} | {' | '.join(map(str, total))} | {seconds:.0f} |", flush=True)
            if name == "evalkit" and number > COMPARED:
                extra = sum(each.secondary for each in found[:COMPARED])
                print(f"\nSecondary masks of evalkit on the first {COMPARED}: {extra}.")


def _one(asked: tuple[str, int]) -> Outcome:
    name, seed = asked
    chance = np.random.default_rng(seed)
    shape = Shape(3, int(chance.integers(1, 3)), int(chance.integers(2, 4)), 2, 9.0)
    return _attacked(draw_tables(shape, seed), WAYS[name])


def _attacked(tables: Tables, way: Callable[[Plan], frozenset[Key]]) -> Outcome:
    start = time.process_time()
    editions = list(two_editions(tables, way))
    seconds = time.process_time() - start
    fields, plan, hidden = editions[-1]
    seen = frozenset().union(*(shown_by(each, masks) for _, each, masks in editions))
    attacker = Attacker(tables, fields, seen)
    found = {key: attacker.interval(key) for key in attacker.masked}
    recovered = attacker.determined() | {key for key, (low, high) in found.items() if high - low < 1e-6}
    narrow = {key for key in found if key in plan.sensitive and found[key][1] - found[key][0] < THRESHOLD - 1e-6}
    return Outcome(len(plan.primary), len(hidden - plan.primary), len(recovered), len(narrow), seconds)


def measure_two_ways(draws: int) -> None:
    """One table with its margins, drawn several times: the sums over the draws."""
    print(f"\nOne table of zones x classes with its margins, {draws} draws of each size, added up:\n")
    print("| table | primary | greedy, secondary | evalkit, secondary | fewer in, more in | audit, s | masks, s |")
    print("|---|---|---|---|---|---|---|")
    for name, shape in TWO_WAYS.items():
        found = [_compared(shape, seed) for seed in range(1, draws + 1)]
        primary, reference, extra, audit, masks = (sum(part) for part in zip(*found, strict=True))
        fewer = sum(ours < theirs for _, theirs, ours, _, _ in found)
        more = sum(ours > theirs for _, theirs, ours, _, _ in found)
        counts = f"{primary} | {reference} | {extra} | {fewer}, {more}"
        print(f"| {name} | {counts} | {audit:.1f} | {masks:.1f} |", flush=True)


def _compared(shape: Shape, seed: int) -> tuple[int, int, int, float, float]:
    """Return the cells masked for themselves, by greedy and by evalkit to protect them, and the seconds of both."""
    plan = plan_of(draw_tables(shape, seed), range(1))
    reference = greedy(plan)
    start = time.process_time()
    hidden = protect(plan).hidden
    masks = time.process_time() - start
    start = time.process_time()
    if not attack(plan, hidden).holds:
        raise ArithmeticError(f"{shape}, {seed}")
    primary = len(plan.primary)
    return primary, len(reference) - primary, len(hidden) - primary, time.process_time() - start, masks


def measure_linked(shape: Shape, ways: Iterable[str]) -> None:
    """The large benchmark: all fields of the second edition, and a sample of its masked cells under the attack."""
    tables = draw_tables(shape, 1)
    cells = len(plan_of(tables, range(shape.tables)).cells)
    print(f"\n{shape.zones} zones x {shape.classes} cells x {shape.tables} tables, two editions ({cells} cells):\n")
    print("| masks | primary | secondary | exposed in the audit | recovered in a sample | masks, s | audit, s |")
    print("|---|---|---|---|---|---|---|")
    for name in ways:
        way = WAYS[name]
        start = time.process_time()
        editions = list(two_editions(tables, way))
        masks = time.process_time() - start
        fields, plan, hidden = editions[-1]
        start = time.process_time()
        found = attack(plan, hidden)
        audit = time.process_time() - start
        seen = frozenset().union(*(shown_by(each, hid) for _, each, hid in editions))
        lost = f"{len(plan.primary)} | {len(hidden - plan.primary)} | {len(found.narrow)}"
        print(f"| {name} | {lost} | {_sampled(tables, fields, seen)} | {masks:.0f} | {audit:.1f} |", flush=True)


def _sampled(tables: Tables, fields: range, seen: frozenset[Key]) -> str:
    """Attack the whole of a few tables, one at a time, and count the masked cells that come back."""
    recovered = masked = 0
    for field in list(fields)[:: max(1, len(fields) // 4)]:
        values = tables.values(range(field, field + 1))
        attacker = Attacker(tables, range(field, field + 1), seen & frozenset(values))
        determined = attacker.determined()
        chosen = np.random.default_rng(field).permutation(len(attacker.masked))[:SAMPLE]
        bounded = {attacker.masked[each] for each in chosen}
        pinned = {key for key in bounded if np.diff(attacker.interval(key))[0] < 1e-6}
        recovered += len(determined | pinned)
        masked += len(attacker.masked)
    return f"{recovered} of {masked}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["attack", "two-ways", "linked"])
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--tables", type=int, default=LINKED.tables)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.what == "attack":
        measure_attack(given.draws, given.processes)
    elif given.what == "two-ways":
        measure_two_ways(min(given.draws, SIZES_DRAWN))
    else:
        measure_linked(Shape(LINKED.zones, LINKED.groups, LINKED.classes, given.tables, LINKED.mean), given.ways)


if __name__ == "__main__":
    main()
