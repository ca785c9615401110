"""What a paper says of signs: what to watch, and what each would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.likelihood import phrase
from planner.report.rounding import decimals_for, number, signed
from planner.report.sections import Section
from planner.report.tables import plain, table
from planner.report.words import capital, count

if TYPE_CHECKING:
    from planner.analyses.indicators import Indicator, Indicators
    from planner.report.findings import Findings

MOST = 12
NOISE = 1e-9


def section(result: Indicators, found: Findings) -> Section:
    """Return a table of signs."""
    known = [one for one in result.indicators if one.values]
    told = [one for one in known if one.changes or abs(result.moves(one)) > NOISE]
    idle = len(known) - len(told)
    failed = [one for one in result.indicators if not one.values]
    hidden = len(told) - MOST
    context = {
        "heading": "What to watch",
        "headline": plain(result.headline()),
        "table": indicators_table(result, told[:MOST]) if told else "",
        "note": plain(_note(result, found)),
        "more": " ".join(
            [
                *([f"Left out here: {count(hidden, 'sign')} that move less."] if hidden > 0 else []),
                *([f"{capital(count(idle, 'sign'))} would move nothing of what is recommended."] if idle else []),
            ]
        ),
        "failed": [plain(f"What '{result.branch(one)}' would move is not known: {one.why_not}.") for one in failed[:3]],
        "items": [_item(result, one) for one in told[:MOST]],
    }
    return Section(context)


def indicators_table(result: Indicators, shown: list[Indicator]) -> str:
    """Return the signs with what they announce, how likely that is, and what it would move."""
    places = decimals_for([result.moves(one) for one in shown if result.moves(one)], apart=False)
    rows = []
    for one in shown:
        chance = "differs" if one.probability is None else phrase(one.probability, result.scenario.likelihood_words)
        where = result.scenario.nodes[one.node].title
        rows.append(
            [
                plain("; ".join(one.signs)),
                plain(f"{where} {result.branch(one)}"),
                chance,
                signed(result.moves(one), places) if abs(result.moves(one)) > 10**-places / 2 else number(0, places),
                f"**{plain(result.focus.name(one.chosen))}**" if one.changes else "the same",
            ]
        )
    head = ["What would be seen", "What it announces", "Likelihood", "Moves the value by", "Choice then"]
    return table(head, rows, right=[3])


def _item(result: Indicators, one: Indicator) -> dict[str, str]:
    """Return one sign as short texts."""
    then = f"then {plain(result.focus.name(one.chosen))}" if one.changes else "the choice stays"
    return {"sign": plain("; ".join(one.signs)), "branch": plain(result.branch(one)), "then": then}


def _note(result: Indicators, found: Findings) -> str:
    whose = "" if found.alone else f" to {result.scenario.actors[result.focus.actor].name}"
    return (
        f"Each line: the branch taken as certain and the scenario worked out again. Moves: the value{whose} of "
        f"'{result.focus.name(result.focus.chosen)}'. The likelihood is that of the branch where its question comes up."
    )
