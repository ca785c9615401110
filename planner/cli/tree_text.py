"""The drawing of an outline on a terminal: guides, marks and words on the left, numbers in columns on the right.

Where the columns leave the words no room, the numbers get a line of their own under each edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from planner.analyses.result import listing
from planner.cli.tree_lines import NO_BREAK, Marks, Piece, Style, cells, fitted, painted, wrapped
from planner.cli.tree_numbers import Figures
from planner.report.words import state_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.outline import Outline
    from planner.analyses.outlining.outline_rows import Row

GAP = 2
STEP = 3  # columns that one level is further in
LEAST_WORDS = 26  # columns that words must have beside the columns of numbers
LEAST_ROOM = 18  # columns that words must have beside the guides
MOST_LINES = 3
ALL_LINES = 20
AIRY = 12  # rows from which on the branches of the start stand apart


@dataclass(frozen=True, slots=True)
class Look:
    """How the tree is to look.

    Attributes:
        width: columns of the terminal.
        ascii: draw with letters and signs of ASCII alone.
        color: whether colours may be used.
        ids: write ids, not names.
        payoff: write what each step adds.
    """

    width: int
    ascii: bool = False
    color: bool = False
    ids: bool = False
    payoff: bool = True


class Column(NamedTuple):
    """A column of numbers, a cell for each row."""

    head: str
    cells: Sequence[str]
    size: int


def draw(outline: Outline, look: Look) -> Iterator[str]:
    """Yield the lines of the tree, ends of line left out."""
    return _Drawing(outline, look).lines()


class _Drawing:
    def __init__(self, outline: Outline, look: Look) -> None:
        self.outline, self.look = outline, look
        self.rows = outline.rows
        self.marks = Marks.of(ascii=look.ascii)
        self.children = outline.children()
        self.figures = Figures(outline, self.children)
        self.referred = {row.see for row in self.rows if row.see is not None}
        self.columns = self._columns()
        self.left_out: list[str] = []
        onlookers = [actor for actor in outline.actors if actor not in (outline.deciders or outline.actors[:1])]
        while onlookers and self._beside() > look.width - LEAST_WORDS:
            self.columns.pop()
            self.left_out.insert(0, onlookers.pop())
        self.inline = self._beside() > look.width - LEAST_WORDS
        if self.inline:
            self.columns, self.left_out = [], []
        self.words = look.width - self._beside()
        self.levels = max(1, (self.words - LEAST_ROOM) // STEP)

    # --- columns -------------------------------------------------------------------------------------------

    def _columns(self) -> list[Column]:
        """Return the columns of numbers, those of the actors last."""
        figures, count = self.figures, len(self.rows)
        found: list[tuple[str, list[str]]] = []
        if self.look.payoff and figures.single:
            found.append(("payoff", [figures.payoff(row) for row in self.rows]))
        if not self.outline.missing:
            found.append(("path", [figures.path_text(at) for at in range(count)]))
            found += [
                (figures.head(actor), [figures.value(row, actor) for row in self.rows]) for actor in self.outline.actors
            ]
        return [Column(head, texts, max(cells(head), *map(len, texts))) for head, texts in found if any(texts)]

    def _beside(self) -> int:
        return sum(GAP + column.size for column in self.columns)

    @cached_property
    def area(self) -> int:
        """Columns of the words: no more than the longest of them needs."""
        needed = max((cells(self._guides(at)) + self._natural(at) for at in range(len(self.rows))), default=0)
        return min(self.words, max(needed, LEAST_WORDS))

    def _natural(self, at: int) -> int:
        row = self.rows[at]
        edge, outcome = self._edge(at) if row.path else (self._node(at), [])
        return (STEP if row.path else 0) + _size(edge) + (1 + _size(outcome) if outcome else 0)

    # --- guides --------------------------------------------------------------------------------------------

    @cached_property
    def guides(self) -> list[str]:
        """For each row the guides before it, those of the outermost levels left out where there are too many."""
        kept = STEP * self.levels
        found: list[str] = []
        for row in self.rows:
            if row.depth < 2:
                found.append("")
                continue
            bar = self.marks.blank if self._is_last(row.parent) else self.marks.bar
            found.append((found[row.parent] + bar)[-kept:])
        return found

    @cached_property
    def last(self) -> set[int]:
        return {followers[-1] for followers in self.children if followers}

    def _is_last(self, at: int) -> bool:
        return at in self.last

    def _guides(self, at: int) -> str:
        """Return the guides of a row; how many levels were left out stands before them."""
        guides, out = self.guides[at], self.rows[at].depth - 1 - self.levels
        if out <= 0:
            return guides
        return f"{out + 1}{self.marks.ellipsis}".ljust(STEP) + guides[STEP:]

    # --- words ---------------------------------------------------------------------------------------------

    def _style(self, row: Row) -> Style:
        if row.chosen and row.reached:
            return "best"
        return "plain" if row.reached or self.outline.missing else "faint"

    def _edge(self, at: int) -> tuple[list[Piece], list[Piece]]:
        """Return the words of the edge that leads to a row, and those of the outcome that it leads to."""
        row, style = self.rows[at], self._style(self.rows[at])
        pieces: list[Piece] = []
        if chance := self.figures.chances[at]:
            pieces.append((f"{chance}  ", style))
        name = row.path.partition(".")[2] if self.look.ids else row.name
        pieces.append((name, style))
        title = row.state if self.look.ids else row.title
        ends = row.kind == "outcome" and row.node and title != name
        return pieces, [(f"{self.marks.outcome} {title}", "plain" if style == "best" else style)] if ends else []

    def _node(self, at: int) -> list[Piece]:
        """Return the words of the node that a row stands for."""
        row, style = self.rows[at], self._style(self.rows[at])
        if style == "best":
            style = "plain"
        mark = self.marks.of_kind(row.kind)
        who = f"{', '.join(row.by)}: " if row.by and self.outline.scenario.has_actors else ""
        if self.look.ids:
            title = row.state
        elif at in self.referred:
            title = row.title
        else:
            title = f"{row.title} {state_words(row.state)}".rstrip()
        pieces: list[Piece] = [(f"{mark} ", style), (f"{who}{title}", "title" if at == 0 else style)]
        if at in self.referred and not self.look.ids:
            pieces.append((f"  [{row.state}]", "faint"))
        node = self.outline.scenario.nodes.get(row.node)
        if node is not None and node.resolved is not None:
            happened = node.edges[node.resolved.branch]
            pieces.append((f" (happened: {happened.id if self.look.ids else happened.name})", style))
        return pieces

    def _elsewhere(self, at: int) -> str:
        """Say where what follows is drawn, or how much of it is folded."""
        row = self.rows[at]
        if row.see is not None:
            return f"{self.marks.ellipsis} see '{row.state}' {'above' if row.see < at else 'below'}"
        return f"{self.marks.ellipsis} {self.figures.hidden(row)}" if row.hidden else ""

    # --- lines ---------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        """Yield all lines."""
        if self.columns:
            heads = "".join(f"{'':{GAP}}{column.head:>{column.size}}" for column in self.columns)
            yield self._painted([(" " * self.area + heads, "faint")])
        for at, row in enumerate(self.rows):
            if row.depth == 1 and at > 1 and len(self.rows) >= AIRY:
                yield self._painted([(self.marks.bar, "guide")])
            yield from self._row(at)
        yield ""
        for text in self._legend():
            yield from (
                self._painted(line) for line in wrapped([(text, "faint")], self.look.width, 0, ALL_LINES, self.marks)
            )

    def _row(self, at: int) -> Iterator[str]:
        """Yield the lines of the edge that leads to a node, and of the node if more is to be said of it."""
        row, numbers, under = self.rows[at], self._numbers(at), ""
        if row.path:
            guides, last = self._guides(at), self._is_last(at)
            under = guides + (self.marks.blank if last else self.marks.bar)
            branch = self.marks.branch(last=last, chosen=row.chosen, tied=row.tied)
            lead: list[Piece] = [(guides, "guide"), (branch, "best" if self._style(row) == "best" else "guide")]
            chance = self.figures.chances[at]
            words, outcome = self._edge(at)
            if outcome and _size(words) + 1 + _size(outcome) <= (self.area if self.columns else self.words) - cells(
                under
            ):
                words, outcome = [*words, (" ", "plain"), *outcome], []
            yield from self._block(lead, under, words, cells(chance) + 2, numbers)
            if outcome:
                yield from self._block([(under, "guide")], under, outcome, 2, [])
            yield from self._notes(at, under)
        if self.children[at] or row.see is not None or row.hidden or not row.path:
            words, note = self._node(at), self._elsewhere(at)
            beside = self.look.width - cells(under) - _size(words)
            if note and beside > cells(note) + GAP:
                words.append((f"  {note}", "faint"))
                note = ""
            most = ALL_LINES if at in self.referred else MOST_LINES  # what is referred to must be found
            yield from self._block([(under, "guide")], under, words, 2, [] if row.path else numbers, most)
            if note:
                yield from self._block([(under, "guide")], under, [("  ", "plain"), (note, "faint")], 4, [])
            if not row.path:
                yield from self._notes(at, under)

    def _block(
        self,
        lead: list[Piece],
        under: str,
        pieces: list[Piece],
        hanging: int,
        numbers: list[Piece],
        most: int = MOST_LINES,
    ) -> Iterator[str]:
        """Yield words wrapped behind the guides, the numbers beside their first line."""
        room = (self.area if numbers and self.columns else self.look.width) - cells(under)
        for number, line in enumerate(wrapped(pieces, room, hanging, most, self.marks)):
            if number == 0:
                yield self._painted([*lead, *(fitted(line, room) + numbers if self.columns and numbers else line)])
            else:
                yield self._painted([(under, "guide"), *line])

    def _numbers(self, at: int) -> list[Piece]:
        style = self._style(self.rows[at])
        return [("".join(f"{'':{GAP}}{column.cells[at]:>{column.size}}" for column in self.columns), style)]

    def _notes(self, at: int, under: str) -> Iterator[str]:
        """Yield what has no column: payoffs by criterion, and on a narrow terminal the values."""
        row, figures = self.rows[at], self.figures
        notes: list[tuple[list[str], Style]] = []
        if self.look.payoff and (self.inline or not figures.single):
            notes.append((figures.payoffs(row), "faint"))
        if self.inline and not self.outline.missing:
            notes.append((figures.values(at), self._style(row)))
        for items, style in notes:
            text = ", ".join(item.replace(" ", NO_BREAK) for item in items)
            if text:
                for line in wrapped([(text, style)], self.look.width - cells(under), 0, ALL_LINES, self.marks):
                    yield self._painted([(under, "guide"), *line])

    def _painted(self, line: list[Piece]) -> str:
        return painted(line, color=self.look.color)

    # --- legend --------------------------------------------------------------------------------------------

    def _legend(self) -> Iterator[str]:
        marks, rows = self.marks, self.rows
        kinds = {row.kind for row in rows if row.node}
        shown = [f"{marks.of_kind(kind)} {kind}" for kind in ("decision", "chance", "outcome") if kind in kinds]
        if any(row.chosen for row in rows):
            shown.append(f"{marks.chosen} recommended option")
        if any(row.tied and not row.chosen for row in rows):
            shown.append("= as good")
        yield "   ".join(text.replace(" ", NO_BREAK) for text in shown)
        if not self.outline.missing:
            yield self.figures.explanation(payoff=self.look.payoff)
        if self.left_out:
            yield f"No room for {listing(self.left_out)}: take a wider terminal, or --actor."
        if any(row.depth - 1 > self.levels for row in rows):
            yield f"2{marks.ellipsis} before a line: so many levels stand further in than there is room for."


def _size(pieces: Sequence[Piece]) -> int:
    return sum(cells(text) for text, _ in pieces)
