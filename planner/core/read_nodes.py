"""Reading the tree: nodes, options, branches and payoffs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.expression import Expression
from planner.core.joint_rule import JOINT
from planner.core.model import (
    SELF,
    VALUE,
    Actor,
    Criterion,
    Edge,
    Kind,
    Node,
    Parameter,
    Payoff,
    Resolution,
    Signal,
)
from planner.core.num import Num
from planner.core.reader import Path, Reader, did_you_mean, kind_of, listing, nearest
from planner.core.source import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KINDS: tuple[Kind, ...] = ("decision", "chance", "outcome")
NODE_KEYS: Mapping[str, frozenset[str]] = {
    "decision": frozenset({"decision", "by", "rule", "fallback", "options", "unseen", "note"}),
    "chance": frozenset({"chance", "branches", "certainty", "resolved", "note"}),
    "observe": frozenset({"observe", "name", "branches", "note"}),
    "outcome": frozenset({"outcome", "payoff", "note"}),
}
OPTION_KEYS = frozenset({"name", "to", "payoff", "when", "set", "signs", "note"})
BRANCH_KEYS = OPTION_KEYS | {"p"}
NO_PAYOFF: Payoff = {}
UNREADABLE = Expression.of(1)


@dataclass(frozen=True, slots=True)
class Known:
    """What nodes may refer to."""

    nodes: Map
    actors: Mapping[str, Actor]
    criteria: Mapping[str, Criterion]
    parameters: Mapping[str, Parameter]
    state: Mapping[str, float]
    signals: Mapping[str, Signal]
    includes: Collection[str]


def read_nodes(reader: Reader, known: Known) -> dict[str, Node]:
    """Read every node; one that cannot be used at all is left out after its diagnostic."""
    made: dict[str, Node] = {}
    for name, value in known.nodes.items():
        node = read_node(reader, known, name, value)
        if node is not None:
            made[name] = node
    return made


def read_node(reader: Reader, known: Known, name: str, value: object) -> Node | None:
    """Read one node of any kind."""
    path: Path = ("nodes", name)
    reader.good_id(path, name, "a node")
    if type(value) is not Map:
        reader.wrong_type(
            path, value, "a mapping", "a node is 'decision: …', 'chance: …' or 'outcome: …' with its edges"
        )
        return None
    kinds = [kind for kind in (*KINDS, "observe") if kind in value]
    if len(kinds) != 1:
        message = f"node '{name}' is {listing(kinds, 'and')} at once" if kinds else f"node '{name}' has no kind"
        label = "one node is one kind" if kinds else "decision, chance or outcome?"
        help_ = "leave one of them" if kinds else "add 'decision: …', 'chance: …' or 'outcome: …' with the node's title"
        near = next((meant for key in value if (meant := nearest(key, (*KINDS, "observe")))), None)
        if near and not kinds:
            help_ = f"did you mean '{near}'?"
        reader.fault("P115", message, path, key=True, label=label, help=help_)
        if not kinds:
            return None
    kind = kinds[0]
    if not value.keys() <= NODE_KEYS[kind]:
        allowed = frozenset().union(*(NODE_KEYS[each] for each in kinds))
        reader.unknown_keys(path, value, allowed, f"{kind} '{name}'")
    title = value[kind]
    if type(title) is not str:
        title = reader.text((*path, kind), title) or name
    note = reader.text((*path, "note"), value["note"]) if "note" in value else None
    if kind == "outcome":
        payoff = read_payoff(reader, known, (*path, "payoff"), value["payoff"]) if "payoff" in value else NO_PAYOFF
        return Node(name, "outcome", title, payoff=payoff, note=note)
    if kind == "decision":
        return read_decision(reader, known, path, value, title, note)
    return read_chance(reader, known, path, value, title, note, observe=kind == "observe")


def read_decision(reader: Reader, known: Known, path: Path, value: Map, title: str, note: str | None) -> Node:
    """Read a decision."""
    name = str(path[-1])
    edges = read_edges(reader, known, path, value, "options")
    by = read_owners(reader, known, path, value)
    rule = reader.text((*path, "rule"), value["rule"]) if "rule" in value else None
    if rule is not None and not JOINT.match(rule):
        help_ = "the rules are unanimity, majority, quota(0.65), quota(0.55, 0.65), weighted and nash"
        reader.fault("P311", f"unknown rule '{rule}'", (*path, "rule"), label="no such rule", help=help_)
        rule = None
    fallback = reader.text((*path, "fallback"), value["fallback"]) if "fallback" in value else None
    options = value.get("options")
    if fallback is not None and isinstance(options, Map) and fallback not in options:
        reader.fault(
            "P309",
            f"fallback '{fallback}' is no option of '{name}'",
            (*path, "fallback"),
            label="no such option",
            help=did_you_mean(fallback, options, "options"),
        )
    elif fallback is None and len(by) > 1 and "fallback" not in value:
        reader.fault(
            "P308",
            f"decision '{name}' is taken by {len(by)} actors but has no fallback",
            path,
            key=True,
            label="what stands when they do not agree?",
            help=f"add 'fallback: …' with one of {', '.join(options)}"
            if isinstance(options, Map) and options
            else None,
        )
    unseen = reader.texts((*path, "unseen"), value["unseen"]) if "unseen" in value else ()
    seen = []
    for place, other in enumerate(unseen):
        if known_node(reader, known, (*path, "unseen", place), other, f"decision '{name}' does not see"):
            seen.append(other)
    return Node(name, "decision", title, edges, by, rule, fallback, tuple(seen), note=note)


def read_owners(reader: Reader, known: Known, path: Path, value: Map) -> tuple[str, ...]:
    """Read ``by``: one actor or a list; absent is the first actor."""
    given = value.get("by")
    if given is None:
        if "by" in value:
            reader.wrong_type((*path, "by"), None, "an actor or a list of actors")
        return (next(iter(known.actors)),)
    where = (*path, "by")
    names = (given,) if type(given) is str else reader.texts(where, given)
    owners: list[str] = []
    for place, name in enumerate(names):
        at = where if type(given) is str else (*where, place)
        if name not in known.actors:
            actors = [actor for actor in known.actors if actor != SELF]
            help_ = did_you_mean(name, actors, "actors")
            if "," in name:
                help_ = f"write a list: [{name}]"
            reader.fault("P104", f"unknown actor '{name}'", at, label="no actor has this id", help=help_)
        elif name in owners:
            reader.fault(
                "P119", f"actor '{name}' stands twice in 'by'", at, label="named before", help="name each actor once"
            )
        else:
            owners.append(name)
    return tuple(owners) or (next(iter(known.actors)),)


def read_chance(
    reader: Reader, known: Known, path: Path, value: Map, title: str, note: str | None, *, observe: bool
) -> Node:
    """Read a chance node, or one that observes a signal."""
    name = str(path[-1])
    edges = read_edges(reader, known, path, value, "branches", observed=observe)
    signal = None
    if observe:
        signal = title
        title = reader.text((*path, "name"), value["name"]) or name if "name" in value else name
        if signal not in known.signals:
            help_ = did_you_mean(signal, known.signals, "signals")
            reader.fault("P118", f"unknown signal '{signal}'", (*path, "observe"), label="no such signal", help=help_)
    certainty = reader.number((*path, "certainty"), value["certainty"]) if "certainty" in value else None
    if certainty is not None and certainty <= 0:
        message = f"certainty of '{name}' is {certainty:g}"
        reader.fault("P119", message, (*path, "certainty"), label="must be above 0")
        certainty = None
    resolved = read_resolution(reader, path, value, edges) if "resolved" in value else None
    return Node(name, "chance", title, edges, observe=signal, certainty=certainty, resolved=resolved, note=note)


def read_resolution(reader: Reader, path: Path, value: Map, edges: Mapping[str, Edge]) -> Resolution | None:
    """Read what happened at a chance node."""
    where = (*path, "resolved")
    found = reader.mapping(where, value["resolved"])
    if found is None:
        return None
    reader.unknown_keys(where, found, {"branch", "on", "source"}, "'resolved'")
    if "branch" not in found:
        reader.fault("P109", f"'resolved' of '{path[-1]}' names no branch", where, key=True, help="add 'branch: …'")
        return None
    branch = reader.text((*where, "branch"), found["branch"])
    on = reader.day((*where, "on"), found["on"]) if "on" in found else None
    source = reader.text((*where, "source"), found["source"]) if "source" in found else None
    if branch is None:
        return None
    if branch not in edges:
        help_ = did_you_mean(branch, edges, "branches")
        message = f"'{branch}' is no branch of '{path[-1]}'"
        reader.fault("P107", message, (*where, "branch"), label="no such branch", help=help_)
        return None
    return Resolution(branch, on, source)


def read_edges(
    reader: Reader, known: Known, path: Path, value: Map, section: str, *, observed: bool = False
) -> dict[str, Edge]:
    """Read the options or branches of a node."""
    name = str(path[-1])
    where = (*path, section)
    word = "option" if section == "options" else "branch"
    found = value.get(section)
    if type(found) is not Map:
        if found is not None:
            reader.wrong_type(where, found, f"a mapping of {section}")
            reader.broken.add(name)
            return {}
        found = Map()
    if not found:
        kind = "decision" if section == "options" else "chance node"
        reader.fault(
            "P307",
            f"{kind} '{name}' has no {section}",
            path if section not in value else where,
            key=True,
            label=f"nothing can {'be chosen' if section == 'options' else 'happen'} here",
            help=f"add '{section}:' with one entry for each {word}",
        )
        reader.broken.add(name)
    return {
        each: read_edge(reader, known, (*where, each), item, word, observed=observed) for each, item in found.items()
    }


def read_edge(reader: Reader, known: Known, path: Path, value: object, word: str, *, observed: bool) -> Edge:
    """Read one option or branch."""
    node, name = str(path[1]), str(path[-1])
    reader.good_id(path, name, f"{'an' if word == 'option' else 'a'} {word}")
    if value is None:
        value = Map()
    if type(value) is not Map:
        reader.wrong_type(path, value, "a mapping", "write for instance {p: 0.3, to: other-node}")
        reader.broken.add(node)
        return Edge(name, node, name)
    keys = OPTION_KEYS if word == "option" or observed else BRANCH_KEYS
    if not value.keys() <= keys:
        reader.unknown_keys(path, value, keys, f"{word} '{name}' of '{node}'")
    title = value.get("name", name)
    if type(title) is not str:
        title = reader.text((*path, "name"), title) or name
    to = read_target(reader, known, (*path, "to"), value, word) if "to" in value else None
    p, rest = None, False
    if "p" in value and keys is BRANCH_KEYS:
        if value["p"] == "rest":
            rest = True
        else:
            p = read_formula(reader, known, (*path, "p"), value["p"])
            if p is None:
                reader.broken.add(node)
    payoff = read_payoff(reader, known, (*path, "payoff"), value["payoff"]) if "payoff" in value else NO_PAYOFF
    if len(value) == ("name" in value) + ("to" in value) + ("p" in value) + ("payoff" in value):
        return Edge(name, node, title, to, p, rest, payoff)
    when = read_state_formula(reader, known, (*path, "when"), value["when"]) if "when" in value else None
    if when is None and "when" in value:
        when = UNREADABLE  # the edge is not always there, and no loop through it is endless for that
    change = read_changes(reader, known, (*path, "set"), value["set"]) if "set" in value else {}
    signs = reader.texts((*path, "signs"), value["signs"]) if "signs" in value else ()
    note = reader.text((*path, "note"), value["note"]) if "note" in value else None
    return Edge(name, node, title, to, p, rest, payoff, when, change, signs, note)


def read_target(reader: Reader, known: Known, path: Path, value: Map, word: str) -> str | None:
    """Read the node that an edge leads to."""
    given = value["to"]
    to = given if isinstance(given, str) else reader.text(path, given)
    if to is not None and to not in known.nodes and to not in known.includes:
        known_node(reader, known, path, to, f"{word} '{path[-2]}' of '{path[1]}' leads to")
        return None
    return to


def read_changes(reader: Reader, known: Known, path: Path, value: object) -> dict[str, Expression]:
    """Read ``set``: changes of the path state."""
    made: dict[str, Expression] = {}
    for name, item in (reader.mapping(path, value) or {}).items():
        formula = read_state_formula(reader, known, (*path, name), item)
        if name not in known.state:
            reader.fault(
                "P111",
                f"'set' changes unknown state variable '{name}'",
                (*path, name),
                key=True,
                label="no state variable has this name",
                help=did_you_mean(name, known.state, "state: add 'state: {…}' at the top"),
            )
        elif formula is not None:
            made[name] = formula
    return made


def read_formula(reader: Reader, known: Known, path: Path, value: object) -> Expression | None:
    """Read a number or formula over parameters and state."""
    if type(value) is Num:
        return Expression.number(value)
    formula = reader.formula(path, value)
    if formula is None or not reader.names_known(path, formula, known.parameters, known.state):
        return None
    return formula


def read_state_formula(reader: Reader, known: Known, path: Path, value: object) -> Expression | None:
    """Read a formula that decides the tree's shape and so may read state alone."""
    formula = reader.formula(path, value)
    if formula is None:
        return None
    parameters = sorted(name for name in formula.names if name in known.parameters and name not in known.state)
    if parameters:
        match = re.search(rf"(?<![a-z0-9_]){parameters[0]}(?![a-z0-9_])", formula.text)
        reader.fault(
            "P122",
            f"'{path[-1] if path[-2] != 'set' else 'set'}' reads the parameter '{parameters[0]}'",
            path,
            label="state and constants only",
            help="the tree must have the same shape in every draw: use a state variable or a number",
            inside=match.span() if match else None,
        )
        return None
    what = "state variables: add 'state: {…}' at the top"
    return formula if reader.names_known(path, formula, {}, known.state, what) else None


def read_payoff(reader: Reader, known: Known, path: Path, value: object) -> Payoff:
    """Read a payoff: a number, amounts by criterion, amounts by actor, or by actor and criterion."""
    if type(value) is not Map:
        amount = one_amount(reader, known, path, value)
        return {None: amount} if amount else NO_PAYOFF
    common: dict[str, Expression] = {}
    payoff: dict[str | None, Mapping[str, Expression]] = {}
    for name, item in value.items():
        where = (*path, name)
        if name in known.criteria:
            formula = read_formula(reader, known, where, item)
            if formula is not None:
                common[name] = formula
        elif name in known.actors and name != SELF:
            payoff[name] = read_actor_payoff(reader, known, where, item)
        else:
            several = [each for each in (*known.criteria, *known.actors) if each not in {SELF, VALUE}]
            reader.fault(
                "P105",
                f"payoff names '{name}', which is no criterion and no actor",
                where,
                key=True,
                label="unknown",
                help=did_you_mean(name, several, "criteria or actors: write 'payoff: -70'"),
            )
    if common:
        payoff = {None: common, **payoff}
    return payoff


def read_actor_payoff(reader: Reader, known: Known, path: Path, item: object) -> Mapping[str, Expression]:
    """Read what one actor alone gets."""
    if type(item) is not Map:
        return one_amount(reader, known, path, item)
    made: dict[str, Expression] = {}
    for criterion, amount in item.items():
        formula = read_formula(reader, known, (*path, criterion), amount)
        if criterion not in known.criteria:
            help_ = did_you_mean(criterion, known.criteria, "criteria")
            where = (*path, criterion)
            reader.fault(
                "P105", f"unknown criterion '{criterion}'", where, key=True, label="no such criterion", help=help_
            )
        elif formula is not None:
            made[criterion] = formula
    return made


def one_amount(reader: Reader, known: Known, path: Path, value: object) -> Mapping[str, Expression]:
    """Read an amount in the sole criterion."""
    if type(value) is Seq or value is None or isinstance(value, bool):
        reader.wrong_type(path, value, "a number, a formula or amounts by criterion")
        return {}
    formula = read_formula(reader, known, path, value)
    if len(known.criteria) > 1:
        names = ", ".join(f"{name}: …" for name in list(known.criteria)[:3])
        reader.fault(
            "P102",
            f"this payoff is {kind_of(value)} but the file has {len(known.criteria)} criteria",
            path,
            label="in which criterion?",
            help=f"write {{{names}}}",
        )
        return {}
    return {next(iter(known.criteria)): formula} if formula is not None else {}


def known_node(reader: Reader, known: Known, path: Path, name: str, message: str) -> bool:
    """Check that a node is defined."""
    if name in known.nodes:
        return True
    help_ = did_you_mean(name, [*known.nodes, *known.includes], "nodes")
    meant = nearest(name, known.nodes)
    if meant:
        reader.meant.add(meant)
    reader.fault("P103", f"{message} unknown node '{name}'", path, label="no node has this id", help=help_)
    return False
