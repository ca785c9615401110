"""Curves of sensitivity analysis: what every option is worth along one input, and the spider of all parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from planner.analyses.varying.sensitivity_words import short
from planner.report.canvas import Canvas, padded, spread
from planner.report.rounding import number
from planner.report.text import balance, width
from planner.report.words import count, ended, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.sensitivity import Sensitivity
    from planner.analyses.varying.tornado import Curve

Corners = list[tuple[float, float]]
LEADER = {"stroke": "#a8a8a8", "width": 0.8, "dash": []}


def one_way_svg(result: Sensitivity, curve: Curve) -> str:
    """Return as SVG what every option is worth along one input."""
    shape = _shape()
    tolerance = any(math.isinf(at) for at in curve.at) or curve.parameter.endswith(".risk_tolerance")
    at = [1 / value for value in curve.at] if tolerance else list(curve.at)
    options = _drawn_options(result, curve, shape["lines"])
    values = [value for option in options for value in curve.values[option]]
    x = (min(at), max(at)) if min(at) < max(at) else padded(at)
    canvas = Canvas("sensitivity", shape["width"], shape["height"], x, padded(values))
    series = [
        sorted((canvas.x(place), canvas.y(value)) for place, value in zip(at, curve.values[option], strict=True))
        for option in options
    ]
    flips = [one for one in result.thresholds if one.parameter == curve.parameter]
    marks = []
    for one in flips:
        where = canvas.x(1 / one.at if tolerance else one.at)
        canvas.rule(where, where, -4, canvas.high, dash=(4, 3))
        marks.append((where, short(one.at)))
    bar = next(bar for bar in result.tornado if bar.parameter == curve.parameter)
    now = canvas.x(1 / bar.now.at if tolerance else bar.now.at)
    canvas.rule(now, now, -4, canvas.high, thick=1, dash=(1, 3))
    _marks(canvas, marks, now)
    wide = _lines(canvas, series, [result.focus.name(option) for option in options])
    unit = f", {curve.unit}" if curve.unit else ""
    canvas.axis(
        0,
        f"1 / R, with R the {curve.words[0].lower()}{curve.words[1:]}; 0 is neutral"
        if tolerance
        else f"{curve.words}{unit}",
    )
    canvas.axis(1, _value_axis(result))
    title = curve_finding(result, curve)
    note = "Dashed: where the choice changes; dotted: as things stand. Computed from the stated inputs."
    return canvas.drawn(title=title, subtitle=note, alt=ended(title), room=canvas.wide + wide)


def curve_finding(result: Sensitivity, curve: Curve) -> str:
    """Say which options are taken along an input, from its low end to its high end."""
    taken = [curve.chosen[0]]
    for option in curve.chosen[1:]:
        if option != taken[-1]:
            taken.append(option)
    names = [f"'{result.focus.name(option)}'" for option in taken]
    if len(names) == 1:
        return f"{names[0]} is the choice all along the range of '{curve.words}'"
    return f"As '{curve.words}' rises the choice is {', then '.join(names)}"


def spider_svg(result: Sensitivity) -> str:
    """Return as SVG the lead along every parameter, on one axis from the low to the high end of its range."""
    shape = _shape()
    bars = [bar.parameter for bar in result.tornado]
    strands = sorted(result.spider, key=lambda one: bars.index(one.parameter))[: shape["lines"]]
    leads = [lead for strand in strands for lead in strand.difference]
    canvas = Canvas("sensitivity", shape["width"], shape["height"], (-1.0, 1.0), padded([*leads, 0.0]))
    zero = canvas.y(0.0)
    canvas.rule(0, canvas.wide, zero, zero, thick=2)
    middle = canvas.x(0.0)
    canvas.rule(middle, middle, -4, canvas.high, thick=1, dash=(1, 3))
    _marks(canvas, [], middle)
    series = [
        [(canvas.x(share), canvas.y(lead)) for share, lead in zip(one.share, one.difference, strict=True)]
        for one in strands
    ]
    wide = _lines(canvas, series, [one.words for one in strands])
    canvas.axis(0, "Share of the way to the low end (left) and the high end (right) of the range")
    canvas.made["axes"][0]["encode"]["labels"]["update"]["text"] = {
        "signal": "format(abs(datum.value) * 100, 'd') + ' %'"
    }
    canvas.axis(1, "Lead over the next option")
    hidden = len(result.spider) - len(strands)
    more = f" Left out: {count(hidden, 'parameter')} of less effect." if hidden else ""
    title = f"'{strands[0].words}' moves the lead of '{result.focus.name(result.chosen)}' most"
    note = f"Below the solid line another option is better.{more} Computed from the stated inputs."
    swings = [f"{one.words} {number(max(one.difference) - min(one.difference))}" for one in strands]
    alt = ended(f"Lines of the lead along every parameter; by how much they move it: {listed(swings)}")
    return canvas.drawn(title=title, subtitle=note, alt=alt, room=canvas.wide + wide)


def _value_axis(result: Sensitivity) -> str:
    """Return the title of an axis of values, with whose they are and their unit."""
    criteria = list(result.scenario.criteria.values())
    unit = criteria[0].unit if len(criteria) == 1 and not criteria[0].has_scale else ""
    whose = f" to {result.scenario.actors[result.focus.actor].name}" if result.scenario.has_actors else ""
    return f"{'Cost' if result.focus.sense < 0 else 'Value'}{whose}{f', {unit}' if unit else ''}"


def _shape() -> dict[str, Any]:
    found: dict[str, Any] = Canvas("sensitivity", 1, 1, (0, 1)).look["curves"]
    return found


def _drawn_options(result: Sensitivity, curve: Curve, most: int) -> list[str]:
    """Return the options that are drawn: the choice, those taken somewhere, then the best of the others."""
    sense = result.focus.sense
    taken = set(curve.chosen)
    ranked = sorted(
        curve.values, key=lambda one: (one != result.chosen, one not in taken, -sense * max(curve.values[one]))
    )
    return ranked[:most]


def _marks(canvas: Canvas, marks: Sequence[tuple[float, str]], now: float) -> None:
    """Write what vertical lines are above the plot, those left out that would run into another; now stands higher."""
    last = -math.inf
    for where, text in sorted(marks):
        half = width(text, canvas.look["small_size"]) / 2
        if where - half > last:
            canvas.text(where, -11, text, align="center", small=True)
            last = where + half + 4
    canvas.text(now, -25 if marks else -11, "now", align="center", small=True)


def _lines(canvas: Canvas, series: Sequence[Corners], names: Sequence[str]) -> float:
    """Draw lines, named on the right; return how wide the names are."""
    look, shape = canvas.look, canvas.look["curves"]
    labels = [balance(name, shape["label_width"], look["label_size"], lines=shape["label_lines"]) for name in names]
    heights = [len(lines) * look["line_height"] + shape["label_gap"] for lines in labels]
    middles = spread([corners[-1][1] for corners in series], heights, canvas.high)
    for i in reversed(range(len(series))):
        style = shape["styles"][i % len(shape["styles"])]
        corners, x = list(series[i]), canvas.wide
        canvas.line(3 * i, corners, style)
        canvas.line(3 * i + 1, [(x + 3, corners[-1][1]), (x + 22, middles[i])], LEADER)
        canvas.line(3 * i + 2, [(x + 26, middles[i]), (x + 50, middles[i])], style)
        first = middles[i] - (len(labels[i]) - 1) * look["line_height"] / 2
        for at, line in enumerate(labels[i]):
            canvas.text(x + 56, first + at * look["line_height"], line, bold=i == 0)
    return 56 + max(width(line, look["label_size"], bold=True) for lines in labels for line in lines)
