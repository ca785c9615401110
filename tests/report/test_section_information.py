"""What a paper says of information: the section, and its picture."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import planner
from planner.core.rules import load
from planner.core.source import Source
from planner.report.charts_information import most_bars
from planner.report.render import Report, render_report

ROOT = Path(__file__).parents[2]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwen and their <i>sisters</i> | in *Brussels*"
MANY = "nodes:\n  pick:\n    decision: Which?\n    options:\n      none: {payoff: 1}\n" + "".join(
    f"      o{i}: {{name: Option {i}, to: c{i}}}\n" for i in range(14)
) + "".join(
    f"  c{i}: {{chance: '{LONG} {i}', branches: {{a: {{p: 0.3, payoff: {4 + i}}}, b: {{p: rest, payoff: -9}}}}}}\n"
    for i in range(14)
)  # fmt: skip


def paper(scenario: planner.Scenario, *, draws: int = 1_000) -> Report:
    dated = replace(scenario, as_of=scenario.as_of or date(2026, 11, 23))
    result = planner.information(dated, draws=draws)
    made = planner.evaluate(dated), planner.paths(dated)
    return render_report(*made, version="0", name="paper", analyses={"information": result})


def told(report: Report) -> str:
    markdown = report.markdown
    start = markdown.index("## What would be worth finding out first?")
    return markdown[start : markdown.index("\n## ", start + 3)]


def made(text: str) -> planner.Scenario:
    return load(Source.from_text(f"planner: 1\ntitle: T\n{text}", path="made.yaml"))


def picture(report: Report) -> str:
    return report.pictures["paper-information.svg"]


def test_goferbroke():
    report = paper(planner.load(ROOT / "tests/stories/goferbroke-signal.yaml"))
    text = told(report)
    assert "worth at most 119.5" in text
    assert re.search(r"\| Is there oil\? +\| chance +\| 119\.5 \| 577 \(oil\)", text)
    assert re.search(r"\| sounding +\| signal, heard first \| +30\.0 \|", text)
    assert "an inquiry should cost less" in text
    assert "![Worth. Is there oil?: 119.5; sounding: 30.0.](paper-information.svg)" in text
    svg = picture(report)
    assert (
        "&#39;Is there oil?&#39; is worth most to know: 119.5" in svg or "'Is there oil?' is worth most to know" in svg
    )
    assert "How chance turns out" in svg
    assert "Uncertain number" not in svg


def test_simulated_worth_has_its_error_and_interval():
    report = paper(planner.load(ROOT / "tests/stories/normal-two-arms.yaml"))
    assert re.search(r"\| p2 +\| uncertain number \| 0\.\d+ ± 0\.\d+ \|", told(report))
    assert "Choosing it instead" not in told(report)
    assert "95 % intervals" in picture(report)


def test_several_deciders():
    report = paper(planner.load(ROOT / "scenarios/european-line-on-moscow.yaml"))
    text = told(report)
    assert "Worth is what United Kingdom would gain if all who decide knew it first; it may be negative." in text
    assert text.count("Others decide") == 0
    assert "'Chance that talks bring a verifiable step'" in text
    assert "and eight others" in text
    assert "would cost United" in picture(report)


def test_long_names_and_many_things():
    report = paper(made(MANY))
    text, svg = told(report), picture(report)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 8
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
    assert "Left out: six more things" in text
    assert "<i>" not in text.replace(r"\<i>", "")
    assert f"The first {most_bars()} of 14." in svg
    assert svg.count("mark-text") or svg.count("<text") >= most_bars()


def test_nothing_to_be_learned_has_no_picture():
    report = paper(made("nodes: {pick: {decision: P, options: {a: {payoff: 1}, b: {payoff: 2}}}}\n"))
    assert "paper-information.svg" not in report.pictures
    assert told(report).strip().endswith("Nothing is uncertain here, so there is nothing to be learned.")


@pytest.mark.parametrize("name", ["scenarios/tutorial.yaml", "tests/stories/goferbroke-signal.yaml"])
def test_the_same_bytes_every_time(name: str):
    scenario = planner.load(ROOT / name)
    assert paper(scenario) == paper(scenario)
