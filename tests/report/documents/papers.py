"""The papers from which the tests make documents."""

from __future__ import annotations

import datetime
from functools import cache
from typing import TYPE_CHECKING

import planner
from planner.files import load, source_of
from planner.report import render_report
from planner.report.documents import document
from planner.report.documents.paper import Paper
from planner.report.documents.tree import (
    Details,
    Heading,
    Listed,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Table,
    plain_text,
)
from tests.conftest import ROOT
from tests.report.documents.awkward import awkward

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.report.documents.tree import Block

MAIN, TUTORIAL, AWKWARD = "european-line-on-moscow", "tutorial", "awkward"
ALL = (MAIN, TUTORIAL, AWKWARD)


@cache
def paper(name: str) -> Paper:
    """Return a paper as `planner report` hands it on; that of a scenario in reports/ is the committed one."""
    if name == AWKWARD:
        scenario = load(source_of(awkward(), "awkward.yaml"))
        report = render_report(planner.evaluate(scenario), planner.paths(scenario), version="0")
        return Paper(report.markdown, report.pictures, day=scenario.as_of)
    folder = ROOT / "reports"
    pictures = {each.name: each.read_text("utf-8") for each in folder.glob(f"{name}-*.svg")}
    return Paper((folder / f"{name}.md").read_text("utf-8"), pictures, day=datetime.date(2026, 11, 23))


@cache
def made(format: str, name: str) -> bytes:
    """Return a document; each is made once."""
    return document(format, paper(name))


def said(one: Paper) -> list[str]:
    """Return every piece of text that a paper holds, drawings as text left out."""
    return [one.tree.name, *_said(one.tree.blocks)]


def _said(blocks: Iterable[Block]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading(_, parts) | Paragraph(parts):
                found.append(plain_text(parts))
            case Table(head, rows):
                found += [plain_text(cell) for row in (head, *rows) for cell in row]
            case Listing(items):
                found += [text for item in items for text in _said(item)]
            case Quote(inner):
                found += _said(inner)
            case Details(summary, inner):
                found += [] if block.drawing else [summary, *_said(inner)]
            case Listed(text):
                found += text.splitlines()
            case Picture(_, alt):
                found.append(alt)
    return [text for text in found if text.strip()]


def squeezed(text: str) -> str:
    """Return a text without any space."""
    return "".join(text.split()).replace("\u200b", "")
