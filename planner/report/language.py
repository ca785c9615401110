"""The language of a paper's headings and labels; sentences and the scenario's own words stay as they are."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LANGUAGES = ("en", "fr", "it", "de")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the headings of a language by their English words; empty for English itself."""
    if language == "en":
        return {}
    text = (files("planner.report") / "languages" / f"{language}.json").read_text("utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def headings(language: str) -> Callable[[str], str]:
    """Return the function by which templates say a heading: ``t("The decision")``.

    What the catalogue does not know stays English; a test holds that it knows every heading of the package's own.
    """
    known = catalogue(language)
    return lambda text: known.get(text, text)
