"""What the states of a program are made of: inputs, parameters, formulas, payoffs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core.compiled import steps
from planner.core.compiled.code import Code, Sym
from planner.core.compiled.steps import Shares, Source, Watch

if TYPE_CHECKING:
    from planner.core.compiled.ground import Ground, Varying
    from planner.core.expression import Expression

Syms = tuple[Sym, ...]


class Terms:
    """Writes inputs, formulas and payoffs, each once.

    Attributes:
        code: the steps so far.
        sources: the inputs.
        base: for each actor what stands at the start.
        tolerance: for each actor its tolerance of risk, None for a neutral one.
    """

    def __init__(self, ground: Ground, varying: Varying, watch: Watch) -> None:
        self.ground, self.varying, self.watch = ground, varying, watch
        self.code = Code()
        self.sources: dict[tuple[Any, ...], tuple[int, Source]] = {}
        self.shares: dict[tuple[Any, ...], Shares] = {}
        self._checked: set[tuple[Any, int]] = set()
        self._names: dict[str, Sym] = {}
        self._formulas: dict[tuple[Any, ...], Sym] = {}
        self._gains: dict[int, Syms] = {0: (0.0,) * ground.actors}
        self._units = self._value_units()
        self.base = [self._base(actor) for actor in range(ground.actors)]
        self.tolerance = [self._tolerance(actor) for actor in range(ground.actors)]

    # --- inputs --------------------------------------------------------------------------------------------

    def source(self, *key: Any) -> int:
        """Return the step that loads an input."""
        found = self.sources.get(key)
        if found is None:
            source = Source(key)
            found = self.sources[key] = (self.code.step(steps.load, (), source), source)
        return found[0]

    def _value_units(self) -> list[list[Sym]]:
        """Return what one unit of each criterion is worth to each actor, more being better."""
        worth, code = self.ground.worth, self.code
        return [
            [
                code.times(
                    self.source("unit", actor, at) if actor in self.varying.weighing else float(unit),
                    float(worth.sense),
                )
                for at, unit in enumerate(row)
            ]
            for actor, row in enumerate(worth.coefficient)
        ]

    def _base(self, actor: int) -> Sym:
        if actor in self.varying.weighing:
            return self.source("base", actor)
        return float(self.ground.worth.base[actor])

    def _tolerance(self, actor: int) -> Sym | None:
        """Return an actor's tolerance of risk; None for a neutral one."""
        if self.ground.rule.extremes:
            return None
        if actor in self.varying.careful:
            return self.source("tolerance", actor)
        risk = self.ground.tolerance[actor]
        return float(risk) if risk is not None and np.isfinite(risk) else None

    def parameter(self, name: str) -> Sym:
        """Return a parameter's value."""
        found = self._names.get(name)
        if found is not None:
            return found
        if name not in self.varying.names:
            self._names[name] = self.ground.env[name]
            return self._names[name]
        parameters = self.ground.scenario.parameters
        waiting = [name]
        while waiting:
            at = waiting[-1]
            if at in self.varying.inputs:
                self._names[at] = self.source("parameter", at)
            formula = parameters[at].value
            missing = [one for one in sorted(formula.names) if one in self.varying.names and one not in self._names]
            if at in self._names or not missing:
                waiting.pop()
                if at not in self._names:
                    env = {one: self._names.get(one, self.ground.env.get(one, 0.0)) for one in formula.names}
                    self._names[at] = self.code.formula(formula, env)
            else:
                waiting += missing
        return self._names[name]

    def formula(self, formula: Expression, state: int) -> Sym:
        """Return the value of a formula in a state."""
        if formula.literal:
            constant = formula.constant
            assert constant is not None
            return constant
        live = self.ground.unfolded.live[self.ground.unfolded.place[state]]
        binding: dict[str, Sym] = {}
        if live and not formula.names.isdisjoint(live):
            pairs = zip(live, self.ground.unfolded.values[state], strict=True)
            binding = {name: float(value) for name, value in pairs if name in formula.names}
        key = (id(formula), *binding.values())  # the formulas live as long as the scenario
        found = self._formulas.get(key)
        if found is None:
            names = formula.names - binding.keys()
            if names.isdisjoint(self.varying.names):
                found = float(self.ground.recorder.value(formula, state, ()))
            else:
                known = {name: self.parameter(name) for name in names}
                found = self.code.formula(formula, {**known, **binding})
            self._formulas[key] = found
        return found

    def check(self, step: Any, sym: Sym) -> None:
        """Check a number that varies, once."""
        if type(sym) is int and (step, sym) not in self._checked:
            self._checked.add((step, sym))
            self.code.step(step, (sym,), self.watch)

    # --- payoffs -------------------------------------------------------------------------------------------

    def gain(self, row: int) -> Syms:
        """Return what a row of amounts is worth to each actor, more being better."""
        found = self._gains.get(row)
        if found is None:
            amounts: dict[int, Sym] = {}
            if self.varying.amounts and self.varying.amounts[row]:
                payoff, state = self.ground.recorder.payoff_of[row]
                for actor, by_criterion in payoff.items():
                    for criterion, formula in by_criterion.items():
                        column = self.ground.recorder.column[actor, criterion]
                        amounts[column] = self.amount(self.formula(formula, state))
            else:
                amounts = {column: float(amount) for column, amount in self.ground.bound.amounts[row].items()}
            found = self._gains[row] = self._worth(amounts)
        return found

    def amount(self, amount: Sym) -> Sym:
        """Check an amount where it may be infinite or undefined."""
        if type(amount) is int:
            if amount in self.code.risky:
                self.check(steps.finite, amount)
                self.code.risky.discard(amount)
            self.code.amounts.append(amount)
        return amount

    def _worth(self, amounts: dict[int, Sym]) -> Syms:
        code = self.code
        found: list[Sym] = [0.0] * self.ground.actors
        for column, (only, criterion) in enumerate(self.ground.bound.columns):
            if column in amounts:
                for actor in range(self.ground.actors) if only is None else (only,):
                    more = code.times(self._units[actor][criterion], amounts[column])
                    found[actor] = code.plus(found[actor], more)
        return tuple(found)
