"""Where actors could meet: options that cannot be improved on without a loss to somebody, packages by four rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.mixtures import Mix, mixes

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
class Bargain:
    """Pareto set and packages.

    Attributes:
        disagreement: what no agreement is worth to each actor.
        pareto: options that no other is at least as good as for everybody and better for somebody.
        rational: options that nobody values below no agreement.
        packages: by rule.
        mixes: by rule, what is picked if options can be mixed; empty where somebody cannot gain.
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
        mixes=mixes(values, disagreement, tie=tie),
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
