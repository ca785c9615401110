"""Kinds of paper: what each must hold, whatever the scenario."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest

from planner.analyses.appraisal import appraisal
from planner.analyses.comparison import compare
from planner.analyses.evaluate import evaluate
from planner.analyses.indicators import indicators
from planner.analyses.negotiate import negotiate
from planner.analyses.paths import paths
from planner.analyses.risk import risk
from planner.analyses.sensitivity import sensitivity
from planner.analyses.side_by_side import side_by_side
from planner.files import load
from planner.report.kinds import KINDS
from planner.report.render import Report, render_report
from planner.report.templating import blocks
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.core.model import Scenario

MADE: dict[str, Callable[[Scenario], Any]] = {
    "appraisal": appraisal,
    "negotiate": negotiate,
    "sensitivity": sensitivity,
    "risk": risk,
    "indicators": indicators,
}
PAGE = 62  # lines of an A4 page at ten points, about 95 characters each


def paper(scenario: Scenario, kind: str, **more: Any) -> Report:
    analyses = {name: MADE[name](scenario) for name in KINDS[kind].analyses if name in MADE and kind != "full"}
    if kind == "comparison":
        assert scenario.source is not None
        before = scenario.source.changed(scenario.source.text.replace("value: 0.25", "value: 0.15", 1))
        more |= {"comparison": compare(before, scenario), "since": "commit `abc`"}
    return render_report(evaluate(scenario), paths(scenario), version="0", kind=kind, analyses=analyses, **more)


@pytest.fixture(scope="module")
def moscow() -> Scenario:
    return load(ROOT / "scenarios" / "european-line-on-moscow.yaml")


def test_a_brief_holds_what_a_minister_needs_on_one_page(moscow: Scenario):
    text = paper(moscow, "brief").markdown
    for heading in ("Recommendation", "What would change it", "The options", "Who stands where", "Key risks"):
        assert f"\n## {heading}\n" in text
    assert "To be decided by 15 January 2027" in text
    assert "To be seen from: Inspectors turned away" in text
    lines = sum(1 if line.startswith("|") else max(1, -(-len(line) // 95)) for line in text.splitlines())
    assert lines <= PAGE


def test_an_options_paper_always_has_no_change_and_do_minimum(moscow: Scenario):
    text = paper(moscow, "options-paper").markdown
    options = text.partition("\n## The options\n")[2].partition("\n## ")[0]
    assert "*No change*" in options
    assert re.search(r"Drift apart.*do-minimum: stands without agreement", options)
    for heading in ("Benefits and costs", "Who gains and who loses", "Risks", "Switching values", "What to watch"):
        assert f"\n## {heading}\n" in text
    assert "Key assumptions, and if they are wrong" in text


def test_the_do_minimum_is_named_or_said_to_be_missing():
    scenario = load(ROOT / "scenarios" / "tutorial.yaml")
    alone = {"appraisal": appraisal(scenario)}
    told = {
        option: render_report(
            evaluate(scenario), paths(scenario), version="0", kind="options-paper", analyses=alone, do_minimum=option
        ).markdown
        for option in (None, "wait")
    }
    assert re.search(r"\*Do-minimum\* .*\| not named", told[None])
    assert "*Do-minimum*" not in told["wait"]
    assert re.search(r"\| do-minimum", told["wait"])


def test_slides_hold_one_idea_each(moscow: Scenario):
    text = paper(moscow, "slides").markdown
    slides = text.split("\n## ")[1:]
    assert len(slides) >= 8
    for slide in slides:
        body = slide.partition("\n")[2]
        pictures = len(re.findall(r"^!\[", body, re.MULTILINE))
        assert pictures <= 1
        assert "\n### " not in body
        if not pictures:
            assert len(body) < 1400


@pytest.mark.parametrize("kind", KINDS)
def test_only_pictures_that_are_shown_are_written(moscow: Scenario, kind: str):
    made = paper(moscow, kind)
    shown = re.findall(r"^!\[.*\]\((\S+)\)$", made.markdown, re.MULTILINE)
    assert sorted(shown) == sorted(made.pictures)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_can_be_overridden_one_by_one(moscow: Scenario, kind: str):
    names = blocks(KINDS[kind].template)
    assert {"heading", "recommendation"} <= set(names)
    own = f'{{% extends "planner/{KINDS[kind].template}" %}}{{% block recommendation %}}Ours.{{% endblock %}}'
    text = paper(moscow, kind, template=own).markdown
    assert "Ours." in text
    assert "\n## Recommendation" not in text
    assert text.startswith("# One European line on Moscow")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["tutorial", "trilateral-talks", "intelligence-sharing", "sanctions-benchmarks"])
def test_headings_are_in_order_and_no_line_is_empty_of_words(kind: str, name: str):
    scenario = load(ROOT / "scenarios" / f"{name}.yaml")
    analyses = {}
    for each in KINDS[kind].analyses:
        if each in MADE and kind != "full":
            try:
                analyses[each] = MADE[each](scenario)
            except ValueError:
                continue
    more: dict[str, Any] = {}
    if kind == "comparison":
        others = [scenario, load(ROOT / "scenarios" / "european-line-on-moscow.yaml")]
        more = {"comparison": side_by_side(others)}
    made = render_report(evaluate(scenario), paths(scenario), version="0", kind=kind, analyses=analyses, **more)
    text = made.markdown
    levels = [len(line.partition(" ")[0]) for line in text.splitlines() if re.match("#+ ", line)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert not re.search(r"^#+ *$|^- *$|^\*+$", text, re.MULTILINE)
