"""What commands share: the command class and the options that several take."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from planner.cli import complete
from planner.cli.app import did_you_mean
from planner.cli.settings import Workspace, find_workspace
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.cli.output import Output

Function = TypeVar("Function", bound="Callable[..., Any]")
RULES = ("expected", "maximin", "maximax", "laplace")
MAX_STATES = 1_000_000


class Command(click.Command):
    """A command that shows examples and takes what no flag and no variable said from the settings files."""

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, one a line."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples" if len(self.examples) > 1 else "Example"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Fill in the settings and run."""
        name = ctx.command_path.partition(" ")[2]
        workspace = find_workspace(_first_file(ctx.params))
        ctx.meta["planner.workspace"] = workspace
        ctx.meta["planner.command"] = name
        for param in self.params:
            if isinstance(param, click.Option) and ctx.get_parameter_source(param.name) in _UNSAID:
                value = workspace.get(name, param.name)
                if value is not None:
                    ctx.params[param.name] = _converted(ctx, param, value)
        return super().invoke(ctx)


_UNSAID = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP, None)


def _converted(ctx: click.Context, param: click.Option, value: object) -> object:
    if param.multiple and not isinstance(value, list):
        value = [value]
    try:
        return param.process_value(ctx, value)
    except click.BadParameter as error:
        message = f"the setting '{param.name}' of a settings file does not fit: {error.message}"
        raise PlannerError(message, "correct planner.toml or your own settings file") from error


def _first_file(params: Mapping[str, Any]) -> str | None:
    files: Sequence[str] = params.get("files") or ()
    return files[0] if files else params.get("file")


def workspace() -> Workspace:
    """Return the workspace of the running command."""
    found: Workspace = click.get_current_context().meta["planner.workspace"]
    return found


def scenario_folder() -> str:
    """Return the folder that is meant when no file is named: the workspace's `scenarios/`, or the current one."""
    from pathlib import Path

    scenarios = workspace().folder / "scenarios"
    return workspace().shown(scenarios) if scenarios.is_dir() else str(Path())


def only_scenarios_option(function: Function) -> Function:
    """Add --only-scenarios, for callers that name more than scenarios: hooks, globs, folders of mixed YAML."""
    return click.option(
        "--only-scenarios", is_flag=True, help="Pass over files without the key `planner` at their top."
    )(function)


def scenarios_in(paths: Sequence[str], *, only: bool) -> list[str]:
    """Return the files that the paths name; with ``only`` those that are scenarios, whatever is wrong with them."""
    from planner.files import STDIN, discover, is_scenario, read_bytes

    names = discover(paths)
    return [name for name in names if name == STDIN or is_scenario(read_bytes(name))] if only else names


def file_argument(function: Function) -> Function:
    """Add the argument FILE: a scenario file, or `-`."""
    return click.argument("file", metavar="FILE", shell_complete=complete.scenario_files)(function)


def color_option(function: Function) -> Function:
    """Accept --color behind the command as well as before it."""
    choice = click.Choice(["auto", "always", "never"])
    return click.option("--color", type=choice, hidden=True)(function)


def printing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that only prints its `out`, and the option --color."""

    @wraps(function)
    def wrapper(*arguments: Any, color: str | None, **options: Any) -> Any:
        with _output(color) as out:
            return function(out, *arguments, **options)

    return color_option(wrapper)


def telling(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that tells what it did its `out`, and the options --json and --color."""

    @wraps(function)
    def wrapper(*arguments: Any, color: str | None, json: bool, **options: Any) -> Any:
        with _output(color, json=json) as out:
            return function(out, *arguments, **options)

    return color_option(json_option(wrapper))


def reading(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that reads and shows its `out`, and the options --json, -o and --color."""

    @wraps(function)
    def wrapper(*arguments: Any, color: str | None, json: bool, output: str | None, **options: Any) -> Any:
        spare_the_input(output, options)
        with _output(color, json=json, target=output) as out:
            return function(out, *arguments, **options)

    wrapper = click.option("-o", "--output", metavar="FILE", help="Write to FILE, not to the terminal.")(wrapper)
    return color_option(json_option(wrapper))


def spare_the_input(output: str | None, options: Mapping[str, Any]) -> None:
    """Refuse to write a result over the file that it is made from."""
    from pathlib import Path

    if output is None or output == "-" or not Path(output).exists():
        return
    read = [name for name in (options.get("file"), *(options.get("files") or ())) if name and name != "-"]
    if any(Path(name).exists() and Path(name).samefile(output) for name in read):
        raise PlannerError(f"'{output}' is the scenario itself, and would be lost", "name another file with -o")


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json."""
    return click.option("--json", is_flag=True, help="Print JSON: full precision, stable keys.")(function)


def _output(color: str | None, *, json: bool = False, target: str | None = None) -> Output:
    from planner.cli.output import Output

    context = click.get_current_context()
    wanted = color or context.meta.get("planner.color") or "auto"
    return Output(context.meta["planner.command"], color=wanted, json=json, target=target)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers of a scenario are to be read: changed parameters, rule of choice, limit of states."""

    overrides: Mapping[str, float | str]
    rule: str
    max_states: int


@dataclass(frozen=True, slots=True)
class Question:
    """What an analysis of one decision is asked: which decision, whose point of view, with which numbers."""

    at: str | None
    actor: str | None
    numbers: Numbers

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments by which every such analysis is called."""
        numbers = self.numbers
        given = {"overrides": numbers.overrides, "rule": numbers.rule, "max_states": numbers.max_states}
        return {"at": self.at, "actor": self.actor, **given}


Pairs = tuple[tuple[str, str], ...]


def assignments(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> Pairs:
    """Split every `name=value` at its first equals sign."""
    pairs = []
    for text in texts:
        left, sign, right = text.partition("=")
        if not (sign and left.strip() and right.strip()):
            raise click.BadParameter(f"'{text}' is not of the form {param.metavar}.", ctx, param)
        pairs.append((left.strip(), right.strip()))
    return tuple(pairs)


def set_option(function: Function) -> Function:
    """Add --set, handed on as `set_`: pairs of a parameter and its text."""
    return click.option(
        "--set",
        "set_",
        callback=assignments,
        multiple=True,
        metavar="PARAMETER=VALUE",
        shell_complete=complete.overrides,
        help="Give a parameter another value for this run; again for more.",
    )(function)


def rule_of_choice(ctx: click.Context, param: click.Parameter, text: str) -> str:
    """Accept the names of the rules, and `hurwicz:ALPHA` with a coefficient of optimism between 0 and 1."""
    return _rule(ctx, param, text, RULES)


def _rule(ctx: click.Context, param: click.Parameter, text: str, known: Sequence[str]) -> str:
    name, _, alpha = text.partition(":")
    if text in known:
        return text
    if name != "hurwicz":
        near = did_you_mean(name, [*known, "hurwicz"])
        rules = f"{', '.join(known)} or hurwicz:ALPHA"
        raise click.BadParameter(f"there is no rule '{text}'; use {rules}.{near}", ctx, param)
    try:
        fits = 0 <= float(alpha) <= 1
    except ValueError:
        fits = False
    if not fits:
        said = f"'{text}' needs a number from 0 (worst case) to 1 (best case), as in hurwicz:0.4."
        raise click.BadParameter(said, ctx, param)
    return text


def _rule_option(*more: str) -> Callable[[Function], Function]:
    """Return --rule, which takes ``more`` rules besides those by which actors choose."""

    def accept(ctx: click.Context, param: click.Parameter, text: str) -> str:
        return _rule(ctx, param, text, [*RULES, *more])

    listed = ["expected", "maximin", "maximax", "hurwicz:ALPHA", "laplace", *more]
    what = "How strategies are ranked" if more else "How an actor chooses"
    return click.option(
        "--rule",
        callback=accept if more else rule_of_choice,
        shell_complete=complete.rules_and(*more),
        default="expected",
        show_default=True,
        metavar="RULE",
        help=f"{what}: {', '.join(listed[:-1])} or {listed[-1]}.",
    )


def numbers_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --set, --rule and --max-states, handed on as `numbers`."""
    return _with_numbers(function)


def _with_numbers(function: Callable[..., Any], *rules: str) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(*arguments: Any, set_: Pairs, rule: str, max_states: int, **options: Any) -> Any:
        overrides = {name: parameter_number(text) for name, text in set_}
        return function(*arguments, numbers=Numbers(overrides, rule, max_states), **options)

    for add in reversed(
        (
            set_option,
            _rule_option(*rules),
            click.option(
                "--max-states",
                type=click.IntRange(min=1),
                default=MAX_STATES,
                show_default=True,
                help="Stop when path state unfolds the scenario into more states than this.",
            ),
        )
    ):
        wrapper = add(wrapper)
    return wrapper


def question_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --at, --actor, --set, --rule and --max-states, handed on as `question`."""
    return question_with()(function)


def question_with(*rules: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return `question_options`, --rule taking some rules more."""
    return lambda function: _question(function, *rules)


def _question(function: Callable[..., Any], *rules: str) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(*arguments: Any, at: str | None, actor: str | None, numbers: Numbers, **options: Any) -> Any:
        return function(*arguments, question=Question(at, actor, numbers), **options)

    at = click.option(
        "--at",
        metavar="DECISION",
        shell_complete=complete.nodes,
        help="The decision to look at, if not the first: a node, or a state such as 'table[round=2]'.",
    )
    actor = click.option(
        "--actor",
        metavar="ACTOR",
        shell_complete=complete.actors,
        help="Whose value to look at, if not that of the first who decides there.",
    )
    return at(actor(_with_numbers(wrapper, *rules)))


def keep_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --save and --db to an analysis, handed on as `keep`: the function to call with the result."""

    @wraps(function)
    def wrapper(*arguments: Any, save: bool, db: str | None, **options: Any) -> Any:
        from planner.cli.keeping import keep_result

        def keep(out: Output, name: str, result: Any) -> None:
            if save:
                keep_result(out, name, result, db)

        return function(*arguments, keep=keep, **options)

    save = click.option(
        "--save/--no-save", default=False, show_default=True, help="Keep scenario and run in the database."
    )
    return save(db_option(wrapper))


def parameter_number(text: str) -> float | str:
    """Return what --set gives a parameter: a number, or the text as it is."""
    try:
        return float(text)
    except ValueError:
        return text


def db_option(function: Function) -> Function:
    """Add --db."""
    return click.option(
        "--db", metavar="PATH|URL", envvar="PLANNER_DB", help="The database, if not the workspace's db/planner.sqlite."
    )(function)
