"""Results as they are read on a terminal: the same words and roundings as in the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.cli.output import Column, Row
from planner.report.rounding import formatter, percentages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from planner.cli.output import Output
    from planner.core.model import Scenario

Real = float | Fraction
Values = Mapping[str, Real]

BEST, TIED = ">", "="
NAME_WIDTH = 30


def writer(values: Iterable[Real], *, exact: bool = False) -> Callable[[Real], str]:
    """Return a function that writes a number as the others of its column, with its fraction if that is wanted."""
    decimals = formatter(list(values))

    def written(value: Real) -> str:
        text = decimals(value)
        return f"{text} ({value})" if exact and isinstance(value, Fraction) and value.denominator > 1 else text

    return written


def chances(probabilities: Sequence[Real], *, exact: bool = False) -> list[str]:
    """Return the probabilities of one column in per cent, adding up."""
    texts = percentages(probabilities)
    if not exact:
        return list(texts)
    return [
        f"{text} ({p})" if isinstance(p, Fraction) and p.denominator > 1 else text
        for text, p in zip(texts, probabilities, strict=True)
    ]


def value_table(
    out: Output, head: str, rows: Sequence[tuple[str, str, Values]], *, exact: bool = False, best: str = ""
) -> None:
    """Write a table of values: a row for each (mark, name, values), a column for each actor.

    Where the actors' columns do not fit side by side, each name gets a line for every actor.
    """
    actors = list(rows[0][2]) if rows else []
    write = writer((value for _, _, values in rows for value in values.values()), exact=exact)
    cells = [[write(values[actor]) for actor in actors] for _, _, values in rows]
    mark = [Column("")] if any(sign for sign, _, _ in rows) else []
    needed = sum(max(len(actor), *(len(row[i]) for row in cells)) + 2 for i, actor in enumerate(actors)) if rows else 0
    room = out.width - needed - 3 * len(mark)
    longest = max((len(name) for _, name, _ in rows), default=0)
    if room >= min(longest, NAME_WIDTH):
        columns = [*mark, Column(head), *(Column(actor, number=True) for actor in actors)]
        lines = [
            Row([*[sign][: len(mark)], name, *row], best=bool(best) and name == best)
            for (sign, name, _), row in zip(rows, cells, strict=True)
        ]
    else:
        columns = [*mark, Column(head), Column("actor"), Column("value", number=True)]
        lines = [
            Row([*[sign if i == 0 else ""][: len(mark)], name if i == 0 else "", actor, text], best=name == best)
            for (sign, name, _), row in zip(rows, cells, strict=True)
            for i, (actor, text) in enumerate(zip(actors, row, strict=True))
        ]
    out.table(columns, lines)


def option_name(scenario: Scenario, node: str, option: str) -> str:
    """Return an option with its name, where it has one of its own."""
    edge = scenario.nodes[node].edges[option]
    return f"{option}  {edge.name}" if edge.name and edge.name != option else option


def outcome_name(scenario: Scenario, outcome: str) -> str:
    """Return an outcome with its title."""
    node = scenario.nodes.get(outcome)
    return f"{outcome}  {node.title}" if node and node.title and node.title != outcome else outcome


def actor_name(scenario: Scenario, actor: str) -> str:
    """Return an actor's name."""
    found = scenario.actors.get(actor)
    return found.name if found else actor


def shares(probabilities: Iterable[Real]) -> list[str]:
    """Return probabilities of a list that need not be complete, in per cent."""
    return [percentages([p, 1 - p])[0] for p in probabilities]
