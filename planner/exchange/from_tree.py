"""A game in extensive form as a scenario file.

Every information set of a player becomes one decision. Where it holds several nodes, `unseen` names what its player
does not know, and path state remembers it: a chance node behind the decision, with one branch for each history and a
`when` that picks it, leads on to what follows there. So the file says the same game, whatever the game: the same
strategies, chances and payoffs. A game in which everything is seen comes out as a plain tree without state.

Payoffs of inner nodes stand on the edges that lead there. An outcome with a name becomes a node of its own, one
without ends the path with its edge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.core.expression import WORDS
from planner.exchange.information import ForgetfulError, Groups, Hidden, hidden
from planner.exchange.labels import Unique, clean, ids, mapping
from planner.exchange.lexing import UNFIT
from planner.exchange.scenario_text import Text, amount, document
from planner.exchange.tree import CHANCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from planner.exchange.efg_text import Reading
    from planner.exchange.tree import Position, Tree

MAX_FORMULA = 9_000  # characters; a formula of a scenario may have 10,000
LONGEST_ID = 40
MAX_BRANCHES = 2_000_000  # branches that tell histories apart, in all
RESERVED = frozenset({"self", "value"})

_NAMELESS = re.compile(r"\s*(?:o|out|outcome)?[ _-]?[0-9]*\s*\Z", re.IGNORECASE)

_AGAIN = re.compile(r"(?: [0-9]+)?")  # what tells a repeated label from the first

Body = dict[str, Any]


def scenario_text(reading: Reading) -> str:
    """Return the text of a scenario that says what a game says.

    >>> from planner.exchange.efg_text import read
    >>> print(scenario_text(read('EFG 2 R "Coin" { "Ann" } c "" 1 "Toss" { "heads" 1/2 "tails" 1/2 } 0 '
    ...                          't "" 1 "" { 3 } t "" 0')), end="")
    # Imported from an extensive-form game.
    planner: 1
    title: Coin
    <BLANKLINE>
    actors:
      ann: {name: Ann}
    <BLANKLINE>
    nodes:
      toss:
        chance: Toss
        branches:
          heads: {p: 0.5, payoff: {ann: 3}}
          tails: {p: 0.5}

    Raises:
        ScenarioError: a player does not know whether it has moved already, or nobody plays.
    """
    return _Scenario(reading).text()


@dataclass(frozen=True)
class _Scenario:
    """One game on its way."""

    reading: Reading
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def tree(self) -> Tree:
        return self.reading.tree

    @cached_property
    def _comment(self) -> tuple[dict[str, str], str]:
        return mapping(self.tree.comment)

    def name(self, label: str) -> str:
        """Return a label as it was before it was written in ASCII, if the file tells."""
        return clean(self._comment[0].get(label, label))

    @cached_property
    def groups(self) -> Groups:
        return Groups.of_tree(self.tree)

    @cached_property
    def depth(self) -> Sequence[int]:
        found: list[int] = []
        for position in self.tree.positions:
            found.append(found[position.parent] + 1 if position.parent >= 0 else 0)
        return found

    @cached_property
    def hidden(self) -> Sequence[Hidden]:
        """What is not seen, for each group."""
        found = []
        for group, members in enumerate(self.groups.members):
            try:
                found.append(hidden(self.tree, self.groups, group, self.depth))
            except ForgetfulError as error:
                self.forgetful(members, error)
        return found

    def forgetful(self, members: Sequence[int], error: ForgetfulError) -> None:
        tree, lexer = self.tree, self.reading.lexer
        one = tree.sets[tree.positions[members[0]].set]
        name = one.label or str(one.number)
        offset = tree.positions[error.second].offset
        who = self.players[one.player - 1][1]
        lexer.fail(UNFIT, f"a path meets information set '{name}' of {who} twice, so its player "
                   "does not know whether it has decided already; a scenario cannot say that", offset, offset + 1,
                   help="give the later nodes another information set")  # fmt: skip

    # --- ids and names --------------------------------------------------------------------------------------

    @cached_property
    def players(self) -> Sequence[tuple[str, str]]:
        """Id and name of each player."""
        unique = Unique(RESERVED, gap="-")
        found = []
        for number, label in enumerate(self.tree.players, 1):
            name = self.name(label) or f"Player {number}"
            found.append((unique(ids(name, f"player-{number}")), name))
        return found

    @cached_property
    def node_ids(self) -> Unique:
        return Unique(gap="-")

    @cached_property
    def titles(self) -> Sequence[str]:
        """The title of each group: the information set's label, a node's label, or who moves."""
        found = []
        for members in self.groups.members:
            one = self.tree.sets[self.tree.positions[members[0]].set]
            labels = [self.tree.positions[at].label for at in members]
            own = labels if one.player == CHANCE else []  # chance nodes stand apart and have names of their own
            label = next((each for each in [*own, one.label, *labels] if each.strip()), "")
            bare = "Chance" if one.player == CHANCE else f"{self.players[one.player - 1][1]} moves"
            found.append(self.name(label) or bare)
        return found

    @cached_property
    def groups_ids(self) -> Sequence[str]:
        """The id of each group; where players have nodes of the same name, the player's id stands before it."""
        owners: dict[str, set[int]] = {}
        wanted = []
        for members, title in zip(self.groups.members, self.titles, strict=True):
            player = self.tree.sets[self.tree.positions[members[0]].set].player
            wanted.append((ids(title, "" if player else "chance"), player))
            owners.setdefault(wanted[-1][0], set()).add(player)
        found = []
        for made, player in wanted:
            if player and (not made or len(owners[made]) > 1):
                who = self.players[player - 1][0]
                made = f"{who}-{made}" if made else who  # noqa: PLW2901
            found.append(self.node_ids(made))
        return found

    @cached_property
    def edge_ids(self) -> Sequence[Sequence[str]]:
        """The ids of the actions of each information set."""
        found = []
        for one in self.tree.sets:
            unique = Unique(gap="-")
            word = "branch" if one.player == CHANCE else "option"
            found.append([unique(ids(self.name(action), f"{word}-{at}")) for at, action in enumerate(one.actions, 1)])
        return found

    @cached_property
    def variables(self) -> Mapping[int, str]:
        """The name of the state variable of each group whose action must be remembered."""
        needed = {self.groups.of[at] for group in self.routed for forks in self.hidden[group].forks for at, _ in forks}
        unique = Unique(WORDS, gap="_")
        return {group: unique(self.groups_ids[group].replace("-", "_")) for group in sorted(needed)}

    # --- where edges lead -----------------------------------------------------------------------------------

    @cached_property
    def ends(self) -> Mapping[int, str]:
        """The ids of the outcomes that have a name, by number."""
        used = {position.outcome for position in self.tree.positions if position.set < 0 and self.is_named(position)}
        return {
            index: self.node_ids(ids(self.name(self.tree.outcomes[index].label), "outcome")) for index in sorted(used)
        }

    def is_named(self, end: Position) -> bool:
        """Whether an end has a name that says more than the action that leads to it."""
        if end.outcome < 0:
            return False
        label = self.tree.outcomes[end.outcome].label
        if _NAMELESS.match(label):
            return False
        if end.parent < 0:
            return True
        action = self.tree.sets[self.tree.positions[end.parent].set].actions[end.slot]
        return not (label.startswith(action) and _AGAIN.fullmatch(label, len(action)))

    def target(self, at: int) -> tuple[str, tuple[Fraction, ...]]:
        """Return where an edge to a node leads (nowhere at an unnamed end), and what it pays."""
        position = self.tree.positions[at]
        paid = self.tree.payoffs(at)
        if position.parent == 0 and (more := self.tree.payoffs(0)):
            paid = tuple(one + other for one, other in zip(paid, more, strict=True)) if paid else more
        if position.set >= 0:
            return self.groups_ids[self.groups.of[at]], paid
        if not self.is_named(position):
            return "", paid
        return self.ends[position.outcome], self.tree.payoffs(0) if position.parent == 0 else ()

    @cached_property
    def together(self) -> Sequence[Sequence[bool]]:
        """For each group and action, whether it leads to the same place from all nodes of the group."""
        found = []
        for members in self.groups.members:
            if len(members) == 1:
                found.append([True] * len(self.tree.children[members[0]]))
                continue
            same = []
            for nodes in zip(*(self.tree.children[at] for at in members), strict=True):
                groups = {self.groups.of[at] for at in nodes}
                # ends stay apart even where they pay the same, so that histories are counted as in the game
                same.append(len(groups) == 1 and -1 not in groups and len({self.target(at) for at in nodes}) == 1)
            found.append(same)
        return found

    @cached_property
    def routed(self) -> Sequence[int]:
        """The groups from which some action leads to different places."""
        return [group for group, same in enumerate(self.together) if not all(same)]

    # --- the file -------------------------------------------------------------------------------------------

    def text(self) -> str:
        """Return the whole file."""
        tree, lexer = self.tree, self.reading.lexer
        if not tree.players:
            lexer.fail(UNFIT, "nobody plays in this game", 0, 1, help="name at least one player in the first line")
        self.check_size()
        title = self.name(tree.title) or "A game"
        head: Body = {"planner": "1", "title": Text(title)}
        if said := clean(self._comment[1]):
            head["summary"] = Text(said)
        actors: Body = {each: {"name": Text(name)} if name != each else {} for each, name in self.players}
        state: Body = dict.fromkeys(self.variables.values(), "0")
        nodes: Body = {}
        if not self.groups.members:
            self.only_end(nodes)
        for group in range(len(self.groups.members)):
            self.add(group, nodes)
        for index, node in self.ends.items():
            outcome = tree.outcomes[index]
            nodes[node] = {"outcome": Text(self.name(outcome.label)), **self.payoff(outcome.payoffs)}
        form = "an extensive-form" if lexer.text.lstrip("\ufeff \t\r\n")[:3] != "NFG" else "a strategic-form"
        return document(head, {"actors": actors, "state": state, "nodes": nodes}, f"Imported from {form} game.")

    def check_size(self) -> None:
        """Refuse games whose histories would fill a file that nobody could read in."""
        count = 0
        for group in self.routed:
            forks = self.hidden[group].forks
            count += len(forks) * sum(not same for same in self.together[group])
            widest = max(len(each) for each in forks)
            if count > MAX_BRANCHES or widest * 30 > MAX_FORMULA:
                offset = self.tree.positions[self.groups.members[group][0]].offset
                self.reading.lexer.fail(
                    UNFIT, f"what is not known at '{self.titles[group]}' takes too many histories to write out",
                    offset, offset + 1, help="import a smaller game")  # fmt: skip

    def only_end(self, nodes: Body) -> None:
        """Write a game without moves."""
        outcome = self.tree.positions[0].outcome
        if outcome not in self.ends:
            nodes["end"] = {"outcome": "End", **self.payoff(self.tree.payoffs(0))}

    def add(self, group: int, nodes: Body) -> None:
        """Write a group as a node, and the chance nodes behind it that know which history it was."""
        tree = self.tree
        members = self.groups.members[group]
        which = tree.positions[members[0]].set
        one = tree.sets[which]
        node = self.groups_ids[group]
        remembered = self.variables.get(group)
        edges: Body = {}
        behind: Body = {}
        for slot, action in enumerate(one.actions):
            edge: Body = {}
            name = self.name(action)
            if name and name != self.edge_ids[which][slot]:
                edge["name"] = Text(name)
            if one.player == CHANCE:
                edge["p"] = amount(one.chances[slot])
            if remembered:
                edge["set"] = {remembered: str(slot + 1)}
            nodes_ahead = [tree.children[at][slot] for at in members]
            if self.together[group][slot]:
                edge |= self.way(nodes_ahead[0])
            else:
                router = self.node_ids(f"{node}-{self.edge_ids[which][slot]}")
                edge["to"] = router
                behind[router] = self.router(group, f"{self.titles[group]}: {name or slot + 1}", nodes_ahead)
            edges[self.edge_ids[which][slot]] = edge
        if one.player == CHANCE:
            nodes[node] = {"chance": Text(self.titles[group]), "branches": edges}
        else:
            made: Body = {"decision": Text(self.titles[group]), "by": self.players[one.player - 1][0]}
            if self.hidden[group].unseen:
                made["unseen"] = [self.groups_ids[other] for other in self.hidden[group].unseen]
            nodes[node] = made | {"options": edges}
        nodes |= behind

    def router(self, group: int, title: str, nodes_ahead: Sequence[int]) -> Body:
        """Return the chance node that leads on from each history of a group."""
        unique = Unique(gap="-")
        branches: Body = {}
        for forks, at in zip(self.hidden[group].forks, nodes_ahead, strict=True):
            taken = [(fork, self.tree.positions[fork].set, slot) for fork, slot in forks]
            name = ", ".join(self.action(which, slot) for _, which, slot in taken)
            made = "-".join(self.edge_ids[which][slot] for _, which, slot in taken)
            made = made if len(made) <= LONGEST_ID else self.edge_ids[taken[-1][1]][taken[-1][2]]
            branch: Body = {"name": Text(name)} if name != made else {}
            branch["p"] = "rest"
            branch["when"] = " and ".join(f"{self.variables[self.groups.of[fork]]} == {s + 1}" for fork, _, s in taken)
            branches[unique(made)] = branch | self.way(at)
        return {"chance": Text(title), "branches": branches}

    def action(self, which: int, slot: int) -> str:
        return self.name(self.tree.sets[which].actions[slot]) or f"option {slot + 1}"

    def way(self, at: int) -> Body:
        """Return payoff and target of an edge."""
        to, paid = self.target(at)
        return {**self.payoff(paid), **({"to": to} if to else {})}

    def payoff(self, paid: Sequence[Fraction]) -> Body:
        """Return what each player gets, without those who get nothing."""
        made = {actor: amount(x) for (actor, _), x in zip(self.players, paid, strict=False) if x}
        return {"payoff": made} if made else {}
