from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conftest import GOLDEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

TALKS = "talks.yaml"


@pytest.fixture
def talks(workspace: Path) -> Path:
    shutil.copy(GOLDEN / "change" / "talks.before.yaml", workspace / TALKS)
    return workspace / TALKS


def test_a_chance_is_put_on_an_edge(cli: Cli, talks: Path, golden: Golden):
    branches = ["--branch", "yes:0.7", "--branch", "no:rest They do not (calm=-2) -> fatigue"]
    result = cli("split", TALKS, "line.engage", "chance", "offer", "Do they listen?", *branches)
    assert (result.code, result.out, result.err) == (0, "", "'line.engage' leads to the chance 'offer' now\n")
    golden("change/split.chance.after.yaml", talks.read_text())
    assert cli("check", TALKS).code == 0


def test_a_decision_is_put_on_an_edge(cli: Cli, talks: Path, golden: Golden):
    options = ["--by", "uk,france", "--fallback", "stop", "--option", "go On with it", "--option", "stop ->"]
    result = cli("split", TALKS, "talks.stall", "decision", "next", *options)
    assert result.code == 0, result.err
    golden("change/split.decision.after.yaml", talks.read_text())
    assert cli("check", TALKS).code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chance", "x"], "A chance needs at least one --branch."),
        (["decision", "x", "--branch", "a:1"], "--branch does not belong to a decision."),
        (["chance", "x", "--by", "uk"], "--by does not belong to a chance."),
        (["decision", "x", "--option", "a:1"], "the option 'a' is given a probability"),
        (["decision", "talks", "--option", "a"], "there is a node 'talks' already"),
    ],
)
def test_what_cannot_be_split_is_refused(cli: Cli, talks: Path, arguments: list[str], message: str):
    before = talks.read_bytes()
    result = cli("split", TALKS, "line.engage", *arguments)
    assert result.code == 2
    assert message in result.err
    assert talks.read_bytes() == before
