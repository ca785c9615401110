"""Checks on rank correlations: each pair once, both drawn, and all of them possible at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.correlation import complaint, contradiction, pairs

if TYPE_CHECKING:
    from planner.core.model import Scenario
    from planner.core.reader import Path, Reader


def check_correlations(reader: Reader, scenario: Scenario) -> None:
    """Report pairs that are none, pairs that are not drawn, and tables that no numbers can have."""
    given = reader.given("correlations")
    rows: list[object] = list(given) if isinstance(given, list) else []
    first: dict[frozenset[str], Path] = {}
    for place, row in enumerate(rows):
        path: Path = ("correlations", place)
        if not isinstance(row, list) or not all(isinstance(name, str) for name in row[:2]):
            continue
        pair = frozenset(row[:2])
        if not pair <= scenario.parameters.keys():
            continue
        one, two = row[:2]
        if one == two:
            message = f"'{one}' is correlated with itself"
            reader.fault("P212", message, path, label="one parameter twice", help="name two parameters")
        elif pair in first:
            message = f"'{one}' and '{two}' are correlated twice"
            related = [(first[pair], False, "the other number for this pair")]
            reader.fault("P212", message, path, label="which of the two?", help="remove one", related=related)
        else:
            first[pair] = path
            fixed = [name for name in (one, two) if scenario.parameters[name].distribution is None]
            if fixed:
                message = f"the correlation of '{one}' and '{two}' has no effect: '{fixed[0]}' is not drawn"
                help_ = f"give '{fixed[0]}' a 'distribution', or remove the correlation"
                reader.fault("P505", message, path, label="nothing varies together", help=help_)
    drawn = [name for name, each in scenario.parameters.items() if each.distribution is not None]
    known = pairs(scenario.correlations)
    culprits = contradiction(drawn, known)
    if culprits:
        at = next(path for pair, path in first.items() if pair <= set(culprits))
        message, help_ = complaint(culprits, known)
        reader.fault("P213", message, at, label="no numbers are correlated like this", help=help_)
