"""`planner evaluate`: what follows from a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, Numbers, file_argument, numbers_options, reading

if TYPE_CHECKING:
    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.cli.output import Output

LONG = 40


@click.command(
    "evaluate",
    cls=Command,
    examples=(
        "planner evaluate scenarios/tutorial.yaml",
        "planner evaluate moscow.yaml --actor france --set talks_yield=0.3",
        "planner evaluate scenarios/tutorial.yaml --exact --json",
    ),
)
@file_argument
@click.option("--actor", metavar="ACTOR", shell_complete=complete.actors, help="Show the values of one actor alone.")
@numbers_options
@click.option("--exact", is_flag=True, help="Compute in fractions and print them beside the decimals.")
@click.option("--rows", type=click.IntRange(min=0), default=LONG, show_default=True, metavar="N",
              help="Show the first N decisions and outcomes; 0 shows all.")  # fmt: skip
@reading
def command(out: Output, *, file: str, actor: str | None, numbers: Numbers, exact: bool, rows: int) -> None:
    """Work out values, strategy, options and outcomes.

    A `>` marks the recommended option, `=` one that is as good. Values of an option are those of taking it there:
    the start and everything from that decision on.
    """
    from planner.analyses.evaluate import evaluate
    from planner.files import load

    with out.progress("evaluating"):
        scenario = load(file)
        result = evaluate(
            scenario,
            actor=actor,
            overrides=numbers.overrides,
            rule=numbers.rule,
            exact=exact,
            max_states=numbers.max_states,
        )
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        show(out, result, rows or None)


def show(out: Output, result: Evaluation, rows: int | None) -> None:
    """Write an evaluation as tables."""
    from planner.cli.show import actor_name, value_table

    scenario = result.scenario
    out.line(scenario.title, style="bold")
    out.line(result.headline())
    if scenario.has_actors or len(result.values) > 1:
        out.write("\n")
        named = [("", actor_name(scenario, actor), {"value": value}) for actor, value in result.values.items()]
        value_table(out, "actor", named, exact=result.exact)
    if result.strategy:
        out.write("\n")
        _strategy(out, result, rows)
    for decision in result.decisions[:rows]:
        out.write("\n")
        _decision(out, result, decision)
    _rest(out, len(result.decisions), rows, "decision")
    out.write("\n")
    _outcomes(out, result, rows)


def _strategy(out: Output, result: Evaluation, rows: int | None) -> None:
    from planner.cli.output import Column, Row
    from planner.cli.show import option_name

    nodes = {decision.state: decision.node for decision in result.decisions}
    lines = [
        Row([state, option_name(result.scenario, nodes.get(state, state), option)])
        for state, option in list(result.strategy.items())[:rows]
    ]
    out.table([Column("at"), Column("take")], lines, title="Recommended strategy")
    _rest(out, len(result.strategy), rows, "state")


def _decision(out: Output, result: Evaluation, decision: DecisionResult) -> None:
    from planner.cli.show import BEST, TIED, actor_name, chances, option_name, value_table

    scenario = result.scenario
    by = ", ".join(actor_name(scenario, actor) for actor in decision.by) if scenario.has_actors else ""
    reached = chances([decision.probability, 1 - decision.probability])[0] if decision.probability else "never"
    node = scenario.nodes[decision.node]
    out.line(f"{decision.state}  {node.title}", style="bold")
    out.line(f"{by}; reached: {reached}" if by else f"reached: {reached}")
    names = {one.option: option_name(scenario, decision.node, one.option) for one in decision.options}
    rows = [
        (
            BEST if one.option == decision.chosen else TIED if one.option in decision.tied else "",
            names[one.option],
            one.values,
        )
        for one in decision.options
    ]
    value_table(out, "option", rows, exact=result.exact, best=names[decision.chosen])


def _outcomes(out: Output, result: Evaluation, rows: int | None) -> None:
    from planner.cli.output import Column, Row
    from planner.cli.show import chances, outcome_name, writer

    reached = [one for one in result.outcomes if one.probability > 0]
    shown = sorted(reached, key=lambda one: -one.probability)
    texts = chances([one.probability for one in shown], exact=result.exact)
    write = writer((value for one in shown for value in one.values.values()), exact=result.exact)
    columns = [Column("outcome"), Column("probability", number=True)]
    columns += [Column(actor if result.scenario.has_actors else "value", number=True) for actor in result.values]
    lines = [
        Row([outcome_name(result.scenario, one.outcome), text, *(write(one.values[actor]) for actor in result.values)])
        for one, text in list(zip(shown, texts, strict=True))[:rows]
    ]
    out.table(columns, lines, title="Outcomes under the strategy")
    _rest(out, len(shown), rows, "outcome")


def _rest(out: Output, total: int, rows: int | None, word: str) -> None:
    from planner.cli.output import counted

    if rows is not None and total > rows:
        out.line(f"… and {counted(total - rows, word)} more; --rows 0 or --json shows all.")
