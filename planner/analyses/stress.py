"""Options against named futures and against the worst case within all ranges: value, regret, who is hurt.

Nothing here needs a probability for a future. Wald (1950), Savage (1951) and Hurwicz (1951) say how to choose without;
Lempert, Popper and Bankes (2003, Shaping the next one hundred years) why one looks for options that do well in many
futures rather than best in the likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.focus import focus
from planner.analyses.notebook import frame
from planner.analyses.result import BadArgument
from planner.analyses.stressing import choice_rules, stress_words
from planner.analyses.stressing.box import Ranges, Sample, checked_sample, ranges
from planner.analyses.stressing.discovery import Discovery, Failing, discover, failing, misses
from planner.analyses.stressing.futures import World, Worlds, worlds
from planner.analyses.stressing.stress_dict import as_dict
from planner.analyses.stressing.worst_case import WorstCases, worst_cases
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.analyses.stressing.choice_rules import Reversal, Switch
    from planner.core.model import Scenario

Floats = NDArray[np.float64]

OPTIMISM, POINTS, SEED = 0.5, 4096, 1
SUM = 1e-9  # by so much the probabilities of the futures may miss 1


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule takes.

    Attributes:
        option: the option, of several that do equally well the first.
        tied: all that do as well, itself among them; empty if there is no other.
        value: what the rule compares, for that option; a regret with minimax regret.
        values: the same for every option.
    """

    option: str
    tied: tuple[str, ...]
    value: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Hurt:
    """Who loses most by an option, and in which future; nobody (None) if no actor is worse off anywhere."""

    option: str
    actor: str | None
    future: str | None
    loss: float


@dataclass(frozen=True, slots=True)
class Share:
    """How often an option meets an actor's minimum: among the futures, and among points spread over the ranges."""

    actor: str
    minimum: float
    option: str
    futures: float | None
    ranges: float | None


@dataclass(frozen=True)
class Stress:
    """How the options of a decision stand up to futures and ranges.

    Values are full and in the scenario's own sense; regrets and losses are never negative.

    Attributes:
        scenario: what was analysed.
        focus: the decision, who takes it and whose value is meant.
        settings: the arguments that the result depends on.
        worlds: the file's own numbers first, then the futures.
        counted: which of the worlds the rules count.
        values: (options, actors, worlds).
        regrets: (options, worlds), of the point of view.
        chosen: for each world the option that those who decide take.
        rules: what each rule takes for the point of view; empty without futures.
        no_expected: why there is no expected value over the futures; empty if there is one.
        weights: the probability of each world that is counted, if there are probabilities.
        switches: where the choice of Hurwicz' rule changes as optimism goes from 0 to 1.
        reversals: whose order by minimax regret turns round when an option is left out.
        deciders: what the rules take for each of those who decide together.
        reference: what losses are counted from: ``fallback``, ``start`` or, if there is neither, None.
        hurt: who loses most by each option.
        shares: how often options meet minimums.
        ranges: the box of all ranges that matter; None if there is none.
        worst_cases: the worst in the box.
        fails: what counts as failure in the discovery.
        discovery: where in the ranges each option fails.
        left_out: how many points of the second sample were impossible.
        notes: what a reader must know besides.
    """

    scenario: Scenario = field(repr=False)
    focus: Focus = field(repr=False)
    settings: Mapping[str, Any]
    worlds: tuple[World, ...]
    counted: tuple[int, ...]
    values: Floats = field(repr=False)
    regrets: Floats = field(repr=False)
    chosen: tuple[str, ...]
    rules: Mapping[str, RuleResult]
    no_expected: str
    weights: Mapping[str, float] | None
    switches: tuple[Switch, ...]
    reversals: tuple[Reversal, ...]
    deciders: Mapping[str, Mapping[str, RuleResult]]
    reference: str | None
    hurt: tuple[Hurt, ...]
    shares: tuple[Share, ...]
    ranges: Ranges | None = field(repr=False)
    worst_cases: WorstCases | None = field(repr=False)
    fails: Failing
    discovery: tuple[Discovery, ...] = field(repr=False)
    left_out: int
    notes: tuple[str, ...]

    @property
    def options(self) -> tuple[str, ...]:
        """The options, in file order."""
        return self.focus.options

    @property
    def viewer(self) -> int:
        """The number of the actor whose value is meant."""
        return self.focus.actor_at()

    @property
    def own(self) -> Floats:
        """What the options are worth to the point of view, (options, worlds)."""
        return np.asarray(self.values[:, self.viewer])

    @property
    def method(self) -> str:
        """The method in words."""
        return stress_words.METHOD

    def headline(self) -> str:
        """Say in one sentence which options stand up, and whether the rules agree."""
        return stress_words.headline(self)

    def disagreement(self) -> str:
        """Say in a sentence or two which rules take which option, and about which futures they disagree."""
        return stress_words.disagreement(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return as_dict(self)

    def to_frame(self) -> Any:
        """Return the table of options and futures as a pandas DataFrame.

        Raises:
            BadArgument: pandas is not installed.
        """
        rows = self.to_dict()["table"]
        return frame([{**row, **row["by_actor"]} for row in rows]).drop(columns="by_actor")

    def _repr_markdown_(self) -> str:
        return stress_words.markdown(self)


def stress(  # noqa: PLR0913 - the arguments that every analysis takes, and its own
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    with_base: bool = False,
    optimism: float = OPTIMISM,
    fails: str | None = None,
    points: int = POINTS,
    seed: int = SEED,
) -> Stress:
    """Stress the options of a decision: in the file's futures, and anywhere in the ranges of its parameters.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Thompson Lumber
    ... parameters: {large: 200000, small: 100000}
    ... futures:
    ...   favourable: {name: Favourable market}
    ...   unfavourable: {name: Unfavourable market, set: {large: -180000, small: -20000}}
    ... nodes:
    ...   plant:
    ...     decision: Which plant?
    ...     options:
    ...       large: {name: Large plant, payoff: large}
    ...       small: {name: Small plant, payoff: small}
    ...       none: {name: Do nothing}
    ... '''))
    >>> found = stress(scenario)
    >>> {rule: result.option for rule, result in found.rules.items()}
    {'maximin': 'none', 'maximax': 'large', 'minimax_regret': 'small', 'hurwicz': 'small', 'laplace': 'small'}
    >>> found.rules["minimax_regret"].values
    {'large': 180000.0, 'small': 100000.0, 'none': 200000.0}

    Args:
        scenario: the scenario, read and checked.
        at: the decision in focus, ``node`` or ``node[round=2]``; None for the first.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters; what a future sets outdoes them there.
        rule: what later decisions go by: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states the scenario may unfold into.
        with_base: count the file's own numbers among the futures.
        optimism: the weight of the best future in Hurwicz' rule, from 0 to 1.
        fails: what counts as failure when parts of the ranges are looked for: ``minimum``, ``regret`` (another option
            is better) or ``below:X`` (``above:X`` of costs); None for the minimum where the point of view has one.
        points: how many points each of the two samples of the ranges has.
        seed: what the samples follow from.

    Raises:
        ScenarioError: the scenario cannot be evaluated, or not in some future.
        UnknownName: no decision, actor or parameter has the name that was given.
        BadArgument: there is neither a future nor a range, or an argument cannot be used.
    """
    if not 0 <= optimism <= 1:
        raise BadArgument(f"a weight of {optimism} for the best future", "take a number from 0 (worst) to 1 (best)")
    checked_sample(points, seed)
    looked = focus(scenario, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
    failure = failing(looked, fails)
    box = ranges(looked)
    if not scenario.futures and not len(box):
        raise _nothing_to_stress(box)
    found = worlds(looked)
    counted = tuple(range(0 if with_base else 1, len(found.worlds))) if scenario.futures else ()
    samples = _samples(box, points, seed) if len(box) else None
    oriented = looked.sense * found.values
    weights, no_expected = _weights([found.worlds[world] for world in counted])
    rules = {
        owner: _rules(looked, oriented[:, looked.actor_at(owner)][:, list(counted)], optimism, weights)
        for owner in dict.fromkeys((looked.actor, *looked.by))
    }
    table = oriented[:, looked.actor_at()]
    reference, hurt = _hurt(looked, found, counted or (0,))
    usable = samples is not None and all(len(sample.points) for sample in samples)
    return Stress(
        scenario=scenario,
        focus=looked,
        settings={
            **looked.settings,
            "with_base": with_base,
            "optimism": optimism,
            "fails": failure.name,
            "points": points,
            "seed": seed,
        },
        worlds=found.worlds,
        counted=counted,
        values=found.values,
        regrets=choice_rules.regrets(table),
        chosen=tuple(looked.options[option] for option in found.choice),
        rules=rules[looked.actor],
        no_expected=no_expected,
        weights=None
        if weights is None
        else {found.worlds[at].id: chance for at, chance in zip(counted, weights, strict=True)},
        switches=choice_rules.switches(table[:, list(counted)]) if counted else (),
        reversals=choice_rules.reversals(table[:, list(counted)]) if counted else (),
        deciders={owner: rules[owner] for owner in looked.by} if looked.joint and counted else {},
        reference=reference,
        hurt=hurt,
        shares=_shares(looked, found, counted, samples[1] if samples and usable else None),
        ranges=box if len(box) else None,
        worst_cases=worst_cases(box, samples[0], viewer=looked.actor_at(), seed=seed) if samples else None,
        fails=failure,
        discovery=discover(box, samples, failure, looked.actor_at()) if samples and usable else (),
        left_out=samples[1].left_out if samples else 0,
        notes=tuple(stress_words.notes(looked, found, box, with_base=with_base, usable=samples is None or usable)),
    )


def _nothing_to_stress(box: Ranges) -> BadArgument:
    if box.idle:
        names = ", ".join(box.idle[:3]) + (", …" if len(box.idle) > 3 else "")
        message = f"the file has no futures, and its ranges ({names}) make no difference to these options"
        return BadArgument(message, "add 'futures:', or look at another decision with --at")
    message = "the scenario has neither futures nor ranges, so nothing can be stressed"
    return BadArgument(message, "add 'futures:', or give parameters 'low:' and 'high:'")


def _samples(box: Ranges, points: int, seed: int) -> tuple[Sample, Sample]:
    first, second = (Sample.of(box, box.sample(points, seed=seed, copy=copy)) for copy in (0, 1))
    return first, second


def _weights(counted: Sequence[World]) -> tuple[list[float] | None, str]:
    """Return the probabilities of the worlds that are counted, or why there are none; one may take the rest."""
    if not counted:
        return None, "the file has no futures"
    given = [world.probability for world in counted]
    missing = [world.id for world in counted if world.probability is None]
    total = sum(chance for chance in given if chance is not None)
    if len(missing) == len(given):
        return None, "the futures have no probabilities"
    if len(missing) > 1:
        return None, f"{len(missing)} futures have no probability: {', '.join(missing[:3])}{', …' * (len(missing) > 3)}"
    if total > 1 + SUM or (not missing and total < 1 - SUM):
        more = "; with the file's own numbers counted these take the rest" if total < 1 else ""
        return None, f"the probabilities of the futures sum to {total:.12g}, not 1{more}"
    rest = max(1 - total, 0.0)
    return [rest if chance is None else chance for chance in given], ""


def _rules(looked: Focus, table: Floats, optimism: float, weights: Sequence[float] | None) -> dict[str, RuleResult]:
    """Return what each rule takes by an oriented table of the worlds that are counted."""
    if not table.shape[1]:
        return {}
    found = {}
    for rule, picked in choice_rules.picks(table, optimism=optimism, weights=weights).items():
        sense = -1 if rule == "minimax_regret" else looked.sense
        values = dict(zip(looked.options, (sense * picked.score + 0.0).tolist(), strict=True))
        option = looked.options[picked.option]
        tied = tuple(looked.options[at] for at in picked.tied) if len(picked.tied) > 1 else ()
        found[rule] = RuleResult(option, tied, values[option], values)
    return found


def _hurt(looked: Focus, found: Worlds, counted: Sequence[int]) -> tuple[str | None, tuple[Hurt, ...]]:
    """Return what losses are counted from, and who loses most by each option in the worlds that are counted."""
    scenario, actors = looked.scenario, list(looked.scenario.actors)
    values = found.values[..., list(counted)]
    criteria = scenario.criteria.values()
    if looked.fallback is not None:
        reference, stands = "fallback", values[looked.fallback]
    elif any(criterion.start is not None for criterion in criteria) or not any(one.has_scale for one in criteria):
        base = np.array([float(value) for value in looked.solution.worth.base])
        reference, stands = "start", np.repeat(base[:, None], len(counted), axis=1)
    else:
        return None, ()
    loss = looked.sense * (stands - values)  # (options, actors, worlds)
    hurt = []
    for at, option in enumerate(looked.options):
        actor, world = divmod(int(loss[at].argmax()), len(counted))
        most = float(loss[at, actor, world])
        if most <= choice_rules.margin(values):
            hurt.append(Hurt(option, None, None, 0.0))
        else:
            hurt.append(Hurt(option, actors[actor], found.worlds[counted[world]].id, most))
    return reference, tuple(hurt)


def _shares(looked: Focus, found: Worlds, counted: Sequence[int], sample: Sample | None) -> tuple[Share, ...]:
    """Return how often options meet actors' minimums; nothing at later decisions, which count from there on."""
    shares: list[Share] = []
    if looked.state:
        return ()
    for at, actor in enumerate(looked.scenario.actors.values()):
        if actor.minimum is None:
            continue
        least = float(actor.minimum)
        for number, option in enumerate(looked.options):
            told = [
                None if not values.size else 1 - float(misses(values, least, looked.sense).mean())
                for values in (
                    found.values[number, at, list(counted)],
                    sample.values[number, at] if sample is not None else np.empty(0),
                )
            ]
            shares.append(Share(actor.id, least, option, told[0], told[1]))
    return tuple(shares)
