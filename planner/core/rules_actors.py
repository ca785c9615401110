"""Checks on actors, criteria and the objective."""

from __future__ import annotations

from planner.core.model import SELF, VALUE, Scenario
from planner.core.reader import Reader, Related, listing


def check_actors(reader: Reader, scenario: Scenario) -> None:
    """Who weighs what, and whether that can be added up."""
    criteria = scenario.criteria
    for criterion in criteria.values():
        path = ("criteria", criterion.id)
        if criterion.has_scale and criterion.worst == criterion.best:
            message = f"worst and best of '{criterion.id}' are both {criterion.best:g}"
            related: list[Related] = [((*path, "worst"), False, "the same")]
            reader.fault("P404", message, (*path, "best"), label="a scale needs two ends", related=related)
        elif (criterion.worst is None) != (criterion.best is None):
            given, missing = ("worst", "best") if criterion.best is None else ("best", "worst")
            message = f"criterion '{criterion.id}' has '{given}' but no '{missing}'"
            reader.fault("P402", message, path, key=True, label="half a scale", help=f"add '{missing}: …'")
    if len(criteria) == 1:
        check_single(reader, scenario)
        return
    weighed = {name for actor in scenario.actors.values() for name, weight in actor.weights.items() if weight}
    for name in criteria:
        criterion = criteria[name]
        if name in weighed and criterion.worst is None and criterion.best is None:
            who = [actor.id for actor in scenario.actors.values() if actor.weights.get(name)]
            message = f"criterion '{name}' is weighed by {listing(who, 'and')} but has no scale"
            marks: list[Related] = [(("actors", actor, "weights", name), True, "weighed here") for actor in who]
            help_ = "add 'worst: …' and 'best: …': the amounts that score 0 and 100"
            reader.fault("P402", message, ("criteria", name), key=True, label="no scale", help=help_, related=marks)
    if not weighed and not any(
        criterion.worst is not None or criterion.best is not None for criterion in criteria.values()
    ):
        help_ = "give actors 'weights' and the weighted criteria 'worst' and 'best'"
        message = f"nobody weighs the {len(criteria)} criteria"
        reader.fault("P405", message, ("criteria",), key=True, label="how do they compare?", help=help_)
        return
    for actor in scenario.actors.values():
        if actor.weights:
            check_zero(reader, scenario, actor.id)
        else:
            report_missing(reader, scenario, actor.id)


def report_missing(reader: Reader, scenario: Scenario, actor: str) -> None:
    """Report an actor without weights."""
    example = ", ".join(f"{name}: …" for name in list(scenario.criteria)[:3])
    if actor == SELF and reader.given("actors") is None:
        message = f"the file has {len(scenario.criteria)} criteria but no actor who weighs them"
        help_ = f"add 'actors: {{me: {{weights: {{{example}}}}}}}'"
        reader.fault("P401", message, ("criteria",), key=True, label="how do they compare?", help=help_)
        return
    if reader.given("actors", actor, "weights"):
        return  # weights there, but each of them faulty and reported
    message = f"actor '{actor}' has no weights for the {len(scenario.criteria)} criteria"
    help_ = f"add 'weights: {{{example}}}'; what does not matter gets 0"
    reader.fault("P401", message, ("actors", actor), key=True, label="what matters to it?", help=help_)


def check_zero(reader: Reader, scenario: Scenario, actor: str) -> None:
    """Report weights that are all zero."""
    if not any(scenario.actors[actor].weights.values()):
        message = f"the weights of '{actor}' are all 0"
        where = ("actors", actor, "weights")
        reader.fault(
            "P403", message, where, key=True, label="nothing matters to it", help="give at least one criterion a weight"
        )


def check_single(reader: Reader, scenario: Scenario) -> None:
    """With one criterion weights are optional, but not zero."""
    for actor in scenario.actors.values():
        if actor.weights:
            check_zero(reader, scenario, actor.id)


def check_objective(reader: Reader, scenario: Scenario) -> None:
    """A cost objective needs a single criterion in its own unit."""
    if scenario.objective != "minimize":
        return
    label = "which criterion is the cost?"
    if len(scenario.criteria) > 1:
        message = f"'objective: minimize' goes with one criterion, and the file has {len(scenario.criteria)}"
        help_ = "leave it out: 'worst' and 'best' of each criterion say which direction is good"
        reader.fault("P406", message, ("objective",), label=label, help=help_)
        return
    criterion = next(iter(scenario.criteria.values()))
    if criterion.id != VALUE and criterion.has_scale:
        message = f"'objective: minimize' and the scale of '{criterion.id}' both say which direction is good"
        help_ = "leave the objective out, or 'worst' and 'best'"
        reader.fault("P406", message, ("objective",), label="one of the two", help=help_)
