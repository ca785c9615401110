"""How the draws of a simulation are made: which inputs vary, and their values in any block of draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from planner.core.model import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Design:
    """The draws of a simulation, made block by block; a draw is the same however the blocks are cut.

    Attributes:
        scenario: whose parameters are drawn.
        parameters: those that are, in file order.
        chances: chance nodes whose branch probabilities are drawn (`certainty`), in file order.
        draws: how many draws there are.
        seed: what the draws follow from.
        sampling: random, lhs or sobol.
    """

    scenario: Scenario = field(repr=False)
    parameters: tuple[str, ...]
    chances: tuple[str, ...]
    draws: int
    seed: int
    sampling: str = "lhs"

    def block(self, first: int, count: int) -> tuple[dict[str, Floats], dict[str, list[Floats]]]:
        """Return draws ``first`` to ``first + count``: by parameter its values, by chance node its uniforms."""
        raise NotImplementedError


def design(
    scenario: Scenario,
    *,
    draws: int,
    seed: int = 1,
    sampling: str = "lhs",
    fixed: Collection[str] | Mapping[str, float] = (),
) -> Design:
    """Plan the draws of a scenario; parameters in ``fixed`` are not drawn.

    Raises:
        BadArgument: nothing is drawn, or the sampling is unknown.
    """
    raise NotImplementedError
