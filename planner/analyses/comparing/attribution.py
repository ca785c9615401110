"""Which change did it: every change alone, every change taken away, the smallest set that turns the recommendation."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planner.analyses.comparing.flips import Flip, flipping
from planner.analyses.comparing.judge import Judge, Spent
from planner.analyses.comparing.shares import Shares, shares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.comparing.judge import Verdict
    from planner.analyses.comparing.units import Unit

Set = frozenset[int]
ROUNDS = 4
MOST_REPAIRED = 40
NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Effect:
    """What one unit of change does.

    Attributes:
        changes: the numbers of its differences, in `Comparison.differences`.
        along: the numbers of others that are made with it because it needs them.
        alone: for each actor by how much the value moves if it is made alone; None if it cannot be, or was not tried.
        alone_choice: what is recommended then.
        options: for each option that it moves by how much its value does for each actor, if it is made alone.
        without: for each actor by how much the value of the second scenario moves if it is taken away alone.
        without_choice: what is recommended then.
        sufficient: whether it turns the recommendation alone.
        necessary: whether the recommendation turns back without it.
        share: for each actor its Shapley share of the whole difference; empty where shares are left out.
        error: the standard error of a sampled share.
        why: why it was not tried alone; empty otherwise.
    """

    changes: tuple[int, ...]
    along: tuple[int, ...] = ()
    alone: Mapping[str, float] | None = None
    alone_choice: str | None = None
    options: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    without: Mapping[str, float] | None = None
    without_choice: str | None = None
    sufficient: bool = False
    necessary: bool = False
    share: Mapping[str, float] = field(default_factory=dict)
    error: Mapping[str, float] = field(default_factory=dict)
    why: str = ""

    def placed(self, place: Sequence[int]) -> Effect:
        """Return the effect with other numbers for the differences."""
        changes, along = (tuple(place[each] for each in numbers) for numbers in (self.changes, self.along))
        return replace(self, changes=changes, along=along)

    def to_dict(self) -> dict[str, Any]:
        """Return the effect as JSON data."""
        return {
            "changes": list(self.changes),
            "along": list(self.along),
            "alone": None if self.alone is None else dict(self.alone),
            "alone_choice": self.alone_choice,
            "options": {option: dict(moves) for option, moves in self.options.items()},
            "without": None if self.without is None else dict(self.without),
            "without_choice": self.without_choice,
            "sufficient": self.sufficient,
            "necessary": self.necessary,
            "share": dict(self.share) or None,
            "share_error": dict(self.error) or None,
            "why": self.why,
        }


@dataclass(frozen=True)
class Attribution:
    """What each change does, and which did it.

    Attributes:
        effects: a row for each unit, in the order of the differences.
        flip: the smallest sets that turn the recommendation, as numbers of ``effects``; None if it does not turn, or
            that was not found out.
        shares: how shares were worked out.
        tried: how many combinations were worked out.
        not_tried: what was not, in sentences.
    """

    effects: tuple[Effect, ...] = ()
    flip: Flip | None = None
    shares: Shares = field(default_factory=lambda: Shares("left out"))
    tried: int = 0
    not_tried: tuple[str, ...] = ()


def attribution(judge: Judge, seed: int) -> Attribution:
    """Try the changes one at a time, taken away one at a time, in the smallest set, and in all orders.

    The two ends must be known to ``judge``: no change at all, and all of them.
    """
    judge = _sound(judge)
    count = len(judge.units.units)
    everything = frozenset(range(count))
    try:
        nothing, whole = judge.all([frozenset(), everything])
    except Spent:
        return Attribution(not_tried=("The scenario is too large to be worked out with some of the changes alone.",))
    if nothing is None or whole is None:
        return Attribution()
    asked = _Asked(judge, nothing, whole)
    if judge.affordable_alone():
        effects = {unit: asked.effect(unit) for unit in range(count)}
        flip = _flip(judge, asked)
    else:  # first what turns the recommendation, then its changes alone, then others as far as it goes
        flip = _flip(judge, asked)
        first = sorted(flip.sets[0]) if flip is not None else []
        order = dict.fromkeys([*first, *range(count)])
        effects = {unit: asked.effect(unit) for unit in order}
    found = _shares(judge, count, seed, asked)
    if found.by_unit:
        errors = found.errors or ({},) * count
        for unit, (share, error) in enumerate(zip(found.by_unit, errors, strict=True)):
            effects[unit] = replace(effects[unit], share=share, error=error)
    return Attribution(
        tuple(effects[unit] for unit in range(count)), flip, found, len(judge.known), tuple(asked.sentences())
    )


def only_change(unit: Unit, nothing: Verdict | None, whole: Verdict | None) -> Attribution:
    """Say what the only change does: all that is different."""
    along = tuple(sorted(unit.needs - set(unit.changes)))
    if nothing is None or whole is None:
        return Attribution((Effect(unit.changes, along, why="no such decision on one side"),))
    flips = nothing.chosen != whole.chosen
    moves = _moved(nothing.values, whole.values)
    back = {actor: 0.0 - moved for actor, moved in moves.items()}
    effect = Effect(unit.changes, along, moves, whole.chosen, _options(nothing, whole), back, nothing.chosen,
                    sufficient=flips, necessary=flips, share=moves)  # fmt: skip
    flip = Flip((frozenset({0}),), 1, smallest=True, tried=1) if flips else None
    return Attribution((effect,), flip, Shares("exact", (moves,)), 0)


def turned(nothing: Verdict, whole: Verdict, verdict: Verdict | None) -> bool:
    """Whether what is recommended is what the second scenario recommends, and the first does not."""
    return verdict is not None and nothing.chosen != whole.chosen and verdict.chosen == whole.chosen


class _Asked:
    """What is asked of each unit, as long as there is work left."""

    def __init__(self, judge: Judge, nothing: Verdict, whole: Verdict) -> None:
        self.judge, self.nothing, self.whole = judge, nothing, whole
        self.everything = frozenset(range(len(judge.units.units)))
        self.untried: list[int] = []
        self.notes: list[str] = []
        self._numbers_first()

    def _numbers_first(self) -> None:
        """Work out all changes of mere numbers at once."""
        numbers = [unit for unit in self.everything if self.judge.units.units[unit].numbers is not None]
        sets = [each for unit in numbers for each in (frozenset({unit}), self.everything - self._hanging(unit))]
        with suppress(Spent):  # then they are asked one by one, as far as it goes
            self.judge.all(sets)

    def _hanging(self, unit: int) -> Set:
        """Return a unit and those that cannot stand without it."""
        units = self.judge.units.units
        own = frozenset(units[unit].changes)
        return frozenset(each for each in self.everything if own & units[each].needs)

    def effect(self, unit: int) -> Effect:
        each = self.judge.units.units[unit]
        along = tuple(sorted(each.needs - set(each.changes)))
        try:
            alone, without = self.judge.all([frozenset({unit}), self.everything - self._hanging(unit)])
        except Spent:
            self.untried.append(unit)
            return Effect(each.changes, along, why="not tried")
        return Effect(
            each.changes,
            along,
            alone=_moves(self.nothing, alone),
            alone_choice=alone.chosen if alone is not None else None,
            options=_options(self.nothing, alone),
            without=_moves(self.whole, without),
            without_choice=without.chosen if without is not None else None,
            sufficient=turned(self.nothing, self.whole, alone),
            necessary=self._turns_back(without),
            why=self.judge.faults.get(frozenset({unit}), "no such decision then") if alone is None else "",
        )

    def order(self) -> list[int]:
        """Return the units, those first that alone speak most for the new recommendation against the old one."""
        found = {}
        for unit in self.everything:
            alone = self.judge.known.get(frozenset({unit}))
            found[unit] = self._lead(alone) if alone is not None else 0.0
        return sorted(found, key=lambda unit: (-found[unit], not self._names(unit), unit))

    def _names(self, unit: int) -> bool:
        """Whether a unit is about an option that is recommended before or after."""
        options = {self.whole.chosen, self.nothing.chosen}
        found = self.judge.units.found
        return any(options & set(found[at].at[-2:]) for at in self.judge.units.units[unit].changes)

    def _lead(self, verdict: Verdict) -> float:
        """Return by how much the option that is recommended after is ahead of the one before, for all together."""
        options = verdict.options
        new, old = (options.get(each or "", {}) for each in (self.whole.chosen, self.nothing.chosen))
        both = [actor for actor in self.judge.deciders if actor in new and actor in old]
        return self.judge.sense * sum(new[actor] - old[actor] for actor in both)

    def _turns_back(self, without: Verdict | None) -> bool:
        options = [self.nothing.chosen, without.chosen if without is not None else self.whole.chosen]
        return self.whole.chosen not in options

    def sentences(self) -> list[str]:
        found = list(self.notes)
        if self.untried:
            number = len(self.untried)
            what = "1 change was" if number == 1 else f"{number:,} changes were"
            found.append(f"{what} not tried alone: the scenario is too large for so many combinations.")
        return found


def _moves(start: Verdict, end: Verdict | None) -> Mapping[str, float] | None:
    if end is None:
        return None
    return _moved(start.values, end.values)


def _moved(start: Mapping[str, float], end: Mapping[str, float]) -> dict[str, float]:
    """Return by how much values are larger; what is no more than the noise of adding floats is none."""
    moves = {actor: (value, end[actor]) for actor, value in start.items() if actor in end}
    return {actor: _difference(before, after) for actor, (before, after) in moves.items()}


def _difference(before: float, after: float) -> float:
    return after - before if abs(after - before) > NOISE * max(1.0, abs(before), abs(after)) else 0.0


def _options(start: Verdict, end: Verdict | None) -> dict[str, Mapping[str, float]]:
    if end is None:
        return {}
    before, after = start.options, end.options
    moves = {option: _moved(row, after[option]) for option, row in before.items() if option in after}
    return {option: row for option, row in moves.items() if any(row.values())}


def _flip(judge: Judge, asked: _Asked) -> Flip | None:
    nothing, whole = asked.nothing, asked.whole
    if nothing.chosen == whole.chosen:
        return None
    try:
        return flipping(judge, asked.order(), lambda each: turned(nothing, whole, judge.one(each)))
    except Spent:
        words = "Sets of changes were not tried together: the scenario is too large for so many combinations."
        asked.notes.append(words)
        return None


def _shares(judge: Judge, count: int, seed: int, asked: _Asked) -> Shares:
    if count < 2:
        moves = _moves(asked.nothing, asked.whole) or {}
        return Shares("exact", (moves,) * count)
    try:
        return shares(judge, count, seed)
    except Spent:
        return Shares("left out", why="the scenario is too large for so many combinations")


# --- units that can stand alone -------------------------------------------------------------------------------


def _sound(judge: Judge) -> Judge:
    """Return a judge of units each of which is a sound scenario alone, as far as that can be had.

    A unit that is none is joined with the fewest others that make it one.
    """
    for _ in range(ROUNDS):
        if not judge.affordable_alone():
            return judge
        count = len(judge.units.units)
        try:
            judge.all([frozenset({unit}) for unit in range(count)])
        except Spent:
            return judge
        bad = [unit for unit in range(count) if judge.known.get(frozenset({unit})) is None]
        if not bad or len(bad) > MOST_REPAIRED:
            return judge
        sets = []
        taken: Set = frozenset()
        for unit in bad:
            if unit in taken:
                continue
            try:
                more = _companions(judge, unit, count)
            except Spent:
                return judge
            if more:
                joined = more | {unit}
                sets.append(joined)
                taken |= joined
        if not sets:
            return judge
        units = judge.units.joined(sets)
        judge = replace(judge, units=units, known={}, faults={}, shapes=OrderedDict())
    return judge


def _companions(judge: Judge, unit: int, count: int) -> Set:
    """Return the fewest other units with which one is sound: one other if that does, else as few as can be told."""
    others = [other for other in range(count) if other != unit]
    pairs = [frozenset({unit, other}) for other in others]
    judge.all(pairs)
    one = next((pair for pair in pairs if judge.known[pair] is not None), None)
    if one is not None:
        return one - {unit}
    kept = list(others)
    if judge.one([unit, *kept]) is None:
        return frozenset()
    step = max(len(kept) // 2, 1)
    while step:
        at = 0
        while at < len(kept):
            fewer = [*kept[:at], *kept[at + step :]]
            if judge.one([unit, *fewer]) is not None:
                kept = fewer
            else:
                at += step
        step //= 2
    return frozenset(kept)
