"""The scenario as plain, frozen data.

Every class here mirrors one mapping of the scenario file. The ``about`` text in a field's metadata is
what the reader, the documentation and the editor schema say about it. Positions in the text are not
part of the model: ``Scenario.source`` finds them by path when a message needs one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from planner.core.expression import Expression

if TYPE_CHECKING:
    from datetime import date

    import networkx

    from planner.core.conflict import Conflict
    from planner.core.source import Source

FORMAT_VERSION = 1
SELF = "self"
VALUE = "value"

LikelihoodWords = Literal["phia", "icd203", "none"]
Objective = Literal["maximize", "minimize"]
Kind = Literal["decision", "chance", "outcome"]


def about(text: str, *, limits: Mapping[str, Any] | None = None, **more: Any) -> Any:
    """Return a dataclass field that carries its description, its default among ``more``.

    ``limits`` says what its value is held to, in the words of JSON Schema.
    """
    return field(metadata={"about": text, "limits": limits or {}}, **more)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who wants something: weights over criteria, an attitude to risk, votes."""

    id: str
    name: str = about("the actor's name in full; absent = the id")
    weights: Mapping[str, float] = about(
        "criterion -> weight; negative wants the opposite; only ratios matter", default_factory=dict
    )
    weight_ranges: Mapping[str, tuple[float, float]] = about(
        "criterion -> [lowest, highest]: how uncertain its weight is", default_factory=dict
    )
    risk_tolerance: float | None = about(
        "constant absolute risk aversion, in value points; absent = neutral",
        limits={"exclusiveMinimum": 0},
        default=None,
    )
    votes: float | None = about("votes under quota rules", limits={"minimum": 0}, default=None)
    minimum: float | None = about("the value below which an outcome counts as failure", default=None)
    note: str | None = about("free text", default=None)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One yardstick for consequences, with the scale that turns amounts into scores from 0 to 100."""

    id: str
    name: str = about("the criterion's name in full; absent = the id")
    unit: str | None = about("unit of the amounts", default=None)
    worst: float | None = about("amount that scores 0", default=None)
    best: float | None = about("amount that scores 100", default=None)
    start: float | None = about("amount before anything happens", default=None)
    note: str | None = about("free text", default=None)

    @property
    def has_scale(self) -> bool:
        """Whether both ends of the scale are given."""
        return self.worst is not None and self.best is not None


@dataclass(frozen=True, slots=True)
class Distribution:
    """What simulation draws a parameter from.

    ``arguments`` are the numbers in parentheses; ``table`` holds the (value, probability) pairs of
    ``discrete``. Without arguments the family takes the parameter's ``low``, ``value`` and ``high``.
    """

    family: str
    arguments: tuple[float, ...] = ()
    table: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number, or a formula over other parameters."""

    id: str
    value: Expression = about("the number, or a formula over other parameters")
    name: str | None = about("what the number means", default=None)
    unit: str | None = about("unit of the number", default=None)
    low: float | None = about("lower end of the range that sensitivity analysis walks", default=None)
    high: float | None = about("upper end of the range that sensitivity analysis walks", default=None)
    distribution: Distribution | None = about("what simulation draws from; absent = fixed", default=None)
    source: str | None = about("where the number comes from", default=None)
    note: str | None = about("free text", default=None)

    @property
    def is_formula(self) -> bool:
        """Whether the value is worked out from other parameters."""
        return bool(self.value.names)


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rank correlation between two drawn parameters."""

    first: str = about("a parameter")
    second: str = about("another parameter")
    value: float = about("the rank correlation between them", limits={"minimum": -1, "maximum": 1})


@dataclass(frozen=True, slots=True)
class Future:
    """A named world for stress tests that overrides some parameters."""

    id: str
    name: str = about("what happens in this future; absent = the id")
    set: Mapping[str, Expression] = about("parameters with other values in this future")
    probability: float | None = about(
        "how likely this future is, if that can be said", limits={"minimum": 0, "maximum": 1}, default=None
    )
    note: str | None = about("free text", default=None)


@dataclass(frozen=True, slots=True)
class Signal:
    """Noisy news about a chance node: ``likelihood[branch][news]`` is P(news | branch)."""

    id: str
    about: str = field(metadata={"about": "the chance node that it is news about"})
    likelihood: Mapping[str, Mapping[str, Expression]] = field(
        metadata={"about": "branch -> news -> the chance of that news if the branch is true; each row sums to 1"}
    )
    name: str | None = field(metadata={"about": "the signal's name in full"}, default=None)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a chance node turned out to be."""

    branch: str = about("the branch that came true")
    on: date | None = about("the day on which it did", default=None)
    source: str | None = about("where that is known from", default=None)


# A payoff is {criterion: amount} under the key None for everybody and under an actor's id for that
# actor alone.
Payoff = Mapping[str | None, Mapping[str, Expression]]


@dataclass(frozen=True, slots=True)
class Edge:
    """An option of a decision or a branch of a chance node.

    ``when``, ``p`` and ``payoff`` read the path state before the edge's own ``set``.
    """

    id: str
    node: str
    name: str = about("what is chosen or happens, in words; absent = the id")
    to: str | None = about("the node it leads to; absent ends the path here", default=None)
    p: Expression | None = about(
        "probability of a branch: a number, a formula, or `rest` for a share of what is left",
        limits={"minimum": 0, "maximum": 1},
        default=None,
    )
    rest: bool = about("whether the branch shares what the others leave", default=False)
    payoff: Payoff = about("consequences, added up along the path", default_factory=dict)
    when: Expression | None = about("the edge is there only where this holds", default=None)
    set: Mapping[str, Expression] = about("changes of the path state", default_factory=dict)
    signs: tuple[str, ...] = about("what one would see if this were happening", default=())
    note: str | None = about("free text", default=None)

    @property
    def path(self) -> str:
        """The edge as it is written everywhere: ``node.edge``."""
        return f"{self.node}.{self.id}"


@dataclass(frozen=True, slots=True)
class Node:
    """A decision, a chance node or an outcome; ``edges`` is empty on an outcome."""

    id: str
    kind: Kind
    title: str = about("the node's title: a question, or what has come about")
    edges: Mapping[str, Edge] = about("options or branches, in file order", default_factory=dict)
    by: tuple[str, ...] = about("the deciding actors of a decision", default=())
    rule: str | None = about("how several decide: unanimity, majority, quota(…), weighted, nash", default=None)
    fallback: str | None = about("the option that stands without agreement", default=None)
    unseen: tuple[str, ...] = about("earlier nodes whose outcome the owner does not see", default=())
    observe: str | None = about("the signal that this chance node brings", default=None)
    certainty: float | None = about(
        "weight of the Dirichlet distribution of the branch probabilities", limits={"exclusiveMinimum": 0}, default=None
    )
    resolved: Resolution | None = about("what happened", default=None)
    payoff: Payoff = about("consequences of an outcome", default_factory=dict)
    note: str | None = about("free text", default=None)

    @property
    def word(self) -> str:
        """What the node's edges are called: option or branch."""
        return "option" if self.kind == "decision" else "branch"


@dataclass(frozen=True, slots=True)
class Include:
    """Another scenario whose root an edge may lead to, under an id of its own."""

    id: str
    file: str = about("path of the scenario file, from the folder of this one")
    set: Mapping[str, Expression] = about("parameters of that file with other values here", default_factory=dict)
    note: str | None = about("free text", default=None)


@dataclass(frozen=True)
class Scenario:
    """One scenario file, read and checked for shape and references.

    Two scenarios are equal when their content is, whatever their text looks like.
    """

    title: str = about("what the scenario is called")
    nodes: Mapping[str, Node] = about("the tree; the first node is the root; a file with a conflict may have none")
    actors: Mapping[str, Actor] = about("those who want something; absent = one actor, `self`")
    criteria: Mapping[str, Criterion] = about("yardsticks for consequences; absent = one criterion, `value`")
    question: str | None = about("the question that the scenario answers", default=None)
    summary: str | None = about("free text, Markdown allowed", default=None)
    as_of: date | None = about("date of the assessment", default=None)
    horizon: str | None = about("how far ahead the scenario looks", default=None)
    decide_by: date | None = about("when the decision is due", default=None)
    likelihood_words: LikelihoodWords = about("the standard of likelihood words", default="none")
    tags: tuple[str, ...] = about("words to find the scenario by", default=())
    objective: Objective = about("minimize makes the single criterion a cost", default="maximize")
    parameters: Mapping[str, Parameter] = about("named numbers", default_factory=dict)
    correlations: tuple[Correlation, ...] = about("rank correlations between drawn parameters", default=())
    futures: Mapping[str, Future] = about("named worlds for stress tests", default_factory=dict)
    state: Mapping[str, float] = about("path state at the root", default_factory=dict)
    signals: Mapping[str, Signal] = about("noisy news about chance nodes", default_factory=dict)
    includes: Mapping[str, Include] = about("other scenario files that edges lead to", default_factory=dict)
    conflict: Conflict | None = about(
        "a conflict in the graph model: options, moves and preferences by actor, for stability", default=None
    )
    source: Source | None = field(default=None, compare=False, repr=False)

    @cached_property
    def root(self) -> Node:
        """The first node of the file; a conflict without a tree has none (`planner.core.rules.no_tree`)."""
        return next(iter(self.nodes.values()))

    @property
    def name(self) -> str:
        """The file's name without folder and ending; ``scenario`` for a text without a file."""
        return self.source.name if self.source else "scenario"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the file and all that it includes, in hexadecimal; empty for a scenario made in Python."""
        return self.source.content_fingerprint if self.source else ""

    @property
    def has_actors(self) -> bool:
        """Whether the file names actors of its own."""
        return list(self.actors) != [SELF]

    def edges(self) -> Iterator[Edge]:
        """Yield every option and branch in file order."""
        for node in self.nodes.values():
            yield from node.edges.values()

    def graph(self) -> networkx.MultiDiGraph[str]:
        """Return the unfolded scenario as a networkx graph; see `planner.core.graph.graph`."""
        from planner.core.graph import graph

        return graph(self)
