from __future__ import annotations

import pytest

from planner.core import read, read_inputs, read_nodes
from planner.core.change.edit import EditError
from planner.core.change.places import KEYS, LISTS, Place, find, kind_at, resolve, shown
from planner.core.source import Source
from tests.conftest import ROOT

MOSCOW = Source.from_text((ROOT / "scenarios" / "european-line-on-moscow.yaml").read_text())


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("document", read.DOCUMENT_KEYS),
        ("actor", read_inputs.ACTOR_KEYS),
        ("criterion", read_inputs.CRITERION_KEYS),
        ("parameter", read_inputs.PARAMETER_KEYS),
        ("future", read_inputs.FUTURE_KEYS),
        ("signal", read_inputs.SIGNAL_KEYS),
        ("included", read_inputs.INCLUDE_KEYS),
        ("option", read_nodes.OPTION_KEYS),
        ("branch", read_nodes.BRANCH_KEYS),
        *((kind, keys) for kind, keys in read_nodes.NODE_KEYS.items()),
    ],
)
def test_the_keys_are_those_of_the_reader(kind: str, known: frozenset[str]):
    assert set(KEYS[kind]) == known
    assert len(KEYS[kind]) == len(known)


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("title", "title", "text"),
        ("actors", "actors", "actors"),
        ("uk", "actors/uk", "actor"),
        ("uk.weights.cohesion", "actors/uk/weights/cohesion", "number"),
        ("cohesion.start", "criteria/cohesion/start", "number"),
        ("talks_yield", "parameters/talks_yield", "parameter"),
        ("parameters.talks_yield.value", "parameters/talks_yield/value", "formula"),
        ("talks_yield.distribution", "parameters/talks_yield/distribution", "any"),
        ("thaw.set.talks_yield", "futures/thaw/set/talks_yield", "formula"),
        ("correlations.0.2", "correlations/0/2", "item"),
        ("line", "nodes/line", "node"),
        ("line.by", "nodes/line/by", "by"),
        ("line.by.1", "nodes/line/by/1", "item"),
        ("line.engage", "nodes/line/options/engage", "option"),
        ("line.options.engage.to", "nodes/line/options/engage/to", "text"),
        ("nodes.line.engage.payoff", "nodes/line/options/engage/payoff", "payoff"),
        ("line.engage.payoff.uk", "nodes/line/options/engage/payoff/uk", "amount"),
        ("line.engage.payoff.uk.economy", "nodes/line/options/engage/payoff/uk/economy", "formula"),
        ("answer.step.p", "nodes/answer/branches/step/p", "formula"),
        ("answer.resolved.branch", "nodes/answer/resolved/branch", "text"),
        ("consensus.payoff.cohesion", "nodes/consensus/payoff/cohesion", "formula"),
        ("state.round", "state/round", "number"),
        ("signals.wire.likelihood", "signals/wire/likelihood", "likelihood"),
        ("include.talks.set.hope", "include/talks/set/hope", "formula"),
    ],
)
def test_find(text: str, path: str, kind: str):
    parts = tuple(int(part) if part.isdecimal() else part for part in path.split("/"))
    assert find(MOSCOW, text) == Place(parts, kind)
    assert kind_at(MOSCOW, parts) == kind


def test_every_place_of_the_examples_is_found_by_its_full_and_its_short_name():
    stack: list[tuple[str | int, ...]] = [()]
    while stack:
        path = stack.pop()
        value: object = MOSCOW.data
        for part in path:
            value = value[part]  # type: ignore[index]
        if path:
            assert resolve(MOSCOW, ".".join(map(str, path))) == path
            assert resolve(MOSCOW, shown(path)) == path
        if isinstance(value, dict):
            stack += [(*path, key) for key in value]
        elif isinstance(value, list) and path[-1] in LISTS:
            stack += [(*path, place) for place in range(len(value))]


@pytest.mark.parametrize(
    ("text", "message", "step"),
    [
        ("line.engage.when", "there is no 'line.engage.when' in the file", ""),
        ("parameters.fatigue", "there is no parameter 'fatigue'", ""),
        ("consensus.options", "'consensus' has no key 'options'", "the keys there are outcome, payoff, note"),
        ("answer.stal", "'answer' has no key 'stal'", "did you mean 'stall'?"),
        ("engage", "'engage' is no key", "did you mean 'line.engage'?"),
        ("correlations.7", "'correlations' has no item '7'", "there are 1"),
        ("", "'' names no place", ""),
    ],
)
def test_places_that_are_not_there(text: str, message: str, step: str):
    with pytest.raises(EditError) as caught:
        resolve(MOSCOW, text)
    assert message in caught.value.message
    assert step in caught.value.next_step


def test_a_key_of_the_document_comes_before_an_id():
    source = Source.from_text(
        "planner: 1\ntitle: t\nstate: {x: 1}\nnodes:\n  state: {outcome: o}\n  signals: {outcome: o}\n"
    )
    assert find(source, "state").path == ("state",)
    assert find(source, "nodes.state").path == ("nodes", "state")
    assert find(source, "signals").path == ("nodes", "signals")  # the file has no such section


def test_broken_shapes_are_no_trouble():
    for text in ("nodes: 3\n", "actors: [a]\nnodes: {a: x, b: {options: 3}}\n", "parameters:\nnodes:\n  a:\n"):
        source = Source.from_text(text)
        for place in ("title", "nodes.a", "a.b.c", "parameters.x", "actors.a"):
            try:
                resolve(source, place)
            except EditError as error:
                assert error.message  # noqa: PT017 - either a place or a sentence
