"""`planner negotiate`: who wants what, what will happen, where they could meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import click

from planner.cli import complete
from planner.cli.options import Command, Numbers, file_argument, keep_options, numbers_options, reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from planner.analyses.disputes.agreement import Agreement
    from planner.analyses.forecast import Forecast
    from planner.analyses.negotiate import Negotiation
    from planner.cli.output import Output

MOST_PATHS = 5


class Asked(TypedDict):
    """What is asked beyond the numbers."""

    at: str | None
    actor: str | None
    among: tuple[str, ...]
    counter_moves: str | None
    from_: str | None
    wanted: str | None
    spread: float
    draws: int
    seed: int
    mixed: bool
    quantal: list[float] | None


def _names(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[str, ...]:
    del ctx, param
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _precisions(ctx: click.Context, param: click.Parameter, text: str | None) -> list[float] | None:
    """Return precisions; none of them for `auto`."""
    if text is None or text == "auto":
        return None if text is None else []
    try:
        return [float(each) for each in text.split(",")]
    except ValueError:
        raise click.BadParameter(f"'{text}' is no list of numbers like 0,1,5, nor `auto`.", ctx, param) from None


def _state(text: str | None) -> str | int | None:
    return int(text) if text is not None and text.isdecimal() else text


@click.command(
    "negotiate",
    cls=Command,
    examples=(
        "planner negotiate scenarios/european-line-on-moscow.yaml",
        "planner negotiate moscow.yaml --among uk,france --spread 0.2",
        "planner negotiate conflict.yaml --from 5 --counter-moves single",
        "planner negotiate crisis.yaml --mixed --quantal auto",
    ),
)
@file_argument
@click.option("--at", metavar="DECISION", shell_complete=complete.nodes,
              help="The decision to look at, if not the first: a node, or a state as 'table[round=2]'.")  # fmt: skip
@click.option("--actor", metavar="ACTOR", shell_complete=complete.actors,
              help="From whose point of view it is told: its position, and what others would have to concede to it, "
              "come first.")  # fmt: skip
@click.option("--among", metavar="ACTOR,ACTOR", callback=_names, shell_complete=complete.actors,
              help="Between whom an agreement is looked for, if not those who decide.")  # fmt: skip
@click.option("--spread", type=click.FloatRange(min=0, max=1, max_open=True), default=0.0, show_default=True,
              help="Vary weights without a range by this share of themselves.")  # fmt: skip
@click.option("--draws", type=click.IntRange(min=2), default=4_096, show_default=True, metavar="N",
              help="How many sets of weights are drawn.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed, the same draws.")
@click.option("--counter-moves", type=click.Choice(["legal", "single", "repeated"]),
              help="Whose counter-moves count in a conflict of three and more: of all others in turn (legal), one move "
              "of one of them, or all in any order.")  # fmt: skip
@click.option("--from", "from_", metavar="STATE", help="The status quo of the conflict, if not the file's.")
@click.option("--wanted", metavar="STATE", help="Say what would make this state of the conflict stable.")
@click.option("--mixed", is_flag=True,
              help="Find equilibria in which choices are left to chance, too, where moves are not seen.")  # fmt: skip
@click.option("--quantal", metavar="PRECISION,...", callback=_precisions,
              help="Say what happens if better options are likelier and none is certain: 0 for all equally likely, "
              "more for actors who err less, per point of value; `auto` picks some.")  # fmt: skip
@numbers_options
@keep_options
@reading
def command(
    out: Output,
    *,
    file: str,
    numbers: Numbers,
    keep: Callable[[Output, str, Negotiation], None],
    **asked: Unpack[Asked],
) -> None:
    """Say who wants what, what will happen, where they could meet.

    Positions: how each actor ranks the options, and what would bring it round. Forecast: what happens if each does
    what is best for it, with ties, margins and empty threats. Agreement: what is adopted, who blocks what, what a
    blocked option would need, and packages by four rules of bargaining. Stability: where a section `conflict` is given.
    Chance: with --mixed and --quantal.
    """
    from planner.analyses.negotiate import negotiate
    from planner.files import load

    with out.progress("negotiating"):
        scenario = load(file)
        given: dict[str, Any] = {**asked, "from_": _state(asked["from_"]), "wanted": _state(asked["wanted"])}
        result = negotiate(
            scenario, overrides=numbers.overrides, rule=numbers.rule, max_states=numbers.max_states, **given
        )
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        show(out, result)
    keep(out, "negotiate", result)


def show(out: Output, result: Negotiation) -> None:
    """Write a negotiation part by part."""
    from planner.analyses.disputes.negotiate_words import view_words
    from planner.cli.negotiate_chance import show_mixed, show_quantal

    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    if view := view_words(result):
        out.line(view)
    _standing(out, result)
    if result.forecast is not None:
        _forecast(out, result, result.forecast)
    if result.mixed is not None:
        show_mixed(out, result.mixed)
    if result.quantal is not None:
        show_quantal(out, result.quantal)
    if result.agreement is not None:
        _agreement(out, result, result.agreement)
    _stability(out, result)
    for part, why in result.missing.items():
        if (part == "positions" and result.moves is not None) or why in result.headline():
            continue  # said where it would stand
        out.write("\n")
        out.line(f"No {part}: {why}.")
    _terms(out, result)


def _standing(out: Output, result: Negotiation) -> None:
    """Write who wants what, among moves that are not seen or not."""
    from planner.cli.negotiate_moves import show_moves

    if result.moves is not None and not result.moves.plain:
        out.write("\n")
        out.line("Who wants what, among moves that are not seen", style="bold")
        show_moves(out, result, result.moves)
    if result.positions and (result.moves is None or not result.moves.simultaneous):
        _positions(out, result)


def _stability(out: Output, result: Negotiation) -> None:
    from planner.cli.negotiate_stability import show_stability

    if result.stability is None:
        return
    if result.stability.headline() not in result.headline():
        out.write("\n")
        out.line(result.stability.headline())
    show_stability(out, result.stability, terms=False)


def _terms(out: Output, result: Negotiation) -> None:
    from planner.analyses.disputes.negotiate_words import glossary
    from planner.cli.negotiate_stability import TERMS

    told = [f"{term}: {meaning}" for term, meaning in glossary(result).items()]
    told += TERMS if result.stability is not None else ()
    if told:
        out.write("\n")
        out.line("Terms", style="bold")
        for line in told:
            out.line(line, indent=2)


def _positions(out: Output, result: Negotiation) -> None:
    from planner.analyses.disputes.negotiate_words import difference_words
    from planner.cli.show import BEST, Line, value_table

    out.write("\n")
    first = result.moves is not None and len(result.moves.settled) > 1
    out.line("Who wants what" + (", in the first equilibrium" if first else ""), style="bold")
    chosen = result.agreement.option if result.agreement is not None else ""
    lines = [
        Line(
            option,
            {position.actor: position.values[option] for position in result.positions},
            result.option(option) if result.option(option) != option else "",
            BEST if option == chosen else "",
        )
        for option in result.positions[0].values
    ]
    value_table(out, "option", lines)
    out.write("\n")
    for position in result.positions:
        places = " > ".join(" = ".join(place) for place in position.places)
        out.line(f"{result.actor(position.actor)}: {places}")
    for difference in result.differences:
        out.line(difference_words(result, difference))


def _forecast(out: Output, result: Negotiation, found: Forecast) -> None:
    from planner.analyses.disputes.negotiate_words import forecast_words, payoff_margin_words

    out.write("\n")
    out.line("What will happen", style="bold")
    if found.headline() not in result.headline() or not found.paths:
        out.line(found.headline())
    shown = [path for path in found.paths if path][:MOST_PATHS]
    for path in shown:
        out.line(" > ".join(path), indent=2)
    if len(found.paths) > len(shown):
        more = len(found.paths) - len(shown)
        out.line(f"… and {more} more{'' if found.complete else ' at least'}; --json lists them.", indent=2)
    for sentence in forecast_words(result, found):
        out.line(sentence)
    for sentence in payoff_margin_words(result, found):
        out.line(sentence)
    if not found.count and result.mixed is None:
        out.line("--mixed finds equilibria in which choices are left to chance.")
    if found.nash.count is not None and found.nash.count != found.count:
        out.line(f"{found.nash.count:,} pure Nash equilibria, of which {found.count:,} subgame-perfect.")


def _agreement(out: Output, result: Negotiation, made: Agreement) -> None:
    from planner.analyses.disputes.mixture_words import mix_lead, mix_notes, mix_words
    from planner.analyses.disputes.negotiate_words import (
        concession_words,
        consensus_words,
        loss_words,
        package_words,
        pivotal,
        preference_words,
        standing_words,
    )
    from planner.cli.output import Column, Row
    from planner.cli.show import BEST, Line, value_table

    out.write("\n")
    out.line("Where they could meet", style="bold")
    if made.rule is None:
        who = result.actor(result.positions_of_decider())
        out.line(f"{who} decides alone; gains are counted from what happens if each does what is best for it.")
    lines = [Line(stand.option, stand.gains, mark=BEST if stand.option == made.option else "") for stand in made.stands]
    value_table(out, "gains by", lines)
    for sentence in (*standing_words(result), *loss_words(result), *concession_words(result)):
        out.line(sentence)
    out.write("\n")
    out.line("Packages, and what each gains", style="bold")
    for sentence in package_words(result):
        out.line(sentence, indent=2)
    out.line(result.rules_agree())
    if lead := mix_lead(result):
        out.line(lead)
        for sentence in mix_words(result):
            out.line(sentence, indent=2)
        for sentence in mix_notes(result):
            out.line(sentence)
    out.line(consensus_words(result))
    for sentence in preference_words(result):
        out.line(sentence)
    if made.power is not None and pivotal(result):
        out.write("\n")
        rows = [
            Row([actor, f"{share:.3f}", f"{made.power.shapley_shubik[actor]:.3f}"])
            for actor, share in made.power.banzhaf.items()
        ]
        heads = [Column("votes of"), Column("Banzhaf", number=True), Column("Shapley-Shubik", number=True)]
        out.table(heads, rows, title="Who is pivotal")
