"""Risk profiles: against a walk along every path, on shared states, on a grid, and at the edge of the floats."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from math import comb, isinf, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.atoms import Atoms, coarsened, merged, on_lattice
from planner.core.profile import Profile, profiles
from planner.core.rules import load
from planner.core.solve import Solution, solve
from planner.core.source import Source
from tests.analyses.test_laws import scenarios, total

if TYPE_CHECKING:
    from planner.core.model import Scenario

Distribution = dict[Fraction, Fraction]

ROUNDS = """\
planner: 1
title: Many rounds
state: {round: 1}
nodes:
  start: {decision: Play?, options: {play: {to: turn}, leave: {}}}
  turn:
    chance: How does the round go?
    branches:
      down: {p: 0.25, payoff: DOWN, set: {round: round + 1}, to: check}
      same: {p: 0.5, set: {round: round + 1}, to: check}
      up: {p: rest, payoff: 1, set: {round: round + 1}, to: check}
  check:
    decision: Another round?
    options: {on: {when: round <= LAST, to: turn}, out: {when: round > LAST}}
"""


def solved(text: str) -> Solution:
    return solve(load(Source.from_text(text)))


def rounds(count: int, down: str = "-1") -> Solution:
    return solved(ROUNDS.replace("LAST", str(count)).replace("DOWN", down))


def walked(scenario: Scenario, solution: Solution, state: int, actor: str) -> list[Distribution]:
    """Return for each option the totals of all paths with their probabilities, walked one by one in Fractions."""
    unfolded = solution.unfolded
    node = unfolded.node(state)
    assert node is not None
    found = []
    for option in node.edges.values():
        totals: Distribution = defaultdict(Fraction)
        stack = [(option, Fraction(1), Fraction(0))]
        while stack:
            edge, mass, path = stack.pop()
            path += total(scenario, edge.payoff, actor)
            if edge.to is None or not scenario.nodes[edge.to].edges:
                totals[path + (total(scenario, scenario.nodes[edge.to].payoff, actor) if edge.to else 0)] += mass
                continue
            after = scenario.nodes[edge.to]
            at = unfolded.labels.index(after.id)
            for slot, branch in enumerate(after.edges.values()):
                share = branch.p.exact_constant if branch.p else Fraction(solution.choice[at] == slot)
                if share:
                    stack.append((branch, mass * share, path))
        found.append(dict(totals))
    return found


def decision(solution: Solution) -> int | None:
    unfolded = solution.unfolded
    return next((state for state in range(len(unfolded)) if unfolded.kind(state) == "decision"), None)


def moments(totals: Distribution) -> list[float]:
    mean = sum(value * mass for value, mass in totals.items())
    return [float(mean), *(float(sum((v - mean) ** k * m for v, m in totals.items())) for k in (2, 3, 4))]


@given(scenarios(actors=3, joint=True, sizes=(1, 7)))
@settings(deadline=None, max_examples=60)
def test_every_path_is_counted_once(scenario: Scenario):
    solution = solve(scenario)
    state = decision(solution)
    if state is None:
        return
    made = profiles(solution, state, range(3))
    for actor, name in enumerate(scenario.actors):
        for profile, totals in zip(made[actor], walked(scenario, solution, state, name), strict=True):
            assert profile.values.tolist() == pytest.approx([float(value) for value in sorted(totals)], abs=1e-9)
            assert profile.mass.tolist() == pytest.approx([float(totals[value]) for value in sorted(totals)], abs=1e-12)
            assert profile.exact
            assert profile.cumulative[-1] == 1.0
            mean, second, third, fourth = moments(totals)
            assert (profile.mean, profile.sd) == pytest.approx((mean, sqrt(second)), abs=1e-7)
            if second > 1e-9:
                assert profile.skewness == pytest.approx(third / second**1.5, abs=1e-6)
                assert profile.kurtosis == pytest.approx(fourth / second**2 - 3, abs=1e-6)
            else:
                assert (profile.skewness, profile.kurtosis) == (None, None)
            assert (profile.low, profile.high) == pytest.approx((float(min(totals)), float(max(totals))), abs=1e-9)


@given(scenarios(actors=2, joint=True, sizes=(2, 7)))
@settings(deadline=None, max_examples=50)
def test_the_mean_is_what_folding_back_gives(scenario: Scenario):
    solution = solve(scenario)
    state = decision(solution)
    if state is None:
        return
    values = solution.option_values(state)
    for actor, made in enumerate(profiles(solution, state, range(2))):
        assert [one.mean for one in made] == pytest.approx([float(value[actor]) for value in values], abs=1e-9)
        assert [(one.values * one.mass).sum() for one in made] == pytest.approx([one.mean for one in made], abs=1e-9)


# --- shared states ----------------------------------------------------------------------------------------------


def test_3_to_the_200_paths_are_401_values():
    # A round of -1, 0, 1 with 1/4, 1/2, 1/4 is two fair coins, so 200 rounds are 400 coins less 200.
    play, leave = profiles(rounds(200), 0, [0])[0]
    middle = slice(60, 341)  # beyond, masses are below 1e-50
    assert play.values.tolist() == list(range(-200, 201))
    expected = [comb(400, k) / 2**400 for k in range(401)]
    assert play.mass[middle].tolist() == pytest.approx(expected[middle], rel=1e-9)
    assert play.mass.sum() == pytest.approx(1, abs=1e-12)
    assert play.mass[0] == pytest.approx(2.0**-400, rel=1e-9)  # nothing is too improbable
    assert (play.mean, play.sd, play.skewness) == pytest.approx((0, 10, 0), abs=1e-9)
    assert play.kurtosis == pytest.approx(-2 / 400, abs=1e-9)  # of a binomial with p = 1/2
    assert (leave.values.tolist(), leave.sd, leave.kurtosis) == ([0], 0, None)


def test_a_chain_of_10000_states():
    # Each round ends with probability 1/1000; whoever comes through 5,000 rounds gets the rest.
    text = """\
planner: 1
title: A long chain
state: {round: 1}
nodes:
  start: {decision: Play?, options: {play: {to: turn}}}
  turn:
    chance: Does it end?
    branches:
      ends: {p: 0.001}
      goes-on: {p: 0.999, payoff: 1, set: {round: round + 1}, to: check}
  check: {decision: On?, options: {on: {when: round <= 5000, to: turn}, out: {when: round > 5000}}}
"""
    (play,) = profiles(solved(text), 0, [0])[0]
    assert len(play) == 5_001
    assert play.mass[:3].tolist() == pytest.approx([0.001, 0.000999, 0.999**2 / 1000], rel=1e-12)
    assert play.mass[-1] == pytest.approx(0.999**5_000, rel=1e-9)
    assert play.mass.sum() == pytest.approx(1, abs=1e-12)
    assert play.mean == pytest.approx(999 * (1 - 0.999**5_000), rel=1e-9)


def test_what_is_all_but_impossible_still_counts_for_the_range():
    # Down 600 times is 0.25^600: no float holds it, but it can happen.
    (play, _) = profiles(rounds(600), 0, [0])[0]
    assert (play.low, play.high) == (-600, 600)
    assert play.values[0] > -600
    assert play.mass.sum() == pytest.approx(1, abs=1e-12)


def test_sums_in_another_order_meet():
    # 0.1 + 0.2 + 0.3 is 0.6000000000000001 in floats, 0.3 + 0.2 + 0.1 is 0.6.
    text = """\
planner: 1
title: Six tenths
nodes:
  a: {decision: A, options: {go: {to: b}}}
  b: {chance: B, branches: {x: {p: 0.5, payoff: 0.1, to: c}, y: {p: 0.5, payoff: 0.3, to: d}}}
  c: {chance: C, branches: {x: {p: 1, payoff: 0.2, to: e}}}
  d: {chance: D, branches: {x: {p: 1, payoff: 0.2, to: f}}}
  e: {chance: E, branches: {x: {p: 0.5, payoff: 0.3}, y: {p: 0.5, payoff: 1}}}
  f: {chance: F, branches: {x: {p: 0.5, payoff: 0.1}, y: {p: 0.5, payoff: 0.1000001}}}
"""
    (go,) = profiles(solved(text), 0, [0])[0]
    assert go.values.tolist() == pytest.approx([0.6, 0.6000001, 1.3], rel=1e-12)
    assert go.mass.tolist() == [0.5, 0.25, 0.25]


def test_probabilities_that_almost_add_up_make_a_whole():
    text = """\
planner: 1
title: Almost one
parameters: {third: 0.3333333333}
nodes:
  a: {decision: A, options: {go: {to: b}}}
  b: {chance: B, branches: {x: {p: third, to: c}, y: {p: 2 * third, payoff: 3, to: c}}}
  c: {chance: C, branches: {x: {p: third}, y: {p: 2 * third, payoff: 10}}}
"""
    (go,) = profiles(solved(text), 0, [0])[0]
    assert go.mass.sum() == pytest.approx(1, abs=1e-15)
    assert go.mass.tolist() == pytest.approx([1 / 9, 2 / 9, 2 / 9, 4 / 9], rel=1e-9)
    assert go.mean == pytest.approx((go.values * go.mass).sum(), rel=1e-14)


# --- the grid ---------------------------------------------------------------------------------------------------


def shifted(profile: Profile, value: float, by: float) -> float:
    return profile.at_most(value + by + 1e-9)


ENDING = """\
planner: 1
title: It may end in every round
state: {round: 1}
nodes:
  start: {decision: Play?, options: {play: {to: turn}}}
  turn:
    chance: How does the round go?
    branches:
      ends: {p: 0.1, payoff: sqrt(round) - 5}
      down: {p: 0.4, payoff: -sqrt(2), set: {round: round + 1}, to: check}
      up: {p: rest, payoff: 1, set: {round: round + 1}, to: check}
  check: {decision: On?, options: {on: {when: round <= 25, to: turn}, out: {when: round > 25}}}
"""


@pytest.mark.parametrize("atoms", [16, 40, 100])
@pytest.mark.parametrize("down", ["-1", "-3", "-sqrt(2)", ENDING])
def test_a_grid_stays_within_its_bound(atoms: int, down: str):
    solution = solved(down) if down is ENDING else rounds(60, down)
    exact, coarse = (profiles(solution, 0, [0], limit)[0][0] for limit in (2**16, atoms))
    assert exact.exact
    assert not coarse.exact
    assert 0 < coarse.bound < exact.high - exact.low
    for value in exact.values.tolist():
        below, above = shifted(coarse, value, -coarse.bound), shifted(coarse, value, coarse.bound)
        assert below - 1e-12 <= exact.at_most(value) <= above + 1e-12
    for share in (0.001, 0.05, 0.3, 0.5, 0.9, 0.999):
        assert abs(coarse.quantile(share) - exact.quantile(share)) <= coarse.bound + 1e-9
        assert abs(coarse.tail_mean(share) - exact.tail_mean(share)) <= coarse.bound + 1e-9
    for tolerance in (0.1, 3.0, 100.0):
        assert abs(coarse.equivalent(tolerance) - exact.equivalent(tolerance)) <= coarse.bound + 1e-9


def test_mean_and_moments_do_not_depend_on_the_grid():
    solution = rounds(60, "-sqrt(2)")
    exact, coarse = (profiles(solution, 0, [0], limit)[0][0] for limit in (2**16, 30))
    for one in ("mean", "sd", "skewness", "kurtosis", "low", "high"):
        assert getattr(coarse, one) == getattr(exact, one)
    assert (coarse.values * coarse.mass).sum() == pytest.approx(exact.mean, rel=1e-12)
    assert (coarse.mass.sum(), coarse.cumulative[-1]) == (pytest.approx(1, abs=1e-12), 1.0)


def test_a_finer_grid_has_a_smaller_bound():
    solution = rounds(60, "-sqrt(2)")
    bounds = [profiles(solution, 0, [0], limit)[0][0].bound for limit in (30, 100, 300, 1000)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] < bounds[0] / 10


def test_the_grid_leaves_options_alone_that_do_not_need_it():
    play, leave = profiles(rounds(60, "-sqrt(2)"), 0, [0], 30)[0]
    assert not play.exact
    assert leave.exact


numbers = st.floats(-100, 100).map(lambda x: round(x, 3))


@st.composite
def atoms(draw: st.DrawFn) -> Atoms:
    count = draw(st.integers(1, 60))
    group = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    value, mass = (
        draw(st.lists(numbers, min_size=count, max_size=count)),
        draw(st.lists(st.floats(0.001, 1), min_size=count, max_size=count)),
    )
    return Atoms(np.array(group), np.array(value), np.array(mass), np.zeros(count))


def by_group(found: Atoms, weights: np.ndarray) -> list[float]:
    return list(np.bincount(found.group, weights, 3))


@given(atoms(), st.integers(4, 12))
@settings(deadline=None, max_examples=50)
def test_a_grid_keeps_mass_mean_and_range(found: Atoms, limit: int):
    before = merged(found, np.full(len(found), 1e-9))
    after = coarsened(before, limit)
    assert by_group(after, after.mass) == pytest.approx(by_group(before, before.mass))
    assert by_group(after, after.mass * after.value) == pytest.approx(by_group(before, before.mass * before.value))
    for group in set(before.group.tolist()):
        old, new = before.take(before.group == group), after.take(after.group == group)
        assert len(new) <= max(limit, 4) if len(old) > limit else len(new) == len(old)
        assert (new.value[0], new.value[-1]) == (old.value[0], old.value[-1])
        assert np.all(np.diff(new.value) > 0)
        # Moving mass in order of value is the best that can be done, so nothing need have moved further than `off`.
        assert furthest(old, new) <= new.off.max() + 1e-9
        width = (old.value[-1] - old.value[0]) / (limit - 3)
        assert new.off.max() <= width + 1e-9


def furthest(old: Atoms, new: Atoms) -> float:
    """Return how far mass moves at most when it is moved in order of value."""
    shares = np.unique(np.concatenate((np.cumsum(old.mass), np.cumsum(new.mass))))
    middles = (shares + np.concatenate(([0.0], shares[:-1]))) / 2
    middles = middles[np.diff(shares, prepend=0.0) > 1e-9]
    at = [one.value[np.minimum(np.searchsorted(np.cumsum(one.mass), middles), len(one) - 1)] for one in (old, new)]
    return float(np.abs(at[0] - at[1]).max())


@given(atoms(), atoms())
@settings(deadline=None, max_examples=50)
def test_nothing_ever_leaves_its_cell_of_a_lattice(first: Atoms, second: Atoms):
    low, step, which = np.full(3, -100.0), np.array([7.0, 0.5, 30.0]), np.array([True, True, False])
    same = np.full(len(first) + len(second), 1e-9)

    def cells(found: Atoms) -> dict[tuple[int, int], float]:
        masses: dict[tuple[int, int], float] = defaultdict(float)
        for group, value, mass in zip(found.group.tolist(), found.value.tolist(), found.mass.tolist(), strict=True):
            # a centre of mass may miss the edge that it lies on by rounding
            masses[group, int((value + 100 + 1e-9) // step[group])] += mass
        return masses

    once = on_lattice(merged(first, same), low, step, which)
    both = on_lattice(merged(Atoms.joined([once, second]), same), low, step, which)
    direct = cells(Atoms.joined([first, second]))
    assert cells(both) == pytest.approx(direct)
    assert len(both.take(both.group < 2)) == len([key for key in direct if key[0] < 2])


# --- numbers of one profile -------------------------------------------------------------------------------------


def profile(*pairs: tuple[float, float]) -> Profile:
    values, mass = (np.array(column, float) for column in zip(*pairs, strict=True))
    mean = float((values * mass).sum())
    return Profile(
        values, mass, np.cumsum(mass), float(values[0]), float(values[-1]), mean, 1.0, None, None, 0.0, 1e-10
    )


def test_quantiles_are_values_that_occur():
    made = profile((-5, 0.05), (0, 0.15), (10, 0.8))
    assert [made.quantile(share) for share in (0.0, 0.05, 0.051, 0.2, 0.5, 1.0)] == [-5, -5, 0, 0, 10, 10]


def test_sums_of_tenths_reach_what_they_should():
    made = profile(*((value, 0.1) for value in range(10)))
    assert made.quantile(0.3) == 2
    assert made.quantile(0.7) == 6  # ten tenths add up to 0.7999999999999999 on the way


def test_a_loss_is_worse_than_the_limit_and_not_equal_to_it():
    made = profile((-5, 0.25), (0, 0.25), (10, 0.5))
    assert [made.below(limit) for limit in (-6, -5, 0, 1e-11, 5, 11)] == [0, 0, 0.25, 0.25, 0.5, 1]
    assert [made.above(limit) for limit in (-6, -5, 0, 5, 10)] == [1, 0.75, 0.5, 0.5, 0]
    assert [made.at_most(limit) for limit in (-6, -5, 0, 10)] == [0, 0.25, 0.5, 1]
    assert [made.at_least(limit) for limit in (-6, -5, 0, 10, 11)] == [1, 1, 0.75, 0.5, 0]


def test_the_mean_of_a_tail_splits_a_value():
    made = profile((-100, 0.02), (-10, 0.08), (50, 0.9))
    assert made.tail_mean(0.02) == -100
    assert made.tail_mean(0.05) == pytest.approx((0.02 * -100 + 0.03 * -10) / 0.05)
    assert made.tail_mean(0.2) == pytest.approx((0.02 * -100 + 0.08 * -10 + 0.1 * 50) / 0.2)
    assert made.tail_mean(1.0) == pytest.approx(made.mean)
    assert made.tail_mean(0.05, upper=True) == 50


def test_large_amounts_do_not_drown_the_shape():
    text = "planner: 1\ntitle: Large\nnodes:\n  a: {decision: A, options: {go: {to: b}}}\n"
    text += "  b: {chance: B, branches: {x: {p: 0.2, payoff: 1e100}, y: {p: 0.8, payoff: 3e100}}}\n"
    (go,) = profiles(solved(text), 0, [0])[0]
    assert go.sd == pytest.approx(0.8e100)
    assert (go.skewness, go.kurtosis) == pytest.approx((-1.5, 0.25))


def test_amounts_beyond_the_floats_are_infinite_and_no_accident():
    text = "planner: 1\ntitle: Too large\nnodes:\n  a: {decision: A, options: {go: {payoff: 1e308, to: b}}}\n"
    text += "  b: {chance: B, branches: {x: {p: 0.2, payoff: 1e308}, y: {p: 0.8, payoff: -1e308}}}\n"
    with np.errstate(over="ignore", invalid="ignore"):
        (go,) = profiles(solved(text), 0, [0])[0]
    assert isinf(go.high)


def test_a_constant_moves_the_profile_and_not_its_shape():
    solution = rounds(12)
    moved = replace(solution, worth=replace(solution.worth, base=tuple(base + 1000 for base in solution.worth.base)))
    before, after = (profiles(one, 0, [0])[0][0] for one in (solution, moved))
    assert after.values.tolist() == [value + 1000 for value in before.values.tolist()]
    assert (after.sd, after.mean) == (before.sd, before.mean + 1000)
    assert after.mass.tolist() == before.mass.tolist()
