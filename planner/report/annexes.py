"""Annexes of a paper on a large scenario: in full what its tables cut, as CSV files beside it.

A file has one row of heads in the field's words, RFC 4180 quoting, UTF-8 and full precision. Text that a spreadsheet
would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from planner.report.view import MOST_ROWS, outcome_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.evaluate import Evaluation

Cell = str | float | int


def annexes(evaluation: Evaluation, stem: str) -> dict[str, str]:
    """Return the annexes of a paper by file name: of outcomes and of later decisions, each where its table is cut.

    Args:
        evaluation: what the paper is on.
        stem: of the file names.
    """
    found = {}
    if len(evaluation.outcomes) > MOST_ROWS:
        found[f"{stem}-outcomes.csv"] = written(*_outcomes(evaluation))
    later = [one for one in evaluation.decisions if one.probability > 0 and one is not evaluation.root]
    if len(later) > MOST_ROWS:
        found[f"{stem}-decisions.csv"] = written(*_decisions(evaluation))
    return found


def _outcomes(evaluation: Evaluation) -> tuple[list[str], list[list[Cell]]]:
    scenario = evaluation.scenario
    actors, criteria = list(evaluation.values), list(scenario.criteria)
    head = ["outcome", "name", "probability", *(f"value {each}" for each in actors), *criteria]
    rows: list[list[Cell]] = [
        [
            one.outcome,
            outcome_name(scenario, one.outcome),
            float(one.probability),
            *(float(one.values[actor]) for actor in actors),
            *(float(one.payoff.get(name, 0.0)) for name in criteria),
        ]
        for one in sorted(evaluation.outcomes, key=lambda one: -float(one.probability))
    ]
    return head, rows


def _decisions(evaluation: Evaluation) -> tuple[list[str], list[list[Cell]]]:
    actors = list(evaluation.values)
    head = ["state", "decision", "by", "probability", "option", "chosen", *(f"value {each}" for each in actors)]
    rows: list[list[Cell]] = []
    for one in sorted(evaluation.decisions, key=lambda one: -float(one.probability)):
        if not one.probability:
            continue
        title = evaluation.scenario.nodes[one.node].title
        for option in one.options:
            start: list[Cell] = [one.state, title, " ".join(one.by), float(one.probability), option.option]
            chosen = "yes" if option.option == one.chosen else "no"
            rows.append([*start, chosen, *(float(option.values[actor]) for actor in actors)])
    return head, rows


def written(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return a table as CSV text.

    >>> print(written(["name", "value"], [["=1+1", -0.5], ['a "b", c', 2]]), end="")
    name,value
    '=1+1,-0.5
    "a ""b"", c",2
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow([_safe(cell) for cell in head])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return made.getvalue()


def _safe(cell: Cell) -> Cell:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def links(files: Mapping[str, str]) -> list[str]:
    """Return the names of annexes as Markdown links."""
    from urllib.parse import quote

    return [f"[{name}]({quote(name)})" for name in files]
