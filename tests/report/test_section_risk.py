"""What a paper says of risk, and the picture of risk profiles."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.analyses.risk import risk
from planner.core.rules import load
from planner.core.source import Source
from planner.report import render_report
from planner.report.charts_risk import RiskProfiles, risk_svg
from planner.report.findings import Findings
from planner.report.sections import section
from tests.conftest import ROOT
from tests.report import scenarios
from tests.report.conftest import HEAD, LONG, OPTIONS
from tests.report.test_charts import _boxes

if TYPE_CHECKING:
    from planner.report.render import Report

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"


def paper(text: str, **settings: Any) -> Report:
    scenario = load(Source.from_text(HEAD + text, path="test.yaml"))
    made = risk(scenario, **settings)
    return render_report(
        planner.evaluate(scenario), planner.paths(scenario), version="0", analyses={"risk": made}, name="test"
    )


def told(text: str, **settings: Any) -> str:
    markdown = paper(text, **settings).markdown
    return markdown[markdown.index("\n## How ") :].partition("\n## Assumptions")[0]


def test_the_main_example():
    scenario = planner.load(MOSCOW)
    made = render_report(
        planner.evaluate(scenario), planner.paths(scenario), version="0", analyses={"risk": risk(scenario)}
    )
    text = made.markdown
    assert "\n## How likely is it that things get worse than today?\n" in text
    assert "| **Coordinate sanctions with clear benchmarks** | 54.3 | " in text
    assert (
        "- 'Coordinate sanctions with clear benchmarks' dominates 'Reopen structured talks' (41.2 % against 100 %"
        in text
    )
    assert "is taken whatever the tolerance of risk of United Kingdom." in text
    assert "\n### The others who decide\n" in text
    assert "(european-line-on-moscow-risk.svg)" in text
    picture = made.pictures["european-line-on-moscow-risk.svg"]
    assert "In 38.3 % of cases Coordinate sanctions with clear benchmarks ends below 50" in picture
    assert 'aria-label="Cumulative risk profiles. Reopen structured talks: median 37.9,' in picture


def test_without_the_analysis_there_is_no_section():
    scenario = planner.load(MOSCOW)
    text = render_report(planner.evaluate(scenario), planner.paths(scenario), version="0").markdown
    assert "Does one option dominate another?" not in text


@pytest.mark.parametrize(
    "name", [name for name in scenarios.ALL if name not in {"no-decision", "outcome-only", "many"}]
)
def test_every_kind_of_scenario(name: str):
    text = told(scenarios.ALL[name])
    assert text.count("\n## ") == 1
    assert "None" not in text
    assert "nan" not in text


def test_a_caution_that_changes_the_choice():
    text = told(scenarios.ENVOY)
    assert "It depends on the tolerance of risk: below 53.3 'Wait' is taken, above 53.3 'Send one'." in text
    assert "| **Send one** |  3.5 |" in text


def test_a_careful_actor_gets_a_column():
    assert "| Worth for sure |" in told(scenarios.ENVOY, risk_tolerance=30)
    assert "Worth for sure" not in told(scenarios.ENVOY)


def test_costs():
    text = told(scenarios.COSTS)
    assert "No chance of a loss is given: nothing says from what cost on it is too much" in text
    assert "a line further left is better" in paper(scenarios.COSTS).pictures["test-risk.svg"].replace("</tspan>", "")


def test_names_cannot_break_out():
    text = told(scenarios.NASTY)
    assert "\\*bold\\* \\<i>" in text
    assert "<i>" not in text.replace("\\<i>", "")


def test_long_lists_are_cut_and_the_cut_is_said():
    options = ", ".join(f"o{i}: {{payoff: {i}, to: c{i % 2}}}" for i in range(14))
    text = f"nodes:\n  d: {{decision: D, options: {{{options}}}}}\n"
    text += "  c0: {chance: C, branches: {a: {p: 0.5, payoff: 9}, b: {p: 0.5, payoff: -9}}}\n"
    text += "  c1: {chance: C, branches: {a: {p: 0.5, payoff: 30}, b: {p: 0.5, payoff: -31}}}\n"
    shown = told(text)
    assert shown.count("| o") + shown.count("| **o") == 10
    assert "4 more options are left out here." in shown
    assert "Left out here: " in shown


def test_without_pictures():
    scenario = planner.load(MOSCOW)
    made = section("risk", risk(scenario), Findings(planner.evaluate(scenario)))
    assert list(made.pictures) == ["risk"]
    evaluation, paths = planner.evaluate(scenario), planner.paths(scenario)
    text = render_report(evaluation, paths, version="0", analyses={"risk": risk(scenario)}, pictures=False).markdown
    assert "risk.svg" not in text


# --- the picture ------------------------------------------------------------------------------------------------


def profiles(count: int, *, more: str = "", spread: float = 1, reference: float | None = 0.0) -> RiskProfiles:
    return RiskProfiles(
        options=tuple(OPTIONS[i % len(OPTIONS)] + more for i in range(count)),
        profiles=tuple(
            tuple((spread * (7 * i % 11 - 9 + step * (1 + i % 3)), (step + 1) / 5) for step in range(5))
            for i in range(count)
        ),
        chosen=0,
        reference=reference,
        reference_text=f"0: neither gain nor loss{more}",
        axis=f"Value{more}",
    )


@pytest.mark.parametrize("count", [1, 4, 10])
@pytest.mark.parametrize("more", ["", LONG])
@pytest.mark.parametrize("spread", [0.001, 100_000.0])
def test_no_text_overlaps_or_is_cut(count: int, more: str, spread: float):
    svg = risk_svg(profiles(count, more=more, spread=spread), title="A title" + more, subtitle="S", alt="A")
    left, top, wide, high = (float(x) for x in re.findall(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"', svg)[0])
    boxes = [box for box in _boxes(svg) if not box[4].startswith("Chance of ending")]  # that one stands upright
    assert len(boxes) > count
    for box in boxes:
        assert box[0] >= left
        assert box[1] >= top
        assert box[2] <= left + wide
        assert box[3] <= top + high
    clashes = [
        (a[4], b[4])
        for a, b in combinations(boxes, 2)
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]
    assert not clashes


def test_two_renders_are_equal():
    first, second = (risk_svg(profiles(5), title="T", subtitle="S", alt="A") for _ in range(2))
    assert first == second


def test_lines_are_told_apart_without_colour():
    svg = risk_svg(profiles(10), title="T", subtitle="S", alt="A")
    looks = set()
    for line in re.findall(r'<path[^>]*stroke-linejoin="round"[^>]*>', svg):
        found = [re.findall(rf'stroke-{what}="([^"]*)"', line) for what in ("dasharray", "width")]
        looks.add(tuple(one[0] if one else "" for one in found))
    assert len(looks) == 10


def test_every_text_names_the_bundled_font():
    svg = risk_svg(profiles(3), title="T", subtitle="S", alt="A")
    assert set(re.findall(r'font-family="([^"]*)"', svg)) == {"Liberation Sans, Arial, Helvetica, sans-serif"}


def test_a_long_profile_is_thinned():
    smooth = tuple((float(i), (i + 1) / 50_000) for i in range(50_000))
    data = RiskProfiles(("A",), (smooth,), 0, None, "", "Value")
    assert len(risk_svg(data, title="T", subtitle="S", alt="A")) < 100_000
