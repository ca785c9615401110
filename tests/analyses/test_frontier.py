"""Cost and effect: published league tables, and every strategy of generated trees written out path by path."""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.choosing.frontier_search import MOST_TIED, TIED
from planner.analyses.choosing.league import DOMINATED, EFFICIENT, EXTENDEDLY
from planner.analyses.frontier import Frontier, frontier
from planner.analyses.result import BadArgument, UnknownName
from planner.core.diagnostics import ScenarioError
from planner.core.expression import Expression
from planner.core.model import Criterion, Node
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.enumerated import every_strategy, mean, ways
from tests.analyses.test_laws import scenarios
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Payoff, Scenario

STORIES = ROOT / "tests" / "stories" / "frontier"
MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"

# name of the strategy: cost, effect, status, ratio
Row = tuple[str, float, float, str, float | None]


def story(name: str) -> Scenario:
    return planner.load(STORIES / f"{name}.yaml")


def read(text: str) -> Scenario:
    return load(Source.from_text("planner: 1\ntitle: Made up\n" + text))


@pytest.mark.parametrize("file", sorted(STORIES.glob("*.yaml")), ids=lambda file: file.stem)
def test_stories_have_no_errors_and_name_their_source(file: Any):
    assert [found.code for found in planner.check(file) if found.severity == "error"] == []
    assert file.read_text(encoding="utf-8").startswith("# ")


# --- published ---------------------------------------------------------------------------------------------------


def rows(found: Frontier) -> list[Row]:
    return [(each.strategy, each.cost, each.effect, each.status, each.icer) for each in found.strategies]


def test_usual_care_and_five_programmes():
    """The table of the dampack tests: UC, B, D and E are not dominated, C is extendedly dominated, A dominated."""
    found = frontier(story("usual-care"))
    assert rows(found) == [
        ("Usual care", 5000, 1, EFFICIENT, None),
        ("B", 10000, 2, EFFICIENT, 5000),
        ("A", 12000, 1.5, DOMINATED, None),
        ("C", 25000, 3, EXTENDEDLY, None),
        ("D", 35000, 4, EFFICIENT, 12500),
        ("E", 55000, 5, EFFICIENT, 20000),
    ]
    by_name = {each.strategy: each for each in found.strategies}
    assert (by_name["D"].incremental_cost, by_name["D"].incremental_effect) == (25000, 2)
    assert by_name["D"].compared_with == "B"
    assert by_name["A"].reason == "costs 2,000 USD more and gains 0.5 less than 'B'"
    # C costs 25,000: 15,000 of the 25,000 from B to D, so B and D in the ratio 2 to 3 gain 2 + 0.6 * 2 = 3.2.
    assert by_name["C"].mix == pytest.approx({"B": 0.4, "D": 0.6})
    assert by_name["C"].reason == "a mix of 40 % 'B' and 60 % 'D' costs as much and gains 0.2 more"


def test_hiv_screening():
    """Paltiel et al. 2006, table 4, as in the dampack vignette: a thousand dollars for 0.32 months, and so on."""
    found = frontier(story("hiv-screening"))
    ratios = [each.icer for each in found.efficient]
    assert ratios[0] is None
    assert ratios[1:] == pytest.approx([1000 / 0.32 * 12, 1020 / 0.21 * 12, 420 / 0.05 * 12])
    assert [each.strategy for each in found.strategies if each.status == DOMINATED] == ["Every year"]


def test_sumatriptan():
    """Evans et al. 1997, abstract: 29,366 Canadian dollars per QALY from the perspective of the health department."""
    found = frontier(story("sumatriptan"))
    assert [each.option for each in found.strategies] == ["caffeine", "sumatriptan"]
    assert found.strategies[1].icer == pytest.approx(29366, rel=2e-4)


def test_one_test_and_two_therapies():
    """OpenMarkov's integration test of the network: three intervals, cut at 11,171.35 and 33,383.5."""
    found = frontier(story("two-therapies"))
    assert found.count == 12
    efficient = found.efficient
    assert [each.cost for each in efficient] == pytest.approx([0, 3874, 13184])
    assert [each.effect for each in efficient] == pytest.approx([8.768, 9.11478, 9.39366])
    assert [one.willingness_to_pay for one in found.thresholds] == pytest.approx([11171.35, 33383.53], abs=0.01)
    assert [each.strategy for each in efficient] == [
        "No test (then: No therapy)",
        "Test (Positive: Therapy 1; Negative: No therapy)",
        "Test (Positive: Therapy 2; Negative: No therapy)",
    ]
    # at 30,000 euros a QALY the network is worth 269,569.4
    (row,) = frontier(story("two-therapies"), wtp=[30000]).net_benefit
    assert row.net_monetary_benefit == pytest.approx(269569.4)
    assert row.net_health_benefit == pytest.approx(269569.4 / 30000)
    assert row.best == (efficient[1].strategy,)


def test_advice_and_stent():
    """The vignette's ratio, by hand: 15100/493 pounds for 33/986 QALYs are 30200/33."""
    found = frontier(story("advice-and-stent"))
    assert [each.icer for each in found.strategies] == [None, pytest.approx(30200 / 33)]


def test_the_cheapest_may_dominate_all():
    found = frontier(story("treat-all"))
    assert rows(found)[0][:3] == ("Who tests positive", 163765.1, 6.52861)
    assert [each.status for each in found.strategies] == [EFFICIENT, DOMINATED, DOMINATED]
    assert found.strategies[2].reason == "costs 1,083.6 USD more than 'Who tests positive' and gains no more"
    assert found.thresholds == ()


# --- every strategy, written out ---------------------------------------------------------------------------------


@st.composite
def two_criteria(draw: st.DrawFn, sizes: tuple[int, int] = (1, 6)) -> Scenario:
    """Take a generated scenario of one actor and give it a cost and an effect."""
    made = draw(scenarios(sizes=sizes))
    few = st.integers(0, 4)  # so that ties and points on one line come about

    def payoff() -> Payoff:
        return {None: {name: Expression.of(draw(few)) for name in ("cost", "effect")}}

    nodes: dict[str, Node] = {}
    for name, node in made.nodes.items():
        edges = {key: replace(edge, payoff=payoff()) for key, edge in node.edges.items()}
        nodes[name] = replace(node, edges=edges, payoff=payoff() if node.kind == "outcome" else {})
    start = draw(st.sampled_from([None, 7]))
    criteria = {"cost": Criterion("cost", "Cost", start=start), "effect": Criterion("effect", "Effect")}
    return replace(made, nodes=nodes, criteria=criteria)


Point = tuple[Fraction, Fraction]


def written_out(scenario: Scenario, most: int = 300) -> list[Point]:
    """Return cost and effect of every strategy."""
    everything = list(islice(every_strategy(scenario, {}), most + 1))
    assume(len(everything) <= most)
    assume(len(everything) > 1 or any(node.kind == "decision" for node in scenario.nodes.values()))
    paths = [ways(scenario, choices, {}) for choices in everything]
    return [(mean(one, "ann", "cost"), mean(one, "ann", "effect")) for one in paths]


def status(point: Point, points: list[Point]) -> str:
    """Say where a point stands by looking at all pairs of points."""
    cost, effect = point
    if any((c <= cost and e > effect) or (c < cost and e >= effect) for c, e in points):
        return DOMINATED
    for (c1, e1), (c2, e2) in itertools.combinations(sorted(set(points)), 2):
        if c1 < cost < c2:
            share = (cost - c1) / (c2 - c1)
            if e1 + share * (e2 - e1) > effect:
                return EXTENDEDLY
    return EFFICIENT


def decides(scenario: Scenario) -> None:
    """Leave out scenarios in which no decision can be reached."""
    reached, waiting = {"n0"}, ["n0"]
    while waiting:
        for edge in scenario.nodes[waiting.pop()].edges.values():
            if edge.to and edge.to not in reached and (edge.p is None or edge.p.exact_constant > 0):
                reached.add(edge.to)
                waiting.append(edge.to)
    assume(any(scenario.nodes[name].kind == "decision" for name in reached))


@given(two_criteria())
@settings(deadline=None, max_examples=60)
def test_every_strategy_in_its_place(scenario: Scenario):
    decides(scenario)
    points = written_out(scenario)
    found = frontier(scenario, all=True)
    assert found.count == len(found.strategies) == len(points)
    expected = sorted((float(cost), float(effect), status((cost, effect), points)) for cost, effect in points)
    told = sorted((round(each.cost, 9), round(each.effect, 9), each.status) for each in found.strategies)
    assert [(cost, effect) for cost, effect, _ in told] == [
        pytest.approx((cost, effect)) for cost, effect, _ in expected
    ]
    assert [place for *_, place in told] == [place for *_, place in sorted(expected, key=_near)]
    assert len({each.strategy for each in found.strategies}) == len(points)


def _near(row: tuple[float, float, str]) -> tuple[float, float, str]:
    return round(row[0], 9), round(row[1], 9), row[2]


@given(two_criteria(sizes=(2, 7)))
@settings(deadline=None, max_examples=80)
def test_the_frontier_is_found_without_the_others(scenario: Scenario):
    """Folded back, with points dropped at every state, it is what all strategies leave over, ties counted."""
    decides(scenario)
    points = written_out(scenario)
    kept: dict[tuple[float, float], int] = {}
    for point in points:
        if status(point, points) != DOMINATED:
            near = round(float(point[0]), 9), round(float(point[1]), 9)
            kept[near] = kept.get(near, 0) + 1
    found = folded(scenario)
    told = {(round(each.cost, 9), round(each.effect, 9)): each for each in found.strategies if each.status != DOMINATED}
    assert {point: each.same for point, each in told.items()} == kept
    assert {each.status for each in told.values()} == {status(point, points) for point in points} - {DOMINATED}
    for near, each in told.items():
        assert len(each.tied_with) == min(kept[near], TIED, max(1, MOST_TIED // len(kept))) - 1


def folded(scenario: Scenario, **more: Any) -> Frontier:
    """Return the frontier as it is found where strategies are too many to list."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planner.analyses.choosing.frontier_search.SMALL", 0)
        return frontier(scenario, **more)


@given(two_criteria(sizes=(2, 7)), st.integers(1, 3))
@settings(deadline=None, max_examples=40)
def test_with_too_many_points_what_is_best_for_some_willingness_is_left(scenario: Scenario, limit: int):
    decides(scenario)
    points = written_out(scenario)
    asked = [0.0, 0.1, 0.3, 0.7, 1.0, 1.7, 3.0, 9.0, 100.0]
    found = folded(scenario, limit=limit, wtp=asked)
    for row in found.net_benefit:
        willingness = Fraction(row.willingness_to_pay)
        best = max(willingness * effect - cost for cost, effect in points)
        assert row.net_monetary_benefit == pytest.approx(float(best))
    assert found.complete or "hull" in found.method


@given(two_criteria(), st.integers(0, 12))
@settings(deadline=None, max_examples=60)
def test_net_benefit_is_the_best_there_is(scenario: Scenario, willingness: int):
    decides(scenario)
    points = written_out(scenario)
    (row,) = folded(scenario, wtp=[willingness]).net_benefit
    best = max(willingness * effect - cost for cost, effect in points)
    assert row.net_monetary_benefit == pytest.approx(float(best))
    best_ones = {name for name, value in row.strategies.items() if value == pytest.approx(float(best), abs=1e-9)}
    assert best_ones <= set(row.best)


@given(two_criteria())
@settings(deadline=None, max_examples=40)
def test_ratios_grow_and_thresholds_are_where_net_benefits_meet(scenario: Scenario):
    decides(scenario)
    assume(len(written_out(scenario)) > 1)
    found = frontier(scenario)
    ratios = [one.willingness_to_pay for one in found.thresholds]
    assert all(one < two for one, two in itertools.pairwise(ratios))
    icers = [each.icer for each in found.efficient if each.icer is not None]
    assert all(one <= two * (1 + 1e-9) for one, two in itertools.pairwise(icers))
    for row in found.net_benefit[1:]:
        assert len(row.best) >= 2
    by_name = {each.strategy: each for each in found.strategies}
    for one in found.thresholds:
        low, high = by_name[one.before], by_name[one.after]
        at = one.willingness_to_pay
        assert at * low.effect - low.cost == pytest.approx(at * high.effect - high.cost, abs=1e-9)


# --- ties, many strategies ---------------------------------------------------------------------------------------

TIES = """
criteria: {cost: {}, effect: {}}
nodes:
  n0:
    decision: Which?
    options:
      a: {name: A, payoff: {cost: 1, effect: 1}}
      b: {name: B, payoff: {cost: 1, effect: 1}}
      c: {name: C, payoff: {cost: 0.1, effect: 0.3}}
      d: {name: D, payoff: {cost: 0.1, effect: 0.1}, to: more}
      e: {name: E, payoff: {cost: 3, effect: 1}}
      f: {name: F, payoff: {cost: 3, effect: 1}}
  more: {outcome: More, payoff: {effect: 0.2}}
"""


def test_ties_are_kept():
    found = frontier(read(TIES))
    tied = {each.strategy: each.tied_with for each in found.strategies}
    assert tied == {"A": ("B",), "B": ("A",), "C": ("D",), "D": ("C",), "E": ("F",), "F": ("E",)}
    assert [(each.strategy, each.status) for each in found.strategies] == [
        *((name, EFFICIENT) for name in "CDAB"),
        *((name, DOMINATED) for name in "EF"),
    ]
    assert [each.same for each in found.strategies] == [2] * 6
    assert [(one.before, one.after) for one in found.thresholds] == [("C", "A")]
    assert [each.icer for each in found.strategies][2:4] == [pytest.approx(0.9 / 0.7)] * 2
    assert found.net_benefit[0].best == ("C", "D")
    assert "4 of 6 strategies are efficient, 2 of them tied with another" in found.headline()


def lottery(rounds: int, cost: str = "2 ** -round", effect: str = "2 ** -round") -> Scenario:
    return read(f"""
criteria: {{cost: {{}}, effect: {{}}}}
state: {{round: 0}}
nodes:
  n0:
    decision: Pay?
    options:
      pay: {{when: round < {rounds}, payoff: {{cost: {cost}, effect: {effect}}}, set: {{round: round + 1}}, to: luck}}
      pass: {{when: round < {rounds}, set: {{round: round + 1}}, to: luck}}
      end: {{when: round >= {rounds}}}
  luck: {{chance: Luck?, branches: {{good: {{p: 0.5, to: n0}}, bad: {{p: 0.5, to: n0}}}}}}
""")


def test_ties_beyond_counting_are_merged():
    """Twice as many ways in each round, and all points on one line: every cost from 0 to 2 at the same ratio."""
    found = frontier(lottery(6, "1", "1"))
    assert found.count is not None
    assert found.count > 10**15
    assert not found.listed_all
    assert found.complete
    assert {each.status for each in found.strategies} == {EFFICIENT}
    assert sorted({each.cost for each in found.strategies}) == pytest.approx([i / 32 for i in range(6 * 32 + 1)])
    ratios = [each.icer for each in found.strategies if each.icer is not None]
    assert ratios == [pytest.approx(1)] * len(ratios)
    assert "strategies are efficient" in found.headline()


def test_many_points_become_the_hull():
    found = frontier(lottery(7, "1", "round + 1"), limit=50)
    assert not found.complete
    assert "only the corners of their convex hull" in found.method
    # a unit of cost buys more effect in later rounds: 7, 6, …, 1
    assert [round(1 / one.willingness_to_pay, 6) for one in found.thresholds] == [7, 6, 5, 4, 3, 2, 1]


def test_options_without_part_in_the_frontier_are_told():
    text = """
criteria: {cost: {}, effect: {}}
state: {round: 0}
nodes:
  n0: {decision: How?, options: {cheap: {payoff: {effect: 9}, to: n1}, dear: {payoff: {cost: 9}, to: n1}}}
  n1:
    decision: Pay?
    options:
      pay: {when: round < 3, payoff: {cost: 1, effect: 1}, set: {round: round + 1}, to: luck}
      pass: {when: round < 3, set: {round: round + 1}, to: luck}
      end: {when: round >= 3}
  luck: {chance: Luck?, branches: {good: {p: 0.5, to: n1}, bad: {p: 0.5, to: n1}}}
"""
    found = frontier(read(text))
    assert not found.listed_all
    dear = [each for each in found.strategies if each.option == "dear"]
    assert [(each.cost, each.effect, each.status) for each in dear] == [(9, 0, DOMINATED), (12, 3, DOMINATED)]
    assert dear[0].dominated_by is not None
    assert dear[0].reason.startswith("costs 6 more and gains 12 less than")


# --- which criteria ----------------------------------------------------------------------------------------------

THREE = """
actors: {me: {weights: {money: 1, lives: 2, time: 1}}}
criteria:
  money: {name: Money, unit: EUR, worst: 10, best: 0, start: 2}
  lives: {name: Deaths, worst: 100, best: 0}
  time: {name: Months}
nodes:
  n0:
    decision: What?
    options:
      fast: {payoff: {money: 5, lives: 10, time: 1}}
      slow: {payoff: {money: 1, lives: 40, time: 9}}
      none: {payoff: {lives: 40, time: 4}}
"""


def test_a_scale_says_which_way_is_good():
    found = frontier(
        read(THREE.replace("time: 1}", "}").replace("money: 1, lives: 2, }", "money: 1, lives: 2}")),
        cost="money",
        effect="lives",
    )
    assert (found.cost.direction, found.effect.direction) == ("minimize", "minimize")
    assert [(each.strategy, each.cost, each.effect, each.icer) for each in found.strategies] == [
        ("none", 2, 40, None),
        ("slow", 3, 40, None),
        ("fast", 7, 10, pytest.approx(5 / 30)),
    ]
    assert found.strategies[1].reason == "costs 1 EUR more than 'none' and avoids no more"
    assert found.strategies[2].incremental_effect == -30
    assert found.net_benefit[1].net_monetary_benefit == pytest.approx(-2 - 40 / 6)


def plain(criteria: str) -> Scenario:
    names = [part.split(":")[0].strip() for part in criteria.split(";")]
    pay = f"{{{names[0]}: 1, {names[1]}: 1}}"
    options = f"{{a: {{payoff: {pay}}}, b: {{}}}}"
    return read(f"criteria: {{{criteria.replace(';', ', ')}}}\nnodes: {{n0: {{decision: What?, options: {options}}}}}")


@pytest.mark.parametrize(
    ("criteria", "cost"),
    [
        ("lives: {}; cost: {}", "cost"),
        ("budget: {}; lives: {}", "budget"),
        ("lives: {}; outlay: {unit: EUR bn a year}", "outlay"),
        ("a: {name: Money spent}; b: {}", "a"),
        ("a: {unit: £}; b: {}", "a"),
    ],
)
def test_money_is_the_cost(criteria: str, cost: str):
    found = frontier(plain(criteria))
    assert found.cost.criterion == cost
    assert found.effect.criterion != cost


def test_what_cannot_be_told_is_asked():
    with pytest.raises(BadArgument, match="which of the criteria a, b are the cost and the effect cannot be told"):
        frontier(plain("a: {}; b: {}"))
    assert frontier(plain("a: {}; b: {}"), effect="a").cost.criterion == "b"
    with pytest.raises(BadArgument, match="cannot be both cost and effect"):
        frontier(plain("a: {}; b: {}"), effect="a", cost="a")
    with pytest.raises(UnknownName, match="unknown criterion 'c'"):
        frontier(plain("a: {}; b: {}"), cost="c")
    with pytest.raises(BadArgument, match="both minimised and maximised"):
        frontier(plain("a: {}; b: {}"), cost="a", minimize=["b"], maximize=["b"])
    with pytest.raises(BadArgument, match="has one, 'value'"):
        frontier(read("nodes: {n0: {decision: What?, options: {a: {}, b: {}}}}"))
    with pytest.raises(BadArgument, match="besides 'economy' there are 4 criteria"):
        frontier(planner.load(MOSCOW), cost="economy")


def test_directions_are_turned_by_hand():
    scenario = plain("a: {}; b: {}")
    assert [each.status for each in frontier(scenario, cost="a").strategies] == [EFFICIENT, EFFICIENT]
    turned = frontier(scenario, cost="a", minimize=["b"])
    assert [(each.strategy, each.status) for each in turned.strategies] == [("b", EFFICIENT), ("a", DOMINATED)]
    turned = frontier(scenario, cost="a", maximize=["a"])
    assert [(each.strategy, each.status) for each in turned.strategies] == [("a", EFFICIENT), ("b", DOMINATED)]


# --- whose decisions ---------------------------------------------------------------------------------------------

TWO = """
actors: {one: {name: One}, two: {name: Two}}
criteria: {cost: {}, effect: {}}
nodes:
  n0: {decision: What?, by: one, options: {a: {payoff: {cost: 1}, to: n1}, b: {}}}
  n1: {decision: And?, by: two, options: {c: {payoff: {effect: 1}}, d: {}}}
"""


def test_others_need_weights():
    with pytest.raises(BadArgument, match="two decides in this scenario, too"):
        frontier(read(TWO))
    weighed = (
        TWO.replace("name: One", "name: One, weights: {effect: 1}")
        .replace("name: Two", "name: Two, weights: {effect: -1}")
        .replace("effect: {}", "effect: {worst: 0, best: 1}")
    )
    found = frontier(read(weighed))
    assert found.others == ("two",)
    assert [(each.strategy, each.cost, each.effect) for each in found.strategies] == [("b", 0, 0), ("a", 1, 0)]
    with pytest.raises(BadArgument, match="'three' takes no decision"):
        frontier(
            read(
                weighed.replace("two: {name: Two", "three: {name: Three}, two: {name: Two").replace(
                    "{name: Three}", "{name: Three, weights: {effect: 1}}"
                )
            ),
            actor="three",
        )


def test_the_main_example():
    found = frontier(planner.load(MOSCOW), cost="economy", effect="deterrence")
    assert found.actor == "uk"
    assert found.others == ("france", "russia")
    assert found.cost.direction == "minimize"
    assert {each.option for each in found.strategies} == {"engage", "isolate", "coordinate", "drift"}
    evaluation = planner.evaluate(planner.load(MOSCOW))
    follows = sum(one.probability * one.payoff["economy"] for one in evaluation.outcomes)
    (coordinate,) = [each for each in found.strategies if each.option == evaluation.strategy["line"]]
    assert coordinate.cost == pytest.approx(follows)


# --- other arguments, forms --------------------------------------------------------------------------------------


def test_from_a_later_decision():
    found = frontier(story("two-therapies"), at="therapy[ill=0.14]")
    assert found.count == 3
    assert found.settings["at"] == "therapy[ill=0.14]"
    assert [each.cost for each in found.strategies] == [0, 20000, 70000]
    with pytest.raises(UnknownName):
        frontier(story("two-therapies"), at="result")


def test_overrides():
    changed = read("""
criteria: {cost: {}, effect: {}}
parameters: {price: 3}
nodes: {n0: {decision: What?, options: {a: {payoff: {cost: price, effect: 1}}, b: {}}}}
""")
    assert frontier(changed).strategies[1].cost == 3
    found = frontier(changed, overrides={"price": "7/2"})
    assert found.strategies[1].cost == 3.5
    assert found.settings["set"] == {"price": 3.5}


def test_errors():
    with pytest.raises(BadArgument, match="a willingness to pay cannot be -1"):
        frontier(story("usual-care"), wtp=[-1])
    with pytest.raises(BadArgument, match="more than the 20,000 that --all lists"):
        frontier(lottery(6), all=True)
    with pytest.raises(BadArgument, match="no decision"):
        frontier(read("criteria: {cost: {}, effect: {}}\nnodes: {n0: {outcome: Done, payoff: {cost: 1}}}"))
    huge = TIES.replace("cost: 3, effect: 1", "cost: 1.5e308, effect: 1").replace(
        "payoff: {effect: 0.2}", "payoff: {cost: 1.5e308}"
    )
    with pytest.raises(ScenarioError, match="too large"):
        frontier(read(huge.replace("d: {name: D, payoff: {cost: 0.1", "d: {name: D, payoff: {cost: 1.5e308")))


def test_hidden_moves_are_refused():
    text = """
criteria: {cost: {}, effect: {}}
nodes:
  first: {chance: First?, branches: {a: {p: 0.5, to: then}, b: {p: 0.5, to: then}}}
  then: {decision: Then?, unseen: [first], options: {c: {payoff: {cost: 1}}, d: {}}}
"""
    with pytest.raises(ScenarioError, match="'then' is taken without seeing"):
        frontier(read(text))


def test_one_option():
    found = frontier(
        read("criteria: {cost: {}, effect: {}}\nnodes: {n0: {decision: What?, options: {a: {payoff: {cost: 1}}}}}")
    )
    assert found.headline() == "There is one strategy: cost 1, effect 0."


def test_json():
    found = frontier(story("usual-care"), wtp=[0, 6000])
    told = json.loads(json.dumps(found.to_dict()))
    assert {"actor", "cost", "effect", "count", "strategies", "complete", "thresholds", "net_benefit"} <= set(told)
    assert told["strategies"][3] == {
        "strategy": "C",
        "option": "c",
        "choices": {"programme": "c"},
        "cost": 25000.0,
        "effect": 3.0,
        "status": "extendedly dominated",
        "reason": "a mix of 40 % 'B' and 60 % 'D' costs as much and gains 0.2 more",
        "incremental_cost": None,
        "incremental_effect": None,
        "icer": None,
        "compared_with": None,
        "dominated_by": None,
        "mix": {"B": pytest.approx(0.4), "D": pytest.approx(0.6)},
        "tied_with": [],
        "same": 1,
    }
    assert told["thresholds"][0] == {"willingness_to_pay": 5000.0, "from": "Usual care", "to": "B"}
    assert [(row["willingness_to_pay"], row["best"]) for row in told["net_benefit"]] == [
        (0, ["Usual care"]),
        (6000, ["B"]),
    ]
    assert told["net_benefit"][1]["strategies"]["B"] == 6000 * 2 - 10000


def test_markdown_and_frame(monkeypatch: pytest.MonkeyPatch):
    found = frontier(story("usual-care"))
    assert "| C | 25,000 | 3.0 |" in found._repr_markdown_()
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=list))
    assert [row["strategy"] for row in found.to_frame()] == [each.strategy for each in found.strategies]
