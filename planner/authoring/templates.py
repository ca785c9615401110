"""Scenarios to start from: kept as package data, with title, question and date put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.change.draft import Draft
from planner.core.change.edit import replace_value, scalar

if TYPE_CHECKING:
    from datetime import date

    from planner.core.diagnostics import Edit
    from planner.core.source import Source

TEMPLATES = {
    "blank": "the least that works",
    "decision": "one actor, two yardsticks, ranges",
    "dispute": "partners who must agree, and a rival who answers",
    "rounds": "talks in rounds, with memory",
}


def from_template(text: str, *, title: str, question: str | None, as_of: date, editor: str = "") -> str:
    """Return the text of a template with another title, question and date, and the line for editors at its top."""

    def put(source: Source) -> list[Edit]:
        edits = replace_value(source, ("title",), scalar(title, flow=False))
        edits += replace_value(source, ("as_of",), as_of.isoformat())
        if question is not None:
            edits += replace_value(source, ("question",), scalar(question, flow=False))
        return edits

    return Draft.of(f"{editor}\n{text}".lstrip()).apply(put).text
