from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.binding import bind, environment
from planner.core.events import Event, events
from planner.core.rules import load
from planner.core.source import Source
from planner.core.unfold import unfold
from tests.analyses.test_laws import scenarios

if TYPE_CHECKING:
    from planner.core.model import Scenario
    from planner.core.unfold import Unfolded

HEAD = "planner: 1\ntitle: Events\n"


def found(scenario: Scenario) -> tuple[Unfolded, list[float], tuple[Event, ...]]:
    unfolded = unfold(scenario)
    bound = bind(unfolded, environment(scenario, {}))
    p = [float(bound.p[row]) for row in bound.p_row.tolist()]
    return unfolded, p, events(unfolded, p)


def labelled(text: str) -> dict[str, list[str]]:
    unfolded, _, made = found(load(Source.from_text(HEAD + text)))
    return {event.label: sorted(unfolded.labels[state] for state in event.states) for event in made}


ROUNDS = """
state: {round: 1, trust: 0}
nodes:
  table:
    decision: Another round?
    options:
      again: {when: round < 3, to: answer}
      stop: {payoff: trust}
  answer:
    chance: How do they answer?
    branches:
      warm: {p: 0.4, set: {round: round + 1, trust: trust + 1}, to: table}
      cold: {p: rest, set: {round: round + 1}, to: table}
"""


def test_each_meeting_of_a_node_is_an_event():
    assert labelled(ROUNDS) == {
        "answer[round=1, trust=0]": ["answer[round=1, trust=0]"],
        "answer[round=2]": ["answer[round=2, trust=0]", "answer[round=2, trust=1]"],
    }


def test_other_probabilities_are_another_event():
    changed = ROUNDS.replace("p: 0.4", "p: 0.4 + trust / 10")
    assert labelled(changed) == {
        label: [label] for label in ("answer[round=1, trust=0]", "answer[round=2, trust=0]", "answer[round=2, trust=1]")
    }


def test_branches_that_are_left_out_are_another_event():
    text = """
state: {road: 0}
nodes:
  root:
    decision: Which road?
    options: {a: {set: {road: 1}, to: snow}, b: {set: {road: 2}, to: snow}, c: {set: {road: 3}, to: snow}}
  snow:
    chance: Snow?
    branches: {no: {p: 0.5, payoff: road}, yes: {p: 0.5, when: road < 3}, storm: {p: 0.5, when: road == 3}}
"""
    assert labelled(text) == {
        "snow[road=1]": ["snow[road=1]", "snow[road=2]"],
        "snow[road=3]": ["snow[road=3]"],
    }


def test_what_no_choice_reaches_is_no_event():
    text = """
nodes:
  root: {chance: Now?, branches: {yes: {p: 1, to: later}, no: {p: 0, to: never}}}
  later: {chance: Later?, branches: {yes: {p: 0.5}, no: {p: 0.5}}}
  never: {chance: Never?, branches: {yes: {p: 0.5}, no: {p: 0.5}}}
"""
    _, _, made = found(load(Source.from_text(HEAD + text)))
    assert [(event.node, event.uncertain, event.possible) for event in made] == [
        ("root", False, (0,)),
        ("later", True, (0, 1)),
    ]


def test_news_makes_no_other_event():
    text = """
signals:
  ear: {about: rain, likelihood: {wet: {loud: 0.9, soft: 0.1}, dry: {loud: 0.2, soft: 0.8}}}
nodes:
  listen: {observe: ear, branches: {loud: {to: go}, soft: {to: go}}}
  go: {decision: Go out?, options: {yes: {to: rain}, no: {}}}
  rain: {chance: Does it rain?, branches: {wet: {p: 0.3, payoff: -5}, dry: {p: rest, payoff: 3}}}
"""
    unfolded = unfold(load(Source.from_text(HEAD + text)))
    bound = bind(unfolded, environment(unfolded.scenario, {}))
    p = [float(bound.p[row]) for row in bound.p_row.tolist()]
    apart = events(unfolded, p)
    assert [event.label for event in apart] == ["listen", "rain[ear=loud]", "rain[ear=soft]"]
    before = {state: bound.p[row : row + 2] for state, row in bound.prior_row.items()}
    made = events(unfolded, p, before)
    assert [(event.label, event.p) for event in made] == [
        ("listen", pytest.approx((0.3 * 0.9 + 0.7 * 0.2, 0.3 * 0.1 + 0.7 * 0.8))),
        ("rain", pytest.approx((0.3, 0.7))),
    ]


def test_a_long_chain():
    text = """
state: {round: 0}
nodes:
  again:
    chance: Again?
    branches: {yes: {when: round < 3000, p: 0.5, set: {round: round + 1}, to: again}, no: {p: rest}}
"""
    assert len(labelled(text)) == 3001


FORMULAS = ["0.4", "0.1 + trust / 40", "0.5 if round == 2 else 0.2"]


@given(st.integers(1, 5), st.sampled_from(FORMULAS), st.sampled_from(["trust + 1", "trust", "trust * 2 + 1"]))
@settings(deadline=None, max_examples=40)
def test_no_path_meets_an_event_twice(rounds: int, p: str, trust: str):
    text = ROUNDS.replace("round < 3", f"round < {rounds + 1}").replace("p: 0.4", f"p: {p}")
    unfolded, chances, made = found(load(Source.from_text(HEAD + text.replace("trust: trust + 1", f"trust: {trust}"))))
    event_of = {state: number for number, event in enumerate(made) for state in event.states}
    assert sorted(event_of) == [state for state in range(len(unfolded)) if unfolded.kind(state) == "chance"]
    assert len({event.label for event in made}) == len(made)
    stack = [(0, frozenset[int]())]
    while stack:
        state, before = stack.pop()
        if state in event_of:
            assert event_of[state] not in before
            before |= {event_of[state]}
        stack += [(int(unfolded.target[slot]), before) for slot in unfolded.slots(state)]
    for state, number in event_of.items():
        assert [chances[slot] for slot in unfolded.slots(state)] == pytest.approx(made[number].p)


@given(scenarios(sizes=(1, 7)))
@settings(deadline=None, max_examples=40)
def test_without_path_state_every_node_that_is_reached_is_an_event(scenario: Scenario):
    reached, waiting = {"n0"}, ["n0"]
    while waiting:
        for edge in scenario.nodes[waiting.pop()].edges.values():
            if edge.to is not None and edge.to not in reached and (edge.p is None or edge.p.exact_constant > 0):
                reached.add(edge.to)
                waiting.append(edge.to)
    _, _, made = found(scenario)
    assert sorted(event.label for event in made) == sorted(
        name for name in reached if scenario.nodes[name].kind == "chance"
    )
