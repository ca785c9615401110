"""A scenario folded back with some of its decisions taken beforehand, or without knowing in which state.

A forced decision is a chance node whose forced option is certain: nobody chooses there, everybody else's choice is the
best answer to it, and nothing else in the sweep has to know.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.core.binding import Bound, bind, environment
from planner.core.exact import gains
from planner.core.model import Node
from planner.core.rule import EXPECTED, Rule
from planner.core.solve import Number, Solution, folded_back, folded_exactly
from planner.core.tree import Tree, deciders_of
from planner.core.unknowing import settle_sets
from planner.core.valuation import Valuation, valuation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.core.unfold import Unfolded


def solve_forced(
    unfolded: Unfolded,
    forced: Mapping[int, int],
    *,
    overrides: Mapping[str, Number] | None = None,
    rule: Rule = EXPECTED,
    exact: bool = False,
) -> Solution:
    """Work out the numbers of an unfolded scenario and fold it back around what is decided already.

    Args:
        unfolded: the states.
        forced: for each decision state that is taken beforehand the unfolded edge that is taken there.
        overrides: numbers that replace parameters.
        rule: what the other decisions go by.
        exact: compute in Fractions.

    Raises:
        ScenarioError: a number does not fit.
    """
    scenario = unfolded.scenario
    zero: Number = Fraction(0) if exact else 0.0
    bound = _certain(
        unfolded, bind(unfolded, environment(scenario, overrides or {}, exact=exact), exact=exact), forced, zero
    )
    worth = valuation(scenario, exact=exact)
    if not unfolded.sets:
        return _folded(unfolded, settled(unfolded, forced), bound, worth, rule, exact=exact)
    deciders, number = deciders_of(settled(unfolded, forced))
    unknowing = settle_sets(
        unfolded, bound, gains(bound, worth, zero), rule, (deciders, number.tolist()), forced=forced, exact=exact
    )
    veiled = {state: int(unfolded.first_edge[state]) + slot for state, slot in unknowing.choice.items()}
    taken = {**forced, **veiled}
    solution = _folded(
        unfolded, settled(unfolded, taken), _certain(unfolded, bound, veiled, zero), worth, rule, exact=exact
    )
    choice = [unknowing.choice.get(state, slot) for state, slot in enumerate(solution.choice)]
    return replace(
        solution, bound=bound, deciders=deciders, decider=number.tolist(), choice=choice, unknowing=unknowing
    )


def _folded(unfolded: Unfolded, made: Unfolded, bound: Bound, worth: Valuation, rule: Rule, *, exact: bool) -> Solution:
    """Fold back states of which some are settled, in floats or in Fractions."""
    if exact:
        return folded_exactly(unfolded, deciders_of(made), bound, worth, rule)
    return folded_back(unfolded, Tree.from_unfolded(made), bound, worth, rule)


def settled(unfolded: Unfolded, forced: Iterable[int]) -> Unfolded:
    """Return the states with a chance node in the place of each forced decision."""
    places, live, place = list(unfolded.places), list(unfolded.live), unfolded.place.copy()
    stand_in: dict[int, int] = {}
    for state in forced:
        old = int(unfolded.place[state])
        if old not in stand_in:
            node = places[old]
            assert isinstance(node, Node)
            stand_in[old] = len(places)
            places.append(replace(node, kind="chance"))
            live.append(live[old])
        place[state] = stand_in[old]
    return replace(unfolded, places=tuple(places), live=tuple(live), place=place)


def _certain(unfolded: Unfolded, bound: Bound, forced: Mapping[int, int], zero: Number) -> Bound:
    """Give forced options probability 1 and what they displace 0."""
    if not forced:
        return bound
    impossible, certain = len(bound.p), len(bound.p) + 1
    p_row = bound.p_row.copy()
    for state, slot in forced.items():
        p_row[unfolded.first_edge[state] : unfolded.first_edge[state + 1]] = impossible
        p_row[slot] = certain
    return replace(bound, p=[*bound.p, zero, zero + 1], p_row=p_row)
