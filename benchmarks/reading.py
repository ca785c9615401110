"""Reading a scenario with places and duplicate keys, against PyYAML's fastest loader; checking it, against reading.

python -m benchmarks.reading         sizes of 10^3 to 10^5 nodes, some minutes
python -m benchmarks.reading 1000    other sizes
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import yaml

from benchmarks.goals import Row
from benchmarks.timing import exponent, turns
from planner.core.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = (1_000, 10_000, 100_000)
SMALL_GOAL, GOAL, CHECK_GOAL, GROWTH_GOAL = 1 / 3, 1 / 6, 1.0, 1.1
GROWTH_FROM = 10_000  # below it the fixed costs of a run count

DECISION = """\
  n{at}:
    decision: Which way at {at}?
    options:
      a:
        payoff: -{small}.5
        to: n{first}
      b: {{name: On, payoff: {large}.25, to: n{second}}}
"""
CHANCE = """\
  n{at}:
    chance: What follows at {at}?
    branches:
      a:
        p: 0.{share}
        to: n{first}
      b: {{name: Off, p: rest, payoff: {large}.75, to: n{second}}}
"""
LEAF = """\
  n{at}:
    decision: Where to end at {at}?
    options:
      a:
        name: Here
        payoff: -{small}.5
      b: {{name: There, payoff: {large}.25}}
"""


def scenario(size: int) -> str:
    """Return a faultless scenario, a binary tree of nodes with about 146 bytes and 7 lines each."""
    parts = ["planner: 1\ntitle: Generated\nnodes:\n"]
    for at in range(size):
        first, second = 2 * at + 1, 2 * at + 2
        form = LEAF if second >= size else CHANCE if (at + 1).bit_length() % 2 else DECISION
        numbers = {"small": at % 7, "large": at % 97, "share": 10 + at % 80}
        parts.append(form.format(at=at, first=first, second=second, **numbers))
    return "".join(parts)


def table(sizes: Sequence[int] = SIZES) -> list[Row]:
    """Measure all sizes, the peers by turns; below 10^5 nodes the median of five rounds, above of three."""
    rows: list[Row] = []
    growth: list[tuple[float, float]] = []
    for size in sizes:
        text = scenario(size)
        raw = text.encode()
        source = Source.from_text(raw)
        assert not source.diagnostics
        peers: dict[str, Callable[[], object]] = {
            "reading": lambda raw=raw: Source.from_text(raw),  # type: ignore[misc]
            "CSafeLoader": lambda text=text: _collected(text),  # type: ignore[misc]
            "CSafeLoader, collector off": lambda text=text: _loaded(text),  # type: ignore[misc]
        }
        check = _check(source)
        if check is not None:
            peers["check"] = check
        times = turns(peers, rounds=5 if size < 100_000 else 3)
        ours, name = times["reading"], f"reading {size:,} nodes, s"
        goal = SMALL_GOAL if size < GROWTH_FROM else GOAL
        rows.append(Row(name, ours, "CSafeLoader", times["CSafeLoader"], goal))
        rows.append(Row(name, ours, "CSafeLoader, collector off", times["CSafeLoader, collector off"]))
        if "check" in times:
            rows.append(Row(f"checking {size:,} nodes, s", times["check"], "reading", ours, CHECK_GOAL))
        if size >= GROWTH_FROM:
            growth.append((size, ours))
    if len(growth) > 1:
        rows.append(Row("reading, growth exponent", exponent(growth), "linear", 1.0, GROWTH_GOAL))
    return rows


def _loaded(text: str) -> object:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _collected(text: str) -> object:
    """Load as every user of PyYAML does, with the garbage collector on."""
    gc.enable()
    try:
        return _loaded(text)
    finally:
        gc.disable()


def _check(source: Source) -> Callable[[], object] | None:
    try:
        from planner.core.rules import check
    except ImportError as error:
        print(f"checking is not measured: {error}", file=sys.stderr)
        return None
    errors = [found for found in check(source) if found.severity == "error"]
    assert not errors, errors[0].message
    return lambda: check(source)


if __name__ == "__main__":
    for row in table([int(size) for size in sys.argv[1:]] or SIZES):
        verdict = {True: "met", False: "MISSED", None: ""}[row.met]
        goal = f"goal {row.at_most:.3f} {verdict}" if row.at_most else ""
        print(f"{row.what:32}{row.ours:9.4f}  {row.peer:28}{row.theirs:9.4f}  ratio {row.ratio:6.3f}  {goal}".rstrip())
