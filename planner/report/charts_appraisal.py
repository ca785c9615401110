"""The picture of an appraisal: what makes up each option's value, criterion by criterion, for each actor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.report.charts import spec, svg
from planner.report.rounding import decimals_for, number
from planner.report.text import balance, shorten, width, wrap

BLACK, WHITE, NAVY = "#111111", "#ffffff", "#0b4a82"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stack:
    """What is drawn.

    Attributes:
        actors: names, one panel each; the empty name of a sole actor is not printed.
        options: names, one bar each.
        criteria: names, one piece of a bar each.
        parts: for each actor and option what each criterion makes up.
        values: for each actor what each option is worth: the sum of its parts.
        chosen: index of the option that is taken.
    """

    actors: tuple[str, ...]
    options: tuple[str, ...]
    criteria: tuple[str, ...]
    parts: tuple[tuple[tuple[float, ...], ...], ...]
    values: tuple[tuple[float, ...], ...]
    chosen: int


def parts_svg(data: Stack, *, title: str, subtitle: str, alt: str) -> str:
    """Return the parts of each option's value as SVG.

    Args:
        data: what to draw.
        title: the finding.
        subtitle: how to read it.
        alt: the picture in words.
    """
    made = spec("appraisal")
    drawing = _Drawing(data, made["usermeta"])
    top = drawing.key()
    for panel in range(len(data.actors)):
        top = drawing.panel(panel, top)
    look = drawing.look
    room = look["label_width"] + look["label_gap"] + look["width"] + look["total_room"]
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=4, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, room, look["subtitle_size"], lines=4))
    made |= {"width": look["width"], "height": round(top, 1)}
    for at, rows in enumerate((drawing.pieces, drawing.rules, drawing.texts)):
        made["data"][at]["values"] = rows
    return svg(made, alt)


class _Drawing:
    """The pieces, rules and texts of a picture, placed one panel below the other."""

    def __init__(self, data: Stack, look: dict[str, Any]) -> None:
        self.data, self.look = data, look
        self.pieces: list[Row] = []
        self.rules: list[Row] = []
        self.texts: list[Row] = []
        sums = [(sum(p for p in row if p < 0), sum(p for p in row if p > 0)) for of in data.parts for row in of]
        self.low = min(0.0, *(low for low, _ in sums))
        self.high = max(*(high for _, high in sums), 0.0) or 1.0
        self.places = max((decimals_for(values) for values in data.values), default=0)

    def across(self, value: float) -> float:
        """Return where a value stands, in pixels."""
        return float(round((value - self.low) / (self.high - self.low) * self.look["width"], 1))

    def key(self) -> float:
        """Write the criteria with their fills; return where the panels begin."""
        look = self.look
        x, y = -float(look["label_width"] + look["label_gap"]), 0.0
        end = look["width"] + look["total_room"]
        for at, name in enumerate(self.data.criteria):
            text = shorten(name, end + look["label_width"] - 40, look["key_size"])
            needed = look["key_mark"] + 6 + width(text, look["key_size"]) + 18
            if x > -look["label_width"] and x + needed > end:
                x, y = -float(look["label_width"] + look["label_gap"]), y + look["key_line"]
            half = look["key_mark"] / 2
            self.pieces.append(self._piece(x, x + look["key_mark"], y - half, y + half, at))
            self._text(x + look["key_mark"] + 6, y, text, size=look["key_size"])
            x += needed
        return float(y + look["key_line"] + 4)

    def panel(self, panel: int, top: float) -> float:
        """Draw the options of one actor from ``top`` on; return where the next panel begins."""
        look, data = self.look, self.data
        if data.actors[panel]:
            left = -float(look["label_width"] + look["label_gap"])
            self._text(left, top + look["head_height"] / 2, data.actors[panel], size=look["head_size"], bold=True)
            top += look["head_height"]
        start = top
        for at, name in enumerate(data.options):
            bold = at == data.chosen
            lines = balance(name, look["label_width"], look["label_size"], lines=look["label_lines"], bold=bold)
            high = max(len(lines) * look["line_height"], look["bar"]) + look["row_gap"]
            middle = top + high / 2
            first = middle - (len(lines) - 1) * look["line_height"] / 2
            fill = NAVY if bold else BLACK
            for line, text in enumerate(lines):
                y = first + line * look["line_height"]
                self._text(-look["label_gap"], y, text, align="right", size=look["label_size"], bold=bold, fill=fill)
            end = self._bar(data.parts[panel][at], middle)
            value = number(data.values[panel][at], self.places)
            self._text(end + 8, middle, value, size=look["total_size"], bold=bold, fill=fill)
            top += high
        zero = self.across(0.0)
        self.rules.append({"x": zero, "x2": zero, "y": round(start, 1), "y2": round(top, 1), "stroke": "#333333"})
        return float(top + look["panel_gap"])

    def _bar(self, parts: tuple[float, ...], middle: float) -> float:
        """Draw one bar, negative parts to the left of zero; return where it ends on the right."""
        look = self.look
        half = look["bar"] / 2
        left = right = 0.0
        for at, part in enumerate(parts):
            if not part:
                continue
            begin = left if part < 0 else right
            end = begin + part
            left, right = (end, right) if part < 0 else (left, end)
            x0, x1 = sorted((self.across(begin), self.across(end)))
            self.pieces.append(self._piece(x0, x1, middle - half, middle + half, at))
            text = number(part, self.places)
            if width(text, look["piece_size"]) + 4 <= x1 - x0:
                dark = self._fill(at) in look["dark"]
                self._text(
                    (x0 + x1) / 2, middle, text, align="center", size=look["piece_size"], fill=WHITE if dark else BLACK
                )
        return self.across(right)

    def _fill(self, at: int) -> str:
        fills: list[str] = self.look["fills"]
        return fills[at % len(fills)]

    def _piece(self, x0: float, x1: float, y0: float, y1: float, at: int) -> Row:
        return {"x": round(x0, 1), "x2": round(x1, 1), "y": round(y0, 1), "y2": round(y1, 1), "fill": self._fill(at)}

    def _text(
        self, x: float, y: float, text: str, *, size: float, align: str = "left", bold: bool = False, fill: str = BLACK
    ) -> None:
        weight = "bold" if bold else "normal"
        place = {"x": round(x, 1), "y": round(y, 1)}
        self.texts.append({**place, "text": text, "align": align, "size": size, "weight": weight, "fill": fill})
