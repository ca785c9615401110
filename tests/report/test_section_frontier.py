from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.frontier import Frontier, frontier
from planner.core.rules import load
from planner.core.source import Source
from planner.report.charts_frontier import Plane, PlanePoint, frontier_svg
from planner.report.findings import Findings
from planner.report.label_places import Box, places
from planner.report.render import render_report
from planner.report.sections.frontier import finding, section
from tests.analyses.test_frontier import STORIES, lottery
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.report.sections import Section

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"


def read(text: str) -> Any:
    return load(Source.from_text("planner: 1\ntitle: Made up\n" + text))


def told(result: Frontier) -> Section:
    return section(result, Findings(planner.evaluate(planner.load(MOSCOW))))


def test_the_main_example_in_its_paper():
    scenario = planner.load(MOSCOW)
    result = frontier(scenario, cost="economy", effect="deterrence")
    evaluation, paths = planner.evaluate(scenario), planner.paths(scenario)
    paper = render_report(evaluation, paths, version="0", analyses={"frontier": result})
    again = render_report(evaluation, paths, version="0", analyses={"frontier": result})
    assert paper == again
    assert "\n## What does more Deterrence and security cost?\n" in paper.markdown
    assert "| Reopen structured talks" in paper.markdown
    assert "Drift apart, each capital on its own line** costs" in paper.markdown
    assert "France and Russia act as the evaluation says" in paper.markdown
    name = "european-line-on-moscow-frontier.svg"
    assert f"]({name})" in paper.markdown
    assert paper.pictures[name].startswith('<svg role="img" aria-label="Cost against effect. Efficient: Reopen')
    without = render_report(evaluation, paths, version="0", pictures=False, analyses={"frontier": result})
    assert name not in without.markdown


def test_every_name_is_escaped():
    scenario = read("""
criteria: {cost: {name: "Cost | *net*"}, effect: {name: "Lives <saved>"}}
nodes:
  n0:
    decision: What?
    options:
      a: {name: "Do | *this*", payoff: {cost: 1, effect: 2}}
      b: {name: "<b>that</b>"}
      c: {name: "[link](x)", payoff: {cost: 2, effect: 1}}
""")
    made = told(frontier(scenario, cost="cost"))
    assert made.context["heading"] == r"What does more Lives \<saved> cost?"
    assert r"Do \| \*this\*" in made.context["table"]
    assert made.context["others"] == [r"**\[link\](x)** costs 1 more and gains 1 less than 'Do | \*this\*'."]
    assert r"\<b>that\</b>" in made.context["payers"]


def test_what_who_pays_takes():
    made = told(frontier(planner.load(STORIES / "usual-care.yaml")))
    assert made.context["payers"] == (
        "Whoever would pay up to 5,000 USD for a unit more takes Usual care; B above 5,000 USD, D above 12,500 USD and "
        "E above 20,000 USD."
    )
    assert [line.split("**")[1] for line in made.context["others"]] == ["A", "C"]
    assert made.context["more_others"] == ""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", made.pictures["frontier"].svg)
    assert {"A", "B", "C", "D", "E", "Usual care"} <= set(texts)
    assert "Life years (more is better)" in texts


def test_titles():
    assert finding(frontier(planner.load(STORIES / "usual-care.yaml"))) == (
        "Along the frontier a further unit of Life years costs 5,000 USD at first and 20,000 USD at last"
    )
    assert finding(frontier(planner.load(STORIES / "treat-all.yaml"))) == (
        "Who tests positive: nothing costs less or gains more"
    )
    assert finding(frontier(planner.load(STORIES / "advice-and-stent.yaml"))) == (
        "With Exercise a further unit of Quality of life costs 915.2 GBP"
    )


def test_much_is_left_out():
    made = told(frontier(lottery(6, "1", "round + 1")))
    assert made.context["more_efficient"].endswith("more are left out here.")
    assert made.context["more_others"].endswith("strategies more are left out here.")
    assert made.context["table"].count("\n") == 9
    assert len(made.context["others"]) == 8
    assert made.pictures["frontier"].svg.count("<path") < 600


def test_others_without_end():
    options = "\n".join(f"      o{i}: {{name: Option {i}, payoff: {{cost: {i}, effect: {-i}}}}}" for i in range(1, 40))
    made = told(
        frontier(
            read(
                f"criteria: {{cost: {{}}, effect: {{}}}}\nnodes:\n  n0:\n    decision: What?\n    options:\n{options}\n"
            )
        )
    )
    assert made.context["more_others"] == "30 strategies more are left out here."
    assert "Option 1" in made.pictures["frontier"].svg


def plane(points: list[tuple[float, float]], names: list[str]) -> Plane:
    kinds = ["efficient", "dominated", "extendedly dominated"]
    made = [PlanePoint(c, e, kinds[at % 3], name) for at, ((c, e), name) in enumerate(zip(points, names, strict=True))]
    return Plane(tuple(made), "Cost", "Effect")


def test_axes_turn_round():
    points = [(0.0, 10.0), (5.0, 2.0)]
    ways = [
        frontier_svg(
            Plane(tuple(PlanePoint(c, e, "efficient") for c, e in points), "C", "E", fewer, more),
            title="",
            subtitle="",
            alt="",
        )
        for fewer in (True, False)
        for more in (True, False)
    ]
    assert len(set(ways)) == 4


def test_no_room_no_loss():
    """Every name stands somewhere, if not beside its mark then in the key."""
    names = [f"Name number {at} of a crowd" for at in range(25)]
    svg = frontier_svg(plane([(1 + at / 1e4, 1 + at / 1e4) for at in range(25)], names), title="", subtitle="", alt="")
    text = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    assert all(re.search(rf"number {at}\b", text) for at in range(25))


spots = st.tuples(st.floats(0, 500), st.floats(0, 300))


@given(st.lists(st.tuples(spots, st.floats(10, 170), st.sampled_from([14.5, 29.0, 43.5])), min_size=1, max_size=14))
@settings(deadline=None, max_examples=60)
def test_names_do_not_overlap(things: list[tuple[tuple[float, float], float, float]]):
    marks = [spot for spot, *_ in things]
    line = sorted(marks[:4])
    area = Box(3, 3, 640, 337)
    found = places(marks, [(wide, high) for _, wide, high in things], area, 9, lines=line)
    boxes = [(at, place.box) for at, place in enumerate(found) if place is not None]
    for (_, one), (_, two) in combinations(boxes, 2):
        assert not one.meets(two)
    for at, box in boxes:
        assert box.within(area)
        for other, (x, y) in enumerate(marks):
            assert other == at or not (box.left < x < box.right and box.top < y < box.bottom)


@pytest.mark.parametrize(
    ("one", "two", "crossed"),
    [
        ((0, 0), (10, 10), True),
        ((0, 0), (3, 3), False),
        ((0, 6), (20, 6), True),
        ((0, 9), (20, 9), False),
        ((6, 6), (6, 6), True),
    ],
)
def test_lines_and_boxes(one: tuple[float, float], two: tuple[float, float], *, crossed: bool):
    assert Box(4, 4, 8, 8).crossed(one, two) is crossed
