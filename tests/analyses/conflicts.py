"""Small conflicts for tests, and stability worked out once more by the letter of the definitions, with sets alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from planner.core.rules import load
from planner.core.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.core.model import Scenario

CONCEPTS = ("nash", "seq", "gmr", "smr", "sseq")


@dataclass(frozen=True)
class Case:
    """A conflict: states 1 to ``states``, each actor's moves, and its rank of every state, higher is better."""

    states: int
    moves: dict[str, dict[int, frozenset[int]]]
    rank: dict[str, dict[int, int]]

    @property
    def all(self) -> range:
        return range(1, self.states + 1)

    @property
    def actors(self) -> list[str]:
        return list(self.moves)

    def text(self) -> str:
        lines = ["planner: 1", "title: Made up", f"actors: {{{', '.join(f'{actor}: ' for actor in self.actors)}}}"]
        lines += ["conflict:", f"  states: {{{', '.join(f'{state}: ' for state in self.all)}}}", "  moves:"]
        for actor, moves in self.moves.items():
            inside = ", ".join(f"{state}: {sorted(ends)}" for state, ends in moves.items() if ends)
            lines.append(f"    {actor}: {{{inside}}}")
        lines.append("  preferences:")
        for actor, rank in self.rank.items():
            places = sorted(set(rank.values()), reverse=True)
            groups = [[state for state in self.all if rank[state] == place] for place in places]
            lines.append(f"    {actor}: {{ranking: {groups}}}")
        return "\n".join(lines) + "\n"

    def scenario(self) -> Scenario:
        return load(Source.from_text(self.text()))

    def better(self, actor: str, one: int, other: int) -> bool:
        return self.rank[actor][one] > self.rank[actor][other]

    def improvements(self, actor: str, state: int) -> frozenset[int]:
        return frozenset(end for end in self.moves[actor][state] if self.better(actor, end, state))


@st.composite
def cases(draw: st.DrawFn, *, actors: tuple[int, int] = (1, 4), states: tuple[int, int] = (2, 6)) -> Case:
    """Draw a conflict with any moves and ties."""
    count = draw(st.integers(*states))
    names = [f"a{place}" for place in range(draw(st.integers(*actors)))]
    every = range(1, count + 1)
    moves = {
        name: {state: frozenset(draw(st.sets(st.sampled_from([each for each in every if each != state]), max_size=3)))
               for state in every}
        for name in names
    }  # fmt: skip
    rank = {name: {state: draw(st.integers(0, count)) for state in every} for name in names}
    return Case(count, moves, rank)


def answers(
    case: Case, others: list[str], start: int, rule: str, step: Callable[[str, int], frozenset[int]]
) -> set[int]:
    """Return what others bring about from a state: Fang, Hipel and Kilgour (1993), with the set of last movers."""
    found: dict[int, set[str]] = {}
    for who in others:
        for end in step(who, start):
            found.setdefault(end, set()).add(who)
    grown = rule != "single"
    while grown:
        grown = False
        for state, last in list(found.items()):
            for who in others:
                if rule == "legal" and last == {who}:
                    continue
                for end in step(who, state):
                    if who not in found.setdefault(end, set()):
                        found[end].add(who)
                        grown = True
    return set(found)


def stays(case: Case, actor: str, state: int, concept: str, rule: str) -> bool:
    """Return whether an actor stays in a state, by the definition of a concept."""
    improvements = case.improvements(actor, state)
    if concept == "nash":
        return not improvements
    others = [other for other in case.actors if other != actor]

    def moves(who: str, place: int) -> frozenset[int]:
        return case.moves[who][place]

    step = case.improvements if concept in {"seq", "sseq"} else moves
    symmetric = concept in {"smr", "sseq"}
    return all(
        any(
            not case.better(actor, end, state)
            and not (symmetric and any(case.better(actor, escape, state) for escape in case.moves[actor][end]))
            for end in answers(case, others, improvement, rule, step)
        )
        for improvement in improvements
    )


def equilibria(case: Case, concept: str, rule: str) -> list[int]:
    """Return the states in which every actor stays."""
    return [state for state in case.all if all(stays(case, actor, state, concept, rule) for actor in case.actors)]


def coalition_ends(case: Case, state: int) -> set[tuple[frozenset[str], int]]:
    """Return every smallest group of at least two, and the state that it moves to so that all its members gain."""
    found: dict[int, list[frozenset[str]]] = {}
    for size in range(1, len(case.actors) + 1):
        for group in map(frozenset, combinations(case.actors, size)):
            ends = answers(case, sorted(group), state, "legal", lambda who, place: case.moves[who][place])
            for end in ends - {state}:
                if all(case.better(who, end, state) for who in group):
                    found.setdefault(end, []).append(group)
    return {
        (group, end)
        for end, groups in found.items()
        for group in groups
        if len(group) > 1 and not any(part < group for part in groups)
    }
