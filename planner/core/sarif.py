"""Diagnostics as SARIF 2.1.0, the format in which code hosts and editors take findings of checkers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from planner.core.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.diagnostics import Diagnostic, RuleInfo

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(diagnostics: Sequence[Diagnostic], rules: Sequence[RuleInfo], version: str | None) -> dict[str, Any]:
    """Return the log with one run; columns count characters, not UTF-16 units."""
    places = {rule.code: place for place, rule in enumerate(rules)}
    driver: dict[str, Any] = {"name": "planner", "rules": [_rule(rule) for rule in rules]}
    if version:
        driver["semanticVersion"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, places) for diagnostic in diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: RuleInfo) -> dict[str, Any]:
    level = getattr(rule, "severity", "error")
    return {
        "id": rule.code,
        "name": rule.slug,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": level},
    }


def _result(diagnostic: Diagnostic, places: dict[str, int]) -> dict[str, Any]:
    text = diagnostic.message + (f" (help: {diagnostic.help})" if diagnostic.help else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity,
        "message": {"text": text},
        "locations": [_location(diagnostic, diagnostic.span)],
    }
    if diagnostic.code in places:
        result["ruleIndex"] = places[diagnostic.code]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": label.text}, **_location(diagnostic, label.span)}
            for number, label in enumerate(diagnostic.related)
        ]
    if diagnostic.fix:
        result["fixes"] = [_fix(diagnostic)]
    return result


def _location(diagnostic: Diagnostic, span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(diagnostic), "region": _region(diagnostic, span)}}


def _artifact(diagnostic: Diagnostic) -> dict[str, str]:
    """Return the file as a URI reference; a path stays as relative or absolute as it was given."""
    path = diagnostic.file
    if path[1:3] in {":\\", ":/"}:
        path = "/" + path
    path = path.replace("\\", "/")
    if path.startswith("/"):
        return {"uri": "file://" + quote(path, safe="/:", errors="replace")}
    return {"uri": quote(path, safe="/", errors="replace")}


def _region(diagnostic: Diagnostic, span: Span) -> dict[str, int]:
    region = diagnostic.region(span)
    return {
        "startLine": region["line"],
        "startColumn": region["column"],
        "endLine": region["end_line"],
        "endColumn": region["end_column"],
    }


def _fix(diagnostic: Diagnostic) -> dict[str, Any]:
    assert diagnostic.fix is not None
    replacements = [
        {"deletedRegion": _region(diagnostic, Span(start, end)), "insertedContent": {"text": text}}
        for start, end, text in diagnostic.fix.edits
    ]
    change = {"artifactLocation": _artifact(diagnostic), "replacements": replacements}
    return {"description": {"text": diagnostic.fix.title}, "artifactChanges": [change]}
