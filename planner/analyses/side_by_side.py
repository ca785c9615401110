"""Several scenarios side by side: what each recommends, and what makes the others come out as they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.comparing.judge import first_decision
from planner.analyses.comparing.looks import Look, look
from planner.analyses.comparison import compare
from planner.analyses.gist import Gist, Question, gist
from planner.analyses.result import BadArgument, listing, parsed_rule
from planner.core.change.differences import text_of
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.comparison import Comparison
    from planner.analyses.evaluate import DecisionResult
    from planner.core.change.differences import Side
    from planner.core.model import Scenario

METHOD = (
    "Every scenario evaluated on its own, by its own numbers; those that share actors and options by their ids are set "
    "beside each other option by option, and each is compared with the first"
)


@dataclass(frozen=True)
class Beside:
    """One of several scenarios.

    Attributes:
        name: the scenario's name.
        look: the scenario and what follows from it, or what is wrong with it.
        gist: what it recommends, what that is worth and how far it is ahead.
        options: for each option of its first decision what it is worth to each actor.
        comparison: what differs between the first and this one, and what that does; None for the first, and where the
            two share nothing.
        why: why it is not set beside the first option by option; empty if it is, and for the first.
    """

    name: str
    look: Look
    gist: Gist
    options: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    comparison: Comparison | None = None
    why: str = ""

    @property
    def scenario(self) -> Scenario | None:
        """The scenario; None where its text has errors."""
        return self.look.scenario

    @property
    def title(self) -> str:
        """What it is called."""
        return self.scenario.title if self.scenario is not None else self.name

    @property
    def worth(self) -> Mapping[str, float]:
        """What is recommended is worth to each actor; the whole where nothing is decided."""
        chosen = self.gist.chosen
        if chosen is not None and chosen in self.options:
            return self.options[chosen]
        found = self.look.evaluation
        return {} if found is None else {actor: float(value) for actor, value in found.values.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "name": self.name,
            "title": self.title,
            "recommendation": self.gist.chosen,
            "tied": list(self.gist.tied),
            "by": list(self.gist.by),
            "margin": self.gist.margin,
            "values": dict(self.worth),
            "options": [{"option": option, "values": dict(values)} for option, values in self.options.items()],
            "problem": self.gist.problem or None,
            "why_apart": self.why or None,
            "comparison": self.comparison.to_dict() if self.comparison is not None else None,
        }


@dataclass(frozen=True)
class SideBySide:
    """Several scenarios, the first of which the others are compared with."""

    all: tuple[Beside, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str = METHOD

    @property
    def first(self) -> Beside:
        """The scenario that the others are compared with."""
        return self.all[0]

    @property
    def scenario(self) -> Scenario | None:
        """The first scenario."""
        return self.first.scenario

    @property
    def together(self) -> tuple[Beside, ...]:
        """The first and those that share actors and options with it."""
        return tuple(one for one in self.all if one is self.first or one.comparison is not None)

    def called(self, one: Beside) -> str:
        """Return what a scenario is called here: by its title, and by its file too where two have one title."""
        alike = sum(each.title == one.title for each in self.all) > 1
        return f"{one.title} ({one.name})" if alike else one.title

    @property
    def apart(self) -> tuple[Beside, ...]:
        """Those that are only listed."""
        return tuple(one for one in self.all if one not in self.together)

    def headline(self) -> str:
        """Say in one sentence what the scenarios recommend."""
        return " ".join([self.verdict(), *self._left_out()])

    def verdict(self) -> str:
        """Say whether those that can be compared recommend the same."""
        known = [one for one in self.together if one.gist.known and one.gist.chosen is not None]
        if len(known) < 2:
            return "The scenarios share no decision that could be compared; each stands for itself."
        chosen = dict.fromkeys(one.gist.chosen for one in known)
        if len(chosen) == 1:
            who = "Both" if len(known) == 2 else f"All {len(known):,}"
            others = " that can be compared" if self.apart else ""
            return f"{who}{others} recommend '{option_name(known[0])}'."
        said = []
        for option in chosen:
            whose = [one for one in known if one.gist.chosen == option]
            titles = listing([f"'{self.called(one)}'" for one in whose])
            said.append(f"{titles} {'recommend' if len(whose) > 1 else 'recommends'} '{option_name(whose[0])}'")
        return f"The recommendations differ: {'; '.join(said)}."

    def _left_out(self) -> list[str]:
        names = [f"'{self.called(one)}'" for one in self.apart] if len(self.together) > 1 else []
        return [f"Not comparable with the first: {listing(names)}."] if names else []

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {"headline": self.headline(), "scenarios": [one.to_dict() for one in self.all]}

    def _repr_markdown_(self) -> str:
        from planner.analyses.notebook import escaped

        rows = [
            f"| {escaped(one.title)} | {escaped(option_name(one) if one.gist.chosen else one.gist.problem)} "
            f"| {'' if one.gist.value is None else f'{one.gist.value:.6g}'} |"
            for one in self.all
        ]
        return "\n".join([escaped(self.headline()), "", "| scenario | recommendation | value |", "| --- | --- | ---: |",
                          *rows])  # fmt: skip

    def to_frame(self) -> Any:
        """Return a row for each scenario, option and actor, as a pandas DataFrame."""
        from planner.analyses.notebook import frame

        return frame(
            [
                {"scenario": one.name, "option": option, "actor": actor, "value": value}
                for one in self.all
                for option, values in one.options.items()
                for actor, value in values.items()
            ]
        )


def option_name(one: Beside) -> str:
    """Return the name of the option that a scenario recommends."""
    return one.gist.options.get(one.gist.chosen or "", one.gist.chosen or "")


def side_by_side(
    scenarios: Sequence[Side],
    *,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    seed: int = 0,
) -> SideBySide:
    r"""Set scenarios beside each other; each is compared with the first.

    >>> from planner.core.source import Source
    >>> site = "{decision: Drill?, options: {drill: {payoff: 90}, sell: {payoff: 30}}}"
    >>> text = "planner: 1\ntitle: Oil\nnodes: {site: " + site + "}"
    >>> poor = text.replace("Oil", "A poor field").replace("90", "20")
    >>> found = side_by_side([Source.from_text(text, path="oil.yaml"), Source.from_text(poor, path="poor.yaml")])
    >>> found.headline()
    "The recommendations differ: 'Oil' recommends 'drill'; 'A poor field' recommends 'sell'."

    Args:
        scenarios: scenarios or their texts; one that cannot be evaluated is listed with what is wrong.
        overrides: numbers that replace parameters; a scenario without them is listed as one that cannot be evaluated.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states a scenario may unfold into.
        seed: from where orders of changes are drawn where there are too many for all of them.

    Raises:
        BadArgument: there are fewer than two, or the rule is none.
    """
    parsed_rule(rule)
    if len(scenarios) < 2:
        raise BadArgument("one scenario alone stands beside nothing", "name at least two")
    question = Question(overrides=dict(overrides or {}), rule=rule, max_states=max_states)
    found = [_alone(each, question) for each in scenarios]
    first = found[0]
    told = [first]
    for side, one in zip(scenarios[1:], found[1:], strict=True):
        why = _apart(first, one)
        made = None
        if not why:
            made = compare(scenarios[0], side, overrides=overrides, rule=rule, max_states=max_states, seed=seed)
        told.append(Beside(one.name, one.look, one.gist, one.options, made, why))
    settings = {"rule": rule, "seed": seed} | ({"set": dict(overrides)} if overrides else {})
    return SideBySide(tuple(told), settings)


def _alone(side: Side, question: Question) -> Beside:
    source = text_of(side)
    seen = look(side, question.overrides, None, question.rule, question.max_states)
    made = gist(source, question)
    decision = _decision(seen)
    options = {} if decision is None else {
        one.option: {actor: float(value) for actor, value in one.values.items()} for one in decision.options
    }  # fmt: skip
    return Beside(source.name, seen, made, options)


def _decision(seen: Look) -> DecisionResult | None:
    return first_decision(seen.evaluation, None) if seen.evaluation is not None else None


def _apart(first: Beside, other: Beside) -> str:
    """Return why two scenarios cannot be set beside each other; empty if they can."""
    for one in (first, other):
        if one.gist.problem:
            return f"'{one.title}' cannot be evaluated: {one.gist.problem}"
    if not first.options or not other.options:
        return "nothing is decided in one of the two"
    if not first.options.keys() & other.options.keys():
        return "the two have no option in common by its id"
    if not first.worth.keys() & other.worth.keys():
        return "the two have no actor in common by its id"
    return ""
