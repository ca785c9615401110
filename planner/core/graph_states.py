"""The states of a conflict: which combinations of options are feasible, and which of them a state stands for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.statement import PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.conflict import Conflict, StateId
    from planner.core.model import Actor
    from planner.core.reader import Path, Reader
    from planner.core.statement import Statement

HERE: Path = ("conflict",)
MAX_OPTIONS = 20  # whose combinations are worked out; as many as 60 where the file lists the states
MOST_OPTIONS = 60
MAX_STATES = 10_000
MAX_COMBINATIONS = 2**MAX_OPTIONS

Codes = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Combinations:
    """Combinations of options as whole numbers: bit k says whether option k is taken.

    Attributes:
        options: the options as ``actor.option``.
        names: their names in words.
        codes: the combinations, in ascending order.
    """

    options: tuple[str, ...]
    names: tuple[str, ...]
    codes: Codes = field(repr=False)

    def holds(self, said: Statement) -> Bools:
        """Return in which combinations a statement holds."""
        taken = {name: self.codes >> at & 1 == 1 for at, name in enumerate(self.options) if name in said.names}
        return np.asarray(said.holds(taken), bool)


@dataclass(frozen=True, eq=False)
class States:
    """The states, and the combinations that each stands for.

    Attributes:
        ids: the states as the file names them.
        names: the states in words.
        taken: (states, options): 1 taken, 0 left, -1 either.
        combinations: all of them.
        state: for each combination the number of its state.
    """

    ids: tuple[StateId, ...]
    names: tuple[str, ...]
    taken: NDArray[np.int8] = field(repr=False)
    combinations: Combinations = field(repr=False)
    state: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def holds(self, said: Statement) -> tuple[Bools, Bools]:
        """Return in which states a statement holds for some, and for every combination that they stand for."""
        true = self.combinations.holds(said)
        some = np.bincount(self.state, true, minlength=len(self)) > 0
        return some, np.bincount(self.state, ~true, minlength=len(self)) == 0

    def matching(self, pattern: str) -> list[int]:
        """Return the states with a combination that fits a pattern; none if it is no pattern."""
        return fitting(self.taken, pattern)


def letters(row: Sequence[int]) -> str:
    """Return what is taken as a pattern: Y taken, N left, - either."""
    return "".join("-NY"[said + 1] for said in row)


def fitting(taken: NDArray[np.int8], pattern: str) -> list[int]:
    """Return the states that agree with a pattern wherever both say something; one that says the same goes first.

    None if the text is no pattern for these options.
    """
    if not PATTERN.match(pattern) or len(pattern) != taken.shape[1]:
        return []
    wanted = np.array(["-NY".index(letter) - 1 for letter in pattern], np.int8)
    exact = np.asarray((taken == wanted).all(axis=1))
    found = exact if exact.any() else ((taken == wanted) | (taken < 0) | (wanted < 0)).all(axis=1)
    return np.flatnonzero(found).tolist()


def option_names(conflict: Conflict, actors: Mapping[str, Actor]) -> tuple[str, ...]:
    """Return the options in words, with the actor where several have one of that name."""
    options = conflict.all_options
    counts = Counter(option.name for option in options)
    return tuple(
        option.name if counts[option.name] == 1 else f"{actors[option.actor].name}: {option.name}" for option in options
    )


def combinations(reader: Reader, conflict: Conflict, actors: Mapping[str, Actor]) -> Combinations | None:
    """Return every combination of options that can come about, or that a listed state names.

    Those that the file excludes are left out; where it lists the states, `listed_states` compares the two.
    """
    options = conflict.all_options
    paths, names = tuple(option.path for option in options), option_names(conflict, actors)
    where: Path = (*HERE, "options")
    excludes = conflict.feasible or conflict.infeasible
    most = MOST_OPTIONS if conflict.states and not excludes else MAX_OPTIONS
    if len(options) > most:
        message = f"the conflict has {len(options)} options, more than {most}"
        help_ = "leave out options that do not matter"
        if most == MAX_OPTIONS:
            help_ += f", or list the states under 'states' alone, which takes up to {MOST_OPTIONS} options"
        reader.fault("P612", message, where, key=True, label="too many to combine", help=help_)
        return None
    if not options:
        if not conflict.states:
            help_ = "add 'options:' by actor: what each may do or leave"
            reader.fault("P109", "the conflict has no options", HERE, key=True, label="who can do what?", help=help_)
            return None
        return Combinations((), (), np.arange(len(conflict.states), dtype=np.int64))
    if conflict.states and not excludes:
        codes = _named(reader, conflict)
        return None if codes is None else Combinations(paths, names, codes)
    every = Combinations(paths, names, np.arange(2 ** len(options), dtype=np.int64))
    return Combinations(paths, names, every.codes[_feasible(every, conflict)])


def _feasible(every: Combinations, conflict: Conflict) -> Bools:
    keep = np.ones(len(every.codes), bool)
    for said in conflict.feasible:
        keep &= every.holds(said)
    for said in conflict.infeasible:
        keep &= ~every.holds(said)
    return keep


def _named(reader: Reader, conflict: Conflict) -> Codes | None:
    """Return the combinations that the listed states name."""
    patterns = [state.options for state in conflict.states.values() if state.options is not None]
    if sum(2.0 ** pattern.count("-") for pattern in patterns) > MAX_COMBINATIONS:
        message = f"the listed states stand for more than {MAX_COMBINATIONS:,} combinations of options"
        help_ = "leave out options that do not matter"
        reader.fault("P612", message, (*HERE, "states"), key=True, label="too many", help=help_)
        return None
    return np.unique(np.concatenate([np.zeros(0, np.int64), *(_expanded(pattern) for pattern in patterns)]))


def _expanded(pattern: str) -> Codes:
    """Return the combinations that fit a pattern."""
    codes = np.array([sum(1 << at for at, letter in enumerate(pattern) if letter == "Y")], np.int64)
    for at, letter in enumerate(pattern):
        if letter == "-":
            codes = np.concatenate([codes, codes | 1 << at])
    return codes


def numbered_states(reader: Reader, found: Combinations) -> States | None:
    """Make a state of every combination, numbered from 1 in the order in which the first option changes first."""
    count = len(found.codes)
    if count > MAX_STATES:
        message = f"the conflict has {count:,} states, more than {MAX_STATES:,}"
        help_ = "say what cannot be under 'feasible' or 'infeasible', or leave out options that do not matter"
        reader.fault("P612", message, HERE, key=True, label="too many", help=help_)
        return None
    taken = (found.codes[:, None] >> np.arange(len(found.options)) & 1).astype(np.int8)
    names = tuple(in_words(row, found.names) for row in taken.tolist())
    return States(tuple(range(1, count + 1)), names, taken, found, np.arange(count))


def listed_states(reader: Reader, conflict: Conflict, found: Combinations) -> States | None:
    """Make the states that the file lists, and compare them with what it says is feasible."""
    listed = list(conflict.states.values())
    ids = tuple(state.id for state in listed)
    if len(listed) > MAX_STATES:
        message = f"the conflict has {len(listed):,} states, more than {MAX_STATES:,}"
        reader.fault("P612", message, (*HERE, "states"), key=True, label="too many")
        return None
    if not found.options:
        names = tuple(state.name or "" for state in listed)
        return States(ids, names, np.zeros((len(ids), 0), np.int8), found, np.arange(len(ids)))
    sound = True
    home = np.full(len(found.codes), -1, np.int64)
    for at, state in enumerate(listed):
        assert state.options is not None
        own = _members(found, state.options)
        if not len(own):
            message = f"state '{state.id}' stands for no feasible combination of options"
            sound = _report(reader, "P607", message, state.id, "excluded by 'feasible' or 'infeasible'")
        elif (home[own] >= 0).any():
            other = ids[int(home[own].max())]
            message = f"states '{other}' and '{state.id}' have a combination of options in common"
            sound = _report(reader, "P606", message, state.id, f"fits state '{other}', too")
        home[own] = at
    left = found.codes[home < 0]
    if len(left) and sound:
        shown = "".join("NY"[int(left[0]) >> at & 1] for at in range(len(found.options)))
        message = f"{shown} is feasible but no state" + (
            f", and so are {len(left) - 1:,} more" if len(left) > 1 else ""
        )
        help_ = "list every state, or say under 'infeasible' what cannot be"
        reader.fault("P607", message, (*HERE, "states"), key=True, label="not all there", help=help_)
        sound = False
    if not sound:
        return None
    taken = np.array([["-NY".index(letter) - 1 for letter in state.options or ""] for state in listed], np.int8)
    names = tuple(state.name or in_words(row, found.names) for state, row in zip(listed, taken.tolist(), strict=True))
    return States(ids, names, taken, found, home)


def _members(found: Combinations, pattern: str) -> NDArray[np.int64]:
    """Return which of the combinations fit a pattern."""
    fixed = sum(1 << at for at, letter in enumerate(pattern) if letter != "-")
    wanted = sum(1 << at for at, letter in enumerate(pattern) if letter == "Y")
    return np.flatnonzero(found.codes & fixed == wanted)


def _report(reader: Reader, code: str, message: str, state: StateId, label: str) -> bool:
    reader.fault(code, message, (*HERE, "states", str(state)), label=label)
    return False


def in_words(row: Sequence[int], names: Sequence[str]) -> str:
    """Return a state in words: the options that are taken in it."""
    return ", ".join(name for letter, name in zip(row, names, strict=True) if letter == 1) or "nothing is done"
