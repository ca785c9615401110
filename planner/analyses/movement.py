"""How values and choices moved from one evaluation to the next, as after an edit of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.analyses.result import Number

_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class ValueMove:
    """What an option of the first decision is worth to an actor, before and after.

    Attributes:
        option: the option's id; empty where the scenario starts with chance.
        actor: an actor who takes the first decision; any actor where there is none.
        before: the value before; None if there was none.
        after: the value after; None if there is none any more.
    """

    option: str
    actor: str
    before: Number | None
    after: Number | None

    @property
    def moved(self) -> bool:
        """Whether the value is another one, by more than the noise of adding floats."""
        if self.before is None or self.after is None:
            return self.before is not self.after
        before, after = float(self.before), float(self.after)
        return abs(after - before) > _NOISE * max(1.0, abs(before), abs(after))

    def to_dict(self) -> dict[str, Any]:
        """Return the move as JSON data."""
        before, after = (None if value is None else float(value) for value in (self.before, self.after))
        return {"option": self.option or None, "actor": self.actor, "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class ChoiceMove:
    """What is chosen in a state, before and after; None where the state is not there."""

    state: str
    before: str | None
    after: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the move as JSON data."""
        return {"state": self.state, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Movement:
    """How one evaluation differs from another.

    Attributes:
        values: the options of the first decision by actor, as they stand after; those that are gone last.
        recommendation: the option taken first, before and after; None where the scenario starts with chance.
        choices: other decisions in which another option is taken, or that are new or gone.
    """

    values: tuple[ValueMove, ...]
    recommendation: ChoiceMove | None
    choices: tuple[ChoiceMove, ...]

    @property
    def recommendation_changed(self) -> bool:
        """Whether another option is recommended."""
        return self.recommendation is not None and self.recommendation.before != self.recommendation.after

    @property
    def moved(self) -> bool:
        """Whether anything is different."""
        return self.recommendation_changed or bool(self.choices) or any(move.moved for move in self.values)

    def to_dict(self) -> dict[str, Any]:
        """Return the movement as JSON data."""
        return {
            "values": [move.to_dict() for move in self.values],
            "recommendation": self.recommendation.to_dict() if self.recommendation else None,
            "recommendation_changed": self.recommendation_changed,
            "choices": [move.to_dict() for move in self.choices],
        }


def movement(before: Evaluation, after: Evaluation) -> Movement:
    """Return how ``after`` differs from ``before``.

    Options and decisions are matched by their ids.
    """
    old, new = _values(before), _values(after)
    keys = [*new, *(key for key in old if key not in new)]
    return Movement(
        values=tuple(ValueMove(*key, old.get(key), new.get(key)) for key in keys),
        recommendation=_recommendation(before.root, after.root),
        choices=tuple(_choices(before, after)),
    )


def _values(evaluation: Evaluation) -> Mapping[tuple[str, str], Number]:
    root = evaluation.root
    if root is None:
        return {("", actor): value for actor, value in evaluation.values.items()}
    return {(one.option, actor): one.values[actor] for one in root.options for actor in root.by if actor in one.values}


def _recommendation(before: DecisionResult | None, after: DecisionResult | None) -> ChoiceMove | None:
    if after is None:
        return ChoiceMove(before.state, before.chosen, None) if before is not None else None
    return ChoiceMove(after.state, before.chosen if before is not None else None, after.chosen)


def _choices(before: Evaluation, after: Evaluation) -> Iterator[ChoiceMove]:
    old, new = ({one.state: one.chosen for one in _later(evaluation)} for evaluation in (before, after))
    for state in (*new, *(state for state in old if state not in new)):
        if old.get(state) != new.get(state):
            yield ChoiceMove(state, old.get(state), new.get(state))


def _later(evaluation: Evaluation) -> Iterator[DecisionResult]:
    return (one for one in evaluation.decisions if one is not evaluation.root)
