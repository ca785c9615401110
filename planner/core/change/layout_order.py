"""The order in which the format's keys are written, place by place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of mapping in the file.

    Attributes:
        keys: the keys that the format has there, in the order in which they are written; empty where they are the
            user's own, whose order stays.
        inside: what kind of mapping stands under a key; under "*", below every key.
    """

    keys: tuple[str, ...] = ()
    inside: Mapping[str, Place] = field(default_factory=dict)

    def below(self, key: str) -> Place:
        """Return the kind of mapping under a key."""
        return self.inside.get(key) or self.inside.get("*") or OWN

    def order(self, keys: Sequence[str]) -> list[int]:
        """Return the places of the given keys in the order in which they are written.

        A key that the format does not know stays behind the key that stands before it.
        """
        if not self.keys:
            return list(range(len(keys)))
        ranks, rank = [], -1
        for key in keys:
            rank = self.keys.index(key) if key in self.keys else rank
            ranks.append(rank)
        return sorted(range(len(keys)), key=ranks.__getitem__)


def _each(place: Place) -> Place:
    return Place(inside={"*": place})


OWN = Place()
EDGE = Place(("name", "p", "when", "set", "payoff", "to", "signs", "note"))
RESOLVED = Place(("branch", "on", "source"))
NODE = Place(
    (
        "decision", "chance", "outcome", "observe", "name", "by", "rule", "fallback", "unseen", "certainty", "resolved",
        "payoff", "note", "options", "branches",
    ),
    {"options": _each(EDGE), "branches": _each(EDGE), "resolved": RESOLVED},
)  # fmt: skip
ACTOR = Place(("name", "weights", "weight_ranges", "risk_tolerance", "votes", "minimum", "note"))
CRITERION = Place(("name", "unit", "worst", "best", "start", "note"))
PARAMETER = Place(("name", "unit", "value", "low", "high", "distribution", "source", "note"))
FUTURE = Place(("name", "set", "probability", "note"))
SIGNAL = Place(("name", "about", "likelihood"))
INCLUDE = Place(("file", "set", "note"))
CONFLICT_OPTION = Place(("name", "irreversible", "note"))
CONFLICT_STATE = Place(("name", "options", "note"))
PREFERENCE = Place(("statements", "ranking", "source", "note"))
CONFLICT = Place(
    ("options", "feasible", "infeasible", "states", "status_quo", "moves", "preferences"),
    {"options": _each(_each(CONFLICT_OPTION)), "states": _each(CONFLICT_STATE), "preferences": _each(PREFERENCE)},
)
DOCUMENT = Place(
    (
        "planner", "title", "question", "summary", "as_of", "horizon", "decide_by", "likelihood_words", "tags",
        "objective", "actors", "criteria", "parameters", "correlations", "futures", "state", "signals", "include",
        "conflict", "nodes",
    ),
    {
        "actors": _each(ACTOR),
        "criteria": _each(CRITERION),
        "parameters": _each(PARAMETER),
        "futures": _each(FUTURE),
        "signals": _each(SIGNAL),
        "include": _each(INCLUDE),
        "conflict": CONFLICT,
        "nodes": _each(NODE),
    },
)  # fmt: skip
