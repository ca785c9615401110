"""News of signals on its way: what has been heard, how long it matters, and which meeting of a node it is about.

News is about the next meeting of the chance node that its signal names. It is live, part of the state, until that node
is passed or can no longer be reached; then paths that heard different news have the same future and are shared again.
What follows from news by Bayes' rule is in `planner.core.beliefs`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.core.model import Node
from planner.core.places import fault, node_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.core.model import Edge, Scenario
    from planner.core.unfold import Unfolded

NEWS_ORDER = ("P313", "news-order")
NEWS_PRIOR = ("P314", "news-prior")
UNHEARD = "-"

News = tuple[tuple[str, str, int], ...]  # (signal, word, how often it was heard), in order
NO_NEWS: News = ()


@dataclass(frozen=True, slots=True)
class Hearings:
    """Which nodes bring news, and where it still matters.

    Attributes:
        observed: for each node that observes a signal, that signal.
        about: for each of these signals, the chance node that it is about.
        before: for each of these chance nodes, the nodes from which it can be reached, itself among them.
    """

    observed: Mapping[str, str]
    about: Mapping[str, str]
    before: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, scenario: Scenario) -> Hearings:
        """Return them for a scenario; empty where no node observes a signal."""
        observed = {node.id: node.observe for node in scenario.nodes.values() if node.observe is not None}
        about = {signal: scenario.signals[signal].about for signal in observed.values()}
        return cls(observed, about, {node: nodes_before(scenario, node) for node in dict.fromkeys(about.values())})

    def tells(self, edge: Edge) -> tuple[str, str] | None:
        """Return the signal and the word that an edge brings."""
        signal = self.observed.get(edge.node)
        return None if signal is None else (signal, edge.id)

    def kept(self, edge: Edge) -> frozenset[str]:
        """Return the signals whose news still matters behind an edge."""
        return frozenset(
            signal for signal, node in self.about.items() if edge.node != node and edge.to in self.before[node]
        )


def nodes_before(scenario: Scenario, target: str) -> frozenset[str]:
    """Return the nodes from which a node can be reached, itself among them."""
    sources: dict[str, list[str]] = {}
    for edge in scenario.edges():
        if edge.to is not None:
            sources.setdefault(edge.to, []).append(edge.node)
    found = {target}
    stack = [target]
    while stack:
        for source in sources.get(stack.pop(), ()):
            if source not in found:
                found.add(source)
                stack.append(source)
    return frozenset(found)


def carried(news: News, tells: tuple[str, str] | None, keeps: frozenset[str]) -> News:
    """Return the news that is live behind an edge.

    >>> carried((("wire", "warm", 1),), ("wire", "warm"), frozenset({"wire"}))
    (('wire', 'warm', 2),)

    Args:
        news: what is live before it.
        tells: the signal and the word that the edge itself brings.
        keeps: the signals whose news still matters there.
    """
    kept = {(signal, word): times for signal, word, times in news if signal in keeps}
    if tells is not None and tells[0] in keeps:
        kept[tells] = kept.get(tells, 0) + 1
    return tuple((signal, word, kept[signal, word]) for signal, word in sorted(kept))


def written(news: News, signals: Iterable[str]) -> list[str]:
    """Write what each signal has told, ``-`` for one that was not heard.

    >>> written((("wire", "cold", 1), ("wire", "warm", 2)), ["wire", "tip"])
    ['wire=cold + 2 warm', 'tip=-']
    """
    told: dict[str, list[str]] = {name: [] for name in signals}
    for signal, word, times in news:
        told.setdefault(signal, []).append(word if times == 1 else f"{times} {word}")
    return [f"{name}={' + '.join(words) or UNHEARD}" for name, words in told.items()]


def with_priors(unfolded: Unfolded) -> Unfolded:
    """Find for each state that brings news the state at which the node that the news is about is met next.

    Where it may be met in several states, its probabilities must be the same in all of them, so that news has one prior
    to start from; any of the states will do then.

    Raises:
        ScenarioError: P313, no path leads from the news to the node; P314, the probabilities differ.
    """
    listeners: dict[str, list[int]] = {}
    for place, node in enumerate(unfolded.places):
        if isinstance(node, Node) and node.observe is not None:
            about = unfolded.scenario.signals[node.observe].about
            listeners.setdefault(about, []).append(place)
    found: dict[int, int] = {}
    for about, places in listeners.items():
        found |= _next_met(unfolded, about, frozenset(places))
    return replace(unfolded, next_met=found)


def _next_met(unfolded: Unfolded, about: str, listeners: frozenset[int]) -> dict[int, int]:
    """Return for each state of the listeners a state in which the node is met next."""
    node = unfolded.scenario.nodes[about]
    target = unfolded.places.index(node)
    keys: dict[int, tuple[object, ...]] = {}
    met: list[tuple[int, ...]] = [()] * len(unfolded)  # no state, one, or two that differ
    found: dict[int, int] = {}
    first, targets, place = unfolded.first_edge.tolist(), unfolded.target.tolist(), unfolded.place.tolist()
    for state in range(len(unfolded) - 1, -1, -1):
        if place[state] == target:
            keys[state] = prior_key(unfolded, node, state)
            met[state] = (state,)
            continue
        ahead: tuple[int, ...] = ()
        for edge in range(first[state], first[state + 1]):
            for other in met[targets[edge]]:
                if not ahead or (len(ahead) == 1 and keys[ahead[0]] != keys[other]):
                    ahead = (*ahead, other)
        met[state] = ahead
        if place[state] in listeners:
            if len(ahead) != 1:
                raise _unclear(unfolded, state, about, ahead)
            found[state] = ahead[0]
    return found


def prior_key(unfolded: Unfolded, node: Node, state: int) -> tuple[object, ...]:
    """Return what a chance node's probabilities depend on in a state: the branches left, the path state they read."""
    names = {name for edge in node.edges.values() if edge.p is not None for name in edge.p.names}
    slots = unfolded.slots(state)
    read = tuple((name, value) for name, value in unfolded.binding(state).items() if name in names)
    return (tuple(unfolded.edge[slots.start : slots.stop].tolist()), read)


def _unclear(unfolded: Unfolded, state: int, about: str, met: Sequence[int]) -> Exception:
    """Return the error for news without a prior, or with two."""
    scenario, label = unfolded.scenario, unfolded.labels[state]
    node = unfolded.node(state)
    assert node is not None
    where = node_path(node, "observe")
    if not met:
        return fault(
            scenario,
            NEWS_ORDER,
            f"'{label}' brings news about '{about}', but no path leads from there to '{about}'",
            where,
            label="too late",
            help=f"observe the signal before '{about}' is passed",
        )
    one, other = (unfolded.labels[each] for each in met)
    return fault(
        scenario,
        NEWS_PRIOR,
        f"'{label}' brings news about '{about}', whose probabilities are not the same in '{one}' and in '{other}'",
        where,
        label="news about which of them?",
        help=f"give '{about}' the same branches and probabilities wherever it may come next, or write a node for each",
        related=((node_path(scenario.nodes[about]), "its branches or probabilities depend on the path state"),),
    )
