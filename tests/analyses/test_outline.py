"""The rows of a tree: what they hold, what they leave out, and that they agree with evaluation and paths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

import planner
from planner.analyses.outline import outline
from planner.analyses.outlining import outline_growth
from planner.analyses.outlining.outline_growth import Limits
from planner.analyses.result import BadArgument, UnknownName
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ODDS_AND_EVENS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from planner.analyses.outline import Outline
    from planner.analyses.outlining.outline_rows import Row
    from planner.core.model import Scenario

SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
STORIES = sorted((ROOT / "tests" / "stories").glob("*.yaml"))
MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"
TIE = """\
planner: 1
title: A tie
nodes:
  a: {decision: A, options: {b: {payoff: 1}, c: {payoff: 1}, d: {}}}
"""
NEWS = """\
planner: 1
title: News
signals:
  report: {about: storm, likelihood: {"yes": {warm: 0.2, cold: 0.8}, "no": {warm: 0.7, cold: 0.3}}}
nodes:
  listen: {observe: report, branches: {warm: {to: sail}, cold: {to: sail}}}
  sail: {decision: Sail?, options: {out: {to: storm}, home: {}}}
  storm: {chance: A storm?, branches: {"yes": {p: 0.3, payoff: -10}, "no": {p: rest, payoff: 5}}}
"""


def scenario(text: str) -> Scenario:
    return load(Source.from_text(text, path="test.yaml"))


def ends(found: Outline) -> list[Row]:
    return [row for row, below in zip(found.rows, found.children(), strict=True) if not below]


def possible_ends(found: Outline) -> list[Row]:
    """Return the ends to which no impossible branch leads; only these are paths."""
    possible: list[bool] = []
    for row in found.rows:
        possible.append(row.probability != 0 and (row.parent < 0 or possible[row.parent]))
    ended = [not below for below in found.children()]
    return [row for row, ends_here, may in zip(found.rows, ended, possible, strict=True) if ends_here and may]


def trail(found: Outline, row: Row) -> tuple[str, ...]:
    edges = []
    while row.parent >= 0:
        edges.append(row.path)
        row = found.rows[row.parent]
    return tuple(reversed(edges))


@pytest.mark.parametrize("file", [*SCENARIOS, *STORIES], ids=lambda file: file.stem)
def test_leaves_are_the_paths(file: Path):
    subject = planner.load(file)
    every = planner.paths(subject, all=True, top=400)
    if every.total > 400:
        pytest.skip("more paths than a test should list")
    reached = {one.edges: one for one in planner.paths(subject, top=400).paths}
    found = outline(subject, limits=Limits(expand=True))
    assert found.paths == len(ends(found))
    assert every.total == len(possible_ends(found))
    by_edges = {one.edges: one for one in every.paths}
    for row in possible_ends(found):
        edges = trail(found, row)
        assert row.values == pytest.approx(dict(by_edges[edges].values))
        one = reached.get(edges)
        assert row.path_probability == pytest.approx(float(one.probability) if one else 0.0)
        assert row.reached == (one is not None and one.probability > 0)


@pytest.mark.parametrize("file", [*SCENARIOS, *STORIES], ids=lambda file: file.stem)
@pytest.mark.parametrize("expand", [False, True])
def test_values_fold_back(file: Path, *, expand: bool):
    """A decision is worth what the chosen option is, a chance node the mean of its branches, in every row."""
    subject = planner.load(file)
    if any(actor.risk_tolerance is not None for actor in subject.actors.values()):
        pytest.skip("certainty equivalents do not fold back as means")
    found = outline(subject, limits=Limits(rows=300, expand=expand))
    for row, children in zip(found.rows, found.children(), strict=True):
        below = [found.rows[child] for child in children]
        if not below:
            continue
        for actor in found.actors:
            if row.kind == "decision":
                expected = [child.values[actor] for child in below if child.chosen]
                assert len(expected) == 1
            else:
                assert math.fsum(child.probability or 0 for child in below) == pytest.approx(1)
                expected = [math.fsum((child.probability or 0) * child.values[actor] for child in below)]
            assert row.values[actor] == pytest.approx(expected[0], abs=1e-9)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
@pytest.mark.parametrize(
    "limits", [Limits(), Limits(depth=1), Limits(depth=2), Limits(rows=10), Limits(rows=25, expand=True)], ids=repr
)
def test_probabilities_of_all_ends_add_up(file: Path, limits: Limits):
    found = outline(planner.load(file), limits=limits)
    assert math.fsum(row.path_probability or 0 for row in ends(found)) == pytest.approx(1)


@pytest.mark.parametrize("rule", ["expected", "maximin", "maximax", "laplace", "hurwicz:0.3"])
def test_values_are_those_of_the_evaluation(rule: str):
    subject = planner.load(MOSCOW)
    evaluation = planner.evaluate(subject, rule=rule)
    found = outline(subject, rule=rule)
    assert found.rows[0].values == pytest.approx(evaluation.values)
    assert found.headline() == evaluation.headline()
    assert evaluation.root is not None
    for row in (row for row in found.rows if row.parent == 0):
        option = evaluation.root.option(row.path.partition(".")[2])
        assert row.values == pytest.approx(dict(option.values))
        assert row.chosen == (option.option == evaluation.root.chosen)


def test_what_a_step_adds_lies_between_value_and_value_to_go():
    found = outline(planner.load(MOSCOW), limits=Limits(expand=True))
    start = found.rows[0]
    for row in found.rows:
        for actor in found.actors:
            gained = row.values[actor] - row.to_go[actor]
            assert start.values[actor] - start.to_go[actor] <= 100
            if row.parent >= 0 and not row.payoff:
                before = found.rows[row.parent]
                assert gained == pytest.approx(before.values[actor] - before.to_go[actor])


def test_payoffs_as_they_are_written():
    rows = {row.path: row for row in outline(planner.load(MOSCOW)).rows}
    assert rows["benchmarks.met"].payoff == {None: {"deescalation": 16, "economy": -12, "credibility": 8}}
    assert rows["benchmarks.met"].end_payoff == {None: {"cohesion": 12, "credibility": 6, "deterrence": 4}}
    assert rows["hybrid.absorbed"].payoff == {None: {"economy": 7.5}}


# --- shared nodes ---------------------------------------------------------------------------------------------


def test_shared_nodes_are_drawn_once_where_the_strategy_passes():
    found = outline(planner.load(MOSCOW))
    children = found.children()
    drawn = [row.state for row, below in zip(found.rows, children, strict=True) if below]
    assert len(drawn) == len(set(drawn))
    references = [row for row in found.rows if row.see is not None]
    assert len(references) == 5
    for row in references:
        assert row.see is not None
        assert found.rows[row.see].state == row.state
        assert children[row.see]
        assert not row.hidden
    benchmarks = found.rows[next(row.see for row in references if row.state == "benchmarks" and row.see)]
    assert benchmarks.path == "line.coordinate"
    assert benchmarks.reached


def test_a_shared_node_that_the_strategy_reaches_beyond_the_fold_is_drawn_off_the_strategy():
    found = outline(planner.load(MOSCOW), limits=Limits(depth=2))
    sanctions = [row for row in found.rows if row.state == "sanctions"]
    assert [row.path for row in sanctions] == ["line.isolate", "benchmarks.missed"]
    assert sanctions[0].see is None
    assert found.children()[found.rows.index(sanctions[0])]
    assert sanctions[1].see == found.rows.index(sanctions[0])


def test_expanded_nothing_refers():
    found = outline(planner.load(MOSCOW), limits=Limits(rows=30, expand=True))
    assert all(row.see is None for row in found.rows)
    assert found.folded


# --- folding --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", range(7))
def test_depth(depth: int):
    found = outline(planner.load(MOSCOW), limits=Limits(depth=depth, expand=True))
    assert max(row.depth for row in found.rows) == min(depth, 7)
    leaves = [row for row in ends(found) if not row.hidden]
    assert sum(row.hidden for row in found.rows) + len(leaves) == found.paths == 45


@pytest.mark.parametrize("rows", [5, 10, 20, 22])
def test_rows(rows: int):
    found = outline(planner.load(MOSCOW), limits=Limits(rows=rows))
    assert 5 <= len(found.rows) <= rows
    assert found.folded == (rows < 22)


def test_the_likeliest_part_is_drawn():
    found = outline(planner.load(MOSCOW), limits=Limits(rows=8))
    grown = [row.path for row, below in zip(found.rows, found.children(), strict=True) if below]
    assert grown == ["", "line.coordinate"]


def test_paths_beyond_a_million_are_not_counted():
    lines = [
        f"  n{i}: {{chance: N, branches: {{a: {{p: 0.5, to: n{i + 1}}}, b: {{p: rest, to: n{i + 1}}}}}}}"
        for i in range(30)
    ]
    found = outline(scenario("\n".join(["planner: 1", "title: T", "nodes:", *lines, "  n30: {outcome: End}", ""])))
    assert found.paths == outline_growth.MANY + 1
    assert len(found.rows) == 61


def test_more_rows_than_anybody_reads(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outline_growth, "MANY", 50)
    with pytest.raises(BadArgument, match="when shared nodes are repeated; limit them with --rows"):
        outline(planner.load(MOSCOW), limits=Limits(expand=True))


def test_a_chain_needs_no_recursion():
    lines = [f"  n{i}: {{decision: N, options: {{on: {{payoff: 1, to: n{i + 1}}}}}}}" for i in range(3000)]
    found = outline(
        scenario("\n".join(["planner: 1", "title: A chain", "nodes:", *lines, "  n3000: {outcome: End}", ""]))
    )
    assert found.rows[-1].depth == 3000
    assert found.rows[-1].values == {"self": 3000}


# --- arguments ------------------------------------------------------------------------------------------------


def test_start_elsewhere():
    subject = planner.load(MOSCOW)
    found = outline(subject, at="after-stall")
    decision = next(one for one in planner.evaluate(subject).decisions if one.node == "after-stall")
    assert found.rows[0].state == "after-stall"
    assert found.rows[0].values == pytest.approx(dict(decision.option(decision.chosen).values))
    assert found.actors[0] == "france"
    assert found.deciders == ("france",)
    assert found.headline().startswith(
        "From 'after-stall' on, 'Tie further talks to benchmarks' is followed: France 48.7"
    )
    assert math.fsum(row.path_probability or 0 for row in ends(found)) == pytest.approx(1)


def test_start_in_a_state():
    subject = planner.load(ROOT / "scenarios" / "trilateral-talks.yaml")
    found = outline(subject, at="table[round=2, trust=1]")
    assert found.rows[0].state == "table[round=2, trust=1]"
    with pytest.raises(BadArgument, match=r"'table' stands for \d+ states; name one of them, such as 'table\["):
        outline(subject, at="table")


def test_names_that_do_not_exist():
    subject = planner.load(MOSCOW)
    with pytest.raises(UnknownName, match="did you mean 'benchmarks'"):
        outline(subject, at="benchmark")
    with pytest.raises(UnknownName, match="did you mean 'france'"):
        outline(subject, actor="frence")
    with pytest.raises(BadArgument):
        outline(subject, rule="best")


def test_actors_who_decide_stand_first():
    text = """\
planner: 1
title: Order
actors: {a: {name: A}, b: {name: B}, c: {name: C}}
nodes:
  one: {decision: One, by: [c], options: {x: {to: two}, y: {}}}
  two: {decision: Two, by: [b], options: {x: {payoff: {a: 1, b: 2, c: 3}}, y: {}}}
"""
    found = outline(scenario(text))
    assert found.actors == ("c", "b", "a")
    assert found.deciders == ("c",)
    assert outline(scenario(text), actor="a").actors == ("a",)
    assert outline(scenario(text), actor="a").deciders == ()


def test_other_numbers():
    subject = planner.load(MOSCOW)
    found = outline(subject, overrides={"benchmarks_met": 0.5})
    assert found.rows[0].values == pytest.approx(planner.evaluate(subject, overrides={"benchmarks_met": 0.5}).values)
    assert found.settings["set"] == {"benchmarks_met": 0.5}


def test_ties():
    rows = outline(scenario(TIE)).rows
    assert [(row.chosen, row.tied) for row in rows] == [(False, False), (True, True), (False, True), (False, False)]


def test_what_happened_is_certain():
    text = """\
planner: 1
title: Done
nodes:
  a: {chance: A, branches: {b: {p: 0.3, payoff: 1}, c: {p: rest}}, resolved: {branch: b}}
"""
    rows = outline(scenario(text)).rows
    assert [row.probability for row in rows] == [None, 1, 0]
    assert [row.reached for row in rows] == [True, True, False]


# --- without values -------------------------------------------------------------------------------------------


def test_hidden_moves_are_drawn_without_values():
    found = outline(scenario(ODDS_AND_EVENS))
    assert found.headline().startswith("Drawn without values: 'second' is taken without seeing 'first'")
    assert [row.state for row in found.rows][:2] == ["first", "second[up=1]"]
    for row in found.rows:
        assert row.values == {}
        assert row.to_go == {}
        assert row.path_probability is None
        assert [row.chosen, row.tied, row.reached] == [False, False, False]


def test_news_changes_probabilities():
    found = outline(scenario(NEWS), limits=Limits(expand=True))
    chances = {(row.state, row.path): row.probability for row in found.rows if row.probability is not None}
    # P(warm) = 0.3 x 0.2 + 0.7 x 0.7 = 0.55, and P(yes | warm) = 0.06 / 0.55
    assert chances["sail[report=warm]", "listen.warm"] == pytest.approx(0.55)
    assert chances["storm.yes", "storm.yes"] == pytest.approx(0.24 / 0.45)  # the last one drawn, after cold news


def test_weights_that_nobody_has():
    text = "planner: 1\ntitle: T\ncriteria: {a: {}, b: {}}\nnodes: {n: {decision: N, options: {x: {payoff: {a: 1}}}}}\n"
    found = outline(scenario(text))
    assert "nobody weighs the criteria" in found.headline()
    assert found.rows[1].payoff == {None: {"a": 1}}


def test_json():
    found = outline(planner.load(MOSCOW), limits=Limits(depth=1)).to_dict()
    assert found["start"] == "line"
    assert found["folded"] is True
    assert found["missing"] is None
    assert found["rows"][0]["parent"] is None
    coordinate = next(row for row in found["rows"] if row["edge"] == "line.coordinate")
    assert coordinate["chosen"] is True
    assert coordinate["hidden"] > 1
    assert coordinate["payoff"] == {"deterrence": 4, "credibility": 4, "cohesion": 6, "economy": 4}
    assert set(coordinate["values"]) == set(found["actors"])
