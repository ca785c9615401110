"""Generated scenarios whose numbers vary, and draws of their inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from planner.core.expression import Expression
from planner.core.model import VALUE, Actor, Criterion, Edge, Node, Parameter, Resolution, Scenario
from planner.core.rule import Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.core.draws import Inputs, Uniforms

ACTORS = ("ann", "bob", "cid")
CRITERIA = ("gold", "calm")
AMOUNTS = (
    "x", "2*x", "x + y", "3*x - 2*y + 1", "x*y", "-x", "x/2", "exp(y)/4", "x/(y + 3)", "max(x, 2*y, 1)", "abs(y)",
    "x if y > 0 else -x", "derived", "derived + x", "floor(x)", "sqrt(abs(x))", "y**2", "min(x, y)", "not (x > y)",
    "(x > 0) + (y > 0 and x < 1)", "log(1 + abs(y))", "sin(x)", "0*x", "7",
)  # fmt: skip
CHANCES = ("u", "u/2", "0.1 + 0.3*u", "u*u", "v", "(u + v)/4", "u if x > 0 else v/2", "0.25", "0")
PARAMETERS = {"x": "1", "y": "0.5", "u": "0.5", "v": "0.25", "derived": "x * 2 + y"}
RULES = ("expected", "expected", "expected", "laplace", "maximin", "maximax", "hurwicz:0.3")


@dataclass(frozen=True)
class Case:
    """A scenario, the decision in focus, and draws."""

    scenario: Scenario
    focus: str
    rule: Rule
    inputs: Inputs
    uniforms: Uniforms

    @property
    def count(self) -> int:
        return len(next(iter([*self.inputs.values(), *(row for rows in self.uniforms.values() for row in rows)])))


def amount(draw: st.DrawFn, *, state: bool) -> Expression:
    if draw(st.booleans()):
        return Expression.of(draw(st.integers(-9, 9)))
    formula = draw(st.sampled_from(AMOUNTS))
    return Expression.of(f"({formula}) * (1 + step)" if state and draw(st.booleans()) else formula)


def payoff(draw: st.DrawFn, actors: tuple[str, ...], criteria: tuple[str, ...], *, state: bool) -> Any:
    found: dict[str | None, dict[str, Expression]] = {}
    for key in (None, *(actors if len(actors) > 1 else ())):
        chosen = {name: amount(draw, state=state) for name in criteria if draw(st.booleans())}
        if chosen:
            found[key] = chosen
    return found


def branches(draw: st.DrawFn, edges: dict[str, Edge]) -> dict[str, Edge]:
    """Give edges probabilities that fit for u and v between 0 and 1."""
    names = list(edges)
    made = dict(edges)
    if len(names) == 2 and draw(st.booleans()):
        formula = draw(st.sampled_from(CHANCES[:-2]))
        made[names[0]] = replace(edges[names[0]], p=Expression.of(formula))
        made[names[1]] = replace(edges[names[1]], p=Expression.of(f"1 - ({formula})"))
        return made
    rest = draw(st.integers(0, len(names) - 1))
    for at, name in enumerate(names):
        if at == rest or (at > rest and draw(st.booleans())):
            made[name] = replace(edges[name], rest=True)
        else:
            made[name] = replace(edges[name], p=Expression.of(f"({draw(st.sampled_from(CHANCES))}) / {len(names)}"))
    return made


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a small scenario in which anything may vary: what an actor weighs and fears, formulas, path state."""
    actors = ACTORS[: draw(st.integers(1, 3))]
    weighted = draw(st.booleans())
    criteria = CRITERIA if weighted else (VALUE,)
    state = draw(st.booleans())
    count = draw(st.integers(1, 6))
    nodes: dict[str, Node] = {}
    for at in range(count):
        name = f"n{at}"
        later = [*(f"n{other}" for other in range(at + 1, count)), "end", None]
        edges: dict[str, Edge] = {}
        for slot in range(draw(st.integers(1, 3))):
            to = draw(st.sampled_from(later))
            step = {"step": Expression.of("step + 1")} if state and draw(st.booleans()) else {}
            own = payoff(draw, actors, criteria, state=state)
            edges[f"e{slot}"] = Edge(f"e{slot}", name, f"{name} {slot}", to=to, payoff=own, set=step)
        kind = draw(st.sampled_from(["decision", "chance"]))
        if kind == "chance":
            edges = branches(draw, edges)
            certainty = draw(st.sampled_from([None, None, 4.0]))
            happened = draw(st.sampled_from([None, None, None, Resolution("e0")]))
            nodes[name] = Node(name, "chance", name, edges, certainty=certainty, resolved=happened)
        elif len(actors) > 1 and draw(st.booleans()):
            fallback = draw(st.sampled_from(list(edges)))
            nodes[name] = Node(name, "decision", name, edges, by=actors, fallback=fallback)
        else:
            nodes[name] = Node(name, "decision", name, edges, by=(draw(st.sampled_from(actors)),))
    nodes["end"] = Node("end", "outcome", "End", payoff=payoff(draw, actors, criteria, state=state))
    scenario = Scenario(
        "made",
        nodes,
        {name: actor(draw, name, criteria, weighted=weighted) for name in actors},
        {name: Criterion(name, name, worst=-10, best=10, start=1) for name in criteria}
        if weighted
        else {VALUE: Criterion(VALUE, VALUE)},
        parameters={name: Parameter(name, Expression.of(value)) for name, value in PARAMETERS.items()},
        state={"step": 0} if state else {},
        objective="minimize" if not weighted and draw(st.booleans()) else "maximize",
    )
    focus = draw(st.sampled_from([name for name in nodes if name != "end"]))
    return Case(scenario, focus, Rule.parse(draw(st.sampled_from(RULES))), *draws(draw, scenario, weighted=weighted))


def actor(draw: st.DrawFn, name: str, criteria: tuple[str, ...], *, weighted: bool) -> Actor:
    weights = {criterion: draw(st.sampled_from([-20, 0, 30, 50])) for criterion in criteria} if weighted else {}
    if weighted and not any(weights.values()):
        weights[criteria[0]] = 10
    return Actor(name, name.title(), weights=weights, risk_tolerance=draw(st.sampled_from([None, None, 5.0])))


def draws(draw: st.DrawFn, scenario: Scenario, *, weighted: bool) -> tuple[Inputs, Uniforms]:
    """Draw what varies, and its numbers; some fall together, so that options tie."""
    names = ["x", "y", "u", "v", "derived"]
    for name, one in scenario.actors.items():
        names += [f"actors.{name}.risk_tolerance"] if one.risk_tolerance else []
        names += [f"actors.{name}.weights.gold"] if weighted else []
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True))
    random = np.random.default_rng(draw(st.integers(0, 999)))
    count = draw(st.sampled_from([1, 2, 3, 7, 20]))
    inputs = {name: numbers(random, name, count) for name in chosen}
    uniforms = {
        node.id: [random.uniform(0.01, 0.99, count) for _ in node.edges]
        for node in scenario.nodes.values()
        if node.certainty is not None and draw(st.booleans())
    }
    return inputs, uniforms


def numbers(random: np.random.Generator, name: str, count: int) -> NDArray[np.float64]:
    if name in {"u", "v"}:
        return random.choice([0.0, 0.25, 0.5, 1.0, *random.uniform(0, 1, 4)], count)
    if name.endswith("risk_tolerance"):
        return random.choice([np.inf, 1e6, *random.uniform(0.2, 40, 6)], count)
    if "." in name:
        return random.choice([-10.0, 0.0, 5.0, 40.0], count)
    near = random.choice([0.0, 0.0, 3e-13, 1e-12, 2e-12, 1e-11], count)  # what counts as a tie, and what does not
    found: NDArray[np.float64] = near + random.choice([-2.0, 0.0, 1.0, 3.0, *random.normal(0, 3, 4)], count)
    return found
