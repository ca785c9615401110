"""Writing a scenario's tree of text in its canonical layout."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from planner.core.change.layout_order import DOCUMENT, Place
from planner.core.change.layout_tree import EMPTY, Collection, Scalar

if TYPE_CHECKING:
    from planner.core.change.layout_tree import Comment, Document, Entry

WIDTH = 120
INDENT = 2
GAP = 2  # the least number of spaces before a comment behind something


def write(tree: Document, text: str) -> str:
    """Return the text of a document; line ends are those that prevail in ``text``."""
    windows = text.count("\r\n")
    end = "\r\n" if windows * 2 > text.count("\n") else "\n"
    writer = _Writer()
    writer.document(tree)
    lines = [*tree.start, *aligned(writer.lines), *tree.end]
    return tree.mark + end.join(lines) + end


Line = tuple[str, "Comment | None"]


def aligned(lines: list[Line]) -> list[str]:
    """Put the comments behind their lines; those that stood in one column, line below line, do so again."""
    made: list[str] = []
    for column, group in groupby(lines, key=lambda line: line[1].column if line[1] else None):
        rows = list(group)
        if column is None:
            made += [code for code, _ in rows]
            continue
        at = max(len(code) for code, _ in rows) + max(GAP, min(comment.gap for _, comment in rows if comment))
        made += [f"{code:{at}}{comment.text}" for code, comment in rows if comment]
    return made


class _Writer:
    """Collects lines; a line is its code and the comment behind it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.keeping = False  # whether a blank line here would belong to the text above

    def add(self, code: str, comment: Comment | None = None) -> None:
        self.lines.append((code, comment))
        self.keeping = False

    def blank(self) -> None:
        """Set apart what follows, unless it is the first thing or the text above would take the line as its own."""
        if self.lines and self.lines[-1][0] and not self.keeping:
            self.lines.append(("", None))

    def comments(self, comments: list[Comment], indent: int) -> None:
        """Write comments on lines of their own."""
        for comment in comments:
            if comment.blank:
                self.blank()
            self.add(" " * indent + comment.text)

    # --- structure ----------------------------------------------------------------------------------------

    def document(self, tree: Document) -> None:
        """Write the whole document."""
        root = tree.root
        assert isinstance(root.value, Collection)
        self.comments(root.above + ([root.head] if root.head else []) + root.inner, 0)
        line = inline(root.value, DOCUMENT) if root.value.flow else None
        if line is not None and (len(line) <= WIDTH or not root.value.entries):
            self.add(line, root.after)
        else:
            self.collection(root.value, 0, DOCUMENT)
            self.comments([root.after] if root.after else [], 0)
        self.comments(tree.tail, 0)

    def collection(self, made: Collection, indent: int, place: Place) -> None:
        """Write a mapping or list in lines."""
        entries = ordered(made, place)
        if place is DOCUMENT and entries and entries[0] is not made.entries[0]:
            keep_header(made.entries[0], entries[0])
        top = len(self.lines)
        for entry in entries:
            lead = [*entry.above]
            if isinstance(entry.value, Collection) and not entry.value.entries:
                lead += entry.value.tail
            for comment in lead:
                if comment.blank and len(self.lines) > top:
                    self.blank()
                self.add(" " * indent + comment.text)
            if entry.blank and len(self.lines) > top:
                self.blank()
            self.entry(entry, indent, place.below(entry.name), mapping=made.mapping)
        self.comments(made.tail, indent)

    def entry(self, entry: Entry, indent: int, place: Place, *, mapping: bool) -> None:
        """Write an entry without the comments above it."""
        code = " " * indent + (f"{entry.key}:" if mapping else "-")
        value = entry.value
        if isinstance(value, Scalar):
            self.scalar(entry, value, code, indent)
            return
        line = inline(value, place) if value.flow else None
        fits = line is not None and len(code) + 1 + len(line) <= WIDTH and not entry.head and not entry.inner
        if line is not None and (fits or not value.entries):
            if not entry.inner and not entry.after:
                entry.head, entry.after = None, entry.head
            self.scalar(entry, Scalar((line,)), code, indent)
            return
        head = entry.head or entry.after
        if entry.head and entry.after:
            value.tail.append(entry.after)
        inner, below = indent + INDENT, len(self.lines)
        bare = head is None and not mapping and not entry.inner
        if not bare:
            self.add(code, head)
        self.comments(entry.inner, inner)
        self.collection(value, inner, place)
        if bare:
            first, comment = self.lines[below]
            if first.lstrip().startswith("#"):
                self.lines.insert(below, (code, None))
            else:
                self.lines[below] = (f"{code} {first[inner:]}", comment)

    def scalar(self, entry: Entry, value: Scalar, code: str, indent: int) -> None:
        """Write an entry whose value is no mapping or list in lines."""
        margin = " " * (indent + INDENT)
        if value is EMPTY:
            self.add(code, entry.head or entry.after)
            self.comments(([entry.after] if entry.head and entry.after else []) + entry.inner, indent + INDENT)
            return
        first, *lines = [value.header, *value.lines] if value.header else value.lines
        fits = len(code) + 1 + len(first) <= WIDTH
        if entry.head or entry.inner or (entry.below and not value.header and (len(lines) > 0 or not fits)):
            self.add(code, entry.head)
            self.comments(entry.inner, indent + INDENT)
            code = margin + first
        else:
            code = f"{code} {first}"
        for line in lines:
            self.add(code)
            code = margin + line if line else ""
        self.add(code, entry.after)
        self.keeping = value.keeps


def inline(value: Scalar | Collection, place: Place) -> str | None:
    """Return a value on one line; None where comments or line ends keep it from that."""
    if isinstance(value, Scalar):
        return value.lines[0] if len(value.lines) == 1 else None
    if value.tail:
        return None
    parts = []
    for entry in ordered(value, place):
        text = inline(entry.value, place.below(entry.name))
        if text is None or entry.above or entry.head or entry.inner or entry.after:
            return None
        parts.append(f"{entry.key}: {text}" if value.mapping and entry.colon else entry.key or text)
    return f"{{{', '.join(parts)}}}" if value.mapping else f"[{', '.join(parts)}]"


def ordered(made: Collection, place: Place) -> list[Entry]:
    """Return the entries in the order in which they are written."""
    if not made.mapping:
        return made.entries
    return [made.entries[at] for at in place.order([entry.name for entry in made.entries])]


def keep_header(old: Entry, new: Entry) -> None:
    """Keep what stands at the top of the file there, although its first entry moves.

    That is all comments before the last blank line; and the rest too if it stands above a line such as the title, and
    so is about the file, and not above a section.
    """
    split = 0
    for at, comment in enumerate(old.above):
        split = at if comment.blank else split
    if old.blank or not isinstance(old.value, Collection):
        split = len(old.above)
    header, old.above = old.above[:split], old.above[split:]
    if not header:
        return
    apart = old.blank or (bool(old.above) and old.above[0].blank)
    if old.above:
        old.above[0].blank = False
    if new.above:
        new.above[0].blank = True
    else:
        new.blank = apart
    new.above = header + new.above
