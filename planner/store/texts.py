"""The texts of a scenario: its own file and those that it includes, kept and given back byte for byte."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from planner.core.source import combined_fingerprint
from planner.errors import PlannerError
from planner.store.records import IncludedText, KeptTexts
from planner.store.tables import IncludedFileRow, RevisionRow, ScenarioRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.core.model import Scenario


def texts_of(scenario: Scenario) -> tuple[bytes, list[IncludedText]]:
    """Return the bytes of a scenario's file and of every file that it includes.

    Raises:
        PlannerError: the scenario was made without a text.
    """
    if scenario.source is None:
        raise PlannerError("a scenario without a text cannot be kept", "load it from a file or a text")
    raw = scenario.source.raw
    files = [IncludedText(path, source.fingerprint, source.raw) for path, source in scenario.source.files()]
    if fingerprint_of(raw, files) != scenario.fingerprint or not all(map(is_whole, files)):
        raise ValueError(f"the text of '{scenario.name}' is not the one of its fingerprint")
    return raw, files


def fingerprint_of(text: bytes, files: Iterable[IncludedText]) -> str:
    """Return the fingerprint of a revision with this text and these files."""
    return combined_fingerprint(sha256(text), [(file.path, file.fingerprint) for file in files])


def is_whole(file: IncludedText) -> bool:
    """Whether a text is the one that was saved."""
    return sha256(file.text) == file.fingerprint


def sha256(text: bytes) -> str:
    """Return the fingerprint of one text."""
    return hashlib.sha256(text).hexdigest()


def kept_texts(connection: Connection, name: str, scenario_id: int, revision: int | None, location: str) -> KeptTexts:
    """Return the texts of a revision, or of the one saved last.

    Raises:
        PlannerError: there is no such revision, or a text is damaged.
    """
    mine = RevisionRow.scenario_id == scenario_id
    number = revision
    if number is None:
        number = connection.scalar(select(ScenarioRow.current).where(ScenarioRow.id == scenario_id)) or 0
    found = connection.execute(
        select(RevisionRow.id, RevisionRow.text, RevisionRow.fingerprint).where(mine, RevisionRow.number == number)
    ).one_or_none()
    if found is None:
        count = connection.scalar(select(func.max(RevisionRow.number)).where(mine))
        raise PlannerError(f"'{name}' has no revision {number} in '{location}'", f"its revisions are 1 to {count}")
    columns = (IncludedFileRow.path, IncludedFileRow.fingerprint, IncludedFileRow.text)
    rows = connection.execute(
        select(*columns).where(IncludedFileRow.revision_id == found.id).order_by(IncludedFileRow.position)
    )
    files = tuple(IncludedText(row.path, row.fingerprint, bytes(row.text)) for row in rows)
    text = bytes(found.text)
    damaged = [f"'{file.path}' in " for file in files if not is_whole(file)]
    if damaged or fingerprint_of(text, files) != found.fingerprint:
        what = damaged[0] if damaged else ""
        raise PlannerError(
            f"the text of {what}'{name}@{number}' in '{location}' is damaged", "restore another revision or a backup"
        )
    return KeptTexts(name, number, found.fingerprint, text, files)


def is_kept(connection: Connection, name: str, text: bytes) -> bool:
    """Whether a revision of a scenario has exactly this text, or includes a file that has it."""
    mine = (
        select(RevisionRow.id)
        .join(ScenarioRow, ScenarioRow.id == RevisionRow.scenario_id)
        .where(ScenarioRow.name == name)
    )
    own = mine.where(RevisionRow.text == text)
    files = mine.join(IncludedFileRow, IncludedFileRow.revision_id == RevisionRow.id)
    included = files.where(IncludedFileRow.fingerprint == sha256(text))
    return any(connection.execute(query.limit(1)).first() is not None for query in (own, included))


def damage(connection: Connection) -> Iterator[str]:
    """Yield a sentence for each text that is not the one that was saved."""
    files: dict[int, list[IncludedText]] = {}
    broken: dict[int, list[str]] = {}
    for row in connection.execution_options(yield_per=100).execute(
        select(
            IncludedFileRow.revision_id, IncludedFileRow.path, IncludedFileRow.fingerprint, IncludedFileRow.text
        ).order_by(IncludedFileRow.revision_id, IncludedFileRow.position)
    ):
        if sha256(row.text) != row.fingerprint:
            broken.setdefault(row.revision_id, []).append(row.path)
        files.setdefault(row.revision_id, []).append(IncludedText(row.path, row.fingerprint, b""))
    columns = (ScenarioRow.name, RevisionRow.number, RevisionRow.id, RevisionRow.fingerprint, RevisionRow.text)
    revisions = connection.execution_options(yield_per=100).execute(
        select(*columns).join(ScenarioRow, ScenarioRow.id == RevisionRow.scenario_id).order_by(RevisionRow.id)
    )
    for name, number, key, fingerprint, text in revisions:
        for path in broken.get(key, ()):
            yield f"the text of '{path}' in '{name}@{number}' is not the one that was saved"
        if fingerprint_of(text, files.get(key, ())) != fingerprint:
            yield f"the text of '{name}@{number}' is not the one that was saved"
