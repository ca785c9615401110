"""What `planner.information` found: what it would be worth to know more before deciding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.learning.information_words import sentence, writer
from planner.analyses.notebook import escaped, frame

if TYPE_CHECKING:
    from planner.core.model import Scenario

Gains = Mapping[str, float]  # by actor: the point of view, and all who decide


@dataclass(frozen=True, slots=True)
class Total:
    """What it is worth to know all of a kind.

    Attributes:
        value: to the point of view.
        values: by actor; an actor is left out whose gain was not worked out.
        standard_error: of a simulation or a sample; 0 where the value is exact.
        way: how it was worked out: simulated, enumerated, decomposed or sampled.
        count: of the draws, or of the joint outcomes that there are.
        sampled: how many joint outcomes were sampled; 0 where none.
    """

    value: float
    values: Gains
    standard_error: float
    way: str
    count: int
    sampled: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the total as JSON data."""
        return {
            "value": self.value,
            "values": dict(self.values),
            "standard_error": self.standard_error,
            "way": self.way,
            "count": self.count,
            "sampled": self.sampled,
        }


@dataclass(frozen=True, slots=True)
class ParameterWorth:
    """What it is worth to know one uncertain number, or several together, before deciding.

    Attributes:
        parameters: what would be known: parameters, or a chance node whose probabilities are drawn.
        kind: parameter, chance or group.
        value: to the point of view.
        values: by actor.
        standard_error: of the value.
        low, high: a 95 % interval from it; without other deciders from 0 to what knowing all numbers is worth.
        finer: the value by twice as many blocks; None where no blocks were used.
        noise: a value up to this is found by chance where there is nothing, in 19 of 20 cases; 0 where no blocks were
            used.
        distinct: whether the value can be told from 0, by that noise and by its standard error.
    """

    parameters: tuple[str, ...]
    kind: str
    value: float
    values: Gains
    standard_error: float
    low: float
    high: float
    finer: float | None
    noise: float
    distinct: bool

    @property
    def name(self) -> str:
        """The parameters in one word: ``talks_yield`` or ``hope + patience``."""
        return " + ".join(self.parameters)

    @property
    def agrees(self) -> bool:
        """Whether as many blocks again say the same, within the noise."""
        allowed = max(2 * self.standard_error, self.noise, 0.05 * abs(self.value))
        return self.finer is None or abs(self.finer - self.value) <= allowed

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        what = {"parameters": list(self.parameters)} if self.kind == "group" else {"parameter": self.name}
        return {
            **what,
            "kind": self.kind,
            "value": self.value,
            "values": dict(self.values),
            "standard_error": self.standard_error,
            "low": self.low,
            "high": self.high,
            "finer": self.finer,
            "noise": self.noise,
            "distinct": self.distinct,
        }


@dataclass(frozen=True, slots=True)
class ChanceWorth:
    """What it is worth to know how something turns out, and to decide it.

    Attributes:
        node: the chance node's id, or a state's label where the node stands for several events.
        id: the chance node's id.
        states: the states in which it is found out.
        value: of knowing it at the start, to the point of view; None if that has no meaning, see ``unclear``.
        values: by actor.
        control: of choosing it where it is met, to the point of view; None as above.
        controls: by actor.
        branch: what the point of view would choose; None if that depends on the state.
        unclear: why there is no value; empty where there is.
    """

    node: str
    id: str
    states: tuple[str, ...]
    value: float | None
    values: Gains
    control: float | None
    controls: Gains
    branch: str | None
    unclear: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        return {
            "node": self.node,
            "id": self.id,
            "states": list(self.states),
            "value": self.value,
            "values": dict(self.values),
            "control": self.control,
            "controls": dict(self.controls),
            "branch": self.branch,
            "unclear": self.unclear or None,
        }


@dataclass(frozen=True, slots=True)
class SignalWorth:
    """What it is worth to hear a signal before the first decision, for nothing.

    Attributes:
        signal: its id.
        about: the chance node.
        value: to the point of view; None if that has no meaning, see ``unclear``.
        values: by actor.
        observed: whether the recommended strategy may come to hear it.
        if_lost: what it would cost the point of view if that told nothing; None where it is not observed.
        losses: the same by actor.
        unclear: why there is no value; empty where there is.
    """

    signal: str
    about: str
    value: float | None
    values: Gains
    observed: bool
    if_lost: float | None
    losses: Gains
    unclear: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        return {
            "signal": self.signal,
            "about": self.about,
            "value": self.value,
            "values": dict(self.values),
            "observed": self.observed,
            "if_lost": self.if_lost,
            "losses": dict(self.losses),
            "unclear": self.unclear or None,
        }


@dataclass(frozen=True)
class Information:
    """What it would be worth to know more before deciding; made by `planner.information`.

    A value is by how much the scenario is worth more to an actor, in value points or the scenario's own unit, whether
    value is a gain or a cost. To somebody who decides alone no information is worth less than nothing; where others
    decide too they know it as well, and the value may be negative.

    Attributes:
        scenario: what was asked about.
        at: the decision for which uncertain numbers are looked at.
        start: the state at whose beginning chances and signals would be known.
        actor: the point of view.
        deciders: who decides anywhere ahead.
        alone: whether the point of view takes all decisions ahead.
        perfect_parameters: knowing all that is drawn; None if nothing is.
        perfect_chances: knowing how all chances turn out.
        perfect_everything: knowing both; None where it was not worked out, which a note says.
        parameters: single uncertain numbers, the most valuable first.
        groups: several together, as asked.
        chances: what may turn out, the most valuable first.
        signals: the signals of the file, the most valuable first.
        notes: what a reader must know besides, in sentences.
        method: how it was worked out.
        settings: the arguments that the result depends on.
        chosen: the option that is taken at the decision with the numbers as they are.
        value: what that is worth to the actor.
    """

    scenario: Scenario = field(repr=False)
    at: str
    start: str
    actor: str
    deciders: tuple[str, ...]
    alone: bool
    perfect_parameters: Total | None
    perfect_chances: Total | None
    perfect_everything: Total | None
    parameters: tuple[ParameterWorth, ...]
    groups: tuple[ParameterWorth, ...]
    chances: tuple[ChanceWorth, ...]
    signals: tuple[SignalWorth, ...]
    notes: tuple[str, ...]
    method: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    chosen: str = ""
    value: float = 0.0

    @property
    def perfect_of(self) -> str | None:
        """What `perfect` is about: parameters where some are drawn, else chances; None if nothing is uncertain."""
        if self.perfect_parameters is not None:
            return "parameters"
        return "chances" if self.perfect_chances is not None else None

    @property
    def perfect(self) -> float | None:
        """The expected value of perfect information (EVPI), of what is drawn, else of how chance turns out."""
        total = self.perfect_parameters or self.perfect_chances
        return None if total is None else total.value

    @property
    def unit(self) -> str:
        """The unit of all values: that of a sole criterion without a scale, else value points."""
        criteria = list(self.scenario.criteria.values())
        if len(criteria) == 1 and not criteria[0].has_scale:
            return criteria[0].unit or ""
        return "points"

    # --- names ----------------------------------------------------------------------------------------------

    def chance_name(self, node: str) -> str:
        """Return a chance node or a state of it in words."""
        name, _, state = node.partition("[")
        inside = f" ({state.removesuffix(']').replace('=', ' ')})" if state else ""
        return f"{self.scenario.nodes[name].title}{inside}"

    def number_name(self, row: ParameterWorth) -> str:
        """Return an uncertain number in words; the ids of several."""
        if row.kind == "group":
            return row.name
        if row.kind == "chance":
            return self.chance_name(row.name)
        return self.scenario.parameters[row.name].name or row.name

    def signal_name(self, signal: str) -> str:
        """Return a signal's name."""
        return self.scenario.signals[signal].name or signal

    def headline(self) -> str:
        """Say in one sentence what knowing more would be worth at most, and what is worth most."""
        return sentence(self)

    def written(self, value: float) -> str:
        """Write a value with the unit."""
        return f"{writer([value])(value)} {self.unit}".rstrip()

    # --- as data --------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "at": self.at,
            "start": self.start,
            "actor": self.actor,
            "chosen": self.chosen,
            "value": self.value,
            "deciders": list(self.deciders),
            "alone": self.alone,
            "perfect": self.perfect,
            "perfect_of": self.perfect_of,
            "perfect_parameters": None if self.perfect_parameters is None else self.perfect_parameters.value,
            "perfect_chances": None if self.perfect_chances is None else self.perfect_chances.value,
            "perfect_everything": None if self.perfect_everything is None else self.perfect_everything.value,
            "totals": {
                name: None if total is None else total.to_dict()
                for name, total in (
                    ("parameters", self.perfect_parameters),
                    ("chances", self.perfect_chances),
                    ("everything", self.perfect_everything),
                )
            },
            "parameters": [one.to_dict() for one in self.parameters],
            "groups": [one.to_dict() for one in self.groups],
            "chances": [one.to_dict() for one in self.chances],
            "signals": [one.to_dict() for one in self.signals],
            "notes": list(self.notes),
            "method": self.method,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return everything that may be learned as rows of one table: kind, name, value, standard_error, control."""
        numbers = [
            {
                "kind": one.kind,
                "name": one.name,
                "value": one.value,
                "standard_error": one.standard_error,
                "control": None,
            }
            for one in (*self.parameters, *self.groups)
        ]
        chances = [
            {"kind": "event", "name": one.node, "value": one.value, "standard_error": 0.0, "control": one.control}
            for one in self.chances
        ]
        signals = [
            {"kind": "signal", "name": one.signal, "value": one.value, "standard_error": 0.0, "control": None}
            for one in self.signals
        ]
        return [*numbers, *chances, *signals]

    def to_frame(self) -> Any:
        """Return everything that may be learned as a pandas data frame.

        Raises:
            BadArgument: pandas is not installed.
        """
        return frame(self.rows())

    def _repr_markdown_(self) -> str:
        """Show headline and worths in a notebook."""
        lines = [f"**{escaped(self.scenario.title)}**", "", escaped(self.headline()), ""]
        lines += ["| what | value | ± | control |", "|---|---:|---:|---:|"]
        rows = self.rows()
        write = writer([row["value"] for row in rows if row["value"] is not None])
        for row in rows:
            cells = [
                "" if not row[key] and key != "value" else "-" if row[key] is None else write(row[key])
                for key in ("value", "standard_error", "control")
            ]
            lines.append(f"| {escaped(row['name'])} | {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"
