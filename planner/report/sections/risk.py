"""What a paper says of risk: what each option may come to, what dominates, whether more caution changes the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.paths import percent
from planner.analyses.profiles.risk_words import quoted, unit_of, worse_than, written_plainly
from planner.report.charts_risk import RiskProfiles, risk_svg
from planner.report.rounding import formatter
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import count, ended, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.analyses.profiles.option_risk import OptionRisk
    from planner.analyses.risk import Risk
    from planner.report.findings import Findings

SENTENCES = 5  # as many pairs of options are told
DRAWN = 10  # as many options are drawn and listed; the one that is taken is always among them


def section(result: Risk, found: Findings) -> Section:
    """Return table, sentences and picture of an analysis of risk."""
    shown = _shown(result)
    sentences = result.dominance_words()
    hidden = len(sentences) - SENTENCES
    others = [actor for actor in result.by_actor if actor != result.actor]
    context = {
        "heading": _heading(result).format(_limit(result)),
        "heading_key": _heading(result),
        "heading_name": _limit(result),
        "headline": plain(result.headline()),
        "table": _table(result, shown),
        "note": plain(" ".join(_notes(result, shown))),
        "dominance": [plain(sentence) for sentence in sentences[:SENTENCES]],
        "hidden": f"Left out here: {count(hidden, 'more sentence')} of this kind." if hidden > 0 else "",
        "dominance_note": _dominance_note(result),
        "tolerance": plain(result.tolerance_words()),
        "others": _others(result, shown, others) if others else "",
        "others_note": _others_note(result) if others else "",
    }
    drawn = risk_svg(_drawn(result, shown, found), title=finding(result), subtitle=_subtitle(result), alt=_alt(result))
    return Section(context, {"risk": Picture(_alt(result), drawn)})


def _shown(result: Risk) -> list[OptionRisk]:
    """Return the options that are told of, in file order."""
    if len(result.options) <= DRAWN:
        return list(result.options)
    ranked = sorted(
        result.options, key=lambda one: (one.option != result.chosen, -result.sense * one.certainty_equivalent)
    )
    kept = {one.option for one in ranked[:DRAWN]}
    return [one for one in result.options if one.option in kept]


def _heading(result: Risk) -> str:
    """Return the question that the section answers."""
    kind = result.references[result.actor].kind
    if kind == "none":
        return "How far can it go wrong?"
    if kind == "zero":
        return "How likely is a loss?"
    if kind == "today":
        return "How likely is it that things get worse than today?"
    return (
        "How likely is it to miss the minimum?"
        if kind == "minimum"
        else f"How likely is it to end {'below' if result.sense > 0 else 'above'} {{}}?"
    )


def _limit(result: Risk) -> str:
    """Return the value that the heading names."""
    value = result.references[result.actor].value
    return "" if value is None else plain(written_plainly(value))


def finding(result: Risk) -> str:
    """Return what the profiles show, as a short title for the picture."""
    option, name = result.option(result.chosen), result.name(result.chosen)
    found = result.pairs[result.actor]
    over = found.over(result.chosen)
    if over:
        return f"{name} is taken, but {listed([result.name(one.better) for one in over[:2]])} would dominate it"
    beaten = {one.worse for one in found.dominance if one.better == result.chosen}
    if beaten and len(beaten) == len(result.options) - 1:
        return f"{name} dominates every other option" if _first(result) else f"Whoever shuns risk prefers {name}"
    if option.probability_of_loss:
        return f"In {percent(option.probability_of_loss)} of cases {name} ends {worse_than(result)}"
    if option.probability_of_loss == 0:
        return f"{name} never ends {worse_than(result)}"
    low, high = (written_plainly(option.quantiles[share]) for share in ("0.05", "0.95"))
    return f"{name}: {low} to {high}{unit_of(result.scenario)} in nine cases of ten"


def _first(result: Risk) -> bool:
    """Whether the option that is taken dominates all others at first order."""
    return all(one.order == 1 for one in result.pairs[result.actor].dominance if one.better == result.chosen)


def _table(result: Risk, shown: list[OptionRisk]) -> str:
    write = _writer(shown)
    loss = result.references[result.actor].value is not None
    averse = result.risk_tolerance is not None
    head = ["Option", "Mean", "Low (5 %)", "Median", "High (95 %)"]
    head += [f"Chance {plain(worse_than(result))}"] if loss else []
    head += [f"Mean of the worst {percent(result.level)}", *(["Worth for sure"] if averse else [])]
    rows = []
    for one in shown:
        name = plain(result.name(one.option))
        numbers = [one.profile.mean, *(one.quantiles[share] for share in ("0.05", "0.5", "0.95"))]
        row = [f"**{name}**" if one.option == result.chosen else name, *map(write, numbers)]
        row += [percent(one.probability_of_loss or 0.0)] if loss else []
        row += [write(one.cvar), *([write(one.certainty_equivalent)] if averse else [])]
        rows.append(row)
    return table(head, rows, right=range(1, len(head)))


def _writer(shown: list[OptionRisk]) -> Callable[[float], str]:
    values = [one.profile.mean for one in shown]
    return formatter(values + [one.quantiles[share] for one in shown for share in ("0.05", "0.95")], apart=False)


def _notes(result: Risk, shown: list[OptionRisk]) -> list[str]:
    """Return what the table means, a sentence each."""
    whose = f" to {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    unit = unit_of(result.scenario)
    notes = [f"Values{whose}{f' in{unit}' if unit else ''}, over all paths that can follow; bold: what is taken."]
    notes.append("In at least nine cases of ten the value lies between low and high.")
    reference = result.references[result.actor]
    if reference.value is None:
        notes.append(f"No chance of a loss is given: {reference.words}.")
    elif reference.kind in {"minimum", "today"}:
        notes.append(f"{written_plainly(reference.value)} is {reference.words}.")
    if result.risk_tolerance is not None:
        tolerance = written_plainly(result.risk_tolerance)
        notes.append(f"Worth for sure: the certainty equivalent at a risk tolerance of {tolerance}{unit}.")
    if len(shown) < len(result.options):
        notes.append(f"{len(result.options) - len(shown):,} more options are left out here.")
    if not result.exact:
        bound = max(one.profile.bound for one in result.options)
        notes.append(f"Quantiles and chances come from a grid that displaces no value by more than {bound:.2g}.")
    return notes


def _dominance_note(result: Risk) -> str:
    worse = "below" if result.sense > 0 else "above"
    return (
        f"*First order:* at no value more likely to end there or {worse}, so that everybody who wants "
        f"{'more' if result.sense > 0 else 'to pay less'} prefers it. *Second order:* at no value further {worse} it "
        "in the mean, so that everybody who shuns risk prefers it. Later decisions are taken as they are now."
    )


def _others(result: Risk, shown: list[OptionRisk], others: list[str]) -> str:
    """Return mean and chance of a loss of each option for the others who decide."""
    head = ["Option", *(plain(result.scenario.actors[actor].name) for actor in others)]
    by_actor = {actor: {one.option: one for one in result.by_actor[actor]} for actor in others}
    write = formatter([one.profile.mean for options in by_actor.values() for one in options.values()])
    rows = []
    for each in shown:
        name = plain(result.name(each.option))
        row = [f"**{name}**" if each.option == result.chosen else name]
        for actor in others:
            one = by_actor[actor][each.option]
            chance = "" if one.probability_of_loss is None else f" ({percent(one.probability_of_loss)})"
            row.append(f"{write(one.profile.mean)}{chance}")
        rows.append(row)
    return table(head, rows, right=range(1, len(head)))


def _others_note(result: Risk) -> str:
    limits = {actor: written_plainly(one.value) for actor, one in result.references.items() if one.value is not None}
    told = [f"{result.scenario.actors[actor].name} {limit}" for actor, limit in limits.items() if actor != result.actor]
    if not told:
        return "The mean."
    limit = next(iter(limits.values())) if len(set(limits.values())) == 1 else f"their limit ({listed(told)})"
    return plain(f"The mean; in brackets the chance to end {'below' if result.sense > 0 else 'above'} {limit}.")


def _drawn(result: Risk, shown: list[OptionRisk], found: Findings) -> RiskProfiles:
    reference = result.references[result.actor]
    text = "" if reference.value is None else f"{written_plainly(reference.value)}: {reference.words}"
    whose = f" to {result.scenario.actors[result.actor].name}" if result.scenario.has_actors else ""
    unit = ", 0 (worst) to 100 (best)" if found.scored else f",{unit_of(result.scenario)}" if found.unit else ""
    return RiskProfiles(
        options=tuple(result.name(one.option) for one in shown),
        profiles=tuple(
            tuple(zip(one.profile.values.tolist(), one.profile.cumulative.tolist(), strict=True)) for one in shown
        ),
        chosen=[one.option for one in shown].index(result.chosen),
        reference=reference.value,
        reference_text=text,
        axis=f"{'Cost' if result.sense < 0 else 'Value'}{whose}{unit}",
    )


def _subtitle(result: Risk) -> str:
    better = "right" if result.sense > 0 else "left"
    return (
        f"How likely each option is to end at or below a value; a line further {better} is better. Thick line: what is "
        "taken. Computed from the stated inputs."
    )


def _alt(result: Risk) -> str:
    """Return the range of each option in words."""
    parts = []
    for one in _shown(result):
        low, middle, high = (written_plainly(one.quantiles[share]) for share in ("0.05", "0.5", "0.95"))
        parts.append(f"{result.name(one.option)}: median {middle}, {low} to {high} in nine cases of ten")
    taken = f" {quoted(result, result.chosen)} is taken" if len(result.options) > 1 else ""
    return ended(f"Cumulative risk profiles. {'; '.join(parts)}.{taken}")
