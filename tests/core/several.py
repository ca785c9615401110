"""Scenarios of several files, held in memory."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from planner.core.source import Included, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = "planner: 1\ntitle: T\n"
TALKS = (
    HEAD
    + """\
parameters:
  hope: {value: 0.3, low: 0.1, high: 0.5, source: a guess}
  gain: 10
state: {round: 1}
nodes:
  answer:
    chance: What comes back?
    branches:
      yes: {p: hope, to: settled}
      no: {p: rest, to: again}
  again:
    decision: Once more?
    options:
      ask: {when: round < 3, set: {round: round + 1}, payoff: -1, to: answer}
      stop: {}
  settled: {outcome: An agreement, payoff: gain}
"""
)


def line(include: str, *, more: str = "", options: str = "now: {to: talks}") -> str:
    """Return a file that includes others and leads options to them."""
    node = f"  line:\n    decision: Which?\n    options: {{{options}, never: {{}}}}\n"
    return f"{HEAD}{more}include: {{{include}}}\nnodes:\n{node}"


def read(files: Mapping[str, str], name: str = "line.yaml") -> Source:
    """Read one of the files with all that it includes; there are no circles."""
    source = Source.from_text(files[name], path=name)
    section = source.data.get("include") if source.data is not None else None
    included = {}
    for key, entry in (section or {}).items():
        file = entry.get("file") if isinstance(entry, dict) else None
        if isinstance(file, str):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), file))
            problem = "" if path in files else "there is no such file"
            included[key] = Included(file, None if problem else read(files, path), problem)
    return source.including(included)
