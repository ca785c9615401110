"""From results to a paper: Markdown with pictures beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.report.render import Report, render_report

__all__ = ["Report", "render_report"]


def __getattr__(name: str) -> object:
    """Import the renderer when it is first used; the words and numbers of a report need no template engine."""
    if name in __all__:
        from planner.report import render

        value: object = getattr(render, name)
        return value
    raise AttributeError(f"module 'planner.report' has no attribute {name!r}")
