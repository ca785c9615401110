"""Routes hold exactly the paths that answer a question; chokepoints are what no such path avoids."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.expression import Expression
from planner.core.model import VALUE, Actor, Criterion, Edge, Node, Scenario
from planner.core.routes import NOWHERE, Routes, Waypoint, chokepoints, routes
from planner.core.unfold import Unfolded, unfold

Path = tuple[int, ...]


def scenario(nodes: list[Node], **more: object) -> Scenario:
    return Scenario(
        title="made",
        nodes={node.id: node for node in nodes},
        actors={"self": Actor("self", "self")},
        criteria={VALUE: Criterion(VALUE, VALUE)},
        **more,  # type: ignore[arg-type]
    )


@st.composite
def unfolded_scenarios(draw: st.DrawFn) -> Unfolded:
    """Draw a small scenario of chance nodes whose outcomes read a state variable, and unfold it."""
    count = draw(st.integers(1, 4))
    names = [f"n{i}" for i in range(count)]
    nodes = []
    for i, name in enumerate(names):
        later = [*names[i + 1 :], "good", "bad", None]
        edges = {}
        for j in range(draw(st.integers(1, 3))):
            to = draw(st.sampled_from(later))
            change = {"mark": Expression.of("mark + 1")} if draw(st.booleans()) else {}
            edges[f"e{j}"] = Edge(id=f"e{j}", node=name, name="", to=to, p=Expression.of("1"), set=change)
        nodes.append(Node(id=name, kind="chance", title=name, edges=edges))
    nodes.append(Node(id="good", kind="outcome", title="", payoff={None: {VALUE: Expression.of("mark")}}))
    nodes.append(Node(id="bad", kind="outcome", title=""))
    return unfold(scenario(nodes, state={"mark": 0.0}))


def every(unfolded: Unfolded, p: list[float]) -> list[Path]:
    """List all paths to outcomes as unfolded edges, by plain recursion."""

    def walk(state: int) -> list[Path]:
        if unfolded.kind(state) == "outcome":
            return [()]
        slots = [slot for slot in unfolded.slots(state) if p[slot] > 0]
        return [(slot, *rest) for slot in slots for rest in walk(int(unfolded.target[slot]))]

    return walk(0)


def passed(unfolded: Unfolded, path: Path) -> list[int]:
    return [0, *(int(unfolded.target[slot]) for slot in path)]


def outcomes(unfolded: Unfolded) -> set[int]:
    return {state for state in range(len(unfolded)) if unfolded.kind(state) == "outcome"}


def listed(found: Routes, paths: list[Path]) -> list[Path]:
    return [tuple(found.slot[edge] for edge in path) for path in paths]


@st.composite
def questions(draw: st.DrawFn) -> tuple[Unfolded, list[float], list[Waypoint], set[int]]:
    unfolded = draw(unfolded_scenarios())
    size = len(unfolded.target)
    p = draw(st.lists(st.sampled_from([0.0, 0.2, 0.5, 1.0]), min_size=size, max_size=size))
    states = st.sets(st.integers(0, len(unfolded) - 1), max_size=2)
    slots = st.sets(st.integers(0, size - 1), max_size=1)
    waypoints = draw(st.lists(st.builds(Waypoint, states, slots), max_size=2))
    ends = draw(st.sets(st.sampled_from(sorted(outcomes(unfolded))), min_size=1))
    return unfolded, p, waypoints, ends


def matching(unfolded: Unfolded, p: list[float], waypoints: list[Waypoint], ends: set[int]) -> list[Path]:
    return [
        path
        for path in every(unfolded, p)
        if passed(unfolded, path)[-1] in ends
        and all(set(path) & set(way.slots) or set(passed(unfolded, path)) & set(way.states) for way in waypoints)
    ]


@given(questions())
@settings(max_examples=200)
def test_routes_hold_the_matching_paths(question: tuple[Unfolded, list[float], list[Waypoint], set[int]]) -> None:
    unfolded, p, waypoints, ends = question
    expected = matching(*question)
    found = routes(unfolded, p, ends=ends, waypoints=waypoints)
    assert found.total() == len(expected)
    ranked = sorted(expected, key=lambda path: (sum(round(-math.log(p[slot]) * 2**48) for slot in path), path))
    assert listed(found, found.most_probable(len(ranked), len(ranked))) == ranked
    for count in range(len(ranked)):
        assert listed(found, found.most_probable(count, len(ranked))) == ranked[:count]
    mass = sum(found.probabilities()[end] for end in found.ends)
    assert math.isclose(mass, sum(math.prod(p[slot] for slot in path) for path in expected), abs_tol=1e-12)
    # Every stop and every edge is on at least one path.
    assert set(found.slot) == {slot for path in expected for slot in path}
    assert set(found.state) == {state for path in expected for state in passed(unfolded, path)}


@given(questions())
@settings(max_examples=200)
def test_chokepoints_are_what_no_path_avoids(question: tuple[Unfolded, list[float], list[Waypoint], set[int]]) -> None:
    unfolded, p, waypoints, ends = question
    by_outcome: dict[str, list[list[int]]] = {}
    for path in matching(*question):
        states = passed(unfolded, path)
        by_outcome.setdefault(unfolded.place_ids[unfolded.place[states[-1]]], []).append(states[:-1])
    expected = {}
    for outcome, paths in by_outcome.items():
        shared = set.intersection(*(set(states) for states in paths))
        places = set.intersection(*({int(unfolded.place[state]) for state in states} for states in paths))
        names = {unfolded.labels[state] for state in shared}
        names |= {unfolded.place_ids[place] for place in places - {int(unfolded.place[state]) for state in shared}}
        expected[outcome] = names
    found = chokepoints(unfolded, routes(unfolded, p, ends=ends, waypoints=waypoints))
    assert {outcome: set(names) for outcome, names in found.items()} == expected
    assert all(names[0] == "n0" for names in found.values())


def test_nothing_to_find() -> None:
    nodes = [Node(id="a", kind="chance", title="", edges={"e": Edge(id="e", node="a", name="")})]
    unfolded = unfold(scenario(nodes))
    found = routes(unfolded, [0.0], ends=outcomes(unfolded))
    assert found is NOWHERE
    assert (found.total(), found.most_probable(3, 0), found.probabilities()) == (0, [], [])
    assert chokepoints(unfolded, found) == {}


def test_a_root_that_is_an_outcome_is_one_empty_path() -> None:
    unfolded = unfold(scenario([Node(id="end", kind="outcome", title="")]))
    found = routes(unfolded, [], ends={0})
    assert (found.total(), found.most_probable(3, 1), found.most_probable(0, 1)) == (1, [()], [])
    assert chokepoints(unfolded, found) == {"end": ()}


def test_a_node_passed_in_several_states_is_a_chokepoint_by_its_name() -> None:
    one = Expression.of("1")
    mark = {"mark": Expression.of("1")}
    fork = {
        "left": Edge(id="left", node="fork", name="", to="gate", p=one),
        "right": Edge(id="right", node="fork", name="", to="gate", p=one, set=mark),
    }
    gate = {"on": Edge(id="on", node="gate", name="", to="end", p=one, payoff={None: {VALUE: Expression.of("mark")}})}
    nodes = [
        Node(id="fork", kind="chance", title="", edges=fork),
        Node(id="gate", kind="chance", title="", edges=gate),
        Node(id="end", kind="outcome", title=""),
    ]
    unfolded = unfold(scenario(nodes, state={"mark": 0.0}))
    assert unfolded.labels == ("fork", "gate[mark=0]", "gate[mark=1]", "end")
    found = routes(unfolded, [0.5, 0.5, 1.0, 1.0], ends=outcomes(unfolded))
    assert chokepoints(unfolded, found) == {"end": ("fork", "gate")}


def test_a_deep_chain_needs_no_recursion() -> None:
    depth = 20_000
    nodes = [
        Node(id=f"n{i}", kind="chance", title="", edges={"e": Edge(id="e", node=f"n{i}", name="", to=f"n{i + 1}")})
        for i in range(depth)
    ]
    unfolded = unfold(scenario([*nodes, Node(id=f"n{depth}", kind="outcome", title="")]))
    found = routes(unfolded, [1.0] * depth, ends={depth})
    assert found.total() == 1
    assert len(found.most_probable(2, 1)[0]) == depth
    assert len(chokepoints(unfolded, found)[f"n{depth}"]) == depth
