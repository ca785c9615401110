from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.change.setting import set_value, value_text
from planner.core.rules import check, load
from planner.core.source import Source
from tests.core.change.scenarios import Data, plain, scenarios, texts

SMALL = """\
planner: 1 # version
title: Umbrella # a title
parameters:
  hope: 0.3 # bare
  fear: {value: 0.1, source: mine}
nodes:
  rain: # the root
    chance: Does it rain?
    branches:
      wet: {p: hope, payoff: -5} # wet
      dry: {p: rest}
"""


def after(text: str, *pairs: tuple[str, str], path: str = "<stdin>") -> str:
    return Draft.of(text, path=path).apply(*(set_value(*pair) for pair in pairs)).text


@pytest.mark.parametrize(
    ("place", "value", "old", "new"),
    [
        ("hope", "0.4", "hope: 0.3 # bare", "hope: 0.4 # bare"),
        ("parameters.hope", "0.4", "hope: 0.3 # bare", "hope: 0.4 # bare"),
        ("parameters.hope.value", "0.40", "hope: 0.3 # bare", "hope: 0.40 # bare"),
        ("hope.low", "0.1", "hope: 0.3 # bare", "hope: {value: 0.3, low: 0.1} # bare"),
        ("hope", "fear * 2", "hope: 0.3 #", "hope: fear * 2 #"),
        ("fear", "0.2", "{value: 0.1, source", "{value: 0.2, source"),
        ("fear.high", "min(1, 2)", "{value: 0.1, source: mine}", "{value: 0.1, high: 'min(1, 2)', source: mine}"),
        ("fear.unit", "10", "{value: 0.1, source: mine}", "{unit: '10', value: 0.1, source: mine}"),
        ("title", "A: b", "title: Umbrella # a", "title: 'A: b' # a"),
        ("title", "true", "title: Umbrella", "title: 'true'"),
        ("title", "2026", "title: Umbrella", "title: '2026'"),
        ("title", "[sic] it's", "title: Umbrella", "title: '[sic] it''s'"),
        ("as_of", "2026-11-23", "title: Umbrella # a title\n", "title: Umbrella # a title\nas_of: 2026-11-23\n"),
        ("tags", "[a,b]", "title: Umbrella # a title\n", "title: Umbrella # a title\ntags: [a, b]\n"),
        ("rain.wet.payoff", "-7.50", "payoff: -5}", "payoff: -7.50}"),
        ("rain.wet.payoff.value", "-7", "payoff: -5}", "payoff: -7}"),
        ("rain.dry.payoff", "hope, 2", "{p: rest}", "{p: rest, payoff: 'hope, 2'}"),
        ("rain.dry.name", "No rain", "{p: rest}", "{name: No rain, p: rest}"),
        ("rain.dry.signs", "[Clouds, 'a, b']", "{p: rest}", "{p: rest, signs: [Clouds, 'a, b']}"),
        ("rain.certainty", "30", "rain?\n", "rain?\n    certainty: 30\n"),
        ("nodes.rain.branches.wet.p", "0.2", "{p: hope,", "{p: 0.2,"),
        ("rain.chance", "Rain?", "Does it rain?", "Rain?"),
    ],
)
def test_a_value_is_written_in_its_place(place: str, value: str, old: str, new: str):
    assert SMALL.count(old) == 1
    assert after(SMALL, (place, value)) == SMALL.replace(old, new)


def test_sections_are_begun_where_the_format_has_them():
    text = after(SMALL, ("state.round", "1"), ("rain.wet.set.round", "round + 1"), ("tags", "[a]"), ("tags.1", "b"))
    source = Source.from_text(text)
    assert list(source.data or ()) == ["planner", "title", "tags", "parameters", "state", "nodes"]
    assert "wet: {p: hope, set: {round: round + 1}, payoff: -5} # wet" in text
    assert "tags: [a, b]" in text
    assert not source.diagnostics


def test_a_list_in_lines_grows_by_a_line():
    text = SMALL.replace("nodes:", "correlations:\n  - [hope, fear, 0.1] # why\nnodes:")
    new = after(text, ("correlations.1", "[fear, hope, 0.2]"), ("correlations.0.2", "-0.5"))
    assert "  - [hope, fear, -0.5] # why\n  - [fear, hope, 0.2]\nnodes:" in new


@pytest.mark.parametrize(
    ("place", "value", "message", "step"),
    [
        ("titel", "x", "'titel' is no key of a scenario and no id of this one", "did you mean 'title'?"),
        ("hoep", "1", "'hoep' is no key", "did you mean 'hope'?"),
        ("wet.p", "1", "'wet' is no key", "did you mean 'rain.wet'?"),
        ("parameters.hoep.value", "1", "there is no parameter 'hoep'", "did you mean 'hope'?"),
        ("hope.lwo", "1", "'parameters.hope' has no key 'lwo'", "did you mean 'low'?"),
        ("rain.wte.p", "1", "'rain' has no key 'wte'", "did you mean 'wet'?"),
        ("rain.wet.pay", "1", "'rain.wet' has no key 'pay'", "did you mean 'payoff'?"),
        ("rain.options", "1", "'rain' has no key 'options'", ""),
        ("rain.wet", "1", "'rain.wet' holds several values", "name one of its keys: name, p, when"),
        ("nodes", "1", "'nodes' holds several values", ""),
        ("title.x", "1", "'title' has no part 'x'", ""),
        ("rain.wet.payoff.cohesion", "1", "there is no criterion or actor 'cohesion'", "known: value"),
        ("hope", "", "'hope=' gives no value", "'planner remove' takes 'hope' out of the file"),
        ("hope..value", "1", "'hope..value' names no place", ""),
        ("rain.wet.signs.1", "x", "'rain.wet.signs' has no item '1'", ""),
        ("rain.wet.set.round", "1", "there is no state variable 'round'", "the file has no state variable yet"),
    ],
)
def test_places_that_the_format_does_not_know(place: str, value: str, message: str, step: str):
    with pytest.raises(EditError) as caught:
        after(SMALL, (place, value))
    assert message in caught.value.message
    assert step in caught.value.next_step


def test_ids_that_stand_for_two_things():
    text = SMALL.replace("hope", "rain")
    with pytest.raises(EditError, match=r"'rain\.note' could be 2 things") as caught:
        after(text, ("rain.note", "x"))
    assert caught.value.next_step == "write 'parameters.rain.note' or 'nodes.rain.note'"
    assert "rain: {value: 0.3, low: 0.1} # bare" in after(text, ("rain.low", "0.1"))  # only a parameter has it
    assert "note: x" in after(text, ("nodes.rain.note", "x"))


def test_an_option_with_the_name_of_a_key():
    text = "planner: 1\ntitle: t\nnodes:\n  a:\n    decision: d\n    options: {note: {name: n}, by: {}}\n"
    with pytest.raises(EditError, match="could be 2 things"):
        after(text, ("a.note", "x"))
    assert "note: {name: m}" in after(text, ("a.note.name", "m"))
    assert "note: {name: n, to: a}" in after(text, ("a.options.note.to", "a"))


JSON = """\
{
  "planner": 1,
  "title": "t",
  "parameters": {
    "x": 0.5
  },
  "nodes": {"a": {"outcome": "o"}}
}
"""


@pytest.mark.parametrize("path", ["a.json", "<stdin>"])
def test_json_stays_json(path: str):
    pairs = [
        ("x.low", ".25"),
        ("title", 'say "hi", it\'s'),
        ("tags", "[a, b]"),
        ("a.payoff", "min(x, 2)"),
        ("x", "1e3"),
    ]
    text = after(JSON, *pairs, path=path)
    assert Source.from_text(text, path="a.json").diagnostics == ()
    source = Source.from_text(text, path=path)
    assert not [each for each in check(source) if each.severity == "error"]
    assert plain(source.data) == {
        "planner": 1,
        "title": 'say "hi", it\'s',
        "tags": ["a", "b"],
        "parameters": {"x": {"value": 1000, "low": 0.25}},
        "nodes": {"a": {"outcome": "o", "payoff": "min(x, 2)"}},
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(end: str, bom: str):
    text = bom + SMALL.replace("\n", end).rstrip()
    new = after(text, ("planner", "1"), ("as_of", "2026-11-23"), ("rain.note", "x"), ("title", "T"))
    assert new.startswith(bom + "planner: 1 #")
    assert new.replace("\r\n", "\n").count("\n") == new.count(end)
    assert not Source.from_text(new).diagnostics


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    return [path]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_one_value_changes_and_no_other_byte(data: st.DataObject):
    scenario = data.draw(scenarios())
    text = data.draw(texts(scenario))
    source = Source.from_text(text)
    assert plain(source.data) == plain(scenario), source.diagnostics
    load(source)
    path = data.draw(st.sampled_from(leaves(scenario)))
    value = data.draw(st.sampled_from(["7", "0.125", "p0 + 1", "a text: with, marks", "it's", "no"]))
    span = source.span(path)
    new = after(text, (".".join(path), value))
    assert new[: span.start] == text[: span.start]
    assert new[len(new) - (len(text) - span.end) :] == text[span.end :]
    assert plain(Source.from_text(new).data) == changed(scenario, path, value)


def changed(scenario: Data, path: tuple[Any, ...], value: str) -> Data:
    made = copy.deepcopy(scenario)
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    number = value in {"7", "0.125"} and not isinstance(reads_as_text(path), str)
    holder[path[-1]] = float(value) if number else value
    return plain(made)  # type: ignore[no-any-return]


def reads_as_text(path: tuple[Any, ...]) -> str | None:
    """Return the key if the format has text there, where digits are text, too."""
    texts = {"title", "name", "source", "to", "decision", "chance", "outcome"}
    return path[-1] if path[-1] in texts else None


def test_value_text_is_what_stands_in_the_file():
    source = Source.from_text(SMALL)
    assert value_text(source, ("parameters", "hope", "value")) == "0.3"
    assert value_text(source, ("parameters", "fear")) == "0.1"
    assert value_text(source, ("parameters", "fear", "low")) is None
    assert value_text(source, ("nodes", "rain", "branches", "wet")) == "{p: hope, payoff: -5}"
    assert (value_text(source, ("nodes",)) or "").endswith("…")
