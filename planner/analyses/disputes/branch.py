"""Logit equilibria of a part of a game: the principal branch, followed from precision 0 (McKelvey and Palfrey 1998).

Each information set is an agent of its own that takes an option with a chance in proportion to exp(precision times what
the option is worth to it there). Chances are followed as logarithms, with steps along the curve itself so that it may
turn back (Turocy 2005), and what an option is worth is differentiated by complex steps. At precision 0 every option is
equally likely; precision grows from there.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.analyses.result import BadArgument
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.disputes.behaviour import Stage

MAX_STATES = 2_000
MAX_OPTIONS = 200
MAX_STEPS = 5_000
TOLERANCE = 1e-9
TINY = 1e-30


class Point(NamedTuple):
    """Where the branch is at one precision.

    Attributes:
        behaviour: for each information set the chances of its options.
        residual: by how much a chance is off at most from what its option is worth.
        splits: whether other branches have met this one on the way.
    """

    behaviour: dict[int, tuple[float, ...]]
    residual: float
    splits: bool


class Answers:
    """What every option is worth where it is taken, for many profiles of chances at once."""

    def __init__(self, stage: Stage) -> None:
        self.stage, game = stage, stage.game
        if len(stage.trunk.states) > MAX_STATES:
            raise _too_large(stage, f"{len(stage.trunk.states):,} states are joined by moves that are not seen")
        sizes = [stage.options(unit) for unit in stage.trunk.units]
        starts = np.cumsum([0, *sizes]).tolist()
        self.slots = [slice(one, other) for one, other in pairwise(starts)]
        self.place = {unit: at for at, unit in enumerate(stage.trunk.units)}
        self.size = starts[-1]
        if self.size > MAX_OPTIONS:
            raise _too_large(stage, f"{self.size:,} options are joined by moves that are not seen")
        self.gains = {
            edge: np.array([float(game.gain[edge][a]) for a in stage.movers])[:, None]
            for state in stage.trunk.states
            for edge in game.edges(state)
        }
        self.leaves = {
            leaf: np.array([float(stage.leaf(leaf)[a]) for a in stage.movers])[:, None] for leaf in stage.trunk.leaves
        }

    @cached_property
    def rows(self) -> list[tuple[int, int, list[tuple[int, int, float]]]]:
        """For each state its information set's place (-1 for chance) and its edges: number, target, probability."""
        game = self.stage.game
        found = []
        for state in self.stage.trunk.states:
            at = self.place[game.unit[state]] if game.kind(state) == DECISION else -1
            found.append((state, at, [(edge, game.target[edge], float(game.p[edge])) for edge in game.edges(state)]))
        return found

    def worth(self, chances: Any) -> Any:
        """Return what each option is worth to its owner, given that its information set has come about.

        Args:
            chances: a row for each option, a column for each profile; complex numbers carry derivatives.
        """
        count = chances.shape[1]
        reach: dict[int, Any] = {self.rows[0][0]: np.ones(count, chances.dtype)}
        for state, at, edges in self.rows:
            here = reach.pop(state) if at < 0 else reach[state]
            for slot, (_, target, p) in enumerate(edges):
                on = here * (chances[self.slots[at].start + slot] if at >= 0 else p)
                reach[target] = reach[target] + on if target in reach else on
        values: dict[int, Any] = dict(self.leaves)
        ahead: dict[int, list[Any]] = {}
        for state, at, edges in reversed(self.rows):
            each = [values[target] + self.gains[edge] for edge, target, _ in edges]
            if at >= 0:
                ahead[state] = each
            start = self.slots[at].start if at >= 0 else 0
            weights = [chances[start + slot] if at >= 0 else edges[slot][2] for slot in range(len(edges))]
            values[state] = sum(weight * value for weight, value in zip(weights, each, strict=True))
        found = np.empty_like(chances)
        for unit, at in self.place.items():
            states = self.stage.game.units[unit]
            who = self.stage.movers.index(self.stage.owner[unit])
            whole = sum(reach[state] for state in states)
            if (np.abs(whole) < TINY).any():
                raise ZeroDivisionError
            for slot in range(self.slots[at].stop - self.slots[at].start):
                total = sum(reach[state] * ahead[state][slot][who] for state in states)
                found[self.slots[at].start + slot] = total / whole
        return found

    def equations(self, logs: Any, precision: Any) -> Any:
        """Return how far log chances are from what options are worth; all 0 in an equilibrium."""
        chances = np.exp(logs)
        worth = precision * self.worth(chances)
        found = np.empty_like(chances)
        for part in self.slots:
            found[part.start] = chances[part].sum(axis=0) - 1
            found[part.start + 1 : part.stop] = (
                logs[part.start + 1 : part.stop] - logs[part.start] - worth[part.start + 1 : part.stop]
            ) + worth[part.start]
        return found

    def slopes(self, point: Any) -> tuple[Any, Any]:
        """Return the equations and their derivatives at a point: log chances, then the precision."""
        step = 1e-30
        many = np.repeat(point[:, None].astype(complex), len(point), axis=1)
        many[np.diag_indices(len(point))] += 1j * step
        found = self.equations(many[:-1], many[-1])
        return found[:, 0].real, found.imag / step

    def residual(self, chances: Any, precision: float) -> float:
        """Return by how much a chance is off at most."""
        worth = precision * self.worth(chances[:, None])[:, 0]
        off = 0.0
        for part in self.slots:
            shares = np.exp(worth[part] - worth[part].max())
            off = max(off, float(np.abs(chances[part] - shares / shares.sum()).max()))
        return off


def _too_large(stage: Stage, what: str) -> BadArgument:
    return BadArgument(
        f"below '{stage.game.label(stage.trunk.states[0])}' {what}, too many to follow",
        "let decisions see more of what happened before, or look at a part of the tree",
    )


def branch(stage: Stage, precisions: Sequence[float]) -> list[Point]:
    """Return where the principal branch is at each of some precisions, where it first gets there.

    Raises:
        BadArgument: the part is too large, or the branch does not get so far.
    """
    answers = Answers(stage)
    try:
        found = dict(_followed(answers, sorted(set(precisions))))
    except (ZeroDivisionError, np.linalg.LinAlgError, FloatingPointError):
        found = {}
    if len(found) < len(set(precisions)):
        raise BadArgument(
            f"the answer below '{stage.game.label(stage.trunk.states[0])}' cannot be followed up to a precision of "
            f"{max(precisions):g}",
            "ask for a smaller one: beyond, choices are as good as certain",
        )
    return [found[precision] for precision in precisions]


def _followed(answers: Answers, targets: Sequence[float]) -> Iterator[tuple[float, Point]]:
    """Yield the points at the targets, in ascending order, along the branch."""
    point = np.zeros(answers.size + 1)
    for part in answers.slots:
        point[part] = -np.log(part.stop - part.start)
    scale = max(1e-300, max((float(np.ptp(v)) for v in _payoffs(answers)), default=1.0))
    stretch = np.append(np.ones(answers.size), 1 / scale)  # one step in precision is as long as one in log chances
    waiting = list(targets)
    while waiting and waiting[0] <= 0:
        yield waiting.pop(0), _point(answers, point, splits=False)
    _, matrix = answers.slopes(point)
    straight = _side(matrix[:, :-1])
    heading = _tangent(matrix * stretch, np.append(np.zeros(answers.size), 1.0))
    turn = _side(np.vstack([matrix * stretch, heading]))
    length, splits = 0.05, False
    for _ in range(MAX_STEPS):
        if not waiting:
            return
        made = _corrected(answers, point + length * heading * stretch, heading, stretch)
        if made is None:
            length /= 2
            if length < 1e-9:
                return
            continue
        reached, matrix, tries = made
        ahead = _tangent(matrix * stretch, heading)
        if ahead @ heading < 0.9 and length > 1e-4:
            length /= 2
            continue
        while waiting and point[-1] < waiting[0] <= reached[-1]:
            share = (waiting[0] - point[-1]) / (reached[-1] - point[-1])
            exact = _at(answers, point + share * (reached - point), waiting[0])
            if exact is None:
                break
            aside = _side(answers.slopes(exact)[1][:, :-1]) != straight
            yield waiting[0], _point(answers, exact, splits=splits or aside)
            waiting.pop(0)
        if waiting and point[-1] < waiting[0] <= reached[-1]:
            length /= 2
            continue
        splits = splits or _side(np.vstack([matrix * stretch, ahead])) != turn
        point, heading = reached, ahead
        length = min(2.0, length * (1.5 if tries <= 3 else 1.0))


def _side(matrix: Any) -> float:
    """Return the sign of a determinant: it changes along the branch where another one crosses it."""
    return float(np.sign(np.linalg.slogdet(matrix)[0]))


def _payoffs(answers: Answers) -> Iterator[Any]:
    rows = np.hstack([*answers.leaves.values(), *answers.gains.values()])
    yield from rows


def _tangent(matrix: Any, before: Any) -> Any:
    """Return the direction in which the equations stay 0, going on as before."""
    right = np.zeros(len(before))
    right[-1] = 1
    found = np.linalg.solve(np.vstack([matrix, before]), right)
    return found / np.linalg.norm(found)


def _corrected(answers: Answers, guess: Any, heading: Any, stretch: Any) -> tuple[Any, Any, int] | None:
    """Return the point of the branch across from a guess, its derivatives and how many tries it took."""
    point = guess.copy()
    for tries in range(8):
        off, matrix = answers.slopes(point)
        if not np.isfinite(off).all():
            return None
        if np.abs(off).max() < TOLERANCE:
            return point, matrix, tries
        wide = np.vstack([matrix * stretch, heading])
        right = np.append(off, heading @ ((point - guess) / stretch))
        point = point - np.linalg.solve(wide, right) * stretch
    return None


def _at(answers: Answers, guess: Any, precision: float) -> Any:
    """Return the point of the branch at a precision, near a guess."""
    point = np.append(guess[:-1], precision)
    for _ in range(20):
        off, matrix = answers.slopes(point)
        if not np.isfinite(off).all():
            return None
        if np.abs(off).max() < 1e-12:
            break
        try:
            point[:-1] -= np.linalg.solve(matrix[:, :-1], off)
        except np.linalg.LinAlgError:
            return None
    return point if np.abs(answers.slopes(point)[0]).max() < TOLERANCE else None


def _point(answers: Answers, point: Any, *, splits: bool) -> Point:
    chances = np.exp(point[:-1])
    for part in answers.slots:
        chances[part] /= chances[part].sum()
    behaviour = {unit: tuple(chances[answers.slots[at]].tolist()) for unit, at in answers.place.items()}
    return Point(behaviour, answers.residual(chances, float(point[-1])), splits)
