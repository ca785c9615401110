"""Older texts of a scenario in the names that its newest text uses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from planner.core.change.differences import compared, whole
from planner.core.change.leaf import Leaf
from planner.core.change.matching import renamed
from planner.core.change.normal import EDGES, INNER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.core.change.leaf import Tree
    from planner.core.change.matching import Name
    from planner.core.source import Source

Place = tuple[str, ...]
IDS = frozenset({"nodes", "parameters", "actors", "criteria", "state", "signals", "futures", "include"})


@dataclass(frozen=True)
class View:
    """One text, in the names of another.

    Attributes:
        source: the text with its names changed.
        steps: the renames that were made for it, in their order.
    """

    source: Source
    steps: tuple[Mapping[str, Mapping[Name, str]], ...] = field(default=(), repr=False)

    @cached_property
    def tree(self) -> Tree:
        """What the text and all that it includes say."""
        return whole(self.source)

    @cached_property
    def values(self) -> dict[Place, Leaf]:
        """Every value with its place; a thing without any counts as one without words."""
        return dict(values(self.tree))

    @cached_property
    def ids(self) -> frozenset[Place]:
        """Where things with an id of their own stand."""
        return frozenset(_ids(self.tree))

    def of(self, older: Source) -> View:
        """Return an older text in the same names: those known to have changed since, and those that changed here."""
        for step in self.steps:
            older = translated(older, step)
        view = View(older, self.steps)
        if self.ids - view.ids and view.ids - self.ids:
            found = compared(older, self.source).renames
            if found:
                view = View(translated(older, found), (*self.steps, found))
        return view


def translated(source: Source, renames: Mapping[str, Mapping[Name, str]], prefix: str = "") -> Source:
    """Return a text and all that it includes under other names, those of included files under their prefix."""
    own = renames.get(prefix, {})
    made = renamed(source, own)
    if not source.included:
        return made
    included = {}
    for name, entry in source.included.items():
        new = own.get(("node", name), name)
        inner = entry.source and translated(entry.source, renames, f"{prefix}{new}/")
        included[new] = replace(entry, source=inner)
    return made.including(included)


def values(tree: Tree) -> Iterator[tuple[Place, Leaf]]:
    """Yield every value of a tree with its place, in the order of the text."""
    stack: list[tuple[Place, Tree | Leaf]] = [((), tree)]
    while stack:
        at, found = stack.pop()
        if isinstance(found, Leaf):
            if not _made_up(at, found):
                yield at, found
        elif found:
            stack += [((*at, key), found[key]) for key in reversed(found)]
        elif _is_thing(at):
            yield at, Leaf("", "", ())


def _made_up(at: Place, leaf: Leaf) -> bool:
    """Whether no text says this: the kind of a node, and deciders that the format names where the file does not."""
    return bool(leaf.path) and leaf.path[0] == "nodes" and len(leaf.path) == 2 and at[-1] in {"kind", "by"}


def _inside(at: Place) -> Place:
    while len(at) > 3 and at[0] == "include" and at[2] == INNER:
        at = at[3:]
    return at


def _is_thing(at: Place) -> bool:
    inside = _inside(at)
    return (len(inside) == 2 and inside[0] in IDS) or (len(inside) == 4 and inside[0] == "nodes" and inside[2] == EDGES)


def _ids(tree: Tree) -> Iterator[Place]:
    for section, entries in tree.items():
        if section not in IDS or not isinstance(entries, dict):
            continue
        for name, body in entries.items():
            yield section, name
            if not isinstance(body, dict):
                continue
            edges = body.get(EDGES)
            if section == "nodes" and isinstance(edges, dict):
                yield from ((section, name, edge) for edge in edges)
            inner = body.get(INNER)
            if section == "include" and isinstance(inner, dict):
                yield from ((section, name, *more) for more in _ids(inner))
