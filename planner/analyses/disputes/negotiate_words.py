"""What a negotiation comes to, in sentences for terminal and paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.digits import fixed
from planner.analyses.disputes.consensus import MOST_RANKINGS
from planner.analyses.paths import percent
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.disputes.agreement import Concession
    from planner.analyses.disputes.margins import Margin
    from planner.analyses.disputes.positions import Difference
    from planner.analyses.forecast import Forecast
    from planner.analyses.negotiate import Negotiation
    from planner.core.model import Criterion

TINY = 1e-9
TOLD = 12  # as many options are named
MOST = 5  # as many sentences of one kind are told
TIPPING = 3  # as many values that tip a joint decision
RULE_NAMES: Mapping[str, str] = {
    "nash": "Nash product",
    "kalai_smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "Egalitarian",
    "utilitarian": "Utilitarian",
}
GLOSSARY: Mapping[str, str] = {
    "Subgame-perfect forecast": "each actor does what is best for it wherever it may find itself, and expects the same "
    "of all others.",
    "Threat that is not credible": "it would cost the one who makes it more than to give in, once it came to that.",
    "Nash equilibrium": "nobody gains by another strategy while the others keep to theirs, credible or not.",
    "Best answer": "no other option is worth more to an actor against the same moves of all others; where everybody's "
    "move is one, nobody would rather do otherwise: an equilibrium.",
    "Dominated": "another option is better whatever others do (strictly), or never worse and at times better (weakly).",
    "Mixed equilibrium": "some leave choices to chance, such that nobody gains by other chances while the others keep "
    "to theirs; an equilibrium of every part of the tree as well.",
    "Precision": "each point of value by which an option is better makes it e to the power of the precision times as "
    "likely (logit quantal response).",
    "Gain": "how much better an option is for an actor than no agreement.",
    "Pareto-efficient": "no other option is at least as good for everybody and better for somebody.",
    "Nash product": "picks the option with the largest product of gains over no agreement.",
    "Kalai-Smorodinsky": "picks the option that brings everybody nearest, by equal shares, to the most it could "
    "hope for.",
    "Egalitarian": "picks the option whose smallest gain is largest.",
    "Utilitarian": "picks the option with the largest sum of values, whoever loses.",
    "By lot, or by dividing the matter": "an option in 6 cases of 10 stands for a draw with that chance, for "
    "turns, or for a share of what is at stake; gains are means.",
    "Condorcet winner": "beats every other option in a vote between the two.",
    "Borda points": "an option gets one for each other that a voter ranks below it, times the voter's votes.",
    "Kemeny ranking": "contradicts the fewest votes between two options.",
    "Banzhaf and Shapley-Shubik index": "how often an actor's vote turns the result, over coalitions and over "
    "orders of arrival.",
}


def difference_words(result: Negotiation, one: Difference) -> str:
    """Say why an actor wants something else, and what would have to change."""
    scenario = result.scenario
    leading = [name for name, points in one.by_criterion.items() if points > 0][:2]
    reasons = [f"{scenario.criteria[name].name} (+{_amount(one.by_criterion[name])})" for name in leading]
    because = f", for the sake of {listing(reasons)}" if reasons else ""
    said = f"{result.actor(one.actor)} would rather have '{result.option(one.wants)}'{because}."
    if one.changed is None:
        never = f"No other weights on what it weighs now would bring it to '{result.option(one.option)}'."
        return f"{said} {never}" if one.weights else said
    moves = [
        f"{scenario.criteria[name].name} from {percent(share)} to {percent(one.changed[name])}"
        for name, share in one.weights.items()
        if abs(one.changed[name] - share) > 5e-7
    ]
    later = "" if one.holds else ", but for later choices, which would then change, too"
    moved = listing(moves) or "its weights by a hair"
    return f"{said} It would come round to '{result.option(one.option)}' if it moved {moved}{later}."


def _amount(points: float) -> str:
    return fixed(points, decimals([points]))


def view_words(result: Negotiation) -> str:
    """Say where the actor from whose point of view it is told stands; empty if nobody's was asked for."""
    held = next((position for position in result.positions if position.actor == result.view), None)
    if not result.view or held is None or result.agreement is None:
        return ""
    who, option = result.actor(result.view), result.agreement.option
    ahead = 1 + sum(len(place) for place in held.places[: next(at for at, p in enumerate(held.places) if option in p)])
    places = decimals(held.values.values())
    value = written(held.values[option], places)
    if option in held.best:
        said = f"For {who}, '{result.option(option)}' is as good as any ({value})."
    else:
        wish = listing(f"'{result.option(each)}'" for each in held.best)
        told = written(held.values[held.best[0]], places)
        said = (
            f"For {who}, '{result.option(option)}' ({value}) comes {_ordinal(ahead)} of {len(held.values)} options; it "
            f"would rather have {wish} ({told})."
        )
    if result.view not in result.deciders:
        said += f" It has no say at '{result.label}'; --among takes it in."
    return said


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def concession_words(result: Negotiation) -> Iterator[str]:
    """Say what would make blocked options acceptable: to the point of view first, the nearest first."""
    if result.agreement is None:
        return
    ordered = sorted(result.agreement.concessions, key=lambda each: (each.actor != result.view, each.shortfall))
    for one in ordered[:MOST]:
        places = decimals([one.shortfall])
        short = written(one.shortfall, places)
        yield f"'{result.option(one.option)}' is {short} short for {result.actor(one.actor)}{_offers(result, one)}."
    if len(ordered) > MOST:
        yield f"… and {len(ordered) - MOST} more concessions; --json has them all."


def _offers(result: Negotiation, one: Concession) -> str:
    """Say which criterion could make up for a shortfall, and which would have to leave its scale for that."""
    criteria = result.scenario.criteria
    near = sorted(one.criteria, key=lambda name: abs(one.criteria[name]))
    fit = [name for name in near if name not in one.beyond]
    if not near:
        return ""
    if not fit:
        could = "several together have it" if one.enough else "all together have not"
        return f": no criterion alone has so much room on its scale, {could}"
    told = " or ".join(_units(criteria[name], one.criteria[name]) for name in fit[:3])
    rest = [criteria[name].name for name in near if name in one.beyond][:3]
    if not rest:
        return f": it would need {told}"
    scales = "its scale" if len(rest) == 1 else "their scales"
    return f": it would need {told} ({listing(rest)} alone would leave {scales})"


def _units(criterion: Criterion, units: float) -> str:
    unit = f" {criterion.unit}" if criterion.unit else ""
    return f"{'+' if units > 0 else '-'}{fixed(abs(units), decimals([abs(units)]))}{unit} of {criterion.name}"


def forecast_words(result: Negotiation, found: Forecast) -> Iterator[str]:
    """Say who is indifferent, what is near to changing the forecast, and which threats are empty."""
    for tie in found.ties[:MOST]:
        who = listing(result.actor(actor) for actor in tie.actors)
        names = listing(f"'{option}'" for option in tie.options)
        flips = "; the forecast flips with it" if len(found.payoffs) > 1 else ""
        yield f"{who} {'are' if len(tie.actors) > 1 else 'is'} indifferent at '{tie.state}' between {names}{flips}."
    if "margins" in found.left_out:
        yield f"No margins: {found.left_out['margins']}."
    yield from _joint_words(result, found)
    for margin in [one for one in found.margins if one.margin > 0 and not one.joint][:MOST]:
        size = written(margin.margin, decimals([margin.margin]))
        yield (
            f"The forecast changes if '{margin.chosen}' at '{margin.state}' becomes worth more than {size} less to "
            f"{result.actor(margin.actor)}, or '{margin.other}' as much more."
        )
    for threat in found.incredible[:MOST]:
        path = " > ".join(edge.rpartition(".")[2] for edge in threat.path)
        cost = written(threat.cost, decimals([threat.cost]))
        yield (
            f"'{path}' holds only if {result.actor(threat.actor)} would carry out a threat ('{threat.option}' at "
            f"'{threat.state}') that costs it {cost}."
        )


def _joint_words(result: Negotiation, found: Forecast) -> Iterator[str]:
    """Say what would tip joint decisions: of each actor the value that is nearest to it."""
    by_state: dict[str, dict[str, Margin]] = {}
    for margin in found.margins:
        if margin.joint and margin.margin > TINY:
            by_state.setdefault(margin.state, {}).setdefault(margin.actor, margin)
    for state, nearest in list(by_state.items())[:MOST]:
        told = []
        for margin in list(nearest.values())[:TIPPING]:
            which = "it" if margin.option == margin.chosen else f"'{margin.option}'"
            verb = "falls" if margin.change < 0 else "rises"
            size = written(margin.margin, decimals([margin.margin]))
            told.append(f"{result.actor(margin.actor)}'s value of {which} {verb} by {size} (then '{margin.other}')")
        chosen = next(iter(nearest.values())).chosen
        yield f"'{chosen}' stands at '{state}' until {' or '.join(told)}."


def standing_words(result: Negotiation) -> Iterator[str]:
    """Say which options are efficient, and which are blocked by whom."""
    made = result.agreement
    if made is None:
        return
    efficient = result.bargain.pareto if result.bargain is not None else ()
    yield f"Efficient: {_some(efficient)}."
    blocked = [f"{stand.option} by {listing(stand.blocked_by)}" for stand in made.stands if stand.blocked_by]
    if blocked:
        yield f"Blocked: {_some(blocked, '; ')}."


def package_words(result: Negotiation) -> Iterator[str]:
    """Say what each rule of bargaining picks, rules with the same picks together, and what everybody gains by it."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for rule, package in result.bargain.packages.items() if result.bargain is not None else ():
        alike.setdefault(package.options, []).append(rule)
    for options, rules in alike.items():
        assert result.bargain is not None
        gains = result.bargain.packages[rules[0]].gains
        told = []
        for option in options:
            places = decimals(gains[option].values())
            row = ", ".join(f"{actor} {written(gain, places)}" for actor, gain in gains[option].items())
            told.append(f"{option} ({row})")
        yield f"{listing(RULE_NAMES[rule] for rule in rules)}: {_some(told, ' or ')}."


def _some(words: Sequence[str], glue: str = ", ") -> str:
    more = f" and {len(words) - TOLD} more" if len(words) > TOLD else ""
    return glue.join(words[:TOLD]) + more


def loss_words(result: Negotiation) -> Iterator[str]:
    """Say who loses by what is adopted, where the rule lets that happen."""
    made = result.agreement
    chosen = next((stand for stand in made.stands if stand.option == made.option), None) if made else None
    if chosen is None or not chosen.losers:
        return
    who = listing(f"{result.actor(actor)} ({written(chosen.gains[actor], decimals([chosen.gains[actor]]))})"
                  for actor in chosen.losers)  # fmt: skip
    verb = "loses" if len(chosen.losers) == 1 else "lose"
    yield f"{who} {verb} by '{result.option(chosen.option)}' and cannot keep it from being adopted."


def payoff_margin_words(result: Negotiation, found: Forecast) -> Iterator[str]:
    """Say how far single payoffs can move before the forecast changes, the nearest first."""
    near = [one for one in found.payoff_margins if abs(one.change) > TINY][:MOST]
    if not near:
        return
    told = []
    for one in near:
        verb = "falls" if one.change < 0 else "rises"
        size = written(abs(one.change), decimals([abs(one.change)]))
        told.append(f"{result.actor(one.actor)}'s value of '{one.outcome}' {verb} by {size}")
    more = len([one for one in found.payoff_margins if abs(one.change) > TINY]) - len(near)
    tail = f" ({more} more in --json)" if more > 0 else ""
    yield f"Single payoffs that change the forecast, once past the margin: {listing(told)}{tail}."


def glossary(result: Negotiation) -> dict[str, str]:
    """Return the terms that are used, with their meaning."""
    found, made = result.forecast, result.agreement
    used = {
        "Subgame-perfect forecast": found is not None,
        "Threat that is not credible": found is not None and bool(found.incredible),
        "Nash equilibrium": found is not None and found.nash.count is not None and found.nash.count != found.count,
        "Best answer": result.moves is not None and bool(result.moves.cells),
        "Dominated": result.moves is not None and bool(result.moves.dominance),
        "Mixed equilibrium": result.mixed is not None,
        "Precision": result.quantal is not None,
        "Gain": made is not None,
        "By lot, or by dividing the matter": result.bargain is not None
        and any(mix.better for mix in result.bargain.mixes.values()),
        "Condorcet winner": result.consensus is not None,
        "Borda points": result.consensus is not None,
        "Kemeny ranking": result.consensus is not None and bool(result.consensus.kemeny),
        "Banzhaf and Shapley-Shubik index": made is not None and pivotal(result),
        **dict.fromkeys(("Pareto-efficient", *RULE_NAMES.values()), made is not None),
    }
    return {term: meaning for term, meaning in GLOSSARY.items() if used[term]}


def pivotal(result: Negotiation) -> bool:
    """Whether power in votes is worth a table: it is not where all have the same."""
    made = result.agreement
    return made is not None and made.power is not None and len({*made.power.banzhaf.values()}) > 1


def consensus_words(result: Negotiation) -> str:
    """Say what rankings alone come to."""
    found = result.consensus
    if found is None:
        return ""
    if found.condorcet is not None:
        first = f"'{result.option(found.condorcet)}' beats every other option pairwise"
    elif found.cycle:
        ring = listing(f"'{result.option(option)}'" for option in found.cycle)
        first = f"No option beats every other pairwise: {ring} beat each other in a circle"
    else:
        first = "No option beats every other pairwise"
    borda = listing(f"'{result.option(option)}'" for option in found.borda_winners)
    best = min(found.worst_rank.values())
    last = [f"'{result.option(option)}'" for option, rank in found.worst_rank.items() if rank == best]
    verb = "has" if len(last) == 1 else "have"
    votes = {result.scenario.actors[actor].votes for actor in result.deciders}
    counted = "Counting votes, " if len(votes) > 1 else ""
    first = counted + (first[0].lower() + first[1:] if counted else first)
    said = f"{first}; most Borda points: {borda}; {listing(last)} {verb} the best worst place, {best}."
    if found.kemeny:
        said += f" Kemeny ranking: {' > '.join(result.option(option) for option in found.kemeny[0])}"
        others = len(found.kemeny) - 1
        least = "at least " if others + 1 == MOST_RANKINGS else ""
        said += f", and {least}{others} more as good." if others else "."
    return said


def preference_words(result: Negotiation) -> Iterator[str]:
    """Say what would be agreed with other weights, and who would block."""
    found = result.preferences
    if found is None:
        return
    parts = [f"'{result.option(option)}' in {percent(share)}" for option, share in found.adopted.items() if share > 0]
    own = any(name.split(".")[-1] in result.scenario.actors[name.split(".")[1]].weight_ranges for name in found.ranges)
    spread = f"{'others' if own else 'all'} by {percent(found.spread)} both ways" if found.spread else ""
    drawn = " and ".join([*(["some weights drawn from their ranges"] if own else []), *([spread] if spread else [])])
    yield f"Over {found.draws:,} sets of weights ({drawn}), what stands is {listing(parts)} of them."
    for option, row in found.blocks.items():
        blockers = [f"{result.actor(actor)} in {percent(share)}" for actor, share in row.items() if share > 0]
        if blockers and result.agreement is not None and option != result.agreement.fallback:
            yield f"'{result.option(option)}' is blocked by {listing(blockers)} of the draws."
