"""How values and choices moved from one evaluation to the next, as after an edit of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
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
        renamed: options of the first decision that have another id now, by their old ids.
    """

    values: tuple[ValueMove, ...]
    recommendation: ChoiceMove | None
    choices: tuple[ChoiceMove, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def recommendation_changed(self) -> bool:
        """Whether another option is recommended; another id for the same one is no change."""
        move = self.recommendation
        return move is not None and self.renamed.get(move.before or "", move.before) != move.after

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
            "renamed": dict(self.renamed),
        }


def movement(before: Evaluation, after: Evaluation) -> Movement:
    """Return how ``after`` differs from ``before``.

    Options and decisions are matched by their ids; an option of the first decision whose id is gone by its name and
    target as well, or if it alone is gone, one alone is new there and nothing says that it is another option.
    """
    renamed = _renamed(before, after)
    old = {(renamed.get(option, option), actor): value for (option, actor), value in _values(before).items()}
    new = _values(after)
    keys = [*new, *(key for key in old if key not in new)]
    return Movement(
        values=tuple(ValueMove(*key, old.get(key), new.get(key)) for key in keys),
        recommendation=_recommendation(before.root, after.root),
        choices=tuple(_choices(before, after)),
        renamed=renamed,
    )


def _renamed(before: Evaluation, after: Evaluation) -> dict[str, str]:
    """Return the options of the first decision that have another id now, by their old ids."""
    if before.root is None or after.root is None:
        return {}
    old, new = before.scenario.root.edges, after.scenario.root.edges
    gone = [edge for edge in old.values() if edge.id not in new]
    fresh = [edge for edge in new.values() if edge.id not in old]
    found: dict[str, str] = {}
    for edge in gone:
        twins = [other.id for other in fresh if (other.name, other.to) == (edge.name, edge.to)]
        if len(twins) == 1 and twins[0] not in found.values():
            found[edge.id] = twins[0]
    if not found and len(gone) == len(fresh) == 1 and len(old) == len(new):
        first, second = gone[0], fresh[0]
        named = first.name != first.id and second.name != second.id  # two names in words that differ: another option
        same = first.to == second.to and (first.to is not None or first.payoff == second.payoff)
        if same and not named:
            found[first.id] = second.id
    return found


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
