"""Text that has to fit: widths of Liberation Sans, wrapping, shortening.

Pictures are laid out with the widths of the font that the chart library brings along, so the layout does not
depend on the fonts of the machine. Arial has the same widths; for other fonts a little slack is added.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
ELLIPSIS = "…"
_SLACK = 1.04


@cache
def _widths(*, bold: bool) -> dict[str, float]:
    """Return the width of every known character in ems."""
    table = json.loads((files("planner.report") / "specs" / "widths.json").read_text("utf-8"))
    em = table["units_per_em"]
    face = table["bold" if bold else "regular"]
    return {character: int(width) / em for width, characters in face.items() for character in characters}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of ``text`` at ``size`` pixels, with a little slack for other fonts.

    Characters that the font lacks count as a full em, combining marks as nothing.

    Examples:
        >>> round(width("Ill", 12)), round(width("WWW", 12))
        (9, 35)
    """
    known = _widths(bold=bold)
    return sum(known.get(c, 0.0 if unicodedata.combining(c) else 1.0) for c in text) * size * _SLACK


def shorten(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return ``text``, cut with an ellipsis where it does not fit into ``room`` pixels.

    Examples:
        >>> shorten("Coordinate sanctions", 75, 12)
        'Coordinate…'
    """
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    kept = text[:low]
    space = kept.rfind(" ")
    if space > 0.6 * low and text[low : low + 1] != " ":
        kept = kept[:space]  # a whole word less reads better than half a word
    return kept.rstrip(" ,;:.-\u2013") + ELLIPSIS


def wrap(text: str, room: float, size: float, *, lines: int = 2, bold: bool = False) -> tuple[str, ...]:
    """Return ``text`` in at most ``lines`` lines of ``room`` pixels; what is left over ends in an ellipsis.

    Lines break at spaces; a word that is too long for a line is broken where the line ends.

    Examples:
        >>> wrap("Coordinate sanctions with clear benchmarks", 90, 12)
        ('Coordinate', 'sanctions…')
        >>> wrap("", 90, 12)
        ()
    """
    words = " ".join(text.split()).split(" ") if text.strip() else []
    made: list[str] = []
    while words and len(made) < lines:
        line, used = _fill(words, room, size, bold=bold)
        if len(made) == lines - 1 and used < len(words):
            return (*made, shorten(" ".join(words), room, size, bold=bold))
        if used == 0:  # a single word wider than the line
            cut = _fitting(words[0], room, size, bold=bold)
            line, words[0] = words[0][:cut], words[0][cut:]
        made.append(line)
        words = words[used:]
    return tuple(made)


def balance(text: str, room: float, size: float, *, lines: int = 2, bold: bool = False) -> tuple[str, ...]:
    """Wrap ``text`` like `wrap`, but into lines of similar length where it takes several.

    Examples:
        >>> balance("Coordinate sanctions with benchmarks", 150, 12)
        ('Coordinate sanctions', 'with benchmarks')
    """
    widest = wrap(text, room, size, lines=lines, bold=bold)
    if len(widest) < 2 or widest[-1].endswith(ELLIPSIS):
        return widest
    low, high = 0.0, room
    while high - low > 2:
        middle = (low + high) / 2
        tried = wrap(text, middle, size, lines=len(widest) + 1, bold=bold)
        broken = "".join(tried).replace(" ", "") != "".join(widest).replace(" ", "")
        split = {word for line in tried for word in line.split()} != set(text.split())
        if len(tried) > len(widest) or broken or split:
            low = middle
        else:
            high = middle
    return wrap(text, high, size, lines=lines, bold=bold)


def _fill(words: list[str], room: float, size: float, *, bold: bool) -> tuple[str, int]:
    """Return the longest line of whole words that fits, and how many words it takes."""
    line, used = "", 0
    for word in words:
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) > room:
            break
        line, used = longer, used + 1
    return line, used


def _fitting(word: str, room: float, size: float, *, bold: bool) -> int:
    """Return how many characters of ``word`` fit, at least one."""
    count = 1
    while count < len(word) and width(word[: count + 1], size, bold=bold) <= room:
        count += 1
    return count
