"""All equilibria, pure and mixed, of one part of a game between a subgame and those inside it; each proved."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.analyses.disputes import bimatrix, gambit
from planner.analyses.disputes.normal_form import MAX_PROFILES, profiles, stable_profiles
from planner.analyses.disputes.plans import behaviour, plans, pure, table
from planner.analyses.result import BadArgument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.analyses.disputes.behaviour import Behaviour, Stage
    from planner.analyses.disputes.game import Number

MOST = 100
MAX_SUPPORTS = 5_000
NEAR = 1e-6


class Solved(NamedTuple):
    """The equilibria of a part.

    Attributes:
        found: each once; information sets that their owner's own earlier moves exclude have no chances.
        method: how they were found.
        complete: whether these are all, or all corners of infinitely many.
        infinite: whether mixes of them are equilibria, too.
        dropped: how many candidates did not stand the proof.
    """

    found: tuple[Behaviour, ...]
    method: str
    complete: bool
    infinite: bool
    dropped: int


def solved(stage: Stage) -> Solved:
    """Return the equilibria of a part of a game.

    Raises:
        BadArgument: it is too large, or needs a package that is not installed.
    """
    movers = len(stage.movers)
    if movers == 1:
        return _alone(stage)
    return _two(stage) if movers == 2 else _several(stage)


def _alone(stage: Stage) -> Solved:
    actor = stage.movers[0]
    found = [pure(stage, plan) for plan in plans(stage, actor)]
    worth = [stage.worth(each)[actor] for each in found]
    best = max(worth)
    kept = [each for each, value in zip(found, worth, strict=True) if value >= best - stage.game.tie]
    return Solved(tuple(kept[:MOST]), "best plans", len(kept) <= MOST, len(kept) > 1, 0)


def _two(stage: Stage) -> Solved:
    made = table(stage)
    rational = np.vectorize(Fraction, otypes=[object])
    found = bimatrix.equilibria(rational(made.values[0]), rational(made.values[1]))
    pairs: dict[tuple[object, object], Behaviour] = {}
    dropped = found.dropped
    for mixes in found.mixes:
        mine, theirs = (behaviour(stage, own, mix) for own, mix in zip(made.plans, mixes, strict=True))
        both = mine | theirs
        if stage.regret(both) <= tolerance(stage):
            pairs.setdefault((_key(mine), _key(theirs)), both)
        else:
            dropped += 1
    sides = list(zip(*pairs, strict=True))
    infinite = any(len(set(side)) < len(side) for side in sides)
    complete = found.complete and not dropped and not stage.forks and len(pairs) <= MOST
    return Solved(tuple(islice(pairs.values(), MOST)), found.method, complete, infinite, dropped)


def _several(stage: Stage) -> Solved:
    trunk = stage.trunk
    supports = prod(2 ** stage.options(unit) - 1 for unit in trunk.units)
    if supports > MAX_SUPPORTS:
        raise BadArgument(
            f"{len(stage.movers)} actors may mix their options below '{stage.game.label(trunk.states[0])}' in "
            f"{supports:,} ways, more than the {MAX_SUPPORTS:,} that are tried",
            "let decisions see more of what happened before, or look at a part of the tree",
        )
    kept: dict[object, Behaviour] = {}
    dropped = 0
    for candidate in (*_pure(stage), *gambit.several(stage, most=MOST)):
        proof = proved(stage, candidate)
        if proof is None:
            dropped += 1
        elif not any(_near(proof, other) for other in kept.values()):
            kept.setdefault(_key(proof), proof)
    method = "enumeration of supports (Gambit)"
    return Solved(tuple(islice(kept.values(), MOST)), method, complete=False, infinite=False, dropped=dropped)


def _pure(stage: Stage) -> Iterator[Behaviour]:
    if profiles(stage.trunk) <= MAX_PROFILES:
        for _, picked in islice(stable_profiles(stage.trunk, stage.behind), MOST):
            yield pure(stage, picked)


def proved(stage: Stage, candidate: Behaviour) -> Behaviour | None:
    """Return a candidate, with rational chances if such are near enough, if nobody gains by leaving it; else None."""
    told = {unit: tuple(row) for unit, row in candidate.items()}
    told = {unit: row for unit, row in told.items() if unit not in stage.excluded(_filled(stage, told))}
    if stage.game.exact:
        for digits in (1, 2, 3, 4):
            guess: Behaviour = {unit: _rational(row, 10**digits) for unit, row in told.items()}
            if all(guess.values()) and stage.regret(guess) <= 0:
                return guess
    floats = {unit: tuple(float(p) for p in row) for unit, row in told.items()}
    return floats if float(stage.regret(floats)) <= NEAR * stage.game.scale else None


def _filled(stage: Stage, told: Behaviour) -> Behaviour:
    """Return chances everywhere; none of a solver's own are 0 in effect."""
    found: Behaviour = {}
    for unit in stage.trunk.units:
        row = told.get(unit, (0,) * stage.options(unit))
        found[unit] = tuple(p if p > NEAR else 0 for p in row)
    return found


def _rational(row: Iterable[Number], most: int) -> tuple[Fraction, ...]:
    """Return fractions near some chances that add up to 1; nothing if there are none."""
    found = tuple(Fraction(p).limit_denominator(most) for p in row)
    near = all(abs(float(p) - float(q)) < 10 * NEAR for p, q in zip(found, row, strict=True))
    return found if near and sum(found) == 1 else ()


def _key(mine: Behaviour) -> object:
    return tuple(sorted(mine.items()))


def _near(one: Behaviour, other: Behaviour) -> bool:
    return one.keys() == other.keys() and all(
        abs(float(p) - float(q)) < 10 * NEAR for unit, row in one.items() for p, q in zip(row, other[unit], strict=True)
    )


def tolerance(stage: Stage) -> Number:
    """Return up to which gain from leaving a profile counts as none."""
    return 0 if stage.game.exact else 1e-9 * stage.game.scale
