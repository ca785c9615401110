"""Which differences need which others: a new target its node, a new name in a formula its parameter."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from planner.core.change.difference_words import split
from planner.core.change.differences import ORDER, ROOT
from planner.core.change.leaf import REST, Leaf, leaves
from planner.core.change.normal import EDGES, EVERYBODY, INNER
from planner.core.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.core.change.difference_words import Place
    from planner.core.change.differences import Compared, Difference
    from planner.core.change.leaf import Tree

Named = tuple[str, str, str]  # prefix of an included file, kind, id
# Sections whose entries do nothing until something names them.
_CARRYING = frozenset({"nodes", "parameters", "state", "signals", "include", "actors"})


def carries(one: Difference) -> bool:
    """Whether a difference only brings or takes a thing that does nothing unless something else names it."""
    _, at = split(one.at)
    return one.kind in {"added", "removed"} and len(at) == 2 and at[0] in _CARRYING


def requirements(compared: Compared, found: Sequence[Difference]) -> list[set[int]]:
    """Return for each difference the numbers of those that must be made with it.

    What a difference brings may name what another adds; what it takes out may still be named by what another changes.
    """
    brings: dict[Named, int] = {}
    takes: dict[Named, int] = {}
    for at, one in enumerate(found):
        if one.kind in {"added", "removed"}:
            for name in _defines(one.at, at_place(compared.new if one.kind == "added" else compared.old, one.at)):
                (brings if one.kind == "added" else takes)[name] = at
    needs: list[set[int]] = [set() for _ in found]
    for at, one in enumerate(found):
        prefix, inside = split(one.at)
        if inside[-1] == ROOT:
            _root(compared, one, at, (brings, takes), needs)
            continue
        if inside[-1] == ORDER:
            continue
        for name in _names(prefix, inside, at_place(compared.new, one.at)):
            if name in brings and brings[name] != at:
                needs[at].add(brings[name])
        for name in _names(prefix, inside, at_place(compared.old, one.at)):
            if name in takes and takes[name] != at:
                needs[takes[name]].add(at)
    return needs


def _root(
    compared: Compared,
    one: Difference,
    at: int,
    known: tuple[Mapping[Named, int], Mapping[Named, int]],
    needs: list[set[int]],
) -> None:
    prefix, inside = split(one.at)
    for tree, table, brought in ((compared.new, known[0], True), (compared.old, known[1], False)):
        nodes = at_place(tree, (*one.at[: len(one.at) - len(inside)], "nodes"))
        first = next(iter(nodes), None) if isinstance(nodes, dict) else None
        other = table.get((prefix, "node", str(first)))
        if other is not None:
            needs[at if brought else other].add(other if brought else at)


def groups(compared: Compared, found: Sequence[Difference]) -> list[set[int]]:
    """Return sets of differences that only make sense together: probabilities of one node, an order, one file's change.

    Probabilities that `rest` makes up for stand alone.
    """
    together: dict[object, set[int]] = defaultdict(set)
    changed = {one.at for one in found}
    for at, one in enumerate(found):
        prefix, inside = split(one.at)
        if inside[-1] == ORDER:
            together["order", one.at[:-2]].add(at)
        if prefix:
            together["file", _file(compared, one.at), inside, one.before, one.after].add(at)
        if inside[0] != "nodes" or len(inside) < 3:
            continue
        node = one.at[: len(one.at) - len(inside) + 2]
        if (*node, "kind") in changed:
            together["kind", node].add(at)
        is_edge = inside[2] == EDGES and len(inside) == 4 and one.kind in {"added", "removed"}
        is_p = inside[2] == EDGES and len(inside) == 5 and inside[4] == "p"
        if (is_edge or is_p) and not _made_up(compared, node):
            together["p", node].add(at)
    return [each for each in together.values() if len(each) > 1]


def _made_up(compared: Compared, node: Place) -> bool:
    """Whether a branch takes what is left in both texts; options need no probabilities."""
    sides = []
    for tree in (compared.old, compared.new):
        edges = at_place(tree, (*node, EDGES))
        kind = at_place(tree, (*node, "kind"))
        if isinstance(kind, Leaf) and kind.value == "decision":
            return True
        rest = {key for key, edge in edges.items() if _is_rest(edge)} if isinstance(edges, dict) else set()
        sides.append(rest)
    return bool(sides[0] & sides[1])


def _is_rest(edge: object) -> bool:
    p = edge.get("p") if isinstance(edge, dict) else None
    return isinstance(p, Leaf) and p.value == REST


def _file(compared: Compared, at: Place) -> str:
    """Return the path of the included file in which a place stands."""
    source = compared.after
    while len(at) > 3 and at[0] == "include":
        entry = source.included.get(at[1])
        if entry is None or entry.source is None:
            return "/".join(at)
        source, at = entry.source, at[3:]
    return source.path


def at_place(tree: Tree, at: Place) -> Tree | Leaf | None:
    """Return what stands at a place of a tree."""
    found: Tree | Leaf | None = tree
    for part in at:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _defines(at: Place, value: Tree | Leaf | None) -> Iterator[Named]:
    """Yield the names that an entry defines."""
    prefix, inside = split(at)
    if len(inside) == 2:
        kind = {"include": "node", "nodes": "node", "parameters": "name", "state": "name"}.get(inside[0], inside[0])
        yield prefix, kind, inside[1]
    if inside[0] == "nodes" and len(inside) == 2 and isinstance(value, dict):
        edges = value.get(EDGES)
        for edge in edges if isinstance(edges, dict) else ():
            yield prefix, "edge", f"{inside[1]}.{edge}"
    if inside[0] == "nodes" and len(inside) == 4:
        yield prefix, "edge", f"{inside[1]}.{inside[3]}"


def _names(prefix: str, at: Place, value: Tree | Leaf | None) -> Iterator[Named]:
    """Yield the names that are used at a place and below."""
    if isinstance(value, Leaf):
        yield from _in_leaf(prefix, at, value)
    elif value is not None:
        for below, leaf in leaves(value, at):
            if INNER not in below[2:3]:
                yield from _in_leaf(prefix, below, leaf)


def _in_leaf(prefix: str, at: Place, leaf: Leaf) -> Iterator[Named]:
    if isinstance(leaf.value, Expression):
        for name in leaf.value.names:
            yield prefix, "name", name
    said = [str(each) for each in leaf.value] if isinstance(leaf.value, tuple | frozenset) else [str(leaf.value)]
    section, *rest = at
    if section == "actors" and rest[1:2] == ["weights"]:
        yield prefix, "criteria", rest[2]
    elif section == "signals":
        if rest[1:] == ["about"]:
            yield prefix, "node", said[0]
    elif section == "nodes":
        yield from _in_node(prefix, rest, said)


def _in_node(prefix: str, rest: Sequence[str], said: Sequence[str]) -> Iterator[Named]:
    node, key = rest[0], rest[1] if len(rest) > 1 else ""
    if key == "by":
        yield from (("", "actors", each) for each in said)  # actors are those of the including file
    elif key in {"fallback", "resolved"}:
        yield prefix, "edge", f"{node}.{said[0]}"
    elif key == "unseen":
        yield from ((prefix, "node", each) for each in said)
    elif key == "signal":
        yield prefix, "signals", said[0]
    below = list(rest[3:]) if key == EDGES else list(rest[1:])
    if below[:1] == ["to"]:
        yield prefix, "node", said[0]
    elif below[:1] == ["set"] and len(below) > 1:
        yield prefix, "name", below[1]
    elif below[:1] == ["payoff"] and len(below) > 2:
        if below[1] != EVERYBODY:
            yield "", "actors", below[1]
        yield "", "criteria", below[2]
