"""The format of scenario files as a JSON Schema, for editors that complete and check while one types.

It is made from the model: the fields' types say what a key takes, their metadata what it means and what limits it, and
`layout_order` which keys stand where. It sees shapes alone. What refers to something else in the file, what formulas
say and whether probabilities add up is for `planner check`.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from planner.core.change import layout_order as order
from planner.core.conflict import Conflict, ConflictOption, ConflictState, Preference
from planner.core.expression import MAX_FORMULA, WORDS
from planner.core.joint_rule import JOINT
from planner.core.model import (
    FORMAT_VERSION,
    Actor,
    Correlation,
    Criterion,
    Edge,
    Future,
    Include,
    Node,
    Parameter,
    Resolution,
    Scenario,
    Signal,
)
from planner.core.read import CHOICES
from planner.core.read_conflict import IRREVERSIBLE, NUMBER
from planner.core.read_inputs import FAMILIES
from planner.core.read_nodes import BRANCH_KEYS, NODE_KEYS, OPTION_KEYS
from planner.core.reader import DATE, FORMULA_ID, ID

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Mapping

    from planner.core.change.layout_order import Place

FILE = "scenario.schema.json"  # its name beside planner.toml
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]
KINDS = {
    "decision": "a decision: somebody chooses among options",
    "chance": "a chance node: one of several branches comes true",
    "outcome": "an outcome: here the path ends",
    "observe": "a chance node that brings a signal's news",
}
WITH = {"decision": "options", "chance": "branches", "observe": "branches"}


def editor_line(schema: str = f"../{FILE}") -> str:
    """Return the comment by which an editor's YAML language server finds the schema.

    Args:
        schema: the schema's path from the scenario's folder, or its address.
    """
    return f"# yaml-language-server: $schema={schema.replace(' ', '%20')}"


def json_schema() -> Schema:
    """Return the schema (JSON Schema, draft 2020-12)."""
    document = _object(
        Scenario,
        order.DOCUMENT,
        required=("planner", "title"),
        known={"include": _about(Scenario, "includes")},
        more={
            "planner": {"description": "version of the format", "const": FORMAT_VERSION},
            "actors": _named(_ref("actor"), empty=True, minProperties=1),
            "criteria": _named(_ref("criterion"), empty=True, minProperties=1),
            "parameters": _named({"anyOf": [_ref("formula"), _ref("parameter")]}, ids="formula_id", absent=True),
            "correlations": {"type": ["array", "null"], "items": _ref("correlation")},
            "futures": _named(_ref("future"), absent=True),
            "state": _named({"type": "number"}, ids="formula_id", absent=True),
            "signals": _named(_ref("signal"), absent=True),
            "include": _named(_ref("include"), absent=True),
            "conflict": _ref("conflict"),
            "nodes": _named(_ref("node"), minProperties=1),
        },
    )
    head = {
        "$schema": DIALECT,
        "title": f"planner scenario, version {FORMAT_VERSION}",
        "description": "A decision between actors who disagree: `planner check` checks what this schema cannot see.",
    }
    either = [{"required": ["nodes"]}, {"required": ["conflict"]}]
    return {**head, **document, "anyOf": either, "$defs": _definitions()}


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _definitions() -> Schema:
    """Return the parts that the document is made of."""
    return {
        "id": {"type": "string", "pattern": _anchored(ID)},
        "formula_id": {"type": "string", "pattern": _anchored(FORMULA_ID), "not": {"enum": sorted(WORDS)}},
        "text": {"type": ["string", "number"]},
        "formula": {"type": ["number", "string"], "maxLength": MAX_FORMULA},
        "date": {"type": "string", "format": "date", "pattern": _anchored(DATE)},
        "texts": {"type": "array", "items": _ref("text")},
        "payoff": _payoff(),
        "distribution": _distribution(),
        "actor": _object(Actor, order.ACTOR),
        "criterion": _object(Criterion, order.CRITERION),
        "parameter": _object(Parameter, order.PARAMETER, required=("value",)),
        "correlation": _correlation(),
        "future": _object(Future, order.FUTURE),
        "signal": _object(Signal, order.SIGNAL, required=("about", "likelihood")),
        "include": _object(Include, order.INCLUDE, required=("file",)),
        **_conflict(),
        "resolved": _object(Resolution, order.RESOLVED, required=("branch",)),
        "option": _edge(OPTION_KEYS),
        "branch": _edge(BRANCH_KEYS, required=("p",)),
        "node": _node(),
        **{kind: _kind(kind) for kind in KINDS},
    }


# --- mappings with keys of the format ---------------------------------------------------------------------


def _conflict() -> dict[str, Schema]:
    """Return the parts that the section of the conflict is made of."""
    states = {"type": "array", "items": _ref("conflict_state_id")}
    several: Schema = {"anyOf": [_ref("conflict_state_id"), states]}
    says: Schema = {"anyOf": [_ref("statement"), {"type": "array", "items": _ref("statement"), "minItems": 1}]}
    options = _named({"anyOf": [_ref("text"), _ref("conflict_option"), {"type": "null"}]}, absent=True)
    state: Schema = {"anyOf": [_ref("text"), _ref("conflict_state")]}
    wants: Schema = {"anyOf": [*says["anyOf"], _ref("preference")]}
    moves: Schema = {"type": ["object", "null"], "additionalProperties": several}
    irreversible: Schema = {"enum": [*(key for key in IRREVERSIBLE if isinstance(key, bool)), "taken", "dropped"]}
    named = {"pattern": f"{_anchored(NUMBER)}|{_anchored(ID)}"}
    listed = {**_named(state, empty=True), "propertyNames": named, "minProperties": 1}
    either = {"oneOf": [{"required": ["statements"]}, {"required": ["ranking"]}]}
    ranking: Schema = {"type": "array", "items": several, "minItems": 1}
    return {
        "statement": {"type": "string", "maxLength": MAX_FORMULA},
        "conflict_state_id": {"type": ["integer", "string"]},
        "conflict_option": _object(ConflictOption, order.CONFLICT_OPTION, more={"irreversible": irreversible}),
        "conflict_state": _object(ConflictState, order.CONFLICT_STATE),
        "preference": _object(Preference, order.PREFERENCE, more={"statements": says, "ranking": ranking}) | either,
        "conflict": _object(
            Conflict,
            order.CONFLICT,
            more={
                "options": _named(options),
                "feasible": says,
                "infeasible": says,
                "states": listed,
                "status_quo": _ref("conflict_state_id"),
                "moves": _named(moves),
                "preferences": _named(wants),
            },
        ),
    }


def _object(
    model: type,
    place: Place,
    *,
    keys: Collection[str] | None = None,
    required: Iterable[str] = (),
    known: Mapping[str, str] | None = None,
    more: Mapping[str, Schema] | None = None,
) -> Schema:
    """Return the schema of a mapping whose keys are fields of the model.

    Args:
        model: the dataclass.
        place: which keys there are, in their order.
        keys: some of them alone.
        required: those that must be there.
        known: descriptions of keys that are no fields.
        more: schemas of keys whose field's type does not say enough.
    """
    types = {field.name: str(field.type) for field in fields(model)}
    made: Schema = {}
    for key in place.keys:
        if keys is not None and key not in keys:
            continue
        text = (known or {}).get(key) or (_about(model, key) if key in types else "")
        schema = (more or {}).get(key) or {**_of_type(types[key]), **_limits(model, key)}
        made[key] = {"description": text, **schema} if text else schema
    schema = {"type": "object", "properties": made, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def _edge(keys: Collection[str], required: Iterable[str] = ()) -> Schema:
    """Return the schema of an option or branch."""
    chance = {"anyOf": [{"type": "number", **_limits(Edge, "p")}, {"type": "string", "maxLength": MAX_FORMULA}]}
    return _object(Edge, order.EDGE, keys=keys, required=required, more={"p": chance})


def _node() -> Schema:
    """Return the schema of a node, which is that of its kind; faults are told for that kind alone."""
    schema: Schema = {}
    for kind in reversed(KINDS):
        chosen = {"if": {"required": [kind]}, "then": _ref(kind)}
        schema = {**chosen, "else": schema} if schema else chosen
    kinds = {kind: {"description": text} for kind, text in KINDS.items()}
    return {"type": "object", "properties": kinds, "oneOf": [{"required": [kind]} for kind in KINDS], **schema}


def _kind(kind: str) -> Schema:
    """Return the schema of one kind of node."""
    title = {"description": f"{KINDS[kind]}; {_about(Node, 'title')}", **_ref("text")}
    more: dict[str, Schema] = {
        kind: {**title, "description": f"{KINDS[kind]}: {_about(Node, 'observe')}"} if kind == "observe" else title,
        "name": {"description": _about(Node, "title"), **_ref("text")},
        "by": {"anyOf": [_ref("text"), {**_ref("texts"), "uniqueItems": True}]},
        "rule": _rule(),
    }
    edge = "branch" if kind == "chance" else "option"  # the chances of a signal's news are worked out
    for section in ("options", "branches"):
        more[section] = _named(_ref(edge), empty=edge == "option", minProperties=1)
    required = [WITH[kind]] if kind in WITH else []
    about = {section: _about(Node, "edges") for section in ("options", "branches")}
    schema = _object(Node, order.NODE, keys=NODE_KEYS[kind], required=required, known=about, more=more)
    if kind == "decision":  # several who may disagree need something that stands
        several = {"properties": {"by": {"type": "array", "minItems": 2}}, "required": ["by"]}
        schema |= {"if": several, "then": {"required": ["fallback"]}}
    return schema


# --- values -----------------------------------------------------------------------------------------------


def _of_type(name: str) -> Schema:
    """Return the schema of a field's type, as the model writes it."""
    return {
        "str": _ref("text"),
        "float": {"type": "number"},
        "date": _ref("date"),
        "Expression": _ref("formula"),
        "tuple[str, ...]": _ref("texts"),
        "LikelihoodWords": {"enum": list(CHOICES["likelihood_words"])},
        "Objective": {"enum": list(CHOICES["objective"])},
        "Distribution": _ref("distribution"),
        "Resolution": _ref("resolved"),
        "Payoff": _ref("payoff"),
        "Mapping[str, float]": _named({"type": "number"}),
        "Mapping[str, tuple[float, float]]": _named(
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        ),
        "Mapping[str, Expression]": _named(_ref("formula"), ids="formula_id"),
        "Mapping[str, Mapping[str, Expression]]": _named(_named(_ref("formula"))),
    }[name.removesuffix(" | None")]


def _named(value: Schema, *, ids: str = "id", empty: bool = False, absent: bool = False, **limits: Any) -> Schema:
    """Return the schema of a mapping whose keys are the user's ids.

    ``empty`` allows an id with nothing behind it, ``absent`` nothing in the place of the whole mapping.
    """
    inner = {"anyOf": [value, {"type": "null"}]} if empty else value
    kind = ["object", "null"] if absent else "object"
    return {"type": kind, "propertyNames": _ref(ids), "additionalProperties": inner, **limits}


def _payoff() -> Schema:
    """Return a payoff: an amount, or amounts by criterion or actor, or by actor and criterion."""
    amounts = _named(_ref("formula"))
    return {"anyOf": [_ref("formula"), _named({"anyOf": [_ref("formula"), amounts]})]}


def _distribution() -> Schema:
    """Return a distribution: its name, a call with numbers, or the table of a discrete one."""
    alone = [name for name, (counts, _) in FAMILIES.items() if 0 in counts]
    called = [name for name, (counts, _) in FAMILIES.items() if counts != (0,)]
    table = {"type": "object", "minProperties": 1, "additionalProperties": {"type": ["number", "string"]}}
    return {
        "anyOf": [
            {"enum": alone},
            {"type": "string", "pattern": rf"^\s*({'|'.join(called)})\s*\(.*\)\s*$"},
            {"type": "object", "properties": {"discrete": table}, "required": ["discrete"], "maxProperties": 1},
        ],
        "examples": [use for counts, use in FAMILIES.values() if 0 not in counts],
    }


def _rule() -> Schema:
    """Return a rule of joint decision: one of the names, for completion, or what the pattern takes."""
    return {
        "description": _about(Node, "rule"),
        "anyOf": [{"enum": ["unanimity", "majority", "weighted", "nash"]}, {"pattern": _anchored(JOINT)}],
        "type": "string",
        "examples": ["quota(0.65)", "quota(0.55, 0.65)"],
    }


def _correlation() -> Schema:
    """Return a rank correlation: two parameters and a number."""
    parts = [{"description": _about(Correlation, name)} for name in ("first", "second", "value")]
    kinds = [_ref("formula_id"), _ref("formula_id"), {"type": "number", **_limits(Correlation, "value")}]
    items = [{**part, **kind} for part, kind in zip(parts, kinds, strict=True)]
    return {"type": "array", "prefixItems": items, "minItems": 3, "maxItems": 3}


def _about(model: type, name: str) -> str:
    """Return what the model says about a field."""
    return next(str(field.metadata.get("about", "")) for field in fields(model) if field.name == name)


def _limits(model: type, name: str) -> Schema:
    """Return what a field's value is held to."""
    return next(dict(field.metadata.get("limits", {})) for field in fields(model) if field.name == name)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _anchored(pattern: re.Pattern[str]) -> str:
    r"""Return a pattern for the whole text in the words of JSON Schema, which knows no \Z."""
    return f"^(?:{pattern.pattern})$".replace(r"\Z", "")
