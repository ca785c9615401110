"""Scenarios and results to keep, made without the reader so that any text will do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from planner.core.expression import Expression
from planner.core.model import (
    Actor,
    Criterion,
    Distribution,
    Edge,
    Node,
    Parameter,
    Resolution,
    Scenario,
)
from planner.core.source import combined_fingerprint
from planner.store import Run

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC)

# A byte order mark, both kinds of line ends, another script, no line end at the end.
ANSWERS = {"5f" * 32: {"value": 0.1, "chosen": 'one "two"', "none": None}}
AWKWARD = "\ufeffplanner: 1\r\ntitle: Москва\n\n# 'quoted' \\ \"twice\"\r\n  ".encode()

# What a scenario includes, in an order of its own.
INCLUDED = {"talks/talks.yaml": AWKWARD, "../late.json": b"{}", "again.yaml": AWKWARD}


@dataclass(frozen=True)
class Text:
    """The part of a `Source` that the store reads."""

    name: str
    raw: bytes
    included: tuple[tuple[str, Text], ...] = ()

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def content_fingerprint(self) -> str:
        return combined_fingerprint(self.fingerprint, [(path, text.fingerprint) for path, text in self.included])

    def files(self) -> list[tuple[str, Text]]:
        return list(self.included)


def scenario(name: str = "line", raw: bytes = AWKWARD, included: Mapping[str, bytes] | None = None) -> Scenario:
    """Return a scenario that has something in every table of content; its texts are whatever is given."""
    files = tuple((path, Text(path, text)) for path, text in (included or {}).items())
    talks = Node(
        "talks",
        "chance",
        "How does Moscow answer?",
        {
            "step": Edge(
                "step",
                "talks",
                "A step",
                to="end",
                p=Expression.parse("yield_"),
                payoff={None: {"cohesion": Expression.of(3)}, "france": {"cost": Expression.parse("yield_ * 2")}},
            ),
            "stall": Edge("stall", "talks", "Talks for show", rest=True, when=Expression.parse("round < 4")),
        },
        resolved=Resolution("stall", date(2027, 2, 1), "the press"),
        certainty=30.0,
    )
    line = Node(
        "line",
        "decision",
        "Which line?",
        {
            "engage": Edge("engage", "line", "Engage", to="talks", note="carefully"),
            "drift": Edge("drift", "line", "Drift", to="end"),
        },
        by=("uk", "france"),
        rule="unanimity",
        fallback="drift",
    )
    end = Node("end", "outcome", "The end", payoff={None: {"cost": Expression.of(-7.5)}})
    return Scenario(
        title="Москва, 'one' line",
        question="Which line?",
        as_of=date(2026, 11, 23),
        nodes={"line": line, "talks": talks, "end": end},
        actors={
            "uk": Actor("uk", "United Kingdom", {"cohesion": 3.0, "cost": -1.0}, risk_tolerance=40.0, votes=67.0),
            "france": Actor("france", "France", {"cost": 1.0}, note="wants talks"),
        },
        criteria={
            "cohesion": Criterion("cohesion", "Cohesion", worst=0.0, best=100.0, start=50.0),
            "cost": Criterion("cost", "Cost", unit="EUR bn", worst=120.0, best=0.0),
        },
        parameters={
            "yield_": Parameter(
                "yield_",
                Expression.of("0.20"),
                low=0.1,
                high=0.3,
                distribution=Distribution("beta", (4.0, 16.0)),
                source="a judgement",
            ),
            "late": Parameter("late", Expression.parse("yield_ / 2")),
            "shock": Parameter(
                "shock", Expression.of(1), distribution=Distribution("discrete", table=((0.1, 0.5), (0.3, 0.5)))
            ),
        },
        source=cast("Any", Text(name, raw, files)),
    )


def result(decisions: int = 2, actors: tuple[str, ...] = ("uk", "france")) -> dict[str, Any]:
    """Return what `planner evaluate` might find, with ``decisions`` states of two options."""
    return {
        "values": {actor: 40.25 + i for i, actor in enumerate(actors)},
        "strategy": {f"line[round={i}]": "engage" for i in range(decisions)},
        "decisions": [
            {
                "state": f"line[round={i}]",
                "node": "line",
                "by": list(actors),
                "chosen": "engage",
                "tied": ["engage", "drift"] if i % 2 else [],
                "options": [
                    {"option": "engage", "values": {actor: i + 0.1 * j for j, actor in enumerate(actors)}},
                    {"option": "drift", "values": {actor: i - 0.3 * j for j, actor in enumerate(actors)}},
                ],
                "probability": 1 / (i + 1),
            }
            for i in range(decisions)
        ],
        "outcomes": [
            {
                "outcome": "end",
                "probability": 0.75,
                "values": dict.fromkeys(actors, 12.5),
                "payoff": {"cohesion": 3.0, "cost": -7.5},
                "payoffs": {"france": {"cost": 0.4}},
            },
            {
                "outcome": "talks.stall",
                "probability": 0.25,
                "values": dict.fromkeys(actors, 0.0),
                "payoff": {"cohesion": 50.0, "cost": 0.0},
            },
        ],
        "rule": "expected",
        "exact": False,
    }


def run(decisions: int = 2, **more: Any) -> Run:
    """Return a run with such a result."""
    settings = {"rule": "expected", "set": {"yield_": 0.3}, "actor": None}
    return Run(analysis="evaluate", settings=settings, result=result(decisions), version="0.1.0", **more)
