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


def test_a_subtree_is_copied_and_hung(cli: Cli, talks: Path, golden: Golden):
    result = cli("copy", TALKS, "talks", "talks-late", "--under", "line.drift")
    names = "talks-late, answer-late, calm-down-late, fatigue-late"
    assert (result.code, result.out, result.err) == (0, "", f"copied 'talks' and what follows as {names}\n")
    golden("change/copy.after.yaml", talks.read_text())
    assert cli("check", TALKS).code == 0


def test_outcomes_may_be_shared(cli: Cli, talks: Path, golden: Golden):
    result = cli("copy", TALKS, "talks", "again", "--share-outcomes", "--under", "line.isolate")
    assert (result.code, result.err) == (0, "copied 'talks' and what follows as again, answer-2\n")
    golden("change/copy.shared.after.yaml", talks.read_text())


def test_nothing_is_copied_where_the_edge_leads_elsewhere(cli: Cli, talks: Path):
    before = talks.read_bytes()
    result = cli("copy", TALKS, "talks", "again", "--under", "talks.stall")
    assert result.code == 2
    assert "'talks.stall' leads to 'answer' already" in result.err
    assert talks.read_bytes() == before
    assert cli("copy", TALKS, "answer", "again", "--under", "talks.stall", "--replace").code == 0
