"""The numbers of a comparison, for those who ask where a number of its paper comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.comparison import Comparison

if TYPE_CHECKING:
    from planner.analyses.side_by_side import SideBySide


class Traced:
    """A comparison as a result whose numbers can be looked up: with those that stand in texts, by their places."""

    def __init__(self, found: Comparison | SideBySide) -> None:
        self.found = found
        self.method = found.method

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as data, what is written in the file as numbers where it is one."""
        made = self.found.to_dict()
        if isinstance(self.found, Comparison):
            return made | {"differences": _differences(self.found)}
        for one, told in zip(self.found.all, made["scenarios"], strict=True):
            if one.comparison is not None:
                told["comparison"]["differences"] = _differences(one.comparison)
        return made


def _differences(found: Comparison) -> dict[str, dict[str, float | None]]:
    return {
        one.place: {"before": _number(one.before), "after": _number(one.after), "delta": one.delta}
        for one in found.differences
    }


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
