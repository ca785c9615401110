"""Logit answers by hand, by an equation of one unknown, against Gambit, and by their laws."""

from __future__ import annotations

import sys
from math import exp, log
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.disputes.behaviour import Stage
from planner.analyses.disputes.branch import branch
from planner.analyses.disputes.gambit import Text
from planner.analyses.disputes.game import game
from planner.analyses.disputes.normal_form import Trunk
from planner.analyses.disputes.quantal import Quantal, quantal
from planner.analyses.forecast import forecast
from planner.analyses.result import BadArgument
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.disputes.test_mixed import Matrix, matrices, table
from tests.analyses.test_forecast import CHICKEN, SIGNALLING
from tests.analyses.test_laws import scenarios
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Scenario

STORIES = ROOT / "tests" / "stories"


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def logit(difference: float) -> float:
    return 1 / (1 + exp(-difference))


def chances(found: Quantal) -> list[dict[str, float]]:
    """Return for each precision the chance of the first option of each decision."""
    return [
        {
            at: float(next(iter(row.values())))
            for rows in each.told.strategies.values()
            for at, row in rows.items()
        }
        for each in found.answers
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def no_extra(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this needs more than planner itself, but for the comparison with Gambit."""
    if "gambit" not in request.node.name:
        monkeypatch.setitem(sys.modules, "pygambit", None)
        monkeypatch.setitem(sys.modules, "nashpy", None)


@pytest.mark.parametrize("precision", [0.0, 1.0, 4.5])
def test_the_centipede_by_hand(precision: float):
    """McKelvey and Palfrey (1998) apply logit answers to this game; with all moves seen they follow from the end."""
    (found,) = chances(quantal(planner.load(STORIES / "centipede.yaml"), [precision]))
    fourth = logit(precision * (3.2 - 1.6))
    ahead = (fourth * 0.8 + (1 - fourth) * 6.4, fourth * 3.2 + (1 - fourth) * 1.6)
    third = logit(precision * (1.6 - ahead[0]))
    ahead = (third * 1.6 + (1 - third) * ahead[0], third * 0.4 + (1 - third) * ahead[1])
    second = logit(precision * (0.8 - ahead[1]))
    first = logit(precision * (0.4 - (second * 0.2 + (1 - second) * ahead[0])))
    assert found == pytest.approx({"move-1": first, "move-2": second, "move-3": third, "move-4": fourth}, rel=1e-12)


@pytest.mark.parametrize("precision", [0.3, 1.0, 3.0, 300.0])
def test_asymmetric_matching_pennies_by_bisection(precision: float):
    """The first gets 9 for one match and 1 for the other (a game of Ochs 1995); the equations leave one unknown.

    Rows: 9q against 1 - q. Columns: 1 - p against p.
    """
    (found,) = chances(quantal(table([[(9, 0), (0, 1)], [(0, 1), (1, 0)]]), [precision]))
    low, high = 0.0, 1.0
    for _ in range(200):
        p = (low + high) / 2
        q = logit(precision * ((1 - p) - p))
        low, high = (p, high) if logit(precision * (9 * q - (1 - q))) > p else (low, p)
    assert found["first"] == pytest.approx(low, abs=1e-9)
    assert found["second"] == pytest.approx(logit(precision * (1 - 2 * low)), abs=1e-9)
    if precision == 300:
        assert found == pytest.approx({"first": 0.5, "second": 0.1}, abs=0.02)  # the mixed equilibrium
    if precision < 5:
        assert found["first"] > 0.5  # own payoffs move own chances, which they do not in equilibrium


def test_precision_nought_is_any_option():
    found = quantal(read(SIGNALLING), [0])
    assert set(chances(found)[0].values()) == {0.5}
    assert found.answers[0].values["russia"] == pytest.approx(9 / 16)  # uniform play: see the known games of exchange


def test_much_precision_is_the_forecast():
    """Pooled escalation, conceded: the only equilibrium."""
    found = quantal(read(SIGNALLING), [40]).answers[0]
    assert found.values == pytest.approx({"russia": 4, "nato": 0}, abs=1e-6)
    assert found.residual < 1e-9


def test_the_riskless_hunt_is_found():
    """Hares are worth 3, a stag 4 to both and 0 to one: from even chances, hares are better, and more and more so."""
    (found,) = chances(quantal(table([[(4, 4), (0, 3)], [(3, 0), (3, 3)]]), [20]))
    assert found == pytest.approx({"first": 0, "second": 0}, abs=1e-6)


def test_a_branch_that_splits_is_said():
    """Chicken with 1, 4, 2, 3: even chances are an answer at any precision, alone up to 2, where others come up.

    One option is better by 1 - 2q. Near even chances, where p(1 - p) is 1/4, a move of q moves the answer by
    -2 * precision / 4 of it; and that comes back as precision² / 4 of it, which is less than all of it below 2.
    """
    found = quantal(read(CHICKEN), [1.9, 2.1, 20])
    assert [each.splits for each in found.answers] == [False, True, True]
    assert set(chances(found)[1].values()) == {0.5}


def test_some_precisions_are_picked():
    found = quantal(planner.load(STORIES / "entry-deterrence.yaml"))
    assert [each.precision for each in found.answers] == [0, 1, 2, 5, 10, 20, 50]
    assert not found.given
    larger = (STORIES / "entry-deterrence.yaml").read_text().replace("2}", "20}").replace("1", "10")
    larger = larger.replace("planner: 10", "planner: 1")
    assert [each.precision for each in quantal(read(larger)).answers] == [0, 0.1, 0.2, 0.5, 1, 2, 5]


def test_joint_decisions_follow_their_rule_and_ties_are_said():
    text = """
planner: 1
title: T
actors: {a: {}, b: {}}
nodes:
  n: {decision: '?', by: [a, b], fallback: z, options: {x: {to: m}, y: {to: m}, z: {}}}
  m: {decision: '?', by: a, options: {u: {payoff: {a: 1, b: 1}}, v: {payoff: {b: 2}}}}
"""
    (found,) = quantal(read(text), [log(3)]).answers
    assert found.told.adopted == {"n": "x"}
    assert found.tied == ("n",)
    assert found.told.strategies == {"a": {"m": {"u": pytest.approx(0.75), "v": pytest.approx(0.25)}}}
    assert found.values == pytest.approx({"a": 0.75, "b": 1.25})


@pytest.mark.parametrize("precisions", [[-1.0], [float("nan")], [float("inf")], [0, -0.5]])
def test_bad_precisions(precisions: list[float]):
    with pytest.raises(BadArgument, match="0 or more"):
        quantal(read(CHICKEN), precisions)


def test_what_cannot_be_followed():
    with pytest.raises(BadArgument, match="joint decision behind moves"):
        quantal(read(CHICKEN.replace("by: bob", "by: [ann, bob]\n    fallback: one")), [1])
    with pytest.raises(BadArgument, match="forgets"):
        quantal(read(CHICKEN.replace("by: bob\n    unseen: [first]", "by: ann\n    unseen: [first]")), [1])
    with pytest.raises(BadArgument, match="a tolerance of risk"):
        quantal(read(CHICKEN.replace("ann: {}", "ann: {risk_tolerance: 5}")), [1])


def oracle(cells: Matrix, p: list[float], q: list[float], precision: float) -> float:
    """Return how far chances are from the definition."""
    rows = [sum(cell[0] * y for cell, y in zip(row, q, strict=True)) for row in cells]
    columns = [sum(row[at][1] * x for row, x in zip(cells, p, strict=True)) for at in range(len(q))]
    off = 0.0
    for mix, worth in ((p, rows), (q, columns)):
        weights = [exp(precision * (value - max(worth))) for value in worth]
        off = max(off, *(abs(x - weight / sum(weights)) for x, weight in zip(mix, weights, strict=True)))
    return off


@settings(max_examples=40, deadline=None)
@given(matrices(), st.floats(0, 3))
def test_chances_are_in_proportion_to_what_options_are_worth(cells: Matrix, precision: float):
    try:
        (found,) = quantal(table(cells), [precision]).answers
    except BadArgument as error:
        assume("cannot be followed" not in str(error))
        raise
    p, q = (list(map(float, row.values())) for rows in found.told.strategies.values() for row in rows.values())
    assert oracle(cells, p, q, precision) < 1e-7


@settings(max_examples=25, deadline=None)
@given(scenarios(actors=2, sizes=(1, 5)), st.floats(0, 2))
def test_where_everything_is_seen_better_options_are_likelier(scenario: Scenario, precision: float):
    found = quantal(scenario, [precision, 1e7])
    low, high = found.answers
    assert sum(low.told.outcomes.values()) == pytest.approx(1)
    made = forecast(scenario)
    if made.count == 1 and all(margin.margin > 1e-3 for margin in made.margins):
        assert high.values == pytest.approx({a: float(x) for a, x in made.payoffs[0].items()}, abs=1e-6)


@pytest.mark.parametrize("name", ["mixed/kuhn-poker", "mixed/seltens-horse", "mixed/volunteers", "signalling"])
@pytest.mark.parametrize("precision", [0.25, 1.0])
def test_gambit_follows_the_same_branch(name: str, precision: float):
    pygambit: Any = pytest.importorskip(
        "pygambit", reason="Gambit is an oracle of this test: pip install planner[test]"
    )
    if pygambit.__version__.startswith("16."):
        pytest.skip("pygambit 16 does not give out the profiles of its logit branch")
    scenario = read(SIGNALLING) if name == "signalling" else planner.load(STORIES / f"{name}.yaml")
    stage = Stage(Trunk.of(game(scenario), 0, set()), {})
    tree = Text(stage)
    theirs = tree.read(pygambit)
    (point,) = pygambit.qre.logit_solve_lambda(theirs, lam=[precision])
    (mine,) = branch(stage, [precision])
    expected = tree.behaviour(theirs, point.profile)
    assert mine.behaviour.keys() == expected.keys()
    for unit, row in mine.behaviour.items():
        assert row == pytest.approx(expected[unit], abs=1e-6)
