"""Give one place of a scenario another value; what is missing on the way there is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.change.adding import PERCENT, share_of
from planner.core.change.edit import (
    Content,
    EditError,
    flow,
    in_flow,
    is_flow,
    is_json,
    line_end,
    line_start,
    line_stop,
    parsed,
    replace_value,
    scalar,
    value_at,
)
from planner.core.change.places import ENTRIES, KEYS, Place, find, keys_of, kind_at, section, shown
from planner.core.change.writing import SECTIONS, begin_section, insert_entry
from planner.core.marks import Map, Seq
from planner.core.model import VALUE
from planner.core.num import Num
from planner.core.scalars import CONSTANTS

if TYPE_CHECKING:
    from planner.core.change.draft import Change
    from planner.core.diagnostics import Edit
    from planner.core.source import Path, Source

LONGEST = 60  # characters of a value that are shown in a line
# mappings that may also be one number, formula or text
_BARE = frozenset({"payoff", "amount", "parameter", "conflict option", "conflict state", "preference"})


def set_value(text: str, value: str) -> Change:
    """Return the change that gives the place ``text`` the value that somebody typed.

    Numbers, formulas and ``[lists]`` are taken as such, everything else as text; where the format has text, all of it
    is. A parameter without a mapping gets one when a key of it is set.
    """

    def change(source: Source) -> list[Edit]:
        place = find(source, text)
        if not value.strip():
            raise EditError(f"'{text}=' gives no value", f"'planner remove' takes '{text}' out of the file")
        if place.kind == "text":
            return put(source, place, value.strip())
        if place.kind == "truth":
            return put(source, place, CONSTANTS.get(value.strip(), value.strip()))
        return put(
            source,
            place,
            share_of(value) if PERCENT.fullmatch(value.strip()) and _is_share(source, place) else parsed(value),
        )

    return change


def _is_share(source: Source, place: Place) -> bool:
    """Whether 30% can only mean 0.3 there: a probability, or a parameter without a unit."""
    path = place.path
    if path[:1] == ("parameters",):
        return not section(source, *map(str, path[:2])).get("unit") and path[2:] in {
            (),
            ("value",),
            ("low",),
            ("high",),
        }
    return path[-1] in {"p", "probability"} or path[2:3] == ("likelihood",)


def put(source: Source, place: Place, content: Content) -> list[Edit]:
    """Write content at a place of the format.

    Raises:
        EditError: a mapping belongs there, or something that is no mapping stands in the way.
    """
    path = standing(source, place.path)
    if path is None:
        return _begin(source, place.path, content)
    path = (*path, "value") if _holds_value(source, path) and not isinstance(content, Map) else path
    if isinstance(path[-1], str) and not source.has(path):
        return _begin(source, path, content)
    kind = place.kind
    if kind in {*KEYS, *ENTRIES, "node"} - _BARE and not isinstance(content, Map):
        keys = keys_of(source, path, kind) or section(source, *map(str, path))
        raise EditError(f"'{shown(path)}' holds several values", f"name one of its keys: {', '.join(keys)}")
    return _replace(source, path, content)


def standing(source: Source, path: Path) -> Path | None:
    """Return where the value of a place stands, None if it is not in the file.

    A parameter and a payoff in a sole criterion may stand bare: ``hope: 0.3`` is what ``parameters.hope.value`` names.
    """
    if source.has(path):
        return path
    bare = path[:-1]
    if not source.has(bare) or isinstance(value_at(source, bare), Map | Seq | None):
        return None
    if path[-1] == _meant(source, kind_at(source, bare)):
        return bare
    return None


def value_text(source: Source, path: Path) -> str | None:
    """Return what stands at a place as it is written, shortened; None where nothing does."""
    where = standing(source, path)
    if where is not None and _holds_value(source, where):
        where = standing(source, (*where, "value"))
    if where is None:
        return None
    if value_at(source, where) is None:
        return "nothing"
    span = source.span(where)
    text = " ".join(source.text[span.start : span.end].split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _is_parameter(path: Path) -> bool:
    return len(path) == 2 and path[0] == "parameters"


def _holds_value(source: Source, path: Path) -> bool:
    """Whether a parameter stands there as a mapping, so that its name means its value."""
    return _is_parameter(path) and isinstance(value_at(source, path), Map)


def _meant(source: Source, kind: str) -> str | None:
    """Return the key whose value it is that stands bare where a mapping could stand."""
    keys = {"parameter": "value", "conflict option": "name", "conflict state": "options", "preference": "statements"}
    return _sole_criterion(source) if kind in {"payoff", "amount"} else keys.get(kind)


def _sole_criterion(source: Source) -> str | None:
    criteria = list(section(source, "criteria")) or [VALUE]
    return criteria[0] if len(criteria) == 1 else None


def _replace(source: Source, path: Path, content: Content) -> list[Edit]:
    old = value_at(source, path)
    if isinstance(path[-1], int) and old is None:
        raise EditError(f"'{shown(path)}' is empty", "write the whole list in square brackets")
    if old == content and not isinstance(old, Num):
        return []
    if isinstance(content, Map | Seq):
        return replace_value(source, path, flow(content))
    return replace_value(source, path, scalar(_plain(content), flow=in_flow(source, path)))


def _plain(content: object) -> str | float | bool | None:
    if isinstance(content, str | float | bool) or content is None:
        return content
    raise TypeError(content)


def _begin(source: Source, path: Path, content: Content) -> list[Edit]:
    """Write content where nothing stands, with the mappings that lead there."""
    length = next(at for at in reversed(range(len(path))) if source.has(path[:at]))
    there, key, below = path[:length], path[length], path[length + 1 :]
    for part in reversed(below):
        content = [content] if isinstance(part, int) else {part: content}
    holder = value_at(source, there)
    if isinstance(key, int):
        return _append(source, there, content)
    if not there and key in SECTIONS and isinstance(content, (dict, list) if key == "correlations" else dict):
        return begin_section(source, key, content)
    if holder is None or isinstance(holder, Map):
        order = keys_of(source, there, kind_at(source, there))
        before = [name for name in holder or () if name in order[: order.index(key)]] if key in order else [None]
        return insert_entry(source, there, key, content, after=before[-1] if before else None, first=not before)
    kind = kind_at(source, there)
    if kind not in _BARE or isinstance(holder, Seq):
        raise EditError(f"'{shown(there)}' holds a value, so it has no '{key}'")
    name = _meant(source, kind)
    if name is None:
        raise EditError(f"'{shown(there)}' is one amount for several criteria", "remove it first")
    return replace_value(source, there, flow({name: _plain(holder), key: content}))


def _append(source: Source, path: Path, content: Content) -> list[Edit]:
    """Add an item to a list that may not be there yet."""
    items = value_at(source, path)
    if not isinstance(items, Seq):
        raise EditError(f"'{shown(path)}' is no list yet", f"write {shown(path)}=[{flow(content)}, …]")
    if not items:
        return replace_value(source, path, flow([content]))
    written = flow([content], json=is_json(source))[1:-1]
    last = source.span((*path, len(items) - 1))
    if is_flow(source, path):
        return [(last.end, last.end, f", {written}")]
    start = line_start(source.text, last.start)
    lead = source.text[start : last.start]
    at = line_stop(source, last.end)
    return [(at, at, f"{line_end(source.text)}{lead}{written}")]
