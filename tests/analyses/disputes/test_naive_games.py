"""The forecast against its definition: all profiles of strategies of small random games, tried one by one."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analyses.forecast import Forecast, forecast
from planner.analyses.result import BadArgument
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.disputes.naive_games import Found, Game, drawn, forgets, rounded, solved, text, tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

PAYS = (("0", "1"), ("0", "1", "2"), ("-1", "0.1", "0.3", "1/3"))


def found(game: Game) -> Forecast:
    return forecast(load(Source.from_text(text(game))))


def agrees(game: Game) -> None:
    """Compare number, payoffs and paths of the subgame-perfect equilibria, and the Nash equilibria."""
    expected, nash = solved(game), solved(game, perfect=False)
    if expected is None or nash is None:
        return
    try:
        ours = found(game)
    except BadArgument as error:
        refused = error.message
    else:
        refused = ""
    if refused:
        assert "forgets" in refused
        assert forgets(game, tree(game))
        return
    neutral = not any(game.tolerance)
    assert ours.exact == neutral
    assert ours.count == sum(expected.payoffs.values())
    assert payoffs(ours.payoffs, exact=neutral) == plain(expected, exact=neutral)
    assert not ours.complete or set(ours.paths) == expected.paths
    assert ours.nash.count in {None, sum(nash.payoffs.values())}
    if ours.nash.count is not None:
        assert payoffs(ours.nash.payoffs, exact=neutral) == plain(nash, exact=neutral)


def plain(found: Found, *, exact: bool) -> set[tuple[object, ...]]:
    return {row if exact else tuple(rounded(float(value)) for value in row) for row in found.payoffs}


def payoffs(rows: Iterable[Mapping[str, float | Fraction]], *, exact: bool) -> set[tuple[object, ...]]:
    return {tuple(value if exact else rounded(float(value)) for value in row.values()) for row in rows}


@pytest.mark.parametrize(("hidden", "averse"), [(0.0, 0.0), (0.0, 0.7), (0.6, 0.0), (0.6, 0.7)])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_equilibria_by_definition(hidden: float, averse: float, seed: int):
    random = Random(seed)
    agrees(
        drawn(
            random,
            actors=random.choice([1, 2, 2, 3]),
            size=random.choice([2, 3, 4, 5]),
            degree=random.choice([2, 2, 3]),
            pays=random.choice(PAYS),
            chance=random.choice([0, 0.3]),
            hidden=hidden,
            averse=averse,
        )
    )


@pytest.mark.parametrize("seed", [21, 561])
def test_paths_that_look_alike_are_one_choice(seed: int):
    """Two unseen ways lead to one state: its owner cannot play it otherwise on each, nor does a subgame begin there."""
    random = Random(seed)
    agrees(drawn(random, actors=2, size=6, pays=("0", "1"), chance=0.3, hidden=0.5))


LOOKS_ALIKE = """
planner: 1
title: Two ways to one state
actors: {a: {}, b: {}}
nodes:
  n0: {decision: Which way?, by: a, options: {left: {payoff: {a: 2}, to: n1}, right: {payoff: {a: 2}, to: n2}}}
  n1: {decision: Which way?, by: b, options: {straight: {to: n3}, round: {payoff: {a: 2}, to: n2}}}
  n2: {chance: Only one, branches: {on: {p: 1, payoff: {a: 2}, to: n3}}}
  n3:
    decision: Which way?
    by: a
    unseen: [n1]
    options: {this: {payoff: {b: 1}}, that: {payoff: {b: 1}}}
"""


def test_a_state_that_is_reached_unseen_on_two_paths_has_one_choice():
    """By hand: `n3` is met after `left`, whatever b does then, and after `right`: 2 * 2 plans for it.

    b does not care; after `straight` a has 2 by `left` and 4 by `right`, after `round` 6 and 4: 2 pairs of moves.
    """
    ours = forecast(load(Source.from_text(LOOKS_ALIKE)))
    assert ours.count == 2 * 4
