"""Names that one side changed, followed into what the other side wrote under the old ones."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from planner.core.change.matching import renamed, renames
from planner.core.change.merge.lines import split
from planner.core.change.merge.rope import Clash, Rope, pick
from planner.core.change.references import references
from planner.core.marks import Map
from planner.core.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.change.matching import Name

OTHER_NAMES = "each side gave it another name"
LINES = "both sides changed these lines"
_SHARED = (("actor", "criterion"), ("parameter", "state"))  # kinds that must not have a name in common


@dataclass(frozen=True)
class Twice:
    """Something to which both sides gave another name."""

    name: Name
    ours: str
    theirs: str


@dataclass(frozen=True)
class Followed:
    """Three texts with one name for each thing: ours, or theirs where only they changed it.

    Attributes:
        base: the base under the new names.
        ours: our text, with the names that theirs changed.
        theirs: their text, with the names that ours changed.
        twice: what both renamed, each in another way; ours stands in all three.
        notes: what was followed, for a person.
    """

    base: Source
    ours: Source
    theirs: Source
    twice: tuple[Twice, ...] = ()
    notes: tuple[str, ...] = ()


def followed(base: Source, ours: Source, theirs: Source) -> Followed:
    """Give all three texts the same names."""
    one, two = (renames(base, side) if _lacks(side.data, base.data) else {} for side in (ours, theirs))
    if not one and not two:
        return Followed(base, ours, theirs)
    one = {name: new for name, new in one.items() if two.get(name) == new or _free(theirs, name, new, two)}
    two = {name: new for name, new in two.items() if name in one or _free(ours, name, new, one)}
    twice = tuple(Twice(name, one[name], two[name]) for name in one if two.get(name, one[name]) != one[name])
    to_theirs = {_known_as(name, two): new for name, new in one.items() if two.get(name) != new}
    to_ours = {_known_as(name, one): new for name, new in two.items() if name not in one}
    changed = (renamed(base, {**two, **one}), renamed(ours, to_ours), renamed(theirs, to_theirs))
    notes = [*_notes("ours", "theirs", one, two, base, theirs), *_notes("theirs", "ours", two, one, base, ours)]
    return Followed(*changed, twice, tuple(notes))


def _lacks(side: object, base: object, depth: int = 5) -> bool:
    """Whether a mapping lacks a key of another, down to the depth in which the format has ids."""
    if not isinstance(base, Map) or not depth:
        return False
    if not isinstance(side, Map):
        return True
    return any(key not in side or _lacks(side[key], value, depth - 1) for key, value in base.items())


def _known_as(name: Name, names: Mapping[Name, str]) -> Name:
    """Return how a side calls a thing of the base, whose own names these are."""
    kind, id_ = name
    if name in names:
        return kind, names[name]
    if kind == "edge":
        node, _, edge = id_.partition(".")
        return kind, f"{names.get(('node', node), node)}.{edge}"
    return name


def _free(source: Source, name: Name, new: str, names: Mapping[Name, str]) -> bool:
    """Whether a side has nothing else under a new name."""
    kind = name[0]
    kinds = next((group for group in _SHARED if kind in group), (kind,))
    if kind == "edge":
        node = _known_as(name, names)[1].partition(".")[0]
        new = f"{node}.{new.rpartition('.')[2]}"
    return not any(use.defines and use.kind in kinds and use.name == new for use in references(source))


def _notes(
    side: str, other: str, names: Mapping[Name, str], others: Mapping[Name, str], base: Source, changed: Source
) -> list[str]:
    """Say which names were followed into what the other side changed."""
    notes = []
    before, after = (Counter((use.kind, use.name) for use in references(each)) for each in (base, changed))
    for name, new in names.items():
        kind, old = name
        if kind == "edge" or name in others or not after[name]:
            continue
        written = [_written(each, name) for each in (base, changed)]
        if before[name] != after[name] or written[0] != written[1]:
            notes.append(f"{side} calls the {kind} '{old}' '{new}' now, and what {other} changed there follows")
    return notes


def _written(source: Source, name: Name) -> str:
    for use in references(source):
        if use.defines and (use.kind, use.name) == name:
            span = source.span(use.path)
            return source.text[span.start : span.end]
    return ""


def with_open_names(rope: Rope, twice: tuple[Twice, ...], path: str) -> Rope:
    """Leave the lines open that have a name in which the two sides differ."""
    if not twice:
        return rope
    ours = pick(rope, "ours")
    kinds = [each.name[0] for each in twice]
    to_theirs = {(kind, each.ours): each.theirs for kind, each in zip(kinds, twice, strict=True)}
    to_base = {(kind, each.ours): each.name[1] for kind, each in zip(kinds, twice, strict=True)}
    theirs = renamed(Source.from_text(pick(rope, "theirs"), path=path), to_theirs).text
    before = split(renamed(Source.from_text(ours, path=path), to_base).text)
    one, two = split(ours), split(theirs)
    made: Rope = []
    for kind_, start, stop, begin, end in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        mine, other = "".join(one[start:stop]), "".join(two[begin:end])
        if kind_ == "equal":
            made.append(mine)
            continue
        named = next((each for each in twice if _has(mine, each.ours) and _has(other, each.theirs)), None)
        texts = ("".join(before[start:stop]), mine, other)
        words = None if named is None else (named.name[1], named.ours, named.theirs)
        made.append(Clash.of((), LINES if named is None else OTHER_NAMES, texts, words))
    return made


def _has(text: str, name: str) -> bool:
    word = re.escape(name.rpartition(".")[2])
    return re.search(rf"(?<![A-Za-z0-9_-]){word}(?![A-Za-z0-9_-])", text) is not None
