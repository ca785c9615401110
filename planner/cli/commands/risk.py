"""`planner risk`: how the value of each option is distributed."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any, TypedDict

import click

from planner.cli.options import Command, Question, file_argument, keep_options, question_options, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Unpack

    from planner.analyses.profiles.option_risk import OptionRisk
    from planner.analyses.profiles.tolerances import Equivalents
    from planner.analyses.risk import Risk
    from planner.cli.output import Output

ROWS = 10
ATOMS = 65_536
MARKS = 6  # round values at which cumulative probabilities are shown


class Told(TypedDict):
    """What counts as a loss and as a tail, how cautious the actor is, and how fine a profile may be."""

    below: float | None
    level: float
    risk_tolerance: float | None
    tolerances: tuple[float, ...]
    atoms: int


def _numbers(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> tuple[float, ...]:
    """Read numbers with commas between them."""
    found = []
    for text in (part for one in texts for part in one.split(",")):
        try:
            found.append(float(text))
        except ValueError:
            said = f"'{text.strip()}' is no number; write numbers with commas between them, such as 100,500."
            raise click.BadParameter(said, ctx, param) from None
    return tuple(found)


@click.command(
    "risk",
    cls=Command,
    examples=(
        "planner risk scenarios/tutorial.yaml",
        "planner risk moscow.yaml --actor france --below 45",
        "planner risk oil.yaml --tolerances 100000,500000 --profile",
    ),
)
@file_argument
@question_options
@click.option(
    "--below",
    type=float,
    metavar="X",
    help="Count a value below X, a cost above it, as a loss; else the actor's minimum, 0 or today.",
)
@click.option("--level", type=click.FloatRange(0, 1, min_open=True), default=0.05, show_default=True, metavar="SHARE",
              help="The share of worst cases whose mean is shown.")  # fmt: skip
@click.option("--risk-tolerance", type=click.FloatRange(0, min_open=True), metavar="R",
              help="Take it that the actor has this tolerance of risk, in the unit of values.")  # fmt: skip
@click.option("--tolerances", metavar="R,R,…", multiple=True, callback=_numbers,
              help="Tolerances for the table of certainty equivalents.")  # fmt: skip
@click.option("--atoms", type=click.IntRange(min=16), default=ATOMS, show_default=True, metavar="N",
              help="Put profiles of more than N different values on a grid.")  # fmt: skip
@click.option("--profile", is_flag=True, help="Print every value with its probability.")
@click.option("--rows", type=click.IntRange(min=0), default=ROWS, show_default=True, metavar="N",
              help="Show the first N sentences on dominance; 0 shows all.")  # fmt: skip
@keep_options
@reading
def command(
    out: Output,
    *,
    file: str,
    question: Question,
    profile: bool,
    rows: int,
    keep: Callable[[Output, str, Any], None],
    **told: Unpack[Told],
) -> None:
    """Show how the value of each option is distributed.

    The distribution is that over all paths that can follow, with later decisions as the strategy takes them: its
    mean, standard deviation and quantiles, the probability of a loss, the mean of the worst cases (CVaR), and the value
    for sure that is worth as much (CE, the certainty equivalent). Then how likely each option is to end at or below
    some values, which option dominates which, and at what tolerance of risk another would be taken.

    The smaller the tolerance R, the more cautious: an even bet to win R or lose R/2 is just about acceptable.
    """
    from planner.analyses.risk import risk
    from planner.files import load

    with out.progress("convolving"):
        scenario = load(file)
        result = risk(scenario, **question.arguments, **told)
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        _show(out, result, rows or None)
        if profile:
            _profiles(out, result)
    keep(out, "risk", result)


def _show(out: Output, result: Risk, rows: int | None) -> None:
    from planner.analyses.profiles.risk_words import unit_of
    from planner.cli.show import actor_name

    scenario = result.scenario
    out.line(scenario.title, style="bold")
    out.line(result.headline())
    out.write("\n")
    title = f"{result.at}: {scenario.nodes[result.node].title}"
    out.line(title, style="bold")
    if scenario.has_actors or unit_of(scenario):
        whose = f"Value to {actor_name(scenario, result.actor)}" if scenario.has_actors else "Value"
        unit = unit_of(scenario)
        out.line(f"{whose}{f', in{unit}' if unit else ''}")
    _options(out, result, result.actor)
    for text in _legend(result):
        out.line(text)
    out.write("\n")
    _cumulative(out, result)
    _dominance(out, result, rows)
    _tolerances(out, result)
    for actor in result.by_actor:
        if actor != result.actor:
            out.write("\n")
            out.line(f"The same for {actor_name(scenario, actor)}, who decides too", style="bold")
            _options(out, result, actor, short=True)


def _options(out: Output, result: Risk, actor: str, *, short: bool = False) -> None:
    from planner.analyses.paths import percent
    from planner.analyses.profiles.risk_words import worse_than
    from planner.cli.show import writer

    options = result.by_actor[actor]
    values = [_values(one) for one in options]
    write = writer(value for row in values for value in row)
    heads = ["mean", "sd", "min", "5 %", "50 %", "95 %", "max", "CVaR", "CE"]
    cells = [[write(value) for value in row] for row in values]
    if short:
        kept = [0, 1, 3, 5, 8]
        heads, cells = [heads[at] for at in kept], [[row[at] for at in kept] for row in cells]
    if result.references[actor].value is not None:
        place = -1 if short else -2
        heads.insert(place, worse_than(result, actor))
        for row, one in zip(cells, options, strict=True):
            row.insert(place, percent(one.probability_of_loss or 0.0))
    _packed(out, result, heads, cells)


def _values(one: OptionRisk) -> list[float]:
    made, (low, middle, high) = one.profile, (one.quantiles[share] for share in ("0.05", "0.5", "0.95"))
    return [made.mean, made.sd, made.low, low, middle, high, made.high, one.cvar, one.certainty_equivalent]


def _packed(out: Output, result: Risk, heads: Sequence[str], cells: Sequence[Sequence[str]], title: str = "") -> None:
    """Write a row of numbers for each option, in as many tables beneath each other as the width needs."""
    from planner.cli.output import GAP, Column, Row
    from planner.cli.show import BEST, TIED

    ids = [option.option for option in result.options]
    marks = [BEST if one == result.chosen else TIED if one in result.tied else "" for one in ids]
    room = out.width - 1 - GAP - max(map(len, (*ids, "option")))
    for part in _parts(room, heads, cells):
        columns = [Column(""), Column("option"), *(Column(head, number=True) for head in heads[part])]
        rows = [
            Row([mark, one, *row[part]], best=mark == BEST) for mark, one, row in zip(marks, ids, cells, strict=True)
        ]
        out.table(columns, rows, title=title)
        title = ""


def _parts(room: int, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[slice]:
    """Return which columns fit beside each other, at least one at a time."""
    from planner.cli.output import GAP

    starts, used = [0], 0
    for at, head in enumerate(heads):
        width = GAP + max(len(head), *(len(row[at]) for row in cells))
        if used + width > room and at > starts[-1]:
            starts.append(at)
            used = 0
        used += width
    return [slice(start, stop) for start, stop in pairwise([*starts, len(heads)])]


def _legend(result: Risk) -> list[str]:
    """Return what the columns mean and how exact they are, a sentence each."""
    from planner.analyses.paths import percent
    from planner.analyses.profiles.risk_words import written_plainly

    reference = result.references[result.actor]
    lines = [f"CVaR: the mean of the worst {percent(result.level)} of cases. CE: the certainty equivalent, "]
    if result.risk_tolerance is None:
        lines[0] += "which is the mean, as the actor is neutral to risk."
    else:
        lines[0] += f"at a risk tolerance of {written_plainly(result.risk_tolerance)}."
    if reference.value is None:
        lines.append(f"No probability of a loss: {reference.words}, or say --below.")
    elif reference.kind in {"minimum", "today"}:
        lines.append(f"{written_plainly(reference.value)} is {reference.words}.")
    if not result.exact:
        bound = max(option.profile.bound for option in result.options)
        lines.append(
            f"Profiles are on a grid: no value is displaced by more than {bound:.2g}; mean, sd, min and max are exact."
        )
    return lines


def _cumulative(out: Output, result: Risk) -> None:
    """Write how likely each option is to end at some round values or worse."""
    from planner.analyses.profiles.risk_words import at_or_worse
    from planner.cli.show import writer

    ends = [one.quantiles[share] for one in result.options for share in ("0.01", "0.99")]
    marks = _round(min(ends), max(ends))
    write = writer(marks)
    cells = []
    for one in result.options:
        made = one.profile
        shares = [made.at_most(mark) if result.sense > 0 else made.at_least(mark) for mark in marks]
        cells.append([_share(share) for share in shares])
    _packed(out, result, [write(mark) for mark in marks], cells, title=f"How likely it is to end {at_or_worse(result)}")


def _share(probability: float) -> str:
    """Write a probability, nothing possible as nothing."""
    from planner.analyses.paths import percent

    return percent(probability) if probability else "-"


def _round(low: float, high: float) -> list[float]:
    """Return round values over a range, a few at most.

    >>> _round(-10, 35)
    [-10.0, 0.0, 10.0, 20.0, 30.0]
    """
    if high <= low:
        return [low]
    power = 10.0 ** floor(log10((high - low) / MARKS))
    step = next(power * digit for digit in (1, 2, 5, 10, 20) if (high - low) / (power * digit) < MARKS)
    return [at * step for at in range(ceil(low / step), floor(high / step) + 1)]


def _dominance(out: Output, result: Risk, rows: int | None) -> None:
    from planner.cli.show import rest

    sentences = result.dominance_words(ids=True)
    if not sentences:
        return
    out.write("\n")
    out.line("Dominance, with later decisions as they are now", style="bold")
    for sentence in sentences[:rows]:
        out.line(sentence)
    rest(out, len(sentences), rows, "sentence")


def _tolerances(out: Output, result: Risk) -> None:
    """Write certainty equivalents by tolerance of risk, and where the choice changes."""
    from planner.cli.output import GAP, Column, Row, counted
    from planner.cli.show import writer

    found = result.tolerances
    out.write("\n")
    out.line("Tolerance of risk, with later decisions taken anew", style="bold")
    out.line(result.tolerance_words(ids=True))
    if found.neutral is None:
        return
    lines = [*found.rows, found.neutral]
    write = writer(value for line in lines for value in line.values.values())
    tolerance = writer(line.risk_tolerance for line in found.rows)
    labels = [*(tolerance(line.risk_tolerance) for line in found.rows), "neutral"]
    taken = [_taken(line) for line in lines]
    room = out.width - GAP - max(map(len, (*labels, "tolerance"))) - max(map(len, (*taken, "taken")))
    columns = {option.option: [write(line.values[option.option]) for line in lines] for option in result.options}
    options = _that_fit(room, columns, {line.chosen for line in lines})
    cells = [[columns[option][row] for option in options] for row in range(len(lines))]
    for part in _parts(room, options, cells):
        heads = [Column("tolerance", number=True), Column("taken")]
        heads += [Column(option, number=True) for option in options[part]]
        rows = [Row([label, one, *row[part]]) for label, one, row in zip(labels, taken, cells, strict=True)]
        out.table(heads, rows)
    if len(options) < len(columns):
        out.line(f"… and {counted(len(columns) - len(options), 'more option')}; --json shows all.")


def _taken(line: Equivalents) -> str:
    """Return what is taken at one tolerance, and what is as good."""
    others = [option for option in line.tied if option != line.chosen]
    return " = ".join((line.chosen, *others)) if len(others) < 2 else f"{line.chosen} = {len(others)} others"


def _that_fit(room: int, columns: Mapping[str, Sequence[str]], taken: Collection[str]) -> list[str]:
    """Return the options that are taken at some tolerance, and as many of the others as fit beside them."""
    from planner.cli.output import GAP

    widths = {option: GAP + max(map(len, (option, *column))) for option, column in columns.items()}
    kept = {option for option in columns if option in taken}
    for option in columns:
        if sum(widths[one] for one in {*kept, option}) <= room:
            kept.add(option)
    return [option for option in columns if option in kept]


def _profiles(out: Output, result: Risk) -> None:
    """Write every value of every option with its probability."""
    from planner.analyses.paths import percent
    from planner.cli.output import Column, Row
    from planner.cli.show import writer

    for option in result.options:
        made = option.profile
        values = made.values.tolist()
        write = writer(values)
        out.write("\n")
        rows = [
            Row([write(value), percent(mass), percent(reached)])
            for value, mass, reached in zip(values, made.mass.tolist(), made.cumulative.tolist(), strict=True)
        ]
        columns = [Column(head, number=True) for head in ("value", "probability", "at or below")]
        out.table(columns, rows, title=f"{option.option}: {result.name(option.option)}")
