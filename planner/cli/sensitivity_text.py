"""What sensitivity analysis finds, as it is read on a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.analyses.paths import percent
from planner.analyses.result import listing
from planner.analyses.varying.chance_radius import LARGEST
from planner.analyses.varying.sensitivity_words import along, pair, places_for, points, short, siblings
from planner.cli.output import GAP, Column, Row, counted
from planner.cli.show import edge_name, rest, writer
from planner.report.rounding import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.sensitivity import Sensitivity
    from planner.analyses.varying.regions import Regions
    from planner.analyses.varying.stability import DecisionStability
    from planner.analyses.varying.thresholds import Threshold
    from planner.analyses.varying.tornado import Bar, Curve
    from planner.cli.output import Output

BAR, LEAST = 25, 12  # characters of a bar at most and at least
WIDE = 72  # columns from which on long tables stand as such
NAMED = 34  # room that names of inputs get in a table
FEW = 6  # rows of what stands second
JUDGED = ("parameter", "derived")
WANTS = "Weights and attitudes to risk"
TALL = 17  # rows of a grid
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TICKS = 9


def thresholds(out: Output, result: Sensitivity, rows: int | None) -> None:
    """Write where the choice flips: parameters first, then weights and attitudes to risk."""
    found = [one for one in result.thresholds if one.kind in JUDGED]
    others = [one for one in result.thresholds if one.kind not in JUDGED]
    for title, kind in (("What flips the choice, nearest first", found), (f"{WANTS} that flip it", others)):
        if kind:
            most = min(rows, FEW) if rows is not None and kind is others and found else rows
            out.write("\n")
            out.line(title, style="bold")
            _thresholds(out, result, kind[:most], named=kind is found)
            rest(out, len(kind), most, "threshold")
    _ties(out, result, rows)


def _thresholds(out: Output, result: Sensitivity, found: Sequence[Threshold], *, named: bool) -> None:
    if out.width < WIDE:
        for one in found:
            at, now = pair(one, fine=True, apart=siblings(one, result.thresholds))
            out.line(one.parameter, style="bold")
            name = f"{one.words}: " if named and one.words != one.parameter else ""
            out.line(f"{name}now {now}; {one.side} {at} {one.to}; {percent(one.share)} of its range", indent=3)
        return
    named = named and any(one.words != one.parameter for one in found)
    columns = [Column("input"), *([Column("")] if named else []), Column("now", number=True)]
    columns += [Column("flips", number=True), Column("to"), Column("of range", number=True)]
    lines = []
    for one in found:
        at, now = pair(one, fine=True, apart=siblings(one, result.thresholds))
        name_ = [_title(one.words, one.parameter)] if named else []
        lines.append(Row([one.parameter, *name_, now, f"{one.side} {at}", one.to, percent(one.share)]))
    out.table(columns, lines)


def _title(words: str, parameter: str) -> str:
    return "" if words == parameter else words


def _ties(out: Output, result: Sensitivity, rows: int | None) -> None:
    lines = []
    for one in result.ties[:rows]:
        options = listing(one.options)
        if one.low == one.high:
            lines.append(f"{options} are just as good where {one.parameter} is {short(one.low)}, and no flip follows.")
        else:
            ends = f"from {short(one.low)} to {short(one.high)}"
            lines.append(f"{options} are as good as each other for {one.parameter} {ends}.")
    for line in lines:
        out.line(line)


# --- bars ----------------------------------------------------------------------------------------------------


def tornado(out: Output, result: Sensitivity, rows: int | None) -> None:
    """Write the bars of parameters and formulas; of weights and attitudes to risk where they were asked for."""
    judged = [bar for bar in result.tornado if bar.kind in JUDGED]
    others = [bar for bar in result.tornado if bar.kind not in JUDGED]
    asked = not judged or any(bar.parameter in result.settings["parameters"] for bar in others)
    found = [bars for bars in (judged, others if asked else []) if bars]
    shown = [bar for bars in found for bar in bars[:rows]]
    for bars in found:
        out.write("\n")
        out.line(f"The lead of '{result.chosen}'" if bars is judged else f"{WANTS}: the lead", style="bold")
        _bars(out, result, bars[:rows], shown)
        rest(out, len(bars), rows, "input")
    if shown and out.width >= WIDE:
        out.line(
            "The lead is over the best of the others. L and H: at the low and the high end of the range; + as things "
            "stand; | zero, left of which another option is better; . what lies between outside of the ends. "
            "! flips the choice."
        )
    for bar in shown:
        if bar.given is not None:
            low, high = (short(end) for end in bar.given)
            out.line(
                f"Note: {bar.parameter} was to go from {low} to {high}; while the rest stays, the scenario is possible "
                f"from {short(bar.low.at)} to {short(bar.high.at)}."
            )


def _bars(out: Output, result: Sensitivity, bars: Sequence[Bar], shown: Sequence[Bar]) -> None:
    write = writer([*(end.difference for bar in bars for end in (bar.low, bar.high)), result.difference or 0.0])
    low = min(0.0, *(bar.difference_min for bar in shown))
    high = max(0.0, *(bar.difference_max for bar in shown))
    columns = [Column("input"), Column(""), Column("low", number=True), Column("high", number=True)]
    columns += [Column("at low", number=True), Column("at high", number=True)]
    lines = []
    for bar in bars:
        ends = [_end(bar, bar.low.at), _end(bar, bar.high.at)]
        cells = [bar.parameter, "!" if bar.flips else "", *ends, write(bar.low.difference), write(bar.high.difference)]
        lines.append(Row(cells, best=bar.flips))
    sizes = [max(1, len(column.head), *(len(line.cells[i]) for line in lines)) for i, column in enumerate(columns)]
    room = min(BAR, out.width - sum(sizes) - GAP * len(sizes))
    if out.width >= WIDE and room >= LEAST:
        columns.append(Column("lead"))
        drawn = [drawing(bar, low, high, room) for bar in bars]
        out.table(columns, [Row([*line.cells, text], line.best) for line, text in zip(lines, drawn, strict=True)])
    elif out.width >= WIDE:
        out.table(columns, lines)
    else:
        _narrow(out, lines)


def _narrow(out: Output, lines: Sequence[Row]) -> None:
    """Write bars as two lines each: a table of seven columns does not fit."""
    for line in lines:
        name, mark, low, high, at_low, at_high = line.cells
        out.line(f"{name} {mark}".rstrip(), style="bold")
        out.line(f"{low} to {high}: lead {at_low} to {at_high}", indent=3)


def _end(bar: Bar, value: float) -> str:
    if bar.kind in {"weight", "risk_tolerance"}:
        return short(value)
    return along(value, places_for(bar.high.at - bar.low.at, bar.low.at, bar.high.at))


def drawing(bar: Bar, low: float, high: float, width: int = BAR) -> str:
    """Return a bar on a scale from ``low`` to ``high``.

    Args:
        bar: what an input does to the lead.
        low: one end of the scale.
        high: the other.
        width: in characters.
    """

    def place(lead: float) -> int:
        return round((lead - low) / (high - low) * (width - 1)) if high > low else 0

    text = [" "] * width
    for at in range(place(bar.difference_min), place(bar.difference_max) + 1):
        text[at] = "."
    first, last = sorted((place(bar.low.difference), place(bar.high.difference)))
    for at in range(first, last + 1):
        text[at] = "-"
    text[place(0.0)] = "|"
    text[place(bar.now.difference)] = "+"
    text[place(bar.low.difference)], text[place(bar.high.difference)] = "L", "H"
    return "".join(text).rstrip()


# --- joint changes -------------------------------------------------------------------------------------------


def joint(out: Output, result: Sensitivity, rows: int | None) -> None:
    """Write the smallest joint change of parameters, and which parameters carry it."""
    found = result.joint
    if not found.parameters or len(result.options) < 2:
        return
    out.write("\n")
    out.line("The smallest joint change of parameters", style="bold")
    sure = "certain" if found.proved else "the best that was found"
    if found.radius is None:
        lines = "No joint change within the ranges flips the choice" if found.proved else "No joint change was found"
        out.line(f"{lines}{'' if found.proved else ' that flips the choice'}.")
        return
    moved = counted(len(found.point), "parameter")
    out.line(
        f"{moved} moved {percent(found.radius)} of the way to an end of the range flips the choice to "
        f"'{found.chosen}' ({sure})."
        if len(found.point) == 1
        else f"{moved}, each moved {percent(found.radius)} of the way to an end of its range, flip the choice to "
        f"'{found.chosen}' ({sure})."
    )
    bars = {bar.parameter: bar for bar in result.tornado}
    order = sorted(found.point, key=lambda name: -(math.inf if (one := found.without.get(name)) is None else one))
    lines_ = []
    for name in order[:rows]:
        bar = bars[name]
        places = places_for(bar.high.at - bar.low.at, bar.now.at, found.point[name])
        without = found.without.get(name)
        kept = "never" if without is None else percent(without)
        lines_.append(Row([name, along(bar.now.at, places), along(found.point[name], places), kept]))
    if out.width >= WIDE:
        head = [Column("parameter"), Column("now", number=True), Column("moved to", number=True)]
        out.table([*head, Column("if it stays", number=True)], lines_)
    else:
        for line in lines_:
            name, now, moved_to, kept = line.cells
            out.line(name, style="bold")
            out.line(f"{now} to {moved_to}; if it stays {kept}", indent=3)
    rest(out, len(order), rows, "parameter")
    out.line("If it stays: how far the others then have to move; never means no flip without it.")


def decisions(out: Output, result: Sensitivity, rows: int | None) -> None:
    """Write how stable each decision is that the strategy may come to."""
    found = result.decisions
    if not found:
        return
    out.write("\n")
    out.line("How far all probabilities may be off, and all parameters may move", style="bold")
    lines = [_stability(one) for one in found[:rows]]
    columns = [Column("at"), Column("takes"), Column("probabilities", number=True), Column("alone")]
    columns += [Column("parameters", number=True)]
    used = [i for i in range(len(columns)) if i < 2 or any(line[i] for line in lines)]
    if out.width >= WIDE:
        out.table([columns[i] for i in used], [Row([line[i] for i in used]) for line in lines])
    else:
        for state, takes, chance, alone, parameters in lines:
            out.line(f"{state}: {takes}", style="bold")
            told = [f"probabilities {chance}" if chance else "", f"alone {alone}" if alone else ""]
            told += [f"parameters {parameters}" if parameters else ""]
            out.line("; ".join(text for text in told if text) or "nothing flips it", indent=3)
    rest(out, len(found), rows, "decision")
    if result.rule == "expected" and result.chances is None:
        out.line(f"Errors of probabilities are not looked for among more than {LARGEST:,} states.")
    if result.decisions_left_out:
        out.line(f"{counted(result.decisions_left_out, 'less probable decision')} were not looked into.")
    out.line(
        "Probabilities: so many points off, all at once, flip the choice; in brackets what is certain not to. Alone: "
        "where the chance that matters most flips it if nothing else moves. Parameters: the share of the way to the "
        "ends of their ranges that flips it if all move; (found) is the best that was found."
    )


def _stability(one: DecisionStability) -> list[str]:
    chances, radius = one.chances, one.joint.radius
    told = alone = ""
    if chances is not None and chances.radius is not None:
        sure = "" if chances.proved else f" (not {_points(chances.at_least)})"
        told = f"{_points(chances.radius)}{sure}"
    elif chances is not None and chances.at_least < 1:
        told = f"(not {_points(chances.at_least)})"
    if chances is not None and chances.nodes and chances.nodes[0].alone is not None:
        first = chances.nodes[0]
        assert first.to is not None
        alone = f"{first.node}.{first.branch} at {percent(first.to)}"
    parameters = "" if radius is None else percent(radius)
    if radius is not None and not one.joint.proved:
        parameters += " (found)"
    return [one.state, one.chosen, told, alone, parameters]


def _points(epsilon: float) -> str:
    return points(epsilon).partition(" ")[0]


# --- one and two inputs ----------------------------------------------------------------------------------------


def curve(out: Output, result: Sensitivity, one: Curve) -> None:
    """Write what every option is worth along one input."""
    out.write("\n")
    title = f"{one.parameter}: {one.words}" if one.words != one.parameter else one.parameter
    out.line(f"{title}{f', {one.unit}' if one.unit else ''}", style="bold")
    changes = [i for i in range(1, len(one.at)) if one.chosen[i] != one.chosen[i - 1]]
    even = [round(i * (len(one.at) - 1) / (TICKS - 1)) for i in range(TICKS)]
    now = _nearest(one.at, next(bar.now.at for bar in result.tornado if bar.parameter == one.parameter))
    rows = sorted({*even, now, *(i for change in changes for i in (change - 1, change))})
    write = formatter([value for row in one.values.values() for value in row], apart=False)
    finite = [value for value in one.at if math.isfinite(value)]
    places = places_for(max(finite) - min(finite), *(one.at[i] for i in rows))
    columns = [Column("at", number=True), Column("takes"), *(Column(option, number=True) for option in one.values)]
    lines = []
    for i in rows:
        at = along(one.at[i], places)
        values = [write(row[i]) for row in one.values.values()]
        lines.append(Row([f"{'now ' if i == now else ''}{at}", one.chosen[i], *values]))
    sizes = [max(len(column.head), *(len(line.cells[i]) for line in lines)) + GAP for i, column in enumerate(columns)]
    if sum(sizes) - GAP <= out.width:
        out.table(columns, lines)
        return
    for line in lines:
        out.line(f"{line.cells[0]}: {line.cells[1]}", style="bold")
        told = zip(one.values, line.cells[2:], strict=True)
        out.line(", ".join(f"{option} {value}" for option, value in told), indent=3)


def regions(out: Output, result: Sensitivity, found: Regions) -> None:
    """Write which option is taken over two inputs, a letter for each."""
    out.write("\n")
    out.line(f"{found.parameters[1]} (up) against {found.parameters[0]} (across)", style="bold")
    letters = {option: LETTERS[i % len(LETTERS)] for i, option in enumerate(found.options)}
    now = tuple(_nearest(values, at) for values, at in zip((found.x, found.y), found.now, strict=True))
    labels = [_label(found.y, i) for i in range(len(found.y))]
    side = max(map(len, labels)) + 1
    across = max(1, math.ceil(len(found.x) / max(10, out.width - side - 2)))
    up = max(1, math.ceil(len(found.y) / TALL))
    for row in reversed(range(0, len(found.y), up)):
        cells = []
        for column in range(0, len(found.x), across):
            option = found.chosen[row][column]
            letter = "." if option is None else letters[option]
            here = row == now[1] // up * up and column == now[0] // across * across
            cells.append("*" if here else letter)
        shown = labels[row] if row // up % 4 == 0 or row + up >= len(found.y) else ""
        out.write(f"{shown:>{side}} {''.join(cells)}\n")
    first, last = _label(found.x, 0), _label(found.x, len(found.x) - 1)
    wide = max(len(range(0, len(found.x), across)) - len(first), len(last) + 1)
    out.write(f"{'':{side}} {first}{last:>{wide}}\n")
    for option, letter in letters.items():
        name = edge_name(result.scenario, result.focus.node, option)
        out.line(f"{letter}  {option}{f'  {name}' if name else ''}")
    notes = ["*  as things stand"]
    if any(option is None for row in found.chosen for option in row):
        notes.append(".  impossible")
    for note in notes:
        out.line(note)


def _nearest(values: Sequence[float], at: float) -> int:
    if math.isinf(at):
        return len(values) - 1
    return min(range(len(values)), key=lambda i: abs(values[i] - at) if math.isfinite(values[i]) else math.inf)


def _label(values: Sequence[float], at: int) -> str:
    finite = [value for value in values if math.isfinite(value)]
    width = max(finite) - min(finite)
    return along(values[at], places_for(width)) if len(finite) == len(values) else short(values[at])


def unvaried(out: Output, result: Sensitivity, rows: int | None) -> None:
    """Name the parameters that have no range."""
    names = result.without_range
    if names:
        most = len(names) if rows is None else rows
        more = f" and {len(names) - most} more" if len(names) > most else ""
        out.write("\n")
        out.line(f"Not varied, without a range: {', '.join(names[:most])}{more}; --range NAME=LOW:HIGH gives one.")
