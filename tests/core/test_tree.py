"""The layout is a renumbering: blocks and runs hold the same graph, and the sweep gives what a plain walk gives."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core import layout
from planner.core import rollback as sweep
from planner.core.numbers import Numbers
from planner.core.rollback import rollback
from planner.core.rule import Rule
from planner.core.settle import chance, decide, score
from planner.core.tree import CHANCE, DECISION, OUTCOME, Decider, Tree

RULES = ["expected", "laplace", "maximin", "maximax", "hurwicz:0.25"]


@dataclass(frozen=True)
class Made:
    """A generated graph with small whole numbers, so that float sums are exact."""

    deciders: tuple[Decider, ...]
    decider: np.ndarray
    first_edge: np.ndarray
    target: np.ndarray
    p: np.ndarray
    gain: np.ndarray  # (edges, actors, draws)
    end: np.ndarray  # (states, actors, draws)

    @property
    def actors(self) -> int:
        return int(self.gain.shape[1])

    def tree(self) -> Tree:
        return Tree.laid_out(self.deciders, self.decider, self.first_edge, self.target)

    def numbers(self, tree: Tree, tolerance: tuple[float | None, ...] = ()) -> Numbers:
        return Numbers.of_arrays(tree, self.p, self.gain, self.end, risk_tolerance=tolerance)


def made(
    rng: np.random.Generator, first: list[int], target: list[int], *, actors: int, draws: int, joint: bool
) -> Made:
    """Fill a shape with kinds and numbers."""
    first_edge = np.array(first, np.int32)
    degree = np.diff(first_edge)
    owners = [Decider(OUTCOME), Decider(CHANCE), *(Decider(DECISION, (actor,)) for actor in range(actors))]
    if joint and actors > 1:
        owners.append(Decider(DECISION, tuple(range(actors)), 0))
    decider = np.where(degree == 0, 0, rng.integers(1, len(owners), len(degree))).astype(np.int32)
    edges = len(target)
    p = np.zeros((edges, draws))
    for start, stop in itertools.pairwise(first):
        for draw in range(draws):
            cuts = np.sort(rng.integers(0, 65, stop - start - 1)) if stop - start > 1 else np.array([], int)
            if stop > start:
                p[start:stop, draw] = np.diff(np.concatenate(([0], cuts, [64]))) / 64
    return Made(
        tuple(owners), decider, first_edge, np.array(target, np.int32), p,
        rng.integers(-4, 5, (edges, actors, draws)).astype(float),
        rng.integers(-9, 10, (len(degree), actors, draws)).astype(float),
    )  # fmt: skip


SHAPES = ("tree", "graph", "chain", "caterpillar", "lines")


@st.composite
def graphs(
    draw: st.DrawFn, *, shapes: tuple[str, ...] = SHAPES, actors: int | None = None, draws: int | None = None
) -> Made:
    """Draw bushy trees, directed acyclic graphs, chains, caterpillars and several lines, of one or several actors."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.sampled_from(shapes))
    count = draw(st.integers(1, 120))
    if shape == "tree":
        edges = tree_edges(rng, count)
    elif shape == "graph":
        edges = graph_edges(rng, count)
    else:
        lines = int(rng.integers(2, 5)) if shape == "lines" else 1
        sides = {"chain": [0], "caterpillar": [1], "lines": [0, 1, 2]}[shape]
        if draw(st.booleans()):
            sides = [0, 1, 3]
        edges = line_edges(rng, count, lines, sides, shuffled=draw(st.booleans()))
    return made(
        rng,
        [0, *np.cumsum([len(each) for each in edges]).tolist()],
        [end for each in edges for end in each],
        actors=actors or draw(st.integers(1, 3)),
        draws=draws or draw(st.sampled_from([1, 1, 3])),
        joint=draw(st.booleans()),
    )


def tree_edges(rng: np.random.Generator, count: int) -> list[list[int]]:
    edges, following = [], 1
    for state in range(count):
        room = count - following
        degree = max(min(int(rng.integers(0, 6)), room), int(following == state + 1 and room > 0))
        edges.append(list(range(following, following + degree)))
        following += degree
    return edges


def graph_edges(rng: np.random.Generator, count: int) -> list[list[int]]:
    return [
        [int(rng.integers(state + 1, count)) for _ in range(int(rng.integers(0, 5)))] if state + 1 < count else []
        for state in range(count)
    ]


def line_edges(
    rng: np.random.Generator, count: int, lines: int, sides: list[int], *, shuffled: bool
) -> list[list[int]]:
    """Lead from a root to lines that go on in steps of ``lines``, with edges to ends beside the way on; some merge."""
    edges = [[1 + at for at in range(lines)]] if lines > 1 else []
    for state in range(len(edges), count):
        onward = [state + lines] if rng.random() > 0.02 else [int(rng.integers(state + 1, count + lines))]
        beside = [int(rng.integers(count + lines, count + lines + 4)) for _ in range(int(rng.choice(sides)))]
        each = [*onward, *beside]
        edges.append([each[at] for at in rng.permutation(len(each))] if shuffled else each)
    return [*edges, *([[]] * (lines + 4))]


def walk(graph: Made, rule: Rule, draw: int, tolerance: tuple[float | None, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Fold back state by state, without any layout."""
    copies = 2 if rule.extremes else 1
    values: list[list[float]] = [[]] * len(graph.decider)
    choice = np.zeros(len(values), int)
    for state in range(len(values) - 1, -1, -1):
        who = graph.deciders[graph.decider[state]]
        edges = range(graph.first_edge[state], graph.first_edge[state + 1])
        if who.kind == OUTCOME:
            values[state] = list(graph.end[state, :, draw]) * copies
            continue
        ahead = [
            [
                value + gain
                for value, gain in zip(
                    values[graph.target[edge]], list(graph.gain[edge, :, draw]) * copies, strict=True
                )
            ]
            for edge in edges
        ]
        if who.kind == CHANCE:
            values[state] = chance(ahead, [graph.p[edge, draw] for edge in edges], rule, tolerance)
        else:
            choice[state] = decide(ahead, who, rule, 1e-10)
            values[state] = ahead[choice[state]]
    scored = [[score(row, actor, rule) for actor in range(graph.actors)] for row in values]
    return np.array(scored), choice


def agrees(graph: Made, rule: Rule, tolerance: tuple[float | None, ...]) -> None:
    tree = graph.tree()
    found = rollback(tree, graph.numbers(tree, tolerance), rule)
    for draw in range(graph.p.shape[1]):
        values, choice = walk(graph, rule, draw, tolerance)
        assert found.values[tree.position, :, draw] == pytest.approx(values, rel=1e-9, abs=1e-9)
        inner = np.array([graph.deciders[number].kind == DECISION for number in graph.decider])
        followed = np.zeros(len(values), int)
        followed[tree.origin[: tree.ends]] = found.choice[:, draw]
        assert (followed[inner] == choice[inner]).all()


sizes = st.fixed_dictionaries(
    {
        "BLOCK_EDGES": st.sampled_from([1, 8, 48]),
        "CHAIN": st.sampled_from([2, 5, 64]),
        "LANES": st.sampled_from([1, 12, 512]),
        "ROW_COST": st.sampled_from([1, 20, 160]),
        "NARROW": st.sampled_from([2, 48]),
    }
)


@given(graphs(), st.sampled_from(RULES), st.booleans(), sizes, st.sampled_from([1, 64, 32_768]))
@settings(deadline=None, max_examples=200)
def test_the_sweep_agrees_with_a_walk(graph: Made, rule: str, averse: bool, sizes: dict[str, int], chunk: int):
    tolerance = tuple([20.0, None, 3.5][: graph.actors]) if averse else (None,) * graph.actors
    with pytest.MonkeyPatch.context() as patch:
        for name, value in sizes.items():
            patch.setattr(layout, name, value)
        patch.setattr(sweep, "CHUNK", chunk)
        agrees(graph, Rule.parse(rule), tolerance)


@given(graphs(shapes=("chain", "caterpillar"), actors=1, draws=1), sizes)
@settings(deadline=None, max_examples=200)
def test_chains_agree_with_a_walk(graph: Made, sizes: dict[str, int]):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**sizes, "CHAIN": 2, "LANES": 1}.items():
            patch.setattr(layout, name, value)
        agrees(graph, Rule.parse("expected"), (None,))


def reached(graph: Made) -> set[int]:
    found, waiting = {0}, [0]
    while waiting:
        state = waiting.pop()
        for end in graph.target[graph.first_edge[state] : graph.first_edge[state + 1]].tolist():
            if end not in found:
                found.add(end)
                waiting.append(end)
    return found


@given(graphs(), sizes)
@settings(deadline=None)
def test_the_layout_is_a_renumbering(graph: Made, sizes: dict[str, int]):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in sizes.items():
            patch.setattr(layout, name, value)
        tree = graph.tree()
    assert sorted(tree.origin) == list(range(len(graph.decider)))
    if len(reached(graph)) == len(graph.decider):
        assert tree.origin[0] == 0
    assert sorted(tree.edge_origin) == list(range(len(graph.target)))
    sources = tree.position[np.repeat(np.arange(len(graph.decider)), np.diff(graph.first_edge))[tree.edge_origin]]
    assert (tree.origin[tree.target] == graph.target[tree.edge_origin]).all()
    chains = [part for part in tree.parts if part.rows]
    part_of = np.arange(len(graph.decider))
    for chain in chains:
        part_of[chain.first_state : chain.first_state + chain.states] = chain.first_state
    assert ((tree.target > sources) | (part_of[tree.target] == part_of[sources])).all()
    assert list(tree.decider[tree.position]) == list(graph.decider)
    covered = [state for part in tree.parts for state in range(part.first_state, part.first_state + part.states)]
    assert covered == list(range(tree.ends))


@given(graphs())
@settings(deadline=None, max_examples=40)
def test_many_draws_are_each_draw_alone(graph: Made):
    tree = graph.tree()
    together = rollback(tree, graph.numbers(tree))
    for draw in range(graph.p.shape[1]):
        alone = replace(graph, p=graph.p[:, [draw]], gain=graph.gain[:, :, [draw]], end=graph.end[:, :, [draw]])
        single = rollback(tree, alone.numbers(tree))
        assert together.values[:, :, draw] == pytest.approx(single.values[:, :, 0], rel=1e-12)
        assert (together.choice[:, draw] == single.choice[:, 0]).all()


def test_numbers_that_no_draw_changes_may_be_given_once():
    rng = np.random.default_rng(1)
    graph = made(rng, [0, 3, 6, 6, 6, 6, 6], [1, 2, 3, 4, 5, 3], actors=2, draws=4, joint=False)
    same = replace(graph, p=graph.p[:, :1])
    tree = graph.tree()
    repeated = replace(graph, p=np.repeat(graph.p[:, :1], 4, axis=1))
    assert rollback(tree, same.numbers(tree)).values == pytest.approx(rollback(tree, repeated.numbers(tree)).values)


def test_from_arrays_takes_kinds_and_owners():
    tree = Tree.from_arrays([0, 1, 2, 2, 2], [1, 0, 0, 0, 0], [0, 2, 4, 4, 4, 4], [1, 2, 3, 4])
    assert tree.deciders[tree.decider[0]] == Decider(DECISION, (1,))
    assert tree.ends == 2
    numbers = Numbers.of_arrays(tree, [1, 1, 0.5, 0.5], [0.0] * 4, [[0, 0], [0, 0], [5, 1], [8, 0], [0, 6]])
    with pytest.raises(ValueError, match="broadcast"):
        rollback(tree, numbers)  # gains for one actor, ends for two


@pytest.mark.parametrize(
    ("kind", "first", "target", "message"),
    [
        ([0, 2], [0, 1], [1], "one entry more"),
        ([0, 0], [0, 1, 1], [1], "only they, have no edges"),
        ([0, 0, 2], [0, 1, 2, 2], [1, 0], "cycle"),
    ],
)
def test_from_arrays_refuses_what_does_not_fit(kind: list[int], first: list[int], target: list[int], message: str):
    with pytest.raises(ValueError, match=message):
        Tree.from_arrays(kind, None, first, target)


def test_states_need_not_come_in_topological_order():
    # 0 -> 2 -> 1
    tree = Tree.from_arrays([0, 2, 0], None, [0, 1, 1, 2], [2, 1])
    assert list(tree.origin) == [0, 2, 1]


def test_a_chain_of_half_a_million_states_is_folded_back():
    count = 500_000
    kind = np.arange(count) % 2
    kind[-1] = OUTCOME
    first = np.minimum(np.arange(count + 1), count - 1)
    tree = Tree.from_arrays(kind, None, first, np.arange(1, count))
    numbers = Numbers.of_arrays(tree, np.ones(count - 1), np.ones(count - 1), np.where(kind == OUTCOME, 7.0, 0.0))
    assert rollback(tree, numbers).values[0, 0, 0] == count - 1 + 7


@pytest.mark.parametrize("name", ["bushy", "chain"])
def test_at_most_64_bytes_a_state(name: str):
    count = 3**9 if name == "bushy" else 20_000
    degree = np.ones(count, np.int32) if name == "chain" else np.full(count, 3, np.int32)
    degree[(count - 1) // 3 if name == "bushy" else count - 1 :] = 0
    first = np.concatenate(([0], np.cumsum(degree)))
    kind = np.where(degree == 0, OUTCOME, np.arange(count) % 2)
    tree = Tree.from_arrays(kind, None, first, np.arange(1, first[-1] + 1))
    numbers = Numbers.of_arrays(tree, np.full(first[-1], 1 / degree[0]), np.ones(first[-1]), np.ones(count))
    result = rollback(tree, numbers)
    assert tree.nbytes + numbers.nbytes + result.nbytes <= 64 * count


@pytest.mark.parametrize("size", [1, 40])  # a run, a block
def test_the_first_of_tied_options_is_followed_within_the_tolerance(size: int):
    # Each decision has values 1, 1 + 1e-13 and 0.5: the first two are tied, the second is larger by rounding alone.
    kind = [1, *[0] * size, *[2] * (3 * size)]
    first = [0, size, *(size + 3 * (at + 1) for at in range(size)), *[4 * size] * (3 * size)]
    target = [*range(1, size + 1), *range(size + 1, 4 * size + 1)]
    tree = Tree.from_arrays(kind, None, first, target)
    end = [0.0] * (size + 1) + [1.0, 1.0 + 1e-13, 0.5] * size
    result = rollback(tree, Numbers.of_arrays(tree, [1 / size] * size + [0] * (3 * size), [0.0] * 4 * size, end))
    assert not result.choice.any()


@pytest.mark.parametrize("tolerance", [1e-300, 1e-9, 1.0, 1e9, 1e300, math.inf])
def test_certainty_equivalents_do_not_overflow(tolerance: float):
    tree = Tree.from_arrays([1, 2, 2], None, [0, 2, 2, 2], [1, 2])
    numbers = Numbers.of_arrays(tree, [0.25, 0.75], [0.0, 0.0], [0.0, -1e6, 1e6], risk_tolerance=[tolerance])
    value = rollback(tree, numbers).values[0, 0, 0]
    assert -1e6 <= value <= 5e5 + 1e-6
    if tolerance >= 1e300:
        assert value == pytest.approx(5e5)
    if tolerance <= 1e-9:
        assert value == pytest.approx(-1e6)


def test_a_rare_disaster_counts_for_the_careful():
    # CE = -R ln(1e-20 e^(100/R) + 1 - 1e-20) at R = 1: -(100 - 20 ln 10) = -53.948…
    for copies in (1, 60):
        kind = [1, *[1] * copies, 2, 2]
        first = [0, copies, *(copies + 2 * (at + 1) for at in range(copies)), 3 * copies, 3 * copies]
        target = [*range(1, copies + 1), *[copies + 1, copies + 2] * copies]
        tree = Tree.from_arrays(kind, None, first, target)
        p = [1 / copies] * copies + [1e-20, 1 - 1e-20] * copies
        end = [0.0] * (copies + 1) + [-100.0, 0.0]
        numbers = Numbers.of_arrays(tree, p, [0.0] * len(target), end, risk_tolerance=[1.0])
        assert rollback(tree, numbers).values[0, 0, 0] == pytest.approx(-(100 - 20 * math.log(10)), rel=1e-12)


def test_a_decision_may_have_very_many_options():
    tree = Tree.from_arrays([0, *[2] * 400], None, [0, *[400] * 401], range(1, 401))
    result = rollback(tree, Numbers.of_arrays(tree, [0.0] * 400, [0.0] * 400, [0.0, *range(400)]))
    assert (result.values[0, 0, 0], result.choice[0, 0]) == (399, 399)


def test_an_impossible_branch_does_not_count_for_the_worst_case():
    tree = Tree.from_arrays([1, 2, 2, 2], None, [0, 3, 3, 3, 3], [1, 2, 3])
    numbers = Numbers.of_arrays(tree, [0.0, 0.5, 0.5], [0.0] * 3, [0.0, -99.0, 1.0, 3.0])
    found = {rule: rollback(tree, numbers, Rule.parse(rule)).values[0, 0, 0] for rule in RULES}
    assert found == {"expected": 2.0, "laplace": 2.0, "maximin": 1.0, "maximax": 3.0, "hurwicz:0.25": 1.5}
