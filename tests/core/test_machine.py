"""Many draws at once: the same bits as the plain way, however they are cut, and messages that name the draw."""

from __future__ import annotations

import pickle
import re
import tracemalloc
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.core.compiled.run import Run
from planner.core.diagnostics import ScenarioError
from planner.core.draws import Draws, Inputs, Plain, Uniforms
from planner.core.machine import BLOCK, Machine
from planner.core.rule import EXPECTED, Rule
from planner.core.rules import load
from planner.core.solve import solve_unfolded
from planner.core.source import Source
from planner.core.unfold import Unfolded, unfold
from tests.core.drawn import PARAMETERS, Case, cases

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEAD = "planner: 1\ntitle: Talks\n"
FIELD = """
parameters: {oil: 0.4, gas: 0.2, cost: 10, share: 2}
nodes:
  site:
    decision: Drill or sell?
    options: {drill: {payoff: -cost / share, to: hole}, sell: {payoff: 30}}
  hole:
    chance: What is there?
    branches: {oil: {p: oil, payoff: 400}, gas: {p: gas, payoff: 50}, dry: {p: rest}}
"""


def unfolded(text: str) -> Unfolded:
    return unfold(load(Source.from_text(HEAD + text)))


def machine(text: str, *, at: str = "", rule: Rule = EXPECTED) -> Machine:
    states = unfolded(text)
    return Machine(states, focus=states.labels.index(at) if at else 0, rule=rule)


def made_of(case: Case) -> tuple[Unfolded, int]:
    """Return the states of a case, and the one in focus."""
    states = unfold(case.scenario)
    found = [state for state in range(len(states)) if states.place_ids[states.place[state]] == case.focus]
    assume(found)
    return states, found[0]


def same(one: Draws, other: Draws) -> None:
    assert np.array_equal(one.options, other.options, equal_nan=True)
    assert np.array_equal(one.choice, other.choice)
    assert np.array_equal(one.value, other.value, equal_nan=True)


def part(inputs: Inputs, uniforms: Uniforms, draws: NDArray[np.intp]) -> tuple[Inputs, Uniforms]:
    return (
        {name: row[draws] for name, row in inputs.items()},
        {node: [row[draws] for row in rows] for node, rows in uniforms.items()},
    )


# --- numbers ----------------------------------------------------------------------------------------------


@given(cases())
@settings(deadline=None, max_examples=150)
def test_the_numbers_are_those_of_the_plain_way_bit_for_bit(case: Case):
    states, focus = made_of(case)
    made = Machine(states, focus=focus, rule=case.rule).run(case.inputs, uniforms=case.uniforms)
    same(made, Plain(states, focus, {}, case.rule).block(case.inputs, case.uniforms))


@given(cases())
@settings(deadline=None, max_examples=60)
def test_a_draw_is_the_scenario_with_these_numbers(case: Case):
    inputs = {name: row for name, row in case.inputs.items() if name in PARAMETERS}
    assume(inputs)
    states, focus = made_of(case)
    made = Machine(states, focus=focus, rule=case.rule).run(inputs)
    for draw in range(min(case.count, 3)):
        overrides = {name: float(row[draw]) for name, row in inputs.items()}
        solution = solve_unfolded(states, overrides=overrides, rule=case.rule)
        options = np.array(solution.option_values(focus))
        assert made.options[..., draw] == pytest.approx(options, rel=1e-9, abs=1e-9)
        assert made.value[:, draw] == pytest.approx(solution.value(0), rel=1e-9, abs=1e-9)
        gaps = np.abs(options[:, None] - options[None])[~np.eye(len(options), dtype=bool)]
        if states.kind(focus) == "decision" and not np.any((gaps > 0) & (gaps < 1e-9)):
            assert made.choice[draw] == solution.choice[focus]


@given(cases(), st.data())
@settings(deadline=None, max_examples=60)
def test_draws_do_not_depend_on_each_other(case: Case, data: st.DataObject):
    states, focus = made_of(case)
    whole = Machine(states, focus=focus, rule=case.rule).run(case.inputs, uniforms=case.uniforms)
    draws = np.array(data.draw(st.lists(st.integers(0, case.count - 1), min_size=1, max_size=case.count)))
    alone = Machine(states, focus=focus, rule=case.rule)
    alone = pickle.loads(pickle.dumps(alone))
    inputs, uniforms = part(case.inputs, case.uniforms, draws)
    same(
        alone.run(inputs, uniforms=uniforms),
        Draws(whole.options[..., draws], whole.choice[draws], whole.value[:, draws]),
    )


FUNCTIONS = """
parameters: {a: 0.3, b: 0.3, c: 0.3, talks: 0.5}
actors: {uk: {risk_tolerance: 3}, eu: {}}
nodes:
  line:
    decision: Which line?
    by: [uk]
    options:
      talk: {payoff: {uk: exp(a) - log(1 + b*b) + c**3, eu: sin(a) + tan(b / 9)}, to: answer}
      wait: {payoff: {uk: sqrt(abs(c)) + cos(a)}}
      hide: {payoff: {uk: log10(2 + a*a), eu: abs(b)**c}}
  answer:
    chance: What do they say?
    certainty: 9
    branches: {yes: {p: talks, payoff: {uk: a, eu: 1}}, no: {p: rest, payoff: {uk: b}}}
"""


@pytest.mark.parametrize("size", [1, 7, 1000, 2047, 5000])
def test_any_cut_gives_the_same_bits(size: int):
    states = unfolded(FUNCTIONS)
    random = np.random.default_rng(5)
    count = BLOCK + 1813
    inputs = {name: random.normal(0, 2, count) for name in "abc"}
    inputs |= {"talks": random.uniform(0, 1, count), "actors.uk.risk_tolerance": random.uniform(0.3, 9, count)}
    uniforms = {"answer": [random.uniform(0.001, 0.999, count), random.uniform(0.001, 0.999, count)]}
    whole = Machine(states).run(inputs, uniforms=uniforms)
    other = Machine(states)
    starts = range(0, count, size) if size > 99 else [*range(0, 30 * size, size), count - size - 3]
    for start in starts:
        draws = np.arange(start, min(start + size, count))
        made = other.run(*part(inputs, uniforms, draws)[:1], uniforms=part(inputs, uniforms, draws)[1])
        same(made, Draws(whole.options[..., draws], whole.choice[draws], whole.value[:, draws]))


def test_the_plain_way_gives_a_long_run_the_same_bits():
    states = unfolded(FUNCTIONS)
    random = np.random.default_rng(6)
    inputs = {name: random.normal(0, 2, 3000) for name in "abc"}
    plain = Plain(states, 0, {}, EXPECTED)
    whole = Machine(states).run(inputs)
    for start in range(0, 3000, plain.width):
        draws = np.arange(start, min(start + plain.width, 3000))
        made = plain.block(*part(inputs, {}, draws))
        same(made, Draws(whole.options[..., draws], whole.choice[draws], whole.value[:, draws]))


def test_overrides_hold_in_every_draw_unless_they_are_drawn():
    states = unfolded(FIELD)
    made = Machine(states, overrides={"gas": 0.1, "cost": 20}).run({"oil": np.array([0.4]), "cost": np.array([6.0])})
    assert made.options[:, 0, 0].tolist() == pytest.approx([-6 / 2 + 160 + 5, 30])


def test_a_node_below_the_root_can_be_in_focus():
    text = FIELD.replace(
        "nodes:\n", "nodes:\n  permit: {chance: Is it given?, branches: {yes: {p: 0.5, to: site}, no: {p: rest}}}\n"
    )
    made = machine(text, at="site").run({"oil": np.array([0.4, 0.0])})
    assert made.options[:, 0].tolist() == [[pytest.approx(165), pytest.approx(5)], [30, 30]]
    assert made.choice.tolist() == [0, 1]
    assert made.value[0].tolist() == pytest.approx([82.5, 15])


def test_numbers_that_fit_in_the_draws_alone_are_enough():
    made = Machine(unfolded(FIELD), overrides={"oil": 1.4}).run({"oil": np.array([0.4, 0.3])})
    assert made.options[0, 0].tolist() == pytest.approx([165, 125])


# --- ties -------------------------------------------------------------------------------------------------

TIES = """
parameters: {near: 0, far: 0}
nodes:
  pick:
    decision: Which?
    options:
      first: {payoff: 1}
      second: {payoff: 1 + near}
      third: {to: gamble}
  gamble: {chance: Luck?, branches: {good: {p: 0.5, to: won}, bad: {p: rest, payoff: -far}}}
  won: {outcome: Won, payoff: far}
"""


def test_a_difference_within_the_margin_of_the_board_is_a_tie():
    """The third option is worth 0, but its branches make the board, and with it the margin, large."""
    near = np.array([0, 9e-13, 2e-12, 1e-9, 1e-9, 1e-6])
    far = np.array([0, 0, 0, 0, 1e4, 1e4])
    made = machine(TIES).run({"near": near, "far": far})
    assert made.choice.tolist() == [0, 0, 1, 1, 0, 1]


def test_what_does_not_vary_is_put_in_doubt_where_the_board_decides():
    """The middle decision does not vary, yet whether its options tie depends on the largest value of a draw."""
    text = """
parameters: {far: 0}
actors: {uk: {}, eu: {}}
nodes:
  start: {chance: Luck?, branches: {good: {p: 0.5, to: pick}, bad: {p: rest, to: lost}}}
  lost: {outcome: Lost, payoff: {uk: far}}
  pick:
    decision: Which?
    by: [uk]
    options: {first: {payoff: {uk: 1, eu: 5}}, second: {payoff: {uk: 1.000001, eu: 7}}}
"""
    made = machine(text, at="pick").run({"far": np.array([0.0, 1e8])})
    assert made.choice.tolist() == [1, 0]
    assert made.value[1].tolist() == [3.5, 2.5]


def test_exact_ties_are_not_worked_out_the_plain_way():
    text = FIELD.replace("sell: {payoff: 30}", "sell: {payoff: -cost / share, to: hole}")
    inputs = {"oil": np.random.default_rng(1).uniform(0, 0.8, 5000), "cost": np.linspace(-1e9, 1e9, 5000)}
    with patch.object(Run, "_plain", side_effect=AssertionError):
        made = machine(text).run(inputs)
    assert not made.choice.any()


# --- numbers that do not fit ------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 5, BLOCK - 1, BLOCK, BLOCK + 700])
@pytest.mark.parametrize(
    ("name", "number", "message"),
    [
        ("oil", 1.25, "probability of branch 'oil' of 'hole' is 1.25 in draw {} (oil = 1.25)"),
        ("oil", -0.5, "probability of branch 'oil' of 'hole' is -0.5 in draw {} (oil = -0.5)"),
        ("oil", 0.875, "of 'hole' sum to 1.125 before 'rest', more than 1 in draw {} (gas = 0.25, oil = 0.875)"),
        ("share", 0, "payoff of 'site.drill' is infinite in draw {} (cost = 10, share = 0)"),
        ("share", np.nan, "payoff of 'site.drill' is undefined in draw {} (cost = 10, share = nan)"),
    ],
)  # fmt: skip
def test_the_message_names_the_first_draw_that_does_not_fit(at: int, name: str, number: float, message: str):
    count = BLOCK + 999
    inputs = {"oil": np.full(count, 0.5), "gas": np.full(count, 0.25), "share": np.full(count, 2.0)}
    inputs[name][at] = number
    inputs["gas"][at + 9 :: 50] = 7  # another fault, later
    with pytest.raises(ScenarioError, match=rf"{re.escape(message.format(101 + at))}$"):
        machine(FIELD).run(inputs, first_draw=100)


def test_a_sum_that_is_off_names_the_draw():
    text = FIELD.replace("dry: {p: rest}", "dry: {p: 0.5}")
    with pytest.raises(ScenarioError, match=r"sum to 1\.1, not 1 in draw 2 \(gas = 0\.2, oil = 0\.4\)"):
        machine(text.replace("oil: 0.4", "oil: 0.3")).run({"oil": np.array([0.3, 0.4])})


def test_a_value_beyond_the_floats_is_an_error():
    text = FIELD.replace("payoff: 400", "payoff: -cost, to: rich") + "  rich: {outcome: Rich, payoff: -cost}\n"
    asked = machine(text)
    assert asked.run({"cost": np.array([1.0, -1e307])}).value[0, 1] == pytest.approx(0.5e307 + 0.8e307)
    with pytest.raises(ScenarioError, match="the value of 'hole' is too large"):
        asked.run({"cost": np.array([1.0, -1.7e308])})


def test_a_probability_below_0_by_a_rounding_error_is_0():
    text = FIELD.replace("dry: {p: rest}", "dry: {p: 1 - gas - oil}")
    random = np.random.default_rng(3)
    oil = random.beta(2, 3, 4000)
    inputs = {"oil": oil, "gas": 1 - oil}
    left = 1 - inputs["gas"] - inputs["oil"]
    assert (left < 0).any()
    plain = Plain(unfolded(text), 0, {}, EXPECTED)
    with patch.object(Run, "_plain", side_effect=AssertionError):
        made = machine(text).run(inputs)
    draws = np.arange(plain.width)
    same(
        plain.block(*part(inputs, {}, draws)),
        Draws(made.options[..., draws], made.choice[draws], made.value[:, draws]),
    )


def test_payoffs_without_a_bound_may_grow():
    text = FIELD.replace("-cost / share", "exp(cost) / share")
    cost = np.array([1.0, 2.0, 100.0, 300.0, 1.0] * 9)
    made = machine(text).run({"cost": cost, "share": np.full(45, 2.0)})
    assert made.options[0, 0].tolist() == pytest.approx((np.exp(cost) / 2 + 170).tolist(), rel=1e-12)


@given(cases(), st.data())
@settings(deadline=None, max_examples=60)
def test_draws_that_do_not_fit_can_be_set_aside(case: Case, data: st.DataObject):
    """Probabilities far outside, undefined payoffs: the rest is as it would be without them."""
    states, focus = made_of(case)
    inputs = {name: row.copy() for name, row in case.inputs.items()}
    odd = data.draw(st.lists(st.integers(0, case.count - 1), max_size=3))
    for name, row in inputs.items():
        if name in PARAMETERS:
            row[odd] = data.draw(st.sampled_from([3.0, -2.0, 1e308, -1e308, np.inf, -np.inf, np.nan]))
    unfit, plainly = np.zeros(case.count, np.bool_), np.zeros(case.count, np.bool_)
    made = Machine(states, focus=focus, rule=case.rule).run(inputs, uniforms=case.uniforms, unfit=unfit)
    plain = Plain(states, focus, {}, case.rule).block(inputs, case.uniforms, unfit=plainly)
    assert unfit.tolist() == plainly.tolist()
    same(made, plain)


# --- what matters -----------------------------------------------------------------------------------------


def test_inputs_know_what_they_reach():
    text = FIELD.replace("cost: 10", "cost: 10, price: 3, unused: 1, sold: price * 9").replace(
        "payoff: 30", "payoff: sold"
    )
    asked = machine(text)
    assert {name: asked.matters(name) for name in ("oil", "cost", "price", "sold", "unused")} == {
        "oil": True, "cost": True, "price": True, "sold": True, "unused": False,
    }  # fmt: skip


def test_an_input_that_does_not_matter_changes_nothing():
    made = machine(FIELD.replace("cost: 10", "cost: 10, unused: 1")).run({"unused": np.array([1.0, 5.0])})
    assert made.options[:, 0].tolist() == [[165, 165], [30, 30]]
    assert made.choice.tolist() == [0, 0]
    assert made.value.tolist() == [[165, 165]]


def test_what_is_no_input_is_refused():
    for name in ("oill", "actors.self.tolerance", "actors.nobody.risk_tolerance", "actors.self.weights.nothing"):
        with pytest.raises(ValueError, match=f"'{name}' is no input"):
            machine(FIELD).run({name: np.array([1.0])})
    with pytest.raises(ValueError, match="one length"):
        machine(FIELD).run({"oil": np.zeros(2), "gas": np.zeros(3)})
    with pytest.raises(ValueError, match="one length"):
        machine(FIELD).run({})


# --- size -------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_draws():
    asked = machine(FIELD)
    asked.run({"oil": np.full(BLOCK, 0.5)})
    beyond = []
    for count in (4 * BLOCK, 16 * BLOCK):
        inputs = {"oil": np.linspace(0, 0.8, count), "cost": np.linspace(1, 2, count)}
        tracemalloc.start()
        made = asked.run(inputs)
        beyond.append(tracemalloc.get_traced_memory()[1] - made.options.nbytes - made.choice.nbytes - made.value.nbytes)
        tracemalloc.stop()
    assert beyond[1] <= beyond[0] * 1.1 + 100_000


def chain(length: int) -> str:
    lines = [
        f"  n{at}: {{chance: '{at}', branches: {{on: {{p: go, payoff: 1, to: n{at + 1}}}, off: {{p: rest}}}}}}\n"
        for at in range(length)
    ]
    return f"parameters: {{go: 0.5}}\nnodes:\n{''.join(lines)}  n{length}: {{outcome: End}}\n"


def test_a_chain_of_20000_states_is_no_trouble():
    go = np.array([0.5, 0.25, 1.0])
    made = machine(chain(20_000)).run({"go": go})
    assert made.value[0].tolist() == pytest.approx([1, 1 / 3, 20_000])


def test_copies_of_a_node_in_other_states_share_its_formulas():
    text = """
parameters: {hope: 0.5, gain: 3}
state: {round: 0, trust: 0}
nodes:
  table:
    decision: Again?
    options: {again: {when: round < 30, set: {round: round + 1}, to: answer}, stop: {payoff: trust * gain}}
  answer:
    chance: What do they say?
    branches: {good: {p: hope, set: {trust: trust + 1}, to: table}, bad: {p: rest, payoff: -1, to: table}}
"""
    states = unfolded(text)
    inputs = {"hope": np.array([0.1, 0.5, 0.9]), "gain": np.array([1.0, 2.0, 3.0])}
    made = Machine(states).run(inputs)
    same(made, Plain(states, 0, {}, EXPECTED).block(inputs, {}))
    assert len(states) > 900
