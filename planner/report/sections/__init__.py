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
