"""What is found about a decision that stands with moves that are not seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.disputes.positions import Position
    from planner.core.model import Scenario


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of the others' moves.

    Attributes:
        others: what is done at each of their information sets.
        values: for each own option what it is worth to each actor, counted from where the hidden moves begin; to the
            owner alone where it moves elsewhere among them, too, and does there what is best for it.
        best: for each actor that moves, the own options in whose row its move is a best answer to all others; for the
            owner these are its best answers to the combination.
    """

    others: Mapping[str, str]
    values: Mapping[str, Mapping[str, float]]
    best: Mapping[str, tuple[str, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "others": dict(self.others),
            "values": {option: dict(row) for option, row in self.values.items()},
            "best": {actor: list(options) for actor, options in self.best.items()},
        }


@dataclass(frozen=True, slots=True)
class Dominance:
    """An option that is worse than another whatever others do (``strict``), or never better and sometimes worse."""

    state: str
    actor: str
    better: str
    worse: str
    strict: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """One pure equilibrium, as far as the decision is concerned.

    Attributes:
        moves: what is done at each information set that the equilibrium reaches.
        payoffs: what it gives each actor, from where the hidden moves begin.
        positions: every actor's ranking of the decision's options while others keep to their moves; empty where the
            equilibrium does not reach the decision and nothing says what has happened there.
        reached: whether the equilibrium reaches the decision.
        better: a combination of moves that is better for all who move; empty if there is none.
        better_payoffs: what that would give.
    """

    moves: Mapping[str, str]
    payoffs: Mapping[str, float]
    positions: tuple[Position, ...]
    reached: bool = True
    better: Mapping[str, str] = field(default_factory=dict)
    better_payoffs: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "moves": dict(self.moves),
            "payoffs": dict(self.payoffs),
            "positions": [position.to_dict() for position in self.positions],
            "reached": self.reached,
            "better_for_all": {"moves": dict(self.better), "payoffs": dict(self.better_payoffs)}
            if self.better
            else None,
        }


@dataclass(frozen=True)
class Moves:
    """A decision among moves that are not seen.

    Attributes:
        label: the decision, ``node`` or what its owner knows there.
        options: its options.
        by: who decides there.
        others: for each information set of others among the hidden moves, whose it is; empty where all that is hidden
            comes later.
        cells: the table: a combination of the others' moves each.
        combinations: how many combinations there are; the table holds the first 100.
        whole: whether every actor that moves does so once, so that cells hold everybody's values.
        dominance: options that others are at least as good as, of all who move.
        rounds: how many rounds iterated elimination takes; None if it was not tried.
        left: for each information set the options that it leaves.
        settled: pure equilibria, the first 20 that differ for the decision.
        complete: whether these are all.
        later: how many combinations of later equilibria they rest on; the table rests on the first.
        why: why equilibria were not looked for; empty if they were.
        onward: whether moves that are made without seeing all come later than the decision and what is hidden with it.
        planned: whether what is settled is the best plan of a sole decision maker, and not an equilibrium.
        chosen: what is done at the decision in the first of them; empty without any.
        tied: the options that might as well be chosen there, if they are several.
    """

    scenario: Scenario = field(repr=False)
    label: str
    options: tuple[str, ...]
    by: tuple[str, ...]
    others: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[Cell, ...] = field(default=(), repr=False)
    combinations: int = 0
    whole: bool = False
    dominance: tuple[Dominance, ...] = ()
    rounds: int | None = None
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settled: tuple[Settled, ...] = ()
    complete: bool = True
    later: int = 1
    why: str = ""
    onward: bool = False
    planned: bool = False
    chosen: str = ""
    tied: tuple[str, ...] = ()

    @property
    def positions(self) -> tuple[Position, ...]:
        """Every actor's position in the first equilibrium that reaches the decision."""
        return next((one.positions for one in self.settled if one.positions), ())

    @property
    def simultaneous(self) -> bool:
        """Whether others move unseen together with the decision, and not after it alone."""
        return bool(self.others)

    @property
    def plain(self) -> bool:
        """Whether the decision is one like any other: nothing unseen stands with it or comes after it."""
        return not (self.others or self.onward or self.planned or self.why) and len(self.settled) == 1

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "decision": self.label,
            "by": list(self.by),
            "others": dict(self.others),
            "table": [cell.to_dict() for cell in self.cells],
            "combinations": self.combinations,
            "table_complete": len(self.cells) == self.combinations,
            "dominance": [
                {"state": d.state, "actor": d.actor, "better": d.better, "worse": d.worse, "strict": d.strict}
                for d in self.dominance
            ],
            "elimination": None
            if self.rounds is None
            else {"rounds": self.rounds, "left": {state: list(options) for state, options in self.left.items()}},
            "equilibria": [one.to_dict() for one in self.settled],
            "equilibria_complete": self.complete,
            "later_equilibria": self.later,
            "why": self.why,
        }
