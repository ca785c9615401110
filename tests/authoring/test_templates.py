from __future__ import annotations

import re
from datetime import date

import pytest

from planner.authoring.intervals import SHARE, incomplete_beta
from planner.authoring.templates import TEMPLATES, from_template
from planner.core.change.layout import layout
from planner.core.rules import check, load
from planner.core.source import Source
from planner.workspace import text

TITLE = "One line: 'now' or #later"


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_is_sound_and_in_the_canonical_layout(name: str):
    kept = text(f"new/{name}.yaml")
    assert "judgement" in kept.partition("planner:")[0]
    made = from_template(kept, title=TITLE, question="Why: not?", as_of=date(2027, 1, 31))
    source = Source.from_text(made)
    assert check(source) == []
    assert layout(source) == made
    scenario = load(source)
    assert (scenario.title, scenario.question, scenario.as_of) == (TITLE, "Why: not?", date(2027, 1, 31))
    assert len(made.splitlines()) == len(kept.splitlines())


@pytest.mark.parametrize("name", TEMPLATES)
def test_ranges_of_templates_are_90_per_cent_intervals(name: str):
    for parameter in load(Source.from_text(text(f"new/{name}.yaml"))).parameters.values():
        spread, low, high = parameter.distribution, parameter.low, parameter.high
        assert spread is not None
        assert low is not None
        assert high is not None
        if spread.family == "beta":
            mass = incomplete_beta(high, *spread.arguments) - incomplete_beta(low, *spread.arguments)
            assert mass == pytest.approx(SHARE, abs=0.01), parameter.id
            assert spread.arguments[0] / sum(spread.arguments) == pytest.approx(parameter.value.constant, abs=0.005)
        elif spread.family == "normal":
            assert (high - low) / 3.29 == pytest.approx(spread.arguments[1], rel=0.02), parameter.id


def test_every_file_is_a_template():
    assert all(re.fullmatch(r"[a-z][^.;]+", what) for what in TEMPLATES.values())
    for name in TEMPLATES:
        assert text(f"new/{name}.yaml").endswith("\n")
