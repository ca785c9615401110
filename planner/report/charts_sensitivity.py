"""The pictures of sensitivity analysis: bars of the lead, and which option is taken over two inputs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from planner.analyses.paths import percent
from planner.analyses.result import BadArgument
from planner.analyses.varying.sensitivity_words import pair, places_for, short
from planner.report.canvas import Canvas
from planner.report.charts_curves import one_way_svg, spider_svg
from planner.report.rounding import number, percentages
from planner.report.text import balance, width
from planner.report.words import ended, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.sensitivity import Sensitivity
    from planner.analyses.varying.regions import Regions
    from planner.analyses.varying.tornado import Bar

JUDGED = ("parameter", "derived")


def picture(result: Sensitivity, kind: str) -> str:
    """Return a picture of a result as SVG: tornado, strips, spider, regions or one-way.

    Raises:
        BadArgument: there is nothing to draw.
    """
    if kind == "regions" and result.regions is not None:
        return regions_svg(result, result.regions)
    if kind == "one-way" and result.curves:
        return one_way_svg(result, result.curves[0])
    if kind == "spider" and result.spider:
        return spider_svg(result)
    if kind == "tornado" and result.tornado:
        return tornado_svg(result)
    if kind == "strips":
        from planner.report.charts_strips import drawn_strips, strips_svg  # which draws on this module

        if drawn_strips(result):
            return strips_svg(result)
    need = {
        "strips": "an input that flips the choice within its range",
        "regions": "two parameters with a range",
        "one-way": "an input, with --one-way NAME",
    }
    raise BadArgument(f"there is nothing to draw as {kind}", f"it needs {need.get(kind, 'inputs with a range')}")


# --- bars ----------------------------------------------------------------------------------------------------


def drawn_bars(result: Sensitivity, most: int) -> list[Bar]:
    """Return the bars that are drawn: parameters and formulas, other inputs where there are none."""
    judged = [bar for bar in result.tornado if bar.kind in JUDGED]
    return (judged or list(result.tornado))[:most]


def tornado_svg(result: Sensitivity) -> str:
    """Return bars of the lead as SVG, the input that moves it most first."""
    look = Canvas("sensitivity", 1, 1, (0, 1)).look
    shape = look["bars"]
    bars = drawn_bars(result, shape["rows"])
    labels = [_label(result, bar, look) for bar in bars]
    heights = [len(lines) * look["line_height"] + shape["gap"] for lines in labels]
    canvas = Canvas("sensitivity", shape["width"], sum(heights), _scale(bars, look, shape["width"]))
    top = 0.0
    for bar, lines, height in zip(bars, labels, heights, strict=True):
        _bar(canvas, bar, top + height / 2)
        first = top + height / 2 - (len(lines) - 1) * look["line_height"] / 2
        for at, line in enumerate(lines):
            last = at == len(lines) - 1
            canvas.text(
                -12, first + at * look["line_height"], line, align="right", small=last, bold=bar.flips and not last
            )
        top += height
    canvas.rule(canvas.x(0), canvas.x(0), -4, canvas.high, thick=2)
    now = canvas.x(result.difference or 0.0)
    canvas.rule(now, now, -4, canvas.high, dash=(4, 3))
    canvas.axis(0, lead_axis(result))
    left = 12 + max(width(line, look["label_size"], bold=True) for lines in labels for line in lines)
    return canvas.drawn(
        title=result.headline().removesuffix("."),
        subtitle=_bars_note(bars),
        alt=tornado_alt(result),
        room=left + shape["width"],
    )


def _scale(bars: Sequence[Bar], look: dict[str, float], wide: float) -> tuple[float, float]:
    """Return the range of the lead that is drawn, with room for the numbers at the ends of the bars."""
    low = min(0.0, *(bar.difference_min for bar in bars))
    high = max(0.0, *(bar.difference_max for bar in bars))
    widest = max(width(text, look["small_size"]) for bar in bars for text in _ends(bar)) + 12
    span = (high - low) or 1.0
    margin = span * widest / max(wide - 2 * widest, 60)
    return low - margin, high + margin


def _ends(bar: Bar) -> tuple[str, str]:
    """Return the ends of a bar's range as they are written."""
    if bar.kind in JUDGED:
        places = places_for(bar.high.at - bar.low.at, bar.low.at, bar.high.at)
        return number(bar.low.at, places), number(bar.high.at, places)
    return short(bar.low.at), short(bar.high.at)


def _bar(canvas: Canvas, bar: Bar, middle: float) -> None:
    """Draw one bar: white towards the low end of the range, filled towards the high end."""
    shape = canvas.look["bars"]
    now = bar.now.difference
    same = (bar.low.difference - now) * (bar.high.difference - now) > 0
    texts = _ends(bar)
    least, most = (pick(bar.low.difference, bar.high.difference, now) for pick in (min, max))
    for inner, outer in ((least, bar.difference_min), (most, bar.difference_max)):
        if abs(canvas.x(outer) - canvas.x(inner)) > 1:
            canvas.rule(canvas.x(inner), canvas.x(outer), middle, middle, dash=(2, 2))
    for end, text, style, shift in ((bar.low, texts[0], "low", -1), (bar.high, texts[1], "high", 1)):
        x, x2 = sorted((canvas.x(now), canvas.x(end.difference)))
        y, y2 = (middle + shift * 6 - 5, middle + shift * 6 + 5) if same else (middle - 8, middle + 8)
        if x2 - x >= 1:
            canvas.rect(x, x2, y, y2, **shape[style])
        if end.difference != now:
            right = end.difference > now
            beyond = bar.difference_max if right else bar.difference_min
            at = canvas.x(end.difference if same else beyond) + (5 if right else -5)
            canvas.text(at, (y + y2) / 2, text, align="left" if right else "right", small=True, halo=True)


def _label(result: Sensitivity, bar: Bar, look: dict[str, int]) -> list[str]:
    """Return the lines beside a bar: the input's name, then where it stands and where it flips the choice."""
    name = balance(bar.words, look["label_width"], look["label_size"], lines=2, bold=bar.flips)
    nearest = next((one for one in result.thresholds if one.parameter == bar.parameter), None)
    if nearest is None:
        places = places_for(bar.high.at - bar.low.at)
        now = number(bar.now.at, places) if bar.kind in JUDGED else short(bar.now.at)
        return [*name, f"now {now}"]
    at, now = pair(nearest)
    return [*name, f"now {now}; flips {nearest.side} {at}"]


def _bars_note(bars: Sequence[Bar]) -> str:
    inside = any(
        bar.difference_min < min(bar.low.difference, bar.high.difference)
        or bar.difference_max > max(bar.low.difference, bar.high.difference)
        for bar in bars
    )
    more = " Dotted: leads between the ends that lie outside of them." if inside else ""
    return (
        "White: towards the low end of the range; filled: towards the high end; the numbers are the ends. Left of the "
        f"solid line another option is better; dashed line: as things stand.{more} Computed from the stated inputs."
    )


def lead_axis(result: Sensitivity) -> str:
    """Return the title of an axis of leads, with unit."""
    criteria = list(result.scenario.criteria.values())
    scale = criteria[0].unit if len(criteria) == 1 and not criteria[0].has_scale else "value points"
    what = "smallest gain of those who decide" if result.focus.joint else "value"
    name = result.focus.name(result.chosen)
    return f"Lead of '{name}' over the next option, by {what}{f', {scale}' if scale else ''}"


def tornado_alt(result: Sensitivity) -> str:
    """Return the bars in words."""
    parts = []
    for bar in drawn_bars(result, 10):
        low, high = _ends(bar)
        flips = ", flips the choice" if bar.flips else ""
        leads = f"{number(bar.low.difference)} to {number(bar.high.difference)}"
        parts.append(f"{bar.words} from {low} to {high}: lead {leads}{flips}")
    return ended(f"Bars of the lead of '{result.focus.name(result.chosen)}'. {'; '.join(parts)}")


# --- regions -------------------------------------------------------------------------------------------------


def regions_finding(result: Sensitivity, found: Regions) -> str:
    """Say how much of a grid each option takes."""
    cells = [option for row in found.chosen for option in row]
    options = _ordered(result, found)
    shares = percentages([cells.count(option) / len(cells) for option in (*options, None)])
    shares = tuple(share.replace("%", "per cent") for share in shares)
    names = [f"'{result.focus.name(option)}'" for option in options]
    if len(options) == 1 and None not in cells:
        return f"{names[0]} is the choice wherever in their ranges the two inputs are"
    told = [f"{name} on {share}" for name, share in zip(names, shares, strict=False)]
    return f"Of these pairs of values the choice is {listed(told)}"


def _ordered(result: Sensitivity, found: Regions) -> list[str]:
    """Return the options on the grid, the one that is now the choice first."""
    return sorted(found.options, key=lambda option: option != result.chosen)


def regions_svg(result: Sensitivity, found: Regions) -> str:
    """Return as SVG which option is taken over two inputs."""
    look = Canvas("sensitivity", 1, 1, (0, 1)).look
    shape = look["grid"]
    size = shape["size"]
    x, y = _edges(found.x), _edges(found.y)
    canvas = Canvas("sensitivity", size, size, (x[0], x[-1]), (y[0], y[-1]))
    options = _ordered(result, found)
    fills = {option: shape["fills"][i % len(shape["fills"])] for i, option in enumerate(options)}
    for option, row, first, stop in sorted(_runs(found), key=lambda run: run[0] == result.chosen):
        fill = "#ffffff" if option is None else fills[option]
        ends = canvas.x(x[first]), canvas.x(x[stop]), canvas.y(y[row + 1]), canvas.y(y[row])
        canvas.rect(*ends, fill=fill, stroke=fill)
    canvas.rule(0, size, size, size)
    canvas.rule(0, size, 0, 0)
    canvas.rule(0, 0, 0, size)
    canvas.rule(size, size, 0, size)
    if x[0] <= found.now[0] <= x[-1] and y[0] <= found.now[1] <= y[-1]:
        canvas.point(canvas.x(found.now[0]), canvas.y(found.now[1]))
    wide = _legend(canvas, result, found, options, fills)
    for at, (words, unit) in enumerate(zip(found.words, found.units, strict=True)):
        canvas.axis(at, f"{words}{f', {unit}' if unit else ''}")
    for axis in canvas.made["axes"]:
        axis["grid"] = False
    finding = regions_finding(result, found)
    note = "Ring: as things stand. Other inputs stay where they are. Computed from the stated inputs."
    alt = regions_alt(result, found)
    return canvas.drawn(title=finding, subtitle=note, alt=alt, room=size + wide)


def _runs(found: Regions) -> list[tuple[str | None, int, int, int]]:
    """Return neighbours in a row that have the same option: the option, the row, the first cell and that after."""
    runs: list[tuple[str | None, int, int, int]] = []
    for row, chosen in enumerate(found.chosen):
        start = 0
        for column in range(1, len(chosen) + 1):
            if column == len(chosen) or chosen[column] != chosen[start]:
                runs.append((chosen[start], row, start, column))
                start = column
    return runs


def _edges(values: Sequence[float]) -> list[float]:
    """Return where the cells around rising values begin and end."""
    between = [(low + high) / 2 for low, high in pairwise(values)]
    return [values[0], *between, values[-1]]


def _legend(
    canvas: Canvas, result: Sensitivity, found: Regions, options: Sequence[str], fills: dict[str, str]
) -> float:
    """Draw swatches with the options' names to the right; return how wide that is."""
    look = canvas.look
    left, top, wide = canvas.wide + 18, 4.0, 0.0
    impossible = any(option is None for row in found.chosen for option in row)
    names = [(result.focus.name(option), fills[option]) for option in options]
    for name, fill in [*names, *([("impossible", "")] if impossible else [])]:
        lines = balance(name, look["grid"]["label_width"], look["label_size"], lines=3)
        canvas.rect(left, left + 14, top, top + 14, fill=fill or "#ffffff", stroke="#555555" if fill else "#cccccc")
        for at, line in enumerate(lines):
            canvas.text(left + 22, top + 7 + at * look["line_height"], line)
            wide = max(wide, 40 + width(line, look["label_size"]))
        top += len(lines) * look["line_height"] + 8
    return wide


def regions_alt(result: Sensitivity, found: Regions) -> str:
    """Return in words which option is taken over two inputs."""
    shares = ", ".join(
        f"{result.focus.name(option)} {percent(sum(row.count(option) for row in found.chosen) / len(found.x) ** 2)}"
        for option in _ordered(result, found)
    )
    return ended(f"Map of the choice over {found.words[0]} and {found.words[1]}: {shares} of the cells")
