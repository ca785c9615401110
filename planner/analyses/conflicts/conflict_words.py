"""The sentences about a conflict: who stays where and why, who could do what together, what would have to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.conflicts.conflict_answers import CONCEPTS, RULES
from planner.analyses.result import listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.analyses.conflicts.conflict_answers import Concept
    from planner.analyses.conflicts.conflict_coalitions import CoalitionMove, Course
    from planner.analyses.conflicts.conflict_inverse import Change
    from planner.analyses.conflicts.conflict_reach import Way
    from planner.analyses.conflicts.conflict_reasons import Improvement, Reason
    from planner.core.conflict import StateId
    from planner.core.graph_model import GraphModel

MOST = 4  # states or improvements that a sentence tells one by one


class Words:
    """Writes sentences about one conflict.

    Args:
        model: the conflict.
        names: the actors' names, in the order of the model.
        rule: whose counter-moves count.
    """

    def __init__(self, model: GraphModel, names: Sequence[str], rule: str) -> None:
        self.model, self.names, self.rule = model, names, rule

    # --- names --------------------------------------------------------------------------------------------

    def state(self, state: int) -> str:
        """Name a state: ``5``, ``status-quo``, ``'talk, wait'``."""
        return shown(self.model.states[state])

    def states(self, states: Sequence[int]) -> str:
        """Name several states: ``state 5``, ``states 5, 8 and 9``, the first few of many."""
        return f"{'state' if len(states) == 1 else 'states'} {self.bare(states)}"

    def bare(self, states: Sequence[int], joint: str = "and") -> str:
        """Name several states without that word: ``5, 8 and 9``, ``5 or 8``."""
        names = [self.state(state) for state in states]
        more = len(names) - 2 * MOST
        if more > 1:
            names = [*names[: 2 * MOST], f"{more:,} more"]
        *head, last = names
        return f"{', '.join(head)} {joint} {last}" if head else last

    def told(self, states: Sequence[int]) -> str:
        """Name states together with what is the case in them, if they are few."""
        if len(states) > MOST or not all(self.model.names[state] for state in states):
            return self.states(states)
        names = [f"{self.state(state)} ({self.model.names[state]})" for state in states]
        return f"{'state' if len(names) == 1 else 'states'} {listing(names)}"

    def actors(self, actors: Iterable[int]) -> str:
        """Name several actors."""
        return listing([self.names[actor] for actor in actors])

    def way(self, way: Way | tuple[tuple[int, int], ...]) -> str:
        """Tell a sequence of moves: ``Uniroyal moves to 7, then MoE to 8``."""
        first, *rest = [(self.names[actor], self.state(state)) for actor, state in way]
        return ", then ".join([f"{first[0]} moves to {first[1]}", *(f"{actor} to {state}" for actor, state in rest)])

    # --- reasons ------------------------------------------------------------------------------------------

    def reason(self, reason: Reason) -> str:
        """Say why an actor stays in a state or leaves it."""
        who, here = self.names[reason.actor], self.state(reason.state)
        if not reason.improvements:
            why = "it has no better move" if reason.moves else "it cannot move"
            return f"{who} stays put at {here}: {why}."
        free = [each for each in reason.improvements if each.possible is None]
        if free:
            ends = self.bare([each.end for each in free], "or")
            return f"{who} leaves {here} for {ends}: it is better off there, and no counter-move can take that back."
        if "seq" in reason.stable:
            head = f"{who} stays put at {here}: any improvement meets a credible counter-move"
            return f"{head}. {self.answers(reason.improvements, 'credible')}"
        kind = "inescapable" if "smr" in reason.stable else "possible"
        sort = f"{'an' if kind == 'inescapable' else 'a'} {kind} counter-move, though not always a credible one"
        head = f"{who} stays put at {here} only out of caution: any improvement meets {sort}"
        return f"{head}. {self.answers(reason.improvements, kind)}"

    def answers(self, improvements: Sequence[Improvement], kind: str) -> str:
        """Name each improvement and its counter-move."""
        told = [
            f"If it moves to {self.state(each.end)}, {self.way(getattr(each, kind))}." for each in improvements[:MOST]
        ]
        more = len(improvements) - MOST
        return " ".join(told) + (f" And so for {more:,} more." if more > 0 else "")

    # --- coalitions, ways and changes ---------------------------------------------------------------------

    def together(self, move: CoalitionMove) -> str:
        """Say what a coalition can do."""
        others = [actor for actor in move.gain if actor not in move.by]
        also = f", and so would {self.actors(others)}" if others else ""
        but = f"; {self.actors(move.lose)} would lose" if move.lose else ""
        both = "both" if len(move.by) == 2 else "all"
        return (
            f"From {self.state(move.start)}, {self.actors(move.by)} together can move to {self.state(move.end)}, and "
            f"{both} would gain{also}{but}: {self.way(move.way)}."
        )

    def course(self, course: Course) -> str:
        """Say how a state can come about from the status quo."""
        end = self.state(course.end)
        if course.moves is None:
            return f"No sequence of moves leads to {end}."
        if not course.moves:
            return f"{end[0].upper()}{end[1:]} is the status quo."
        if course.improvements is not None:
            return f"To {end}, everybody gaining by its own move: {self.way(course.improvements)}."
        return f"To {end}, though not everybody gains by its own move: {self.way(course.moves)}."

    def change(self, change: Change, concepts: Sequence[Concept] = ()) -> str:
        """Say what would make an actor stay in a state, by several concepts if the same change does for all."""
        who, here = self.names[change.actor], self.state(change.state)
        ways = ", or if ".join(f"{self.bare(each)} were no better for it" for each in change.not_better)
        kinds = listing([CONCEPTS[concept] for concept in concepts or (change.concept,)])
        head = f"{who} would stay at {here} ({kinds}) if {ways}"
        if change.not_better == (change.rise_to,) and not change.passes:
            return f"{head}."
        past = f", past {change.passes:,} other{'' if change.passes == 1 else 's'}" if change.passes else ""
        return f"{head}; or if {here} rose in its ranking to the level of {self.bare(change.rise_to, 'or')}{past}."

    # --- the whole ----------------------------------------------------------------------------------------

    def headline(self, stable: Mapping[str, list[int]], moves: Sequence[CoalitionMove], quo: int | None) -> str:
        """Say in a few sentences which states are stable, why, and what could still move them."""
        nash, firm = stable["nash"], {*stable["nash"], *stable["seq"]}
        credible = sorted(firm - {*nash})
        cautious = [state for state in stable["gmr"] if state not in firm]
        parts = []
        if nash:
            parts.append(f"Nobody can do better by moving alone from {self.told(nash)}.")
        else:
            parts.append("From every state somebody could do better by moving alone.")
        if credible:
            holds = "holds" if len(credible) == 1 else "hold"
            also = ", too," if nash else ""
            parts.append(
                f"{_upper(self.told(credible))} {holds}{also} because any improvement meets a credible counter-move."
            )
        if cautious:
            told = self.states(cautious) if nash or credible else self.told(cautious)
            holds = "holds" if len(cautious) == 1 else "hold"
            parts.append(f"{_upper(told)} {holds} only out of caution: counter-moves are possible, not credible.")
        elif not nash and not credible:
            parts.append("No state is stable.")
        found = [move for move in moves if move.start in firm]
        if found:
            first = found[0]
            more = len(found) - 1
            parts.append(
                f"But {self.actors(first.by)} together can move from {self.state(first.start)} to "
                f"{self.state(first.end)} and {'both' if len(first.by) == 2 else 'all'} gain"
                + (f"; {more:,} more such {'move' if more == 1 else 'moves'}." if more else ".")
            )
        if quo is not None and quo not in {*firm, *cautious}:
            parts.append(f"Somebody would leave the status quo, {self.states([quo])}.")
        return " ".join(parts)

    def method(self, *, derived: bool) -> str:
        """Say what was done."""
        text = f"Graph model for conflict resolution; counter-moves: {RULES[self.rule]}"  # type: ignore[index]
        return f"{text}; the conflict is read off the choices with which the tree begins" if derived else text


def shown(state: StateId) -> str:
    """Write a state in a sentence: numbers and ids as they are, what holds spaces in quotation marks."""
    text = str(state)
    return f"'{text}'" if " " in text else text


def _upper(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
