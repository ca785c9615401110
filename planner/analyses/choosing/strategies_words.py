"""The answer of `planner.strategies` in one sentence, and as a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.notebook import escaped
from planner.analyses.paths import big
from planner.analyses.result import decimals, size, written

if TYPE_CHECKING:
    from planner.analyses.strategies import Strategies, StrategyResult
    from planner.core.model import Scenario

# what a rule looks at, for one strategy and for several
LOOKS_AT = {
    "maximin": "worst path",
    "maximax": "best path",
    "minimax-regret": "largest regret",
    "laplace": "value with equal chances",
    "hurwicz": "mix of worst and best path",
}


def headline(found: Strategies) -> str:
    """Say in one sentence which strategy is the best, what it comes to, and how far ahead it is."""
    best = found.strategies[0]
    whose = _whose(found)
    name, unit = rule_name(found.rule), value_unit(found.scenario)
    by_rule = "" if name == "expected" else f" by {found.rule.replace('-', ' ')}"
    following = next((each for each in found.strategies if each.rank > 1), None)
    gap = None if following is None else size(best.score - following.score)
    places = decimals([best.score, following.score] if following else [best.score], apart=[gap] if gap else [])
    what = f"{LOOKS_AT[name]} {written(best.score, places)}{unit}" if name in LOOKS_AT else _value(found, best, places)
    if found.count == 1:
        return f"There is one strategy{whose}: {what}."
    count = how_many(found)
    begins = f" begins with '{found.first[0]}'" if found.first else ""
    if found.tied is not None and found.tied > 1:
        good = "All" if found.tied == found.count else f"{big(found.tied)} of"
        then = f"; the first{begins}" if begins else ""
        return f"{good} {count} strategies{whose} are equally good{by_rule}: {what}{then}."
    if found.tied is None and following is None and len(found.strategies) > 1:
        return f"At least {len(found.strategies)} of {count} strategies{whose} are equally good{by_rule}: {what}."
    text = f"The best of {count} strategies{whose}{begins}{by_rule}: {what}"
    if gap is None or following is None:
        return f"{text}."
    word = _better(found, name)
    return f"{text}, {written(gap, places)} {word} than the next best."


def rule_name(rule: str) -> str:
    """Return a rule without its number: `hurwicz` of `hurwicz:0.4`."""
    return rule.partition(":")[0]


def value_unit(scenario: Scenario) -> str:
    """Return the unit of values with a space before it; none where they are scores."""
    criteria = list(scenario.criteria.values())
    return f" {criteria[0].unit}" if len(criteria) == 1 and not criteria[0].has_scale and criteria[0].unit else ""


def how_many(found: Strategies) -> str:
    """Write how many strategies there are."""
    if found.count is not None:
        return big(found.count)
    return f"more than 10 to the power of {int(found.digits):,}" if found.digits < float("inf") else "countless"


def _whose(found: Strategies) -> str:
    if not found.scenario.has_actors:
        return ""
    name = found.scenario.actors[found.actor].name
    return f" of everybody, for {name}," if found.settings["all"] else f" of {name}"


def _value(found: Strategies, best: StrategyResult, places: int) -> str:
    kind = "" if best.score == best.value else "certainty equivalent "
    return f"{kind}{written(best.score, places)}{value_unit(found.scenario)}"


def _better(found: Strategies, name: str) -> str:
    smaller = name == "minimax-regret" or found.scenario.objective == "minimize"
    return "less" if smaller else "more"


def markdown(found: Strategies) -> str:
    """Return headline and strategies as Markdown."""
    places = decimals([each.value for each in found.strategies])
    regret = found.strategies[0].regret is not None
    lines = [f"**{escaped(found.scenario.title)}**", "", escaped(found.headline()), ""]
    lines += [f"| rank | value | worst | best |{' regret |' if regret else ''} strategy |"]
    lines += [f"|---:|---:|---:|---:|{'---:|' if regret else ''}---|"]
    for each in found.strategies:
        cells = [str(each.rank), *(written(value, places) for value in (each.value, each.worst, each.best))]
        cells += [written(each.regret, places)] if each.regret is not None else []
        cells.append(escaped(", ".join(f"{state}: {option}" for state, option in each.choices.items())))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
