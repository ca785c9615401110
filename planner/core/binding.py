"""The numbers of an unfolded scenario: each distinct formula worked out once for each distinct path state.

The result is a table of distinct rows and, for each edge or state, the number of its row. A value is a float, an
array with one number per draw where a drawn parameter reaches it, or a Fraction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.core.amounts import Amount, all_fit, as_text, first_not, in_draw, many, pick
from planner.core.beliefs import Likelihoods
from planner.core.dirichlet import shares
from planner.core.expression import Expression, InexactError
from planner.core.liveness import payoff_formulas
from planner.core.model import Edge, Node, Payoff, Scenario
from planner.core.news_rows import NewsRows
from planner.core.parameters import in_order
from planner.core.places import Path, edge_path, fault, node_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.core.unfold import Unfolded

PROBABILITY_SUM = ("P201", "probability-sum")
PROBABILITY_RANGE = ("P202", "probability-range")
NOT_FINITE = ("P203", "not-finite")
INEXACT = ("P211", "inexact")
RESOLVED = ("P304", "no-branch-left")
TOLERANCE = 1e-9

Column = tuple[int | None, int]  # (actor or None for everybody, criterion)
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Bound:
    """Probabilities and amounts in the numbering of the unfolded scenario.

    Attributes:
        p: probabilities; row 0 is for edges that are not a matter of chance.
        p_row: for each unfolded edge, its row in ``p``.
        columns: what the amounts are: for everybody or one actor, by criterion.
        amounts: for each row its amounts by column; columns left out are 0.
        edge_row: for each unfolded edge, its row in ``amounts``.
        end_row: for each state, the row of its own payoff; 0, the empty row, for all but outcomes.
        prior_row: for each state of a chance node that news is about, the row in ``p`` of its first branch's
            probability without the news that was heard.
    """

    p: list[Amount]
    p_row: Ints
    columns: tuple[Column, ...]
    amounts: list[dict[int, Amount]]
    edge_row: Ints
    end_row: Ints
    prior_row: Mapping[int, int] = field(default_factory=dict)


def environment(scenario: Scenario, given: Mapping[str, Any], *, exact: bool = False) -> dict[str, Any]:
    """Work out all parameters, some of them ``given`` as numbers or arrays of draws.

    Raises:
        ScenarioError: P211, exact and a formula has no rational value.
    """
    env: dict[str, Any] = {}
    for name in in_order(scenario.parameters):
        if name in given:
            env[name] = given[name]
            continue
        formula = scenario.parameters[name].value
        try:
            env[name] = formula.exact(env) if exact else formula.evaluate(env)
        except InexactError as error:
            path: Path = ("parameters", name, "value")
            raise inexact(scenario, path, f"parameter '{name}'", formula, error) from error
    return env


def inexact(scenario: Scenario, path: Path, what: str, formula: Expression, error: InexactError) -> Exception:
    """Return the error for a formula that has no exact value."""
    function = error.function
    cannot = f"do {function}(…)" if function.isalnum() else f"work out {function!r}"
    if function == "division by zero":
        cannot = "divide by zero"
    return fault(
        scenario,
        INEXACT,
        f"--exact cannot {cannot} in the formula of {what}",
        path,
        label=f"{formula.text} is no fraction",
        help="evaluate without --exact, or put a decimal number here",
    )


def bind(
    unfolded: Unfolded,
    env: Mapping[str, Any],
    *,
    exact: bool = False,
    uniforms: Mapping[str, Sequence[NDArray[np.float64]]] | None = None,
    first_draw: int = 0,
    unfit: NDArray[np.bool_] | None = None,
) -> Bound:
    """Work out every probability and amount.

    Args:
        unfolded: the states.
        env: the parameters, numbers or arrays of draws.
        exact: compute in Fractions.
        uniforms: for chance nodes with a `certainty`, numbers between 0 and 1, one array of draws for each branch of
            the file: the probabilities are drawn from the Dirichlet distribution by them (`planner.core.dirichlet`).
        first_draw: the number of the first draw, for messages.
        unfit: (draws,) if given, draws whose numbers do not fit are marked here and not raised.

    Raises:
        ScenarioError: P201, P202, P210 probabilities that do not fit, P203 an amount that is not finite, P211 exact
            and a formula has no rational value. The message names the state and, with many draws, the draw.
    """
    binder = Binder(unfolded, env, exact=exact, uniforms=uniforms or {}, first_draw=first_draw)
    binder.unfit = unfit
    return binder.run()


@dataclass(slots=True)
class _Branches:
    """What the branches of one chance node need: those left in a state, and the state that they read."""

    node: Node
    reads: tuple[int, ...]
    known: dict[tuple[Any, ...], int] = field(default_factory=dict)


class Binder:
    """One run of `bind`, formula by formula."""

    def __init__(
        self,
        unfolded: Unfolded,
        env: Mapping[str, Any],
        *,
        exact: bool,
        uniforms: Mapping[str, Sequence[NDArray[np.float64]]],
        first_draw: int,
    ) -> None:
        self.unfolded, self.scenario, self.env, self.exact = unfolded, unfolded.scenario, env, exact
        self.uniforms, self.first_draw = uniforms, first_draw
        self.unfit: NDArray[np.bool_] | None = None
        self.cache: dict[tuple[Any, ...], Amount] = {}
        self.zero: Amount = Fraction(0) if exact else 0.0
        self.one: Amount = Fraction(1) if exact else 1.0
        self.columns = _columns(self.scenario)
        actors, criteria = [None, *self.scenario.actors], list(self.scenario.criteria)
        self.column = {
            (None if actor is None else actors[actor + 1], criteria[criterion]): at
            for at, (actor, criterion) in enumerate(self.columns)
        }
        self.live = dict(zip(self.scenario.nodes, unfolded.live, strict=False))
        self.p: list[Amount] = [self.one]
        self.amounts: list[dict[int, Amount]] = [{}]
        likelihoods = Likelihoods(self.scenario, env, exact=exact, first_draw=first_draw)
        self.news = NewsRows(unfolded, self.p, likelihoods)
        self.chances: dict[int, _Branches] = {}
        self.prior_row: dict[int, int] = {}

    def run(self) -> Bound:
        """Work out every probability and amount."""
        unfolded = self.unfolded
        edges = len(unfolded.edge)
        p_row, edge_row = np.zeros(edges, np.int32), np.zeros(edges, np.int32)
        end_row = np.zeros(len(unfolded), np.int32)
        payoffs = [
            PayoffRows(edge.payoff, edge_path(self.scenario, edge, "payoff"), self.reads(edge.node, edge.payoff))
            for edge in unfolded.edges
        ]
        ends: dict[int, PayoffRows] = {}
        chances = self.chances
        for place, node in enumerate(unfolded.places):
            if isinstance(node, Node) and node.kind == "chance":
                formulas = [edge.p for edge in node.edges.values() if edge.p is not None]
                chances[place] = _Branches(node, self.read_by(node.id, formulas))
            elif isinstance(node, Node) and node.payoff:
                ends[place] = PayoffRows(node.payoff, node_path(node, "payoff"), self.reads(node.id, node.payoff))
        first, numbers = unfolded.first_edge.tolist(), unfolded.edge.tolist()
        for state, place in enumerate(unfolded.place.tolist()):
            start, stop = first[state], first[state + 1]
            if place in ends:
                end_row[state] = self.amount_row(ends[place], state)
            for edge in range(start, stop):
                payoff = payoffs[numbers[edge]]
                if payoff.payoff:
                    edge_row[edge] = self.amount_row(payoff, state)
            if place in chances:
                row = self.branch_rows(chances[place], state, numbers[start:stop])
                p_row[start:stop] = range(row, row + stop - start)
        return Bound(self.p, p_row, self.columns, self.amounts, edge_row, end_row, self.prior_row)

    # --- formulas ------------------------------------------------------------------------------------------

    def reads(self, node: str, payoff: Payoff) -> tuple[int, ...]:
        """Return which of the node's live state variables a payoff reads, by index."""
        return self.read_by(node, payoff_formulas(payoff)) if payoff and self.live[node] else ()

    def read_by(self, node: str, formulas: Iterable[Expression]) -> tuple[int, ...]:
        """Return which of the node's live state variables some formulas read, by index."""
        live = self.live[node]
        if not live:
            return ()
        names = {name for formula in formulas for name in formula.names}
        return tuple(at for at, name in enumerate(live) if name in names)

    def value(self, formula: Expression, state: int, where: Path) -> Amount:
        """Work out a formula in a state, once for each distinct path state that it reads."""
        if formula.literal and not self.exact:
            return formula.constant
        live = self.unfolded.live[self.unfolded.place[state]] if self.unfolded.values[state] else ()
        binding = {
            name: value for name, value in zip(live, self.unfolded.values[state], strict=True) if name in formula.names
        }
        key = (formula, *binding.values())
        found = self.cache.get(key)
        if found is None:
            env: dict[str, Any] = {name: binding.get(name, self.env.get(name)) for name in formula.names}
            try:
                found = formula.exact(env) if self.exact else formula.evaluate(env)
            except InexactError as error:
                raise inexact(self.scenario, where, f"'{_owner(where)}'", formula, error) from error
            self.cache[key] = found
        return found

    # --- amounts -------------------------------------------------------------------------------------------

    def amount_row(self, payoff: PayoffRows, state: int) -> int:
        """Return the row of a payoff in a state."""
        values = self.unfolded.values[state]
        key = tuple(values[at] for at in payoff.reads) if payoff.reads else ()
        row = payoff.known.get(key)
        if row is None:
            row = payoff.known[key] = len(self.amounts)
            self.amounts.append(self.work_out(payoff, state))
        return row

    def work_out(self, payoff: PayoffRows, state: int) -> dict[int, Amount]:
        """Work out the amounts of a payoff by column."""
        amounts: dict[int, Amount] = {}
        for actor, by_criterion in payoff.payoff.items():
            for criterion, formula in by_criterion.items():
                inside = (*payoff.where, *(() if actor is None else (actor,)), criterion)
                amount = self.value(formula, state, inside)
                finite = self.exact or (np.isfinite(amount) if many(amount) else math.isfinite(amount))
                if not self.passes(finite):
                    raise self.not_finite(formula, amount, first_not(finite), state, inside)
                amounts[self.column[actor, criterion]] = amount
        return amounts

    def not_finite(self, formula: Expression, amount: Amount, draw: int | None, state: int, where: Path) -> Exception:
        """Return the error for an amount that is infinite or undefined."""
        what = _owner(where)
        shown = "undefined" if math.isnan(pick(amount, draw)) else "infinite"
        return fault(
            self.scenario,
            NOT_FINITE,
            f"payoff of '{what}'{self.in_state(state, what)} is {shown}{self.in_draw(draw, [formula])}",
            where,
            label=formula.text,
            help="keep what it divides by, or takes the logarithm of, away from 0",
        )

    # --- probabilities -------------------------------------------------------------------------------------

    def branch_rows(self, branches: _Branches, state: int, edges: Sequence[int]) -> int:
        """Return the first row of the probabilities of a chance state's branches."""
        if branches.node.observe is not None:
            met = self.unfolded.next_met[state]
            slots = self.unfolded.slots(met)
            outcomes = self.unfolded.edge[slots.start : slots.stop].tolist()
            prior = self.prior_rows(self.chances[int(self.unfolded.place[met])], met, outcomes)
            return self.news.news(state, edges, prior, outcomes)
        prior = self.prior_rows(branches, state, edges)
        if not self.unfolded.news:
            return prior
        self.prior_row[state] = prior
        return self.news.posterior(state, branches.node.id, prior, edges)

    def prior_rows(self, branches: _Branches, state: int, edges: Sequence[int]) -> int:
        """Return the first row of the probabilities that the file gives."""
        values = self.unfolded.values[state]
        key = (tuple(edges), *(values[at] for at in branches.reads))
        row = branches.known.get(key)
        if row is None:
            row = branches.known[key] = len(self.p)
            self.p += self.probabilities(branches.node, [self.unfolded.edges[edge] for edge in edges], state)
        return row

    def probabilities(self, node: Node, edges: Sequence[Edge], state: int) -> list[Amount]:
        """Work out one chance state's probabilities and check that they fit."""
        given: list[Amount] = []
        exactly = self.exact or all(edge.p is None or edge.p.literal for edge in edges)
        nothing: Amount = Fraction(0) if exactly else 0.0
        for edge in edges:
            if edge.p is None:
                given.append(nothing)
            elif exactly and edge.p.literal:
                given.append(edge.p.exact_constant)
            else:
                given.append(self.value(edge.p, state, edge_path(self.scenario, edge, "p")))
        total = sum(given, nothing)
        self.check(node, edges, given, total, state)
        rest = [at for at, edge in enumerate(edges) if edge.p is None]
        for at in rest:
            given[at] = np.maximum(1 - total, 0.0) / len(rest) if many(total) else max(1 - total, 0) / len(rest)
        if node.resolved is not None:
            return self.resolve(node, edges, state)
        if self.exact:
            return [min(max(p, self.zero), self.one) for p in given]
        if node.id in self.uniforms and node.certainty is not None:
            slots = list(node.edges)
            return shares(given, node.certainty, [self.uniforms[node.id][slots.index(edge.id)] for edge in edges])
        return [np.clip(p, 0.0, 1.0) if many(p) else min(max(float(p), 0.0), 1.0) for p in given]

    def check(self, node: Node, edges: Sequence[Edge], given: list[Amount], total: Amount, state: int) -> None:
        """Check that probabilities are between 0 and 1 and sum up to 1."""
        for edge, p in zip(edges, given, strict=True):
            fits = (p >= -TOLERANCE) & (p <= 1 + TOLERANCE)
            if not self.passes(fits):
                raise self.outside(edge, p, first_not(fits), state)
        rest = any(edge.p is None for edge in edges)
        fits = total <= 1 + TOLERANCE if rest else abs(total - 1) <= TOLERANCE
        if not self.passes(fits):
            raise self.sum_off(node, edges, given, total, first_not(fits), state)

    def passes(self, fits: Any) -> bool:
        """Whether numbers fit in all draws, or those in which they do not can be set aside."""
        if self.unfit is None or not isinstance(fits, np.ndarray):
            return all_fit(fits)
        self.unfit |= ~fits
        return True

    def resolve(self, node: Node, edges: Sequence[Edge], state: int) -> list[Amount]:
        """Give the branch that happened probability 1."""
        assert node.resolved is not None
        happened = [self.one if edge.id == node.resolved.branch else self.zero for edge in edges]
        if not any(happened):
            label = self.unfolded.labels[state]
            raise fault(
                self.scenario,
                RESOLVED,
                f"branch '{node.resolved.branch}' of '{node.id}' is what happened, but '{label}' does not have it",
                node_path(node, "resolved", "branch"),
                help="its 'when' is false in this state",
            )
        return happened

    def outside(self, edge: Edge, p: Amount, draw: int | None, state: int) -> Exception:
        """Return the error for a probability that is not between 0 and 1."""
        assert edge.p is not None
        value = pick(p, draw)
        shown, where = as_text(value), self.in_state(state, edge.node)
        return fault(
            self.scenario,
            PROBABILITY_RANGE if math.isfinite(value) else NOT_FINITE,
            f"probability of branch '{edge.id}' of '{edge.node}'{where} is {shown}{self.in_draw(draw, [edge.p])}",
            edge_path(self.scenario, edge, "p"),
            label=f"{edge.p.text} is not between 0 and 1",
            help="keep its parameters in the range in which it stays between 0 and 1",
        )

    def sum_off(
        self, node: Node, edges: Sequence[Edge], given: list[Amount], total: Amount, draw: int | None, state: int
    ) -> Exception:
        """Return the error for probabilities that do not sum up to 1."""
        formulas = [edge.p for edge in edges if edge.p is not None]
        rest = len(formulas) < len(edges)
        off = as_text(pick(total, draw)) + (" before 'rest', more than 1" if rest else ", not 1")
        where, which = self.in_state(state, node.id), self.in_draw(draw, formulas)
        return fault(
            self.scenario,
            PROBABILITY_SUM,
            f"probabilities of '{node.id}'{where} sum to {off}{which}",
            node_path(node),
            key=True,
            label="this chance node",
            help="lower them, so that something is left for the rest"
            if rest
            else "give one branch 'p: rest' to let it take what is left",
            related=tuple(
                (edge_path(self.scenario, edge, "p"), f"{edge.p.text} = {as_text(pick(p, draw))}")
                for edge, p in zip(edges, given, strict=True)
                if edge.p is not None
            ),
        )

    def in_state(self, state: int, written: str) -> str:
        """Name the state where the node has several."""
        label = self.unfolded.labels[state]
        return "" if label == written.partition(".")[0] else f" in state '{label}'"

    def in_draw(self, draw: int | None, formulas: Sequence[Expression]) -> str:
        """Name the draw and the values of the parameters that the formulas read."""
        return in_draw(self.env, draw, formulas, self.first_draw)


@dataclass(slots=True)
class PayoffRows:
    """A payoff of the file, where it stands, and the rows it has got so far."""

    payoff: Payoff
    where: Path
    reads: tuple[int, ...]
    known: dict[tuple[Any, ...], int] = field(default_factory=dict)


def _columns(scenario: Scenario) -> tuple[Column, ...]:
    """Return the columns that some payoff fills, after one for each criterion."""
    actors = {actor: at for at, actor in enumerate(scenario.actors)}
    criteria = {criterion: at for at, criterion in enumerate(scenario.criteria)}
    own: dict[Column, None] = {}
    for node in scenario.nodes.values():
        for payoff in (node.payoff, *(edge.payoff for edge in node.edges.values())):
            for actor, amounts in payoff.items():
                if actor is not None:
                    own.update(dict.fromkeys((actors[actor], criteria[name]) for name in amounts))
    return (*((None, at) for at in range(len(criteria))), *sorted(own))


def _owner(where: Path) -> str:
    """Return the node or edge that a place in the document belongs to."""
    return str(where[1]) if where[2] == "payoff" else f"{where[1]}.{where[3]}"
