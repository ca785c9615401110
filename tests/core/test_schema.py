"""The JSON Schema against every example: it takes the good ones and refuses those whose fault is one of shape."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from planner.core.change import layout_order as order
from planner.core.conflict import Conflict, ConflictOption, ConflictState, Preference
from planner.core.model import Actor, Criterion, Edge, Future, Include, Node, Parameter, Resolution, Scenario, Signal
from planner.core.rule_table import RULES
from planner.core.schema import FILE, editor_line, json_schema, schema_text
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "tests/stories").rglob("*.yaml")])
REFERENCE = "what a name refers to stands elsewhere in the file"
FORMULA = "a formula is text to a schema"
ARITHMETIC = "a schema does not add up or compare numbers of the file"
STATES = "a schema does not work out which states there are"
TREE = "a schema does not follow the tree"
FILES = "another file"
FINE = "the shape is right"
# The rules whose bad example a schema cannot refuse, with the reason; it refuses the bad example of every other.
UNSEEN = {
    **dict.fromkeys(("P103", "P104", "P105", "P106", "P107", "P117", "P118", "P121", "P309", "P503"), REFERENCE),
    **dict.fromkeys(("P110", "P111", "P112", "P122", "P203", "P211", "P305"), FORMULA),
    **dict.fromkeys(("P201", "P206", "P207", "P210", "P212", "P213", "P214", "P215", "P403", "P404"), ARITHMETIC),
    **dict.fromkeys(
        ("P301", "P302", "P303", "P304", "P306", "P312", "P313", "P314", "P315", "P316", "P501", "P504"), TREE
    ),
    **dict.fromkeys(("P123", "P124", "P125"), FILES),
    **dict.fromkeys(("P602", "P603", "P604", "P605", "P607", "P609", "P610"), REFERENCE),
    **dict.fromkeys(("P601", "P611", "P615"), FORMULA),
    **dict.fromkeys(("P606", "P608", "P612", "P613", "P614"), STATES),
    **dict.fromkeys(("P131", "P310", "P401", "P402", "P405", "P406", "P502", "P505", "P507", "P616"), FINE),
}
WHOLE = [rule for rule in RULES.values() if not rule.code.startswith("P0")]  # examples of P0xx are pieces of files


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def data(text: str) -> Any:
    source = Source.from_text(text.replace("«", "").replace("»", ""))
    assert not source.diagnostics
    return source.data


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_are_taken(file: Path, validator: Draft202012Validator):
    assert [error.message for error in validator.iter_errors(data(file.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("rule", WHOLE, ids=lambda rule: rule.code)
def test_good_examples_are_taken(rule: Any, validator: Draft202012Validator):
    assert [error.message for error in validator.iter_errors(data(rule.good))] == []


@pytest.mark.parametrize("rule", WHOLE, ids=lambda rule: rule.code)
def test_bad_examples_of_shape_are_refused(rule: Any, validator: Draft202012Validator):
    assert validator.is_valid(data(rule.bad)) == (rule.code in UNSEEN)


def test_only_rules_that_are_there_are_excused():
    assert set(UNSEEN) <= set(RULES)


HEAD = "planner: 1\ntitle: T\n"
NODES = "nodes: {a: {outcome: A}}\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "nodes: {a: {outcome: A, payoff: {uk: {cost: 3, peace: x / 2}, cost: 1}}}\n",
        HEAD + "nodes: {a: {outcome: 1984, payoff: -70}}\n",
        HEAD + "nodes: {a: {decision: A?, by: uk, options: {stop: , go: {to: b, set: {round: round + 1}}}}}\n",
        HEAD + "parameters:\nfutures:\nstate:\n" + NODES,
        HEAD + "actors: {uk: , fr: {weights: {cost: -1}}}\ncriteria: {cost: }\n" + NODES,
        HEAD + "parameters: {x: {value: 1, distribution: {discrete: {0.1: 0.5, 0.3: 0.5}}}}\n" + NODES,
        HEAD + "parameters: {x: {value: 1, distribution: 'discrete({0.1: 0.5, 0.3: 0.5})'}}\n" + NODES,
        HEAD + "nodes: {a: {decision: A?, by: [uk, fr], rule: quota(0.65), fallback: b, options: {b: {}}}}\n",
        HEAD + "conflict: {options: {uk: {go: , stay: {irreversible: dropped}}}, preferences: {uk: [go, not stay]}}\n",
        HEAD + "conflict: {states: {1: , war: War}, moves: {uk: {1: war}}, preferences: {uk: {ranking: [[1, war]]}}}\n",
        HEAD + "conflict: {feasible: one or two, status_quo: NN, preferences: {uk: go if stay}}\n",
    ],
)
def test_forms_of_the_format_are_taken(text: str, validator: Draft202012Validator):
    assert [error.message for error in validator.iter_errors(data(text))] == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (HEAD + "parameters: {a-b: 1}\n" + NODES, ["parameters"]),
        (HEAD + "parameters: {min: 1}\n" + NODES, ["parameters"]),
        (HEAD + "tags: a\n" + NODES, ["tags"]),
        (HEAD + "actors: {uk: {risk_tolerance: 0}}\n" + NODES, ["actors", "uk"]),
        (HEAD + "nodes: {a: {outcome: A, options: {}}}\n", ["nodes", "a"]),
        (HEAD + "nodes: {a: {decision: A?, outcome: A, options: {b: }}}\n", ["nodes", "a"]),
        (HEAD + "nodes: {a: {decision: A?, rule: quota(2), options: {b: }}}\n", ["nodes", "a", "rule"]),
        (HEAD + "nodes: {a: {decision: A?, options: {b: {p: 0.5}}}}\n", ["nodes", "a", "options", "b"]),
        (HEAD + "nodes: {a: {chance: A?, branches: {b: {p: 2}}}}\n", ["nodes", "a", "branches", "b", "p"]),
        (HEAD + "correlations: [[a, b]]\n" + NODES, ["correlations", 0]),
        (HEAD + "conflict: {options: {uk: {go: {irreversible: perhaps}}}}\n", ["conflict", "options", "uk", "go"]),
        (HEAD + "conflict: {preferences: {uk: {ranking: [1], statements: [go]}}}\n", ["conflict", "preferences", "uk"]),
    ],
)
def test_faults_are_told_at_their_place(text: str, where: list[str | int], validator: Draft202012Validator):
    places = [list(error.absolute_path) for error in validator.iter_errors(data(text))]
    assert any(place[: len(where)] == where for place in places)


def mappings(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of the schema that has keys of the format."""
    for part in [schema, *schema["$defs"].values()]:
        if "properties" in part:
            yield part["properties"]


def test_every_key_is_described():
    for properties in mappings(json_schema()):
        assert [key for key, part in properties.items() if not part.get("description")] == []


@pytest.mark.parametrize(
    ("model", "place", "more"),
    [
        (Scenario, order.DOCUMENT, {"planner": "", "include": "includes", "source": None}),
        (Node, order.NODE, {**dict.fromkeys(("decision", "chance", "outcome", "options", "branches"), "")}),
        (Edge, order.EDGE, {"rest": None, "node": None}),
        (Actor, order.ACTOR, {}),
        (Criterion, order.CRITERION, {}),
        (Parameter, order.PARAMETER, {}),
        (Future, order.FUTURE, {}),
        (Signal, order.SIGNAL, {}),
        (Include, order.INCLUDE, {}),
        (Resolution, order.RESOLVED, {}),
        (Conflict, order.CONFLICT, {}),
        (ConflictOption, order.CONFLICT_OPTION, {"actor": None}),
        (ConflictState, order.CONFLICT_STATE, {}),
        (Preference, order.PREFERENCE, {"actor": None}),
    ],
)
def test_every_field_of_the_model_is_a_key(model: type, place: order.Place, more: dict[str, str | None]):
    of_node = {"kind", "title", "edges"} if model is Node else set()
    names = {field.name for field in fields(model)} - {"id", *of_node, *(key for key in more if more[key] is None)}
    keys = {more.get(key, key) for key in place.keys if more.get(key, key)}
    assert names == keys - ({"name"} if model is Node else set())


def test_keys_are_offered_in_the_order_of_the_layout():
    schema = json_schema()
    assert tuple(schema["properties"]) == order.DOCUMENT.keys
    assert tuple(schema["$defs"]["branch"]["properties"]) == order.EDGE.keys


def test_the_published_copy_is_current():
    assert (ROOT / "docs" / FILE).read_bytes().decode() == schema_text()
    assert json.loads(schema_text()) == json_schema()


def test_editor_line():
    assert editor_line() == "# yaml-language-server: $schema=../scenario.schema.json"
    assert editor_line("my files/a.json") == "# yaml-language-server: $schema=my%20files/a.json"
