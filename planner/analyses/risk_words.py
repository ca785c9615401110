"""What risk profiles say, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.paths import percent
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.analyses.pairs import Crossing, Dominance
    from planner.analyses.risk import OptionRisk, Risk
    from planner.core.model import Scenario

FLIPS = 4  # as many changes of mind are told in one sentence


def unit_of(scenario: Scenario) -> str:
    """Return the unit of values with a space before it; none where they are scores."""
    criteria = list(scenario.criteria.values())
    return f" {criteria[0].unit}" if len(criteria) == 1 and not criteria[0].has_scale and criteria[0].unit else ""


def writer(result: Risk, actor: str | None = None) -> Callable[[float], str]:
    """Return a function that writes values of an actor with the decimals that its quantiles need."""
    options = result.by_actor[actor or result.actor]
    values = [value for one in options for value in (one.profile.mean, one.quantiles["0.05"], one.quantiles["0.95"])]
    places = decimals(values)
    return lambda value: written(value, places)


def written_plainly(value: float) -> str:
    """Write one number with the decimals that it needs."""
    return written(value, decimals([value]))


def quoted(result: Risk, option: str) -> str:
    """Return an option's name in quotes."""
    return f"'{result.name(option)}'"


def worse_than(result: Risk, actor: str | None = None) -> str:
    """Return what counts as a loss: ``below 0``; for costs ``above 40``."""
    reference = result.references[actor or result.actor].value
    assert reference is not None
    word = "below" if result.sense > 0 else "above"
    return f"{word} {written_plainly(reference)}{unit_of(result.scenario)}"


# --- the headline -----------------------------------------------------------------------------------------------


def headline(result: Risk) -> str:
    """Say in one sentence what the option that is taken may come to, and what speaks against it."""
    option = result.option(result.chosen)
    text = f"{quoted(result, result.chosen)} {_brings(result, option)}"
    against = _against(result)
    return f"{text}; {against}." if against else f"{text}."


def _brings(result: Risk, option: OptionRisk) -> str:
    unit = unit_of(result.scenario)
    whose = f" for {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    verb = "costs" if result.sense < 0 else "brings"
    made = option.profile
    mean = f"{written_plainly(made.mean)}{unit}"
    if made.sd == 0:
        return f"{verb} {mean} for certain{whose}"
    ends = [option.quantiles[share] for share in ("0.05", "0.95")]
    low, high = (written(end, decimals(ends)) for end in ends)
    text = f"{verb} {mean} in the mean{whose}, between {low} and {high} in nine cases of ten"
    if option.probability_of_loss is None:
        return text
    if option.probability_of_loss == 0:
        return f"{text}, never {worse_than(result)}"
    return f"{text}, {worse_than(result)} with probability {percent(option.probability_of_loss)}"


def _against(result: Risk) -> str:
    """Say what speaks against the option that is taken: another dominates it, or more caution would change it."""
    over = result.pairs[result.actor].over(result.chosen)
    if over:
        by = listing(quoted(result, one.better) for one in over[:2])
        return f"{by} {'dominates' if len(over) == 1 else 'dominate'} it"
    others = {one.option for one in result.options} - {result.chosen}
    if others and others <= {one.worse for one in result.pairs[result.actor].dominance if one.better == result.chosen}:
        return "it dominates every other option"
    now = result.risk_tolerance
    flips = [one for one in result.tolerances.flips if now is None or one.risk_tolerance < now]
    if not flips:
        return ""
    nearest = flips[-1]
    at = written_plainly(nearest.risk_tolerance)
    return f"with a risk tolerance below {at}{unit_of(result.scenario)} {quoted(result, nearest.below)} would be taken"


# --- dominance --------------------------------------------------------------------------------------------------


def dominance_words(result: Risk) -> list[str]:
    """Return a sentence for each pair: dominance, what is undecided, equals, and pairs of which neither dominates.

    Within each kind those with the option that is taken come first.
    """
    found = result.pairs[result.actor]
    write = _pair_writer(result)
    dominance = sorted(found.dominance, key=lambda one: result.chosen not in {one.better, one.worse})
    crossings = sorted(found.crossings, key=lambda one: result.chosen not in one.options)
    return [
        *(_dominates(result, one, write) for one in dominance),
        *(
            f"Whether {quoted(result, one.better)} dominates {quoted(result, one.worse)} at {_order(one.order)} order "
            "is left open by the grid that the profiles are on; more --atoms may settle it."
            for one in found.undecided
        ),
        *(f"{quoted(result, one)} and {quoted(result, other)} have the same profile." for one, other in found.equal),
        *(_crosses(result, one, write) for one in crossings),
    ]


def _order(order: int) -> str:
    return "first" if order == 1 else "second"


def _pair_writer(result: Risk) -> Callable[[float], str]:
    """Return a function that writes the values that options are compared at, and shortfalls."""
    found = result.pairs[result.actor]
    values = [one.witness.value for one in found.dominance]
    values += [lead.value for one in found.crossings for lead in one.ahead]
    places = decimals(values)
    return lambda value: written(value, places)


def _dominates(result: Risk, one: Dominance, write: Callable[[float], str]) -> str:
    better, worse, at = quoted(result, one.better), quoted(result, one.worse), one.witness
    value = f"{write(at.value)}{unit_of(result.scenario)}"
    if one.order == 1:
        chances = f"{percent(at.better)} against {percent(at.worse)}"
        beyond = "below" if result.sense > 0 else "above"
        return (
            f"{better} dominates {worse} at first order: at every value it is at most as likely to end there or "
            f"{beyond}, most clearly at {value} ({chances})."
        )
    goes = "falls short of" if result.sense > 0 else "goes beyond"
    return (
        f"{better} dominates {worse} at second order: whoever shuns risk prefers this profile. "
        f"In the mean it {goes} {value} by {write(at.better)}, {worse} by {write(at.worse)}."
    )


def at_or_worse(result: Risk) -> str:
    """Return which way values get worse: ``at or below``; for costs ``at or above``."""
    return "at or below" if result.sense > 0 else "at or above"


def _crosses(result: Risk, one: Crossing, write: Callable[[float], str]) -> str:
    first, second = (quoted(result, option) for option in one.options)
    unit = unit_of(result.scenario)
    parts = [
        f"{name} is less likely to end {at_or_worse(result)} {write(lead.value)}{unit} "
        f"({percent(lead.better)} against {percent(lead.worse)})"
        for name, lead in zip((first, second), one.ahead, strict=True)
    ]
    if (one.ahead[0].value > one.ahead[1].value) == (result.sense > 0):
        parts.reverse()  # the bad end first
    return f"Neither {first} nor {second} dominates: {', '.join(parts)}."


# --- tolerance of risk ------------------------------------------------------------------------------------------


def tolerance_words(result: Risk) -> str:
    """Return how the choice depends on the tolerance of risk, in a sentence."""
    found = result.tolerances
    whose = f" of {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    if found.looked is None:
        return f"The tolerance of risk{whose} changes nothing: {found.reason}." if found.reason else ""
    if not found.flips:
        return f"{quoted(result, result.chosen)} is taken whatever the tolerance of risk{whose}."
    shown = found.flips[-FLIPS:]
    unit = unit_of(result.scenario)
    at = [written_plainly(flip.risk_tolerance) for flip in shown]
    parts = [f"below {at[0]}{unit} {quoted(result, shown[0].below)} is taken"]
    parts += [
        f"from {low} to {high}{unit} {quoted(result, flip.above)}"
        for flip, low, high in zip(shown[:-1], at[:-1], at[1:], strict=True)
    ]
    parts.append(f"above {at[-1]}{unit} {quoted(result, shown[-1].above)}")
    hidden = len(found.flips) - len(shown)
    more = f" The choice changes {hidden:,} more times at smaller tolerances." if hidden else ""
    return f"It depends on the tolerance of risk{whose}: {', '.join(parts)}.{more}"


# --- notebooks --------------------------------------------------------------------------------------------------


def table(result: Risk) -> str:
    """Return headline and options as Markdown."""
    write = writer(result)
    loss = result.references[result.actor].value is not None
    heads = ["option", "mean", "sd", "5 %", "50 %", "95 %", *([worse_than(result)] if loss else [])]
    heads += [f"worst {percent(result.level)}", "certainty equivalent"]
    lines = [f"**{_escaped(result.scenario.title)}**", "", _escaped(result.headline()), ""]
    lines += ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for one in result.options:
        name = _escaped(result.name(one.option))
        cells = [write(value) for value in _numbers(one)]
        cells += [percent(one.probability_of_loss)] if one.probability_of_loss is not None else []
        cells += [write(one.cvar), write(one.certainty_equivalent)]
        lines.append(f"| {f'**{name}**' if one.option == result.chosen else name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _numbers(option: OptionRisk) -> Sequence[float]:
    made = option.profile
    return [made.mean, made.sd, *(option.quantiles[share] for share in ("0.05", "0.5", "0.95"))]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("\n", " ")
