"""The networkx view says what the scenario says, state by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx
import pytest

from planner.core.diagnostics import ScenarioError
from planner.core.graph import graph
from planner.core.rules import load
from planner.core.source import Source

if TYPE_CHECKING:
    from planner.core.model import Scenario

TALKS = """
planner: 1
title: Talks in rounds
actors: {uk: {name: UK}, france: {name: France}}
parameters: {hope: {value: 0.4, source: a guess}}
state: {round: 1}
nodes:
  table:
    decision: Meet again?
    by: [uk, france]
    rule: unanimity
    fallback: stop
    options:
      again: {name: Meet, when: round < 3, payoff: {uk: -1, value: -2}, set: {round: round + 1}, to: answer}
      stop: {to: apart}
  answer:
    chance: What do they say?
    branches: {yes: {p: hope / round, payoff: 3}, no: {p: rest, to: table}, never: {p: 0, to: apart}}
  apart: {outcome: No deal, payoff: -7}
"""


def read(text: str) -> Scenario:
    return load(Source.from_text(text, path="scenarios/talks.yaml"))


def test_states_and_their_attributes() -> None:
    view = read(TALKS).graph()
    assert view.graph == {"name": "talks", "title": "Talks in rounds", "root": "table[round=1]"}
    rounds = ["table[round=1]", "answer[round=2]", "table[round=2]", "answer[round=3]", "table[round=3]"]
    assert [state for state in view if "[" in state] == rounds
    assert set(view) == {*rounds, "apart", "answer.yes"}
    assert view.nodes["table[round=2]"] == {
        "kind": "decision",
        "node": "table",
        "title": "Meet again?",
        "by": ("uk", "france"),
        "state": {"round": 2.0},
        "payoff": {},
    }
    assert view.nodes["apart"]["payoff"] == {"value": -7.0}
    end = view.nodes["answer.yes"]
    assert (end["kind"], end["node"], end["state"], end["by"]) == ("outcome", "answer.yes", {}, ())


def test_edges_and_their_attributes() -> None:
    view = read(TALKS).graph()
    assert view.edges["table[round=1]", "answer[round=2]", "again"] == {
        "name": "Meet",
        "path": "table.again",
        "payoff": {"value": -2.0},
        "payoffs": {"uk": {"value": -1.0}},
    }
    yes = view.edges["answer[round=2]", "answer.yes", "yes"]
    assert (yes["p"], yes["payoff"]) == (0.2, {"value": 3.0})
    assert view.edges["answer[round=3]", "answer.yes", "yes"]["p"] == pytest.approx(0.4 / 3)
    assert view.edges["answer[round=2]", "apart", "never"]["p"] == 0.0
    assert not view.has_edge("table[round=3]", "answer[round=3]")
    for state, attributes in view.nodes(data=True):
        if attributes["kind"] == "chance":
            assert sum(edge["p"] for _, _, edge in view.out_edges(state, data=True)) == pytest.approx(1)


def test_attributes_are_nobody_elses() -> None:
    view = read(TALKS).graph()
    view.nodes["table[round=1]"]["payoff"]["value"] = 9.0
    assert view.nodes["table[round=2]"]["payoff"] == {}


def test_parallel_edges_stay_apart_and_the_graph_has_no_cycle() -> None:
    coin = "a: {chance: C, branches: {x: {p: 0.5, to: b}, y: {p: 0.5, to: b}}}"
    text = f"planner: 1\ntitle: T\nnodes:\n  {coin}\n  b: {{outcome: B}}\n"
    view = graph(read(text))
    assert sorted(key for _, _, key in view.edges(keys=True)) == ["x", "y"]
    assert networkx.is_directed_acyclic_graph(view)
    assert list(networkx.topological_sort(view)) == list(view)


def test_news_and_what_follows_from_it() -> None:
    text = (
        "planner: 1\ntitle: T\n"
        "signals: {tip: {about: war, likelihood: {on: {warm: 0.8, cold: 0.2}, off: {warm: 0.3, cold: 0.7}}}}\n"
        "nodes:\n  hear: {observe: tip, branches: {warm: {to: war}, cold: {to: war}}}\n"
        "  war: {chance: War, branches: {on: {p: 0.5}, off: {p: 0.5}}}\n"
    )
    view = graph(read(text))
    # P(warm) = (0.8 + 0.3) / 2, and P(on | warm) = 0.4 / 0.55
    assert view.edges["hear", "war[tip=warm]", "warm"]["p"] == pytest.approx(0.55)
    assert view.edges["war[tip=warm]", "war.on", "on"]["p"] == pytest.approx(8 / 11)
    assert view.nodes["war[tip=warm]"]["news"] == {"tip": ["warm"]}
    assert "news" not in view.nodes["hear"]


def test_a_scenario_that_does_not_unfold_has_no_graph() -> None:
    with pytest.raises(ScenarioError, match="more than 3 states"):
        graph(read(TALKS), max_states=3)
