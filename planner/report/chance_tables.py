"""Tables of a paper for mixed equilibria and logit answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.disputes.chance_words import chance, decisions, option_name, told_order
from planner.report.rounding import formatter, percentages
from planner.report.tables import plain, table

if TYPE_CHECKING:
    from planner.analyses.disputes.mixed import Mixed
    from planner.analyses.disputes.quantal import Quantal

EQUILIBRIA = 4  # columns
ROWS = 12


def mixed_table(found: Mixed) -> str:
    """Return the chance of each option in some equilibria, those with chance first, and what each actor may expect."""
    shown = told_order(found)[:EQUILIBRIA]
    if not shown:
        return ""
    rows = []
    for actor, places in shown[0].told.strategies.items():
        for at, options in places.items():
            for option in options:
                each = [one.told.strategies.get(actor, {}).get(at, {}).get(option) for one in shown]
                if any(each):
                    cells = ["any" if p is None else chance(p) if p else "-" for p in each]
                    name = option_name(found.scenario, at, option)
                    rows.append([plain(found.scenario.actors[actor].name), plain(at), plain(name), *cells])
    cut = len(rows) - ROWS
    rows = rows[:ROWS] if cut <= 0 else [*rows[:ROWS], ["", "", f"and {cut} more", *[""] * len(shown)]]
    write = formatter([value for one in shown for value in one.values.values()])
    for actor in shown[0].values:
        name = plain(found.scenario.actors[actor].name)
        rows.append([name, "", "*expects*", *(write(one.values[actor]) for one in shown)])
    count = len(found.equilibria)
    heads = [f"{number} of {count}" for number in range(1, len(shown) + 1)]
    return table(["Actor", "Decision", "Option", *heads], rows, right=range(3, 3 + len(shown)))


def quantal_table(found: Quantal) -> str:
    """Return the chance of each option at each precision."""
    rows = []
    for actor, at, answers in decisions(found):
        columns = [percentages([float(p) for p in row.values()]) for row in answers]
        for slot, option in enumerate(answers[0]):
            name = plain(option_name(found.scenario, at, option))
            who = plain(found.scenario.actors[actor].name)
            rows.append([who, plain(at), name, *(column[slot] for column in columns)])
    cut = len(rows) - ROWS
    steps = [f"{each.precision:g}" for each in found.answers]
    rows = rows[:ROWS] if cut <= 0 else [*rows[:ROWS], ["", "", f"and {cut} more", *[""] * len(steps)]]
    return table(["Actor", "Decision", "Option at precision", *steps], rows, right=range(3, 3 + len(steps)))
