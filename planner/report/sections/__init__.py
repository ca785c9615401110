"""What a paper says of each analysis: one module a section, one template beside it in `templates/sections/`.

A module has a function ``section(result, found)`` that returns a `Section`. Its template is included in the paper where
the analysis was made, and prints the section's context under the analysis's name: ``{{ risk.table }}``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.report.findings import Findings

# in the order of the paper
SECTIONS = (
    "appraisal", "negotiate", "sensitivity", "risk", "simulate", "stress", "information", "indicators", "frontier",
)  # fmt: skip


# beginnings of the headings under which papers tell of an analysis
_HEADINGS = {
    "appraisal": ("What each option brings", "Benefits and costs", "What makes up their value"),
    "negotiate": ("Who wants what", "What will happen", "Where they could meet", "What holds"),
    "sensitivity": (
        "What would change", "How far several things", "Two inputs at once", "Switching values", "Key assumptions",
        "Which assumptions",
    ),
    "risk": (
        "How likely is", "How far can it go", "Does one option dominate", "Would more caution", "The others who decide",
        "Risks", "Key risks", "How it may turn out",
    ),
    "simulate": ("How sure is the choice", "What drives it"),
    "stress": ("How the options stand up", "The rules side by side", "How often minimums", "The worst within all"),
    "information": ("What would be worth finding out",),
    "indicators": ("What to watch",),
    "frontier": ("What does more", "What does less", "What is not efficient"),
    "paths": ("Paths", "The most probable"),
}  # fmt: skip


def analysis_of(heading: str) -> str | None:
    """Return the analysis that the section under an English heading tells of; None for values and inputs.

    Examples:
        >>> analysis_of("How sure is the choice?"), analysis_of("Recommendation")
        ('simulate', None)
    """
    return next((name for name, starts in _HEADINGS.items() if heading.startswith(starts)), None)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a paper: what it shows in words, and the SVG itself."""

    alt: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """What a template can print of one analysis.

    Attributes:
        context: texts, tables and lists, ready to print; names from the scenario are escaped.
        pictures: by kind, which ends the picture's file name: ``moscow-risk.svg``.
    """

    context: Mapping[str, Any]
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def section(name: str, result: Any, found: Findings) -> Section:
    """Return what the paper says of one analysis."""
    made: Section = import_module(f"planner.report.sections.{name}").section(result, found)
    return made
