"""Rows of probabilities that news has changed, or that are the probabilities of news, each worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.core.amounts import as_text, first_not, pick
from planner.core.beliefs import TOLERANCE, chance_of, posterior
from planner.core.places import fault, node_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.amounts import Amount
    from planner.core.beliefs import Likelihoods
    from planner.core.news import News
    from planner.core.unfold import Unfolded

PROBABILITY_SUM = ("P201", "probability-sum")


class NewsRows:
    """Adds rows to a table of probabilities; ``edges`` are those of the scenario that a state has left, by number."""

    def __init__(self, unfolded: Unfolded, p: list[Amount], likelihoods: Likelihoods) -> None:
        self.unfolded, self.p, self.likelihoods = unfolded, p, likelihoods
        self.known: dict[tuple[Any, ...], int] = {}

    def posterior(self, state: int, about: str, prior: int, edges: Sequence[int]) -> int:
        """Return the first row of a chance node's probabilities after the news about it that was heard in a state.

        ``prior`` is the first row of its probabilities without news.
        """
        signals = self.unfolded.scenario.signals
        news: News = tuple(item for item in self.unfolded.heard(state) if signals[item[0]].about == about)
        if not news:
            return prior
        row = self.known.get((prior, news))
        if row is None:
            row = self.known[prior, news] = len(self.p)
            told = self.likelihoods.told(self.names(edges), news)
            self.p += posterior(self.p[prior : prior + len(edges)], told)
        return row

    def news(self, state: int, edges: Sequence[int], prior: int, outcomes: Sequence[int]) -> int:
        """Return the first row of the probabilities of the news that a state may bring.

        ``prior`` is the first row of the probabilities, without news, of the ``outcomes`` that the news is about.
        """
        node = self.unfolded.node(state)
        assert node is not None
        assert node.observe is not None
        belief = self.posterior(state, self.unfolded.scenario.signals[node.observe].about, prior, outcomes)
        key = (belief, node.observe, *edges)
        row = self.known.get(key)
        if row is None:
            row = self.known[key] = len(self.p)
            names, now = self.names(outcomes), self.p[belief : belief + len(outcomes)]
            self.p += [chance_of(now, self.likelihoods.of(node.observe, names, word)) for word in self.names(edges)]
            self.check(state, self.p[row:])
        return row

    def names(self, edges: Sequence[int]) -> list[str]:
        """Return the ids of edges."""
        return [self.unfolded.edges[edge].id for edge in edges]

    def check(self, state: int, chances: Sequence[Amount]) -> None:
        """Check that no news that may come is taken away by a `when`."""
        total = sum(chances[1:], chances[0])
        fits = abs(total - 1) <= 3 * TOLERANCE  # the prior and the likelihoods may each be off by as much
        if self.likelihoods.passes(fits):
            return
        node, draw = self.unfolded.node(state), first_not(fits)
        assert node is not None
        label = self.unfolded.labels[state]
        where = "" if draw is None else f" in draw {self.likelihoods.first_draw + draw + 1}"
        raise fault(
            self.unfolded.scenario,
            PROBABILITY_SUM,
            f"the news left in '{label}' has probability {as_text(pick(total, draw))}, not 1{where}",
            node_path(node),
            key=True,
            label="a 'when' takes away news that may come",
            help="let every branch of a node that observes a signal stand in every state",
        )
