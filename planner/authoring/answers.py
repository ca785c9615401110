"""What a scenario of one decision is made of, as somebody answered it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from planner.authoring.intervals import Rough

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with an id and a name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Yardstick(Named):
    """A criterion; a scale is there when several criteria must be weighed."""

    unit: str = ""
    worst: Decimal | None = None
    best: Decimal | None = None


@dataclass(frozen=True)
class Answers:
    """All answers.

    Attributes:
        actors: who decides, together if they are several.
        fallback: the option that stands without agreement; None with one actor.
        outcomes: what may follow, the same list for every option.
        weights: (actor, criterion) -> points; empty with a single criterion.
        chances: (option, outcome) -> the probability of an outcome if none of those listed before it comes about.
        amounts: (outcome, criterion) -> what the outcome brings.
        effects: (option, criterion) -> what taking the option itself brings; what is not there is nothing.
        minimize: whether less of the single criterion is better.
    """

    title: str
    question: str
    as_of: date
    actors: tuple[Named, ...]
    options: tuple[Named, ...]
    outcomes: tuple[Named, ...]
    criteria: tuple[Yardstick, ...]
    fallback: str | None = None
    weights: Mapping[Pair, Decimal] = field(default_factory=dict)
    chances: Mapping[Pair, Rough] = field(default_factory=dict)
    amounts: Mapping[Pair, Rough] = field(default_factory=dict)
    effects: Mapping[Pair, Rough] = field(default_factory=dict)
    minimize: bool = False
