"""What is asked of each state of a scenario's history: a recommendation, or how a number compares."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analyses.result import BadArgument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.analyses.gist import Gist

_COMPARES: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_NUMBER = re.compile(
    r"^\s*(?P<what>[a-z][a-z0-9_/.-]*)\s*(?P<sign><=|>=|<|>|==|=|!=)\s*(?P<number>[-+]?[\d.][\d.eE+-]*)\s*$"
)
_OPTION = re.compile(r"^\s*(?P<at>[^\[\]=!<>]+(?:\[[^\]]*\])?)\s*(?P<sign>==|=|!=)\s*(?P<option>[a-z][a-z0-9_-]*)\s*$")


@dataclass(frozen=True)
class Condition:
    """What is asked of each state.

    Attributes:
        text: as it was written.
        sign: how the two sides are compared.
        at: the decision whose recommendation is meant; None for a number.
        option: the option.
        what: the number that is meant: value, margin, or a name that `Question.of` takes.
        number: what it is compared with.
    """

    text: str
    sign: str
    at: str | None = None
    option: str = ""
    what: str = ""
    number: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read ``line=coordinate``, ``line!=engage``, ``value>50``, ``margin<2`` or ``consensus>=0.3``.

        Raises:
            BadArgument: it is none of these.
        """
        match = _NUMBER.match(text)
        if match is not None:
            try:
                number = float(match["number"])
            except ValueError:
                number = float("nan")
            if number - number == 0:
                return cls(text, match["sign"], what=match["what"], number=number)
        match = _OPTION.match(text)
        if match is not None:
            return cls(text, match["sign"], at=match["at"].strip(), option=match["option"])
        raise BadArgument(
            f"'{text}' is no condition",
            "write DECISION=OPTION, such as line=engage, line!=engage, value>50 or margin<2",
        )

    def holds(self, found: Gist, option: str) -> bool | None:
        """Whether it holds in a state where the option is called so; None where that cannot be said."""
        if not found.known:
            return None
        if self.at is not None:
            return None if found.chosen is None else (found.chosen == option) == (self.sign != "!=")
        value = self.told(found)
        return None if value is None else _COMPARES[self.sign](value, self.number)

    def told(self, found: Gist) -> float | None:
        """Return the number that is meant."""
        return {"value": found.value, "margin": found.margin}.get(self.what, found.wanted)
