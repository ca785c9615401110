"""All parts of a negotiation together: what is answered, what is refused, what is left out and why."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

import planner
from planner.analyses.negotiate import negotiate
from planner.analyses.result import BadArgument, UnknownName
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_laws import scenarios
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Scenario

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"
STORIES = ROOT / "tests" / "stories"
TENNESSEE = STORIES / "tennessee.yaml"
ONCE = """
planner: 1
title: The dilemma at once
actors: {a: {}, b: {}}
state: {s: 0}
nodes:
  first: {decision: A?, by: a, options: {c: {to: second, set: {s: 1}}, d: {to: second}}}
  second:
    decision: B?
    by: b
    unseen: [first]
    options:
      c: {payoff: {a: 3 if s else 5, b: 3 if s else 0}}
      d: {payoff: {a: 0 if s else 1, b: 5 if s else 1}}
"""


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def test_tennessee():
    """Capital of Tennessee: the textbook example of Condorcet, Borda and Kemeny's rules, counted here by hand.

    Nashville beats Memphis 58 to 42, Chattanooga 68 to 32 and Knoxville 68 to 32. Borda: Memphis 42 * 3, Nashville
    42 * 2 + 26 * 3 + 15 + 17, Chattanooga 42 + 26 * 2 + 15 * 3 + 17 * 2, Knoxville 26 + 15 * 2 + 17 * 3.
    """
    found = negotiate(planner.load(TENNESSEE)).to_dict()
    consensus = found["consensus"]
    assert consensus["condorcet"] == "nashville"
    assert consensus["borda"] == {"memphis": 126, "nashville": 194, "chattanooga": 173, "knoxville": 107}
    assert consensus["kemeny"] == [["nashville", "chattanooga", "knoxville", "memphis"]]
    assert consensus["kemeny_score"] == 393
    # by a quota of 51 %, the three others have 58 votes: each of them gains 1 at least by Nashville, 2 by Chattanooga
    assert found["agreement"]["option"] == "chattanooga"
    assert found["agreement"]["power"]["banzhaf"]["memphis"] == 1 / 2  # it swings with each of the others, or any two


def test_the_contract_of_keys():
    found = negotiate(planner.load(MOSCOW)).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert set(found["positions"][0]) >= {"actor", "ranking", "values", "margin"}
    assert set(found["forecast"]) >= {"count", "payoffs", "paths", "incredible"}
    assert set(found["nash"]) >= {"count", "payoffs"}
    assert set(found["agreement"]) >= {"rule", "option", "gains", "blocked_by"}
    assert found["agreement"]["option"] == "coordinate"
    assert set(found["bargaining"]) == {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian"}
    for package in found["bargaining"].values():
        assert set(package) >= {"options", "gains"}
        assert package["gains"] == found["agreement"]["gains"]
    assert set(found["consensus"]) >= {"condorcet", "borda", "kemeny"}
    assert found["pareto"] == ["engage", "coordinate"]
    assert found["stability"] is None
    elmira = negotiate(planner.load(STORIES / "conflict" / "elmira.yaml")).to_dict()
    assert set(elmira["stability"]) >= {"nash", "seq", "gmr", "smr", "rule"}
    assert elmira["stability"]["nash"] == [5, 8, 9]
    assert (elmira["forecast"], elmira["positions"], elmira["pareto"], elmira["bargaining"]) == (None, [], [], {})


def test_hidden_moves_have_positions_in_each_equilibrium():
    result = negotiate(read(ONCE))
    assert [position.ranking for position in result.positions] == [("d", "c"), ("c", "d")]
    assert "without seeing each other" in result.missing["agreement"]
    assert result.agreement is None
    assert result.forecast is not None
    assert [dict(one) for one in result.forecast.payoffs] == [{"a": 1, "b": 1}]
    assert result.headline().startswith("If each does what is best")
    assert result.settings["at"] == "first"


def test_chance_alone():
    result = negotiate(read("planner: 1\ntitle: t\nactors: {a: {}, b: {}}\nnodes:\n"
                            "  n: {chance: '?', branches: {x: {p: 0.5, payoff: {a: 1}}, y: {p: 0.5}}}\n"))  # fmt: skip
    assert result.missing == {"positions": "the scenario has no decision"}
    assert "nothing is decided (a 0.5 and b 0)" in result.headline().replace("0.0", "0")


def test_one_decides_alone():
    result = negotiate(planner.load(STORIES / "entry-deterrence.yaml"))
    assert result.agreement is not None
    assert (result.agreement.rule, result.agreement.fallback) == (None, None)
    assert result.disagreement == {"entrant": 1, "incumbent": 1}
    assert result.headline().startswith("Entrant takes 'in'.")
    assert {stand.option: dict(stand.gains) for stand in result.agreement.stands} == {
        "in": {"entrant": 0, "incumbent": 0}, "out": {"entrant": -1, "incumbent": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "asked", "message"),
    [
        ("scenarios/tutorial.yaml", {}, "one actor alone"),
        ("scenarios/european-line-on-moscow.yaml", {"among": ["uk", "frence"]}, "unknown actor 'frence'"),
        ("scenarios/european-line-on-moscow.yaml", {"among": ["uk", "uk"]}, "'uk' alone"),
        ("scenarios/european-line-on-moscow.yaml", {"at": "lime"}, "unknown decision 'lime'"),
        ("scenarios/european-line-on-moscow.yaml", {"at": "benchmarks"}, "unknown decision 'benchmarks'"),
        ("scenarios/european-line-on-moscow.yaml", {"from_": 1}, "the scenario has none"),
        ("scenarios/european-line-on-moscow.yaml", {"counter_moves": "single"}, "the scenario has none"),
        ("tests/stories/conflict/elmira.yaml", {"from_": 99}, "unknown state '99'"),
        ("tests/stories/conflict/elmira.yaml", {"at": "x"}, "unknown decision 'x'"),
    ],
)
def test_what_cannot_be_asked(name: str, asked: dict[str, Any], message: str):
    with pytest.raises(BadArgument, match=message):
        negotiate(planner.load(ROOT / name), **asked)
    assert issubclass(UnknownName, BadArgument)


def test_among_others_than_those_who_decide():
    result = negotiate(planner.load(MOSCOW), among=["uk", "russia"])
    assert result.deciders == ("uk", "russia")
    assert result.bargain is not None
    assert set(result.bargain.disagreement) == {"uk", "russia"}
    assert result.settings["among"] == ["uk", "russia"]


def test_five_actors_at_once_against_the_definition():
    """Five choose in secret whether to join; whoever joins pays 2, all gain 1 a member if three or more join."""
    names = "abcde"
    nodes = []
    for at, name in enumerate(names):
        last = at == 4
        gain = "{" + ", ".join(f"{n}: (k + JOIN if k + JOIN >= 3 else 0) - 2 * j{i}" for i, n in enumerate(names)) + "}"
        edges = []
        for option, join in (("join", 1), ("stay", 0)):
            moved = f"set: {{k: k + {join}, j{at}: {join}}}, to: n{at + 1}"
            own = gain.replace("JOIN", str(join)).replace(f"* j{at}", f"* {join}")
            edges.append(f"{option}: {{{f'payoff: {own}' if last else moved}}}")
        unseen = f", unseen: [{', '.join(f'n{i}' for i in range(at))}]" if at else ""
        nodes.append(f"  n{at}: {{decision: Join?, by: {name}{unseen}, options: {{{', '.join(edges)}}}}}\n")
    text = "planner: 1\ntitle: t\nactors: {a: {}, b: {}, c: {}, d: {}, e: {}}\nstate: {k: 0, j0: 0, j1: 0, j2: 0, j3: 0, j4: 0}\nnodes:\n"  # noqa: E501
    found = negotiate(read(text + "".join(nodes))).forecast
    assert found is not None

    def worth(profile: tuple[int, ...], at: int) -> int:
        return (sum(profile) if sum(profile) >= 3 else 0) - 2 * profile[at]

    equilibria = [
        p for p in product((0, 1), repeat=5)
        if all(worth(p, at) >= worth((*p[:at], 1 - p[at], *p[at + 1:]), at) for at in range(5))
    ]  # fmt: skip
    assert len(equilibria) == 11  # nobody, or any three of five
    assert found.count == len(equilibria)


@settings(max_examples=40, deadline=None)
@given(scenarios(actors=3, joint=True))
def test_laws(scenario: Scenario):
    result = negotiate(scenario)
    if result.agreement is None or result.bargain is None:
        assert "positions" in result.missing
        return
    chosen = result.agreement.option
    assert not next(s for s in result.agreement.stands if s.option == chosen).blocked_by
    for position in result.positions:
        ranked = [position.values[option] for option in position.ranking]
        assert ranked == sorted(ranked, reverse=True)
        assert position.margin >= 0
    assert {each.actor for each in result.differences} == {
        p.actor for p in result.positions if p.actor in result.deciders and chosen not in p.best
    }
    assert result.bargain.pareto
    if result.agreement.rule == "unanimity":
        assert chosen in result.bargain.rational
        assert all(gain >= 0 for gain in result.agreement.gains.values())
    json.dumps(result.to_dict())
    assert result.headline()
