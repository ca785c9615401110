"""`planner log`: the lines, their forms and the charts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.history.story import BROKEN, TEXT, with_oil, with_price

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden
    from tests.gitrepo import GitRepo

LONG = "A subject that is so long that it does not fit into one line of any terminal that people use for such things"


@pytest.fixture
def field(repo: GitRepo, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> GitRepo:
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("TZ", "UTC")
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("comment", {"land.yaml": f"# why\n{TEXT}"})
    repo.commit("less oil", {"land.yaml": with_oil(0.2)}, by="Robert With-a-Long Name <bob@example.org>")
    repo.commit("broken", {"land.yaml": BROKEN})
    repo.commit(LONG, {"land.yaml": with_price(70, with_oil(0.3))})
    return repo


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_on_any_terminal(cli: Cli, field: GitRepo, golden: Golden, monkeypatch: pytest.MonkeyPatch, width: int):
    monkeypatch.setenv("COLUMNS", str(width))
    found = cli("log", "land.yaml", "--all")
    assert (found.code, found.err) == (0, "")
    assert max(map(len, found.out.splitlines())) <= width
    golden(f"log/lines-{width}.txt", found.out)


def test_only_commits_that_changed_the_model(cli: Cli, field: GitRepo):
    out = cli("log", "land.yaml").out
    assert "comment" not in out
    assert out.index("less oil") < out.index("first")
    reverse = cli("log", "land.yaml", "--reverse").out
    assert reverse.index("less oil") > reverse.index("first")
    assert "… and older commits; -n 2 shows more" in cli("log", "land.yaml", "-n", "1").out


def test_json(cli: Cli, field: GitRepo):
    field.write("land.yaml", with_oil(0.4))
    found = json.loads(cli("log", "land.yaml", "--json", "--set", "price=95", "--of", "oil").out)
    assert found["schema"] == "planner/log/1"
    assert found["settings"]["set"] == {"price": 95.0}
    result = found["result"]
    assert set(result) == {"headline", "path", "commits", "cut", "more", "evaluated", "method"}
    newest, second, broken, less, first = result["commits"]
    assert (newest["commit"], newest["value"], newest["of"]) == (None, 220.0, 0.4)
    assert (second["subject"], second["commit"]) == (LONG, field.head())
    assert broken["problem"].startswith("error[P110]")
    assert broken["value"] is None
    assert less["recommendation_changed"]
    assert less["email"] == "bob@example.org"
    assert first == first | {
        "date": "2026-01-01T12:00:00+00:00",
        "author": "Ada Lovelace",
        "subject": "first",
        "recommendation": "drill",
        "recommendation_name": "Drill for oil",
        "value": 100.0,
        "margin": pytest.approx(5),
        "change": None,
        "outcomes": {"ground.oil": 0.25, "ground.dry": 0.75},
    }


def test_chart_on_the_terminal(cli: Cli, field: GitRepo, golden: Golden, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "60")
    golden("log/chart-60.txt", cli("log", "land.yaml", "--chart").out)
    monkeypatch.setenv("COLUMNS", "40")
    out = cli("log", "land.yaml", "--chart").out
    assert max(map(len, out.splitlines())) <= 40
    assert out.isascii()


def test_pictures(cli: Cli, field: GitRepo):
    assert cli("log", "land.yaml", "--chart", "-o", "h.svg").err == "wrote h.svg\n"
    first = Path("h.svg").read_bytes()
    assert b"Drill for oil" in first
    cli("log", "land.yaml", "--chart", "-o", "h.svg")
    assert Path("h.svg").read_bytes() == first
    assert cli("log", "land.yaml", "--chart", "-o", "h.png").code == 0
    assert Path("h.png").read_bytes().startswith(b"\x89PNG")


def test_a_chart_of_nothing_and_forms_that_exclude_each_other(cli: Cli, field: GitRepo):
    field.commit("words", {"words.yaml": "words\n"})
    assert "there is nothing to draw: no state can be evaluated" in cli("log", "words.yaml", "--chart").err
    assert "add --chart" in cli("log", "land.yaml", "-o", "x.svg").err
    assert "two forms of one answer" in cli("log", "land.yaml", "--chart", "--json").err


def answers() -> int:
    with closing(sqlite3.connect("db/planner.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM answer").fetchone()[0])


def test_evaluations_are_kept_in_the_database_of_a_workspace(cli: Cli, field: GitRepo):
    def evaluated(*more: str) -> int:
        return int(json.loads(cli("log", "land.yaml", "--json", *more).out)["result"]["evaluated"])

    assert evaluated() == 5
    assert not Path("db").exists()
    Path("planner.toml").write_text("")
    assert evaluated("--no-cache") == 5
    assert not Path("db").exists()
    assert evaluated() == 5
    assert answers() == 5
    assert evaluated() == 0
    assert evaluated("--rule", "maximin") == 5
    field.commit("more", {"land.yaml": with_oil(0.5)})
    assert evaluated() == 1


def test_a_database_that_cannot_be_used_costs_no_answer(cli: Cli, field: GitRepo):
    Path("bad.sqlite").write_text("no database")
    found = cli("log", "land.yaml", "--db", "bad.sqlite")
    assert found.code == 0
    assert found.err.startswith("nothing is remembered: ")
    assert len(found.err.splitlines()) == 1
    assert "less oil" in found.out


def test_names_that_no_state_has(cli: Cli, field: GitRepo):
    found = cli("log", "land.yaml", "--at", "lnd")
    assert (found.code, found.out) == (2, "")
    assert "there is no decision 'lnd'" in found.err


def test_one_commit_and_ties(cli: Cli, repo: GitRepo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(repo.path)
    repo.commit("first", {"land.yaml": with_price(100)})
    out = cli("log", "land.yaml").out
    assert out.startswith("1 commit changed the model; the recommendation is 'Drill for oil', its value is 100.")
    assert "drill (tie)" in out
    assert "new" in out
