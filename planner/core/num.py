"""Numbers that remember how they were written."""

from __future__ import annotations

from typing import Self


class Num(float):
    """A float read from text; ``text`` keeps its digits, so that exact arithmetic can use them.

    Examples:
        >>> Num("0.20"), Num("0.20").text
        (0.2, '0.20')
    """

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Self:
        """Read the number and keep its text."""
        made = float.__new__(cls, text)
        made.text = text
        return made

    def __reduce__(self) -> tuple[type[Num], tuple[str]]:
        return (Num, (self.text,))
