"""Scenarios from and to the file formats of other programs.

A format is a line in `FORMATS`: how its files end, how a text becomes a scenario file, and how a scenario becomes a
text. The command line asks nothing else, so a further format is a module and a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.diagnostics import Diagnostic
    from planner.core.model import Scenario

__all__ = ("FORMATS", "Exported", "Format", "Imported", "export", "format_of", "import_text")


class Format(NamedTuple):
    """A file format of another program.

    Attributes:
        title: what it is, in words.
        endings: how names of its files end.
        module: the module of this package that reads and writes it.
    """

    title: str
    endings: tuple[str, ...]
    module: str


FORMATS: Mapping[str, Format] = {
    "efg": Format("Gambit's games in extensive form", (".efg",), "efg"),
    "nfg": Format("Gambit's games in strategic form", (".nfg",), "nfg"),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A scenario made from another format.

    Attributes:
        text: the scenario file.
        warnings: what was passed over or guessed.
    """

    text: str
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """A scenario in another format.

    Attributes:
        text: the file.
        notes: what its reader should know.
    """

    text: str
    notes: tuple[str, ...] = ()


def format_of(path: str) -> str:
    """Return which format a file has, by the ending of its name.

    >>> format_of("games/poker.EFG")
    'efg'

    Raises:
        PlannerError: no format has this ending.
    """
    for name, known in FORMATS.items():
        if path.lower().endswith(known.endings):
            return name
    endings = ", ".join(ending for known in FORMATS.values() for ending in known.endings)
    raise PlannerError(
        f"the ending of '{path}' does not say what kind of file it is ({endings} are known)", "say it with --from"
    )


def import_text(content: bytes | str, format: str, *, path: str = "<stdin>") -> Imported:
    """Return the scenario file that says what a text in another format says.

    >>> game = 'EFG 2 R "Pick" { "Ann" } p "" 1 1 "pick" { "l" "r" } 0 t "" 1 "" { 1 } t "" 2 "" { 1/3 }'
    >>> print(import_text(game, "efg").text.partition("nodes:")[2], end="")
    <BLANKLINE>
      pick:
        decision: pick
        by: ann
        options:
          l: {payoff: {ann: 1}}
          r: {payoff: {ann: 1/3}}

    Args:
        content: the text, or its bytes.
        format: a key of `FORMATS`.
        path: what messages call the file.

    Raises:
        ScenarioError: the text cannot be read, or says what a scenario cannot say.
        PlannerError: it is in an encoding that cannot be read.
    """
    made: Imported = import_module(f"planner.exchange.{FORMATS[format].module}").to_scenario(content, path)
    return made


def export(
    scenario: Scenario,
    format: str,
    *,
    overrides: Mapping[str, float | str] | None = None,
    max_nodes: int | None = None,
) -> Exported:
    """Return a scenario in another format.

    Args:
        scenario: the scenario, read and checked.
        format: a key of `FORMATS`.
        overrides: numbers that replace parameters.
        max_nodes: how many nodes, or cells of a table, may be written; None is the format's own limit.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        BadArgument: the format cannot say what the scenario says, or the file would be too large.
    """
    module = import_module(f"planner.exchange.{FORMATS[format].module}")
    made: Exported = module.from_scenario(scenario, overrides=overrides, max_nodes=max_nodes)
    return made
