"""The merge of three texts that are cut into pieces: value by value, comment by comment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.core.change.merge.comments import Part, beside, merged_lines, side_of
from planner.core.change.merge.grouping import Grouping
from planner.core.change.merge.lines import split, stretches
from planner.core.change.merge.pieces import COMMENT, Entry, Group, Leaf, frozen
from planner.core.change.merge.recast import Frame, Three, in_frame, normal, opened, promoted, simple
from planner.core.change.merge.rope import Clash, Rope, in_words, pick

if TYPE_CHECKING:
    from planner.core.change.layout_order import Place
    from planner.core.source import Path

CHANGED = "both sides changed it"
ADDED = "both sides added it"
FORCED = "each side is sound, both together are not"
EITHER = "it was settled in two ways before"
UNSETTLED = "a conflict itself"


@dataclass(frozen=True)
class Known:
    """What is known beforehand of places: those that must stay open, and those at which the base is unsettled."""

    forced: frozenset[Path] = frozenset()
    doubtful: frozenset[Path] = frozenset()

    def touches(self, path: Path) -> bool:
        """Whether one of the places is the path, or lies above or below it."""
        places = (*self.forced, *self.doubtful)
        return any(each[: len(path)] == path[: len(each)] for each in places)

    def reason(self, path: Path) -> str | None:
        """Return why a place must stay open; None where it need not."""
        if path in self.forced:
            return FORCED
        return EITHER if any(path[: len(each)] == each for each in self.doubtful) else None


class Merger:
    """Merges entries and collections; the text of ours stays as it is where theirs changed nothing."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def entry(self, path: Path, place: Place, three: Three, frame: Frame) -> Part:
        """Merge an entry that both sides have."""
        base, ours, theirs = three
        quick = self.quick(path, three)
        if quick is not None:
            part = Part.whole(in_frame(quick, frame))
        else:
            three = promoted(path, three)
            part = self.value(path, place, three, frame)
        if frame.flow:
            part.lead = [_lead_in_brackets(three, frame)]
        elif quick is None:
            columns = (base.column if base else 0, ours.column, theirs.column)
            leads = (base.lead if base else "", ours.lead, theirs.lead)
            part.lead = merged_lines(path, leads, columns, frame.column)
            below = (base.below if base else "", ours.below, theirs.below)
            part.below = merged_lines(path, below, columns, frame.column)
        return part

    def quick(self, path: Path, three: Three) -> Entry | None:
        """Return the side to take as it is: only it changed the text, or both made the same of it."""
        base, ours, theirs = three
        one, two = normal(ours), normal(theirs)
        if one == two:
            return ours
        if base is None or self.known.touches(path):
            return None
        before = normal(base)
        return theirs if one == before else ours if two == before else None

    # --- what it holds --------------------------------------------------------------------------------------

    def value(self, path: Path, place: Place, three: Three, frame: Frame) -> Part:
        """Merge what an entry holds, and the comments on its lines."""
        one, two = three.ours.value, three.theirs.value
        if isinstance(one, Group) and isinstance(two, Group) and one.mapping == two.mapping:
            if path not in self.known.forced:
                return self.collections(path, place, three, frame)
        elif (taken := self.winner(path, three)) is not None:
            return self.taken(path, three, taken, frame)
        elif (made := self.long_text(path, three, frame)) is not None:
            return made
        return self.left_open(path, three, frame)

    def winner(self, path: Path, three: Three) -> Entry | None:
        """Return the side whose value holds; None where both changed it."""
        base, ours, theirs = three
        one, two = _meant(ours), _meant(theirs)
        if one == two:  # what is only written in another way than in the base is new
            return theirs if base is not None and ours.value.text == base.value.text else ours
        if base is None or self.known.reason(path):
            return None
        before = _meant(base)
        return theirs if one == before else ours if two == before else None

    def taken(self, path: Path, three: Three, taken: Entry, frame: Frame) -> Part:
        """Write one side's value, in our layout where it fits on our line."""
        ours, theirs = three.ours, three.theirs
        layout = in_frame(taken, frame)
        if taken is theirs and simple(ours) and simple(theirs):
            mine = in_frame(ours, frame)
            colon = mine.colon if mine.colon.endswith(" ") or not mine.key else mine.colon.rstrip() + " "
            layout = replace(mine, colon=colon, value=theirs.value)
        return beside(layout, side_of(path, three), [layout.value.text])

    def long_text(self, path: Path, three: Three, frame: Frame) -> Part | None:
        """Merge text in several lines line by line; None where that is no way."""
        base, ours, _ = three
        if base is None or frame.flow or self.known.reason(path):
            return None
        if not all(each is not None and _is_long(each.value) for each in three):
            return None
        if any(each is not None and each.side for each in three):
            return None
        settled = [split(in_frame(each, frame).value.text + "\n") for each in three if each is not None]
        rope: Rope = []
        for stretch in stretches(*settled):
            merged = stretch.merged
            if merged is not None:
                rope += merged
                continue
            texts = ["".join(lines) for lines in (stretch.base, stretch.ours, stretch.theirs)]
            rope.append(Clash.of(path, CHANGED, texts))
        layout = in_frame(ours, frame)
        blank = layout.closing.partition("\n")[2]
        return Part([], [layout.before + layout.key + layout.colon, *rope], [blank])

    def left_open(self, path: Path, three: Three, frame: Frame) -> Part:
        """Leave a value open."""
        base, ours, theirs = three
        reason = self.known.reason(path) or (CHANGED if base is not None else ADDED)
        words = [None if each is None else in_words(each.value.text) or "empty" for each in three]
        words = [UNSETTLED, *words[1:]] if reason == EITHER else words
        there = [each for each in three if each is not None]
        if all(simple(each) and each.value.text for each in there):
            texts = [each.value.text if each is not None else "" for each in (base, ours, theirs)]
            layout = in_frame(ours, frame)
            clash = Clash.of(path, reason, texts, words)
            return beside(layout, side_of(path, three), [clash])
        texts = []
        for each in three:
            made = None if each is None else in_frame(each, frame)
            texts.append("" if made is None else made.body + ("" if frame.flow else made.closing))
        return Part([], [Clash.of(path, reason, texts, words)], [])

    # --- collections ----------------------------------------------------------------------------------------

    def collections(self, path: Path, place: Place, three: Three, frame: Frame) -> Part:
        """Merge an entry that holds a mapping or list on both sides."""
        base, ours, theirs = three
        one, two = ours.value, theirs.value
        assert isinstance(one, Group)
        assert isinstance(two, Group)
        before = base.value if base is not None and isinstance(base.value, Group) else None
        before = before if before is not None and before.mapping == one.mapping else None
        side = side_of(path, three)
        if one.flow and two.flow:
            layout = in_frame(ours, frame)
            inner = Frame.of(one, flow=True, column=frame.column)
            return beside(layout, side, self.group(path, place, (before, one, two), inner))
        layout = theirs if one.flow else ours
        assert isinstance(layout.value, Group)
        column = frame.column + layout.value.column - layout.column
        groups = (opened(before, column), opened(one, column), opened(two, column))
        rope = self.group(path, place, groups, Frame(False, column))  # type: ignore[arg-type]
        head = in_frame(layout, frame)
        if all(not COMMENT.sub("", pick(rope, which)).strip() for which in ("ours", "theirs")):
            colon = ": " if head.key else " "
            head = replace(head, colon=colon, value=Leaf("", None), closing="\n")
            part = beside(head, side, ["{}" if one.mapping else "[]"])
            return replace(part, closing=[*part.closing, *rope])
        return beside(head, side, rope)

    def group(self, path: Path, place: Place, three: tuple[Group | None, Group, Group], frame: Frame) -> Rope:
        """Merge a mapping or list that both sides have; in brackets, these are part of what is returned."""
        return Grouping(self, path, place, three, frame).rope()


def _meant(entry: Entry) -> object:
    """Return what a value means, with the comments inside."""
    return frozen(entry.value.data), tuple(entry.value.comments)


def _is_long(value: Leaf | Group) -> bool:
    return isinstance(value, Leaf) and isinstance(value.data, str) and "\n" in value.text


def _lead_in_brackets(three: Three, frame: Frame) -> str:
    """Return what stands before an entry in brackets, with the comments of both sides."""
    base, ours, theirs = three
    before = COMMENT.findall(base.lead) if base is not None else []
    one, two = COMMENT.findall(ours.lead), COMMENT.findall(theirs.lead)
    if two in (before, one):
        return ours.lead
    if one == before:
        return in_frame(theirs, frame).lead if two else frame.gap
    notes = [note.rstrip() for note in [*one, *(note for note in two if note not in (*one, *before))]]
    return "".join(frame.line + note for note in notes) + frame.line
