"""The picture of a dispute: gains over no agreement by option, on a plane for two actors, in rows for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.charts import spec, svg
from planner.report.charts_frontier import Plane, PlanePoint, frontier_svg
from planner.report.rounding import number
from planner.report.text import balance, shorten, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class GainRow:
    """One option.

    Attributes:
        name: what it is called.
        note: who blocks it, or whom it costs; empty if nobody.
        gains: what each actor gains by it.
        kind: adopted (and efficient), stands (adopted or standing, not efficient), efficient, other.
    """

    name: str
    note: str
    gains: tuple[float, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Gains:
    """What is drawn: options, and between whom; ``axis`` says what gains are counted in."""

    rows: tuple[GainRow, ...]
    actors: tuple[str, ...]
    axis: str


def gains_svg(data: Gains, *, title: str, subtitle: str, alt: str) -> str:
    """Return gains over no agreement as SVG.

    Args:
        data: what to draw.
        title: the finding, as the picture's heading.
        subtitle: what the marks are.
        alt: the picture in words, for readers who do not see it.
    """
    if len(data.actors) == 2:
        return _plane(data, title, subtitle, alt)
    return _rows(data, title, subtitle, alt)


def _plane(data: Gains, title: str, subtitle: str, alt: str) -> str:
    ordered = sorted(data.rows, key=lambda row: row.gains)
    points = tuple(PlanePoint(row.gains[1], row.gains[0], row.kind, row.name) for row in ordered)
    first, second = (f"{actor}: {data.axis}" for actor in data.actors)
    plane = Plane(points, cost=second, effect=first, drawing="negotiate", zero=True)
    return frontier_svg(plane, title=title, subtitle=subtitle, alt=alt)


def _rows(data: Gains, title: str, subtitle: str, alt: str) -> str:
    made = spec("negotiate")
    look = made["usermeta"]
    wide, size = look["row_width"], look["label_size"]
    lows = [min(0.0, *row.gains) for row in data.rows]
    highs = [max(0.0, *row.gains) for row in data.rows]
    room = (max(highs) - min(lows)) * 0.06 or 1.0
    low, high = min(lows) - room, max(highs) + room

    def across(value: float) -> float:
        return round(float((value - low) / (high - low) * wide), 1)

    legend, top = _legend(data.actors, look, wide)
    rules, points, texts = [], list(legend[0]), list(legend[1])
    for row in data.rows:
        heavy = row.kind in {"adopted", "stands"}
        names = balance(row.name, look["row_label"], size, lines=3, bold=heavy)
        notes = wrap(row.note, look["row_label"], size, lines=2) if row.note else ()
        lines = [(line, heavy) for line in names] + [(line, False) for line in notes]
        high_row = len(lines) * look["line_height"] + look["row_gap"]
        middle = round(top + high_row / 2, 1)
        rules.append(_rule(0, middle, wide, middle, "#e4e4e4", 1, []))
        spread = [across(gain) for gain in row.gains]
        rules.append(_rule(min(spread), middle, max(spread), middle, "#8c8c8c", 2, []))
        points += _marks(row.gains, spread, middle, look)
        start = middle - (len(lines) - 1) * look["line_height"] / 2
        for at, (line, bold) in enumerate(lines):
            fill = look["kinds"][row.kind]["text"] if at < len(names) else "#111111"
            texts.append(_text(-14, start + at * look["line_height"], line, "right", fill, bold=bold))
        top += high_row
    rules.append(_rule(across(0), legend[2], across(0), top, "#555555", 1.2, [4, 3]))
    made["height"] = round(top, 1)
    made["width"] = wide
    made["data"][1]["values"], made["data"][3]["values"], made["data"][4]["values"] = points, texts, rules
    made["scales"][0]["domain"] = [low, high]
    del made["axes"][1]
    made["axes"][0]["title"] = list(wrap(data.axis, wide, look["axis_size"], lines=2))
    widest = max(width(number(end), look["tick_size"]) for end in (low, high))
    made["axes"][0]["tickCount"] = int(min(6, max(2, wide / (widest + 30))))
    made["axes"][0]["grid"] = False
    made["title"]["text"] = list(wrap(title, wide + 200, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, wide + 200, look["subtitle_size"], lines=4))
    return svg(made, alt)


def _marks(
    gains: Sequence[float], spread: Sequence[float], middle: float, look: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return a mark for each actor; marks that would hide each other are set above one another."""
    found: list[dict[str, Any]] = []
    for at in sorted(range(len(gains)), key=lambda at: (spread[at], at)):
        near = sum(1 for other in found if abs(other["x"] - spread[at]) < 11)
        shift = (near + 1) // 2 * 11 * (1 if near % 2 else -1) if near else 0
        found.append(
            {"x": spread[at], "y": round(middle + shift, 1), "size": 95, **look["marks"][at % len(look["marks"])]}
        )
    return found


def _legend(
    actors: Sequence[str], look: dict[str, Any], wide: float
) -> tuple[tuple[list[dict[str, Any]], list[dict[str, Any]], float], float]:
    """Return the marks and names of the actors, in lines above the rows, and where the rows begin."""
    points, texts = [], []
    x, y = 0.0, 4.0
    for at, actor in enumerate(actors):
        name = shorten(actor, 200, look["legend_size"])
        needed = 26 + width(name, look["legend_size"])
        if x and x + needed > wide:
            x, y = 0.0, y + 20
        points.append({"x": round(x + 6, 1), "y": y, "size": 95, **look["marks"][at % len(look["marks"])]})
        texts.append(_text(x + 16, y, name, "left", "#111111"))
        x += needed + 10
    return (points, texts, y + 14), y + 18


def _rule(x0: float, y0: float, x1: float, y1: float, stroke: str, thick: float, dash: list[int]) -> dict[str, Any]:
    return {"x0": x0, "y0": y0, "x1": x1, "y1": y1, "stroke": stroke, "width": thick, "dash": dash}


def _text(x: float, y: float, text: str, align: str, fill: str, *, bold: bool = False) -> dict[str, Any]:
    return {
        "x": round(x, 1),
        "y": round(y, 1),
        "text": text,
        "align": align,
        "weight": "bold" if bold else "normal",
        "fill": fill,
    }
