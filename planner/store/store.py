"""The store: revisions of scenarios, runs and their results, kept and given back."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy
from sqlalchemy import Connection, Select, func, insert, select, text, update

from planner.errors import PlannerError
from planner.store import answers, migrate, tables
from planner.store.bulk import insert_rows
from planner.store.checks import problems
from planner.store.choices import choices_of
from planner.store.connect import Database, connect_file, connect_server
from planner.store.content import scenario_rows
from planner.store.copies import copy_file, copy_server
from planner.store.faults import missing, read_only
from planner.store.location import Location
from planner.store.migrate import (
    create_file,
    no_version,
    refuse_newer,
    upgrade_file,
    upgrade_server,
    version,
)
from planner.store.records import (
    Choice,
    KeptTexts,
    Problem,
    RevisionRecord,
    Run,
    RunRecord,
    Saved,
    SavedRevision,
    Upgraded,
)
from planner.store.results import join, split
from planner.store.tables import RevisionRow, RunRow, ScenarioRow
from planner.store.texts import is_kept, kept_texts, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType

    from planner.core.model import Scenario


class Store:
    """An open database of scenarios and runs; use it in a ``with`` block or close it.

    Every method is one transaction. A fault raises `PlannerError` and leaves the database as it was.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, place: str | Path | Location | None = None, *, create: bool = True, upgrade: bool = True) -> Self:
        """Open a database: a path, a URL, or None for ``db/planner.sqlite`` under the current folder.

        A file that is not there is made, and an old one is brought up to date after a copy, unless ``create`` or
        ``upgrade`` forbid it; a server's tables are made and upgraded by `upgrade` alone. A file that may not be
        written is opened for reading.

        Raises:
            PlannerError: there is no database, it is damaged, another application's, too old or too new, or the
                server does not answer.
        """
        location = Location.parse(place)
        if location.path is not None and not location.path.exists():
            if not create:
                raise missing(location.path)
            create_file(location.path)
        database = connect_file(location) if location.path is not None else connect_server(location)
        try:
            return cls(_up_to_date(database, upgrade=upgrade))
        except BaseException:
            database.engine.dispose()
            raise

    @property
    def location(self) -> str:
        """Where the database is, without passwords."""
        return str(self._database.location)

    @property
    def writable(self) -> bool:
        """Whether the file may be written; a server is asked only when something is saved."""
        return self._database.writable

    def close(self) -> None:
        """Close all connections."""
        self._database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.location!r})"

    def save(self, scenario: Scenario, runs: Sequence[Run] = (), *, now: datetime) -> Saved:
        """Keep a scenario and runs on it, all or nothing.

        A text that was kept before under the scenario's name, with the same texts included, is not kept again; it
        becomes the current revision.

        Raises:
            PlannerError: the scenario has no text, the database cannot be written, the disk is full.
        """
        with self._database.write() as connection:
            revision_id, revision = _save_revision(connection, scenario, now)
            return Saved(revision, tuple(_save_run(connection, run, revision_id, now) for run in runs))

    def save_scenario(self, scenario: Scenario, *, now: datetime) -> SavedRevision:
        """Keep a scenario; see `save`."""
        return self.save(scenario, now=now).revision

    def save_run(self, scenario: Scenario, run: Run, *, now: datetime) -> RunRecord:
        """Keep a run and, if it is not kept yet, the scenario that it ran on; see `save`."""
        return self.save(scenario, (run,), now=now).runs[0]

    def names(self) -> tuple[str, ...]:
        """Return the names of the scenarios that are kept, in alphabetical order."""
        with self._database.read() as connection:
            return tuple(connection.scalars(select(ScenarioRow.name).order_by(ScenarioRow.name)))

    def history(self, name: str | None = None, *, limit: int | None = None) -> tuple[RevisionRecord, ...]:
        """Return the revisions of one scenario or of all, the newest first, at most ``limit``, each with its runs.

        Raises:
            PlannerError: no scenario of this name is kept.
        """
        wanted = (
            select(RevisionRow.id, RevisionRow.number, RevisionRow.fingerprint, RevisionRow.title)
            .add_columns(RevisionRow.saved_at, ScenarioRow.name, ScenarioRow.current)
            .join(ScenarioRow, ScenarioRow.id == RevisionRow.scenario_id)
            .order_by(RevisionRow.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            if name is not None:
                wanted = wanted.where(RevisionRow.scenario_id == _scenario_id(connection, name, self.location))
            revisions = connection.execute(wanted).all()
            ids = select(wanted.subquery().c.id)
            runs: dict[tuple[str, int], list[RunRecord]] = {}
            for row in connection.execute(_runs().where(RunRow.revision_id.in_(ids)).order_by(RunRow.id)):
                record = _run_record(row)
                runs.setdefault((record.scenario_name, record.revision), []).append(record)
        return tuple(
            RevisionRecord(
                scenario_name=row.name,
                revision=row.number,
                fingerprint=row.fingerprint,
                title=row.title,
                saved_at=row.saved_at,
                current=row.number == row.current,
                runs=tuple(runs.get((row.name, row.number), ())),
            )
            for row in revisions
        )

    def choices(self, name: str) -> dict[int, Choice]:
        """Return for each run of a scenario, by its id, what it came to at the start."""
        with self._database.read() as connection:
            return choices_of(connection, name)

    def restore(self, name: str, revision: int | None = None) -> bytes:
        """Return a scenario's text, byte for byte as it was saved: a revision's, or the one saved last.

        Raises:
            PlannerError: no such scenario or revision is kept, or the text is damaged.
        """
        return self.texts(name, revision).text

    def texts(self, name: str, revision: int | None = None) -> KeptTexts:
        """Return a scenario's text and the texts that it includes, byte for byte; see `restore`.

        Raises:
            PlannerError: no such scenario or revision is kept, or a text is damaged.
        """
        with self._database.read() as connection:
            scenario_id = _scenario_id(connection, name, self.location)
            return kept_texts(connection, name, scenario_id, revision, self.location)

    def keeps(self, name: str, text: bytes) -> bool:
        """Whether a revision of this scenario has exactly this text, or includes a file that has it."""
        with self._database.read() as connection:
            return is_kept(connection, name, text)

    def result(self, run_id: int) -> dict[str, Any]:
        """Return the result of a run, equal to the one that was saved.

        Raises:
            PlannerError: no such run is kept.
        """

        def rows(connection: Connection, model: type[tables.Base]) -> Sequence[sqlalchemy.Row[Any]]:
            table = model.__table__
            wanted = [column for column in table.columns if column.name not in ("run_id", "position")]
            query = select(*wanted).where(table.c.run_id == run_id).order_by(table.c.position)
            return connection.execute(query).all()

        with self._database.read() as connection:
            found = connection.execute(select(RunRow.result, RunRow.extra).where(RunRow.id == run_id)).one_or_none()
            if found is None:
                raise PlannerError(f"'{self.location}' keeps no run {run_id}", "`planner history` lists the runs")
            return join(
                found.result,
                found.extra,
                values=rows(connection, tables.ValueRow),
                decisions=rows(connection, tables.DecisionRow),
                outcomes=rows(connection, tables.OutcomeRow),
                amounts=rows(connection, tables.OutcomeAmountRow),
            )

    def recall(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return the answers that are kept under any of the keys; see `remember`."""
        with self._database.read() as connection:
            return answers.recall(connection, keys)

    def remember(self, found: Mapping[str, Any], *, now: datetime) -> None:
        """Keep answers that can be worked out again, by keys that name all that they depend on.

        Raises:
            PlannerError: the database cannot be written, the disk is full.
        """
        with self._database.write() as connection:
            answers.remember(connection, found, now)

    def backup(self, target: str | Path) -> Path:
        """Copy the whole database, in one consistent state, into a new SQLite file that `Store.open` opens.

        Raises:
            PlannerError: the target exists, its folder cannot be written, the disk is full.
        """
        target = Path(target)
        with self._database.read() as source:
            if self._database.local:
                driver = source.connection.driver_connection
                assert driver is not None
                copy_file(driver, target)
                return target
            copy_server(source, target)
        return target

    def check(self) -> list[Problem]:
        """Return what is wrong with the database; see `check` for one that does not open."""
        return problems(self._database)


def check(place: str | Path | Location | None = None) -> list[Problem]:
    """Return what is wrong with a database, an old schema among it, and change nothing.

    Raises:
        PlannerError: there is no database, or it is damaged beyond reading.
    """
    location = Location.parse(place)
    if location.path is not None and not location.path.exists():
        raise missing(location.path)
    with Store(connect_file(location) if location.path is not None else connect_server(location)) as store:
        return store.check()


def upgrade(place: str | Path | Location | None = None) -> Upgraded:
    """Bring a database to the schema of this version; make a server's tables if there are none.

    A file is copied to ``….bak-REVISION`` first.

    Raises:
        PlannerError: there is no such database, it cannot be written, or its schema is newer.
    """
    location = Location.parse(place)
    if location.path is not None:
        if not location.path.exists():
            create_file(location.path)
            return Upgraded(None, migrate.RELEASED.head)
        return upgrade_file(location)
    database = connect_server(location)
    try:
        return upgrade_server(database)
    finally:
        database.engine.dispose()


def _up_to_date(database: Database, *, upgrade: bool) -> Database:
    """Return the database with the schema of this version, upgraded if that is allowed."""
    location = database.location
    with database.read() as connection:
        found = version(connection)
    head = migrate.RELEASED.head
    if found == head:
        return database
    refuse_newer(found, location)
    if not database.local:
        what = "has no tables of planner yet" if found is None else f"has the old schema {found}, not {head}"
        raise PlannerError(f"'{location}' {what}", "run `planner db upgrade`")
    if found is None:
        raise no_version(location)
    if not upgrade:
        raise PlannerError(f"'{location}' has the old schema {found}, not {head}", "run `planner db upgrade`")
    if not database.writable:
        raise read_only(location)
    database.engine.dispose()
    upgrade_file(location)
    return connect_file(location)


def _save_revision(connection: Connection, scenario: Scenario, now: datetime) -> tuple[int, SavedRevision]:
    """Keep the text unless it is kept already; return the revision's row id and what it is."""
    name, fingerprint = scenario.name, scenario.fingerprint
    raw, files = texts_of(scenario)
    connection.execute(
        text("INSERT INTO scenario (name, current) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING"), {"name": name}
    )
    # On a server the row's lock makes savers of one name wait for each other; a file is locked as a whole.
    scenario_id, current = connection.execute(
        select(ScenarioRow.id, ScenarioRow.current).where(ScenarioRow.name == name).with_for_update()
    ).one()
    mine = RevisionRow.scenario_id == scenario_id
    kept = connection.execute(
        select(RevisionRow.id, RevisionRow.number).where(mine, RevisionRow.fingerprint == fingerprint)
    ).one_or_none()
    if kept is not None:
        revision_id, number = kept
    else:
        number = (connection.scalar(select(func.max(RevisionRow.number)).where(mine)) or 0) + 1
        values = {
            "scenario_id": scenario_id,
            "number": number,
            "fingerprint": fingerprint,
            "text": raw,
            "title": scenario.title,
            "question": scenario.question,
            "as_of": scenario.as_of,
            "decide_by": scenario.decide_by,
            "objective": scenario.objective,
            "saved_at": now,
        }
        (revision_id,) = connection.execute(insert(RevisionRow).values(values)).inserted_primary_key or (0,)
        included = [(revision_id, i, file.path, file.fingerprint, file.text) for i, file in enumerate(files)]
        insert_rows(connection, tables.IncludedFileRow, included)
        for model, rows in scenario_rows(scenario, revision_id):
            insert_rows(connection, model, rows)
    if number != current:
        connection.execute(update(ScenarioRow).where(ScenarioRow.id == scenario_id).values(current=number))
    return revision_id, SavedRevision(name, number, fingerprint, new=kept is None)


def _save_run(connection: Connection, run: Run, revision_id: int, now: datetime) -> RunRecord:
    parts = split(run.result)
    values = {
        "revision_id": revision_id,
        "analysis": run.analysis,
        "settings": dict(run.settings),
        "result": parts.rest,
        "extra": parts.extra,
        "at": now,
        "version": run.version,
        "seed": run.seed,
        "git_commit": run.git_commit,
        "git_dirty": run.git_dirty,
    }
    (run_id,) = connection.execute(insert(RunRow).values(values)).inserted_primary_key or (0,)
    for model, rows in parts.rows(run_id):
        insert_rows(connection, model, rows)
    row = connection.execute(_runs().where(RunRow.id == run_id)).one()
    return _run_record(row)


def _scenario_id(connection: Connection, name: str, location: str) -> int:
    names = {row.name: row.id for row in connection.execute(select(ScenarioRow.name, ScenarioRow.id))}
    if name in names:
        return int(names[name])
    close = get_close_matches(name, names, n=1)
    raise PlannerError(
        f"no scenario '{name}' is kept in '{location}'",
        f"did you mean '{close[0]}'?" if close else "`planner history` lists what is kept",
    )


def _runs() -> Select[Any]:
    """Return the query of runs with the scenario and revision that they ran on."""
    columns = (RunRow.id, RunRow.analysis, RunRow.settings, RunRow.at, RunRow.version, RunRow.seed)
    return (
        select(*columns, RunRow.git_commit, RunRow.git_dirty, RevisionRow.number, RevisionRow.fingerprint)
        .add_columns(ScenarioRow.name)
        .join(RevisionRow, RevisionRow.id == RunRow.revision_id)
        .join(ScenarioRow, ScenarioRow.id == RevisionRow.scenario_id)
    )


def _run_record(row: sqlalchemy.Row[Any]) -> RunRecord:
    return RunRecord(
        id=row.id,
        scenario_name=row.name,
        revision=row.number,
        fingerprint=row.fingerprint,
        analysis=row.analysis,
        settings=row.settings,
        at=row.at,
        version=row.version,
        seed=row.seed,
        git_commit=row.git_commit,
        git_dirty=row.git_dirty,
    )
