"""Names on the way between planner and formats that take fewer characters."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

LONGEST_ID = 30  # characters of an id
LONGEST = 200  # characters of a label that is written
MAPPED = "Names in full: "

_WORD = re.compile(r"[a-z0-9]+")
_SPACES = re.compile(r"\s+")
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# what normalisation alone would lose, or Gambit would not take
_CLOSE = dict(zip("ßæÆøØœŒłŁđ€", ("ss", "ae", "AE", "o", "O", "oe", "OE", "l", "L", "d", "EUR"), strict=True))
_CLOSE |= dict(zip('\u2013\u2014\u2212\u00d7\u2018\u2019\u201c\u201d"\\', "---x'''''/", strict=True))
_TRANSLATED = str.maketrans(_CLOSE)


def clean(label: str) -> str:
    """Return a label without control characters and needless spaces."""
    return _SPACES.sub(" ", _UNPRINTED.sub(" ", label)).strip()


def plain(label: str, fallback: str) -> str:
    r"""Return a label in printable ASCII without quotation marks and backslashes.

    >>> plain("Élysée ", "x"), plain("a\\b", "x"), plain("Кремль", "actor 2")
    ('Elysee', 'a/b', 'actor 2')
    """
    if label.isascii() and label.isprintable() and '"' not in label and "\\" not in label and "  " not in label:
        made = label.strip()
    else:
        made = unicodedata.normalize("NFKD", clean(label).translate(_TRANSLATED)).encode("ascii", "ignore").decode()
        made = _SPACES.sub(" ", "".join(each for each in made.translate(_TRANSLATED) if each.isprintable())).strip()
    made = made[:LONGEST].strip()
    return made if any(map(str.isalnum, made)) else fallback


class Names:
    """Labels in ASCII, and how those that lost something were written before."""

    def __init__(self) -> None:
        self.original: dict[str, str] = {}
        self._made: dict[tuple[str, str], str] = {}

    def plain(self, label: str, fallback: str) -> str:
        """Return a label in ASCII; two different ones that become the same are told apart by a number."""
        known = self._made.get((label, fallback))
        if known is not None:
            return known
        wanted = label.strip()
        bare = plain(label, fallback)
        made = bare
        if made != wanted:
            number = 1
            while self.original.get(made, wanted) != wanted:
                number += 1
                made = f"{bare} {number}"
            self.original[made] = clean(label)
        self._made[label, fallback] = made
        return made

    def comment(self) -> str:
        """Return the names that were changed, as one sentence in ASCII; nothing if there are none.

        Other characters are written as XML writes them: `Elysee = &#201;lys&#233;e`.
        """
        pairs = [f"{escaped(made)} = {escaped(name)}" for made, name in self.original.items() if name and name != made]
        return MAPPED + "; ".join(pairs) + "." if pairs else ""


def escaped(name: str) -> str:
    """Write a name in ASCII so that `html.unescape` reads it back."""
    kept = name.translate({ord(each): f"&#{ord(each)};" for each in '&\\"=;'})
    return kept.encode("ascii", "xmlcharrefreplace").decode()


def mapping(comment: str) -> tuple[dict[str, str], str]:
    """Return the names that a comment tells in full, and the rest of the comment."""
    before, found, listed = comment.partition(MAPPED)
    if not found:
        return {}, comment
    text = _ENTITY.sub(lambda match: match[0][:-1] + "\0", listed.strip().removesuffix("."))
    names = {}
    for pair in text.split("; "):
        made, equals, name = pair.partition(" = ")
        if not equals:
            return {}, comment
        names[html.unescape(made.replace("\0", ";"))] = html.unescape(name.replace("\0", ";"))
    return names, before


_ENTITY = re.compile(r"&#[0-9]+;")


class Unique:
    """Labels or ids that differ from each other: the second `x` becomes `x 2`, or `x-2`."""

    def __init__(self, taken: Container[str] = (), *, gap: str = " ") -> None:
        self.taken: set[str] = set()
        self.reserved = taken
        self.gap = gap
        self._next: dict[str, int] = {}

    def __call__(self, wanted: str) -> str:
        """Return the label, with a number behind it if it is taken."""
        made = wanted
        number = self._next.get(wanted, 2)
        while made in self.taken or made in self.reserved:
            made = f"{wanted}{self.gap}{number}"
            number += 1
        self._next[wanted] = number
        self.taken.add(made)
        return made


def ids(label: str, fallback: str) -> str:
    """Return the beginning of an id for a label: small letters, digits and hyphens, a letter first.

    >>> ids("Élysée Palace", "x"), ids("100", "option-2"), ids("(?)", "option-2")
    ('elysee-palace', 'option-100', 'option-2')
    """
    words = _WORD.findall(plain(label, "").lower().replace("'", "")) if label else []
    made = ""
    for word in words:
        if made and len(made) + 1 + len(word) > LONGEST_ID:
            break
        made = f"{made}-{word}" if made else word[:LONGEST_ID]
    if made and not made[0].isalpha():
        stem = fallback.rstrip("-0123456789") or "n"
        return f"{stem}-{made}"
    return made or fallback
