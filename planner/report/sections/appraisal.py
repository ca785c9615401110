"""What a paper says of the options criterion by criterion: benefits and costs, and what makes up the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.digits import rounded
from planner.report.charts_appraisal import Stack, parts_svg
from planner.report.rounding import decimals_for, formatter, number, signed
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import count, ended, listed

if TYPE_CHECKING:
    from planner.analyses.appraisal import Appraisal, OptionAppraisal
    from planner.report.findings import Findings

DRAWN = 8  # options that are drawn and listed; the one that is taken and the fallback are always among them
NOISE = 1e-9


def section(result: Appraisal, found: Findings) -> Section:
    """Return tables and picture of an appraisal."""
    shown = _shown(result)
    weighed = any(len(parts) > 1 for one in result.options for parts in one.parts.values())
    several = len(result.scenario.criteria) > 1
    context = {
        "heading": "What each option brings",
        "headline": plain(result.headline()) if weighed else "",
        "table": consequences(result, shown) if several else "",
        "note": plain(_note(result, shown)) if several else "",
        "balance": _balance(result, found) if several else [],
        "longlist": longlist(result, found),
    }
    actors = _actors(result, found)
    if not weighed or not actors or any(one.premium[actor] for one in shown for actor in actors):
        return Section(context)
    alt = _alt(result, shown, actors)
    drawn = parts_svg(_stacks(result, shown, actors), title=_finding(result), subtitle=_subtitle(found), alt=alt)
    return Section(context, {"parts": Picture(alt, drawn)})


def _shown(result: Appraisal) -> list[OptionAppraisal]:
    """Return the options that are told of, in file order."""
    focus = result.focus
    kept = {focus.chosen, *([focus.options[focus.fallback]] if focus.fallback is not None else [])}
    ranked = sorted(result.options, key=lambda one: -focus.sense * one.values[focus.actor])
    for one in ranked:
        if len(kept) < DRAWN:
            kept.add(one.option)
    return [one for one in result.options if one.option in kept]


def _actors(result: Appraisal, found: Findings) -> list[str]:
    """Return whose values are taken apart: those who decide, then others who weigh something."""
    weighing = [actor for actor in found.actors if any(one.parts[actor] for one in result.options)]
    first = [actor for actor in result.focus.by if actor in weighing]
    return [*first, *(actor for actor in weighing if actor not in first)][: found.panels]


def longlist(result: Appraisal, found: Findings) -> str:
    """Return the options with what is said of them: no change and do-minimum always among them."""
    focus = result.focus
    edges = result.scenario.nodes[focus.node].edges
    rows = [["*No change*", "what the criteria stand at today; no option of the decision", _standing(found, None)]]
    for option in focus.options:
        edge = edges[option]
        roles = []
        if focus.fallback is not None and option == focus.options[focus.fallback]:
            roles.append("do-minimum: stands without agreement")
        if option == found.do_minimum:
            roles.append("do-minimum")
        if option == focus.chosen and not found.no_agreement:
            roles.append("**recommended**")
        name = plain(edge.name)
        rows.append([name, plain(edge.note or ""), ", ".join(roles) or "an alternative"])
    if focus.fallback is None and found.do_minimum is None:
        rows.append(
            ["*Do-minimum*", "the scenario does not say which option is the least that must be done", "not named"]
        )
    told = any(row[1] for row in rows[1:])
    head = ["Option", "What it is", "Its part in this paper"]
    return table(head, rows) if told else table([head[0], head[2]], [[row[0], row[2]] for row in rows])


def _standing(found: Findings, option: str | None) -> str:
    del option
    return "what options are compared with" if found.today is not None else "where every consequence is 0"


def consequences(result: Appraisal, shown: list[OptionAppraisal]) -> str:
    """Return mean amounts by option and criterion, with benefit (+) or cost (-) against no change in brackets."""
    names = list(result.scenario.criteria)
    start = {name: criterion.start or 0.0 for name, criterion in result.scenario.criteria.items()}
    places = {
        name: decimals_for([start[name], *(one.amounts[name] for one in result.options)], apart=False) for name in names
    }
    rows = [["*No change*", *(number(start[name], places[name]) for name in names)]]
    for one in shown:
        cells = [
            f"{number(one.amounts[name], places[name])} ({signed(one.benefits[name], places[name])})" for name in names
        ]
        name = plain(result.focus.name(one.option))
        rows.append([f"**{name}**" if one.option == result.focus.chosen else name, *cells])
    head = ["Option", *(plain(_head(result, name)) for name in names)]
    return table(head, rows, right=range(1, len(head)))


def _head(result: Appraisal, name: str) -> str:
    criterion = result.scenario.criteria[name]
    return f"{criterion.name}, {criterion.unit}" if criterion.unit else criterion.name


def _note(result: Appraisal, shown: list[OptionAppraisal]) -> str:
    hidden = len(result.options) - len(shown)
    more = f" Left out here: {count(hidden, 'less valuable option')}." if hidden else ""
    own = " What counts for one actor alone is not in this table." if any(one.own for one in shown) else ""
    return (
        "Mean amounts at the end, if the option is taken and all later choices are the best ones. In brackets: benefit "
        f"(+) or cost (-) against no change, a plus always meaning nearer to the best end of the scale.{own}{more}"
    )


def _balance(result: Appraisal, found: Findings) -> list[str]:
    """Return for each option in words in what it is better and worse than no change."""
    del found
    told = []
    for one in _shown(result):
        gains = {name: rounded(one.benefits[name], 9) for name in result.scenario.criteria}
        scaled = {name: _points(result, name, gain) for name, gain in gains.items()}
        up = [name for name in sorted(gains, key=lambda name: -scaled[name]) if gains[name] > 0]
        down = [name for name in sorted(gains, key=lambda name: scaled[name]) if gains[name] < 0]
        parts = [
            *([f"benefits in {listed([_named(result, name) for name in up])}"] if up else []),
            *([f"costs in {listed([_named(result, name) for name in down])}"] if down else []),
        ]
        said = "; ".join(parts) or "nothing changes"
        told.append(f"**{plain(result.focus.name(one.option))}:** {plain(said)}.")
    return told


def _points(result: Appraisal, name: str, gain: float) -> float:
    criterion = result.scenario.criteria[name]
    if criterion.worst is None or criterion.best is None:
        return gain
    return 100 * gain / abs(criterion.best - criterion.worst)


def _named(result: Appraisal, name: str) -> str:
    return result.scenario.criteria[name].name


def _finding(result: Appraisal) -> str:
    """Return which criterion carries what is taken, as a short title for the picture."""
    name, lead = result.focus.name(result.focus.chosen), result.lead()
    if lead is None:
        return f"What makes up the value of {name}"
    by = lead[1]
    most, least = max(by, key=lambda each: by[each]), min(by, key=lambda each: by[each])
    whose = f" for {result.scenario.actors[result.focus.actor].name}" if result.scenario.has_actors else ""
    if by[most] <= NOISE:
        return f"No criterion speaks for {name}{whose}"
    against = f"; {_named(result, least)} speaks most against it" if by[least] < -NOISE else ""
    return f"{_named(result, most)} speaks most for {name}{whose}{against}"


def _subtitle(found: Findings) -> str:
    what = "points" if found.scored else found.unit or "the scenario's own unit"
    return f"How many {what} of each option's value each criterion makes up. Computed from the stated inputs."


def _stacks(result: Appraisal, shown: list[OptionAppraisal], actors: list[str]) -> Stack:
    criteria = [
        name for name in result.scenario.criteria if any(one.parts[a].get(name) for one in shown for a in actors)
    ]
    return Stack(
        actors=tuple(result.scenario.actors[actor].name if result.scenario.has_actors else "" for actor in actors),
        options=tuple(result.focus.name(one.option) for one in shown),
        criteria=tuple(_named(result, name) for name in criteria),
        parts=tuple(
            tuple(tuple(one.parts[actor].get(name, 0.0) for name in criteria) for one in shown) for actor in actors
        ),
        values=tuple(tuple(one.values[actor] for one in shown) for actor in actors),
        chosen=[one.option for one in shown].index(result.focus.chosen),
    )


def _alt(result: Appraisal, shown: list[OptionAppraisal], actors: list[str]) -> str:
    """Return what makes up each option's value, in words."""
    told = []
    for actor in actors:
        who = f"{result.scenario.actors[actor].name}: " if result.scenario.has_actors else ""
        options = []
        for one in shown:
            write = formatter([*one.parts[actor].values(), one.values[actor]])
            parts = ", ".join(f"{_named(result, name)} {write(part)}" for name, part in one.parts[actor].items())
            options.append(f"{result.focus.name(one.option)} {write(one.values[actor])} ({parts})")
        told.append(f"{who}{'; '.join(options)}")
    return ended(f"What makes up each option's value. {'. '.join(told)}")
