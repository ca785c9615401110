"""What the commands on a file's history share: the repository, the question, the memory."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner import __version__
from planner.cli import complete
from planner.cli.options import db_option, workspace
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from planner.cli.options import Question
    from planner.cli.output import Output
    from planner.history import Repository
    from planner.store import Store


def span_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --from and --to, handed on as `span`."""

    @wraps(function)
    def wrapper(*arguments: Any, from_: str | None, to: str | None, **options: Any) -> Any:
        return function(*arguments, span=(from_, to), **options)

    start = click.option("--from", "from_", metavar="REVISION", shell_complete=complete.revisions_and_files,
                         help="Only what came after this revision.")  # fmt: skip
    end = click.option("--to", metavar="REVISION", shell_complete=complete.revisions_and_files,
                       help="The newest revision; else HEAD and what is not committed yet.")  # fmt: skip
    return start(end(wrapper))


def cache_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --cache and --db, handed on as `cached`: the database in which evaluations are kept, or None."""

    @wraps(function)
    def wrapper(*arguments: Any, cache: bool, db: str | None, **options: Any) -> Any:
        return function(*arguments, cached=(cache, db), **options)

    wish = click.option("--cache/--no-cache", default=True, show_default=True,
                        help="Keep what states come to in the database, by content.")  # fmt: skip
    return wish(db_option(wrapper))


def in_git(file: str) -> tuple[Repository, str]:
    """Return the repository of a file and the file's path in it.

    Raises:
        PlannerError: git is not there, or the file is in no repository.
    """
    from planner.history import Repository

    if file == "-":
        raise PlannerError("standard input has no history", "name a file")
    repository = Repository.of(file)
    path = repository.path_in(file)
    if repository.top is not None and (repository.top / path).is_dir():
        raise PlannerError(f"'{file}' is a folder", "name a scenario file in it")
    return repository, path


def asked(question: Question, of: str | None = None) -> Any:
    """Return a question of the command line as it is put to every state."""
    from planner.analyses.gist import Question as Wanted

    numbers = question.numbers
    return Wanted(question.at, question.actor, dict(numbers.overrides), numbers.rule, numbers.max_states, of)


class Kept:
    """A memory in the database; a fault of it is said once and costs time, no answer."""

    version = __version__

    def __init__(self, out: Output, store: Store) -> None:
        self._out, self._store = out, store
        self._failed = False

    def recall(self, keys: Iterable[str]) -> Mapping[str, Any]:
        """Return what is kept."""
        try:
            return self._store.recall(keys) if not self._failed else {}
        except PlannerError as error:
            self._give_up(error)
            return {}

    def remember(self, answers: Mapping[str, Any]) -> None:
        """Keep answers."""
        from datetime import UTC, datetime

        if self._failed or not self._store.writable:
            return
        try:
            self._store.remember(answers, now=datetime.now(UTC))
        except PlannerError as error:
            self._give_up(error)

    def _give_up(self, error: PlannerError) -> None:
        self._failed = True
        self._out.say(f"nothing is remembered: {error.message}")


@contextmanager
def memory(out: Output, cached: tuple[bool, str | None]) -> Iterator[Kept | None]:
    """Yield the memory in the database of the workspace; None where there is neither a database nor a workspace."""
    wish, db = cached
    place = workspace()
    location = place.database(db)
    at_home = db is not None or bool(place.files and (place.folder / "planner.toml").is_file())
    if not wish or not (at_home or "://" in location or Path(location).is_file()):
        yield None
        return
    from planner.store import Store

    try:
        store = Store.open(location)
    except PlannerError as error:
        out.say(f"nothing is remembered: {error.message}")
        yield None
        return
    with store:
        yield Kept(out, store)
