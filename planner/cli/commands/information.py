"""`planner information`: what it would be worth to know more before deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, Question, file_argument, keep_options, question_options, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.analyses.learning.information_result import Information, Total
    from planner.cli.output import Output

TOP = 20
DRAWS = 10_000
ALL = "all of them"
WIDE = 72  # columns from which on there is room for names


def _groups(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Split every list of names at its commas."""
    groups = tuple(tuple(name.strip() for name in text.split(",") if name.strip()) for text in texts)
    if not all(groups):
        raise click.BadParameter("name at least one uncertain number, as in --group hope,patience.", ctx, param)
    return groups


@click.command(
    "information",
    cls=Command,
    examples=(
        "planner information scenarios/tutorial.yaml",
        "planner information moscow.yaml --group talks_yield,benchmarks_met",
        "planner information moscow.yaml --draws 50000 --json",
    ),
)
@file_argument
@click.option(
    "--group", "groups", metavar="NAME,NAME", multiple=True, callback=_groups, shell_complete=complete.parameter_lists,
    help="Uncertain numbers that would be known together; again for more.",
)  # fmt: skip
@click.option("--draws", type=click.IntRange(min=400), default=DRAWS, show_default=True, metavar="N",
              help="How many draws of the uncertain numbers.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed, the same draws.")
@click.option("--sampling", type=click.Choice(["lhs", "sobol", "random"]), default="lhs", show_default=True,
              help="Latin hypercube, scrambled Sobol points or random numbers.")  # fmt: skip
@click.option("--rows", type=click.IntRange(min=0), default=TOP, show_default=True, metavar="N",
              help="Show the first N rows of each table; 0 shows all.")  # fmt: skip
@question_options
@keep_options
@reading
def command(  # noqa: PLR0913 - one argument for each option
    out: Output,
    *,
    file: str,
    question: Question,
    groups: tuple[tuple[str, ...], ...],
    draws: int,
    seed: int,
    sampling: str,
    rows: int,
    keep: Callable[[Output, str, Information], None],
) -> None:
    """Say what it would be worth to know more before deciding.

    Looks at three things that may be learned: the uncertain numbers (parameters with a `distribution`, by simulation),
    how chance turns out, and what the signals of the file tell (both exactly, on the tree). A worth is how much more
    the scenario would be worth if that were known at the start: an inquiry should cost less. Controlling a chance is
    choosing how it turns out. Where others decide, too, they know as much, and a worth may be negative.
    """
    from planner.analyses.information import information
    from planner.files import load

    with out.progress("asking what could be learned"):
        scenario = load(file)
        result = information(scenario, **question.arguments, draws=draws, seed=seed, sampling=sampling, groups=groups)
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        show(out, result, rows or None)
    keep(out, "information", result)


def show(out: Output, result: Information, rows: int | None) -> None:
    """Write what could be learned as tables."""
    from planner.analyses.learning.information_words import writer

    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    if result.parameters or result.groups:
        out.write("\n")
        _numbers(out, result, rows)
    if result.chances:
        out.write("\n")
        _chances(out, result, rows)
    if result.signals:
        out.write("\n")
        _signals(out, result, rows)
    both = result.perfect_everything
    if both is not None and both.value:
        out.write("\n")
        write = writer([both.value])
        unit = f" {result.unit}" if result.unit else ""
        worth = f"{write(both.value)} ± {write(both.standard_error)}{unit}"
        out.line(f"Over the draws, knowing the numbers and how chance turns out is worth {worth}.")
    if result.notes:
        out.write("\n")
        for note in result.notes:
            out.line(note)


def _title(result: Information, what: str) -> str:
    who = f" to {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    unit = f", {result.unit}" if result.unit else ""
    return f"{what}: worth{who}{unit}"


def _numbers(out: Output, result: Information, rows: int | None) -> None:
    from planner.analyses.learning.information_words import writer
    from planner.cli.output import Column, Row
    from planner.cli.show import rest

    listed = [*result.parameters[:rows], *result.groups]
    total = result.perfect_parameters
    assert total is not None
    if not total.value and not any(one.value for one in listed):
        count = len(result.parameters)
        which = "the uncertain number is not" if count == 1 else f"none of the {count} uncertain numbers is"
        out.line(f"The same option is taken in all {total.count:,} draws: {which} worth knowing before '{result.at}'.")
        return
    write = writer([*(one.value for one in listed if one.distinct), total.value])
    finer = [one.finer for one in result.parameters if one.finer is not None]
    cells = [
        Row(
            [
                one.name,
                _beside(out, one.name, result.number_name(one)),
                write(one.value),
                write(one.standard_error),
                *([write(one.finer) if one.finer is not None else "-"] if finer else []),
            ],
            faint=not one.distinct,
        )
        for one in listed
    ]
    cells.append(Row([ALL, "", write(total.value), write(total.standard_error), *(["-"] if finer else [])]))
    columns = [Column("number"), Column(""), Column("knowing it", number=True), Column("±", number=True)]
    columns += [Column("40 blocks", number=True)] if finer else []
    out.table(*_without_empty(columns, cells), title=_title(result, f"Uncertain numbers before '{result.at}'"))
    rest(out, len(result.parameters), rows, "number")
    small = [one.name for one in listed if one.value and not one.distinct]
    if small:
        out.line(f"Not distinguishable from 0: {', '.join(small)}.")


def _chances(out: Output, result: Information, rows: int | None) -> None:
    from planner.analyses.learning.information_words import writer
    from planner.cli.output import Column, Row
    from planner.cli.show import rest

    listed = result.chances[:rows]
    total = result.perfect_chances
    assert total is not None
    write = writer([*(one.value for one in listed if one.value is not None), total.value])
    chosen = writer([one.control for one in listed if one.control is not None])
    cells = [
        Row(
            [
                one.node,
                _beside(out, one.node, result.chance_name(one.node)),
                "-" if one.value is None else write(one.value),
                "-" if one.control is None else chosen(one.control),
                _branch(result, one.id, one.branch) if out.width >= WIDE else "",
            ],
            faint=not one.value,
        )
        for one in listed
    ]
    if len(result.chances) > 1:
        cells.append(Row([ALL, "", f"{write(total.value)}{_spread(total, write)}", "", ""]))
    columns = [Column("chance"), Column(""), Column("knowing it", number=True), Column("choosing it", number=True)]
    out.table(*_without_empty([*columns, Column("as")], cells), title=_title(result, "How chance turns out"))
    rest(out, len(result.chances), rows, "chance")


def _signals(out: Output, result: Information, rows: int | None) -> None:
    from planner.analyses.learning.information_words import writer
    from planner.cli.output import Column, Row
    from planner.cli.show import rest

    listed = result.signals[:rows]
    write = writer([one.value for one in listed if one.value is not None])
    lost = writer([one.if_lost for one in listed if one.if_lost is not None])
    cells = [
        Row(
            [
                one.signal,
                one.about if out.width >= WIDE else "",
                "-" if one.value is None else write(one.value),
                "-" if one.if_lost is None else lost(one.if_lost),
            ]
        )
        for one in listed
    ]
    columns = [Column("signal"), Column("about"), Column("hearing it first", number=True)]
    columns.append(Column("losing it", number=True))
    out.table(*_without_empty(columns, cells), title=_title(result, "Signals"))
    rest(out, len(result.signals), rows, "signal")
    for one in listed:
        if one.unclear:
            out.line(f"No worth of hearing '{one.signal}' first: {one.unclear}.")


def _without_empty(columns: list[Any], rows: list[Any]) -> tuple[list[Any], list[Any]]:
    """Leave out columns in which no row has anything."""
    kept = [at for at in range(len(columns)) if any(row.cells[at] for row in rows)]
    return [columns[at] for at in kept], [row._replace(cells=[row.cells[at] for at in kept]) for row in rows]


def _beside(out: Output, name: str, words: str) -> str:
    """Return the name in words where it says more than the id and there is room for it."""
    return "" if words == name or out.width < WIDE else words


def _branch(result: Information, node: str, branch: str | None) -> str:
    return "" if branch is None else result.scenario.nodes[node].edges[branch].name


def _spread(total: Total, write: Callable[[float], str]) -> str:
    return f" ± {write(total.standard_error)}" if total.standard_error else ""
