"""A paper's Markdown as a tree of blocks and inline parts, from which every format is written.

The tree holds what a paper may hold and nothing else. HTML in the Markdown is text like any other, except for comments,
which nobody sees, `<br>`, and `<details>` with its `<summary>`, which papers use. So no format has to know Markdown,
and none can be given anything to run.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from markdown_it.token import Token

_LINKS = {"http", "https", "mailto"}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DETAILS = re.compile(r"\s*<details(?: open)?>\s*(?:<summary>(?P<summary>.*?)</summary>)?\s*", re.DOTALL | re.IGNORECASE)
_END = re.compile(r"\s*</details>\s*", re.IGNORECASE)
_LINE = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=\d) %")  # a number and its sign stay on one line
_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)


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


def parse(markdown: str, pictures: Collection[str] = (), *, title: str = "") -> Tree:
    """Return the tree of a Markdown text.

    Args:
        markdown: the text.
        pictures: names of the pictures that the paper has; any other picture is told by its alternative text.
        title: of the paper, where the text has no heading of the first level.

    Examples:
        >>> tree = parse("# Line\\n\\nSay *<b>no</b>*.")
        >>> tree.name, plain_text(tree.blocks[0].parts)
        ('Line', 'Say <b>no</b>.')
    """
    tokens = _markdown().parse(_FRONT.sub("", markdown))
    return _levelled(_Reader(tokens, pictures).all(), title)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class _Reader:
    """Reads the flat list of tokens into a tree; lists and quotes nest no deeper than the parser lets them."""

    def __init__(self, tokens: Sequence[Token], pictures: Collection[str]) -> None:
        self.tokens = tokens
        self.pictures = pictures
        self.at = 0

    def all(self) -> Blocks:
        """Return everything; what closes without having been opened is passed over."""
        made: list[Block] = []
        while self.at < len(self.tokens):
            made += self.until("")
            self.at += 1
        return tuple(made)

    def until(self, kind: str) -> Blocks:
        """Return the blocks up to the token of a kind, on which the reader then stands."""
        made: list[Block] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            ends = kind == "details_close" and token.type == "html_block" and _END.fullmatch(token.content)
            if token.type == kind or ends:
                break
            made += self.block(token)
            self.at += 1
        return tuple(made)

    def block(self, token: Token) -> Iterable[Block]:
        """Return the blocks that begin with a token, standing on the last token of them."""
        read = _BLOCKS.get(token.type)
        return read(self, token) if read else ()

    def heading(self, token: Token) -> Iterable[Block]:
        """Read a heading."""
        return [Heading(int(token.tag[1]), self.inside())]

    def paragraph(self, _token: Token) -> Iterable[Block]:
        """Read a paragraph, or the pictures that it consists of."""
        children = self.tokens[self.at + 1].children or []
        shown = [child for child in children if child.type == "image" or child.content.strip()]
        if shown and all(child.type == "image" and self.own(child) for child in shown):
            self.at += 2
            return [Picture(self.own(child), _words(child)) for child in shown]
        parts = self.inside()
        return [Paragraph(parts)] if plain_text(parts).strip() else []

    def own(self, token: Token) -> str:
        """Return the name of the paper's own picture that a token shows; empty if it shows another."""
        name = unquote(str(token.attrs.get("src", "")))
        return name if name in self.pictures else ""

    def inside(self) -> Inlines:
        """Read the inline token that follows, and stand on what closes it."""
        children = self.tokens[self.at + 1].children or []
        self.at += 2
        return _inlines(iter(children))

    def quote(self, _token: Token) -> Iterable[Block]:
        """Read a quotation."""
        self.at += 1
        return [Quote(self.until("blockquote_close"))]

    def listing(self, token: Token) -> Iterable[Block]:
        """Read a list."""
        ordered = token.type == "ordered_list_open"
        first = int(token.attrs.get("start", 1)) if ordered else None
        close = token.type.replace("open", "close")
        items = []
        tight = True
        self.at += 1
        while self.tokens[self.at].type != close:
            self.at += 1  # the item's own beginning
            tight = tight and (self.tokens[self.at].type != "paragraph_open" or self.tokens[self.at].hidden)
            items.append(self.until("list_item_close"))
            self.at += 1
        return [Listing(tuple(items), first, tight)]

    def table(self, _token: Token) -> Iterable[Block]:
        """Read a table."""
        rows: list[list[Inlines]] = []
        right = set()
        while self.tokens[self.at].type != "table_close":
            token = self.tokens[self.at]
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                if "right" in str(token.attrs.get("style", "")):
                    right.add(len(rows[-1]))
                rows[-1].append(self.inside())
            self.at += 1
        return [Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]), frozenset(right))]

    def listed(self, token: Token) -> Iterable[Block]:
        """Read a text that keeps its lines."""
        return [Listed(token.content.rstrip("\n"), token.info.split()[0] if token.info.strip() else "")]

    def rule(self, _token: Token) -> Iterable[Block]:
        """Read a line across the page."""
        return [Rule()]

    def raw(self, token: Token) -> Iterable[Block]:
        """Read HTML: details with their summary; comments are left out, everything else is text."""
        opens = _DETAILS.fullmatch(token.content)
        if opens:
            self.at += 1
            summary = html.unescape(" ".join((opens["summary"] or "").split()))
            return [Details(summary, self.until("details_close"))]
        text = " ".join(_COMMENT.sub("", token.content).split())
        return [Paragraph((Text(text),))] if text and not _END.fullmatch(text) else []


_BLOCKS: dict[str, Callable[[_Reader, Token], Iterable[Block]]] = {
    "heading_open": _Reader.heading,
    "paragraph_open": _Reader.paragraph,
    "blockquote_open": _Reader.quote,
    "bullet_list_open": _Reader.listing,
    "ordered_list_open": _Reader.listing,
    "table_open": _Reader.table,
    "fence": _Reader.listed,
    "code_block": _Reader.listed,
    "hr": _Reader.rule,
    "html_block": _Reader.raw,
}
_STYLED = {"strong_open": "strong", "em_open": "emphasis", "s_open": "struck"}


def _inlines(tokens: Iterator[Token]) -> Inlines:
    """Return inline parts up to the token that closes them."""
    made: list[Inline] = []
    for token in tokens:
        kind = token.type
        if kind.endswith("_close"):
            break
        if kind in _STYLED:
            made.append(Styled(_STYLED[kind], _inlines(tokens)))
        elif kind == "link_open":
            made += _link(str(token.attrs.get("href", "")), _inlines(tokens))
        elif kind == "code_inline":
            made.append(Code(token.content))
        elif kind == "hardbreak" or (kind == "html_inline" and _LINE.fullmatch(token.content)):
            made.append(Line())
        elif kind == "image":
            made.append(Text(_words(token)))
        elif kind == "html_inline":
            made += [Text(token.content)] if not _COMMENT.fullmatch(token.content) else []
        else:
            made.append(Text(" " if kind == "softbreak" else _PERCENT.sub("\u00a0%", token.content)))
    return _joined(made)


def _joined(parts: Iterable[Inline]) -> Inlines:
    """Return parts with neighbouring words put together."""
    made: list[Inline] = []
    for part in parts:
        last = made[-1] if made else None
        if isinstance(part, Text) and isinstance(last, Text):
            made[-1] = Text(last.text + part.text)
        elif not isinstance(part, Text) or part.text:
            made.append(part)
    return tuple(made)


def _link(address: str, parts: Inlines) -> Inlines:
    """Return a link, or only its words where it leads neither to the web nor to a mailbox."""
    try:
        safe = urlsplit(address).scheme.lower() in _LINKS
    except ValueError:
        safe = False
    return (Link(address, parts),) if safe else parts


def _words(token: Token) -> str:
    """Return the alternative text of a picture."""
    return plain_text(_inlines(iter(token.children or []))) or token.content


def _levelled(blocks: Blocks, title: str) -> Tree:
    """Return the tree with one title, headings that pass over no level, and a name for each."""
    names: dict[str, int] = {}
    made: list[Block] = []
    above = 1
    found: Inlines | None = None
    for block in blocks:
        if not isinstance(block, Heading):
            under = found is not None and all(isinstance(each, Paragraph) for each in made)
            lead = under and isinstance(block, Paragraph) and _all_emphasis(block.parts)
            made.append(replace(block, lead=True) if lead and isinstance(block, Paragraph) else block)
        elif block.level == 1 and found is None:
            found = block.parts
        else:
            above = min(max(block.level, 2), above + 1)
            made.append(Heading(above, block.parts, _fresh(plain_text(block.parts), names)))
    return Tree(found or (Text(title or "Paper"),), tuple(made))


def _all_emphasis(parts: Inlines) -> bool:
    return all(isinstance(part, Styled) and part.kind == "emphasis" for part in parts)


def _fresh(heading: str, names: dict[str, int]) -> str:
    """Return a name for a heading that no other has."""
    name = re.sub(r"[^\w]+", "-", heading.lower()).strip("-") or "part"
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name}-{names[name]}"


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
