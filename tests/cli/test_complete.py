from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.shell_completion import ShellComplete

from planner.cli import complete, shells
from planner.cli.app import COMMANDS, application
from planner.cli.commands.completion import SHELLS
from tests.cli.terminal import Terminal
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

pytestmark = pytest.mark.usefixtures("workspace")
MOSCOW = "scenarios/european-line-on-moscow.yaml"


def offered(*words: str) -> list[str]:
    """Return what TAB offers behind the last of the words."""
    *arguments, incomplete = words
    shell = ShellComplete(application, {}, "planner", "_PLANNER_COMPLETE")
    return [item.value for item in shell.get_completions(list(arguments), incomplete)]


def test_commands():
    assert offered("ev") == ["evaluate"]


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


def second(offer: Callable[..., Any], incomplete: str, file: str = MOSCOW) -> list[str]:
    """Return what a command with the arguments FILE and PATH offers for the second."""
    path = click.Argument(["path"], shell_complete=offer)
    command = click.Command("edit", params=[click.Argument(["file"]), path])
    shell = ShellComplete(command, {}, "edit", "_EDIT_COMPLETE")
    return [item.value for item in shell.get_completions([file], incomplete)]


def test_setting_paths_one_name_at_a_time():
    assert second(complete.settings, "par") == ["partners.", "parameters."]
    assert second(complete.settings, "parameters.talks") == ["parameters.talks_yield."]
    assert "parameters.talks_yield.value=" in second(complete.settings, "parameters.talks_yield.")
    assert second(complete.settings, "line.eng") == ["line.engage."]
    assert second(complete.settings, "line.engage.pay") == ["line.engage.payoff."]
    assert second(complete.settings, "line.engage.payoff.e") == ["line.engage.payoff.economy="]
    assert second(complete.settings, "actors.uk.weights.c") == [
        "actors.uk.weights.cohesion=",
        "actors.uk.weights.credibility=",
    ]
    assert second(complete.settings, "ti") == ["title="]
    assert second(complete.settings, "consensus.payoff.co") == ["consensus.payoff.cohesion="]


def test_setting_paths_behind_the_equals_sign():
    assert second(complete.settings, "line.engage.to=an") == ["line.engage.to=answer"]
    assert second(complete.settings, "answer.step.p=talks") == ["answer.step.p=talks_yield"]
    assert second(complete.settings, "title=") == []


def test_places_and_names():
    assert second(complete.places, "li") == ["line", "line.", "likelihood_words"]
    assert second(complete.places, "line.e") == ["line.engage", "line.engage."]
    assert second(complete.names, "line") == [
        "line",
        *(f"line.{option}" for option in ("engage", "isolate", "coordinate", "drift")),
    ]
    assert second(complete.names, "talks") == ["talks_yield"]
    assert second(complete.names, "parameters.talks") == ["parameters.talks_yield"]


BROKEN = ["", "[", "nodes: 3", "nodes: {a: 1, b: {options: 2}, c: {options: {d: 3}}}", "parameters: {x: 3}\nactors: 1"]


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("path", ["", "a.", "b.", "b.options.", "c.d.payoff.", "x.y.z.", "parameters.x.", "actors.a."])
def test_paths_of_a_broken_file_do_not_fail(text: str, path: str):
    Path("broken.yaml").write_text(text)
    for one in (complete.settings, complete.places, complete.names):
        assert isinstance(second(one, path, "broken.yaml"), list)


@pytest.mark.parametrize("shell", SHELLS)
def test_script(cli: Cli, shell: str, golden: Golden):
    result = cli("completion", shell)
    assert result.code == 0
    golden(f"cli/completion.{shell}.txt", result.out)


def test_every_shell_is_offered():
    assert list(SHELLS) == list(shells.SHELLS)


def test_bash_understands_the_script(cli: Cli):
    done = subprocess.run(
        ["bash", "-n"], input=cli("completion", "bash").out, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def asked(**env: str) -> list[str]:
    """Return what the process that a shell calls says."""
    done = subprocess.run(
        [sys.executable, "-c", "from planner.cli import main; main()"],
        env={"PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_bash_gets_what_stands_behind_its_own_word_break():
    def bash(line: str) -> list[str]:
        return asked(_PLANNER_COMPLETE="bash_complete", COMP_LINE=line)

    assert bash("planner eval") == ["evaluate"]
    assert bash("planner ") == list(COMMANDS)
    assert bash(f"planner paths {MOSCOW} --choose line=d") == ["drift"]
    assert bash(f"planner paths {MOSCOW} --choose line=") == ["engage", "isolate", "coordinate", "drift"]
    assert bash(f"planner evaluate {MOSCOW} --actor ") == ["uk", "france", "italy", "russia"]
    assert bash(f"planner paths {MOSCOW} --choose 'line=d") == ["line=drift"]
    assert bash("planner evaluate --rule hur") == ["hurwicz:"]
    Path("my file.yaml").touch()
    assert bash("planner check my") == ["my\\ file.yaml"]
    assert bash('planner check "my f') == ["my file.yaml"]


@pytest.mark.parametrize(("shell", "end"), [("zsh", ""), ("fish", "\n"), ("powershell", "")])
def test_other_shells_ask_word_by_word(shell: str, end: str):
    def ask(*words: str) -> list[str]:
        return asked(_PLANNER_COMPLETE=f"{shell}_complete", COMP_WORDS="\n".join(("planner", *words)) + end)

    assert ask("eval") == [f"evaluate\t{COMMANDS['evaluate'].line}"]
    assert ask("paths", MOSCOW, "--choose", "line=d") == ["line=drift"]
    assert ask("paths", MOSCOW, "--through", "af") == ["after-stall"]
    assert MOSCOW in ask("evaluate", "")
    Path("my file.yaml").touch()
    assert ask("check", "my f") == ["my file.yaml"]


def test_powershell_s_call():
    script = shells.PowerShell.source_template
    assert script.count("{") == script.count("}")
    assert "Register-ArgumentCompleter -Native" in script
    assert "powershell_complete" in script


LINES = [  # what is typed before TAB, and what the line is then
    ("planner evalu", "planner evaluate "),
    ("planner evaluate scenarios/tu", "planner evaluate scenarios/tutorial.yaml "),
    ("planner evaluate scen", "planner evaluate scenarios/"),
    (f"planner evaluate {MOSCOW} --set talks_", f"planner evaluate {MOSCOW} --set talks_yield="),
    (f"planner paths {MOSCOW} --choose line=dr", f"planner paths {MOSCOW} --choose line=drift "),
    (f"planner paths {MOSCOW} --through aft", f"planner paths {MOSCOW} --through after-stall "),
    ("planner check odd", "planner check odd\\ name.yaml "),
]
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'PS1="ready> "; eval "$(planner completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'PS1="ready> "; unsetopt zle_bracketed_paste; eval "$(planner completion zsh)"'),
}


@pytest.fixture
def program(workspace: Path) -> Path:
    """Put a `planner` on a path of its own that answers the shell, and else says what it was called with."""
    folder = workspace / "bin"
    folder.mkdir()
    script = folder / "planner"
    script.write_text(
        '#!/bin/sh\nif [ -n "$_PLANNER_COMPLETE" ] || [ "$1" = completion ]; then\n'
        f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m planner "$@"\nfi\n'
        'printf "called|planner"; printf "|%s" "$@"; echo\n'
    )
    script.chmod(0o755)
    (workspace / "odd name.yaml").touch()
    return folder


@pytest.mark.parametrize("shell", START)
def test_real_shell(program: Path, workspace: Path, shell: str):
    command, load = START[shell]
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    env = {"PATH": f"{program}:{os.environ['PATH']}", "HOME": str(workspace), "PS1": "$ "}
    with Terminal(command, cwd=workspace, env=env, columns=200) as terminal:
        terminal.send(f"{load}; echo loa''ded\r")
        terminal.until("loaded")
        terminal.until("ready> ")
        for typed, wanted in LINES:
            terminal.send(f"{typed}\tZ\r")  # the Z shows whether a space follows
            terminal.until("called")
            assert terminal.until("ready> ").split("\n")[0] == "".join(f"|{word}" for word in shlex.split(f"{wanted}Z"))


def test_real_fish(program: Path, workspace: Path):
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    script = "planner completion fish | source\n" + "\n".join(f"complete -C '{typed}'" for typed, _ in LINES)
    env = {**os.environ, "PATH": f"{program}:{os.environ['PATH']}", "HOME": str(workspace)}
    done = subprocess.run(
        ["fish", "--no-config"], input=script, cwd=workspace, env=env, capture_output=True, text=True, check=False
    )
    offered = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    assert offered == [shlex.split(line)[-1] for _, line in LINES]


@pytest.fixture
def several_files() -> str:
    """Write a scenario that includes another twice, and a third through it; return its path."""
    Path("deep.yaml").write_text("planner: 1\nparameters: {luck: 0.1}\nnodes: {end: {outcome: The end}}\n")
    Path("talks.yaml").write_text(
        "planner: 1\nparameters: {hope: 0.3}\ninclude: {deep: {file: deep.yaml}}\nnodes:\n"
        "  answer: {chance: What now?, branches: {yes: {p: hope, to: deep}, no: {p: rest}}}\n"
        "  again: {decision: And now?, options: {stop: {}}}\n"
    )
    Path("line.yaml").write_text(
        "planner: 1\ninclude: {one: {file: talks.yaml}, two: {file: talks.yaml}, lost: {file: lost.yaml}}\nnodes:\n"
        "  line: {decision: Which?, options: {a: {to: one}, b: {to: two}}}\n"
    )
    return "line.yaml"


def test_names_of_included_files(several_files: str):
    assert offered("paths", several_files, "--through", "two/") == ["two/answer", "two/again", "two/deep/end"]
    assert offered("paths", several_files, "--given", "one/an") == ["one/answer.yes", "one/answer.no"]
    assert offered("paths", several_files, "--choose", "one/") == ["one/again=stop"]
    assert offered("paths", several_files, "--to", "two/") == ["two/deep/end", "two/answer.no", "two/again.stop"]
    assert offered("evaluate", several_files, "--set", "") == [
        "one/hope=", "one/deep/luck=", "two/hope=", "two/deep/luck="
    ]  # fmt: skip


def test_changing_commands_offer_includes_and_nothing_inside_them(several_files: str):
    assert offered("move", several_files, "line.a", "") == ["line", "one", "two", "lost"]
    assert offered("set", several_files, "line.a.to=t") == ["line.a.to=two"]
    assert offered("set", several_files, "include.one.") == [
        "include.one.file=",
        "include.one.set.",
        "include.one.note=",
    ]
    assert offered("rename", several_files, "include.t") == ["include.two"]


def test_files_that_include_without_end_do_not_hang():
    for number in range(60):
        names = ", ".join(f"{name}: {{file: f{number + 1}.yaml}}" for name in "ab")
        Path(f"f{number}.yaml").write_text(f"planner: 1\ninclude: {{{names}}}\nnodes: {{}}\n")
    assert offered("evaluate", "f0.yaml", "--set", "") == []
