"""What a plain scalar means: nothing, a truth value, a number or text (YAML 1.2 core schema, decimals only)."""

from __future__ import annotations

import re

from planner.core.faults import Found
from planner.core.num import Num

Scalar = str | Num | bool | None

CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Text that starts with none of these can only be text; the empty slice stands for the empty scalar.
HINTS = frozenset(["", *"~nNtTfF.+-0123456789"])

_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NONZERO = re.compile(r"[-+.0]*[1-9]")


def resolve(text: str) -> tuple[Scalar, str | None]:
    """Return the value of a plain scalar, and the code of its fault or None.

    `1e3` and `007` are numbers; `12:30`, `1_000`, `yes` and `no` are text.
    """
    if text in CONSTANTS:
        return CONSTANTS[text], None
    if _NUMBER.fullmatch(text):
        number = Num(text)
        lost = number - number != 0 or (not number and _NONZERO.match(text) is not None)
        return (text, "P014") if lost else (number, None)
    if _NOT_FINITE.fullmatch(text):
        return text, "P014"
    return text, "P015" if _BASE.fullmatch(text) else None


def scalar_fault(code: str, text: str, start: int, end: int) -> Found:
    """Return the fault of a number that cannot be taken as written."""
    if code == "P015":
        value = int(text, 0)
        shown = str(value) if value < 10**15 else "the decimal number"
        return Found(code, f"'{text}' is not a decimal number", start, end, "", f"write {shown}, or quote it as text")
    if _NUMBER.fullmatch(text):
        small = float(text) == 0
        message = f"'{_short(text)}' is too {'small' if small else 'large'} for a number"
        bound = "0, or a number above 1e-300" if small else "a number below 1e300"
        return Found(code, message, start, end, "", f"write {bound}")
    return Found(code, f"'{text}' is not a finite number", start, end, "", "write a finite number, or quote it as text")


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"
