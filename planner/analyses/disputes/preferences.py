"""What would be agreed if weights were other than the file says: shares of draws, and who blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.result import BadArgument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus

BLOCK = 8_192
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Preferences:
    """How far the agreement hangs on the weights.

    Attributes:
        draws: how many sets of weights were drawn.
        seed: what they follow from.
        ranges: for each weight that varies its lowest and highest value.
        spread: the share by which weights without a range of their own were varied; 0 if they were not.
        adopted: for each option the share of draws in which it is adopted, or stands.
        acceptable: for each option the share of draws in which nobody who decides loses by it against no agreement.
        blocks: for each option and each who decides the share of draws in which it loses by the option.
    """

    draws: int
    seed: int
    ranges: Mapping[str, tuple[float, float]]
    spread: float
    adopted: Mapping[str, float]
    acceptable: Mapping[str, float]
    blocks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "spread": self.spread,
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
            "adopted": dict(self.adopted),
            "acceptable": dict(self.acceptable),
            "blocks": {option: dict(row) for option, row in self.blocks.items()},
        }


def preferences(
    focus: Focus,
    deciders: Sequence[str],
    *,
    draws: int = 4_096,
    seed: int = 1,
    spread: float = 0.0,
) -> Preferences | None:
    """Draw weights from their ranges, evenly and independently, and say what is then agreed.

    Weights are drawn for all actors, those who only answer among them, and divided by their absolute sum as always.

    Args:
        focus: the decision.
        deciders: between whom an agreement is looked for.
        draws: how many sets of weights are drawn.
        seed: what they follow from.
        spread: vary each weight without a range by this share of itself, both ways.

    Returns:
        None if no weight has a range and ``spread`` is 0.

    Raises:
        BadArgument: ``draws`` or ``spread`` make no sense.
    """
    if draws < 2 or not 0 <= spread < 1:
        raise BadArgument(
            f"{draws} draws and a spread of {spread} make no sense", "take some draws, and a spread below 1"
        )
    ranges = weight_ranges(focus, spread)
    if not ranges:
        return None
    machine, random = focus.machine(), np.random.Generator(np.random.Philox(key=seed))
    points = {name: low + (high - low) * random.random(draws) for name, (low, high) in ranges.items()}
    made = machine.run(points)
    at = [focus.actor_at(actor) for actor in deciders]
    own = focus.sense * made.options[:, at]  # (options, deciders, draws)
    if focus.fallback is not None:
        base = own[focus.fallback]
    else:  # without agreement the decider takes what it likes best in that draw
        base = np.take_along_axis(own, made.choice[None, None, :], axis=0)[0]
    loses = own - base < -TINY
    shares = np.bincount(made.choice, minlength=len(focus.options)) / draws
    return Preferences(
        draws=draws,
        seed=seed,
        ranges=ranges,
        spread=spread,
        adopted=dict(zip(focus.options, shares.tolist(), strict=True)),
        acceptable=dict(zip(focus.options, (~loses.any(axis=1)).mean(axis=1).tolist(), strict=True)),
        blocks={
            option: dict(zip(deciders, loses[slot].mean(axis=1).tolist(), strict=True))
            for slot, option in enumerate(focus.options)
        },
    )


def weight_ranges(focus: Focus, spread: float = 0.0) -> dict[str, tuple[float, float]]:
    """Return the weights that vary with their ends, under the names of `planner.core.machine`'s inputs."""
    found = {}
    for actor in focus.scenario.actors.values():
        for name, weight in actor.weights.items():
            ends = actor.weight_ranges.get(name)
            if ends is None and spread and weight:
                ends = (
                    min(weight * (1 - spread), weight * (1 + spread)),
                    max(weight * (1 - spread), weight * (1 + spread)),
                )
            if ends is not None and ends[0] < ends[1]:
                found[f"actors.{actor.id}.weights.{name}"] = ends
    return found
