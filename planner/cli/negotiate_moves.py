"""What `planner negotiate` shows of a decision among moves that are not seen: the table of payoffs, and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.disputes.moves_words import (
    MOST_SHOWN,
    column_head,
    dominance_words,
    equilibrium_words,
    place,
    setting_words,
    table_words,
)
from planner.cli.output import GAP, Column, Row
from planner.report.rounding import formatter

if TYPE_CHECKING:
    from planner.analyses.disputes.moves import Moves
    from planner.analyses.negotiate import Negotiation
    from planner.cli.output import Output


def show_moves(out: Output, result: Negotiation, found: Moves) -> None:
    """Write the table of own options against others' moves, what dominates what, and the equilibria."""
    out.line(setting_words(result, found))
    if found.cells:
        _table(out, found)
    for sentence in (*table_words(result, found), *dominance_words(result, found), *equilibrium_words(result, found)):
        out.line(sentence)


def _table(out: Output, found: Moves) -> None:
    """Own options in rows and others' moves in columns; on a narrow terminal a line for each pair of them."""
    cells = found.cells[:MOST_SHOWN]
    write = formatter([v for cell in cells for row in cell.values.values() for v in row.values()])
    texts = [[place(found, cell, option, write) for cell in cells] for option in found.options]
    heads = [column_head(found, cell) for cell in cells]
    wide = max(map(len, [found.label, *found.options]))
    sizes = [max(map(len, column)) for column in zip(heads, *texts, strict=True)]
    if wide + sum(GAP + size for size in sizes) <= out.width:
        rows = [Row([option, *row]) for option, row in zip(found.options, texts, strict=True)]
        out.table([Column(found.label), *(Column(head, number=True) for head in heads)], rows)
        return
    rows = [
        Row([option if at == 0 else "", head, text])
        for option, row in zip(found.options, texts, strict=True)
        for at, (head, text) in enumerate(zip(heads, row, strict=True))
    ]
    out.table([Column(found.label), Column("against"), Column("worth", number=True)], rows)
