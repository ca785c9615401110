"""Whole strategies: published lists, and every strategy of generated trees written out path by path."""

from __future__ import annotations

import json
import sys
from collections import Counter
from fractions import Fraction
from itertools import islice, pairwise
from math import log10
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.evaluate import evaluate
from planner.analyses.result import BadArgument, UnknownName
from planner.analyses.strategies import Strategies, strategies
from planner.core.diagnostics import ScenarioError
from planner.core.model import VALUE
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.enumerated import Choices, Way, every_strategy, joint_outcomes, mean, met_in, ways
from tests.analyses.test_laws import careful, scenarios
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Scenario

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"
MOST = 250
RULES = ["expected", "laplace", "maximin", "maximax", "hurwicz:0.3", "minimax-regret"]


def story(name: str) -> Scenario:
    return planner.load(ROOT / "tests" / "stories" / f"{name}.yaml")


def read(text: str) -> Scenario:
    return load(Source.from_text("planner: 1\ntitle: Made up\n" + text))


def listed(found: Strategies) -> dict[str, float]:
    """Return the value of each strategy by what it chooses."""
    return {
        ", ".join(f"{state}={option}" for state, option in each.choices.items()): each.value
        for each in found.strategies
    }


# --- published ---------------------------------------------------------------------------------------------------


def test_silver_decisions_lists_six_policies():
    """SilverDecisions, sd-computations, test/specs/policies.spec.js: A:1, A:2, and A:3 with each of D and F."""
    found = strategies(story("policies"))
    assert (found.count, found.nominal) == (6, 12)
    third = Fraction(1, 3)
    # C leads to D, to E and to nothing; E to F and to -1, each with the same chance.
    good, bad = third * (2 - Fraction(1, 2)), third * (0 - Fraction(1, 2))
    assert listed(found) == pytest.approx(
        {
            "a=two": 0.5,
            "a=three, d=one, f=one": float(good),
            "a=three, d=two, f=one": float(good),
            "a=one": 0,
            "a=three, d=one, f=two": float(bad),
            "a=three, d=two, f=two": float(bad),
        }
    )
    assert [each.rank for each in found.strategies] == [1, 1, 1, 4, 5, 5]
    assert found.tied == 3
    assert found.headline() == "3 of 6 strategies are equally good: 0.5; the first begins with 'two'."


def test_goferbroke():
    """Hillier and Lieberman: survey, then drill after good news alone, is worth 123; the rest by hand."""
    found = strategies(story("goferbroke"))
    assert (found.count, found.nominal) == (6, 16)
    assert listed(found) == pytest.approx(
        {
            "survey=survey, after-bad=sell, after-good=drill": 123,
            "survey=no-survey, blind=drill": 100,
            "survey=no-survey, blind=sell": 90,
            "survey=survey, after-bad=drill, after-good=drill": 70.08,
            "survey=survey, after-bad=sell, after-good=sell": 60,
            "survey=survey, after-bad=drill, after-good=sell": 7.08,
        },
        abs=0.1,
    )
    best = found.strategies[0]
    assert best.sd == pytest.approx(239.29270778692776)
    assert (best.worst, best.best) == (-130, 670)
    assert [(one.state, one.probability, dict(one.options)) for one in best.summary] == [
        ("survey", 1, {"survey": 1, "no-survey": 0}),
        ("after-bad", pytest.approx(0.7), {"drill": 0, "sell": pytest.approx(0.7)}),
        ("after-good", pytest.approx(0.3), {"drill": pytest.approx(0.3), "sell": 0}),
    ]


def test_the_used_car():
    found = strategies(story("used-car"), top=100)
    assert (found.count, found.nominal) == (12, 54)
    best = found.strategies[0]
    assert (best.value, best.sd) == (31, 8)
    assert best.choices == {"ask": "test", "buy-lemon": "guarantee", "buy-peach": "plain"}


def test_pigs():
    """Two ways to go on after each of two results: 2, 2 * 2, 4 + 4, 8 * 8, 64 + 64, 128 * 128."""
    found = strategies(story("pig-breeding"))
    assert found.count == 16384
    assert found.strategies[0].value == pytest.approx(29169 / 40)
    assert len(found.strategies) == 10


def test_thompson_lumber_regrets_a_small_plant_least():
    """Render, Stair and Hanna: the small plant, whose largest regret is 100,000, where both plants meet one market."""
    found = strategies(story("thompson-lumber"), rule="minimax-regret", same=[["market-large", "market-small"]])
    told = [(each.choices["plant"], each.regret) for each in found.strategies]
    assert told == [("small", 100_000), ("large", 180_000), ("none", 200_000)]
    assert found.strategies[0].regret_when == {"market-large, market-small": "favourable"}
    assert "largest regret 100,000, 80,000 less than the next best" in found.headline()
    # As two markets, a large plant may lose 180,000 where a small one would have won 100,000.
    apart = strategies(story("thompson-lumber"), rule="minimax-regret")
    assert {each.choices["plant"]: each.regret for each in apart.strategies} == {
        "small": 220_000, "large": 280_000, "none": 200_000
    }  # fmt: skip


def test_states_of_one_node_are_one_event():
    found = strategies(
        read("""
state: {plant: 0}
nodes:
  plant:
    decision: Which plant?
    options:
      large: {set: {plant: 2}, to: market}
      small: {set: {plant: 1}, to: market}
      none: {}
  market:
    chance: Which market?
    branches:
      favourable: {p: 0.5, payoff: 200000 if plant == 2 else 100000}
      unfavourable: {p: 0.5, payoff: -180000 if plant == 2 else -20000}
"""),
        rule="minimax-regret",
    )
    assert [(each.choices["plant"], each.regret) for each in found.strategies] == [
        ("small", 100_000),
        ("large", 180_000),
        ("none", 200_000),
    ]


def test_milnor():
    """Milnor 1954, Games against nature: each rule picks another row."""
    expected = {"laplace": "row1", "maximin": "row2", "hurwicz:0.5": "row3"}
    for rule, row in expected.items():
        scenario = story("milnor")
        assert strategies(scenario, rule=rule).strategies[0].choices == evaluate(scenario, rule=rule).strategy, row


# --- every strategy, written out ---------------------------------------------------------------------------------


def enumerated(scenario: Scenario, taken: Mapping[str, str]) -> list[tuple[Choices, list[Way]]]:
    everything = list(islice(every_strategy(scenario, taken), MOST + 1))
    assume(len(everything) <= MOST)
    return [(choices, ways(scenario, choices, taken)) for choices in everything]


def scores(strategies_: list[tuple[Choices, list[Way]]], scenario: Scenario, rule: str, actor: str) -> list[Fraction]:
    """Return what a rule thinks of every strategy; more is better."""
    key = actor, VALUE
    if rule == "minimax-regret":
        reached = {node for _, found in strategies_ for way in found for node in way.branches}
        lost = [Fraction(0)] * len(strategies_)
        for outcome in joint_outcomes(scenario, reached):
            values = [met_in(found, outcome).totals[key] for _, found in strategies_]
            lost = [max(most, max(values) - value) for most, value in zip(lost, values, strict=True)]
        return [-most for most in lost]
    made = []
    for _, found in strategies_:
        totals = [way.totals[key] for way in found]
        if rule == "laplace":
            made.append(equal_mean(scenario, found, key))
        else:
            optimism = {"expected": None, "maximin": 0, "maximax": 1, "hurwicz:0.3": Fraction(3, 10)}[rule]
            mixed = mean(found, *key) if optimism is None else (1 - optimism) * min(totals) + optimism * max(totals)
            made.append(mixed)
    return made


def equal_mean(scenario: Scenario, found: list[Way], key: tuple[str, str]) -> Fraction:
    """Return the mean where all branches that are possible are equally likely; paths meet a node at most once."""
    total = Fraction(0)
    for way in found:
        p = Fraction(1)
        for name in way.branches:
            edges = scenario.nodes[name].edges.values()
            p /= sum(edge.p is not None and edge.p.exact_constant > 0 for edge in edges)
        total += p * way.totals[key]
    return total


def few_outcomes(scenario: Scenario) -> None:
    total = 1
    for node in scenario.nodes.values():
        if node.kind == "chance":
            total *= len(node.edges)
    assume(total <= 60)


@given(scenarios(), st.sampled_from(RULES))
@settings(deadline=None, max_examples=120)
def test_the_best_by_every_rule(scenario: Scenario, rule: str):
    few_outcomes(scenario)
    everything = enumerated(scenario, {})
    assume(any(choices for choices, _ in everything))
    expected = scores(everything, scenario, rule, "ann")
    found = strategies(scenario, rule=rule, top=1000)
    assert found.count == len(found.strategies) == len(everything)
    regret = rule == "minimax-regret"
    told = [-each.score if regret else each.score for each in found.strategies]
    assert told == pytest.approx([float(score) for score in sorted(expected, reverse=True)], abs=1e-9)
    assert found.tied == sum(score == max(expected) for score in expected)
    ranks = [1 + sum(other > score for other in expected) for score in sorted(expected, reverse=True)]
    assert [each.rank for each in found.strategies] == ranks
    # each strategy's own numbers, all of them together
    own = Counter(
        (
            round(float(mean(paths, "ann", VALUE)), 6),
            *(round(float(f(w.totals["ann", VALUE] for w in paths)), 6) for f in (min, max)),
        )
        for _, paths in everything
    )
    assert Counter((round(s.value, 6) + 0.0, round(s.worst, 6), round(s.best, 6)) for s in found.strategies) == own


@given(scenarios(actors=3, joint=True), st.sampled_from(["ann", "bob", "cid"]), st.booleans())
@settings(deadline=None, max_examples=80)
def test_others_decide_as_in_the_evaluation(scenario: Scenario, actor: str, all: bool):
    decisions = {node.id: node for node in scenario.nodes.values() if node.kind == "decision"}
    followed = {one.node: one.chosen for one in evaluate(scenario).decisions}
    taken = {} if all else {name: followed.get(name, "e0") for name, node in decisions.items() if actor not in node.by}
    everything = enumerated(scenario, taken)
    assume(decisions)
    if not any(choices for choices, _ in everything):
        with pytest.raises(BadArgument):
            strategies(scenario, actor=actor, all=all)
        return
    found = strategies(scenario, actor=actor, all=all, top=1000)
    assert found.count == len(everything)
    values = sorted((mean(paths, actor, VALUE) for _, paths in everything), reverse=True)
    assert [each.value for each in found.strategies] == pytest.approx([float(value) for value in values], abs=1e-9)
    every_actor = Counter(
        tuple(round(float(mean(paths, who, VALUE)), 6) for who in scenario.actors) for _, paths in everything
    )
    assert (
        Counter(tuple(round(value, 6) + 0.0 for value in each.values.values()) for each in found.strategies)
        == every_actor
    )
    if not all and all_alone(scenario):
        assert found.strategies[0].value == pytest.approx(evaluate(scenario).values[actor], abs=1e-9)
        assert found.tied is not None


def all_alone(scenario: Scenario) -> bool:
    return all(len(node.by) == 1 for node in scenario.nodes.values() if node.kind == "decision")


@given(scenarios(), st.floats(0.5, 50))
@settings(deadline=None, max_examples=40)
def test_a_careful_actor_ranks_certainty_equivalents(scenario: Scenario, tolerance: float):
    averse = careful(scenario, tolerance)
    assume(any(node.kind == "decision" for node in scenario.nodes.values()))
    try:
        found = strategies(averse, top=50)
    except BadArgument:
        assume(False)
    assert found.strategies[0].score == pytest.approx(evaluate(averse).values["ann"], abs=1e-9)
    told = [each.score for each in found.strategies]
    assert all(one >= two - 1e-9 for one, two in pairwise(told))
    for each in found.strategies:
        assert each.worst - 1e-9 <= each.score <= each.value + 1e-9


@given(scenarios(), st.sampled_from(["expected", "laplace"]))
@settings(deadline=None, max_examples=40)
def test_what_is_followed_is_among_the_best(scenario: Scenario, rule: str):
    assume(any(node.kind == "decision" for node in scenario.nodes.values()))
    evaluation = evaluate(scenario, rule=rule)
    assume(evaluation.strategy)
    found = strategies(scenario, rule=rule, top=1)
    assert found.strategies[0].choices == evaluation.strategy
    assert found.strategies[0].followed
    assert found.strategies[0].score == pytest.approx(evaluation.values["ann"], abs=1e-9)


@given(scenarios(actors=2), st.sampled_from(RULES))
@settings(deadline=None, max_examples=60)
def test_a_summary_adds_up(scenario: Scenario, rule: str):
    few_outcomes(scenario)
    try:
        found = strategies(scenario, rule=rule, top=5)
    except BadArgument:
        assume(False)
    for each in found.strategies:
        for decision in each.summary:
            assert sum(chance for _, chance in decision.options) == pytest.approx(decision.probability)
            assert 0 < decision.probability <= 1 + 1e-12
            assert decision.by == scenario.nodes[decision.node].by
        own = [decision.state for decision in each.summary if found.actor in decision.by]
        assert {key.partition(" after ")[0] for key in each.choices} == set(own)


# --- shared states -----------------------------------------------------------------------------------------------

SHARED = """
nodes:
  news: {chance: News?, branches: {good: {p: 0.4, payoff: 1, to: act}, bad: {p: 0.6, to: act}}}
  act: {decision: Act?, options: {go: {payoff: 10}, stay: {}}}
"""


def test_a_shared_state_may_be_decided_differently_on_each_path():
    found = strategies(read(SHARED))
    assert (found.count, found.nominal) == (4, 2)
    assert [(each.value, each.choices) for each in found.strategies] == [
        (pytest.approx(10.4), {"act": "go"}),
        (pytest.approx(6.4), {"act after news.bad": "go", "act after news.good": "stay"}),
        (pytest.approx(4.4), {"act after news.good": "go", "act after news.bad": "stay"}),
        (pytest.approx(0.4), {"act": "stay"}),
    ]
    assert [dict(each.summary[0].options) for each in found.strategies] == [
        {"go": 1, "stay": 0},
        {"go": pytest.approx(0.6), "stay": pytest.approx(0.4)},
        {"go": pytest.approx(0.4), "stay": pytest.approx(0.6)},
        {"go": 0, "stay": 1},
    ]
    assert found.headline() == "The best of 4 strategies: 10.4, 4.0 more than the next best."


def rounds(count: int) -> Scenario:
    return read(f"""
state: {{round: 0}}
nodes:
  talk:
    decision: Talk on?
    options:
      on: {{when: round < {count}, payoff: 1, set: {{round: round + 1}}, to: answer}}
      off: {{payoff: 3}}
  answer: {{chance: An answer?, branches: {{yes: {{p: 0.5, payoff: 2, to: talk}}, no: {{p: 0.5, to: talk}}}}}}
""")


def test_strategies_beyond_all_numbers():
    found = strategies(rounds(5_000), top=3)
    assert found.count is None
    assert found.to_dict()["count_log10"] is None
    assert "countless" in found.headline()
    assert found.strategies[0].value == 5000 * 2 + 3
    count = 1
    for _ in range(12):
        count = 1 + count**2
    found = strategies(rounds(12))
    assert found.count == count
    assert f"about {float(Fraction(count, 10**724)):.1f}e724 strategies" in found.headline()
    assert found.to_dict()["count_log10"] == pytest.approx(log10(count))


def test_long_ways_are_cut_short():
    found = strategies(rounds(9), top=40)
    keys = [key for each in found.strategies for key in each.choices]
    assert any("…" in key for key in keys)
    assert any("more ways" in key for key in keys)
    assert all(len(key) < 400 for key in keys)


# --- arguments and forms -----------------------------------------------------------------------------------------


def test_the_main_example():
    scenario = planner.load(MOSCOW)
    found = strategies(scenario)
    assert found.actor == "uk"
    assert found.count == 4  # the decision of the three at the root counts as one
    assert found.others == ("france", "russia")
    assert [each.choices["line"] for each in found.strategies if each.followed] == [evaluate(scenario).strategy["line"]]
    assert found.headline().startswith("The best of 4 strategies of United Kingdom begins with 'Coordinate")
    assert strategies(scenario, all=True).count == 23
    russia = strategies(scenario, actor="russia")
    assert all(sum(one.by == ("russia",) for one in each.summary) == 1 for each in russia.strategies)
    with pytest.raises(UnknownName):
        strategies(scenario, actor="germany")


def test_from_a_later_decision():
    found = strategies(story("goferbroke"), at="after-good")
    assert found.count == 2
    assert found.settings["at"] == "after-good"
    assert [each.choices for each in found.strategies] == [{"after-good": "drill"}, {"after-good": "sell"}]
    # from there on: half a chance of 800 less 100 for drilling, against 90
    assert [each.value for each in found.strategies] == pytest.approx([300, 90])


def test_costs():
    found = strategies(story("stent"))
    assert [each.choices for each in found.strategies] == [{"programme": "diet"}, {"programme": "exercise"}]
    assert (found.strategies[0].worst, found.strategies[0].best) == (5050, 50)
    assert found.headline() == "The best of 2 strategies begins with 'diet': 4,167.6, 30.6 less than the next best."
    assert strategies(story("stent"), rule="maximin").strategies[0].score == 5050
    regret = strategies(story("stent"), rule="minimax-regret")
    assert [each.regret for each in regret.strategies] == [4300, 5700]
    assert regret.strategies[0].regret_when == {"after-diet": "failure", "after-exercise": "success"}


def test_overrides_and_start():
    head = "parameters: {x: 3}\ncriteria: {money: {start: 100}}\n"
    found = strategies(
        read(f"{head}nodes: {{n0: {{decision: What?, options: {{a: {{payoff: x}}, b: {{}}}}}}}}"),
        overrides={"x": "5/2"},
    )
    assert [each.value for each in found.strategies] == [102.5, 100]
    assert found.settings["set"] == {"x": 2.5}


def test_one_strategy():
    found = strategies(read("nodes: {n0: {decision: What?, options: {a: {payoff: 3}}}}"))
    assert found.headline() == "There is one strategy: 3."
    assert found.tied == 1


def test_all_equal():
    found = strategies(read("nodes: {n0: {decision: What?, options: {a: {}, b: {}, c: {}}}}"), top=2)
    assert found.headline() == "All 3 strategies are equally good: 0; the first begins with 'a'."
    assert found.truncated


def test_errors():
    with pytest.raises(BadArgument, match="no decision"):
        strategies(read("nodes: {n0: {outcome: Done}}"))
    with pytest.raises(BadArgument, match="unknown rule"):
        strategies(story("stent"), rule="minimax")
    with pytest.raises(UnknownName):
        strategies(story("stent"), at="nowhere")
    with pytest.raises(BadArgument) as refused:
        strategies(story("pig-breeding"), rule="minimax-regret")
    assert "16,384 strategies in about 3.9e25 joint outcomes" in refused.value.message
    two = "actors: {a: {}, b: {}}\nnodes: {n0: {decision: What?, by: a, options: {x: {payoff: {b: 1}}, y: {}}}}"
    with pytest.raises(BadArgument, match="'b' takes no decision that can be reached"):
        strategies(read(two), actor="b")


def test_hidden_moves_are_refused():
    text = """
nodes:
  first: {chance: First?, branches: {a: {p: 0.5, to: then}, b: {p: 0.5, to: then}}}
  then: {decision: Then?, unseen: [first], options: {c: {payoff: 1}, d: {}}}
"""
    with pytest.raises(ScenarioError, match="'then' is taken without seeing"):
        strategies(read(text))


def test_news_by_a_signal():
    """Goferbroke with the survey as a signal: whether there is oil is one event, whatever is heard."""
    scenario = story("goferbroke-signal")
    found = strategies(scenario)
    assert found.count == 6
    assert found.strategies[0].value == pytest.approx(evaluate(scenario).values["self"])
    # With oil, drilling at once gets 700; without, selling at once gets 90. Drilling on good news alone loses 640 where
    # there is oil and bad news.
    regret = strategies(scenario, rule="minimax-regret")
    told = {tuple(each.choices.values()): each.regret for each in regret.strategies}
    assert told == {
        ("no-survey", "drill"): 190,
        ("survey", "drill", "drill"): 220,
        ("no-survey", "sell"): 610,
        ("survey", "sell", "sell"): 640,
        ("survey", "drill", "sell"): 640,
        ("survey", "sell", "drill"): 640,
    }
    assert {"oil"} <= set(regret.strategies[0].regret_when) <= {"oil", "result"}


def test_what_news_rules_out_is_not_regretted():
    """With a survey that is never wrong, drilling on good news alone loses its price and no more."""
    text = (ROOT / "tests" / "stories" / "goferbroke-signal.yaml").read_text(encoding="utf-8")
    sure = text.replace("favourable: 0.6, unfavourable: 0.4", "favourable: 1, unfavourable: 0").replace(
        "favourable: 0.2, unfavourable: 0.8", "favourable: 0, unfavourable: 1"
    )
    best = strategies(load(Source.from_text(sure)), rule="minimax-regret").strategies[0]
    assert tuple(best.choices.values()) == ("survey", "drill", "sell")
    assert best.regret == 30


def test_what_cannot_be_the_same():
    lumber = story("thompson-lumber")
    with pytest.raises(UnknownName, match="unknown chance node 'market'"):
        strategies(lumber, rule="minimax-regret", same=[["market", "market-large"]])
    with pytest.raises(BadArgument, match="'after-diet' and 'after-exercise' cannot be one event: their branches"):
        strategies(story("stent"), rule="minimax-regret", same=[["after-diet", "after-exercise"]])
    twice = """
nodes:
  n0: {decision: What?, options: {a: {to: n1}, b: {}}}
  n1: {chance: First?, branches: {yes: {p: 0.5, to: n2}, no: {p: 0.5}}}
  n2: {chance: Second?, branches: {yes: {p: 0.5, payoff: 1}, no: {p: 0.5}}}
"""
    with pytest.raises(BadArgument, match="a path meets more than one of them"):
        strategies(read(twice), rule="minimax-regret", same=[["n1", "n2"]])


def test_json():
    found = strategies(story("goferbroke"), rule="minimax-regret", top=2)
    told = json.loads(json.dumps(found.to_dict()))
    assert {"count", "nominal", "strategies", "rule", "tied"} <= set(told)
    assert set(told["strategies"][0]) == {
        "rank", "value", "score", "values", "sd", "worst", "best", "regret", "regret_when", "choices", "followed",
        "summary",
    }  # fmt: skip
    assert told["strategies"][0]["summary"][0] == {
        "state": "survey",
        "node": "survey",
        "by": ["self"],
        "probability": 1.0,
        "options": [{"option": "survey", "probability": told["strategies"][0]["choices"]["survey"] == "survey"},
                    {"option": "no-survey", "probability": told["strategies"][0]["choices"]["survey"] != "survey"}],
    }  # fmt: skip
    assert "regret" not in strategies(story("goferbroke")).to_dict()["strategies"][0]


def test_markdown_and_frame(monkeypatch: pytest.MonkeyPatch):
    found = strategies(story("goferbroke"), rule="minimax-regret")
    assert "| rank | value | worst | best | regret | strategy |" in found._repr_markdown_()
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=list))
    rows = found.to_frame()
    assert [row["rank"] for row in rows] == [each.rank for each in found.strategies]
    assert "survey=" in rows[0]["choices"]
