"""Plain data that came out of a text, and where each piece of it stands."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from planner.core.num import Num


class Map(dict[str, Any]):
    """A mapping of the file, in file order."""

    __slots__ = ()


class Seq(list[Any]):
    """A list of the file."""

    __slots__ = ()


Value = Map | Seq | str | Num | bool | None


class Marks:
    """The places of all keys and values of a document in the order of the text, 12 bytes each.

    An entry is a key or a value; a collection is followed by what it holds. ``after`` says for a collection
    which entry comes after it, and is 0 for scalars. ``dropped`` holds keys that are in the text but not in the
    data (duplicates).
    """

    __slots__ = ("_tables", "after", "dropped", "ends", "starts")

    def __init__(self) -> None:
        self.starts = array("I")
        self.ends = array("I")
        self.after = array("I")
        self.dropped: set[int] = set()
        self._tables: dict[int, dict[str | int, int]] = {}

    def children(self, at: int, value: object) -> dict[str | int, int]:
        """Return the entry of each key of a mapping, or of each item of a list, that is entry ``at``."""
        table = self._tables.get(at)
        if table is None:
            table = self._tables[at] = self._table(at, value)
        return table

    def _table(self, at: int, value: object) -> dict[str | int, int]:
        stop, entry = self.after[at], at + 1
        entries: list[int] = []
        while entry < stop:
            if not isinstance(value, Map):
                entries.append(entry)
                entry = self.next(entry)
                continue
            if entry not in self.dropped:
                entries.append(entry)
            entry = self.next(self.next(entry))
        keys: Sequence[str] | range = list(value) if isinstance(value, Map) else range(len(entries))
        return dict(zip(keys, entries, strict=True))

    def next(self, entry: int) -> int:
        """Return the entry after this one and all that it holds."""
        return self.after[entry] or entry + 1
