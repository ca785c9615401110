"""Places of a scenario as people name them on the command line: ``line.engage.payoff.cohesion``, ``title``.

A place is written as the path of its keys with points between them. What everybody would leave out may be left out: an
id alone stands for what it names (``talks_yield`` for ``parameters.talks_yield``), and ``node.edge`` for an option or
branch.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.change.edit import EditError, value_at
from planner.core.change.references import SECTIONS
from planner.core.marks import Map, Seq
from planner.core.model import VALUE
from planner.core.read_nodes import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from planner.core.source import Path, Source

EDGES = ("options", "branches")
_EDGE = "name p when set payoff to signs note"

# What holds which keys, in the order in which people write them.
KEYS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(keys.split())
    for kind, keys in {
        "document": "planner title question summary as_of horizon decide_by likelihood_words tags objective actors"
        " criteria parameters correlations futures state signals include conflict nodes",
        "actor": "name weights weight_ranges risk_tolerance votes minimum note",
        "criterion": "name unit worst best start note",
        "parameter": "name unit value low high distribution source note",
        "future": "name set probability note",
        "signal": "name about likelihood",
        "decision": "decision by rule fallback unseen options note",
        "chance": "chance certainty resolved branches note",
        "observe": "observe name branches note",
        "outcome": "outcome payoff note",
        "option": _EDGE.replace("p ", "", 1),
        "branch": _EDGE,
        "resolved": "branch on source",
        "included": "file set note",
        "conflict": "options feasible infeasible states status_quo moves preferences",
        "conflict option": "name irreversible note",
        "conflict state": "name options note",
        "preference": "statements ranking source note",
    }.items()
}
# What holds entries under ids, and what each entry is.
ENTRIES: Mapping[str, str] = {
    "actors": "actor",
    "criteria": "criterion",
    "parameters": "parameter",
    "futures": "future",
    "state": "number",
    "signals": "signal",
    "nodes": "node",
    "include": "included",
    "foreign": "formula",
    "options": "option",
    "branches": "branch",
    "weights": "number",
    "weight_ranges": "row",
    "overrides": "formula",
    "changes": "formula",
    "likelihood": "news",
    "news": "formula",
    "payoff": "amount",
    "amount": "formula",
    "conflict options": "options of an actor",
    "options of an actor": "conflict option",
    "conflict states": "conflict state",
    "moves": "moves of an actor",
    "moves of an actor": "any",
    "preferences": "preference",
}
LISTS = frozenset({"tags", "correlations", "by", "unseen", "signs", "row"})
NUMBERS = frozenset(
    {
        "planner",
        "risk_tolerance",
        "votes",
        "minimum",
        "worst",
        "best",
        "start",
        "low",
        "high",
        "probability",
        "certainty",
    }
)
FORMULAS = frozenset({"value", "p", "when"})
# Where a new id may be begun by naming it; everywhere else it would more likely be a mistake.
OPEN = frozenset(
    {"state", "signals", "news", "include", "foreign", "options of an actor", "conflict states", "moves of an actor"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the format knows, whether or not something stands there yet.

    ``kind`` says what belongs there: a key of `KEYS` or `ENTRIES`, or number, formula, text, truth, list, item, any.
    """

    path: Path
    kind: str


def resolve(source: Source, text: str) -> Path:
    """Return the path of something that stands in the file.

    Raises:
        EditError: there is no such place, or it could be several.
    """
    place = find(source, text)
    if not source.has(place.path):
        there = next(place.path[:at] for at in reversed(range(len(place.path))) if source.has(place.path[:at]))
        value = value_at(source, there)
        near = _near(str(place.path[len(there)]), value if isinstance(value, Map) else ())
        raise EditError(f"there is no '{text}' in the file", near)
    return place.path


def find(source: Source, text: str) -> Place:
    """Return a place that the format knows; its last keys need not be in the file.

    Raises:
        EditError: the format or the file has no such place, or it could be several.
    """
    words = text.strip().split(".")
    if not all(words):
        raise EditError(f"'{text}' names no place", "write keys with points between them, as in line.engage.payoff")
    starts = _starts(source, words)
    if not starts:
        raise EditError(f"'{words[0]}' is no key of a scenario and no id of this one", _near(words[0], _names(source)))
    found: dict[Path, Place] = {}
    faults: list[EditError] = []
    for start in starts:
        try:
            place = _walk(source, start)
        except EditError as error:
            faults.append(error)
        else:
            found[place.path] = place
    if len(found) > 1:
        ways = " or ".join(f"'{'.'.join(map(str, path))}'" for path in found)
        raise EditError(f"'{text}' could be {len(found)} things", f"write {ways}")
    if not found:
        raise faults[0]
    return next(iter(found.values()))


def shown(path: Path) -> str:
    """Return a path as people write it: ``line.engage.to``, ``parameters.hope.value``, ``title``."""
    if path[:1] == ("nodes",) and len(path) > 1:
        edge = path[2:3] and path[2] in EDGES and len(path) > 3
        path = (path[1], *path[3:]) if edge else path[1:]
    return ".".join(map(str, path))


def kind_at(source: Source, path: Path) -> str:
    """Return what belongs at a path, as `Place.kind` says it."""
    return _walk(source, path).kind


def section(source: Source, *path: str) -> Map:
    """Return the mapping under a path, an empty one where there is none."""
    value: object = source.data
    for part in path:
        value = value.get(part) if isinstance(value, Map) else None
    return value if isinstance(value, Map) else Map()


def edges(source: Source, node: str) -> dict[str, str]:
    """Return the options and branches of a node, each with the key it stands under."""
    return {edge: group for group in EDGES for edge in section(source, "nodes", node, group)}


def keys_of(source: Source, path: Path, kind: str) -> tuple[str, ...]:
    """Return the keys that the format knows in a thing of a kind."""
    if kind != "node":
        return KEYS.get(kind, ())
    node = section(source, *map(str, path))
    kinds = [each for each in (*KINDS, "observe") if each in node]
    return tuple(dict.fromkeys(key for each in kinds or (*KINDS, "observe") for key in KEYS[each]))


# --- the ways a path may be shortened -----------------------------------------------------------------------


def _starts(source: Source, words: Sequence[str]) -> list[Path]:
    """Return every full path that the words may stand for."""
    first, *rest = words
    sections = [name for name in (*SECTIONS, "include") if first in section(source, name)]
    if first in KEYS["document"] and (source.has((first,)) or not sections):
        return [tuple(words)]
    starts: list[Path] = [(name, *words) for name in sections]
    own = edges(source, first)
    if rest and rest[0] in own:
        starts.append(("nodes", first, own[rest[0]], *rest))
    if rest and rest[0] in section(source, "conflict", "options", first):
        starts.append(("conflict", "options", *words))
    return starts


def _names(source: Source) -> list[str]:
    names = [*KEYS["document"], *(name for part in (*SECTIONS, "include") for name in section(source, part))]
    return names + [f"{node}.{edge}" for node in section(source, "nodes") for edge in edges(source, node)]


def _near(word: str, known: Iterable[str]) -> str:
    """Return the help for a word that is not known, or nothing."""
    names = list(known)
    near = difflib.get_close_matches(word, names, 1, 0.6)
    if not near and word:
        near = [name for name in names if name.endswith(f".{word}")][:1]
    return f"did you mean '{near[0]}'?" if near else ""


# --- one step after the other -------------------------------------------------------------------------------


def _walk(source: Source, words: Sequence[str | int]) -> Place:
    place = Place((), "document")
    for word in words:
        place = _step(source, place, str(word))
    return place


def _step(source: Source, place: Place, word: str) -> Place:
    """Go from a place to what stands under one of its keys."""
    kind, path = place.kind, place.path
    keys = keys_of(source, path, kind)
    if word in keys:
        return Place((*path, word), _kind_of_key(kind, word))
    if kind == "node":
        own = edges(source, str(path[-1]))
        if word in own:
            return Place((*path, own[word], word), ENTRIES[own[word]])
        keys = (*keys, *own)
    if keys:
        if kind == "node" and word in {"name", "title"}:
            title = next((each for each in KINDS if each in section(source, *map(str, path))), None)
            if title:
                raise EditError(f"'{shown(path)}' has no key '{word}'", f"its title is '{shown((*path, title))}'")
        what = "the document" if not path else f"'{shown(path)}'"
        raise EditError(f"{what} has no key '{word}'", _near(word, keys) or f"the keys there are {', '.join(keys)}")
    if kind in ENTRIES:
        return _entry(source, place, word)
    value = value_at(source, path) if source.has(path) else None
    if kind in LISTS:
        return _item(place, word, value)
    if isinstance(value, Map) and word in value:
        return Place((*path, word), "any")
    raise EditError(f"'{shown(path)}' has no part '{word}'", "" if kind == "any" else f"it holds one {kind}")


def _kind_of_key(kind: str, key: str) -> str:
    if key == "set":
        return {"future": "overrides", "included": "foreign"}.get(kind, "changes")
    if key == "distribution":
        return "any"
    if kind == "conflict":
        return {"options": "conflict options", "states": "conflict states"}.get(key, key if key in ENTRIES else "any")
    if kind == "preference" and key in {"statements", "ranking"}:
        return "any"
    if key == "irreversible":
        return "truth"
    if kind == "conflict state" and key == "options":
        return "text"
    if key in LISTS or key in ENTRIES or key in {"resolved", "conflict"}:
        return key
    return "number" if key in NUMBERS else "formula" if key in FORMULAS else "text"


def _entry(source: Source, place: Place, word: str) -> Place:
    """Step to what stands under an id."""
    kind, path = place.kind, place.path
    known = _ids(source, place)
    if word not in known and kind not in OPEN:
        what = ENTRIES[kind] if kind in SECTIONS or kind in EDGES else _WHAT[kind]
        raise EditError(f"there is no {what} '{word}'", _near(word, known) or _listed(known, what))
    below = ENTRIES[kind]
    if kind == "payoff" and word not in section(source, "actors"):
        below = "formula"
    return Place((*path, word), below)


_WHAT = {
    "weights": "criterion",
    "weight_ranges": "criterion",
    "overrides": "parameter",
    "changes": "state variable",
    "likelihood": "branch",
    "payoff": "criterion or actor",
    "amount": "criterion",
    **dict.fromkeys(("conflict options", "moves", "preferences"), "actor"),
}


def _listed(known: Collection[str], what: str) -> str:
    return f"known: {', '.join(list(known)[:8])}" if known else f"the file has no {what} yet"


def _ids(source: Source, place: Place) -> list[str]:
    """Return the ids that may stand as keys at a place: those that are there, or what they must refer to."""
    kind, path = place.kind, place.path
    criteria = list(section(source, "criteria")) or [VALUE]
    if kind in {"conflict options", "moves", "preferences"}:
        return list(section(source, "actors"))
    if kind in {"weights", "weight_ranges", "amount"}:
        return criteria
    if kind == "payoff":
        return [*criteria, *section(source, "actors")]
    if kind == "overrides":
        return list(section(source, "parameters"))
    if kind == "changes":
        return list(section(source, "state"))
    if kind == "likelihood":
        return list(edges(source, str(section(source, *map(str, path[:-1])).get("about"))))
    return list(section(source, *map(str, path)))


def _item(place: Place, word: str, value: object) -> Place:
    """Step to an item of a list; one that comes next may be named, too."""
    length = len(value) if isinstance(value, Seq) else 0
    if not word.isdecimal() or int(word) > length:
        raise EditError(f"'{shown(place.path)}' has no item '{word}'", f"items count from 0; there are {length}")
    return Place((*place.path, int(word)), "row" if place.kind == "correlations" else "item")
