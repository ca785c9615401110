"""The answer of `planner.frontier` in words: reasons, one sentence, a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.choosing.league import DOMINATED, EFFICIENT
from planner.analyses.notebook import escaped
from planner.analyses.paths import big, percent
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from planner.analyses.choosing.league import Place
    from planner.analyses.choosing.two_criteria import Axis
    from planner.analyses.frontier import Frontier

MOST_DECIMALS = 12
STEPS = 3  # so many steps along the frontier are told in the headline


def reason(
    at: int,
    place: Place,
    names: Sequence[str],
    cost: NDArray[np.float64],
    effect: NDArray[np.float64],
    axes: tuple[Axis, Axis],
    tolerance: tuple[float, float],
) -> str:
    """Say why a strategy is not efficient; nothing if it is."""
    if place.status == EFFICIENT:
        return ""
    gains = effect_word(axes[1])
    if place.status == DOMINATED:
        assert place.by is not None
        more, less = float(cost[at] - cost[place.by]), float(effect[place.by] - effect[at])
        than = f"than '{names[place.by]}'"
        dear = f"{'costs' if axes[0].minimize else 'brings'} {amount(more, axes[0])}"
        dear += " more" if axes[0].minimize else " less"
        if more > tolerance[0] and less > tolerance[1]:
            return f"{dear} and {gains} {amount(less, axes[1])} less {than}"
        if more > tolerance[0]:
            return f"{dear} {than} and {gains} no more"
        same = "at the same cost" if axes[0].minimize else "for as much"
        return f"{gains} {amount(less, axes[1])} less {than} {same}"
    parts = " and ".join(f"{percent(share)} '{names[one]}'" for one, share in place.mix)
    costs = "costs" if axes[0].minimize else "brings"
    return f"a mix of {parts} {costs} as much and {gains} {amount(place.more, axes[1])} more"


def effect_word(axis: Axis) -> str:
    """Return what more effect is called: gained, or avoided where less of the criterion is better."""
    return "avoids" if axis.minimize else "gains"


def amount(value: float, axis: Axis) -> str:
    """Write an amount with its unit."""
    return f"{number(value)} {axis.unit}".rstrip()


def number(value: float) -> str:
    """Write a number on its own: a small one with enough decimals for two or three digits that count.

    >>> number(1234.56), number(0.5), number(0.000551), number(2.5e-30)
    ('1,234.6', '0.5', '0.00055', '2.5e-30')
    """
    if 0 < abs(value) < 10.0 ** (2 - MOST_DECIMALS):
        return f"{value:.2g}"
    places = decimals([value], apart=[value])
    while places < MOST_DECIMALS and abs(round(value, places) - value) > 0.005 * abs(value):
        places += 1
    return written(value, places)


def headline(found: Frontier) -> str:
    """Say in one sentence which strategies are efficient and what more effect costs."""
    steps = [each for each in found.efficient if not _again(found, each.strategy)]
    first = steps[0]
    count = f"{big(found.count)} strategies" if found.count is not None else "countless strategies"
    if found.count == 1:
        return f"There is one strategy: {_what(found, first.cost, first.effect)}."
    tied = len(found.efficient) - len(steps)
    ties = f", {tied} of them tied with another" if tied else ""
    if len(steps) == 1:
        alone = "is the only efficient one" if not tied else f"and {_others(tied)} as good are the only efficient ones"
        return f"Of {count} '{first.strategy}' {alone}: {_what(found, first.cost, first.effect)}."
    turns = found.thresholds
    few = turns if len(turns) <= STEPS else [*turns[: STEPS - 1], turns[-1]]
    told = [f"{amount(one.willingness_to_pay, found.cost)} with '{one.after}'" for one in few]
    rest = listing(told) if len(few) == len(turns) else f"{', '.join(told[:-1])} … and at last {told[-1]}"
    unit = f" ({found.effect.unit})" if found.effect.unit else ""
    further = f"one unit less of {found.effect.name}" if found.effect.minimize else f"a further unit of effect{unit}"
    which = f"{len(found.efficient)} of {count}"
    if len(found.efficient) == found.count:
        which = "Both strategies" if found.count == 2 else f"All {count}"
    begins = "is the cheapest" if found.cost.minimize else "comes first"
    return (
        f"{which} are efficient{ties}: '{first.strategy}' {begins} "
        f"({_what(found, first.cost, first.effect)}), and {further} costs {rest}."
    )


def _again(found: Frontier, name: str) -> bool:
    """Whether a strategy ties with one that stands before it."""
    order = {each.strategy: at for at, each in enumerate(found.strategies)}
    each = found.strategies[order[name]]
    return any(order[other] < order[name] for other in each.tied_with)


def _others(count: int) -> str:
    return "1 other" if count == 1 else f"{count} others"


def _what(found: Frontier, cost: float, effect: float) -> str:
    return f"{found.cost.name} {amount(cost, found.cost)}, {found.effect.name} {amount(effect, found.effect)}"


def markdown(found: Frontier) -> str:
    """Return headline and league table as Markdown."""
    lines = [f"**{escaped(found.scenario.title)}**", "", escaped(found.headline()), ""]
    lines += [
        f"| strategy | {escaped(found.cost.name)} | {escaped(found.effect.name)} | ratio | |",
        "|---|---:|---:|---:|---|",
    ]
    places = [decimals([each.cost for each in found.strategies]), decimals([each.effect for each in found.strategies])]
    for each in found.strategies:
        icer = "" if each.icer is None else number(each.icer)
        cells = [escaped(each.strategy), written(each.cost, places[0]), written(each.effect, places[1]), icer]
        lines.append(f"| {' | '.join(cells)} | {escaped(each.reason or each.status)} |")
    return "\n".join(lines) + "\n"
