"""Sums, products and quotients of formulas, written back as text with as few brackets as the language allows.

A formula is its post-order program (`planner.core.expression`). The few simplifications here keep a formula that is
turned round twice from growing: a factor that was divided by is taken out again.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.core.expression import COMPARISONS, Expression, InexactError, Program
from planner.core.num import Num

if TYPE_CHECKING:
    from collections.abc import Sequence

ZERO: Program = (("number", Num("0")),)
ONE: Program = (("number", Num("1")),)
# how tightly each operator binds; what stands beside it must bind as tightly, or more so, to do without brackets
_BINDING = {"select": 1, "or": 2, "and": 3, "not": 4, **dict.fromkeys(COMPARISONS, 5), "+": 6, "-": 6}
_BINDING |= {"*": 7, "/": 7, "negative": 8, "**": 9}
_ATOM = 10


def text(program: Program) -> str:
    """Write a program as a formula that reads back as the same program."""
    stack: list[tuple[str, int]] = []
    for code, detail in program:
        if code == "number":
            stack.append((detail.text, _BINDING["negative"] if detail.text.startswith("-") else _ATOM))
        elif code == "name":
            stack.append((detail, _ATOM))
        elif code == "call":
            name, count = detail
            inside = [stack.pop()[0] for _ in range(count)][::-1]
            stack.append((f"{name}({', '.join(inside)})", _ATOM))
        elif code == "select":
            other, condition, left = stack.pop(), stack.pop(), stack.pop()
            stack.append((f"{_in(left, 2)} if {_in(condition, 2)} else {_in(other, 1)}", 1))
        elif code in {"negative", "not"}:
            word, least = ("-", 9) if code == "negative" else ("not ", 5)
            stack.append((f"{word}{_in(stack.pop(), least)}", _BINDING[code]))
        else:
            right, left = stack.pop(), stack.pop()
            stack.append((_infix(code, left, right), _BINDING[code]))
    return stack[-1][0]


def _infix(code: str, left: tuple[str, int], right: tuple[str, int]) -> str:
    binding = _BINDING[code]
    before = binding + 1 if code == "**" or code in COMPARISONS else binding
    after = binding if code == "**" else binding + 1
    shown = _in(right, after)
    if right[1] == _BINDING["negative"] and not shown.startswith("("):
        shown = f"({shown})"  # a - (-b) can be read, a - -b cannot by everybody
    return f"{_in(left, before)} {code} {shown}"


def _in(operand: tuple[str, int], least: int) -> str:
    return operand[0] if operand[1] >= least else f"({operand[0]})"


# --- arithmetic -------------------------------------------------------------------------------------------


def expression(program: Program) -> Expression:
    """Return a program as the formula that reads so."""
    return Expression(text(program), program, frozenset(detail for code, detail in program if code == "name"))


def product(left: Program, right: Program) -> Program:
    """Multiply; ``a * (b / a)`` is ``b``."""
    if ZERO in (_plain(left), _plain(right)):
        return ZERO
    for one, other in ((left, right), (right, left)):
        if _plain(one) == ONE:
            return other
        code, parts = taken_apart(one)
        if code == "/" and parts[1] == other:
            return parts[0]
    return (*left, *right, ("*", 2))


def quotient(above: Program, below: Program) -> Program:
    """Divide; ``a * b / a`` is ``b``."""
    if _plain(above) == ZERO or _plain(below) == ONE:
        return above
    if above == below:
        return ONE
    code, parts = taken_apart(above)
    if code == "*" and below in parts:
        return parts[1] if parts[0] == below else parts[0]
    return (*above, *below, ("/", 2))


def total(terms: Sequence[Program]) -> Program:
    """Add up; ``a * b + a * (1 - b)`` is ``a``."""
    left = [term for term in terms if _plain(term) != ZERO]
    if not left:
        return ZERO
    apart = [taken_apart(term) for term in left]
    if len(left) > 1 and all(code == "*" for code, _ in apart):
        for side in (0, 1):
            factors = [parts[side] for _, parts in apart]
            if all(factor == factors[0] for factor in factors) and adds_to_one([parts[1 - side] for _, parts in apart]):
                return factors[0]
    made = left[0]
    for term in left[1:]:
        made = (*made, *term, ("+", 2))
    return made


def remainder(others: Sequence[Program], shares: int = 1) -> Program:
    """Return what probabilities leave of 1, or an equal share of it: ``(1 - a - b) / 2``."""
    made = ONE
    for other in others:
        made = (*made, *other, ("-", 2))
    return made if shares == 1 else (*made, ("number", Num(str(shares))), ("/", 2))


def adds_to_one(terms: Sequence[Program]) -> bool:
    """Whether terms certainly add up to 1: plain numbers that do, or one that is the remainder of the others."""
    try:
        if sum(expression(term).exact({}) for term in terms) == 1:
            return True
    except (KeyError, InexactError):
        pass
    for rest in terms:
        others = [term for term in terms if term != rest]
        if rest == remainder(others, len(terms) - len(others)):
            return True
    return False


def plus(left: Program, right: Program) -> Program:
    """Add two amounts; plain numbers become one."""
    one, two = _decimal(left), _decimal(right)
    if one is not None and two is not None:
        return (("number", Num(format(one + two, "f"))),)
    if two is not None and two < 0:
        return (*left, ("number", Num(format(-two, "f"))), ("-", 2))
    return (*left, *right, ("+", 2))


def taken_apart(program: Program) -> tuple[str, tuple[Program, ...]]:
    """Return the last operation of a program and its operands."""
    code, detail = program[-1]
    count = 0 if code in {"number", "name"} else detail[1] if code == "call" else detail
    end, parts = len(program) - 1, []
    for _ in range(count):
        start, wanted = end, 1
        while wanted:
            start -= 1
            inner, about = program[start]
            wanted += (0 if inner in {"number", "name"} else about[1] if inner == "call" else about) - 1
        parts.append(program[start:end])
        end = start
    return code, tuple(reversed(parts))


def _plain(program: Program) -> Program | None:
    """Return 0 and 1 in one spelling, so that 1.0 is known as 1."""
    if len(program) == 1 and program[0][0] == "number":
        return {0.0: ZERO, 1.0: ONE}.get(float(program[0][1]))
    return None


def _decimal(program: Program) -> Decimal | None:
    return Decimal(program[0][1].text) if len(program) == 1 and program[0][0] == "number" else None
