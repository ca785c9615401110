"""The probability of being best: in what share of draws each option is the one that is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.report.canvas import Canvas
from planner.report.text import balance, width

if TYPE_CHECKING:
    from collections.abc import Sequence

BAR, GAP = 20, 16  # pixels


@dataclass(frozen=True, slots=True)
class Share:
    """One option: its name, its share of the draws, that as it is written, and whether it is set apart."""

    name: str
    share: float
    label: str
    best: bool


def best_svg(shares: Sequence[Share], *, axis: str, title: str, subtitle: str, alt: str) -> str:
    """Return the shares as bars, as SVG.

    Args:
        shares: the options, from top to bottom.
        axis: title of the axis.
        title: the finding.
        subtitle: how to read it.
        alt: the picture in words.
    """
    look = Canvas("sensitivity", 1, 1, (0, 1)).look
    wide = look["bars"]["width"]
    labels = [
        balance(one.name, look["label_width"], look["label_size"], lines=look["bars"]["label_lines"], bold=one.best)
        for one in shares
    ]
    heights = [max(len(lines) * look["line_height"], BAR) + GAP for lines in labels]
    canvas = Canvas("sensitivity", wide, sum(heights), (0, 100))
    top = 0.0
    for one, lines, height in zip(shares, labels, heights, strict=True):
        middle = top + height / 2
        style = look["bars"]["high"] if one.best else {"fill": "#c3cfdb", "stroke": "#333333"}
        if one.share > 0:
            canvas.rect(0, canvas.x(100 * one.share), middle - BAR / 2, middle + BAR / 2, **style)
        canvas.text(canvas.x(100 * one.share) + 8, middle, one.label, bold=one.best, halo=True)
        first = middle - (len(lines) - 1) * look["line_height"] / 2
        for at, line in enumerate(lines):
            canvas.text(-12, first + at * look["line_height"], line, align="right", bold=one.best)
        top += height
    canvas.rule(0, 0, -2, canvas.high, thick=1.6)
    canvas.axis(0, axis)
    left = 12 + max(width(line, look["label_size"], bold=True) for lines in labels for line in lines)
    room = left + wide + max(width(one.label, look["label_size"], bold=True) for one in shares)
    return canvas.drawn(title=title, subtitle=subtitle, alt=alt, room=room)
