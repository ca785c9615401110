"""Stress tests: futures against evaluations one by one, worst cases against grids, and where options fail."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.result import BadArgument, UnknownName
from planner.analyses.stress import Stress, stress
from planner.core.diagnostics import ScenarioError
from planner.core.expression import Expression
from planner.core.model import Future, Parameter, Scenario
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_laws import scenarios
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = sorted((ROOT / "scenarios").glob("*.yaml"))
HEAD = "planner: 1\ntitle: A test\n"
MARKET = """
parameters: {p: {value: 0.5, low: 0, high: 1}}
nodes:
  plant:
    decision: Which plant?
    options: {large: {to: large}, small: {to: small}, none: {}}
  large: {chance: Market?, branches: {good: {p: p, payoff: 200}, bad: {p: rest, payoff: -180}}}
  small: {chance: Market?, branches: {good: {p: p, payoff: 100}, bad: {p: rest, payoff: -20}}}
"""


def made(text: str) -> Scenario:
    return load(Source.from_text(HEAD + text, path="test.yaml"))


def table(result: Stress, key: str) -> dict[tuple[str, str], float]:
    return {(row["option"], row["future"]): row[key] for row in result.to_dict()["table"]}


# --- futures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [file for file in EXAMPLES if file.stem != "tutorial"], ids=lambda file: file.stem)
def test_each_future_is_what_an_evaluation_with_its_numbers_says(file: Any):
    scenario = planner.load(file)
    result = stress(scenario, points=100)
    for future in scenario.futures.values():
        numbers = {name: str(formula.text) for name, formula in future.set.items()}
        root = planner.evaluate(scenario, overrides=numbers).decisions[0]
        rows = [row for row in result.to_dict()["table"] if row["future"] == future.id]
        assert {row["option"]: row["by_actor"] for row in rows} == {
            option.option: pytest.approx(dict(option.values), rel=1e-12) for option in root.options
        }
        assert (
            next(each["chosen"] for each in result.to_dict()["futures"] if each["future"] == future.id) == root.chosen
        )
        viewer = root.by[0]
        best = max(float(option.values[viewer]) for option in root.options)
        for row in rows:
            assert row["value"] == row["by_actor"][viewer]
            assert row["regret"] == pytest.approx(best - row["value"], abs=1e-12)
    base = planner.evaluate(scenario).decisions[0]
    assert {row["option"]: row["by_actor"] for row in result.to_dict()["base"]} == {
        option.option: pytest.approx(dict(option.values), rel=1e-12) for option in base.options
    }


@st.composite
def with_futures(draw: st.DrawFn) -> tuple[Scenario, dict[str, float]]:
    """Draw a scenario whose payoffs depend on one parameter, and futures that set it."""
    scenario = draw(scenarios(actors=2, joint=True))
    nodes = {}
    for name, node in scenario.nodes.items():
        edges = {}
        for slot, edge in enumerate(node.edges.values()):
            payoff = {
                actor: {k: Expression.parse(f"({amount.text}) + {slot + 1} * t") for k, amount in amounts.items()}
                for actor, amounts in edge.payoff.items()
            }
            edges[edge.id] = replace(edge, payoff=payoff)
        nodes[name] = replace(node, edges=edges)
    numbers = draw(st.lists(st.integers(-9, 9), min_size=1, max_size=4))
    futures = {f"f{at}": Future(f"f{at}", f"F {at}", {"t": Expression.of(t)}) for at, t in enumerate(numbers)}
    changed = replace(scenario, nodes=nodes, parameters={"t": Parameter("t", Expression.of(0))}, futures=futures)
    return changed, {f"f{at}": float(t) for at, t in enumerate(numbers)}


@given(with_futures(), st.sampled_from(["expected", "maximin", "laplace"]))
@settings(deadline=None, max_examples=40)
def test_laws_of_a_table(drawn: tuple[Scenario, dict[str, float]], rule: str):
    scenario, numbers = drawn
    assume(planner.evaluate(scenario).decisions)
    result = stress(scenario, rule=rule)
    values, regrets = table(result, "value"), table(result, "regret")
    state, viewer = result.focus.label, result.focus.actor
    for future, number in numbers.items():
        evaluation = planner.evaluate(scenario, overrides={"t": number}, rule=rule)
        decision = next(found for found in evaluation.decisions if found.state == state)
        for each in decision.options:
            assert values[each.option, future] == pytest.approx(float(each.values[viewer]), rel=1e-12, abs=1e-11)
        column = [regrets[option, future] for option in result.options]
        assert min(column) == 0
        best = max(values[option, future] for option in result.options)
        assert column == pytest.approx([best - values[option, future] for option in result.options], abs=1e-11)
    rules = result.rules
    for option in result.options:
        assert rules["maximin"].values[option] <= min(values[option, future] for future in numbers) + 1e-11
        assert rules["maximin"].values[option] <= rules["laplace"].values[option] + 1e-11
        assert rules["minimax_regret"].values[option] == max(regrets[option, future] for future in numbers)


def test_what_depends_on_an_overridden_parameter_follows():
    result = stress(made("""
parameters: {a: 2, b: a * 10, c: b + 1}
futures: {x: {set: {a: 3}}, y: {set: {b: a + c0}}, z: {set: {a: a * 2, b: b * 2}}}
nodes: {q: {decision: Q?, options: {go: {payoff: c}, stay: {payoff: a}}}}
""".replace("c0", "5")))  # fmt: skip
    assert table(result, "value") == {
        ("go", "x"): 31, ("stay", "x"): 3, ("go", "y"): 8, ("stay", "y"): 2, ("go", "z"): 81, ("stay", "z"): 4
    }  # fmt: skip
    sets = {each["future"]: each["set"] for each in result.to_dict()["futures"]}
    assert sets == {"x": {"a": 3}, "y": {"b": 7}, "z": {"a": 4, "b": 80}}


def test_a_future_outdoes_numbers_given_for_the_run_and_says_so():
    text = """
parameters: {a: 2, b: 1}
futures: {x: {set: {a: 3}}, y: {set: {b: b + a}}}
nodes: {q: {decision: Q?, options: {go: {payoff: a}, stay: {payoff: b}}}}
"""
    result = stress(made(text), overrides={"a": 7, "b": 5})
    assert table(result, "value") == {("go", "x"): 3, ("stay", "x"): 5, ("go", "y"): 7, ("stay", "y"): 12}
    assert [row["value"] for row in result.to_dict()["base"]] == [7, 5]
    assert "a and b were set for this run; futures that set them keep their own numbers." in result.notes


def test_formulas_of_a_future_that_go_in_a_circle_are_refused():
    text = """
parameters: {a: 2, b: a / 2}
futures: {x: {set: {a: b * 2}}}
nodes: {q: {decision: Q?, options: {go: {payoff: a}, stay: {payoff: b}}}}
"""
    with pytest.raises(
        BadArgument, match=r"future 'x' makes parameters depend on each other: (a -> b -> a|b -> a -> b)"
    ):
        stress(made(text))


def test_a_future_in_which_numbers_do_not_fit_is_named():
    text = MARKET.replace("nodes:", "futures: {fine: {set: {p: 1}}, odd: {set: {p: 1.5}}}\nnodes:")
    with pytest.raises(ScenarioError, match=r"in future 'odd' the probability of 'good' at 'large' is 1\.5"):
        made(text)
    in_a_state = """
parameters: {p: 0.5}
state: {k: 2}
futures: {fine: {set: {p: 0.4}}, odd: {set: {p: 0.75}}}
nodes:
  q: {decision: Q?, options: {go: {to: c}, stay: {payoff: 1}}}
  c: {chance: C?, branches: {good: {p: p * k, payoff: 3}, bad: {p: rest}}}
"""
    with pytest.raises(ScenarioError, match=r"in future 'odd' probability of branch 'good' of 'c' is 1\.5"):
        stress(made(in_a_state))


def test_a_parameter_without_a_finite_value_in_a_future_is_named():
    text = """
parameters: {a: 2, b: 1, zero: 0}
futures: {x: {set: {a: b / zero}}, y: {set: {zero: 1}}}
nodes: {q: {decision: Q?, options: {go: {payoff: b}, stay: {payoff: zero}}}}
"""
    scenario = made(text.replace("zero: 0", "zero: 2"))
    broken = replace(scenario, parameters={**scenario.parameters, "zero": Parameter("zero", Expression.of(0))})
    with pytest.raises(BadArgument, match="'a' has no finite value in future 'x'"):
        stress(broken)


def test_the_base_is_a_row_of_its_own_and_counts_only_if_asked():
    text = """
parameters: {a: 10, b: 3}
futures: {x: {set: {a: 1}}, y: {set: {a: 4}}}
nodes: {q: {decision: Q?, options: {go: {payoff: a}, stay: {payoff: b}}}}
"""
    without, counted = stress(made(text)), stress(made(text), with_base=True)
    assert {future for _, future in table(without, "value")} == {"x", "y"}
    assert without.rules["maximax"].values == {"go": 4, "stay": 3}
    assert {future for _, future in table(counted, "value")} == {"base", "x", "y"}
    assert counted.rules["maximax"].values == {"go": 10, "stay": 3}
    assert without.to_dict()["base"] == counted.to_dict()["base"]
    named = made(text.replace("x: {set", "base: {set"))
    assert {future for _, future in table(stress(named, with_base=True), "value")} == {"(base)", "base", "y"}


@pytest.mark.parametrize(
    ("x", "y", "with_base", "weights", "reason"),
    [
        (0.25, 0.75, False, {"x": 0.25, "y": 0.75}, ""),
        (0.25, None, False, {"x": 0.25, "y": 0.75}, ""),
        (0.25, 0.5, True, {"base": 0.25, "x": 0.25, "y": 0.5}, ""),
        (None, None, False, None, "the futures have no probabilities"),
        (0.25, 0.5, False, None, "sum to 0.75, not 1"),
        (0.75, 0.5, False, None, "sum to 1.25, not 1"),
        (0.75, 0.5, True, None, "sum to 1.25, not 1"),
        (0.25, None, True, None, "2 futures have no probability: base, y"),
    ],
)
def test_expected_values_where_probabilities_are_given(
    x: float | None, y: float | None, with_base: bool, weights: Mapping[str, float] | None, reason: str
):
    scenario = made("""
parameters: {a: 10, b: 3}
futures: {x: {set: {a: 1}}, y: {set: {a: 4}}}
nodes: {q: {decision: Q?, options: {go: {payoff: a}, stay: {payoff: b}}}}
""")
    chances = {"x": x, "y": y}
    futures = {name: replace(future, probability=chances[name]) for name, future in scenario.futures.items()}
    result = stress(replace(scenario, futures=futures), with_base=with_base)
    assert result.weights == weights
    assert reason in result.no_expected
    told = result.to_dict()
    if weights is None:
        assert (told["expected"], told["rules"]["expected"]["option"]) == (None, None)
        assert told["rules"]["expected"]["reason"] == result.no_expected
    else:
        amount = {"base": 10, "x": 1, "y": 4}
        value = sum(weights[name] * amount[name] for name in weights)
        assert told["rules"]["expected"]["values"] == pytest.approx({"go": value, "stay": 3})


def test_of_costs_the_smaller_is_better_throughout():
    text = """
objective: minimize
parameters: {a: {value: 10, low: 8, high: 30}, b: 12}
futures: {x: {set: {a: 9}}, y: {set: {a: 20}}}
nodes: {q: {decision: Q?, options: {go: {payoff: a}, stay: {payoff: b}}}}
"""
    result = stress(made(text), fails="above:15")
    assert table(result, "regret") == {("go", "x"): 0, ("go", "y"): 8, ("stay", "x"): 3, ("stay", "y"): 0}
    assert {rule: found.option for rule, found in result.rules.items()} == {
        "maximin": "stay", "maximax": "go", "minimax_regret": "stay", "hurwicz": "stay", "laplace": "stay"
    }  # fmt: skip
    assert result.rules["maximin"].values == {"go": 20, "stay": 12}
    cases = result.worst_cases
    assert cases is not None
    assert (cases.worst["go"].value, cases.worst["go"].point, cases.worst["go"].proved) == (30, {"a": 30}, True)
    assert (cases.regret["go"].value, cases.regret["stay"].value) == (18, 4)
    go, stay = result.discovery
    assert stay.kind == "never"
    assert go.part is not None
    (limit,) = go.part.limits
    assert limit.low == pytest.approx(15, abs=0.5)
    assert limit.high is None
    with pytest.raises(BadArgument, match="where values are costs"):
        stress(made(text), fails="below:15")


# --- who is hurt, who decides, minimums ------------------------------------------------------------------------------

JOINT = """
actors: {a: {minimum: 4}, b: {}, c: {minimum: 1}}
parameters: {shock: 0}
futures: {calm: {}, storm: {set: {shock: 5}}}
nodes:
  q:
    decision: Q?
    by: [a, b]
    rule: unanimity
    fallback: stay
    options:
      go: {payoff: {a: 6, b: 3 - shock, c: -shock}}
      wait: {payoff: {a: 4, b: 4, c: 2}}
      stay: {payoff: {a: 1, b: 2, c: shock}}
"""


def test_of_a_joint_decision_the_first_decider_is_the_point_of_view_and_the_others_are_told():
    result = stress(made(JOINT))
    assert result.focus.actor == "a"
    assert result.rules["minimax_regret"].values == {"go": 0, "wait": 2, "stay": 5}
    assert {actor: found["maximin"].option for actor, found in result.deciders.items()} == {"a": "go", "b": "wait"}
    assert {actor: found["minimax_regret"].values for actor, found in result.deciders.items()}["b"] == {
        "go": 6, "wait": 0, "stay": 2
    }  # fmt: skip
    assert [each["chosen"] for each in result.to_dict()["futures"]] == ["wait", "wait"]
    other = stress(made(JOINT), actor="c")
    assert other.rules["maximin"].values == {"go": -5, "wait": 2, "stay": 0}
    assert list(other.deciders) == ["a", "b"]


def test_losses_are_counted_from_the_fallback_in_the_same_future():
    told = stress(made(JOINT)).to_dict()
    assert told["reference"] == "fallback"
    assert told["hurt"] == [
        {"option": "go", "actor": "c", "future": "storm", "loss": 10},
        {"option": "wait", "actor": "c", "future": "storm", "loss": 3},
        {"option": "stay", "actor": None, "future": None, "loss": 0},
    ]


def test_alone_losses_are_counted_from_today():
    text = """
criteria: {peace: {worst: 0, best: 10, start: 5}}
parameters: {shock: 0}
futures: {calm: {}, storm: {set: {shock: 3}}}
nodes: {q: {decision: Q?, options: {go: {payoff: 1 - shock}, stay: {payoff: 1}}}}
"""
    told = stress(made(text)).to_dict()
    assert told["reference"] == "start"
    assert told["hurt"] == [
        {"option": "go", "actor": "self", "future": "storm", "loss": pytest.approx(20)},
        {"option": "stay", "actor": None, "future": None, "loss": 0},
    ]
    assert stress(made(text.replace(", start: 5", ""))).to_dict()["reference"] is None


def test_the_share_of_futures_that_meet_a_minimum():
    found = {
        (each.actor, each.option): (each.minimum, each.futures, each.ranges) for each in stress(made(JOINT)).shares
    }
    assert found == {
        ("a", "go"): (4, 1, None), ("a", "wait"): (4, 1, None), ("a", "stay"): (4, 0, None),
        ("c", "go"): (1, 0, None), ("c", "wait"): (1, 1, None), ("c", "stay"): (1, 0.5, None),
    }  # fmt: skip


def test_the_share_of_the_ranges_that_meet_a_minimum():
    result = stress(made("actors: {me: {minimum: 20}}" + MARKET))
    shares = {each.option: each.ranges for each in result.shares}
    # 380 p - 180 and 120 p - 20 reach 20 from p = 200/380 and p = 1/3 on
    assert shares == pytest.approx({"large": 1 - 200 / 380, "small": 2 / 3, "none": 0}, abs=0.002)
    assert result.fails.name == "minimum"


# --- rules in words --------------------------------------------------------------------------------------------------


def test_sentences():
    result = stress(planner.load(ROOT / "tests/stories/third-option.yaml"))
    assert result.headline() == (
        "In the 2 futures maximax, Hurwicz (0.5) and Laplace take 'a1'; maximin and minimax regret take 'a2'."
    )
    assert result.disagreement() == (
        "The rules disagree: maximax, Hurwicz (0.5) and Laplace 'a1'; maximin and minimax regret 'a2'. "
        "'a1' is 6 better in 'e1', 'a2' is 4 better in 'e2'."
    )
    agreed = made("""
parameters: {a: 10}
futures: {x: {name: Bad times, set: {a: 2}}, y: {name: Worse, set: {a: 3}}}
nodes: {q: {decision: Q?, options: {go: {name: Go, payoff: a}, stay: {name: Stay, payoff: 1}}}}
""")
    assert stress(agreed).headline() == "In the 2 futures all rules take 'Go': no other option is better."
    assert stress(agreed).disagreement() == "All rules take 'Go'."


# --- worst cases ------------------------------------------------------------------------------------------------------


def grid_worst(result: Stress, steps: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the worst values and largest regrets on a grid over the box."""
    box = result.ranges
    assert box is not None
    axes = [np.linspace(low, high, steps) for low, high in zip(box.low, box.high, strict=True)]
    points = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)
    found, possible = box.values(points)
    own = result.focus.sense * found[:, result.viewer][:, possible]
    worst = result.focus.sense * own.min(axis=1)
    regret = (own.max(axis=0) - own).max(axis=1)
    return dict(zip(result.options, worst, strict=True)), dict(zip(result.options, regret, strict=True))


def test_worst_cases_of_straight_values_are_proved_by_the_corners():
    cases = stress(made(MARKET)).worst_cases
    assert cases is not None
    assert {option: (case.value, case.point, case.proved) for option, case in cases.worst.items()} == {
        "large": (-180, {"p": 0}, True), "small": (-20, {"p": 0}, True), "none": (0, {}, True)
    }  # fmt: skip
    assert {option: (case.value, case.against, case.proved) for option, case in cases.regret.items()} == {
        "large": (180, "none", True), "small": (100, "large", True), "none": (200, "large", True)
    }  # fmt: skip
    told = stress(made(MARKET)).to_dict()["ranges"]
    assert (told["maximin"], told["minimax_regret"], told["left_out"], told["all_corners"]) == (
        "none",
        "small",
        0,
        True,
    )


LATER = """
parameters: {x: {value: 0.2, low: 0, high: 1}, y: {value: 0.5, low: 0, high: 1}}
nodes:
  q: {decision: Q?, options: {go: {to: later}, stay: {payoff: 0.6}}}
  later: {decision: Then?, options: {left: {payoff: x}, right: {payoff: 1 - x}}}
"""


def test_a_later_choice_puts_the_worst_inside():
    result = stress(made(LATER))
    cases = result.worst_cases
    assert cases is not None
    assert result.ranges is not None
    assert (result.ranges.names, result.ranges.idle) == (("x",), ("y",))
    assert cases.worst["go"].value == pytest.approx(0.5, abs=1e-3)
    assert cases.worst["go"].point == {"x": pytest.approx(0.5, abs=2e-3)}
    assert not cases.worst["go"].proved
    # the best of two straight lines bends upwards, so that the largest regret of what is straight is at an end
    assert (cases.regret["stay"].value, cases.regret["stay"].proved) == (pytest.approx(0.4), True)
    assert not cases.regret["go"].proved


def test_a_square_puts_the_worst_inside_and_is_not_proved():
    text = """
parameters: {x: {value: 0.1, low: -1, high: 2}}
nodes: {q: {decision: Q?, options: {go: {payoff: (x - 0.37) ** 2}, stay: {payoff: 1}}}}
"""
    cases = stress(made(text)).worst_cases
    assert cases is not None
    assert cases.worst["go"].value == pytest.approx(0, abs=1e-5)
    assert not cases.worst["go"].proved


def test_the_regret_of_a_straight_option_against_a_hump_is_not_proved():
    text = """
parameters: {x: {value: 0.1, low: -1, high: 2}}
nodes: {q: {decision: Q?, options: {hump: {payoff: 1 - (x - 0.37) ** 2}, flat: {payoff: 0.2}}}}
"""
    cases = stress(made(text)).worst_cases
    assert cases is not None
    assert cases.regret["flat"].value == pytest.approx(0.8, abs=1e-5)
    assert cases.regret["flat"].point == {"x": pytest.approx(0.37, abs=2e-3)}
    assert not cases.regret["flat"].proved
    assert cases.worst["flat"].proved


def test_impossible_points_are_left_out_and_counted():
    text = """
parameters: {x: {value: 0.3, low: 0.1, high: 0.7}, y: {value: 0.3, low: 0.1, high: 0.7}}
nodes:
  q: {decision: Q?, options: {go: {to: c}, stay: {payoff: 5}}}
  c: {chance: C?, branches: {a: {p: x, payoff: 30}, b: {p: y, payoff: -20}, d: {p: rest}}}
"""
    result = stress(made(text))
    cases = result.worst_cases
    assert cases is not None
    assert cases.left_out >= 1  # both at 0.7
    assert not cases.worst["go"].proved
    # of x and y up to 0.7, x + y above 1 is a triangle with sides of 0.4 in a square with sides of 0.6
    assert result.left_out / 4096 == pytest.approx(0.4**2 / 2 / 0.6**2, abs=0.02)
    assert cases.worst["go"].value == pytest.approx(0.1 * 30 - 0.7 * 20)
    assert cases.regret["stay"].value == pytest.approx(0.7 * 30 - 0.1 * 20 - 5)


@given(with_futures(), st.data())
@settings(deadline=None, max_examples=30)
def test_nothing_in_the_box_is_worse_than_what_is_proved(drawn: tuple[Scenario, dict[str, float]], data: st.DataObject):
    scenario, _ = drawn
    assume(planner.evaluate(scenario).decisions)
    t = replace(scenario.parameters["t"], low=-3.0, high=data.draw(st.sampled_from([1.0, 4.0])))
    u = Parameter("u", Expression.of("0.5"), low=0.0, high=1.0)
    nodes = dict(scenario.nodes)
    for name, node in scenario.nodes.items():
        edges = list(node.edges.values())
        if node.kind == "chance" and len(edges) == 2:
            first, second = (
                replace(edge, p=Expression.parse(p)) for edge, p in zip(edges, ("u", "1 - u"), strict=True)
            )
            nodes[name] = replace(node, edges={first.id: first, second.id: second})
    changed = replace(scenario, nodes=nodes, parameters={"t": t, "u": u})
    result = stress(changed, points=100)
    if result.ranges is None:
        return
    worst, regret = grid_worst(result, 21)
    cases = result.worst_cases
    assert cases is not None
    for option in result.options:
        if cases.worst[option].proved:
            assert worst[option] >= cases.worst[option].value - 1e-9
        if cases.regret[option].proved:
            assert regret[option] <= cases.regret[option].value + 1e-9
        # what was found is there: the option is worth that at the point
        point = {**cases.worst[option].point}
        evaluation = planner.evaluate(changed, overrides=point)
        decision = next(each for each in evaluation.decisions if each.state == result.focus.label)
        value = float(decision.option(option).values[result.focus.actor])
        assert value == pytest.approx(cases.worst[option].value, abs=1e-9)


@pytest.mark.parametrize("name", ["eu-nato-diplomacy", "trilateral-talks"])
def test_the_search_finds_what_a_grid_finds(name: str):
    result = stress(planner.load(ROOT / f"scenarios/{name}.yaml"))
    worst, regret = grid_worst(result, 7 if name == "trilateral-talks" else 21)
    cases = result.worst_cases
    assert cases is not None
    for option in result.options:
        assert cases.worst[option].value <= worst[option] + 1e-9
        assert cases.regret[option].value >= regret[option] - 1e-9


def test_more_parameters_than_corners_can_be_tried():
    names = [f"x{at}" for at in range(15)]
    ranges = "".join(f"  {name}: {{value: 0.5, low: 0, high: 1}}\n" for name in names)
    total = " + ".join(names)
    result = stress(made(f"parameters:\n{ranges}nodes: {{q: {{decision: Q?, options: {{go: {{payoff: {total}}}, "
                         "stay: {payoff: 7}}}}"))  # fmt: skip
    cases = result.worst_cases
    assert cases is not None
    assert not cases.corners
    assert cases.worst["go"].value == pytest.approx(0)
    assert not cases.worst["go"].proved
    assert cases.worst["stay"].proved
    assert cases.regret["stay"].value == pytest.approx(8)


def test_formulas_with_a_range_follow_what_they_read():
    text = """
parameters:
  x: {value: 1, low: 0, high: 2}
  y: {value: x * 3, low: 0, high: 6}
  z: {value: k * 2, low: 1, high: 5}
  k: 1
nodes: {q: {decision: Q?, options: {go: {payoff: y}, stay: {payoff: z}}}}
"""
    result = stress(made(text))
    assert result.ranges is not None
    assert (result.ranges.names, result.ranges.follow) == (("x", "z"), ("y",))
    assert any("y has a range but is a formula" in note for note in result.notes)
    cases = result.worst_cases
    assert cases is not None
    assert cases.regret["go"].value == pytest.approx(5)
    fixed = stress(made(text), overrides={"x": 1}).ranges
    assert fixed is not None
    assert fixed.names == ("y", "z")  # what it reads stands still, so that its own range counts


# --- where options fail ----------------------------------------------------------------------------------------------


def test_a_planted_failure_is_found_and_measured_on_a_second_sample():
    text = """
parameters:
  yield: {value: 0.3, low: 0.05, high: 0.45}
  shock: {value: 10, low: 0, high: 40}
  idle: {value: 1, low: 0, high: 2}
nodes:
  q:
    decision: Q?
    options: {engage: {name: Engage, payoff: "50 - 20 * (yield < 0.18) * (shock > 22) + idle"}, stay: {payoff: 5}}
"""
    result = stress(made(text), fails="below:40")
    engage, stay = result.discovery
    assert stay.kind == "always"
    assert (engage.kind, engage.points) == ("box", 4096)
    share = (0.18 - 0.05) / 0.4 * (18 / 40)
    assert engage.share == pytest.approx(share, abs=0.02)
    part = engage.part
    assert part is not None
    assert {limit.parameter: (limit.low, limit.high) for limit in part.limits} == {
        "yield": (None, pytest.approx(0.18, abs=0.011)), "shock": (pytest.approx(22, abs=1.01), None)
    }  # fmt: skip
    assert part.holds
    assert part.merit.coverage > 0.93
    assert part.merit.density > 0.93
    assert all((limit.p_low or 0) < 1e-9 and (limit.p_high or 0) < 1e-9 for limit in part.limits)
    sentence = result.to_dict()["discovery"][0]["sentence"]
    assert sentence.startswith("'Engage' falls below 40 mostly when yield < 0.1")
    assert f"(n = {engage.failures:,} of 4,096)" in sentence
    # what is told is true of the very limits that are told
    box = result.ranges
    assert box is not None
    points = box.sample(4096, seed=1, copy=1)
    yields, shocks = points[:, box.names.index("yield")], points[:, box.names.index("shock")]
    inside = (yields <= (part.limits[0].high or 0)) & (shocks >= (part.limits[1].low or 0))
    failing = (yields < 0.18) & (shocks > 22)
    assert part.merit.inside == inside.sum()
    assert part.merit.hits == (inside & failing).sum()
    assert part.merit.coverage == pytest.approx((inside & failing).sum() / failing.sum())


def test_a_second_part_is_told_where_the_first_leaves_much_out():
    # 'small' is the best from p = 1/6 to p = 160/260
    small = stress(made(MARKET)).discovery[1]
    assert small.part is not None
    assert small.further is not None
    assert [(limit.low, limit.high) for limit in small.part.limits] == [(pytest.approx(8 / 13, abs=0.02), None)]
    assert [(limit.low, limit.high) for limit in small.further.limits] == [(None, pytest.approx(1 / 6, abs=0.02))]
    assert small.part.merit.coverage + small.further.merit.coverage > 0.95


@pytest.mark.parametrize(
    ("fails", "kind", "words"),
    [
        ("below:-1", "never", "'go' keeps to -1 or more in all 8,192 cases tried."),
        ("below:2", "always", "'go' falls below 2 in all 8,192 cases tried."),
        ("below:0.001", "seldom", "of 8,192 cases tried, too few to say where."),
        ("below:0.97", "nearly always", "'go' falls below 0.97 in 97 % of 8,192 cases tried."),
    ],
)
def test_options_that_never_or_always_fail(fails: str, kind: str, words: str):
    text = """
parameters: {x: {value: 0.5, low: 0, high: 1}}
nodes: {q: {decision: Q?, options: {go: {payoff: x}, stay: {payoff: 5}}}}
"""
    told = stress(made(text), fails=fails).to_dict()["discovery"][0]
    assert told["kind"] == kind
    assert words in told["sentence"]
    assert (told["box"], told["coverage"], told["further"]) == ([], None, None)


def test_failures_by_lot_are_in_no_part_above_all():
    text = """
parameters: {x: {value: 0.5, low: 0, high: 1}, y: {value: 0.5, low: 0, high: 1}}
nodes: {q: {decision: Q?, options: {go: {payoff: "sin(1e6 * x) * cos(1e6 * y)"}, stay: {payoff: 9}}}}
"""
    told = stress(made(text), fails="below:-0.3").to_dict()["discovery"][0]
    assert told["kind"] == "nowhere" or not told["holds"]
    assert "in no part of the ranges above all" in told["sentence"] or "chance would have it" in told["sentence"]


def test_ties_do_not_fail():
    text = """
parameters: {x: {value: 0.5, low: 0, high: 1}}
nodes: {q: {decision: Q?, options: {go: {payoff: x / 3}, same: {payoff: x / 6 + x / 6}}}}
"""
    assert [each.kind for each in stress(made(text)).discovery] == ["never", "never"]


# --- what all results have in common ---------------------------------------------------------------------------------


def test_json_has_the_keys_that_others_build_on():
    result = stress(planner.load(ROOT / "scenarios/intelligence-sharing.yaml"))
    told = result.to_dict()
    text = json.dumps(told, allow_nan=False)
    assert json.loads(text) == told
    assert {"table", "maximin", "maximax", "minimax_regret", "hurwicz", "laplace", "expected"} <= told.keys()
    assert {"option", "future", "value", "regret", "by_actor"} == told["table"][0].keys()
    assert len(told["table"]) == len(result.options) * len(result.scenario.futures)
    for rule in ("maximin", "maximax", "minimax_regret", "hurwicz", "laplace"):
        assert told[rule] == told["rules"][rule]["option"]
        assert {"option", "tied", "value", "values"} == told["rules"][rule].keys()
    assert told["as_file"] == {
        "followed": planner.evaluate(result.scenario).decisions[0].chosen,
        "option": "cell",
        "values": pytest.approx({row["option"]: row["value"] for row in told["base"]}),
    }
    assert result.settings["seed"] == 1
    assert {"at", "actor", "rule", "with_base", "optimism", "fails", "points", "seed"} == result.settings.keys()
    assert told["method"]


def test_the_same_seed_gives_the_same_result_and_another_seed_another_sample():
    scenario = planner.load(ROOT / "scenarios/sanctions-benchmarks.yaml")
    one, again, other = (stress(scenario, points=500, seed=seed).to_dict() for seed in (1, 1, 2))
    assert one == again
    assert one["table"] == other["table"]
    assert [each["failures"] for each in one["discovery"]] != [each["failures"] for each in other["discovery"]]


def test_without_futures_the_ranges_speak_alone():
    result = stress(made(MARKET))
    told = result.to_dict()
    assert (told["maximin"], told["minimax_regret"], told["table"], told["agree"]) == (None, None, [], None)
    assert told["rules"] == {"expected": {"option": None, "reason": "the file has no futures"}}
    assert "The file has no futures, so there are no rules over futures; see the ranges." in told["notes"]
    assert result.headline() == (
        "No futures in the file; within all ranges maximin takes 'none' (worst 0), "
        "minimax regret 'small' (largest regret 100)."
    )


def test_without_ranges_futures_speak_alone():
    result = stress(planner.load(ROOT / "tests/stories/investor.yaml"))
    told = result.to_dict()
    assert (told["ranges"], told["discovery"]) == (None, [])
    assert any("nothing is said of ranges" in note for note in told["notes"])


def test_with_neither_there_is_nothing_to_stress():
    plain = "nodes: {q: {decision: Q?, options: {go: {payoff: 1}, stay: {payoff: 2}}}}"
    with pytest.raises(BadArgument, match="neither futures nor ranges"):
        stress(made(plain))
    with pytest.raises(BadArgument, match=r"its ranges \(x\) make no difference to these options"):
        stress(made("parameters: {x: {value: 1, low: 0, high: 2}}\n" + plain))


def test_without_a_decision_there_are_no_options():
    text = (
        "parameters: {p: {value: 0.5, low: 0, high: 1}}\nnodes: {c: {chance: C?, branches: {a: {p: p}, b: {p: rest}}}}"
    )
    with pytest.raises(BadArgument, match="no decision"):
        stress(made(text))


def test_a_later_decision_in_focus():
    scenario = planner.load(ROOT / "tests/stories/thompson-stress.yaml")
    with pytest.raises(UnknownName):
        stress(scenario, at="nowhere")
    result = stress(planner.load(ROOT / "scenarios/trilateral-talks.yaml"), at="table[round=2, trust=1]")
    evaluation = planner.evaluate(result.scenario)
    decision = next(each for each in evaluation.decisions if each.state == "table[round=2, trust=1]")
    assert {row["option"]: row["value"] for row in result.to_dict()["base"]} == pytest.approx(
        {option.option: option.values["uk"] for option in decision.options}
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimism": 1.5}, "a weight of 1.5"),
        ({"fails": "minimum"}, "has no minimum"),
        ({"fails": "above:3"}, "no kind of failure"),
        ({"fails": "below:x"}, "no kind of failure"),
        ({"fails": "often"}, "no kind of failure"),
        ({"points": 5}, "5 is no number of points"),
        ({"seed": -1}, "-1 is no seed"),
        ({"actor": "nobody"}, "unknown actor"),
        ({"overrides": {"q": 1}}, "unknown parameter"),
        ({"rule": "minimin"}, "unknown rule"),
    ],
)
def test_arguments_that_cannot_be_used(arguments: dict[str, Any], message: str):
    with pytest.raises(BadArgument, match=message):
        stress(made(MARKET), **arguments)


def test_a_frame_without_pandas_is_refused_with_a_next_step(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(BadArgument, match="pip install pandas"):
        stress(made(MARKET)).to_frame()


def test_a_frame_has_a_row_for_each_option_and_future(monkeypatch: pytest.MonkeyPatch):
    class Frame(list[Any]):
        def drop(self, columns: str) -> list[dict[str, Any]]:
            return [{name: value for name, value in row.items() if name != columns} for row in self]

    pandas = ModuleType("pandas")
    pandas.DataFrame = Frame  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    rows = stress(planner.load(ROOT / "tests/stories/investor.yaml")).to_frame()
    assert len(rows) == 9
    assert rows[0] == {"option": "stocks", "future": "rise", "value": -4, "regret": 7, "self": -4}


def test_markdown_for_notebooks():
    text = stress(planner.load(ROOT / "tests/stories/investor.yaml"))._repr_markdown_()
    assert "| Stocks | 4 (0) | -4 (7) | 4 (0) | 12 (0) |" in text


def test_risk_tolerance_makes_worst_cases_a_matter_of_search():
    result = stress(made("actors: {me: {risk_tolerance: 50}}" + MARKET))
    cases = result.worst_cases
    assert cases is not None
    assert [case.proved for case in cases.worst.values()] == [False, False, True]
    assert cases.worst["large"].value == pytest.approx(-180)
