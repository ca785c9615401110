"""Checks on hygiene: what nothing uses, and numbers that nobody stands behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.core.diagnostics import Span
from planner.core.marks import Map, Seq
from planner.core.rules_structure import reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.core.expression import Expression
    from planner.core.model import Payoff, Scenario
    from planner.core.reader import Path, Reader


def payoff_formulas(payoff: Payoff) -> Iterator[Expression]:
    """Yield every amount of a payoff."""
    for amounts in payoff.values():
        yield from amounts.values()


def tree_formulas(scenario: Scenario) -> Iterator[Expression]:
    """Yield every formula of nodes and edges."""
    for node in scenario.nodes.values():
        yield from payoff_formulas(node.payoff)
        for edge in node.edges.values():
            if edge.p is not None:
                yield edge.p
            if edge.payoff:
                yield from payoff_formulas(edge.payoff)
            if edge.when is not None:
                yield edge.when
            if edge.set:
                yield from edge.set.values()
    for signal in scenario.signals.values():
        for row in signal.likelihood.values():
            yield from row.values()


# 'May' is a month unless it follows a subject, so that only the small word counts; the others do at the start, too.
_VAGUE = re.compile(r"\bmay\b|\b(?:[Mm]ight|[Cc]ould|[Pp]ossibly|[Pp]erhaps|[Mm]aybe)\b")
_PIECE = re.compile("may|might|could|possibly|perhaps|maybe", re.IGNORECASE)  # no text without them is walked
_PROSE = frozenset({"title", "question", "summary", "horizon", "name", "note", "decision", "chance", "outcome"})


def check_words(reader: Reader) -> None:
    """Report words in the prose that say neither how likely something is nor whether it is so; one for each text."""
    text = reader.source.text
    if reader.source.data is None or not _PIECE.search(text):
        return
    stack: list[tuple[Path, object]] = [((), reader.source.data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Map):
            stack += [((*path, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, Seq):
            stack += [((*path, at), inner) for at, inner in reversed(list(enumerate(value)))]
        elif isinstance(value, str) and _is_prose(path):
            found = _VAGUE.search(value)
            if found:
                span = reader.source.span(path)
                place = _VAGUE.search(text, span.start, span.end)  # None behind an escape such as \t
                reader.fault(
                    "P507",
                    f"'{found[0]}' says neither how likely nor whether",
                    path,
                    label="how likely?",
                    help="write a word of the standard and a number, such as 'unlikely (30 %)', or say it for certain",
                    at=Span(*place.span()) if place else None,
                )


def _is_prose(path: Path) -> bool:
    """Whether a text is prose that a paper may print; ids, formulas, files and sources are not."""
    last = path[-1]
    return last in _PROSE or (len(path) > 1 and path[-2] == "signs")


def check_hygiene(reader: Reader, scenario: Scenario) -> None:
    """Report what is unused or unsourced, and words that hide how likely something is."""
    check_words(reader)
    read = set(reader.meant_names)
    for formula in tree_formulas(scenario):
        if formula.names:
            read |= formula.names
    check_parameters_used(reader, scenario, read)
    changed = {name for edge in scenario.edges() for name in edge.set}
    for name in scenario.state:
        if name not in read:
            label = "set but never read" if name in changed else "never read"
            help_ = "use it in 'when', 'p' or 'payoff', or remove it"
            reader.fault(
                "P504", f"nothing reads the state variable '{name}'", ("state", name), key=True, label=label, help=help_
            )
    check_criteria_used(reader, scenario)


def check_parameters_used(reader: Reader, scenario: Scenario, read: set[str]) -> None:
    """Report parameters that the tree does not depend on, and numbers without a source."""
    needs = {name: parameter.value.names for name, parameter in scenario.parameters.items()}
    for future in scenario.futures.values():
        for formula in future.set.values():
            read = read | formula.names
    for include in scenario.includes.values():
        for formula in include.set.values():
            read = read | formula.names
    used = reached(read, needs)
    for name, parameter in scenario.parameters.items():
        path = ("parameters", name)
        if name not in used:
            help_ = "use it in a formula, or remove it"
            reader.fault("P501", f"nothing uses parameter '{name}'", path, key=True, label="unused", help=help_)
        if not parameter.value.names and not parameter.source and f"parameter {name}" not in reader.broken:
            message = f"parameter '{name}' has no source"
            bare = not isinstance(reader.given("parameters", name), dict)
            help_ = "add 'source: …', if only 'source: Illustrative judgement'"
            if bare:
                help_ = f"write {name}: {{value: {parameter.value.text}, source: …}}"
            reader.fault("P502", message, path, key=True, label="where does the number come from?", help=help_)


def check_criteria_used(reader: Reader, scenario: Scenario) -> None:
    """Report criteria that no payoff touches."""
    if reader.given("criteria") is None or len(scenario.criteria) < 2:
        return
    touched: set[str] = set()
    for node in scenario.nodes.values():
        for payoff in (node.payoff, *(edge.payoff for edge in node.edges.values() if edge.payoff)):
            for amounts in payoff.values():
                touched.update(amounts)
    for name in scenario.criteria:
        if name not in touched:
            help_ = "add it to the payoffs, or remove it"
            reader.fault(
                "P503",
                f"no payoff touches criterion '{name}'",
                ("criteria", name),
                key=True,
                label="untouched",
                help=help_,
            )
