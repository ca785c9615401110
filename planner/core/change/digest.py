"""Words for what a scenario says: texts with the same words are the same model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from planner.core.change.difference_words import said
from planner.core.change.differences import whole
from planner.core.change.leaf import Leaf
from planner.core.change.normal import EDGES
from planner.core.expression import Expression

if TYPE_CHECKING:
    from planner.core.change.difference_words import Place
    from planner.core.change.leaf import Tree
    from planner.core.source import Source


class Digests(NamedTuple):
    """Words for what a text says.

    Attributes:
        model: for all of it; equal where `differences` finds none.
        numbers: for all but names, titles, notes and sources; equal where no difference has an effect.
        ids: for which things there are, by their ids; where it differs, one may only have been given another.
    """

    model: str
    numbers: str
    ids: str


def digests(source: Source) -> Digests | None:
    r"""Return words that two texts share if they say the same; None for what cannot be read.

    Layout, comments and the many ways to write one value do not count.

    >>> from planner.core.source import Source
    >>> one = Source.from_text("planner: 1\ntitle: Oil\nparameters: {oil: 0.40}\nnodes: {end: {outcome: End}}")
    >>> same = one.changed("planner: 1 # sure\ntitle: 'Oil'\nparameters: {oil: 0.4}\nnodes: {end: {outcome: End}}")
    >>> named = one.changed(one.text.replace("title: Oil", "title: Gas"))
    >>> [first == second for first, second in zip(digests(one), digests(same))]
    [True, True, True]
    >>> [first == second for first, second in zip(digests(one), digests(named))]
    [False, True, True]
    """
    if source.data is None:
        return None
    nodes = source.data.get("nodes")
    root = next(iter(nodes), "") if isinstance(nodes, Mapping) else ""
    hashes = [sha256(f"{root}\n".encode()) for _ in range(3)]
    for place, value in _entries(whole(source)):
        line = f"{place!r}\t{value or ''}\n".encode("utf-8", "surrogatepass")
        hashes[0].update(line)
        if value is None:
            hashes[2].update(line)
        if value is None or said(place).reach != "words":
            hashes[1].update(line)
    return Digests(*(each.hexdigest() for each in hashes))


def digest(source: Source) -> str | None:
    """Return the word for all that a text says; see `digests`."""
    found = digests(source)
    return found.model if found is not None else None


def _entries(tree: Tree) -> Iterator[tuple[Place, str | None]]:
    """Yield the places of a tree in one order, that of the text where it counts; None where others stand below."""
    stack: list[tuple[Place, Tree | Leaf]] = [((), tree)]
    while stack:
        where, value = stack.pop()
        if isinstance(value, Leaf):
            yield where, _plain(value.value)
            continue
        if where:
            yield where, None
        keys = list(value) if where[-1:] == (EDGES,) or where[:2] == ("conflict", "options") else sorted(value)
        stack += [((*where, key), value[key]) for key in reversed(keys)]


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
