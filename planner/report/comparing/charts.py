"""The picture of a comparison: what each option is worth on several sides, a line for each option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.charts import spec, svg
from planner.report.rounding import decimals_for, number, signed
from planner.report.text import balance, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 4  # sides that can be told apart
MOST_WIDE = 1_100  # pixels beyond which panels go below each other


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its name, and for each actor the value of each option; None where it does not have it."""

    name: str
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """What is drawn.

    Attributes:
        options: names, in the order of the file.
        actors: names, one panel each; an empty name (of a sole actor) is not printed.
        sides: what is set beside each other, at most `MOST`.
        chosen: the option whose numbers are bold; None for none.
        axis: title of the axis, with unit.
    """

    options: tuple[str, ...]
    actors: tuple[str, ...]
    sides: tuple[Side, ...]
    chosen: int | None
    axis: str


def dumbbell_svg(data: Sides, *, title: str, subtitle: str, alt: str) -> str:
    """Return the options' values by actor on several sides as SVG: marks of different shapes joined by a line."""
    made = spec("dumbbell")
    look = made["usermeta"]
    columns = look["columns"][min(len(data.actors), len(look["columns"])) - 1]
    wide = look["widths"][str(columns)]
    names = [
        "\n".join(balance(name, look["label_width"], look["label_size"], lines=look["label_lines"]))
        for name in data.options
    ]
    labels = max(width(line, look["label_size"]) for name in names for line in name.split("\n"))
    rows = _rows(data, names, look)
    numbers = 12 + max(width(row["label"], look["label_size"], bold=True) for row in rows if row["kind"] == "span")
    columns = max(1, min(columns, int((MOST_WIDE - labels - 12 + look["gap"]) // (wide + numbers + look["gap"]))))
    room = labels + 12 + columns * (wide + numbers) + (columns - 1) * look["gap"]
    heads = ["\n".join(wrap(name, wide + numbers - 8, look["header_size"], lines=2, bold=True)) for name in data.actors]
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, room, look["subtitle_size"], lines=6))
    made["data"]["values"] = [row | {"actor": f"{row['panel']}\t{heads[row['panel']]}"} for row in rows]
    made["columns"] = columns
    made["spacing"]["column"] = look["gap"]  # the column of numbers counts as part of the panel
    lines = max(name.count("\n") + 1 for name in names)
    high = max(lines * look["line_height"] + look["row_gap"], 34) * len(names)
    _size(made["spec"], data, wide, float(high))
    return svg(made, alt, lite=True)


def marks(count: int) -> list[str]:
    """Return what the mark of each side looks like, in words."""
    kept: list[str] = spec("dumbbell")["usermeta"]["names"]["2" if count == 2 else "more"]
    return kept[:count]


def _size(panel: dict[str, Any], data: Sides, wide: float, high: float) -> None:
    """Set a panel's width, height, axis range and the place of its column of numbers."""
    panel |= {"width": wide, "height": high}
    values = _values(data)
    low, top = min(values), max(values)
    margin = (top - low) * 0.08 or max(abs(low) * 0.1, 1.0)
    x = panel["layer"][1]["encoding"]["x"]
    x["scale"]["domain"] = [low - margin, top + margin]
    widest = max(width(number(end), x["axis"]["labelFontSize"]) for end in (low, top, (low + top) / 2))
    x["axis"]["tickCount"] = int(min(5, max(2, wide / (widest + 26))))
    x["axis"]["title"] = wrap(data.axis, wide + 60, x["axis"]["titleFontSize"], lines=2)
    for layer in panel["layer"][2:]:
        layer["encoding"]["x"]["value"] = wide + 12


def _values(data: Sides) -> list[float]:
    return [value for side in data.sides for row in side.values for value in row if value is not None]


def _rows(data: Sides, names: Sequence[str], look: dict[str, Any]) -> list[dict[str, Any]]:
    """Return for each actor and option a row with the span and its numbers, and one for each mark."""
    styles = look["marks"]["2" if len(data.sides) == 2 else "more"]
    rows: list[dict[str, Any]] = []
    for panel in range(len(data.actors)):
        own = [[side.values[panel][at] for side in data.sides] for at in range(len(names))]
        places = decimals_for([value for row in own for value in row if value is not None])
        for order, (name, row) in enumerate(zip(names, own, strict=True)):
            known = [value for value in row if value is not None]
            shared = {"panel": panel, "order": order, "option": f"{order}\t{name}"}
            span = {"low": min(known, default=None), "high": max(known, default=None), "label": _label(row, places)}
            rows.append({**shared, "kind": "span", "chosen": order == data.chosen, **span})
            rows += [
                {**shared, "kind": "mark", "value": value, **style}
                for value, style in zip(row, styles, strict=False)
                if value is not None
            ]
    return rows


def _label(row: Sequence[float | None], places: int) -> str:
    """Return the numbers of an option: before and now with the difference, or those of all sides."""
    texts = ["none" if value is None else number(value, places) for value in row]
    if len(row) != 2:
        return " | ".join(texts)
    before, after = row
    if before is None or after is None:
        return f"{texts[0]} to {texts[1]}"
    return texts[1] if before == after else f"{texts[0]} to {texts[1]} ({signed(after - before, places)})"
