"""Reading a paper's Markdown into a tree.

HTML in the Markdown is text like any other, except for comments, which nobody sees, `<br>`, and `<details>` with its
`<summary>`, which papers use.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

from planner.report.documents.tree import (
    Code,
    Details,
    Heading,
    Line,
    Link,
    Listed,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Styled,
    Table,
    Text,
    Tree,
    plain_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from planner.report.documents.tree import Block, Blocks, Inline, Inlines

_LINKS = {"http", "https", "mailto"}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DETAILS = re.compile(
    r"\s*<details(?: open)?>\s*(?:<summary>(?P<summary>.*?)</summary>)?\s*", re.DOTALL | re.IGNORECASE
)
_END = re.compile(r"\s*</details>\s*", re.IGNORECASE)
_LINE = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=\d) %")  # a number and its sign stay on one line
_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)


def parse(markdown: str, pictures: Collection[str] = (), *, title: str = "") -> Tree:
    r"""Return the tree of a Markdown text.

    Args:
        markdown: the text.
        pictures: names of the pictures that the paper has; any other picture is told by its alternative text.
        title: of the paper, where the text has no heading of the first level.

    Examples:
        >>> tree = parse("# Line\n\nSay *<b>no</b>*.")
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
