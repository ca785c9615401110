"""One word for all that a scenario says: texts with the same word are the same model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from planner.core.change.differences import whole
from planner.core.change.leaf import Leaf
from planner.core.change.normal import EDGES
from planner.core.expression import Expression

if TYPE_CHECKING:
    from planner.core.change.leaf import Tree
    from planner.core.source import Source


def digest(source: Source) -> str | None:
    r"""Return a word that two texts share if `differences` finds none between them; None for what cannot be read.

    Layout, comments and the many ways to write one value do not count, names and notes do.

    >>> from planner.core.source import Source
    >>> one = Source.from_text("planner: 1\ntitle: Oil\nparameters: {oil: 0.40}\nnodes: {end: {outcome: End}}")
    >>> other = one.changed("planner: 1 # sure\ntitle: 'Oil'\nparameters: {oil: 0.4}\nnodes: {end: {outcome: End}}")
    >>> digest(one) == digest(other), digest(one) == digest(one.changed(one.text.replace("0.40", "0.5")))
    (True, False)
    """
    if source.data is None:
        return None
    found = sha256()
    nodes = source.data.get("nodes")
    root = next(iter(nodes), "") if isinstance(nodes, Mapping) else ""
    found.update(f"{root}\n".encode())
    for line in _lines(whole(source), ()):
        found.update(line.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _lines(tree: Tree, at: tuple[str, ...]) -> list[str]:
    """Return the values of a tree in one order, that of the text where it counts."""
    lines = []
    stack: list[tuple[tuple[str, ...], Tree | Leaf]] = [(at, tree)]
    while stack:
        where, value = stack.pop()
        if isinstance(value, Leaf):
            lines.append(f"{where!r}\t{_plain(value.value)}\n")
            continue
        lines.append(f"{where!r}\n")
        keys = list(value) if where[-1:] == (EDGES,) or where[:2] == ("conflict", "options") else sorted(value)
        stack += [((*where, key), value[key]) for key in reversed(keys)]
    return lines


def _plain(value: object) -> str:
    """Return a value as text, the same for equal values."""
    if isinstance(value, Expression):
        return f"formula{value.program!r}"
    if isinstance(value, frozenset):
        return f"set{sorted(map(_plain, value))!r}"
    if isinstance(value, tuple):
        return f"list{[*map(_plain, value)]!r}"
    if is_dataclass(value):
        return f"{type(value).__name__}{[_plain(getattr(value, each.name)) for each in fields(value)]!r}"
    return repr(value)
