"""What a difference is called and where it stands, in the words of the file and of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from planner.core.change.normal import EDGES, EVERYBODY, INNER
from planner.core.model import VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.change.references import NameKind

Reach = Literal["values", "ranges", "words"]
Place = tuple[str, ...]

KINDS: Mapping[NameKind, str] = {"edge": "option or branch", "state": "state variable"}
_ENTRIES = {
    "actors": "actor",
    "criteria": "criterion",
    "parameters": "parameter",
    "futures": "future",
    "state": "state variable",
    "signals": "signal",
    "include": "include",
    "nodes": "node",
}
_WORDS = frozenset({"name", "title", "note", "source", "unit", "signs", "question", "summary", "tags"})
_CALLED = {
    "risk_tolerance": "risk tolerance",
    "weights": "weight",
    "weight_ranges": "range of a weight",
    "low": "low end",
    "high": "high end",
    "p": "probability",
    "to": "target",
    "when": "condition",
    "set": "change of state",
    "by": "deciders",
    "signs": "signs",
    "as_of": "date",
    "decide_by": "deadline",
    "likelihood_words": "likelihood words",
    "status_quo": "status quo",
    "worst": "scale",
    "best": "scale",
    "kind": "kind of node",
}
_RANGES = frozenset({"low", "high", "distribution", "weight_ranges", "minimum", "certainty"})


class Said(NamedTuple):
    """What is different, where, and what hangs on it."""

    what: str
    place: str
    reach: Reach


def split(at: Place) -> tuple[str, Place]:
    """Return the prefix of an included file's names, such as ``talks/``, and the place in that file."""
    prefix = ""
    while len(at) > 3 and at[0] == "include" and at[2] == INNER:
        prefix += f"{at[1]}/"
        at = at[3:]
    return prefix, at


def said(at: Place, *, word: str = "branch", sole: bool = False) -> Said:
    """Return the words for a place in the tree of what a text says.

    Args:
        at: the place.
        word: what the edges of its node are called.
        sole: whether the file names no criteria, so that a payoff is one number.
    """
    prefix, inside = split(at)
    found = _said(inside, word, sole=sole)
    return found if not prefix else Said(found.what, _prefixed(prefix, found.place), found.reach)


def _prefixed(prefix: str, place: str) -> str:
    section, dot, rest = place.partition(".")
    return f"{section}.{prefix}{rest}" if dot and section in {*_ENTRIES, "correlations"} else prefix + place


def _said(at: Place, word: str, *, sole: bool) -> Said:
    section, *rest = at
    if not rest:
        what = _CALLED.get(section, section.replace("_", " "))
        return Said(what, section, "values" if section in {"objective", "root"} else "words")
    if section == "nodes":
        return _of_node(at, word, sole=sole)
    if section == "parameters":
        key = rest[1] if len(rest) > 1 else "value"
        place = rest[0] if key == "value" else f"{rest[0]}.{key}"
        return Said("parameter" if key == "value" else _called(key), place, _reach(key))
    place = ".".join(at)
    if section == "correlations":
        return Said("correlation", place, "ranges")
    if section == "conflict":
        return _of_conflict(at)
    if section == "futures":
        return Said("future" if len(rest) == 1 or rest[1] != "name" else "name", place, _in_future(rest))
    if len(rest) == 1 or section == "state":
        return Said(_ENTRIES.get(section, section), place, "values")
    key = rest[1]
    if section == "include" and key in {"file", "set"}:
        return Said("included file" if key == "file" else "parameter of an include", place, "values")
    return Said(_called(key), place, _reach(key))


def _in_future(rest: list[str]) -> Reach:
    return "words" if len(rest) > 1 and rest[1] in _WORDS else "ranges"


def _called(key: str) -> str:
    return _CALLED.get(key, key.replace("_", " "))


def _reach(key: str) -> Reach:
    return "words" if key in _WORDS else "ranges" if key in _RANGES else "values"


def _of_node(at: Place, word: str, *, sole: bool) -> Said:
    node, *rest = at[1:]
    if not rest:
        return Said("node", node, "values")
    if rest[0] == EDGES and len(rest) > 1:
        place, rest = f"{node}.{rest[1]}", rest[2:]
        if not rest:
            return Said(word, place, "values")
    else:
        place = node
    key = rest[0]
    if key == "payoff":
        parts = [part for part in rest[1:] if part != EVERYBODY]
        parts = parts[:-1] if sole and parts[-1:] == [VALUE] else parts
        return Said("payoff", ".".join([place, "payoff", *parts]), "values")
    if key == "resolved":
        what = "what happened"
        return Said(what, ".".join([place, *rest]), "values" if rest[1:] in ([], ["branch"]) else "words")
    if key == "title":
        return Said("title", place, "words")
    return Said(_called(key), ".".join([place, *rest]), _reach(key))


_CONFLICT = {"options": "option in the conflict", "states": "state of the conflict", "moves": "moves",
             "preferences": "preference", "feasible": "statement", "infeasible": "statement"}  # fmt: skip


def _of_conflict(at: Place) -> Said:
    key = at[1]
    last = at[-1]
    if last in {"name", "note", "source"} and len(at) > 3:
        return Said(last, ".".join(at), "words")
    return Said(_CONFLICT.get(key, _called(key)), ".".join(at), "ranges")
