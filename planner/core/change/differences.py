"""What is different between two scenarios, in the words of the model: numbers, options, actors, not lines.

Layout, comments, quotation marks, the order of keys and the many ways to write one value are no difference. What only
has another id is renamed, and does not show again wherever it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from planner.core.change.difference_words import KINDS, Reach, said, split
from planner.core.change.leaf import Leaf, written
from planner.core.change.matching import paths_back, renamed, renames
from planner.core.change.normal import EDGES, INNER, normal
from planner.core.change.orders import moved
from planner.core.change.renaming import path_of
from planner.core.expression import Expression, InexactError
from planner.core.model import Scenario
from planner.core.places import as_fraction
from planner.core.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from planner.core.change.difference_words import Place
    from planner.core.change.leaf import Tree
    from planner.core.change.matching import Name
    from planner.core.source import Path

DifferenceKind = Literal["added", "removed", "changed", "renamed", "moved"]
Side = Scenario | Source
ROOT = "root"
ORDER = "order"
# What a scenario takes from a file that it includes.
TAKEN = frozenset({"nodes", "parameters", "state", "signals", "correlations", "include", ROOT})
MOST = 50  # files that include files


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different.

    Attributes:
        kind: added, removed, changed, renamed, or moved to another place in an order that counts.
        what: the field's word: parameter, node, option, branch, probability, payoff, weight …
        place: where it stands after (before, if it is removed), in the words of the command line.
        path_before: its path in the first document; None if it is not there.
        path_after: its path in the second document; None if it is not there.
        before: what the first text says, as it is written; the old id of what is renamed.
        after: what the second text says.
        delta: by how much a number is larger; None where one of the two is none.
        effect: whether any number hangs on it; not so for names, notes and sources.
        reach: what it can move: values and choices, only what draws, ranges and the conflict tell, or words.
        at: where it stands in the tree of what the second text says (`planner.core.change.normal`).
    """

    kind: DifferenceKind
    what: str
    place: str
    path_before: Path | None
    path_after: Path | None
    before: str | None
    after: str | None
    delta: float | None
    effect: bool
    reach: Reach = "values"
    at: Place = field(default=(), repr=False, compare=False)

    def to_dict(self) -> dict[str, object]:
        """Return the difference as JSON data."""
        return {
            "kind": self.kind,
            "what": self.what,
            "place": self.place,
            "path_before": None if self.path_before is None else list(self.path_before),
            "path_after": None if self.path_after is None else list(self.path_after),
            "before": self.before,
            "after": self.after,
            "delta": self.delta,
            "effect": self.effect,
            "reach": self.reach,
        }


@dataclass(frozen=True)
class Compared:
    """Two texts, the first in the names of the second.

    Attributes:
        before: the first text.
        after: the second text.
        renames: what has another id in the second, the included files' under their prefix (``talks/``).
        old: what the first text says, in the names of the second, included files under `INNER`.
        new: what the second text says.
        differences: what is different.
    """

    before: Source
    after: Source
    renames: Mapping[str, Mapping[Name, str]]
    old: Tree = field(repr=False)
    new: Tree = field(repr=False)
    differences: tuple[Difference, ...]


def differences(before: Side, after: Side) -> tuple[Difference, ...]:
    r"""Return what is different in the second scenario, section after section.

    Each may be a scenario or its text (`Source`), which may have faults: what can be read is compared. Changes in
    included files are named by their places in the whole, ``talks/answer``.

    >>> from planner.core.source import Source
    >>> before = Source.from_text("planner: 1\ntitle: Oil\nparameters: {oil: 0.40}\nnodes: {end: {outcome: End}}")
    >>> after = before.changed(before.text.replace("oil: 0.40", "oil: {value: 0.5}"))
    >>> [(one.what, one.place, one.before, one.after, round(one.delta, 3)) for one in differences(before, after)]
    [('parameter', 'oil', '0.40', '0.5', 0.1)]
    """
    return compared(before, after).differences


def text_of(side: Side) -> Source:
    """Return the text of a scenario; one made in Python is written as JSON."""
    if isinstance(side, Source):
        return side
    if side.source is not None:
        return side.source
    from planner.core.change.document import document

    return document(side)


def compared(before: Side, after: Side) -> Compared:
    """Compare two texts and what they include."""
    first, second = text_of(before), text_of(after)
    pair = _Pair(first, second)
    return Compared(first, second, pair.all_renames(), pair.old, pair.new, tuple(pair.differences()))


class _Pair:
    """Two texts that stand for each other: the two files, or what both include under one id."""

    def __init__(self, before: Source, after: Source, prefixes: tuple[str, str] = ("", ""), depth: int = 0) -> None:
        self.before, self.after = before, after
        self.old_prefix, self.prefix = prefixes
        self.renames = renames(before, after)
        self.translated = renamed(before, self.renames)
        self.old, self.new = normal(self.translated), normal(after)
        self.back = paths_back(before, self.translated) if self.renames else {}
        self.inner: dict[str, _Pair] = {}
        known = {self.renames.get(("node", name), name): name for name in before.included}
        old_files = {name: before.included[old] for name, old in known.items()}
        for name, entry in after.included.items():
            other = old_files.get(name)
            if entry.source is None or depth >= MOST:
                continue
            if other is not None and other.source is not None:
                inner = f"{self.old_prefix}{known[name]}/", f"{self.prefix}{name}/"
                pair = self.inner[name] = _Pair(other.source, entry.source, inner, depth + 1)
                _put_inner(self.old, name, pair.old)
                _put_inner(self.new, name, pair.new)
            else:
                _put_inner(self.new, name, whole(entry.source))
        for name, entry in old_files.items():
            if name not in self.inner and entry.source is not None:
                _put_inner(self.old, name, whole(entry.source))

    def all_renames(self) -> dict[str, Mapping[Name, str]]:
        found: dict[str, Mapping[Name, str]] = {self.prefix: self.renames} if self.renames else {}
        for pair in self.inner.values():
            found.update(pair.all_renames())
        return found

    # --- what is different ----------------------------------------------------------------------------------

    def differences(self, lead: Place = ()) -> Iterator[Difference]:
        """Yield what is different; ``lead`` is where this text's tree stands in the whole."""
        sole = "criteria" not in self.new and "criteria" not in self.old
        for one in (*self._renamed(lead), *self._root(lead), *self._walk((), self.old, self.new, lead, sole=sole)):
            if not lead or split(one.at)[1][0] in TAKEN:
                yield one
        yield from self._orders(lead)
        for name, pair in self.inner.items():
            yield from pair.differences((*lead, "include", name, INNER))

    def _renamed(self, lead: Place) -> Iterator[Difference]:
        for (kind, old), new in self.renames.items():
            path_before, path_after = path_of(self.before, kind, old), path_of(self.after, kind, new)
            at = (*lead, *_place_of(path_after))
            word = KINDS.get(kind, kind)
            if path_after[0] == "include":
                word = "include"
            elif kind == "edge":
                word = "option" if path_after[2:3] == ("options",) else "branch"
            place = said(at, word=word).place
            old_path, new_path = _home(path_before, self.old_prefix), _home(path_after, self.prefix)
            ids = self.old_prefix + old, self.prefix + new
            yield Difference("renamed", word, place, old_path, new_path, *ids, None, effect=False, reach="words",
                             at=at)  # fmt: skip

    def _root(self, lead: Place) -> Iterator[Difference]:
        old, new = (next(iter(_section(tree, "nodes")), None) for tree in (self.old, self.new))
        if old != new and old is not None and new is not None:
            before = next(iter(_raw_section(self.before, "nodes")), old)
            yield Difference("changed", ROOT, f"{self.prefix}nodes", ("nodes",), ("nodes",), before, new, None,
                             effect=True, at=(*lead, ROOT))  # fmt: skip

    def _orders(self, lead: Place) -> Iterator[Difference]:
        for name, node in _section(self.new, "nodes").items():
            other = _section(self.old, "nodes").get(name)
            if isinstance(node, dict) and isinstance(other, dict):
                yield from self._order(("nodes", name, EDGES), other.get(EDGES), node.get(EDGES), lead)
        if not lead:
            yield from self._order_of_conflict()

    def _order(self, at: Place, old: object, new: object, lead: Place) -> Iterator[Difference]:
        if not (isinstance(old, dict) and isinstance(new, dict)):
            return
        before, after = list(old), list(new)
        for edge in moved(before, after):
            where = (*lead, *at, edge)
            words = said(where, word=self._word(at[1]))
            paths = self._paths((*at, edge))
            yield Difference("moved", words.what, words.place, *paths, _ordinal(before.index(edge)),
                             _ordinal(after.index(edge)), None, effect=True, at=(*where, ORDER))  # fmt: skip

    def _order_of_conflict(self) -> Iterator[Difference]:
        before, after = (
            [(actor, name) for actor, own in _options(tree).items() if isinstance(own, dict) for name in own]
            for tree in (self.old, self.new)
        )
        for actor, name in moved(before, after):
            at = ("conflict", "options", actor, name)
            words = said(at)
            yield Difference("moved", words.what, words.place, *self._paths(at),
                             _ordinal(before.index((actor, name))), _ordinal(after.index((actor, name))), None,
                             effect=True, reach="ranges", at=(*at, ORDER))  # fmt: skip

    def _walk(self, at: Place, old: Tree, new: Tree, lead: Place, *, sole: bool) -> Iterator[Difference]:
        """Yield what differs below a place, in the order of the second text, what is gone last."""
        for key in (*new, *(key for key in old if key not in new)):
            here = (*at, key)
            if key == INNER:
                continue
            one, other = old.get(key), new.get(key)
            if isinstance(one, dict) and isinstance(other, dict):
                yield from self._walk(here, one, other, lead, sole=sole)
            elif (one is None or other is None) and not isinstance(one or other, Leaf) and not _is_entry(here):
                below = one if isinstance(one, dict) else other
                assert isinstance(below, dict)
                yield from self._walk(here, below if one is not None else {}, below if other is not None else {}, lead,
                                      sole=sole)  # fmt: skip
            elif one != other:
                yield self._difference(here, one, other, lead, sole=sole)

    def _difference(
        self, at: Place, old: Tree | Leaf | None, new: Tree | Leaf | None, lead: Place, *, sole: bool
    ) -> Difference:
        words = said((*lead, *at), word=self._word(at[1]) if at[0] == "nodes" and len(at) > 1 else "", sole=sole)
        path_before, path_after = self._paths(at, old, new)
        before = None if old is None else self._text(self.before, path_before, old)
        after = None if new is None else self._text(self.after, path_after, new)
        return Difference(
            "added" if old is None else "removed" if new is None else "changed",
            words.what,
            words.place,
            _home(path_before, self.old_prefix) if old is not None else None,
            _home(path_after, self.prefix) if new is not None else None,
            before,
            after,
            _delta(old, new),
            effect=words.reach != "words",
            reach=words.reach,
            at=(*lead, *at),
        )

    def _word(self, node: str) -> str:
        """Return what the edges of a node are called."""
        for tree in (self.new, self.old):
            found = _section(tree, "nodes").get(node)
            kind = found.get("kind") if isinstance(found, dict) else None
            if isinstance(kind, Leaf):
                return "option" if kind.value == "decision" else "branch"
        return "branch"

    # --- places and texts -----------------------------------------------------------------------------------

    def _paths(
        self, at: Place, old: Tree | Leaf | None = None, new: Tree | Leaf | None = None
    ) -> tuple[Path | None, Path | None]:
        before = old.path if isinstance(old, Leaf) else _document_path(self.translated, at)
        after = new.path if isinstance(new, Leaf) else _document_path(self.after, at)
        return self._original(before), after

    def _original(self, path: Path) -> Path:
        """Return a path of the translated first text in the text as it was."""
        for length in range(len(path), 0, -1):
            known = self.back.get(path[:length])
            if known is not None:
                return (*known, *path[length:])
        return path

    def _text(self, source: Source, path: Path | None, value: Tree | Leaf) -> str:
        """Return what a text says at a place, as it is written."""
        found: object = source.data
        for part in path or ():
            try:
                found = found[part]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                found = None
                break
        if isinstance(value, Leaf):
            return (
                written(found) if isinstance(found, str | float) and value.text != "" and _plain(value) else value.text
            )
        return written(found) if found is not None else ""


def _plain(leaf: Leaf) -> bool:
    """Whether the value at a leaf's path is the leaf itself, not something around it."""
    return isinstance(leaf.value, Expression | str)


def whole(source: Source, depth: int = 0) -> Tree:
    """Return what a text and all that it includes say."""
    tree = normal(source)
    for name, entry in source.included.items():
        if entry.source is not None and depth < MOST:
            _put_inner(tree, name, whole(entry.source, depth + 1))
    return tree


def _put_inner(tree: Tree, name: str, inner: Tree) -> None:
    found = _section(tree, "include").get(name)
    if isinstance(found, dict):
        found[INNER] = inner


def _section(tree: Tree, name: str) -> Tree:
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def _options(tree: Tree) -> Tree:
    return _section(_section(tree, "conflict"), "options")


def _raw_section(source: Source, name: str) -> Mapping[str, object]:
    found = source.data.get(name) if source.data is not None else None
    return found if isinstance(found, dict) else {}


def _home(path: Path | None, prefix: str) -> Path | None:
    """Return a path as it is known in the whole scenario: ``nodes``, ``talks/answer`` and so on."""
    if not prefix or path is None or len(path) < 2:
        return path
    return (path[0], f"{prefix}{path[1]}", *path[2:])


def _is_entry(at: Place) -> bool:
    """Whether a place holds a thing that is added or removed as a whole."""
    if at[0] == "conflict":
        return (len(at) == 4 and at[1] == "options") or (len(at) == 3 and at[1] in {"states", "preferences"})
    if at[0] == "correlations":
        return False
    return len(at) == 2 or (len(at) == 4 and at[0] == "nodes" and at[2] == EDGES)


def _place_of(path: Path) -> Place:
    """Return where what a path of a document names stands in the tree."""
    return tuple(EDGES if at == 2 and path[0] == "nodes" else str(part) for at, part in enumerate(path))


def _document_path(source: Source, at: Place) -> Path:
    """Return the path in a document of something in the tree."""
    if len(at) < 3 or at[0] != "nodes" or at[2] != EDGES:
        return at
    node = _raw_section(source, "nodes").get(at[1])
    group = "options" if isinstance(node, dict) and "options" in node else "branches"
    return ("nodes", at[1], group, *at[3:])


def _delta(old: Tree | Leaf | None, new: Tree | Leaf | None) -> float | None:
    """Return by how much a number is larger, of decimals as they are written: 0.3 is 0.1 more than 0.2."""
    first, second = _number(old), _number(new)
    if first is None or second is None:
        return None
    return float(as_fraction(second) - as_fraction(first))


def _number(leaf: Tree | Leaf | None) -> float | Fraction | None:
    value = leaf.value if isinstance(leaf, Leaf) else None
    if isinstance(value, Expression) and not value.names:
        try:
            return value.exact_constant
        except (InexactError, OverflowError):
            value = value.constant
    return value if isinstance(value, float) and value - value == 0 else None


def _ordinal(place: int) -> str:
    number = place + 1
    end = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{end}"
