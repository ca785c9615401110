"""Statements about which options are taken: `accept and not delay`, `insist if modify`, `exactly(delay, accept)`.

The language is that of option statements in the graph model for conflict resolution: names of options, ``and``, ``or``,
``not``, ``a if b`` (a holds, or b does not), ``a iff b`` and the counts ``exactly``, ``at_least``, ``at_most``. Where a
statement may stand, a pattern such as ``Y N N -`` may stand, too: a letter for each option, in the order of the file.
A statement becomes a post-order program, evaluated alike for one state and for arrays of states.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from planner.core.expression import FormulaError, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COUNTS = ("exactly", "at_least", "at_most")
WORDS = frozenset({"and", "or", "not", "if", "iff", "else", *COUNTS})
PATTERN = re.compile(r"[YN-](?:\s*[YN-])*\Z")

Instruction = tuple[str, Any]
Program = tuple[Instruction, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)?)"
    r"|(?P<number>\d+(?![\w.]))"
    r"|(?P<mark>[(),])"
    r"|(?P<end>$)"
    r"|(?P<bad>&&|\|\||==|->|=>|<->|.))",
    re.DOTALL,
)
_BINDING = {"iff": 1, "if": 2, "or": 3, "and": 4}
_INSTEAD = {
    **dict.fromkeys(("&", "&&"), "write 'and'"),
    **dict.fromkeys(("|", "||"), "write 'or'"),
    **dict.fromkeys(("!", "~", "-"), "write 'not'"),
    **dict.fromkeys(("==", "=", "<->"), "write 'iff'"),
    **dict.fromkeys(("->", "=>"), "write 'b if a' for 'a implies b'"),
    "+": "count with exactly(…), at_least(…) or at_most(…)",
}


class Statement:
    """One statement, equal to another when it says the same in the same steps.

    Attributes:
        text: as it was written.
        program: post-order instructions.
        names: the options that it speaks of, as it names them.

    Examples:
        >>> said = Statement.parse("insist if modify")
        >>> said.holds({"insist": False, "modify": True}), said.holds({"insist": False, "modify": False})
        (False, True)
        >>> Statement.parse("exactly(delay, accept, abandon)").names == {"delay", "accept", "abandon"}
        True
    """

    __slots__ = ("names", "program", "text")

    def __init__(self, text: str, program: Program) -> None:
        self.text, self.program = text, program
        self.names = frozenset(detail for code, detail in program if code == "option")

    @classmethod
    def parse(cls, text: str) -> Statement:
        """Read a statement.

        Raises:
            FormulaError: with offsets into ``text``.
        """
        return cls(text, _Parser(text).parse())

    @classmethod
    def of_pattern(cls, text: str, options: Sequence[str]) -> Statement:
        """Return what a pattern says: that these options are taken and those are not.

        Raises:
            ValueError: the pattern has another number of letters than there are options, or says nothing.
        """
        letters = letters_of(text)
        if len(letters) != len(options):
            raise ValueError(f"the pattern has {len(letters)} letters for {len(options)} options")
        program: list[Instruction] = []
        said = 0
        for letter, option in zip(letters, options, strict=True):
            if letter == "-":
                continue
            program.append(("option", option))
            program += [("not", 1)] * (letter == "N") + [("and", 2)] * (said > 0)
            said += 1
        if not said:
            raise ValueError("a pattern of dashes alone says nothing")
        return cls(text, tuple(program))

    def meaning(self, names: Mapping[str, str]) -> Statement:
        """Return the statement with its options under other names; its text stays as it was written."""
        program = [(code, names.get(detail, detail) if code == "option" else detail) for code, detail in self.program]
        return Statement(self.text, tuple(program))

    def holds(self, taken: Mapping[str, Any]) -> Any:
        """Work out whether it holds.

        Args:
            taken: option -> whether it is taken: truth values, or arrays of them of one shape.
        """
        stack: list[Any] = []
        for code, detail in self.program:
            if code == "option":
                stack.append(taken[detail])
            elif code == "not":
                stack.append(stack.pop() ^ True)
            elif code in COUNTS:
                wanted, count = detail
                inside = stack[-count:]
                del stack[-count:]
                stack.append(_counted(code, wanted, inside))
            else:
                right, left = stack.pop(), stack.pop()
                stack.append(_joined(code, left, right))
        return stack[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statement) and self.program == other.program

    def __hash__(self) -> int:
        return hash(self.program)

    def __repr__(self) -> str:
        return f"Statement({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        return (Statement, (self.text, self.program))


def letters_of(pattern: str) -> str:
    """Return the letters of a pattern without the spaces between them."""
    return "".join(pattern.split())


def _counted(code: str, wanted: int, inside: Sequence[Any]) -> Any:
    total = inside[0] + 0
    for each in inside[1:]:
        total = total + each
    return total == wanted if code == "exactly" else total >= wanted if code == "at_least" else total <= wanted


def _joined(code: str, left: Any, right: Any) -> Any:
    if code == "and":
        return left & right
    if code == "or":
        return left | right
    return left | (right ^ True) if code == "if" else left ^ right ^ True


def names_in(text: str) -> list[tuple[str, int, int]]:
    """Return every option that a statement names, as (name, start, end) offsets into ``text``; none in a pattern.

    Raises:
        FormulaError: the statement cannot be read.
    """
    if PATTERN.match(text):
        return []
    _Parser(text).parse()
    return [(match["name"], *match.span("name")) for match in _tokens(text) if _is_option(match)]


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while (match := _TOKEN.match(text, at)) is not None and match.lastgroup != "end":
        yield match
        at = match.end()


def _is_option(match: re.Match[str]) -> bool:
    return match.lastgroup == "name" and match["name"] not in WORDS


class _Parser(Parser):
    token = _TOKEN
    called = "statement"
    fill = "name an option, as in 'not delay'"
    shorten = "split it into several"

    def instead(self) -> str | None:
        """Return what to write in the place of a token that cannot stand here."""
        if self.word == "else":
            return "'a if b' says that a holds wherever b does, and takes no 'else'"
        if self.kind == "name" and self.word not in WORDS:
            return "a word such as 'and' or 'or' is missing before it"
        if self.kind == "number":
            return "options go by their ids; a number counts, as in at_least(2, …)"
        return _INSTEAD.get(self.word)

    def expression(self, least: int) -> list[Instruction]:
        """Read everything that binds more tightly than ``least``."""
        self.deeper()
        left = self.operand()
        while self.kind == "name" and _BINDING.get(self.word, 0) > least:
            word = self.word
            self.advance()
            left += self.expression(_BINDING[word])
            left.append((word, 2))
            if word in {"if", "iff"} and self.word == word:
                message = f"'{word}' twice in a row could mean two things"
                raise FormulaError(message, self.start, self.stop, "put one of the two in brackets")
        self.depth -= 1
        return left

    def operand(self) -> list[Instruction]:
        """Read an option, a negation, a count or a bracket."""
        word, start, stop = self.word, self.start, self.stop
        if self.kind == "name" and word == "not":
            self.advance()
            return [*self.expression(_BINDING["and"]), ("not", 1)]
        if self.kind == "mark" and word == "(":
            self.advance()
            inner = self.expression(0)
            self.take(")", start)
            return inner
        if self.kind == "name" and (word in COUNTS or word not in WORDS):
            self.advance()
            if self.word == "(":
                return self.count(word, start, stop)
            if word in COUNTS:
                raise FormulaError(f"{word!r} counts options", start, stop, f"write {word}(1, first, second)")
            return [("option", word)]
        self.fail_at_token()
        raise AssertionError

    def count(self, word: str, start: int, stop: int) -> list[Instruction]:
        """Read ``exactly(2, a, b, c)``; without a number it is 1."""
        if word not in COUNTS:
            near = difflib.get_close_matches(word, COUNTS, 1)
            help_ = f"did you mean {near[0]!r}?" if near else f"options are counted by {', '.join(COUNTS)}"
            raise FormulaError(f"there is no {word!r} to count by", start, stop, help_)
        opening, wanted, count = self.start, 1, 0
        self.advance()
        program: list[Instruction] = []
        if self.kind == "number":
            wanted = int(self.word)
            self.advance()
            self.take(",", opening)
        while not count or self.word == ",":
            if count:
                self.advance()
            program += self.expression(0)
            count += 1
        self.take(")", opening)
        return [*program, (word, (wanted, count))]
