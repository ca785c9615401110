from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.analyses.negotiate import Negotiation, negotiate
from planner.core.rules import load
from planner.core.source import Source
from planner.report.charts_negotiate import GainRow, Gains, gains_svg
from planner.report.findings import Findings
from planner.report.language import headings
from planner.report.render import render_report
from planner.report.sections.negotiate import finding, section
from planner.report.templating import fill
from tests.analyses.test_negotiate import ONCE
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.report.sections import Section

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"
STORIES = ROOT / "tests" / "stories"
PAGE = {"pictures": {"negotiate": {"file": "", "alt": ""}}, "t": headings("en")}


def told(result: Negotiation) -> Section:
    return section(result, Findings(planner.evaluate(planner.load(MOSCOW))))


def test_the_main_example_in_its_paper():
    scenario = planner.load(MOSCOW)
    asked: Any = {"version": "0", "analyses": {"negotiate": negotiate(scenario, spread=0.3, draws=100)}}
    paper = render_report(planner.evaluate(scenario), planner.paths(scenario), **asked)
    assert paper == render_report(planner.evaluate(scenario), planner.paths(scenario), **asked)
    text = paper.markdown
    page = text[text.index("\n## Who wants what, what will happen, where they could meet\n") :]
    page = page[: page.index("\n## ", 5)]
    assert page.index("### Who wants what") < page.index("### What will happen") < page.index("### Where they could")
    assert re.search(r"\| Reopen structured talks +\| +40.38 \(4\.\) \| +52.09 \(1\.\)", page)
    assert re.search(
        r"\*\*Coordinate sanctions with clear benchmarks\*\* \| +\+13.7 \|.*\| adopted, efficient +\|", page
    )
    assert "efficient, blocked by United Kingdom" in page
    assert "it would need +0.788 of Deterrence and security" in page
    assert "Over 100 sets of weights" in page
    name = "european-line-on-moscow-negotiate.svg"
    assert f"]({name})" in page
    assert paper.pictures[name].startswith('<svg role="img" aria-label="Gains over no agreement. Reopen')
    assert "'Coordinate sanctions with clear" in paper.pictures[name]


def test_two_deciders_on_a_plane():
    result = negotiate(planner.load(STORIES / "agreement-dilemma.yaml"))
    made = told(result)
    assert result.agreement is not None
    assert finding(result, result.agreement) == "'cooperate' is agreed; 2 of 4 options are blocked"
    drawn = made.pictures["negotiate"].svg
    for name in ("none", "exploited", "exploit", "cooperate", "A: gain over no agreement", "B: gain over no agreement"):
        assert f">{name}</text>" in drawn
    assert drawn.count("stroke-dasharray") == 2  # no agreement: one line up, one across


def test_every_name_is_escaped():
    scenario = load(
        Source.from_text("""
planner: 1
title: t
actors: {a: {name: "A | *b*"}, b: {name: "<b>"}, c: {}}
nodes:
  n:
    decision: What?
    by: [a, b, c]
    fallback: y
    options: {x: {name: "Do | *this*", payoff: {a: 1, b: -1}}, y: {name: "[link](x)"}}
""")
    )
    context = told(negotiate(scenario)).context
    assert r"Do \| \*this\*" in context["positions"]
    assert r"A \| \*b\*" in context["gains"]
    assert r"blocked by \<b>" in context["gains"]
    assert r"\[link\](x)" in context["headline"]


def test_parts_that_are_missing():
    made = told(negotiate(load(Source.from_text(ONCE))))
    assert (made.context["positions"], made.context["gains"], dict(made.pictures)) == ("", "", {})
    assert made.context["missing"] == [
        "No agreement: what 'first' comes to hangs on moves that are made without seeing each other."
    ]
    elmira = told(negotiate(planner.load(STORIES / "conflict" / "elmira.yaml")))
    assert elmira.context["stability"].startswith("Nobody can do better")


def test_moves_that_are_not_seen():
    scenario = load(Source.from_text(ONCE.replace("c: {to", "c: {name: 'Hold | back', to")))
    moves = told(negotiate(scenario)).context["moves"]
    assert re.search(r"\| Hold \\\| back +\| +3 / 3 \| +0 / 5\\\* \|", moves["table"])
    assert moves["notes"] == r"In each place: a / b. \* marks a best answer to the others' moves."
    assert moves["dominance"][0] == "'d' is best for a whatever others do (strictly dominant)."
    assert "a: d (1) > Hold | back (0), ahead by 1" in moves["equilibria"][0]
    assert "better off with 'Hold | back' at 'first' and 'c' at 'second'" in moves["equilibria"][1]
    context = {"negotiate": told(negotiate(scenario)).context, **PAGE}
    page = fill(context, name="sections/negotiate.md.j2")
    assert page.index("### Who wants what, among moves that are not seen") < page.index("### What will happen")


def test_mixtures_of_options():
    context = told(negotiate(planner.load(STORIES / "agreement-lopsided.yaml"))).context
    assert context["mixes"] == [
        "Nash product and Kalai-Smorodinsky: 'x' in 1 case of 2 and 'y' in 1 (A 10, B 5).",
        "Egalitarian: 'x' in 2 cases of 3 and 'y' in 1 (A 6.67, B 6.67).",
    ]
    page = fill({"negotiate": context, **PAGE}, name="sections/negotiate.md.j2")
    assert (
        page.index("By lot, or by dividing the matter")
        < page.index("- Nash product and")
        < page.index("disagree about")
    )


def test_long_lists_are_cut():
    options = "".join(f"      o{at}: {{payoff: {{a: {at}, b: {20 - at}, c: -1}}}}\n" for at in range(20))
    scenario = load(Source.from_text(
        "planner: 1\ntitle: t\nactors: {a: {}, b: {}, c: {}}\nnodes:\n  n:\n    decision: '?'\n    by: [a, b, c]\n"
        "    fallback: none\n    options:\n      none: {}\n" + options
    ))  # fmt: skip
    context = told(negotiate(scenario)).context
    assert len(context["gains"].splitlines()) == 2 + 12
    assert "9 more options are left out" in context["gains_note"]
    assert len(context["concessions"]) == 5


@pytest.mark.parametrize("count", [1, 3, 8, 11])
def test_marks_of_one_row_do_not_hide_each_other(count: int):
    data = Gains((GainRow("A name " * 12, "blocked by everybody", (0.0,) * count, "other"),),
                 tuple(f"Actor {at}" for at in range(count)), "gain")  # fmt: skip
    drawn = gains_svg(data, title="t", subtitle="s", alt="a")
    for at in range(count):
        assert f">Actor {at}</text>" in drawn


def test_mixed_equilibria_and_precisions_are_tables():
    pytest.importorskip("nashpy", reason="pip install planner[equilibria]")
    context = told(negotiate(planner.load(STORIES / "mixed" / "battle-of-the-sexes.yaml"), mixed=True, quantal=[0, 1]))
    made = context.context
    assert made["mixed"] == "3 equilibria, 1 of them with choices left to chance; there are no others."
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in made["mixed_table"].splitlines()]
    assert rows[0] == ["Actor", "Decision", "Option", "1 of 3", "2 of 3", "3 of 3"]
    assert rows[2] == ["One", "one", "fight", "2/3", "1", "-"]
    assert rows[-1] == ["Two", "", r"*expects*", "0.67", "1.00", "2.00"]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in made["quantal_table"].splitlines()]
    assert rows[0] == ["Actor", "Decision", "Option at precision", "0", "1"]
    assert rows[2] == ["One", "one", "fight", "50 %", "57 %"]
    assert made["quantal"][0].startswith("A precision of 0")


def test_without_being_asked_the_paper_says_nothing_of_chance():
    made = told(negotiate(planner.load(STORIES / "entry-deterrence.yaml"))).context
    assert (made["mixed"], made["mixed_table"], made["quantal"], made["quantal_table"]) == ("", "", [], "")


def test_long_tables_of_chances_are_cut():
    nodes = "".join(
        f"  n{at}: {{decision: '?', by: {'ab'[at % 2]}, options: {{stop: {{payoff: {{a: {at}, b: {-at}}}}}, "
        f"on: {{to: n{at + 1}}}}}}}\n"
        for at in range(20)
    )
    text = f"planner: 1\ntitle: T\nactors: {{a: {{}}, b: {{}}}}\nnodes:\n{nodes}  n20: {{outcome: Over}}\n"
    made = told(negotiate(load(Source.from_text(text)), mixed=True, quantal=[])).context
    assert len(made["mixed_table"].splitlines()) == 2 + 12 + 1 + 2
    assert "and 8 more" in made["mixed_table"]
    assert "and 28 more" in made["quantal_table"]
