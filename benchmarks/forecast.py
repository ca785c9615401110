"""All subgame-perfect equilibria of scenarios: from their text's states on, against what a shorter answer costs.

    python -m benchmarks.forecast

The peer of `forecast` is plain backward induction in Fractions over the same states, which follows the first of equally
good options and finds one equilibrium, no margins, threats, ties or number. Gambit, where it is installed, solves a
small tree as a normal form.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Any

from benchmarks.__main__ import main
from benchmarks.goals import Row
from benchmarks.timing import exponent, turns
from planner.analyses.disputes.game import game
from planner.analyses.forecast import forecast
from planner.core.rules import load
from planner.core.source import Source
from planner.core.tree import DECISION, OUTCOME

if TYPE_CHECKING:
    from planner.analyses.disputes.game import Game
    from planner.core.model import Scenario

ROUNDS = 3  # some take seconds
GROWTH = 1.25


def chain(length: int, *, ties: bool) -> Scenario:
    """Return two actors who take turns to end it or to pass it on; with ``ties`` every second move is one."""
    head = "planner: 1\ntitle: Chain\nactors: {one: {}, two: {}}\nstate: {turn: 1}\nnodes:\n"
    body = ""
    for who, other in (("one", "two"), ("two", "one")):
        pay = f"{{{who}: turn + 2, {other}: turn}}"
        if ties:
            pay = "{one: 0, two: turn}"
        body += (
            f"  {who}:\n    decision: Take or pass?\n    by: {who}\n    options:\n      take: {{payoff: {pay}}}\n"
            f"      pass: {{when: turn < {length}, set: {{turn: turn + 1}}, to: {other}}}\n"
        )
    return load(Source.from_text(head + body))


def bush(depth: int) -> Scenario:
    """Return three actors in turn with three options each, and payoffs that look random."""
    names = ("a", "b", "c")
    body = ""
    for at, who in enumerate(names):
        options = "".join(
            f"      w{way}: {{when: n < {depth}, set: {{n: n + 1, x: 3 * x + {way}}}, to: {names[(at + 1) % 3]}}}\n"
            for way in range(3)
        )
        rough = ", ".join(f"{name}: floor(10 * ({place + 7} * x / 31 - floor({place + 7} * x / 31)))"
                          for place, name in enumerate(names))  # fmt: skip
        body += (
            f"  {who}:\n    decision: Which way?\n    by: {who}\n    options:\n{options}"
            f"      end: {{when: n >= {depth}, payoff: {{{rough}}}}}\n"
        )
    head = "planner: 1\ntitle: Bush\nactors: {a: {}, b: {}, c: {}}\nstate: {n: 0, x: 0}\nnodes:\n"
    return load(Source.from_text(head + body))


def stages(count: int) -> Scenario:
    """Return many simultaneous choices of two, one after the other."""
    nodes = ""
    for at in range(count):
        on = f", to: a{at + 1}" if at < count - 1 else ""
        nodes += (
            f"  a{at}:\n    decision: Which?\n    by: a\n    options:\n"
            f"      x: {{payoff: {{a: 1}}, to: b{at}}}\n      y: {{payoff: {{b: 2}}, to: b{at}}}\n"
            f"  b{at}:\n    decision: Which?\n    by: b\n    unseen: [a{at}]\n    options:\n"
            f"      x: {{payoff: {{a: 1}}{on}}}\n      y: {{payoff: {{b: 3}}{on}}}\n"
        )
    return load(Source.from_text("planner: 1\ntitle: Stages\nactors: {a: {}, b: {}}\nnodes:\n" + nodes))


def plain(made: Game) -> list[Any]:
    """Fold a game back in Fractions, following the first of equally good options."""
    values: list[Any] = [None] * len(made)
    for state in range(len(made) - 1, -1, -1):
        kind = made.kind(state)
        if kind == OUTCOME:
            values[state] = made.end[state]
            continue
        ahead = [[x + y for x, y in zip(values[made.target[e]], made.gain[e], strict=True)] for e in made.edges(state)]
        if kind == DECISION:
            (owner,) = made.owners(state)
            values[state] = max(ahead, key=lambda row: row[owner])
        else:
            p = [made.p[e] for e in made.edges(state)]
            values[state] = [sum((q * row[a] for q, row in zip(p, ahead, strict=True)), Fraction(0))
                             for a in range(len(made.actors))]  # fmt: skip
    return list(values[0])


def against_plain(what: str, scenario: Scenario) -> tuple[Row, float]:
    """Time the whole forecast against unfolding and one fold."""
    times = turns({"ours": lambda: forecast(scenario), "plain": lambda: plain(game(scenario))}, rounds=ROUNDS)
    states = len(game(scenario))
    row = Row(f"{what}, {states:,} states, s", times["ours"], "one equilibrium in Fractions", times["plain"])
    return row, times["ours"]


def gambit() -> list[Row]:
    """Time a small tree against Gambit's pure equilibria."""
    try:
        import pygambit
    except ImportError:
        return []
    from planner.exchange import export

    scenario = bush(2)
    text = export(scenario, "efg").text

    def solve() -> object:
        found: Any = pygambit.nash.enumpure_solve(pygambit.read_efg(BytesIO(text.encode())))
        return found

    times = turns({"ours": lambda: forecast(scenario), "gambit": solve}, rounds=ROUNDS)
    return [Row("a tree of 13 decisions, s", times["ours"], "pygambit", times["gambit"], 1.0)]


def table() -> list[Row]:
    """Time chains, a bushy tree and hidden moves."""
    rows = []
    for ties in (False, True):
        what = "chain with a tie at every second move" if ties else "chain"
        points = []
        for length in (5_000, 20_000):
            row, time = against_plain(what, chain(length, ties=ties))
            rows.append(row)
            points.append((length, time))
        rows.append(Row(f"growth exponent, {what}", exponent(points), "linear", 1, GROWTH))
    rows.append(against_plain("bushy tree of three actors", bush(10))[0])
    points = []
    for count in (500, 2_000):
        scenario = stages(count)
        time = turns({"ours": lambda scenario=scenario: forecast(scenario)}, rounds=ROUNDS)["ours"]  # type: ignore[misc]
        points.append((count, time))
    rows.append(Row("growth exponent, simultaneous choices in turn", exponent(points), "linear", 1, GROWTH))
    rows.append(Row("2,000 simultaneous choices in turn, s", points[-1][1], "500 of them", points[0][1]))
    return rows + gambit()


if __name__ == "__main__":
    sys.exit(main(["forecast"]))
