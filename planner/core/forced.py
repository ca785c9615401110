"""A scenario folded back with some of its decisions taken beforehand.

A forced decision is a chance node whose forced option is certain: nobody chooses there, everybody else's choice is the
best answer to it, and nothing else in the sweep has to know.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.core.binding import Bound, bind, environment
from planner.core.model import Node
from planner.core.rule import EXPECTED, Rule
from planner.core.solve import Number, Solution, folded_back
from planner.core.tree import Tree
from planner.core.valuation import valuation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.core.unfold import Unfolded


def solve_forced(
    unfolded: Unfolded,
    forced: Mapping[int, int],
    *,
    overrides: Mapping[str, Number] | None = None,
    rule: Rule = EXPECTED,
) -> Solution:
    """Work out the numbers of an unfolded scenario and fold it back around what is decided already.

    Args:
        unfolded: the states.
        forced: for each decision state that is taken beforehand the unfolded edge that is taken there.
        overrides: numbers that replace parameters.
        rule: what the other decisions go by.

    Raises:
        ScenarioError: a number does not fit.
    """
    scenario = unfolded.scenario
    made = settled(unfolded, forced)
    bound = _certain(unfolded, bind(unfolded, environment(scenario, overrides or {})), forced)
    return folded_back(unfolded, Tree.from_unfolded(made), bound, valuation(scenario), rule)


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


def _certain(unfolded: Unfolded, bound: Bound, forced: Mapping[int, int]) -> Bound:
    """Give forced options probability 1 and what they displace 0."""
    impossible, certain = len(bound.p), len(bound.p) + 1
    p_row = bound.p_row.copy()
    for state, slot in forced.items():
        p_row[unfolded.first_edge[state] : unfolded.first_edge[state + 1]] = impossible
        p_row[slot] = certain
    return replace(bound, p=[*bound.p, 0.0, 1.0], p_row=p_row)
