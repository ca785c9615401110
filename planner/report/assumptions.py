"""The inputs of a report: parameters with ranges, sources, and which of them are somebody's judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.parameters import values as parameter_values
from planner.report.likelihood import percent, phrase, range_phrase
from planner.report.rounding import number
from planner.report.tables import plain, table
from planner.report.words import capital, count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Parameter, Scenario

JUDGEMENT = "illustrative judgement"


def is_judgement(source: str | None) -> bool:
    """Return whether a source is a judgement: none is given, or it says so itself.

    Examples:
        >>> is_judgement(None), is_judgement("Illustrative judgement, no data"), is_judgement("Eurostat 2026")
        (True, True, False)
    """
    return source is None or not source.strip() or source.strip().lower().startswith(JUDGEMENT)


def assumptions_table(scenario: Scenario, overrides: Mapping[str, float]) -> str:
    """Return the parameters with value, range, basis and source; empty if there are none.

    A parameter that a branch takes as its probability is printed in per cent with its likelihood word; its range
    too, with both words where it spans bands.
    """
    if not scenario.parameters:
        return ""
    made = parameter_values(scenario.parameters, overrides)
    chances = _chances(scenario)
    rows = []
    for name, parameter in scenario.parameters.items():
        value = float(made[name])
        chance = name in chances and 0 <= value <= 1
        rows.append(
            [
                f"{plain(parameter.name or name)} (`{name}`)" if parameter.name else f"`{name}`",
                _value(scenario, parameter, value, chance=chance) + (", **overridden**" if name in overrides else ""),
                _range(scenario, parameter, chance=chance),
                "judgement" if is_judgement(parameter.source) else "source",
                plain(parameter.source) if parameter.source else "none given",
            ]
        )
    return table(["Assumption", "Value", "Range", "Basis", "Source"], rows)


def _chances(scenario: Scenario) -> set[str]:
    """Return the parameters that stand alone as the probability of a branch."""
    return {edge.p.text for edge in scenario.edges() if edge.p is not None and edge.p.text in scenario.parameters}


def _value(scenario: Scenario, parameter: Parameter, value: float, *, chance: bool) -> str:
    if chance:
        text = phrase(value, scenario.likelihood_words)
    else:
        text = f"{number(value)} {plain(parameter.unit or '')}".rstrip()
    return f"{text}, from `{parameter.value.text.replace('`', ' ')}`" if parameter.is_formula else text


def _range(scenario: Scenario, parameter: Parameter, *, chance: bool) -> str:
    low, high = parameter.low, parameter.high
    if low is None and high is None:
        return "follows" if parameter.is_formula else "none given"
    if low is None or high is None:
        bound = low if low is not None else high
        assert bound is not None
        return f"{'from' if low is not None else 'up to'} {percent(bound) if chance else number(bound)}"
    if chance and 0 <= low <= high <= 1:
        return range_phrase(low, high, scenario.likelihood_words)
    return f"{number(low)} to {number(high)} {plain(parameter.unit or '')}".rstrip()


def basis(scenario: Scenario) -> str:
    """Return in a few sentences how much of the paper rests on judgement."""
    judged = sum(is_judgement(parameter.source) for parameter in scenario.parameters.values())
    total = len(scenario.parameters)
    sentences = []
    if total and judged == total:
        what = "The only parameter is a judgement" if total == 1 else f"All {total} parameters are judgements"
        sentences.append(f"{what}; no source is given that could be checked.")
    elif total and judged:
        sentences.append(
            f"{capital(count(judged, 'parameter'))} of {total} {'is' if judged == 1 else 'are'} judgement; "
            f"the others name a source."
        )
    elif total:
        sentences.append("Every parameter names a source.")
    chances, payoffs = _literals(scenario)
    direct = [
        *([count(chances, "probability", "probabilities")] if chances else []),
        *([count(payoffs, "consequence")] if payoffs else []),
    ]
    if direct:
        written = " and ".join(direct)
        one = chances + payoffs == 1
        sentences.append(
            f"{capital(written)} {'stands' if one else 'stand'} in the scenario without a source and "
            f"{'is a judgement' if one else 'are judgements'}{' too' if judged else ''}."
        )
    if len(scenario.criteria) > 1:
        sentences.append("So are the weights and the scales.")
    return " ".join(sentences)


def _literals(scenario: Scenario) -> tuple[int, int]:
    """Return how many probabilities and consequences are plain numbers in the tree."""
    chances = sum(edge.p is not None and edge.p.literal for edge in scenario.edges())
    payoffs = [
        *(edge.payoff for edge in scenario.edges()),
        *(node.payoff for node in scenario.nodes.values()),
    ]
    amounts = [amount for payoff in payoffs for by in payoff.values() for amount in by.values()]
    return chances, sum(not amount.names and amount.constant != 0 for amount in amounts)
