"""What keeps people from reading a page, found without a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from planner.report.documents.colours import contrast

VOID = {"meta", "img", "br", "hr", "link", "input"}
_COLOUR = re.compile(r"--(\w+):\s*(#[0-9a-fA-F]{6})")
# (what stands, on what, the least contrast by WCAG 2.2 AA: 4.5 for text, 3 for marks that are no text)
PAIRS = (
    ("text", "ground", 4.5),
    ("quiet", "ground", 4.5),
    ("accent", "ground", 4.5),
    ("text", "band", 4.5),
    ("accent", "band", 3.0),
    ("focus", "ground", 3.0),
)


@dataclass
class _Page(HTMLParser):
    found: list[str] = field(default_factory=list)
    open: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self._element(tag, given)
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.found.append(f"</{tag}> closes {self.open[-1][0] if self.open else 'nothing'}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "title":
            self.title += data

    def _element(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html" and not given.get("lang"):
            self.found.append("no language")
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "img" and "alt" not in given:
            self.found.append("a picture without alt")
        if tag == "svg" and not (given.get("role") == "img" and given.get("aria-label", "").strip()):
            self.found.append("a drawing without a name")
        if tag == "th" and given.get("scope") not in {"col", "row"}:
            self.found.append("a head without scope")
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag in {"script", "iframe", "object", "embed", "link", "form", "base"}:
            self.found.append(f"<{tag}>")
        for name, value in given.items():
            outside = name in {"src", "xlink:href", "srcset", "data"} and not value.startswith("data:")
            if name.startswith("on") or outside or "javascript:" in value.lower().split(";")[0][:20]:
                self.found.append(f"{name}={value[:30]}")
        if given.get("tabindex") == "0" and not given.get("aria-label"):
            self.found.append(f"<{tag}> takes the focus and has no name")


def barriers(page: str) -> list[str]:
    """Return what is wrong with a page."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    found = list(reader.found)
    found += [f"<{tag}> stays open" for tag, _ in reader.open]
    found += [f"no <{tag}>" for tag in ("main", "header", "footer") if tag not in reader.tags]
    found += [] if reader.title.strip() else ["no title"]
    found += [] if reader.levels.count(1) == 1 else [f"{reader.levels.count(1)} titles"]
    jumps = [(a, b) for a, b in zip([0, *reader.levels], reader.levels, strict=False) if b > a + 1]
    found += [f"h{a} is followed by h{b}" for a, b in jumps]
    found += [f"id '{name}' twice" for name in set(reader.ids) if reader.ids.count(name) > 1]
    for link in reader.links:
        if link.startswith("#"):
            found += [] if link[1:] in reader.ids else [f"{link} leads nowhere"]
        elif not link.startswith(("http://", "https://", "mailto:")):
            found.append(f"a link to {link}")
    if reader.tags.count("table") != reader.tags.count("caption"):
        found.append("a table without caption")
    if reader.links[:1] and not reader.links[0].startswith("#"):
        found.append("nothing to skip to the text with")
    return found + faint(page)


def faint(page: str) -> list[str]:
    """Return the pairs of colours that stand too close to each other, in the light and in the dark."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    light, _, dark = style.partition("prefers-color-scheme: dark")
    found = []
    for name, text in (("light", light), ("dark", dark)):
        colours = dict(_COLOUR.findall(text))
        for front, back, least in PAIRS:
            if front not in colours or back not in colours:
                found.append(f"{name}: no colour {front} or {back}")
            elif contrast(colours[front], colours[back]) < least:
                found.append(f"{name}: {front} on {back}")
    return found
