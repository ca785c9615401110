"""`planner git`: scenario files merged and compared by meaning, by git itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli.commands.db import Commands
from planner.cli.options import Command, printing, reading, telling, workspace
from planner.cli.output import counted
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.cli.output import Output
    from planner.history.setup import Done, Place


@click.group("git", cls=Commands)
def command() -> None:
    """Let git merge and compare scenario files by meaning.

    `install` registers two programs with git. Its merge then takes each value from the side that changed it, although
    they stand on one line; what both sides changed, and what makes no sound model together, is a conflict in words. Its
    diff shows the model in plain lines. Without planner, or if it fails, git merges and compares lines as ever.
    """


class Called(Command):
    """A command that only git calls: in the middle of a merge, when `planner.toml` may be one of the open files."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run without looking for settings."""
        ctx.meta["planner.command"] = ctx.command_path.partition(" ")[2]
        return click.Command.invoke(self, ctx)


def scope_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --local and --global, handed on as `everywhere`."""
    return click.option(
        "--global/--local",
        "everywhere",
        default=False,
        help="For all repositories of this user, or for this one (the default).",
    )(function)


@command.command(
    "install",
    cls=Command,
    examples=("planner git install", "planner git install --global", "planner git install --pattern 'plans/*.yaml'"),
)
@scope_options
@click.option(
    "--program",
    default="planner",
    show_default=True,
    metavar="COMMAND",
    help="How git is to call planner, as a shell reads it; give a path where it is not on git's PATH.",
)
@click.option("--pattern", "patterns", multiple=True, metavar="GLOB", help="Which files are scenarios; again for more.")
@click.option("--private", is_flag=True, help="Write .git/info/attributes, not .gitattributes, which the team shares.")
@telling
def install(out: Output, *, everywhere: bool, program: str, patterns: tuple[str, ...], private: bool) -> int:
    """Register merge, diff and attributes with git.

    The settings go into the repository's own configuration (--global: the user's), which is never shared. Which files
    are scenarios goes into the workspace's .gitattributes, which is: commit it, and everybody who runs `planner git
    install` merges by meaning, while everybody else merges as before. Without --pattern these are the .yaml, .yml and
    .json files in and below `scenarios/`. A file there that is no scenario is merged and compared line by line.
    """
    from planner.core.as_lines import FIRST_LINE
    from planner.history import setup

    if not program.strip() or "\n" in program:
        raise PlannerError("--program gives no command", "name one that git can call, such as planner")
    if private and everywhere:
        raise PlannerError("--private is about one repository, --global about all", "leave one of them out")
    answer = setup.answer_of(program)
    place = _place(everywhere=everywhere, private=private)
    done = setup.install(place, setup.settings(FIRST_LINE, program), patterns)
    if out.json:
        result = {**_told(done), "program": program, "program_fits": setup.fits(answer)}
        out.envelope(result, settings={"scope": place.scope, "patterns": list(patterns or place.patterns)})
        return 0
    whose = "for this user" if everywhere else "in this repository"
    out.line(f"{'registered' if done.settings else 'was registered already'} {whose}: merge and diff of scenarios")
    shown = workspace().shown(place.attributes)
    out.line(f"{'wrote' if done.files else 'already there:'} {shown}, for {', '.join(patterns or place.patterns)}")
    if done.files and place.attributes.name == ".gitattributes":
        out.say(f"commit {shown}, so that it holds for everybody who runs `planner git install`")
    if not setup.fits(answer):
        out.say(f"warning: {_misfit(program, answer)}; until then git merges line by line")
    return 0


@command.command("uninstall", cls=Command, examples=("planner git uninstall", "planner git uninstall --global"))
@scope_options
@telling
def uninstall(out: Output, *, everywhere: bool) -> int:
    """Take away what `install` registered, and nothing else."""
    from planner.history import setup

    place = _place(everywhere=everywhere)
    done = setup.uninstall(place, setup.attribute_files(place))
    if out.json:
        out.envelope(_told(done), settings={"scope": place.scope})
        return 0
    if not done.changed:
        out.line("nothing was registered")
    if done.settings:
        out.line(f"took {counted(len(done.settings), 'setting')} out of git's configuration")
    for file in done.files:
        gone = "" if file.exists() else ", of which nothing is left"
        out.line(f"took our lines out of {workspace().shown(file)}{gone}")
    return 0


@command.command("status", cls=Command, examples=("planner git status", "planner git status --json"))
@reading
def status(out: Output) -> int:
    """Say what is registered where, whether it works, and for which files.

    Exit code 1 means that something is half registered: settings without attributes, attributes without settings, or a
    program that cannot be called.
    """
    from planner.cli.git_status import find_status, show_status

    found = find_status(workspace())
    if out.json:
        out.envelope(found.to_dict(), settings={})
    else:
        show_status(out, found)
    return int(bool(found.problems))


@command.command("protocol", cls=Called, hidden=True, examples=("planner git protocol",))
@printing
def protocol(out: Output) -> None:
    """Say which scripts of `install` this program fits."""
    from planner import __version__
    from planner.history.wrappers import PROTOCOL

    out.write(f"planner git {PROTOCOL} {__version__}\n")


@command.command(
    "merge-driver",
    cls=Called,
    hidden=True,
    examples=("planner git merge-driver 1 base ours theirs made 7 x.yaml base ours theirs",),
)
@click.argument("protocol")
@click.argument("base")
@click.argument("ours")
@click.argument("theirs")
@click.argument("made")
@click.argument("size", type=int)
@click.argument("path")
@click.argument("labels", nargs=3)
@printing
def merge_driver(  # noqa: PLR0913 - what git hands over
    out: Output,
    *,
    protocol: str,
    base: str,
    ours: str,
    theirs: str,
    made: str,
    size: int,
    path: str,
    labels: tuple[str, str, str],
) -> int:
    """Merge three files for git; called by the script that `install` registers."""
    from planner.cli.git_calls import merge_files
    from planner.core.change.merge.merging import Labels

    _same_protocol(protocol)
    said = Labels(ours=labels[1], base=labels[0], theirs=labels[2])
    return merge_files(out, (base, ours, theirs), made, path=path, labels=said, size=size)


@command.command("textconv", cls=Called, hidden=True, examples=("planner git textconv 1 talks.yaml",))
@click.argument("protocol")
@click.argument("file")
@printing
def textconv(out: Output, *, protocol: str, file: str) -> int:
    """Print a scenario in plain lines for git; called by the script that `install` registers."""
    from planner.core.as_lines import as_lines, open_lines
    from planner.core.source import Source
    from planner.files import read_bytes

    _same_protocol(protocol)
    source = Source.from_text(read_bytes(file), path=file)
    text = as_lines(source) if not source.diagnostics else open_lines(source.text, file)
    if text is None:
        return 1
    out.write_bytes(text.encode("utf-8", "replace"))
    return 0


def _same_protocol(number: str) -> None:
    from planner.history.wrappers import PROTOCOL

    if number != PROTOCOL:
        raise PlannerError(
            f"git calls planner by a script of another version ({number}, not {PROTOCOL})",
            "`planner git install` writes the script anew",
        )


def _place(*, everywhere: bool, private: bool = False) -> Place:
    from planner.history.setup import Place

    return Place.of_user() if everywhere else Place.of_repository(Path.cwd(), workspace().folder, private=private)


def _told(done: Done) -> dict[str, Any]:
    return {"changed": done.changed, "settings": list(done.settings), "files": [os.fspath(file) for file in done.files]}


def _misfit(program: str, answer: str | None) -> str:
    if answer is None:
        return f"'{program}' cannot be called; give --program, or put it on the PATH"
    return f"'{program}' answers '{answer[:40]}', so it is another program or another version"
