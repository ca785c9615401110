"""Mixtures of options in plain words: "engage in 6 cases of 10, coordinate in 4"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.disputes.negotiate_words import RULE_NAMES
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.analyses.disputes.mixtures import Mix, Number
    from planner.analyses.negotiate import Negotiation

SIMPLE = (2, 3, 4, 10)
NEAR = 0.0005  # shares this near to whole parts are told by them


def cases(shares: Mapping[str, Number]) -> dict[str, int]:
    """Return shares as whole numbers of cases, which add up to a round one.

    >>> cases({"engage": 0.6, "coordinate": 0.4}), cases({"b": 0.25, "c": 0.75}), cases({"b": 7 / 17, "c": 10 / 17})
    ({'engage': 6, 'coordinate': 4}, {'b': 1, 'c': 3}, {'b': 41, 'c': 59})
    """
    for of in SIMPLE:
        if all(abs(float(share) * of - round(float(share) * of)) < NEAR * of for share in shares.values()):
            return {option: round(float(share) * of) for option, share in shares.items()}
    for of in (100, 1_000, 10_000):
        parts = {option: int(float(share) * of) for option, share in shares.items()}
        order = sorted(shares, key=lambda option: parts[option] - float(shares[option]) * of)
        parts |= {option: parts[option] + 1 for option in order[: of - sum(parts.values())]}
        if all(parts.values()):
            break
    return parts


def mixture(shares: Mapping[str, Number], name: Callable[[str], str] = str) -> str:
    """Say which options are mixed, and how often each comes up."""
    parts = {option: number for option, number in cases(shares).items() if number}
    of = sum(parts.values())
    order = sorted(parts, key=lambda option: -parts[option])
    if len(order) == 1:
        return name(order[0])
    first = f"{name(order[0])} in {parts[order[0]]:,} case{'' if parts[order[0]] == 1 else 's'} of {of:,}"
    return listing([first, *(f"{name(option)} in {parts[option]:,}" for option in order[1:])])


def mix_lead(result: Negotiation) -> str:
    """Say that mixing does better; empty if it does not help."""
    if not _better(result):
        return ""
    return "By lot, or by dividing the matter, some rules find something better than any option alone:"


def mix_words(result: Negotiation, name: Callable[[str], str] = str, who: Callable[[str], str] = str) -> list[str]:
    """Say what each rule mixes where that is better than every single option, rules with the same mix together.

    Args:
        result: the negotiation.
        name: how an option is called.
        who: how an actor is called.
    """
    told = []
    for rules, mix in _better(result):
        places = decimals(mix.gains.values())
        row = ", ".join(f"{who(actor)} {written(gain, places)}" for actor, gain in mix.gains.items())
        told.append(f"{listing(RULE_NAMES[rule] for rule in rules)}: {mixture(mix.shares, name)} ({row}).")
    return told


def mix_notes(result: Negotiation) -> list[str]:
    """Say who does best by which rule where the rules mix differently, and what the means leave out."""
    if not _better(result):
        return []
    notes = [*filter(None, [_disagreement(result)])]
    bold = [actor for actor in result.deciders if result.scenario.actors[actor].risk_tolerance is not None]
    if bold:
        who = f"{listing(map(result.actor, bold))} {'has' if len(bold) == 1 else 'have'}"
        notes.append(
            f"Gains by a mix are means, though {who} a tolerance of risk: that fits dividing the matter, not a lot."
        )
    return notes


def _disagreement(result: Negotiation) -> str:
    assert result.bargain is not None
    groups = _alike(list(result.bargain.mixes.values()))
    if len(groups) < 2:
        return ""
    fans: dict[tuple[str, ...], list[str]] = {}
    for actor in result.deciders:
        least = max(float(mix.gains[actor]) for _, mix in groups) - _room(groups, actor)
        rules = tuple(rule for names, mix in groups if float(mix.gains[actor]) >= least for rule in names)
        if len(rules) < sum(len(names) for names, _ in groups):
            fans.setdefault(rules, []).append(result.actor(actor))
    parts = []
    for rules, actors in fans.items():
        verb = "does" if len(actors) == 1 else "do"
        parts.append(f"{listing(actors)} {verb} best by {listing(RULE_NAMES[rule] for rule in rules)}")
    alone = [(names, mix) for names, mix in groups if len(mix.shares) == 1]
    for names, mix in alone:
        verb = "stays" if len(names) == 1 else "stay"
        parts.append(
            f"{listing(RULE_NAMES[rule] for rule in names)} {verb} with '{result.option(next(iter(mix.shares)))}'"
        )
    return f"The rules of bargaining disagree about the mix: {'; '.join(parts)}."


def _room(groups: Sequence[tuple[list[str], Mix]], actor: str) -> float:
    """Return the difference of gains up to which they are told as the same."""
    return 5e-4 * max(1e-9, *(abs(float(mix.gains[actor])) for _, mix in groups))


def _better(result: Negotiation) -> list[tuple[list[str], Mix]]:
    if result.bargain is None:
        return []
    return _alike([mix for mix in result.bargain.mixes.values() if mix.better and len(mix.shares) > 1])


def _alike(mixes: Sequence[Mix]) -> list[tuple[list[str], Mix]]:
    """Return mixes with the rules that pick them; those that give everybody as much are the same."""
    groups: list[tuple[list[str], Mix]] = []
    for mix in mixes:
        for rules, other in groups:
            pairs = [(float(other.gains[actor]), float(gain)) for actor, gain in mix.gains.items()]
            if all(abs(one - two) <= 5e-4 * max(abs(one), abs(two), 1e-9) for one, two in pairs):
                rules.append(mix.rule)
                break
        else:
            groups.append(([mix.rule], mix))
    return groups
