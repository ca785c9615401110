"""The hooks that other repositories use: the file that offers them, and what their entries do as hooks run them."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from planner.files import is_scenario
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BY_ID = {hook["id"]: hook for hook in HOOKS}
SCENARIO = """\
planner: 1
title: A choice
nodes:
  choice: {decision: Which?, options: {this: {payoff: 1}, that: {payoff: 2}}}
"""
UNTIDY = SCENARIO.replace("  choice:", "    choice:")
BROKEN = SCENARIO.replace("payoff: 2", "to: nowhere")
OTHERS = {
    ".github/workflows/ci.yml": "on: push\njobs: {planner: {runs-on: ubuntu-24.04, steps: [{run: echo}]}}\n",
    "compose.yaml": "services:\n    planner:\n        image: x\n",
    "package.json": '{"dependencies": {"planner": "1"}}\n',
    "broken.yaml": "a: [\n",
    "empty.yaml": "",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in OTHERS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def run(hook: str, folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Run a hook's entry as pre-commit does: from the top of the repository, with the file names behind it."""
    program, *arguments = shlex.split(BY_ID[hook]["entry"])
    assert program == "planner"
    return subprocess.run(
        [sys.executable, "-m", "planner", *arguments, *names],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(folder), "XDG_STATE_HOME": str(folder / ".state")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_file_offers_the_hooks():
    assert list(BY_ID) == ["planner-check", "planner-fmt"]
    for hook in HOOKS:
        assert set(hook) == {
            "id", "name", "description", "entry", "language", "types_or", "minimum_pre_commit_version",
        }  # fmt: skip
        assert all(isinstance(hook[key], str) for key in hook if key != "types_or")
        assert hook["language"] == "python"
        assert set(hook["types_or"]) <= {"yaml", "json"}  # words of identify, by which files are chosen


@pytest.mark.parametrize("hook", BY_ID)
def test_files_that_are_no_scenarios_are_passed_over(repository: Path, hook: str):
    done = run(hook, repository, *OTHERS)
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: (repository / name).read_text() for name in OTHERS} == OTHERS


def test_check(repository: Path):
    (repository / "good.yaml").write_text(SCENARIO)
    (repository / "bad.yaml").write_text(BROKEN)
    done = run("planner-check", repository, "good.yaml", *OTHERS)
    assert (done.returncode, done.stdout) == (0, "1 file checked, nothing found\n")
    done = run("planner-check", repository, "good.yaml", "bad.yaml", *OTHERS)
    assert done.returncode == 1
    assert "error[P103]: option 'that' of 'choice' leads to unknown node 'nowhere'" in done.stdout
    assert "bad.yaml:4:" in done.stdout


def test_a_scenario_that_is_no_yaml_any_more_is_not_passed_over(repository: Path):
    (repository / "torn.yaml").write_text(SCENARIO + "<<<<<<< ours\n  [\n")
    assert run("planner-check", repository, "torn.yaml").returncode == 1


def test_fmt(repository: Path):
    (repository / "untidy.yaml").write_text(UNTIDY)
    (repository / "tidy.yaml").write_text(SCENARIO)
    done = run("planner-fmt", repository, "untidy.yaml", "tidy.yaml", *OTHERS)
    assert done.returncode == 0  # pre-commit sees by itself that a file was modified, and stops the commit
    assert (repository / "untidy.yaml").read_text() == SCENARIO
    assert (repository / "tidy.yaml").read_text() == SCENARIO
    assert {name: (repository / name).read_text() for name in OTHERS} == OTHERS


def test_batches(repository: Path):
    names = [f"s{number}.yaml" for number in range(40)]
    for name in names:
        (repository / name).write_text(SCENARIO if name != "s33.yaml" else BROKEN)
    codes = [run("planner-check", repository, *names[start : start + 20]).returncode for start in (0, 20)]
    assert codes == [0, 1]


def test_names_that_look_like_options_do_no_harm(repository: Path):
    (repository / "two words [x].yaml").write_text(SCENARIO)
    assert run("planner-check", repository, "two words [x].yaml").returncode == 0


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("planner: 1\n", True),
        ("\ufeffplanner: 1\n", True),
        ("# planner: 2\n---\ntitle: x\nplanner : 1\n", True),
        ("%YAML 1.2\n---\n'planner': 1\n", True),
        ("  title: x\n  planner: 1\n", True),
        ('{"a": {"b": 1}, "planner": 1', True),
        ("{title: Don't, note: y#z, planner: 1, 'a': 'b'}", True),
        ("--- {planner: 1}", True),
        ("a:\n  planner: 1\n", False),
        ("planners: 1\nmy-planner: 1\n", False),
        ('{"a": {"planner": 1}}', False),
        ('{"x": "planner: 1", "y": ["planner:"]}', False),
        ("# planner: 1\n", False),
        ("- planner: 1\n", False),
        ("", False),
    ],
)
def test_what_is_a_scenario(text: str, is_one: bool):
    assert is_scenario(text.encode()) is is_one


def test_a_scenario_in_utf_16_is_one():
    assert is_scenario("planner: 1\n".encode("utf-16"))
    assert is_scenario("title: x\nplanner: 1\n".encode("utf-16-le"))
