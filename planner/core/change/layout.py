"""The one canonical layout of a scenario file.

Two spaces for each level; one space after a colon and after a comma in brackets, none inside the brackets; the format's
own keys in the format's order, the user's names in the user's; at most one blank line between entries; no spaces at
the ends of lines; a line end at the end. A mapping or list in brackets that does not fit into 120 columns, or that has
comments inside, is opened into lines; one that stands in lines stays so. Comments stay with their entry. Words, numbers
and quotation marks stay as they are, and so do the file's line ends and byte order mark.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from planner.core.change.edit import EditError
from planner.core.change.layout_order import DOCUMENT, Place
from planner.core.change.layout_tree import Unusual, document
from planner.core.change.layout_write import write
from planner.core.marks import Map, Seq
from planner.core.num import Num
from planner.core.source import Source

if TYPE_CHECKING:
    from planner.core.diagnostics import Edit


def layout(source: Source) -> str:
    """Return the text of a scenario in its canonical layout; a file in JSON is returned as it is.

    Raises:
        EditError: the text has faults of its own (P0xx), or something that has no canonical layout. Also if data or
            comments would not be the same afterwards, which would be a fault of this program.
    """
    if source.path.lower().endswith(".json"):
        return source.text
    if source.data is None or source.diagnostics:
        raise EditError("the text has faults", "`planner check` shows them")
    try:
        before = document(source.text)
    except Unusual as error:
        raise EditError(f"the file has {error}, which has no canonical layout") from error
    text = write(before, source.text)
    after = Source.from_text(text, path=source.path)
    kept = after.data is not None and not after.diagnostics and same(source.data, after.data)
    if not kept or Counter(before.comments) != Counter(document(text).comments):
        raise EditError(
            "this file cannot be laid out without a change of its data or comments", "please report it as a bug"
        )
    return text


def lay_out(source: Source) -> list[Edit]:
    """Bring the whole text into its canonical layout: `layout` as a change for a `Draft`."""
    text = layout(source)
    return [(0, len(source.text), text)] if text != source.text else []


def same(one: object, other: object, place: Place = DOCUMENT) -> bool:
    """Whether two pieces of data are the same: digits as they are written, and the order of what the user orders."""
    if isinstance(one, Map) and isinstance(other, Map):
        keys = list(one) == list(other) if not place.keys else one.keys() == other.keys()
        return keys and all(same(value, other[key], place.below(key)) for key, value in one.items())
    if isinstance(one, Seq) and isinstance(other, Seq):
        return len(one) == len(other) and all(map(same, one, other, (place.below("*"),) * len(one)))
    if isinstance(one, Num) and isinstance(other, Num):
        return one.text == other.text
    return type(one) is type(other) and one == other
