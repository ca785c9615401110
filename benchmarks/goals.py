"""A measurement beside its peer's and the goal that was set for their ratio."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """`ours` and `theirs` in the same unit; `at_most` is the goal for ours / theirs, None where there is none."""

    what: str
    ours: float
    peer: str
    theirs: float
    at_most: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the peer's measure ours is."""
        return self.ours / self.theirs

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.at_most is None else self.ratio <= self.at_most
