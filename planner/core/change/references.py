"""Where a scenario's text defines and uses each name: what renaming and removing must know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.core.diagnostics import Span
from planner.core.expression import FormulaError, names_in
from planner.core.marks import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.core.source import Path, Source

NameKind = Literal[
    "node", "edge", "actor", "criterion", "parameter", "state", "future", "signal", "conflict option", "conflict state"
]
SECTIONS: dict[str, NameKind] = {
    "actors": "actor",
    "criteria": "criterion",
    "parameters": "parameter",
    "state": "state",
    "futures": "future",
    "signals": "signal",
    "nodes": "node",
}


_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a name stands. Edges are named ``node.edge``."""

    kind: NameKind
    name: str
    span: Span
    path: Path
    defines: bool = False


def references(source: Source) -> list[Reference]:
    """Return every definition and use of a name, in the order of the sections of the file."""
    if source.data is None:
        return []
    found = list(_Walk(source).run())
    if "conflict" in source.data:
        from planner.core.change.references_conflict import conflict_references

        found += conflict_references(Text(source))
    return found


def listeners(source: Source) -> dict[str, list[str]]:
    """Return the nodes that observe each signal."""
    found: dict[str, list[str]] = {}
    nodes = source.data.get("nodes") if source.data is not None else None
    for name, node in nodes.items() if isinstance(nodes, Map) else ():
        if isinstance(node, Map) and isinstance(node.get("observe"), str):
            found.setdefault(node["observe"], []).append(name)
    return found


class Text:
    """A scenario's text in which names are looked up."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = source.data if source.data is not None else Map()

    def section(self, name: str) -> Map:
        """Return a section of the file, an empty one if it is not there."""
        found = self.data.get(name)
        return found if isinstance(found, Map) else Map()

    def key(self, kind: NameKind, name: str, path: Path, *, defines: bool = False) -> Reference:
        """Return the reference that a key is."""
        return Reference(kind, name, self.source.key_span(path), path, defines)

    def at(self, path: Path) -> object:
        """Return the value under a path, None if there is none."""
        value: object = self.data
        for part in path:
            if isinstance(value, Map) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, Seq) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def inner(self, path: Path) -> Span:
        """Return the place of a text without its quotation marks."""
        span = self.source.span(path)
        quoted = self.source.text[span.start : span.start + 1] in {'"', "'"}
        return Span(span.start + 1, span.end - 1) if quoted else span


class _Walk(Text):
    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.state = set(self.section("state"))
        self.listeners = listeners(source)

    def run(self) -> Iterator[Reference]:
        for section, kind in SECTIONS.items():
            for name in self.section(section):
                yield self.key(kind, name, (section, name), defines=True)
        yield from self.includes()
        for name, actor in self.section("actors").items():
            if isinstance(actor, Map):
                yield from self.keys("criterion", ("actors", name, "weights"))
                yield from self.keys("criterion", ("actors", name, "weight_ranges"))
        for name, parameter in self.section("parameters").items():
            path: Path = ("parameters", name)
            yield from self.formula((*path, "value") if isinstance(parameter, Map) else path)
        rows = self.data.get("correlations")
        for place, row in enumerate(rows if isinstance(rows, Seq) else []):
            for at in range(min(2, len(row)) if isinstance(row, Seq) else 0):
                yield from self.value("parameter", ("correlations", place, at))
        for name in self.section("futures"):
            yield from self.keys("parameter", ("futures", name, "set"), formulas=True)
        for name, signal in self.section("signals").items():
            yield from self.signal(("signals", name), signal)
        for name, node in self.section("nodes").items():
            if isinstance(node, Map):
                yield from self.node(("nodes", name), node)

    # --- one thing ----------------------------------------------------------------------------------------

    def value(self, kind: NameKind, path: Path, *, prefix: str = "") -> Iterator[Reference]:
        value = self.at(path)
        if isinstance(value, str):
            yield Reference(kind, prefix + value, self.inner(path), path)

    def keys(self, kind: NameKind, path: Path, *, formulas: bool = False) -> Iterator[Reference]:
        found = self.at(path)
        for name in found if isinstance(found, Map) else ():
            yield self.key(kind, name, (*path, name))
            if formulas:
                yield from self.formula((*path, name))

    def formula(self, path: Path) -> Iterator[Reference]:
        value = self.at(path)
        if not isinstance(value, str) or value == "rest":
            return
        span = self.inner(path)
        try:
            names = names_in(value)
        except FormulaError:
            return
        text = _ESCAPE.sub(lambda match: " " * len(match[0]), self.source.text[span.start : span.end])
        at = 0
        for name, _, _ in names:  # a formula may be folded over lines, but its names stand there in their order
            match = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])").search(text, at)
            if match is None:
                return
            at = match.end()
            kind: NameKind = "state" if name in self.state else "parameter"
            yield Reference(kind, name, Span(span.start + match.start(), span.start + at), path)

    # --- the parts of the tree ----------------------------------------------------------------------------

    def includes(self) -> Iterator[Reference]:
        for name in self.section("include"):  # edges lead to an include as to a node
            yield self.key("node", name, ("include", name), defines=True)
            changes = self.at(("include", name, "set"))
            for parameter in changes if isinstance(changes, Map) else ():
                yield from self.formula(("include", name, "set", parameter))

    def signal(self, path: Path, signal: object) -> Iterator[Reference]:
        if not isinstance(signal, Map):
            return
        yield from self.value("node", (*path, "about"))
        rows = self.at((*path, "likelihood"))
        for branch, row in rows.items() if isinstance(rows, Map) else ():
            yield self.key("edge", f"{signal.get('about')}.{branch}", (*path, "likelihood", branch))
            for word in row if isinstance(row, Map) else ():
                where = (*path, "likelihood", branch, word)
                for listener in self.listeners.get(str(path[-1]), ()):  # the news is the branch that it leads to
                    yield self.key("edge", f"{listener}.{word}", where)
                yield from self.formula(where)

    def node(self, path: Path, node: Map) -> Iterator[Reference]:
        name = str(path[-1])
        yield from self.value("signal", (*path, "observe"))
        yield from self.value("edge", (*path, "fallback"), prefix=f"{name}.")
        yield from self.value("edge", (*path, "resolved", "branch"), prefix=f"{name}.")
        owners = node.get("by")
        if isinstance(owners, Seq):
            for place in range(len(owners)):
                yield from self.value("actor", (*path, "by", place))
        else:
            yield from self.value("actor", (*path, "by"))
        unseen = node.get("unseen")
        for place in range(len(unseen) if isinstance(unseen, Seq) else 0):
            yield from self.value("node", (*path, "unseen", place))
        yield from self.payoff((*path, "payoff"))
        for section in ("options", "branches"):
            edges = node.get(section)
            for edge, value in edges.items() if isinstance(edges, Map) else ():
                where = (*path, section, edge)
                yield self.key("edge", f"{name}.{edge}", where, defines=True)
                if isinstance(value, Map):
                    yield from self.edge(where)

    def edge(self, path: Path) -> Iterator[Reference]:
        yield from self.value("node", (*path, "to"))
        yield from self.formula((*path, "p"))
        yield from self.formula((*path, "when"))
        yield from self.keys("state", (*path, "set"), formulas=True)
        yield from self.payoff((*path, "payoff"))

    def payoff(self, path: Path) -> Iterator[Reference]:
        value = self.at(path)
        if not isinstance(value, Map):
            yield from self.formula(path)
            return
        actors = self.section("actors")
        for name, amount in value.items():
            yield self.key("actor" if name in actors else "criterion", name, (*path, name))
            if isinstance(amount, Map):
                yield from self.keys("criterion", (*path, name), formulas=True)
            else:
                yield from self.formula((*path, name))
