"""Where things stand in a scenario's text, and faults that show only when its numbers are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.core.diagnostics import Diagnostic, Label, ScenarioError, Span
from planner.core.num import Num

if TYPE_CHECKING:
    from planner.core.model import Edge, Node, Scenario
    from planner.core.source import Source

Path = tuple[str | int, ...]


def source_of(scenario: Scenario) -> Source:
    """Return the scenario's text; an empty one for a scenario made in Python."""
    if scenario.source is not None:
        return scenario.source
    from planner.core.source import Source

    return Source.from_text("", path="<scenario>")


def span_of(source: Source, path: Path, *, key: bool = False) -> Span:
    """Return the place of a value, or of its key; of the nearest thing around it if the text has no such place."""
    if source.data is None:
        return Span(0, 0)
    if key:
        return source.key_span(path)
    known = 0
    value: object = source.data
    for part in path:  # a number may stand bare where the model has a mapping: payoff: -70
        if not isinstance(value, Mapping) or part not in value:
            break
        value = value[part]
        known += 1
    if known < len(path) and isinstance(value, Mapping):
        return source.key_span(path)
    return source.span(path[:known])


def edge_path(scenario: Scenario, edge: Edge, *inside: str) -> Path:
    """Return where an option or branch stands in the document."""
    group = "options" if scenario.nodes[edge.node].kind == "decision" else "branches"
    return ("nodes", edge.node, group, edge.id, *inside)


def node_path(node: Node, *inside: str) -> Path:
    """Return where a node stands in the document."""
    return ("nodes", node.id, *inside)


def fault(  # noqa: PLR0913 - a diagnostic in all its parts
    scenario: Scenario,
    rule: tuple[str, str],
    message: str,
    path: Path,
    *,
    key: bool = False,
    label: str = "",
    help: str | None = None,
    related: tuple[tuple[Path, str], ...] = (),
) -> ScenarioError:
    """Return the error with one diagnostic for ``rule``, a (code, slug) pair."""
    source, inside = source_of(scenario).home(path)
    homes = [(*source_of(scenario).home(where), text) for where, text in related]
    marks = tuple(Label(span_of(source, where), text) for home, where, text in homes if home is source)
    diagnostic = Diagnostic(
        code=rule[0],
        slug=rule[1],
        severity="error",
        message=message,
        source=source,
        span=span_of(source, inside, key=key),
        label=label,
        related=marks if scenario.source is not None else (),
        help=help if source is source_of(scenario) else _overrides(scenario, path, help),
    )
    return ScenarioError([diagnostic])


def _overrides(scenario: Scenario, path: Path, help: str | None) -> str | None:
    """Add to the help for a fault in an included file what the including file changes there."""
    include = scenario.includes.get(str(path[1]).partition("/")[0]) if len(path) > 1 else None
    if include is None or not include.set:
        return help
    values = ", ".join(f"{name} = {formula.text}" for name, formula in include.set.items())
    return f"{help or ''}{'; ' if help else ''}{source_of(scenario).path} includes it as '{include.id}' with {values}"


def short(value: float | Fraction) -> str:
    """Write a number as people do, whole numbers without a point; a Fraction as the float nearest to it.

    States thus have the same names in floats and in Fractions.
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def as_fraction(value: float | Fraction) -> Fraction:
    """Return the decimal that was written, not the binary number next to it."""
    if isinstance(value, Fraction):
        return value
    return Fraction(value.text if isinstance(value, Num) else repr(float(value)))
