"""Small pieces of English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return ``a, b and c``.

    Examples:
        >>> listed(["London", "Paris", "Rome"]), listed(["London"]), listed([])
        ('London, Paris and Rome', 'London', '')
    """
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def in_words(number: int) -> str:
    """Return a number, in words up to twelve."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def count(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun, small numbers in words.

    Examples:
        >>> count(1, "option"), count(3, "option"), count(14, "branch", "branches")
        ('one option', 'three options', '14 branches')
    """
    noun = one if number == 1 else several or f"{one}s"
    return f"{in_words(number)} {noun}"


def day(when: date) -> str:
    """Return a date as it is read, in English whatever the locale.

    Examples:
        >>> from datetime import date
        >>> day(date(2027, 1, 15))
        '15 January 2027'
    """
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def state_words(label: str) -> str:
    """Return the path state and news of a state's label in words, in brackets; empty where it has none.

    Examples:
        >>> state_words("table[round=2, trust=1]"), state_words("table")
        ('(round 2, trust 1)', '')
        >>> state_words("line[trust=-1, intercept=-]")
        '(trust -1, intercept not heard)'
    """
    inside = label.partition("[")[2].removesuffix("]")
    told = [part.removesuffix("=-") + " not heard" if part.endswith("=-") else part for part in inside.split(", ")]
    return f"({', '.join(told).replace('=', ' ')})" if inside else ""


def capital(text: str) -> str:
    """Return ``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def ended(text: str) -> str:
    """Return ``text`` with a full stop, unless it ends a sentence already."""
    text = text.rstrip()
    return text if not text or text.endswith((".", "!", "?", "…", ":")) else f"{text}."
