"""Faults of a scenario file as values, their repairs, and the five ways they are printed."""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.core.source import Source

Severity = Literal["error", "warning"]
Format = Literal["text", "concise", "json", "github", "sarif"]
Edit = tuple[int, int, str]

FORMATS: tuple[Format, ...] = ("text", "concise", "json", "github", "sarif")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: character offsets, the end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that helps to understand a fault, with a few words about it."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A sure repair: what it does, and the (start, end, new text) replacements that do it."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of a scenario file, with the place, the reason and what to write instead."""

    code: str
    slug: str
    severity: Severity
    message: str
    source: Source = field(repr=False, compare=False)
    span: Span
    label: str = ""
    related: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None

    @property
    def file(self) -> str:
        """The file's path as the user gave it."""
        return self.source.path

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.position(self.span.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, in characters from 1."""
        return self.source.position(self.span.start)[1]

    @property
    def end_line(self) -> int:
        """Line on which the span ends, from 1."""
        return self.source.position(self.span.end)[0]

    @property
    def end_column(self) -> int:
        """Column after the last character, in characters from 1."""
        return self.source.position(self.span.end)[1]

    def region(self, span: Span) -> dict[str, int]:
        """Return lines and columns of a span of the same text, under the keys of ``to_dict``."""
        line, column = self.source.position(span.start)
        end_line, end_column = self.source.position(span.end)
        return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}

    def to_dict(self) -> dict[str, Any]:
        """Return the fault under the keys of the `check` command, lines and columns from 1."""
        fix = self.fix and {
            "title": self.fix.title,
            "edits": [{**self.region(Span(start, end)), "text": text} for start, end, text in self.fix.edits],
        }
        return {
            "code": self.code,
            "slug": self.slug,
            "severity": self.severity,
            "message": self.message,
            "file": self.file,
            **self.region(self.span),
            "label": self.label,
            "help": self.help,
            "related": [{"message": label.text, **self.region(label.span)} for label in self.related],
            "fix": fix,
        }


class ScenarioError(ValueError):
    """A scenario that cannot be used; ``diagnostics`` says why, all faults at once."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the diagnostics; the text is their concise form."""
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        """One line for each fault."""
        return render(self.diagnostics, "concise").rstrip("\n")


class RuleInfo(Protocol):
    """What a printed rule needs to be known by; the rows of both rule tables have it."""

    @property
    def code(self) -> str:
        """Such as P103."""

    @property
    def slug(self) -> str:
        """The code in words, joined by hyphens."""

    @property
    def title(self) -> str:
        """What is wrong, in a few words."""

    @property
    def why(self) -> str:
        """Why it is a fault."""


def render(
    diagnostics: Iterable[Diagnostic],
    format: Format = "text",
    *,
    width: int = 100,
    color: bool = False,
    rules: Sequence[RuleInfo] = (),
    version: str | None = None,
) -> str:
    """Return the diagnostics as one text that ends with a line break; no faults give an empty text, list or log.

    ``width`` is the number of columns that `text` crops long source lines to. ``rules`` and ``version``
    describe the tool in `sarif`.
    """
    found = tuple(diagnostics)
    if format == "sarif":
        from planner.core.sarif import sarif

        return json.dumps(sarif(found, rules, version), ensure_ascii=False, indent=2) + "\n"
    if format == "json":
        return json.dumps({"diagnostics": [d.to_dict() for d in found]}, ensure_ascii=False, indent=2) + "\n"
    if format == "text":
        from planner.core.excerpt import render_text

        return render_text(found, width=width, color=color)
    line = _github if format == "github" else _concise
    return "".join(line(diagnostic) + "\n" for diagnostic in found)


def _concise(diagnostic: Diagnostic) -> str:
    from planner.core.excerpt import visible

    place = f"{diagnostic.file}:{diagnostic.line}:{diagnostic.column}"
    return visible(f"{place}: {diagnostic.severity}[{diagnostic.code}] {diagnostic.message}")


def _github(diagnostic: Diagnostic) -> str:
    """Return a workflow command; GitHub turns it into a remark on the line."""
    from planner.core.excerpt import visible

    region = diagnostic.region(diagnostic.span)
    properties = {
        "title": f"planner {diagnostic.code} ({diagnostic.slug})",
        "file": visible(diagnostic.file),
        "line": region["line"],
        "col": region["column"],
        "endLine": region["end_line"],
        "endColumn": region["end_column"],
    }
    lines = [diagnostic.message, *([f"help: {diagnostic.help}"] if diagnostic.help else [])]
    message = _escape("\n".join(map(visible, lines)))
    listed = ",".join(
        f"{key}={_escape(str(value)).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items()
    )
    return f"::{diagnostic.severity} {listed}::{message}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def replace(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with (start, end, new text) replacements made; raises ValueError if two overlap.

    Insertions at one place keep the order in which they are given.
    """
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        if not done <= start <= end <= len(text):
            raise ValueError(f"edit {start}..{end} overlaps another or lies outside the text")
        parts += text[done:start], new
        done = end
    return "".join(parts) + text[done:]


def apply_fixes(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[str, int]:
    """Apply the sure repairs of diagnostics about one text.

    A repair is made whole or not at all: one that touches an earlier one is left for the next run.
    Returns the new text and the number of faults repaired.
    """
    taken: list[Edit] = []
    applied = 0
    for diagnostic in diagnostics:
        if diagnostic.fix is None or not diagnostic.fix.edits:
            continue
        new = [edit for edit in sorted(set(diagnostic.fix.edits)) if not _among(edit, taken)]
        alone = all(first[1] <= second[0] and first[0] < second[0] for first, second in pairwise(new))
        if not alone or any(edit[1] > len(text) or _touches(edit, taken) for edit in new):
            continue
        for edit in new:
            insort(taken, edit)
        applied += 1
    return replace(text, taken), applied


def _among(edit: Edit, taken: list[Edit]) -> bool:
    at = bisect_left(taken, edit)
    return at < len(taken) and taken[at] == edit


def _touches(edit: Edit, taken: list[Edit]) -> bool:
    """Whether an edit overlaps, or begins where another begins (their order would be a guess)."""
    at = bisect_left(taken, (edit[0], 0, ""))
    after = at < len(taken) and (taken[at][0] == edit[0] or taken[at][0] < edit[1])
    return after or (at > 0 and taken[at - 1][1] > edit[0])
