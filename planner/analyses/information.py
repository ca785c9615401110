"""What it would be worth to know more before deciding: uncertain numbers, how chance turns out, what signals tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.analyses.drawing.sample import Sample, sample
from planner.analyses.focus import Focus, focus
from planner.analyses.learning.events import events
from planner.analyses.learning.foresight import Foresight
from planner.analyses.learning.information_numbers import FromDraws
from planner.analyses.learning.information_result import Information, Total
from planner.analyses.learning.information_tree import OnTree
from planner.analyses.learning.perfect import Outcomes, everything
from planner.analyses.paths import big
from planner.analyses.result import BadArgument, listing
from planner.core.beliefs import Likelihoods
from planner.core.binding import environment
from planner.core.tree import DECISION
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.drawing.job import Mapper
    from planner.core.model import Scenario

DRAWS = 10_000
LEAST_DRAWS = 400  # ten in each of forty blocks


def information(  # noqa: PLR0913 - one keyword for each option of the command
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    draws: int = DRAWS,
    seed: int = 1,
    sampling: str = "lhs",
    groups: Sequence[Sequence[str]] = (),
    mapper: Mapper = map,
) -> Information:
    """Say what it would be worth to know more before deciding.

    Uncertain numbers (parameters with a `distribution`, chance nodes with a `certainty`) are looked at by simulation:
    knowing all of them is worth the mean of the best option's value over the draws, less the best of the options'
    means; that is the smallest expected loss. How chance turns out, and what signals tell, is worked out on the tree:
    the mean of what the scenario is worth if it is known at the start, less what it is worth now, everybody taking the
    best answer to what is known. An actor with a tolerance of risk compares certainty equivalents.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... signals: {survey: {about: oil, likelihood: {oil: {good: 0.6, bad: 0.4}, dry: {good: 0.2, bad: 0.8}}}}
    ... nodes:
    ...   field: {decision: Drill or sell?, options: {drill: {payoff: -100, to: oil}, sell: {payoff: 90}}}
    ...   oil: {chance: Is there oil?, branches: {oil: {p: 0.25, payoff: 800}, dry: {p: rest}}}
    ... '''))
    >>> found = information(scenario)
    >>> found.perfect, found.chances[0].control  # 0.25 x 700 + 0.75 x 90 - 100, and 700 - 100
    (142.5, 600.0)
    >>> round(found.signals[0].value, 9)  # 0.3 x 300 + 0.7 x 90 - 100
    53.0

    Args:
        scenario: the scenario, read and checked.
        at: the decision before which something may be learned, ``node`` or ``node[round=2]``; None for the start.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters; these are not drawn.
        rule: expected; other rules do not weigh what may be learned by its probability.
        max_states: how many states the scenario may unfold into.
        draws: how many draws of the uncertain numbers, from 400 on.
        seed: the same seed gives the same draws.
        sampling: lhs, sobol or random.
        groups: uncertain numbers that would be known together.
        mapper: what the simulation is spread by.

    Raises:
        ScenarioError: the scenario cannot be evaluated, or the numbers of some draw do not fit.
        UnknownName: no decision, actor or parameter has the name that was given, or it is not drawn.
        BadArgument: an argument cannot be used.

    Sources: Howard (1966, Information Value Theory) for perfect information, Raiffa (1968) for signals, Matheson (1990)
    for control; Strong and Oakley (2013) for single uncertain numbers, see `planner.analyses.learning.evppi`.
    """
    if rule != "expected":
        message = f"the value of information is an expected value, which the rule {rule} does not work with"
        raise BadArgument(message, "leave --rule out")
    if draws < LEAST_DRAWS:
        raise BadArgument(f"{draws} draws are too few for blocks of draws", f"take {LEAST_DRAWS} at least")
    asked = focus(scenario, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
    start = 0 if at is None else asked.state
    likelihoods = Likelihoods(scenario, environment(scenario, asked.overrides))
    tree = OnTree(asked, Foresight(asked.solution, likelihoods, start), seed)
    simulated = sample(asked, draws=draws, seed=seed, sampling=sampling, mapper=mapper) if _drawn(asked) else None
    if groups and simulated is None:
        raise BadArgument("nothing is drawn, so no group of numbers can be known", "leave --group out")
    settings = {
        **asked.settings,
        "draws": draws,
        "seed": seed,
        "sampling": sampling,
        "groups": [list(g) for g in groups],
    }
    numbers = FromDraws(asked, simulated, seed) if simulated is not None else None
    chances, total = tree.chances(), tree.perfect()
    both, why_not = _everything(tree, numbers)
    found = Information(
        scenario=scenario,
        at=asked.label,
        start=asked.unfolded.labels[start],
        actor=asked.actor,
        deciders=tree.deciders,
        alone=tree.alone is not None,
        perfect_parameters=numbers.perfect() if numbers is not None else None,
        perfect_chances=total,
        perfect_everything=both,
        parameters=numbers.singles() if numbers is not None else (),
        groups=numbers.groups(groups) if numbers is not None else (),
        chances=chances,
        signals=tree.signals(),
        notes=(),
        method=_method(simulated, total),
        settings=settings,
        chosen=asked.chosen,
        value=asked.option_values()[asked.chosen][asked.actor],
    )
    return _noted(found, tree, simulated, why_not)


def _drawn(asked: Focus) -> bool:
    """Whether anything is drawn."""
    scenario = asked.scenario
    return any(
        parameter.distribution is not None and name not in asked.overrides
        for name, parameter in scenario.parameters.items()
    ) or any(node.certainty is not None and node.resolved is None for node in scenario.nodes.values())


def _everything(tree: OnTree, numbers: FromDraws | None) -> tuple[Total | None, str]:
    """Estimate what it is worth to know the uncertain numbers and how chance turns out, or say why not."""
    if numbers is None or not tree.events:
        return None, ""
    asked = tree.asked
    if tree.foresight.start != asked.state:
        return None, f"chance comes before '{asked.label}'"
    if tree.foresight.tolerance[asked.actor_at()] is not None:
        return None, "over uncertain numbers values are averaged, over chances their certainty equivalent is taken"
    every = events(asked.unfolded, asked.solution.bound, tree.foresight.likelihoods, asked.state, certain=True)
    made = Outcomes(tree.foresight, [event for event in every if not event.unclear])
    gains, errors, draws = everything(made, numbers.drawn, numbers.table.now, tree.seed)
    me = asked.actor_at()
    return Total(float(gains[me]), tree.gains(gains), float(errors[me]), "sampled", draws, draws), ""


WAYS = {
    "enumerated": "all {count} joint outcomes of the chances were gone through",
    "decomposed": "exact over {count} joint outcomes of the chances, by conditioning on those that options share",
    "sampled": "{sampled:,} of {count} joint outcomes of the chances were sampled",
}


def _method(simulated: Sample | None, total: Total | None) -> str:
    parts = []
    if simulated is not None:
        plan = simulated.design
        parts.append(
            f"simulation of {plan.draws:,} draws ({plan.sampling}, seed {plan.seed}); single numbers by blocks of "
            "draws (Strong and Oakley 2013), groups by cross-fitted polynomial regression"
        )
    if total is not None:
        count = big(total.count)
        way = WAYS[total.way].format(count=count, sampled=total.sampled)
        parts.append(f"chances and signals exactly on the tree (Howard 1966, Raiffa 1968); for all chances {way}")
    text = "; ".join(parts) or "nothing is uncertain"
    return text[0].upper() + text[1:]


def _noted(found: Information, tree: OnTree, simulated: Sample | None, why_not: str) -> Information:
    return replace(found, notes=tuple(_notes(found, tree, simulated, why_not)))


def _notes(found: Information, tree: OnTree, simulated: Sample | None, why_not: str) -> list[str]:
    """Return what a reader must know besides, in sentences."""
    notes = []
    if not found.alone:
        notes.append(
            "Others decide, too: values are what the point of view gains if everybody knows and takes the best answer "
            "to it, and may be negative."
        )
    if simulated is not None and any(
        tree.asked.solution.who(state).kind == DECISION for state in tree.ahead if state != tree.asked.state
    ):
        notes.append(
            f"Decisions after '{found.at}' are taken with the uncertain numbers known, whether these are known before "
            "it or not."
        )
    shaky = [one.name for one in found.parameters if not one.agrees]
    if shaky:
        notes.append(f"20 and 40 blocks do not agree on {_named(shaky)}: take more draws.")
    if why_not:
        notes.append(f"Knowing everything at once was not worked out: {why_not}.")
    unclear = [one.node for one in found.chances if one.unclear]
    if unclear:
        notes.append(f"No value for {_named(unclear)}: {next(one.unclear for one in found.chances if one.unclear)}.")
    left = len(tree.events) - len(tree.looked_at)
    if left:
        notes.append(
            f"Of {len(tree.events):,} chances the {len(tree.looked_at):,} most probable ones were looked at singly."
        )
    if any(event.listeners for event in tree.events):
        notes.append("To choose how a chance turns out leaves news about it as it is; that news then tells nothing.")
    return notes


def _named(names: Sequence[str]) -> str:
    return listing(f"'{name}'" for name in names)
