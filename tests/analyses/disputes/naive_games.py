"""Small random games and what they come to by definition: every profile of strategies tried on every path.

Nothing here is shared with the product: games are drawn as plain tuples, written as scenario text, and solved on the
tree of all their paths. A strategy picks an option for everything that its owner can tell apart there.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

ACTORS = "abcd"


class Edge(NamedTuple):
    """``to`` is another node, or empty at the end of a path."""

    id: str
    pay: tuple[Fraction, ...]
    to: str
    p: Fraction = Fraction(1)


class Node(NamedTuple):
    """``owner`` is an actor's number, -1 for chance."""

    owner: int
    edges: tuple[Edge, ...]
    unseen: tuple[str, ...] = ()


class Place(NamedTuple):
    """A node on one path: the edges on the way, what they pay, and where its edges lead (None at an end)."""

    node: str
    path: tuple[str, ...]
    total: tuple[Fraction, ...]
    onward: tuple[Place, ...]


class Game(NamedTuple):
    """The first node is the root."""

    nodes: dict[str, Node]
    actors: int
    tolerance: tuple[float | None, ...]


def drawn(
    random: Random,
    *,
    actors: int = 2,
    size: int = 5,
    degree: int = 2,
    pays: tuple[str, ...] = ("0", "1", "2"),
    chance: float = 0.25,
    hidden: float = 0.0,
    shared: bool = True,
    averse: float = 0.0,
) -> Game:
    """Draw a game; ties are frequent because payoffs come from a small set."""
    count = random.randint(1, size)
    names = [f"n{at}" for at in range(count)]
    entered: set[str] = set()
    nodes: dict[str, Node] = {}
    for at, name in enumerate(names):
        owner = -1 if random.random() < chance else random.randrange(actors)
        weights = [random.choice([1, 1, 2, 3]) for _ in range(random.randint(1 + (owner >= 0), degree + (owner < 0)))]
        weights[0] *= random.random() > 0.1 or len(weights) == 1  # now and then a branch is impossible
        edges = []
        for slot, weight in enumerate(weights):
            later = [other for other in names[at + 1 :] if shared or other not in entered]
            to = random.choice(later) if later and random.random() < 0.7 else ""
            entered.add(to)
            pay = tuple(Fraction(random.choice(pays)) if random.random() < 0.7 or not to else Fraction(0)
                        for _ in range(actors))  # fmt: skip
            edges.append(Edge(f"e{slot}", pay, to, Fraction(weight, sum(weights)) if owner < 0 else Fraction(1)))
        unseen = tuple(each for each in names[:at] if random.random() < hidden) if owner >= 0 else ()
        nodes[name] = Node(owner, tuple(edges), unseen)
    met = {"n0"}
    for name in names:
        met |= {edge.to for edge in nodes[name].edges if name in met}
    tolerance = tuple(random.choice([1.0, 2.0, 7.5]) if random.random() < averse else None for _ in range(actors))
    kept = {name: node for name, node in nodes.items() if name in met}
    for name, node in kept.items():
        before = {name}
        for other in reversed(kept):
            before |= {other} if any(edge.to in before for edge in kept[other].edges) else set()
        kept[name] = node._replace(unseen=tuple(each for each in node.unseen if each in before))
    return Game(kept, actors, tolerance)


def text(game: Game) -> str:
    """Write a game as a scenario."""
    lines = ["planner: 1", "title: Drawn", "actors:"]
    for actor in range(game.actors):
        risk = game.tolerance[actor]
        lines.append(f"  {ACTORS[actor]}: {{{f'risk_tolerance: {risk}' if risk else ''}}}")
    lines.append("nodes:")
    for name, node in game.nodes.items():
        lines.append(f"  {name}:")
        if node.owner < 0:
            lines += ["    chance: What happens?", "    branches:"]
        else:
            lines += ["    decision: Which way?", f"    by: {ACTORS[node.owner]}"]
            lines += [f"    unseen: [{', '.join(node.unseen)}]"] if node.unseen else []
            lines.append("    options:")
        for edge in node.edges:
            pay = ", ".join(f"{ACTORS[actor]}: {amount}" for actor, amount in enumerate(edge.pay))
            to = f", to: {edge.to}" if edge.to else ""
            p = f"p: {edge.p}, " if node.owner < 0 else ""
            lines.append(f"      {edge.id}: {{{p}payoff: {{{pay}}}{to}}}")
    return "\n".join(lines) + "\n"


def tree(game: Game) -> Place:
    """Return all paths as a tree."""

    def grown(name: str, path: tuple[str, ...], total: tuple[Fraction, ...]) -> Place:
        if not name:
            return Place("", path, total, ())
        onward = [
            grown(edge.to, (*path, f"{name}.{edge.id}"), tuple(x + y for x, y in zip(total, edge.pay, strict=True)))
            for edge in game.nodes[name].edges
        ]
        return Place(name, path, total, tuple(onward))

    return grown(next(iter(game.nodes)), (), (Fraction(0),) * game.actors)


def below(place: Place) -> Iterator[Place]:
    """Yield a place and all that follow it."""
    yield place
    for each in place.onward:
        yield from below(each)


def knows(game: Game, place: Place) -> tuple[str, tuple[str, ...]]:
    """Return what the owner of a decision knows there: which edges it saw; lone edges tell nothing."""
    unseen = game.nodes[place.node].unseen
    told = [
        step
        for step in place.path
        if (node := step.partition(".")[0]) not in unseen and len(game.nodes[node].edges) > 1
    ]
    return place.node, tuple(told)


Plan = dict[tuple[str, tuple[str, ...]], int]


def ends(game: Game, place: Place, plan: Plan) -> Iterator[tuple[Fraction, Place]]:
    """Yield the ends of paths that are followed, with their chances."""
    if not place.node:
        yield Fraction(1), place
        return
    node = game.nodes[place.node]
    if node.owner >= 0:
        yield from ends(game, place.onward[plan[knows(game, place)]], plan)
        return
    for edge, onward in zip(node.edges, place.onward, strict=True):
        if edge.p:
            for p, end in ends(game, onward, plan):
                yield edge.p * p, end


def worth(game: Game, place: Place, plan: Plan, actor: int) -> Fraction | float:
    """Return what a plan gives an actor: the mean of path totals, or their certainty equivalent."""
    found = list(ends(game, place, plan))
    risk = game.tolerance[actor]
    if risk is None:
        return sum((p * end.total[actor] for p, end in found), Fraction(0))
    return -risk * math.log(math.fsum(float(p) * math.exp(-float(end.total[actor]) / risk) for p, end in found))


def roots(game: Game, whole: Place) -> list[Place]:
    """Return the places that begin proper subgames: what is known below is known to lie below."""
    decisions = [each for each in below(whole) if each.node and game.nodes[each.node].owner >= 0]
    found = []
    for place in below(whole):
        if not place.node:
            continue
        inside = {each.path for each in below(place)}
        known = {knows(game, each) for each in decisions if each.path in inside}
        alone = (
            game.nodes[place.node].owner < 0 or sum(knows(game, each) == knows(game, place) for each in decisions) == 1
        )
        if alone and all(each.path in inside for each in decisions if knows(game, each) in known):
            found.append(place)
    return found


def forgets(game: Game, whole: Place) -> bool:
    """Whether somebody cannot tell apart what it knew or did before."""
    seen: dict[tuple[str, tuple[str, ...]], set[tuple[object, ...]]] = {}

    def walk(place: Place, before: Mapping[int, tuple[object, ...]]) -> None:
        if not place.node:
            return
        owner = game.nodes[place.node].owner
        if owner >= 0:
            seen.setdefault(knows(game, place), set()).add(before.get(owner, ()))
        for slot, onward in enumerate(place.onward):
            mine = {owner: (*before.get(owner, ()), knows(game, place), slot)} if owner >= 0 else {}
            walk(onward, {**before, **mine})

    walk(whole, {})
    return any(len(each) > 1 for each in seen.values())


def profiles(game: Game, whole: Place, most: int = 512) -> list[Plan] | None:
    """Return all profiles of strategies; None if there are too many."""
    known = {
        knows(game, each): len(each.onward) for each in below(whole) if each.node and game.nodes[each.node].owner >= 0
    }
    if math.prod(known.values()) > most:
        return None
    return [dict(zip(known, slots, strict=True)) for slots in product(*map(range, known.values()))]


def stable(game: Game, place: Place, plan: Plan) -> bool:
    """Whether nobody gains by another strategy in what follows from a place."""
    owner = {knows(game, each): (game.nodes[each.node].owner, len(each.onward))
             for each in below(place) if each.node and game.nodes[each.node].owner >= 0}  # fmt: skip
    for actor in range(game.actors):
        mine = [known for known, (who, _) in owner.items() if who == actor]
        has = worth(game, place, plan, actor)
        for slots in product(*(range(owner[known][1]) for known in mine)):
            other = worth(game, place, {**plan, **dict(zip(mine, slots, strict=True))}, actor)
            if other > has + (0 if isinstance(other, Fraction) else 1e-9):
                return False
    return True


class Found(NamedTuple):
    """Equilibria as (payoffs, number), and the paths that some of them follow; payoffs of floats are rounded."""

    payoffs: dict[tuple[Fraction | float, ...], int]
    paths: set[tuple[str, ...]]


def solved(game: Game, *, perfect: bool = True) -> Found | None:
    """Return the pure equilibria, subgame-perfect or all; None where there are too many profiles."""
    whole = tree(game)
    plans = profiles(game, whole)
    if plans is None:
        return None
    places = roots(game, whole) if perfect else [whole]
    places.sort(key=lambda place: -len(place.path))
    payoffs: dict[tuple[Fraction | float, ...], int] = {}
    paths: set[tuple[str, ...]] = set()
    for plan in plans:
        if all(stable(game, place, plan) for place in places):
            key = tuple(rounded(worth(game, whole, plan, actor)) for actor in range(game.actors))
            payoffs[key] = payoffs.get(key, 0) + 1
            paths |= {end.path for _, end in ends(game, whole, plan)}
    return Found(payoffs, paths)


def rounded(value: Fraction | float) -> Fraction | float:
    """Return floats with the digits that rounding leaves alone."""
    return value if isinstance(value, Fraction) else round(value, 7) + 0.0
