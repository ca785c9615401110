"""How many strategies are as good as the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.space import product

if TYPE_CHECKING:
    from planner.core.ranking import Ranking

MOST_CASES = 200_000  # pairs of a state and a threshold that are looked at
Case = tuple[int, float]


def as_good(ranking: Ranking) -> int | None:
    """Return the exact number of strategies as good as the best, itself included.

    None if it has too many digits, or depends on too many totals of paths.
    """
    return _locally(ranking) if ranking.worth.kind == "mean" else _by_threshold(ranking)


def _locally(ranking: Ranking) -> int | None:
    """Count where a strategy is best only if each of its choices is."""
    space = ranking.space
    found: dict[int, int | None] = {}
    for state in reversed(space.states):
        slots = space.slots[state]
        if space.open[state]:
            values = [ranking.first[space.target[slot]] + ranking.gain[slot] for slot in slots]
            least = max(values) - ranking.margin
            slots = [slot for slot, value in zip(slots, values, strict=True) if value >= least]
        ahead = [found[space.target[slot]] for slot in slots]
        known = [count for count in ahead if count is not None]
        enough = len(known) == len(ahead)
        found[state] = (sum(known) if space.open[state] else product(known)) if enough else None
    return found[space.start]


def _by_threshold(ranking: Ranking) -> int | None:
    """Count where one path decides: those all of whose paths reach the best worst case, or none the best best case."""
    space, least = ranking.space, ranking.first[ranking.space.start] - ranking.margin
    ahead = _cases(ranking, least)
    if ahead is None or space.count is None:
        return None
    worst = ranking.worth.kind == "worst"
    found: dict[Case, int] = {}
    for case in sorted(ahead, key=lambda case: -case[0]):
        state, left = case
        if not space.slots[state]:
            found[case] = int((ranking.end[state] >= left) == worst)
            continue
        counts = [found[following] for following in ahead[case]]
        some = sum(counts) if space.open[state] else product(counts)
        assert some is not None  # no more than there are strategies
        found[case] = some
    answer = found[space.start, least]
    return answer if worst else space.count - answer


def _cases(ranking: Ranking, least: float) -> dict[Case, list[Case]] | None:
    """Return what is left to be reached at each state, by path, and the cases that each leads to."""
    space = ranking.space
    unit = 4 * ranking.margin
    known: dict[tuple[int, float], Case] = {}
    ahead: dict[Case, list[Case]] = {}
    waiting = [(space.start, least)]
    while waiting:
        case = waiting.pop()
        if case in ahead:
            continue
        if len(ahead) >= MOST_CASES:
            return None
        state, left = case
        following = []
        for slot in space.slots[state]:
            to, rest = space.target[slot], left - ranking.gain[slot]
            look = (to, round(rest / unit) if unit else rest)  # sums that differ by rounding alone are one case
            following.append(known.setdefault(look, (to, rest)))
        ahead[case] = following
        waiting += following
    return ahead
