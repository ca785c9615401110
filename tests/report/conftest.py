"""Made-up trees to draw: any size, any number of actors, short and long names."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, Protocol

import pytest

from planner.analyses.evaluate import evaluate
from planner.analyses.paths import paths
from planner.core.rules import load
from planner.core.source import Source
from planner.report.findings import Findings
from planner.report.render import Report, render_report
from planner.report.sketch import Sketch, Twig, TwigKind

ACTORS = ("United Kingdom", "France", "Italy", "Russia", "Member states in the east of the Union", "Türkiye")
IDS = ("uk", "france", "italy", "russia", "eastern-members", "tuerkiye")
OPTIONS = ("Reopen talks", "Isolate", "Coordinate sanctions with clear benchmarks", "Élysée répond", "Straße gesperrt")
TITLES = ("Which line do the three take?", "How does Moscow answer?", "Are the benchmarks met by the summer?")
OUTCOMES = ("Open split", "Renewed consensus", "Emboldened Moscow", "Legitimised aggressor, shifting alliances")
KINDS: tuple[TwigKind, ...] = ("decision", "chance")
LONG = " after a further round of consultations with Donaudampfschifffahrtsgesellschaftskapitänswitwen in Brussels"


class MakeSketch(Protocol):
    def __call__(
        self, nodes: int, *, actors: int = 1, seed: int = 1, long: bool = False, deep: bool = False
    ) -> Sketch: ...


@pytest.fixture
def make_sketch() -> MakeSketch:
    return sketch


def sketch(nodes: int, *, actors: int = 1, seed: int = 1, long: bool = False, deep: bool = False) -> Sketch:
    """Return a random tree of ``nodes`` twigs; ``deep`` makes it a spine with one outcome beside each node."""
    chance = random.Random(seed)
    more = LONG if long else ""
    twigs = [_twig(chance, -1, actors, "decision", more)]
    grown = {0}
    while len(twigs) < nodes:
        leaves = [i for i in range(len(twigs)) if i not in grown]
        parent = 0 if len(twigs) == 1 else leaves[-1] if deep else chance.choice(leaves)
        grown.add(parent)
        kind: TwigKind = chance.choice(KINDS) if parent else "decision"
        twigs[parent] = replace(twigs[parent], kind=kind, title=chance.choice(TITLES) + more)
        count = min(2 if deep else chance.randint(2, 4), nodes - len(twigs))
        shares = [chance.random() for _ in range(count)]
        for slot in range(count):
            twig = _twig(chance, parent, actors, "outcome", more)
            follows = twigs[parent].reached and (kind == "chance" or slot == 0)
            p = shares[slot] / sum(shares) if kind == "chance" else None
            twigs.append(replace(twig, probability=p, chosen=kind == "decision" and slot == 0, reached=follows))
    last = len(twigs) - 1
    twigs[last] = replace(twigs[last], kind="folded", hidden=12345)
    return Sketch(tuple(twigs), ACTORS[:actors], IDS[:actors], tuple(range(min(actors, 3))))


def _twig(chance: random.Random, parent: int, actors: int, kind: TwigKind, more: str) -> Twig:
    return Twig(
        parent=parent,
        state="state",
        kind=kind,
        title=chance.choice((*OUTCOMES, "")) + more,
        edge="" if parent < 0 else chance.choice(OPTIONS) + more,
        path="" if parent < 0 else "node.edge",
        probability=None,
        values=tuple(chance.uniform(-90, 100) for _ in range(actors)),
        reached=parent < 0,
    )


HEAD = "planner: 1\ntitle: A test\nas_of: 2026-11-23\n"


class Found(Protocol):
    def __call__(self, text: str, **settings: Any) -> Findings: ...


class Render(Protocol):
    def __call__(
        self, text: str, *, head: str = HEAD, report: dict[str, Any] | None = None, **settings: Any
    ) -> Report: ...


@pytest.fixture
def found() -> Found:
    """Return the findings on a scenario's text."""

    def find(text: str, **settings: Any) -> Findings:
        return Findings(evaluate(load(Source.from_text(HEAD + text, path="test.yaml")), **settings))

    return find


@pytest.fixture
def render() -> Render:
    """Return the report on a scenario's text."""

    def make(text: str, *, head: str = HEAD, report: dict[str, Any] | None = None, **settings: Any) -> Report:
        scenario = load(Source.from_text(head + text, path="test.yaml"))
        of_paths = {name: value for name, value in settings.items() if name in {"overrides", "rule"}}
        return render_report(
            evaluate(scenario, **settings), paths(scenario, **of_paths), **({"version": "1.2.3"} | (report or {}))
        )

    return make
