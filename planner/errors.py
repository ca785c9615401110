"""Faults of the surroundings: a file, git, the database."""

from __future__ import annotations


class PlannerError(Exception):
    """Something outside the scenario stands in the way; the message says what, `next_step` what to do.

    >>> str(PlannerError("'a.yaml' is not there", "give the path of a scenario file"))
    "'a.yaml' is not there; give the path of a scenario file"
    """

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message, next_step)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}; {self.next_step}" if self.next_step else self.message
