"""What would change the choice: switching values, bars, joint changes, regions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.focus import Focus, focus
from planner.analyses.notebook import frame
from planner.analyses.result import BadArgument
from planner.analyses.varying.axes import axes_of, known_input, whole
from planner.analyses.varying.exact_points import ExactPoints
from planner.analyses.varying.probe import Probe
from planner.analyses.varying.radius import JointChange
from planner.analyses.varying.regions import Regions, regions
from planner.analyses.varying.scan import Scan, scan, steps_for
from planner.analyses.varying.sensitivity_words import headline
from planner.analyses.varying.stability import DecisionStability, stabilities
from planner.analyses.varying.thresholds import Threshold, TiedRange, thresholds, tied_ranges
from planner.analyses.varying.tornado import Bar, Curve, Strand, curve, strand, tornado
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.varying.chance_radius import ChanceChange
    from planner.core.model import Scenario

WEIGHTS = 2.0
STEPS = 31
MOST_STEPS = 201
METHOD = (
    "Every input along its range alone, on a grid with the dips between its points followed to the bottom; changes of "
    "choice narrowed down to equal scores; joint changes by corners and search"
)


@dataclass(frozen=True)
class Sensitivity:
    """What would change the choice at one decision.

    Attributes:
        scenario: what was analysed.
        focus: the decision.
        tied: options as good as the chosen one as things stand, itself among them; empty if there is no other.
        difference: the lead: the score of the option that is chosen, minus the best of the others; None if there is no
            other. A single decider's score is its value, oriented so that more is better; that of several is the
            smallest gain over the fallback among them.
        runner_up: the best of the others.
        thresholds: where inputs flip the choice, nearest first.
        ties: values of inputs at which options are as good as each other over a stretch, or touch without a change.
        tornado: for every input how far it moves the lead, the largest first.
        decisions: how stable the choice of each decision reached is, the one in focus first.
        decisions_left_out: how many less probable decisions were not looked into.
        regions: the option taken over two inputs; None with fewer than two parameters.
        curves: inputs walked along their range, as asked for.
        spider: the lead along each parameter, on one relative axis.
        without_range: parameters that have no range and were not varied.
        complete: whether all changes that were seen are listed.
        points: how many evenly spread points each range was looked at.
        settings: the arguments that the result depends on.
        method: the method in words.
    """

    scenario: Scenario = field(repr=False)
    focus: Focus = field(repr=False)
    tied: tuple[str, ...]
    difference: float | None
    runner_up: str | None
    thresholds: tuple[Threshold, ...]
    ties: tuple[TiedRange, ...]
    tornado: tuple[Bar, ...] = field(repr=False)
    decisions: tuple[DecisionStability, ...] = field(repr=False)
    decisions_left_out: int
    regions: Regions | None = field(repr=False)
    curves: tuple[Curve, ...] = field(repr=False)
    spider: tuple[Strand, ...] = field(repr=False)
    without_range: tuple[str, ...]
    complete: bool
    points: int
    settings: Mapping[str, Any]
    method: str = METHOD

    @property
    def options(self) -> tuple[str, ...]:
        """The options of the decision, in file order."""
        return self.focus.options

    @property
    def chosen(self) -> str:
        """The option that is followed as things stand."""
        return self.focus.chosen

    @property
    def rule(self) -> str:
        """What decisions go by."""
        return self.focus.rule.name

    @property
    def joint(self) -> JointChange:
        """The smallest joint change of parameters that flips the choice."""
        return self.decisions[0].joint if self.decisions else JointChange(None, proved=True)

    @property
    def chances(self) -> ChanceChange | None:
        """How far all probabilities may be off; None where the question has no answer."""
        return self.decisions[0].chances if self.decisions else None

    def headline(self) -> str:
        """Say in one sentence what would change the choice."""
        return headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data: full precision, None for an infinite tolerance of risk."""
        return {
            "decision": self.focus.label,
            "by": list(self.focus.by),
            "actor": self.focus.actor,
            "chosen": self.chosen,
            "value": self.focus.option_values()[self.chosen][self.focus.actor],
            "tied": list(self.tied),
            "runner_up": self.runner_up,
            "difference": self.difference,
            "thresholds": [one.to_dict() for one in self.thresholds],
            "ties": [one.to_dict() for one in self.ties],
            "tornado": [one.to_dict() for one in self.tornado],
            "joint": self.joint.to_dict(),
            "decisions": [one.to_dict() for one in self.decisions],
            "decisions_left_out": self.decisions_left_out,
            "regions": None if self.regions is None else self.regions.to_dict(),
            "one_way": [one.to_dict() for one in self.curves],
            "spider": [one.to_dict() for one in self.spider],
            "without_range": list(self.without_range),
            "complete": self.complete,
            "points": self.points,
            "method": self.method,
        }

    def to_frame(self) -> Any:
        """Return the bars as a pandas DataFrame, with the nearest threshold of each input.

        Raises:
            BadArgument: pandas is not installed.
        """
        nearest: dict[str, Threshold] = {}
        for one in self.thresholds:
            nearest.setdefault(one.parameter, one)
        rows = [
            {**bar.to_dict(), "flips_at": nearest[bar.parameter].at if bar.parameter in nearest else None}
            for bar in self.tornado
        ]
        return frame(rows)

    def _repr_markdown_(self) -> str:
        from planner.analyses.varying.sensitivity_table import table

        return table(self)


def sensitivity(  # noqa: PLR0913 - the question, and what is to be varied
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    parameters: Sequence[str] = (),
    ranges: Mapping[str, tuple[float, float]] | None = None,
    weights: float = WEIGHTS,
    two_way: tuple[str, str] | None = None,
    steps: int = STEPS,
    one_way: Sequence[str] = (),
    seed: int = 1,
) -> Sensitivity:
    """Find what would change the choice at a decision.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... parameters: {oil: {name: Chance of oil, value: 0.4, low: 0.1, high: 0.6}}
    ... nodes:
    ...   site:
    ...     decision: Drill or sell?
    ...     options: {drill: {name: Drill, payoff: -70, to: hole}, sell: {name: Sell, payoff: 30}}
    ...   hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
    ... '''))
    >>> result = sensitivity(scenario)
    >>> result.headline()
    "'Drill' stops being best if the chance of oil falls below 0.25 (now 0.40)."
    >>> [(str(one.exact), one.side, one.origin, one.to) for one in result.thresholds if one.parameter == "oil"]
    [('1/4', 'below', 'drill', 'sell')]

    Args:
        scenario: the scenario, read and checked.
        at: the decision, ``node`` or ``node[round=2]``; None for the first.
        actor: whose values are told; the choice is that of those who decide.
        overrides: numbers that replace parameters.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states the scenario may unfold into.
        parameters: the inputs to vary, such as ``talks_yield`` or ``actors.uk.weights.cohesion``; empty for all with a
            range.
        ranges: for inputs their low and high, in place of those of the file.
        weights: weights go from 0 to so many times what they are, the others fixed; 0 leaves them out.
        two_way: two inputs whose joint effect is shown; None for the two parameters that move the lead most.
        steps: points of that along each input.
        one_way: inputs whose curves are wanted.
        seed: of the random starts of the search for joint changes.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        UnknownName: no decision, actor, parameter or other input has a name that was given.
        BadArgument: an argument cannot be used.

    Sources: switching values as in HM Treasury, The Green Book (2022); errors of all probabilities as in B. Kamiński,
    M. Jakubczyk and P. Szufel, A framework for sensitivity analysis of decision trees (2018).
    """
    if not 2 <= steps <= MOST_STEPS:
        raise BadArgument(f"a grid of {steps} steps cannot be made", f"ask for 2 to {MOST_STEPS}")
    found = focus(scenario, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
    probe = Probe(found)
    wanted = list(dict.fromkeys([*parameters, *one_way, *(two_way or ())])) if parameters else []
    varied = axes_of(found, names=wanted, ranges=ranges, weights=weights)
    several = len(found.options) > 1
    count = steps_for(probe, len(varied.axes))
    scans = [scan(probe, axis, count) for axis in varied.axes] if several else []
    by_name = {one.axis.name: one for one in scans}
    free = [whole(one.axis) for one in scans if one.axis.kind == "parameter"]
    decisions, left_out = stabilities(probe, free, seed)
    settings = dict(found.settings)
    settings |= {"parameters": list(parameters), "ranges": {name: list(ends) for name, ends in (ranges or {}).items()}}
    settings |= {"weights": weights, "two_way": list(two_way) if two_way else None, "steps": steps}
    settings |= {"one_way": list(one_way), "seed": seed}
    bars = tornado(found, scans)
    lead = float(probe.base.lead(int(probe.base.choice[0]))[0]) if several else None
    return Sensitivity(
        scenario=scenario,
        focus=found,
        tied=found.tied,
        difference=lead,
        runner_up=_runner_up(probe) if several else None,
        thresholds=thresholds(found, scans, ExactPoints(found, overrides)),
        ties=tied_ranges(found, scans),
        tornado=bars,
        decisions=decisions,
        decisions_left_out=left_out,
        regions=_regions(probe, by_name, bars, two_way, steps),
        curves=tuple(curve(probe, _scan_of(found, by_name, name)) for name in one_way) if several else (),
        spider=tuple(strand(probe, one) for one in scans if one.axis.kind == "parameter"),
        without_range=varied.without,
        complete=all(one.complete for one in scans),
        points=count,
        settings=settings,
    )


def _runner_up(probe: Probe) -> str:
    chosen = int(probe.base.choice[0])
    scores = probe.base.scores[:, 0].tolist()
    others = [option for option in range(len(scores)) if option != chosen]
    return probe.focus.options[max(others, key=lambda option: scores[option])]


def _scan_of(found: Focus, scans: Mapping[str, Scan], name: str) -> Scan:
    """Return the walk along an input.

    Raises:
        BadArgument: the input was not varied.
    """
    if name not in scans:
        known_input(found, name)
        raise BadArgument(f"'{name}' has no range to vary it in", f"give one with --range {name}=LOW:HIGH")
    return scans[name]


def _regions(
    probe: Probe, scans: Mapping[str, Scan], bars: Sequence[Bar], pair: tuple[str, str] | None, steps: int
) -> Regions | None:
    """Return which option is taken over two inputs, those asked for or those that move the lead most."""
    if len(probe.focus.options) < 2:
        return None
    if pair is None:
        pair_of = [bar.parameter for bar in bars if bar.kind == "parameter"][:2]
        if len(pair_of) < 2:
            return None
        pair = pair_of[0], pair_of[1]
    if pair[0] == pair[1]:
        raise BadArgument(f"'{pair[0]}' cannot vary against itself", "name two different inputs")
    across, up = (whole(_scan_of(probe.focus, scans, name).axis) for name in pair)
    return regions(probe, across, up, steps)
