"""Reading the section ``conflict``; `planner.core.graph_model` finds what its states do not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.core.conflict import Conflict, ConflictOption, ConflictState, Irreversible, Preference, StateId
from planner.core.expression import FormulaError
from planner.core.num import Num
from planner.core.reader import ID, Path, Reader, did_you_mean
from planner.core.source import Map, Seq
from planner.core.statement import PATTERN, WORDS, Statement, letters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.core.model import Actor

KEYS = ("options", "feasible", "infeasible", "states", "status_quo", "moves", "preferences")
OPTION_KEYS = ("name", "irreversible", "note")
STATE_KEYS = ("name", "options", "note")
PREFERENCE_KEYS = ("statements", "ranking", "source", "note")
NUMBER = re.compile(r"(?:0|[1-9]\d{0,8})\Z")
IRREVERSIBLE: Mapping[object, Irreversible | None] = {
    True: "taken", False: None, "taken": "taken", "dropped": "dropped",
}  # fmt: skip
HERE: Path = ("conflict",)
BROKEN = "section conflict"  # what the reader's list of broken things says where the section has faults
Options = Mapping[str, Mapping[str, ConflictOption]]


def read_conflict(reader: Reader, data: Map, actors: Mapping[str, Actor]) -> Conflict | None:
    """Read ``conflict``; None where the file has none or it is no mapping."""
    if "conflict" not in data:
        return None
    found = reader.mapping(HERE, data["conflict"], "a mapping with 'options' and 'preferences'")
    if found is None:
        return None
    before = len(reader.diagnostics)
    reader.unknown_keys(HERE, found, KEYS, "'conflict'")
    reading = _Reading(reader, actors)
    options = reading.options(found)
    states = reading.states(found)
    made = Conflict(
        options=options,
        feasible=reading.statements((*HERE, "feasible"), found["feasible"]) if "feasible" in found else (),
        infeasible=reading.statements((*HERE, "infeasible"), found["infeasible"]) if "infeasible" in found else (),
        states=states,
        status_quo=reading.state((*HERE, "status_quo"), found["status_quo"]) if "status_quo" in found else None,
        moves=reading.moves(found),
        preferences=reading.preferences(found),
    )
    if len(reader.diagnostics) > before:
        reader.broken.add(BROKEN)
    return made


def state_id(text: str) -> StateId:
    """Return a state's number as a number, its name or pattern as text.

    Examples:
        >>> state_id("12"), state_id("status-quo"), state_id("Y N -")
        (12, 'status-quo', 'YN-')
    """
    if PATTERN.match(text):
        return letters_of(text)
    return int(text) if NUMBER.match(text) else text


class _Reading:
    """Reads one part after the other; statements know the options that were read before them."""

    def __init__(self, reader: Reader, actors: Mapping[str, Actor]) -> None:
        self.reader, self.known = reader, actors
        self.paths: list[str] = []  # every option as actor.option, in file order
        self.owners: dict[str, list[str]] = {}  # option -> the actors who have it

    # --- options and states -------------------------------------------------------------------------------

    def options(self, found: Map) -> Options:
        """Read ``options``: by actor, what it may do or leave."""
        made: dict[str, dict[str, ConflictOption]] = {}
        for actor, own in self.by_actor(found, "options").items():
            where: Path = (*HERE, "options", actor)
            section = self.reader.mapping(where, own, "a mapping of options") if own is not None else Map()
            made[actor] = {}
            for name, value in (section or {}).items():
                option = self.option((*where, name), actor, name, value)
                if option is not None:
                    made[actor][name] = option
                self.paths.append(f"{actor}.{name}")
                self.owners.setdefault(name, []).append(actor)
        return made

    def option(self, path: Path, actor: str, name: str, value: object) -> ConflictOption | None:
        """Read one option: nothing, its name, or a mapping."""
        reader = self.reader
        if reader.good_id(path, name, "an option") and name in WORDS:
            message = f"an option cannot be called '{name}', a word of the statements"
            reader.fault("P108", message, path, key=True, label="reserved in statements", help="choose another id")
        if type(value) is not Map:
            title = name if value is None else reader.text(path, value)
            return ConflictOption(name, actor, title or name)
        reader.unknown_keys(path, value, OPTION_KEYS, f"option '{name}' of '{actor}'")
        title = reader.text((*path, "name"), value["name"]) if "name" in value else None
        note = reader.text((*path, "note"), value["note"]) if "note" in value else None
        return ConflictOption(name, actor, title or name, self.irreversible(path, value), note)

    def irreversible(self, path: Path, value: Map) -> Irreversible | None:
        """Read whether an option can be taken back."""
        given = value.get("irreversible", False)
        if not isinstance(given, bool | str) or given not in IRREVERSIBLE:
            label = "one of true, false, taken, dropped"
            help_ = "write true where the option stays once it is taken"
            where = (*path, "irreversible")
            shown = given.text if type(given) is Num else given
            self.reader.fault("P119", f"'irreversible' is '{shown}'", where, label=label, help=help_)
            return None
        return IRREVERSIBLE[given]

    def states(self, found: Map) -> Mapping[StateId, ConflictState]:
        """Read ``states``: all of them, by number or name."""
        if "states" not in found:
            return {}
        where: Path = (*HERE, "states")
        section = self.reader.mapping(where, found["states"], "a mapping such as {1: NYN, 2: YYN}") or Map()
        made: dict[StateId, ConflictState] = {}
        for name, value in section.items():
            path: Path = (*where, name)
            if not NUMBER.match(name) and not ID.match(name):
                label = "states have numbers, or ids as nodes have them"
                self.reader.fault("P108", f"'{name}' is no id for a state", path, key=True, label=label)
                continue
            state = self.one_state(path, state_id(name), value)
            made[state.id] = state
        return made

    def one_state(self, path: Path, name: StateId, value: object) -> ConflictState:
        """Read one state: its pattern, its name where there are no options, or a mapping."""
        reader = self.reader
        if type(value) is not Map:
            if value is None and not self.paths:
                return ConflictState(name)
            text = reader.text(path, value)
            if not self.paths:
                return ConflictState(name, text)
            return ConflictState(name, options=self.pattern(path, text))
        reader.unknown_keys(path, value, STATE_KEYS, f"state '{name}'")
        texts = {key: reader.text((*path, key), value[key]) for key in STATE_KEYS if key in value}
        pattern = texts.get("options")
        if pattern is not None:
            pattern = self.pattern((*path, "options"), pattern)
        elif self.paths and "options" not in value:
            message = f"state '{name}' does not say which options are taken"
            reader.fault("P109", message, path, key=True, help=f"add 'options: {'N' * len(self.paths)}'")
        return ConflictState(name, texts.get("name"), pattern, texts.get("note"))

    def pattern(self, path: Path, text: str | None, *, key: bool = False) -> str | None:
        """Read a pattern, which has a letter for each option."""
        if text is None:
            return None
        if PATTERN.match(text) and len(letters_of(text)) == len(self.paths):
            return letters_of(text)
        self.bad_pattern(path, text, key=key)
        return None

    def bad_pattern(self, path: Path, text: str, *, key: bool = False) -> None:
        """Report a text that is no pattern for the options of the file."""
        count = len(self.paths)
        order = ", ".join(self.paths[:6]) + (", …" if count > 6 else "")
        if not count:
            help_ = "add 'options:' by actor, or give the states names"
        else:
            help_ = f"write {count} letters, Y, N or - each, for {order}"
        wrong = f"has {len(letters_of(text))} letters for {count} options" if PATTERN.match(text) else "is no pattern"
        label = "one letter for each option"
        self.reader.fault("P604", f"'{text}' {wrong}", path, key=key, label=label, help=help_)

    def state(self, path: Path, value: object, *, key: bool = False) -> StateId | None:
        """Read a reference to a state: a number, a name or a pattern."""
        if type(value) is Num and NUMBER.match(value.text):
            return int(value.text)
        if type(value) is str:
            if PATTERN.match(value):
                return self.pattern(path, value, key=key)
            return state_id(value)
        self.reader.wrong_type(path, value, "a state", "name a state by its number, name or pattern")
        return None

    # --- statements ---------------------------------------------------------------------------------------

    def statements(self, path: Path, value: object) -> tuple[Statement, ...]:
        """Read one statement, or a list of them."""
        if type(value) is not Seq:
            made = [self.statement(path, value)]
        else:
            made = [self.statement((*path, place), each) for place, each in enumerate(value)]
        return tuple(each for each in made if each is not None)

    def statement(self, path: Path, value: object) -> Statement | None:
        """Read one statement or pattern; its options are named ``actor.option`` afterwards."""
        reader = self.reader
        if type(value) is not str:
            instead = "write a statement such as 'not delay', or {ranking: [1, [2, 3]]} to rank states"
            reader.wrong_type(path, value, "a statement about options", instead)
            return None
        if PATTERN.match(value):
            if len(letters_of(value)) != len(self.paths) or not set(value) & {"Y", "N"}:
                self.bad_pattern(path, value)
                return None
            return Statement.of_pattern(value, self.paths)
        try:
            made = Statement.parse(value)
        except FormulaError as error:
            message = f"statement cannot be read: {error.message}"
            inside = (error.start, error.end) if error.end > error.start else None
            help_ = error.help
            end = reader.source.span(path).end
            if value.count("(") > value.count(")") and reader.source.text[end : end + 1] == ",":
                help_ = "a comma ends the entry inside [ ]: put the whole statement in quotation marks"
            reader.fault("P601", message, path, help=help_, inside=inside)
            return None
        meant = {name: self.option_path(path, value, name) for name in sorted(made.names)}
        if not all(meant.values()):
            return None
        return made.meaning({name: full for name, full in meant.items() if full is not None})

    def option_path(self, path: Path, text: str, name: str) -> str | None:
        """Return the option that a statement names, as ``actor.option``; report one that is not there."""
        if name in self.paths:
            return name
        owners = self.owners.get(name, [])
        if len(owners) == 1:
            return f"{owners[0]}.{name}"
        match = re.search(rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(?![A-Za-z0-9_.-])", text)
        inside = match.span() if match else None
        if owners:
            ways = " or ".join(f"'{owner}.{name}'" for owner in owners)
            message = f"option '{name}' belongs to {len(owners)} actors"
            self.reader.fault("P603", message, path, label="which one?", help=f"write {ways}", inside=inside)
            return None
        known = [*self.owners, *self.paths]
        help_ = did_you_mean(name, known, "options: add 'options:' by actor")
        message = f"statement names unknown option '{name}'"
        self.reader.fault("P602", message, path, label="no actor has this option", help=help_, inside=inside)
        return None

    # --- moves and preferences ----------------------------------------------------------------------------

    def by_actor(self, found: Map, key: str) -> Map:
        """Return a mapping by actor; entries of actors that the file does not define are reported and left out."""
        if key not in found:
            return Map()
        section = self.reader.mapping((*HERE, key), found[key], "a mapping by actor") or Map()
        made = Map()
        for actor, value in section.items():
            if actor in self.known:
                made[actor] = value
                continue
            names = [each for each in self.known if self.reader.given("actors") is not None]
            help_ = did_you_mean(actor, names, "actors: add 'actors:' with everybody who takes part")
            message, where = f"unknown actor '{actor}'", (*HERE, key, actor)
            self.reader.fault("P104", message, where, key=True, label="no actor has this id", help=help_)
        return made

    def moves(self, found: Map) -> Mapping[str, Mapping[StateId, tuple[StateId, ...]]]:
        """Read ``moves``: by actor and state, the states that it can move to."""
        made: dict[str, dict[StateId, tuple[StateId, ...]]] = {}
        for actor, value in self.by_actor(found, "moves").items():
            where: Path = (*HERE, "moves", actor)
            section = self.reader.mapping(where, value, "a mapping such as {1: [2, 3]}") if value is not None else Map()
            made[actor] = {}
            for name, targets in (section or {}).items():
                start = self.state((*where, name), name, key=True)
                ends = self.states_at((*where, name), targets)
                if start is not None:
                    made[actor][start] = (*made[actor].get(start, ()), *ends)
        return made

    def states_at(self, path: Path, value: object) -> tuple[StateId, ...]:
        """Read one state or a list of them."""
        if type(value) is not Seq:
            given = self.state(path, value)
            return () if given is None else (given,)
        read = [self.state((*path, place), each) for place, each in enumerate(value)]
        return tuple(state for state in read if state is not None)

    def preferences(self, found: Map) -> Mapping[str, Preference]:
        """Read ``preferences``: by actor, statements or a ranking."""
        made: dict[str, Preference] = {}
        for actor, value in self.by_actor(found, "preferences").items():
            where: Path = (*HERE, "preferences", actor)
            if type(value) is not Map:
                made[actor] = Preference(actor, self.statements(where, value))
                continue
            self.reader.unknown_keys(where, value, PREFERENCE_KEYS, f"preferences of '{actor}'")
            given = [key for key in ("statements", "ranking") if key in value]
            if len(given) != 1:
                message = f"the preferences of '{actor}' need one of 'statements' and 'ranking'"
                label = "two ways to say the same" if given else "neither is there"
                help_ = "leave one of them" if given else "add 'ranking: …' with the best states first"
                self.reader.fault("P609", message, where, key=True, label=label, help=help_)
            texts = {key: self.reader.text((*where, key), value[key]) for key in ("source", "note") if key in value}
            says = self.statements((*where, "statements"), value["statements"]) if "statements" in value else ()
            ranks = self.ranking((*where, "ranking"), value["ranking"]) if "ranking" in value else ()
            made[actor] = Preference(actor, says, ranks, **texts)
        return made

    def ranking(self, path: Path, value: object) -> tuple[tuple[StateId, ...], ...]:
        """Read a ranking: states, or lists of states that are equally good."""
        if type(value) is not Seq:
            self.reader.wrong_type(path, value, "a list of states", "write the best first, as in [7, 3, [4, 8], 1]")
            return ()
        read = [self.states_at((*path, place), each) for place, each in enumerate(value)]
        return tuple(group for group in read if group)


def statement_paths(reader: Reader, path: Path, statements: Sequence[Statement]) -> list[Path]:
    """Return where each of several statements stands: in a list, or alone."""
    find: Callable[..., object] = reader.given
    alone = type(find(*map(str, path))) is not Seq
    return [path if alone else (*path, place) for place in range(len(statements))]
