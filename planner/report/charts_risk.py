"""The picture of risk profiles: how likely each option is to end at or below any value, as step lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from planner.report.charts import spec, svg
from planner.report.rounding import number
from planner.report.text import balance, shorten, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

Points = tuple[tuple[float, float], ...]
TAIL = 0.001  # so much of each profile may lie beyond the picture on either side
CLOSE = 6.0  # lines closer than this, in pixels, are not told apart
ROUGH = 2.0  # corners closer than this, in pixels, are drawn as one


@dataclass(frozen=True, slots=True)
class RiskProfiles:
    """The risk profiles of a decision's options, as the picture needs them.

    Attributes:
        options: names, in file order.
        profiles: for each option its values, ascending, with the probability of ending at or below each.
        chosen: index of the option that is taken.
        reference: the value below which an outcome counts as a loss; None if there is none.
        reference_text: what that is.
        axis: title of the axis of values, with unit.
    """

    options: tuple[str, ...]
    profiles: tuple[Points, ...]
    chosen: int
    reference: float | None
    reference_text: str
    axis: str


def risk_svg(data: RiskProfiles, *, title: str, subtitle: str, alt: str) -> str:
    """Return the profiles as SVG: a step line each, named on the right.

    Args:
        data: what to draw.
        title: the finding, as the picture's heading.
        subtitle: what the lines are.
        alt: the picture in words, for readers who do not see it.
    """
    made = spec("risk")
    look = made["usermeta"]
    names = [balance(name, look["label_width"], look["label_size"], lines=look["label_lines"]) for name in data.options]
    high = max(look["least_height"], sum(len(name) * look["line_height"] + look["label_gap"] for name in names))
    low, most = _domain(data)
    slots = _slots(data, look, names, high, look["width"] / (most - low))
    made |= {"height": high}
    made["scales"][0]["domain"] = [low, most]
    made["data"][0]["values"] = _line_rows(data, look, (low, most), high)
    made["data"][1]["values"] = _name_rows(data, look, names, slots, high)
    made["data"][2]["values"] = _reference_rows(data, look, (low, most), high)
    axis = made["axes"][0]
    axis["title"] = list(wrap(data.axis, look["width"], look["axis_size"], lines=2))
    widest = max(width(number(end), look["tick_size"]) for end in (low, most, (low + most) / 2))
    axis["tickCount"] = int(min(6, max(2, look["width"] / (widest + 30))))
    room = look["width"] + 40 + max(width(line, look["label_size"], bold=True) for name in names for line in name)
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, room, look["subtitle_size"], lines=4))
    return svg(made, alt)


def _mean(points: Points) -> float:
    before = (0.0, *(reached for _, reached in points[:-1]))
    return sum(value * (reached - earlier) for (value, reached), earlier in zip(points, before, strict=True))


def _quantile(points: Points, share: float) -> float:
    return next((value for value, reached in points if reached >= share), points[-1][0])


def _reached(points: Points, value: float) -> float:
    return max((reached for at, reached in points if at <= value), default=0.0)


def _domain(data: RiskProfiles) -> tuple[float, float]:
    """Return the range of values that is drawn: nearly all of every profile, and the reference."""
    ends = [_quantile(points, share) for points in data.profiles for share in (TAIL, 1 - TAIL)]
    ends += [] if data.reference is None else [data.reference]
    low, high = min(ends), max(ends)
    margin = (high - low) * 0.04 or max(abs(low) * 0.1, 1.0)
    return low - margin, high + margin


def _style(data: RiskProfiles, look: dict[str, Any], option: int) -> dict[str, Any]:
    others = look["others"]
    rank = option - (option > data.chosen)
    found: dict[str, Any] = look["chosen"] if option == data.chosen else others[rank % len(others)]
    return found


def _line_rows(
    data: RiskProfiles, look: dict[str, Any], domain: tuple[float, float], high: float
) -> list[dict[str, Any]]:
    """Return the corners of every line; the one that is taken is drawn last, over the others."""
    rows = []
    for option in sorted(range(len(data.options)), key=lambda option: option == data.chosen):
        points = _thinned(data.profiles[option], look["width"] / (domain[1] - domain[0]), high)
        corners = [(points[0][0], 0.0), points[0]]
        for (_, reached), (value, after) in pairwise(points):
            corners += [(value, reached), (value, after)]
        style = _style(data, look, option)
        rows += [
            {"option": option, "value": min(max(value, domain[0]), domain[1]), "reached": reached, **style}
            for value, reached in corners
        ]
    return rows


def _thinned(points: Points, across: float, up: float) -> list[tuple[float, float]]:
    """Leave out corners that lie within a few pixels of the one before; first and last stay.

    Args:
        points: values with cumulative probabilities.
        across: pixels for one unit of value.
        up: pixels for all of probability.
    """
    kept = [points[0]]
    for value, reached in points[1:-1]:
        if (value - kept[-1][0]) * across + (reached - kept[-1][1]) * up >= ROUGH:
            kept.append((value, reached))
    return kept if len(points) == 1 else [*kept, points[-1]]


@dataclass(frozen=True, slots=True)
class _Slot:
    """A name's place in the column on the right: its option, and its middle in pixels from the top."""

    option: int
    middle: float


def _slots(
    data: RiskProfiles, look: dict[str, Any], names: Sequence[Sequence[str]], high: float, across: float
) -> list[_Slot]:
    """Return a place for each name such that its leader starts where its line is alone and crosses few others.

    Names begin in the order of the lines at the top, and two change places as long as that makes it better.
    """
    order = sorted(range(len(names)), key=lambda option: _mean(data.profiles[option]))
    best = _placed(order, look, names, high)
    least = _cost(data, best, high, across)
    swaps = [(one, other) for one in range(len(order)) for other in range(one)]
    improved = True
    while improved:
        improved = False
        for one, other in swaps:
            tried = list(order)
            tried[one], tried[other] = tried[other], tried[one]
            slots = _placed(tried, look, names, high)
            cost = _cost(data, slots, high, across)
            if cost < least:
                order, best, least, improved = tried, slots, cost, True
    return best


def _placed(order: Sequence[int], look: dict[str, Any], names: Sequence[Sequence[str]], high: float) -> list[_Slot]:
    """Return the places of names in some order, spread over the height."""
    heights = [len(names[option]) * look["line_height"] + look["label_gap"] for option in order]
    spare = (high - sum(heights)) / len(order)
    found, top = [], 0.0
    for option, tall in zip(order, heights, strict=True):
        found.append(_Slot(option, top + (tall + spare) / 2))
        top += tall + spare
    return found


def _cost(data: RiskProfiles, slots: Sequence[_Slot], high: float, across: float) -> float:
    """Return how hard leaders are to follow: lines that lie on one where it is named, and lines that are crossed."""
    cost = 0.0
    for slot in slots:
        level = 1 - slot.middle / high
        at = _quantile(data.profiles[slot.option], level)
        for option, points in enumerate(data.profiles):
            if option == slot.option:
                continue
            aside, above = (_quantile(points, level) - at) * across, (_reached(points, at) - level) * high
            cost += 10 if abs(aside) < CLOSE or abs(above) < CLOSE else float(aside > 0)
    return cost


def _name_rows(
    data: RiskProfiles, look: dict[str, Any], names: Sequence[Sequence[str]], slots: Sequence[_Slot], high: float
) -> list[dict[str, Any]]:
    """Return for each option its name in a column on the right, and the point of its line that a leader comes from."""
    rows = []
    for slot in slots:
        name, chosen = names[slot.option], slot.option == data.chosen
        top = slot.middle - len(name) * look["line_height"] / 2 + 0.75 * look["line_height"]
        rows.append(
            {
                "value": _quantile(data.profiles[slot.option], 1 - slot.middle / high),
                "y": round(slot.middle, 2),
                "edge": look["width"] + 10,
                "left": look["width"] + 16,
                "top": round(top, 2),
                "text": list(name),
                "weight": "bold" if chosen else "normal",
                "fill": look["chosen"]["stroke"] if chosen else "#333333",
            }
        )
    return rows


def _reference_rows(
    data: RiskProfiles, look: dict[str, Any], domain: tuple[float, float], high: float
) -> list[dict[str, Any]]:
    if data.reference is None:
        return []
    share = (data.reference - domain[0]) / (domain[1] - domain[0])
    align = "left" if share < 0.3 else "right" if share > 0.7 else "center"
    room = look["width"] * {"left": 1 - share, "right": share, "center": 2 * min(share, 1 - share)}[align]
    text = shorten(data.reference_text, room, look["tick_size"])
    return [{"value": data.reference, "text": text, "align": align, "bottom": high}]
