"""Whether the extremes of a decision over a box of parameters lie at its corners.

A function that is linear in each parameter alone takes its extremes over a box at corners. So does a difference between
such a function and the largest of several: what an option without later decisions is worth, against one after which the
same actor decides again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.parameters import in_order
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.core.expression import Expression

Degrees = NDArray[np.int64]

LARGEST = 5_000  # states up to which this is looked into
MANY = 99  # stands for a dependence that is no polynomial
WORTH = ("expected", "laplace")


def extremes_at_corners(focus: Focus, names: Sequence[str]) -> bool:
    """Return whether the lead of the option now taken is certain to be smallest at a corner of every box.

    Args:
        focus: the decision.
        names: the parameters that vary.
    """
    if focus.joint or focus.rule.name not in WORTH or len(focus.unfolded) > LARGEST:
        return False
    owner = focus.scenario.actors[focus.by[0]]
    if owner.risk_tolerance is not None or focus.scenario.signals:  # Bayes' rule divides
        return False
    return _settled(focus) and int(_degrees(focus, names).max(initial=0)) <= 1


def _settled(focus: Focus) -> bool:
    """Whether nothing is decided after the option now taken, and after the others by the same actor alone."""
    unfolded, solution = focus.unfolded, focus.solution
    slots = unfolded.slots(focus.state)
    mine = solution.who(focus.state).owners
    for slot in slots:
        own = slot == slots[solution.choice[focus.state]]
        for state in _below(focus, int(unfolded.target[slot])):
            who = solution.who(state)
            if who.kind == DECISION and len(unfolded.slots(state)) > 1 and (own or who.owners != mine):
                return False
    return True


def _below(focus: Focus, start: int) -> list[int]:
    """Return the states that follow from one, itself included."""
    unfolded = focus.unfolded
    seen, stack = {start}, [start]
    while stack:
        for slot in unfolded.slots(stack.pop()):
            target = int(unfolded.target[slot])
            if target not in seen:
                seen.add(target)
                stack.append(target)
    return list(seen)


def _degrees(focus: Focus, names: Sequence[str]) -> Degrees:
    """Return to which power each parameter may enter what a state from the focus on is worth."""
    unfolded, scenario = focus.unfolded, focus.scenario
    known = _of_parameters(focus, names)

    def of(formula: Expression | None) -> Degrees:
        return np.zeros(len(names), np.int64) if formula is None else degree(formula, known, len(names))

    def of_payoff(payoff: Mapping[str | None, Mapping[str, Expression]]) -> Degrees:
        rows = [of(formula) for by in payoff.values() for formula in by.values()]
        return np.max(rows, axis=0) if rows else of(None)

    chance, gain = {}, {}
    for edge in scenario.edges():
        gain[edge.path] = of_payoff(edge.payoff)
        others = [of(other.p) for other in scenario.nodes[edge.node].edges.values()]
        chance[edge.path] = np.max(others, axis=0) if edge.p is None else of(edge.p)
    paths = [edge.path for edge in unfolded.edges]
    equal = focus.rule.equal
    found = np.zeros((len(unfolded), len(names)), np.int64)
    for state in range(len(unfolded) - 1, focus.state - 1, -1):
        node = unfolded.node(state)
        if node is not None and not node.edges:
            found[state] = of_payoff(node.payoff)
        for slot in unfolded.slots(state):
            path = paths[unfolded.edge[slot]]
            after = np.maximum(gain[path], found[unfolded.target[slot]])
            certain = equal or node is None or node.kind != "chance" or node.resolved is not None
            found[state] = np.maximum(found[state], after if certain else after + chance[path])
    return np.asarray(found[focus.state])


def _of_parameters(focus: Focus, names: Sequence[str]) -> dict[str, Degrees]:
    """Return to which power each of the varied parameters enters every parameter."""
    known: dict[str, Degrees] = {}
    for name in in_order(focus.scenario.parameters):
        if name in names:
            known[name] = (np.array(names) == name).astype(np.int64)
        elif name in focus.overrides:
            known[name] = np.zeros(len(names), np.int64)
        else:
            known[name] = degree(focus.scenario.parameters[name].value, known, len(names))
    return known


def degree(formula: Expression, known: Mapping[str, Degrees], count: int) -> Degrees:
    """Return to which power each parameter enters a formula at most; `MANY` where it is no polynomial in it.

    >>> from planner.core.expression import Expression
    >>> known = {"a": np.array([1, 0]), "b": np.array([0, 1])}
    >>> degree(Expression.parse("a * (1 - b) + 2 * a"), known, 2).tolist()
    [1, 1]
    >>> degree(Expression.parse("a * a + exp(b)"), known, 2).tolist()
    [2, 99]

    Args:
        formula: the formula.
        known: the powers in what it reads; a name that is not there is a constant.
        count: how many parameters there are.
    """
    nothing = np.zeros(count, np.int64)
    stack: list[Degrees] = []
    for code, detail in formula.program:
        if code == "number":
            stack.append(nothing)
        elif code == "name":
            stack.append(known.get(detail, nothing))
        else:
            arity = detail[1] if code == "call" else detail
            parts = stack[-arity:]
            del stack[-arity:]
            stack.append(_combined(code, parts))
    return np.minimum(stack[0], MANY)


def _combined(code: str, parts: Sequence[Degrees]) -> Degrees:
    largest = np.max(parts, axis=0)
    if code in {"+", "-", "negative"}:
        return np.asarray(largest)
    if code == "*":
        return np.asarray(parts[0] + parts[1])
    if code == "/":
        return np.where(parts[1] > 0, MANY, parts[0])
    return np.where(largest > 0, MANY, 0)
