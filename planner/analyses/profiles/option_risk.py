"""One option's distribution of value for one actor, and what it comes to: quantiles, losses, tails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.core.profile import Profile

SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Reference:
    """The value below which an outcome counts as a loss; for costs above which.

    Attributes:
        value: the value; None if there is none.
        kind: what it is: ``below`` (it was given), ``minimum`` (the actor's), ``zero``, ``today`` or ``none``.
        words: the same in words, or why there is none.
    """

    value: float | None
    kind: str
    words: str

    def to_dict(self) -> dict[str, Any]:
        """Return the reference as JSON data."""
        return {"value": self.value, "kind": self.kind, "words": self.words}


@dataclass(frozen=True, slots=True)
class OptionRisk:
    """One option's distribution of value for one actor, and what it comes to.

    Attributes:
        option: the option's id.
        quantiles: for some shares of probability, written as text, the smallest value whose cumulative probability
            reaches it.
        probability_of_loss: of a value worse than the reference; None without one.
        loss_range: between what a grid may have moved can put that probability; None for an exact profile.
        cvar: mean of the worst share of probability.
        certainty_equivalent: the value for sure that is worth as much; the mean for an actor who is neutral to risk.
        profile: the distribution.
    """

    option: str
    quantiles: Mapping[str, float]
    probability_of_loss: float | None
    loss_range: tuple[float, float] | None
    cvar: float
    certainty_equivalent: float
    profile: Profile = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the option as JSON data."""
        made = self.profile
        return {
            "option": self.option,
            "mean": made.mean,
            "sd": made.sd,
            "min": made.low,
            "max": made.high,
            "skewness": made.skewness,
            "kurtosis": made.kurtosis,
            "quantiles": dict(self.quantiles),
            "probability_of_loss": self.probability_of_loss,
            "probability_of_loss_range": None if self.loss_range is None else list(self.loss_range),
            "cvar": self.cvar,
            "certainty_equivalent": self.certainty_equivalent,
            "exact": made.exact,
            "bound": made.bound,
            "profile": np.column_stack((made.values, made.cumulative)).tolist(),
        }


def reference_of(found: Focus, actor: str, below: float | None) -> Reference:
    """Return what counts as a loss for an actor, ``below`` if that is given."""
    scenario = found.scenario
    minimum = scenario.actors[actor].minimum
    if below is not None:
        return Reference(below, "below", "the value that was given")
    if found.state:
        return Reference(None, "none", "values count from this decision on, without what came before: use --below")
    if minimum is not None:
        whose = f" of {scenario.actors[actor].name}" if scenario.has_actors else ""
        return Reference(minimum, "minimum", f"the minimum{whose}")
    if found.sense < 0:
        return Reference(None, "none", "nothing says from what cost on it is too much: give the actor a minimum")
    if not any(criterion.has_scale for criterion in scenario.criteria.values()):
        return Reference(0.0, "zero", "neither gain nor loss")
    if any(criterion.start is not None for criterion in scenario.criteria.values()):
        base = found.solution.worth.base[found.actor_at(actor)]
        return Reference(float(base), "today", "what things are worth today")
    return Reference(None, "none", "values are scores and no criterion has a start: give the actor a minimum")


def option_risks(
    found: Focus, actor: str, of_actor: Sequence[Profile], reference: Reference, level: float
) -> tuple[OptionRisk, ...]:
    """Return what the profiles of all options come to for an actor."""
    sense, values = found.sense, found.option_values()
    tolerance = found.scenario.actors[actor].risk_tolerance
    made = []
    for option, profile in zip(found.options, of_actor, strict=True):
        loss, loss_range = _loss(profile, reference.value, sense)
        equivalent = profile.mean
        if tolerance is not None and found.rule.name == "expected":
            equivalent = values[option][actor]  # folded back, so that nothing is too improbable to count
        elif tolerance is not None:
            equivalent = profile.equivalent(tolerance, sense=sense)
        made.append(
            OptionRisk(
                option=option,
                quantiles={str(share): profile.quantile(share) for share in SHARES},
                probability_of_loss=loss,
                loss_range=loss_range,
                cvar=profile.tail_mean(level, upper=sense < 0),
                certainty_equivalent=equivalent,
                profile=profile,
            )
        )
    return tuple(made)


def _loss(profile: Profile, limit: float | None, sense: int) -> tuple[float | None, tuple[float, float] | None]:
    """Return the probability of a loss, and between what the grid may put it."""
    if limit is None:
        return None, None
    worse = profile.below if sense > 0 else profile.above
    if profile.exact:
        return worse(limit), None
    ends = sorted((worse(limit - profile.bound), worse(limit + profile.bound)))
    return worse(limit), (ends[0], ends[1])
