"""The forecast with a tolerance of risk: the same numbers as the evaluation, ties and threats as without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.forecast import forecast
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_laws import scenarios

if TYPE_CHECKING:
    from planner.core.model import Scenario


def averse(scenario: Scenario, *tolerances: float | None) -> Scenario:
    """Return a scenario whose actors have these tolerances."""
    actors = {
        name: replace(actor, risk_tolerance=risk)
        for (name, actor), risk in zip(scenario.actors.items(), tolerances, strict=True)
    }
    return replace(scenario, actors=actors)


@settings(max_examples=40, deadline=None)
@given(scenarios(actors=1), st.sampled_from([0.05, 1.0, 30.0, 1e7]), st.booleans())
def test_one_actors_forecast_is_the_evaluation(scenario: Scenario, tolerance: float, costs: bool):
    scenario = replace(averse(scenario, tolerance), objective="minimize" if costs else "maximize")
    found, told = forecast(scenario), planner.evaluate(scenario)
    assert not found.exact
    assert "exact_payoffs" not in found.to_dict()
    for payoffs in found.payoffs:
        assert dict(payoffs) == pytest.approx(dict(told.values), rel=1e-9, abs=1e-9)
    for edge in found.paths[0]:
        node, _, option = edge.partition(".")
        if scenario.nodes[node].kind == "decision":
            assert told.strategy[node] == option


@settings(max_examples=40, deadline=None)
@given(scenarios(actors=3, joint=True), st.tuples(*[st.sampled_from([None, 0.7, 25.0])] * 3))
def test_the_first_equilibrium_is_the_evaluation(
    scenario: Scenario, tolerances: tuple[float | None, float | None, float | None]
):
    scenario = averse(scenario, *tolerances)
    found, told = forecast(scenario), planner.evaluate(scenario)
    first = {actor: float(value) for actor, value in found.payoffs[0].items()}
    assert first == pytest.approx({actor: float(value) for actor, value in told.values.items()}, rel=1e-9, abs=1e-9)


ROUNDS = """
planner: 1
title: Rounds
actors: {a: {risk_tolerance: 20}}
state: {round: 1, trust: 0}
nodes:
  table:
    decision: Another round?
    options:
      again: {when: round < 5, set: {round: round + 1}, payoff: -1, to: answer}
      stop: {payoff: 4 * trust}
  answer:
    chance: Do they give way?
    branches:
      some: {p: 0.4, set: {trust: trust + 1}, to: table}
      none: {p: rest, to: table}
"""


def test_state_and_shared_states():
    found, told = forecast(load(Source.from_text(ROUNDS))), planner.evaluate(load(Source.from_text(ROUNDS)))
    assert dict(found.payoffs[0]) == pytest.approx(dict(told.values), rel=1e-12)


ENTRY = """
planner: 1
title: Entry with an uncertain market
actors: {{entrant: {{risk_tolerance: {risk}}}, incumbent: {{}}}}
nodes:
  enter:
    decision: Enter?
    by: entrant
    options: {{in: {{to: respond}}, out: {{payoff: {{incumbent: 2}}}}}}
  respond:
    decision: Fight?
    by: incumbent
    options: {{fight: {{payoff: {{entrant: -1, incumbent: -1}}}}, share: {{to: market}}}}
  market:
    chance: How large is the market?
    branches:
      large: {{p: 1/2, payoff: {{entrant: 6, incumbent: 3}}}}
      small: {{p: rest, payoff: {{entrant: -4, incumbent: 1}}}}
"""


def test_a_tolerance_of_risk_changes_the_forecast():
    """The market is worth 1 on average; with R it is -R ln((exp(-6/R) + exp(4/R)) / 2), below 0 from R = 12.2 down."""
    assert forecast(load(Source.from_text(ENTRY.format(risk=1000)))).paths[0] == (
        "enter.in",
        "respond.share",
        "market.large",
    )
    careful = forecast(load(Source.from_text(ENTRY.format(risk=5))))
    assert careful.paths == (("enter.out",),)
    assert careful.payoffs[0] == {"entrant": 0.0, "incumbent": 2.0}


def test_threats_and_ties_in_floats():
    text = ENTRY.format(risk=5).replace("share: {to: market}", "share: {payoff: {entrant: 0.3, incumbent: 1}}")
    text = text[: text.index("  market:")]
    found = forecast(load(Source.from_text(text)))
    (threat,) = found.incredible
    assert (threat.path, threat.actor, threat.cost) == (("enter.out",), "incumbent", 2.0)
    tied = text.replace("out: {payoff: {incumbent: 2}}", "out: {payoff: {entrant: 0.1 + 0.2, incumbent: 2}}")
    assert forecast(load(Source.from_text(tied))).count == 2  # 0.1 + 0.2 is 0.3 but for rounding


def test_hidden_moves_compare_certainty_equivalents():
    """Bold pays 4 or -2 with equal chances, safe 0.5: means say bold, a tolerance of 2 says safe (bold: -0.67)."""
    text = (
        "planner: 1\ntitle: Two bets\nactors: {a: {%s}, b: {}}\nstate: {wet: 0}\nnodes:\n"
        "  weather: {chance: Rain?, branches: {rain: {p: 1/2, set: {wet: 1}, to: bet}, sun: {p: rest, to: bet}}}\n"
        "  bet:\n    decision: Bold or safe?\n    by: a\n    unseen: [weather]\n    options:\n"
        "      bold: {payoff: {a: -2 if wet else 4, b: 1}}\n      safe: {payoff: {a: 0.5}}\n"
    )
    neutral, careful = (forecast(load(Source.from_text(text % risk))) for risk in ("", "risk_tolerance: 2"))
    assert [dict(row) for row in neutral.payoffs] == [{"a": 1, "b": 1}]
    assert [dict(row) for row in careful.payoffs] == [{"a": 0.5, "b": 0.0}]
    assert (neutral.nash.count, careful.nash.count) == (1, 1)
