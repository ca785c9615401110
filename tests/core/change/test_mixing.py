"""Between two texts: with no difference it is the first, with all of them the second, whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.analyses.comparing.names import Names
from planner.analyses.comparison import compare
from planner.analyses.evaluate import Evaluation, evaluate
from planner.core.change.differences import compared
from planner.core.change.mixing import in_order, mixed
from planner.core.diagnostics import ScenarioError
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ROOT
from tests.core.change.scenarios import scenarios, texts

if TYPE_CHECKING:
    from pathlib import Path

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHIPPED = [*sorted((ROOT / "scenarios").glob("*.yaml")), *sorted((ROOT / "tests" / "stories").glob("*.yaml"))]


def evaluated(source: Source) -> Evaluation | None:
    try:
        return evaluate(load(source))
    except ScenarioError:
        return None


def alike(one: Evaluation | None, other: Evaluation | None, names: Names) -> None:
    assert (one is None) == (other is None)
    if one is None or other is None:
        return
    assert {names.actor(actor): value for actor, value in one.values.items()} == pytest.approx(dict(other.values))
    decisions = {names.label(each.state): names.option(each.node, each.chosen) for each in one.decisions}
    assert decisions == {each.state: each.chosen for each in other.decisions}
    outcomes = {names.outcome(each.outcome): float(each.probability) for each in one.outcomes}
    assert outcomes == pytest.approx({each.outcome: float(each.probability) for each in other.outcomes})


@SLOW
@given(st.data())
def test_the_two_ends_of_any_two_scenarios(data: st.DataObject):
    one, other = (Source.from_text(data.draw(texts(data.draw(scenarios())))) for _ in range(2))
    found = compared(one, other)
    alike(evaluated(one), evaluated(mixed(found, ())), Names(found.renames))
    alike(evaluated(other), evaluated(mixed(found, found.differences)), Names({}))


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_two_scenarios_can_be_compared(data: st.DataObject):
    one, other = (Source.from_text(data.draw(texts(data.draw(scenarios())))) for _ in range(2))
    found = compare(one, other)
    assert found.headline()
    assert found.to_dict()
    made = found.recommendation
    if found.attribution.shares.by_unit and made is not None:
        for actor in made.value_after.keys() & made.value_before.keys():
            total = sum(each.share.get(actor, 0.0) for each in found.attribution.effects)
            assert total == pytest.approx(made.value_after[actor] - made.value_before[actor], abs=1e-9)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_say_the_same_when_they_are_written_anew(path: Path):
    source = Source.from_text(path.read_text(), path=path.name)
    found = evaluated(source)
    again = evaluated(mixed(compared(source, source), ()))
    if found is not None and again is not None:
        assert again.to_dict() == found.to_dict()
    assert (found is None) == (again is None) or source.data is None


def test_new_keys_follow_what_they_follow():
    assert in_order({"a", "b", "x", "y"}, ["a", "b"], ["y", "a", "x", "b"]) == ["y", "a", "x", "b"]
    assert in_order({"b", "x"}, ["a", "b"], ["a", "x", "b"]) == ["x", "b"]
