"""What a document is made from, whatever its format."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from planner.report.documents.reading import parse
from planner.report.documents.style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from planner.report.documents.tree import Tree

_LETTERS = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]"
_RIGHT_TO_LEFT = re.compile(_LETTERS)
_RUNS = re.compile(rf"{_LETTERS}+(?:\s+{_LETTERS}+)*")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Paper:
    """A paper in Markdown, with all that a document needs besides.

    Attributes:
        markdown: the text.
        pictures: SVG by file name.
        title: of the paper, where the text has no heading of the first level.
        language: of its headings: ``en``, ``fr``, ``it`` or ``de``.
        day: as of which the numbers were judged; documents carry it as their date.
        style: of the organisation.
        remarks: what whoever writes the paper should know; writers of formats add to it.
    """

    markdown: str
    pictures: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    language: str = "en"
    day: date | None = None
    style: Style = field(default_factory=Style)
    remarks: list[str] = field(default_factory=list, compare=False)

    @cached_property
    def tree(self) -> Tree:
        """The text as a tree."""
        return parse(_NOT_XML.sub("\ufffd", self.markdown), self.pictures, title=self.title)

    @cached_property
    def tight(self) -> bool:
        """Whether lines and headings stand closer, so that a paper that nearly fits on one page does."""
        from planner.report.documents.measure import short

        return short(self.tree, self.style)

    @property
    def header(self) -> str:
        """What stands on top of every page but the first."""
        return self.style.header or self.tree.name

    @property
    def moment(self) -> datetime:
        """The date of the document: ``SOURCE_DATE_EPOCH``, the paper's day, or the beginning of 1980.

        It never is the time of writing, so that the same paper has the same bytes.
        """
        given = os.environ.get("SOURCE_DATE_EPOCH", "")
        if given.isascii() and given.isdigit():
            try:
                return max(datetime.fromtimestamp(int(given), UTC), datetime(1980, 1, 1, tzinfo=UTC))
            except (OverflowError, OSError, ValueError):
                pass
        if self.day is None:
            return datetime(1980, 1, 1, tzinfo=UTC)
        return datetime(max(self.day.year, 1980), self.day.month, self.day.day, tzinfo=UTC)

    def word(self, name: str) -> str:
        """Return a word of the documents' own in the paper's language."""
        return words().get(self.language, words()["en"])[name]


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the documents' own words by language."""
    found: dict[str, dict[str, str]] = json.loads(data("words.json"))
    return found


def data(name: str) -> str:
    """Return a data file of this package."""
    return (files("planner.report.documents") / name).read_text("utf-8")


def right_to_left(text: str) -> bool:
    """Whether a text holds letters that run from right to left.

    >>> right_to_left("Tehran"), right_to_left("تهران")
    (False, True)
    """
    return _RIGHT_TO_LEFT.search(text) is not None


def runs_left(text: str) -> bool:
    """Whether a text as a whole runs from right to left: most of its letters do.

    >>> runs_left("تهران"), runs_left("'تهران' is better than 'Wait and see'")
    (True, False)
    """
    letters = [c for c in text if c.isalpha()]
    return 2 * sum(right_to_left(c) for c in letters) > len(letters)


def by_direction(text: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it runs from right to left.

    >>> by_direction("to تهران now")
    [('to ', False), ('تهران', True), (' now', False)]
    """
    made = []
    at = 0
    for found in _RUNS.finditer(text):
        made += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [(piece, left) for piece, left in (*made, (text[at:], False)) if piece]
