"""The one place that speaks to Gambit: a part of a game as its text, its solvers, its answers as behaviour.

pygambit is under the GPL and takes seconds to import, so it is an extra that is imported when it is asked for. Games go
in as text, which all versions read alike; what comes out is read here alone. Version 16 finds mixed equilibria of three
actors too, but may search without end for those of three with two options each; 17 keeps to a budget.
"""

from __future__ import annotations

import warnings
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Any

from planner.analyses.result import BadArgument
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.analyses.disputes.behaviour import Behaviour, Stage

MAX_NODES = 5_000
OLDEST = 17


def missing(package: str, extra: str) -> BadArgument:
    """Return the error that says what to install."""
    return BadArgument(
        f"this part of the answer needs the package '{package}', which is not installed",
        f"pip install 'planner[{extra}]'",
    )


def pygambit() -> Any:
    """Return the package.

    Raises:
        BadArgument: it is not installed, or too old.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pygambit as found
    except ImportError:
        raise missing("pygambit", "gambit") from None
    if int(found.__version__.partition(".")[0]) < OLDEST:
        raise BadArgument(
            f"pygambit {found.__version__} may search for mixed equilibria of several actors without end",
            "pip install --upgrade 'planner[gambit]'",
        )
    return found


def several(stage: Stage, *, most: int) -> Iterator[Behaviour]:
    """Yield equilibria of any number of actors: supports tried one after the other, and their equations solved.

    Raises:
        BadArgument: pygambit is not installed, or the game is too large.
    """
    package = pygambit()
    tree = Text(stage)
    theirs = tree.read(package)
    found = package.nash.enumpoly_solve(theirs, use_strategic=False, stop_after=most)
    for profile in found.equilibria:
        yield tree.behaviour(theirs, profile)


class Text:
    """A part of a game as Gambit reads it: information sets by number, options by place, nodes without a name."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        game, movers = stage.game, stage.movers
        self.known: dict[tuple[str, ...], int] = {}  # the options on the way to a node -> its information set
        nothing = (game.zero,) * len(game.actors)
        heads = " ".join(f'"{mover + 1}"' for mover in movers)
        lines = [f'EFG 2 R "" {{ {heads} }}']
        stack: list[tuple[int, tuple[str, ...], Any]] = [(stage.trunk.states[0], (), nothing)]
        leaves, ends, chances, nodes = set(stage.trunk.leaves), 0, 0, 0
        while stack:
            state, way, sofar = stack.pop()
            nodes += 1
            if nodes > MAX_NODES:
                raise BadArgument(
                    f"more than {MAX_NODES:,} nodes follow from '{game.label(stage.trunk.states[0])}', too many here",
                    "let decisions see more of what happened before, or look at a part of the tree",
                )
            if state in leaves:
                ends += 1
                paid = [x + y for x, y in zip(sofar, stage.leaf(state), strict=True)]
                told = " ".join(_number(paid[mover]) for mover in movers)
                lines.append(f't "" {ends} "{ends}" {{ {told} }}')
                continue
            edges = list(game.edges(state))
            if game.kind(state) == DECISION:
                unit = game.unit[state]
                self.known[way] = unit
                names = " ".join(f'"{slot + 1}"' for slot in range(len(edges)))
                player = movers.index(stage.owner[unit]) + 1
                lines.append(f'p "" {player} {unit + 1} "{unit + 1}" {{ {names} }} 0')
            else:
                chances += 1
                edges = [edge for edge in edges if game.p[edge]]
                names = " ".join(f'"{slot + 1}" {_number(game.p[edge])}' for slot, edge in enumerate(edges))
                lines.append(f'c "" {chances} "c{chances}" {{ {names} }} 0')
            for slot in range(len(edges) - 1, -1, -1):
                gain = game.gain[edges[slot]]
                on = tuple(x + y for x, y in zip(sofar, gain, strict=True))
                stack.append((game.target[edges[slot]], (*way, str(slot + 1)), on))
        self.text = "\n".join(lines) + "\n"

    def read(self, package: Any) -> Any:
        """Return the game as Gambit's own."""
        return package.read_efg(BytesIO(self.text.encode("ascii")))

    def behaviour(self, theirs: Any, profile: Any) -> Behaviour:
        """Return a profile of Gambit's as behaviour; sets without chances get none."""
        found: Behaviour = {}
        for player in theirs.players:
            for history, mixed in profile[player]:
                unit = self.known[tuple(step.action for step in history)]
                chances = [max(0.0, float(mixed[str(slot + 1)])) for slot in range(self.stage.options(unit))]
                if sum(chances) > 0.5:
                    found[unit] = tuple(p / sum(chances) for p in chances)
        return found


def _number(value: Any) -> str:
    return str(Fraction(value))
