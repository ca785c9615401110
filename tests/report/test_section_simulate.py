"""The section and the picture on a simulation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.core.rules import load
from planner.core.source import Source
from planner.report import render_report
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.report import Report

LONG = "after a further round of consultations with *everybody* | and Donaudampfschifffahrtsgesellschaften"


def many(options: int) -> planner.Scenario:
    """Return a scenario with many options of long names, each worth a parameter of its own."""
    parameters = "".join(
        f"  p{i}: {{value: {i}, low: {i - 5}, high: {i + 9}, distribution: pert, name: 'Number {i} {LONG}'}}\n"
        for i in range(options)
    )
    lines = "".join(f"      o{i}: {{name: 'Option {i} {LONG}', payoff: p{i}}}\n" for i in range(options))
    return load(
        Source.from_text(
            f"planner: 1\ntitle: Many\nas_of: 2026-11-23\nparameters:\n{parameters}"
            f"nodes:\n  go:\n    decision: Which?\n    options:\n{lines}"
        )
    )


def paper(scenario: planner.Scenario, **arguments: Any) -> Report:
    result = planner.simulate(scenario, **{"draws": 800, "indices": 128, **arguments})
    return render_report(
        planner.evaluate(scenario), planner.paths(scenario, top=3), version="0", analyses={"simulate": result}
    )


def told(report: Report) -> str:
    start = report.markdown.index("## How sure is the choice?")
    return report.markdown[start : report.markdown.find("\n## ", start + 5)]


def picture(report: Report) -> str:
    (svg,) = [text for name, text in report.pictures.items() if name.endswith("-simulate.svg")]
    return svg


def test_the_section_tells_what_the_result_says():
    scenario = planner.load(ROOT / "scenarios" / "intelligence-sharing.yaml")
    result = planner.simulate(scenario, draws=800, indices=128)
    report = paper(scenario)
    text = told(report)
    assert result.headline() in text
    assert result.enough() in text
    best = result.option("cell")
    assert f"| **A joint cell of all three** | {best.spread.mean:.1f} | {best.spread.quantiles[0.05]:.1f} |" in text
    shares = [float(share) for share in re.findall(r"\| +([\d.]+) % \|", text.partition("###")[0])]
    assert sum(shares[2:]) == pytest.approx(100)
    assert "Chance that one service on its own sees a campaign in time" in text
    assert "![Spread of each option over 800 draws. A joint cell of all three: median" in text
    assert "(intelligence-sharing-simulate.svg)" in text


def test_the_picture_states_the_finding_and_is_the_same_every_time():
    scenario = planner.load(ROOT / "scenarios" / "intelligence-sharing.yaml")
    one, two = picture(paper(scenario)), picture(paper(scenario))
    assert one == two
    assert re.search(r"A joint cell of all three is agreed on in \d+(\.\d)? % of 800 draws<", one)
    assert "Value to United Kingdom, 0 (worst) to 100 (best)" in one
    assert len(re.findall(r"loss \d", one)) == 3
    assert 'role="img"' in one


def test_many_options_with_long_names_are_cut_and_said():
    report = paper(many(14))
    text = told(report)
    assert text.count("\n| Option ") + text.count("\n| **Option ") == 10 + 1  # and the head
    assert "| **Option 13 after a further round of consultations with \\*everybody\\* \\|" in text
    assert "Left out here: four more options." in text
    assert "Without four more options." in re.sub(r"<[^>]+>", " ", picture(report)).replace("\n", " ")
    assert "Left out here:" in text
    assert picture(report).count("…") == 10


def test_one_option_and_no_spread():
    single = load(
        Source.from_text(
            "planner: 1\ntitle: One\nas_of: 2026-11-23\nobjective: minimize\n"
            "parameters: {x: {value: 1, low: 0, high: 4, distribution: pert}}\n"
            "criteria: {cost: {unit: EUR}}\n"
            "nodes: {go: {decision: Go?, options: {go: {payoff: 2}}, note: a}}\n"
        )
    )
    report = paper(single, once=True)
    text = told(report)
    assert "'go' is the only option: 2 EUR on average, 2 to 2 in nine draws out of ten, over 800 draws." in text
    assert "The value of 'go' is the same in every draw." in text
    assert "With seed" not in text
    assert "Cost, EUR (smaller is better)" in picture(report)


def test_without_pictures_and_without_indices():
    scenario = planner.load(ROOT / "scenarios" / "intelligence-sharing.yaml")
    result = planner.simulate(scenario, draws=300, indices=0)
    report = render_report(
        planner.evaluate(scenario),
        planner.paths(scenario, top=3),
        version="0",
        analyses={"simulate": result},
        pictures=False,
    )
    assert "Sobol" not in told(report)
    assert "| Place | Input" in told(report)
    assert "simulate.svg" not in report.markdown
