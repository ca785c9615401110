from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from planner.cli.app import application
from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("workspace")
MOSCOW = "scenarios/european-line-on-moscow.yaml"


def offered(*words: str) -> list[str]:
    """Return what TAB offers behind the last of the words."""
    *arguments, incomplete = words
    complete = ShellComplete(application, {}, "planner", "_PLANNER_COMPLETE")
    return [item.value for item in complete.get_completions(list(arguments), incomplete)]


def test_commands():
    assert offered("e") == ["explain", "evaluate"]


def test_options():
    assert offered("check", "--st") == ["--strict"]


def test_scenario_files():
    Path("notes.md").touch()
    assert offered("evaluate", "")[0] == "scenarios/eu-nato-diplomacy.yaml"
    assert offered("evaluate", "scen") == ["scenarios/"]
    assert offered("evaluate", "scenarios/tu") == ["scenarios/tutorial.yaml"]
    assert offered("evaluate", "not") == []


def test_parameters_of_the_file_on_the_line():
    assert offered("evaluate", MOSCOW, "--set", "talks") == ["talks_yield="]


def test_actors():
    assert offered("evaluate", MOSCOW, "--actor", "") == ["uk", "france", "italy", "russia"]


def test_nodes_edges_choices_and_outcomes():
    assert offered("paths", MOSCOW, "--through", "af") == ["after-stall"]
    assert offered("paths", MOSCOW, "--given", "answer.s") == ["answer.step", "answer.stall"]
    assert offered("paths", MOSCOW, "--choose", "line=d") == ["line=drift"]
    assert offered("paths", MOSCOW, "--choose", "answer=") == []
    assert offered("paths", MOSCOW, "--to", "st") == ["standoff"]
    assert "envoy.wait" in offered("paths", "scenarios/tutorial.yaml", "--to", "")


def test_rules_and_codes():
    assert offered("evaluate", "--rule", "max") == ["maximin", "maximax"]
    assert "P201" in offered("explain", "P2")


@pytest.mark.parametrize("text", ["", "[", "nodes: 3", "parameters: [a]", "nodes: {a: 1, b: {options: 2}}"])
def test_a_broken_file_offers_nothing_and_does_not_fail(text: str):
    Path("broken.yaml").write_text(text)
    for option in ("--through", "--given", "--choose", "--to", "--set"):
        assert offered("paths", "broken.yaml", option, "x") == []
    assert offered("paths", "missing.yaml", "--through", "") == []


def test_saved_scenarios(cli: Cli):
    assert offered("history", "") == []
    cli("save", "scenarios/tutorial.yaml")
    assert offered("history", "") == offered("restore", "tut") == ["tutorial"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script(cli: Cli, shell: str):
    result = cli("completion", shell)
    assert result.code == 0
    assert "_PLANNER_COMPLETE" in result.out


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("planner eval", ["evaluate"]),
        ("planner evaluate scenarios/tu", ["scenarios/tutorial.yaml"]),
        (f"planner evaluate {MOSCOW} --set talks", ["talks_yield="]),
        (f"planner paths {MOSCOW} --choose line=d", ["drift"]),
        (f"planner paths {MOSCOW} --choose line=", ["engage", "isolate", "coordinate", "drift"]),
        (f"planner paths {MOSCOW} --given answer.s", ["answer.step", "answer.stall"]),
        (f"planner evaluate {MOSCOW} --actor ", ["uk", "france", "italy", "russia"]),
    ],
)
def test_script_in_bash(cli: Cli, line: str, offers: list[str], tmp_path: Path):
    program = tmp_path / "bin" / "planner"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m planner "$@"\n')
    program.chmod(0o755)
    call = f"COMP_LINE='{line}' COMP_POINT={len(line)}\n_planner_completion 2>/dev/null\n"
    call += "printf '%s\\n' \"${COMPREPLY[@]}\""
    done = subprocess.run(
        ["bash", "-c", cli("completion", "bash").out + call],
        env=os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.stdout.splitlines() == offers, done.stderr


def test_process_that_the_shell_calls():
    done = subprocess.run(
        [sys.executable, "-c", "from planner.cli import main; main()"],
        env={"_PLANNER_COMPLETE": "bash_complete", "COMP_WORDS": "planner eval", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "plain,evaluate\n"
