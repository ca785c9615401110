"""`planner simulate`: what comes of each option when uncertain numbers are drawn."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypedDict

import click

from planner.cli.options import Command, Question, file_argument, keep_options, question_options, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Unpack

    from planner.analyses.drawing.drivers import Drivers
    from planner.analyses.drawing.simulation import SimulatedOption, Simulation
    from planner.cli.output import Output, Row

LONG = 10
DRAWS = 10_000
MOST_NAMED = 4
NARROW = 62  # columns, below which an option takes lines of its own


class Plan(TypedDict):
    """How many draws are made and how: what decides how much work there is."""

    draws: int
    sampling: str
    indices: int | None
    once: bool


class Drawing(Plan):
    """How the draws are made, and by whom."""

    seed: int
    workers: int
    scheduler: str | None
    save_draws: str | None


def _seed(ctx: click.Context, param: click.Parameter, value: int) -> int:
    del ctx, param
    if not 0 <= value < 2**64:
        raise click.BadParameter("a seed is a whole number from 0 to 2**64 - 1.")
    return value


@click.command(
    "simulate",
    cls=Command,
    examples=(
        "planner simulate scenarios/intelligence-sharing.yaml",
        "planner simulate moscow.yaml --draws 100000 --workers 4 --actor france",
        "planner simulate moscow.yaml --seed 7 --save-draws draws.csv",
        "planner simulate moscow.yaml --draws 1000000 --scheduler tcp://10.0.0.5:8786",
    ),
)
@file_argument
@click.option("--draws", type=click.IntRange(min=2), default=DRAWS, show_default=True, metavar="N",
              help="How often the uncertain numbers are drawn.")  # fmt: skip
@click.option("--seed", type=int, callback=_seed, default=1, show_default=True, metavar="N",
              help="What the draws follow from: the same seed gives the same numbers.")  # fmt: skip
@click.option("--sampling", type=click.Choice(["lhs", "sobol", "random"]), default="lhs", show_default=True,
              help="Latin hypercube, scrambled Sobol points, or independent random numbers.")  # fmt: skip
@click.option("--indices", type=click.IntRange(min=0), metavar="ROWS",
              help="Rows of each of the two designs for Sobol indices, best a power of two; 0 leaves the indices out. "
              "Without it as many as suit the draws.")  # fmt: skip
@click.option("--once", is_flag=True, help="Do not repeat it with a second seed to see whether the draws were enough.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
              help="Spread the work over N processes of this machine.")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS",
              help="Spread it over the Dask cluster with this scheduler, such as tcp://10.0.0.5:8786.")  # fmt: skip
@click.option("--save-draws", metavar="FILE", type=click.Path(),
              help="Write all draws to FILE.csv or FILE.parquet: inputs, values, the option taken.")  # fmt: skip
@question_options
@click.option("--rows", type=click.IntRange(min=0), default=LONG, show_default=True, metavar="N",
              help="Show the N strongest inputs; 0 shows all.")  # fmt: skip
@keep_options
@reading
def command(
    out: Output,
    *,
    file: str,
    question: Question,
    rows: int,
    keep: Callable[[Output, str, Any], None],
    **drawing: Unpack[Drawing],
) -> None:
    """Draw uncertain numbers and say how each option fares.

    Parameters with a `distribution` are drawn from it, with the rank correlations of the file, and the branches of
    chance nodes with a `certainty` from a Dirichlet distribution; each draw is folded back like the scenario itself. A
    `>` marks the option to which the means lead. "best in" is the share of draws in which an option is taken,
    "loss" how far it falls short of the best option of each draw, on average. The same seed gives the same numbers,
    whatever the number of workers.
    """
    from planner.files import load

    scenario = load(file)
    result = _simulated(out, scenario, question, drawing)
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        show(out, result, rows or None)
    keep(out, "simulate", result)


def _simulated(out: Output, scenario: Any, question: Question, drawing: Drawing) -> Simulation:
    """Simulate by whoever was asked to do the work, and write the draws if that is wanted."""
    from planner.analyses.simulate import passes, simulate

    if drawing["scheduler"] and drawing["workers"] > 1:
        raise click.UsageError("--workers and --scheduler exclude each other.", click.get_current_context())
    with ExitStack() as stack:
        raw = None
        if drawing["save_draws"]:
            from planner.draws_file import draws_file

            raw = stack.enter_context(draws_file(drawing["save_draws"]))
        mapper: Any = map
        if drawing["scheduler"]:
            from planner.parallel import cluster

            mapper = stack.enter_context(cluster(drawing["scheduler"]))
        elif drawing["workers"] > 1:
            from planner.parallel import processes

            mapper = stack.enter_context(processes(drawing["workers"]))
        plan = Plan(
            draws=drawing["draws"], sampling=drawing["sampling"], indices=drawing["indices"], once=drawing["once"]
        )
        total = passes(scenario, **plan, fixed=question.numbers.overrides)
        advance = stack.enter_context(out.progress("simulating", total))

        def counting(work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
            for found in mapper(work, parts):
                advance()
                yield found

        result = simulate(
            scenario,
            **question.arguments,
            **plan,
            seed=drawing["seed"],
            mapper=counting,
            raw=raw,
        )
    if drawing["save_draws"]:
        out.say(f"wrote {result.draws:,} draws to {drawing['save_draws']}")
    return result


# --- tables ---------------------------------------------------------------------------------------------------


def show(out: Output, result: Simulation, rows: int | None) -> None:
    """Write a simulation as tables."""
    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    if result.second_seed is not None:
        out.line(result.enough())
    out.write("\n")
    _options(out, result)
    if len(result.scenario.actors) > 1:
        out.write("\n")
        _actors(out, result)
    out.write("\n")
    _drivers(out, result, result.drivers[0], rows)
    if len(result.drivers) > 1 and (told := result.hangs_on()):
        out.line(told)
    out.write("\n")
    _inputs(out, result, rows)
    for note in result.notes:
        out.line(note)


def _options(out: Output, result: Simulation) -> None:
    from planner.cli.output import Column
    from planner.cli.show import actor_name, edge_name

    whose = f" to {actor_name(result.scenario, result.actor)}" if result.scenario.has_actors else ""
    title = f"{'Cost' if result.costs else 'Value'}{whose} over {result.draws:,} draws"
    heads = ["mean", "±", "5 %", "50 %", "95 %", "best in", "loss"]
    tied = any(one.probability_tied for one in result.options)
    heads += ["tied in"] * tied
    cells = [_cells(result, one, tied=tied) for one in result.options]
    if out.width >= NARROW + 9 * tied:
        columns = [Column(""), Column("option"), *(Column(head, number=True) for head in heads)]
        lines = [_marked(result, one, row) for one, row in zip(result.options, cells, strict=True)]
        named = any(edge_name(result.scenario, result.node, one.option) for one in result.options)
        room = out.width - sum(2 + max(map(len, column)) for column in zip(heads, *cells, strict=True)) - 3
        room -= max(len("option"), *(len(one.option) for one in result.options))
        if named and room >= 24 + 2:
            columns.insert(2, Column(""))
            lines = [
                line._replace(cells=[*line.cells[:2], result.name(one.option), *line.cells[2:]])
                for line, one in zip(lines, result.options, strict=True)
            ]
        out.table(columns, lines, title=title)
        return
    out.line(title, style="bold")
    for one, row in zip(result.options, cells, strict=True):
        mark = "> " if one.option == result.best else ""
        out.line(f"{mark}{one.option}", style="bold")
        told = dict(zip(heads, row, strict=True))
        mean = f"{told.pop('mean')} ± {told.pop('±')}"
        out.line(f"mean {mean}, " + ", ".join(f"{head} {text}" for head, text in told.items()), indent=2)


def _marked(result: Simulation, one: SimulatedOption, cells: list[str]) -> Row:
    from planner.cli.output import Row
    from planner.cli.show import BEST

    best = one.option == result.best
    return Row([BEST if best else "", one.option, *cells], best=best)


def _cells(result: Simulation, one: SimulatedOption, *, tied: bool) -> list[str]:
    """Return the numbers of an option as text."""
    from planner.analyses.drawing.simulation import small
    from planner.analyses.result import written
    from planner.cli.show import chances, shares

    numbers = [one.spread.mean, *(one.spread.quantiles[share] for share in (0.05, 0.5, 0.95))]
    mean, *ends = (written(number, result.places) for number in numbers)
    together = chances([each.probability_best for each in result.options])
    share = together[[each.option for each in result.options].index(one.option)]
    more = [shares([one.probability_tied])[0]] if tied else []
    return [mean, small(one.spread.standard_error), *ends, share, result.losses()[one.option], *more]


def _actors(out: Output, result: Simulation) -> None:
    from planner.analyses.digits import rounded
    from planner.cli.show import BEST, Line, value_table

    lines = [
        Line(
            one.option,
            {actor: rounded(spread.mean, result.places) for actor, spread in one.by_actor.items()},
            mark=BEST if one.option == result.best else "",
        )
        for one in result.options
    ]
    value_table(out, "option", lines, title=f"Mean {'cost' if result.costs else 'value'} by actor")


def _drivers(out: Output, result: Simulation, found: Drivers, rows: int | None) -> None:
    """Write the inputs, the strongest first, with a place where that is sure."""
    from planner.cli.output import Column, Row
    from planner.cli.show import rest

    best, *other = (f"'{result.name(option)}'" for option in found.options)
    if not found.varies:
        out.line(f"The {f'lead of {best} over {other[0]}' if other else f'value of {best}'} is the same in every draw.")
        return
    title = f"What drives the lead of {best} over {other[0]}" if other else f"What drives the value of {best}"
    wide = out.width >= NARROW
    columns = [Column("", number=True), Column("input")]
    if found.rows:
        columns += [Column("alone", number=True)] * wide
        columns += [Column("in all", number=True), *([Column("95 % interval", number=True)] * wide)]
    columns += [Column("rank correlation" if wide else "rank corr.", number=True)]
    lines = []
    for driver in found.drivers[:rows]:
        cells = [f"{driver.rank}." if driver.rank else "-", driver.name]
        if driver.first and driver.total:
            interval = f"{max(driver.total.low, 0):.2f} to {driver.total.high:.2f}"
            cells += [f"{max(driver.first.value, 0):.2f}"] * wide
            cells += [f"{driver.total.value:.2f}", *([interval] * wide)]
        cells.append(f"{driver.rank_correlation.value:+.2f}" if driver.rank_correlation else "")
        lines.append(Row(cells))
    out.table(columns, lines, title=title)
    rest(out, len(found.drivers), rows, "input")
    if found.rows:
        shares = (
            "by the input alone, and by all that it has a part in" if wide else "by all that the input has a part in"
        )
        out.line(f"Shares of the variance (Sobol indices): {shares}.")
    if any(driver.rank is None for driver in found.drivers[:rows]):
        out.line("'-': the 95 % intervals do not settle the place.")


def lopsided_words(result: Simulation) -> str:
    """Say why means over draws are not what the file's own numbers give."""
    from planner.analyses.result import listing

    names = [each.parameter for each in result.lopsided]
    shown = listing([*names[:MOST_NAMED], *([f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else [])])
    drawn = "is drawn from a lopsided distribution" if len(names) == 1 else "are drawn from lopsided distributions"
    return (
        f"{shown} {drawn}, with another mean than the file's number: means over draws need not be what "
        "`planner evaluate` gives."
    )


def _inputs(out: Output, result: Simulation, rows: int | None) -> None:
    from planner.cli.output import Column, Row
    from planner.cli.show import rest
    from planner.report.rounding import formatter

    wide = out.width >= NARROW
    lines = []
    for each in result.inputs[:rows]:
        numbers = [each.value, each.mean, *([each.least, each.most] if wide else [])]
        write = formatter(numbers, apart=False)
        lines.append(Row([each.parameter, *map(write, numbers), *([each.distribution] if wide else [])]))
    heads = ("file", "mean", "min", "max") if wide else ("file", "mean")
    columns = [Column("parameter"), *(Column(head, number=True) for head in heads), *([Column("drawn from")] * wide)]
    if lines:
        out.table(columns, lines, title="What was drawn")
        rest(out, len(result.inputs), rows, "parameter")
    if result.lopsided:
        out.line(lopsided_words(result))
    if result.chances:
        out.line(f"Probabilities were drawn at {', '.join(result.chances)}.")
    for one in result.correlations:
        out.line(f"Rank correlation of {one.first} and {one.second}: {one.drawn:.2f} drawn, {one.given:g} in the file.")
