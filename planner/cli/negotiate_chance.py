"""How mixed equilibria and logit answers are written on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.analyses.disputes.mixed import Mixed
    from planner.analyses.disputes.quantal import Quantal
    from planner.cli.output import Output

MOST_EQUILIBRIA = 5
MOST_DECISIONS = 6
GAP = 2


def show_mixed(out: Output, found: Mixed) -> None:
    """Write equilibria one after the other, those with chance first."""
    from planner.analyses.disputes.chance_words import (
        choice_words,
        counted_words,
        outcome_words,
        told_order,
        value_words,
    )

    out.write("\n")
    out.line("If choices may be left to chance", style="bold")
    out.line(counted_words(found))
    shown = told_order(found)[:MOST_EQUILIBRIA]
    for number, each in enumerate(shown, 1):
        out.line(f"{number}. {value_words(found.scenario, each.values)}")
        for sentence in choice_words(found.scenario, each):
            out.line(sentence, indent=3)
        out.line(outcome_words(found.scenario, each.told), indent=3)
    if len(found.equilibria) > len(shown):
        out.line(f"… and {len(found.equilibria) - len(shown)} more; --json lists them.")


def show_quantal(out: Output, found: Quantal) -> None:
    """Write a table for each decision: chances of options by precision; and what actors may expect."""
    from planner.analyses.disputes.chance_words import decisions, option_name, quantal_words
    from planner.cli.output import Column, Row
    from planner.cli.show import Line, chances, value_table

    out.write("\n")
    out.line("How predictable it is", style="bold")
    for sentence in quantal_words(found):
        out.line(sentence)
    steps = [f"{each.precision:g}" for each in found.answers]
    every = decisions(found)
    for actor, at, rows in every[:MOST_DECISIONS]:
        out.write("\n")
        title = f"{found.scenario.actors[actor].name} at '{at}'"
        names = {option: option_name(found.scenario, at, option) for option in rows[0]}
        columns = [chances(list(map(float, row.values()))) for row in rows]
        wide = len("precision") + sum(GAP + max(len(name), len("100 %")) for name in names.values())
        heads = names if wide <= out.width else {option: option for option in names}
        wide = len("precision") + sum(GAP + max(len(name), len("100 %")) for name in heads.values())
        if wide <= out.width:
            out.table(
                [Column("precision", number=True), *(Column(name, number=True) for name in heads.values())],
                [Row([step, *row]) for step, row in zip(steps, columns, strict=True)],
                title=title,
            )
            continue
        out.line(title)
        for step, row in zip(steps, columns, strict=True):
            likely = [f"{name} {text}" for name, text in zip(names.values(), row, strict=True)]
            out.line(f"{step}: {', '.join(likely)}", indent=2)
    if len(every) > MOST_DECISIONS:
        out.line(f"… and {len(every) - MOST_DECISIONS} more decisions; --json has them all.")
    out.write("\n")
    out.line("What each may expect")
    value_table(out, "precision", [Line(step, each.values) for step, each in zip(steps, found.answers, strict=True)])
