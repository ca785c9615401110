"""Answers as the text of a scenario file, in the canonical layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.authoring.intervals import digits
from planner.authoring.names import unique
from planner.core.change.edit import block
from planner.core.change.layout import layout
from planner.core.num import Num
from planner.core.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.authoring.answers import Answers, Named, Pair
    from planner.authoring.intervals import Rough
    from planner.core.change.edit import Content

SOURCE = "Illustrative judgement, no data behind it"
PLACEHOLDER = "Illustrative judgement, placeholder to be replaced"
HEAD = "# Every number is an illustrative judgement until you put your own in its place."
Body = dict[str, "Content"]


def scenario_text(answers: Answers, *, editor: str = "") -> str:
    """Return a scenario file that says what was answered, with the line for editors at its top.

    Every option leads to a chance node of its own and on to the outcomes, which all options share. With more than two
    outcomes the branches are asked for one after the other (if not this one, then how likely is that one?), and their
    probabilities are formulas, so that they sum to 1 in every simulated draw.
    """
    built = _Builder(answers)
    parts = [f"{editor}\n{HEAD}\n{block(built.head(), 0)}"]
    parts += [block({name: body}, 0) for name, body in built.people().items()]
    nodes = built.nodes()  # these fill in the parameters
    if built.parameters:
        parts.append(f"{built.explained()}\n{block({'parameters': built.parameters}, 0)}")
    lines = [block({name: body}, 2, flow_below=1 if "outcome" in body else 2) for name, body in nodes.items()]
    text = "\n\n".join([*parts, "nodes:\n" + "\n\n".join(lines)])
    return layout(Source.from_text(text.lstrip() + "\n"))


def placeholders(answers: Answers) -> list[str]:
    """Return the parameters of the file whose numbers nobody said."""
    built = _Builder(answers)
    built.nodes()
    return [name for name, body in built.parameters.items() if body["source"] == PLACEHOLDER]


class _Builder:
    """Collects the parameters while the nodes are made."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.parameters: dict[str, Body] = {}
        self.families: set[str] = set()
        self.units = {one.id: one.unit for one in answers.criteria}

    def head(self) -> Body:
        """Return the keys at the top."""
        made: Body = {"planner": 1.0, "title": self.answers.title}
        if self.answers.question:
            made["question"] = self.answers.question
        made |= {"as_of": self.answers.as_of.isoformat(), "likelihood_words": "phia"}
        return made | ({"objective": "minimize"} if self.answers.minimize else {})

    def people(self) -> dict[str, dict[str, Body]]:
        """Return the actors with their weights, and the criteria."""
        actors: dict[str, Body] = {}
        for actor in self.answers.actors:
            actors[actor.id] = {"name": actor.name}
            weights = {
                one.id: digits(self.answers.weights[actor.id, one.id])
                for one in self.answers.criteria
                if (actor.id, one.id) in self.answers.weights
            }
            if weights:
                actors[actor.id]["weights"] = weights
        criteria: dict[str, Body] = {}
        for one in self.answers.criteria:
            criteria[one.id] = {"name": one.name, **({"unit": one.unit} if one.unit else {})}
            if one.worst is not None and one.best is not None:
                criteria[one.id] |= {"worst": digits(one.worst), "best": digits(one.best)}
        return {"actors": actors, "criteria": criteria}

    def number(self, wanted: str, name: str, rough: Rough, unit: str = "") -> str:
        """Make a parameter of a number and return its id."""
        made = unique(wanted.replace("-", "_"), self.parameters).replace("-", "_")
        body: Body = {"name": name, **({"unit": unit} if unit else {}), "value": digits(rough.value)}
        if rough.low is not None and rough.high is not None:
            body |= {"low": digits(rough.low), "high": digits(rough.high), "distribution": rough.distribution}
            self.families.add(rough.family)
        self.parameters[made] = {**body, "source": PLACEHOLDER if rough.placeholder else SOURCE}
        return made

    def explained(self) -> str:
        """Return the comment about the ranges."""
        drawn = sorted(self.families - {"pert"})
        text = "# Each number is taken as certain."
        if self.families:
            text = "# low and high are 90 % intervals: one time in ten the truth lies outside."
        if drawn and "pert" in self.families:
            text += " Only pert draws stay between them."
        return text

    def nodes(self) -> dict[str, Body]:
        """Return the decision, what may follow each option, and the outcomes."""
        answers = self.answers
        taken = {"choice"} | {outcome.id for outcome in answers.outcomes}
        options: dict[str, Body] = {}
        chances: dict[str, Body] = {}
        for option in answers.options:
            effects = {key: value for key, value in self.payoff(option, answers.effects).items() if value != 0}
            target = answers.outcomes[0].id
            if len(answers.outcomes) > 1:
                target = unique(f"after-{option.id}", taken)
                taken.add(target)
                branches = self.branches(option)
                chances[target] = {"chance": f"What follows '{option.name}'?", "branches": branches}
            options[option.id] = {"name": option.name, **({"payoff": effects} if effects else {}), "to": target}
        decision: Body = {
            "decision": answers.question or answers.title,
            "by": [actor.id for actor in answers.actors],
        }
        if answers.fallback is not None:
            decision |= {"rule": "unanimity", "fallback": answers.fallback}
        outcomes: dict[str, Body] = {
            one.id: {"outcome": one.name, "payoff": self.payoff(one, answers.amounts)} for one in answers.outcomes
        }
        return {"choice": {**decision, "options": options}, **chances, **outcomes}

    def branches(self, option: Named) -> Body:
        """Return the branches behind an option; the last takes what the others leave."""
        made: Body = {}
        left: list[str] = []  # what is left when none of the outcomes before this one comes about
        for outcome in self.answers.outcomes[:-1]:
            rough = self.answers.chances[option.id, outcome.id]
            unless = " if nothing listed before does" if left else ""
            name = f"Chance that '{option.name}' leads to '{outcome.name}'{unless}"
            parameter = self.number(f"{option.id}_{outcome.id}", name, rough)
            p = " * ".join([*left, parameter])
            made[outcome.id] = {"name": outcome.name, "p": p, "to": outcome.id}
            left.append(f"(1 - {parameter})")
        last = self.answers.outcomes[-1]
        return {**made, last.id: {"name": last.name, "p": "rest", "to": last.id}}

    def payoff(self, of: Named, numbers: Mapping[Pair, Rough]) -> Body:
        """Return the amounts by criterion, each a parameter unless it is nothing."""
        made: Body = {}
        for criterion in self.answers.criteria:
            rough = numbers.get((of.id, criterion.id))
            if rough is None:
                continue
            if rough.low is None and rough.value == 0:
                made[criterion.id] = Num("0")
                continue
            name = f"{criterion.name} from '{of.name}'"
            made[criterion.id] = self.number(f"{of.id}_{criterion.id}", name, rough, self.units[criterion.id])
        return made
