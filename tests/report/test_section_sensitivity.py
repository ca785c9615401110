"""What a paper says of sensitivity, and its pictures."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.analyses.result import BadArgument
from planner.analyses.sensitivity import Sensitivity, sensitivity
from planner.core.rules import load
from planner.core.source import Source
from planner.report import render_report
from planner.report.canvas import padded, spread
from planner.report.charts_sensitivity import picture, tornado_svg
from planner.report.findings import Findings
from planner.report.sections import section
from tests.conftest import ROOT
from tests.report import scenarios
from tests.report.conftest import HEAD, LONG
from tests.report.test_charts import _boxes

if TYPE_CHECKING:
    from planner.report.render import Report

SHARING = planner.load(ROOT / "scenarios" / "intelligence-sharing.yaml")
NAMES = ["source_lost", "harm", "harm_warned", "actors.uk.weights.sources", "actors.russia.risk_tolerance"]
KINDS = ("tornado", "spider", "regions", "one-way")


def made(text: str, **settings: Any) -> Sensitivity:
    return sensitivity(load(Source.from_text(HEAD + text, path="test.yaml")), **settings)


def paper(result: Sensitivity) -> Report:
    scenario = result.scenario
    return render_report(
        planner.evaluate(scenario), planner.paths(scenario), version="0", analyses={"sensitivity": result}, name="test"
    )


def told(report: Report) -> str:
    text = report.markdown
    return text[text.index("\n## What would change") :].partition("\n## Assumptions")[0]


@cache
def awkward(options: int = 10, more: str = LONG, marks: str = "|<b>") -> Sensitivity:
    """Return a result with long names, marks of Markdown and many options and parameters."""
    names = [f"p{i}" for i in range(12)]
    parameters = "".join(
        f"  {name}: {{name: 'Chance *{i}* of {marks}{more}', value: {0.3 + 0.03 * i:.2f}, low: 0, high: 1}}\n"
        for i, name in enumerate(names)
    )
    ways = "".join(
        f"      o{i}: {{name: 'Option _{i}_{more}', payoff: '{i % 3} + 3 * {names[i]} * {names[(i + 5) % 12]}'}}\n"
        for i in range(options)
    )
    text = f"parameters:\n{parameters}nodes:\n  d:\n    decision: Which?{more}\n    options:\n{ways}"
    return made(text, one_way=["p2"], two_way=("p2", "p8"), steps=12)


@cache
def sharing() -> Sensitivity:
    return sensitivity(SHARING, parameters=NAMES, one_way=["harm"], two_way=("harm", "source_lost"))


def test_the_paper_in_words():
    result = sharing()
    report = paper(result)
    text = told(report)
    assert result.headline() in text
    rows = [re.sub(r" +", " ", line) for line in text.split("\n")]
    first = "| Chance that sharing with one more service costs a source | 0.100 | above 0.112 |"
    assert f"{first} Case by case, in pairs | 10 % |" in rows
    assert "| above 7.16 index points | Case by case, in pairs |" in "\n".join(rows)
    assert "Weights were taken from 0 to 2 times what they are" in text
    assert "flip the choice to 'Case by case, in pairs'. This is the smallest change that was found." in text
    assert "If every probability of the tree is off by 0.22 percentage points at once" in text
    assert "alone it flips the choice when 'Seen in time' goes from 25 % to 25.4 %." in text
    assert "| Does Moscow run a hybrid campaign? (circle 3) | Run a campaign |" in "\n".join(rows)
    assert "![Bars of the lead of 'A joint cell of all three'." in text
    assert "](test-tornado.svg)" in text
    assert "](test-regions.svg)" in text
    assert {"test-tornado.svg", "test-regions.svg"} <= set(report.pictures)


@pytest.mark.parametrize("name", [name for name in scenarios.ALL if "decision:" in scenarios.ALL[name]])
def test_every_scenario_makes_a_clean_section(name: str):
    text = scenarios.ALL[name]
    report = paper(made(text))
    shown = told(report)
    lines = shown.split("\n")
    assert not [line for line in lines if line != line.rstrip()]
    assert "\n\n\n" not in report.markdown
    assert not re.search(r"(?<![\w.])-0(\.0+)?(?![\w.])|\bnan\b|\bNone\b|\binf\b", shown)
    for rows in re.findall(r"(?:^\|.*\n)+", shown, re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", row)) for row in rows.strip().split("\n")}
        assert len(cells) == 1


def test_names_cannot_break_out():
    text = told(paper(awkward()))
    assert "Chance \\*2\\* of \\|\\<b>" in text or "Chance \\*2\\* of |\\<b>" in text
    assert "<b>" not in text.replace("\\<b>", "")


def test_long_lists_are_cut_and_that_is_said():
    result = awkward()
    text = told(paper(result))
    assert "The picture leaves out two inputs of less effect." in text
    assert text.count("\n| Chance") <= 8
    if len(result.thresholds) > 12:
        assert re.search(r"Left out here: .* more thresholds?\.", text)


def test_ranges_that_were_cut_and_parameters_without_one_are_told():
    result = made(
        """
parameters: {a: {name: Share, value: 0.3, low: 0, high: 1}, b: 2}
nodes:
  d: {decision: D?, options: {x: {payoff: b, to: c}, y: {payoff: 2.2}}}
  c: {chance: C?, branches: {one: {p: a, payoff: 1}, two: {p: 0.4}, three: {p: rest}}}
"""
    )
    text = told(paper(result))
    assert "'Share' was looked at from 0 to 0.600 alone" in text
    assert "One parameter has no range and was not varied." in text


def test_a_tie_is_told():
    text = told(paper(made("nodes: {d: {decision: D?, options: {a: {payoff: 1}, b: {payoff: 1}}}}")))
    assert "'a' ties with 'b' as things stand" in text


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_the_same_bytes_and_nothing_overlaps(kind: str):
    result = awkward(marks="")
    svg = picture(result, kind)
    assert svg == picture(result, kind)
    wide, high = (float(n) for n in re.findall(r'(?:width|height)="([\d.]+)"', svg)[:2])
    turned = {"".join(re.findall(r">([^<>]+)<", text)) for text in re.findall(r"rotate\(-90\)[^>]*>.*?</text>", svg)}
    texts = "".join(turned)
    boxes = [box for box in dict.fromkeys(_boxes(svg)) if box[4] and box[4] not in texts]
    assert len(boxes) > 10
    for left, top, right, bottom, text in boxes:
        assert left >= -1, text
        assert right <= wide + 1, text
        assert top >= -1, text
        assert bottom <= high + 1, text
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] + 1 or other[2] <= one[0] + 1 or one[3] <= other[1] + 2 or other[3] <= one[1] + 2
        assert apart, (one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_of_few_things(kind: str):
    result = made(
        """
parameters: {a: {value: 1, low: 0, high: 3}, b: {value: 2, low: 0, high: 2}}
nodes: {d: {decision: D?, options: {x: {payoff: a + 1}, y: {payoff: b * 0.9}}}}
""",
        one_way=["a"],
        steps=3,
    )
    svg = picture(result, kind)
    assert svg.startswith("<svg ")
    assert 'aria-label="' in svg


def test_pictures_say_the_finding():
    result = sharing()
    assert "rises above 0.112" in re.sub(r"<[^>]*>", " ", tornado_svg(result))
    found = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", picture(result, "one-way")))
    assert "As 'Harm that a campaign does when nobody sees it coming' rises the choice is 'Case" in found
    assert "per cent" in re.sub(r"<[^>]*>", " ", picture(result, "regions"))


def test_a_picture_of_nothing_is_refused():
    result = made("nodes: {d: {decision: D?, options: {a: {payoff: 2}, b: {payoff: 1}}}}")
    for kind in KINDS:
        with pytest.raises(BadArgument, match="nothing to draw"):
            picture(result, kind)
    shown = section("sensitivity", result, Findings(planner.evaluate(result.scenario)))
    assert shown.pictures == {}


def test_labels_are_spread():
    found = spread([50.0, 50.0, 50.0, 99.0], [10.0] * 4, 100.0)
    assert sorted(found) == found
    assert all(b - a >= 10 - 1e-9 for a, b in zip(sorted(found), sorted(found)[1:], strict=False))
    assert max(found) <= 95
    assert spread([0.0], [20.0], 10.0) == [10.0]
    assert padded([5.0, 5.0]) == (4.0, 6.0)
