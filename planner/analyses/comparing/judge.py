"""What a scenario comes to with some of the changes and without the others."""

from __future__ import annotations

import itertools
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.evaluate import evaluate
from planner.analyses.focus import focus
from planner.analyses.result import BadArgument
from planner.core.change.mixing import mixed
from planner.core.diagnostics import ScenarioError
from planner.core.rules import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

    from numpy.typing import NDArray

    from planner.analyses.comparing.units import Units
    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.analyses.focus import Focus
    from planner.core.change.differences import Compared
    from planner.core.machine import Machine
    from planner.core.model import Scenario

    Floats = NDArray[np.float64]

MOST_WORK = 150_000  # as many for a large scenario, so that a few of its changes can be tried
WORK = 40_000  # nodes, options and branches that are read and worked out one at a time, a few seconds
LEAST_SIZE = 30  # what reading any scenario takes
DRAWN_WORK = 200  # as many are worked out in one draw in the time in which one is read
FEW = 2  # combinations of one shape that are read, not drawn
KEPT = 8  # shapes that are kept for other numbers
BLOCK = 20_000_000  # numbers that the inputs of the draws of one run may be

Set = frozenset[int]


class Spent(Exception):  # noqa: N818 - no error: the work that may be done is done
    """More combinations of changes were asked for than may be worked out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows at the decision in focus.

    Attributes:
        chosen: the option that is followed; None where nothing is decided.
        tied: the options that are as good, if there are several.
        actors: the actors.
        names: the options.
        rows: for each option what it is worth to each actor; one row for the root where nothing is decided.
    """

    chosen: str | None
    tied: tuple[str, ...]
    actors: tuple[str, ...]
    names: tuple[str, ...]
    rows: Sequence[Sequence[float]] | Floats

    @classmethod
    def of(cls, chosen: str, tied: tuple[str, ...], options: Mapping[str, Mapping[str, float]]) -> Self:
        """Return a verdict with values by option and actor."""
        actors = tuple(options[chosen])
        return cls(chosen, tied, actors, tuple(options), [[row[actor] for actor in actors] for row in options.values()])

    @classmethod
    def undecided(cls, values: Mapping[str, float]) -> Self:
        """Return the verdict where nothing is decided: values at the root."""
        return cls(None, (), tuple(values), (), [list(values.values())])

    @property
    def values(self) -> dict[str, float]:
        """For each actor what the option that is followed is worth; at the root where nothing is decided."""
        return self._row(self.names.index(self.chosen) if self.chosen is not None else 0)

    @property
    def options(self) -> dict[str, dict[str, float]]:
        """For each option what it is worth to each actor."""
        return {option: self._row(at) for at, option in enumerate(self.names)}

    def _row(self, at: int) -> dict[str, float]:
        return dict(zip(self.actors, map(float, self.rows[at]), strict=True))


@dataclass(frozen=True)
class Shape:
    """A scenario with some changes of shape, its numbers as before: what is worked out with other numbers."""

    scenario: Scenario
    looked: Focus | None = None
    machine: Machine | None = None


@dataclass
class Judge:
    """Works out combinations of changes, each once.

    Attributes:
        compared: the two texts.
        units: the changes.
        at: the decision in focus, in the names of the second text; None for the first that is reached.
        rule: what decisions go by.
        overrides: numbers that replace parameters.
        max_states: how many states a scenario may unfold into.
        deciders: who decides there.
        sense: 1 if more value is better, -1 if it is a cost.
        left: how much work may still be done.
    """

    compared: Compared
    units: Units
    at: str | None = None
    rule: str = "expected"
    overrides: Mapping[str, float | str] = field(default_factory=dict)
    max_states: int = 1_000_000
    deciders: tuple[str, ...] = ()
    sense: int = 1
    left: float = WORK
    known: dict[Set, Verdict | None] = field(default_factory=dict)
    faults: dict[Set, str] = field(default_factory=dict)
    shapes: OrderedDict[Set, Shape] = field(default_factory=OrderedDict)

    def one(self, chosen: Iterable[int]) -> Verdict | None:
        """Return what one combination comes to; None if it is no sound scenario or has no such decision."""
        return self.all([frozenset(chosen)])[0]

    def all(self, sets: Sequence[Set]) -> list[Verdict | None]:
        """Return what combinations of units come to.

        Raises:
            Spent: they are more than may be worked out.
        """
        buckets: dict[Set, list[Set]] = defaultdict(list)
        for each in dict.fromkeys(sets):
            if each not in self.known:
                buckets[frozenset(unit for unit in each if self.units.units[unit].numbers is None)].append(each)
        for shape, members in buckets.items():
            self._bucket(shape, members)
        return [self.known[each] for each in sets]

    def affordable(self, count: int) -> bool:
        """Whether so many combinations of numbers alone may still be worked out."""
        each = self._size * (1 / DRAWN_WORK if self._all_numbers else 1.0)
        return count * each <= self.left

    def affordable_alone(self) -> bool:
        """Whether every unit may be tried alone and taken away alone."""
        shapes = sum(unit.numbers is None for unit in self.units.units)
        return 2 * (shapes + len(self.units.units) / DRAWN_WORK) * self._size <= self.left

    def begin(self) -> None:
        """Set how much may be done: more for a large scenario, which is not worked out often for that."""
        self.left = max(WORK, min(10 * self._size, MOST_WORK))

    @property
    def _all_numbers(self) -> bool:
        return all(unit.numbers is not None for unit in self.units.units)

    @property
    def _size(self) -> int:
        return max(sum(map(_size, (self.compared.old, self.compared.new))) // 2, LEAST_SIZE)

    # --- combinations that differ in numbers alone ----------------------------------------------------------------

    def _bucket(self, shape: Set, members: list[Set]) -> None:
        """Work out combinations that make the same changes of shape."""
        if len(members) <= FEW and shape not in self.shapes and any(len(each) > len(shape) for each in members):
            for each in members:  # few are sooner read than made ready for draws
                self._read(each)
            return
        cost = self._size * ((shape not in self.shapes) + len(members) / DRAWN_WORK)
        if cost > self.left:
            raise Spent
        self.left -= cost
        try:
            made = self._shape(shape, numbered=any(len(each) > len(shape) for each in members))
        except (ScenarioError, BadArgument) as error:
            self._failed(members, error)
            return
        if made.looked is None:
            self._evaluated(made.scenario, shape, members)
        elif made.machine is None:
            self.known[members[0]] = _of_focus(made.looked)
        else:
            self._drawn(made.looked, made.machine, members)

    def _read(self, chosen: Set) -> None:
        """Work out one combination from its own text."""
        if self._size > self.left:
            raise Spent
        self.left -= self._size
        source = mixed(self.compared, self.units.differences(chosen))
        try:
            scenario = load(source)
            if _is_drawn(scenario):
                self.known[chosen] = _of_focus(self._focus(scenario))
            else:
                self._evaluated(scenario, chosen, [chosen])
        except (ScenarioError, BadArgument) as error:
            self._failed([chosen], error)

    def _shape(self, shape: Set, *, numbered: bool) -> Shape:
        """Return the scenario with changes of shape, ready for other numbers if it is wanted with some.

        Raises:
            ScenarioError: it has errors.
            BadArgument: it has no such decision.
        """
        made = self.shapes.get(shape)
        if made is None:
            source = mixed(self.compared, self.units.differences(shape) if shape else [], named=self.units.named)
            made = Shape(load(source))
            if _is_drawn(made.scenario):
                made = replace(made, looked=self._focus(made.scenario))
        if numbered and made.looked is not None and made.machine is None:
            made = replace(made, machine=made.looked.machine())
        self.shapes[shape] = made
        while len(self.shapes) > KEPT:
            self.shapes.popitem(last=False)
        return made

    def _failed(self, members: Iterable[Set], error: ScenarioError | BadArgument) -> None:
        words = error.diagnostics[0].message if isinstance(error, ScenarioError) else error.message
        for each in members:
            self.known[each] = None
            self.faults[each] = words

    def _given(self, scenario: Scenario) -> dict[str, float | str]:
        return {name: value for name, value in self.overrides.items() if name in scenario.parameters}

    def _focus(self, scenario: Scenario) -> Focus:
        given = self._given(scenario)
        return focus(scenario, at=self.at, overrides=given, rule=self.rule, max_states=self.max_states)

    def _drawn(self, looked: Focus, machine: Machine, members: list[Set]) -> None:
        """Work out combinations as draws of their numbers.

        All numbers are inputs of all draws, whether they change or not: so one program does for all.
        """
        names = self._inputs(looked.scenario)
        width = max(1, BLOCK // max(len(names), 1))
        for start in range(0, len(members), width):
            block = members[start : start + width]
            inputs = self._rows(names, block)
            if not inputs:
                verdict = _of_focus(looked)
                self.known.update(dict.fromkeys(block, verdict))
                continue
            self._run(looked, machine, inputs, block)

    def _inputs(self, scenario: Scenario) -> dict[str, tuple[int, float, float]]:
        """Return the numbers that a scenario has, each with its unit, its value before and after."""
        found = {}
        for unit, each in enumerate(self.units.units):
            for name, (before, after) in (each.numbers or {}).items():
                known = name in scenario.parameters and name not in self.overrides
                if known or _is_attitude(scenario, name):
                    found[name] = unit, before, after
        return found

    @staticmethod
    def _rows(names: Mapping[str, tuple[int, float, float]], block: Sequence[Set]) -> dict[str, Any]:
        columns: dict[int, np.ndarray[Any, np.dtype[np.bool_]]] = {}
        rows = {}
        for name, (unit, before, after) in names.items():
            if unit not in columns:
                columns[unit] = np.fromiter((unit in each for each in block), np.bool_, len(block))
            rows[name] = np.where(columns[unit], after, before)
        return rows

    def _run(self, looked: Focus, machine: Machine, inputs: dict[str, Any], block: Sequence[Set]) -> None:
        unfit = np.zeros(len(block), np.bool_)
        draws = machine.run(inputs, unfit=unfit)
        options = draws.options
        safe = np.where(np.isnan(options), 0.0, options)
        alike, taken = looked.adopted(safe), looked.taken(safe)
        actors = tuple(looked.scenario.actors)
        chosen, several = taken.tolist(), (alike.sum(axis=0) > 1).tolist()
        for at, each in enumerate(block):
            if unfit[at]:
                self.known[each] = None
                self.faults[each] = "its numbers do not fit together"
                continue
            same = tuple(itertools.compress(looked.options, alike[:, at])) if several[at] else ()
            option = looked.options[chosen[at]]
            self.known[each] = Verdict(option, same, actors, looked.options, options[:, :, at])

    # --- scenarios that draws do not know -------------------------------------------------------------------------

    def _evaluated(self, scenario: Scenario, shape: Set, members: Sequence[Set]) -> None:
        """Work out combinations one by one: what is hidden from those who decide is not known to draws."""
        for each in members[1:]:
            self.left -= self._size
            if self.left < 0:
                raise Spent
            del each
        for each in members:
            given = self._given(scenario)
            for unit in each - shape:
                for name, (_, after) in (self.units.units[unit].numbers or {}).items():
                    if name in scenario.parameters:
                        given.setdefault(name, after)
            try:
                done = evaluate(scenario, overrides=given, rule=self.rule, max_states=self.max_states)
                self.known[each] = of_evaluation(done, self.at)
            except (ScenarioError, BadArgument) as error:
                self._failed([each], error)


def _is_drawn(scenario: Scenario) -> bool:
    """Whether there is a decision, and none is taken without seeing what happened: then draws can work it out."""
    nodes = scenario.nodes.values()
    return any(node.kind == "decision" for node in nodes) and not any(node.unseen for node in nodes)


def _is_attitude(scenario: Scenario, name: str) -> bool:
    """Whether a scenario has a weight or a tolerance of risk that goes by a name."""
    match name.split("."):
        case ["actors", actor, "weights", criterion] if actor in scenario.actors:
            return criterion in scenario.actors[actor].weights
        case ["actors", actor, "risk_tolerance"] if actor in scenario.actors:
            return scenario.actors[actor].risk_tolerance is not None
    return False


def _of_focus(looked: Focus) -> Verdict:
    return Verdict.of(looked.chosen, looked.tied, looked.option_values())


def first_decision(found: Evaluation, at: str | None) -> DecisionResult | None:
    """Return the decision in focus: the one that is named, in its likeliest state, or the first that is reached.

    None where nothing is decided, or nothing of that name.
    """
    decisions = found.decisions
    if at is not None:
        named = [one for one in decisions if at in {one.state, one.node}]
        return max(named, key=lambda one: float(one.probability), default=None)
    return next((one for one in decisions if one.probability > 0), decisions[0] if decisions else None)


def of_evaluation(found: Evaluation, at: str | None) -> Verdict | None:
    """Return what an evaluation says of the decision in focus; None where there is none of the name."""
    decision = first_decision(found, at)
    if decision is None:
        if at is not None or found.decisions:
            return None
        return Verdict.undecided({actor: float(value) for actor, value in found.values.items()})
    options = {one.option: {actor: float(value) for actor, value in one.values.items()} for one in decision.options}
    return Verdict.of(decision.chosen, decision.tied, options)


def _size(tree: object) -> int:
    """Return how many options, branches and nodes a text and what it includes have."""
    from planner.core.change.normal import EDGES, INNER

    if not isinstance(tree, dict):
        return 0
    nodes = tree.get("nodes")
    total = 0
    for node in nodes.values() if isinstance(nodes, dict) else ():
        edges = node.get(EDGES) if isinstance(node, dict) else None
        total += 1 + (len(edges) if isinstance(edges, dict) else 0)
    include = tree.get("include")
    for entry in include.values() if isinstance(include, dict) else ():
        total += _size(entry.get(INNER)) if isinstance(entry, dict) else 0
    return total
