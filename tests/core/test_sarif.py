"""The SARIF log: what the standard asks for, and what a code host needs to show a finding at its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner.core.diagnostics import render
from planner.core.faults import FAULTS
from planner.core.source import Source


def run(text: str, path: str = "scenarios/a b.yaml", **more: Any) -> dict[str, Any]:
    log = json.loads(render(Source.from_text(text, path=path).diagnostics, "sarif", **more))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    made: dict[str, Any] = log["runs"][0]
    return made


def test_rules_are_described_and_pointed_to() -> None:
    made = run("a: 1\na: 2\n", rules=FAULTS, version="1.2.0")
    driver = made["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("planner", "1.2.0")
    (result,) = made["results"]
    rule = driver["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["name"]) == (result["ruleId"], "duplicate-key")
    assert rule["shortDescription"]["text"] == "a key given twice"
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_result_has_its_place_in_characters() -> None:
    made = run("😀: 1\n  \n'😀': 2\n")
    assert made["columnKind"] == "unicodeCodePoints"
    (result,) = made["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "scenarios/a%20b.yaml"}
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 4}
    (related,) = result["relatedLocations"]
    assert related["message"] == {"text": "first here"}
    assert related["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("key '😀' is given twice (help: ")


def test_fixes_are_replacements() -> None:
    (result,) = run("a: {b:1}\n")["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "scenarios/a%20b.yaml"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 7},
            "insertedContent": {"text": " "},
        }
    ]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("<stdin>", "%3Cstdin%3E"),
        ("/home/é/a.yaml", "file:///home/%C3%A9/a.yaml"),
        ("C:\\a\\b.yaml", "file:///C:/a/b.yaml"),
        ("..\\b#1.yaml", "../b%231.yaml"),
        ("half\udce9.yaml", "half%3F.yaml"),
    ],
)
def test_paths_are_uris(path: str, uri: str) -> None:
    (result,) = run("", path)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_no_findings_are_an_empty_list() -> None:
    made = run("a: 1\n")
    assert made["results"] == []
    assert made["tool"]["driver"]["rules"] == []
