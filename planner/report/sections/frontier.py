"""What a paper says of cost against effect: what is efficient, what more effect costs, why the rest is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from planner.analyses.choosing.frontier_words import amount
from planner.analyses.choosing.frontier_words import number as alone
from planner.analyses.choosing.league import EFFICIENT
from planner.analyses.paths import big
from planner.report.charts_frontier import Plane, PlanePoint, frontier_svg
from planner.report.rounding import formatter
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import capital, count, ended, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.choosing.two_criteria import Axis
    from planner.analyses.frontier import Frontier, FrontierStrategy
    from planner.report.findings import Findings

Thing = TypeVar("Thing")

TOLD = 8  # efficient strategies in the table, and reasons for others
DRAWN = 200  # marks in the picture
NAMED = 12  # names in the picture of corners of the frontier, and of strategies off it if they are no more


def section(result: Frontier, found: Findings) -> Section:
    """Return table, reasons and picture of cost against effect."""
    del found
    steps = _apart(result.efficient)
    others = [each for each in result.strategies if each.status != EFFICIENT]
    hidden = len(others) - TOLD
    context = {
        "heading": _heading(result).format(plain(result.effect.name)),
        "heading_key": _heading(result),
        "heading_name": plain(result.effect.name),
        "headline": plain(result.headline()),
        "table": _table(result, _few(steps)),
        "more_efficient": _left_out(len(steps) - TOLD, "efficient strategy", "efficient strategies"),
        "note": plain(_note(result)),
        "others": [f"**{plain(each.strategy)}** {plain(each.reason)}." for each in others[:TOLD]],
        "more_others": _left_out(hidden, "strategy", "strategies"),
        "payers": plain(_payers(result, _few(steps))),
    }
    drawn = frontier_svg(_plane(result), title=finding(result), subtitle=_subtitle(result), alt=_alt(result))
    return Section(context, {"frontier": Picture(_alt(result), drawn)})


def _left_out(number: int, one: str, several: str) -> str:
    return (
        f"{capital(count(number, one, several))} more {'is' if number == 1 else 'are'} left out here."
        if number > 0
        else ""
    )


def _apart(strategies: Sequence[FrontierStrategy]) -> list[FrontierStrategy]:
    """Return strategies without those that tie with an earlier one."""
    known: set[str] = set()
    kept = []
    for each in strategies:
        if each.strategy not in known:
            kept.append(each)
        known.update((each.strategy, *each.tied_with))
    return kept


def _few(steps: list[FrontierStrategy]) -> list[FrontierStrategy]:
    """Return the efficient strategies that are told: the first ones and the last."""
    return steps if len(steps) <= TOLD else [*steps[: TOLD - 1], steps[-1]]


def _heading(result: Frontier) -> str:
    return "What does less {} cost?" if result.effect.minimize else "What does more {} cost?"


def finding(result: Frontier) -> str:
    """Return what the picture shows, as a short title."""
    steps = _apart(result.efficient)
    if len(steps) == 1:
        return f"{steps[0].strategy}: nothing costs less or {'avoids' if result.effect.minimize else 'gains'} more"
    last = steps[-1]
    further = f"{'one unit less' if result.effect.minimize else 'a further unit'} of {result.effect.name} costs"
    prices = [amount(one.willingness_to_pay, result.cost) for one in result.thresholds]
    if len(prices) == 1:
        return f"With {last.strategy} {further} {prices[0]}"
    return f"Along the frontier {further} {prices[0]} at first and {prices[-1]} at last"


def _table(result: Frontier, shown: Sequence[FrontierStrategy]) -> str:
    costs = formatter([each.cost for each in result.strategies])
    effects = formatter([each.effect for each in result.strategies])
    rows = []
    for each in shown:
        name = plain(each.strategy)
        if each.tied_with:
            alike = (each.same or len(each.tied_with) + 1) - 1
            name += f" (ties with {big(alike)} {'other' if alike == 1 else 'others'})"
        ratio = "" if each.icer is None else alone(each.icer)
        rows.append([name, costs(each.cost), effects(each.effect), ratio])
    unit = f", {result.cost.unit}" if result.cost.unit else ""
    heads = ["Strategy", _axis(result.cost), _axis(result.effect), f"For a further unit{unit}"]
    return table([plain(head) for head in heads], rows, right=[1, 2, 3])


def _axis(axis: Axis) -> str:
    return f"{axis.name}, {axis.unit}" if axis.unit else axis.name


def _note(result: Frontier) -> str:
    """Say what the table is and what stands behind it."""
    text = (
        "Expected amounts over all paths. A strategy is efficient unless another one, or a mix of two, does better in "
        "one respect and no worse in the other; the last column compares it with the efficient strategy above it."
    )
    if not result.complete:
        text += " There were too many strategies to keep all: the frontier's corners are certain to be here."
    if result.others:
        names = listed([result.scenario.actors[other].name for other in result.others])
        whose = result.scenario.actors[result.actor].name
        verb = "act" if len(result.others) > 1 else "acts"
        text += f" The decisions of {whose} are compared; {names} {verb} as the evaluation says."
    return text


def _payers(result: Frontier, shown: Sequence[FrontierStrategy]) -> str:
    """Say what is best for whom, by willingness to pay."""
    if not result.thresholds:
        return ""
    kept = {each.strategy for each in shown}
    unit = result.effect.unit or "a unit"
    steps = [one for one in result.thresholds if one.after in kept]
    first = result.thresholds[0]
    told = [f"{one.after} above {amount(one.willingness_to_pay, result.cost)}" for one in steps]
    which = "less" if result.effect.minimize else "more"
    most = amount(first.willingness_to_pay, result.cost)
    return ended(f"Whoever would pay up to {most} for {unit} {which} takes {first.before}; {listed(told)}")


def _plane(result: Frontier) -> Plane:
    """Return what is drawn: the frontier, then the rest as far as it can be seen."""
    steps = _apart(result.efficient)
    rest = _apart([each for each in result.strategies if each.status != EFFICIENT])
    turning = [steps[0].strategy, *(one.after for one in result.thresholds)]
    named = {*_spread(turning, NAMED), *(each.strategy for each in rest if len(rest) <= NAMED)}
    points = [
        PlanePoint(each.cost, each.effect, each.status, _name(each) if each.strategy in named else "")
        for each in (*_spread(steps, DRAWN), *rest[:DRAWN])
    ]
    return Plane(
        points=tuple(points),
        cost=_better(result.cost),
        effect=_better(result.effect),
        fewer_costs=result.cost.minimize,
        more_effect=not result.effect.minimize,
    )


def _spread(things: list[Thing], most: int) -> list[Thing]:
    """Return at most so many of a list, evenly, the first and the last among them."""
    if len(things) <= most:
        return things
    return [things[round(at * (len(things) - 1) / (most - 1))] for at in range(most)]


def _name(each: FrontierStrategy) -> str:
    alike = (each.same or len(each.tied_with) + 1) - 1
    if alike == len(each.tied_with) == 1:
        return f"{each.strategy} = {each.tied_with[0]}"
    return f"{each.strategy} and {big(alike)} as good" if alike else each.strategy


def _better(axis: Axis) -> str:
    return f"{_axis(axis)} ({'less' if axis.minimize else 'more'} is better)"


def _subtitle(result: Frontier) -> str:
    text = "Filled: efficient, joined by the frontier."
    kinds = {each.status for each in result.strategies}
    if "extendedly dominated" in kinds:
        text += " Diamond: a mix of two others does better."
    if "dominated" in kinds:
        text += " Hollow: another strategy does better."
    return f"{text} Further right and further down is better. Computed from the stated inputs."


def _alt(result: Frontier) -> str:
    """Return the efficient strategies with their numbers in words."""
    costs = formatter([each.cost for each in result.strategies])
    effects = formatter([each.effect for each in result.strategies])
    steps = _few(_apart(result.efficient))
    parts = [
        f"{each.strategy}: {result.cost.name} {costs(each.cost)}, {result.effect.name} {effects(each.effect)}"
        for each in steps
    ]
    others = len(result.strategies) - len(result.efficient)
    off = f" {capital(count(others, 'strategy', 'strategies'))} off the frontier" if others else ""
    return ended(f"Cost against effect. Efficient: {'; '.join(parts)}.{off}")
