"""`planner evaluate`: what follows from a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, Numbers, file_argument, numbers_options, reading

if TYPE_CHECKING:
    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.cli.output import Output

LONG = 20
LATER = "Values at later decisions count from there on, without what came before."


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
    from planner.cli.show import Line, actor_name, rest, value_table

    scenario = result.scenario
    out.line(scenario.title, style="bold")
    out.line(result.headline())
    if scenario.has_actors:
        out.write("\n")
        lines = [Line(one, {"value": value}, actor_name(scenario, one)) for one, value in result.values.items()]
        value_table(out, "actor", lines, exact=result.exact)
    if result.strategy:
        out.write("\n")
        _strategy(out, result, rows)
    decisions = result.decisions
    if rows is not None and len(decisions) > rows:
        decisions = tuple(sorted(decisions, key=lambda one: one.probability == 0))[
            :rows
        ]  # those that are reached first
    for decision in decisions:
        out.write("\n")
        _decision(out, result, decision)
    rest(out, len(result.decisions), rows, "decision")
    if any(one.state != result.decisions[0].state for one in decisions) or (decisions and result.root is None):
        out.write("\n")
        out.line(LATER)
    out.write("\n")
    _outcomes(out, result, rows)


def _strategy(out: Output, result: Evaluation, rows: int | None) -> None:
    from planner.cli.output import Column, Row
    from planner.cli.show import edge_name, rest

    nodes = {decision.state: decision.node for decision in result.decisions}
    lines = [
        Row([state, option, edge_name(result.scenario, nodes[state], option)])
        for state, option in list(result.strategy.items())[:rows]
    ]
    out.table([Column("at"), Column("take"), Column("")], lines, title="Recommended strategy")
    rest(out, len(result.strategy), rows, "state")


def _decision(out: Output, result: Evaluation, decision: DecisionResult) -> None:
    from planner.cli.show import BEST, TIED, Line, actor_name, edge_name, shares, value_table

    scenario = result.scenario
    by = ", ".join(actor_name(scenario, actor) for actor in decision.by)
    (chance,) = shares([decision.probability]) if decision.probability else ["never"]
    out.line(f"{decision.state}: {scenario.nodes[decision.node].title}", style="bold")
    out.line(f"{by}; reached: {chance}" if scenario.has_actors else f"reached: {chance}")
    lines = [
        Line(
            one.option,
            one.values,
            edge_name(scenario, decision.node, one.option),
            BEST if one.option == decision.chosen else TIED if one.option in decision.tied else "",
        )
        for one in decision.options
    ]
    value_table(out, "option", lines, exact=result.exact)


def _outcomes(out: Output, result: Evaluation, rows: int | None) -> None:
    from planner.cli.show import Line, chances, outcome_name, rest, value_table

    reached = sorted((one for one in result.outcomes if one.probability > 0), key=lambda one: -one.probability)
    texts = chances([one.probability for one in reached], exact=result.exact)
    lines = [
        Line(one.outcome, one.values, outcome_name(result.scenario, one.outcome), chance=text)
        for one, text in list(zip(reached, texts, strict=True))[:rows]
    ]
    value_table(out, "outcome", lines, exact=result.exact, title="Outcomes under the strategy")
    rest(out, len(reached), rows, "outcome")
