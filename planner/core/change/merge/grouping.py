"""The entries of a merged mapping or list: which there are, in which order, and what stands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.change.merge.comments import Part, merged_lines
from planner.core.change.merge.lines import stretches
from planner.core.change.merge.order import arranged, host
from planner.core.change.merge.pieces import COMMENT, Entry, Group, frozen
from planner.core.change.merge.recast import Frame, Three, in_frame
from planner.core.change.merge.rope import Clash, Rope, Side, in_words, pick

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from planner.core.change.layout_order import Place
    from planner.core.change.merge.combining import Merger
    from planner.core.source import Path

GONE_OURS = "ours took it out, theirs changed it"
GONE_THEIRS = "theirs took it out, ours changed it"
ORDER = "both sides changed the order"
FIRST = "both sides put another first"
LIST = "both sides changed the same items"
SIDES: tuple[Side, Side, Side] = ("base", "ours", "theirs")

_RANKED = frozenset({"ranking", "statements"})  # lists whose order says what is preferred
# The first node is the root, the first actor decides where none is named.
_ROOTED = frozenset({("nodes",), ("actors",)})
_ORDERED = frozenset({"options", "branches"})  # of options that tie, the first is followed


@dataclass
class Member:
    """An entry of the result; where it is on some sides only, that is open, for a reason.

    ``before`` is the entry as the base has it, where it is open whether it goes.
    """

    part: Part
    sides: tuple[Side, ...] = SIDES
    reason: str = ""
    path: Path = ()
    before: Part | None = None


class Grouping:
    """One mapping or list of which both sides have a version."""

    def __init__(
        self, merger: Merger, path: Path, place: Place, three: tuple[Group | None, Group, Group], frame: Frame
    ) -> None:
        self.merger, self.path, self.place, self.frame = merger, path, place, frame
        self.base, self.ours, self.theirs = three
        self.tables = [{} if group is None else {entry.id: entry for entry in group.entries} for group in three]
        self.members: dict[Hashable, Member] = {}

    def rope(self) -> Rope:
        """Return the merged text."""
        before, one, two = (list(table) for table in self.tables)
        if not self.ours.mapping and self.list_is_open(before, one, two):
            texts = [self.side_text(group) for group in (self.base, self.ours, self.theirs)]
            return [Clash.of(self.path, LIST, texts)]
        for id_ in dict.fromkeys([*one, *two]):
            member = self.member(id_)
            if member is not None:
                self.members[id_] = member
        side = host(before, one, two)
        if side is None and self.order_matters():
            return self.open_order(ORDER, (before, one, two))
        first, second = (two, one) if side == "theirs" else (one, two)
        order = arranged(first, second, self.members, self.rank)
        if self.path in _ROOTED and one and two and one[0] != two[0] and before[:1] not in ([one[0]], [two[0]]):
            return self.open_order(FIRST, (before, one[:1], two[:1]), order)
        return self.written(order)

    # --- which entries --------------------------------------------------------------------------------------

    def member(self, id_: Hashable) -> Member | None:
        """Return what becomes of an entry; None where it goes."""
        base, ours, theirs = (table.get(id_) for table in self.tables)
        path = (*self.path, self.name(id_))
        if ours is not None and theirs is not None:
            part = self.merger.entry(path, self.place.below(str(id_)), Three(base, ours, theirs), self.frame)
            return Member(part)
        there = ours or theirs
        assert there is not None
        side: Side = "theirs" if ours is None else "ours"
        part = Part.whole(in_frame(there, self.frame))
        if ours is not None and self.frame.flow:
            part.lead = [ours.lead]
        reason = self.merger.known.reason(path)
        if base is None:
            return Member(part, (side,), reason, path) if reason else Member(part)
        if not reason and _same(there, base):
            return None
        reason = reason or (GONE_OURS if ours is None else GONE_THEIRS)
        if not self.frame.flow:
            return Member(Part([], [self.gone(path, base, there, side, reason)], []))
        return Member(part, ("base", side), reason, path, Part.whole(in_frame(base, self.frame)))

    def gone(self, path: Path, base: Entry, there: Entry, side: Side, reason: str) -> Clash:
        """Leave it open whether an entry in lines goes."""
        texts = {"base": in_frame(base, self.frame).text, side: in_frame(there, self.frame).text}
        words = {"base": in_words(base.value.text), side: in_words(there.value.text)}
        said = [words.get(each) for each in SIDES]
        return Clash.of(path, reason, [texts.get(each, "") for each in SIDES], said)

    def name(self, id_: Hashable) -> str | int:
        """Return the last part of an entry's path."""
        if isinstance(id_, str):
            return id_
        for table in self.tables[1:]:
            if id_ in table:
                return list(table).index(id_)
        return 0

    def rank(self, id_: Hashable) -> tuple[int, str]:
        """Return where an entry belongs among new ones: by the format's order, then by its name."""
        keys = self.place.keys
        if isinstance(id_, str):
            return (keys.index(id_) if id_ in keys else len(keys), id_)
        entry = next(table[id_] for table in self.tables[1:] if id_ in table)
        return 0, entry.value.text

    # --- the order ------------------------------------------------------------------------------------------

    def list_is_open(self, before: Sequence[Hashable], one: Sequence[Hashable], two: Sequence[Hashable]) -> bool:
        """Whether both sides put something else in the place of the same items, or it must stay open."""
        known = self.merger.known
        if any(each[: len(self.path)] == self.path for each in (*known.forced, *known.doubtful)):
            return set(one) != set(two)
        ranked = self.path[-1:] and self.path[-1] in _RANKED
        there = set(before)
        for stretch in stretches(before, one, two):
            if stretch.merged is not None:
                continue
            new, other = set(stretch.ours) - there, set(stretch.theirs) - there
            lost = there.intersection(stretch.base) - set(one) - set(two)
            if new != other and (lost or ranked):
                return True
        return False

    def order_matters(self) -> bool:
        """Whether the order of the entries says something."""
        return bool(self.path) and self.path[-1] in _ORDERED | _RANKED

    def open_order(self, reason: str, orders: tuple[Sequence[Hashable], ...], rest: Sequence[Hashable] = ()) -> Rope:
        """Leave the order open: ours, or theirs with the same entries."""
        every = [*rest, *self.members]
        texts = []
        for side, order in zip(SIDES, orders, strict=True):
            ids = dict.fromkeys([*order, *every] if rest else arranged(order, every, self.members, self.rank))
            ids_there = [id_ for id_ in ids if id_ in self.members]
            texts.append(pick(self.written(ids_there), side))
        words = [in_words(", ".join(map(str, order))) for order in orders] if self.ours.mapping else None
        return [Clash.of(self.path, reason, texts, words)]

    # --- the text -------------------------------------------------------------------------------------------

    def side_text(self, group: Group | None) -> str:
        """Return one side's version of all of it, in the layout of the result."""
        if group is None:
            return ""
        if self.frame.flow:
            return group.text if group.flow else ""
        return "".join(in_frame(entry, self.frame).text for entry in group.entries) + group.tail

    def written(self, order: Sequence[Hashable]) -> Rope:
        """Write the entries in an order."""
        members = [self.members[id_] for id_ in order]
        if not self.frame.flow:
            rope: Rope = []
            for member in members:
                rope += self.line(member)
            return [*rope, *self.tail()]
        if all(member.sides == SIDES for member in members):
            return self.in_brackets(order)
        texts = [
            pick(self.in_brackets([id_ for id_ in order if side in self.members[id_].sides], side), side)
            for side in SIDES
        ]
        unsettled = [member for member in members if member.sides != SIDES]
        one = unsettled[0]
        path = one.path if len(unsettled) == 1 else self.path
        words = [in_words(pick(_part(one, side).body, side)) if side in one.sides else None for side in SIDES]
        if len(unsettled) > 1:
            words = [in_words(text) for text in texts]
        return [Clash.of(path, one.reason, texts, words)]

    def line(self, member: Member) -> Rope:
        """Write an entry in lines."""
        if member.sides == SIDES:
            return member.part.rope
        texts = [pick(member.part.rope, side) if side in member.sides else "" for side in SIDES]
        return [Clash.of(member.path, member.reason, texts)]

    def tail(self) -> Rope:
        """Merge the comments below the last entry in lines."""
        groups = (self.base, self.ours, self.theirs)
        texts = [group.tail if group is not None else "" for group in groups]
        columns = [group.column if group is not None else 0 for group in groups]
        return merged_lines(self.path, tuple(texts), tuple(columns), self.frame.column)  # type: ignore[arg-type]

    def in_brackets(self, order: Sequence[Hashable], side: Side = "ours") -> Rope:
        """Write the entries between brackets, those of which it is open whether they go as one side has them."""
        frame = self.frame
        head = next(iter(self.tables[1]), None)
        rope: Rope = ["{" if self.ours.mapping else "["]
        commented = False  # whether a comment ends the line, so that what follows needs one of its own
        for place, id_ in enumerate(order):
            part = _part(self.members[id_], side)
            lead = pick(part.lead, "ours")
            if "#" not in lead:
                if not place and id_ != head:
                    lead = frame.first
                elif place and (id_ == head or not lead):
                    lead = frame.gap if not lead or "\n" not in lead else lead
            rope += [_line_begun(lead, frame) if commented else lead, *part.body]
            closing, after = pick(part.closing, "ours"), pick(part.after, "ours")
            comma = place + 1 < len(order) or frame.comma
            if comma:
                rope += [closing, ","]
            elif "#" in closing:
                rope.append(closing.rstrip())
            rope += part.after
            commented = "#" in after or (not comma and "#" in closing)
        tail = self.tail_in_brackets(bool(order))
        return [*rope, _line_begun(tail, frame) if commented else tail, "}" if self.ours.mapping else "]"]

    def tail_in_brackets(self, some: bool) -> str:
        """Return what stands before the closing bracket."""
        before = COMMENT.findall(self.base.tail) if self.base is not None else []
        one, two = COMMENT.findall(self.ours.tail), COMMENT.findall(self.theirs.tail)
        tail = self.ours.tail
        if one == before and two != before:
            tail = self.theirs.tail
        elif two not in (before, one):
            more = "".join(f"{self.frame.line}{note.rstrip()}" for note in two if note not in (*before, *one))
            tail = f"{tail.rstrip()}{more}\n"
        return tail if some or "#" in tail else ""


def _part(member: Member, side: Side) -> Part:
    return member.before if side == "base" and member.before is not None else member.part


def _line_begun(text: str, frame: Frame) -> str:
    """Return spaces that begin a line."""
    return text if text.lstrip(" \t")[:1] == "\n" else frame.line + text.lstrip(" ")


def _same(one: Entry, two: Entry) -> bool:
    """Whether two entries mean the same and have the same comments."""
    data = frozen(one.value.data) == frozen(two.value.data)
    return data and sorted(one.comments) == sorted(two.comments)
