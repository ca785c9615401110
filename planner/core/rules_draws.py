"""Checks on what probabilities become when numbers vary: in draws, and in futures."""

from __future__ import annotations

import math
from graphlib import CycleError
from typing import TYPE_CHECKING

from planner.core.parameters import changed_values
from planner.core.rules_numbers import TOLERANCE, base_values, misfit, short
from planner.core.rules_structure import reached

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Distribution, Edge, Future, Node, Parameter, Scenario
    from planner.core.reader import Path, Reader

SELDOM = 1e-4  # a tail below this is left to the draws, which name the one that does not fit
TAIL = 1.6448536269514722  # standard deviations from the middle to the 95 % point


def check_drawn_probabilities(reader: Reader, scenario: Scenario) -> None:
    """Warn of a parameter that is a branch's probability as it stands, and is drawn from beyond 0 and 1."""
    said: set[str] = set()
    for node in scenario.nodes.values():
        if node.kind != "chance" or node.resolved is not None:
            continue
        for edge in node.edges.values():
            name = edge.p.text.strip() if edge.p is not None else ""
            parameter = scenario.parameters.get(name)
            if parameter is None or name in said or parameter.distribution is None or parameter.is_formula:
                continue
            said.add(name)
            if misfit(parameter.distribution, parameter.low, parameter.high) is not None:
                continue  # said already
            told = beyond(parameter)
            if told:
                message = f"'{name}' is a probability, and its distribution {told}"
                related = [(("nodes", node.id, "branches", edge.id, "p"), False, "used as it is drawn")]
                help_ = "use beta, or ends within 0 and 1: a draw beyond them stops the simulation"
                path: Path = ("parameters", name, "distribution")
                reader.fault("P214", message, path, label="leaves 0 to 1", help=help_, related=related)


def beyond(parameter: Parameter) -> str:
    """Say how a parameter's distribution leaves 0 to 1; empty if it does not, or very seldom."""
    spread, low, high = parameter.distribution, parameter.low, parameter.high
    assert spread is not None
    if spread.family == "beta":
        return ""
    if spread.family == "discrete":
        out = [value for value, chance in spread.table if chance > 0 and not 0 <= value <= 1]
        return f"draws {short(out[0])}" if out else ""
    if spread.family in {"normal", "lognormal"}:
        share = tails(spread, low, high)
        return f"draws numbers below 0 or above 1 with probability {share:.2g}" if share > SELDOM else ""
    first, last = spread.arguments or (low or 0.0, high or 0.0)
    return "" if first >= 0 and last <= 1 else f"runs from {short(first)} to {short(last)}"


def tails(spread: Distribution, low: float | None, high: float | None) -> float:
    """Return how probable a normal or lognormal number outside [0, 1] is."""
    log = spread.family == "lognormal"
    if spread.arguments:
        centre, width = spread.arguments
    else:
        assert low is not None
        assert high is not None
        ends = (math.log(low), math.log(high)) if log else (low, high)
        centre, width = sum(ends) / 2, (ends[1] - ends[0]) / (2 * TAIL)
    above = 0.5 * math.erfc(((0.0 if log else 1.0) - centre) / (width * math.sqrt(2)))
    return above if log else above + 0.5 * math.erfc(centre / (width * math.sqrt(2)))


# --- futures --------------------------------------------------------------------------------------------------------


def check_futures(reader: Reader, scenario: Scenario) -> None:
    """Report futures in which the probabilities of a node that is right as it stands do not fit."""
    if not scenario.futures:
        return
    base: Mapping[str, float] = base_values(reader, scenario)
    if base.keys() != scenario.parameters.keys():
        return
    nodes = [node for node in scenario.nodes.values() if node.kind == "chance" and node.observe is None]
    sound = [node for node in nodes if node.id not in reader.broken and node.edges and not fault(node, base)]
    for future in scenario.futures.values():
        named = set().union(future.set, *(formula.names for formula in future.set.values()))
        if not named <= base.keys():
            continue  # said already
        try:
            env = changed_values(scenario.parameters, future.set)
        except CycleError:
            continue  # `planner stress` names the circle
        for node in sound:
            why = fault(node, env)
            if why:
                report(reader, scenario, future, node, why)


def fault(node: Node, env: Mapping[str, float]) -> str:
    """Say what does not fit in a node's probabilities; empty if nothing does, or if that hangs on the path state."""
    given: list[Edge] = [edge for edge in node.edges.values() if edge.p is not None]
    if any(edge.p is None and not edge.rest for edge in node.edges.values()):
        return "a branch has no probability"
    total, complete = 0.0, True
    for edge in given:
        assert edge.p is not None
        if not edge.p.names <= env.keys():
            complete = False
            continue
        value = edge.p.evaluate(env)
        if not 0 <= value <= 1:
            return f"the probability of '{edge.id}' at '{node.id}' is {short(value)}"
        total += value
    if not complete or any(edge.when is not None for edge in node.edges.values()):
        return ""
    if len(given) < len(node.edges):
        return f"the probabilities of '{node.id}' sum to {short(total)} before 'rest'" if total > 1 + TOLERANCE else ""
    return f"the probabilities of '{node.id}' sum to {short(total)}, not 1" if abs(total - 1) > TOLERANCE else ""


def report(reader: Reader, scenario: Scenario, future: Future, node: Node, why: str) -> None:
    """Point at the number of a future that upsets a node."""
    formulas = [edge.p for edge in node.edges.values() if edge.p is not None]
    read = set().union(*(formula.names for formula in formulas))
    needs = {name: future.set.get(name, parameter.value).names for name, parameter in scenario.parameters.items()}
    upset = reached(read, needs)
    culprits = [name for name in future.set if name in upset]
    related = [
        (("nodes", node.id, "branches", edge.id, "p"), False, "reads it")
        for edge in node.edges.values()
        if edge.p is not None and edge.p.names
    ]
    help_ = f"give '{culprits[0]}' a number that fits there"
    if len(formulas) == len(node.edges) and "sum to" in why:
        help_ += ", or give one branch 'p: rest'"
    path: Path = ("futures", future.id, "set", culprits[0])
    reader.fault("P215", f"in future '{future.id}' {why}", path, label="does not fit", help=help_, related=related)
