"""The group of commands: grouped help, late imports, one place where every kind of trouble ends."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from planner import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

INTERRUPTED = 130
BROKEN_PIPE = 141
COMPLETE = "_PLANNER_COMPLETE"


class Entry(NamedTuple):
    """A command as the help lists it; a test holds the line equal to the command's own."""

    group: str
    line: str


COMMANDS = {
    "init": Entry("Write", "Make a workspace: folders, settings, an example to delete."),
    "new": Entry("Write", "Write a new scenario: asked, by flags or from a template."),
    "add": Entry("Write", "Add actors, criteria, parameters, nodes, options."),
    "move": Entry("Write", "Lead an option or branch to another node."),
    "copy": Entry("Write", "Copy a node and all that follows from it."),
    "split": Entry("Write", "Put a new chance or decision on an edge."),
    "flip": Entry("Write", "Reverse the order of two chance nodes by Bayes' rule."),
    "set": Entry("Write", "Give places in a scenario other values."),
    "rename": Entry("Write", "Give something another id, everywhere it is used."),
    "remove": Entry("Write", "Take something out of a scenario, if nothing hangs on it."),
    "undo": Entry("Write", "Take back the last edits that commands made."),
    "check": Entry("Write", "Report every fault of scenario files, with place and repair."),
    "explain": Entry("Write", "Say what a code of `check` means, by example."),
    "fmt": Entry("Write", "Bring scenario files into the one canonical layout."),
    "show": Entry("Write", "Draw the tree with probabilities, payoffs and values."),
    "watch": Entry("Write", "Check and evaluate on each save; say what changed."),
    "schema": Entry("Write", "Print the JSON Schema by which editors complete and check."),
    "evaluate": Entry("Think", "Work out values, strategy, options and outcomes."),
    "paths": Entry("Think", "List the paths to outcomes, the most probable first."),
    "strategies": Entry("Think", "Count whole strategies, list the best, sum up their choices."),
    "frontier": Entry("Think", "Weigh cost against effect: efficient strategies, ratios."),
    "risk": Entry("Think", "Show how the value of each option is distributed."),
    "sensitivity": Entry("Think", "Find what would change the choice: flips, bars, joint changes."),
    "simulate": Entry("Think", "Draw uncertain numbers and say how each option fares."),
    "information": Entry("Think", "Say what it would be worth to know more before deciding."),
    "stress": Entry("Think", "Stress options: in named futures, and anywhere in the ranges."),
    "negotiate": Entry("Think", "Say who wants what, what will happen, where they could meet."),
    "report": Entry("Tell", "Write the paper for the meeting; keep scenario and run."),
    "verify": Entry("Tell", "Make a paper again and say whether each of its numbers holds."),
    "explain-number": Entry("Tell", "Say where a number of a paper comes from: node, formula, inputs and their lines."),
    "save": Entry("Keep", "Keep scenario files as revisions in the database."),
    "history": Entry("Keep", "List saved scenarios, or the revisions and runs of one."),
    "restore": Entry("Keep", "Bring back a saved revision, byte for byte."),
    "diff": Entry("Keep", "Say what changed in the model, what that does, what did it."),
    "git": Entry("Keep", "Let git merge and compare scenario files by meaning."),
    "log": Entry("Keep", "List the commits that changed the model, and what it came to."),
    "blame": Entry("Keep", "Say who set each number and text of the model, and why."),
    "bisect": Entry("Keep", "Find the commit since which something is recommended."),
    "status": Entry("Keep", "Say which runs and papers are out of date, and what to run."),
    "db": Entry("Keep", "Look after the database: path, upgrade, check, backup."),
    "import": Entry("Exchange", "Make a scenario from a file of another program."),
    "export": Entry("Exchange", "Write a scenario as a file of another program."),
    "completion": Entry("Help", "Print the script for TAB completion in your shell."),
}


def module_of(name: str) -> str:
    """Return the module of a command.

    >>> module_of("explain-number")
    'planner.cli.commands.explain_number'
    """
    return f"planner.cli.commands.{name.replace('-', '_')}"


class Application(click.Group):
    """The group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(module_of(cmd_name)).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, or say which one may be meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"There is no command '{name}'.{did_you_mean(name, COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands under the heads of their groups, without importing any."""
        del ctx
        width = max(map(len, COMMANDS))
        for group in dict.fromkeys(entry.group for entry in COMMANDS.values()):
            rows = [(name.ljust(width), entry.line) for name, entry in COMMANDS.items() if entry.group == group]
            with formatter.section(group):
                formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """Complete command names from the table, options as Click does."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=entry.line) for name, entry in COMMANDS.items() if name.startswith(incomplete)
        ]


def did_you_mean(name: str, names: Sequence[str] | dict[str, Any]) -> str:
    """Return the sentence that offers the nearest of the names, with a space before it, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""


@click.group(
    cls=Application,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "PLANNER"},
    epilog="`planner COMMAND --help` shows the options of a command and an example.",
)
@click.version_option(__version__, "-V", "--version", prog_name="planner", message="%(prog)s %(version)s")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    help="Colour the output: on a terminal (auto), always, or never. NO_COLOR is obeyed.",
)
def application(color: str | None) -> None:
    """Plan decisions between actors who disagree, from scenario files in plain text.

    A scenario is a decision tree with actors, criteria, chances and consequences, written as YAML and
    kept in git. Data goes to standard output, talk to standard error; `-` is standard input or output.
    Exit code: 0 fine, 1 findings, 2 could not run.
    """
    click.get_current_context().meta["planner.color"] = color


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; bugs stay tracebacks."""
    from planner.errors import PlannerError

    sys.set_int_max_str_digits(0)  # a count of paths or an exact fraction may have more digits than Python prints
    if COMPLETE in os.environ:  # a shell asks what may follow
        from planner.cli.shells import register

        register()
    try:
        code = application.main(arguments, prog_name="planner", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        return _usage(error)
    except PlannerError as error:
        return _complain(error.message, error.next_step)
    except BrokenPipeError:
        return _hang_up()
    except OSError as error:
        return _cannot_write(error)
    except UnicodeEncodeError as error:
        if error.reason != "surrogates not allowed":
            raise
        return _complain("the name of a file is not UTF-8, and it would have to stand in what is written", "rename it")
    except SystemExit as leave:
        # Click meets a closed pipe before us and leaves with 1, which here would mean findings.
        return BROKEN_PIPE if type(sys.stdout).__name__.endswith("PacifyFlushWrapper") else _as_code(leave.code)
    except ValueError as error:
        return _faults(error)
    return code if isinstance(code, int) else 0


def _as_code(code: object) -> int:
    return code if isinstance(code, int) else 0


def _faults(error: ValueError) -> int:
    """Show what is wrong with the scenario or with an argument; any other value error is a bug."""
    from planner.analyses.result import BadArgument
    from planner.core.diagnostics import ScenarioError

    if isinstance(error, ScenarioError):
        from planner.cli.output import show_faults

        show_faults(error.diagnostics)
        return 1
    if isinstance(error, BadArgument):
        return _complain(error.message, error.next_step)
    raise error


def _usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        sys.stdout.write(error.format_message() + "\n")
        return 0
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "planner"
    return _complain(error.format_message(), f"`{path} --help` shows how to call it")


def _complain(message: str, next_step: str) -> int:
    from planner.cli.output import complain

    complain(message, next_step)
    return 2


def _cannot_write(error: OSError) -> int:
    """Say that standard output takes no more; any other fault of the system is a bug that was not foreseen."""
    if error.filename is not None or error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
        raise error
    # What is still waiting to be written would complain once more at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    said = (error.strerror or str(error)).lower()
    return _complain(f"the output cannot be written: {said}", "make room, or write to another place")


def _hang_up() -> int:
    """Leave quietly when the reader of our output (`| head`) has gone."""
    # The interpreter flushes standard output once more at exit, which would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
