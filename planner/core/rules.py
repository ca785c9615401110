"""The checks on a scenario: one shape each, in the named list `CHECKS`, with their table in `rule_table`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from planner.core.collector import no_collection
from planner.core.diagnostics import Diagnostic, ScenarioError
from planner.core.include import expand, node_count, unreadable
from planner.core.model import SELF, Scenario
from planner.core.read import read_draft
from planner.core.reader import Reader
from planner.core.rules_actors import check_actors, check_objective
from planner.core.rules_conflict import check_conflict, no_tree
from planner.core.rules_correlations import check_correlations
from planner.core.rules_draws import check_drawn_probabilities, check_futures
from planner.core.rules_hygiene import check_hygiene
from planner.core.rules_numbers import check_parameters, check_probabilities, check_signals
from planner.core.rules_structure import check_loops, check_news, check_reach, check_states, check_unseen, unfolds
from planner.core.source import Source

Check = Callable[[Reader, Scenario], None]

CHECKS: Sequence[Check] = (
    check_parameters,
    check_correlations,
    check_probabilities,
    check_signals,
    check_drawn_probabilities,
    check_futures,
    check_reach,
    check_loops,
    check_unseen,
    check_news,
    check_actors,
    check_objective,
    check_conflict,
    check_hygiene,
)
MAX_NODES = 1_000_000  # that includes may bring; the same file included twice on every level doubles them each time

Examined = tuple[Scenario | None, list[Diagnostic]]


def examine(source: Source, *, states: bool = True) -> Examined:
    """Read and check a source in one run.

    Returns the scenario, or None if an error stands in the way of using it, and every diagnostic in order of place.
    Without ``states`` path state and news are not unfolded: analyses do that themselves, with a limit of their own.
    """
    return _examine(source, {}, states=states)


def _examine(source: Source, done: dict[int, Examined], *, states: bool = True) -> Examined:
    """Examine a source; ``done`` holds what is known of included ones, by their identity."""
    reader = Reader(source)
    with no_collection():
        scenario = read_draft(reader)
        if scenario is not None:
            for check in CHECKS:
                check(reader, scenario)
            if scenario.includes:
                scenario = with_includes(reader, scenario, done)
            if (
                states
                and scenario.nodes
                and unfolds(scenario)
                and not _errors((*source.diagnostics, *reader.diagnostics))
            ):
                check_states(reader, scenario)
    more = [each for each in reader.diagnostics if each.source is not source or not _said(source, each)]
    once = {(each.file, each): each for each in (*source.diagnostics, *more)}
    found = sorted(once.values(), key=lambda each: _place(source, each))
    return (None if _errors(found) else scenario), found


def with_includes(reader: Reader, scenario: Scenario, done: dict[int, Examined]) -> Scenario:
    """Put the included scenarios in place; faults of their files are reported there, each file once."""
    unreadable(reader, scenario)
    count = node_count(reader.source)
    if count > MAX_NODES:
        message = f"with all that it includes the scenario has {count:,} nodes, more than {MAX_NODES:,}"
        help_ = "include a file once and lead several edges to it"
        reader.fault("P302", message, ("include",), key=True, label="too many", help=help_)
        return scenario
    inner: dict[str, Scenario] = {}
    for name in scenario.includes:
        entry = reader.source.included.get(name)
        if entry is None or entry.source is None:
            continue
        key = id(entry.source)
        if key not in done:
            done[key] = _examine(entry.source, done)
        found, faults = done[key]
        reader.diagnostics += [each for each in faults if each.severity == "error"]
        if found is not None:
            inner[name] = found
    return expand(reader, scenario, inner)


def _place(source: Source, found: Diagnostic) -> tuple[bool, str, int, str, str]:
    """Sort by place, the file itself before those that it includes."""
    return found.source is not source, found.file, found.span.start, found.code, found.message


def _said(source: Source, found: Diagnostic) -> bool:
    """Whether a fault of the text itself stands at the same place: what follows from it is not said again."""
    return any(
        (
            fault.span.start < max(found.span.end, found.span.start + 1)
            and found.span.start < max(fault.span.end, fault.span.start + 1)
        )
        or source.text[found.span.end : fault.span.start].strip() == ":"  # at the key of the faulty value
        for fault in source.diagnostics
    )


def check(source: Source) -> list[Diagnostic]:
    """Return every fault of a source, errors and warnings, in order of place."""
    return examine(source)[1]


def load(source: Source) -> Scenario:
    """Return the scenario of a source.

    Raises:
        ScenarioError: with every error of the file, warnings left out. What is wrong in single states of a scenario
            with path state or news (`P301` to `P305`, `P314`, numbers that depend on the state) is raised by analyses.
    """
    scenario, found = examine(source, states=False)
    if scenario is None:
        raise ScenarioError([each for each in found if each.severity == "error"])
    return scenario


def _errors(found: Collection[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in found)


def unsupported(scenario: Scenario, *, knowing: bool = False) -> list[Diagnostic]:
    """Return a diagnostic for the first part of the scenario that cannot be evaluated.

    A conflict without a tree has nothing to evaluate. Several criteria that nobody weighs belong here as well: without
    weights there is no value to choose by. ``knowing`` is for analyses that take every decision as taken with full
    knowledge.
    """
    if not scenario.nodes:
        return [no_tree(scenario)]
    reader = Reader(scenario.source or Source.from_text(""))
    for node in scenario.nodes.values():
        if knowing and node.unseen:
            message = f"'{node.id}' is taken without seeing what happened before, which this analysis cannot take in"
            help_ = "`planner evaluate` can; or leave 'unseen' out to analyse it as taken with full knowledge"
            reader.fault("P310", message, ("nodes", node.id, "unseen"), label="hidden moves", help=help_)
            return reader.diagnostics
    if len(scenario.criteria) > 1 and not any(actor.weights for actor in scenario.actors.values()):
        where = ("criteria",)
        actors = "the actors" if list(scenario.actors) != [SELF] else "an actor"
        message = "nobody weighs the criteria, so no decision can be evaluated"
        help_ = f"give {actors} 'weights' and the weighted criteria 'worst' and 'best'"
        reader.fault("P405", message, where, key=True, label="how do they compare?", help=help_)
        return [_as_error(each) for each in reader.diagnostics]
    return []


def _as_error(found: Diagnostic) -> Diagnostic:
    from dataclasses import replace

    return replace(found, severity="error")
