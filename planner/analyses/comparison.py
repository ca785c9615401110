"""What a change of a scenario does: values, recommendation and forecast before and after, and which change did it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planner.analyses.comparing.attribution import NOISE, Attribution, attribution, only_change
from planner.analyses.comparing.judge import Judge, Spent
from planner.analyses.comparing.looks import Look, forecast_move, look
from planner.analyses.comparing.names import Names
from planner.analyses.comparing.sides import Sides
from planner.analyses.comparing.units import units_of
from planner.analyses.result import UnknownName, parsed_rule
from planner.core.change.differences import Difference, compared
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.comparing.judge import Verdict
    from planner.analyses.comparing.looks import ForecastMove
    from planner.analyses.comparing.moves import OptionMove, OutcomeMove, Recommendation
    from planner.core.change.differences import Side
    from planner.core.model import Scenario


@dataclass(frozen=True)
class Comparison:
    """Two scenarios, or two states of one: what is different, what that does, and which change did it.

    Attributes:
        before: the first side.
        after: the second side.
        differences: what is different in the model and in its words, in the order of the file.
        decision: the decision in focus, in the names of the second scenario; None where nothing is decided.
        actor: the point of view: whose value is meant where one number is wanted.
        options: the options of that decision.
        recommendation: what is taken there; None where a side cannot be evaluated.
        outcomes: outcomes whose probability moved, the most first.
        forecast: what happens if each does what is best for it; None where one actor decides alone.
        attribution: what each change does.
        settings: the arguments that the result depends on.
    """

    before: Look
    after: Look
    differences: tuple[Difference, ...]
    decision: str | None = None
    actor: str | None = None
    options: tuple[OptionMove, ...] = ()
    recommendation: Recommendation | None = None
    outcomes: tuple[OutcomeMove, ...] = ()
    forecast: ForecastMove | None = None
    attribution: Attribution = field(default_factory=Attribution)
    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str = (
        "Each change made alone and taken away alone, smallest sets by exhaustion or delta debugging (Zeller and "
        "Hildebrandt 2002), shares of the whole (Shapley 1953)"
    )

    @property
    def scenario(self) -> Scenario | None:
        """The second scenario; the first where the second cannot be read."""
        return self.after.scenario or self.before.scenario

    @property
    def in_model(self) -> tuple[Difference, ...]:
        """The differences on which a number hangs."""
        return tuple(one for one in self.differences if one.effect)

    @property
    def in_words(self) -> tuple[Difference, ...]:
        """Differences of ids, names, notes and sources."""
        return tuple(one for one in self.differences if not one.effect)

    @property
    def evaluated(self) -> bool:
        """Whether both sides could be evaluated."""
        return self.before.evaluation is not None and self.after.evaluation is not None

    def headline(self) -> str:
        """Say in one sentence what the change does."""
        from planner.analyses.comparing.comparison_words import headline

        return headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        found = self.attribution
        flip = found.flip
        return {
            "headline": self.headline(),
            "differences": [one.to_dict() for one in self.differences],
            "changed": bool(self.in_model),
            "decision": self.decision,
            "actor": self.actor,
            "options": [one.to_dict() for one in self.options],
            "recommendation": self.recommendation.to_dict() if self.recommendation else None,
            "forecast": self.forecast.to_dict() if self.forecast else None,
            "outcomes": [one.to_dict() for one in self.outcomes],
            "effects": [one.to_dict() for one in found.effects],
            "flip": flip
            and {
                "sets": [sorted(each) for each in flip.sets],
                "count": flip.count,
                "smallest": flip.smallest,
                "minimal": flip.minimal,
                "tried_to_size": flip.tried,
            },
            "shares": {"method": found.shares.method, "orders": found.shares.orders, "why": found.shares.why},
            "combinations": found.tried,
            "not_tried": list(found.not_tried),
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
        }

    def _repr_markdown_(self) -> str:
        from planner.analyses.comparing.comparison_words import markdown_table

        return markdown_table(self)

    def to_frame(self) -> Any:
        """Return a row for each difference with what it does, as a pandas DataFrame."""
        from planner.analyses.notebook import frame

        effects = {change: each for each in self.attribution.effects for change in each.changes}
        rows = []
        for at, one in enumerate(self.differences):
            effect = effects.get(at)
            rows.append(
                {
                    **{
                        key: getattr(one, key)
                        for key in ("kind", "what", "place", "before", "after", "delta", "effect")
                    },
                    "alone": (effect.alone or {}).get(self.actor or "") if effect else None,
                    "sufficient": effect.sufficient if effect else None,
                    "necessary": effect.necessary if effect else None,
                }
            )
        return frame(rows)


def compare(  # noqa: PLR0913 - the arguments that every analysis takes, twice a scenario and a seed
    before: Side,
    after: Side,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    seed: int = 0,
) -> Comparison:
    """Say what is different between two scenarios, what that does, and which change did it.

    A scenario that cannot be evaluated is compared as far as it can be read; its `Look` says what is wrong.

    >>> from planner.core.source import Source
    >>> before = Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... parameters: {oil: 0.4, price: 30}
    ... nodes:
    ...   site:
    ...     decision: Drill or sell?
    ...     options: {drill: {name: Drill, payoff: -70, to: hole}, sell: {name: Sell, payoff: price}}
    ...   hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
    ... ''')
    >>> after = before.changed(before.text.replace("oil: 0.4", "oil: 0.2").replace("price: 30", "price: 35"))
    >>> found = compare(before, after)
    >>> found.headline()  # doctest: +ELLIPSIS
    "The recommendation changed from 'Drill' to 'Sell': oil 0.4 -> 0.2 does it alone. Its value goes from 90 to 35..."
    >>> [(one.alone["self"], one.sufficient, one.necessary) for one in found.attribution.effects]
    [(-60.0, True, True), (0.0, False, False)]

    Args:
        before: the first scenario, or its text.
        after: the second scenario, or its text.
        at: the decision in focus, ``node`` or ``node[round=2]``, by its name in the second scenario or in the first;
            None for the first that is reached.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters on both sides.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states a scenario may unfold into.
        seed: from where orders are drawn where there are too many changes for all of them.

    Raises:
        UnknownName: no decision, actor or parameter has the name that was given, on neither side.
        BadArgument: a rule or a number that cannot be used.
    """
    parsed_rule(rule)
    given = compared(before, after)
    names = Names(given.renames)
    numbers = {names.parameter(name): value for name, value in (overrides or {}).items()}
    first, second = look(before, numbers, names, rule, max_states), look(after, numbers, None, rule, max_states)
    _known(first, second, names, numbers, actor)
    settings: dict[str, Any] = {"at": at, "actor": actor, "rule": rule, "seed": seed}
    if numbers:
        settings["set"] = numbers
    if first.evaluation is None or second.evaluation is None:
        told = given.differences if first.readable == second.readable else ()
        return Comparison(first, second, told, actor=actor, settings=settings)
    side = Sides(first.evaluation, second.evaluation, names, at)
    who = actor or side.first_owner
    sense = -1 if second.evaluation.scenario.objective == "minimize" else 1
    judge = Judge(given, units_of(given), side.at, rule, numbers, max_states, side.owners, sense)
    return Comparison(
        first,
        second,
        given.differences,
        decision=side.label,
        actor=who,
        options=tuple(side.options()),
        recommendation=side.recommendation(),
        outcomes=side.outcomes(),
        forecast=forecast_move(first, second, names, max_states),
        attribution=_attribution(judge, side, seed),
        settings=settings,
    )


def _known(first: Look, second: Look, names: Names, numbers: Mapping[str, float | str], actor: str | None) -> None:
    """Refuse names that neither side has."""
    sides = [each.scenario for each in (first, second) if each.scenario is not None]
    if not sides:
        return
    parameters = {new for side in sides for each in side.parameters for new in (each, names.parameter(each))}
    for name in numbers:
        if name not in parameters:
            raise UnknownName.among("parameter", name, parameters)
    actors = {new for side in sides for each in side.actors for new in (each, names.actor(each))}
    if actor is not None and actor not in actors:
        raise UnknownName.among("actor", actor, actors)


def _attribution(judge: Judge, side: Sides, seed: int) -> Attribution:
    """Say which change did it, if the two ends that the changes are tried between are the two scenarios."""
    units = judge.units.units
    if not units:
        return Attribution()
    if (side.before is None or side.after is None) and side.decides:
        return Attribution(not_tried=("The decision is not there on both sides, so no change was tried alone.",))
    if len(units) == 1:
        return _placed(judge, only_change(units[0], *side.verdicts()))
    judge.begin()
    try:
        ends = judge.all([frozenset(), frozenset(range(len(units)))])
    except Spent:
        return Attribution(not_tried=("The scenario is too large to be worked out with some of the changes alone.",))
    if not all(_same(found, wanted) for found, wanted in zip(ends, side.verdicts(), strict=True)):
        return Attribution(not_tried=("The changes cannot be made one at a time in this scenario.",))
    return _placed(judge, attribution(judge, seed))


def _placed(judge: Judge, found: Attribution) -> Attribution:
    """Return the effects with the numbers of their differences among all, not among those that can move values."""
    number = {id(one): at for at, one in enumerate(judge.compared.differences)}
    place = [number[id(one)] for one in judge.units.found]
    return replace(found, effects=tuple(each.placed(place) for each in found.effects))


def _same(found: Verdict | None, wanted: Verdict | None) -> bool:
    if found is None or wanted is None or found.chosen != wanted.chosen or found.values.keys() != wanted.values.keys():
        return False
    return all(
        abs(value - wanted.values[actor]) <= NOISE * max(1.0, abs(value)) for actor, value in found.values.items()
    )
