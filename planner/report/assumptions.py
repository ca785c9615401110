"""The inputs of a report: parameters with ranges, sources, and which of them are somebody's judgement."""

from __future__ import annotations

import re
from math import isinf
from typing import TYPE_CHECKING

from planner.analyses.likelihood import percent, phrase, range_phrase
from planner.core.parameters import values as parameter_values
from planner.report.rounding import formatter, number
from planner.report.tables import plain, table
from planner.report.words import capital, count, in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.analyses.evaluate import Evaluation
    from planner.analyses.sensitivity import Sensitivity
    from planner.analyses.varying.tornado import Bar, End
    from planner.core.expression import Expression
    from planner.core.model import Parameter, Scenario

KEY = 8  # assumptions that are told of
JUDGEMENT = "illustrative judgement"

_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NO_CLAIM = (0.0, 1.0, 100.0)  # as in `1 - p`


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
                _value(scenario, parameter, value, chance=chance, changed=name in overrides),
                _range(scenario, parameter, chance=chance),
                _basis(parameter, value, changed=name in overrides),
                _source(parameter, changed=name in overrides),
            ]
        )
    return table(["Assumption", "Value", "Range", "Basis", "Source"], rows)


def _basis(parameter: Parameter, value: float, *, changed: bool) -> str:
    if not changed:
        return "judgement" if is_judgement(parameter.source) else "source"
    below = parameter.low is not None and value < parameter.low
    above = parameter.high is not None and value > parameter.high
    return f"**changed for this paper**{', outside the range' if below or above else ''}"


def _source(parameter: Parameter, *, changed: bool) -> str:
    if not parameter.source:
        return "none given"
    return f"{'for the value in the file: ' if changed else ''}{plain(parameter.source)}"


def what_if(evaluation: Evaluation, overrides: Mapping[str, float]) -> str:
    """Return in what the paper departs from the file and the usual rule; empty if in nothing."""
    scenario = evaluation.scenario
    parts = []
    if overrides:
        filed = parameter_values(scenario.parameters, {})
        told = [_changed(scenario, name, value, float(filed[name])) for name, value in overrides.items()]
        parts.append(", ".join(told))
    if evaluation.rule != "expected":
        parts.append(f"rule: {evaluation.rule.replace(':', ' ')}")
    if evaluation.actor is not None:
        parts.append(f"point of view: {plain(scenario.actors[evaluation.actor].name)}")
    return "; ".join(parts)


def _changed(scenario: Scenario, name: str, value: float, filed: float) -> str:
    parameter = scenario.parameters[name]
    chance = name in _chances(scenario) and 0 <= value <= 1 and 0 <= filed <= 1
    label = plain(parameter.name) if parameter.name else f"`{name}`"
    if chance and (value == filed or percent(value) != percent(filed)):
        return f"{label} {percent(value)} (file: {percent(filed)})"
    share = 100 if chance else 1
    write = formatter([share * value, share * filed])
    unit = "%" if chance else plain(parameter.unit or "")
    return f"{f'{label} {write(share * value)} {unit}'.rstrip()} (file: {write(share * filed)}{' %' if chance else ''})"


def _chances(scenario: Scenario) -> set[str]:
    """Return the parameters that stand alone as the probability of a branch or of news."""
    likelihoods = {chance.text for row in _likelihoods(scenario) for chance in row}
    branches = {edge.p.text for edge in scenario.edges() if edge.p is not None}
    return (branches | likelihoods) & scenario.parameters.keys()


def _likelihoods(scenario: Scenario) -> list[list[Expression]]:
    """Return the rows of the signals that some node observes."""
    observed = {node.observe for node in scenario.nodes.values()}
    signals = [signal for signal in scenario.signals.values() if signal.id in observed]
    return [list(row.values()) for signal in signals for row in signal.likelihood.values()]


def _value(scenario: Scenario, parameter: Parameter, value: float, *, chance: bool, changed: bool) -> str:
    if chance:
        text = phrase(value, scenario.likelihood_words)
    else:
        text = f"{number(value)} {plain(parameter.unit or '')}".rstrip()
    return f"{text}, from `{parameter.value.text.replace('`', ' ')}`" if parameter.is_formula and not changed else text


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


def key_assumptions_table(result: Sensitivity) -> str:
    """Return what happens if each of the inputs that matter most is wrong: the scenario worked out at both ends.

    Empty where nothing has a range, or there is nothing to choose from.
    """
    if len(result.options) < 2 or not result.tornado:
        return ""
    judged = [bar for bar in result.tornado if bar.kind in {"parameter", "derived"}]
    shown = (judged or list(result.tornado))[:KEY]
    write = formatter([end.difference for bar in shown for end in (bar.low, bar.high)], apart=False)
    rows: list[list[str]] = []
    for bar in shown:
        parameter = result.scenario.parameters.get(bar.parameter)
        basis_ = "judgement" if parameter is None or is_judgement(parameter.source) else plain(parameter.source or "")
        ends = [_end(result, bar, end, write) for end in (bar.low, bar.high)]
        rows.append([plain(bar.words), _at(bar, bar.now), *ends, basis_])
    return table(["Assumption", "Now", "If it is low", "If it is high", "Basis"], rows, right=[1])


def _at(bar: Bar, end: End) -> str:
    if bar.chance:
        return percent(end.at)
    text = "neutral" if isinf(end.at) else number(end.at)
    return f"{text} {plain(bar.unit)}".rstrip()


def _end(result: Sensitivity, bar: Bar, end: End, write: Callable[[float], str]) -> str:
    """Return what is chosen at one end of a range: another option by name, else how far the choice leads there."""
    if end.chosen != result.chosen:
        return f"{_at(bar, end)}: **{plain(result.focus.name(end.chosen))}** instead"
    return f"{_at(bar, end)}: holds, by {write(end.difference)}"


def sources_table(scenario: Scenario) -> str:
    """Return the sources that the scenario names, with what rests on each; judgements last. Empty if it names none."""
    register: dict[str, list[str]] = {}
    for name, parameter in scenario.parameters.items():
        if parameter.source and parameter.source.strip():
            register.setdefault(" ".join(parameter.source.split()), []).append(parameter.name or name)
    for node in scenario.nodes.values():
        if node.resolved is not None and node.resolved.source:
            register.setdefault(" ".join(node.resolved.source.split()), []).append(node.title)
    if not register:
        return ""
    ordered = sorted(register.items(), key=lambda item: is_judgement(item[0]))
    rows = [
        [plain(source), "judgement" if is_judgement(source) else "source", plain("; ".join(names))]
        for source, names in ordered
    ]
    return table(["Source", "Kind", "What rests on it"], rows)


def basis(scenario: Scenario, overrides: Mapping[str, float], *, recommends: bool, varied: bool = False) -> str:
    """Return in a few sentences how much of the paper rests on judgement.

    Args:
        scenario: the scenario.
        overrides: parameters that were changed for this paper.
        recommends: whether the paper recommends something.
        varied: whether the paper tells of what happens along the ranges.
    """
    judged = sum(is_judgement(parameter.source) for parameter in scenario.parameters.values())
    total = len(scenario.parameters)
    sentences = []
    if total and judged == total:
        what = "The only parameter is a judgement" if total == 1 else f"All {count(total, 'parameter')} are judgements"
        sentences.append(f"{what}; no source is given that could be checked.")
    elif total and judged:
        some = f"{capital(in_words(judged))} of the {count(total, 'parameter')}"
        others = "the other names a source" if total - judged == 1 else "the others name a source"
        sentences.append(f"{some} {'is a judgement' if judged == 1 else 'are judgements'}; {others}.")
    elif total:
        sentences.append("Every parameter names a source.")
    chances, payoffs = literals(scenario)
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
    judgements = bool(judged or direct)
    formulas = _formulas(scenario)
    if formulas:
        hold = "contains numbers of its own" if formulas == 1 else "contain numbers of their own"
        too = " too" if judgements else ""
        sentences.append(f"{capital(count(formulas, 'formula'))} {hold}, which are judgements{too}.")
    if len(scenario.criteria) > 1:
        so = judgements or formulas
        sentences.append("So are the weights and the scales." if so else "The weights and the scales are judgements.")
    return " ".join(sentences + _caveats(scenario, overrides, recommends=recommends, varied=varied))


def _caveats(scenario: Scenario, overrides: Mapping[str, float], *, recommends: bool, varied: bool) -> list[str]:
    """Return what was changed, and that ranges were not looked into."""
    sentences = []
    if overrides:
        changed = capital(count(len(overrides), "parameter"))
        sentences.append(f"{changed} {'is' if len(overrides) == 1 else 'are'} changed for this paper.")
    if not varied and any(
        parameter.low is not None or parameter.high is not None for parameter in scenario.parameters.values()
    ):
        what = "the recommendation holds" if recommends else "the results hold"
        values = "the values of this paper" if overrides else "the central values"
        sentences.append(f"The ranges were not varied: {what} for {values}.")
    return sentences


def _formulas(scenario: Scenario) -> int:
    """Return how many different formulas contain a number that says something about the world."""
    texts = {amount.text for amount in _amounts(scenario) if amount.names}
    texts |= {edge.p.text for edge in scenario.edges() if edge.p is not None and edge.p.names}
    texts |= {chance.text for row in _likelihoods(scenario) for chance in row if chance.names}
    texts |= {parameter.value.text for parameter in scenario.parameters.values() if parameter.is_formula}
    return sum(any(float(found) not in _NO_CLAIM for found in _NUMBER.findall(text)) for text in texts)


def _amounts(scenario: Scenario) -> list[Expression]:
    """Return every amount of every consequence."""
    payoffs = [
        *(edge.payoff for edge in scenario.edges()),
        *(node.payoff for node in scenario.nodes.values()),
    ]
    return [amount for payoff in payoffs for by in payoff.values() for amount in by.values()]


def literals(scenario: Scenario) -> tuple[int, int]:
    """Return how many probabilities and consequences are plain numbers in the tree; of a full row the last follows."""
    chances = sum(edge.p is not None and edge.p.literal for edge in scenario.edges())
    chances += sum(min(sum(chance.literal for chance in row), len(row) - 1) for row in _likelihoods(scenario))
    return chances, sum(not amount.names and amount.constant != 0 for amount in _amounts(scenario))
