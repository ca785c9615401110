"""The recommendation of an evaluation: in one sentence, as numbers, and as a small table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.analyses.notebook import escaped
from planner.analyses.result import Number, decimals, listing, size, written
from planner.core.joint_rule import rule_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.core.model import Scenario

MOST_TIED = 6  # options that a sentence names


@dataclass(frozen=True, slots=True)
class Standing:
    """How an actor stands to the option that is followed.

    Attributes:
        actor: whose standing.
        value: what the option is worth to it.
        runner_up: the best of the other options for it; None if there is no other.
        runner_up_value: what that is worth to it.
        margin: how much better the followed option is than that, negative if it is worse.
    """

    actor: str
    value: Number
    runner_up: str | None
    runner_up_value: Number | None
    margin: Number | None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do at the start, and who gains by it.

    Attributes:
        state: the root decision.
        option: what is followed.
        tied: options as good as that, itself among them; empty if there is no other.
        by: who decides.
        fallback: the option that stands without agreement, of a joint decision.
        standings: for each actor whose values the evaluation holds.
        reference: what gains are measured against: the fallback, else the first option, and the deciders' runner-up if
            that is the recommendation itself; None if there is one option alone.
        gains: for each actor the gain over the reference; positive is better, also where value is a cost.
    """

    state: str
    option: str
    tied: tuple[str, ...]
    by: tuple[str, ...]
    fallback: str | None
    standings: Mapping[str, Standing]
    reference: str | None
    gains: Mapping[str, Number]

    @property
    def gainers(self) -> tuple[str, ...]:
        """Who is better off than with the reference."""
        return tuple(actor for actor, gain in self.gains.items() if gain > 0)

    @property
    def losers(self) -> tuple[str, ...]:
        """Who is worse off than with the reference."""
        return tuple(actor for actor, gain in self.gains.items() if gain < 0)


def recommendation(evaluation: Evaluation) -> Recommendation | None:
    """Return what to do at the start; None if the scenario starts with chance."""
    root = evaluation.root
    if root is None:
        return None
    sense = _sense(evaluation.scenario)
    chosen = root.option(root.chosen)
    standings = {actor: _standing(root, actor, sense) for actor in chosen.values}
    joint = len(root.by) > 1
    fallback = evaluation.scenario.nodes[root.node].fallback if joint else None
    reference: str | None = fallback if fallback is not None else root.options[0].option
    if reference == root.chosen:
        others = [standings[actor].runner_up for actor in (*root.by, *standings) if actor in standings]
        reference = others[0] if others else None
    gains: dict[str, Number] = {}
    if reference is not None:
        base = root.option(reference).values
        gains = {actor: _gain(value, base[actor], sense) for actor, value in chosen.values.items()}
    return Recommendation(root.state, root.chosen, root.tied, root.by, fallback, standings, reference, gains)


def _sense(scenario: Scenario) -> int:
    return -1 if scenario.objective == "minimize" else 1


def _gain(value: Any, base: Any, sense: int) -> Number:
    """Return how much better one value is than another; what floats leave of a difference of 0 is 0."""
    gain: Number = (value - base) * sense
    noise = 1e-12 * max(1.0, abs(value), abs(base)) if isinstance(gain, float) else 0
    return gain if size(gain) > noise else gain * 0


def _standing(root: DecisionResult, actor: str, sense: int) -> Standing:
    value = root.option(root.chosen).values[actor]
    others = [option for option in root.options if option.option != root.chosen]
    if not others:
        return Standing(actor, value, None, None, None)
    best = max(others, key=lambda option: option.values[actor] * sense)
    return Standing(actor, value, best.option, best.values[actor], _gain(value, best.values[actor], sense))


# --- the sentence ---------------------------------------------------------------------------------------------


def headline(evaluation: Evaluation) -> str:
    """Say in one sentence what to do at the start, what it is worth, and how far ahead it is."""
    found = recommendation(evaluation)
    if found is None:
        return _no_decision(evaluation)
    names = _names(evaluation)
    by_rule = "" if evaluation.rule == "expected" else f" by {evaluation.rule}"
    if evaluation.actor is not None and evaluation.actor not in found.by:
        return _onlooker(evaluation, found, names, by_rule)
    if len(found.by) > 1:
        return _joint(evaluation, found, names, by_rule)
    return _alone(evaluation, found, names, by_rule)


def _names(evaluation: Evaluation) -> dict[str, str]:
    """Return the root's options by id, in quotes."""
    node = evaluation.scenario.root
    return {option: f"'{edge.name}'" for option, edge in node.edges.items()}


def _actor(evaluation: Evaluation, actor: str) -> str:
    return evaluation.scenario.actors[actor].name


def _each(evaluation: Evaluation, values: Mapping[str, Number], places: int) -> str:
    """Write actors with their values: 'United Kingdom 53.7 and France 54.1'."""
    return listing(f"{_actor(evaluation, actor)} {written(value, places)}" for actor, value in values.items())


def _unit(evaluation: Evaluation) -> str:
    """Return the unit of values with a space before it; none where they are scores."""
    criteria = list(evaluation.scenario.criteria.values())
    if len(criteria) == 1 and not criteria[0].has_scale and criteria[0].unit:
        return f" {criteria[0].unit}"
    return ""


def _no_decision(evaluation: Evaluation) -> str:
    places, unit = decimals(evaluation.values.values()), _unit(evaluation)
    kind = "expected value" if evaluation.rule in {"expected", "laplace"} else "value"
    by_rule = "" if evaluation.rule == "expected" else f" by {evaluation.rule}"
    if len(evaluation.values) == 1:
        ((actor, value),) = evaluation.values.items()
        whose = f" for {_actor(evaluation, actor)}" if evaluation.scenario.has_actors else ""
        return f"No decision at the start: {kind}{by_rule} {written(value, places)}{unit}{whose}."
    each = _each(evaluation, evaluation.values, places)
    return f"No decision at the start: {kind}s{by_rule} {each}{unit}."


def _others(found: Recommendation, names: Mapping[str, str]) -> str:
    """Name what else is as good, the first few of many."""
    others = [names[option] for option in found.tied if option != found.option]
    if len(others) <= MOST_TIED:
        return listing(others)
    return listing([*others[:MOST_TIED], f"{len(others) - MOST_TIED} more"])


def _alone(evaluation: Evaluation, found: Recommendation, names: Mapping[str, str], by_rule: str) -> str:
    """Say what one actor should do."""
    owner = found.standings[found.by[0]]
    unit, best = _unit(evaluation), names[found.option]
    whose = f" for {_actor(evaluation, owner.actor)}" if evaluation.scenario.has_actors else ""
    cost = _sense(evaluation.scenario) < 0
    if owner.runner_up is None or owner.margin is None:
        places = decimals([owner.value])
        return f"{best} is the only option{whose}{by_rule}: {written(owner.value, places)}{unit}."
    if found.tied:
        places = decimals([owner.value])
        others = _others(found, names)
        value = written(owner.value, places)
        return f"{best} ties with {others}{whose}{by_rule} at {value}{unit}; the first is followed."
    numbers = [owner.value, owner.runner_up_value or 0]
    places = decimals(numbers, apart=[owner.margin])
    is_best = "costs least" if cost else "is best"
    place = "below" if cost else "above"
    return (
        f"{best} {is_best}{whose}{by_rule}: {written(owner.value, places)}{unit}, "
        f"{written(size(owner.margin), places)} {place} {names[owner.runner_up]}."
    )


def _joint(evaluation: Evaluation, found: Recommendation, names: Mapping[str, str], by_rule: str) -> str:
    """Say what several actors agree on."""
    owners = [found.standings[actor] for actor in found.by if actor in found.standings]
    best, unit = names[found.option], _unit(evaluation)
    gains = [size(found.gains[owner.actor]) for owner in owners if owner.actor in found.gains]
    places = decimals([owner.value for owner in owners], apart=gains)
    each = _each(evaluation, {owner.actor: owner.value for owner in owners}, places)
    if found.option == found.fallback:
        others = " other" if len(names) > 1 else ""
        return f"Those who decide agree on no{others} option{by_rule}, so the fallback {best} stands: {each}{unit}."
    assert found.fallback is not None
    stands = names[found.fallback]
    if found.tied:
        others = _others(found, names)
        return f"{best} ties with {others}{by_rule}: {each}{unit} agree on the first rather than {stands}."
    losers = [owner for owner in owners if found.gains[owner.actor] < 0]
    if losers:  # by unanimity nobody loses
        rule = rule_words(evaluation.scenario.nodes[found.state.partition("[")[0]].rule)
        who = listing(
            f"{_actor(evaluation, owner.actor)} {written(size(found.gains[owner.actor]), places)}" for owner in losers
        )
        return f"{best} is adopted {rule}{by_rule}: {each}{unit}; against {stands} it costs {who}."
    least, most = (written(gain, places) for gain in (min(gains), max(gains)))
    above = f"{least} above" if least == most else f"{least} to {most} above"
    agree = "agree on it" if len(owners) > 1 else "agrees to it"
    return f"{best} is best{by_rule}: {each}{unit} {agree}, {above} {stands}."


def _onlooker(evaluation: Evaluation, found: Recommendation, names: Mapping[str, str], by_rule: str) -> str:
    """Say what the deciders' choice is worth to somebody who does not decide."""
    assert evaluation.actor is not None
    mine = found.standings[evaluation.actor]
    me, unit, best = _actor(evaluation, evaluation.actor), _unit(evaluation), names[found.option]
    deciders = listing(_actor(evaluation, actor) for actor in found.by)
    takes = "takes" if len(found.by) == 1 else "take"
    if mine.runner_up is None or mine.margin is None:
        value = written(mine.value, decimals([mine.value]))
        return f"{deciders} {takes} {best}, the only option{by_rule}: {value}{unit} for {me}."
    places = decimals([mine.value, mine.runner_up_value or 0], apart=[mine.margin])
    text = f"{deciders} {takes} {best}{by_rule}: {written(mine.value, places)}{unit} for {me}"
    if not mine.margin:
        return f"{text}, as much as {names[mine.runner_up]}."
    word = "more" if (mine.margin > 0) == (_sense(evaluation.scenario) > 0) else "less"
    return f"{text}, {written(size(mine.margin), places)} {word} than {names[mine.runner_up]}."


# --- notebooks ------------------------------------------------------------------------------------------------


def table(evaluation: Evaluation) -> str:
    """Return headline and root options as Markdown."""
    root = evaluation.root
    lines = [f"**{escaped(evaluation.scenario.title)}**", "", escaped(evaluation.headline())]
    if root is not None:
        actors = list(evaluation.values)
        names = {option: edge.name for option, edge in evaluation.scenario.root.edges.items()}
        places = decimals(value for option in root.options for value in option.values.values())
        lines += ["", "| option | " + " | ".join(escaped(_actor(evaluation, actor)) for actor in actors) + " |"]
        lines.append("|---|" + "---:|" * len(actors))
        for option in root.options:
            cells = [written(option.values[actor], places) for actor in actors]
            name = escaped(names[option.option])
            shown = f"**{name}**" if option.option == root.chosen else name
            lines.append(f"| {shown} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
