"""What `planner negotiate` says about the stability of a conflict: tables and sentences under headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.analyses.conflicts.conflict_answers import CONCEPTS, RULES
from planner.analyses.result import listing
from planner.cli.output import Column, Row, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.conflict import Stability
    from planner.analyses.conflicts.conflict_answers import Concept
    from planner.analyses.conflicts.conflict_inverse import Change
    from planner.cli.output import Output

ROWS = 20  # states, and sentences of one kind, that are shown
STATE, WHAT, WHY = Column("state"), Column("what is the case"), Column("holds because")

WHYS: Mapping[Concept, str] = {
    "nash": "nobody has a better move",
    "seq": "counter-moves are credible",
    "smr": "of caution: counter-moves are inescapable",
    "gmr": "of caution: counter-moves are possible",
}
TERMS = (
    "Nash: no actor has a better move.",
    (
        "Credible counter-move (SEQ, sequential stability): others answer an improvement by moves that each of them "
        "gains by, and the actor ends no better off than where it was."
    ),
    ("Possible counter-move (GMR, general metarationality): the same, whether or not those who answer gain."),
    (
        "Inescapable counter-move (SMR, symmetric metarationality): a possible one after which no further move of the "
        "actor makes it better off."
    ),
)


class Block(NamedTuple):
    """One part of the answer: a heading, then a table if it has columns, then paragraphs."""

    heading: str
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    lines: Sequence[str] = ()


def stability_lines(result: Stability) -> list[Block]:
    """Return what is to be said about a conflict, part by part; parts with nothing to say are left out.

    Args:
        result: what `planner.stability` found.
    """
    blocks = [
        _states(result),
        _reasons(result),
        _together(result),
        _courses(result),
        _changes(result),
        _rules(result),
        Block("Terms", lines=TERMS),
    ]
    return [block for block in blocks if block.rows or block.lines]


def show_stability(out: Output, result: Stability, *, terms: bool = True) -> None:
    """Write all that is to be said about a conflict; headline and ``terms`` are left to whoever says more besides."""
    if terms:
        out.line(result.headline())
    for block in stability_lines(result)[: None if terms else -1]:
        out.write("\n")
        if block.columns:
            out.table(block.columns, block.rows, title=block.heading)
        else:
            out.line(block.heading, style="bold")
        for line in block.lines:
            out.line(line, indent=0 if block.columns else 2)


def _states(result: Stability) -> Block:
    """The states that hold, each with the strongest reason for that; of a small conflict also the others."""
    model, stable = result.model, result.equilibria
    kinds: dict[int, Concept] = {}
    for kind in WHYS:
        kinds |= {state: kind for state in stable[kind] if state not in kinds}
    order = list(kinds)
    rows = [Row([str(model.states[state]), model.names[state], WHYS[kinds[state]]]) for state in order[:ROWS]]
    if len(model) <= ROWS:
        for state in (each for each in range(len(model)) if each not in kinds):
            leaves = listing([result.words.names[actor] for actor in result.leavers(state)])
            rows.append(
                Row([str(model.states[state]), model.names[state], f"does not: {leaves} would leave"], faint=True)
            )
    lines = []
    if len(order) > ROWS:
        lines.append(f"… and {counted(len(order) - ROWS, 'more state')} that hold; --json has them all.")
    quo = result.status_quo
    if quo is not None and quo not in kinds and len(model) > ROWS:
        lines.append(f"Somebody would leave the status quo, {result.words.told([quo])}.")
    named = any(row.cells[1] for row in rows)
    if not named:
        rows = [row._replace(cells=[row.cells[0], row.cells[2]]) for row in rows]
    columns = (STATE, *([WHAT] if named else []), WHY)
    return Block(f"{len(order):,} of {counted(len(model), 'state')} hold", columns if rows else (), rows, lines)


def _reasons(result: Stability) -> Block:
    """Why actors stay although they have better moves, and why the status quo does not hold."""
    stable = {state for states in result.equilibria.values() for state in states}
    told = [
        result.words.reason(reason)
        for reason in result.reasons
        if reason.improvements and (reason.state in stable or reason.state == result.status_quo)
    ]
    return Block("Why they stay, and who leaves", lines=_few(told))


def _together(result: Stability) -> Block:
    """What several could do together."""
    firm = {*result.equilibria["nash"], *result.equilibria["seq"]}
    moves = sorted(result.coalition_moves, key=lambda move: (move.start not in firm, move.start, len(move.by)))
    return Block("What several could do together", lines=_few([result.words.together(move) for move in moves]))


def _courses(result: Stability) -> Block:
    """How stable states come about from the status quo."""
    quo = result.status_quo
    if quo is None:
        return Block("")
    firm = {*result.equilibria["nash"], *result.equilibria["seq"]}
    found = [course for course in result.courses if course.end in firm or course.improvements]
    heading = f"From the status quo, state {result.words.state(quo)}"
    return Block(heading, lines=_few([result.words.course(course) for course in found]))


def _changes(result: Stability) -> Block:
    """What would have to change for a state to hold: the one that was asked for, or the status quo."""
    asked = {change.state for change in result.changes} if "wanted" in result.settings else {result.status_quo}
    found = [change for change in result.changes if change.state in asked and change.concept in {"nash", "seq"}]
    if not found and "wanted" not in result.settings:
        found = [change for change in result.changes if change.concept == "nash" and _alone(change, result)]
    alike: dict[object, list[Change]] = {}
    for each in found:
        alike.setdefault((each.state, each.actor, each.not_better, each.rise_to), []).append(each)
    told = [result.words.change(same[0], [each.concept for each in same]) for same in alike.values()]
    states = sorted({each.state for each in found})
    heading = "What preferences would make more states stable"
    if len(states) == 1:
        heading = f"What preferences would make state {result.words.state(states[0])} stable"
    return Block(heading, lines=_few(told))


def _alone(change: Change, result: Stability) -> bool:
    """Whether one actor alone stands between a state and its holding."""
    return sum(1 for other in result.changes if (other.state, other.concept) == (change.state, change.concept)) == 1


def _rules(result: Stability) -> Block:
    """Whose counter-moves count, and what the other rules would say: a question from three actors on."""
    if len(result.model.actors) < 3:
        return Block("")
    lines = [f"Counter-moves ({result.rule}): {RULES[result.rule]}."]
    for rule, other in result.alternatives().items():
        said = []
        for concept, differs in other["differs"].items():
            changed = ((differs["only_here"], "would not hold"), (differs["only_there"], "would hold, too"))
            parts = [f"{_shown(states)} {verb}" for states, verb in changed if states]
            said.append(f"{' and '.join(parts)} ({CONCEPTS[concept]})")
        told = "; ".join(said) if said else "the same states are stable"
        lines.append(f"With '{rule}' ({RULES[rule]}): {told}.")  # type: ignore[index]
    return Block("Whose counter-moves count", lines=lines)


def _shown(states: Sequence[object]) -> str:
    few = ", ".join(map(str, states[:ROWS]))
    return few if len(states) <= ROWS else f"{few} and {len(states) - ROWS:,} more"


def _few(lines: Sequence[str]) -> list[str]:
    """Return the first of many lines, with a word about the rest."""
    if len(lines) <= ROWS:
        return list(lines)
    return [*lines[:ROWS], f"… and {len(lines) - ROWS:,} more; --json has them all."]
