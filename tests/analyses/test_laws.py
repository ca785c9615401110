"""Laws that every evaluation obeys, on generated scenarios."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analyses.evaluate import Evaluation, evaluate
from planner.core.expression import Expression
from planner.core.model import VALUE, Actor, Criterion, Edge, Node, Parameter, Payoff, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES = ["expected", "laplace", "maximin", "maximax", "hurwicz:0.3"]
ACTORS = ("ann", "bob", "cid")

amounts = st.integers(-20, 20)


def pay(by_actor: Mapping[str | None, int]) -> Payoff:
    return {actor: {VALUE: Expression.of(amount)} for actor, amount in by_actor.items()}


@st.composite
def scenarios(draw: st.DrawFn, *, actors: int = 1, joint: bool = False, sizes: tuple[int, int] = (1, 6)) -> Scenario:
    """Draw a small scenario: shared nodes, impossible branches, joint decisions, ends of both kinds."""
    names = ACTORS[:actors]
    count = draw(st.integers(*sizes))
    nodes: dict[str, Node] = {}
    for at in range(count):
        name = f"n{at}"
        kind = draw(st.sampled_from(["decision", "chance"]))
        degree = draw(st.integers(1, 3))
        weights = draw(st.lists(st.integers(0, 4), min_size=degree, max_size=degree))
        weights[0] += not any(weights)
        edges = {}
        for slot in range(degree):
            later = st.sampled_from([*(f"n{other}" for other in range(at + 1, count)), "end", "end", None])
            own: dict[str | None, int] = {None: draw(amounts)}
            if actors > 1:
                own.update({actor: draw(amounts) for actor in names if draw(st.booleans())})
            p = Expression.of(Fraction(weights[slot], sum(weights))) if kind == "chance" else None
            edges[f"e{slot}"] = Edge(f"e{slot}", name, f"{name} {slot}", to=draw(later), p=p, payoff=pay(own))
        if kind == "chance":
            nodes[name] = Node(name, "chance", name, edges)
        elif joint and draw(st.booleans()):
            nodes[name] = Node(name, "decision", name, edges, by=names, fallback=f"e{draw(st.integers(0, degree - 1))}")
        else:
            nodes[name] = Node(name, "decision", name, edges, by=(draw(st.sampled_from(names)),))
    nodes["end"] = Node("end", "outcome", "End", payoff=pay({None: draw(amounts)}))
    return Scenario(
        "made", nodes, {name: Actor(name, name.title()) for name in names}, {VALUE: Criterion(VALUE, VALUE)}
    )


def total(scenario: Scenario, payoff: Payoff, actor: str) -> Fraction:
    """Return what a payoff without names gives an actor."""
    return sum((payoff[key][VALUE].exact_constant for key in (None, actor) if key in payoff), Fraction(0))


def follow(scenario: Scenario, choices: Mapping[str, str], actor: str) -> tuple[Fraction, frozenset[str]]:
    """Return the expected value of a strategy, path by path, and the decisions that it meets."""
    met = set()
    value = Fraction(0)
    stack = [("n0", Fraction(1), Fraction(0))]
    while stack:
        name, mass, path = stack.pop()
        node = scenario.nodes[name]
        if node.kind == "outcome":
            value += mass * (path + total(scenario, node.payoff, actor))
            continue
        if node.kind == "decision":
            met.add(name)
        for edge in node.edges.values():
            share = edge.p.exact_constant if edge.p is not None else Fraction(choices[name] == edge.id)
            if share:
                gained = path + total(scenario, edge.payoff, actor)
                if edge.to is None:
                    value += mass * share * gained
                else:
                    stack.append((edge.to, mass * share, gained))
    return value, frozenset(met)


def strategies(scenario: Scenario) -> list[dict[str, str]]:
    decisions = [node for node in scenario.nodes.values() if node.kind == "decision"]
    return [
        dict(zip((node.id for node in decisions), options, strict=True))
        for options in product(*(node.edges for node in decisions))
    ]


def edited(scenario: Scenario, change: Mapping[str, Node]) -> Scenario:
    return replace(scenario, nodes={**scenario.nodes, **change})


def numbers(evaluation: Evaluation) -> list[float]:
    """Return everything that was computed, in order."""
    found = [*evaluation.values.values()]
    for decision in evaluation.decisions:
        found += [value for option in decision.options for value in option.values.values()]
        found.append(decision.probability)
    for outcome in evaluation.outcomes:
        found += [outcome.probability, *outcome.values.values(), *outcome.payoff.values()]
    return [float(number) for number in found]


def choices(evaluation: Evaluation) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(decision.state, decision.chosen, decision.tied) for decision in evaluation.decisions]


@given(scenarios())
@settings(deadline=None)
def test_the_rolled_back_value_is_that_of_the_best_strategy(scenario: Scenario):
    best = max(follow(scenario, choice, "ann")[0] for choice in strategies(scenario))
    evaluation = evaluate(scenario, exact=True)
    assert evaluation.values == {"ann": best}
    followed = {decision.node: decision.chosen for decision in evaluation.decisions}
    default = {node.id: next(iter(node.edges)) for node in scenario.nodes.values() if node.kind == "decision"}
    value, met = follow(scenario, {**default, **followed}, "ann")
    assert value == best
    assert met == set(evaluation.strategy)


@given(scenarios(actors=3, joint=True), st.sampled_from(RULES))
@settings(deadline=None)
def test_floats_say_what_fractions_say(scenario: Scenario, rule: str):
    rounded, exact = evaluate(scenario, rule=rule), evaluate(scenario, rule=rule, exact=True)
    assert choices(rounded) == choices(exact)
    assert numbers(rounded) == pytest.approx(numbers(exact), rel=1e-12, abs=1e-11)
    assert all(isinstance(value, Fraction) for value in exact.values.values())


@given(scenarios(actors=2, joint=True), st.sampled_from(RULES), st.integers(-50, 50))
@settings(deadline=None)
def test_a_constant_moves_every_value_and_no_choice(scenario: Scenario, rule: str, shift: int):
    before = evaluate(scenario, rule=rule, exact=True)
    moved = replace(scenario, criteria={VALUE: Criterion(VALUE, VALUE, start=shift)})
    after = evaluate(moved, rule=rule, exact=True)
    assert choices(after) == choices(before)
    assert after.values == {actor: value + shift for actor, value in before.values.items()}
    assert [outcome.values for outcome in after.outcomes] == [
        {actor: value + shift for actor, value in outcome.values.items()} for outcome in before.outcomes
    ]


@given(scenarios(actors=2, joint=True), st.sampled_from(RULES))
@settings(deadline=None)
def test_other_names_change_nothing(scenario: Scenario, rule: str):
    renamed = {
        f"x-{name}": replace(
            node,
            id=f"x-{name}",
            edges={
                f"y-{edge.id}": replace(edge, id=f"y-{edge.id}", node=f"x-{name}", to=edge.to and f"x-{edge.to}")
                for edge in node.edges.values()
            },
            fallback=node.fallback and f"y-{node.fallback}",
        )
        for name, node in scenario.nodes.items()
    }
    before, after = evaluate(scenario, rule=rule), evaluate(replace(scenario, nodes=renamed), rule=rule)
    assert numbers(after) == numbers(before)
    assert [decision.chosen for decision in after.decisions] == [
        f"y-{decision.chosen}" for decision in before.decisions
    ]


@given(scenarios(actors=3, joint=True), st.permutations(ACTORS), st.sampled_from(RULES))
@settings(deadline=None)
def test_the_order_of_actors_does_not_matter(scenario: Scenario, order: list[str], rule: str):
    other = replace(scenario, actors={actor: scenario.actors[actor] for actor in order})
    before, after = evaluate(scenario, rule=rule), evaluate(other, rule=rule)
    assert after.values == before.values
    assert choices(after) == choices(before)


@given(scenarios(actors=2), st.data(), st.sampled_from(RULES))
@settings(deadline=None)
def test_a_shared_node_is_worth_what_copies_of_it_are(scenario: Scenario, data: st.DataObject, rule: str):
    into = [edge for edge in scenario.edges() if edge.to is not None and scenario.nodes[edge.to].kind != "outcome"]
    before = evaluate(scenario, rule=rule, exact=True)
    if into:
        edge = data.draw(st.sampled_from(into))
        assert edge.to is not None
        shared = scenario.nodes[edge.to]
        copy = replace(
            shared, id="copy", edges={name: replace(inner, node="copy") for name, inner in shared.edges.items()}
        )
        source = scenario.nodes[edge.node]
        redirected = replace(source, edges={**source.edges, edge.id: replace(edge, to="copy")})
        scenario = edited(scenario, {source.id: redirected, "copy": copy})
    assert evaluate(scenario, rule=rule, exact=True).values == before.values


@given(scenarios(actors=2, joint=True), st.sampled_from(RULES))
@settings(deadline=None)
def test_the_outcomes_hold_all_probability_and_the_mean(scenario: Scenario, rule: str):
    evaluation = evaluate(scenario, rule=rule, exact=True)
    assert sum(outcome.probability for outcome in evaluation.outcomes) == 1
    if rule == "expected":
        for actor, value in evaluation.values.items():
            assert sum(outcome.probability * outcome.values[actor] for outcome in evaluation.outcomes) == value
    assert all(outcome.probability > 0 for outcome in evaluation.outcomes)


@given(scenarios(), st.fractions(0, 1, max_denominator=20))
@settings(deadline=None)
def test_hurwicz_lies_between_worst_and_best_case(scenario: Scenario, optimism: Fraction):
    values = [
        evaluate(scenario, rule=rule, exact=True).values["ann"]
        for rule in ("maximin", f"hurwicz:{optimism}", "maximax")
    ]
    assert values == sorted(values)


def careful(scenario: Scenario, tolerance: float | None) -> Scenario:
    return replace(
        scenario, actors={name: replace(actor, risk_tolerance=tolerance) for name, actor in scenario.actors.items()}
    )


@given(scenarios(), st.floats(0.01, 1e6))
@settings(deadline=None)
def test_a_certainty_equivalent_lies_between_worst_case_and_mean(scenario: Scenario, tolerance: float):
    value = evaluate(careful(scenario, tolerance)).values["ann"]
    assert evaluate(scenario, rule="maximin").values["ann"] - 1e-9 <= value <= evaluate(scenario).values["ann"] + 1e-9


@given(scenarios())
@settings(deadline=None)
def test_a_certainty_equivalent_grows_with_the_tolerance_to_the_mean(scenario: Scenario):
    values = [evaluate(careful(scenario, tolerance)).values["ann"] for tolerance in (0.1, 1.0, 10.0, 1e3, 1e9)]
    assert all(low <= high + 1e-9 for low, high in pairwise(values))
    assert values[-1] == pytest.approx(evaluate(scenario).values["ann"], abs=1e-5)


@given(scenarios(actors=2, joint=True), st.floats(0.5, 100), st.integers(-50, 50))
@settings(deadline=None)
def test_what_was_gained_before_does_not_change_a_careful_choice(scenario: Scenario, tolerance: float, shift: int):
    averse = careful(scenario, tolerance)
    before = evaluate(averse)
    after = evaluate(replace(averse, criteria={VALUE: Criterion(VALUE, VALUE, start=shift)}))
    assert [chosen for _, chosen, _ in choices(after)] == [chosen for _, chosen, _ in choices(before)]
    assert list(after.values.values()) == pytest.approx([value + shift for value in before.values.values()], abs=1e-9)


@given(scenarios(), st.sampled_from(["expected", "laplace"]))
@settings(deadline=None)
def test_a_cost_is_a_gain_the_other_way_round(scenario: Scenario, rule: str):
    flipped = {
        name: replace(
            node,
            payoff={key: {VALUE: Expression.of(-one[VALUE].exact_constant)} for key, one in node.payoff.items()},
            edges={
                edge.id: replace(
                    edge,
                    payoff={
                        key: {VALUE: Expression.of(-one[VALUE].exact_constant)} for key, one in edge.payoff.items()
                    },
                )
                for edge in node.edges.values()
            },
        )
        for name, node in scenario.nodes.items()
    }
    cost = evaluate(replace(scenario, nodes=flipped, objective="minimize"), rule=rule, exact=True)
    gain = evaluate(scenario, rule=rule, exact=True)
    assert choices(cost) == choices(gain)
    assert cost.values == {actor: -value for actor, value in gain.values.items()}


@given(scenarios(sizes=(2, 5)), st.fractions(0, 1, max_denominator=12))
@settings(deadline=None)
def test_an_override_is_the_number_in_the_file(scenario: Scenario, p: Fraction):
    root = Node(
        "n0",
        "chance",
        "n0",
        {
            "yes": Edge("yes", "n0", "yes", to="n1", p=Expression.of("hope")),
            "no": Edge("no", "n0", "no", to="end", rest=True),
        },
    )

    def written(value: Fraction) -> Scenario:
        return replace(edited(scenario, {"n0": root}), parameters={"hope": Parameter("hope", Expression.of(value))})

    overridden = evaluate(written(Fraction(1, 2)), overrides={"hope": str(p)}, exact=True)
    assert overridden.to_dict() == evaluate(written(p), exact=True).to_dict()


@given(scenarios(actors=3, joint=True))
@settings(deadline=None)
def test_owners_who_agree_lose_nothing_by_it(scenario: Scenario):
    for decision in evaluate(scenario, exact=True).decisions:
        if len(decision.by) < 2:
            continue
        fallback = decision.option(scenario.nodes[decision.node].fallback or "").values
        chosen = decision.option(decision.chosen).values
        gains = [chosen[owner] - fallback[owner] for owner in decision.by]
        least = [
            min(option.values[owner] - fallback[owner] for owner in decision.by)
            for option in decision.options
            if any(option.values[owner] > fallback[owner] for owner in decision.by)
        ]
        if any(gain >= 0 for gain in least):
            assert min(gains) == max(least)
        else:
            assert decision.chosen == scenario.nodes[decision.node].fallback
