"""`planner blame`: who set what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.history.story import TEXT, UNREADABLE, with_oil, with_price

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden
    from tests.gitrepo import GitRepo


@pytest.fixture
def field(repo: GitRepo, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> GitRepo:
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("TZ", "UTC")
    repo.commit("The field as Hillier and Lieberman tell of it, with all its numbers", {"land.yaml": TEXT})
    repo.commit("A survey", {"land.yaml": with_oil(0.2)}, by="Robert With-a-Long Name <bob@example.org>")
    repo.write("land.yaml", with_price(95, with_oil(0.2)))
    return repo


@pytest.mark.parametrize("width", [40, 80, 120])
def test_values_on_any_terminal(cli: Cli, field: GitRepo, golden: Golden, monkeypatch: pytest.MonkeyPatch, width: int):
    monkeypatch.setenv("COLUMNS", str(width))
    found = cli("blame", "land.yaml")
    assert (found.code, found.err) == (0, "")
    assert max(map(len, found.out.splitlines())) <= width
    golden(f"blame/values-{width}.txt", found.out)


def test_a_place(cli: Cli, field: GitRepo):
    out = cli("blame", "land.yaml", "oil").out
    assert out.startswith("5 values, set by 2 people in 2 commits.")
    assert "… and 3 more values; --rows 0 or --json shows all." in cli("blame", "land.yaml", "oil", "--rows", "2").out


def test_json(cli: Cli, field: GitRepo):
    found = json.loads(cli("blame", "land.yaml", "--json").out)
    assert found["schema"] == "planner/blame/1"
    assert found["settings"] == {"file": "land.yaml", "place": None, "to": None}
    values = {one["place"]: one for one in found["result"]["values"]}
    assert values["price"] == {
        "place": "price", "what": "parameter", "value": "95", "number": 95.0, "before": "90", "file": "land.yaml",
        "line": 5, "committed": False, "commit": None, "date": None, "author": None, "email": None, "subject": None,
        "body": None, "path": "land.yaml", "or_earlier": False, "perhaps": [],
    }  # fmt: skip
    assert values["oil"]["subject"] == "A survey"
    assert values["oil"]["commit"] == field.head()
    assert values["land.sell.payoff"]["number"] is None


def test_texts_that_cannot_be_read_on_the_way(cli: Cli, field: GitRepo):
    field.commit("broken", {"land.yaml": UNREADABLE})
    field.commit("mended", {"land.yaml": with_oil(0.3)})
    out = cli("blame", "land.yaml", "oil").out
    assert f"{field.head()[:10]}*" in out
    assert "* 1 value may have been set before already, in a text that cannot be read: " in out


def test_a_place_that_is_not_there(cli: Cli, field: GitRepo):
    found = cli("blame", "land.yaml", "ol")
    assert (found.code, found.out) == (2, "")
    assert "unknown place 'ol'" in found.err
    assert "help: did you mean 'oil'?" in found.err
