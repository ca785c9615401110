"""The gist of a scenario: what its history shows of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from planner.analyses.evaluate import evaluate
from planner.analyses.gist import Gist, Question, gist
from planner.core.source import Source
from planner.files import load, read_source
from tests.conftest import ODDS_AND_EVENS, ROOT
from tests.history.story import BROKEN, TEXT, UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted((ROOT / "scenarios").glob("*.yaml")) + sorted((ROOT / "tests" / "stories").glob("*.yaml"))
JOINT = """planner: 1
title: Two
actors: {ann: {}, bob: {}, eve: {}}
nodes:
  line:
    decision: Which?
    by: [ann, bob]
    fallback: stay
    options:
      stay: {payoff: {ann: 1, bob: 1, eve: 1}}
      go: {payoff: {ann: 3, bob: 2, eve: 0}}
      run: {payoff: {ann: 4, bob: 0, eve: 9}}
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_says_what_evaluate_says(file: Path):
    found = gist(read_source(file))
    scenario = load(file)
    if not scenario.nodes:
        assert "no tree" in found.problem
        return
    result = evaluate(scenario)
    assert found.outcomes == {one.outcome: float(one.probability) for one in result.outcomes}
    if result.root is not None:
        assert (found.decision, found.chosen, found.tied) == (result.root.state, result.root.chosen, result.root.tied)
        assert found.value == result.root.option(result.root.chosen).values[found.actor or ""]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_comes_back_from_json(file: Path):
    found = gist(read_source(file))
    assert Gist.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_the_margin_of_several_is_the_smallest_gain_over_the_fallback():
    source = Source.from_text(JOINT)
    found = gist(source)
    assert (found.chosen, found.actor, found.value, found.margin) == ("go", "ann", 3, 1)
    assert gist(source, Question(actor="ann")).margin == -1
    eve = gist(source, Question(actor="eve"))
    assert (eve.value, eve.margin) == (0, -9)
    stays = gist(source.changed(JOINT.replace("bob: 2", "bob: 0")))
    assert (stays.chosen, stays.margin) == ("stay", None)


def test_costs():
    options = "{a: {payoff: 3}, b: {payoff: 5}}"
    cost = f"planner: 1\ntitle: C\nobjective: minimize\nnodes: {{d: {{decision: D, options: {options}}}}}"
    found = gist(Source.from_text(cost))
    assert (found.chosen, found.value, found.margin, found.minimize) == ("a", 3, 2, True)


def test_hidden_moves():
    assert gist(Source.from_text(ODDS_AND_EVENS)).known is (gist(Source.from_text(ODDS_AND_EVENS)).problem == "")


def test_chance_alone_and_one_option():
    chance = "planner: 1\ntitle: C\nnodes: {c: {chance: C, branches: {a: {p: 0.5, payoff: 4}, b: {p: rest}}}}"
    found = gist(Source.from_text(chance))
    assert (found.decision, found.chosen, found.value, found.margin) == (None, None, 2, None)
    alone = "planner: 1\ntitle: C\nnodes: {d: {decision: D, options: {a: {payoff: 4}}}}"
    assert gist(Source.from_text(alone)).margin is None


@pytest.mark.parametrize(
    ("of", "wanted"),
    [
        ("oil", 0.25),
        ("price", 90),
        ("ground.oil", 0.25),
        ("ground.dry", 0.75),
        ("land.sell", 0),
        ("land.drill", None),
        ("gas", None),
    ],
)
def test_what_else_is_wanted(of: str, wanted: float | None):
    found = gist(Source.from_text(TEXT), Question(of=of)).wanted
    assert found == (0.0 if of == "land.drill" else wanted)


def test_branches_that_hang_on_state_have_no_one_probability():
    text = """planner: 1
title: S
state: {up: 0}
nodes:
  d: {decision: D, options: {a: {set: {up: 1}, to: c}, b: {to: c}}}
  c: {chance: C, branches: {x: {p: 0.5 * up, payoff: 4}, y: {p: rest}}}
"""
    found = gist(Source.from_text(text), Question(of="c.x"))
    assert (found.known, found.wanted) == (True, None)


def test_what_stands_in_the_way():
    assert gist(None).problem.startswith("git does not have this text")
    assert gist(Source.from_text(UNREADABLE)).model is None
    broken = gist(Source.from_text(BROKEN))
    assert broken.model is not None
    assert broken.problem.startswith("error[P110] in line 15")
    source = Source.from_text(TEXT)
    assert gist(source, Question(at="x")).problem == "there is no decision 'x'"
    assert gist(source, Question(actor="x")).problem == "there is no actor 'x'"
    assert gist(source, Question(overrides={"x": 1})).problem == "unknown parameter 'x'"
