"""What is said of a decision among moves that are not seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.disputes.moves import Cell, Dominance, Moves, Settled
    from planner.analyses.disputes.positions import Position
    from planner.analyses.negotiate import Negotiation

MOST_SHOWN = 12  # combinations of others' moves in a table
MOST_TOLD = 8  # sentences of one kind
MARK = "*"  # a best answer


Naming = Callable[["Negotiation", str, str], str]  # how an option of a state is called


def ids(result: Negotiation, state: str, option: str) -> str:
    """Call an option by its id, as the file does."""
    del result, state
    return option


def names(result: Negotiation, state: str, option: str) -> str:
    """Call an option by its name."""
    return result.scenario.nodes[state.partition("[")[0]].edges[option].name


def setting_words(result: Negotiation, found: Moves) -> str:
    """Say who moves unseen together with the decision, or that hidden moves come later."""
    who = listing(result.actor(actor) for actor in found.by)
    verb = "decides" if len(found.by) == 1 else "decide"
    if found.planned:
        return (
            f"{who} {verb} at '{found.label}' without seeing all that happened, or forgetting it: the best plan counts."
        )
    if not found.others:
        later = "; later moves that are made without seeing all are as the forecast has them" if found.onward else ""
        return f"{who} {verb} at '{found.label}'{later}."
    others = [f"{result.actor(actor)} at '{state}'" for state, actor in found.others.items()]
    more = f" and {len(others) - MOST_TOLD} more" if len(others) > MOST_TOLD else ""
    together = listing([f"{who} at '{found.label}'", *others[:MOST_TOLD]])
    return f"Decided without each other's moves being seen: {together}{more}."


def table_words(result: Negotiation, found: Moves) -> Iterator[str]:
    """Say what the numbers of the table are, and how much of it is shown."""
    if not found.cells:
        if found.combinations:
            yield f"The moves of others combine in {found.combinations:,} ways, too many for a table."
        return
    if found.whole:
        row = " / ".join(result.actor(actor) for actor in movers(found))
        yield f"In each place: {row}. {MARK} marks a best answer to the others' moves."
    else:
        who = result.actor(found.by[0])
        yield f"Worth to {who} with its other moves at their best. {MARK} marks its best answer."
    if found.combinations > MOST_SHOWN:
        yield f"{MOST_SHOWN} of {found.combinations:,} combinations of others' moves are shown; {_rest(found)}."
    if found.later > 1:
        yield "What comes later has several equilibria; the table takes the first."


def _rest(found: Moves) -> str:
    return "--json has all" if len(found.cells) == found.combinations else f"--json has {len(found.cells)}"


def movers(found: Moves) -> list[str]:
    """Return the actors whose values stand in a place of the table, the owner first."""
    return list(dict.fromkeys([found.by[0], *found.others.values()])) if found.whole else [found.by[0]]


def dominance_words(result: Negotiation, found: Moves, name: Naming = ids) -> Iterator[str]:
    """Say which options are better or no worse than others whatever others do, and what elimination leaves."""
    told = [_dominance(result, found, state, name) for state in dict.fromkeys(one.state for one in found.dominance)]
    flat = [sentence for sentences in told for sentence in sentences]
    yield from flat[:MOST_TOLD]
    if len(flat) > MOST_TOLD:
        yield f"… and {len(flat) - MOST_TOLD} more dominated options; --json has them all."
    if not found.dominance and found.cells:
        yield "No option of anybody is dominated by another."
    if found.rounds is not None and found.rounds > 1:
        single = all(len(options) == 1 for options in found.left.values())
        places = [
            f"{_either([name(result, state, o) for o in options])} at '{state}'"
            for state, options in found.left.items()
        ]
        more = f" and {len(places) - MOST_TOLD} more" if len(places) > MOST_TOLD else ""
        lead = "Taking away what is strictly dominated, again and again, leaves"
        end = ": nothing else can be expected of those who think so far" if single else ""
        yield f"{lead} {listing(places[:MOST_TOLD])}{more} after {found.rounds} rounds{end}."


def _either(options: Sequence[str]) -> str:
    return " or ".join(f"'{option}'" for option in options)


def _dominance(result: Negotiation, found: Moves, state: str, name: Naming) -> list[str]:
    mine = [one for one in found.dominance if one.state == state]
    actor, best = result.actor(mine[0].actor), name(result, state, mine[0].better)
    count = len(found.options) if state == found.label else _options(result, state)
    better = {one.better for one in mine}
    if len(better) == 1 and len(mine) == count - 1:
        strictly = all(one.strict for one in mine)
        if strictly:
            return [f"'{best}' is best for {actor} whatever others do (strictly dominant)."]
        return [f"'{best}' is never worse for {actor} than any other option (weakly dominant)."]
    return [_pair(result, one, name) for one in mine]


def _options(result: Negotiation, state: str) -> int:
    return len(result.scenario.nodes[state.partition("[")[0]].edges)


def _pair(result: Negotiation, one: Dominance, name: Naming) -> str:
    actor = result.actor(one.actor)
    worse, better = name(result, one.state, one.worse), name(result, one.state, one.better)
    if one.strict:
        return f"'{worse}' is worse for {actor} than '{better}' whatever others do (strictly dominated)."
    return f"'{worse}' is never better for {actor} than '{better}', and sometimes worse (weakly dominated)."


def equilibrium_words(result: Negotiation, found: Moves, name: Naming = ids) -> Iterator[str]:
    """Say where nobody would rather do otherwise, and how far the decision's options are apart there."""
    if found.why:
        yield f"No equilibria: {found.why}."
        return
    if not found.settled:
        yield (
            "Whatever all do, somebody would rather have done otherwise: there is no equilibrium without chance, and "
            "no position that holds."
        )
        return
    several = len(found.settled) > 1
    if not (several or found.others or found.planned):
        return  # the ranking says it
    for at, one in enumerate(found.settled[:MOST_TOLD], 1):
        yield f"{_lead(found, at, several)}{_listed(result, one.moves, name)}; {_stakes(result, found, one, name)}."
        if one.better:
            moves, values = _listed(result, one.better, name), _values(result, found, one.better_payoffs)
            yield f"All who move would be better off with {moves} ({values}); nothing enforces it."
    more = len(found.settled) - MOST_TOLD
    if more > 0:
        yield f"… and {more} more equilibria{'' if found.complete else ' at least'}; --json lists them."


def _lead(found: Moves, at: int, several: bool) -> str:
    if found.planned:
        return "Best plan: "
    if not found.others:
        return f"With equilibrium {at} of later moves: "
    return f"Equilibrium {at}: " if several else "Equilibrium: "


def _listed(result: Negotiation, moves: Mapping[str, str], name: Naming) -> str:
    parts = [f"'{name(result, state, option)}' at '{state}'" for state, option in moves.items()]
    more = f" and {len(parts) - MOST_TOLD} more" if len(parts) > MOST_TOLD else ""
    return f"{listing(parts[:MOST_TOLD])}{more}" if parts else "nothing is decided"


def _stakes(result: Negotiation, found: Moves, one: Settled, name: Naming) -> str:
    """Say what the options are worth to everybody if others keep to their moves, the decision's owners first."""
    if not one.positions:
        return f"'{found.label}' is not reached, and nothing says what has happened there"
    order = sorted(one.positions, key=lambda position: position.actor not in found.by)
    parts = [
        f"{result.actor(position.actor)}: {_ranking(position, lambda option: name(result, found.label, option))}"
        for position in order[:MOST_TOLD]
    ]
    where = "" if one.reached else f" if '{found.label}' were reached"
    return f"there, {'; '.join(parts)}{where}"


def _ranking(position: Position, name: Callable[[str], str]) -> str:
    places = decimals(position.values.values())
    told = [
        " = ".join(f"{name(option)} ({written(position.values[option], places)})" for option in place)
        for place in position.places
    ]
    margin = f", ahead by {written(position.margin, decimals([position.margin]))}" if position.margin else ""
    return f"{' > '.join(told)}{margin}"


def _values(result: Negotiation, found: Moves, values: Mapping[str, float]) -> str:
    who = [*found.by, *(actor for actor in found.others.values() if actor not in found.by)]
    shown = {actor: values[actor] for actor in dict.fromkeys(who)}
    places = decimals(shown.values())
    return ", ".join(f"{result.actor(actor)} {written(value, places)}" for actor, value in shown.items())


def column_head(found: Moves, cell: Cell) -> str:
    """Return how a combination of others' moves is written: the move alone where one other moves once."""
    if len(found.others) == 1:
        return next(iter(cell.others.values()))
    return " ".join(f"{state}.{option}" for state, option in cell.others.items())


def place(found: Moves, cell: Cell, option: str, write: Callable[[float], str]) -> str:
    """Return the values of one place of the table, best answers marked."""
    return " / ".join(parts(found, cell, option, write))


def parts(found: Moves, cell: Cell, option: str, write: Callable[[float], str]) -> Sequence[str]:
    """Return the values of one place of the table, one for each mover."""
    row = cell.values[option]
    return [f"{write(row[actor])}{MARK if option in cell.best.get(actor, ()) else ''}" for actor in movers(found)]
