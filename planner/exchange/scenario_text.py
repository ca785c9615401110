"""A scenario that was made from another format as text, in planner's own canonical layout.

The text is written as `planner fmt` would, without its walk over the whole file: games may be large.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.core.change.edit import scalar
from planner.core.change.layout_write import INDENT, WIDTH
from planner.core.scalars import CONSTANTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    Content = str | Sequence[str] | Mapping[str, "Content"]

_SIMPLE = re.compile(r"[A-Za-z](?:[A-Za-z0-9_ ()/?.'+-]*[A-Za-z0-9_)?.])?|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:/[0-9]+)?")
LONG_DECIMAL = 15


class Text(str):
    """Words, which must not be read as a number or a formula."""

    __slots__ = ()


@lru_cache(maxsize=65_536)
def _scalar(text: str, words: bool, inside: bool) -> str:
    if _SIMPLE.fullmatch(text) and text not in CONSTANTS:
        return f"'{text}'" if words and not text[0].isalpha() and "/" not in text else text
    if words and (text[:1] in ".+-" or text[:1].isdigit()):
        return "'" + text.replace("'", "''") + "'"
    return scalar(text, flow=inside)


def flow(content: Content, *, inside: bool = True) -> str:
    """Write content on one line; ``inside`` says whether that is between brackets."""
    if isinstance(content, str):
        return _scalar(content, isinstance(content, Text), inside)
    if hasattr(content, "items"):
        return "{" + ", ".join([f"{key}: {flow(value)}" for key, value in content.items()]) + "}"
    return "[" + ", ".join(map(flow, content)) + "]"


def entry(key: str, content: Content, indent: int, *, opened: int = 0) -> list[str]:
    """Write an entry as lines.

    Args:
        key: its key.
        content: its value.
        indent: columns before the key.
        opened: how many levels of mappings below get a line for each entry even where one line would hold them all.
    """
    head = f"{'':{indent}}{key}:"
    line = f"{head} {flow(content, inside=False)}" if not (opened and hasattr(content, "items")) else ""
    if line and (len(line) <= WIDTH or isinstance(content, str) or not content):
        return [line]
    lines = [head]
    if hasattr(content, "items"):
        for name, value in content.items():
            lines += entry(name, value, indent + INDENT, opened=max(opened - 1, 0))
    else:
        lines += [f"{'':{indent + INDENT}}- {flow(each, inside=False)}" for each in content]
    return lines


def amount(number: Fraction) -> str:
    """Write a number exactly: as a decimal where it has a short one, else as a fraction.

    >>> from fractions import Fraction
    >>> amount(Fraction(7, 2)), amount(Fraction(-1, 3)), amount(Fraction(10**20))
    ('3.5', '-1/3', '100000000000000000000')
    """
    bottom, top = number.denominator, number.numerator
    if bottom == 1:
        return str(top)
    places = 0
    rest = bottom
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest //= 10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2
        places += 1
        if places > LONG_DECIMAL:
            break
    if rest == 1 and places <= LONG_DECIMAL:
        digits = str(abs(top) * 10**places // bottom).rjust(places + 1, "0")
        return f"{'-' if top < 0 else ''}{digits[:-places]}.{digits[-places:]}".rstrip("0")
    return f"{top}/{bottom}"


def document(head: Mapping[str, Content], sections: Mapping[str, Mapping[str, Content]], note: str) -> str:
    """Write a whole scenario.

    Args:
        head: the keys at the top.
        sections: actors, state and nodes.
        note: a sentence for the comment in the first line.
    """
    blocks = ["\n".join([f"# {note}", *(line for key, value in head.items() for line in entry(key, value, 0))])]
    for name, section in sections.items():
        if name == "nodes":
            inside = [
                "\n".join(entry(key, node, INDENT, opened=1 if "outcome" in node else 2))
                for key, node in section.items()
            ]
            blocks.append("nodes:\n" + "\n\n".join(inside))
        elif section:
            blocks.append("\n".join(entry(name, section, 0, opened=1)))
    return "\n\n".join(blocks) + "\n"
