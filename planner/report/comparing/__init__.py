"""What a comparison paper says: two texts of one scenario, or several scenarios side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.comparison import Comparison
from planner.report.sections import Section
from planner.report.tables import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.analyses.side_by_side import SideBySide
    from planner.report.findings import Findings

SHOWN = 12  # digits of a fingerprint


def compared_section(found: Comparison | SideBySide, finding: Findings, since: str) -> Section:
    """Return what a paper prints of a comparison.

    Args:
        found: two texts of the scenario, or several scenarios of which it is the first.
        finding: what follows from the scenario that the paper is on.
        since: with which text it is compared, in words.
    """
    from planner.report.comparing import revisions, several

    made = (
        revisions.section(found, finding, since) if isinstance(found, Comparison) else several.section(found, finding)
    )
    return Section({**made.context, "method": f"{plain(found.method)}."}, made.pictures)


def compared_with(found: Comparison | SideBySide | None, since: str) -> Iterator[str]:
    """Yield what a paper's numbers are compared with, ready to print, for its provenance."""
    if found is None:
        return
    if isinstance(found, Comparison):
        yield f"{since} (`{found.before.fingerprint[:SHOWN]}`)"
        return
    for one in found.all[1:]:
        yield f"`{one.name}` (`{one.look.fingerprint[:SHOWN]}`)"
