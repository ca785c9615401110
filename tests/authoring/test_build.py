from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analyses.evaluate import evaluate
from planner.authoring.build import scenario_text
from planner.authoring.interview import answers, steps
from planner.core.change.layout import layout
from planner.core.rules import check, load
from planner.core.source import Source

if TYPE_CHECKING:
    from tests.conftest import Golden

NOW = date(2026, 11, 23)
PLAIN = {"title": "An envoy", "question": "Do we send an envoy?"}
JOINT = {
    "title": "One line on Moscow",
    "question": "Do the three talk or press?",
    "actors": "uk=United Kingdom, France, Italy",
    "options": "Reopen talks, Press harder, Drift",
    "fallback": "drift",
    "outcomes": "Agreement, Stalemate, Open split",
    "criteria": "Cohesion, Cost",
    "scale.cost": "120 to 0 EUR bn a year",
    "weights.uk": "80 20",
    "weights.france": "40 60",
    "p.reopen-talks.agreement": "10 20 45 %",
    "p.drift.agreement": "0",
    "option.press-harder.cost": "2 to 30",
    "option.drift.cohesion": "-20 -5 0",
}


def written(**given: str) -> str:
    return scenario_text(answers(given, name="x", as_of=NOW))


@pytest.mark.parametrize(("name", "given_"), [("plain", PLAIN), ("joint", JOINT), ("costs", PLAIN | {"better": "no"})])
def test_text(golden: Golden, name: str, given_: dict[str, str]):
    golden(f"new/{name}.yaml", written(**given_))


def test_what_was_said_is_what_is_evaluated():
    scenario = load(Source.from_text(written(**JOINT)))
    assert scenario.nodes["choice"].by == ("uk", "france", "italy")
    assert scenario.nodes["choice"].fallback == "drift"
    found = evaluate(scenario)
    # after 'Reopen talks': 20 %, then half of the rest, then what is left; two criteria with their scales
    cohesion = 0.2 * 80 + 0.8 * 0.5 * 50 + 0.8 * 0.5 * 20
    cost = 0.2 * 24 + 0.8 * 0.5 * 60 + 0.8 * 0.5 * 96
    value = 0.8 * cohesion + 0.2 * 100 * (120 - cost) / 120
    talks = found.decisions[0].options[0]
    assert talks.option == "reopen-talks"
    # the defaults of the second question are 35 to 65 %
    assert talks.values["uk"] == pytest.approx(value)


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters=";\u2028\u2029"), min_size=1, max_size=30
).filter(lambda text: text.strip() and text.isprintable())


def lists(least: int, most: int) -> st.SearchStrategy[str]:
    names = st.lists(NAMES, min_size=least, max_size=most, unique_by=lambda text: " ".join(text.split()).lower())
    return names.map(lambda found: ";".join(found) + ";")


NUMBERS = st.lists(st.decimals(-500, 500, places=2), min_size=1, max_size=3).map(
    lambda drawn: " ".join(map(str, sorted(drawn)))
)
CHANCES = st.lists(st.integers(0, 100), min_size=1, max_size=3).map(
    lambda drawn: " ".join(map(str, sorted(drawn))) + " %"
)


@st.composite
def everything(draw: st.DrawFn) -> dict[str, str]:
    """Answer every question that comes up, in its own way."""
    said: dict[str, str] = {}
    sizes = {"actors": (1, 3), "options": (2, 3), "outcomes": (1, 4), "criteria": (1, 3)}
    place = 0
    while place < len(todo := steps(said, name="x")):
        one = todo[place]
        head = one.key.partition(".")[0]
        if one.key in sizes:
            text = draw(lists(*sizes[one.key]))
        elif head in {"title", "question", "unit"}:
            text = draw(NAMES)
        elif head in {"better", "effects"}:
            text = draw(st.sampled_from(["yes", "no"]))
        else:
            text = draw({"p": CHANCES, "outcome": NUMBERS, "option": NUMBERS}.get(head, st.just(one.default)))
        try:
            one.read(text)
        except ValueError:
            text = one.default
        said[one.key] = text
        place += 1
    return said


@given(everything())
@settings(deadline=None, max_examples=30)
def test_whatever_is_answered_makes_a_sound_scenario(said: dict[str, str]):
    text = scenario_text(answers(said, name="x", as_of=NOW))
    source = Source.from_text(text)
    assert check(source) == []
    assert layout(source) == text
    assert evaluate(load(source)).headline()
