"""The tables and lists of a report, ready to print: the context that templates get.

Names from the scenario are escaped here, so that templates can put them anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.likelihood import percent, phrase, word
from planner.core.model import VALUE
from planner.report.board import worst_path
from planner.report.rounding import formatter, number, percentages
from planner.report.tables import plain, table
from planner.report.words import capital, count, listed, state_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.evaluate import DecisionResult, OutcomeResult
    from planner.analyses.paths import Paths
    from planner.core.model import Scenario
    from planner.report.board import Board
    from planner.report.findings import Findings

MOST_PATHS = 5
MOST_ROWS = 30

Context = dict[str, Any]


def outcome_name(scenario: Scenario, outcome: str) -> str:
    """Return an outcome's title, or the name of the edge that ends there."""
    if outcome in scenario.nodes:
        return scenario.nodes[outcome].title
    node, _, edge = outcome.partition(".")
    return scenario.nodes[node].edges[edge].name


# --- page one -------------------------------------------------------------------------------------------------


def options_table(found: Findings) -> str:
    """Return the root's options side by side: a row for each, the value for each actor, gains in brackets."""
    root = found.root
    assert root is not None
    rows = []
    for result in root.options:
        name = plain(found.option(root, result.option))
        marks = []
        if result.option == root.chosen:
            mark = "what stands without agreement" if found.no_agreement else "recommended"
            name, marks = f"**{name}**", [mark]
        elif result.option in root.tied:
            marks = ["as good"]
        if result.option == found.fallback and not found.no_agreement:
            marks.append("the fallback")
        cells = [_value_cell(found, result.option, actor) for actor in found.actors]
        rows.append([f"{name} ({', '.join(marks)})" if marks else name, *cells])
    if found.today is not None:
        rows.append(["*For comparison: nothing changes*", *(found.write(found.today[a]) for a in found.actors)])
    head = ["Option", *_actor_heads(found)]
    return table(head, rows, right=range(1, len(head)))


def _value_cell(found: Findings, option: str, actor: str) -> str:
    value = found.values(option)[actor]
    text = found.write(value)
    if found.reference is None or option == found.fallback:
        return text
    return f"{text} ({found.gain(value, actor)})"


def _actor_heads(found: Findings) -> list[str]:
    if found.alone:
        return [f"{'Cost' if found.costs else 'Value'}{f', {found.unit}' if found.unit else ''}"]
    return [plain(found.name(actor)) for actor in found.actors]


def stakes_table(found: Findings) -> str:
    """Return who gains and who loses by the recommendation, or what stands without agreement: a row for each actor."""
    root = found.root
    assert root is not None
    against = "the fallback" if found.fallback else "today"
    told = found.reference is not None and not found.no_agreement
    gains = [f"Against {against}"] if told else []
    value = f"Value {'without agreement' if found.no_agreement else 'if followed'}"
    head = ["Actor", "Role", value, *gains, "Would rather have", "Gives up"]
    rows = []
    for actor in found.actors:
        worth = found.values(root.chosen)[actor]
        best, loss = found.best_for(actor)
        gain = [_gain_in_words(found, worth, actor)] if gains else []
        suits = "*what stands*" if found.no_agreement else "*the recommendation*"
        rather = suits if best == root.chosen else plain(found.option(root, best))
        role = "decides" if actor in found.owners else "affected"
        given_up = "nothing" if best == root.chosen else found.write(loss)
        rows.append([plain(found.name(actor)), role, found.write(worth), *gain, rather, given_up])
    numbers = [2, len(head) - 1]
    return table(head, rows, right=numbers)


def _gain_in_words(found: Findings, value: float, actor: str) -> str:
    assert found.reference is not None
    gap = found.difference(value, found.reference[actor])
    if gap == 0:
        return "neither"
    return f"{'gains' if gap > 0 else 'loses'} {found.write(abs(gap))}"


# --- the strategy and the paths ---------------------------------------------------------------------------------


def strategy_table(found: Findings) -> str:
    """Return the later decisions that the strategy can reach, the likeliest first; empty if there are none."""
    later = [d for d in found.evaluation.decisions if d.probability > 0 and d is not found.root]
    later.sort(key=lambda decision: -float(decision.probability))
    if not later:
        return ""
    rows = [
        [
            plain(_decision_title(found, decision)),
            *([] if found.alone else [plain(found.who(decision.by))]),
            _choice(found, decision),
            percent(float(decision.probability)),
        ]
        for decision in later[:MOST_ROWS]
    ]
    if len(later) > MOST_ROWS:
        more = len(later) - MOST_ROWS
        rows.append([f"*{more:,} more, less likely*", *[""] * (len(rows[0]) - 2), ""])
    head = ["If it comes to", *([] if found.alone else ["Who decides"]), "The best choice", "Chance of it"]
    return table(head, rows, right=[len(head) - 1])


def _decision_title(found: Findings, decision: DecisionResult) -> str:
    return f"{found.scenario.nodes[decision.node].title} {state_words(decision.state)}".rstrip()


def _choice(found: Findings, decision: DecisionResult) -> str:
    """Return the chosen option with what it is better by for its first owner."""
    name = f"**{plain(found.option(decision, decision.chosen))}**"
    if len(decision.tied) > 1:
        others = [plain(found.option(decision, option)) for option in decision.tied if option != decision.chosen]
        return f"{name}; {listed(others)} as good"
    if len(decision.options) == 1:
        return f"{name}, the only option"
    if len(decision.by) > 1:
        return name
    owner = decision.by[0] if decision.by else found.actors[0]
    if owner not in found.actors:
        return name
    sign = -1 if found.costs else 1
    values = {o.option: sign * float(o.values[owner]) for o in decision.options}
    other = max((option for option in values if option != decision.chosen), key=lambda option: values[option])
    margin = values[decision.chosen] - values[other]
    return f"{name}, {number(margin)} better than {plain(found.option(decision, other))}"


def path_items(found: Findings, paths: Paths) -> list[Context]:
    """Return the most probable paths with likelihood and values."""
    return [_path(found, path.edges, path.outcome, path.probability, path.values) for path in paths.paths[:MOST_PATHS]]


def worst_items(found: Findings, board: Board) -> list[Context]:
    """Return the worst path for each actor who decides first; a path that is worst for several comes once."""
    whose = [actor for actor in (found.owners or found.actors[:1]) if actor in found.actors]
    ids = list(found.scenario.actors)
    merged: dict[tuple[str, ...], tuple[list[str], Context]] = {}
    for actor in whose:
        worst = worst_path(board, ids.index(actor))
        values = dict(zip(ids, worst.values, strict=True))
        item = _path(found, worst.edges, worst.outcome, worst.probability, values)
        merged.setdefault(worst.edges, ([], item))[0].append(actor)
    return [item | {"whose": found.who(actors)} for actors, item in merged.values()]


def _path(
    found: Findings, edges: Sequence[str], outcome: str, probability: float, values: Mapping[str, float]
) -> Context:
    scenario = found.scenario
    names = []
    for path in edges:
        node, _, edge = path.partition(".")
        names.append(plain(scenario.nodes[node].edges[edge].name))
    worth = [
        f"{'' if found.alone else f'{plain(found.name(actor))} '}{found.worth(values[actor])}" for actor in found.actors
    ]
    text = phrase(probability, scenario.likelihood_words)
    return {
        "outcome": plain(outcome_name(scenario, outcome)),
        "likelihood": capital(text if "(" in text else f"probability {text}"),
        "steps": names,
        "worth": f"{'Cost' if found.costs else 'Value'}: {', '.join(worth)}",
    }


# --- outcomes ---------------------------------------------------------------------------------------------------


def outcome_tables(found: Findings) -> tuple[str, str]:
    """Return outcomes with probability and values, and outcomes by criterion (empty where that says nothing new)."""
    scenario = found.scenario
    ranked = sorted(found.evaluation.outcomes, key=lambda outcome: -float(outcome.probability))
    shown, rest = ranked[:MOST_ROWS], ranked[MOST_ROWS:]
    parts = [float(outcome.probability) for outcome in shown]
    left = sum(float(outcome.probability) for outcome in rest)
    shares = percentages([*parts, left] if rest else parts, scenario.likelihood_words)
    write = formatter([float(v) for outcome in shown for v in outcome.values.values()], apart=False)
    spoken = scenario.likelihood_words != "none"
    rows = []
    for outcome, share in zip(shown, shares, strict=False):
        likely = [word(float(outcome.probability), scenario.likelihood_words)] if spoken else []
        values = [write(float(outcome.values[actor])) for actor in found.actors]
        rows.append([plain(outcome_name(scenario, outcome.outcome)), share, *likely, *values])
    if rest:
        rows.append([f"*{count(len(rest), 'other outcome')}*", shares[-1], *[""] * (spoken + len(found.actors))])
    head = ["Outcome", "Probability", *(["In words"] if spoken else []), *_actor_heads(found)]
    numbers = [1, *range(len(head) - len(found.actors), len(head))]
    return table(head, rows, right=numbers), _criteria_table(found, shown, ranked)


def _criteria_table(found: Findings, shown: Sequence[OutcomeResult], every: Sequence[OutcomeResult]) -> str:
    criteria = found.scenario.criteria
    if not every or (len(criteria) == 1 and not next(iter(criteria.values())).has_scale):
        return ""
    columns = [[float(outcome.payoff.get(name, 0.0)) for outcome in every] for name in criteria]
    weights = [float(outcome.probability) for outcome in every]
    means = [sum(p * x for p, x in zip(weights, column, strict=True)) for column in columns]
    writers = [formatter(column, apart=False) for column in columns]
    rows = [
        [
            plain(outcome_name(found.scenario, outcome.outcome)),
            *(write(column[i]) for write, column in zip(writers, columns, strict=True)),
        ]
        for i, outcome in enumerate(shown)
    ]
    rows.append(["**On average**", *(f"**{w(mean)}**" for w, mean in zip(writers, means, strict=True))])
    starts = [criterion.start for criterion in criteria.values()]
    if any(start is not None for start in starts):
        rows.append(["*Today*", *(w(start or 0.0) for w, start in zip(writers, starts, strict=True))])
    head = ["Outcome", *(_criterion_head(found.scenario, name) for name in criteria)]
    return table(head, rows, right=range(1, len(head)))


def _criterion_head(scenario: Scenario, name: str) -> str:
    criterion = scenario.criteria[name]
    return plain(f"{criterion.name}, {criterion.unit}" if criterion.unit else criterion.name)


def scales_table(scenario: Scenario) -> str:
    """Return the criteria with their scales; empty where there is only the payoff's own unit."""
    if list(scenario.criteria) == [VALUE] and not scenario.criteria[VALUE].has_scale:
        return ""
    rows = []
    for name, criterion in scenario.criteria.items():
        amounts = [criterion.worst, criterion.best, criterion.start]
        rows.append([_criterion_head(scenario, name), *("" if x is None else number(x) for x in amounts)])
    return table(["Criterion", "Worst (0 points)", "Best (100 points)", "Today"], rows, right=(1, 2, 3))


def weights_table(scenario: Scenario) -> str:
    """Return each actor's weights in per cent of all its weights; empty where nobody weighs several criteria."""
    if len(scenario.criteria) < 2:
        return ""
    columns = []
    for actor in scenario.actors.values():
        weights = [actor.weights.get(name, 0.0) for name in scenario.criteria]
        total = sum(map(abs, weights)) or 1.0
        shares = percentages([abs(weight) / total for weight in weights])
        columns.append([f"-{share}" if w < 0 else share for share, w in zip(shares, weights, strict=True)])
    rows = [
        [plain(criterion.name), *(column[i] for column in columns)]
        for i, criterion in enumerate(scenario.criteria.values())
    ]
    head = ["Criterion", *(plain(actor.name) for actor in scenario.actors.values())]
    return table(head, rows, right=range(1, len(head)))
