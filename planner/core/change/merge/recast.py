"""An entry of one text in the layout of another: other columns, lines instead of brackets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from planner.core.change.edit import flow
from planner.core.change.merge.pieces import COMMENT, Cut, Entry, Group, Irregular, Leaf, pieces, shifted
from planner.core.marks import Map, Seq
from planner.core.source import Source

if TYPE_CHECKING:
    from planner.core.source import Path

_BARE = "value"  # the key whose value a parameter is that stands bare


class Three(NamedTuple):
    """What stands at one place in the base, on our side and on theirs."""

    base: Entry | None
    ours: Entry
    theirs: Entry


@dataclass(frozen=True, slots=True)
class Frame:
    """How the entries of a mapping or list are laid out: in brackets, or in lines from a column on.

    ``first`` stands before the first entry in brackets, ``gap`` before the others; ``comma`` behind the last.
    """

    flow: bool
    column: int
    first: str = ""
    gap: str = " "
    comma: bool = False

    @classmethod
    def of(cls, group: Group, *, flow: bool, column: int) -> Frame:
        """Return the frame of the entries of a group."""
        if not flow:
            return cls(False, column)
        leads = [entry.lead for entry in group.entries]
        first = leads[0] if leads and "#" not in leads[0] else ""
        plain = next((lead for lead in leads[1:] if "#" not in lead), first if "\n" in first else " ")
        return cls(True, column, first, plain or " ", bool(group.entries and group.entries[-1].comma))

    @property
    def line(self) -> str:
        """A line end and the spaces before an entry of its own line, in brackets."""
        return self.gap[self.gap.rfind("\n") :] if "\n" in self.gap else "\n" + " " * (self.column + 4)


def normal(entry: Entry) -> str:
    """Return the text of an entry wherever it stands."""
    return entry.body + entry.after if entry.flow else shifted(entry.text, -entry.column)


def simple(entry: Entry) -> bool:
    """Whether an entry is a key and a value on one line, without a comment between."""
    value = entry.value
    plain = isinstance(value, Leaf) and not isinstance(value.data, Map | Seq) and value.text[:1] not in {"|", ">"}
    return plain and not set("\n#") & set(entry.colon) and "\n" not in value.text


def in_frame(entry: Entry, frame: Frame) -> Entry:
    """Return an entry as it is written among others."""
    if entry.flow == frame.flow:
        return _in_brackets(entry, frame) if frame.flow else _at_column(entry, frame.column)
    return _on_one_line(entry) if frame.flow else _in_lines(entry, frame.column)


def _at_column(entry: Entry, column: int) -> Entry:
    by = column - entry.column
    if not by:
        return entry
    value = entry.value
    lines = isinstance(value, Group) and not value.flow
    return replace(
        entry,
        column=column,
        lead=shifted(entry.lead, by),
        before=" " * column + ("" if entry.key else "-"),
        colon=shifted(entry.colon, by, whole=False),
        value=Leaf(shifted(value.text, by, whole=lines), value.data),
        below=shifted(entry.below, by),
    )


def _in_lines(entry: Entry, column: int) -> Entry:
    """Write an entry out of brackets on lines of its own."""
    pad = " " * column
    lead = "".join(f"{pad}{comment.rstrip()}\n" for comment in COMMENT.findall(entry.lead))
    side = " ".join(entry.side)
    colon = (": " if entry.value.text else ":") if entry.key else " "
    return Entry(
        entry.id,
        column,
        lead,
        pad if entry.key else f"{pad}-",
        entry.key,
        colon,
        entry.value,
        f"  {side}\n" if side else "\n",
    )


def _in_brackets(entry: Entry, frame: Frame) -> Entry:
    """Give an entry in brackets the spaces that its neighbours have before them."""
    notes = [comment.rstrip() for comment in COMMENT.findall(entry.lead)]
    lead = "".join(f"{frame.line}{note}" for note in notes) + frame.line if notes else frame.gap
    if "\n" in frame.gap and "\n" in entry.lead and "\n" in entry.body:
        body = shifted(entry.value.text, len(frame.line) - 1 - entry.column, whole=False)
        return replace(entry, lead=lead, value=Leaf(body, entry.value.data))
    return replace(entry, lead=lead)


def _on_one_line(entry: Entry) -> Entry:
    """Write an entry of lines in brackets; comments inside are left out, so this is for what is only shown."""
    value = entry.value
    text = value.text if isinstance(value, Leaf) and simple(entry) else flow(value.data)
    colon = ": " if entry.key else ""
    return Entry(entry.id, 0, " ", "", entry.key, colon, Leaf(text, value.data), flow=True)


def opened(group: Group | None, column: int) -> Group | None:
    """Return a collection in brackets as one in lines."""
    if group is None or not group.flow:
        return group
    entries = tuple(_in_lines(entry, column) for entry in group.entries)
    tail = "".join(f"{' ' * column}{note.rstrip()}\n" for note in COMMENT.findall(group.tail))
    return Group(group.data, column, flow=False, made=Cut(entries, tail))


def promoted(path: Path, three: Three) -> Three:
    """Write a bare parameter as a mapping where another side has one: ``hope: 0.3`` as ``hope: {value: 0.3}``."""
    maps = [each for each in three if each is not None and isinstance(each.value.data, Map)]
    if path[:1] != ("parameters",) or len(path) != 2 or not maps or len(maps) == 3:
        return three
    return Three(*(each if each is None else _promoted(each) for each in three))  # type: ignore[arg-type]


def _promoted(entry: Entry) -> Entry:
    if not simple(entry) or not entry.value.text:
        return entry
    text = f"k: {{{_BARE}: {entry.value.text}}}\n"
    source = Source.from_text(text)
    try:
        made = pieces(source).root.entries[0].value
    except Irregular:
        return entry
    return replace(entry, value=made)
