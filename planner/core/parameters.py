"""Working out parameters: the order in which they depend on each other, and their values."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.core.expression import Expression
    from planner.core.model import Parameter


def cycles(reads: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return circles of dependence, each once and starting with its first name in file order.

    ``reads`` maps a name to the names that it needs; unknown names are passed over. Depth-first search without
    recursion, linear in names and dependencies.
    """
    done: set[str] = set()
    found: list[list[str]] = []
    for start in reads:
        if start in done:
            continue
        trail: dict[str, None] = {}
        stack: list[tuple[str, bool]] = [(start, True)]
        while stack:
            name, entering = stack.pop()
            if not entering:
                trail.pop(name)
                done.add(name)
                continue
            if name in trail:
                names = list(trail)
                found.append(names[names.index(name) :])
                continue
            if name in done:
                continue
            trail[name] = None
            stack.append((name, False))
            stack.extend((other, True) for other in reads[name] if other in reads)
    return found


def in_order(parameters: Mapping[str, Parameter]) -> list[str]:
    """Return the parameters, each after those that its formula reads; there must be no circle."""
    done: dict[str, None] = {}
    for start in parameters:
        stack = [start]
        while stack:
            name = stack[-1]
            waiting = [other for other in sorted(parameters[name].value.names) if other not in done]
            if name in done or not waiting:
                done[stack.pop()] = None
            else:
                stack.extend(waiting)
    return list(done)


def values(
    parameters: Mapping[str, Parameter], given: Mapping[str, Any] | None = None, *, exact: bool = False
) -> dict[str, Any]:
    """Work out every parameter; ``given`` replaces some by numbers or arrays of draws, formulas follow.

    Returns name -> float (array where a draw reaches it), or Fraction if ``exact``.

    Raises:
        InexactError: exact, and a formula has no rational value.
    """
    env: dict[str, Any] = {}
    for name in in_order(parameters):
        formula: Expression = parameters[name].value
        if given is not None and name in given:
            env[name] = given[name]
        else:
            env[name] = formula.exact(env) if exact else formula.evaluate(env)
    return env


def changed_values(
    parameters: Mapping[str, Parameter], changed: Mapping[str, Expression], given: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Work out every parameter where a future changes some.

    A formula of the future that reads its own parameter starts from that parameter's value without the future; the
    others follow what the future changes. What it changes outdoes numbers that are ``given``.

    Raises:
        CycleError: the future makes parameters depend on each other; its second argument is the circle, backwards.
    """
    given = given or {}
    reads: dict[str, set[str]] = {}
    for name, parameter in parameters.items():
        formula = changed.get(name, parameter.value)
        own = name in formula.names
        before = parameter.value.names if own and name not in given else frozenset()
        fixed = name in given and name not in changed
        reads[name] = set() if fixed else ({*formula.names} - {name}) | before
    env: dict[str, float] = {}
    for name in TopologicalSorter(reads).static_order():
        if name not in changed:
            env[name] = given[name] if name in given else float(parameters[name].value.evaluate(env))
            continue
        if name in changed[name].names:
            env[name] = given[name] if name in given else float(parameters[name].value.evaluate(env))
        env[name] = float(changed[name].evaluate(env))
    return env
