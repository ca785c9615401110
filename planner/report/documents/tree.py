"""A paper's Markdown as a tree of blocks and inline parts, from which every format is written.

The tree holds what a paper may hold and nothing else, so no format has to know Markdown, and none can be given anything
to run.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# --- inline parts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Words as a machine reads them."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """The end of a line within a paragraph."""


@dataclass(frozen=True, slots=True)
class Styled:
    """Parts that are set apart: ``kind`` is strong, emphasis or struck."""

    kind: str
    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Parts that lead to an address on the web or of a mailbox."""

    address: str
    parts: tuple[Inline, ...]


Inline = Text | Code | Line | Styled | Link
Inlines = tuple[Inline, ...]


# --- blocks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the title of the paper has level 1, and no level below is passed over."""

    level: int
    parts: Inlines
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``lead`` marks what stands in italics right below the title."""

    parts: Inlines
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the paper: the name of its file, and what it shows in words."""

    name: str
    alt: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: one row of heads, rows of cells, and which columns are aligned right."""

    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; ``first`` is the number of its first item, None if it is not numbered."""

    items: tuple[tuple[Block, ...], ...]
    first: int | None = None
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """What is set apart from the text."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A text that keeps its lines, in the language ``language``."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What is folded away on a screen under a summary."""

    summary: str
    blocks: tuple[Block, ...]

    @property
    def drawing(self) -> bool:
        """Whether it holds nothing but a drawing as text, whose picture stands in the paper."""
        return all(isinstance(block, Listed) and block.language == "mermaid" for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


Block = Heading | Paragraph | Picture | Table | Listing | Quote | Listed | Details | Rule
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A paper: its title and the blocks below it."""

    title: Inlines
    blocks: Blocks

    @property
    def name(self) -> str:
        """The title without any marks."""
        return plain_text(self.title)


def plain_text(parts: Iterable[Inline]) -> str:
    """Return inline parts without any marks.

    >>> plain_text((Text("a "), Styled("strong", (Text("b"), Line(), Code("c")))))
    'a b c'
    """
    made = []
    for part in parts:
        if isinstance(part, Text | Code):
            made.append(part.text)
        elif isinstance(part, Line):
            made.append(" ")
        else:
            made.append(plain_text(part.parts))
    return "".join(made)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second level with what stands below it; ``heading`` is None for what stands before the first."""

    heading: Heading | None
    blocks: tuple[Block, ...] = field(default=())


def sections(tree: Tree) -> list[Section]:
    """Return the sections of a paper in their order."""
    made = [Section(None)]
    for block in tree.blocks:
        if isinstance(block, Heading) and block.level == 2:
            made.append(Section(block))
        else:
            made[-1] = replace(made[-1], blocks=(*made[-1].blocks, block))
    return made if made[0].blocks else made[1:]
