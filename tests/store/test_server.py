"""What is special about a server: its URL, its driver, its users."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from planner.errors import PlannerError
from planner.store import Store, upgrade
from tests.store.examples import NOW, run, scenario

if TYPE_CHECKING:
    from tests.store.conftest import Server

pytestmark = pytest.mark.postgres


def message(url: str) -> str:
    with pytest.raises(PlannerError) as caught:
        Store.open(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_missing_driver_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = message("postgresql://host/plans")
    assert said == ("PostgreSQL needs the driver psycopg, which is not installed; run: pip install 'planner[postgres]'")


@pytest.mark.parametrize("form", ["postgresql://", "postgres://", "postgresql+psycopg://"])
def test_forms_of_the_url(server: Server, ready: str, form: str) -> None:
    url = server.new_database(ready).replace("postgresql://", form)
    with Store.open(url) as store:
        assert store.save_scenario(scenario(), now=NOW).revision == 1


def test_server_that_is_not_there() -> None:
    said = message("postgresql://ann:s3cret@localhost:1/plans?connect_timeout=2")
    assert said.startswith("the server does not answer: 'postgresql://ann:***@localhost:1/plans")
    assert "s3cret" not in said


def test_url_that_is_none() -> None:
    said = message("postgresql://ann:s3cret@localhost:port/plans")
    assert "is no URL of a database" in said
    assert "s3cret" not in said


def test_database_that_is_not_there(server: Server) -> None:
    assert "there is no such database" in message(server.url("nowhere"))
    with pytest.raises(PlannerError, match="createdb"):
        upgrade(server.url("nowhere"))


def test_user_that_is_not_there(server: Server) -> None:
    said = message(server.url("postgres").replace("postgres@", "stranger:s3cret@"))
    assert "s3cret" not in said
    assert "the server does not let the user in" in said


def test_user_who_may_only_read(server: Server, ready: str) -> None:
    url = server.new_database(ready)
    with Store.open(url) as store:
        store.save(scenario(raw=b"kept"), [run()], now=NOW)
    server.run("DROP ROLE IF EXISTS reader")
    server.run("CREATE ROLE reader LOGIN IN ROLE pg_read_all_data")
    with Store.open(url.replace("postgres@", "reader@")) as store:
        assert store.restore("line") == b"kept"
        with pytest.raises(PlannerError, match="lacks a permission"):
            store.save_scenario(scenario(), now=NOW)


def test_server_that_takes_no_changes(server: Server, ready: str) -> None:
    url = server.new_database(ready)
    name = url.partition("@/")[2].partition("?")[0]
    server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with Store.open(url) as store, pytest.raises(PlannerError, match="takes no changes: the server is read-only"):
        store.save_scenario(scenario(), now=NOW)


def test_password_is_shown_nowhere(server: Server, ready: str) -> None:
    url = server.new_database(ready).replace("postgres@", "postgres:s3cret@")
    with Store.open(url) as store:
        with pytest.raises(PlannerError) as caught:
            store.restore("moon")
        shown = [repr(store), store.location, str(caught.value), repr(caught.value), repr(store._database)]
    assert "s3cret" not in " ".join(shown)
