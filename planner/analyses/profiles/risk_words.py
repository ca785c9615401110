"""What risk profiles say, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.analyses.notebook import escaped
from planner.analyses.paths import percent
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.profiles.option_risk import OptionRisk
    from planner.analyses.profiles.pairs import Crossing, Dominance
    from planner.analyses.risk import Risk
    from planner.core.model import Scenario

FLIPS = 4  # as many changes of mind are told in one sentence
DOMINATED = 4  # as many options are named that another dominates


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


Namer = Callable[[str], str]  # from an option to how it is called


def quoted(result: Risk, option: str) -> str:
    """Return an option's name in quotes."""
    return f"'{result.name(option)}'"


def _namer(result: Risk, *, ids: bool) -> Namer:
    return lambda option: f"'{option}'" if ids else quoted(result, option)


def worse_than(result: Risk, actor: str | None = None) -> str:
    """Return what counts as a loss, without unit: ``below 0``; for costs ``above 40``."""
    reference = result.references[actor or result.actor].value
    assert reference is not None
    word = "below" if result.sense > 0 else "above"
    return f"{word} {written_plainly(reference)}"


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
    often = "always" if ends == [made.low, made.high] else "in nine cases of ten"
    text = f"{verb} {mean} in the mean{whose}, {often} between {low} and {high}"
    if option.probability_of_loss is None:
        return text
    if option.probability_of_loss == 0:
        return f"{text}, never {worse_than(result)}"
    return f"{text}, {worse_than(result)} with probability {percent(option.probability_of_loss)}"


def _against(result: Risk) -> str:
    """Say whether another option dominates the one that is taken, or it all others; and whether caution changes it."""
    found = result.pairs[result.actor]
    over = found.over(result.chosen)
    if over:
        by = listing(quoted(result, one.better) for one in over[:2])
        return f"{by} {'dominates' if len(over) == 1 else 'dominate'} it"
    others = {one.option for one in result.options} - {result.chosen}
    beaten = {one.worse for one in found.dominance if one.better == result.chosen}
    parts = ["its profile dominates all others"] if others and others <= beaten else []
    now = result.risk_tolerance
    flips = [one for one in result.tolerances.flips if now is None or one.risk_tolerance < now]
    if flips:
        at = f"{written_plainly(flips[-1].risk_tolerance)}{unit_of(result.scenario)}"
        parts.append(f"with a risk tolerance below {at} {quoted(result, flips[-1].below)} would be taken")
    return ", yet ".join(parts)


# --- dominance --------------------------------------------------------------------------------------------------


def dominance_words(result: Risk, *, ids: bool = False) -> list[str]:
    """Return what dominates what, what is undecided, what is equal, and of which pairs neither dominates, in sentences.

    Within each kind those with the option that is taken come first. With ``ids`` options are called by id, not by name.
    """
    name = _namer(result, ids=ids)
    found = result.pairs[result.actor]
    write = _pair_writer(result)
    groups: dict[tuple[str, int], list[Dominance]] = {}
    for one in sorted(found.dominance, key=lambda one: (one.better != result.chosen, one.worse != result.chosen)):
        groups.setdefault((one.better, one.order), []).append(one)
    crossings = sorted(found.crossings, key=lambda one: result.chosen not in one.options)
    return [
        *(_dominates(result, group, name, write) for group in groups.values()),
        *(
            f"Whether {name(one.better)} dominates {name(one.worse)} at {_order(one.order)} order "
            "is left open by the grid that the profiles are on; more --atoms may settle it."
            for one in found.undecided
        ),
        *(f"{name(one)} and {name(other)} have the same profile." for one, other in found.equal),
        *(_crosses(result, one, name, write) for one in crossings),
    ]


def _order(order: int) -> str:
    return "first" if order == 1 else "second"


def _pair_writer(result: Risk) -> Callable[[float], str]:
    """Return a function that writes the values that options are compared at, and shortfalls."""
    found = result.pairs[result.actor]
    values = [one.witness.value for one in found.dominance]
    values += [short for one in found.dominance if one.order == 2 for short in (one.witness.better, one.witness.worse)]
    values += [lead.value for one in found.crossings for lead in one.ahead]
    places = decimals(values)
    return lambda value: written(value, places)


def _dominates(result: Risk, group: Sequence[Dominance], name: Namer, write: Callable[[float], str]) -> str:
    """Say what one option dominates at one order, each with the value at which that is clearest."""
    better, order, unit = name(group[0].better), group[0].order, unit_of(result.scenario)
    told = []
    for one in group[:DOMINATED]:
        at, value = one.witness, f"{write(one.witness.value)}{unit}"
        if order == 1:
            clearest = f"{percent(at.better)} against {percent(at.worse)} {at_or_worse(result)} {value}"
        else:
            goes = "short of" if result.sense > 0 else "beyond"
            clearest = f"in the mean {write(at.better)} {goes} {value} against {write(at.worse)}"
        told.append(f"{name(one.worse)} ({clearest})")
    if len(group) > len(told):
        told.append(f"{len(group) - len(told)} more")
    text = f"{better} dominates {listing(told)} at {_order(order)} order"
    if order == 1:
        beyond = "below" if result.sense > 0 else "above"
        return f"{text}: at no value is it more likely to end there or {beyond}."
    return f"{text}: whoever shuns risk prefers this profile."


def at_or_worse(result: Risk) -> str:
    """Return which way values get worse: ``at or below``; for costs ``at or above``."""
    return "at or below" if result.sense > 0 else "at or above"


def _crosses(result: Risk, one: Crossing, name: Namer, write: Callable[[float], str]) -> str:
    first, second = (name(option) for option in one.options)
    unit = unit_of(result.scenario)
    parts = [
        f"{called} is less likely to end {at_or_worse(result)} {write(lead.value)}{unit} "
        f"({percent(lead.better)} against {percent(lead.worse)})"
        for called, lead in zip((first, second), one.ahead, strict=True)
    ]
    if (one.ahead[0].value > one.ahead[1].value) == (result.sense > 0):
        parts.reverse()  # the bad end first
    return f"Neither {first} nor {second} dominates: {', '.join(parts)}."


# --- tolerance of risk ------------------------------------------------------------------------------------------


def tolerance_words(result: Risk, *, ids: bool = False) -> str:
    """Return how the choice depends on the tolerance of risk, in a sentence."""
    name = _namer(result, ids=ids)
    found = result.tolerances
    whose = f" of {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    if found.looked is None:
        return f"The tolerance of risk{whose} changes nothing: {found.reason}." if found.reason else ""
    if not found.flips:
        return f"{name(result.chosen)} is taken whatever the tolerance of risk{whose}."
    shown = found.flips[-FLIPS:]
    unit = unit_of(result.scenario)
    at = [written_plainly(flip.risk_tolerance) for flip in shown]
    parts = [f"below {at[0]}{unit} {name(shown[0].below)} is taken"]
    parts += [
        f"from {low} to {high}{unit} {name(flip.above)}"
        for flip, low, high in zip(shown[:-1], at[:-1], at[1:], strict=True)
    ]
    parts.append(f"above {at[-1]}{unit} {name(shown[-1].above)}")
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
    lines = [f"**{escaped(result.scenario.title)}**", "", escaped(result.headline()), ""]
    lines += ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for one in result.options:
        name = escaped(result.name(one.option))
        cells = [write(value) for value in _numbers(one)]
        cells += [percent(one.probability_of_loss)] if one.probability_of_loss is not None else []
        cells += [write(one.cvar), write(one.certainty_equivalent)]
        lines.append(f"| {f'**{name}**' if one.option == result.chosen else name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _numbers(option: OptionRisk) -> Sequence[float]:
    made = option.profile
    return [made.mean, made.sd, *(option.quantiles[share] for share in ("0.05", "0.5", "0.95"))]
