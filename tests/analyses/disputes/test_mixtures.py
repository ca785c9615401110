"""Mixtures of options: published solutions, and what no point of a fine grid of mixtures does better."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.disputes.mixture_words import cases, mix_lead, mix_notes, mix_words, mixture
from planner.analyses.disputes.mixtures import EGALITARIAN, NASH, SHARES, mixes
from planner.analyses.negotiate import negotiate
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from planner.analyses.disputes.mixtures import Mix

STORIES = ROOT / "tests" / "stories"
Rows = dict[str, dict[str, Fraction]]


def table(rows: Sequence[Sequence[float]]) -> Rows:
    return {f"o{at}": {"abcd"[i]: Fraction(x) for i, x in enumerate(row)} for at, row in enumerate(rows)}


def zero(actors: int) -> dict[str, Fraction]:
    return dict.fromkeys("abcd"[:actors], Fraction(0))


def grid(options: int, steps: int) -> Iterator[tuple[Fraction, ...]]:
    """Yield all shares in whole parts of ``steps``."""
    for parts in product(range(steps + 1), repeat=options - 1):
        if sum(parts) <= steps:
            yield tuple(Fraction(part, steps) for part in (*parts, steps - sum(parts)))


def points(rows: Sequence[Sequence[float]], steps: int) -> list[list[Fraction]]:
    """Return the gains of a grid of mixtures by which nobody loses."""
    found = []
    for shares in grid(len(rows), steps):
        got = [
            sum((s * Fraction(row[i]) for s, row in zip(shares, rows, strict=True)), Fraction(0))
            for i in range(len(rows[0]))
        ]
        if min(got) >= 0:
            found.append(got)
    return found


def test_the_textbook_set_of_bargains():
    """Four outcomes and lotteries over them, no agreement worth nothing.

    By hand: on the leg from (4, 7) to (6, 5), u + v = 11, the product is largest in the middle; the ray to the ideal
    point (8, 9) meets the same leg where 9u = 8v; equal gains are in the middle, too.
    """
    found = mixes(table([(1, 9), (4, 7), (6, 5), (8, 1)]), zero(2))
    assert found[NASH].values == {"a": Fraction(11, 2), "b": Fraction(11, 2)}
    assert found[SHARES].values == {"a": Fraction(88, 17), "b": Fraction(99, 17)}
    assert found[EGALITARIAN].values == {"a": Fraction(11, 2), "b": Fraction(11, 2)}
    assert found[NASH].shares == {"o1": Fraction(1, 4), "o2": Fraction(3, 4)}
    assert all(mix.better for mix in found.values())


def test_kalai_and_smorodinskys_own_example():
    """Of two sets of bargains the second offers the second actor more, whatever the first gets (Kalai and S. 1975).

    Their hulls have the corners (0, 1), (1, 0) and (3/4, 3/4), and (0, 1), (1, 0) and (1, 0.7). Nash's product picks
    (3/4, 3/4) and (1, 0.7): the second actor gets less of more. The rule of equal shares of the ideal, (1, 1) in both,
    picks (3/4, 3/4) and, on v = 1 - 0.3 u, u = v = 1 / 1.3.
    """
    half, seven = Fraction(3, 4), Fraction(7, 10)
    none = {"a": Fraction(0), "b": Fraction(0)}
    shared = {"none": none, "x": {"a": Fraction(0), "b": Fraction(1)}, "y": {"a": Fraction(1), "b": Fraction(0)}}
    one = mixes({**shared, "z": {"a": half, "b": half}}, zero(2))
    assert one[NASH].values == one[SHARES].values == {"a": half, "b": half}
    two = mixes({**shared, "z": {"a": Fraction(1), "b": seven}}, zero(2))
    assert two[NASH].values == {"a": 1, "b": seven}
    assert not two[NASH].better
    assert two[SHARES].values == {"a": Fraction(10, 13), "b": Fraction(10, 13)}
    assert two[SHARES].better


def test_a_risk_averse_bargainer_gets_less():
    """Dividing a dollar, u1 = x and u2 = sqrt(1 - x): the product is largest at x = 2/3 (Osborne, Rubinstein 1990).

    The division is laid out in 300 steps, and 2/3 is one of them; mixing two neighbours is worse there.
    """
    cents = [Fraction(at, 300) for at in range(301)]
    found = mixes({str(at): {"a": float(x), "b": float(1 - x) ** 0.5} for at, x in enumerate(cents)},
                  {"a": 0.0, "b": 0.0}, tie=1e-12)  # fmt: skip
    assert dict(found[NASH].shares) == pytest.approx({"200": 1.0})
    assert found[NASH].values == pytest.approx({"a": 2 / 3, "b": (1 / 3) ** 0.5})


def test_three_who_divide_one():
    """Everybody wants it all: each gets a third by every rule; if the third must be paid 1/4 first, by the product
    the rest is split evenly (gains over no agreement are what is divided)."""
    rows = table([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    for mix in mixes(rows, zero(3)).values():
        assert mix.gains == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
        assert mix.better
    third = {"a": Fraction(0), "b": Fraction(0), "c": Fraction(1, 4)}
    assert mixes(rows, third)[NASH].gains == pytest.approx({"a": 1 / 4, "b": 1 / 4, "c": 1 / 4})
    assert mixes(rows, third)[NASH].values == pytest.approx({"a": 1 / 4, "b": 1 / 4, "c": 1 / 2})


def test_where_somebody_cannot_gain():
    assert mixes(table([(0, 0), (5, -1), (4, 0)]), zero(2)) == {}
    assert mixes(table([(0, 0, 0), (5, 1, -1), (4, 2, 0)]), zero(3)) == {}
    assert mixes(table([(0, 0, 0), (5, 1, -1), (-5, 1, 1)]), zero(3)) == {}  # a and c only at each other's cost
    assert mixes(table([(-1, 5), (5, -1)]), zero(2))[NASH].gains == {"a": 2, "b": 2}  # by lot, nobody loses
    assert set(mixes(table([(-1, 5), (5, -1)]), zero(2))[NASH].to_dict()) >= {"between", "share", "shares", "better"}


numbers = st.integers(-6, 12)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 4), st.integers(2, 3), st.data())
def test_no_mixture_does_better(actors: int, options: int, data: st.DataObject):
    rows = data.draw(st.lists(st.tuples(*[numbers] * actors), min_size=options, max_size=options))
    found = mixes(table(rows), zero(actors))
    reached = points(rows, 16)
    if not found:
        assert any(max((p[i] for p in reached), default=Fraction(0)) <= 0 for i in range(actors))
        return
    for mix in found.values():
        assert sum(mix.shares.values()) == pytest.approx(1)
        assert min(mix.gains.values()) >= -1e-7
        assert_none_beats(mix, rows, found, reached)


def assert_none_beats(mix: Mix, rows: Sequence[Sequence[int]], found: Mapping[str, Mix], reached: list[list[Fraction]]):
    got = [float(gain) for gain in mix.gains.values()]
    ideal = most(rows)
    scores: dict[str, Callable[[Sequence[Any]], float]] = {
        NASH: lambda p: prod(map(float, p)),
        SHARES: lambda p: min(float(x) / y for x, y in zip(p, ideal, strict=True)),
        EGALITARIAN: lambda p: float(min(p)),
    }
    assert set(found) == set(scores)
    score = scores[mix.rule]
    best = max((score(point) for point in reached), default=0.0)
    assert score(got) >= best * (1 - 1e-6) - 1e-7
    alone = [score([Fraction(x) for x in row]) for row in rows if min(row) >= 0]
    assert mix.better == (score(got) > max(alone, default=0.0) + 1e-5) or abs(score(got) - max(alone, default=0)) < 2e-5
    if mix.rule == NASH:  # the condition of a maximum on a simplex: no option has a larger weighted gain
        assert max(sum(x / y for x, y in zip(row, got, strict=True)) for row in rows) <= len(got) + 1e-4


def most(rows: Sequence[Sequence[int]]) -> list[float]:
    """Return the most that each could gain at nobody's cost, by looking at corners of the feasible shares.

    A corner mixes options so that some gains are 0: all systems of as many equations as options are solved.
    """
    from itertools import combinations

    gains = np.array(rows, float).T
    options = len(rows)
    limits = np.vstack([np.eye(options), gains])
    best = [0.0] * len(gains)
    for held in combinations(range(len(limits)), options - 1):
        system = np.vstack([np.ones(options), limits[list(held)]])
        if abs(np.linalg.det(system)) < 1e-9:
            continue
        shares = np.linalg.solve(system, [1.0, *[0.0] * (options - 1)])
        if (limits @ shares >= -1e-9).all():
            best = [max(one, other) for one, other in zip(best, gains @ shares, strict=True)]
    return best


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=2, max_size=5), st.integers(2, 9))
def test_units_do_not_matter_to_nash_and_to_shares(rows: list[tuple[int, int, int]], scale: int):
    one = mixes(table(rows), zero(3))
    two = mixes(table([(row[0] * scale, *row[1:]) for row in rows]), zero(3))
    assert set(one) == set(two)
    for rule in set(one) & {NASH, SHARES}:
        wider = {"a": one[rule].gains["a"] * scale, **{x: one[rule].gains[x] for x in "bc"}}
        assert two[rule].gains == pytest.approx(wider, rel=1e-4, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=5))
def test_programmes_say_the_same_as_the_edge(rows: list[tuple[int, int]]):
    """An actor who gains 1 whatever is done leaves product and smallest share of two others as they are."""
    one = mixes(table(rows), zero(2))
    two = mixes({option: {**row, "c": Fraction(1)} for option, row in table(rows).items()}, zero(3))
    assert set(one) == set(two)
    for rule in set(one) & {NASH, SHARES}:
        for actor in "ab":
            assert two[rule].gains[actor] == pytest.approx(float(one[rule].gains[actor]), rel=1e-4, abs=1e-5)


def test_many_options_and_actors():
    random = np.random.default_rng(5)
    rows = random.normal(1.0, 4.0, (60, 8)).tolist()
    names = "abcdefgh"
    found = mixes({f"o{at}": dict(zip(names, row, strict=True)) for at, row in enumerate(rows)},
                  dict.fromkeys(names, 0.0), tie=1e-9)  # fmt: skip
    assert len(found[NASH].shares) <= len(names) + 1
    got = list(found[NASH].gains.values())
    assert max(sum(x / y for x, y in zip(row, got, strict=True)) for row in rows) <= len(names) + 1e-5
    assert min(got) > 0


# --- words ------------------------------------------------------------------------------------------------------------


def told(name: str) -> tuple[str, list[str], list[str]]:
    result = negotiate(planner.load(STORIES / f"{name}.yaml"))
    return mix_lead(result), mix_words(result), mix_notes(result)


def test_rules_that_mix_differently():
    """Gains (0, 10) and (20, 0): in the middle by product and equal shares; equal gains where 20 s = 10 (1 - s)."""
    lead, lines, notes = told("agreement-lopsided")
    assert lead.startswith("By lot, or by dividing the matter")
    assert lines == [
        "Nash product and Kalai-Smorodinsky: x in 1 case of 2 and y in 1 (a 10, b 5).",
        "Egalitarian: x in 2 cases of 3 and y in 1 (a 6.67, b 6.67).",
    ]
    assert " ".join(notes) == (
        "The rules of bargaining disagree about the mix: A does best by Nash product and Kalai-Smorodinsky; "
        "B does best by Egalitarian."
    )


def test_rules_that_mix_alike():
    _, lines, notes = told("agreement-evening")
    assert lines == [
        "Nash product, Kalai-Smorodinsky and Egalitarian: opera in 1 case of 2 and boxing in 1 (a 1.5, b 1.5)."
    ]
    assert notes == []


def test_nothing_is_said_where_an_option_is_as_good():
    assert told("agreement-dilemma") == ("", [], [])
    assert told("agreement-chicken") == ("", [], [])


def test_a_tolerance_of_risk_is_named():
    text = (STORIES / "agreement-evening.yaml").read_text().replace("{name: A}", "{name: A, risk_tolerance: 3}")
    result = negotiate(load(Source.from_text(text)))
    assert "though A has a tolerance of risk" in " ".join(mix_notes(result))


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=5))
def test_cases_add_up(parts: list[int]):
    shares = {f"o{at}": part / sum(parts) for at, part in enumerate(parts)}
    told = cases(shares)
    assert sum(told.values()) in {1, 2, 3, 4, 10, 100, 1_000, 10_000}
    for option, share in shares.items():
        assert abs(told[option] / sum(told.values()) - share) < 0.01


def test_small_shares_are_not_lost():
    assert mixture({"x": 0.996, "y": 0.004}) == "x in 996 cases of 1,000 and y in 4"
    assert mixture({"x": 0.62, "y": 0.38}, lambda option: f"'{option}'") == "'x' in 62 cases of 100 and 'y' in 38"
