"""What follows from an evaluation, as facts and sentences that a paper can print.

Everything is computed from the evaluation, nothing is judged here. Differences are taken before rounding, as everywhere
in the program; so a printed difference can be off by one in its last digit from that of the printed values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.analyses.digits import rounded
from planner.core.joint_rule import UNANIMOUS, JointRule, rule_words
from planner.core.model import SELF
from planner.core.valuation import valuation
from planner.report.rounding import decimals_for, number, signed
from planner.report.tables import plain
from planner.report.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.core.model import Scenario

NAMED = 3  # so many actors are named in a title

_BY_RULE = {
    "expected": "",
    "laplace": "By Laplace's rule: ",
    "maximin": "By the maximin rule: ",
    "maximax": "By the maximax rule: ",
    "hurwicz": "By Hurwicz's rule with {}: ",
}


@dataclass(frozen=True)
class Findings:
    """The facts behind the first page.

    A *reference* is what options are compared with: the fallback of a joint decision, else today's position where
    criteria have a start. ``do_minimum`` is the option that is named as the least that must be done, ``panels`` for how
    many actors a picture takes values apart.
    """

    evaluation: Evaluation
    do_minimum: str | None = None
    panels: int = 4

    # --- names and numbers ---------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """The scenario of the paper."""
        return self.evaluation.scenario

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """The actors whose values are told."""
        return tuple(self.evaluation.values)

    @property
    def alone(self) -> bool:
        """Whether the scenario has a single actor."""
        return len(self.scenario.actors) == 1

    def name(self, actor: str) -> str:
        """Return an actor's name."""
        return self.scenario.actors[actor].name

    @cached_property
    def unit(self) -> str:
        """The unit of values; empty for scores from 0 to 100."""
        criteria = list(self.scenario.criteria.values())
        return criteria[0].unit or "" if len(criteria) == 1 and not criteria[0].has_scale else ""

    @cached_property
    def scored(self) -> bool:
        """Whether values are scores on a scale from 0 to 100."""
        return any(criterion.has_scale for criterion in self.scenario.criteria.values())

    @property
    def costs(self) -> bool:
        """Whether values are costs, the smaller the better."""
        return self.scenario.objective == "minimize"

    @cached_property
    def places(self) -> int:
        """How many decimals values are printed with: enough to tell options apart, the same everywhere."""
        by_actor: dict[str, list[float]] = {actor: [float(self.evaluation.values[actor])] for actor in self.actors}
        for decision in self.evaluation.decisions[:1]:
            for option in decision.options:
                for actor in self.actors:
                    by_actor[actor].append(float(option.values[actor]))
        return max(map(decimals_for, by_actor.values()), default=0)

    def write(self, value: float) -> str:
        """Return a value as it is printed."""
        return number(value, self.places)

    def worth(self, value: float) -> str:
        """Return a value with its unit."""
        return f"{self.write(value)} {self.unit}".rstrip()

    def difference(self, value: float, other: float) -> float:
        """Return by how much ``value`` is better than ``other``, rounded; negative if it is worse."""
        gap = rounded(float(value) - float(other), self.places)
        return (-gap if self.costs else gap) + 0.0

    def option(self, decision: DecisionResult, option: str) -> str:
        """Return an option's name."""
        return self.scenario.nodes[decision.node].edges[option].name

    # --- the decision --------------------------------------------------------------------------------------

    @cached_property
    def root(self) -> DecisionResult | None:
        """The decision that the paper is about: the root's; None where chance or an outcome comes first."""
        return self.evaluation.root

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Who takes the first decision."""
        root = self.root
        return root.by or self.actors[:1] if root else ()

    @cached_property
    def fallback(self) -> str | None:
        """The root's option that stands without agreement."""
        return self.scenario.root.fallback if self.root and len(self.owners) > 1 else None

    @property
    def no_agreement(self) -> bool:
        """Whether those who decide together agree on nothing, so that the fallback stands."""
        return self.root is not None and self.fallback == self.root.chosen

    def values(self, option: str) -> Mapping[str, float]:
        """Return an option's value by actor at the root."""
        assert self.root is not None
        return {actor: float(value) for actor, value in self.root.option(option).values.items()}

    @cached_property
    def today(self) -> Mapping[str, float] | None:
        """Each actor's value of things as they stand: start amounts, no consequences; None where none is given."""
        if not self.scored or not any(criterion.start is not None for criterion in self.scenario.criteria.values()):
            return None
        made = valuation(self.scenario).base
        return {actor: float(made[i]) for i, actor in enumerate(self.scenario.actors) if actor in self.actors}

    @cached_property
    def reference(self) -> Mapping[str, float] | None:
        """Values that gains and losses are counted from."""
        return self.values(self.fallback) if self.fallback else self.today

    @property
    def reference_words(self) -> str:
        """What gains and losses are counted from, in words; empty where there is nothing."""
        return "the fallback" if self.fallback else "today" if self.today is not None else ""

    def least_gain(self, option: str) -> tuple[float, str]:
        """Return the smallest gain over the fallback among those who decide, free of noise, and whose it is."""
        assert self.fallback is not None
        mine, stands = self.values(option), self.values(self.fallback)
        sign = -1 if self.costs else 1
        gains = [(rounded(sign * (mine[actor] - stands[actor]), 9), actor) for actor in self.owners if actor in mine]
        return min(gains, key=lambda gain: gain[0])

    @cached_property
    def runner_up(self) -> str | None:
        """The next best option of the root: for several owners the one whose smallest gain is largest."""
        if self.root is None:
            return None
        others = [o.option for o in self.root.options if o.option not in (self.root.chosen, self.fallback)]
        if not others:
            return None
        if self.fallback:
            return max(others, key=lambda option: self.least_gain(option)[0])
        owner = self.judge
        sign = -1 if self.costs else 1
        return max(others, key=lambda option: sign * float(self.values(option)[owner]))

    @property
    def judge(self) -> str:
        """The actor whose value ranks the options in the paper: the first owner that it tells of."""
        return next((actor for actor in self.owners if actor in self.actors), self.actors[0])

    # --- sentences -----------------------------------------------------------------------------------------

    def recommendation(self) -> str:
        """Return the recommendation in one sentence, with value and margin; the option in bold, others in italics.

        A rule other than that of expected values is named.
        """
        rule, _, optimism = self.evaluation.rule.partition(":")
        return _BY_RULE[rule].format(optimism) + self._recommendation()

    def _recommendation(self) -> str:
        if self.root is None:
            return self._no_decision()
        if self.evaluation.actor is not None and self.owners != (self.evaluation.actor,):
            return self._point_of_view(self.evaluation.actor)
        if self.fallback:
            return self._joint()
        chosen = self.root.chosen
        value = self.values(chosen)[self.judge]
        what = f"{self._bold(chosen)}{self._valued(chosen)}"
        if len(self.root.tied) > 1:
            others = listed([f"{self._italic(o)}" for o in self.root.tied if o != chosen])
            return f"{what} is as good as {others}; this paper follows the one that comes first in the file."
        if self.runner_up is None:
            return f"{what} is the only option."
        other = self.values(self.runner_up)[self.judge]
        margin = self.worth(abs(self.difference(value, other)))
        than = f"than the next best option, {self._italic(self.runner_up)} ({self.write(other)})"
        return f"{what} {'costs' if self.costs else 'is worth'} {margin} {'less' if self.costs else 'more'} {than}."

    def _bold(self, option: str) -> str:
        assert self.root is not None
        return f"**{plain(self.option(self.root, option))}**"

    def _italic(self, option: str) -> str:
        assert self.root is not None
        return f"*{plain(self.option(self.root, option))}*"

    def _safe(self, actor: str) -> str:
        return plain(self.name(actor))

    def _valued(self, option: str, actors: Sequence[str] = (), *, safe: bool = True) -> str:
        """Return an option's value in brackets, for the actor who judges or for each of ``actors``."""
        word = "cost" if self.costs else "value"
        name = self._safe if safe else self.name
        told = [f"{name(actor)} {self.write(self.values(option)[actor])}" for actor in actors]
        if told:
            return f" ({word}: {', '.join(told)})"
        whom = "" if self.alone else f" to {name(self.judge)}"
        return f" ({word}{whom}: {self.worth(self.values(option)[self.judge])})"

    def _point_of_view(self, actor: str) -> str:
        assert self.root is not None
        root = self.root
        who = plain(self.who(self.owners))
        done = f"{who} agree on" if len(self.owners) > 1 else f"{who} decides on"
        if self.no_agreement:
            done = f"stands without agreement of {who}"
        text = f"{self._bold(root.chosen)} {'' if self.no_agreement else 'is what '}{done}{self._valued(root.chosen)}"
        best, loss = self.best_for(actor)
        if best == root.chosen:
            return f"{text}; no other option is better for {self._safe(actor)}."
        rather = f"{self._italic(best)} ({self.write(self.values(best)[actor])})"
        return f"{text}; {self._safe(actor)} would rather have {rather}, {self.write(loss)} better for it."

    def _no_decision(self) -> str:
        word = "cost" if self.costs else "value"
        worth = [self.worth(float(self.evaluation.values[actor])) for actor in self.actors]
        told = worth if self.alone else [f"{self._safe(a)} {w}" for a, w in zip(self.actors, worth, strict=True)]
        bracket = f"({word}: {', '.join(told)})"
        if not self.evaluation.decisions:
            return f"There is nothing to decide in this scenario {bracket}."
        return f"Nothing is decided at the start; the choices that come later stand under What follows {bracket}."

    def _joint(self) -> str:
        assert self.root is not None
        assert self.fallback is not None
        chosen, stands = self.root.chosen, f"{self._italic(self.fallback)}"
        valued = self._valued(chosen, self.owners)
        if not self.unanimous:
            text = f"{self._bold(chosen)}{valued} {self._adopted()}"
            return (
                f"{text}." if chosen == self.fallback else f"{text}; against the fallback, {stands}, {self._effects()}."
            )
        if chosen == self.fallback:
            name = f"{self._bold(chosen)}"
            text = f"No option suits all who decide, so the fallback stands: {name}{valued}"
            if self.runner_up is None:
                return f"{text}."
            least, loser = self.least_gain(self.runner_up)
            closest = f"{self._italic(self.runner_up)} comes closest but leaves"
            if least < 0:
                return f"{text}; {closest} one of them, {self._safe(loser)}, {self.write(-least)} worse off."
            return f"{text}; {closest} nobody better off."
        least, _ = self.least_gain(chosen)
        better = (
            f"leaves each of them at least {self.write(least)} better off than the fallback, {stands}"
            if least > 0
            else f"leaves none of them worse off than the fallback, {stands}, and one of them better off"
        )
        return f"{self._bold(chosen)}{valued} {better}{self._next_joint(least)}."

    @property
    def rule_of_choice(self) -> str | None:
        """The rule by which several take the first decision, as the file writes it."""
        return self.scenario.nodes[self.root.node].rule if self.root is not None else None

    @property
    def unanimous(self) -> bool:
        """Whether those who take the first decision must all agree."""
        return JointRule.parse(self.rule_of_choice) == UNANIMOUS

    def _adopted(self) -> str:
        assert self.root is not None
        rule = rule_words(self.rule_of_choice)
        return (
            f"stands: no other option is adopted {rule}" if self.root.chosen == self.fallback else f"is adopted {rule}"
        )

    def _effects(self) -> str:
        """Return who gains and who loses by what is adopted, against the fallback."""
        assert self.root is not None
        assert self.fallback is not None
        chosen, stands = self.values(self.root.chosen), self.values(self.fallback)
        gains = {actor: self.difference(chosen[actor], stands[actor]) for actor in self.owners}
        up = [f"{self._safe(actor)} {self.write(gain)}" for actor, gain in gains.items() if gain > 0]
        down = [f"{self._safe(actor)} {self.write(-gain)}" for actor, gain in gains.items() if gain < 0]
        said = [*([f"it brings {listed(up)}"] if up else []), *([f"it costs {listed(down)}"] if down else [])]
        return " and ".join(said) or "it changes nothing"

    def _next_joint(self, least: float) -> str:
        """Return the margin over the next best option in a joint decision, as the end of a sentence."""
        assert self.root is not None
        if self.runner_up is None:
            return "; there is no other option"
        other, loser = self.least_gain(self.runner_up)
        name = f"{self._italic(self.runner_up)}"
        if self.runner_up in self.root.tied:
            return f"; {name} is as good but comes later in the file"
        if other < 0:
            loss = f"{self._safe(loser)}, {self.write(-other)} worse off"
            return f", while the next best option, {name}, leaves one of them, {loss}"
        margin = self.write(least - other)
        return f"; with the next best option, {name}, the least gain is {self.write(other)}, which is {margin} less"

    def finding(self) -> str:
        """Return the recommendation as a short title for pictures, without marks."""
        if self.root is None:
            return self.scenario.title
        name = self.option(self.root, self.root.chosen)
        if self.evaluation.actor is not None and self.owners != (self.evaluation.actor,):
            return f"{name}{self._valued(self.root.chosen, safe=False)}"
        if self.fallback and not self.unanimous:
            return f"{name} {self._adopted()}"
        if self.fallback == self.root.chosen:
            return f"{name}: no other option suits all who decide"
        if self.fallback:
            least, _ = self.least_gain(self.root.chosen)
            who = self.who(self.owners) if len(self.owners) <= NAMED else "all who decide"
            if least > 0:
                return f"{name} leaves {who} at least {self.write(least)} better off than the fallback"
            return f"{name} leaves none of those who decide worse off than the fallback"
        value = self.values(self.root.chosen)[self.judge]
        text = f"{name}{self._valued(self.root.chosen, safe=False)}"
        if len(self.root.tied) > 1:
            return f"{text} is as good as {self._tied_with()}"
        if self.runner_up is None:
            return text
        margin = self.worth(abs(self.difference(value, self.values(self.runner_up)[self.judge])))
        verb = "costs" if self.costs else "is worth"
        return (
            f"{text} {verb} {margin} {'less' if self.costs else 'more'} than {self.option(self.root, self.runner_up)}"
        )

    def _tied_with(self) -> str:
        assert self.root is not None
        return listed([self.option(self.root, option) for option in self.root.tied if option != self.root.chosen])

    def gain(self, value: float, actor: str) -> str:
        """Return an actor's gain or loss against the reference, signed: more is better, whatever the objective."""
        assert self.reference is not None
        return signed(self.difference(value, self.reference[actor]), self.places)

    def best_for(self, actor: str) -> tuple[str, float]:
        """Return the option that an actor would rather have, and by how much it is better than the chosen one."""
        assert self.root is not None
        sign = -1 if self.costs else 1
        options: Sequence[str] = [result.option for result in self.root.options]
        # The chosen one first, so that it stays where the actor is indifferent.
        ranked = sorted(options, key=lambda option: option != self.root.chosen)  # type: ignore[union-attr]
        best = max(ranked, key=lambda option: sign * rounded(self.values(option)[actor], self.places))
        return best, self.difference(self.values(best)[actor], self.values(self.root.chosen)[actor])

    def who(self, actors: Sequence[str]) -> str:
        """Return actors' names as a list; nobody by name in a scenario without actors."""
        return listed([self.name(actor) for actor in actors if actor != SELF])
