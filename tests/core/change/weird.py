"""Documents in weird layouts: every form that YAML has for the same data, with comments wherever one can stand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from planner.core.change.layout_order import DOCUMENT, EDGE, NODE, PARAMETER

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[st.SearchStrategy[Any]], Any]

WORDS = ("talks", "a first step", "two  spaces", "no", "0.30", "1e3", "-70", "rest", "talks_yield / 2", "", "it's",
         'say "hi"', "key: value", "# no comment", "Zürich – 東京", "a\u2028b", "- dash", " lead", "trail ", "null",
         "[x", "{y}", "50 %", "tab\there", "back\\slash", "word " * 27 + "end", "one\ntwo",
         "one\n\n  two\nthree\n")  # fmt: skip
NAMES = ("uk", "line", "follow-up", "b", "a b", "Ünion", "3", "'quoted'", "optoins")
KEYS = sorted({*DOCUMENT.keys, *NODE.keys, *EDGE.keys, *PARAMETER.keys, *NAMES})

values = st.recursive(
    st.none() | st.sampled_from(WORDS),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.sampled_from(KEYS), below, max_size=5),
    max_leaves=8,
)


@st.composite
def texts(draw: Draw) -> str:
    """Return the text of a document; not all of them are faultless YAML."""
    data = draw(st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=5))
    written = _Weird(draw)
    head: str = draw(st.sampled_from(("", "", "", "---\n", "%YAML 1.2\n--- # start\n", "# first\n\n---\n")))
    if draw(st.integers(0, 9)) < 9:
        text = head + written.block_map(data, draw(st.sampled_from((0, 0, 0, 3))))
    else:
        text = head + written.flow(data, 1) + written.trail()
    text += str(draw(st.sampled_from(("", "", "", "# last", "  # last\n", "...\n# over\n", "\n\n\n"))))
    if draw(st.booleans()):
        text = text.rstrip("\n")
    ends = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    return str(draw(st.sampled_from(("", "", "\ufeff")))) + text.replace("\n", ends)


class _Weird:
    """Writes one document; the comments are numbered, so that each can be looked for."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.count = 0

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def one_of(self, *texts: str) -> str:
        return str(self.draw(st.sampled_from(texts)))

    def comment(self) -> str:
        self.count += 1
        return f"#{self.one_of('', ' ', '  ')}c{self.count}!{self.one_of('', ' ', ' # #')}"

    def space(self) -> str:
        return self.one_of("", " ", " ", "   ", "\t")

    def trail(self) -> str:
        """End a line."""
        if self.chance(4):
            return self.one_of(" ", "  ", "      ", " \t") + self.comment() + "\n"
        return self.one_of("", "", "", " ", "\t") + "\n"

    def noise(self, indent: int) -> str:
        """Write blank lines and comments, before a line that is indented so."""
        lines = ""
        while self.chance(4):
            column = self.draw(st.sampled_from((indent, indent, 0, 1, 2, 4, 6)))
            lines += self.one_of("\n", "  \n", "\n\n\n") if self.chance(2) else ""
            lines += " " * column + self.comment() + "\n"
        return lines + ("\n" * self.draw(st.integers(1, 3)) if self.chance(5) else "")

    # --- lines --------------------------------------------------------------------------------------------

    def block_map(self, data: dict[str, Any], indent: int, *, first: bool = False) -> str:
        text = ""
        for key, value in data.items():
            text += "" if first else self.noise(indent) + " " * indent
            first = False
            written = self.quoted(key, indent, flow=False)
            if self.chance(12):
                text += f"? {written}{self.trail()}{self.noise(indent)}{' ' * indent}:"
            else:
                text += f"{written}{self.space() if self.chance(4) else ''}:"
            text += self.held(value, indent, least=0 if isinstance(value, list) else 1)
        return text

    def block_list(self, data: list[Any], indent: int, *, first: bool = False) -> str:
        text = ""
        for value in data:
            text += "" if first else self.noise(indent) + " " * indent
            first = False
            if isinstance(value, dict | list) and value and self.chance(3):
                gap = self.draw(st.integers(1, 3))
                text += "-" + " " * gap + self.block(value, indent + 1 + gap, first=True)
            else:
                held = self.held(value, indent, least=1)
                space = held[: len(held) - len(held.lstrip(" \t"))]
                text += "-" + space.replace("\t", " ") + held[len(space) :]
        return text

    def block(self, data: Any, indent: int, *, first: bool = False) -> str:
        write = self.block_map if isinstance(data, dict) else self.block_list
        return write(data, indent, first=first)

    def held(self, value: Any, indent: int, *, least: int) -> str:
        """Write what stands behind a colon or a dash, up to the end of its line."""
        if value is None:
            return self.trail()
        if isinstance(value, dict | list) and value and not self.chance(3):
            return self.trail() + self.block(value, indent + self.draw(st.integers(least, 4)))
        below = indent + self.draw(st.integers(1, 4))
        if isinstance(value, str) and self.chance(3):
            return " " + self.lines(value, below)
        start = self.trail() + self.noise(below) + " " * below if self.chance(6) else " " + self.space()
        if isinstance(value, dict | list):
            return start + self.flow(value, below) + self.trail()
        return start + self.quoted(value, below, flow=False) + self.trail()

    def lines(self, value: str, indent: int) -> str:
        """Write text after | or >."""
        mark = self.one_of("|", ">", "|-", ">-", "|+", ">+")
        if self.chance(5):
            mark += f"  {self.comment()}"
        more = self.one_of("", "", "\n", "\n\n", "\n   \n")
        text = "\n".join(" " * indent + line if line else "" for line in (value + more).split("\n"))
        return f"{mark}\n{text}\n"

    # --- brackets and scalars -----------------------------------------------------------------------------

    def flow(self, value: Any, indent: int) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return self.quoted(value, indent, flow=True)
        mapping = isinstance(value, dict)
        parts = []
        for item in value:
            inner = self.flow(value[item] if mapping else ("-" if item is None else item), indent)
            if mapping:
                key = self.quoted(item, indent, flow=True)
                inner = f"{key}{self.space() if self.chance(5) else ''}: {inner}" if inner or self.chance(2) else key
            parts.append(f"{self.gap(indent)}{inner}{self.gap(indent)}")
        comma = "," if parts and self.chance(5) else ""
        text = ",".join(parts) + comma + self.gap(indent)
        return f"{{{text}}}" if mapping else f"[{text}]"

    def gap(self, indent: int) -> str:
        """Write what may stand between two words in brackets."""
        if self.chance(8):
            return f" {self.comment()}\n{self.noise(indent)}{' ' * indent}"
        if self.chance(8):
            return f"\n{' ' * indent}"
        return self.space()

    def quoted(self, value: str, indent: int, *, flow: bool) -> str:
        """Write a scalar, with or without quotation marks, on one line or several."""
        style = self.draw(st.integers(0, 4))
        plain = re.fullmatch(r"[\w(*/%-][\w ()*/%–'-]*(?<! )", value) and not value.startswith(("- ", "%", "*", "-"))
        fold = f"{self.space()}\n{' ' * (indent + 1)}"
        if style < 3 and plain and value:
            single = self.chance(4) and value not in KEYS and not flow
            return re.sub(r"(?<=\w) (?=\w)", fold, value) if single and "  " not in value else value
        if style == 3 and "\n" not in value and "\t" not in value and "\u2028" not in value:
            return "'" + value.replace("'", "''") + "'"
        text = json.dumps(value, ensure_ascii=False)
        if self.chance(4) and value not in KEYS:
            text = re.sub(r"(?<=\w) (?=\w)", f" \\\\\n{' ' * (indent + 1)}", text, count=1)
        return text
