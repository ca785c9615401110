"""What a scenario's text says, whatever way it is written: one tree of values, each with its place in the text.

Two texts that mean the same have equal trees: ``0.20`` and ``0.2``, a bare number and a mapping with ``value`` alone, a
key that only repeats its default and one that is not there, brackets and lines, quotation marks, the order of keys.
What the format does not know, or knows only in another form, stays as it is written, so that a text with faults can be
compared, too.

Options and branches stand under ``edges``; a payoff is by actor and criterion, what counts for everybody under
`EVERYBODY`; correlations are by first and second parameter, in the order of the alphabet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.change.leaf import (
    Leaf,
    Read,
    Tree,
    drop,
    formula,
    items,
    members,
    named,
    number,
    probability,
    raw,
    text,
    written,
)
from planner.core.change.normal_conflict import normal_conflict
from planner.core.change.places import KEYS
from planner.core.marks import Map, Seq
from planner.core.model import SELF, VALUE
from planner.core.read_inputs import read_distribution
from planner.core.read_nodes import KINDS
from planner.core.reader import Reader

if TYPE_CHECKING:
    from planner.core.source import Path, Source

EVERYBODY = "everybody"
EDGES = "edges"
INNER = "inner"  # under an include: what the file says that it names
KEPT = {("conflict", "options"), ("conflict", "states")}  # whose entries may be empty


def normal(source: Source) -> Tree:
    """Return what a text says, included files left out; an empty tree where it cannot be read."""
    return _Normal(source).document() if source.data is not None else {}


class _Normal:
    """Reads one text, section after section."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data: Map = source.data if source.data is not None else Map()
        criteria, actors = self.section("criteria"), self.section("actors")
        self.criteria = list(criteria) or [VALUE]
        self.actors = list(actors)

    def section(self, name: str) -> Map:
        found = self.data.get(name)
        return found if isinstance(found, Map) else Map()

    # --- shapes -------------------------------------------------------------------------------------------

    def fields(self, value: object, path: Path, known: dict[str, Read], kind: str = "") -> Tree | Leaf:
        """Read a mapping whose keys the format knows; other keys stay as they are written."""
        if value is None:
            return {}
        if not isinstance(value, Map):
            return raw(value, path)
        made: Tree = {}
        texts = KEYS.get(kind, ())
        for key, each in value.items():
            where = (*path, key)
            if each is None and key not in known:
                continue
            read = known.get(key) or (text if key in texts else raw)
            made[key] = read(each, where)
        return made

    def entries(self, value: object, path: Path, read: Read) -> Tree | Leaf:
        """Read a mapping whose keys are ids."""
        if value is None:
            return {}
        if not isinstance(value, Map):
            return raw(value, path)
        return {key: read(each, (*path, key)) for key, each in value.items()}

    def formulas(self, value: object, path: Path) -> Tree | Leaf:
        return self.entries(value, path, formula)

    def numbers(self, value: object, path: Path) -> Tree | Leaf:
        return self.entries(value, path, number)

    # --- the document -------------------------------------------------------------------------------------

    def document(self) -> Tree:
        sections: dict[str, Read] = {
            "actors": self.each(self.actor),
            "criteria": self.each(self.criterion),
            "parameters": self.each(self.parameter),
            "futures": self.each(self.future),
            "state": self.numbers,
            "signals": self.each(self.signal),
            "include": self.each(self.include),
            "nodes": self.each(self.node),
            "conflict": normal_conflict,
            "correlations": self.correlations,
            "tags": members,
        }
        made = self.fields(self.data, (), sections, "document")
        assert isinstance(made, dict)
        made.pop("planner", None)
        drop(made, "objective", "maximize")
        drop(made, "likelihood_words", "none")
        return without_empty(made)

    def each(self, read: Read) -> Read:
        return lambda value, path: self.entries(value, path, read)

    def actor(self, value: object, path: Path) -> Tree | Leaf:
        known: dict[str, Read] = {
            "weights": self.numbers,
            "weight_ranges": self.each(items),
            **dict.fromkeys(("risk_tolerance", "votes", "minimum"), number),
        }
        return named(self.fields(value, path, known, "actor"), path)

    def criterion(self, value: object, path: Path) -> Tree | Leaf:
        made = self.fields(value, path, dict.fromkeys(("worst", "best", "start"), number), "criterion")
        if isinstance(made, dict):
            drop(made, "start", 0.0)
        return named(made, path)

    def parameter(self, value: object, path: Path) -> Tree | Leaf:
        if not isinstance(value, Map):
            return {"value": formula(value, path)}
        known: dict[str, Read] = {
            "value": formula,
            "low": number,
            "high": number,
            "distribution": self.distribution,
        }
        return self.fields(value, path, known, "parameter")

    def distribution(self, value: object, path: Path) -> Leaf:
        found = read_distribution(Reader(self.source), path, value)
        return Leaf(found, written(value), path) if found is not None else raw(value, path)

    def future(self, value: object, path: Path) -> Tree | Leaf:
        made = self.fields(value, path, {"set": self.formulas, "probability": number}, "future")
        return named(made, path)

    def signal(self, value: object, path: Path) -> Tree | Leaf:
        return self.fields(value, path, {"likelihood": self.each(self.formulas)}, "signal")

    def include(self, value: object, path: Path) -> Tree | Leaf:
        return self.fields(value, path, {"set": self.formulas}, "included")

    def correlations(self, value: object, path: Path) -> Tree | Leaf:
        if not isinstance(value, Seq):
            return {} if value is None else raw(value, path)
        made: dict[str, Tree | Leaf] = {}
        for place, row in enumerate(value):
            where = (*path, place)
            if not (isinstance(row, Seq) and len(row) == 3 and all(isinstance(each, str) for each in row[:2])):
                made[str(place)] = raw(row, where)
                continue
            first, second = sorted(row[:2])
            own = made.setdefault(first, {})
            if isinstance(own, dict):
                own[second if second not in own else f"{second} again"] = number(row[2], (*where, 2))
        return made

    # --- the tree -----------------------------------------------------------------------------------------

    def node(self, value: object, path: Path) -> Tree | Leaf:
        if not isinstance(value, Map):
            return raw(value, path)
        kinds = [kind for kind in (*KINDS, "observe") if kind in value]
        if len(kinds) != 1:
            return raw(value, path)
        kind = kinds[0]
        known: dict[str, Read] = {
            "by": items,
            "unseen": members,
            "certainty": number,
            "payoff": self.payoff,
            "resolved": lambda each, where: self.fields(each, where, {}, "resolved"),
            "options": self.each(self.edge),
            "branches": self.each(self.edge),
        }
        made = self.fields(value, path, known, kind)
        assert isinstance(made, dict)
        title = made.pop(kind, None)
        made = {"kind": Leaf(kind, kind, path), **made}
        if kind == "observe":
            made["signal"] = title or raw(None, path)
        elif title is not None:
            made["title"] = title
        for group in ("options", "branches"):
            found = made.pop(group, None)
            if isinstance(found, Leaf):
                made[group] = found
            elif found and EDGES not in made:
                made[EDGES] = found
        if kind == "decision":
            self.owners(made, path)
        return named(made, path)

    def owners(self, made: Tree, path: Path) -> None:
        """Say who decides and by which rule where the file leaves it to the format."""
        if "by" not in made and self.actors and self.actors != [SELF]:
            made["by"] = Leaf((self.actors[0],), self.actors[0], path)
        drop(made, "rule", "unanimity")

    def edge(self, value: object, path: Path) -> Tree | Leaf:
        known: dict[str, Read] = {
            "p": probability,
            "when": formula,
            "set": self.formulas,
            "payoff": self.payoff,
            "signs": members,
        }
        return named(self.fields(value, path, known, "branch"), path)

    def payoff(self, value: object, path: Path) -> Tree | Leaf:
        if not isinstance(value, Map):
            return {EVERYBODY: self.amounts(value, path)}
        made: Tree = {}
        common: Tree = {}
        for name, each in value.items():
            where = (*path, name)
            if name in self.actors:
                made[name] = self.amounts(each, where)
            else:
                common[name] = formula(each, where)
        return {EVERYBODY: common, **made} if common else made

    def amounts(self, value: object, path: Path) -> Tree | Leaf:
        """Read amounts by criterion, or one in the sole criterion."""
        if isinstance(value, Map):
            return self.formulas(value, path)
        return {self.criteria[0]: formula(value, path)} if len(self.criteria) == 1 else raw(value, path)


def without_empty(tree: Tree) -> Tree:
    """Leave out mappings without entries and empty lists; a thing without keys of its own stays."""
    made: Tree = {}
    for section, entries in tree.items():
        if isinstance(entries, Leaf):
            if entries.value not in ((), frozenset(), None):
                made[section] = entries
        elif entries:
            made[section] = {key: _pruned(value, (section, key)) for key, value in entries.items()}
    return made


def _pruned(value: Tree | Leaf, path: tuple[str, ...]) -> Tree | Leaf:
    if isinstance(value, Leaf):
        return value
    made: Tree = {}
    for key, each in value.items():
        if isinstance(each, Leaf):
            if each.value in ((), frozenset(), None):
                continue
            made[key] = each
            continue
        inner = _pruned(each, (*path, key))
        if inner or path[-1:] == (EDGES,) or path[:2] in KEPT:
            made[key] = inner
    return made
