"""What several who only rank would settle on, by Condorcet, Borda, Copeland and Kemeny; and power in votes."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Number = Any
MOST_FOR_KEMENY = 12  # subsets of so many options can be compared one by one
MOST_RANKINGS = 24


@dataclass(frozen=True, slots=True)
class Consensus:
    """What rankings of the same options come to.

    Attributes:
        pairwise: for each ordered pair the votes of those who rank the first above the second.
        condorcet: the option that beats every other in a pairwise vote; None if there is none.
        cycle: options that beat each other in a circle; empty if there is none.
        borda: points: for each voter the options that it ranks below, ties sharing.
        borda_winners: the options with the most points.
        copeland: pairwise wins, ties counting half.
        kemeny: the rankings that the fewest pairs of votes contradict; None where there are more than 12 options.
        kemeny_score: how many votes for pairs they agree with.
        worst_rank: the worst place that anybody gives each option, 1 being the first.
    """

    pairwise: Mapping[tuple[str, str], Number]
    condorcet: str | None
    cycle: tuple[str, ...]
    borda: Mapping[str, Number]
    borda_winners: tuple[str, ...]
    copeland: Mapping[str, float]
    kemeny: tuple[tuple[str, ...], ...] | None
    kemeny_score: Number
    worst_rank: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "condorcet": self.condorcet,
            "cycle": list(self.cycle),
            "borda": {option: float(points) for option, points in self.borda.items()},
            "borda_winners": list(self.borda_winners),
            "copeland": dict(self.copeland),
            "kemeny": None if self.kemeny is None else [list(ranking) for ranking in self.kemeny],
            "kemeny_score": None if self.kemeny_score is None else float(self.kemeny_score),
            "worst_rank": dict(self.worst_rank),
            "pairwise": [{"over": a, "under": b, "votes": float(v)} for (a, b), v in self.pairwise.items()],
        }


def consensus(rankings: Sequence[Sequence[Sequence[str]]], votes: Sequence[Number] = ()) -> Consensus:
    """Put rankings together.

    >>> memphis = [["Memphis"], ["Nashville"], ["Chattanooga"], ["Knoxville"]]
    >>> nashville = [["Nashville"], ["Chattanooga"], ["Knoxville"], ["Memphis"]]
    >>> chattanooga = [["Chattanooga"], ["Knoxville"], ["Nashville"], ["Memphis"]]
    >>> knoxville = [["Knoxville"], ["Chattanooga"], ["Nashville"], ["Memphis"]]
    >>> found = consensus([memphis, nashville, chattanooga, knoxville], [42, 26, 15, 17])
    >>> found.condorcet, found.borda["Nashville"], found.kemeny_score
    ('Nashville', 194, 393)

    Args:
        rankings: for each voter the options from best to worst; those of one place are ranked alike.
        votes: for each voter; empty for one each.
    """
    weights = list(votes) or [1] * len(rankings)
    options = [option for place in rankings[0] for option in place]
    places = [{option: at for at, place in enumerate(ranking) for option in place} for ranking in rankings]
    pairwise = {
        (a, b): sum(weight for place, weight in zip(places, weights, strict=True) if place[a] < place[b])
        for a in options
        for b in options
        if a != b
    }
    borda = {a: _points(a, options, places, weights) for a in options}
    beaten = {a: {b for b in options if a != b and pairwise[a, b] > pairwise[b, a]} for a in options}
    winner = next((a for a in options if len(beaten[a]) == len(options) - 1), None)
    best = max(borda.values())
    kemeny, score = _kemeny(options, pairwise)
    return Consensus(
        pairwise=pairwise,
        condorcet=winner,
        cycle=() if winner is not None else _cycle(options, beaten),
        borda=borda,
        borda_winners=tuple(option for option, points in borda.items() if points == best),
        copeland={
            a: len(beaten[a]) + 0.5 * sum(pairwise[a, b] == pairwise[b, a] for b in options if b != a) for a in options
        },
        kemeny=kemeny,
        kemeny_score=score,
        worst_rank={a: max(_rank(a, ranking) for ranking in rankings) for a in options},
    )


def ranked(values: Mapping[str, Number], *, tie: Number = 0) -> list[list[str]]:
    """Return options from best to worst; those within ``tie`` of each other share a place."""
    order = sorted(values, key=lambda option: -values[option])
    places: list[list[str]] = []
    for option in order:
        if places and values[places[-1][0]] - values[option] <= tie:
            places[-1].append(option)
        else:
            places.append([option])
    return places


def _points(
    option: str, options: Sequence[str], places: Sequence[Mapping[str, int]], weights: Sequence[Number]
) -> Number:
    total: Number = 0
    for place, weight in zip(places, weights, strict=True):
        below = sum(place[other] > place[option] for other in options)
        alike = sum(place[other] == place[option] for other in options) - 1
        total += weight * below + (weight * alike / 2 if alike else 0)
    return total


def _rank(option: str, ranking: Sequence[Sequence[str]]) -> int:
    ahead = 0
    for place in ranking:
        if option in place:
            break
        ahead += len(place)
    return ahead + 1


def _cycle(options: Sequence[str], beaten: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the shortest circle in which each option beats the next, the first in file order; empty without any."""
    best: tuple[str, ...] = ()
    for start in options:
        came = {start: start}
        queue = [start]
        for one in queue:
            if start in beaten[one]:
                ring = [one]
                while ring[-1] != start:
                    ring.append(came[ring[-1]])
                if not best or len(ring) < len(best):
                    best = tuple(reversed(ring))
                break
            fresh = [other for other in options if other in beaten[one] and other not in came]
            came |= dict.fromkeys(fresh, one)
            queue += fresh
    return best


def _kemeny(
    options: Sequence[str], pairwise: Mapping[tuple[str, str], Number]
) -> tuple[tuple[tuple[str, ...], ...] | None, Number]:
    """Return all best rankings by dynamic programming over subsets (Held and Karp's scheme), up to 24 of them."""
    if len(options) > MOST_FOR_KEMENY:
        return None, None
    count = len(options)
    best: list[Number] = [0] * (1 << count)
    for chosen in range(1, 1 << count):
        best[chosen] = max(_last(options, pairwise, chosen, at) + best[chosen & ~(1 << at)]
                           for at in range(count) if chosen >> at & 1)  # fmt: skip
    found: list[tuple[str, ...]] = []
    stack: list[tuple[int, tuple[str, ...]]] = [((1 << count) - 1, ())]
    while stack and len(found) < MOST_RANKINGS:
        chosen, tail = stack.pop()
        if not chosen:
            found.append(tail)
            continue
        stack += [
            (chosen & ~(1 << at), (options[at], *tail))
            for at in range(count)
            if chosen >> at & 1 and best[chosen] == _last(options, pairwise, chosen, at) + best[chosen & ~(1 << at)]
        ]
    return tuple(sorted(found)), best[-1]


def _last(options: Sequence[str], pairwise: Mapping[tuple[str, str], Number], chosen: int, at: int) -> Number:
    """Return the votes that agree with an option coming after all others of a subset."""
    return sum(
        pairwise[options[other], options[at]] for other in range(len(options)) if other != at and chosen >> other & 1
    )


# --- power ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Power:
    """How often each voter is decisive.

    Attributes:
        banzhaf: its share of all decisive memberships of winning coalitions (Banzhaf 1965).
        shapley_shubik: the share of orders of arrival in which it turns the vote (Shapley and Shubik 1954).
        veto: those without whom no coalition wins.
        dummies: those who are never decisive.
    """

    banzhaf: Mapping[str, float]
    shapley_shubik: Mapping[str, float]
    veto: tuple[str, ...]
    dummies: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "banzhaf": dict(self.banzhaf),
            "shapley_shubik": dict(self.shapley_shubik),
            "veto": list(self.veto),
            "dummies": list(self.dummies),
        }


MOST_VOTERS = 20


def power(votes: Mapping[str, Number], quota: float, heads: float = 0.0) -> Power:
    """Return how much a vote counts under a quota, perhaps of heads as well.

    >>> found = power({"a": 50, "b": 49, "c": 1}, 0.51)
    >>> {name: round(share, 3) for name, share in found.banzhaf.items()}
    {'a': 0.6, 'b': 0.2, 'c': 0.2}

    Args:
        votes: for each voter its votes.
        quota: the share of all votes that wins.
        heads: the share of the voters that wins, besides.

    Raises:
        ValueError: there are more than 20 voters.
    """
    names = list(votes)
    count = len(names)
    if count > MOST_VOTERS:
        raise ValueError(f"power among {count} voters is not worked out, only among {MOST_VOTERS}")
    total = sum(votes.values())

    def wins(members: int) -> bool:
        held = sum(votes[name] for at, name in enumerate(names) if members >> at & 1)
        return held >= quota * total - 1e-9 * total and members.bit_count() >= heads * count - 1e-9

    winning = [wins(members) for members in range(1 << count)]
    swings, orders = [0] * count, [0.0] * count
    for members in range(1 << count):
        if not winning[members]:
            continue
        size = members.bit_count()
        for at in range(count):
            if members >> at & 1 and not winning[members & ~(1 << at)]:
                swings[at] += 1
                orders[at] += 1 / (count * comb(count - 1, size - 1))
    sum_of_swings = sum(swings) or 1
    everybody = (1 << count) - 1
    return Power(
        banzhaf={name: swings[at] / sum_of_swings for at, name in enumerate(names)},
        shapley_shubik={name: orders[at] for at, name in enumerate(names)},
        veto=tuple(name for at, name in enumerate(names) if winning[everybody] and not winning[everybody & ~(1 << at)]),
        dummies=tuple(name for at, name in enumerate(names) if not swings[at]),
    )
