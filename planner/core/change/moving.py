"""Moving edges to other nodes, copying subtrees, and putting a node between an edge and its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.change.adding import add_node, edge_path, known_target, node_of, set_target, target_of
from planner.core.change.edit import EditError, entry_end, rename_key
from planner.core.change.references import references
from planner.core.change.writing import EDGE_KEYS, GROUPS, insert_text, section, together
from planner.core.diagnostics import replace
from planner.core.marks import Map

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.change.draft import Change
    from planner.core.change.edit import Content
    from planner.core.change.references import Reference
    from planner.core.diagnostics import Edit
    from planner.core.source import Path, Source


def move(edge: str, node: str) -> Change:
    """Lead an edge, written as ``node.edge``, to another node."""

    def change(source: Source) -> list[Edit]:
        path = edge_path(source, edge)
        known_target(source, node)
        return [] if target_of(source, path) == node else set_target(source, path, node)

    return change


# --- split ------------------------------------------------------------------------------------------------


def split(edge: str, name: str, content: Mapping[str, Content], edges: Mapping[str, Mapping[str, Content]]) -> Change:
    """Put a new chance or decision between an edge and its target.

    Args:
        edge: the edge, written as ``node.edge``.
        name: the id of the new node.
        content: the new node without its options or branches.
        edges: these. They lead to the edge's old target unless they have a ``to``; an empty ``to`` ends the path.
    """

    def steps(source: Source) -> list[Change]:
        path = edge_path(source, edge)
        old = target_of(source, path)
        group = "options" if "decision" in content else "branches"
        node = {**content, group: {each: _with_target(value, old) for each, value in edges.items()}}
        return [add_node(name, node, after=str(path[1])), move(edge, name)]

    return together(steps)


def _with_target(edge: Mapping[str, Content], target: str | None) -> dict[str, Content]:
    """Return an option or branch with ``to`` at its place among the keys."""
    to = edge.get("to", target)
    keys = [key for key in EDGE_KEYS if key in edge or key == "to"]
    return {key: to if key == "to" else edge[key] for key in keys if key != "to" or to}


# --- copy -------------------------------------------------------------------------------------------------


def copy(node: str, new: str, *, share_outcomes: bool = False) -> Change:
    """Copy a node and everything that follows from it under fresh ids.

    Shared nodes inside are copied once, and what the copies refer to follows. A signal that is about a copied node and
    observed at another is copied, too.

    Args:
        node: the node to copy.
        new: the id of its copy. The others take the same ending (`talks` to `talks-late` makes `answer-late`), or a
            number where `new` does not begin with `node`.
        share_outcomes: let the copies lead to the same outcomes.
    """

    def change(source: Source) -> list[Edit]:
        node_of(source, node)
        nodes = section(source, "nodes")
        if new in nodes:
            raise EditError(f"there is a node '{new}' already")
        inside = following(nodes, node)
        if share_outcomes:
            inside = [each for each in inside if each == node or "outcome" not in nodes[each]]
        ending = new.removeprefix(node) if new.startswith(node) else ""
        ids = {node: new, **_fresh([each for each in inside if each != node], {*nodes, new}, ending)}
        heard = _signals(source, set(inside))
        fresh = {"node": ids, "signal": _fresh(heard, set(section(source, "signals")), ending)}
        return _copies(source, [("signals", each) for each in heard] + [("nodes", each) for each in inside], fresh)

    return change


def following(nodes: Map, start: str) -> list[str]:
    """Return a node and all that can be reached from it, in the order of the file."""
    seen, stack = {start}, [start]
    while stack:
        node = nodes[stack.pop()]
        for group in GROUPS:
            edges = node.get(group) if isinstance(node, Map) else None
            for edge in edges.values() if isinstance(edges, Map) else ():
                to = edge.get("to") if isinstance(edge, Map) else None
                if isinstance(to, str) and to in nodes and to not in seen:
                    seen.add(to)
                    stack.append(to)
    return [each for each in nodes if each in seen]


def _fresh(names: Sequence[str], taken: set[str], ending: str) -> dict[str, str]:
    """Give each name a new one that nothing has."""
    made: dict[str, str] = {}
    used = set(taken)
    for name in names:
        wanted = f"{name}{ending}" if ending else f"{name}-2"
        number = 2 if ending else 3
        while wanted in used:
            wanted, number = f"{name}-{number}", number + 1
        used.add(wanted)
        made[name] = wanted
    return made


def _signals(source: Source, inside: set[str]) -> list[str]:
    """Return the signals about a node of the subtree that are observed in it."""
    nodes = section(source, "nodes")
    observed = {nodes[each].get("observe") for each in inside if isinstance(nodes[each], Map)}
    signals = section(source, "signals")
    return [
        name
        for name, each in signals.items()
        if name in observed and isinstance(each, Map) and each.get("about") in inside
    ]


def _copies(source: Source, paths: Sequence[tuple[str, str]], fresh: Mapping[str, Mapping[str, str]]) -> list[Edit]:
    """Write entries once more under fresh names; the names in them that were copied, too, follow."""
    uses: dict[Path, list[Reference]] = {}
    for use in references(source):
        if not use.defines and use.name in fresh.get(use.kind, ()):
            uses.setdefault(use.path[:2], []).append(use)
    edits: list[Edit] = []
    for path in paths:
        start, stop = source.key_span(path).start, entry_end(source, path)
        new = fresh["node" if path[0] == "nodes" else "signal"][path[1]]
        inside: list[Edit] = [(0, source.key_span(path).end - start, rename_key(source, path, new)[0][2])]
        inside += [
            (use.span.start - start, use.span.end - start, fresh[use.kind][use.name]) for use in uses.get(path, [])
        ]
        text = replace(source.text[start:stop], inside)
        edits += insert_text(source, path[:1], text, after=_last(source, path))
    return edits


def _last(source: Source, path: tuple[str, str]) -> str:
    """Return the entry behind which a copy goes: that of an outcome to the end, of another node before the outcomes."""
    entries = section(source, path[0])
    if path[0] == "signals" or "outcome" in entries[path[1]]:
        return list(entries)[-1]
    return [name for name, node in entries.items() if isinstance(node, Map) and "outcome" not in node][-1]
