"""Gambit's `.efg` format as text: a lenient reader, a strict writer.

The reader takes what any version of Gambit wrote and what people write by hand: UTF-8 and Windows-1252, a byte order
mark, labels that repeat or are empty, actions that are not repeated, payoffs on inner nodes. The writer writes what
every version reads: ASCII, fractions, no backslash, labels that are unique where Gambit wants them so, and no names on
nodes, which Gambit compares with each other one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.core.diagnostics import ScenarioError
from planner.exchange.lexing import CHANCES, MARK, REFERENCE, RESTATED, STRING, SYNTAX, WORD, Lexer
from planner.exchange.tree import CHANCE, InformationSet, Outcome, Position, Tree

if TYPE_CHECKING:
    from planner.core.diagnostics import Diagnostic

MAX_POSITIONS = 2_000_000


@dataclass(frozen=True)
class Reading:
    """A game as it was read.

    Attributes:
        tree: the game.
        lexer: the text, for messages about what cannot be done with it.
        warnings: what was passed over.
    """

    tree: Tree
    lexer: Lexer = field(repr=False)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was passed over."""
        return tuple(self.lexer.warnings)


def read(content: bytes | str, *, path: str = "game.efg") -> Reading:
    """Read a game in extensive form.

    >>> game = read('EFG 2 R "Coin" { "A" } c "" 1 "toss" { "heads" 1/2 "tails" 1/2 } 0 t "" 1 "won" { 3 } t "" 0')
    >>> game.tree.players, len(game.tree), game.tree.outcomes[0].payoffs
    (('A',), 3, (Fraction(3, 1),))

    Raises:
        ScenarioError: the text is no such game; the diagnostics say where and why.
        PlannerError: it is in an encoding that cannot be read.
    """
    lexer = Lexer(content, path=path)
    return _Reader(lexer).run()


def header(lexer: Lexer, name: str, version: str) -> str:
    """Take the beginning of a file, `EFG 2 R` or `NFG 1 R`, and the title.

    Raises:
        ScenarioError: it begins in another way.
    """
    token = lexer.token
    if token.text != name or token.kind != WORD:
        known = {"EFG": "an extensive", "NFG": "a strategic"}
        said = token.text.lower() if token.text in known else "FORMAT"
        other = (
            f"this is a game in {known[token.text]} form"
            if token.text in known
            else f"a .{name.lower()} file begins so"
        )
        lexer.fail(SYNTAX, f"the file does not begin with '{name} {version} R'", token.start, max(token.stop, 1),
                   help=f"{other}; --from {said} says what it is")  # fmt: skip
    lexer.advance()
    found = lexer.word(f"the version, {version},")
    if found.text != version:
        lexer.fail(SYNTAX, f"version {found.text} of the format is not known", found.start, found.stop,
                   help=f"Gambit writes version {version}: open and save it there")  # fmt: skip
    kind = lexer.word("'R'")
    if kind.text not in {"R", "D"}:
        lexer.fail(SYNTAX, f"'{kind.text}' stands where 'R' should stand", kind.start, kind.stop)
    return lexer.string("the title")


class _Reader:
    """Collects sets, outcomes and nodes; a stack of open nodes stands for the recursion."""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self.faults: list[Diagnostic] = []
        self.sets: list[InformationSet] = []
        self.numbered: dict[tuple[int, int], int] = {}
        self.outcomes: list[Outcome | None] = []
        self.outcome_at: dict[int, tuple[int, int, int]] = {}  # number -> index and place of first mention
        self.positions: list[Position] = []
        self.players: list[str] = []

    def run(self) -> Reading:
        lexer = self.lexer
        title = header(lexer, "EFG", "2")
        self.players = players(lexer)
        comment = ""
        if lexer.token.kind == STRING:
            comment = lexer.string("the comment")
        self.nodes()
        lexer.finish()
        for number, (index, start, stop) in self.outcome_at.items():
            if self.outcomes[index] is None:
                self.fault(REFERENCE, f"outcome {number} has no payoffs anywhere", start, stop,
                           help=f'write them behind its number: {number} "name" {{ … }}')  # fmt: skip
        if self.faults:
            raise ScenarioError([*lexer.warnings, *self.faults])
        outcomes = tuple(outcome for outcome in self.outcomes if outcome is not None)
        tree = Tree(title, tuple(self.players), tuple(self.sets), outcomes, tuple(self.positions), comment)
        return Reading(tree, lexer)

    def nodes(self) -> None:
        """Read all nodes of the tree."""
        open_: list[tuple[int, int]] = []  # nodes and how many of their actions are still to come
        while True:
            parent, slot = -1, 0
            if open_:
                parent, slot = open_[-1]
            at = len(self.positions)
            if at >= MAX_POSITIONS:
                token = self.lexer.token
                self.lexer.fail(SYNTAX, f"the game has more than {MAX_POSITIONS:,} nodes", token.start, token.stop)
            actions = self.node(parent, slot)
            if open_:
                count = len(self.sets[self.positions[parent].set].actions)
                if slot + 1 < count:
                    open_[-1] = (parent, slot + 1)
                else:
                    open_.pop()
            if actions:
                open_.append((at, 0))
            if not open_:
                return

    def node(self, parent: int, slot: int) -> int:
        """Read one node; return how many actions it has."""
        lexer = self.lexer
        token = lexer.token
        if token.kind != WORD or token.text not in {"c", "p", "t"}:
            lexer.unexpected("a node: c (chance), p (player) or t (the end of a path)")
        lexer.advance()
        label = lexer.string("the node's label") if lexer.token.kind == STRING else ""
        index = -1
        if token.text != "t":
            index = self.set_of(self.player() if token.text == "p" else CHANCE)
        outcome = self.outcome()
        self.positions.append(Position(label, index, outcome, parent, slot, token.start))
        return len(self.sets[index].actions) if index >= 0 else 0

    def player(self) -> int:
        token = self.lexer.token
        number = self.lexer.integer("the player's number")
        if not 1 <= number <= len(self.players):
            known = f"1 to {len(self.players)}" if self.players else "none, as the file names no players"
            self.lexer.fail(REFERENCE, f"there is no player {number}", token.start, token.stop,
                            help=f"players have the numbers {known}")  # fmt: skip
        return number

    def set_of(self, player: int) -> int:
        """Read the number of an information set and, if they are there, its label and actions."""
        lexer = self.lexer
        token = lexer.token
        number = lexer.integer("the number of the information set")
        label, actions, chances = "", [], []
        if lexer.token.kind == STRING:
            label = lexer.string("the label")
        opened = lexer.token
        if lexer.at_mark("{"):
            lexer.advance()
            while not lexer.at_mark("}"):
                actions.append(lexer.string("an action"))
                if player == CHANCE:
                    chances.append(lexer.number("a probability"))
            lexer.advance()
        known = self.numbered.get((player, number))
        if known is not None:
            if actions:
                made = InformationSet(player, number, label, tuple(actions), tuple(chances))
                self.restated(self.sets[known], made, token.start, token.stop)
            return known
        if not actions:
            whose = "chance" if player == CHANCE else f"player {player}"
            lexer.fail(REFERENCE, f"information set {number} of {whose} has no actions where it comes first",
                       token.start, token.stop, help="list them there; later mentions may leave them out")  # fmt: skip
        if player == CHANCE:
            self.check_chances(chances, opened.start, opened.stop)
        self.numbered[player, number] = len(self.sets)
        self.sets.append(InformationSet(player, number, label, tuple(actions), tuple(chances)))
        return len(self.sets) - 1

    def restated(self, first: InformationSet, again: InformationSet, start: int, stop: int) -> None:
        """Compare a set with what was said of it before."""
        if len(first.actions) != len(again.actions):
            counts = f"{len(first.actions)} actions where it comes first and {len(again.actions)} here"
            self.lexer.fail(RESTATED, f"information set {first.number} has {counts}", start, stop,
                            help="give one of them another number")  # fmt: skip
        if first.chances != again.chances:
            self.fault(RESTATED, f"chance set {first.number} has other probabilities than where it comes first",
                       start, stop, help="give one of them another number")  # fmt: skip
        elif first.actions != again.actions:
            self.lexer.warn(RESTATED, f"information set {first.number} has other action names than where it comes "
                            "first, which are kept", start, stop)  # fmt: skip

    def check_chances(self, chances: list[Fraction], start: int, stop: int) -> None:
        """Probabilities must sum to exactly 1."""
        total = sum(chances, start=Fraction(0))
        if any(p < 0 for p in chances):
            self.fault(CHANCES, "a probability is below 0", start, stop, help="probabilities lie between 0 and 1")
        elif total != 1:
            self.fault(CHANCES, f"the probabilities sum to {_decimal(total)}, not 1", start, stop,
                       help="use fractions: 1/3 1/3 1/3 sum to 1, and 0.333 0.333 0.333 do not")  # fmt: skip

    def outcome(self) -> int:
        """Read the outcome of a node; return its index, -1 for none."""
        lexer = self.lexer
        token = lexer.token
        number = lexer.integer("the number of an outcome (0 for none)")
        label = lexer.string("the outcome's label") if lexer.token.kind == STRING else ""
        payoffs: list[Fraction] | None = None
        opened = lexer.token
        if lexer.token.kind == MARK and lexer.at_mark("{"):
            lexer.advance()
            payoffs = []
            while not lexer.at_mark("}"):
                payoffs.append(lexer.number("a payoff"))
            lexer.advance()
            if len(payoffs) != len(self.players):
                lexer.fail(REFERENCE, f"outcome {number} has {len(payoffs)} payoffs for {len(self.players)} players",
                           opened.start, opened.stop, help="write one for each player")  # fmt: skip
        if number == 0:
            if payoffs and any(payoffs):
                self.fault(REFERENCE, "outcome 0 means no payoffs, and some are given", opened.start, opened.stop,
                           help="give the outcome another number")  # fmt: skip
            return -1
        if number not in self.outcome_at:
            self.outcome_at[number] = (len(self.outcomes), token.start, token.stop)
            self.outcomes.append(None)
        index = self.outcome_at[number][0]
        known = self.outcomes[index]
        if payoffs is not None:
            if known is None:
                self.outcomes[index] = Outcome(number, label, tuple(payoffs))
            elif known.payoffs != tuple(payoffs):
                self.fault(RESTATED, f"outcome {number} has other payoffs than where it comes first",
                           token.start, token.stop, help="give one of them another number")  # fmt: skip
        return index

    def fault(self, code: tuple[str, str], message: str, start: int, stop: int, *, help: str | None = None) -> None:
        """Note a fault and go on; the first hundred are enough."""
        self.faults.append(self.lexer.diagnostic(code, message, start, stop, help=help))
        if len(self.faults) >= 100:
            raise ScenarioError([*self.lexer.warnings, *self.faults])


def players(lexer: Lexer) -> list[str]:
    """Take the names of the players."""
    lexer.take_mark("{", "and the players' names")
    found = []
    while not lexer.at_mark("}"):
        found.append(lexer.string("a player's name"))
    lexer.advance()
    return found


def _decimal(number: Fraction) -> str:
    return format(float(number), ".12g") if abs(float(number) - 1) > 1e-9 else str(number)


# --- writing ------------------------------------------------------------------------------------------------


def write(tree: Tree) -> str:
    """Return a game as text; labels must be such as Gambit takes (`planner.exchange.labels`).

    >>> game = read('EFG 2 R "T" { "A" } p "" 1 7 "x" { "l" "r" } 0 t "" 1 "won" { 0.5 } t "" 1')
    >>> print(write(game.tree), end="")
    EFG 2 R "T" { "A" }
    ""
    <BLANKLINE>
    p "" 1 7 "x" { "l" "r" } 0
    t "" 1 "won" { 1/2 }
    t "" 1 "won" { 1/2 }
    """
    names = " ".join(map(_quoted, tree.players))
    lines = [f"EFG 2 R {_quoted(tree.title)} {{ {names} }}\n{_quoted(tree.comment)}\n"]
    sets = [_set(each) for each in tree.sets]
    outcomes = [f"{one.number} {_quoted(one.label)} {{ {', '.join(map(str, one.payoffs))} }}" for one in tree.outcomes]
    for position in tree.positions:
        outcome = outcomes[position.outcome] if position.outcome >= 0 else "0"
        lines.append(f"{sets[position.set]} {outcome}" if position.set >= 0 else f't "" {outcome}')
    return "\n".join(lines) + "\n"


def _set(each: InformationSet) -> str:
    if each.player == CHANCE:
        inside = " ".join(f"{_quoted(name)} {p}" for name, p in zip(each.actions, each.chances, strict=True))
        return f'c "" {each.number} {_quoted(each.label)} {{ {inside} }}'
    inside = " ".join(map(_quoted, each.actions))
    return f'p "" {each.player} {each.number} {_quoted(each.label)} {{ {inside} }}'


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
