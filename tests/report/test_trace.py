"""Where numbers come from: in full, made of what, from which lines."""

from __future__ import annotations

from typing import Any

import pytest

from planner.analyses.appraisal import appraisal
from planner.analyses.evaluate import evaluate
from planner.analyses.paths import paths
from planner.analyses.risk import risk
from planner.analyses.sensitivity import sensitivity
from planner.core.rules import load
from planner.core.source import Source
from planner.files import load as load_file
from planner.report.figures import Figure, figures
from planner.report.findings import Findings
from planner.report.render import render_report
from planner.report.sections import analysis_of
from planner.report.trace import Trace, Tracer
from tests.conftest import ROOT

TALKS = """planner: 1
title: Talks
as_of: 2026-11-23
actors: {us: {name: We}, them: {name: They}}
parameters:
  hope: {value: 0.25, low: 0.1, high: 0.6, source: S}
  prize: hope * 40
nodes:
  line:
    decision: Which line?
    by: us
    options:
      talk: {name: Talk, payoff: {us: -1}, to: answer}
      wait: {name: Wait, payoff: {us: 0.5, them: 2}}
  answer:
    chance: What do they say?
    branches: {yes: {name: "Yes", p: hope, payoff: {us: prize, them: 3}}, no: {name: "No", p: rest}}
"""


def traced(text: str, **made: Any) -> tuple[list[Figure], Tracer]:
    scenario = load(Source.from_text(text, path="talks.yaml"))
    evaluation = evaluate(scenario)
    further = {"appraisal": appraisal(scenario), "sensitivity": sensitivity(scenario), "risk": risk(scenario)}
    paper = render_report(evaluation, paths(scenario), version="0", analyses=further, **made).markdown
    return figures(paper), Tracer(Findings(evaluation), {"evaluate": evaluation, "paths": paths(scenario), **further})


def of(figure: Figure, tracer: Tracer) -> Trace:
    return tracer.trace(figure, analysis_of(figure.section))


def test_a_value_is_made_of_payoffs_and_chances():
    found, tracer = traced(TALKS)
    one = next(each for each in found if each.row == "**Talk** (recommended)" and each.head == "We")
    trace = of(one, tracer)
    assert (trace.kind, trace.leaves[0].value) == ("result", 1.5)
    assert trace.leaves[0].path == "evaluate.decisions[line].options[talk].values.us"
    assert trace.formula == (
        "line.talk 1.5 = -1 (its payoff) + answer",
        "answer 2.5 = 0.25 x (yes: 10 + answer.yes) + 0.75 x (no: 0 + answer.no)",
        "answer.yes 0",
        "answer.no 0",
    )


def test_it_hangs_on_what_stands_on_the_way_and_what_that_reads():
    found, tracer = traced(TALKS)
    one = next(each for each in found if each.row == "**Talk** (recommended)" and each.head == "We")
    hangs = {each.name: each.place for each in of(one, tracer).inputs}
    assert hangs["hope"] == "talks.yaml:6:17"
    assert hangs["prize"] == "talks.yaml:7:10"
    assert hangs["answer.yes.p"] == "talks.yaml:17:38"
    assert {"line.talk.payoff.us.value", "answer.yes.payoff.us.value"} <= set(hangs)
    assert not any(name.startswith("line.wait") for name in hangs)


def test_an_input_names_its_line():
    found, tracer = traced(TALKS)
    one = next(each for each in found if each.section == "Assumptions" and each.head == "Value")
    trace = of(one, tracer)
    assert (trace.kind, [(each.name, each.text, each.place) for each in trace.inputs]) == (
        "input",
        [("hope", "0.25", "talks.yaml:6:17")],
    )


def test_words_are_no_results():
    found, tracer = traced(TALKS.replace("title: Talks\n", "title: Talks\nhorizon: 77 months\n"))
    one = next(each for each in found if each.text == "77")
    assert of(one, tracer).kind == "words"


JOINT = """planner: 1
title: A line
as_of: 2026-11-23
actors: {us: {name: We}, them: {name: They}}
parameters:
  hope: {value: 0.25, low: 0.1, high: 0.6, source: S}
nodes:
  line:
    decision: Which line?
    by: [us, them]
    rule: unanimity
    fallback: apart
    options:
      talk: {name: Talk, to: answer}
      wait: {name: Wait, payoff: {us: 7.5, them: 3.125}}
      apart: {name: Go apart, payoff: {us: 1.25, them: 0.5}}
  answer:
    chance: What do they say?
    branches: {yes: {name: "Yes", p: hope, payoff: {us: 20, them: 3}}, no: {name: "No", p: rest}}
"""


def test_a_gain_hangs_on_both_options_that_it_is_the_difference_of():
    found, tracer = traced(JOINT)
    gain = next(each for each in found if "Wait" in each.row and abs(each.value - 6.25) < 0.06)
    trace = of(gain, tracer)
    hangs = {each.name for each in trace.inputs}
    assert (trace.kind, trace.leaves[0].value) == ("difference", 6.25)
    assert {"line.wait.payoff.us.value", "line.apart.payoff.us.value"} <= hangs
    assert not any(name.startswith("line.talk") for name in hangs)


def test_how_far_a_choice_leads_hangs_on_all_options_and_first_on_the_input_that_is_varied():
    _, tracer = traced(JOINT)
    leaf = next(each for each in tracer.leaves if each.path == "sensitivity.tornado[hope].difference_high")
    _, hangs = tracer._made(leaf)
    assert hangs[0].name == "hope"
    assert {"line.wait.payoff.us.value", "line.apart.payoff.us.value", "answer.yes.payoff.us.value"} <= {
        each.name for each in hangs
    }


def test_a_value_of_nothing_is_no_difference_of_an_option_from_itself():
    text = TALKS.replace("{us: 0.5, them: 2}", "{us: 0, them: 2}").replace("{us: -1}", "{us: -20}")
    found, tracer = traced(text)
    one = next(each for each in found if each.section == "Recommendation" and each.value == 0)
    assert of(one, tracer).leaves[0].path == "evaluate.decisions[line].options[wait].values.us"


@pytest.mark.parametrize("name", ["european-line-on-moscow", "trilateral-talks", "sanctions-benchmarks"])
def test_every_number_of_a_value_is_traced_and_is_what_is_shown(name: str):
    scenario = load_file(ROOT / "scenarios" / f"{name}.yaml")
    evaluation = evaluate(scenario)
    further = {"appraisal": appraisal(scenario), "risk": risk(scenario)}
    found = figures(render_report(evaluation, paths(scenario), version="0", analyses=further).markdown)
    tracer = Tracer(Findings(evaluation), {"evaluate": evaluation, "paths": paths(scenario), **further})
    unknown = []
    for one in found:
        trace = of(one, tracer)
        if trace.kind == "words" and one.row and one.section != "Method and provenance":
            unknown.append(one)
        for leaf in trace.leaves:
            assert min(abs(leaf.value - one.value), abs(leaf.value + one.value)) <= one.unit_in_last_place * 1.001
    assert not unknown
