"""What a paper says of a simulation: how sure the choice is, what drives it, and whether there were enough draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.paths import percent
from planner.analyses.result import written
from planner.report.charts_best import Share, best_svg
from planner.report.charts_simulate import Strip, simulate_svg
from planner.report.rounding import percentages
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import capital, count, ended

if TYPE_CHECKING:
    from planner.analyses.drawing.drivers import Driver, Drivers
    from planner.analyses.drawing.simulation import SimulatedOption, Simulation
    from planner.report.findings import Findings

SHOWN = 10  # options that are listed and drawn; the best is always among them
INPUTS = 5  # inputs that are listed
LEAST = 0.01  # of the variance, that they must be able to answer for


def section(result: Simulation, found: Findings) -> Section:
    """Return tables, sentences and picture of a simulation."""
    shown = _shown(result)
    driven = result.drivers[0]
    context = {
        "headline": plain(result.headline()),
        "table": _table(result, shown),
        "note": plain(_note(result, shown)),
        "enough": plain(result.enough()) if result.second_seed else "",
        "lead": plain(_lead(result, driven)),
        "drivers": _drivers(result, driven) if driven.varies else "",
        "drivers_note": plain(_drivers_note(result, driven)),
        "notes": [plain(note) for note in result.notes],
    }
    strips = [
        Strip(
            name=result.name(one.option),
            quantiles=_five(one),
            label=f"{_shares(result)[one.option]}, loss {result.losses()[one.option]}",
            best=one.option == result.best,
        )
        for one in shown
    ]
    drawn = simulate_svg(strips, axis=_axis(result, found), title=finding(result), subtitle=_subtitle(result, shown),
                         alt=_alt(result, shown))  # fmt: skip
    pictures = {"simulate": Picture(_alt(result, shown), drawn)}
    if sum(one.probability_best > 0 for one in shown) > 1:
        pictures["best"] = Picture(_best_alt(result, shown), _best(result, shown))
    return Section(context, pictures)


def _best(result: Simulation, shown: list[SimulatedOption]) -> str:
    """Draw in what share of the draws each option is best."""
    shares = _shares(result)
    bars = [
        Share(result.name(one.option), one.probability_best, shares[one.option], one.option == result.best)
        for one in shown
    ]
    what = "it is agreed on or stands" if len(result.by) > 1 else "it is best"
    note = (
        f"Of {result.draws:,} draws of all uncertain inputs together, seed {result.seed}. Computed from stated inputs."
    )
    return best_svg(
        bars, axis=f"Draws in which {what}, %", title=finding(result), subtitle=note,
        alt=_best_alt(result, shown),
    )  # fmt: skip


def _best_alt(result: Simulation, shown: list[SimulatedOption]) -> str:
    told = "; ".join(f"{result.name(one.option)} {_shares(result)[one.option]}" for one in shown)
    return ended(f"Share of the draws in which each option is best. {told}")


def finding(result: Simulation) -> str:
    """Return what the simulation shows, as a short title for the picture."""
    best, name = result.option(result.best), result.name(result.best)
    if len(result.options) == 1:
        return f"{name} is the only option"
    verb = "stands" if result.best == result.fallback else "is agreed on" if len(result.by) > 1 else "is best"
    if best.probability_best == 1:
        return f"{name} {verb} in every one of {result.draws:,} draws"
    return f"{name} {verb} in {percent(best.probability_best)} of {result.draws:,} draws"


def _five(one: SimulatedOption) -> tuple[float, float, float, float, float]:
    low, lower, middle, upper, high = one.spread.quantiles.values()
    return low, lower, middle, upper, high


def _shown(result: Simulation) -> list[SimulatedOption]:
    """Return the options that are told of, in file order."""
    if len(result.options) <= SHOWN:
        return list(result.options)
    kept = [result.best, *(option for option in result.order if option != result.best)][:SHOWN]
    return [one for one in result.options if one.option in kept]


def _shares(result: Simulation) -> dict[str, str]:
    """Return in how many draws each option is best, as per cents that add up."""
    texts = percentages([one.probability_best for one in result.options])
    return dict(zip((one.option for one in result.options), texts, strict=True))


def _table(result: Simulation, shown: list[SimulatedOption]) -> str:
    places, shares, losses = result.places, _shares(result), result.losses()
    rows = []
    for one in shown:
        name = plain(result.name(one.option))
        low, _, middle, _, high = _five(one)
        numbers = [written(number, places) for number in (one.spread.mean, low, middle, high)]
        name = f"**{name}**" if one.option == result.best else name
        rows.append([name, *numbers, shares[one.option], losses[one.option]])
    head = ["Option", "Mean", "5 %", "Median", "95 %", "Best in", "Expected loss"]
    return table(head, rows, right=range(1, 7))


def _note(result: Simulation, shown: list[SimulatedOption]) -> str:
    """Say what the columns are."""
    whose = f" to {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    what = "cost" if result.costs else "value"
    taken = "agreed on, or stands as the fallback" if len(result.by) > 1 else "taken"
    text = (
        f"Mean and quantiles of the {what}{whose}. Best in: the share of draws in which an option is {taken}. Expected "
        "loss: how far it falls short of the best option of each draw, on average."
    )
    hidden = len(result.options) - len(shown)
    return f"{text} Left out here: {count(hidden, 'more option')}." if hidden else text


def _lead(result: Simulation, driven: Drivers) -> str:
    """Say what is driven."""
    names = [f"'{result.name(option)}'" for option in driven.options]
    told = f"The lead of {names[0]} over {names[1]}" if len(names) > 1 else f"The value of {names[0]}"
    return f"{told} varies with:" if driven.varies else f"{told} is the same in every draw."


def _weighty(driven: Drivers) -> list[Driver]:
    """Return the inputs that are listed: those that may answer for a hundredth of the variance, the first at least."""
    kept = [driver for driver in driven.drivers[:INPUTS] if driver.total is None or driver.total.high >= LEAST]
    return kept or list(driven.drivers[:1])


def _drivers(result: Simulation, driven: Drivers) -> str:
    rows = []
    for driver in _weighty(driven):
        correlation = f"{driver.rank_correlation.value:+.2f}" if driver.rank_correlation else ""
        shares = []
        if driver.first and driver.total:
            low, high = max(driver.total.low, 0.0), driver.total.high
            shares = [f"{max(driver.first.value, 0.0):.2f}", f"{driver.total.value:.2f} ({low:.2f} to {high:.2f})"]
        rows.append([str(driver.rank or ""), plain(capital(result.input_name(driver))), *shares, correlation])
    head = ["Place", "Input", *(["Alone", "In all (95 % interval)"] if driven.rows else []), "Rank correlation"]
    return table(head, rows, right=[0, *range(2, len(head))])


def _drivers_note(result: Simulation, driven: Drivers) -> str:
    parts = []
    listed = _weighty(driven)
    if driven.rows and driven.varies:
        parts.append("Shares of the variance (Sobol indices): by the input alone, and by all that it has a part in.")
    if driven.varies and any(driver.rank is None for driver in listed):
        parts.append("No place is given where the 95 % intervals do not settle it.")
    hidden = len(driven.drivers) - len(listed)
    if driven.varies and hidden > 0:
        parts.append(f"Left out here: {count(hidden, 'weaker input')}.")
    if len(result.drivers) > 1 and (told := result.hangs_on(named=True)):
        parts.append(told)
    return " ".join(parts)


def _axis(result: Simulation, found: Findings) -> str:
    whose = f" to {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    if found.scored:
        return f"Value{whose}, 0 (worst) to 100 (best)"
    unit = f", {found.unit}" if found.unit else ""
    return f"{'Cost' if result.costs else 'Value'}{whose}{unit}{' (smaller is better)' if result.costs else ''}"


def _subtitle(result: Simulation, shown: list[SimulatedOption]) -> str:
    text = (
        "Line: nine draws out of ten. Box: the middle half. Stroke: the median. On the right: the share of draws in "
        "which the option is best, and what keeping to it loses on average. Computed from the stated distributions."
    )
    hidden = len(result.options) - len(shown)
    return f"{text} Without {count(hidden, 'more option')}." if hidden else text


def _alt(result: Simulation, shown: list[SimulatedOption]) -> str:
    places, shares = result.places, _shares(result)
    parts = []
    for one in shown:
        low, _, middle, _, high = (written(number, places) for number in _five(one))
        parts.append(f"{result.name(one.option)}: median {middle}, {low} to {high}, best in {shares[one.option]}")
    return ended(f"Spread of each option over {result.draws:,} draws. {'; '.join(parts)}")
