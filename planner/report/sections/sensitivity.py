"""What a paper says of sensitivity: what flips the choice, how far everything together has to move."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.analyses.paths import percent
from planner.analyses.varying.sensitivity_words import condition, pair, points, short, siblings, stops
from planner.report.charts_sensitivity import (
    drawn_bars,
    regions_alt,
    regions_finding,
    regions_svg,
    tornado_alt,
    tornado_svg,
)
from planner.report.charts_strips import drawn_strips, strips_alt, strips_svg
from planner.report.rounding import number
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import capital, count, ended, in_words, listed

if TYPE_CHECKING:
    from planner.analyses.sensitivity import Sensitivity
    from planner.analyses.varying.stability import DecisionStability
    from planner.analyses.varying.thresholds import Threshold
    from planner.report.findings import Findings

MOST = 8  # thresholds of parameters, and as many decisions
FEW = 4  # of weights and attitudes to risk
DRAWN = 10


def section(result: Sensitivity, found: Findings) -> Section:
    """Return tables, sentences and pictures of an analysis of sensitivity."""
    del found
    several = len(result.options) > 1
    listed_ = _listed(result)
    mapped = several and result.regions is not None and len(result.regions.options) > 1
    context = {
        "heading": "What would change the choice?",
        "headline": plain(result.headline()),
        "thresholds": _thresholds(result, listed_) if listed_ else "",
        "thresholds_note": plain(_thresholds_note(result, listed_)) if listed_ else "",
        "bars": plain(_bars(result)) if several and result.tornado else "",
        "joint": plain(_joint(result)) if several else "",
        "decisions": _decisions(result) if len(result.decisions) > 1 else "",
        "decisions_note": plain(_decisions_note(result)),
        "regions": plain(ended(regions_finding(result, result.regions))) if mapped and result.regions else "",
        "notes": [plain(note) for note in _notes(result)],
    }
    pictures = {}
    if several and result.tornado:
        pictures["tornado"] = Picture(tornado_alt(result), tornado_svg(result))
    if several and drawn_strips(result):
        pictures["strips"] = Picture(strips_alt(result), strips_svg(result))
    if mapped and result.regions is not None:
        pictures["regions"] = Picture(regions_alt(result, result.regions), regions_svg(result, result.regions))
    return Section(context, pictures)


def _listed(result: Sensitivity) -> list[Threshold]:
    """Return the thresholds that are told: of parameters, then of weights and attitudes to risk."""
    judged = [one for one in result.thresholds if one.kind in {"parameter", "derived"}]
    others = [one for one in result.thresholds if one.kind in {"weight", "risk_tolerance"}]
    return judged[:MOST] + others[: FEW if judged else MOST]


def _thresholds(result: Sensitivity, shown: list[Threshold]) -> str:
    rows = []
    for one in shown:
        at, now = pair(one, fine=True, apart=siblings(one, result.thresholds))
        name, value = plain(result.focus.name(one.to)), plain(f"{at} {one.unit}")
        rows.append([plain(one.words), now, f"{one.side} {value}", name, percent(one.share)])
    head = ["Input", "Now", "Flips the choice", "To", "Part of its range"]
    return table(head, rows, right=[1, 4])


def _thresholds_note(result: Sensitivity, shown: list[Threshold]) -> str:
    hidden = len(result.thresholds) - len(shown)
    parts = ["Each input alone, all others as they stand; the last column is how much of its range lies between."]
    if any(one.kind == "weight" for one in shown):
        multiple = result.settings["weights"]
        parts.append(f"Weights were taken from 0 to {multiple:g} times what they are, the others fixed.")
    if any(one.kind == "risk_tolerance" for one in shown):
        parts.append("The smaller the tolerance of risk, the more cautious; without one an actor is neutral.")
    if hidden > 0:
        parts.append(f"Left out here: {count(hidden, 'more threshold')}.")
    return " ".join(parts)


def _bars(result: Sensitivity) -> str:
    """Say which input moves the lead most, and how many flip the choice."""
    bars = drawn_bars(result, len(result.tornado))
    first = bars[0]
    ends = f"from {number(first.difference_min)} to {number(first.difference_max)}"
    moved = f"'{first.words}' moves the lead most, {ends}"
    flips = sum(bar.flips for bar in bars)
    if len(bars) == 1:
        told = "it flips the choice" if flips else "it does not flip the choice"
    else:
        whole = f"of the {in_words(len(bars))} inputs"
        some = f"{in_words(flips)} {whole} flip{'s' if flips == 1 else ''} the choice alone"
        every = f"each {whole} flips the choice alone"
        told = "none of them flips the choice alone" if not flips else every if flips == len(bars) else some
    more = len(bars) - DRAWN
    hidden = f" The picture leaves out {count(more, 'input')} of less effect." if more > 0 else ""
    return f"{moved}; {told}.{hidden}"


def _joint(result: Sensitivity) -> str:
    """Say how far parameters, and probabilities, have to move together."""
    parts = []
    joint, chances = result.joint, result.chances
    if joint.parameters:
        if joint.radius is None:
            surely = "flips the choice" if joint.proved else "was found that flips the choice"
            parts.append(f"No joint change of the {count(joint.parameters, 'parameter')} within their ranges {surely}.")
        else:
            sure = "No smaller one does." if joint.proved else "This is the smallest change that was found."
            to = result.focus.name(joint.chosen or "")
            moved = count(len(joint.point), "parameter")
            each = "moved" if len(joint.point) == 1 else "each moved"
            parts.append(
                f"{capital(moved)}, {each} {percent(joint.radius)} of the way to an end of the range, "
                f"{'flips' if len(joint.point) == 1 else 'flip'} the choice to '{to}'. {sure}"
            )
            parts.append(_carriers(result))
    if chances is not None and chances.radius is not None:
        certain = "" if chances.proved else f"; up to {points(chances.at_least)} it is certain to stay"
        parts.append(
            f"If every probability of the tree is off by {points(chances.radius)} at once, all to the disadvantage of "
            f"the choice, it flips{certain}."
        )
        nodes = [node for node in chances.nodes if node.alone is not None]
        if nodes:
            first = nodes[0]
            assert first.to is not None
            assert first.now is not None
            where = result.scenario.nodes[first.node]
            branch = where.edges[first.branch or ""].name
            parts.append(
                f"The chance that matters most is '{where.title}': alone it flips the choice when '{branch}' goes from "
                f"{percent(first.now)} to {percent(first.to)}."
            )
    elif chances is not None and chances.at_least >= 1 and chances.nodes:
        parts.append("No error of probabilities whatever flips the choice.")
    return " ".join(part for part in parts if part)


def _carriers(result: Sensitivity) -> str:
    """Name the parameters without which the joint change has to be much larger."""
    joint = result.joint
    assert joint.radius is not None
    words = {bar.parameter: bar.words for bar in result.tornado}
    order = sorted(joint.without.items(), key=lambda item: -(math.inf if item[1] is None else item[1]))
    told = [f"'{words[name]}'" for name, radius in order if radius is None or radius > 1.15 * joint.radius][:3]
    return f"Most of it is carried by {listed(told)}." if told and len(joint.point) > 1 else ""


def _decisions(result: Sensitivity) -> str:
    rows = [_decision(result, one) for one in result.decisions[:MOST]]
    head = ["Decision", "Takes", "Flips if all probabilities are off by", "or parameters move"]
    return table(head, rows, right=[2, 3])


def _decision(result: Sensitivity, one: DecisionStability) -> list[str]:
    node = result.scenario.nodes[one.node]
    inside = one.state.partition("[")[2].removesuffix("]")
    title = f"{node.title} ({inside.replace('=', ' ')})" if inside else node.title
    chances, radius = one.chances, one.joint.radius
    told = "-"
    if chances is not None and chances.radius is not None:
        told = points(chances.radius) if chances.proved else f"{points(chances.radius)} (found)"
    moved = "-" if radius is None else percent(radius) if one.joint.proved else f"{percent(radius)} (found)"
    return [plain(title), plain(node.edges[one.chosen].name), told, moved]


def _decisions_note(result: Sensitivity) -> str:
    left = result.decisions_left_out + max(0, len(result.decisions) - MOST)
    parts = [
        "Parameters: the share of the way to the ends of their ranges.",
        "Found: the smallest that was found; a smaller one cannot be ruled out.",
        "A dash: nothing of the kind flips it.",
    ]
    if left:
        parts.append(f"Left out here: {count(left, 'less probable decision')}.")
    return " ".join(parts)


def _notes(result: Sensitivity) -> list[str]:
    notes = []
    if result.tied:
        nearest = next(iter(result.thresholds), None)
        if nearest is not None:
            words = condition(nearest, result.scenario.likelihood_words)
            notes.append(f"{stops(result)}, beyond the tie, if {words}.")
    for one in result.ties[:3]:
        names = listed([f"'{result.focus.name(option)}'" for option in one.options])
        if one.low < one.high:
            ends = f"from {short(one.low)} to {short(one.high)}"
            notes.append(f"{names} are as good as each other for '{one.parameter}' {ends}.")
    cut = [bar for bar in result.tornado if bar.given is not None]
    notes += [
        f"'{bar.words}' was looked at from {short(bar.low.at)} to {short(bar.high.at)} alone: beyond that the scenario "
        "is impossible while the rest stays."
        for bar in cut[:3]
    ]
    if result.without_range:
        many = len(result.without_range)
        verb = "has no range and was" if many == 1 else "have no range and were"
        notes.append(f"{capital(count(many, 'parameter'))} {verb} not varied.")
    return notes
