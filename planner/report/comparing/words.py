"""Changes of a model in words that a reader without the file understands, and what they do in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.analyses.comparing.comparison_words import arrow, shortened
from planner.report.rounding import decimals_for, number, signed
from planner.report.tables import plain
from planner.report.words import capital, count, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.analyses.comparing.attribution import Effect
    from planner.analyses.comparing.moves import OptionMove
    from planner.analyses.comparison import Comparison
    from planner.core.change.differences import Difference
    from planner.core.model import Scenario

NOISE = 1e-9
LONGEST = 60  # characters of a value
NAMED = 4  # so many changes, or actors, are named in a sentence
ARROW = "→"
VERBS = {"added": "new", "removed": "gone", "changed": "changed", "renamed": "renamed", "moved": "moved"}
_SAFE = re.compile(r"[^`\n]+\Z")


def code(text: str) -> str:
    r"""Return an id as code, or escaped where it holds what code cannot.

    >>> code("line.engage"), code("a`b")
    ('`line.engage`', 'a\\`b')
    """
    return f"`{text}`" if _SAFE.match(text) else plain(text)


@dataclass(frozen=True)
class Words:
    """A comparison in the names of its scenarios; everything that is returned is safe to print."""

    found: Comparison

    # --- names ----------------------------------------------------------------------------------------------

    @cached_property
    def scenarios(self) -> list[Scenario]:
        """The scenarios that could be read, the second first."""
        return [each.scenario for each in (self.found.after, self.found.before) if each.scenario is not None]

    def option(self, option: str | None) -> str:
        """Return an option's name in italics."""
        if option is None:
            return "nothing"
        return f"*{plain(next((one.name for one in self.found.options if one.option == option), option))}*"

    def actor(self, actor: str) -> str:
        """Return an actor's name."""
        return plain(next((each.actors[actor].name for each in self.scenarios if actor in each.actors), actor))

    @cached_property
    def named(self) -> bool:
        """Whether there are actors to name."""
        return any(each.has_actors for each in self.scenarios)

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """The actors whose values are told: those who decide and the point of view first, then the others."""
        from planner.analyses.comparing.judge import first_decision

        evaluation = self.found.after.evaluation
        decision = first_decision(evaluation, self.found.decision) if evaluation is not None else None
        valued = {actor for one in self.found.options for side in (one.before, one.after) for actor in side or ()}
        known = [*(decision.by if decision is not None else ()), self.found.actor or "", *sorted(valued, key=self._at)]
        return tuple(dict.fromkeys(actor for actor in known if actor in valued))

    def _at(self, actor: str) -> int:
        order = [each for scenario in self.scenarios for each in scenario.actors]
        return order.index(actor) if actor in order else len(order)

    @cached_property
    def deciders(self) -> tuple[str, ...]:
        """Those of the actors who decide; all whose values moved where nothing is decided."""
        from planner.analyses.comparing.judge import first_decision

        evaluation = self.found.after.evaluation
        decision = first_decision(evaluation, self.found.decision) if evaluation is not None else None
        made = self.found.recommendation
        if decision is None:
            return tuple(made.value_after) if made is not None else ()
        return tuple(actor for actor in decision.by if made is not None and actor in made.value_after)

    # --- changes --------------------------------------------------------------------------------------------

    def place(self, one: Difference) -> str:
        """Return what is different in words: the name that the file gives it, or its place as code."""
        name = self._known(one.place, one.what)
        return plain(name) if name else f"{plain(one.what)} {code(one.place)}"

    def _known(self, place: str, what: str) -> str:
        """Return the words for a place, empty where the file has none that say enough."""
        for scenario in self.scenarios:
            parameter = scenario.parameters.get(place.removesuffix(f".{what.partition(' ')[0]}"))
            if parameter is not None and parameter.name:
                return parameter.name if place == parameter.id else f"{parameter.name}, {what}"
            head, *rest = place.split(".")
            node = scenario.nodes.get(head)
            if node is not None:
                return _in_node(scenario, node.title, {each.id: each.name for each in node.edges.values()}, rest, what)
            if head == "actors" and rest and rest[0] in scenario.actors:
                return _of_actor(scenario, rest, what)
        return ""

    def change(self, one: Difference) -> str:
        """Return a difference in a few words: ``Chance of oil 0.4 → 0.2``."""
        if one.kind == "renamed":
            return f"{code(one.before or '')} is now called {code(one.after or '')}"
        if one.before is not None and one.after is not None:
            return f"{self.place(one)} {plain(arrow(one, longest=LONGEST, sign=ARROW))}"
        return f"{self.place(one)}, {'new' if one.before is None else 'gone'}"

    def unit(self, effect: Effect) -> str:
        """Return the changes that are made together in a few words."""
        texts = [self.change(self.found.differences[at]) for at in effect.changes]
        return f"{texts[0]} with {count(len(texts) - 1, 'more')}" if len(texts) > 2 else " with ".join(texts)

    # --- numbers --------------------------------------------------------------------------------------------

    def places(self, actor: str) -> int:
        """Return the decimals in which an actor's values are told apart."""
        values = [(side or {}).get(actor) for one in self.found.options for side in (one.before, one.after)]
        made = self.found.recommendation
        if made is not None:
            values += [made.value_before.get(actor), made.value_after.get(actor)]
        return decimals_for([value for value in values if value is not None])

    def moved(self, before: float | None, after: float | None, actor: str) -> str:
        """Return a value before and after with the difference; once if it is the same."""
        places = self.places(actor)
        if before is None or after is None:
            old, new = ("none" if value is None else number(value, places) for value in (before, after))
            return f"{old} {ARROW} {new}"
        if abs(after - before) <= NOISE * max(1.0, abs(before)):
            return number(after, places)
        return f"{number(before, places)} {ARROW} {number(after, places)} ({signed(after - before, places)})"

    def cell(self, one: OptionMove, actor: str) -> str:
        """Return an option's value to an actor before and after."""
        return self.moved((one.before or {}).get(actor), (one.after or {}).get(actor), actor)

    # --- sentences ------------------------------------------------------------------------------------------

    def values(self) -> str:
        """Say what is recommended is worth now and before, to those who decide."""
        made = self.found.recommendation
        assert made is not None
        told = []
        for actor in self.deciders[:NAMED]:
            value = self.moved(made.value_before.get(actor), made.value_after.get(actor), actor)
            told.append(f"{self.actor(actor)} {value}" if self.named else value)
        more = len(self.deciders) - NAMED
        others = f" ({count(more, 'more', 'more')} in the table)" if more > 0 else ""
        what = "What is recommended is worth" if made.after is not None else "It is worth"
        return f"{what} {'; '.join(told)}{others}."

    def recommendation(self) -> str:
        """Say whether another option is recommended."""
        made = self.found.recommendation
        assert made is not None
        tied = [self.option(each) for each in made.tied_after if each != made.after]
        good = f", as good as {listed(tied)}" if tied else ""
        if not made.changed:
            again = ", no longer tied with another" if made.tied_before and not made.tied_after else ""
            return f"The recommendation stays **{self.option(made.after).strip('*')}**{good}{again}."
        new = f"**{self.option(made.after).strip('*')}**" if made.after is not None else "nothing"
        return f"The recommendation changed from {self.option(made.before)} to {new}{good}."

    def cause(self) -> list[str]:
        """Say which change did it; none where no value moves."""
        found, made = self.found.attribution, self.found.recommendation
        if made is None or not found.effects:
            return []
        if made.changed:
            return self._turned() if found.flip is not None else []
        return self._offset() or self._largest()

    def _turned(self) -> list[str]:
        flip, effects = self.found.attribution.flip, self.found.attribution.effects
        assert flip is not None
        first = sorted(flip.sets[0])
        texts = [self.unit(effects[at]) for at in first]
        others = (flip.count or 1) - 1
        if len(effects) == 1:
            return [f"{capital(texts[0])} did it, the only change."]
        if len(first) == 1:
            also = [self.unit(effects[at]) for each in flip.sets[1:NAMED] for at in each]
            more = f"; so would {listed(also)}" if 0 < others < NAMED else ""
            more = more or (f"; so would {count(others, 'other')}" if others else "")
            return [f"{capital(texts[0])} does it alone{more}.", *self._needed(set(first))]
        kind = "no fewer do" if flip.smallest else "none of them can be left out, though there may be a smaller set"
        if len(first) > NAMED:
            return [f"{capital(count(len(first), 'change'))} of {len(effects):,} do it together; {kind}."]
        if len(first) == 2 and flip.smallest:
            kind = "neither does alone"
        more = f"; {count(others, 'other set')} of {len(first)} would, too" if others else ""
        return [f"{capital(listed(texts))} do it together; {kind}{more}.", *self._needed(set(first))]

    def _needed(self, told: set[int]) -> list[str]:
        """Name the changes without which the recommendation turns back, where they are not all told yet."""
        effects = self.found.attribution.effects
        needed = [self.unit(one) for at, one in enumerate(effects) if one.necessary and at not in told]
        if not needed or len(needed) > NAMED:
            return []
        return [f"Without {listed(needed, 'or')} the recommendation would turn back."]

    def _offset(self) -> list[str]:
        made = self.found.recommendation
        assert made is not None
        alone = [one for one in self.found.attribution.effects if one.alone_choice not in {None, made.after}]
        if not alone:
            return []
        first = alone[0]
        others = f", and {count(len(alone) - 1, 'other')} would have turned it, too" if len(alone) > 1 else ""
        turned = f"{capital(self.unit(first))} alone would have turned it to {self.option(first.alone_choice)}{others}"
        return [f"{turned}; other changes make up for it."]

    def _largest(self) -> list[str]:
        """Name the change that moves the value of what is recommended most."""
        actor = self.found.actor or ""
        told = [one for one in self.found.attribution.effects if abs(self.own(one, actor)) > NOISE]
        if not told:
            return []
        if len(self.found.attribution.effects) == 1:
            return [f"{capital(self.unit(told[0]))} is the only change."]
        first = max(told, key=lambda one: abs(self.own(one, actor)))
        whose = f" for {self.actor(actor)}" if self.named else ""
        what = "share of the whole" if actor in first.share else "effect alone"
        value = signed(self.own(first, actor), self.places(actor))
        return [f"Most of that comes from: {self.unit(first)} ({what}{whose}: {value})."]

    def own(self, one: Effect, actor: str) -> float:
        """Return by how much a change moves what is recommended for an actor: its share, else its effect alone."""
        return float(one.share.get(actor, (one.alone or {}).get(actor, 0.0)))


def _in_node(scenario: Scenario, title: str, edges: Mapping[str, str], rest: list[str], what: str) -> str:
    """Return the words for something at a node: its probability, its payoff, the node itself."""
    edge = edges.get(rest[0], "") if rest else ""
    keys = rest[1:] if edge else rest
    names = [name for key in keys[1:] for name in _names(scenario, key)] if keys[:1] == ["payoff"] else []
    head = f"{what} of {edge} ({title})" if edge else f"{what}: {title}"
    if not keys and what in {"option", "branch", "node"}:
        head = f"{what} {edge} ({title})" if edge else f"{what} {title}"
    return f"{head}{f', {listed(names)}' if names else ''}"


def _names(scenario: Scenario, key: str) -> Iterable[str]:
    if key in scenario.actors:
        return [scenario.actors[key].name]
    return [scenario.criteria[key].name] if key in scenario.criteria else []


def _of_actor(scenario: Scenario, rest: list[str], what: str) -> str:
    who = scenario.actors[rest[0]].name
    if len(rest) == 3 and rest[1] == "weights" and rest[2] in scenario.criteria:
        return f"weight of {scenario.criteria[rest[2]].name} for {who}"
    return f"{what} of {who}" if len(rest) > 1 else f"actor {who}"


def short(text: str | None) -> str:
    """Return a value as it stands in a cell."""
    return "" if text is None else plain(shortened(text, LONGEST))
