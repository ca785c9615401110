"""What the section ``conflict`` of a text says, whatever way it is written; see `planner.core.change.normal`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.change.leaf import Leaf, Tree, drop, items, named, raw, text, written
from planner.core.expression import FormulaError
from planner.core.marks import Map, Seq
from planner.core.num import Num
from planner.core.statement import PATTERN, Statement, letters_of

if TYPE_CHECKING:
    from planner.core.change.leaf import Read
    from planner.core.source import Path


def normal_conflict(value: object, path: Path) -> Tree | Leaf:
    """Return what the section says."""
    if value is None:
        return {}
    if not isinstance(value, Map):
        return raw(value, path)
    has_options = bool(value.get("options"))
    known: dict[str, Read] = {
        "options": lambda each, where: _entries(each, where, lambda own, at: _entries(own, at, _option)),
        "feasible": statements,
        "infeasible": statements,
        "states": lambda each, where: _entries(
            each, where, lambda one, at: _state(one, at, has_options=has_options), digits=True
        ),
        "status_quo": state,
        "moves": lambda each, where: _entries(each, where, lambda own, at: _entries(own, at, states, digits=True)),
        "preferences": lambda each, where: _entries(each, where, _preference),
    }
    return {key: known.get(key, raw)(each, (*path, key)) for key, each in value.items()}


def _entries(value: object, path: Path, read: Read, *, digits: bool = False) -> Tree | Leaf:
    if value is None:
        return {}
    if not isinstance(value, Map):
        return raw(value, path)
    return {_key(key) if digits else key: read(each, (*path, key)) for key, each in value.items()}


def _key(key: str) -> str:
    """Return a state that stands as a key: spaces between the letters of a pattern do not count."""
    return letters_of(key) if PATTERN.match(key) else key


def _option(value: object, path: Path) -> Tree | Leaf:
    if value is None:
        return {}
    if not isinstance(value, Map):
        return named({"name": text(value, path)}, path)
    made: Tree = {}
    for key, each in value.items():
        where = (*path, key)
        if key == "irreversible" and isinstance(each, bool):
            each = "taken" if each else "no"  # noqa: PLW2901 - true is another word for taken
        made[key] = text(each, where) if key in {"name", "note", "irreversible"} else raw(each, where)
    drop(made, "irreversible", "no")
    return named(made, path)


def _state(value: object, path: Path, *, has_options: bool) -> Tree | Leaf:
    if value is None:
        return {}
    if not isinstance(value, Map):
        return {"options" if has_options else "name": state(value, path) if has_options else text(value, path)}
    return {key: _in_state(key, each, (*path, key)) for key, each in value.items()}


def _in_state(key: str, value: object, path: Path) -> Leaf:
    return (
        state(value, path) if key == "options" else text(value, path) if key in {"name", "note"} else raw(value, path)
    )


def state(value: object, path: Path) -> Leaf:
    """Return a state: its number, its name, or a pattern of options."""
    if isinstance(value, Num):
        return Leaf(value.text, value.text, path)
    return Leaf(_key(value), written(value), path) if isinstance(value, str) else raw(value, path)


def states(value: object, path: Path) -> Leaf:
    """Return one state or a list of them; lists in it are states that are equally good."""
    listed = value if isinstance(value, Seq) else [value]
    parts = [
        frozenset(state(each, path).value for each in part) if isinstance(part, Seq) else state(part, path).value
        for part in listed
    ]
    return Leaf(tuple(parts), items(value, path).text, path)


def statements(value: object, path: Path) -> Leaf:
    """Return one statement or a list of them, each equal to another that says the same in the same words."""
    listed = value if isinstance(value, Seq) else [value]
    return Leaf(tuple(_statement(each, path) for each in listed), items(value, path).text, path)


def _statement(value: object, path: Path) -> object:
    if not isinstance(value, str):
        return raw(value, path).value
    if PATTERN.match(value):
        return letters_of(value)
    try:
        return Statement.parse(value)
    except FormulaError:
        return " ".join(value.split())


def _preference(value: object, path: Path) -> Tree | Leaf:
    if not isinstance(value, Map):
        return {"statements": statements(value, path)}
    known: dict[str, Read] = {"statements": statements, "ranking": states, "source": text, "note": text}
    return {key: known.get(key, raw)(each, (*path, key)) for key, each in value.items()}
