"""The picture of cost against effect: the frontier, what lies off it, and a name for each as far as there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.charts import spec, svg
from planner.report.label_places import Box, Placed, places
from planner.report.rounding import number
from planner.report.text import balance, shorten, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

EFFICIENT = "efficient"
JOINED = frozenset({EFFICIENT, "adopted"})


@dataclass(frozen=True, slots=True)
class PlanePoint:
    """A mark: what strategies come to, and what it is called; an empty name is not printed."""

    cost: float
    effect: float
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plane:
    """What is drawn.

    Attributes:
        points: the marks; efficient ones in the order of the frontier.
        cost: title of the upright axis, with unit.
        effect: title of the level axis, with unit.
        fewer_costs: whether less of the cost is better; otherwise its axis is turned round.
        more_effect: whether more of the effect is better; otherwise its axis is turned round.
        drawing: the spec that is filled.
        zero: whether lines at 0 are drawn on both axes.
    """

    points: tuple[PlanePoint, ...]
    cost: str
    effect: str
    fewer_costs: bool = True
    more_effect: bool = True
    drawing: str = "frontier"
    zero: bool = False


def frontier_svg(data: Plane, *, title: str, subtitle: str, alt: str) -> str:
    """Return cost against effect as SVG, better effect to the right and better cost below.

    Args:
        data: what to draw.
        title: the finding, as the picture's heading.
        subtitle: what the marks are.
        alt: the picture in words, for readers who do not see it.
    """
    made = spec(data.drawing)
    look = made["usermeta"]
    also = [0.0] if data.zero else []
    effects = _domain([*(p.effect for p in data.points), *also])
    costs = _domain([*(p.cost for p in data.points), *also])
    spots = [
        (
            _across(point.effect, effects, look["width"], turned=not data.more_effect),
            look["height"] - _across(point.cost, costs, look["height"], turned=not data.fewer_costs),
        )
        for point in data.points
    ]
    frontier = [spot for spot, point in zip(spots, data.points, strict=True) if point.kind in JOINED]
    made["data"][0]["values"] = [{"x": round(x, 1), "y": round(y, 1)} for x, y in frontier]
    # hollow marks first, so that the frontier's own lie on top
    order = sorted(range(len(spots)), key=lambda at: data.points[at].kind in JOINED)
    made["data"][1]["values"] = [_mark(spots[at], look["kinds"][data.points[at].kind]) for at in order]
    made["data"][2]["values"], made["data"][3]["values"] = _texts(data, spots, frontier, look)
    if data.zero:
        made["data"][4]["values"] = _zero_lines(effects, costs, look)
    _axes(made, data, look, effects, costs)
    made["title"]["text"] = list(wrap(title, look["width"] + 40, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, look["width"] + 40, look["subtitle_size"], lines=4))
    return svg(made, alt)


def _domain(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = (high - low) * 0.1 or max(abs(low) * 0.1, 1.0)
    return low - margin, high + margin


def _across(value: float, domain: tuple[float, float], room: float, *, turned: bool) -> float:
    share = (value - domain[0]) / (domain[1] - domain[0])
    return room * (1 - share if turned else share)


def _zero_lines(effects: tuple[float, float], costs: tuple[float, float], look: dict[str, Any]) -> list[dict[str, Any]]:
    across = round(_across(0.0, effects, look["width"], turned=False), 1)
    up = round(look["height"] - _across(0.0, costs, look["height"], turned=False), 1)
    style = {"stroke": "#555555", "width": 1.2, "dash": [4, 3]}
    return [
        {"x0": across, "y0": 0, "x1": across, "y1": look["height"], **style},
        {"x0": 0, "y0": up, "x1": look["width"], "y1": up, **style},
    ]


def _axes(made: dict[str, Any], data: Plane, look: dict[str, Any], effects: Any, costs: Any) -> None:
    """Set ranges, directions and titles of both axes."""
    made["scales"][0] |= {"domain": list(effects), "reverse": not data.more_effect}
    made["scales"][1] |= {"domain": list(costs), "reverse": not data.fewer_costs}
    made["axes"][0]["title"] = list(wrap(data.effect, look["width"], look["axis_size"], lines=2))
    made["axes"][1]["title"] = list(wrap(data.cost, look["height"], look["axis_size"], lines=2))
    widest = max(width(number(end), look["tick_size"]) for end in effects)
    made["axes"][0]["tickCount"] = int(min(6, max(2, look["width"] / (widest + 30))))


def _mark(spot: tuple[float, float], kind: dict[str, Any]) -> dict[str, Any]:
    kept = {key: kind[key] for key in ("shape", "size", "fill", "stroke")}
    return {"x": round(spot[0], 1), "y": round(spot[1], 1), **kept}


def _texts(
    data: Plane, spots: Sequence[tuple[float, float]], frontier: Sequence[tuple[float, float]], look: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return leader lines and texts: names beside their marks, numbers and a key below for those without room."""
    bold = [look["kinds"][point.kind]["weight"] == "bold" for point in data.points]
    lines = [
        balance(point.name, look["label_width"], look["label_size"], lines=look["label_lines"], bold=heavy)
        for point, heavy in zip(data.points, bold, strict=True)
    ]
    area = Box(3, 3, look["width"] + look["beside"], look["height"] - 3)
    sizes = [_size(each, look, bold=heavy) for each, heavy in zip(lines, bold, strict=True)]
    room = places(spots, sizes, area, look["gap"], lines=frontier)
    missing = [at for at, point in enumerate(data.points) if point.name and room[at] is None]
    leaders, texts = [], []
    for at, place in enumerate(room):
        if place is not None:
            texts += _lines(place, lines[at], look, look["kinds"][data.points[at].kind])
            leaders += [_leader(spots[at], place)] if place.leader else []
    names = [place.box for place in room if place is not None]
    texts += _numbers(spots, missing, names, frontier, look)
    texts += _key(data, missing, look)
    return leaders, texts


def _size(lines: Sequence[str], look: dict[str, Any], *, bold: bool) -> tuple[float, float] | None:
    if not lines:
        return None
    return max(width(line, look["label_size"], bold=bold) for line in lines), len(lines) * look["line_height"]


def _lines(place: Placed, lines: Sequence[str], look: dict[str, Any], kind: dict[str, Any]) -> list[dict[str, Any]]:
    top = place.box.top + look["line_height"] / 2
    return [
        {
            "x": round(place.x, 1),
            "y": round(top + row * look["line_height"], 1),
            "text": line,
            "align": place.align,
            "weight": kind["weight"],
            "fill": kind["text"],
        }
        for row, line in enumerate(lines)
    ]


def _leader(spot: tuple[float, float], place: Placed) -> dict[str, Any]:
    """Return a line from a mark to the nearest edge of its name."""
    x, y = place.box.nearest(spot)
    return {"x0": round(spot[0], 1), "y0": round(spot[1], 1), "x1": round(x, 1), "y1": round(y, 1)}


def _numbers(
    spots: Sequence[tuple[float, float]],
    missing: Sequence[int],
    names: Sequence[Box],
    frontier: Sequence[tuple[float, float]],
    look: dict[str, Any],
) -> list[dict[str, Any]]:
    """Return the numbers of marks without room for a name; one without room even for that stands above its mark."""
    digits = {at: str(row + 1) for row, at in enumerate(missing)}
    sizes = [_size((digits[at],), look, bold=True) if at in digits else None for at in range(len(spots))]
    area = Box(-look["gap"], 0, look["width"] + look["beside"], look["height"])
    found = places(spots, sizes, area, look["gap"], lines=frontier, blocked=names)
    texts = []
    for at, text in digits.items():
        place = found[at]
        x, y, align = spots[at][0], spots[at][1] - look["gap"] - 3, "center"
        if place is not None:
            x, y, align = place.x, (place.box.top + place.box.bottom) / 2, place.align
        texts.append(
            {"x": round(x, 1), "y": round(y, 1), "text": text, "align": align, "weight": "bold", "fill": "#222222"}
        )
    return texts


def _key(data: Plane, missing: Sequence[int], look: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the names of numbered marks, below the picture."""
    top = look["height"] + 66
    rows = []
    for row, at in enumerate(missing):
        name = shorten(f"{row + 1}  {data.points[at].name}", look["width"] + 20, look["key_size"])
        kind = look["kinds"][data.points[at].kind]
        at_row = {"x": 0, "y": top + row * look["key_line"], "align": "left"}
        rows.append({**at_row, "text": name, "weight": kind["weight"], "fill": kind["text"]})
    return rows
