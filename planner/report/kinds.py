"""Kinds of paper: what each is for, which analyses it tells of, and the template that lays it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.report.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper.

    Attributes:
        name: as on the command line.
        about: what it is for, in a few words.
        analyses: what it tells of beside values and paths, in the order in which they are made.
        template: the file in `templates/` that lays it out.
        tree: whether it may draw the whole tree.
        nodes: how many nodes of the tree it draws at most; None for as many as a page takes.
        panels: the values of how many actors one picture takes apart.
    """

    name: str
    about: str
    analyses: tuple[str, ...]
    template: str
    tree: bool = True
    nodes: int | None = None
    panels: int = 4


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "brief",
            "one page: the decision and its date, the recommendation, what would change it, who stands where, risks",
            ("sensitivity", "risk", "indicators"),
            "brief.md.j2",
            tree=False,
        ),
        Kind(
            "options-paper",
            "an options appraisal: no change and do-minimum, benefits and costs, risks, who gains, switching values",
            ("appraisal", "sensitivity", "risk", "indicators"),
            "options-paper.md.j2",
            tree=False,
        ),
        Kind("full", "all analyses, with inputs, method and provenance", SECTIONS, "report.md.j2"),
        Kind(
            "slides",
            "one idea a page",
            ("appraisal", "negotiate", "sensitivity", "risk", "indicators"),
            "slides.md.j2",
            nodes=12,
            panels=1,
        ),
        Kind(
            "comparison",
            "what has changed since the last paper and why, or several scenarios side by side",
            (),
            "comparison.md.j2",
            tree=False,
        ),
    )
}
FULL = "full"
SLIDES = "slides"
COMPARISON = "comparison"
