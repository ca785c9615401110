"""`planner frontier`: cost against effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, Question, file_argument, keep_options, question_options, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.analyses.choosing.two_criteria import Axis
    from planner.analyses.frontier import Frontier, FrontierStrategy
    from planner.cli.output import Column, Output

LONG = 20
VARIANTS, CHOICES = 5, 10  # of numbered strategies so many are spelled out, with so many choices
DOMINATED = "dominated"
WIDE = 72  # columns from which on strategies stand in a table


def _amounts(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[float, ...]:
    """Read numbers between commas."""
    if text is None:
        return ()
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"'{text}' is no list of numbers, such as 0,20000,50000.", ctx, param) from None
    return found


@click.command(
    "frontier",
    cls=Command,
    examples=(
        "planner frontier screening.yaml",
        "planner frontier moscow.yaml --cost economy --effect deterrence",
        "planner frontier screening.yaml --wtp 0,20000,50000 --json",
    ),
)
@file_argument
@click.option("--cost", metavar="CRITERION", shell_complete=complete.criteria, help="The criterion that is the cost.")
@click.option(
    "--effect", metavar="CRITERION", shell_complete=complete.criteria, help="The criterion that is the effect."
)
@click.option("--minimize", metavar="CRITERION", multiple=True, shell_complete=complete.criteria,
              help="Less of it is better, whatever its scale says.")  # fmt: skip
@click.option("--maximize", metavar="CRITERION", multiple=True, shell_complete=complete.criteria,
              help="More of it is better, whatever its scale says.")  # fmt: skip
@click.option("--wtp", metavar="A,B,…", callback=_amounts,
              help="Tell net benefit at these amounts paid for a unit of effect.")  # fmt: skip
@click.option("--all", is_flag=True, help="List every strategy, up to 20,000.")
@click.option("--rows", type=click.IntRange(min=0), default=LONG, show_default=True, metavar="N",
              help="Show the first N strategies of each kind; 0 shows all.")  # fmt: skip
@question_options
@keep_options
@reading
def command(  # noqa: PLR0913 - one keyword for each option
    out: Output,
    *,
    file: str,
    cost: str | None,
    effect: str | None,
    minimize: Sequence[str],
    maximize: Sequence[str],
    wtp: Sequence[float],
    all: bool,
    rows: int,
    question: Question,
    keep: Callable[[Output, str, Any], None],
) -> None:
    """Weigh cost against effect: efficient strategies, ratios.

    Compares strategies by their expected amounts in two criteria, which nobody need weigh. A strategy is dominated if
    another costs no more and gains no less, and extendedly dominated if a mix of two others does; the rest are
    efficient, and the ratio says what each pays for a further unit of effect over the one before it. Ties are kept.
    Below, what is best for somebody who would pay so much for a unit of effect.

    Of two criteria the one that is money, or whose scale falls, is the cost; of more, name both.
    """
    from planner.analyses.frontier import frontier
    from planner.files import load

    with out.progress("comparing"):
        scenario = load(file)
        result = frontier(
            scenario,
            **question.arguments,
            cost=cost,
            effect=effect,
            minimize=minimize,
            maximize=maximize,
            wtp=wtp,
            all=all,
        )
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        _show(out, result, rows or None)
    keep(out, "frontier", result)


def _show(out: Output, result: Frontier, rows: int | None) -> None:
    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    out.write("\n")
    out.line(f"Cost: {_axis(result.cost)}. Effect: {_axis(result.effect)}.")
    if not result.complete:
        out.line("Only what some willingness to pay makes the best is certain to be here: there were too many points.")
    out.write("\n")
    efficient = result.efficient
    _strategies(out, result, efficient[:rows], "Efficient strategies")
    _rest(out, len(efficient), rows)
    others = [each for each in result.strategies if each not in efficient]
    if others:
        out.write("\n")
        _strategies(out, result, others[:rows], "Not efficient")
        _rest(out, len(others), rows)
    _variants(out, efficient[:rows])
    shown = len({(each.cost, each.effect) for each in result.strategies if each.status != DOMINATED})
    if result.points > shown:
        out.line(f"{result.points - shown:,} more strategies that are not dominated lie between those listed.")
    if not result.listed_all:
        out.line("Dominated strategies are told of options alone that have no other; --all lists every strategy.")
    out.write("\n")
    _net_benefit(out, result, rows)
    _whose(out, result)


def _axis(axis: Axis) -> str:
    unit = f", {axis.unit}" if axis.unit else ""
    return f"{axis.name}{unit} ({'less' if axis.minimize else 'more'} is better)"


def _rest(out: Output, total: int, rows: int | None) -> None:
    if rows is not None and total > rows:
        out.line(f"… and {total - rows:,} more; --rows 0 or --json shows all.")


def _told(each: FrontierStrategy) -> str:
    """Return why a strategy is not efficient, or with what it ties."""
    if each.reason:
        return each.reason
    hidden = (each.same or 0) - len(each.tied_with) - 1
    names = [f"'{name}'" for name in each.tied_with]
    names += [f"{hidden:,} more"] if hidden > 0 else []
    from planner.analyses.result import listing

    return f"ties with {listing(names)}" if names else ""


def _strategies(out: Output, result: Frontier, shown: Sequence[FrontierStrategy], title: str) -> None:
    """Write strategies as a table; on a narrow terminal each as a few lines."""
    from planner.analyses.choosing.frontier_words import number
    from planner.cli.output import Column, Row
    from planner.cli.show import writer

    costs = writer(each.cost for each in result.strategies)
    effects = writer(each.effect for each in result.strategies)
    ratios = ["" if each.icer is None else number(each.icer) for each in shown]
    told = [_told(each) for each in shown]
    if out.width < WIDE:
        out.line(title, style="bold")
        for each, ratio, text in zip(shown, ratios, told, strict=True):
            out.line(each.strategy)
            what = f"cost {costs(each.cost)}, effect {effects(each.effect)}" + (f", ratio {ratio}" if ratio else "")
            out.line(what, indent=2)
            if text:
                out.line(text, indent=2)
        return
    columns: list[Column] = [Column("strategy"), Column("cost", number=True), Column("effect", number=True)]
    columns += [Column("ratio", number=True)] if any(ratios) else []
    columns += [Column("")] if any(told) else []
    rows = [
        Row([each.strategy, costs(each.cost), effects(each.effect), *[ratio][: any(ratios)], *[text][: any(told)]])
        for each, ratio, text in zip(shown, ratios, told, strict=True)
    ]
    out.table(columns, rows, title=title)


def _variants(out: Output, shown: Sequence[FrontierStrategy]) -> None:
    """Write what strategies choose that are only numbered."""
    numbered = [each for each in shown if "variant " in each.strategy]
    for each in numbered[:VARIANTS]:
        told = [f"{state}: {option}" for state, option in each.choices.items()]
        more = f"; and {len(told) - CHOICES:,} more" if len(told) > CHOICES else ""
        out.line(f"{each.strategy} chooses {'; '.join(told[:CHOICES])}{more}.")
    if len(numbered) > VARIANTS:
        out.line(f"… and {len(numbered) - VARIANTS:,} more variants; --json has what all of them choose.")


def _net_benefit(out: Output, result: Frontier, rows: int | None) -> None:
    """Write what is best at which willingness to pay."""
    from planner.analyses.choosing.frontier_words import number
    from planner.analyses.result import listing
    from planner.cli.output import Column, Row
    from planner.cli.show import writer

    unit = f" ({result.effect.unit})" if result.effect.unit else ""
    title = f"Willingness to pay for a unit of effect{unit}"
    if result.settings["wtp"]:
        money = writer(each.net_monetary_benefit for each in result.net_benefit)
        health = writer(each.net_health_benefit for each in result.net_benefit if each.net_health_benefit is not None)
        lines = [
            Row([
                number(each.willingness_to_pay),
                money(each.net_monetary_benefit),
                "" if each.net_health_benefit is None else health(each.net_health_benefit),
                listing(each.best),
            ])
            for each in result.net_benefit
        ]  # fmt: skip
        heads = [Column("pays", number=True), Column("net benefit", number=True), Column("in effect", number=True)]
        out.table([*heads, Column("best")], lines, title=title)
        return
    steps = [
        (0.0, result.efficient[0].strategy),
        *((each.willingness_to_pay, each.after) for each in result.thresholds),
    ]
    lines = [Row([number(amount), name]) for amount, name in steps[:rows]]
    out.table([Column("from", number=True), Column("best")], lines, title=title)
    _rest(out, len(steps), rows)


def _whose(out: Output, result: Frontier) -> None:
    """Say whose decisions are compared and whose are settled."""
    from planner.analyses.result import listing
    from planner.cli.show import actor_name

    if result.others:
        names = listing(actor_name(result.scenario, other) for other in result.others)
        verb = "decide" if len(result.others) > 1 else "decides"
        whose = actor_name(result.scenario, result.actor)
        out.write("\n")
        out.line(f"The decisions of {whose} are compared; {names} {verb} as in `planner evaluate`.")
