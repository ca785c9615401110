"""Ids made from names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

LONGEST = 20  # characters of an id that is made from a name; longer ones make formulas hard to read
_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"})
ID = re.compile(r"[a-z][a-z0-9_-]*\Z")


def slug(name: str, fallback: str) -> str:
    """Return an id for a name: its first words in small letters, without accents.

    Examples:
        >>> slug("Reopen structured talks with Moscow", "option"), slug("Économie", "x"), slug("Мир", "option")
        ('reopen-structured', 'economie', 'option')
    """
    plain = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    telling = [word for word in words if word not in _SMALL] or words
    while telling and not telling[0][0].isalpha():
        telling.append(telling.pop(0)) if any(word[0].isalpha() for word in telling) else telling.clear()
    made = ""
    for word in telling:
        if made and len(made) + 1 + len(word) > LONGEST:
            break
        made = f"{made}-{word}" if made else word[: 2 * LONGEST]
    return made or fallback


def unique(wanted: str, taken: Container[str]) -> str:
    """Return the id, with a number behind it if it is taken already."""
    made, number = wanted, 1
    while made in taken:
        number += 1
        made = f"{wanted}-{number}"
    return made


def humanised(name: str) -> str:
    """Return a file's name as a title.

    Examples:
        >>> humanised("one-line_on moscow")
        'One line on moscow'
    """
    words = " ".join(re.split(r"[-_\s]+", name.strip())).strip()
    return words[:1].upper() + words[1:] if words else "A decision"
