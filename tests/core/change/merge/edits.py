"""Random edits of real scenario texts, as two people might make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from planner.core.change.edit import EditError, in_flow, line_start, line_stop, remove, replace_value, value_at
from planner.core.change.layout import layout
from planner.core.change.writing import insert_entry
from planner.core.diagnostics import replace
from planner.core.marks import Map, Seq
from planner.core.num import Num
from planner.core.source import Path, Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

STORIES = ("contractor", "party", "milnor-futures", "thompson-survey", "payoffs-on-the-way", "centipede", "oil-share")
SMALL = """\
# A scenario about talks.
# It has a header.

planner: 1
title: Talks
summary: |
  First line.
  Second line.
  Third line.
tags: [europe, talks]

# what we guess
parameters:
  hope: 0.3   # a guess
  fear: {value: 0.2, low: 0.1, high: 0.3}   # another
  # a formula
  doubt:
    value: hope / 2
    note: Half of it

nodes:
  line:
    decision: Which line?
    options:
      a: {name: A, payoff: 3, to: talks}
      b: {name: B, payoff: 4}
      c:
        name: C
        payoff: 2   # little
        to: end
  # nature
  talks:
    chance: And they?
    branches:
      yes: {name: Yes, p: hope, payoff: 10}
      no: {name: No, p: rest, payoff: -2, signs: [A cold letter, No letter]}

  end:
    outcome: The end
    payoff: 1
    # the last words
"""
TEXTS = (
    SMALL,
    *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "scenarios").glob("*.yaml"))[:3]),
    *((ROOT / f"tests/stories/{name}.yaml").read_text(encoding="utf-8") for name in STORIES),
)


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield every path of a document, from the top down."""
    for key in value if isinstance(value, Map) else range(len(value)) if isinstance(value, Seq) else ():
        yield (*path, key)
        yield from paths(value[key], (*path, key))  # type: ignore[index]


@st.composite
def edited(draw: st.DrawFn, text: str, mark: str, most: int = 4) -> str:
    """Return a text after a few edits of one person, whose comments and names have ``mark`` in them."""
    for number in range(draw(st.integers(1, most))):
        source = Source.from_text(text)
        assert source.data is not None
        every = list(paths(source.data))
        kind = draw(st.sampled_from(_KINDS))
        path = draw(st.sampled_from(every))
        try:
            edits = kind(source, path, f"{mark}{number}", draw)
        except EditError:
            continue
        changed = replace(text, edits)
        if not Source.from_text(changed).diagnostics:
            text = changed
    return text


def _value(source: Source, path: Path, mark: str, draw: st.DrawFn) -> Any:
    value = value_at(source, path)
    if isinstance(value, Num):
        return replace_value(source, path, draw(st.sampled_from(["7", "0.25", "-3", "0.4"])))
    if isinstance(value, str) and "\n" not in value and isinstance(path[-1], str):
        return replace_value(source, path, draw(st.sampled_from([f"words {mark}", "the same words", f"'{mark}, so'"])))
    return []


def _above(source: Source, path: Path, mark: str, draw: st.DrawFn) -> Any:
    if in_flow(source, path) or isinstance(path[-1], int):
        return []
    start = source.key_span(path).start
    begin = line_start(source.text, start)
    blank = "\n" if draw(st.booleans()) else ""
    return [(begin, begin, f"{blank}{' ' * (start - begin)}# above {mark}!\n")]


def _beside(source: Source, path: Path, mark: str, draw: st.DrawFn) -> Any:
    span, value = source.span(path), value_at(source, path)
    if in_flow(source, path) or "\n" in source.text[span.start : span.end] or isinstance(value, Map | Seq):
        return []
    stop = line_stop(source, span.end)
    return [(span.end, stop, f"  # beside {mark}!")] if span.end > span.start else []


def _added(source: Source, path: Path, mark: str, draw: st.DrawFn) -> Any:
    holder = next(path[:size] for size in range(len(path), -1, -1) if isinstance(value_at(source, path[:size]), Map))
    content: Any = draw(st.sampled_from([0.5, "words", {"name": "New", "payoff": 3}]))
    after = draw(st.sampled_from([*value_at(source, holder)])) if value_at(source, holder) else None  # type: ignore[misc]
    return insert_entry(source, holder, f"new-{mark}" if holder else f"top-{mark}", content, after=after)


def _gone(source: Source, path: Path, mark: str, draw: st.DrawFn) -> Any:
    return remove(source, path) if isinstance(path[-1], str) and len(path) > 1 else []


def _laid_out(source: Source, path: Path, mark: str, draw: st.DrawFn) -> Any:
    return [(0, len(source.text), layout(source))]


_KINDS = (_value, _value, _value, _above, _beside, _added, _gone, _laid_out)
TRIPLES = st.sampled_from(TEXTS).flatmap(
    lambda text: st.tuples(st.just(text), edited(text, "ours"), edited(text, "theirs"))
)
