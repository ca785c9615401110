"""Paths agree with networkx and with what the scenario's evaluation says about the same strategy."""

from __future__ import annotations

import json
import math
from typing import Any

import networkx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.analyses.evaluate import evaluate
from planner.analyses.paths import PathResult, Paths, paths
from planner.analyses.result import BadArgument, UnknownName
from planner.core.diagnostics import ScenarioError
from planner.core.expression import Expression
from planner.core.model import VALUE, Actor, Criterion, Edge, Node, Scenario
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ODDS_AND_EVENS

Way = tuple[str, ...]

# H. Raiffa, Decision Analysis (1968), ch. 2; numbers as in tests/stories/raiffa-wildcatter.yaml.
WILDCATTER = """
planner: 1
title: The oil wildcatter
nodes:
  test: {decision: Soundings?, options: {sound: {payoff: -10, to: seismic}, skip: {to: blind}}}
  seismic:
    chance: What do they show?
    branches: {closed: {p: 6 / 25, to: on-closed}, open: {p: 7 / 20, to: on-open}, none: {p: rest, to: on-none}}
  on-closed: {decision: Drill?, options: {drill: {to: oil-closed}, leave: {}}}
  on-open: {decision: Drill?, options: {drill: {to: oil-open}, leave: {}}}
  on-none: {decision: Drill?, options: {drill: {to: oil-none}, leave: {}}}
  blind: {decision: Drill?, options: {drill: {to: oil}, leave: {}}}
  oil-closed:
    chance: Oil?
    branches: {dry: {p: 5 / 24, payoff: -70}, wet: {p: 3 / 8, payoff: 50}, soak: {p: 5 / 12, payoff: 200}}
  oil-open:
    chance: Oil?
    branches: {dry: {p: 3 / 7, payoff: -70}, wet: {p: 12 / 35, payoff: 50}, soak: {p: 8 / 35, payoff: 200}}
  oil-none:
    chance: Oil?
    branches: {dry: {p: 30 / 41, payoff: -70}, wet: {p: 9 / 41, payoff: 50}, soak: {p: 2 / 41, payoff: 200}}
  oil:
    chance: Oil?
    branches: {dry: {p: 0.5, payoff: -70}, wet: {p: 0.3, payoff: 50}, soak: {p: 0.2, payoff: 200}}
"""

ROUNDS = """
planner: 1
title: Rounds
state: {round: 1}
nodes:
  table:
    decision: Go on?
    options:
      again: {when: round < 4, set: {round: round + 1}, to: answer}
      stop: {to: settle}
  answer:
    chance: Do they give way?
    branches: {yes: {p: 0.5, payoff: 8, to: done}, no: {p: rest, payoff: -1, to: table}}
  done: {outcome: Agreement}
  settle: {outcome: Deadlock}
"""

JOINT = """
planner: 1
title: Joint
actors: {uk: {name: UK}, france: {name: France}}
nodes:
  line:
    decision: Which line?
    by: [uk, france]
    rule: unanimity
    fallback: drift
    options:
      drift: {to: after}
      engage: {payoff: {uk: -5, france: 9}, to: after}
      sanction: {payoff: {uk: 1, france: 1}, to: after}
  after: {decision: And then?, by: france, options: {rest: {}, press: {payoff: {uk: 3, france: -1}}}}
"""


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def by_edges(result: Paths) -> dict[Way, PathResult]:
    return {path.edges: path for path in result.paths}


# --- laws -------------------------------------------------------------------------------------------------------


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a small scenario of two actors, with shared nodes, path state, and amounts for all or for one."""
    names = [f"n{i}" for i in range(draw(st.integers(1, 5)))]
    amounts = st.integers(-3, 3).map(Expression.of)
    nodes = []
    for i, name in enumerate(names):
        kind = draw(st.sampled_from(["decision", "chance"]))
        count = draw(st.integers(1, 3))
        parts = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count).filter(any))
        edges = {}
        for j, part in enumerate(parts):
            key = draw(st.sampled_from([None, "a"]))
            edges[f"e{j}"] = Edge(
                id=f"e{j}",
                node=name,
                name="",
                to=draw(st.sampled_from([*names[i + 1 :], *names[i + 1 :], "good", "bad", None])),
                p=Expression.of(f"{part} / {sum(parts)}") if kind == "chance" else None,
                payoff={key: {VALUE: draw(amounts)}} if draw(st.booleans()) else {},
                set={"mark": Expression.of("mark + 1")} if draw(st.integers(0, 2)) == 2 else {},
            )
        by = (draw(st.sampled_from("ab")),) if kind == "decision" else ()
        nodes.append(Node(id=name, kind=kind, title=name, edges=edges, by=by))  # type: ignore[arg-type]
    nodes.append(Node(id="good", kind="outcome", title="", payoff={None: {VALUE: Expression.of("4 - mark")}}))
    nodes.append(Node(id="bad", kind="outcome", title=""))
    return Scenario(
        title="drawn",
        nodes={node.id: node for node in nodes},
        actors={"a": Actor("a", "A"), "b": Actor("b", "B")},
        criteria={VALUE: Criterion(VALUE, VALUE, start=1.0)},
        state={"mark": 0.0},
    )


def walk(scenario: Scenario, strategy: dict[str, str] | None) -> dict[Way, tuple[str, float, list[str]]]:
    """List the paths through the networkx graph: edges -> (outcome, probability, states)."""
    graph: Any = scenario.graph()
    ends = [state for state, kind in graph.nodes(data="kind") if kind == "outcome"]
    found = {}
    ways: Any = networkx.all_simple_edge_paths(graph, graph.graph["root"], ends)
    for way in ways:
        steps = [graph.edges[step] for step in way]
        p = math.prod(step.get("p", 1.0) for step in steps)
        followed = strategy is None or all(strategy.get(state, key) == key for state, _, key in way)
        if p > 0 and followed:
            names = tuple(step["path"] for step in steps)
            found[names] = (graph.nodes[way[-1][1]]["node"], p, [way[0][0], *(end for _, end, _ in way)])
    return found


def strategy_of(scenario: Scenario) -> dict[str, str]:
    return {decision.state: decision.chosen for decision in evaluate(scenario).decisions}


def same_paths(result: Paths, expected: dict[Way, tuple[str, float, list[str]]]) -> bool:
    assert result.total == len(result.paths) == len(expected)
    return {path.edges: path.outcome for path in result.paths} == {
        way: outcome for way, (outcome, _, _) in expected.items()
    } and all(math.isclose(path.probability, expected[path.edges][1]) for path in result.paths)


@given(scenarios())
def test_paths_are_those_of_networkx_and_the_strategy(scenario: Scenario) -> None:
    assert same_paths(paths(scenario), walk(scenario, strategy_of(scenario)))
    assert same_paths(paths(scenario, all=True), walk(scenario, None))


@given(scenarios())
def test_probabilities_add_up_and_values_average_to_the_value_at_the_root(scenario: Scenario) -> None:
    result, evaluation = paths(scenario), evaluate(scenario)
    assert math.isclose(sum(path.probability for path in result.paths), 1.0)
    assert result.probability == pytest.approx(1.0)
    for actor, value in evaluation.values.items():
        mean = sum(path.probability * path.values[actor] for path in result.paths)
        assert math.isclose(mean, value, abs_tol=1e-9)
    for outcome in evaluation.outcomes:
        here = [path for path in result.paths if path.outcome == outcome.outcome]
        assert math.isclose(sum(path.probability for path in here), outcome.probability)
        for criterion, amount in outcome.payoff.items():
            total = sum(path.probability * path.payoff[criterion] for path in here)
            assert math.isclose(total, amount * outcome.probability, abs_tol=1e-9)
    for decision in evaluation.decisions:
        assert math.isclose(result.reach.get(decision.state, 0.0), decision.probability, abs_tol=1e-12)
        if decision.probability:
            assert result.ties.get(decision.state, ()) == decision.tied


@given(scenarios(), st.booleans())
def test_the_first_of_a_long_list_are_the_most_probable(scenario: Scenario, every: bool) -> None:
    listed = paths(scenario, all=every).paths
    chances = [path.probability for path in listed]
    assert chances == sorted(chances, reverse=True)
    for top in range(1, len(listed) + 2):
        short = paths(scenario, all=every, top=top)
        # 3/5 of 2/3 and 2/5 are the same chance, and either path may come first
        assert [path.probability for path in short.paths] == pytest.approx(chances[:top], rel=1e-12)
        assert all(path in listed for path in short.paths)
        assert (short.total, short.truncated) == (len(listed), top < len(listed))


@given(scenarios(), st.data())
def test_filters_take_out_the_paths_that_do_not_match(scenario: Scenario, data: st.DataObject) -> None:
    every = walk(scenario, None)
    outcomes = ["good", "bad", *(edge.path for edge in scenario.edges() if edge.to is None)]
    to = data.draw(st.none() | st.sampled_from(outcomes))
    labels = [state for state in scenario.graph() if "[" in state]
    names = [*scenario.nodes, *(edge.path for edge in scenario.edges()), *labels]
    through = data.draw(st.lists(st.sampled_from(names), max_size=2))
    expected = {
        way: (outcome, p, states)
        for way, (outcome, p, states) in every.items()
        if to in {None, outcome}
        and all(
            name in way or name in states or name in {state.partition("[")[0] for state in states} for name in through
        )
    }
    assert same_paths(paths(scenario, all=True, to=to, through=through), expected)


@given(scenarios(), st.data())
def test_given_makes_a_branch_certain_and_leaves_the_strategy(scenario: Scenario, data: st.DataObject) -> None:
    branches = [edge for edge in scenario.edges() if scenario.nodes[edge.node].kind == "chance"]
    assume(branches)
    branch = data.draw(st.sampled_from(branches))
    chances = {f"{branch.node}.{edge}" for edge in scenario.nodes[branch.node].edges}
    before = walk(scenario, strategy_of(scenario))
    result = paths(scenario, given=[branch.path])
    matching = [way for way in before if chances.isdisjoint(way) or branch.path in way]
    assert {path.edges for path in result.paths} == set(matching)
    for path in result.paths:
        share = branch.p.constant if branch.path in path.edges and branch.p is not None else 1.0
        assert share is not None
        assert math.isclose(path.probability * share, before[path.edges][1])


@given(scenarios())
def test_a_forced_option_is_worth_what_its_decision_says(scenario: Scenario) -> None:
    for decision in evaluate(scenario).decisions:
        if decision.state != "n0":
            continue
        for option in decision.options:
            result = paths(scenario, choose={"n0": option.option})
            assert {path.edges[0] for path in result.paths} == {f"n0.{option.option}"}
            for actor, value in option.values.items():
                mean = sum(path.probability * path.values[actor] for path in result.paths)
                assert math.isclose(mean, value, abs_tol=1e-9)


@given(scenarios(), st.booleans())
@settings(max_examples=60)
def test_chokepoints_are_the_dominators_of_networkx(scenario: Scenario, every: bool) -> None:
    result = paths(scenario, all=every)
    ways = walk(scenario, None if every else strategy_of(scenario))
    for outcome, names in result.chokepoints.items():
        passed = [set(states[:-1]) for end, _, states in ways.values() if end == outcome]
        states = set.intersection(*passed)
        nodes = set.intersection(*({state.partition("[")[0] for state in states} for states in passed))
        rest = nodes - {state.partition("[")[0] for state in states}
        assert set(names) == states | rest
    assert set(result.chokepoints) == {outcome for outcome, _, _ in ways.values()}


@given(scenarios())
@settings(max_examples=60)
def test_reachability(scenario: Scenario) -> None:
    result = paths(scenario)
    places = {*scenario.nodes, *(edge.path for edge in scenario.edges() if edge.to is None)}
    followed, free = walk(scenario, strategy_of(scenario)), walk(scenario, None)
    met = {state.partition("[")[0] for _, _, states in followed.values() for state in states}
    possible = {state.partition("[")[0] for _, _, states in free.values() for state in states}
    assert (set(result.reachable), set(result.unreachable)) == (met, places - met)
    assert set(result.impossible) == places - possible
    assert set(result.reach) == {state for _, _, states in followed.values() for state in states}


# --- worked cases -----------------------------------------------------------------------------------------------


def test_the_wildcatter_has_the_published_paths() -> None:
    result = paths(read(WILDCATTER))
    sound = "test.sound"
    published = {
        (sound, "seismic.none", "on-none.leave"): (0.41, -10),
        (sound, "seismic.open", "on-open.drill", "oil-open.dry"): (0.15, -80),
        (sound, "seismic.open", "on-open.drill", "oil-open.wet"): (0.12, 40),
        (sound, "seismic.closed", "on-closed.drill", "oil-closed.soak"): (0.10, 190),
        (sound, "seismic.closed", "on-closed.drill", "oil-closed.wet"): (0.09, 40),
        (sound, "seismic.open", "on-open.drill", "oil-open.soak"): (0.08, 190),
        (sound, "seismic.closed", "on-closed.drill", "oil-closed.dry"): (0.05, -80),
    }
    assert [path.edges for path in result.paths] == list(published)
    for path, (p, value) in zip(result.paths, published.values(), strict=True):
        assert path.probability == pytest.approx(p, rel=1e-14)
        assert path.values == {"self": value}
        assert path.payoff == {"value": value}
    assert result.headline() == (
        "7 paths are possible under the recommended strategy; the most probable one ends in 'on-none.leave', with "
        "probability 41 %."
    )
    assert result.chokepoints["oil-open.wet"] == ("test", "seismic", "on-open", "oil-open")
    assert result.unreachable[:3] == ("blind", "oil-none", "oil")
    assert result.unreachable[3:6] == ("on-closed.leave", "on-open.leave", "blind.leave")
    assert {name.partition(".")[0] for name in result.unreachable[6:]} == {"oil-none", "oil"}
    assert result.impossible == ()


def test_a_forced_decision_lets_the_later_ones_answer() -> None:
    scenario = read(WILDCATTER)
    result = paths(scenario, choose={"test": "skip"})
    assert {path.edges[:2] for path in result.paths} == {("test.skip", "blind.drill")}
    assert sum(path.probability * path.values["self"] for path in result.paths) == pytest.approx(20)
    assert "with test = skip" in result.headline()


def test_given_is_news_for_the_reader_only() -> None:
    # Even if it is known to be dry under an open structure, the strategy drills there: it was made before.
    result = paths(read(WILDCATTER), given=["oil-open.dry", "seismic.open"])
    (path,) = result.paths
    assert (path.edges[-1], path.probability, result.probability) == ("oil-open.dry", 1.0, 1.0)


def test_several_given_branches_share_what_they_had() -> None:
    result = paths(read(WILDCATTER), given=["seismic.open", "seismic.closed"], through=["seismic.open"])
    assert result.probability == pytest.approx(0.35 / 0.59)


def test_states_of_a_loop_are_written_with_their_round() -> None:
    result = paths(read(ROUNDS))
    assert [path.probability for path in result.paths] == [0.5, 0.25, 0.125, 0.125]
    assert result.reach["table[round=3]"] == 0.25
    assert result.chokepoints["settle"][-2:] == ("answer[round=4]", "table[round=4]")
    assert result.chokepoints["done"] == ("table[round=1]", "answer[round=2]")
    late = paths(read(ROUNDS), through=["table[round=3]"])
    assert late.total == 2
    assert late.probability == 0.25
    stopped = paths(read(ROUNDS), choose={"table[round=2]": "stop"})
    assert [path.edges[-1] for path in stopped.paths] == ["answer.yes", "table.stop"]
    assert paths(read(ROUNDS), choose={"table": "again"}).total == 4  # not on the table in round 4
    mixed = paths(read(ROUNDS), choose={"table[round=3]": "again", "table": "stop"})
    assert [path.edges for path in mixed.paths] == [("table.stop",)]


def test_a_joint_decision_can_be_forced_to_any_option() -> None:
    scenario = read(JOINT)
    assert [path.edges for path in paths(scenario).paths] == [("line.sanction", "after.rest")]
    for option, values in {"engage": {"uk": -5, "france": 9}, "drift": {"uk": 0, "france": 0}}.items():
        (path,) = paths(scenario, choose={"line": option}).paths
        assert path.values == values
        assert path.payoffs == {"uk": {"value": values["uk"]}, "france": {"value": values["france"]}}


def test_the_first_of_tied_options_is_followed_and_the_tie_is_told() -> None:
    text = "planner: 1\ntitle: Tie\nnodes:\n  a: {decision: Which?, options: {x: {payoff: 1}, y: {payoff: 1}, z: {}}}\n"
    result = paths(read(text))
    assert [path.edges for path in result.paths] == [("a.x",)]
    assert result.ties == {"a": ("x", "y")}


def ladder(stages: int, p: str) -> Scenario:
    """Return a chance ladder: two branches a stage, both to the next one."""
    nodes = {}
    for i in range(stages):
        edges = {
            "up": Edge(id="up", node=f"s{i}", name="", to=f"s{i + 1}", p=Expression.of(p)),
            "down": Edge(id="down", node=f"s{i}", name="", to=f"s{i + 1}", rest=True),
        }
        nodes[f"s{i}"] = Node(id=f"s{i}", kind="chance", title="", edges=edges)
    nodes[f"s{stages}"] = Node(id=f"s{stages}", kind="outcome", title="")
    return Scenario("ladder", nodes, {"self": Actor("self", "self")}, {VALUE: Criterion(VALUE, VALUE)})


def test_ten_of_the_paths_of_a_long_ladder() -> None:
    result = paths(ladder(100, "0.6"), top=10)
    assert result.total == 2**100
    assert len(result.paths) == 10
    assert result.truncated
    assert result.paths[0].probability == pytest.approx(0.6**100)
    assert [path.edges.index(f"s{99 - i}.down") for i, path in enumerate(result.paths[1:])] == list(range(99, 90, -1))
    assert len(result.chokepoints["s100"]) == 100
    assert paths(ladder(100, "0.6"), top=1, through=["s50.down"], to="s100").total == 2**99
    assert "about 1.3e30 paths" in result.headline()


def test_paths_too_improbable_for_a_float_keep_their_order() -> None:
    result = paths(ladder(4_000, "0.6"), top=2)
    assert [path.probability for path in result.paths] == [0.0, 0.0]
    assert [path.edges[-1] for path in result.paths] == ["s3999.up", "s3999.down"]
    small = paths(ladder(1_400, "0.6"), top=1).paths[0].probability
    assert math.log10(small) == pytest.approx(1_400 * math.log10(0.6), rel=1e-6)


def test_long_lists_of_chokepoints_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths(read(WILDCATTER)).chokepoints_complete
    monkeypatch.setattr("planner.core.routes.LISTED_NAMES", 7)
    result = paths(read(WILDCATTER))
    assert result.chokepoints == {
        "on-none.leave": ("test", "seismic", "on-none"),
        "oil-closed.dry": ("test", "seismic", "on-closed", "oil-closed"),
        "oil-closed.wet": ("test", "seismic", "on-closed", "oil-closed"),
    }
    assert not result.chokepoints_complete


def test_a_thousand_are_listed_when_nobody_says() -> None:
    result = paths(ladder(12, "0.6"))
    assert (len(result.paths), result.total, result.truncated) == (1_000, 4_096, True)
    assert len(paths(ladder(12, "0.6"), top=5_000).paths) == 4_096


def test_impossible_branches_are_left_out() -> None:
    result = paths(ladder(3, "1"))
    assert [path.edges for path in result.paths] == [("s0.up", "s1.up", "s2.up")]
    assert paths(ladder(3, "1"), all=True).total == 1


# --- nothing to show, and wrong words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        (
            {"to": "blind.leave"},
            "No path is possible under the recommended strategy to 'blind.leave': this strategy does not lead there.",
        ),
        ({"through": ["blind"]}, "No path is possible under the recommended strategy through blind."),
        (
            {"given": ["test.skip"], "to": "oil-open.dry"},
            "No path is possible under the recommended strategy, given test.skip, to 'oil-open.dry'.",
        ),
        (
            {"all": True, "through": ["on-open", "on-closed"]},
            "No path is possible in all through on-open and on-closed.",
        ),
    ],
)
def test_a_contradiction_is_an_empty_answer(question: dict[str, Any], headline: str) -> None:
    result = paths(read(WILDCATTER), **question)
    assert (result.paths, result.total, result.chokepoints) == ((), 0, {})
    assert result.headline() == headline
    assert headline in result._repr_markdown_()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"to": "oil-open.wett"}, "unknown outcome 'oil-open.wett'; did you mean 'oil-open.wet'?"),
        ({"to": "seismic"}, "unknown outcome 'seismic'"),
        ({"through": ["seismik"]}, "unknown node 'seismik'; did you mean 'seismic'?"),
        ({"given": ["seismic.opn"]}, "unknown branch 'seismic.opn'; did you mean 'seismic.open'?"),
        ({"choose": {"tests": "skip"}}, "unknown decision 'tests'; did you mean 'test'?"),
        ({"choose": {"seismic": "open"}}, "unknown decision 'seismic'"),
        ({"choose": {"test": "skipp"}}, "unknown option of 'test' 'skipp'; did you mean 'skip'?"),
        ({"overrides": {"oil": 3}}, "unknown parameter 'oil'"),
    ],
)
def test_an_unknown_name_is_named(question: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownName) as caught:
        paths(read(WILDCATTER), **question)
    assert message in str(caught.value)


def test_arguments_that_make_no_sense() -> None:
    with pytest.raises(BadArgument, match="no list has 0 paths"):
        paths(read(ROUNDS), top=0)
    with pytest.raises(BadArgument, match="unknown rule 'best'"):
        paths(read(ROUNDS), rule="best")


def test_hidden_moves_of_several_stop_with_their_place() -> None:
    with pytest.raises(ScenarioError, match="without seeing"):
        paths(read(ODDS_AND_EVENS))


def test_the_rule_and_other_numbers_change_the_strategy() -> None:
    text = (
        "planner: 1\ntitle: Bet\nparameters: {win: {value: 9}}\nnodes:\n"
        "  a: {decision: Bet?, options: {bet: {to: coin}, pass: {}}}\n"
        "  coin: {chance: Coin, branches: {heads: {p: 0.5, payoff: win}, tails: {p: 0.5, payoff: -5}}}\n"
    )
    assert paths(read(text)).total == 2
    assert paths(read(text), rule="maximin").total == 1
    assert "under the strategy by maximin" in paths(read(text), rule="maximin").headline()
    low = paths(read(text), overrides={"win": 2})
    assert [path.edges for path in low.paths] == [("a.pass",)]
    assert low.settings["set"] == {"win": 2}


def test_the_result_is_plain_data() -> None:
    result = paths(read(JOINT), top=3)
    plain = json.loads(json.dumps(result.to_dict()))
    assert plain["paths"] == [
        {
            "edges": ["line.sanction", "after.rest"],
            "outcome": "after.rest",
            "probability": 1.0,
            "values": {"uk": 1.0, "france": 1.0},
            "payoff": {"value": 0.0},
            "payoffs": {"uk": {"value": 1.0}, "france": {"value": 1.0}},
        }
    ]
    assert plain["total"] == 1
    assert set(plain) >= {"chokepoints", "reach", "unreachable", "impossible", "truncated", "probability", "ties"}
    assert result._repr_markdown_().splitlines()[-1] == "| 100 % | line.sanction → after.rest | after.rest | 1 | 1 |"
