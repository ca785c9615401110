"""How values, choices and probabilities moved from one scenario to another, in the names of the second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class OptionMove:
    """An option of the decision in focus, and what it is worth to each actor before and after.

    Attributes:
        option: its id after; before, if it is gone.
        name: its name in words.
        before: for each actor its value; None if it was not there.
        after: the same; None if it is not there any more.
    """

    option: str
    name: str
    before: Mapping[str, float] | None
    after: Mapping[str, float] | None

    def delta(self, actor: str) -> float | None:
        """Return by how much it is worth more to an actor."""
        if self.before is None or self.after is None or actor not in self.before or actor not in self.after:
            return None
        return self.after[actor] - self.before[actor]

    def to_dict(self) -> dict[str, Any]:
        """Return the option as JSON data."""
        actors = dict.fromkeys([*(self.before or {}), *(self.after or {})])
        return {
            "option": self.option,
            "name": self.name,
            "before": None if self.before is None else dict(self.before),
            "after": None if self.after is None else dict(self.after),
            "delta": {actor: self.delta(actor) for actor in actors},
        }


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What is taken at the decision in focus, in the names of the second scenario.

    Attributes:
        before: the option; None where nothing is decided or the scenario cannot be evaluated.
        after: the option.
        tied_before: options that are as good, if there are several.
        tied_after: options that are as good.
        value_before: for each actor what it is worth; at the root where nothing is decided.
        value_after: for each actor what it is worth.
    """

    before: str | None
    after: str | None
    tied_before: tuple[str, ...] = ()
    tied_after: tuple[str, ...] = ()
    value_before: Mapping[str, float] = field(default_factory=dict)
    value_after: Mapping[str, float] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether another option is recommended."""
        return self.before != self.after

    def delta(self, actor: str) -> float | None:
        """Return by how much what is recommended is worth more to an actor."""
        before, after = self.value_before.get(actor), self.value_after.get(actor)
        return None if before is None or after is None else after - before

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "before": self.before,
            "after": self.after,
            "changed": self.changed,
            "tied_before": list(self.tied_before),
            "tied_after": list(self.tied_after),
            "value_before": dict(self.value_before),
            "value_after": dict(self.value_after),
        }


@dataclass(frozen=True, slots=True)
class OutcomeMove:
    """How likely an outcome is under what each does, before and after."""

    outcome: str
    before: float
    after: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"outcome": self.outcome, "before": self.before, "after": self.after, "delta": self.after - self.before}
