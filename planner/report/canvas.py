"""A plot whose marks are placed in Python, in pixels, and drawn by Vega with its axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from planner.report.charts import spec, svg
from planner.report.rounding import number
from planner.report.text import width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

INK, GREY, SMALL_PRINT = "#222222", "#555555", "#444444"


class Canvas:
    """A plot from a specification of marks in pixels.

    Args:
        name: of the specification.
        wide, high: of the plot, in pixels.
        x: the range of the axis across.
        y: the range of the axis up; without one there is no such axis.
    """

    def __init__(
        self, name: str, wide: float, high: float, x: tuple[float, float], y: tuple[float, float] | None = None
    ) -> None:
        self.made = spec(name)
        self.look: dict[str, Any] = self.made["usermeta"]
        self.wide, self.high, self.range_x, self.range_y = wide, high, x, y
        self.made |= {"width": wide, "height": high}
        self.made["scales"][0]["domain"] = list(x)
        if y is None:
            del self.made["axes"][1]
        else:
            self.made["scales"][1]["domain"] = list(y)
        self.rows: dict[str, list[dict[str, Any]]] = {each["name"]: each["values"] for each in self.made["data"]}

    def x(self, value: float) -> float:
        """Return the pixel of a value across."""
        low, high = self.range_x
        return round((value - low) / (high - low) * self.wide, 2)

    def y(self, value: float) -> float:
        """Return the pixel of a value up."""
        assert self.range_y is not None
        low, high = self.range_y
        return round((high - value) / (high - low) * self.high, 2)

    def rect(self, x: float, x2: float, y: float, y2: float, **style: Any) -> None:
        """Add a rectangle."""
        self.rows["rects"].append({"x": x, "x2": x2, "y": y, "y2": y2, **style})

    def line(self, series: int, corners: Sequence[tuple[float, float]], style: dict[str, Any]) -> None:
        """Add a line through some pixels."""
        self.rows["lines"] += [{"series": series, "x": x, "y": y, **style} for x, y in corners]

    def rule(self, x: float, x2: float, y: float, y2: float, *, thick: float = 1.2, dash: Sequence[int] = ()) -> None:
        """Add a straight line."""
        row = {"x": x, "x2": x2, "y": y, "y2": y2, "stroke": GREY if dash else INK, "width": thick, "dash": list(dash)}
        self.rows["rules"].append(row)

    def point(self, x: float, y: float) -> None:
        """Add a ring."""
        self.rows["points"].append({"x": x, "y": y})

    def text(
        self, x: float, y: float, text: str, *, align: str = "left", small: bool = False, bold: bool = False,
        halo: bool = False,
    ) -> None:  # fmt: skip
        """Add one line of text, small print in grey; with a halo it stays legible on lines."""
        size = self.look["small_size"] if small else self.look["label_size"]
        weight = "bold" if bold else "normal"
        row = {"x": round(x, 2), "y": round(y, 2), "text": text, "align": align, "size": size, "weight": weight}
        self.rows["texts"].append({**row, "fill": SMALL_PRINT if small else INK})
        if halo:
            self.rows["halos"].append(row)

    def axis(self, at: int, title: str) -> None:
        """Give an axis its title and as many ticks as there is room for: 0 across, 1 up."""
        axis = self.made["axes"][at]
        low, high = self.range_x if at == 0 else self.range_y or (0.0, 1.0)
        length = self.wide if at == 0 else self.high
        axis["title"] = list(wrap(title, length + 40, self.look["axis_size"], lines=2))
        if at == 0:
            widest = max(width(number(end), self.look["tick_size"]) for end in (low, high, (low + high) / 2))
            axis["tickCount"] = int(min(6, max(2, length / (widest + 30))))

    def drawn(self, *, title: str, subtitle: str, alt: str, room: float) -> str:
        """Return the picture as SVG; ``room`` is how wide title and subtitle may be."""
        self.made["title"]["text"] = list(wrap(title, room, self.look["title_size"], lines=3, bold=True))
        self.made["title"]["subtitle"] = list(wrap(subtitle, room, self.look["subtitle_size"], lines=5))
        return svg(self.made, alt)


def spread(wanted: Sequence[float], heights: Sequence[float], high: float) -> list[float]:
    """Return middles for labels near those that are wanted, none over another, from 0 down to ``high``.

    >>> spread([10.0, 12.0, 90.0], [20.0, 20.0, 20.0], 100.0)
    [10.0, 30.0, 90.0]

    Args:
        wanted: the middle that each label would like.
        heights: of the labels.
        high: of the room; labels that do not fit stand below it.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    tops: list[float] = []
    least = 0.0
    for i in order:
        top = max(wanted[i] - heights[i] / 2, least)
        tops.append(top)
        least = top + heights[i]
    limit = max(high, sum(heights))
    for place in range(len(order) - 1, -1, -1):
        top = min(tops[place], limit - heights[order[place]])
        tops[place] = top
        limit = top
    found = [0.0] * len(wanted)
    for place, i in enumerate(order):
        found[i] = tops[place] + heights[i] / 2
    return found


def padded(values: Sequence[float], share: float = 0.06) -> tuple[float, float]:
    """Return a range that holds some values with a margin."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite), max(finite)
    margin = (high - low) * share or max(abs(low) * 0.1, 1.0)
    return low - margin, high + margin
