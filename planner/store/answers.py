"""Answers kept from one command to the next: a memory that may be lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select

from planner.store.tables import AnswerRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

KEPT_FOR = timedelta(days=180)  # what nobody asked for anew in so long is thrown away
_AT_ONCE = 500  # a server and SQLite take so many values in one statement


def recall(connection: Connection, keys: Iterable[str]) -> dict[str, Any]:
    """Return the answers that are kept under any of the keys."""
    wanted = list(keys)
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = connection.execute(select(AnswerRow.question, AnswerRow.answer).where(AnswerRow.question.in_(part)))
        found.update({row.question: row.answer for row in rows})
    return found


def remember(connection: Connection, answers: Mapping[str, Any], now: datetime) -> None:
    """Keep answers, the last one of each key, and throw old ones away."""
    if not answers:
        return
    keys = list(answers)
    for start in range(0, len(keys), _AT_ONCE):
        connection.execute(delete(AnswerRow).where(AnswerRow.question.in_(keys[start : start + _AT_ONCE])))
    rows = [{"question": key, "answer": answer, "at": now} for key, answer in answers.items()]
    connection.execute(insert(AnswerRow), rows)
    connection.execute(delete(AnswerRow).where(AnswerRow.at < now - KEPT_FOR))
