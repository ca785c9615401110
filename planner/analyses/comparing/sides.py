"""The decision in focus on both sides of a comparison, and what moved there, in the names of the second scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.comparing.judge import Verdict, first_decision
from planner.analyses.comparing.moves import OptionMove, OutcomeMove, Recommendation
from planner.analyses.result import BadArgument, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.analyses.comparing.names import Names
    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.analyses.result import Number

LEAST = 1e-9  # of a probability


class Sides:
    """Two evaluations and the decision in both that is looked at.

    Attributes:
        at: the decision in the names of the second scenario; None for the first that is reached.
        before: the decision on the first side; None if there is none, or none of the name.
        after: the decision on the second side.
    """

    def __init__(self, first: Evaluation, second: Evaluation, names: Names, at: str | None) -> None:
        self.first, self.second, self.names = first, second, names
        self.at = None if at is None else self._named(at)
        self.after = first_decision(second, self.at)
        self.before = self._of_first()

    def _named(self, at: str) -> str:
        """Return a decision's name in the second scenario, whichever side it was named by."""
        new = {name for one in self.second.decisions for name in (one.state, one.node)}
        if at in new:
            return at
        old = {name for one in self.first.decisions for name in (one.state, one.node)}
        if at in old or self.names.label(at) in new:
            return self.names.label(at)
        for evaluation in (self.second, self.first):
            node = evaluation.scenario.nodes.get(at)
            if node is not None and node.kind != "decision":
                raise BadArgument(f"'{at}' is no decision", f"decisions: {', '.join(sorted(_nodes(self.second)))}")
        raise UnknownName.among("decision", at, [*new, *old])

    def _of_first(self) -> DecisionResult | None:
        if self.at is None:
            return first_decision(self.first, None)
        known = [
            one for one in self.first.decisions if self.at in {self.names.label(one.state), self.names.node(one.node)}
        ]
        return max(known, key=lambda one: float(one.probability), default=None)

    @property
    def decides(self) -> bool:
        """Whether there is a decision on either side."""
        return bool(self.first.decisions or self.second.decisions)

    @property
    def label(self) -> str | None:
        """The decision as it is written: ``node`` or ``node[round=2]``."""
        if self.after is not None:
            return self.after.state
        return self.names.label(self.before.state) if self.before is not None else None

    @property
    def owners(self) -> tuple[str, ...]:
        """Those who decide."""
        if self.after is not None:
            return self.after.by
        return tuple(map(self.names.actor, self.before.by)) if self.before is not None else ()

    @property
    def first_owner(self) -> str:
        """The first of those who decide."""
        return next(iter(self.owners or self.second.values))

    # --- values -----------------------------------------------------------------------------------------------

    def verdicts(self) -> tuple[Verdict | None, Verdict | None]:
        """Return what follows at the decision on both sides."""
        return self._verdict(self.first, self.before, old=True), self._verdict(self.second, self.after, old=False)

    def _verdict(self, found: Evaluation, decision: DecisionResult | None, *, old: bool) -> Verdict | None:
        if decision is None:
            return None if found.decisions else Verdict.undecided(self._values(found.values, old=old))
        options = {
            self._option(decision, one.option, old=old): self._values(one.values, old=old) for one in decision.options
        }
        chosen = self._option(decision, decision.chosen, old=old)
        tied = tuple(self._option(decision, each, old=old) for each in decision.tied)
        return Verdict.of(chosen, tied, options)

    def _option(self, decision: DecisionResult, option: str, *, old: bool) -> str:
        return self.names.option(decision.node, option) if old else option

    def _values(self, values: Mapping[str, Number], *, old: bool) -> dict[str, float]:
        return {self.names.actor(actor) if old else actor: float(value) for actor, value in values.items()}

    def options(self) -> Iterator[OptionMove]:
        """Yield the options of the decision, those that are gone last."""
        old, new = (verdict.options if verdict is not None else {} for verdict in self.verdicts())
        for option in (*new, *(each for each in old if each not in new)):
            yield OptionMove(option, self._name(option, gone=option not in new), old.get(option), new.get(option))

    def _name(self, option: str, *, gone: bool) -> str:
        if not gone:
            assert self.after is not None
            return self.second.scenario.nodes[self.after.node].edges[option].name
        assert self.before is not None
        edges = self.first.scenario.nodes[self.before.node].edges.values()
        return next(edge.name for edge in edges if self.names.option(self.before.node, edge.id) == option)

    def recommendation(self) -> Recommendation:
        """Return what is taken on both sides."""
        old, new = self.verdicts()
        return Recommendation(
            old.chosen if old is not None else None,
            new.chosen if new is not None else None,
            old.tied if old is not None else (),
            new.tied if new is not None else (),
            old.values if old is not None else {},
            new.values if new is not None else {},
        )

    def outcomes(self) -> tuple[OutcomeMove, ...]:
        """Return the outcomes whose probability moved, the most first."""
        before = {self.names.outcome(one.outcome): float(one.probability) for one in self.first.outcomes}
        after = {one.outcome: float(one.probability) for one in self.second.outcomes}
        moves = [OutcomeMove(name, before.get(name, 0.0), after.get(name, 0.0)) for name in {**after, **before}]
        moved = [one for one in moves if abs(one.after - one.before) > LEAST]
        return tuple(sorted(moved, key=lambda one: -abs(one.after - one.before)))


def _nodes(found: Evaluation) -> set[str]:
    return {one.node for one in found.decisions}
