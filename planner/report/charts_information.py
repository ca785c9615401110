"""The picture of what would be worth finding out: a bar for each thing that may be learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.charts import spec, svg
from planner.report.rounding import number
from planner.report.text import balance, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

FILLS = ("#0b4a82", "#b4b4b4", "#ffffff")  # dark, grey and white: apart on any printer


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that may be learned.

    Attributes:
        name: what it is.
        kind: which of the kinds of the legend.
        value: what knowing it is worth.
        low, high: the 95 % interval of what was simulated; None where the value is exact.
        label: the value as it is printed.
    """

    name: str
    kind: int
    value: float
    low: float | None
    high: float | None
    label: str


def most_bars() -> int:
    """Return how many bars the picture has room for."""
    most: int = spec("information")["usermeta"]["most"]
    return most


def information_svg(bars: Sequence[Bar], *, axis: str, title: str, subtitle: str, alt: str) -> str:
    """Return the bars as SVG, in the order in which they are given.

    Args:
        bars: what to draw, at most `most_bars` of them.
        axis: title of the axis, with unit.
        title: the finding, as the picture's heading.
        subtitle: what the bars are.
        alt: the picture in words, for readers who do not see it.
    """
    made = spec("information")
    look = made["usermeta"]
    wide = look["width"]
    names = [
        "\n".join(balance(bar.name, look["label_width"], look["label_size"], lines=look["label_lines"])) for bar in bars
    ]
    lines = max(name.count("\n") + 1 for name in names)
    labels = max(width(line, look["label_size"]) for name in names for line in name.split("\n"))
    room = labels + 10 + wide + 10 + max(width(bar.label, look["label_size"]) for bar in bars)
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, room, look["subtitle_size"], lines=4))
    made["height"] = len(bars) * max(lines * look["line_height"] + look["row_gap"], look["least_row"])
    made["data"]["values"] = [
        _row(order, name, bar, look) for order, (name, bar) in enumerate(zip(names, bars, strict=True))
    ]
    _fit(made["layer"][0]["encoding"], bars, axis, look)
    return svg(made, alt, lite=True)


def _row(order: int, name: str, bar: Bar, look: dict[str, Any]) -> dict[str, Any]:
    return {
        "order": order,
        "name": f"{order}\t{name}",
        "kind": look["kinds"][bar.kind],
        "value": bar.value,
        "low": bar.low,
        "high": bar.high,
        "label": bar.label,
    }


def _fit(encoding: dict[str, Any], bars: Sequence[Bar], axis: str, look: dict[str, Any]) -> None:
    """Set the range of the axis, how many numbers it has room for, and the legend."""
    ends = [end for bar in bars for end in (0.0, bar.value, bar.low, bar.high) if end is not None]
    low, high = min(ends), max(ends)
    x = encoding["x"]
    x["scale"]["domain"] = [low * 1.05, high * 1.05]
    widest = max(width(number(end), x["axis"]["labelFontSize"]) for end in (low, high, (low + high) / 2))
    x["axis"]["tickCount"] = int(min(6, max(2, look["width"] / (widest + 30))))
    x["axis"]["title"] = list(wrap(axis, look["width"] + 60, x["axis"]["titleFontSize"], lines=2))
    kinds = sorted({bar.kind for bar in bars})
    fill = encoding["fill"]
    fill["scale"] |= {"domain": [look["kinds"][kind] for kind in kinds], "range": [FILLS[kind] for kind in kinds]}
    if len(kinds) == 1:
        fill["legend"] = None
