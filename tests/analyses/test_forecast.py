"""Equilibria against published games, against their definition by enumeration, and at size."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.disputes.game import game
from planner.analyses.disputes.perfection import perfect
from planner.analyses.forecast import Forecast, forecast
from planner.analyses.result import BadArgument
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_laws import scenarios
from tests.conftest import ODDS_AND_EVENS, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.analyses.disputes.game import Game
    from planner.core.model import Scenario

STORIES = ROOT / "tests" / "stories"
CHICKEN = ODDS_AND_EVENS.replace(
    "one: {payoff: {ann: 2 * up - 1, bob: 1 - 2 * up}}", "one: {payoff: {ann: 1 if up else 2, bob: 1 if up else 4}}"
).replace(
    "two: {payoff: {ann: 1 - 2 * up, bob: 2 * up - 1}}", "two: {payoff: {ann: 4 if up else 3, bob: 2 if up else 3}}"
)


def story(name: str) -> Forecast:
    return forecast(planner.load(STORIES / f"{name}.yaml"))


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def totals(found: Forecast) -> list[tuple[str, ...]]:
    return [tuple(str(value) for value in payoffs.values()) for payoffs in found.payoffs]


def test_ultimatum_over_four():
    """Subgame-perfect play gives (4, 0) and (3, 1); 33 strategy pairs are Nash equilibria, one of them (0, 0)."""
    found = story("ultimatum")
    assert found.count == 2
    assert sorted(totals(found)) == [("3", "1"), ("4", "0")]
    assert found.nash.count == 33
    assert {tuple(payoffs.values()) for payoffs in found.nash.payoffs} >= {(0, 0), (2, 2), (4, 0)}
    assert found.paths[0] == ("offer.keep-4", "answer.accept")  # the first of equally good options is followed
    (tie,) = [tie for tie in found.ties if tie.state == "answer[keep=4]"]
    assert tie.actors == ("responder",)
    assert "Responder is indifferent" in found.headline()
    assert {(threat.actor, threat.cost) for threat in found.incredible} == {
        ("responder", 1),
        ("responder", 2),
        ("responder", 3),
    }


def test_entry_deterrence():
    found = story("entry-deterrence")
    assert (found.count, totals(found), found.nash.count) == (1, [("1", "1")], 2)
    (threat,) = found.incredible
    assert (threat.path, threat.actor, threat.option, threat.cost) == (("enter.out",), "incumbent", "fight", 2)


@pytest.mark.parametrize(
    ("name", "count", "payoffs"),
    [
        ("sequential-dilemma", 1, [("1", "1")]),
        ("sequential-chicken", 1, [("4", "2")]),
        ("all-ties", 18, [("1", "1")]),
        ("decimal-tie", 2, [("3/10",)]),
        ("centipede", 1, [("2/5", "1/10")]),
        ("three-allies", 1, [("7", "7", "6")]),
    ],
)
def test_published_games(name: str, count: int, payoffs: list[tuple[str, ...]]):
    found = story(name)
    assert (found.count, totals(found)) == (count, payoffs)
    assert found.exact


def test_simultaneous_chicken_has_two_equilibria():
    found = forecast(read(CHICKEN))
    assert sorted(totals(found)) == [("2", "4"), ("4", "2")]
    assert (found.count, found.nash.count) == (2, 2)
    assert set(found.paths) == {("first.one", "second.two"), ("first.two", "second.one")}


def test_odds_and_evens_has_none():
    found = forecast(read(ODDS_AND_EVENS))
    assert (found.count, found.paths, found.payoffs) == (0, (), ())
    assert found.headline().startswith("No forecast")


SIGNALLING = """
planner: 1
title: Crisis with private resolve
actors: {russia: {}, nato: {}}
state: {resolute: 0}
nodes:
  resolve:
    chance: Is Russia resolute?
    branches: {resolute: {p: 1/4, set: {resolute: 1}, to: escalate}, bluffing: {p: rest, to: escalate}}
  escalate:
    decision: Does Russia escalate?
    by: russia
    options: {escalate: {to: answer}, hold: {payoff: {nato: 3}}}
  answer:
    decision: Does NATO resist?
    by: nato
    unseen: [resolve]
    options:
      resist: {payoff: {russia: 2 if resolute else -3, nato: -5 if resolute else 1}}
      concede: {payoff: {russia: 4}}
"""


def test_crisis_signalling():
    """Pooled escalation leaves the prior of 1/4: resisting is worth 1/4 * -5 + 3/4 * 1 = -1/2, less than conceding."""
    found = forecast(read(SIGNALLING))
    assert (("4", "0")) in totals(found)
    assert ("resolve.bluffing", "escalate.escalate", "answer.concede") in found.paths


def test_subgames_inside_and_around_hidden_moves():
    """After `in` the two play chicken unseen; staying out is worth 3 to both, so one of the two equilibria deters."""
    text = CHICKEN.replace(
        "nodes:\n",
        "nodes:\n  enter: {decision: Go in?, by: ann, options: {in: {to: first}, out: {payoff: {ann: 3, bob: 3}}}}\n",
    )
    found = forecast(read(text))
    assert sorted(totals(found)) == [("3", "3"), ("4", "2")]
    assert found.count == 2


def test_forgetting_is_refused_for_equilibria():
    text = CHICKEN.replace("by: bob\n    unseen: [first]", "by: ann\n    unseen: [first]")
    with pytest.raises(BadArgument, match="forgets"):
        forecast(read(text))


def brute_force(made: Game) -> dict[tuple[Fraction, ...], int]:
    """Count profiles that are best answers at every decision, by trying every one; for trees without shared states."""
    decisions = [state for state in range(len(made)) if made.owners(state)]
    found: dict[tuple[Fraction, ...], int] = {}
    for chosen in product(*(range(len(made.edges(state))) for state in decisions)):
        taken = dict(zip(decisions, chosen, strict=True))
        values: dict[int, tuple[Fraction, ...]] = {}
        fine = True
        for state in range(len(made) - 1, -1, -1):
            edges = list(made.edges(state))
            ahead = [
                tuple(x + y for x, y in zip(values[made.target[edge]], made.gain[edge], strict=True)) for edge in edges
            ]
            if not edges:
                values[state] = made.end[state]
            elif state in taken:
                owner = made.owners(state)[0]
                values[state] = ahead[taken[state]]
                fine = fine and values[state][owner] == max(row[owner] for row in ahead)
            else:
                values[state] = tuple(
                    sum((made.p[e] * row[a] for e, row in zip(edges, ahead, strict=True)), Fraction(0))
                    for a in range(len(made.actors))
                )
        if fine:
            found[values[0]] = found.get(values[0], 0) + 1
    return found


@settings(max_examples=30, deadline=None)
@given(scenarios(actors=2, sizes=(1, 5)))
def test_all_equilibria_by_definition(scenario: Scenario):
    made = game(scenario)
    parents = [0] * len(made)
    for target in made.target:
        parents[target] += 1
    shared = any(count > 1 and made.owners(state) for state, count in enumerate(parents))
    found = perfect(made)
    expected = brute_force(made)
    assert set(found.root) >= set(expected)
    if not shared and not any(count > 1 and len(made.edges(state)) for state, count in enumerate(parents)):
        assert found.root == expected


@settings(max_examples=20, deadline=None)
@given(scenarios(actors=1))
def test_one_actors_equilibrium_is_rollback(scenario: Scenario):
    found = forecast(scenario)
    value = planner.evaluate(scenario, exact=True).values
    assert [dict(payoffs) for payoffs in found.payoffs] == [dict(value)]
    assert found.count >= 1


@settings(max_examples=20, deadline=None)
@given(scenarios(actors=2), st.integers(1, 5))
def test_a_payoff_moved_within_its_margin_keeps_the_forecast(scenario: Scenario, sixth: int):
    found = forecast(scenario)
    if found.count != 1:
        return
    for margin in found.payoff_margins[:3]:
        node, _, edge = margin.outcome.partition(".")
        within = margin.change * Fraction(sixth, 6)
        beyond = margin.change * Fraction(6 + sixth, 6)
        if margin.change:
            assert forecast(_moved(scenario, node, edge, margin.actor, within)).paths == found.paths
            assert forecast(_moved(scenario, node, edge, margin.actor, beyond)).paths != found.paths


def _moved(scenario: Scenario, node: str, edge: str, actor: str, change: Fraction) -> Scenario:
    """Return the scenario with one actor's payoff on one edge changed."""
    from dataclasses import replace

    from planner.core.expression import Expression

    old = scenario.nodes[node].edges[edge]
    mine = dict(old.payoff.get(actor, {}))
    base = mine.get("value", Expression.of(0)).exact_constant
    mine["value"] = Expression.of(base + change)
    edges = {**scenario.nodes[node].edges, edge: replace(old, payoff={**old.payoff, actor: mine})}
    return replace(scenario, nodes={**scenario.nodes, node: replace(scenario.nodes[node], edges=edges)})


def test_a_long_chain_and_a_wide_tree():
    """Depth 20,000, and a wide tree: nothing recurses, and nothing is enumerated that need not be."""
    head = "planner: 1\ntitle: Centipede\nactors: {one: {}, two: {}}\nstate: {turn: 1}\nnodes:\n"
    nodes = "".join(
        f"  {who}:\n    decision: Take or pass?\n    by: {who}\n    options:\n"
        f"      take: {{payoff: {{{who}: turn + 2, {other}: turn}}}}\n"
        f"      pass: {{when: turn < 20000, set: {{turn: turn + 1}}, to: {other}}}\n"
        for who, other in (("one", "two"), ("two", "one"))
    )
    found = forecast(read(head + nodes))
    assert (found.count, found.paths) == (1, (("one.take",),))
    assert found.nash.count is None
    wide = "planner: 1\ntitle: Wide\nactors: {a: {}, b: {}}\nstate: {n: 0, x: 0}\nnodes:\n" + "".join(
        f"  {who}:\n    decision: Which way?\n    by: {who}\n    options:\n"
        + "".join(f"      w{k}: {{when: n < 7, set: {{n: n + 1, x: 3 * x + {k}}}, to: {other}}}\n" for k in range(3))
        + f"      end: {{when: n >= 7, payoff: {{{who}: x, {other}: -x}}}}\n"
        for who, other in (("a", "b"), ("b", "a"))
    )
    assert forecast(read(wide)).count == 1


def rounds(turns: int, take: Callable[[str, str], str]) -> Scenario:
    """Return a chain in which two actors take turns to end it or to pass it on."""
    head = "planner: 1\ntitle: Chain\nactors: {one: {}, two: {}}\nstate: {turn: 1}\nnodes:\n"
    return read(
        head
        + "".join(
            f"  {who}:\n    decision: Take or pass?\n    by: {who}\n    options:\n"
            f"      take: {{payoff: {take(who, other)}}}\n"
            f"      pass: {{when: turn < {turns}, set: {{turn: turn + 1}}, to: {other}}}\n"
            for who, other in (("one", "two"), ("two", "one"))
        )
    )


def indifferent(who: str, other: str) -> str:
    """``one`` never minds; ``two`` gets the more the later it takes."""
    return f"{{{who}: 0, {other}: turn}}" if who == "one" else f"{{{who}: turn, {other}: 0}}"


def one_by_one(turns: int) -> dict[tuple[int, int], int]:
    """Fold the chain back with plain sets of payoffs: (of one, of two) -> equilibria."""
    behind: dict[tuple[int, int], int] = {}
    for turn in range(turns, 0, -1):
        who = (turn - 1) % 2
        end = (0, turn)
        made: dict[tuple[int, int], int] = {}
        if not behind:
            made[end] = 1
        for vector, count in behind.items():
            if end[who] >= vector[who]:
                made[end] = made.get(end, 0) + count
            if vector[who] >= end[who]:
                made[vector] = made.get(vector, 0) + count
        behind = made
    return behind


@pytest.mark.parametrize("turns", [1, 2, 7, 30, 161])
def test_ties_at_every_second_move(turns: int):
    found = perfect(game(rounds(turns, indifferent)))
    assert found.root == one_by_one(turns)


def test_ties_at_every_second_move_of_twenty_thousand():
    """Each tie doubles the equilibria; those that pass on for long are of the ends at which two takes."""
    found = forecast(rounds(20_000, indifferent))
    assert found.count == 2 ** (20_000 // 2)
    assert (len(found.payoffs), len(found.paths), found.complete) == (100, 100, False)
    assert "about" in found.headline()


def test_many_hidden_moves_one_after_the_other():
    """Three hundred times both choose unseen; what was seen before does not multiply what follows."""
    nodes = ""
    for at in range(300):
        on = f", to: a{at + 1}" if at < 299 else ""
        nodes += (
            f"  a{at}:\n    decision: Which?\n    by: a\n    options:\n"
            f"      x: {{payoff: {{a: 1}}, to: b{at}}}\n      y: {{payoff: {{b: 2}}, to: b{at}}}\n"
            f"  b{at}:\n    decision: Which?\n    by: b\n    unseen: [a{at}]\n    options:\n"
            f"      x: {{payoff: {{a: 1}}{on}}}\n      y: {{payoff: {{b: 3}}{on}}}\n"
        )
    scenario = read("planner: 1\ntitle: Stages\nactors: {a: {}, b: {}}\nnodes:\n" + nodes)
    found = forecast(scenario)
    assert (found.count, totals(found)) == (1, [("300", "900")])
    assert len(found.paths[0]) == 600
    assert len(game(scenario)) < 1_000


def test_what_follows_a_hidden_move_may_be_played_otherwise_on_each_path():
    """Both moves of ann lead to one later choice, at which bob is indifferent: there are four ways to play it."""
    text = """
planner: 1
title: Shared sequel
actors: {ann: {}, bob: {}}
nodes:
  first: {decision: Left or right?, by: ann, options: {left: {to: second}, right: {to: second}}}
  second:
    decision: Up or down?
    by: bob
    unseen: [first]
    options: {up: {to: after}, down: {payoff: {ann: -9, bob: -9}}}
  after: {decision: Kind or not?, by: bob, options: {kind: {payoff: {ann: 1}}, not: {}}}
"""
    found = forecast(read(text))
    # bob moves up; of four plans for `after`, left is best in three: (1, 0), (1, 1), (0, 0); and so is right
    assert found.count == 6


def test_the_root_may_be_an_end():
    found = forecast(read("planner: 1\ntitle: Nothing\nactors: {a: {}, b: {}}\nnodes: {end: {outcome: End}}\n"))
    assert (found.count, found.nash.count) == (1, 1)


STAGS = """
planner: 1
title: Stag hunt
state: {up: 0}
actors: {a: {}, b: {}}
nodes:
  first:
    decision: First?
    by: a
    options: {stag: {set: {up: 1}, to: second}, hare: {to: second}}
  second:
    decision: Second?
    by: b
    unseen: [first]
    options:
      stag: {payoff: {a: 4 if up else 3, b: 4 if up else 0}}
      hare: {payoff: {a: 0 if up else 3, b: 3}}
"""


def test_the_first_path_gives_the_first_payoffs_among_hidden_moves():
    found = forecast(load(Source.from_text(STAGS)))
    ends: dict[tuple[str, ...], int] = {("first.stag", "second.stag"): 4, ("first.hare", "second.hare"): 3}
    assert [ends[path] for path in found.paths] == [float(one["a"]) for one in found.payoffs]
