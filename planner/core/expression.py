"""Formulas: parsed once, evaluated alike on a number, a Fraction or an array of draws.

The language is arithmetic and nothing else: numbers, names of parameters and state, ``+ - * / **``,
comparisons, ``and or not``, ``a if c else b`` and the functions of `FUNCTIONS`. A formula becomes a
post-order program for a small stack machine, so that a long sum costs no recursion.
"""

from __future__ import annotations

import difflib
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.core.num import Num

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FORMULA = 10_000
MAX_NESTING = 100
FUNCTIONS: Mapping[str, tuple[int, int | None]] = {  # name -> fewest and most arguments
    "min": (1, None),
    "max": (1, None),
    "abs": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "log10": (1, 1),
    "sqrt": (1, 1),
    "floor": (1, 1),
    "ceil": (1, 1),
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
}
WORDS = frozenset({"and", "or", "not", "if", "else", *FUNCTIONS})

Instruction = tuple[str, Any]
Program = tuple[Instruction, ...]


class FormulaError(ValueError):
    """A formula that cannot be read: what is wrong, where in its text, and what to write instead."""

    def __init__(self, message: str, start: int, end: int, help_: str | None = None) -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.help = message, start, end, help_


class InexactError(ArithmeticError):
    """A formula without an exact rational value, named by the function that has none."""

    def __init__(self, function: str) -> None:
        super().__init__(f"{function} has no exact rational value")
        self.function = function


class Expression:
    """One formula or plain number, equal to another when it computes the same steps.

    Examples:
        >>> half = Expression.parse("talks_yield / 2")
        >>> half.evaluate({"talks_yield": 0.5})
        0.25
        >>> sorted(half.names)
        ['talks_yield']
        >>> Expression.of("0.1").exact_constant
        Fraction(1, 10)
    """

    __slots__ = ("_constant", "names", "program", "text")

    text: str
    names: frozenset[str]
    program: Program

    def __init__(self, text: str, program: Program, names: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.program = program
        self.names = names
        self._constant: float | None = None

    @classmethod
    def number(cls, number: Num) -> Expression:
        """Wrap a plain number as it was written."""
        made = cls(number.text, (("number", number),))
        made._constant = float(number)
        return made

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Read a formula.

        Raises:
            FormulaError: with offsets into ``text``.
        """
        program = Parser(text).parse()
        return cls(text, program, frozenset(value for code, value in program if code == "name"))

    @classmethod
    def of(cls, value: float | str | Fraction | Expression) -> Expression:
        """Make an expression of a number, a Fraction or a formula's text."""
        if isinstance(value, Expression):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, Fraction):
            return cls.parse(str(value))
        return cls.number(value if isinstance(value, Num) else Num(_digits(value)))

    @property
    def literal(self) -> bool:
        """Whether this is one plain decimal number, perhaps with a minus."""
        return len(self.program) == 1 and self.program[0][0] == "number"

    @property
    def constant(self) -> float | None:
        """The value if no name is read, else None; NaN or infinity where the arithmetic fails."""
        if self._constant is None and not self.names:
            self._constant = float(self.evaluate({}))
        return self._constant

    @property
    def exact_constant(self) -> Fraction:
        """The exact value of a formula without names.

        Raises:
            InexactError: a function without rational values is used.
        """
        return self.exact({})

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Compute the value from ``env``: name -> float, or array of draws of one common shape.

        Arithmetic follows IEEE 754 for numbers and arrays alike: 1/0 is infinity, log(-1) is NaN, so the
        caller looks at the result once instead of at every step. Both sides of ``a if c else b`` are worked
        out. Truth values are 1.0 and 0.0. If ``env`` holds Fractions, the result is one.
        """
        if not self.names:
            return run(self.program, env, _float_table())
        kinds = {type(env[name]) for name in self.names}
        if Fraction in kinds:
            return run(self.program, env, _exact_table())
        if kinds <= {float, int, Num}:
            return run(self.program, env, _float_table())
        return run(self.program, env, _array_table())

    def exact(self, env: Mapping[str, Fraction]) -> Fraction:
        """Compute the value in rational numbers; decimals are taken as they are written.

        Raises:
            InexactError: for exp, log, sqrt and the like, division by zero and powers that are not whole.
        """
        return Fraction(run(self.program, env, _exact_table()))

    def renamed(self, names: Mapping[str, str]) -> Expression:
        """Return the formula reading other names; its text stays as it was written."""
        if not self.names & names.keys():
            return self
        program = tuple(
            (code, names.get(detail, detail)) if code == "name" else (code, detail) for code, detail in self.program
        )
        return Expression(self.text, program, frozenset(names.get(name, name) for name in self.names))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.program == other.program

    def __hash__(self) -> int:
        return hash(self.program)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        return (Expression, (self.text, self.program, self.names))


def _digits(value: float) -> str:
    """Write a float with the fewest digits that read back the same, whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


# --- evaluation ---------------------------------------------------------------------------------------


def run(program: Program, env: Mapping[str, Any], table: Mapping[str, Any]) -> Any:
    """Run a post-order program; ``table`` gives each operation for one kind of number."""
    stack: list[Any] = []
    push, pop = stack.append, stack.pop
    lift = table["number"]
    for code, detail in program:
        if code == "number":
            push(lift(detail))
        elif code == "name":
            push(env[detail])
        elif code == "call":
            name, count = detail
            arguments = stack[-count:]
            del stack[-count:]
            push(table[name](*arguments))
        elif detail == 1:
            push(table[code](pop()))
        elif code == "select":
            other, condition, value = pop(), pop(), pop()
            push(table[code](condition, value, other))
        else:
            right, left = pop(), pop()
            push(table[code](left, right))
    return stack[0]


def _float_table() -> Mapping[str, Any]:
    from planner.core.arithmetic import FLOATS

    return FLOATS


def _exact_table() -> Mapping[str, Any]:
    from planner.core.arithmetic import FRACTIONS

    return FRACTIONS


def _array_table() -> Mapping[str, Any]:
    from planner.core.arithmetic import arrays

    return arrays()


# --- parsing ------------------------------------------------------------------------------------------

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<odd>//|&&|\|\|)"
    r"|(?P<mark>\*\*|<=|>=|==|!=|[-+*/()<>,])"
    r"|(?P<end>$)"
    r"|(?P<bad>.))",
    re.DOTALL,
)
BINDING: Mapping[str, int] = {
    "if": 1, "or": 2, "and": 3, "<": 5, "<=": 5, ">": 5, ">=": 5, "==": 5, "!=": 5,
    "+": 6, "-": 6, "*": 7, "/": 7, "**": 9,
}  # fmt: skip
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
INSTEAD: Mapping[str, str] = {
    "^": "write ** for a power",
    "%": "write a percentage as a fraction of one: 0.2 for 20 %",
    "//": "write floor(a / b) for whole division",
    "&": "write 'and'",
    "|": "write 'or'",
    "&&": "write 'and'",
    "||": "write 'or'",
    "!": "write 'not'",
    "=": "write == to compare",
}


class Parser:
    """Precedence climbing over the tokens of one formula (Pratt 1973); `planner.core.statement` reads by it, too."""

    token = TOKEN
    called = "formula"
    fill = "write a number or a formula"
    shorten = "name parts of it as parameters of their own"

    def __init__(self, text: str) -> None:
        self.text = text
        self.kind = self.word = ""
        self.start = self.stop = 0
        self.depth = 0

    def parse(self) -> Program:
        """Read the whole formula."""
        if len(self.text) > MAX_FORMULA:
            message = f"the {self.called} has {len(self.text):,} characters, more than {MAX_FORMULA:,}"
            raise FormulaError(message, 0, len(self.text), self.shorten)
        self.advance()
        if self.kind == "end":
            raise FormulaError(f"the {self.called} is empty", 0, len(self.text), self.fill)
        program = self.expression(0)
        if self.kind != "end":
            self.fail_at_token()
        return tuple(program)

    def advance(self) -> None:
        """Go to the next token."""
        match = self.token.match(self.text, self.stop)
        assert match is not None
        assert match.lastgroup is not None
        self.kind = match.lastgroup
        self.start, self.stop = match.span(self.kind)
        self.word = match.group(self.kind)

    def fail_at_token(self) -> None:
        """Say why the token at hand cannot stand here."""
        word = self.word
        if self.kind == "end":
            end = len(self.text)
            message = f"the {self.called} ends too early"
            raise FormulaError(message, max(end - 1, 0), end, "something is missing at its end")
        raise FormulaError(f"{word!r} cannot stand here", self.start, self.stop, self.instead())

    def instead(self) -> str | None:
        """Return what to write in the place of a token that cannot stand here."""
        word = self.word
        help_ = INSTEAD.get(word)
        if word == ",":
            help_ = "write decimals with a point: 0.5"
        elif word == ")":
            help_ = "there is no opening bracket for it"
        elif self.kind in {"number", "name"}:
            help_ = "an operator such as + or * is missing before it"
        return help_

    def take(self, word: str, opening: int) -> None:
        """Pass the bracket or comma that must come now."""
        if self.word != word or self.kind == "number":
            if self.kind == "end":
                raise FormulaError("this bracket is not closed", opening, opening + 1, f"add {word!r}")
            self.fail_at_token()
        self.advance()

    def expression(self, least: int) -> list[Instruction]:
        """Read everything that binds more tightly than ``least``."""
        self.deeper()
        left = self.operand()
        while self.kind in {"mark", "name"} and BINDING.get(self.word, 0) > least:
            left = self.infix(left)
        self.depth -= 1
        return left

    def deeper(self) -> None:
        """Count a level of nesting."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            message = f"the {self.called} is nested more than {MAX_NESTING} deep"
            raise FormulaError(message, self.start, self.stop, self.shorten)

    def infix(self, left: list[Instruction]) -> list[Instruction]:
        """Read an operator and what stands on its right."""
        word, start = self.word, self.start
        binding = BINDING[word]
        if word in COMPARISONS:
            return self.comparison(left)
        self.advance()
        if word == "if":
            condition = self.expression(binding)
            if self.word != "else":
                raise FormulaError("this 'if' has no 'else'", start, start + 2, "write 'a if condition else b'")
            self.advance()
            other = self.expression(binding - 1)
            return [*left, *condition, *other, ("select", 3)]
        # a power binds to the right and takes a sign on its right side: 2 ** -1
        left += self.expression(binding - 1 if word == "**" else binding)
        left.append((word, 2))
        return left

    def comparison(self, left: list[Instruction]) -> list[Instruction]:
        """Read a comparison; a chain such as 0 < x < 1 means both of its parts, as in mathematics."""
        program: list[Instruction] = []
        while self.word in COMPARISONS:
            word = self.word
            self.advance()
            right = self.expression(BINDING[word])
            joined = bool(program)
            program += [*left, *right, (word, 2)]
            if joined:
                program.append(("and", 2))
            left = right
        return program

    def operand(self) -> list[Instruction]:
        """Read a number, a name, a call, a bracket or something with a sign."""
        kind, word, start, stop = self.kind, self.word, self.start, self.stop
        if kind == "number":
            self.advance()
            return [("number", Num(word))]
        if word in {"-", "+"}:
            self.advance()
            signed = self.expression(8)
            if word == "+":
                return signed
            if len(signed) == 1 and signed[0][0] == "number" and not signed[0][1].text.startswith("-"):
                return [("number", Num(f"-{signed[0][1].text}"))]
            return [*signed, ("negative", 1)]
        if word == "not":
            self.advance()
            return [*self.expression(4), ("not", 1)]
        if word == "(":
            self.advance()
            inner = self.expression(0)
            self.take(")", start)
            return inner
        if kind == "name" and word not in {"and", "or", "if", "else"}:
            self.advance()
            if self.word == "(":
                return self.call(word, start, stop)
            if word in FUNCTIONS:
                raise FormulaError(f"{word!r} is a function", start, stop, f"give it an argument: {word}(x)")
            return [("name", word)]
        self.fail_at_token()
        raise AssertionError

    def call(self, name: str, start: int, stop: int) -> list[Instruction]:
        """Read the arguments of a function."""
        if name not in FUNCTIONS:
            near = difflib.get_close_matches(name, FUNCTIONS, 1)
            help_ = f"did you mean {near[0]!r}?" if near else f"the functions are {', '.join(FUNCTIONS)}"
            raise FormulaError(f"there is no function {name!r}", start, stop, help_)
        opening = self.start
        self.advance()
        program: list[Instruction] = []
        count = 0
        while self.word != ")" or count == 0:
            if count:
                self.take(")" if self.kind == "end" else ",", opening)
            if self.word == ")" and self.kind == "mark":
                break
            program += self.expression(0)
            count += 1
        self.take(")", opening)
        fewest, most = FUNCTIONS[name]
        if count < fewest or (most is not None and count > most):
            wanted = "at least one argument" if most is None else "one argument"
            raise FormulaError(f"{name!r} takes {wanted}, not {count}", start, self.start, None)
        program.append(("call", (name, count)))
        return program


def names_in(text: str) -> list[tuple[str, int, int]]:
    """Return every name that a formula reads, as (name, start, end) offsets into ``text``.

    Raises:
        FormulaError: the formula cannot be read.
    """
    Parser(text).parse()
    found = []
    at = 0
    while (match := TOKEN.match(text, at)) is not None and match.lastgroup != "end":
        if match.lastgroup == "name" and match.group("name") not in WORDS:
            found.append((match.group("name"), *match.span("name")))
        at = match.end()
    return found
