"""How values moved, as it is read on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.cli.output import GAP, Column, Row
from planner.cli.show import BEST, actor_head
from planner.report.rounding import formatter

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.analyses.evaluate import Evaluation
    from planner.analyses.movement import Movement, ValueMove
    from planner.analyses.result import Number
    from planner.cli.output import Output

NOTHING = "none"


def movement_table(out: Output, found: Movement, after: Evaluation) -> None:
    """Write the values before and after, a column for each actor, or where they do not fit a line for each."""
    write = formatter([value for move in found.values for value in (move.before, move.after) if value is not None])
    chosen = after.root.chosen if after.root is not None else ""
    moves: dict[str, dict[str, ValueMove]] = {}
    for move in found.values:
        moves.setdefault(move.option, {})[move.actor] = move
    actors = list(dict.fromkeys(move.actor for move in found.values))
    lead = [Column(""), Column("option")] if after.root is not None or any(moves) else []
    rows = []
    for option, by_actor in moves.items():
        first = [BEST if option == chosen and chosen else "", option] if lead else []
        rows.append((first, [_moved(by_actor[actor], write) if actor in by_actor else "" for actor in actors]))
    columns = [*lead, *(Column(actor_head(actor), number=True) for actor in actors)]
    lines = [[column.head for column in columns], *([*first, *cells] for first, cells in rows)]
    sizes = [max(map(len, texts)) for texts in zip(*lines, strict=True)]
    if sum(sizes) + GAP * (len(sizes) - 1) <= out.width:
        out.table(columns, [Row([*first, *cells], best=first[:1] == [BEST]) for first, cells in rows])
        return
    tall = [
        Row([*(first if at == 0 else [""] * len(first)), actor_head(actor), cell], best=first[:1] == [BEST])
        for first, cells in rows
        for at, (actor, cell) in enumerate(zip(actors, cells, strict=True))
        if cell
    ]
    out.table([*lead, Column("actor"), Column("value", number=True)], tall)


def _moved(move: ValueMove, write: Callable[[Number], str]) -> str:
    before, after = (NOTHING if value is None else write(value) for value in (move.before, move.after))
    return f"{before} -> {after}" if move.moved else after


def recommendation_line(found: Movement, before: Evaluation, after: Evaluation) -> str:
    """Say whether another option is recommended; nothing where the scenario starts with chance."""
    move = found.recommendation
    if move is None:
        return ""
    old, new = _name(before, move.before), _name(after, move.after)
    if not found.recommendation_changed:
        return f"The recommendation stays {new}."
    return f"THE RECOMMENDATION CHANGED: {old} -> {new}."


def _name(evaluation: Evaluation, option: str | None) -> str:
    if option is None:
        return "no decision at the start"
    return f"'{evaluation.scenario.root.edges[option].name}'"
