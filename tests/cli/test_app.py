from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from planner import __version__
from planner.cli import app
from planner.cli.options import Command
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Cli

PLANNER = [sys.executable, "-m", "planner"]


def every_command() -> Iterator[tuple[str, click.Command]]:
    for name in app.COMMANDS:
        command = import_module(app.module_of(name)).command
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", one) for below, one in command.commands.items())


def test_every_module_is_a_listed_command():
    folder = Path(app.__file__).parent / "commands"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == {app.module_of(name).rpartition(".")[2] for name in app.COMMANDS}


@pytest.mark.parametrize("name", app.COMMANDS)
def test_line_in_the_table_is_the_command_s_own(name: str):
    command = import_module(app.module_of(name)).command
    assert command.help.splitlines()[0] == app.COMMANDS[name].line


@pytest.mark.parametrize(("name", "command"), [one for one in every_command() if not isinstance(one[1], click.Group)])
def test_every_command_shows_an_example_of_itself(name: str, command: click.Command):
    assert isinstance(command, Command)
    assert any(f"planner {name}" in example for example in command.examples)


def test_every_command_s_help_fits_the_golden_page(cli: Cli):
    for name, _ in every_command():
        result = cli(*name.split(), "--help")
        assert (result.code, result.err) == (0, "")
        assert max(map(len, result.out.splitlines())) <= 80


def test_help_lists_every_command_under_its_group(cli: Cli):
    out = cli("--help").out
    for name, entry in app.COMMANDS.items():
        assert out.index(f"{entry.group}:") < out.index(f"\n  {name} ")


def test_no_arguments_show_the_help(cli: Cli):
    assert cli() == cli("--help")


def test_version(cli: Cli):
    assert cli("--version").out == f"planner {__version__}\n"


def test_misspelt_command(cli: Cli):
    result = cli("evalute", "x.yaml")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: There is no command 'evalute'. Did you mean 'evaluate'?\nhelp: `planner --help` shows how to call it\n"
    )


def test_misspelt_command_below(cli: Cli):
    assert "Did you mean 'upgrade'?" in cli("db", "upgrad").err


def test_misspelt_option(cli: Cli):
    result = cli("check", "--strickt")
    assert result.code == 2
    assert "--strict" in result.err
    assert "`planner check --help`" in result.err


def test_missing_file_is_one_sentence_and_a_step(cli: Cli):
    result = cli("evaluate", "scenarios/tutoral.yaml")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: there is no file 'scenarios/tutoral.yaml'.\nhelp: did you mean 'scenarios/tutorial.yaml'?\n"
    )


def test_fault_of_the_surroundings(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise PlannerError("the disk is on fire", "fetch water")

    monkeypatch.setattr("planner.files.discover", fail)
    assert cli("check")[::2] == (2, "error: the disk is on fire.\nhelp: fetch water\n")


def test_bug_stays_a_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("planner.files.discover", fail)
    with pytest.raises(ValueError, match="a bug"):
        cli("check")


def test_interrupt(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.files.discover", fail)
    assert cli("check").code == 130


def test_interrupt_of_a_process(workspace: Path):
    pipe = workspace / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen([*PLANNER, "check", "pipe"], stderr=subprocess.PIPE, cwd=workspace)
    with pipe.open("wb"):  # opens when the process does, which then waits for a text that never comes
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_reader_of_the_output_goes_away(workspace: Path):
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*PLANNER, "explain", "--all"], stdout=write, stderr=subprocess.PIPE, cwd=workspace, check=False
        )
    finally:
        os.close(write)
    assert done.returncode == 141
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device without room")
@pytest.mark.parametrize("command", [["explain", "--all"], ["evaluate", "scenarios/tutorial.yaml"], ["--help"]])
def test_output_that_finds_no_room(workspace: Path, command: list[str]):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PLANNER, *command], stdout=full, stderr=subprocess.PIPE, cwd=workspace, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: the output cannot be written: no space left on device.\nhelp: ")
    assert b"Traceback" not in done.stderr


def test_a_file_whose_name_is_not_utf_8(cli: Cli):
    name = os.fsdecode(b"scenarios/b\xffd.yaml")
    Path(name).write_bytes(Path("scenarios/tutorial.yaml").read_bytes())
    assert cli("set", name, "answer.step.p=0.5").code == 0
    assert cli("evaluate", name).code == 0
    result = cli("report", name, "--analyses", "none")
    assert (result.code, "is not UTF-8" in result.err) == (2, True)
    assert not any(Path("reports").glob("*.md"))


def test_terminal_without_unicode(workspace: Path):
    done = subprocess.run(
        [*PLANNER, "explain", "--all"],
        capture_output=True,
        check=True,
        cwd=workspace,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout.isascii()
