"""Reversing the order of two chance nodes by Bayes' rule, in formulas.

Where the file asks first `disease` and then, whatever the answer, `test`, it asks first `test` and then `disease`
afterwards: P(b) = sum over a of P(a) P(b|a), and P(a|b) = P(a) P(b|a) / P(b) ("flipping the tree", Raiffa 1968). The
probabilities are written as formulas over the same parameters, so sensitivity analysis still walks them. Every path
keeps its joint probability, its payoffs and what follows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.core.change import algebra
from planner.core.change.adding import node_of, set_target, target_of
from planner.core.change.bayes import Table
from planner.core.change.edit import EditError, entry_end, is_flow, line_end, line_start, line_stop, remove, spaced
from planner.core.change.references import references
from planner.core.change.writing import in_brackets, lines_of, section, together
from planner.core.diagnostics import Diagnostic, Label, ScenarioError
from planner.core.expression import InexactError
from planner.core.marks import Map, Seq
from planner.core.model import SELF, VALUE
from planner.core.num import Num
from planner.core.parameters import values
from planner.core.rule_table import RULES
from planner.core.rules import examine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from planner.core.change.draft import Change
    from planner.core.change.edit import Content
    from planner.core.diagnostics import Edit
    from planner.core.expression import Expression, Program
    from planner.core.model import Edge, Node, Payoff, Scenario
    from planner.core.source import Path, Source

_COMMENT = re.compile(r"(?:(?<=\s)|\A)#[^\r\n]*")


def flip(first: str, second: str) -> Change:
    """Let the chance node ``second``, which follows ``first`` on every branch, come before it.

    ``second`` may be one node that all branches of ``first`` lead to, or any of several with the same branches, one for
    each branch of ``first``.

    Raises when applied:
        EditError: the two cannot change places; says why.
        ScenarioError: the file has errors, or a branch of ``second`` cannot happen, so that nothing is known after it.
    """

    def steps(source: Source) -> list[Change]:
        plan = _plan(source, first, second)
        leads = [_lead(path, plan.first) for path in plan.edges_in]
        removals: list[Change] = [_removal(name) for name in plan.gone]
        return [*leads, *removals, _replacement(first, plan.nodes, plan.comments)]

    return together(steps)


def flipped(source: Source, first: str, second: str) -> list[str]:
    """Return the nodes that `flip` makes of this text; the first of them is asked first."""
    return list(_plan(source, first, second).nodes)


@dataclass(frozen=True)
class _Plan:
    """What a flip does to the text.

    Attributes:
        nodes: the new nodes; the first of them is asked first.
        edges_in: edges from elsewhere that lead to the old first node.
        gone: nodes that nothing leads to any more, the old first one not among them.
        comments: new node -> comments that stood in the old ones.
    """

    nodes: Mapping[str, dict[str, Content]]
    edges_in: Sequence[Path]
    gone: Sequence[str]
    comments: Mapping[str, Sequence[str]]

    @property
    def first(self) -> str:
        """The node that is asked first."""
        return next(iter(self.nodes))


# --- may they change places? ------------------------------------------------------------------------------


def _plan(source: Source, first: str, second: str) -> _Plan:
    for name in (first, second):
        node_of(source, name)
    scenario, found = examine(source)
    if scenario is None:
        raise ScenarioError([each for each in found if each.severity == "error"])
    above = _chance(scenario, first)
    below = {edge.id: _follower(scenario, source, edge, second) for edge in above.edges.values()}
    followers = {node.id: node for node in below.values()}
    if second not in followers:
        edge, node = next(iter(below.items()))
        raise EditError(f"'{second}' does not follow '{first}': '{first}.{edge}' leads to '{node.id}'")
    one, *others = followers.values()
    for other in others:
        if other.edges.keys() != one.edges.keys():
            raise EditError(
                f"'{one.id}' and '{other.id}' have different branches, so they are not the same question",
                f"after every branch of '{first}' there must be the same branches",
            )
    for name in (first, *followers):
        _unused_elsewhere(scenario, name)
    table = Table.of(above, below)
    _possible(scenario, source, table)
    return _laid_out(scenario, source, table, second)


def _chance(scenario: Scenario, name: str) -> Node:
    """Return a chance node that can take part."""
    node = scenario.nodes[name]
    if node.kind != "chance":
        what = "a decision, which is taken and does not happen" if node.kind == "decision" else "an outcome"
        raise EditError(f"'{name}' is {what}; only two chance nodes can change places")
    if node.observe:
        raise EditError(f"'{name}' observes the signal '{node.observe}', whose probabilities are worked out already")
    if node.resolved:
        raise EditError(f"'{name}' is resolved, so there is no chance left to turn round", "take 'resolved' out first")
    if node.certainty is not None:
        help_ = "take 'certainty' out first"
        raise EditError(f"the certainty of '{name}' belongs to its own branches and would be lost", help_)
    for edge in node.edges.values():
        if edge.when is not None or edge.set:
            what = "depends on" if edge.when is not None else "changes"
            raise EditError(f"'{edge.path}' {what} the path state, so its place in the order matters")
        state = sorted(edge.p.names & scenario.state.keys()) if edge.p else []
        if state:
            raise EditError(
                f"the probability of '{edge.path}' reads the path state '{state[0]}', so it has its own place"
            )
    return node


def _follower(scenario: Scenario, source: Source, edge: Edge, second: str) -> Node:
    """Return the chance node that a branch leads to."""
    name = target_of(source, ("nodes", edge.node, "branches", edge.id))
    if name is None:
        raise EditError(f"'{edge.path}' ends the path, so '{second}' does not follow it")
    if name == edge.node:
        raise EditError(f"'{edge.path}' leads back to '{name}' itself")
    if name not in section(source, "nodes"):
        raise EditError(f"'{edge.path}' leads to another scenario, '{name}'")
    kind = scenario.nodes[name].kind
    if kind == "decision":
        raise EditError(
            f"'{edge.path}' leads to the decision '{name}', which is taken knowing '{edge.node}'",
            "only two chance nodes in a row can change places",
        )
    if kind == "outcome":
        raise EditError(f"'{edge.path}' leads to the outcome '{name}', so '{second}' does not follow it")
    return _chance(scenario, name)


def _unused_elsewhere(scenario: Scenario, name: str) -> None:
    """Refuse a node that is named where an order is meant."""
    for signal in scenario.signals.values():
        if signal.about == name:
            raise EditError(
                f"the signal '{signal.id}' is about '{name}'", "a signal is turned round by 'observe' already"
            )
    for node in scenario.nodes.values():
        if name in node.unseen:
            raise EditError(f"'{node.id}' is taken without seeing '{name}', which would no longer be one node")


# --- the numbers ------------------------------------------------------------------------------------------


def _possible(scenario: Scenario, source: Source, table: Table) -> None:
    """Refuse to ask what follows from an event that has probability 0."""
    found = []
    for b in table.one.edges:
        formula = algebra.expression(table.marginal(b))
        try:
            p: float | Fraction = formula.exact(values(scenario.parameters, exact=True))
        except InexactError:
            p = formula.evaluate(values(scenario.parameters))
        if p == 0:
            found.append(_impossible(source, table, b))
    if found:
        raise ScenarioError(found)


def _impossible(source: Source, table: Table, b: str) -> Diagnostic:
    rule, first = RULES["P203"], table.above.id
    spans = {node: source.span(("nodes", node, "branches", b, "p")) for node in {n.id: n for n in table.below.values()}}
    here, *others = spans.values()
    message = f"'{b}' of '{table.one.id}' has probability 0, so '{first}' would have the probabilities 0 / 0 after it"
    help_ = f"take '{b}' out, or give it a probability, before '{table.one.id}' comes first"
    label = "cannot happen"
    related = tuple(Label(span, label) for span in others)
    return Diagnostic(rule.code, rule.slug, rule.severity, message, source, here, label, related, help_)


# --- the new nodes ----------------------------------------------------------------------------------------


def _laid_out(scenario: Scenario, source: Source, table: Table, second: str) -> _Plan:
    first = table.above.id
    followers = list(dict.fromkeys(node.id for node in table.below.values()))
    edges_in = {name: _edges_in(source, name) for name in (first, *followers)}
    own = [("nodes", first, "branches", a) for a in table.prior]
    nodes = section(source, "nodes")
    gone = [name for name in followers if not set(edges_in[name]) - set(own) and name != next(iter(nodes))]
    taken = set(nodes) - {first, *gone}
    top = _unused(_stem(table) or second, taken)
    targets = {first: top}
    children = {b: _child(scenario, source, table, b, targets) for b in table.one.edges}
    alike = all(child == next(iter(children.values())) for child in children.values())
    taken.add(top)
    names: dict[str, str] = {}
    for b in children:
        names[b] = names[next(iter(names))] if alike and names else _unused(first if alike else f"{first}-{b}", taken)
        taken.add(names[b])
    made = {top: _top(scenario, table, names)} | {names[b]: child for b, child in children.items()}
    comments = {
        top: [text for name in gone for text in _comments(source, ("nodes", name))],
        next(iter(names.values())): _comments(source, ("nodes", first)),
    }
    return _Plan(made, [path for path in edges_in[first] if path[1] not in {first, *gone}], gone, comments)


def _edges_in(source: Source, name: str) -> list[Path]:
    """Return the edges that lead to a node."""
    return [
        use.path[:-1] for use in references(source) if use.kind == "node" and use.name == name and use.path[-1] == "to"
    ]


def _stem(table: Table) -> str:
    """Return what the ids of the lower nodes have in common: ``test`` of ``test-ill`` and ``test-well``."""
    names = dict.fromkeys(node.id for node in table.below.values())
    words = [name.split("-") for name in names]
    same = 0
    while all(same < len(each) - 1 and each[same] == words[0][same] for each in words):
        same += 1
    return "-".join(words[0][:same]) if len(words) > 1 else ""


def _unused(name: str, taken: set[str]) -> str:
    number, wanted = 2, name
    while wanted in taken:
        wanted, number = f"{name}-{number}", number + 1
    return wanted


def _stays(table: Table, b: str) -> bool:
    """Whether a branch of the lower question has the same payoff whatever the upper one says."""
    payoffs = [node.edges[b].payoff for node in table.below.values()]
    return all(each == payoffs[0] for each in payoffs)


def _top(scenario: Scenario, table: Table, children: Mapping[str, str]) -> dict[str, Content]:
    """Return the node that is asked first now."""
    branches: dict[str, Content] = {}
    for b, edge in table.one.edges.items():
        signs = dict.fromkeys(sign for node in table.below.values() for sign in node.edges[b].signs)
        payoff = edge.payoff if _stays(table, b) else {}
        branches[b] = _edge(scenario, edge, table.marginal(b), payoff, children[b], list(signs))
    return _node(table.one, branches)


def _child(scenario: Scenario, source: Source, table: Table, b: str, targets: Mapping[str, str]) -> dict[str, Content]:
    """Return the node that is asked after the branch ``b``."""
    branches: dict[str, Content] = {}
    for a, edge in table.above.edges.items():
        below = table.below[a]
        payoff = edge.payoff if _stays(table, b) else _sum(edge.payoff, below.edges[b].payoff)
        to = target_of(source, ("nodes", below.id, "branches", b))
        to = targets.get(to, to) if to else to
        branches[a] = _edge(scenario, edge, table.posterior(a, b), payoff, to, list(edge.signs))
    return _node(table.above, branches)


def _node(node: Node, branches: dict[str, Content]) -> dict[str, Content]:
    made: dict[str, Content] = {"chance": node.title, "branches": branches}
    return made | ({"note": node.note} if node.note else {})


def _edge(
    scenario: Scenario, edge: Edge, p: Program, payoff: Payoff, to: str | None, signs: list[Content]
) -> dict[str, Content]:
    made: dict[str, Content] = {"name": edge.name} if edge.name != edge.id else {}
    made["p"] = _content(algebra.expression(p))
    if payoff:
        made["payoff"] = _payoff(scenario, payoff)
    if to:
        made["to"] = to
    if signs:
        made["signs"] = signs
    if edge.note:
        made["note"] = edge.note
    return made


def _content(formula: Expression) -> Content:
    return Num(formula.text) if formula.literal else formula.text


def _sum(one: Payoff, two: Payoff) -> Payoff:
    """Add two payoffs, criterion by criterion."""
    made: dict[str | None, dict[str, Expression]] = {who: dict(amounts) for who, amounts in one.items()}
    for who, amounts in two.items():
        mine = made.setdefault(who, {})
        for criterion, amount in amounts.items():
            old = mine.get(criterion)
            mine[criterion] = algebra.expression(algebra.plus(old.program, amount.program)) if old else amount
    return made


def _payoff(scenario: Scenario, payoff: Payoff) -> Content:
    """Write a payoff as the format does: a number where there is one criterion without a name."""
    bare = list(scenario.criteria) == [VALUE]
    common = {criterion: _content(amount) for criterion, amount in payoff.get(None, {}).items()}
    if bare and set(payoff) == {None}:
        return common[VALUE]
    made: dict[str, Content] = dict(common)
    for who, amounts in payoff.items():
        if who is not None and who != SELF:
            inner = {criterion: _content(amount) for criterion, amount in amounts.items()}
            made[who] = inner[VALUE] if bare else inner
    return made


# --- the text ---------------------------------------------------------------------------------------------


def _lead(path: Path, node: str) -> Change:
    return lambda source: set_target(source, path, node)


def _removal(name: str) -> Change:
    return lambda source: remove(source, ("nodes", name))


def _replacement(name: str, nodes: Mapping[str, dict[str, Content]], comments: Mapping[str, Sequence[str]]) -> Change:
    """Put new nodes in the place of an old one; comments that stood inside come below the first lines."""

    def change(source: Source) -> list[Edit]:
        path: Path = ("nodes", name)
        start, stop = source.key_span(path).start, entry_end(source, path)
        if is_flow(source, ("nodes",)):
            if any(comments.values()):
                raise EditError(f"the comments in '{name}' and what follows it would be lost", "take them out first")
            return [(start, stop, in_brackets(source, nodes)[1:-1])]
        begin, end = line_start(source.text, start), line_end(source.text)
        texts = lines_of(source, ("nodes",), nodes, start - begin)
        for place, node in enumerate(nodes):
            head, _, rest = texts[place].partition(end)
            remarks = [f"{' ' * (start - begin + 2)}{text}" for text in comments.get(node, ())]
            texts[place] = end.join([head, *remarks, rest])
        keys = list(section(source, "nodes"))
        near = keys[max(keys.index(name) - 1, 0) : keys.index(name) + 2]
        apart = [spaced(source, ("nodes",), pair) for pair in pairwise(near)]
        gap = end if any(apart) or not apart else ""
        return [(begin, line_stop(source, stop), f"{end}{gap}".join(texts))]

    return change


def _comments(source: Source, path: Path) -> list[str]:
    """Return the comments inside an entry, the one behind its last line among them."""
    begin, stop = source.key_span(path).start, line_stop(source, entry_end(source, path))
    spans = sorted(_scalars(source, path))
    found, at = [], begin
    for start, end in [*spans, (stop, stop)]:
        found += [match[0] for match in _COMMENT.finditer(source.text, at, max(start, at))]
        at = max(at, end)
    return found


def _scalars(source: Source, path: Path) -> Iterator[tuple[int, int]]:
    """Yield where the keys and plain values below a path stand."""
    stack: list[tuple[Path, object]] = [(path, node_of(source, str(path[-1])))]
    while stack:
        where, value = stack.pop()
        span = source.key_span(where)
        yield span.start, span.end
        if isinstance(value, Map):
            stack += [((*where, key), each) for key, each in value.items()]
        elif isinstance(value, Seq):
            stack += [((*where, place), each) for place, each in enumerate(value)]
        else:
            span = source.span(where)
            yield span.start, span.end
