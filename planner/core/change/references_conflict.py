"""Where the section ``conflict`` names actors, its own options and its own states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.core.change.references import Reference
from planner.core.diagnostics import Span
from planner.core.expression import FormulaError
from planner.core.marks import Map, Seq
from planner.core.num import Num
from planner.core.statement import PATTERN, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.core.change.references import NameKind, Text
    from planner.core.source import Path

HERE: Path = ("conflict",)


def conflict_references(text: Text) -> Iterator[Reference]:
    """Yield every definition and use of a name in the section ``conflict``."""
    conflict = text.section("conflict")
    owners: dict[str, list[str]] = {}
    for key in ("options", "moves", "preferences"):
        for actor in _map(conflict.get(key)):
            yield text.key("actor", actor, (*HERE, key, actor))
    for actor, own in _map(conflict.get("options")).items():
        for option in _map(own):
            owners.setdefault(option, []).append(actor)
            yield text.key("conflict option", f"{actor}.{option}", (*HERE, "options", actor, option), defines=True)
    for key in ("feasible", "infeasible"):
        yield from _statements(text, (*HERE, key), owners)
    yield from _states(text, conflict)
    for actor, wants in _map(conflict.get("preferences")).items():
        path: Path = (*HERE, "preferences", actor)
        yield from _statements(text, (*path, "statements") if isinstance(wants, Map) else path, owners)
        yield from _within(text, (*path, "ranking"))


def _states(text: Text, conflict: Map) -> Iterator[Reference]:
    for state in _map(conflict.get("states")):
        yield text.key("conflict state", state, (*HERE, "states", state), defines=True)
    yield from _within(text, (*HERE, "status_quo"))
    for actor, own in _map(conflict.get("moves")).items():
        for start in _map(own):
            if not PATTERN.match(start):
                yield text.key("conflict state", start, (*HERE, "moves", actor, start))
            yield from _within(text, (*HERE, "moves", actor, start))


def _within(text: Text, path: Path) -> Iterator[Reference]:
    """Yield the states that a value names: one, or those of a list and of lists in it."""
    value = text.at(path)
    if isinstance(value, Seq):
        for place in range(len(value)):
            yield from _within(text, (*path, place))
    elif isinstance(value, Num):
        yield Reference("conflict state", value.text, text.source.span(path), path)
    elif isinstance(value, str) and not PATTERN.match(value):
        yield Reference("conflict state", value, text.inner(path), path)


def _statements(text: Text, path: Path, owners: dict[str, list[str]]) -> Iterator[Reference]:
    value = text.at(path)
    if isinstance(value, Seq):
        for place in range(len(value)):
            yield from _statements(text, (*path, place), owners)
    if not isinstance(value, str):
        return
    try:
        names = names_in(value)
    except FormulaError:
        return
    span = text.inner(path)
    written = text.source.text[span.start : span.end]
    at = 0
    for name, _, _ in names:  # a statement may be folded over lines, but its names stand there in their order
        match = re.compile(rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(?![A-Za-z0-9_.-])").search(written, at)
        if match is None:
            return
        at = match.end()
        actor, dot, option = name.rpartition(".")
        middle = span.start + match.start() + len(actor) + len(dot)
        kind: NameKind = "conflict option"
        if dot:
            yield Reference("actor", actor, Span(middle - len(actor) - 1, middle - 1), path)
            yield Reference(kind, name, Span(middle, span.start + at), path)
        elif len(owners.get(option, ())) == 1:
            yield Reference(kind, f"{owners[option][0]}.{option}", Span(middle, span.start + at), path)


def _map(value: object) -> Map:
    return value if isinstance(value, Map) else Map()
