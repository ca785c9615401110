"""Where actors could meet: options that cannot be improved on without a loss to somebody, packages by four rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Number = Any  # Fraction or float


@dataclass(frozen=True, slots=True)
class Package:
    """What one rule of bargaining picks.

    Attributes:
        rule: nash, kalai_smorodinsky, egalitarian or utilitarian.
        options: the options that it picks, several if they are equally good.
        gains: for each of them every actor's gain over no agreement.
        score: what the rule makes as large as it can.
    """

    rule: str
    options: tuple[str, ...]
    gains: Mapping[str, Mapping[str, Number]]
    score: Number

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data; ``gains`` is by option and actor."""
        gains = {option: {actor: float(gain) for actor, gain in row.items()} for option, row in self.gains.items()}
        return {"options": list(self.options), "gains": gains, "score": float(self.score)}


@dataclass(frozen=True, slots=True)
class Mix:
    """What two actors would settle on if they could toss coins or share out between options.

    Attributes:
        rule: nash or kalai_smorodinsky.
        values: what each gets.
        between: the options that are mixed, and the share of the second.
    """

    rule: str
    values: Mapping[str, Number]
    between: tuple[str, str]
    share: Number

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        values = {actor: float(value) for actor, value in self.values.items()}
        return {"values": values, "between": list(self.between), "share": float(self.share)}


@dataclass(frozen=True, slots=True)
class Bargain:
    """Pareto set and packages.

    Attributes:
        disagreement: what no agreement is worth to each actor.
        pareto: options that no other is at least as good as for everybody and better for somebody.
        rational: options that nobody values below no agreement.
        packages: by rule.
        mixes: by rule, for two actors; empty otherwise.
        ideal: for each actor its best value among the options that are rational for all.
    """

    disagreement: Mapping[str, Number]
    pareto: tuple[str, ...]
    rational: tuple[str, ...]
    packages: Mapping[str, Package]
    mixes: Mapping[str, Mix] = field(default_factory=dict)
    ideal: Mapping[str, Number] = field(default_factory=dict)

    @property
    def agreed(self) -> bool:
        """Whether the rules can all be followed by one option."""
        sets = [set(package.options) for package in self.packages.values()]
        return bool(set.intersection(*sets)) if sets else True


def bargain(
    values: Mapping[str, Mapping[str, Number]], disagreement: Mapping[str, Number], *, tie: Number = 0
) -> Bargain:
    """Compare options between actors who may or may not agree.

    The rules act on gains over no agreement, among options that cost nobody anything against it: the product of the
    gains (Nash 1950), the smallest share of what each could at best gain (Kalai and Smorodinsky 1975), and the smallest
    gain (Kalai 1977). The utilitarian rule takes the largest sum over all options, whoever loses.

    >>> four = {"a": {"x": 1, "y": 9}, "b": {"x": 4, "y": 7}, "c": {"x": 6, "y": 5}, "d": {"x": 8, "y": 1}}
    >>> found = bargain(four, {"x": 0, "y": 0})
    >>> {rule: package.options for rule, package in found.packages.items()}
    {'nash': ('c',), 'kalai_smorodinsky': ('c',), 'egalitarian': ('c',), 'utilitarian': ('b', 'c')}
    >>> {actor: str(value) for actor, value in found.mixes["kalai_smorodinsky"].values.items()}
    {'x': '88/17', 'y': '99/17'}

    Args:
        values: for each option what it is worth to each actor; more is better.
        disagreement: what no agreement is worth to each.
        tie: the difference up to which two numbers are the same.
    """
    actors = list(disagreement)
    gains = {option: {a: row[a] - disagreement[a] for a in actors} for option, row in values.items()}
    rational = tuple(option for option, row in gains.items() if all(gain >= -tie for gain in row.values()))
    ideal = {a: max((values[option][a] for option in rational), default=disagreement[a]) for a in actors}
    room = {a: ideal[a] - disagreement[a] for a in actors}

    def product(option: str) -> Number:
        made: Number = 1
        for gain in gains[option].values():
            made *= max(gain, gain * 0)
        return made

    def share(option: str) -> Number:
        shares = [_ratio(gains[option][a], room[a]) for a in actors if room[a] > tie]
        return min(shares, default=0)

    rules: dict[str, tuple[Sequence[str], Callable[[str], Number]]] = {
        "nash": (rational, product),
        "kalai_smorodinsky": (rational, share),
        "egalitarian": (rational, lambda option: min(gains[option].values())),
        "utilitarian": (tuple(values), lambda option: sum(values[option].values())),
    }
    packages = {rule: _package(rule, among, score, gains, tie) for rule, (among, score) in rules.items() if among}
    return Bargain(
        disagreement=dict(disagreement),
        pareto=pareto(values, tie=tie),
        rational=rational,
        packages=packages,
        mixes=_mixes(values, disagreement, tie) if len(actors) == 2 else {},
        ideal=ideal,
    )


def pareto(values: Mapping[str, Mapping[str, Number]], *, tie: Number = 0) -> tuple[str, ...]:
    """Return the options that no other is at least as good as for everybody and better for somebody; ties are kept."""

    def beats(other: Mapping[str, Number], row: Mapping[str, Number]) -> bool:
        return all(other[a] >= row[a] - tie for a in row) and any(other[a] > row[a] + tie for a in row)

    return tuple(option for option, row in values.items() if not any(beats(other, row) for other in values.values()))


def _ratio(part: Number, whole: Number) -> Number:
    return Fraction(part) / whole if isinstance(whole, (int, Fraction)) else part / whole


def _package(
    rule: str,
    among: Sequence[str],
    score: Callable[[str], Number],
    gains: Mapping[str, Mapping[str, Number]],
    tie: Number,
) -> Package:
    scored = {option: score(option) for option in among}
    best = max(scored.values())
    slack = tie * max(1, abs(best))
    options = tuple(option for option, value in scored.items() if value >= best - slack)
    return Package(rule, options, {option: gains[option] for option in options}, best)


def _mixes(
    values: Mapping[str, Mapping[str, Number]], disagreement: Mapping[str, Number], tie: Number
) -> dict[str, Mix]:
    """Return what two actors would settle on along the upper right edge of all lotteries over options."""
    first, second = disagreement
    points = {option: (row[first] - disagreement[first], row[second] - disagreement[second])
              for option, row in values.items()}  # fmt: skip
    edge = _upper_hull(points)
    legs = list(pairwise(edge)) or [(edge[0], edge[0])]
    ideal = [_reach(points, legs, axis) for axis in (0, 1)]
    if any(value is None or value <= tie for value in ideal):
        return {}
    rows = []
    for one, other in legs:
        a, b = points[one], points[other]
        for share in _candidates(a, b, (ideal[0], ideal[1])):
            point = tuple(x + share * (y - x) for x, y in zip(a, b, strict=True))
            if min(point) >= -tie:
                rows.append((one, other, share, point))
    made = {}
    goals: dict[str, Callable[[tuple[Number, ...]], Number]] = {
        "nash": lambda point: point[0] * point[1],
        "kalai_smorodinsky": lambda point: min(_ratio(point[0], ideal[0]), _ratio(point[1], ideal[1])),
    }
    for rule, goal in goals.items():
        one, other, share, point = max(rows, key=lambda row: goal(row[3]))
        got = {first: point[0] + disagreement[first], second: point[1] + disagreement[second]}
        made[rule] = Mix(rule, got, (one, other), share)
    return made


def _upper_hull(points: Mapping[str, tuple[Number, Number]]) -> list[str]:
    """Return the options on the upper right edge of the convex hull, by the first actor's gain."""
    order = sorted(points, key=lambda option: points[option])
    hull: list[str] = []
    for option in order:
        while len(hull) >= 2 and _turn(points[hull[-2]], points[hull[-1]], points[option]) >= 0:
            hull.pop()
        hull.append(option)
    top = max(range(len(hull)), key=lambda at: (points[hull[at]][1], at))
    return hull[top:]


def _turn(a: tuple[Number, Number], b: tuple[Number, Number], c: tuple[Number, Number]) -> Number:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _reach(points: Mapping[str, tuple[Number, Number]], legs: Sequence[tuple[str, str]], axis: int) -> Number | None:
    """Return the most that one actor can gain on the edge while the other loses nothing."""
    best: Number | None = None
    for one, other in legs:
        a, b = points[one], points[other]
        there, here = 1 - axis, axis
        for share in {0, 1, *([_ratio(-a[there], b[there] - a[there])] if b[there] != a[there] else [])}:
            if 0 <= share <= 1 and a[there] + share * (b[there] - a[there]) >= 0:
                value = a[here] + share * (b[here] - a[here])
                best = value if best is None else max(best, value)
    return best


def _candidates(a: tuple[Number, Number], b: tuple[Number, Number], ideal: tuple[Number, Number]) -> list[Number]:
    """Return the shares of a leg at which a goal may be largest: its ends, the product's top, the ray to the ideal."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    found: list[Number] = [0, 1]
    if dx * dy:
        found.append(_ratio(-(a[0] * dy + a[1] * dx), 2 * dx * dy))
    slope = dx * ideal[1] - dy * ideal[0]
    if slope:
        found.append(_ratio(a[1] * ideal[0] - a[0] * ideal[1], slope))
    return [share for share in found if 0 <= share <= 1]
