"""What a paper says of a dispute: who wants what, what will happen, where they could meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.chance_words import counted_words, quantal_words
from planner.analyses.disputes.mixture_words import mix_lead, mix_notes, mix_words
from planner.analyses.disputes.moves_words import (
    MOST_SHOWN,
    dominance_words,
    equilibrium_words,
    names,
    place,
    setting_words,
    table_words,
)
from planner.analyses.disputes.negotiate_words import (
    concession_words,
    consensus_words,
    difference_words,
    forecast_words,
    loss_words,
    preference_words,
    view_words,
)
from planner.report.chance_tables import mixed_table, quantal_table
from planner.report.charts_negotiate import GainRow, Gains, gains_svg
from planner.report.rounding import formatter, signed
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import ended, listed

if TYPE_CHECKING:
    from planner.analyses.disputes.agreement import Agreement, Stand
    from planner.analyses.disputes.moves import Cell, Moves
    from planner.analyses.forecast import Forecast
    from planner.analyses.negotiate import Negotiation
    from planner.report.findings import Findings

TOLD = 5  # sentences of one kind
OPTIONS = 12  # rows of a table and of the picture
STEPS = 8
MOST_ACROSS = 4  # combinations of others' moves that stand beside each other


def section(result: Negotiation, found: Findings) -> Section:
    """Return tables, sentences and picture of a dispute."""
    del found
    made, ahead = result.agreement, result.forecast
    stable = result.stability
    context = {
        "headline": plain(" ".join(filter(None, [result.headline(), view_words(result)]))),
        "moves": _moves(result),
        "positions": _positions(result),
        "differences": _few([difference_words(result, one) for one in result.differences]),
        "forecast": plain(ahead.headline()) if ahead is not None else "",
        "path": _path(result, ahead) if ahead is not None else "",
        "uncertain": _few(list(forecast_words(result, ahead))) if ahead is not None else [],
        "mixed": plain(counted_words(result.mixed)) if result.mixed is not None else "",
        "mixed_table": mixed_table(result.mixed) if result.mixed is not None else "",
        "quantal": _few(list(quantal_words(result.quantal))) if result.quantal is not None else [],
        "quantal_table": quantal_table(result.quantal) if result.quantal is not None else "",
        "gains": _gains(result, made) if made is not None else "",
        "gains_note": plain(_note(result, made)) if made is not None else "",
        "concessions": _few([*loss_words(result), *concession_words(result)]),
        "rules": plain(result.rules_agree()),
        "mix_lead": plain(mix_lead(result)),
        "mixes": _few(mix_words(result, lambda option: f"'{result.option(option)}'", result.actor)),
        "mix_notes": plain(" ".join(mix_notes(result))),
        "consensus": plain(consensus_words(result)),
        "preferences": _few(list(preference_words(result))),
        "stability": plain(stable.headline()) if stable is not None else "",
        "missing": [
            plain(ended(f"No {part}: {why}"))
            for part, why in result.missing.items()
            if not (part == "positions" and result.moves is not None) and why not in result.headline()
        ],
    }
    if made is None:
        return Section(context)
    alt = _alt(result, made)
    drawn = gains_svg(_drawn(result, made), title=finding(result, made), subtitle=_subtitle(result, made), alt=alt)
    return Section(context, {"negotiate": Picture(alt, drawn)})


def _few(sentences: list[str]) -> list[str]:
    return [plain(sentence) for sentence in sentences[:TOLD]]


def _positions(result: Negotiation) -> str:
    """Return a table of actors by options: values and places."""
    if not result.positions or result.agreement is None:
        return ""
    options = _shown(result)
    write = formatter([position.values[option] for position in result.positions for option in options])
    rows = []
    for option in options:
        cells = []
        for position in result.positions:
            ahead = position.places[: _place(position.places, option)]
            cells.append(f"{write(position.values[option])} ({1 + sum(map(len, ahead))}.)")
        rows.append([plain(result.option(option)), *cells])
    heads = ["Option", *(plain(result.actor(position.actor)) for position in result.positions)]
    return table(heads, rows, right=range(1, len(heads)))


def _moves(result: Negotiation) -> dict[str, Any]:
    """Return the table of own options against others' moves, what dominates what, and everybody's positions."""
    found = result.moves
    if found is None or found.plain:
        return {}
    shown = found.cells[:MOST_SHOWN]
    write = formatter([value for cell in shown for row in cell.values.values() for value in row.values()])

    def name(option: str) -> str:
        return plain(result.option(option))

    if len(shown) <= MOST_ACROSS:
        heads = [name_of(result, found), *(plain(combination(result, cell)) for cell in shown)]
        rows = [[name(o), *(plain(place(found, cell, o, write)) for cell in shown)] for o in found.options]
    else:
        heads = [name_of(result, found), "Others", "Worth"]
        rows = [
            [name(option), plain(combination(result, cell)), plain(place(found, cell, option, write))]
            for option in found.options
            for cell in shown
        ]
    return {
        "setting": plain(setting_words(result, found)),
        "table": table(heads, rows, right=range(1 if len(shown) <= MOST_ACROSS else 2, len(heads))) if shown else "",
        "notes": plain(" ".join(table_words(result, found))),
        "dominance": _few(list(dominance_words(result, found, names))),
        "equilibria": [plain(sentence) for sentence in equilibrium_words(result, found, names)],
    }


def name_of(result: Negotiation, found: Moves) -> str:
    """Return who decides, as the head of the options' column."""
    return plain(listed([result.actor(actor) for actor in found.by]))


def combination(result: Negotiation, cell: Cell) -> str:
    """Return what others do, by the names of their options."""
    told = [names(result, state, option) for state, option in cell.others.items()]
    if len(told) == 1:
        return told[0]
    assert result.moves is not None
    return ", ".join(f"{result.actor(result.moves.others[state])}: {name}"
                     for state, name in zip(cell.others, told, strict=True))  # fmt: skip


def _place(places: tuple[tuple[str, ...], ...], option: str) -> int:
    return next(at for at, place in enumerate(places) if option in place)


def _shown(result: Negotiation) -> list[str]:
    """Return the options that are shown: what is adopted, then the largest surplus."""
    made = result.agreement
    assert made is not None
    ordered = sorted(made.stands, key=lambda stand: (stand.option != made.option, -stand.surplus))
    kept = {stand.option for stand in ordered[:OPTIONS]}
    return [stand.option for stand in made.stands if stand.option in kept]


def _path(result: Negotiation, ahead: Forecast) -> str:
    """Return the likeliest way the forecast goes, as names; only where no chance splits it."""
    if not ahead.paths or not ahead.paths[0]:
        return ""
    kinds = [result.scenario.nodes[edge.partition(".")[0]].kind for edge in ahead.paths[0]]
    if "chance" in kinds:
        return ""
    steps = []
    for edge in ahead.paths[0][:STEPS]:
        node, _, option = edge.partition(".")
        who = listed([result.actor(actor) for actor in result.scenario.nodes[node].by])
        steps.append(f"{who + ': ' if who else ''}{result.scenario.nodes[node].edges[option].name}")
    return plain(" → ".join(steps) + (" → …" if len(ahead.paths[0]) > STEPS else ""))


def _gains(result: Negotiation, made: Agreement) -> str:
    """Return a table of gains over no agreement, with who blocks what."""
    shown = set(_shown(result))
    rows = []
    for stand in made.stands:
        if stand.option in shown:
            name = plain(result.option(stand.option))
            name = f"**{name}**" if stand.option == made.option else name
            rows.append([name, *(signed(gain) for gain in stand.gains.values()), plain(_standing(result, made, stand))])
    heads = ["Option", *(plain(result.actor(actor)) for actor in result.deciders), "Standing"]
    return table(heads, rows, right=range(1, len(heads) - 1))


def _standing(result: Negotiation, made: Agreement, stand: Stand) -> str:
    parts = []
    if stand.option == made.option:
        parts.append("adopted" if made.reached and made.rule is not None else "stands" if made.rule else "taken")
    if result.bargain is not None and stand.option in result.bargain.pareto:
        parts.append("efficient")
    if stand.blocked_by:
        parts.append(f"blocked by {listed([result.actor(actor) for actor in stand.blocked_by])}")
    elif stand.losers:
        parts.append(f"costs {listed([result.actor(actor) for actor in stand.losers])}")
    return ", ".join(parts)


def _note(result: Negotiation, made: Agreement) -> str:
    if made.fallback is not None:
        against = f"no agreement, which is '{result.option(made.fallback)}'"
    else:
        against = "what happens if each does what is best for it"
    more = len(made.stands) - len(_shown(result))
    cut = f" {more} more options are left out." if more else ""
    return f"Gains are counted from {against}; efficient: no other option is better for somebody at nobody's cost.{cut}"


def finding(result: Negotiation, made: Agreement) -> str:
    """Return what the picture shows, as a short title."""
    name = result.option(made.option)
    if made.rule is None:
        return f"{result.actor(result.positions_of_decider())} takes '{name}'"
    blocked = [stand for stand in made.stands if stand.blocked_by]
    rest = f"; {len(blocked)} of {len(made.stands)} options are blocked" if blocked else ""
    return f"'{name}' {'is agreed' if made.reached else 'stands'}{rest}"


def _subtitle(result: Negotiation, made: Agreement) -> str:
    if len(result.deciders) == 2:
        text = "Diamond: adopted. Filled: efficient, joined. Hollow: another option is better for somebody at no cost."
        return f"{text} Left of and below the dashed lines somebody loses against no agreement."
    del made
    return "One mark for each actor; left of the dashed line it loses against no agreement. Bold: adopted."


def _drawn(result: Negotiation, made: Agreement) -> Gains:
    efficient = set(result.bargain.pareto) if result.bargain is not None else set()
    shown = set(_shown(result))
    rows = []
    for stand in made.stands:
        if stand.option not in shown:
            continue
        fine = stand.option in efficient
        kind = ("adopted" if fine else "stands") if stand.option == made.option else "efficient" if fine else "other"
        note = _standing(result, made, stand) if stand.losers else ""
        note = note.replace("adopted, ", "").replace("stands, ", "").replace("efficient, ", "")
        rows.append(GainRow(result.option(stand.option), note, tuple(stand.gains.values()), kind))
    criteria = list(result.scenario.criteria.values())
    alone = criteria[0] if len(criteria) == 1 else None
    unit = f", {alone.unit}" if alone is not None and alone.unit else ""
    axis = f"gain over no agreement{unit or (', points' if alone is None else '')}"
    return Gains(tuple(rows), tuple(result.actor(actor) for actor in result.deciders), axis)


def _alt(result: Negotiation, made: Agreement) -> str:
    parts = []
    for stand in made.stands[:OPTIONS]:
        gains = listed([f"{result.actor(actor)} {signed(gain)}" for actor, gain in stand.gains.items()])
        parts.append(f"{result.option(stand.option)}: {gains}")
    return ended(f"Gains over no agreement. {'; '.join(parts)}")
