"""Threshold strips: along the range of each input, which option is taken where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analyses.varying.sensitivity_words import places_for
from planner.report.canvas import Canvas
from planner.report.charts_sensitivity import drawn_bars
from planner.report.rounding import number
from planner.report.text import balance, width
from planner.report.words import count, ended, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.sensitivity import Sensitivity
    from planner.analyses.varying.tornado import Bar

ROWS = 8
STRIP, GAP, BELOW = 20, 16, 15  # pixels: a strip, what lies between two, the numbers below one


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an input's range, and the option that is taken there."""

    low: float
    high: float
    option: str


def pieces(result: Sensitivity, bar: Bar) -> list[Piece]:
    """Return the stretches of an input's range from its low to its high end, each with the option taken there."""
    low, high = bar.low.at, bar.high.at
    turns = sorted(
        (one for one in result.thresholds if one.parameter == bar.parameter and low < one.at < high),
        key=lambda one: one.at,
    )
    found, start, option = [], low, bar.low.chosen
    for one in turns:
        found.append(Piece(start, one.at, option))
        start, option = one.at, one.to if one.side == "above" else one.origin
    return [*found, Piece(start, high, option)]


def drawn_strips(result: Sensitivity) -> list[Bar]:
    """Return the inputs whose range holds a threshold; none where nothing flips the choice."""
    return [bar for bar in drawn_bars(result, len(result.tornado)) if bar.flips and len(pieces(result, bar)) > 1][:ROWS]


def strips_svg(result: Sensitivity) -> str:
    """Return the strips as SVG, in the order of the bars."""
    bars = drawn_strips(result)
    look = Canvas("sensitivity", 1, 1, (0, 1)).look
    shape = look["grid"]
    wide = look["bars"]["width"]
    rows = [pieces(result, bar) for bar in bars]
    options = _options(result, rows)
    fills = {option: shape["fills"][at % len(shape["fills"])] for at, option in enumerate(options)}
    labels = [balance(bar.words, look["label_width"], look["label_size"], lines=2) for bar in bars]
    heights = [max(len(lines) * look["line_height"], STRIP + BELOW) + GAP for lines in labels]
    canvas = Canvas("sensitivity", wide, sum(heights), (0, 1))
    canvas.made["axes"] = []
    top = 0.0
    for bar, row, lines, height in zip(bars, rows, labels, heights, strict=True):
        middle = top + height / 2 - BELOW / 2
        _strip(canvas, bar, row, middle, fills)
        first = middle - (len(lines) - 1) * look["line_height"] / 2
        for at, line in enumerate(lines):
            canvas.text(-12, first + at * look["line_height"], line, align="right")
        top += height
    key = _key(canvas, result, options, fills)
    left = 12 + max(width(line, look["label_size"]) for lines in labels for line in lines)
    return canvas.drawn(title=finding(result, bars), subtitle=NOTE, alt=strips_alt(result), room=left + wide + key)


NOTE = (
    "Each strip is the range of one input, low end to high end, all others as they stand; the numbers below are its "
    "ends and where the choice turns. Ring: as things stand. Computed from the stated inputs."
)


def _options(result: Sensitivity, rows: Sequence[Sequence[Piece]]) -> list[str]:
    """Return the options that are taken anywhere, the one that is now the choice first."""
    taken = {piece.option for row in rows for piece in row}
    return [result.chosen, *(option for option in result.options if option in taken and option != result.chosen)]


def _strip(canvas: Canvas, bar: Bar, row: Sequence[Piece], middle: float, fills: dict[str, str]) -> None:
    """Draw one strip with its numbers; of two numbers that would touch, that of an end gives way."""
    low, high = bar.low.at, bar.high.at
    places = places_for(high - low, low, high, *(piece.high for piece in row))

    def across(value: float) -> float:
        return canvas.x((value - low) / (high - low))

    for piece in row:
        fill = fills[piece.option]
        canvas.rect(
            across(piece.low), across(piece.high), middle - STRIP / 2, middle + STRIP / 2, fill=fill, stroke="#333333"
        )
    if low <= bar.now.at <= high:
        canvas.point(across(bar.now.at), middle)
    below = middle + STRIP / 2 + BELOW / 2 + 2
    used: list[tuple[float, float]] = []
    for value, align in [*((piece.high, "center") for piece in row[:-1]), (low, "left"), (high, "right")]:
        text = number(value, places)
        half = width(text, canvas.look["small_size"]) / 2
        centre = across(value) + (half if align == "left" else -half if align == "right" else 0)
        if all(abs(centre - other) > half + room + 6 for other, room in used):
            canvas.text(across(value), below, text, align=align, small=True)
            used.append((centre, half))


def _key(canvas: Canvas, result: Sensitivity, options: Sequence[str], fills: dict[str, str]) -> float:
    """Draw swatches with the options' names to the right; return how wide that is."""
    look = canvas.look
    left, top, wide = canvas.wide + 18, 4.0, 0.0
    for option in options:
        lines = balance(result.focus.name(option), look["grid"]["label_width"], look["label_size"], lines=3)
        canvas.rect(left, left + 14, top, top + 14, fill=fills[option], stroke="#555555")
        for at, line in enumerate(lines):
            canvas.text(left + 22, top + 7 + at * look["line_height"], line)
            wide = max(wide, 40 + width(line, look["label_size"]))
        top += len(lines) * look["line_height"] + 8
    return wide


def finding(result: Sensitivity, bars: Sequence[Bar]) -> str:
    """Return what the strips show, as a short title."""
    name = result.focus.name(result.chosen)
    if len(bars) == 1:
        return f"{bars[0].words} alone can turn the choice away from {name}"
    return f"Each of {count(len(bars), 'input')} alone can turn the choice away from {name}"


def strips_alt(result: Sensitivity) -> str:
    """Return the strips in words."""
    told = []
    for bar in drawn_strips(result):
        row = pieces(result, bar)
        places = places_for(bar.high.at - bar.low.at, bar.low.at, bar.high.at, *(piece.high for piece in row))
        parts = [
            f"{result.focus.name(piece.option)} from {number(piece.low, places)} to {number(piece.high, places)}"
            for piece in row
        ]
        told.append(f"{bar.words}: {listed(parts)}")
    return ended(f"Which option is taken along the range of each input. {'; '.join(told)}")
