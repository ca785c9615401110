"""The language of a paper's headings: of sections, of lines in a list, of tables.

Sentences stay English, and the scenario's own words stay as they are: an actor called Value keeps its name.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from planner.report.tables import realigned

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

LANGUAGES = ("en", "fr", "it", "de")
_TABLE = re.compile(r"^\|.*\|\n\| [-:| ]+ \|\n(?:\|.*\|(?:\n|\Z))*", re.MULTILINE)


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the headings and the heads of columns of a language by their English words; none for English itself."""
    if language == "en":
        return {"headings": {}, "columns": {}}
    text = (files("planner.report") / "languages" / f"{language}.json").read_text("utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def headings(language: str) -> Callable[..., str]:
    """Return the function by which templates say a heading: ``t("The decision")``.

    Names that stand in it are given apart: ``t("What does more {} cost?", "safety")``. What the catalogue does not know
    stays English.

    Examples:
        >>> headings("fr")("The decision"), headings("de")("What does more {} cost?", "Safety")
        ('La décision', 'Was kostet mehr „Safety“?')
    """
    known = catalogue(language)["headings"]

    def say(text: str, *names: str) -> str:
        said = known.get(text, text)
        return said.format(*names) if names else said

    return say


def with_columns(markdown: str, language: str, own: Collection[str]) -> str:
    """Return Markdown with the heads of its tables in a language, those apart that are the scenario's ``own`` words."""
    known = catalogue(language)["columns"]
    if not known:
        return markdown

    def say(head: str) -> str:
        return head if head in own else known.get(head, head)

    return _TABLE.sub(lambda found: realigned(found[0], say), markdown)
