"""Places to keep things in: files of SQLite and databases of a PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from planner.store import Store, upgrade

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("child.py")
NOBODY = 65534


@dataclass
class Child:
    """A running `child.py`."""

    process: subprocess.Popen[str]

    def line(self) -> Any:
        """Return the next thing that it says."""
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said, self.process.communicate()[1]
        return json.loads(said)

    def end(self) -> Any:
        """Return the last thing that it says."""
        out, err = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, err
        return json.loads(out.splitlines()[-1])

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        self.process.kill()
        self.process.communicate()


StartChild = Callable[..., Child]


@pytest.fixture
def child() -> Iterator[StartChild]:
    """Start processes that use a store; those that still run are killed at the end."""
    started: list[Child] = []

    def start(do: str, place: str | Path, **order: Any) -> Child:
        text = json.dumps({"do": do, "place": str(place), **order})
        process = subprocess.Popen(
            [sys.executable, CHILD, text],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(Child(process))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users of the machine can reach, unlike `tmp_path`."""
    folder = Path(tempfile.mkdtemp(prefix="planner-store-"))
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*/")):
        path.chmod(0o755)
    shutil.rmtree(folder)


@dataclass
class Server:
    """A PostgreSQL server that listens on a socket in its own folder."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type,unused-ignore]

    def new_database(self, template: str = "template0") -> str:
        """Return the URL of a database that nobody else uses."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


def _programs() -> Path | None:
    """Return the folder with the server's programs; Debian keeps them out of the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


def _other_user() -> str | None:
    """Return somebody who is not root, since the server refuses root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own, without TCP; skips the test where its programs are not installed."""
    programs = _programs()
    if programs is None:
        reason = "no PostgreSQL server's programs (initdb) in PATH or /usr/lib/postgresql"
        if os.environ.get("PLANNER_TEST_POSTGRES") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    user = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="planner-pg-"))
    if user is not None:
        shutil.chown(folder, user)

    def call(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            user=user,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    try:
        call("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=40"
        call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
        try:
            yield Server(folder)
        finally:
            call("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def ready(server: Server) -> str:
    """Name a database with planner's tables, to copy for each test."""
    server.run("CREATE DATABASE ready TEMPLATE template0")
    upgrade(server.url("ready"))
    return "ready"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a store, on either kind of database, with nothing in it."""
    if request.param == "sqlite":
        return str(tmp_path / "db" / "planner.sqlite")
    server: Server = request.getfixturevalue("server")
    return server.new_database(request.getfixturevalue("ready"))


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """An empty store, on either kind of database."""
    with Store.open(place) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A place for a file of SQLite."""
    return tmp_path / "db" / "planner.sqlite"
