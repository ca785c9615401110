"""A decision that stands with moves of others that it does not see, or before such moves.

What an option is worth then depends on what others do. So each option is put against every combination of the others'
moves, best answers and dominated options are named, and every actor's position is given in each pure equilibrium of the
part of the tree in which the decision stands (`perfection`, `normal_form`).
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.disputes.best_answers import dominated, eliminated, owned
from planner.analyses.disputes.consensus import ranked
from planner.analyses.disputes.game import game
from planner.analyses.disputes.moves import Cell, Dominance, Moves, Settled
from planner.analyses.disputes.normal_form import MAX_PROFILES, Trunk, all_payoffs, profiles, stable_profiles
from planner.analyses.disputes.perfection import adopted_slots, perfect
from planner.analyses.disputes.positions import TINY, Position
from planner.analyses.disputes.subgames import subgames
from planner.analyses.result import BadArgument, UnknownName, overridden
from planner.core.diagnostics import ScenarioError
from planner.core.hidden import set_label
from planner.core.solve import solve_unfolded
from planner.core.tree import DECISION, OUTCOME
from planner.core.unfold import MAX_STATES, unfold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.disputes.game import Game, Number, Vector
    from planner.core.model import Scenario

MOST_CELLS = 100  # combinations of others' moves that a table holds
MOST_EQUILIBRIA = 20
MOST_SELECTIONS = 200

Picks = dict[int, int]  # information set -> option that is taken there


def unseen_moves(
    scenario: Scenario,
    *,
    at: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    max_states: int = MAX_STATES,
) -> Moves:
    """Look at a decision of a scenario in which moves are hidden.

    Args:
        scenario: the scenario, read and checked.
        at: the decision, a node or a state as it is written; None for the first.
        overrides: numbers that replace parameters.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        UnknownName: no decision has the name that was given.
        BadArgument: there is no decision, or what happens there cannot be worked out.
    """
    made = game(scenario, overrides=overrides, max_states=max_states)
    unit = _unit(made, at)
    _means(made)
    return _Asked(made, unit, {} if overrides is None else overrides).answer()


def _unit(made: Game, at: str | None) -> int:
    decisions = [state for state in range(len(made)) if made.kind(state) == DECISION]
    if not decisions:
        raise BadArgument("the scenario has no decision", "this analysis compares the options of a decision")
    if at is None:
        return made.unit[decisions[0]]
    ids = made.unfolded.place_ids
    for state in decisions:
        if at in {ids[int(made.unfolded.place[state])], made.label(state)}:
            return made.unit[state]
    sets = {_label(made, unit): unit for unit, states in enumerate(made.units) if len(states) > 1}
    if at in sets:
        return sets[at]
    raise UnknownName.among("decision", at, list(dict.fromkeys([*map(made.label, decisions), *sets])))


def _label(made: Game, unit: int) -> str:
    return set_label(made.unfolded, made.units[unit])


def _means(made: Game) -> None:
    for owner in sorted({owner for who in made.deciders for owner in who.owners}):
        name = made.actors[owner]
        if made.scenario.actors[name].risk_tolerance is not None:
            raise BadArgument(
                f"'{name}' has a tolerance of risk, and moves that are not seen are compared by means alone",
                "leave 'risk_tolerance' out",
            )


class _Asked:
    """One decision of a game, and the part of the tree in which it stands."""

    def __init__(self, made: Game, unit: int, overrides: Mapping[str, float | str]) -> None:
        self.game, self.unit, self.overrides = made, unit, overrides
        self.states = made.units[unit]
        self.edges = list(made.edges(self.states[0]))
        self.options = tuple(made.edge(edge).rpartition(".")[2] for edge in self.edges)
        self.by = tuple(made.actors[owner] for owner in made.owners(self.states[0]))

    def answer(self) -> Moves:
        """Return what can be said."""
        made = self.game
        why, planned = "", False
        try:
            perfect(made)
        except BadArgument as error:
            why, trunk = error.message, Trunk.of(made, 0, set(), recall=False)
            ahead: list[dict[int, Vector]] = [{}]
            complete = True
        else:
            trunk = self.trunk(subgames(made) if made.sets else set(range(len(made))))
            inner = [leaf for leaf in trunk.leaves if made.kind(leaf) != OUTCOME]
            found = perfect(made, inner).kept
            choices = product(*(list(found[leaf]) for leaf in inner))
            ahead = [dict(zip(inner, chosen, strict=True)) for chosen in islice(choices, MOST_SELECTIONS + 1)]
            complete = len(ahead) <= MOST_SELECTIONS
            ahead = ahead[:MOST_SELECTIONS]
            if not ahead:
                lost = next(leaf for leaf in inner if not found[leaf])
                raise BadArgument(
                    f"what comes from '{made.label(lost)}' on has no equilibrium without chance, "
                    f"so nothing says what the options of '{_label(made, self.unit)}' are worth",
                    "look at the later decision with --at",
                )
        about: dict[str, Any] = {
            "scenario": made.scenario,
            "label": _label(made, self.unit),
            "options": self.options,
            "by": self.by,
        }
        if len(self.by) > 1 and not why:
            settled = list(self.jointly(trunk, ahead))
        elif why:
            settled = list(self.planned(trunk))
            planned, why = bool(settled), "" if settled else why
        else:
            settled = list(islice(self.equilibria(trunk, ahead), MOST_EQUILIBRIA + 1))
        parts = self.table(trunk, ahead[0]) if len(self.by) == 1 else {}
        return Moves(
            **about,
            **parts,
            settled=tuple(settled[:MOST_EQUILIBRIA]),
            complete=complete and len(settled) <= MOST_EQUILIBRIA,
            later=len(ahead),
            why=why,
            onward=any(states[0] > trunk.states[-1] for states in made.sets),
            planned=planned,
            **self.first(ahead[0], settled),
        )

    def first(self, leaves: Mapping[int, Vector], settled: Sequence[Settled]) -> dict[str, Any]:
        """Return what is done at the decision in the first equilibrium, and what might as well be done there."""
        if not settled or not settled[0].positions:
            return {}
        if len(self.by) > 1:
            equal = [self.options[slot] for slot in self.slots(leaves)]
        else:
            own = next(position for position in settled[0].positions if position.actor == self.by[0])
            equal = list(own.places[0])
        chosen = settled[0].moves.get(_label(self.game, self.unit), equal[0])
        return {"chosen": chosen, "tied": tuple(equal) if len(equal) > 1 else ()}

    def trunk(self, roots: set[int]) -> Trunk:
        """Return the smallest subgame that holds the decision, down to those inside it."""
        made, first = self.game, self.states[0]
        if first in roots and all(made.target[edge] in roots for edge in self.edges):
            return Trunk(made, (first,), tuple(sorted({made.target[edge] for edge in self.edges})), (self.unit,))
        before: dict[int, list[int]] = {}
        for state in range(self.states[-1]):
            for edge in made.edges(state):
                before.setdefault(made.target[edge], []).append(state)
        waiting, seen, above = [state for state in self.states if state not in roots], set(self.states), set[int]()
        above |= {state for state in self.states if state in roots}
        while waiting:
            for state in before.get(waiting.pop(), ()):
                if state in roots:
                    above.add(state)
                elif state not in seen:
                    seen.add(state)
                    waiting.append(state)
        for root in sorted(above, reverse=True):
            trunk = Trunk.of(made, root, roots, recall=False)
            if set(self.states) <= set(trunk.states):
                return trunk
        raise AssertionError("some subgame holds the decision")

    # --- equilibria ---------------------------------------------------------------------------------------------------

    def equilibria(self, trunk: Trunk, ahead: Sequence[dict[int, Vector]]) -> Iterator[Settled]:
        """Yield pure equilibria that differ in what is done on the way or in what the options are worth."""
        seen = set()
        for leaves in ahead:
            for _, picked in stable_profiles(trunk, leaves):
                one = self.settled(trunk, leaves, picked)
                key = (*one.moves.items(), *one.payoffs.values(), *(tuple(p.values.values()) for p in one.positions))
                if key not in seen:
                    seen.add(key)
                    yield one

    def jointly(self, trunk: Trunk, ahead: Sequence[dict[int, Vector]]) -> Iterator[Settled]:
        """Yield what several may adopt, for each combination of later equilibria."""
        for leaves in ahead:
            for slot in self.slots(leaves):
                yield self.settled(trunk, leaves, {self.unit: slot})

    def slots(self, leaves: Mapping[int, Vector]) -> list[int]:
        """Return what several might adopt, what is followed first: the fallback if it stands, else the first."""
        made = self.game
        worth = [self.sum(leaves.get(made.target[e], made.end[made.target[e]]), e) for e in self.edges]
        fallback = made.deciders[self.states[0]].fallback
        return sorted(adopted_slots(made, self.states[0], worth), key=lambda slot: (slot != fallback, slot))

    def planned(self, trunk: Trunk) -> Iterator[Settled]:
        """Yield the best plan of a sole decision maker, who may forget."""
        made = self.game
        if len({owner for state in trunk.states for owner in made.owners(state)}) > 1:
            return
        given = overridden(made.scenario, self.overrides, exact=False)
        try:
            solved = solve_unfolded(unfold(made.scenario, max_states=len(made)), overrides=given)
        except ScenarioError:
            return
        yield self.settled(trunk, {}, {unit: solved.choice[made.units[unit][0]] for unit in trunk.units})

    def settled(self, trunk: Trunk, leaves: Mapping[int, Vector], picked: Picks) -> Settled:
        """Return one equilibrium with everybody's position in it."""
        made = self.game
        values = continuation(trunk, leaves, picked)
        reach, _ = forward(trunk, picked)
        moves = {_label(made, unit): self.name(unit, slot) for unit, slot in picked.items()
                 if any(reach.get(state) for state in made.units[unit])}  # fmt: skip
        payoff = values[trunk.states[0]]
        rows = [self.worth(trunk, leaves, picked | {self.unit: slot}) for slot in range(len(self.edges))]
        reached = any(reach.get(state) for state in self.states)
        better = self.improvement(trunk, leaves, payoff)
        return Settled(
            moves=moves,
            payoffs=_floats(made.full(payoff)),
            positions=() if any(row is None for row in rows) else self.ranked([row for row in rows if row is not None]),
            reached=reached,
            **better,
        )

    def worth(self, trunk: Trunk, leaves: Mapping[int, Vector], picked: Picks) -> Vector | None:
        """Return what the decision is worth if it is reached, others keeping to their moves; None if nobody can say."""
        made = self.game
        values = continuation(trunk, leaves, picked)
        reach, gained = forward(trunk, picked)
        total = sum((reach[state] for state in self.states if state in reach), made.zero)
        if not total:
            return values[self.states[0]] if len(self.states) == 1 else None
        return tuple(
            sum((gained[s][a] + reach[s] * values[s][a] for s in self.states if reach.get(s)), made.zero) / total
            for a in range(len(made.actors))
        )

    def ranked(self, rows: Sequence[Vector]) -> tuple[Position, ...]:
        """Return every actor's ranking of the options."""
        made, found = self.game, []
        full = [made.full(row) for row in rows]
        for at, actor in enumerate(made.actors):
            oriented = {option: float(row[at]) for option, row in zip(self.options, rows, strict=True)}
            mine = {option: float(row[actor]) for option, row in zip(self.options, full, strict=True)}
            tie = TINY * max(1.0, *(abs(value) for value in mine.values()))
            places = ranked(oriented, tie=tie)
            order = [option for place in places for option in place]
            margin = oriented[order[0]] - oriented[order[1]] if len(places[0]) == 1 and len(order) > 1 else 0.0
            found.append(Position(actor, tuple(tuple(place) for place in places), mine, margin))
        return tuple(found)

    def improvement(self, trunk: Trunk, leaves: Mapping[int, Vector], payoff: Vector) -> dict[str, Any]:
        """Return a combination of moves that is better for all who move: the one whose smallest gain is largest."""
        made = self.game
        movers = sorted({owner for state in trunk.states for owner in made.owners(state)})
        if len(movers) < 2 or len(trunk.units) < 2 or profiles(trunk) > MAX_PROFILES:
            return {}
        arrays = all_payoffs(trunk, leaves, exact=False)
        gains = np.min([arrays[actor] - float(payoff[actor]) for actor in movers], axis=0)
        if gains.max() <= 1e-9 * made.scale:
            return {}
        picked = dict(
            zip(trunk.units, (int(s) for s in np.unravel_index(int(gains.argmax()), trunk.shape)), strict=True)
        )
        reach, _ = forward(trunk, picked)
        moves = {_label(made, unit): self.name(unit, slot) for unit, slot in picked.items()
                 if any(reach.get(state) for state in made.units[unit])}  # fmt: skip
        values = continuation(trunk, leaves, picked)[trunk.states[0]]
        return {"better": moves, "better_payoffs": _floats(made.full(values))}

    # --- the table ----------------------------------------------------------------------------------------------------

    def table(self, trunk: Trunk, leaves: Mapping[int, Vector]) -> dict[str, Any]:
        """Return each option against each combination of the others' moves, and what dominates what."""
        made = self.game
        units = list(trunk.units)
        owners = [made.owners(made.units[unit][0])[0] for unit in units]
        axis, me = units.index(self.unit), made.owners(self.states[0])[0]
        foreign = [at for at, owner in enumerate(owners) if owner != me]
        others = {_label(made, units[at]): made.actors[owners[at]] for at in foreign}
        if not foreign or profiles(trunk) > MAX_PROFILES:
            return {"others": others, "combinations": _product(trunk.shape[at] for at in foreign) if foreign else 0}
        exact = made.exact and profiles(trunk) <= 5_000
        payoffs = all_payoffs(trunk, leaves, exact=exact)
        slack = 0 if exact else 1e-12 * made.scale
        whole = len(set(owners)) == len(owners)
        left = eliminated(payoffs, owners, slack)
        return {
            "others": others,
            "cells": tuple(self.cells(payoffs, owners, axis, units, slack)),
            "combinations": _product(trunk.shape[at] for at in foreign),
            "whole": whole,
            "dominance": tuple(
                Dominance(_label(made, units[one.unit]), made.actors[owners[one.unit]],
                          self.name(units[one.unit], one.better), self.name(units[one.unit], one.worse), one.strict)
                for one in dominated(payoffs, owners, slack)
            ),
            "rounds": None if left is None else left.rounds,
            "left": {} if left is None else {
                _label(made, unit): tuple(self.name(unit, slot) for slot in slots)
                for unit, slots in zip(units, left.options, strict=True)
            },
        }  # fmt: skip

    def cells(
        self, payoffs: Sequence[Any], owners: Sequence[int], axis: int, units: Sequence[int], slack: Any
    ) -> Iterator[Cell]:
        """Yield the first combinations of the others' moves."""
        made, me = self.game, owners[axis]
        mine, whole = owned(owners, me), len(set(owners)) == len(owners)
        foreign = [at for at in range(len(owners)) if owners[at] != me]
        tops = {actor: np.maximum.reduce(payoffs[actor], axis=owned(owners, actor), keepdims=True)
                for actor in sorted(set(owners))}  # fmt: skip
        shape = payoffs[0].shape
        actors = range(len(made.actors)) if whole else (me,)
        own = np.maximum.reduce(payoffs[me], axis=tuple(at for at in mine if at != axis), keepdims=True)
        for slots in islice(product(*(range(shape[at]) for at in foreign)), MOST_CELLS):
            values: dict[str, dict[str, float]] = {}
            best: dict[str, list[str]] = {made.actors[actor]: [] for actor in (tops if whole else (me,))}
            for slot, option in enumerate(self.options):
                at = [0] * len(shape)
                for place, number in zip(foreign, slots, strict=True):
                    at[place] = number
                at[axis] = slot
                here = tuple(at)
                row = [payoffs[a][here] if whole else own[here] for a in actors]
                full = made.full([row[actors.index(a)] if a in actors else made.zero for a in range(len(made.actors))])
                values[option] = {made.actors[a]: float(full[made.actors[a]]) for a in actors}
                for actor in tops if whole else (me,):
                    top = tops[actor][tuple(0 if i in owned(owners, actor) else n for i, n in enumerate(at))]
                    if (payoffs[actor][here] if whole else own[here]) >= top - slack:
                        best[made.actors[actor]].append(option)
            yield Cell(
                {_label(made, units[place]): self.name(units[place], number)
                 for place, number in zip(foreign, slots, strict=True)},
                values,
                {actor: tuple(options) for actor, options in best.items()},
            )  # fmt: skip

    # --- small things -------------------------------------------------------------------------------------------------

    def name(self, unit: int, slot: int) -> str:
        """Return an option's id."""
        return self.game.edge(self.game.first[self.game.units[unit][0]] + slot).rpartition(".")[2]

    def sum(self, vector: Vector, edge: int) -> Vector:
        """Return what an edge leads to, with what it adds itself."""
        return tuple(one + more for one, more in zip(vector, self.game.gain[edge], strict=True))


def continuation(trunk: Trunk, leaves: Mapping[int, Vector], picked: Picks) -> dict[int, Vector]:
    """Return what each state of a part of the tree is worth if everybody keeps to some moves."""
    made = trunk.game
    values: dict[int, Vector] = {leaf: leaves[leaf] if leaf in leaves else made.end[leaf] for leaf in trunk.leaves}
    for state in reversed(trunk.states):
        edges = list(made.edges(state))
        taken = [(edges[picked[made.unit[state]]], 1)] if made.unit[state] >= 0 else [(e, made.p[e]) for e in edges]
        values[state] = tuple(
            sum((p * (values[made.target[edge]][a] + made.gain[edge][a]) for edge, p in taken), made.zero)
            for a in range(len(made.actors))
        )
    return values


def forward(trunk: Trunk, picked: Picks) -> tuple[dict[int, Number], dict[int, list[Number]]]:
    """Return how probable each state is, and what was gained until then times that, if all keep to some moves."""
    made = trunk.game
    reach: dict[int, Number] = {trunk.states[0]: made.zero + 1}
    gained: dict[int, list[Number]] = {trunk.states[0]: [made.zero] * len(made.actors)}
    for state in trunk.states:
        here = reach.get(state)
        if not here:
            continue
        edges = list(made.edges(state))
        taken = [(edges[picked[made.unit[state]]], 1)] if made.unit[state] >= 0 else [(e, made.p[e]) for e in edges]
        for edge, p in taken:
            there = made.target[edge]
            reach[there] = reach.get(there, made.zero) + here * p
            before = gained.setdefault(there, [made.zero] * len(made.actors))
            for actor, gain in enumerate(made.gain[edge]):
                before[actor] += p * (gained[state][actor] + here * gain)
    return reach, gained


def _product(sizes: Any) -> int:
    made = 1
    for size in sizes:
        made *= size
    return made


def _floats(values: Mapping[str, Number]) -> dict[str, float]:
    return {actor: float(value) for actor, value in values.items()}
