"""Scenarios with edits, and what single edits do, found by making them in the text: the oracle of comparisons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from planner.analyses.evaluate import Evaluation, evaluate
from planner.core.change.draft import Draft
from planner.core.change.setting import set_value
from planner.core.diagnostics import ScenarioError
from planner.core.rules import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.core.source import Source

Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """A text and edits of single places, each of which can stand alone."""

    text: str
    edits: Edits

    def with_(self, chosen: Iterable[int]) -> Source:
        """Return the text with some of the edits made, one after the other, as `planner set` would."""
        return Draft.of(self.text, path="made.json").apply(*(set_value(*self.edits[at]) for at in chosen)).source

    def evaluated(self, chosen: Iterable[int]) -> Evaluation | None:
        try:
            return evaluate(load(self.with_(chosen)))
        except ScenarioError:
            return None

    def chosen(self, edits: Iterable[int]) -> tuple[str, dict[str, float]] | None:
        found = self.evaluated(edits)
        if found is None:
            return None
        first = found.decisions[0]
        values = first.option(first.chosen).values
        return first.chosen, {actor: float(value) for actor, value in values.items()}

    def smallest(self) -> int | None:
        """Return the size of the smallest set of edits that turns the recommendation, by trying all."""
        numbers = range(len(self.edits))
        nothing, whole = self.chosen([]), self.chosen(numbers)
        assert nothing is not None
        assert whole is not None
        if nothing[0] == whole[0]:
            return None
        for size in range(1, len(self.edits) + 1):
            for each in combinations(numbers, size):
                made = self.chosen(each)
                if made is not None and made[0] == whole[0]:
                    return size
        raise AssertionError


amounts: st.SearchStrategy[Any] = st.integers(-20, 20).map(float) | st.sampled_from([0.5, -1.25])
shares: st.SearchStrategy[Any] = st.sampled_from([0.1, 0.25, 0.4, 0.6, 0.9])


@st.composite
def cases(draw: st.DrawFn, *, most: int = 5, joint: bool = False) -> Case:
    """Draw a decision between options that lead to chances, a later decision, and edits of its numbers."""
    actors = {"ann": {"weights": {"gold": 3, "calm": 1}}, "bob": {"weights": {"gold": 1, "calm": -2}}}
    parameters = {"u": draw(shares), "v": draw(shares), "x": draw(amounts), "y": "x / 2 + 1"}
    pay: Any = lambda: {"gold": draw(amounts | st.just("x") | st.just("y")), "calm": draw(amounts)}  # noqa: E731
    options: dict[str, Any] = {
        "a": {"payoff": pay(), "to": "luck"},
        "b": {"payoff": pay(), "to": "later"},
        "c": {"payoff": pay()},
    }
    line: dict[str, Any] = {"decision": "Which?", "by": "ann", "options": options}
    if joint and draw(st.booleans()):
        line |= {"by": ["ann", "bob"], "fallback": "c"}
    scenario = {
        "planner": 1,
        "title": "Made",
        "actors": actors,
        "criteria": {"gold": {"worst": -40, "best": 60}, "calm": {"worst": -50, "best": 50, "start": 1}},
        "parameters": parameters,
        "nodes": {
            "line": line,
            "luck": {
                "chance": "What?",
                "branches": {
                    "good": {"p": draw(st.just("u") | shares), "payoff": pay(), "to": "later"},
                    "bad": {"p": "rest", "payoff": pay()},
                },
            },
            "later": {
                "decision": "And then?",
                "by": draw(st.sampled_from(["ann", "bob"])),
                "options": {"go": {"payoff": pay(), "to": "end"}, "stay": {"payoff": pay()}},
            },
            "end": {
                "chance": "How does it end?",
                "branches": {"well": {"p": "v", "payoff": pay()}, "ill": {"p": "1 - v", "payoff": pay()}},
            },
        },
    }
    edges = [("line", each) for each in "abc"] + [("luck", "good"), ("luck", "bad"), ("later", "go"), ("end", "well")]
    places = {f"{node}.{edge}.payoff.{criterion}": amounts for node, edge in edges for criterion in ("gold", "calm")}
    places |= {"u": shares, "v": shares, "x": amounts, "y": st.sampled_from(["x", "2 * x - 1", "u * 10", "3"])}
    places |= {"actors.ann.weights.gold": st.integers(1, 9), "actors.bob.weights.calm": st.integers(-9, -1)}
    places |= {"criteria.calm.best": st.integers(60, 90), "criteria.gold.worst": st.integers(-90, -50)}
    places |= {"line.a.to": st.just("end"), "luck.good.p": shares, "luck.bad.to": st.just("later")}
    chosen = draw(st.lists(st.sampled_from(sorted(places)), min_size=1, max_size=most, unique=True))
    edits = tuple((place, str(draw(places[place]))) for place in chosen)
    return Case(json.dumps(scenario), edits)
