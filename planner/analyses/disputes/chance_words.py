"""Mixed equilibria and logit answers in sentences for terminal and paper."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.analyses.paths import percent
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.disputes.mixed import Equilibrium, Mixed
    from planner.analyses.disputes.profile import Told
    from planner.analyses.disputes.quantal import Quantal
    from planner.analyses.result import Number
    from planner.core.model import Scenario

PLAIN = 100  # fractions with larger denominators read better in per cent
TOLD = 12
CERTAIN = 0.9999


def counted_words(found: Mixed) -> str:
    """Say how many equilibria there are, and whether that is all."""
    count = len(found.equilibria)
    chancy = sum(not each.pure for each in found.equilibria)
    if not count:
        lead = "No equilibrium was found"
    elif count == 1:
        lead = f"1 equilibrium, {'with choices left to chance' if chancy else 'in which nothing is left to chance'}"
    else:
        some = (
            f"{chancy} of them with choices left to chance" if chancy else "in none of them is a choice left to chance"
        )
        lead = f"{count} equilibria, {some}"
    if found.complete:
        return f"{lead}; there is no other." if count == 1 else f"{lead}; there are no others."
    return f"{lead}. That is not all there may be: {'; '.join(found.why)}."


def told_order(found: Mixed) -> list[Equilibrium]:
    """Return the equilibria with those first that leave something to chance."""
    return sorted(found.equilibria, key=lambda each: each.pure)


def value_words(scenario: Scenario, values: Mapping[str, Number]) -> str:
    """Say what each actor may expect."""
    places = decimals(values.values())
    return listing(
        f"{scenario.actors[actor].name} {written(value, places)}{_beside(value)}" for actor, value in values.items()
    )


def _beside(value: Number) -> str:
    """Return a simple fraction in brackets that decimals do not show."""
    simple = isinstance(value, Fraction) and value.denominator <= PLAIN and 1000 % value.denominator
    return f" ({value})" if simple else ""


def choice_words(scenario: Scenario, found: Equilibrium) -> Iterator[str]:
    """Say what each actor does where: first where choices are left to chance."""
    rows = [
        (actor, at, [(option, p) for option, p in row.items() if p])
        for actor, decisions in found.told.strategies.items()
        for at, row in decisions.items()
    ]
    rows.sort(key=lambda row: len(row[2]) == 1)
    for actor, at, taken in rows[:TOLD]:
        sure = len(taken) == 1
        options = [option_name(scenario, at, option) + ("" if sure else f" {chance(p)}") for option, p in taken]
        yield f"{scenario.actors[actor].name} at '{at}': {', '.join(options)}"
    if len(rows) > TOLD:
        yield f"… and {len(rows) - TOLD} more decisions; --json has them all"
    for at, option in found.told.adopted.items():
        yield f"By its rule '{at}': {option_name(scenario, at, option)}"
    if found.told.open:
        names = listing(f"'{at}'" for at in found.told.open[:TOLD])
        yield f"Open, because own earlier moves exclude it: {names}"


def outcome_words(scenario: Scenario, found: Told) -> str:
    """Say how likely each outcome is, or each way where ends have no names of their own; the likeliest first."""
    named = all(outcome.partition("[")[0] in scenario.nodes for outcome in found.outcomes)
    if named or not found.complete:
        each = [(_outcome_name(scenario, outcome), p) for outcome, p in found.outcomes.items()]
    else:
        each = [(" > ".join(_outcome_name(scenario, edge) for edge in path), p) for path, p in found.paths]
    more = f" and {len(each) - TOLD} more" if len(each) > TOLD else ""
    simple = all(isinstance(p, Fraction) and p.denominator <= PLAIN for _, p in each[:TOLD])
    told = [f"{name} {chance(p) if simple else percent(float(p))}" for name, p in each[:TOLD]]
    return f"{'Ends' if named else 'Ways'}: {', '.join(told)}{more}"


def chance(p: Number) -> str:
    """Return a chance as a fraction if it is a simple one, else in per cent.

    >>> chance(Fraction(1, 3)), chance(Fraction(1)), chance(0.3819660)
    ('1/3', '1', '38.2 %')
    """
    return str(p) if isinstance(p, Fraction) and p.denominator <= PLAIN else percent(float(p))


def option_name(scenario: Scenario, at: str, option: str) -> str:
    """Return an option's name in words."""
    return scenario.nodes[at.partition("[")[0]].edges[option].name


def _outcome_name(scenario: Scenario, outcome: str) -> str:
    node, _, option = outcome.partition("[")[0].partition(".")
    return scenario.nodes[node].edges[option].name if option else scenario.nodes[node].title


def quantal_words(found: Quantal) -> Iterator[str]:
    """Say what to make of the table, and where it may mislead."""
    yield (
        "A precision of 0 means that every option is equally likely; the larger it is, the more predictable is what is "
        "better by a point."
    )
    sure = next((each for each in found.answers if _settled(each.told.strategies)), None)
    if sure is not None:
        yield f"From {sure.precision:g} on every choice is as good as certain."
    split = next((each for each in found.answers if each.splits), None)
    if split is not None:
        yield (
            f"Below {split.precision:g} other answers have come up beside these; which of them people settle on, "
            "precision does not tell."
        )
    ties = sorted({name for each in found.answers for name in each.tied})
    if ties:
        yield f"Several options are equally good for the rule at {listing(ties)}; the first is followed."


def _settled(strategies: Mapping[str, Mapping[str, Mapping[str, Number]]]) -> bool:
    rows = [row for decisions in strategies.values() for row in decisions.values()]
    return all(max(row.values()) > CERTAIN for row in rows)


def decisions(found: Quantal) -> list[tuple[str, str, Sequence[Mapping[str, Number]]]]:
    """Return for each decision its actor, its name and the chances of its options at each precision."""
    first = found.answers[0].told.strategies
    return [
        (actor, at, [each.told.strategies[actor][at] for each in found.answers])
        for actor, rows in first.items()
        for at in rows
    ]
