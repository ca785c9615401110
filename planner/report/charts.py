"""Pictures as SVG text: specifications are data files, Python fills in data and sizes.

vl-convert draws them with Vega, without browser, network or system fonts. Every text names Liberation Sans, which
comes with vl-convert, so the same data gives the same bytes on every machine.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from planner.analyses.digits import rounded
from planner.report.layout import lay_out
from planner.report.rounding import decimals_for, number, signed
from planner.report.text import balance, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.report.layout import Layout
    from planner.report.sketch import Sketch


@cache
def _spec_text(name: str) -> str:
    return (files("planner.report") / "specs" / f"{name}.json").read_text("utf-8")


def spec(name: str) -> dict[str, Any]:
    """Return a fresh copy of the specification ``name``."""
    loaded: dict[str, Any] = json.loads(_spec_text(name))
    return loaded


def tree_svg(sketch: Sketch, *, title: str, subtitle: str, alt: str) -> str:
    """Return the decision tree as SVG.

    Args:
        sketch: what to draw.
        title: the finding, as the picture's heading.
        subtitle: what the numbers are.
        alt: the picture in words, for readers who do not see it.
    """
    made = spec("tree")
    look = made["usermeta"]
    layout = lay_out(sketch, look, title=title, subtitle=subtitle)
    made |= {"width": layout.width, "height": layout.height}
    made["data"][0]["values"] = _line_rows(layout, look)
    made["data"][1]["values"] = [
        {"x": s.x, "y": s.y, "shape": s.shape, "area": s.area, **look["marks"][s.style]} for s in layout.shapes
    ]
    made["data"][2]["values"] = _text_rows(layout, look["styles"])
    return svg(made, alt)


def _line_rows(layout: Layout, look: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the edges as rows for Vega; a dotted one leads to the table and stays thin."""
    rows = []
    for line in layout.lines:
        style = look["lines"][line.style]
        row = {"x0": line.x0, "y0": line.y0, "turn": line.turn, "x1": line.x1, "y1": line.y1, **style, "dash": []}
        rows.append(row | {"dash": [1, 4], "width": 1} if line.dotted else row)
    return rows


def _text_rows(layout: Layout, styles: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "x": round(text.x, 1),
            "y": round(text.y, 1),
            "text": text.text,
            "align": text.align,
            "size": styles[text.style]["size"],
            "weight": "bold" if styles[text.style]["bold"] else "normal",
            "fill": styles[text.style]["fill"],
        }
        for text in layout.texts
    ]


@dataclass(frozen=True, slots=True)
class OptionValues:
    """The values of a decision's options, as the picture needs them.

    Attributes:
        options: names, in file order.
        actors: names, one panel each; an empty name (of a sole actor) is not printed.
        values: for each actor the value of each option.
        chosen: index of the option that the strategy takes.
        reference: index of the option that the others are measured against (the fallback, or no change); None if
            there is none.
        axis: title of the axis, with unit.
        sense: -1 where smaller is better; gains are counted so that more is better.
    """

    options: tuple[str, ...]
    actors: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    chosen: int
    reference: int | None
    axis: str
    sense: int = 1


def options_svg(data: OptionValues, *, title: str, subtitle: str, alt: str) -> str:
    """Return the options' values by actor as SVG: dots, with a stem from the reference option where there is one."""
    made = spec("options")
    look = made["usermeta"]
    columns = look["columns"][min(len(data.actors), len(look["columns"])) - 1]
    wide = look["widths"][str(columns)]
    names = [
        "\n".join(balance(name, look["label_width"], look["label_size"], lines=look["label_lines"]))
        for name in data.options
    ]
    labels = max(width(line, look["label_size"]) for name in names for line in name.split("\n"))
    rows = _option_rows(data, names)
    numbers = 12 + max(width(row["label"], look["label_size"], bold=True) for row in rows)
    room = labels + 12 + columns * (wide + numbers) + (columns - 1) * look["gap"]
    heads = ["\n".join(wrap(name, wide + numbers - 8, look["header_size"], lines=2, bold=True)) for name in data.actors]
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, room, look["subtitle_size"], lines=4))
    made["data"]["values"] = [row | {"actor": f"{row['panel']}\t{heads[row['panel']]}"} for row in rows]
    made["columns"] = columns
    made["spacing"]["column"] = numbers + look["gap"]
    _size_panels(made["spec"], data, wide, _row_height(names, look) * len(names))
    return svg(made, alt, lite=True)


def _size_panels(panel: dict[str, Any], data: OptionValues, wide: float, high: float) -> None:
    """Set a panel's width, height, axis range and the place of its column of numbers."""
    panel |= {"width": wide, "height": high}
    values = [value for of_actor in data.values for value in of_actor]
    low, high_value = min(values), max(values)
    margin = (high_value - low) * 0.08 or max(abs(low) * 0.1, 1.0)
    x = panel["layer"][2]["encoding"]["x"]
    x["scale"]["domain"] = [low - margin, high_value + margin]
    widest = max(width(number(end), x["axis"]["labelFontSize"]) for end in (low, high_value, (low + high_value) / 2))
    x["axis"]["tickCount"] = int(min(5, max(2, wide / (widest + 26))))
    x["axis"]["title"] = wrap(data.axis, wide + 60, x["axis"]["titleFontSize"], lines=2)
    for layer in panel["layer"][3:]:
        layer["encoding"]["x"]["value"] = wide + 12


def _row_height(names: Sequence[str], look: dict[str, Any]) -> float:
    lines = max(name.count("\n") + 1 for name in names)
    return float(max(lines * look["line_height"] + look["row_gap"], 34))


def _option_rows(data: OptionValues, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row for each actor and option, the number's text included."""
    places = max(map(decimals_for, data.values))
    rows = []
    for panel, of_actor in enumerate(data.values):
        reference = None if data.reference is None else of_actor[data.reference]
        for order, (name, value) in enumerate(zip(names, of_actor, strict=True)):
            label = number(value, places)
            if reference is not None and order != data.reference:
                gain = data.sense * rounded(value - reference, places)
                label += f" ({signed(gain, places)})"
            rows.append(
                {
                    "panel": panel,
                    "order": order,
                    "option": f"{order}\t{name}",
                    "value": value,
                    "reference": reference,
                    "chosen": order == data.chosen,
                    "label": label,
                }
            )
    return rows


def svg(made: dict[str, Any], alt: str, *, lite: bool = False) -> str:
    """Return the specification drawn, one picture to a screen reader, without the notes that are Python's own."""
    import vl_convert  # half a second: only who wants pictures pays

    made.pop("usermeta", None)
    draw = vl_convert.vegalite_to_svg if lite else vl_convert.vega_to_svg
    drawn: str = draw(made, allowed_base_urls=[])
    label = escape(" ".join(alt.split()), quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1).rstrip("\n") + "\n"
