"""Colours by what they do to a reader: how far two stand apart, and how to make one that can be read."""

from __future__ import annotations

import re

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3 (level AA): text of ordinary size


def is_colour(text: str) -> bool:
    """Whether a text is a colour such as ``#0b4a82`` or ``#fff``."""
    return _HEX.match(text) is not None


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of a colour, each from 0 to 255.

    >>> rgb("#0b4a82"), rgb("#fff")
    ((11, 74, 130), (255, 255, 255))
    """
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def contrast(one: str, other: str) -> float:
    """Return how far two colours stand apart, from 1 to 21 (WCAG 2.2, contrast ratio).

    >>> round(contrast("#000000", "#ffffff"), 2), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, ground: str, ratio: float = READABLE) -> str:
    """Return a colour, as far towards black or white as it takes to be read on a ground.

    >>> readable("#0b4a82", "#ffffff")
    '#0b4a82'
    >>> contrast(readable("#ffd54f", "#ffffff"), "#ffffff") >= 4.5
    True
    """
    towards = 0 if _luminance(ground) > 0.18 else 255
    for step in range(101):
        made = mixed(colour, f"#{towards:02x}{towards:02x}{towards:02x}", step / 100)
        if contrast(made, ground) >= ratio:
            return made
    return made


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour with a share of another in it.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(rgb(one), rgb(other), strict=True)
    red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
