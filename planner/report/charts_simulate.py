"""The picture of a simulation: how each option's value spreads, and in how many draws it is best."""

from __future__ import annotations

from dataclasses import dataclass

from planner.report.charts import spec, svg
from planner.report.rounding import number
from planner.report.text import balance, width, wrap


@dataclass(frozen=True, slots=True)
class Strip:
    """One option: the quantiles of its value, and what stands beside it.

    Attributes:
        name: of the option.
        quantiles: below which 5, 25, 50, 75 and 95 % of the draws lie.
        label: what stands to the right.
        best: whether it is set apart.
    """

    name: str
    quantiles: tuple[float, float, float, float, float]
    label: str
    best: bool


def simulate_svg(strips: list[Strip], *, axis: str, title: str, subtitle: str, alt: str) -> str:
    """Return the options' spreads as SVG.

    Args:
        strips: the options, from top to bottom.
        axis: title of the axis, with unit.
        title: the finding.
        subtitle: how to read it.
        alt: the picture in words.
    """
    made = spec("simulate")
    look = made["usermeta"]
    names = [
        "\n".join(balance(strip.name, look["label_width"], look["label_size"], lines=look["label_lines"]))
        for strip in strips
    ]
    labels = max(width(line, look["label_size"]) for name in names for line in name.split("\n"))
    texts = max(width(strip.label, look["label_size"], bold=True) for strip in strips)
    room = labels + 12 + look["width"] + 12 + texts
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, room, look["subtitle_size"], lines=4))
    fields = ("low", "lower", "middle", "upper", "high")
    made["data"]["values"] = [
        {"order": order, "name": name, "lines": name.count("\n") + 1, "label": strip.label, "best": strip.best}
        | dict(zip(fields, strip.quantiles, strict=True))
        for order, (name, strip) in enumerate(zip(names, strips, strict=True))
    ]
    lines = max(name.count("\n") + 1 for name in names)
    made["height"] = max(lines * look["line_height"] + look["row_gap"], 36) * len(names)
    low, high = min(strip.quantiles[0] for strip in strips), max(strip.quantiles[-1] for strip in strips)
    margin = (high - low) * 0.05 or max(abs(low) * 0.1, 1.0)
    x = made["layer"][0]["encoding"]["x"]
    x["scale"]["domain"] = [low - margin, high + margin]
    widest = max(width(number(end), x["axis"]["labelFontSize"]) for end in (low, high, (low + high) / 2))
    x["axis"]["tickCount"] = int(min(6, max(2, look["width"] / (widest + 30))))
    x["axis"]["title"] = wrap(axis, look["width"] + 40, x["axis"]["titleFontSize"], lines=2)
    return svg(made, alt, lite=True)
