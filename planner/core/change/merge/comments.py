"""Comments in a merge: those on lines of their own, and the one behind a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.core.change.merge.lines import joined, split
from planner.core.change.merge.pieces import COMMENT, Entry, Group, shifted
from planner.core.change.merge.rope import Clash, Rope, in_words

if TYPE_CHECKING:
    from planner.core.change.merge.recast import Three
    from planner.core.source import Path

COMMENTS = "both sides changed the comment"
GAP = "  "
_GAP = re.compile(r"[ \t]+(?=#)")


@dataclass
class Part:
    """A merged entry: what stands above or before it, itself, the rest of its line, comments below."""

    lead: Rope
    body: Rope
    closing: Rope
    after: Rope = field(default_factory=list)
    below: Rope = field(default_factory=list)

    @property
    def rope(self) -> Rope:
        """All of it, for an entry in lines."""
        return [*self.lead, *self.body, *self.closing, *self.below]

    @classmethod
    def whole(cls, entry: Entry) -> Part:
        """Return an entry as it is."""
        return cls([entry.lead], [entry.body], [entry.closing], [entry.after], [entry.below])


def merged_lines(path: Path, texts: tuple[str, str, str], columns: tuple[int, int, int], column: int) -> Rope:
    """Merge blank lines and comments; each text has the column of what it stands above, the result gets ``column``."""
    base, ours, theirs = (shifted(text, -at) for text, at in zip(texts, columns, strict=True))
    if ours in (theirs, base):
        return [shifted(theirs, column)]
    if theirs == base:
        return [shifted(ours, column)]
    bare = [_bare(text) for text in (base, ours, theirs)]
    if bare[1] == bare[2] or _notes(bare[0]) == _notes(bare[2]):
        return [shifted(ours, column)]
    if _notes(bare[0]) == _notes(bare[1]):
        return [shifted(theirs, column)]
    made = joined(*bare)
    if made is not None:
        return [shifted("".join(f"{line}\n" for line in made), column)]
    words = [in_words(" ".join(_notes(lines))) for lines in bare]
    return [Clash.of(path, COMMENTS, [shifted(text, column) for text in (base, ours, theirs)], words)]


def _bare(text: str) -> list[str]:
    return [line.strip() for line in split(text)]


def _notes(lines: list[str]) -> list[str]:
    return [line for line in lines if line]


def side_of(path: Path, three: Three) -> tuple[str, ...] | Clash:
    """Merge the comments on the line of an entry."""
    base, ours, theirs = three
    before = base.side if base is not None else ()
    if ours.side in (theirs.side, before):
        return theirs.side
    if theirs.side == before:
        return ours.side
    texts = [" ".join(each) for each in (before, ours.side, theirs.side)]
    return Clash.of(path, COMMENTS, texts)


def bare_colon(entry: Entry) -> str:
    """Return what stands between key and value without comments."""
    if not COMMENT.search(entry.colon):
        return entry.colon
    if isinstance(entry.value, Group) and not entry.value.flow:
        return ":\n" if entry.key else "\n"
    return ": " if entry.key else " "


def beside(layout: Entry, side: tuple[str, ...] | Clash, rope: Rope) -> Part:
    """Write an entry with ``rope`` in the place of its value and with the given comments on its line."""
    head = layout.before + layout.key
    if side == layout.side:
        return Part([], [head + layout.colon, *rope], [layout.closing], [layout.after])
    gaps = (_GAP.search(text) for text in (layout.closing, layout.after, layout.colon))
    gap = next((found[0] for found in gaps if found), GAP)
    note: Rope = [gap, side if isinstance(side, Clash) else " ".join(side)] if side else []
    colon = bare_colon(layout)
    if layout.flow:
        return Part([], [head + colon, *rope], [], note)
    if colon.endswith("\n"):
        return Part([], [head + colon.rstrip(), *note, "\n", *rope], [layout.closing])
    blank = layout.closing.partition("\n")[2]
    return Part([], [head + colon, *rope], [*note, "\n", blank])
