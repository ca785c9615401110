"""Gambit's strategic form: tables of payoffs as simultaneous choices, and scenarios as tables."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analyses.result import BadArgument
from planner.core.diagnostics import ScenarioError
from planner.exchange import export, import_text
from planner.exchange.nfg_text import write
from planner.exchange.strategic import Table
from tests.exchange.oracle import answers, paths, scenario
from tests.exchange.test_efg import game
from tests.exchange.witness import gambit

DILEMMA = 'NFG 1 R "Prisoner\'s dilemma" { "A" "B" } { { "silent" "talk" } { "silent" "talk" } } "" 3 3 5 0 0 5 1 1'


def test_prisoners_dilemma():
    made = scenario(import_text(DILEMMA, "nfg").text)
    found = answers(made)
    assert (found["nash"], found["nash_payoffs"]) == (1, [("1", "1")])
    # the first player's strategy varies fastest in the file, the second's in the tree
    assert [tuple(map(int, paid)) for _, paid in paths(made)] == [(3, 3), (0, 5), (5, 0), (1, 1)]


def test_outcomes_by_number_and_counts_of_strategies():
    text = 'NFG 1 R "T" { "A" "B" } { 2 2 } { { "x" 1, 2 } { "" 3, 4 } } 1 2 0 1'
    made = scenario(import_text(text, "nfg").text)
    assert sorted(tuple(map(int, paid)) for _, paid in paths(made)) == [(0, 0), (1, 2), (1, 2), (3, 4)]
    assert [edge.name for edge in made.root.edges.values()] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DILEMMA[:-2], "the file ends where a payoff"),
        (DILEMMA.replace("5 0 0", "5 nan 0"), "'nan' is no number"),
        ('NFG 1 R "T" { "A" "B" } { 2 } 1 2', "players: 2, and with strategies: 1"),
        ('NFG 1 R "T" { "A" } { 0 }', "players: 1, and with strategies: 0"),
        ('NFG 1 R "T" { "A" } { 2 } { { "" 1 } } 1 2', "there is no outcome 2"),
        ('NFG 1 R "T" { "A" "B" } { 9999 9999 } 1', "99,980,001 cells"),
    ],
)
def test_bad_tables_are_refused(text: str, said: str):
    with pytest.raises(ScenarioError, match=said):
        import_text(text, "nfg")


def test_text_behind_the_table_is_told():
    (warning,) = import_text(DILEMMA + " 7", "nfg").warnings
    assert warning.code == "X106"


@st.composite
def tables(draw: st.DrawFn) -> Table:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    number = st.integers(-4, 4).map(lambda n: Fraction(n, 3))
    cells = 1
    for size in sizes:
        cells *= size
    payoffs = tuple(tuple(draw(number) for _ in sizes) for _ in range(cells))
    names = tuple(tuple(f"s{at}" for at in range(size)) for size in sizes)
    return Table("T", tuple(f"P{at}" for at in range(len(sizes))), names, payoffs)


@settings(max_examples=40, deadline=None)
@given(tables())
def test_tables_come_back(table: Table):
    back = export(scenario(import_text(write(table), "nfg").text), "nfg").text
    numbers = [[Fraction(x) for x in line.split()] for line in back.splitlines()[4:]]
    assert numbers == [list(paid) for paid in table.payoffs]


@settings(max_examples=40, deadline=None)
@given(tables())
def test_equilibria_are_those_of_the_table(table: Table):
    """Nobody can gain alone: straight from the definition."""
    sizes = [len(each) for each in table.strategies]
    cells = list(product(*(range(size) for size in reversed(sizes))))
    pay = {tuple(reversed(cell)): paid for cell, paid in zip(cells, table.payoffs, strict=True)}
    stable = [
        paid
        for cell, paid in pay.items()
        if all(
            pay[(*cell[:player], other, *cell[player + 1 :])][player] <= paid[player]
            for player, size in enumerate(sizes)
            for other in range(size)
        )
    ]
    found = answers(scenario(import_text(write(table), "nfg").text))
    assert found["nash"] == len(stable)
    assert found["nash_payoffs"] == sorted({tuple(map(str, paid)) for paid in stable})


def test_plans_after_own_moves_are_left_out():
    """Of four plans for 'leave or stay, then left or right' only three differ (Kuhn 1953)."""
    made = scenario(
        "planner: 1\ntitle: T\nactors: {a: {}, b: {}}\nnodes:\n"
        "  x: {decision: X, by: a, options: {leave: {}, stay: {to: y}}}\n"
        "  y: {decision: Y, by: b, options: {up: {to: z}, down: {payoff: {b: 1}}}}\n"
        "  z: {decision: Z, by: a, options: {left: {payoff: {a: 2}}, right: {payoff: {a: 3}}}}\n"
    )
    text = export(made, "nfg").text
    assert '{ { "leave" "stay, left" "stay, right" } { "up" "down" } }' in text
    assert text.splitlines()[4:] == ["0 0", "2 0", "3 0", "0 0", "0 1", "0 1"]


def test_chance_is_averaged():
    text = export(scenario(import_text(game("single-actor-survey"), "efg").text), "nfg").text
    payoffs = dict(zip(text.splitlines()[1].split('" "'), text.splitlines()[4:], strict=True))
    assert payoffs['act blind" } }'] == "6"  # 20 * 3/5 - 15 * 2/5
    assert payoffs["survey, invest, wait"] == "11"  # 20 * 3/5 - 1


def test_large_tables_are_refused():
    made = scenario(import_text(game("three-actor-sequential"), "efg").text)
    with pytest.raises(BadArgument, match="3 x 27 x 19,683 = 1,594,323 combinations"):
        export(made, "nfg")


@pytest.mark.parametrize("name", ["ultimatum-4", "simultaneous-chicken", "single-actor-survey", "crisis-signalling"])
def test_gambit_reads_tables(name: str):
    pygambit = gambit()
    text = export(scenario(import_text(game(name), "efg").text), "nfg").text
    theirs = pygambit.read_nfg(BytesIO(text.encode("ascii")))
    found = answers(scenario(import_text(text, "nfg").text))
    assert len(pygambit.nash.enumpure_solve(theirs).equilibria) == found["nash"]
