"""Texts between two texts: the first with some of the differences, for what each of them does.

Only what values hang on is written: names, notes, ranges, distributions, futures and the conflict are left out.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from planner.core.change.differences import ORDER, ROOT
from planner.core.change.leaf import Leaf
from planner.core.change.normal import EDGES, EVERYBODY, INNER
from planner.core.expression import Expression
from planner.core.source import Included, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from planner.core.change.difference_words import Place
    from planner.core.change.differences import Compared, Difference
    from planner.core.change.leaf import Tree

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def mixed(compared: Compared, chosen: Iterable[Difference], *, named: Mapping[Place, str] | None = None) -> Source:
    """Return the first text, in the names of the second, with some of the differences made.

    Args:
        compared: the two texts.
        chosen: differences of theirs; renames and words change nothing here.
        named: numbers that get a name: a parameter of this name with the number as its value stands in their place, so
            that an analysis can give it another value. Places that do not hold a number are passed over.
    """
    tree, ordered, root = _tree(compared, chosen)
    return _Writer(compared, ordered, root, dict(named or {})).source(tree, compared.old, compared.new, ())


def _tree(compared: Compared, chosen: Iterable[Difference]) -> tuple[Tree, set[Place], set[Place]]:
    """Return the tree with the differences in it, the places whose order is new, and those whose root is new."""
    tree = _copied(compared.old)
    ordered: set[Place] = set()
    roots: set[Place] = set()
    for one in chosen:
        if one.kind == "renamed" or one.reach != "values":
            continue
        if one.at[-1] == ORDER:
            ordered.add(one.at[:-2])
        elif one.at[-1] == ROOT:
            roots.add(one.at[:-1])
        else:
            _put(tree, compared.new, one.at)
    return tree, ordered, roots


def _copied(tree: Tree) -> Tree:
    return {key: value if isinstance(value, Leaf) else _copied(value) for key, value in tree.items()}


def _put(tree: Tree, new: Tree, at: Place) -> None:
    """Make a place as it is in the second text."""
    holder = tree
    wanted: Tree | Leaf | None = new
    for part in at[:-1]:
        wanted = wanted.get(part) if isinstance(wanted, dict) else None
        below = holder.get(part)
        if not isinstance(below, dict):
            below = holder[part] = {}
        holder = below
    found = wanted.get(at[-1]) if isinstance(wanted, dict) else None
    if found is None:
        holder.pop(at[-1], None)
    else:
        holder[at[-1]] = found if isinstance(found, Leaf) else _copied(found)


def in_order(keys: Iterable[str], leading: Iterable[str], other: Iterable[str]) -> list[str]:
    """Return keys in the order of ``leading``; those that only ``other`` has follow what they follow there.

    >>> in_order({"a", "x", "b"}, ["a", "b"], ["a", "x", "b"]), in_order({"x", "b"}, ["b"], ["x", "b"])
    (['a', 'x', 'b'], ['x', 'b'])
    """
    wanted = set(keys)
    made = [key for key in leading if key in wanted]
    there = set(made)
    last = -1
    for key in other:
        if key in there:
            last = made.index(key) if key in made else last
        elif key in wanted:
            last += 1
            made.insert(last, key)
            there.add(key)
    return made


class _Writer:
    """Writes a tree as the data of a text, and what it includes."""

    def __init__(self, compared: Compared, ordered: set[Place], roots: set[Place], named: dict[Place, str]) -> None:
        self.compared, self.ordered, self.roots, self.named = compared, ordered, roots, named

    def source(self, tree: Tree, old: Tree, new: Tree, at: Place) -> Source:
        """Return the text of a tree at a place of the whole."""
        data = self.document(tree, old, new, at)
        path = self.compared.after.path
        name = path if path.lower().endswith(".json") else f"{path}.json"
        made = Source.from_text(json.dumps(data, ensure_ascii=False), path=name)
        included: dict[str, Included] = {}
        for include, entry in _below(tree, "include").items():
            inner = entry.get(INNER) if isinstance(entry, dict) else None
            if isinstance(inner, dict) and isinstance(entry, dict):
                sides = [_below(_below(_below(each, "include"), include), INNER) for each in (old, new)]
                file = _text(entry, "file")
                where = (*at, "include", include, INNER)
                included[include] = Included(file, self.source(inner, sides[0], sides[1], where))
        return made.including(included) if included else made

    def document(self, tree: Tree, old: Tree, new: Tree, at: Place) -> dict[str, Any]:
        """Return the data of one text."""
        self.fresh: dict[str, Any] = {}
        data: dict[str, Any] = {"planner": 1, "title": "mixed"}
        if "objective" in tree:
            data["objective"] = _text(tree, "objective")
        each: Callable[..., dict[str, Any]] = self._section
        data |= each("actors", tree, old, new, at, lambda value, _: self._actor(value))
        data |= each("criteria", tree, old, new, at, lambda value, _: _numbers(value, "worst", "best", "start"))
        data |= each("state", tree, old, new, at, lambda value, _: _number(value))
        data |= each("signals", tree, old, new, at, self._signal)
        data |= each("include", tree, old, new, at, self._include)
        data |= each("nodes", tree, old, new, at, lambda value, where: self._node(value, where, old, new))
        parameters = each("parameters", tree, old, new, at, lambda value, _: self._formula(value["value"], ()))
        values = {**parameters.get("parameters", {}), **self.fresh}
        data["parameters"] = {name: {"value": value, "source": "mixed"} for name, value in values.items()}
        return data

    def _section(
        self, name: str, tree: Tree, old: Tree, new: Tree, at: Place, write: Callable[[Any, Place], Any]
    ) -> dict[str, Any]:
        section = tree.get(name)
        if not isinstance(section, dict):
            return {}
        keys = in_order(section, _below(old, name), _below(new, name))
        if name == "nodes" and at in self.roots:
            root = next(iter(_below(new, name)), None)
            keys = [*(key for key in keys if key == root), *(key for key in keys if key != root)]
        return {name: {key: write(section[key], (*at, name, key)) for key in keys}} if keys else {}

    def _formula(self, leaf: object, at: Place) -> Any:
        """Return a number or formula; a number that is to be named as the name of a parameter that holds it."""
        assert isinstance(leaf, Leaf)
        name = self.named.get(at)
        value = leaf.value
        if isinstance(value, Expression) and _JSON_NUMBER.fullmatch(leaf.text):
            written: Any = json.loads(leaf.text) if len(leaf.text) < 15 else leaf.text
        else:
            written = leaf.text
        if name is None or not (isinstance(value, Expression) and not value.names):
            return written
        self.fresh[name] = written
        return name

    def _formulas(self, value: object, at: Place) -> dict[str, Any]:
        rows = value.items() if isinstance(value, dict) else ()
        return {key: self._formula(each, (*at, key)) for key, each in rows}

    def _actor(self, value: Tree) -> dict[str, Any]:
        made = _numbers(value, "risk_tolerance", "votes")
        weights = value.get("weights")
        if isinstance(weights, dict):
            made["weights"] = _numbers(weights, *weights)
        return made

    def _signal(self, value: Tree, at: Place) -> dict[str, Any]:
        rows = value.get("likelihood")
        table = {
            branch: self._formulas(row, (*at, "likelihood", branch))
            for branch, row in (rows.items() if isinstance(rows, dict) else ())
        }
        return {"about": _text(value, "about"), "likelihood": table}

    def _include(self, value: Tree, at: Place) -> dict[str, Any]:
        found = value.get("set")
        changes = {"set": self._formulas(found, (*at, "set"))} if found else {}
        return {"file": _text(value, "file"), **changes}

    def _node(self, value: Tree, where: Place, old: Tree, new: Tree) -> dict[str, Any]:
        name = where[-1]
        kind = _text(value, "kind")
        made: dict[str, Any] = {kind: _text(value, "signal") if kind == "observe" else name}
        for key in ("by", "unseen"):
            leaf = value.get(key)
            if isinstance(leaf, Leaf) and isinstance(leaf.value, tuple | frozenset):
                made[key] = list(leaf.value) if isinstance(leaf.value, tuple) else sorted(map(str, leaf.value))
        made |= {key: _text(value, key) for key in ("rule", "fallback") if key in value}
        resolved = value.get("resolved")
        if isinstance(resolved, dict) and "branch" in resolved:
            made["resolved"] = {"branch": _text(resolved, "branch")}
        payoff = self._payoff(value.get("payoff"), (*where, "payoff"))
        if payoff:  # what is taken out may leave an empty mapping
            made["payoff"] = payoff
        edges = value.get(EDGES)
        if isinstance(edges, dict) and edges:
            sides = [_below(_below(_below(each, "nodes"), name), EDGES) for each in (old, new)]
            if (*where, EDGES) in self.ordered:
                sides.reverse()
            order = in_order(edges, *sides)
            group = "options" if kind == "decision" else "branches"
            made[group] = {key: self._edge(edges[key], (*where, EDGES, key), kind) for key in order}
        return made

    def _edge(self, value: object, at: Place, kind: str) -> dict[str, Any]:
        assert isinstance(value, dict)
        made: dict[str, Any] = {}
        if "p" in value and kind == "chance":
            made["p"] = self._formula(value["p"], (*at, "p"))
        if "when" in value:
            made["when"] = self._formula(value["when"], ())
        if "set" in value:
            made["set"] = self._formulas(value["set"], ())
        if "payoff" in value:
            made["payoff"] = self._payoff(value["payoff"], (*at, "payoff"))
        if "to" in value:
            made["to"] = _text(value, "to")
        return made

    def _payoff(self, value: object, at: Place) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for who, amounts in value.items() if isinstance(value, dict) else ():
            written = self._formulas(amounts, (*at, who))
            if not written:
                continue
            if who == EVERYBODY:
                made = {**written, **made}
            else:
                made[who] = written
        return made


def _below(tree: object, key: str) -> Tree:
    found = tree.get(key) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def _text(tree: Tree, key: str) -> str:
    leaf = tree[key]
    return str(leaf.value) if isinstance(leaf, Leaf) else ""


def _number(leaf: object) -> Any:
    return leaf.value if isinstance(leaf, Leaf) else None


def _numbers(tree: object, *keys: str) -> dict[str, Any]:
    return {key: _number(tree[key]) for key in keys if key in tree} if isinstance(tree, dict) else {}
