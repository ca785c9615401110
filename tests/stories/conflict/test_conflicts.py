"""Conflicts from the literature: `published.toml` holds what is published about each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.core.graph_model import GraphModel, graph_model
from tests.analyses.conflicts import CONCEPTS, Case, equilibria

HERE = Path(__file__).parent
PUBLISHED: dict[str, Any] = tomllib.loads((HERE / "published.toml").read_text(encoding="utf-8"))
stories = pytest.mark.parametrize("name", PUBLISHED)


def load(name: str) -> planner.Scenario:
    return planner.load(HERE / f"{name}.yaml")


def moves(model: GraphModel, actor: str) -> dict[Any, list[Any]]:
    own = model.moves[model.actors.index(actor)]
    ends = {model.states[at]: [model.states[end] for end in own.ends(at)] for at in range(len(model))}
    return {state: found for state, found in ends.items() if found}


def order(model: GraphModel, actor: str) -> list[Any]:
    own = model.value[model.actors.index(actor)].tolist()
    return [model.states[at] for at in sorted(range(len(model)), key=lambda at: -own[at])]


def test_every_conflict_has_a_file() -> None:
    assert sorted(PUBLISHED) == sorted(file.stem for file in HERE.glob("*.yaml"))


@stories
def test_file_is_fine_and_names_its_source(name: str) -> None:
    file = HERE / f"{name}.yaml"
    assert planner.check(file) == []
    assert file.read_text(encoding="utf-8").startswith("# ")


@stories
@pytest.mark.parametrize("concept", ["nash", "seq", "gmr", "smr"])
def test_stable_states(name: str, concept: str) -> None:
    assert planner.stability(load(name)).to_dict()[concept] == PUBLISHED[name][concept]


@stories
def test_coalition_moves_from_the_states_that_hold(name: str) -> None:
    result = planner.stability(load(name)).to_dict()
    found = [
        {"by": move["by"], "from": move["state"], "to": move["to"]}
        for move in result["coalition_moves"]
        if move["state"] in result["nash"]
    ]
    assert found == ([PUBLISHED[name]["coalition"]] if "coalition" in PUBLISHED[name] else [])


@stories
@pytest.mark.parametrize("rule", ["legal", "single", "repeated"])
def test_the_definitions_by_their_letter_say_the_same(name: str, rule: str) -> None:
    result = planner.stability(load(name), rule=rule)
    model = result.model
    every = range(len(model))
    case = Case(
        len(model),
        {who: {at + 1: frozenset(end + 1 for end in model.moves[i].ends(at)) for at in every}
         for i, who in enumerate(model.actors)},
        {who: {at + 1: int(model.value[i, at]) for at in every} for i, who in enumerate(model.actors)},
    )  # fmt: skip
    for concept in CONCEPTS:
        wanted = [model.states[state - 1] for state in equilibria(case, concept, rule)]
        assert result.to_dict()[concept] == wanted


def test_elmira_as_it_is_printed() -> None:
    """Moves and rankings follow from options, from irreversible ones and from the merged ninth state."""
    for name in ("elmira", "elmira-statements"):
        model = graph_model(load(name))
        assert moves(model, "moe") == {1: [2], 3: [4], 5: [6], 7: [8]}
        assert moves(model, "uniroyal") == {1: [3, 9], 2: [4, 9], 3: [9], 4: [9], 5: [7, 9], 6: [8, 9], 7: [9], 8: [9]}
        assert moves(model, "local") == {1: [5], 2: [6], 3: [7], 4: [8], 5: [1], 6: [2], 7: [3], 8: [4]}
        assert order(model, "moe") == [7, 3, 4, 8, 5, 1, 2, 6, 9]
        assert order(model, "uniroyal") == [1, 4, 8, 5, 9, 3, 7, 2, 6]
        assert order(model, "local") == [7, 3, 5, 1, 8, 6, 4, 2, 9]


def test_states_of_the_cuban_crisis_have_the_numbers_of_their_codes() -> None:
    """The literature's decimal codes 0 to 11, counted from 1."""
    model = graph_model(load("cuban-missile-crisis"))
    assert model.states == tuple(range(1, 13))
    codes = {"us": [4, 6, 5, 7, 2, 1, 3, 0, 11, 9, 10, 8], "ussr": [0, 4, 6, 2, 5, 1, 7, 3, 11, 9, 10, 8]}
    for actor, ranking in codes.items():
        assert order(model, actor) == [code + 1 for code in ranking]
    assert moves(model, "us")[1] == [2, 3, 4]
    assert moves(model, "ussr")[1] == [5, 9]


def test_the_course_of_the_elmira_conflict() -> None:
    """The local government insisted (1 to 5); the ministry and Uniroyal then agreed on the modified order (8)."""
    result = planner.stability(load("elmira")).to_dict()
    ways = {each["state"]: each for each in result["from_status_quo"]}
    assert ways[5]["improvements"] == [{"actor": "local", "to": 5}]
    assert ways[8]["improvements"] is None
    assert result["coalition_stable"] == [8, 9]
