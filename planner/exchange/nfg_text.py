"""Gambit's `.nfg` format as text: games in strategic form."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from planner.exchange.efg_text import Reading, header, players
from planner.exchange.lexing import REFERENCE, STRING, SYNTAX, Lexer
from planner.exchange.strategic import Table, as_tree

if TYPE_CHECKING:
    from planner.exchange.lexing import Token

MAX_CELLS = 1_000_000


def read(content: bytes | str, *, path: str = "game.nfg") -> Reading:
    """Read a game in strategic form, as the tree in which all choose at once.

    >>> reading = read('NFG 1 R "T" { "A" "B" } { 2 1 } 1 2 3 4')
    >>> reading.tree.sets[0].actions, [str(x) for one in reading.tree.outcomes for x in one.payoffs]
    (('1', '2'), ['1', '2', '3', '4'])

    Raises:
        ScenarioError: the text is no such game; the diagnostics say where and why.
        PlannerError: it is in an encoding that cannot be read.
    """
    lexer = Lexer(content, path=path)
    title = header(lexer, "NFG", "1")
    names = players(lexer)
    opened = lexer.token
    strategies = _strategies(lexer, names)
    comment = lexer.string("the comment") if lexer.token.kind == STRING else ""
    cells = prod(map(len, strategies))
    if cells > MAX_CELLS:
        lexer.fail(SYNTAX, f"the table has {cells:,} cells, more than {MAX_CELLS:,}", opened.start, opened.stop)
    if lexer.at_mark("{"):
        payoffs = _by_outcome(lexer, names, cells)
    else:
        payoffs = [tuple([lexer.number("a payoff") for _ in names]) for _ in range(cells)]
    lexer.finish()
    table = Table(title, tuple(names), tuple(strategies), tuple(payoffs), comment)
    return Reading(as_tree(table), lexer)


def _strategies(lexer: Lexer, names: list[str]) -> list[tuple[str, ...]]:
    """Take the names of the strategies, or their numbers."""
    opened = lexer.token
    lexer.take_mark("{", "and the strategies")
    found: list[tuple[str, ...]] = []
    while not lexer.at_mark("}"):
        if lexer.at_mark("{"):
            lexer.advance()
            actions = []
            while not lexer.at_mark("}"):
                actions.append(lexer.string("a strategy's name"))
            lexer.advance()
            found.append(tuple(actions))
        else:
            token = lexer.token
            count = lexer.integer("the number of strategies")
            if count > MAX_CELLS:
                lexer.fail(SYNTAX, f"{count:,} strategies are too many", token.start, token.stop)
            found.append(tuple(map(str, range(1, count + 1))))
    lexer.advance()
    if len(found) != len(names) or not all(found):
        lexer.fail(REFERENCE, f"there are {len(names)} players, and strategies for {sum(map(bool, found))}",
                   opened.start, opened.stop, help="give each player at least one strategy")  # fmt: skip
    return found


def _by_outcome(lexer: Lexer, names: list[str], cells: int) -> list[tuple[Fraction, ...]]:
    """Take a list of outcomes and the number of one for each cell; 0 pays nothing."""
    lexer.advance()
    outcomes: list[tuple[Fraction, ...]] = [(Fraction(0),) * len(names)]
    while not lexer.at_mark("}"):
        lexer.take_mark("{", "and an outcome")
        if lexer.token.kind == STRING:
            lexer.advance()
        outcomes.append(tuple([lexer.number("a payoff") for _ in names]))
        lexer.take_mark("}", "after one payoff for each player")
    lexer.advance()
    found = []
    for _ in range(cells):
        token: Token = lexer.token
        number = lexer.integer("the number of an outcome")
        if number >= len(outcomes):
            lexer.fail(REFERENCE, f"there is no outcome {number}", token.start, token.stop,
                       help=f"the list has {len(outcomes) - 1}")  # fmt: skip
        found.append(outcomes[number])
    return found


def write(table: Table) -> str:
    """Return a game in strategic form as text; labels must be such as Gambit takes.

    >>> print(write(Table("T", ("A",), (("x", "y"),), ((Fraction(1, 2),), (Fraction(2),)))), end="")
    NFG 1 R "T" { "A" }
    { { "x" "y" } }
    ""
    <BLANKLINE>
    1/2
    2
    """
    quoted = [" ".join(f'"{name}"' for name in each) for each in table.strategies]
    head = " ".join(f'"{name}"' for name in table.players)
    lines = [
        f'NFG 1 R "{table.title}" {{ {head} }}',
        "{ " + " ".join(f"{{ {each} }}" for each in quoted) + " }",
        f'"{table.comment}"',
        "",
        *(" ".join(map(str, paid)) for paid in table.payoffs),
    ]
    return "\n".join(lines) + "\n"
