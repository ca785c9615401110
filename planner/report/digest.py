"""The first page in short: what would change the recommendation, where everybody stands, what can go wrong.

What a brief and slides print, taken from the same results as the sections of a full paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.likelihood import percent, phrase
from planner.analyses.profiles.risk_words import worse_than, written_plainly
from planner.analyses.varying.sensitivity_words import condition
from planner.report.board import worst_path
from planner.report.tables import plain, table
from planner.report.view import outcome_name
from planner.report.words import capital, count, ended, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.indicators import Indicators
    from planner.analyses.risk import Risk
    from planner.analyses.sensitivity import Sensitivity
    from planner.report.board import Board
    from planner.report.findings import Findings

CHANGES = 3  # thresholds, and as many signs
ACTORS = 6


def digest(found: Findings, made: Board, analyses: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a first page prints besides the recommendation.

    Args:
        found: what follows from the evaluation.
        made: the values of every state.
        analyses: results of further analyses by name; what needs one that is not there is left out.

    Returns:
        ``changes`` and ``risks``, lists of sentences; ``standing``, a table.
    """
    return {
        "changes": what_would_change(analyses.get("sensitivity"), analyses.get("indicators")) if found.root else [],
        "standing": standing_table(found) if found.root and not found.alone else "",
        "risks": key_risks(found, made, analyses.get("risk")),
    }


def what_would_change(sensitivity: Sensitivity | None, indicators: Indicators | None) -> list[str]:
    """Return the nearest changes of inputs, then the signs that would turn the choice."""
    told = []
    if sensitivity is not None and len(sensitivity.options) > 1:
        standard = sensitivity.scenario.likelihood_words
        judged = [one for one in sensitivity.thresholds if one.kind in {"parameter", "derived"}]
        nearest = (judged or list(sensitivity.thresholds))[:CHANGES]
        if sensitivity.tied or not nearest:
            told.append(plain(sensitivity.headline()))
        for one in nearest:
            to = sensitivity.focus.name(one.to)
            told.append(f"*{plain(to)}* instead, if {plain(condition(one, standard))}.")
        more = len(sensitivity.thresholds) - len(nearest)
        if nearest and more > 0:
            told.append(f"{capital(count(more, 'other input'))} would change it too, each alone, further away.")
    for sign in [one for one in indicators.indicators if one.changes][:CHANGES] if indicators is not None else []:
        assert indicators is not None
        chance = "" if sign.probability is None else f" ({percent(sign.probability)})"
        to = plain(indicators.focus.name(sign.chosen))
        seen = plain(listed([*sign.signs][:2]))
        branch = plain(indicators.branch(sign))
        told.append(f"*{to}* instead, if it were known that '{branch}'{chance} comes true. To be seen from: {seen}.")
    return told


def standing_table(found: Findings) -> str:
    """Return in a line for each actor what it gets, and what it would rather have."""
    root = found.root
    assert root is not None
    rows = []
    against = "the fallback" if found.fallback else "today"
    told = found.reference is not None and not found.no_agreement
    for actor in found.actors[:ACTORS]:
        worth = found.values(root.chosen)[actor]
        best, loss = found.best_for(actor)
        suits = "content" if best == root.chosen else f"would rather have {plain(found.option(root, best))}"
        short = "" if best == root.chosen else f" ({found.write(loss)} better for it)"
        role = "decides" if actor in found.owners else "affected"
        gain = [found.gain(worth, actor)] if told else []
        rows.append([f"{plain(found.name(actor))}, {role}", found.write(worth), *gain, f"{suits}{short}"])
    head = ["Actor", "Value", *([f"Against {against}"] if told else []), "Stands"]
    made = table(head, rows, right=[1, 2] if told else [1])
    hidden = len(found.actors) - ACTORS
    return f"{made}\n\n{capital(count(hidden, 'more actor'))} left out." if hidden > 0 else made


def key_risks(found: Findings, made: Board, risk: Risk | None) -> list[str]:
    """Return what can go wrong under the strategy: chances of a loss, the worst path of those who decide."""
    told = []
    if risk is not None and risk.references[risk.actor].value is not None:
        option = risk.option(risk.chosen)
        limit = risk.references[risk.actor].words
        whose = f" for {plain(risk.scenario.actors[risk.actor].name)}" if risk.scenario.has_actors else ""
        said = phrase(option.probability_of_loss or 0.0, found.scenario.likelihood_words)
        others = [
            f"{plain(risk.scenario.actors[actor].name)} {percent(own.probability_of_loss or 0.0)}"
            for actor in risk.by_actor
            if actor != risk.actor and risk.references[actor].value is not None
            for own in risk.by_actor[actor]
            if own.option == risk.chosen
        ]
        more = f"; for others who decide: {', '.join(others)}" if others else ""
        told.append(f"To end {plain(worse_than(risk))}{whose} ({plain(limit)}): {said}{more}.")
    if risk is not None:
        low = risk.option(risk.chosen).quantiles["0.05"]
        word = "below" if risk.sense > 0 else "above"
        whose = f" for {plain(risk.scenario.actors[risk.actor].name)}" if risk.scenario.has_actors else ""
        if risk.sense > 0:
            told.append(f"In one case of twenty it ends at or {word} {written_plainly(low)}{whose}.")
    whose_ids = [actor for actor in (found.owners or found.actors[:1]) if actor in found.actors]
    ids = list(found.scenario.actors)
    merged: dict[tuple[str, ...], list[str]] = {}
    paths = {}
    for actor in whose_ids:
        worst = worst_path(made, ids.index(actor))
        merged.setdefault(worst.edges, []).append(actor)
        paths[worst.edges] = worst
    for edges, actors in merged.items():
        worst = paths[edges]
        name = plain(outcome_name(found.scenario, worst.outcome)) if worst.outcome else ""
        values = listed(
            [
                f"{'' if found.alone else plain(found.name(actor)) + ' '}{found.worth(worst.values[ids.index(actor)])}"
                for actor in actors
            ]
        )
        chance = phrase(worst.probability, found.scenario.likelihood_words)
        told.append(ended(f"Worst that can follow: {name}, {chance}: {values}"))
    return told
