"""The numbers of a drawn tree as text: rounded alike, chances of one node and of all paths adding up."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.analyses.digits import rounded
from planner.analyses.outlining.outline_growth import MANY
from planner.cli.show import actor_head
from planner.report.rounding import decimals_for, number, percentages, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.outline import Outline
    from planner.analyses.outlining.outline_rows import Row

MOST_DECIMALS = 6
NEVER = "-"
_NOISE = 1e-9


class Figures:
    """What stands in the columns."""

    def __init__(self, outline: Outline, children: Sequence[Sequence[int]]) -> None:
        self.outline, self.rows, self.children = outline, outline.rows, children

    # --- values --------------------------------------------------------------------------------------------

    @cached_property
    def decimals(self) -> int:
        """Decimals of all values: no more than they need, but enough to tell a decision's options apart."""
        places = decimals_for([value for row in self.rows for value in row.values.values()], apart=False)
        groups = list(self._rivals())
        while places < MOST_DECIMALS and not all(_told_apart(group, places) for group in groups):
            places += 1
        return places

    def _rivals(self) -> Iterator[list[float]]:
        """Yield what the options of each decision are worth to each who decides."""
        for row, children in zip(self.rows, self.children, strict=True):
            for actor in row.by if children else ():
                if actor in row.values:
                    yield sorted(self.rows[child].values[actor] for child in children)

    def value(self, row: Row, actor: str) -> str:
        """Return an actor's value."""
        return number(row.values[actor], self.decimals)

    def head(self, actor: str) -> str:
        """Return the head of an actor's column."""
        return actor_head(actor)

    def values(self, at: int) -> list[str]:
        """Return all values of a row and the probability of its path, each with its name."""
        path = self.path_text(at)
        texts = [f"{self.head(actor)} {self.value(self.rows[at], actor)}" for actor in self.outline.actors]
        return [*texts, f"path {path}"] if path and path != NEVER else texts

    # --- chances -------------------------------------------------------------------------------------------

    @cached_property
    def chances(self) -> list[str]:
        """For each row the probability of its branch, aligned with its siblings; empty for options."""
        found = [""] * len(self.rows)
        for children in self.children:
            known = [(child, p) for child in children if (p := self.rows[child].probability) is not None]
            texts = _shares([p for _, p in known])
            size = max(map(len, texts), default=0)
            for (child, _), text in zip(known, texts, strict=True):
                found[child] = text.rjust(size)
        return found

    @cached_property
    def paths(self) -> dict[int, str]:
        """For each row where a path leaves the drawing, its probability under the strategy."""
        ends = [(at, row.path_probability) for at, row in enumerate(self.rows) if not self.children[at]]
        reached = [(at, p) for at, p in ends if p]
        texts = dict(zip([at for at, _ in reached], _shares([p for _, p in reached]), strict=True))
        return {at: texts.get(at, NEVER) for at, _ in ends}

    def path_text(self, at: int) -> str:
        """Return the probability of a path that ends, is folded or goes on elsewhere; empty in between."""
        return self.paths.get(at, "")

    # --- payoffs -------------------------------------------------------------------------------------------

    @cached_property
    def single(self) -> bool:
        """Whether all payoffs are of one criterion and for everybody, so that a column holds them."""
        kinds = {
            (actor, criterion)
            for row in self.rows
            for payoff in (row.payoff, row.end_payoff)
            for actor, amounts in payoff.items()
            for criterion in amounts
        }
        return len(self.outline.scenario.criteria) == 1 and kinds <= {
            (None, next(iter(self.outline.scenario.criteria)))
        }

    def _added(self, row: Row) -> dict[tuple[str | None, str], float]:
        """Return what a step adds, its outcome included."""
        total: dict[tuple[str | None, str], float] = {}
        for payoff in (row.payoff, row.end_payoff):
            for actor, amounts in payoff.items():
                for criterion, amount in amounts.items():
                    total[actor, criterion] = total.get((actor, criterion), 0.0) + amount
        return total

    def payoff(self, row: Row) -> str:
        """Return what a step adds to the single criterion."""
        return "".join(signed(amount) for amount in self._added(row).values())

    def payoffs(self, row: Row) -> list[str]:
        """Return what a step adds, each amount with its criterion or actor."""
        only = len(self.outline.scenario.criteria) == 1
        return [
            f"{_of(actor, '' if only else criterion) or 'payoff'} {signed(amount)}"
            for (actor, criterion), amount in self._added(row).items()
        ]

    # --- words ---------------------------------------------------------------------------------------------

    def hidden(self, row: Row) -> str:
        """Return what a folded row hides."""
        if row.hidden > MANY:
            return f"over {MANY:,} more paths"
        return "1 more path" if row.hidden == 1 else f"{row.hidden:,} more paths"

    def explanation(self, *, payoff: bool) -> str:
        """Return what the numbers are."""
        what = "Costs" if self.outline.scenario.objective == "minimize" else "Values"
        rule = self.outline.rule
        averse = any(actor.risk_tolerance is not None for actor in self.outline.scenario.actors.values())
        sure = " (of those with a tolerance of risk: its certainty equivalent)" if averse else ""
        total = f"to be expected{sure}" if rule == "expected" else f"by {rule}"
        texts = [f"{what}: the total {total} once a path has come that far, what came before included."]
        if payoff:
            texts.append("Signed numbers: what the step adds.")
        texts.append(f"Path: its probability under the recommended strategy; {NEVER} never.")
        return " ".join(texts)


def _of(actor: str | None, criterion: str) -> str:
    return criterion if actor is None else f"{actor} {criterion}".rstrip()


def _shares(parts: Sequence[float]) -> list[str]:
    """Return probabilities that belong together in per cent; the smallest never read as 0."""
    texts = percentages(parts)
    return [
        f"<{text[:-3]}1 %" if p > 0 and not float(text[:-2]) and "." in text else text
        for p, text in zip(parts, texts, strict=True)
    ]


def _told_apart(ordered: Sequence[float], places: int) -> bool:
    return all(
        b - a <= _NOISE * max(1.0, abs(a), abs(b)) or rounded(a, places) != rounded(b, places)
        for a, b in pairwise(ordered)
    )
