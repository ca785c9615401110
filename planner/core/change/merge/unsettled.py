"""A base that holds conflict markers itself, as git makes it where two histories crossed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.core.change.merge.lines import split
from planner.core.change.merge.pieces import frozen
from planner.core.marks import Map

if TYPE_CHECKING:
    from planner.core.source import Path

_MARK = re.compile(r"(<{7,}|\|{7,}|={7,}|>{7,})(?: [^\n]*)?\n?")


def versions(text: str) -> tuple[str, str] | None:
    """Return the two sides of a text with conflict markers, None where it has none or they do not fit together.

    Markers inside others are longer, as git writes them; the outer ones are settled first and the inner ones then.
    """
    made = _sides(split(text))
    if made is None:
        return None
    one, two = made
    inner = [versions(side) or (side, side) for side in (one, two)]
    return inner[0][0], inner[1][1]


def _sides(lines: list[str]) -> tuple[str, str] | None:
    sizes = [len(match[1]) for line in lines if (match := _MARK.fullmatch(line)) and match[1][0] == "<"]
    if not sizes:
        return None
    size, part = min(sizes), ""
    ours: list[str] = []
    theirs: list[str] = []
    for line in lines:
        match = _MARK.fullmatch(line)
        if match and len(match[1]) == size and _follows(part, match[1][0]):
            part = "" if match[1][0] == ">" else match[1][0]
            continue
        if part in {"", "<"}:
            ours.append(line)
        if part in {"", "="}:
            theirs.append(line)
    return None if part else ("".join(ours), "".join(theirs))


def _follows(part: str, sign: str) -> bool:
    """Whether a marker can stand in this part of a conflict."""
    return sign in {"": "<", "<": "|=", "|": "=", "=": ">"}[part]


def differing(one: object, two: object, path: Path = ()) -> set[Path]:
    """Return the innermost places at which two documents differ."""
    if isinstance(one, Map) and isinstance(two, Map):
        found: set[Path] = set()
        for key in dict.fromkeys([*one, *two]):
            here = (*path, key)
            found |= differing(one[key], two[key], here) if key in one and key in two else {here}
        return found
    return set() if frozen(one) == frozen(two) else {path}  # type: ignore[arg-type]
