"""The tree as it is drawn: a list of twigs, small enough to look at.

A scenario is a graph in which paths meet again; a picture of it is easier to read as a tree, so a node that
several paths reach is drawn once for each of them. What does not fit is folded: a folded twig says how many paths
it hides. `planner.report.drawing` makes a sketch from an evaluation; the layout, the picture and the Mermaid
text are made from the sketch alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.report.rounding import shares

MANY = 1_000_000

TwigKind = Literal["decision", "chance", "outcome", "folded"]


@dataclass(frozen=True, slots=True)
class Twig:
    """One drawn node with the edge that leads to it.

    Attributes:
        parent: index of the twig before it; -1 at the root. A parent always stands before its children.
        state: the state's label, ``talks`` or ``table[round=2]``.
        kind: what is drawn at its end.
        title: the node's own title; empty where an edge without a node ends the path.
        edge: name of the option or branch that leads here; empty at the root.
        path: that edge as ``node.edge``; empty at the root.
        probability: of the branch; None for an option and at the root.
        values: by actor, what the whole path is worth when this point is reached, as expected from here on.
        chosen: whether the edge is the option that the strategy takes.
        reached: whether the strategy can lead here.
        hidden: how many paths a folded twig stands for; over a million are not counted.
    """

    parent: int
    state: str
    kind: TwigKind
    title: str
    edge: str
    path: str
    probability: float | None
    values: tuple[float, ...]
    chosen: bool = False
    reached: bool = False
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Sketch:
    """All twigs of one picture, parents first, and what their numbers mean.

    Attributes:
        twigs: the drawn nodes; the first is the root.
        actors: names in the order of `Twig.values`.
        short: ids of the same actors.
        focus: indices of the actors whose values stand beside the nodes; the outcomes show all actors.
    """

    twigs: tuple[Twig, ...]
    actors: tuple[str, ...]
    short: tuple[str, ...]
    focus: tuple[int, ...]

    def children(self) -> tuple[tuple[int, ...], ...]:
        """Return for each twig the indices of the twigs after it, in order."""
        found: list[list[int]] = [[] for _ in self.twigs]
        for index, twig in enumerate(self.twigs):
            if twig.parent >= 0:
                found[twig.parent].append(index)
        return tuple(tuple(children) for children in found)

    def chances(self) -> tuple[str, ...]:
        """Return for each twig its branch's probability in per cent; empty for an option and at the root.

        The branches of one chance add up to 100 %.
        """
        texts = [""] * len(self.twigs)
        for children in self.children():
            parts = [self.twigs[child].probability for child in children]
            told = shares([part for part in parts if part is not None])
            for child, text in zip((c for c in children if self.twigs[c].probability is not None), told, strict=True):
                texts[child] = text
        return tuple(texts)

    def depths(self) -> tuple[int, ...]:
        """Return for each twig how many edges lead to it."""
        depths: list[int] = []
        for twig in self.twigs:
            depths.append(depths[twig.parent] + 1 if twig.parent >= 0 else 0)
        return tuple(depths)

    @property
    def folded(self) -> bool:
        """Whether anything is hidden."""
        return any(twig.hidden for twig in self.twigs)


def hidden(twig: Twig) -> str:
    """Return what a folded twig hides, in words."""
    if twig.hidden > MANY:
        return f"over {MANY:,} more paths"
    return "1 more path" if twig.hidden == 1 else f"{twig.hidden:,} more paths"
