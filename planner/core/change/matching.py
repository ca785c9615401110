"""Which things of one text are things of another under a new id: renames, found by content and by use.

An id that both texts have is the same thing. What is gone is compared with what is new of its kind: by what it holds
(names in words, numbers, where it leads) and by where it stands in formulas, payoffs and as a target. Names inside are
compared as well as they are known so far, so that things which were renamed together are found together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from planner.core.change.leaf import Leaf, leaves
from planner.core.change.normal import EDGES, normal
from planner.core.change.references import SECTIONS, NameKind, references
from planner.core.diagnostics import replace
from planner.core.expression import Expression
from planner.core.marks import Map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from planner.core.change.leaf import Tree
    from planner.core.change.references import Reference
    from planner.core.diagnostics import Edit
    from planner.core.source import Path, Source

Name = tuple[NameKind, str]
Renames = Mapping[Name, str]  # kind and id in the first text -> id in the second; edges as ``node.edge``

LEAST = 0.5  # how much two things must have in common
LEAST_CONTENT = 0.3
COMMON = 60  # a feature that more new things have tells nothing
ROUNDS = 6
# How much a value tells about what a thing is; a number in the same place counts a little whatever it is.
TELLING = {"title": 3.0, "name": 3.0, "to": 2.0, "note": 1.0, "source": 0.5, "distribution": 0.5, "unit": 0.5,
           "kind": 0.5, "by": 0.5, "rule": 0.5}  # fmt: skip
IN_PLACE = 0.4
KNOWN_BY_HALF = 0.5  # a value that names something whose match is not known yet
STAR, OPEN = "*", "?"


def renames(before: Source, after: Source) -> dict[Name, str]:
    """Return what has another id in the second text, without what both texts have.

    Names that must change together (the branches that observe one signal) are all there.
    """
    found: dict[Name, str] = {}
    if ids(before) == ids(after):
        return found
    old, new = _Side(before), _Side(after)
    kinds = [kind for kind in new.defined if old.defined.get(kind)]
    if not any(_gone(old, new, kind, found) for kind in kinds):
        return found
    for _ in range(ROUNDS):
        more = dict(_round(old, new, kinds, found))
        found.update(more)
        if not more:
            break
    return found


def ids(source: Source) -> set[tuple[str, ...]]:
    """Return everything that a text gives an id, each by its place."""
    data = source.data if source.data is not None else {}
    found: set[tuple[str, ...]] = set()
    for section in (*SECTIONS, "include"):
        found.update((section, name) for name in _map(data.get(section)))
    for name, node in _map(data.get("nodes")).items():
        for group in ("options", "branches"):
            found.update(("nodes", name, edge) for edge in _map(_map(node).get(group)))
    conflict = _map(data.get("conflict"))
    found.update(("conflict", "states", state) for state in _map(conflict.get("states")))
    for actor, own in _map(conflict.get("options")).items():
        found.update(("conflict", actor, option) for option in _map(own))
    return found


def _map(value: object) -> Map:
    return value if isinstance(value, Map) else Map()


def renamed(source: Source, names: Renames) -> Source:
    """Return the text with things under other ids everywhere, all at once, so that ids may change places."""
    if not names:
        return source
    edits: set[Edit] = set()
    for use in references(source):
        new = names.get((use.kind, use.name))
        if new is not None:
            edits.add(_edit(source, use, new.rpartition(".")[2] if use.kind in _DOTTED else new))
    made = type(source).from_text(replace(source.text, sorted(edits)), path=source.path)
    return made.including(source.included)


_DOTTED = frozenset({"edge", "conflict option"})


def _edit(source: Source, use: Reference, name: str) -> Edit:
    start, end = use.span.start, use.span.end
    quoted = source.text[start : start + 1] in {'"', "'"}
    return (start + 1, end - 1, name) if quoted else (start, end, name)


# --- what is known of one text --------------------------------------------------------------------------------


@dataclass
class _Side:
    """One text: what it defines, and what is written where."""

    source: Source
    tree: Tree = field(init=False)
    defined: dict[NameKind, dict[str, None]] = field(init=False)
    keys: dict[Path, Name] = field(init=False)
    values: dict[Path, list[Name]] = field(init=False)

    def __post_init__(self) -> None:
        self.tree = normal(self.source)
        self.defined, self.keys, self.values = {}, {}, defaultdict(list)
        for use in references(self.source):
            if use.defines:
                self.defined.setdefault(use.kind, {})[use.name] = None
            is_key = bool(use.path) and use.path[-1] == use.name.rpartition(".")[2] and self._at_key(use)
            if is_key:
                self.keys.setdefault(use.path, (use.kind, use.name))
            else:
                self.values[use.path].append((use.kind, use.name))

    def _at_key(self, use: Reference) -> bool:
        return isinstance(use.path[-1], str) and use.span.start <= self.source.key_span(use.path).start + 1

    def features(self, known: Mapping[Name, object]) -> dict[Name, _Features]:
        """Return for every thing what it holds and where it is used, other names as far as they are known."""
        found: dict[Name, _Features] = defaultdict(_Features)
        for _, leaf in leaves(self.tree):
            steps = [self.keys.get(leaf.path[: length + 1]) for length in range(len(leaf.path))]
            inside = [name for name in steps if name is not None]
            for name in dict.fromkeys([*inside, *self.values.get(leaf.path, ())]):
                self._add(found[name], name, steps, leaf, known)
        return found

    def _add(
        self,
        features: _Features,
        name: Name,
        steps: Sequence[Name | None],
        leaf: Leaf,
        known: Mapping[Name, object],
    ) -> None:
        path = leaf.path
        at = next((place for place, step in enumerate(steps) if step == name), None)
        holds = at is not None and (at, path[0]) in _OWN.get(name[0], ())
        start = at + 1 if at is not None and holds else 0
        place = tuple(
            _shown(step, name, known) if step is not None else _PLAIN.get(str(part), part)
            for step, part in zip(steps[start:], path[start:], strict=True)
        )
        value, sure = self._value(leaf, name, known)
        key = str(path[-1])
        weight = TELLING.get(_KINDS.get(key, key), 1.0) if holds else 1.0
        bag = features.holds if holds else features.uses
        rest = IN_PLACE if not holds or isinstance(leaf.value, float | Expression) else 0.0
        bag[place, value] = bag.get((place, value), 0.0) + weight * (1 - rest) * (1.0 if sure else KNOWN_BY_HALF)
        if rest:
            bag[place, STAR] = bag.get((place, STAR), 0.0) + weight * rest

    def _value(self, leaf: Leaf, name: Name, known: Mapping[Name, object]) -> tuple[object, bool]:
        """Return what a value says with the names in it as they are known, and whether all of them are."""
        names = self.values.get(leaf.path)
        if not names:
            return leaf.value, True
        said = {each[1].rpartition(".")[2]: _shown(each, name, known) for each in names}
        sure = all(shown[1] != OPEN for shown in said.values())
        if isinstance(leaf.value, Expression):
            program = [
                (code, said.get(detail, detail)) if code == "name" else (code, detail)
                for code, detail in leaf.value.program
            ]
            return tuple(program), sure
        if isinstance(leaf.value, tuple):
            return tuple(said.get(str(each), each) for each in leaf.value), sure
        return (tuple(said.values()), sure)


_PLAIN = {"options": EDGES, "branches": EDGES}
_KINDS = {"decision": "title", "chance": "title", "outcome": "title"}
# Where a thing of a kind stands with all that it holds: (how deep its id is, section).
_OWN: Mapping[str, frozenset[tuple[int, str]]] = {
    "node": frozenset({(1, "nodes"), (1, "include")}),
    "edge": frozenset({(3, "nodes")}),
    "actor": frozenset({(1, "actors")}),
    "criterion": frozenset({(1, "criteria")}),
    "parameter": frozenset({(1, "parameters")}),
    "state": frozenset({(1, "state")}),
    "future": frozenset({(1, "futures")}),
    "signal": frozenset({(1, "signals")}),
    "conflict option": frozenset({(3, "conflict")}),
    "conflict state": frozenset({(2, "conflict")}),
}


@dataclass
class _Features:
    """What a thing holds, and where it is used: each feature with its weight."""

    holds: dict[object, float] = field(default_factory=dict)
    uses: dict[object, float] = field(default_factory=dict)

    @cached_property
    def held(self) -> float:
        """The weight of what it holds."""
        return sum(self.holds.values())

    @cached_property
    def used(self) -> float:
        """The weight of its uses."""
        return sum(self.uses.values())


def _shown(step: Name, name: Name, known: Mapping[Name, object]) -> tuple[str, object]:
    """Return a name as it can be compared: the thing in question, what it is in both texts, or not known yet."""
    return step[0], STAR if step == name else known.get(step, OPEN)


# --- one round ------------------------------------------------------------------------------------------------


def _gone(old: _Side, new: _Side, kind: NameKind, found: Renames) -> list[str]:
    there = new.defined.get(kind, {})
    return [
        name for name in old.defined.get(kind, {}) if (kind, name) not in found and not _stays(kind, name, there, found)
    ]


def _stays(kind: NameKind, name: str, there: Mapping[str, None], found: Renames) -> bool:
    return _translated(kind, name, found) in there


def _translated(kind: NameKind, name: str, found: Renames) -> str:
    """Return an id in the second text as far as it is known: an edge's node may have another id there."""
    direct = found.get((kind, name))
    if direct is not None:
        return direct
    if kind == "edge":
        node, _, edge = name.rpartition(".")
        return f"{found.get(('node', node), node)}.{edge}"
    if kind == "conflict option":
        actor, _, option = name.rpartition(".")
        return f"{found.get(('actor', actor), actor)}.{option}"
    return name


def _round(old: _Side, new: _Side, kinds: Iterable[NameKind], found: Renames) -> Iterator[tuple[Name, str]]:
    """Yield the renames that can be told now."""
    common_old: dict[Name, object] = {}
    common_new: dict[Name, object] = {}
    for kind, names in old.defined.items():
        there = new.defined.get(kind, {})
        for name in names:
            meant = _translated(kind, name, found)
            if meant in there:
                common_old[kind, name] = common_new[kind, meant] = meant
    old_features: dict[Name, _Features] | None = None
    new_features: dict[Name, _Features] = {}
    for kind in kinds:
        gone = [name for name in old.defined[kind] if (kind, name) not in common_old]
        fresh = [name for name in new.defined[kind] if (kind, name) not in common_new]
        if not gone or not fresh:
            continue
        if old_features is None:
            old_features, new_features = old.features(common_old), new.features(common_new)
        pairs = _pairs(kind, gone, fresh, old_features, new_features, found)
        yield from (((kind, one), other) for one, other in pairs)


def _pairs(
    kind: NameKind,
    gone: Sequence[str],
    fresh: Sequence[str],
    old: Mapping[Name, _Features],
    new: Mapping[Name, _Features],
    found: Renames,
) -> list[tuple[str, str]]:
    """Return the pairs that have most in common, the surest first, each thing in one pair at most."""
    empty = _Features()
    scored: list[tuple[float, float, int, int]] = []
    candidates = _candidates(kind, gone, fresh, old, new, found)
    for place, one in enumerate(gone):
        for other_place in candidates[place]:
            other = fresh[other_place]
            first, second = old.get((kind, one), empty), new.get((kind, other), empty)
            if _alike(first, second, 1.0) < LEAST:
                continue  # however near the ids are
            near = SequenceMatcher(None, one, other, autojunk=False).ratio()
            score = _alike(first, second, near)
            if score >= LEAST:
                scored.append((-round(score, 6), -near, place, other_place))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    made = []
    for _, _, place, other_place in sorted(scored):
        if place in taken_old or other_place in taken_new:
            continue
        taken_old.add(place)
        taken_new.add(other_place)
        made.append((gone[place], fresh[other_place]))
    return made


def _candidates(
    kind: NameKind,
    gone: Sequence[str],
    fresh: Sequence[str],
    old: Mapping[Name, _Features],
    new: Mapping[Name, _Features],
    found: Renames,
) -> list[list[int]]:
    """Return for each thing that is gone the new ones worth a look: those that share something that few have."""
    if kind in _DOTTED:  # an edge stays at its node
        homes: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(fresh):
            homes[name.rpartition(".")[0]].append(place)
        return [homes.get(_translated(kind, name, found).rpartition(".")[0], []) for name in gone]
    if len(gone) * len(fresh) <= COMMON**2:
        return [list(range(len(fresh)))] * len(gone)
    empty = _Features()
    having: dict[object, list[int]] = defaultdict(list)
    for place, name in enumerate(fresh):
        features = new.get((kind, name), empty)
        for feature in (*features.holds, *features.uses):
            having[feature].append(place)
    result = []
    for name in gone:
        features = old.get((kind, name), empty)
        shared = [having.get(feature, []) for feature in (*features.holds, *features.uses)]
        result.append(sorted({place for places in shared if len(places) <= COMMON for place in places}))
    return result


def _alike(first: _Features, second: _Features, near: float) -> float:
    """Return how much two things have in common, from 0 to 1."""
    close = near if near >= 0.6 else 0.0
    total = first.held + second.held
    holds, uses = _share(first.holds, second.holds, total), _share(first.uses, second.uses, first.used + second.used)
    if holds is None:
        holds = 0.5 if uses is None else max(LEAST_CONTENT, close)
    else:
        holds = (holds * total + close) / (total + (1.0 if close else 0.0))
    if uses is None:
        return holds
    return (holds + uses) / 2 if holds >= LEAST_CONTENT else 0.0


def _share(first: Mapping[object, float], second: Mapping[object, float], total: float) -> float | None:
    """Return the share of the features that both have (Dice 1945), None where neither has any."""
    if not total:
        return None
    return 2 * sum(min(weight, second[feature]) for feature, weight in first.items() if feature in second) / total


def paths_back(before: Source, translated: Source) -> dict[Path, Path]:
    """Return for each path that ends in a name of the translated text where it stood in the text before."""
    pairs = zip(references(before), references(translated), strict=True)
    return {new.path: old.path for old, new in pairs}
