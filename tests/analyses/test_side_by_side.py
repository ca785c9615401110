"""Several scenarios side by side: what is set beside what, and what is only listed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from planner.analyses.evaluate import evaluate
from planner.analyses.result import BadArgument
from planner.analyses.side_by_side import side_by_side
from planner.core.rules import load
from planner.core.source import Source

# Drilling pays 400 with probability p and costs 70; selling pays 30. By hand: drill = 400 p - 70.
FIELD = """planner: 1
title: {title}
as_of: 2026-11-23
parameters: {{oil: {p}}}
nodes:
  site:
    decision: Drill?
    options: {{drill: {{name: Drill, payoff: -70, to: hole}}, sell: {{name: Sell, payoff: 30}}}}
  hole: {{chance: Oil?, branches: {{oil: {{p: oil, payoff: 400}}, dry: {{p: rest}}}}}}
"""
OTHER = """planner: 1
title: A walk
nodes: {way: {decision: Which way?, options: {left: {payoff: 1}, right: {payoff: 2}}}}
"""


def text(name: str, p: object, title: str = "") -> Source:
    return Source.from_text(FIELD.format(title=title or name, p=p), path=f"{name}.yaml")


def test_options_and_margins_are_each_scenarios_own():
    found = side_by_side([text("rich", 0.4), text("poor", 0.2)])
    assert [one.options["drill"]["self"] for one in found.all] == pytest.approx([90.0, 10.0])
    assert [one.gist.margin for one in found.all] == pytest.approx([60.0, 20.0])
    assert [one.gist.chosen for one in found.all] == ["drill", "sell"]
    assert found.headline() == "The recommendations differ: 'rich' recommends 'Drill'; 'poor' recommends 'Sell'."
    made = found.all[1].comparison
    assert made is not None
    assert made.recommendation is not None
    assert (made.recommendation.before, made.recommendation.after) == ("drill", "sell")
    assert [one.place for one in made.in_model] == ["oil"]


def test_the_same_recommendation_is_said_of_all():
    found = side_by_side([text("a", 0.4), text("b", 0.5), text("c", 0.6)])
    assert found.headline() == "All 3 recommend 'Drill'."
    assert side_by_side([text("a", 0.4), text("b", 0.5)]).headline() == "Both recommend 'Drill'."


def test_what_shares_nothing_is_listed_with_the_reason():
    found = side_by_side([text("a", 0.4), text("b", 0.5), Source.from_text(OTHER, path="walk.yaml")])
    assert [one.name for one in found.together] == ["a", "b"]
    assert [(one.name, one.why) for one in found.apart] == [("walk", "the two have no option in common by its id")]
    assert found.apart[0].gist.chosen == "right"
    assert "Not comparable with the first: 'A walk'" in found.headline()


def test_a_scenario_with_faults_is_listed_not_fatal():
    found = side_by_side([text("a", 0.4), text("b", 1.5)])
    assert not found.all[1].gist.known
    assert "cannot be evaluated" in found.apart[0].why
    assert found.all[1].to_dict()["problem"]


def test_actors_with_other_ids_are_not_set_beside_each_other():
    node = "{d: {decision: D, by: uk, options: {x: {payoff: 1}, y: {payoff: 2}}}}"
    one = f"planner: 1\ntitle: A\nactors: {{uk: {{name: UK}}}}\nnodes: {node}"
    found = side_by_side(
        [Source.from_text(one, path="a.yaml"), Source.from_text(one.replace("uk", "fr"), path="b.yaml")]
    )
    assert found.apart[0].why == "the two have no actor in common by its id"


def test_titles_that_are_the_same_are_told_apart_by_their_files():
    found = side_by_side([text("a", 0.4, "Oil"), text("b", 0.2, "Oil")])
    assert [found.called(one) for one in found.all] == ["Oil (a)", "Oil (b)"]


def test_overrides_count_for_all():
    found = side_by_side([text("a", 0.4), text("b", 0.2)], overrides={"oil": 0.3})
    assert [one.options["drill"]["self"] for one in found.all] == pytest.approx([50.0, 50.0])
    assert found.settings["set"] == {"oil": 0.3}


def test_one_alone_is_refused():
    with pytest.raises(BadArgument, match="beside nothing"):
        side_by_side([text("a", 0.4)])
    with pytest.raises(BadArgument):
        side_by_side([text("a", 0.4), text("b", 0.2)], rule="no such rule")


def test_it_is_json_and_agrees_with_an_evaluation():
    sides = [load(text("a", 0.4)), load(text("b", 0.2))]
    data = json.loads(json.dumps(side_by_side(sides).to_dict()))
    for one, scenario in zip(data["scenarios"], sides, strict=True):
        root = evaluate(scenario).root
        assert root is not None
        values = {each["option"]: each["values"]["self"] for each in one["options"]}
        assert values == {each.option: pytest.approx(float(each.values["self"])) for each in root.options}
    assert data["scenarios"][0]["comparison"] is None
    assert data["scenarios"][1]["comparison"]["changed"]


def test_notebooks_show_a_table():
    found = side_by_side([text("a|b", 0.4), text("c", 0.2)])
    assert "| a\\|b |" in found._repr_markdown_()
    assert replace(found).together == found.together
