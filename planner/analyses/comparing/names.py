"""The names of the first of two scenarios in the second: nodes, options, actors, states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.core.change.matching import Name

_STATE = re.compile(r"[a-z][a-z0-9_/-]*(?==)")


@dataclass(frozen=True)
class Names:
    """Renames of a comparison, those in included files under their prefix."""

    renames: Mapping[str, Mapping[Name, str]]

    def actor(self, old: str) -> str:
        """Return an actor's id in the second scenario."""
        return self.renames.get("", {}).get(("actor", old), old)

    def node(self, old: str) -> str:
        """Return a node's id, ``talks/answer`` in an included file."""
        return self._within(old, lambda own, rest: own.get(("node", rest), rest))

    def option(self, node: str, old: str) -> str:
        """Return an option's or branch's id; ``node`` is that of the first scenario."""
        edge = self._within(node, lambda own, rest: own.get(("edge", f"{rest}.{old}"), f".{old}"))
        return edge.rpartition(".")[2]

    def edge(self, old: str) -> str:
        """Return ``node.edge``."""
        node, _, edge = old.rpartition(".")
        return f"{self.node(node)}.{self.option(node, edge)}"

    def outcome(self, old: str) -> str:
        """Return an outcome: a node, or the edge that ends a path."""
        return self.edge(old) if "." in old else self.node(old)

    def label(self, old: str) -> str:
        """Return a state: ``node`` or ``node[round=2]``."""
        node, bracket, rest = old.partition("[")
        return self.node(node) + bracket + _STATE.sub(lambda match: self._state(match[0]), rest)

    def _state(self, old: str) -> str:
        return self._within(old, lambda own, rest: own.get(("state", rest), rest))

    def parameter(self, old: str) -> str:
        """Return a parameter's id."""
        return self._within(old, lambda own, rest: own.get(("parameter", rest), rest))

    def _within(self, old: str, translate: Callable[[Mapping[Name, str], str], str]) -> str:
        prefix, rest = "", old
        while "/" in rest:
            include, _, rest = rest.partition("/")
            include = self.renames.get(prefix, {}).get(("node", include), include)
            prefix += f"{include}/"
        return prefix + translate(self.renames.get(prefix, {}), rest)
