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


def test_an_edge_is_moved(cli: Cli, talks: Path, golden: Golden):
    result = cli("move", TALKS, "talks.stall", "fatigue")
    assert (result.code, result.out, result.err) == (0, "", "'talks.stall' leads to 'fatigue'\n")
    golden("change/move.after.yaml", talks.read_text())


def test_a_loop_is_refused_with_its_diagnostic(cli: Cli, talks: Path):
    before = talks.read_bytes()
    result = cli("move", TALKS, "answer.stop", "talks")
    assert result.code == 1
    assert "P301" in result.err
    assert talks.read_bytes() == before


def test_an_unknown_place_is_answered_with_the_nearest(cli: Cli, talks: Path):
    result = cli("move", TALKS, "talks.stal", "fatigue")
    assert (result.code, result.err) == (
        2,
        "error: 'talks' has no branch 'stal'.\nhelp: did you mean 'talks.stall'?\n",
    )
