"""Who wants what, what will happen, and where they could meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.conflict import Stability, stability
from planner.analyses.disputes.meeting import Ahead, deciders, first, in_view, meeting
from planner.analyses.disputes.mixed import Mixed
from planner.analyses.disputes.mixed import mixed as equilibria
from planner.analyses.disputes.negotiate_words import RULE_NAMES
from planner.analyses.disputes.positions import Difference, Position, differences, levels, positions
from planner.analyses.disputes.preferences import Preferences, preferences
from planner.analyses.disputes.quantal import Quantal
from planner.analyses.disputes.quantal import quantal as logit_answers
from planner.analyses.disputes.unseen import unseen_moves
from planner.analyses.focus import focus
from planner.analyses.forecast import Forecast, forecast
from planner.analyses.result import BadArgument, UnknownName, decimals, known_actor, listing, written
from planner.core.diagnostics import ScenarioError
from planner.core.joint_rule import UNANIMITY, rule_words
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.disputes.agreement import Agreement
    from planner.analyses.disputes.bargaining import Bargain
    from planner.analyses.disputes.consensus import Consensus
    from planner.analyses.disputes.moves import Moves
    from planner.core.model import Scenario

TINY = 1e-9
HIDDEN = frozenset({"P310", "P316"})


@dataclass(frozen=True)
class Negotiation:
    """Positions, forecast, agreement and stability of a dispute.

    Attributes:
        scenario: what was analysed.
        label: the decision that positions and agreement are about; empty where a part below is missing.
        deciders: between whom an agreement is looked for.
        view: the actor from whose point of view it is told; empty if nobody's was asked for.
        disagreement: what no agreement is worth to each of them: the fallback, or, where one actor decides alone, what
            happens if each does what is best for it.
        positions: every actor's ranking of the options; among hidden moves those in the first equilibrium.
        moves: the decision among moves that are not seen, or before them; None where all is seen.
        differences: for those of the deciders who want something else than what is adopted, why, and what would have
            to change.
        forecast: what happens if each does what is best for it; None for a conflict without a tree.
        agreement: what is adopted, and who blocks what.
        bargain: the Pareto set and the packages by four rules.
        consensus: what rankings alone come to.
        preferences: what would be agreed with other weights; None if none of them is uncertain.
        stability: the stable states of the conflict; None without a section `conflict`.
        mixed: equilibria in which choices may be left to chance; None if they were not asked for.
        quantal: what happens if better options are likelier and none is certain; None if that was not asked for.
        missing: for each part that could not be worked out, why.
        settings: the arguments that the result depends on.
    """

    scenario: Scenario = field(repr=False)
    label: str = ""
    deciders: tuple[str, ...] = ()
    view: str = ""
    disagreement: Mapping[str, float] = field(default_factory=dict)
    positions: tuple[Position, ...] = ()
    differences: tuple[Difference, ...] = field(default=(), repr=False)
    moves: Moves | None = field(default=None, repr=False)
    forecast: Forecast | None = field(default=None, repr=False)
    agreement: Agreement | None = field(default=None, repr=False)
    bargain: Bargain | None = field(default=None, repr=False)
    consensus: Consensus | None = field(default=None, repr=False)
    preferences: Preferences | None = field(default=None, repr=False)
    stability: Stability | None = field(default=None, repr=False)
    mixed: Mixed | None = field(default=None, repr=False)
    quantal: Quantal | None = field(default=None, repr=False)
    missing: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str = (
        "Positions by value; subgame-perfect forecast (Selten 1965); bargaining by Nash, Kalai-Smorodinsky, the "
        "egalitarian and utilitarian rule; rankings by Condorcet, Borda and Kemeny; stability by the graph model"
    )

    @property
    def sense(self) -> int:
        """1 if more value is better, -1 if it is a cost."""
        return -1 if self.scenario.objective == "minimize" else 1

    def option(self, option: str) -> str:
        """Return an option's name in words."""
        node = self.label.partition("[")[0]
        return self.scenario.nodes[node].edges[option].name

    def actor(self, actor: str) -> str:
        """Return an actor's name."""
        return self.scenario.actors[actor].name

    def headline(self) -> str:
        """Say in one or two sentences who agrees on what, and what will happen."""
        told = []
        if self.agreement is not None:
            told.append(self._agreed(self.agreement))
        if self.forecast is not None and (self.agreement is None or self.agreement.rule is None):
            told.append(self.forecast.headline())
        if self.stability is not None and not told:
            told.append(self.stability.headline())
        if not told and "forecast" in self.missing:
            told.append(f"No forecast: {self.missing['forecast']}.")
        return " ".join(told) or "Nothing to negotiate: the scenario has one actor and no conflict."

    def _agreed(self, made: Agreement) -> str:
        name = self.option(made.option)
        others = [f"'{self.option(option)}'" for option in made.tied if option != made.option]
        alike = f" ({listing(others)} {'is' if len(others) == 1 else 'are'} as good)" if others else ""
        if made.rule is None:
            return f"{self.actor(self.positions_of_decider())} takes '{name}'{alike}."
        node = self.scenario.nodes[self.label.partition("[")[0]]
        who, rule = listing(map(self.actor, node.by)), rule_words(made.rule)
        if not made.reached:
            return f"{who} settle on nothing else {rule}: '{name}' stands{alike}{self._why_not(made)}."
        verb = "agree on" if made.rule in {UNANIMITY, "nash"} else "decide for"
        places = decimals(made.gains.values())
        gains = listing(f"{self.actor(actor)} {written(gain, places)}" for actor, gain in made.gains.items())
        return f"{who} {verb} '{name}' {rule}{alike}; gains over no agreement: {gains}."

    def _why_not(self, made: Agreement) -> str:
        """Say why nothing but the fallback stands."""
        if made.cycle:
            ring = listing(f"'{self.option(option)}'" for option in made.cycle)
            return f"; {ring} beat each other in a circle"
        if not made.blocked_by:
            return ""
        richest = max(made.stands, key=lambda stand: stand.surplus)
        verb = "blocks" if len(made.blocked_by) == 1 else "block"
        return f"; {listing(map(self.actor, made.blocked_by))} {verb} '{self.option(richest.option)}'"

    def positions_of_decider(self) -> str:
        """Return who takes the decision alone."""
        node = self.label.partition("[")[0]
        by = self.scenario.nodes[node].by
        return by[0] if by else next(iter(self.scenario.actors))

    def rules_agree(self) -> str:
        """Say whether the rules of bargaining pick the same option, and where not which picks what."""
        if self.bargain is None or not self.bargain.packages:
            return ""
        if self.bargain.agreed and self.nobody_gains:
            return "No option is a gain for everybody, so only the sum of values tells them apart."
        if self.bargain.agreed:
            shared = set.intersection(*(set(package.options) for package in self.bargain.packages.values()))
            names = listing(f"'{self.option(option)}'" for option in self.bargain.pareto if option in shared)
            return f"All rules of bargaining can settle on {names or 'the same option'}."
        picks = []
        for rule, package in self.bargain.packages.items():
            names = " or ".join(f"'{self.option(option)}'" for option in package.options)
            picks.append(f"{RULE_NAMES[rule]} picks {names}")
        return f"The rules of bargaining disagree: {listing(picks)}."

    @property
    def nobody_gains(self) -> bool:
        """Whether every option leaves somebody without a gain: products and smallest gains are then all nothing."""
        packages = {} if self.bargain is None else self.bargain.packages
        return "egalitarian" in packages and bool(packages["egalitarian"].score <= TINY)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        empty: dict[str, Any] = {}
        return {
            "decision": self.label or None,
            "deciders": list(self.deciders),
            "disagreement": dict(self.disagreement),
            "positions": self._held(),
            "moves": None if self.moves is None else self.moves.to_dict(),
            "differences": [difference.to_dict() for difference in self.differences],
            "forecast": None if self.forecast is None else self.forecast.to_dict(),
            "nash": None if self.forecast is None else self.forecast.nash.to_dict(),
            "agreement": None if self.agreement is None else self.agreement.to_dict(),
            "pareto": [] if self.bargain is None else list(self.bargain.pareto),
            "bargaining": empty if self.bargain is None else self._bargaining(self.bargain),
            "consensus": empty if self.consensus is None else self.consensus.to_dict(),
            "preferences": None if self.preferences is None else self.preferences.to_dict(),
            "stability": None if self.stability is None else self.stability.to_dict(),
            "mixed": None if self.mixed is None else self.mixed.to_dict(),
            "quantal": None if self.quantal is None else self.quantal.to_dict(),
            "missing": dict(self.missing),
        }

    def _held(self) -> list[dict[str, Any]]:
        """Return positions; where moves are hidden, with those in every equilibrium."""
        found = [position.to_dict() for position in self.positions]
        if self.moves is not None:
            for data in found:
                data["equilibria"] = [
                    {"equilibrium": at, **position.to_dict()}
                    for at, one in enumerate(self.moves.settled, 1)
                    for position in one.positions
                    if position.actor == data["actor"]
                ]
        return found

    def _bargaining(self, made: Bargain) -> dict[str, Any]:
        """Return the packages; ``gains`` are those of the first of equally good options."""
        found: dict[str, Any] = {}
        for rule, package in made.packages.items():
            data = package.to_dict()
            first = data["gains"].get(data["options"][0], {}) if data["options"] else {}
            found[rule] = {**data, "gains": first, "gains_by_option": data["gains"]}
            if rule in made.mixes:
                mix = made.mixes[rule].to_dict()
                found[rule]["lottery"] = mix | {"values": {a: self.sense * value for a, value in mix["values"].items()}}
        return found


def negotiate(  # noqa: PLR0913
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    among: Sequence[str] = (),
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    counter_moves: str | None = None,
    from_: str | int | None = None,
    wanted: str | int | None = None,
    spread: float = 0.0,
    draws: int = 4_096,
    seed: int = 1,
    mixed: bool = False,
    quantal: Sequence[float] | None = None,
    max_states: int = MAX_STATES,
) -> Negotiation:
    """Look at a dispute: who wants what, what will happen, where the actors could meet.

    Args:
        scenario: the scenario, read and checked.
        at: the decision in focus; None for the first.
        actor: the point of view: whose position, and what others would have to concede to whom, comes first.
        among: between whom an agreement is looked for; empty for those who decide together, or for all who decide
            somewhere if one actor decides alone.
        overrides: numbers that replace parameters.
        rule: what single actors go by; see `evaluate`.
        counter_moves: whose counter-moves count in the conflict: legal, single or repeated.
        from_: the status quo of the conflict, if not the file's.
        wanted: a state of the conflict of which it is asked what would make it stable.
        spread: vary weights without a range by this share of themselves.
        draws: how many sets of weights are drawn.
        seed: what the draws follow from.
        mixed: find equilibria in which choices may be left to chance, too.
        quantal: say what happens if better options are likelier and none is certain, at these precisions; empty for
            some that fit the payoffs, None for nothing of the kind.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        UnknownName: no decision, actor, state or parameter has the name that was given.
        BadArgument: there is nobody to negotiate, or mixed equilibria or precisions were asked for and cannot be given.
    """
    among = tuple(dict.fromkeys(among))
    _sensible(scenario, among, actor, at, {"counter-moves": counter_moves, "from": from_, "wanted": wanted})
    settings: dict[str, Any] = {"rule": rule, "seed": seed, "draws": draws, "spread": spread}
    given = {"among": list(among), "from": from_, "wanted": wanted, "set": dict(overrides or {})}
    settings |= {name: value for name, value in given.items() if value not in (None, [], {})}
    missing: dict[str, str] = {}
    parts = _chances(scenario, overrides, max_states, mixed=mixed, quantal=quantal)
    settings |= {name: True if name == "mixed" else part.settings["precisions"] for name, part in parts.items()}
    if scenario.conflict is not None:
        parts["stability"] = stability(scenario, rule=counter_moves, from_=from_, wanted=wanted)
        settings["counter_moves"] = parts["stability"].rule
    if scenario.nodes:
        try:
            parts["forecast"] = forecast(scenario, overrides=overrides, max_states=max_states)
        except BadArgument as error:
            missing["forecast"] = error.message
        try:
            asked = focus(scenario, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
        except UnknownName:
            raise
        except ScenarioError as error:
            if any(found.code not in HIDDEN for found in error.diagnostics):
                raise
            parts |= _unseen(scenario, among, missing, at=at, actor=actor, overrides=overrides, max_states=max_states)
            found = parts.get("moves")
            settings |= {"at": found and found.label, "actor": actor or (found and found.by[0])}
        except BadArgument as error:  # no decision: chance alone
            missing["positions"] = error.message
        else:
            settings |= asked.settings
            held, who = in_view(positions(asked), actor), tuple(among) or deciders(asked)
            parts |= meeting(asked, held, asked.option_values(), first(who, actor), levels(asked))
            parts["label"] = asked.label
            parts["differences"] = differences(asked, parts["positions"], parts["agreement"].option, parts["deciders"])
            parts["preferences"] = preferences(asked, parts["deciders"], spread=spread, draws=draws, seed=seed)
    return Negotiation(scenario, view=actor or "", missing=missing, settings=settings, **parts)


def _chances(
    scenario: Scenario,
    overrides: Mapping[str, float | str] | None,
    max_states: int,
    *,
    mixed: bool,
    quantal: Sequence[float] | None,
) -> dict[str, Any]:
    """Return the parts in which actors choose by chance, as far as they are asked for."""
    found: dict[str, Any] = {}
    if not mixed and quantal is None:
        return found
    if not scenario.nodes:
        raise BadArgument("mixed equilibria and precisions need decisions, and the scenario has none", "add `nodes:`")
    if mixed:
        found["mixed"] = equilibria(scenario, overrides=overrides, max_states=max_states)
    if quantal is not None:
        found["quantal"] = logit_answers(scenario, quantal, overrides=overrides, max_states=max_states)
    return found


def _unseen(
    scenario: Scenario,
    among: Sequence[str],
    missing: dict[str, str],
    *,
    at: str | None,
    actor: str | None,
    **numbers: Any,
) -> dict[str, Any]:
    """Return what can be said of a decision among moves that are not seen, or before them."""
    try:
        found = unseen_moves(scenario, at=at, **numbers)
    except UnknownName:
        raise
    except BadArgument as error:
        missing["positions"] = error.message
        return {}
    parts: dict[str, Any] = {"moves": found, "label": found.label, "positions": in_view(found.positions, actor)}
    if not found.positions:
        missing["positions"] = found.why or "whatever all do, somebody would rather have done otherwise"
    if found.simultaneous or not found.positions:
        missing["agreement"] = f"what '{found.label}' comes to hangs on moves that are made without seeing each other"
        return parts
    asked = Ahead.of(scenario, found)
    values = {o: {held.actor: held.values[o] for held in found.positions} for o in found.options}
    return parts | meeting(asked, parts["positions"], values, first(tuple(among) or deciders(asked), actor))


def _sensible(
    scenario: Scenario, among: Sequence[str], actor: str | None, at: str | None, conflict: Mapping[str, object]
) -> None:
    """Refuse what cannot be asked of this scenario."""
    for name in (*among, actor):
        known_actor(scenario, name)
    if len(among) == 1:
        raise BadArgument(f"'{among[0]}' alone cannot agree with anybody", "name two actors at least")
    if scenario.conflict is None:
        if len(scenario.actors) < 2:
            raise BadArgument(
                "there is one actor alone, and nobody to negotiate with", "give the scenario several actors"
            )
        for name, value in conflict.items():
            if value is not None:
                raise BadArgument(f"'{name}' asks about a conflict, and the scenario has none", "add `conflict:` to it")
    if at is not None:
        decisions = [node.id for node in scenario.nodes.values() if node.kind == "decision"]
        if at.partition("[")[0] not in decisions:
            raise UnknownName.among("decision", at, decisions)
