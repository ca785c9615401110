"""`planner sensitivity`: what would change the choice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypedDict

import click

from planner.cli import complete
from planner.cli.options import Command, Question, file_argument, keep_options, question_options, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Unpack

    from planner.analyses.sensitivity import Sensitivity
    from planner.cli.output import Output

ROWS = 12
PICTURES = ("tornado", "strips", "spider", "regions", "one-way")
NEUTRAL = ("neutral", "inf")


class Options(TypedDict):
    """What is varied, and how."""

    parameters: Sequence[str]
    ranges: dict[str, tuple[float, float]]
    weights: float
    two_way: tuple[str, str] | None
    steps: int
    one_way: Sequence[str]
    seed: int


def _ranges(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Read every `NAME=LOW:HIGH`; the upper end of a tolerance of risk may be neutral."""
    found = {}
    for text in texts:
        name, _, ends = text.partition("=")
        low, colon, high = ends.partition(":")
        try:
            pair = float(low), math.inf if high.strip() in NEUTRAL else float(high)
        except ValueError:
            pair = None
        if pair is None or not (name.strip() and colon):
            raise click.BadParameter(f"'{text}' is not of the form {param.metavar}, such as hope=0.1:0.5.", ctx, param)
        found[name.strip()] = pair
    return found


def _two(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[str, str] | None:
    """Read `A,B`."""
    if text is None:
        return None
    first, comma, second = (part.strip() for part in text.partition(","))
    if not (first and comma and second) or "," in second:
        raise click.BadParameter(f"'{text}' is not of the form {param.metavar}: two inputs and a comma.", ctx, param)
    return first, second


@click.command(
    "sensitivity",
    cls=Command,
    examples=(
        "planner sensitivity scenarios/european-line-on-moscow.yaml",
        "planner sensitivity moscow.yaml --range talks_yield=0:0.7",
        "planner sensitivity moscow.yaml --two-way talks_yield,moscow_demands",
        "planner sensitivity moscow.yaml --svg tornado -o tornado.svg",
    ),
)
@file_argument
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME",
    shell_complete=complete.inputs,
    help="Vary this input alone, a parameter or such as actors.uk.weights.cohesion; again for more.",
)
@click.option("--range", "ranges", multiple=True, metavar="NAME=LOW:HIGH", callback=_ranges,
              shell_complete=complete.input_ranges,
              help="Vary an input in this range, whatever the file says; again for more.")  # fmt: skip
@click.option("--weights", type=click.FloatRange(min=0), default=2.0, show_default=True, metavar="MULTIPLE",
              help="Let every weight go from 0 to so many times what it is; 0 leaves weights out.")  # fmt: skip
@click.option("--two-way", metavar="A,B", callback=_two, shell_complete=complete.input_pairs,
              help="Show which option is taken over two inputs.")  # fmt: skip
@click.option("--steps", type=click.IntRange(2, 201), default=31, show_default=True, metavar="N",
              help="Points along each of the two.")  # fmt: skip
@click.option("--one-way", multiple=True, metavar="NAME", shell_complete=complete.inputs,
              help="Show what every option is worth along an input; again for more.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
              help="What random starts of the search for joint changes follow from.")  # fmt: skip
@click.option("--rows", type=click.IntRange(min=0), default=ROWS, show_default=True, metavar="N",
              help="Show the first N rows of each table; 0 shows all.")  # fmt: skip
@click.option("--svg", type=click.Choice(PICTURES), help="Write this picture as SVG, and nothing else.")
@question_options
@keep_options
@reading
def command(
    out: Output,
    *,
    file: str,
    question: Question,
    rows: int,
    svg: str | None,
    keep: Callable[[Output, str, Any], None],
    **options: Unpack[Options],
) -> None:
    """Find what would change the choice: flips, bars, joint changes.

    Every parameter walks the range that the file gives it (low and high), alone; so do formulas, over what their
    inputs' ranges make of them, weights, and tolerances of risk. The first table says at which values another option
    becomes the choice. The bars say how far each input moves the lead of the option that is now the choice. Then the
    smallest joint change that flips it, and how far all probabilities of the tree may be off, for every decision that
    the strategy may come to.

    The lead is a difference of values; where several decide together, of the smallest gains over the fallback.
    """
    from planner.analyses.sensitivity import sensitivity
    from planner.files import load

    if svg and out.json:
        raise click.UsageError("--json and --svg exclude each other.")
    with out.progress("varying"):
        scenario = load(file)
        result = sensitivity(scenario, **question.arguments, **options)
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    elif svg:
        from planner.report.charts_sensitivity import picture

        out.write(picture(result, svg))
    else:
        show(out, result, rows or None)
    keep(out, "sensitivity", result)


def show(out: Output, result: Sensitivity, rows: int | None) -> None:
    """Write a sensitivity analysis as tables."""
    from planner.cli import sensitivity_text as text

    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    text.thresholds(out, result, rows)
    for one in result.curves:
        text.curve(out, result, one)
    if result.settings["two_way"] and result.regions is not None:
        text.regions(out, result, result.regions)
    text.tornado(out, result, rows)
    text.joint(out, result, rows)
    text.decisions(out, result, rows)
    text.unvaried(out, result, rows)
