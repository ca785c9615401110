"""What sensitivity analysis finds, as Markdown for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.notebook import escaped
from planner.analyses.paths import percent
from planner.analyses.varying.sensitivity_words import pair, siblings

if TYPE_CHECKING:
    from planner.analyses.sensitivity import Sensitivity

MOST = 20


def table(result: Sensitivity) -> str:
    """Return headline and thresholds as Markdown."""
    lines = [f"**{escaped(result.scenario.title)}**", "", escaped(result.headline())]
    if result.thresholds:
        lines += ["", "| input | now | flips | to | share of its range |", "|---|---:|---:|---|---:|"]
    for one in result.thresholds[:MOST]:
        at, now = pair(one, fine=True, apart=siblings(one, result.thresholds))
        name, to = escaped(one.words), escaped(result.focus.name(one.to))
        lines.append(f"| {name} | {now} | {one.side} {at} | {to} | {percent(one.share)} |")
    if len(result.thresholds) > MOST:
        lines.append(f"| and {len(result.thresholds) - MOST} more | | | | |")
    return "\n".join(lines) + "\n"
