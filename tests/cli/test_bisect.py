"""`planner bisect`: since when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.history.story import BROKEN, TEXT, with_oil

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden
    from tests.gitrepo import GitRepo


@pytest.fixture
def field(repo: GitRepo, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> GitRepo:
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("TZ", "UTC")
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("a survey", {"land.yaml": with_oil(0.2)})
    repo.commit("another survey", {"land.yaml": with_oil(0.3)})
    repo.commit("broken", {"land.yaml": BROKEN})
    repo.commit("the third survey", {"land.yaml": with_oil(0.1)})
    return repo


@pytest.mark.parametrize("width", [40, 80])
def test_the_answer_on_any_terminal(
    cli: Cli, field: GitRepo, golden: Golden, monkeypatch: pytest.MonkeyPatch, width: int
):
    monkeypatch.setenv("COLUMNS", str(width))
    found = cli("bisect", "land.yaml", "--until", "land=sell")
    assert (found.code, found.err) == (0, "")
    assert max(map(len, found.out.splitlines())) <= width
    golden(f"bisect/since-{width}.txt", found.out)


def test_what_does_not_hold_leaves_with_1(cli: Cli, field: GitRepo):
    found = cli("bisect", "land.yaml", "--until", "land=drill")
    assert found.code == 1
    assert found.out.startswith("land=drill does not hold in")
    assert "ended it" in found.out


def test_binary(cli: Cli, field: GitRepo):
    out = cli("bisect", "land.yaml", "--until", "land=sell", "--binary").out
    assert "by halves, which is right if the condition changed once" in out


def test_json(cli: Cli, field: GitRepo):
    found = json.loads(cli("bisect", "land.yaml", "--until", "land=sell", "--json", "--from", "HEAD~4").out)
    assert found["schema"] == "planner/bisect/1"
    result = found["result"]
    assert set(result) == {
        "headline", "path", "condition", "holds", "since", "until", "before", "merge", "perhaps", "flips", "unknown",
        "looked_at", "comparison", "cut", "method",
    }  # fmt: skip
    assert result["holds"] is True
    assert result["since"]["commit"] == field.head()
    assert [one["subject"] for one in result["perhaps"]] == ["broken"]
    assert [one["subject"] for one in result["flips"]] == ["the third survey", "another survey"]
    assert result["comparison"]["recommendation"]["after"] == "sell"


def test_conditions_that_cannot_be_read(cli: Cli, field: GitRepo):
    found = cli("bisect", "land.yaml", "--until", "land")
    assert (found.code, found.out) == (2, "")
    assert "'land' is no condition" in found.err
    assert cli("bisect", "land.yaml").code == 2


def test_no_state_can_be_evaluated(cli: Cli, field: GitRepo):
    field.commit("words", {"words.yaml": "words\n"})
    assert "no state can be evaluated" in cli("bisect", "words.yaml", "--until", "land=sell").err


def test_completion(cli: Cli, field: GitRepo):
    from tests.cli.test_complete import offered

    field.write("land.yaml", TEXT)
    assert offered("bisect", "land.yaml", "--until", "land=d") == ["land=drill"]
    assert "land.drill" in offered("blame", "land.yaml", "land.d")
    assert "HEAD" in offered("log", "land.yaml", "--from", "")
