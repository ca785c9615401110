from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.cli.settings import find_workspace, user_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli

WARNS = b"planner: 1\ntitle: T\nparameters: {unused: 1}\nnodes: {a: {outcome: A}}\n"


def strict(where: Path) -> None:
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text("[check]\nstrict = true\n")


def test_nearest_file_upwards_is_the_workspace(tmp_path: Path):
    (tmp_path / "planner.toml").write_text('db = "memory.sqlite"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    found = find_workspace(str(below / "c.yaml"))
    assert found.folder == tmp_path
    assert found.get("save", "db") == str(tmp_path / "memory.sqlite")


def test_without_a_file_it_is_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    found = find_workspace("x.yaml")
    assert found.folder == tmp_path
    assert found.database(None) == str(tmp_path / "db" / "planner.sqlite")


def test_url_is_not_a_path(tmp_path: Path):
    (tmp_path / "planner.toml").write_text('db = "postgresql://server/plans"\n')
    found = find_workspace(str(tmp_path))
    assert found.get("save", "db") == "postgresql://server/plans"
    assert found.shown_database("postgresql://server/plans") == "postgresql://server/plans"


def test_warnings_pass_without_settings(cli: Cli):
    assert cli("check", "-", stdin=WARNS).code == 0


def test_user_s_settings_count(cli: Cli):
    strict(user_file())
    try:
        assert cli("check", "-", stdin=WARNS).code == 1
    finally:
        user_file().unlink()


def test_workspace_beats_user(cli: Cli, workspace: Path):
    strict(user_file())
    (workspace / "planner.toml").write_text("[check]\nstrict = false\n")
    try:
        assert cli("check", "-", stdin=WARNS).code == 0
    finally:
        user_file().unlink()


def test_variable_beats_workspace(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    strict(workspace / "planner.toml")
    monkeypatch.setenv("PLANNER_CHECK_STRICT", "0")
    assert cli("check", "-", stdin=WARNS).code == 0


def test_flag_beats_variable(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLANNER_CHECK_STRICT", "0")
    assert cli("check", "--strict", "-", stdin=WARNS).code == 1


def test_lists(cli: Cli, workspace: Path):
    (workspace / "planner.toml").write_text('[check]\nstrict = true\nignore = ["P5"]\n')
    assert cli("check", "-", stdin=WARNS).code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[check]\nformat = 'pretty'\n", "the setting 'format'"),
        ("[chek]\n", "Did you mean 'check'?"),
        ("[check\n", "is not TOML"),
    ],
)
def test_settings_that_do_not_fit(cli: Cli, workspace: Path, text: str, message: str):
    (workspace / "planner.toml").write_text(text)
    result = cli("check", "-", stdin=WARNS)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
