"""Where a number of a paper comes from: the result that holds it in full, how it is made, from which inputs."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.report.assumptions import literals
from planner.report.board import Board, board, overrides
from planner.report.inputs import Input, written
from planner.report.rounding import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.evaluate import Evaluation
    from planner.core.model import Scenario
    from planner.report.figures import Figure
    from planner.report.findings import Findings

KEYS = (
    "option", "parameter", "actor", "outcome", "node", "branch", "future", "signal", "state", "criterion", "name",
)  # fmt: skip
COMMANDS = {"comparison": "diff"}  # what prints a result that is not called like its command
NOISE = 1e-9
SHARED = ("actors", "criteria")  # beginnings of inputs that stand at no node
BEST = 3  # candidates that are told
STEPS = 12  # lines of a formula
ONE = {  # what an analysis says of one option alone
    "appraisal": ("options[",),
    "indicators": ("values.",),
    "risk": ("options[", "by_actor."),
}
Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A number of a result: its path, such as ``risk.options[coordinate].mean``, and what that path names."""

    path: str
    value: float
    names: Names


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a number comes from.

    Attributes:
        figure: the number.
        kind: ``input`` of the file, ``result`` of an analysis, ``difference`` of two results, or ``words`` where it is
            no result: a word of the scenario or of a fixed sentence. ``added`` is what somebody put into the paper.
        leaves: the results that it can be, the likeliest first; several where they are equal.
        formula: how a value is made up, in lines, from the decision towards the outcomes.
        inputs: what the analyst wrote that it hangs on.
        method: the method of the analysis.
        command: what prints the result.
        again: what stands in its place when the paper is made again, if that is another number; the rest is about that.
    """

    figure: Figure
    kind: str
    leaves: tuple[Leaf, ...] = ()
    formula: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = field(default=(), repr=False)
    method: str = ""
    command: str = ""
    again: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        one = self.figure
        return {
            "id": one.id,
            "shown": one.shown,
            "line": one.line,
            "column": one.column,
            "section": one.section,
            "row": one.row,
            "head": one.head,
            "kind": self.kind,
            "results": [{"path": leaf.path, "value": leaf.value} for leaf in self.leaves],
            "formula": list(self.formula),
            "inputs": [each.to_dict() for each in self.inputs],
            "method": self.method,
            "command": self.command,
            "again": self.again or None,
        }


class Tracer:
    """Traces the numbers of one paper, whose results were made again.

    Args:
        found: what follows from the evaluation.
        results: by name, ``evaluate`` and ``paths`` among them.
    """

    def __init__(self, found: Findings, results: Mapping[str, Any]) -> None:
        self.found, self.results = found, results
        self.scenario: Scenario = found.scenario
        self.evaluation: Evaluation = found.evaluation
        self.inputs = list(written(self.scenario, overrides(self.evaluation)))
        self.leaves = [leaf for name, result in results.items() for leaf in _leaves(result.to_dict(), name)]
        self.leaves += list(_derived(found))
        self.ids = _ids(self.scenario)
        self._board: Board | None = None

    @property
    def board(self) -> Board:
        """The values of every state; worked out when first needed."""
        if self._board is None:
            self._board = board(self.evaluation)
        return self._board

    def trace(self, figure: Figure, analysis: str | None = None) -> Trace:
        """Return where a number comes from.

        Args:
            figure: the number, of a paper with English headings.
            analysis: the analysis that its section tells of; None where that is not known.
        """
        about = self._about(figure)
        return (
            self._traced(figure, about, analysis, 0.5)
            or self._traced(figure, about, analysis, 1.0)
            or Trace(figure, "words")
        )

    def _traced(self, figure: Figure, about: Names, analysis: str | None, slack: float) -> Trace | None:
        """Return what a number can be, if it may be off by a part of its last digit: shares that add up are."""
        given = [
            (self._near(Leaf(each.name, each.value, frozenset(each.name.split("."))), about, None), each)
            for each in self.inputs
            if each.value is not None and _fits(each.value, figure, slack)
        ]
        leaves = sorted(
            ((self._near(leaf, about, analysis), leaf) for leaf in self.leaves if _fits(leaf.value, figure, slack)),
            key=lambda pair: -pair[0],
        )
        best_given = max((score for score, _ in given), default=-1)
        best_leaf = leaves[0][0] if leaves else -1
        if best_given < 0 and best_leaf < 0:
            return None
        if best_given > best_leaf:
            return Trace(figure, "input", inputs=tuple(each for score, each in given if score == best_given)[:BEST])
        return self._result(figure, [leaf for score, leaf in leaves if score == best_leaf][:BEST])

    def _result(self, figure: Figure, leaves: list[Leaf]) -> Trace:
        first = leaves[0]
        name = first.path.partition(".")[0]
        result = self.results.get(name)
        formula, hangs = self._made(first)
        printed = result is not None and name not in {"appraisal", "indicators"}
        command = f"planner {COMMANDS.get(name, name)} FILE --json" if printed else ""
        kind = "difference" if name == "difference" else "result"
        method = getattr(result if result is not None else self.evaluation, "method", "")
        return Trace(figure, kind, tuple(leaves), tuple(formula), tuple(hangs), method, command)

    def _about(self, figure: Figure) -> frozenset[str]:
        """Return the ids of what is named around a number: in its row, its column, its sentence."""
        around = f"{figure.row} {figure.head} {figure.sentence}"
        plain = around.replace("\\", "")
        before = plain if figure.row else plain[: plain.find(figure.text) + len(figure.text)]
        return frozenset(each for name, ids in self.ids.items() if name in before for each in ids)

    def _near(self, leaf: Leaf, about: frozenset[str], analysis: str | None) -> int:
        """Return how well a result fits the place of a number: the more names they share, the better."""
        name = leaf.path.partition(".")[0]
        score = 4 if analysis is not None and name == analysis else 0
        score += 2 * len(leaf.names & about)
        score -= len((leaf.names & self._known) - about)
        if name == "difference" and leaf.path.startswith(f"difference.chosen[{self._chosen}]"):
            return score  # what is taken is no better than itself: a value of 0 is likelier
        if name == "difference":
            return score + (2 if analysis is None else 0)
        return score + (1 if name == "evaluate" and analysis is None else 0)

    @property
    def _chosen(self) -> str:
        return self.evaluation.root.chosen if self.evaluation.root is not None else ""

    @property
    def _known(self) -> Names:
        return frozenset(each for ids in self.ids.values() for each in ids)

    # --- how a value is made up ----------------------------------------------------------------------------------

    def _made(self, leaf: Leaf) -> tuple[list[str], list[Input]]:
        """Return the steps from a decision's option towards its outcomes, and the inputs on the way.

        Only what an option is worth has steps. What compares options, or asks what would turn the choice between them,
        hangs on all inputs; those that it names come first.
        """
        root = self.evaluation.root
        if leaf.path.startswith("comparison.") and not {"after", "value_after"} & leaf.names:
            return [], []  # of another text, or of both: what the file holds now is not what it hangs on
        everything = sorted(self.inputs, key=lambda each: each.name not in leaf.names)
        if root is None or not _is_of_one(leaf):
            return [], everything
        options = {each.option for each in root.options}
        option = next((name for name in leaf.names if name in options), root.chosen)
        actor = next((name for name in leaf.names if name in self.scenario.actors), self.found.judge)
        made = self.board
        unfolded = made.unfolded
        slots = {made.edge(slot).id: slot for slot in unfolded.slots(0)}
        if option not in slots:
            return [], everything
        at = list(self.scenario.actors).index(actor)
        if not {option, actor} & leaf.names and leaf.path.partition(".")[0] != "evaluate":
            return [], everything
        steps, edges, nodes = self._steps(slots[option], at)
        other = self._other(leaf)
        if other in slots:
            _, more_edges, more_nodes = self._steps(slots[other], at)
            edges, nodes = edges | more_edges, nodes | more_nodes
        way = [
            each for each in self.inputs if each.name.partition(".")[0] not in SHARED and _stands(each, edges, nodes)
        ]
        named = self._read_by(way)
        hangs = [each for each in self.inputs if each in way or self._hangs(each, named, actor)]
        if leaf.path.startswith(("difference.reference", "difference.chosen")):
            return [*self._difference(leaf, option, actor), *steps], hangs
        return (steps if _is_worth(leaf, option, actor) else []), hangs

    def _other(self, leaf: Leaf) -> str | None:
        """Return the option that a difference is counted from, if it is one of an option."""
        assert self.evaluation.root is not None
        if leaf.path.startswith("difference.reference"):
            return self.found.fallback
        return self.evaluation.root.chosen if leaf.path.startswith("difference.") else None

    def _difference(self, leaf: Leaf, option: str, actor: str) -> list[str]:
        """Write a gain as what it is the difference of."""
        assert self.evaluation.root is not None
        value = self.found.values(option)[actor]
        if leaf.path.startswith("difference.chosen"):
            other, what = self.found.values(self.evaluation.root.chosen)[actor], self.evaluation.root.chosen
        else:
            assert self.found.reference is not None
            other, what = self.found.reference[actor], self.found.fallback or "no change"
        first, second = (other, value) if self.found.costs else (value, other)
        names = (what, option) if self.found.costs else (option, what)
        return [f"{_n(leaf.value)} = {_n(first)} ({names[0]}) - {_n(second)} ({names[1]})"]

    def _read_by(self, way: Sequence[Input]) -> set[str]:
        """Return the parameters that formulas on the way read, and those that these read."""
        found: set[str] = set()
        waiting = [name for each in way for name in _words(each.text)]
        while waiting:
            name = waiting.pop()
            if name in self.scenario.parameters and name not in found:
                found.add(name)
                waiting += self.scenario.parameters[name].value.names
        return found

    def _steps(self, first: int, actor: int) -> tuple[list[str], set[str], set[str]]:
        """Write values as gains and weighted sums, nearest to the decision first; collect what is passed."""
        made, unfolded = self.board, self.board.unfolded
        steps: list[str] = []
        edges, nodes = {made.edge(first).path}, set()
        worth = self._worth(made.target(first), actor) + made.gain(first)[actor]
        where = self._label(made.target(first))
        steps.append(f"{made.edge(first).path} {_n(worth)} = {_n(made.gain(first)[actor])} (its payoff) + {where}")
        waiting, seen = [made.target(first)], {made.target(first)}
        while waiting:
            state = waiting.pop(0)
            node = unfolded.node(state)
            if node is not None:
                nodes.add(node.id)
            terms = []
            for slot in unfolded.slots(state):
                if not made.goes(slot):
                    continue
                target, gain = made.target(slot), made.gain(slot)[actor]
                chance = made.chance(slot)
                share = "" if chance is None else f"{_n(chance)} x "
                terms.append(f"{share}({made.edge(slot).id}: {_n(gain)} + {self._label(target)})")
                edges.add(made.edge(slot).path)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
            if len(steps) < STEPS:
                value = self._worth(state, actor)
                steps.append(f"{self._label(state)} {_n(value)}{' = ' + ' + '.join(terms) if terms else ''}")
        hidden = len(seen) + 1 - len(steps)
        return steps + ([f"... and {hidden} more lines of this kind"] if hidden > 0 else []), edges, nodes

    def _worth(self, state: int, actor: int) -> float:
        return float(self.board.solution.value(state)[actor])

    def _label(self, state: int) -> str:
        labels: Sequence[str] = self.board.unfolded.labels
        return labels[state]

    def _hangs(self, each: Input, named: set[str], actor: str) -> bool:
        """Whether a value hangs on an input beside the way: the actor's weights, scales that it weighs, parameters."""
        head, _, rest = each.name.partition(".")
        if head == "actors":
            return rest.partition(".")[0] == actor
        if head == "criteria":
            weights = self.scenario.actors[actor].weights
            return not weights or bool(weights.get(rest.partition(".")[0]))
        return each.name in named


def _stands(each: Input, edges: set[str], nodes: set[str]) -> bool:
    """Whether an input stands at something that is passed on the way."""
    parts = each.name.split(".")
    return len(parts) > 1 and (".".join(parts[:2]) in edges or (parts[0] in nodes and parts[1] == "payoff"))


def _is_of_one(leaf: Leaf) -> bool:
    """Whether a result tells of one option, or of the difference of two, and hangs on nothing but their ways."""
    name, _, rest = leaf.path.partition(".")
    if name == "negotiate":
        return "values" in leaf.names
    if name in {"evaluate", "difference"}:
        return True
    return rest.startswith(ONE.get(name, ()))


def _is_worth(leaf: Leaf, option: str, actor: str) -> bool:
    """Whether a result is what an option is worth to an actor, and not something about how it is distributed."""
    name, _, rest = leaf.path.partition(".")
    if name == "comparison":
        return rest.startswith("options[") and {option, actor, "after"} <= leaf.names
    if name not in {"evaluate", "appraisal", "negotiate"}:
        return False
    return "values" in leaf.names and {option, actor} <= leaf.names and "outcomes" not in rest


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z][a-z0-9_/]*", text)


def _n(value: float) -> str:
    return number(value, 4).rstrip("0").rstrip(".") if math.isfinite(value) else str(value)


def _fits(value: float, figure: Figure, slack: float) -> bool:
    """Whether a number may have been rounded to what is shown; a loss may be told without its sign."""
    half = figure.unit_in_last_place * slack * (1 + 1e-6) + NOISE * abs(figure.value)
    if not math.isfinite(value):
        return False
    return abs(value - figure.value) <= half or (figure.text[0] not in "+-" and abs(-value - figure.value) <= half)


def _ids(scenario: Scenario) -> dict[str, set[str]]:
    """Return the ids of everything that has a name, by name."""
    found: dict[str, set[str]] = {}
    things: list[tuple[str, str]] = [(actor.name, actor.id) for actor in scenario.actors.values()]
    things += [(criterion.name, criterion.id) for criterion in scenario.criteria.values()]
    things += [(parameter.name or parameter.id, parameter.id) for parameter in scenario.parameters.values()]
    things += [(future.name, future.id) for future in scenario.futures.values()]
    things += [(node.title, node.id) for node in scenario.nodes.values()]
    things += [(edge.name, edge.id) for edge in scenario.edges()]
    for name, each in things:
        if name:
            found.setdefault(name, set()).add(each)
    return found


def _leaves(data: Any, path: str, names: Names = frozenset()) -> Iterator[Leaf]:
    """Yield the numbers of a result; items of lists are called by what they are about."""
    if isinstance(data, bool) or data is None:
        return
    if isinstance(data, int | float):
        yield Leaf(path, float(data), names)
    elif isinstance(data, dict):
        own = names | {str(data[key]) for key in KEYS if isinstance(data.get(key), str)}
        for key, inner in data.items():
            yield from _leaves(inner, f"{path}.{key}", own | {key})
    elif isinstance(data, list):
        for at, inner in enumerate(data):
            label = (
                next((str(inner[key]) for key in KEYS if isinstance(inner.get(key), str)), None)
                if isinstance(inner, dict)
                else None
            )
            yield from _leaves(inner, f"{path}[{label or at}]", names)


def _leads(found: Findings, sign: int) -> Iterator[Leaf]:
    """Yield by how much what is taken is better than every other option, for those who decide."""
    for decision in found.evaluation.decisions:
        taken = decision.option(decision.chosen).values
        for other in decision.options:
            for actor in decision.by or tuple(taken):
                if other.option != decision.chosen and actor in taken:
                    lead = sign * (float(taken[actor]) - float(other.values[actor]))
                    names = frozenset({decision.node, decision.state, other.option, actor})
                    yield Leaf(f"difference.lead[{decision.state}].over[{other.option}].{actor}", lead, names)


def _derived(found: Findings) -> Iterator[Leaf]:
    """Yield gains and losses against what options are compared with, and leads over other options."""
    root = found.root
    if root is None:
        return
    sign = -1 if found.costs else 1
    best = found.values(root.chosen)
    for each in root.options:
        for actor, value in found.values(each.option).items():
            names = frozenset({each.option, actor})
            if found.reference is not None:
                yield Leaf(
                    f"difference.reference[{each.option}].{actor}", sign * (value - found.reference[actor]), names
                )
            yield Leaf(f"difference.chosen[{each.option}].{actor}", sign * (value - best[actor]), names)
    yield from _leads(found, sign)
    chances, consequences = literals(found.scenario)
    yield Leaf("scenario.probabilities", float(chances), frozenset())
    yield Leaf("scenario.consequences", float(consequences), frozenset())
    for actor, value in (found.today or {}).items():
        yield Leaf(f"evaluate.today.{actor}", value, frozenset({actor}))
