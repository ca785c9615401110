"""One value of a scenario's text: what it means, how it is written and where; see `planner.core.change.normal`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from planner.core.change.edit import flow
from planner.core.expression import Expression, FormulaError
from planner.core.marks import Map, Seq
from planner.core.num import Num

if TYPE_CHECKING:
    from planner.core.source import Path

REST = "rest"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value: what it means (equal values mean the same), how the text writes it, and where."""

    value: object
    text: str
    path: Path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Leaf) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


Tree = dict[str, Union["Tree", Leaf]]
Read = Callable[[object, "Path"], Tree | Leaf]


def leaves(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Yield every value of a tree with its path there."""
    for key, value in tree.items():
        if isinstance(value, Leaf):
            yield (*path, key), value
        else:
            yield from leaves(value, (*path, key))


# --- one value ----------------------------------------------------------------------------------------------


def written(value: object) -> str:
    """Return a value on one line, as the file writes it."""
    if isinstance(value, Num):
        return value.text
    if isinstance(value, str):
        return " ".join(value.split())
    if value is None:
        return "nothing"
    return flow(value)  # type: ignore[arg-type]


def raw(value: object, path: Path) -> Leaf:
    """Return a value as it is."""
    return Leaf(_frozen(value), written(value), path)


def _frozen(value: object) -> object:
    if isinstance(value, Map):
        return ("map", frozenset((key, _frozen(each)) for key, each in value.items()))
    if isinstance(value, Seq):
        return ("list", tuple(map(_frozen, value)))
    if isinstance(value, bool):
        return ("truth", value)  # which is no number
    return float(value) if isinstance(value, Num) else value


def text(value: object, path: Path) -> Leaf:
    """Return words; white space around them does not count, and a number counts as its digits."""
    if isinstance(value, Num):
        return Leaf(value.text, value.text, path)
    return Leaf(value.strip(), written(value), path) if isinstance(value, str) else raw(value, path)


def number(value: object, path: Path) -> Leaf:
    """Return a plain number."""
    return raw(value, path)


def formula(value: object, path: Path) -> Leaf:
    """Return a number or formula, equal to another that takes the same steps."""
    if isinstance(value, Num):
        return Leaf(Expression.number(value), value.text, path)
    if not isinstance(value, str):
        return raw(value, path)
    try:
        return Leaf(Expression.parse(value), written(value), path)
    except FormulaError:
        return raw(value, path)


def probability(value: object, path: Path) -> Leaf:
    """Return a probability, which may be `rest`."""
    return Leaf(REST, REST, path) if value == REST else formula(value, path)


def items(value: object, path: Path) -> Leaf:
    """Return a list in its order; one thing alone is a list of one."""
    listed = value if isinstance(value, Seq) else [value]
    shown = [written(each) for each in listed]
    return Leaf(tuple(_frozen(each) for each in listed), ", ".join(shown) or "nothing", path)


def members(value: object, path: Path) -> Leaf:
    """Return a list whose order does not count."""
    leaf = items(value, path)
    return Leaf(frozenset(leaf.value) if isinstance(leaf.value, tuple) else leaf.value, leaf.text, path)


def named(made: Tree | Leaf, path: Path) -> Tree | Leaf:
    """Leave out a name that only repeats the id."""
    if isinstance(made, dict):
        drop(made, "name", path[-1])
    return made


def drop(made: Tree, key: str, value: object) -> None:
    """Leave out a key whose value is what it means without it."""
    found = made.get(key)
    if isinstance(found, Leaf) and found.value == value:
        del made[key]
