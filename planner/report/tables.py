"""Markdown that stays whole: tables whose source lines up, and names that cannot break out of their place."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MARKS = re.compile(r"([\\`*\[\]<])|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|(?<=~)~|~(?=~)")
_BAR = re.compile(r"(?<!\\)\|")
_START = re.compile(r"^(\d*)(#+(?= )|>|[-+](?= )|(?<=\d)[.)](?= )|=+$|-+$)")


def plain(text: str) -> str:
    r"""Return ``text`` on one line, with what Markdown or HTML would take for a mark escaped.

    Examples:
        >>> plain("a *b* <i> snake_case _x_")
        'a \\*b\\* \\<i> snake_case \\_x\\_'
    """
    flat = _MARKS.sub(lambda mark: f"\\{mark.group()}", " ".join(text.split()))
    if flat.count("$") > 1:
        flat = flat.replace("$", "\\$")  # or it is a formula
    return _START.sub(r"\1\\\2", flat)


def cell(text: str) -> str:
    r"""Return ``text`` as it may stand in a cell of a table: no line breaks, no bare ``|``.

    Examples:
        >>> cell("a | b"), cell(r"a \| b")
        ('a \\| b', 'a \\| b')
    """
    flat = " ".join(text.split())
    return re.sub(r"(\\*)\|", lambda bar: bar.group() if len(bar[1]) % 2 else f"{bar[1]}\\|", flat)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return a Markdown table whose columns line up in the source too, without a final newline.

    Args:
        head: column titles.
        rows: cells, as many as titles in each row.
        right: indices of the columns that are aligned right: numbers.

    Examples:
        >>> print(table(["Option", "Value"], [["Wait", "0"], ["Send one", "8.5"]], right=[1]))
        | Option   | Value |
        | -------- | ----: |
        | Wait     |     0 |
        | Send one |   8.5 |
    """
    return _aligned([[cell(text) for text in row] for row in (head, *rows)], set(right))


def realigned(text: str, say: Callable[[str], str]) -> str:
    r"""Return a table made by `table` with other heads of its columns, lined up again.

    Examples:
        >>> print(realigned("| Value |\n| ----: |\n|   8.5 |", {"Value": "Wert in Punkten"}.get))
        | Wert in Punkten |
        | --------------: |
        |             8.5 |
    """
    rows = [[part.strip() for part in _BAR.split(line)[1:-1]] for line in text.splitlines()]
    numbers = {at for at, rule in enumerate(rows[1]) if rule.endswith(":")}
    made = _aligned([[cell(say(head)) for head in rows[0]], *rows[2:]], numbers)
    return f"{made}\n" if text.endswith("\n") else made


def _aligned(cells: list[list[str]], numbers: set[int]) -> str:
    widths = [max(3, *(columns(text) for text in column)) for column in zip(*cells, strict=True)]
    lines = [
        "| " + " | ".join(_pad(text, widths[i], right=i in numbers) for i, text in enumerate(row)) + " |"
        for row in cells
    ]
    rule = "| " + " | ".join("-" * (w - 1) + (":" if i in numbers else "-") for i, w in enumerate(widths)) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def columns(text: str) -> int:
    """Return how many columns ``text`` takes in a fixed-width font."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in unicodedata.normalize("NFC", text)
    )


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - columns(text))
    return space + text if right else text + space
