"""`planner stress`: options against futures and against the worst within all ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import click
from click.shell_completion import CompletionItem

from planner.cli.options import Command, Question, file_argument, keep_options, question_options, reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from planner.analyses.stress import Stress
    from planner.cli.output import Output

LONG = 20


class Options(TypedDict):
    """How to stress."""

    with_base: bool
    optimism: float
    fails: str | None
    points: int
    seed: int


def _failures(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Complete what counts as failure."""
    del ctx, param
    meanings = {
        "minimum": "the value misses the actor's minimum",
        "regret": "another option is better",
        "below:": "the value is below a number",
        "above:": "the cost is above a number",
    }
    return [CompletionItem(word, help=text) for word, text in meanings.items() if word.startswith(incomplete)]


@click.command(
    "stress",
    cls=Command,
    examples=(
        "planner stress scenarios/european-line-on-moscow.yaml",
        "planner stress moscow.yaml --actor france --with-base --optimism 0.3",
        "planner stress moscow.yaml --fails below:45 --json",
    ),
)
@file_argument
@click.option("--with-base", is_flag=True, help="Count the file's own numbers among the futures.")
@click.option("--optimism", type=click.FloatRange(0, 1), default=0.5, show_default=True, metavar="WEIGHT",
              help="Weight of the best future in Hurwicz' rule: 0 worst alone, 1 best alone.")  # fmt: skip
@click.option(
    "--fails",
    metavar="RULE",
    shell_complete=_failures,
    help="When an option fails: minimum, regret (another is better) or below:X (above:X of costs). "
    "Without it the minimum, where the actor has one, else regret.",
)
@click.option("--points", type=click.IntRange(100, 10_000_000), default=4096, show_default=True, metavar="N",
              help="Points of each of the two samples of the ranges.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
              help="What the samples follow from.")  # fmt: skip
@click.option("--rows", type=click.IntRange(min=0), default=LONG, show_default=True, metavar="N",
              help="Show the first N rows of long tables; 0 shows all.")  # fmt: skip
@question_options
@keep_options
@reading
def command(
    out: Output,
    *,
    file: str,
    question: Question,
    keep: Callable[[Output, str, Any], None],
    rows: int,
    **options: Unpack[Options],
) -> None:
    """Stress options: in named futures, and anywhere in the ranges.

    Each option is worked out in each of the file's futures; later decisions are taken knowing which one it is. Regret
    is what an option misses against the best one there. Rules that need no probabilities stand side by side: maximin
    (the best worst case), maximax, minimax regret, Hurwicz, Laplace (all futures alike); and the expected value where
    the futures have probabilities, of which one may be left out and takes the rest. Then an adversary picks the worst
    parameters within all ranges, and a box of them says where an option fails.
    """
    from planner.analyses.stress import stress
    from planner.files import load

    with out.progress("stressing"):
        scenario = load(file)
        result = stress(scenario, **question.arguments, **options)
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        show(out, result, rows or None)
    keep(out, "stress", result)


def show(out: Output, result: Stress, rows: int | None) -> None:
    """Write a stress test as tables and sentences."""
    from planner.cli import stress_text

    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    for part in (
        stress_text.futures,
        stress_text.rules,
        stress_text.deciders,
        stress_text.hurt,
        stress_text.minimums,
        stress_text.worst,
        stress_text.discovered,
    ):
        part(out, result, rows)
    for note in result.notes:
        out.write("\n")
        out.line(f"Note: {note}")
