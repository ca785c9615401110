"""`planner strategies`: whole strategies, the best of them, and how often they choose what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, Question, file_argument, keep_options, question_with, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.analyses.strategies import Strategies, StrategyResult
    from planner.cli.output import Output

TOP = 10
REGRET = "minimax-regret"
FOLLOWED = ">"
WIDE = 72  # columns from which on strategies stand in a table
SHORT = 6  # choices of a strategy that stand in the table
STATES = 15  # decisions of a policy summary that are shown


def _groups(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Split every `node,node`."""
    groups = []
    for text in texts:
        names = tuple(name.strip() for name in text.split(","))
        if len(names) < 2 or not all(names):
            raise click.BadParameter(f"'{text}' is not of the form {param.metavar}.", ctx, param)
        groups.append(names)
    return tuple(groups)


@click.command(
    "strategies",
    cls=Command,
    examples=(
        "planner strategies scenarios/trilateral-talks.yaml --top 3",
        "planner strategies moscow.yaml --all --rule minimax-regret",
        "planner strategies plant.yaml --rule minimax-regret --same large,small",
    ),
)
@file_argument
@click.option("--top", type=click.IntRange(min=1), default=TOP, show_default=True, metavar="K", help="List the best K.")
@click.option("--all", is_flag=True, help="Choose for everybody, not only for the point of view.")
@click.option("--show", type=click.IntRange(min=1), default=1, metavar="N", show_default=True,
              help="Sum up the choices of the N-th strategy listed.")  # fmt: skip
@click.option("--same", metavar="NODE,NODE", multiple=True, callback=_groups, shell_complete=complete.chances,
              help="With minimax-regret: these chance nodes are one event.")  # fmt: skip
@question_with(REGRET)
@keep_options
@reading
def command(  # noqa: PLR0913 - one keyword for each option
    out: Output,
    *,
    file: str,
    top: int,
    all: bool,
    show: int,
    same: Sequence[Sequence[str]],
    question: Question,
    keep: Callable[[Output, str, Any], None],
) -> None:
    """Count whole strategies, list the best, sum up their choices.

    A strategy says what the point of view does on every path that this very strategy makes possible; the same decision,
    reached on another path, may be taken differently. What others decide is taken from `planner evaluate`. The number
    of strategies is exact, and the best are found without listing the others. A `>` marks what `evaluate` follows.

    By minimax-regret every strategy is compared with the best that hindsight would have done in each joint outcome of
    all chances. Chance nodes are independent of each other: write one market behind two options as one node that reads
    path state, or say --same.
    """
    from planner.analyses.strategies import strategies
    from planner.files import load

    if show > top:
        raise click.UsageError(f"--show {show} is beyond the {top} strategies that are listed; raise --top.")
    with out.progress("comparing"):
        scenario = load(file)
        result = strategies(scenario, **question.arguments, all=all, top=top, same=same)
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        _show(out, result, show)
    keep(out, "strategies", result)


def _show(out: Output, result: Strategies, number: int) -> None:
    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    out.write("\n")
    common = result.common if len(result.strategies) > 1 else {}
    if common:
        out.line(f"All of these: {_written(common)}.")
        out.write("\n")
    texts = [_written({k: v for k, v in each.choices.items() if common.get(k) != v}) for each in result.strategies]
    if out.width >= WIDE:
        _table(out, result, texts)
    else:
        _blocks(out, result, texts)
    _rest(out, result)
    out.write("\n")
    _summary(out, result, min(number, len(result.strategies)))


def _written(choices: dict[str, str]) -> str:
    """Write choices in a line, the last of many left out."""
    if not choices:
        return "nothing else"
    told = [f"{state}: {option}" for state, option in list(choices.items())[:SHORT]]
    rest = len(choices) - len(told)
    return "; ".join(told) + (f"; and {rest:,} more" if rest > 0 else "")


def _columns(result: Strategies) -> list[tuple[str, Callable[[StrategyResult], float]]]:
    """Return the heads of the columns of numbers, and what stands in them."""
    rule = result.rule.partition(":")[0]
    columns: list[tuple[str, Callable[[StrategyResult], float]]] = [("value", lambda each: each.value)]
    if rule == REGRET:
        columns.append(("regret", lambda each: each.score))
    elif rule in {"laplace", "hurwicz"}:
        columns.append((rule, lambda each: each.score))
    elif rule == "expected" and any(each.score != each.value for each in result.strategies):
        columns.append(("certain", lambda each: each.score))
    return [
        *columns,
        ("sd", lambda each: each.sd),
        ("worst", lambda each: each.worst),
        ("best", lambda each: each.best),
    ]


def _numbers(result: Strategies) -> list[list[str]]:
    """Return the numbers of each strategy as texts."""
    from planner.cli.show import writer

    columns = _columns(result)
    spread = [head for head, _ in columns if head == "sd"]
    write = writer(pick(each) for head, pick in columns for each in result.strategies if head not in spread)
    return [[write(pick(each)) for _, pick in columns] for each in result.strategies]


def _marks(result: Strategies) -> list[str]:
    """Return each rank, with an equals sign where several share it."""
    ranks = [each.rank for each in result.strategies]
    shared = result.tied is None or result.tied > 1
    return [f"{rank}{'=' if ranks.count(rank) > 1 or (rank == 1 and shared) else ''}" for rank in ranks]


def _table(out: Output, result: Strategies, texts: Sequence[str]) -> None:
    from planner.cli.output import Column, Row

    columns = [Column(""), Column("rank", number=True), *(Column(head, number=True) for head, _ in _columns(result))]
    rows = [
        Row([FOLLOWED if each.followed else "", rank, *numbers, text], best=each.followed)
        for each, rank, numbers, text in zip(result.strategies, _marks(result), _numbers(result), texts, strict=True)
    ]
    out.table([*columns, Column("strategy")], rows)


def _blocks(out: Output, result: Strategies, texts: Sequence[str]) -> None:
    """Write each strategy as a few lines: a table does not fit a narrow terminal."""
    heads = [head for head, _ in _columns(result)]
    for each, rank, numbers, text in zip(result.strategies, _marks(result), _numbers(result), texts, strict=True):
        out.line(f"{FOLLOWED if each.followed else ' '} {rank}. {text}")
        out.line(", ".join(f"{head} {number}" for head, number in zip(heads, numbers, strict=True)), indent=4)


def _rest(out: Output, result: Strategies) -> None:
    """Say what is not listed, and what makes regret large."""
    from planner.analyses.choosing.strategies_words import how_many

    shown = len(result.strategies)
    if result.truncated:
        tied = result.strategies[-1].rank == 1 and result.tied is not None and result.tied > shown
        good = f", {result.tied - shown:,} of them as good" if tied and result.tied else ""
        left = f"{result.count - shown:,}" if result.count is not None and result.count < 10**12 else how_many(result)
        out.line(f"… and {left} more{good}; --top K lists more.")
    first = result.strategies[0]
    if first.regret_when:
        cases = ", ".join(f"{node} = {branch}" for node, branch in first.regret_when.items())
        out.line(f"The first strategy regrets most if {cases}.")
    for text in (_nominal(result), _together(result), _others(result)):
        if text:
            out.line(text)


def _nominal(result: Strategies) -> str:
    """Say how many strategies there are if every decision is taken beforehand, reached or not."""
    from planner.analyses.paths import big

    if result.nominal is None or result.nominal == result.count:
        return ""
    return f"Nominal strategies, one option for every decision state, reached or not: {big(result.nominal)}."


def _together(result: Strategies) -> str:
    """Say which decisions need the agreement of others."""
    from planner.analyses.result import listing

    together = {
        each.node for one in result.strategies for each in one.summary if len(each.by) > 1 and result.actor in each.by
    }
    if not together or result.settings["all"]:
        return ""
    names = listing(name for name in result.scenario.nodes if name in together)
    return f"Taken together with others, who have to agree: {names}."


def _others(result: Strategies) -> str:
    """Say whose decisions are settled."""
    from planner.analyses.result import listing
    from planner.cli.show import actor_name

    if not result.others:
        return ""
    names = listing(actor_name(result.scenario, other) for other in result.others)
    return f"{names} {'decide' if len(result.others) > 1 else 'decides'} as in `planner evaluate`."


def _summary(out: Output, result: Strategies, number: int) -> None:
    """Write how often each decision is reached and each option chosen."""
    from planner.cli.output import Column, Row
    from planner.cli.show import shares

    chosen = result.strategies[number - 1]
    actors = result.scenario.has_actors
    rows = []
    for each in chosen.summary[:STATES]:
        options = [(option, chance) for option, chance in each.options if chance > 0]
        told = zip(options, shares(chance for _, chance in options), strict=True)
        (reached,) = shares([each.probability])
        text = ", ".join(option if len(options) == 1 else f"{option} {share}" for (option, _), share in told)
        rows.append(Row([each.state, *([", ".join(each.by)] if actors else []), reached, text]))
    columns = [Column("decision"), *([Column("by")] if actors else []), Column("reached", number=True), Column("takes")]
    rank = _marks(result)[number - 1]
    out.table(columns, rows, title=f"How often each decision is taken under strategy {number} (rank {rank})")
    rest = len(chosen.summary) - STATES
    if rest > 0:
        out.line(f"… and {rest:,} more decisions; --json has all.")
