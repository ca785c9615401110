"""Results as they are read on a terminal: the same roundings as in the report, at any width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from planner.cli.output import GAP, Column, Row
from planner.report.rounding import formatter, percentages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from planner.cli.output import Output
    from planner.core.model import Scenario

Real = float | Fraction
Values = Mapping[str, Real]

BEST, TIED = ">", "="
NAME_WIDTH = 24  # a name is worth a column from here on


class Line(NamedTuple):
    """A row of a table of values: what it is about, and what that is worth to each actor."""

    id: str
    values: Values
    name: str = ""
    mark: str = ""
    chance: str = ""


def value_table(out: Output, head: str, lines: Sequence[Line], *, exact: bool = False, title: str = "") -> None:
    """Write values with a column for each actor.

    On a narrow terminal names give way first; where even the ids leave no room, each gets a line for every actor.
    """
    actors = list(lines[0].values) if lines else []
    write = writer((value for line in lines for value in line.values.values()), exact=exact)
    cells = [[write(line.values[actor]) for actor in actors] for line in lines]
    marked, chanced = any(line.mark for line in lines), any(line.chance for line in lines)
    lead = [*([Column("")] if marked else []), Column(head)]
    tail = [*([Column("probability", number=True)] if chanced else [])]
    fixed = _width(lead[-1].head, (line.id for line in lines)) + 3 * marked + (GAP + len("probability")) * chanced
    values = sum(GAP + _width(actor, (row[i] for row in cells)) for i, actor in enumerate(actors))
    longest = max((len(line.name) for line in lines), default=0)
    named = bool(longest) and out.width - fixed - values - GAP >= min(longest, NAME_WIDTH)
    if named or out.width >= fixed + values:
        columns = [
            *lead,
            *([Column("")] if named else []),
            *tail,
            *(Column(actor_head(actor), number=True) for actor in actors),
        ]
        rows = [Row([*_lead(line, marked, named, chanced), *row], best=line.mark == BEST)
                for line, row in zip(lines, cells, strict=True)]  # fmt: skip
    else:
        columns = [*lead, *tail, Column("actor"), Column("value", number=True)]
        rows = [
            Row([*_lead(line if i == 0 else Line("", {}), marked, False, chanced), actor, text], best=line.mark == BEST)
            for line, row in zip(lines, cells, strict=True)
            for i, (actor, text) in enumerate(zip(actors, row, strict=True))
        ]
    out.table(columns, rows, title=title)


def _width(head: str, cells: Iterable[str]) -> int:
    return max(len(head), *map(len, cells), 0)


def actor_head(actor: str) -> str:
    """Return the head of an actor's column; the only actor of a small model needs no name."""
    from planner.core.model import SELF

    return "value" if actor == SELF else actor


def _lead(line: Line, marked: bool, named: bool, chanced: bool) -> list[str]:
    return [*[line.mark][:marked], line.id, *[line.name][:named], *[line.chance][:chanced]]


def writer(values: Iterable[Real], *, exact: bool = False) -> Callable[[Real], str]:
    """Return a function that writes a number as the others of its column, with its fraction if that is wanted."""
    decimals = formatter(list(values))

    def written(value: Real) -> str:
        return _beside(decimals(value), value, exact)

    return written


def chances(probabilities: Sequence[Real], *, exact: bool = False) -> list[str]:
    """Return the probabilities of one complete column in per cent, adding up."""
    texts = percentages(probabilities)
    return [_beside(text, p, exact) for text, p in zip(texts, probabilities, strict=True)]


def shares(probabilities: Iterable[Real]) -> list[str]:
    """Return probabilities of a list that need not be complete, in per cent."""
    return [percentages([p, 1 - p])[0] for p in probabilities]


def _beside(text: str, value: Real, exact: bool) -> str:
    return f"{text} ({value})" if exact and isinstance(value, Fraction) and value.denominator > 1 else text


def rest(out: Output, total: int, shown: int | None, word: str) -> None:
    """Say how many lines of a long list were left out."""
    if shown is not None and total > shown:
        words = word if total - shown == 1 else f"{word}s"
        out.line(f"… and {total - shown:,} more {words}; --rows 0 or --json shows all.")


def edge_name(scenario: Scenario, node: str, edge: str) -> str:
    """Return the name of an option or branch, if it has one of its own."""
    name = scenario.nodes[node].edges[edge].name
    return "" if name == edge else name


def outcome_name(scenario: Scenario, outcome: str) -> str:
    """Return the title of an outcome, or the name of the edge that ends the path."""
    if outcome in scenario.nodes:
        return scenario.nodes[outcome].title
    node, _, edge = outcome.partition(".")
    return edge_name(scenario, node, edge)


def actor_name(scenario: Scenario, actor: str) -> str:
    """Return an actor's name."""
    found = scenario.actors.get(actor)
    return found.name if found else actor
