"""What Gambit reads in a game, in versions 16 and 17 alike."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from typing import Any, NamedTuple

import pytest


class Read(NamedTuple):
    """A tree as Gambit has it: how large it is, and what its ends pay."""

    nodes: int
    ends: int
    sets: int
    payoffs: set[tuple[Fraction, ...]]


def gambit() -> Any:
    """Return pygambit; a test without it is skipped."""
    return pytest.importorskip("pygambit", reason="Gambit is an oracle of these tests: pip install planner[test]")


def tree(text: str) -> Read:
    """Return what Gambit reads in an extensive game."""
    pygambit = gambit()
    game = pygambit.read_efg(BytesIO(text.encode("ascii")))
    return _of_16(game) if hasattr(game, "nodes") else _of_17(pygambit, game)


def _of_16(game: Any) -> Read:
    ends = [node for node in game.nodes if node.is_terminal]
    nothing = (Fraction(0),) * len(game.players)
    paid = [tuple(Fraction(str(n.outcome[one])) for one in game.players) if n.outcome else nothing for n in ends]
    return Read(len(game.nodes), len(ends), len(game.infosets), set(paid))


def _of_17(pygambit: Any, game: Any) -> Read:
    ends = game.get_histories(pygambit.H.path().plays)
    players = list(game.players)
    paid = []
    for end in ends:
        label = game.get_outcome(pygambit.H.path(*end.actions))
        numbers = {} if label is None else game.get_outcome_payoffs(label)
        paid.append(tuple(Fraction(str(numbers[one])) if label is not None else Fraction(0) for one in players))
    sets = sum(len(game.get_infosets(one)) for one in players)
    return Read(len(pygambit.layout_tree(game)), len(ends), sets, set(paid))
