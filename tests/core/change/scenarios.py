"""Sound scenarios whose ids are all different words, written in every style that people write."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st

Data = dict[str, Any]
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@st.composite
def scenarios(draw: st.DrawFn) -> Data:
    """Return the data of a scenario without faults: actors a0…, criteria c0…, parameters p0…, nodes n0…, edges e0…."""
    actors = [f"a{i}" for i in range(draw(st.integers(1, 2)))]
    criteria = [f"c{i}" for i in range(draw(st.integers(2, 3)))]
    weights = {name: {criterion: 10 + place for place, criterion in enumerate(criteria)} for name in actors}
    data: Data = {
        "planner": 1,
        "title": "A scenario",
        "actors": {name: {"name": "Somebody", "weights": weights[name]} for name in actors},
        "criteria": {name: {"name": "Something", "worst": 0, "best": 100} for name in criteria},
        "parameters": draw(_parameters()),
        "state": {"s0": 0},
    }
    data["futures"] = {"f0": {"name": "A future", "set": {"p0": 0.2}}}
    data["nodes"] = draw(_nodes(actors, criteria, list(data["parameters"])))
    return data


@st.composite
def _parameters(draw: st.DrawFn) -> Data:
    made: Data = {"p0": {"value": 0.1, "low": 0, "high": 0.2, "source": "a guess"}}
    for place in range(1, draw(st.integers(2, 4))):
        value: Any = draw(st.sampled_from([0.05, f"p{place - 1} / 2", f"min(p{place - 1}, 0.1)"]))
        made[f"p{place}"] = draw(st.sampled_from([value, {"value": value, "source": "a guess"}]))
    return made


@st.composite
def _nodes(draw: st.DrawFn, actors: list[str], criteria: list[str], parameters: list[str]) -> Data:
    count = draw(st.integers(2, 5))
    number = 0
    made: Data = {}
    for place in range(count):
        later = [f"n{other}" for other in range(place + 1, count + 1)]
        decision = draw(st.booleans())
        edges: Data = {}
        size = draw(st.integers(2, 3))
        for branch in range(size):
            edge: Data = {"name": "A way"}
            if not decision:
                edge["p"] = "rest" if branch == size - 1 else draw(st.sampled_from([0.2, *parameters]))
            if draw(st.booleans()):
                edge["set"] = {"s0": "s0 + 1"}
            amounts: list[Any] = [-8, 2.5, f"-{parameters[0]} * 10", f"{parameters[-1]} * 20"]
            chosen = draw(st.lists(st.sampled_from(criteria), max_size=2, unique=True))
            if chosen:
                edge["payoff"] = {name: draw(st.sampled_from(amounts)) for name in chosen}
            # every node is led to by the one before it, so that all of them are reached
            to = later[0] if branch == 0 else draw(st.sampled_from([*later, None]))
            if to:
                edge["to"] = to
            edges[f"e{number}"] = edge
            number += 1
        if decision:
            made[f"n{place}"] = {"decision": "What now?", "by": draw(st.sampled_from(actors)), "options": edges}
        else:
            made[f"n{place}"] = {"chance": "What happens?", "branches": edges}
    made[f"n{count}"] = {"outcome": "The end", "payoff": {criteria[0]: -1}}
    return made


@st.composite
def texts(draw: st.DrawFn, data: Data) -> str:
    """Write data as a person might: in lines or brackets, with comments, quotation marks, CRLF or a BOM."""
    if draw(st.integers(0, 7)) == 0:
        return json.dumps(data, indent=draw(st.sampled_from([None, 2])))
    writer = _Writer(draw)
    text = "\n".join(writer.block(data, 0)) + draw(st.sampled_from(["\n", "", "\n\n", "\n# the end\n"]))
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from(["", "", "\ufeff", "# a scenario\n"])) + text


class _Writer:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.comments = 0

    def often(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == 1)

    def comment(self) -> str:
        self.comments += 1
        return f"# note {self.comments}!"

    def key(self, key: str) -> str:
        return str(self.draw(st.sampled_from([key] * 5 + [f'"{key}"', f"'{key}'"])))

    def scalar(self, value: Any) -> str:
        if isinstance(value, str):
            plain = value if "," not in value else f"'{value}'"
            return str(self.draw(st.sampled_from([plain] * 3 + [f'"{value}"', f"'{value}'"])))
        return json.dumps(value)

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            comma = self.draw(st.sampled_from(["", "", ","])) if value else ""
            pairs = [f"{self.gap()}{self.key(k)}: {self.flow(v)}{self.gap()}" for k, v in value.items()]
            return "{" + ", ".join(pairs) + comma + "}"
        return self.scalar(value)

    def gap(self) -> str:
        """Write what may stand between two words in brackets; deep enough for any place."""
        if self.often(12):
            return f" {self.comment()}\n" + " " * 30
        return "\n" + " " * 30 if self.often(16) else ""

    def block(self, value: Data, indent: int) -> list[str]:
        lines: list[str] = []
        lead = " " * indent
        for key, inner in value.items():
            if self.often(6):
                lines.append(lead + self.comment())
            if self.often(8):
                lines.append("")
            head = f"{lead}{self.key(key)}:"
            tail = f"   {self.comment()}" if self.often(5) else ""
            if isinstance(inner, dict) and (key in {"nodes", "options", "branches"} or self.often(2)) and inner:
                lines += [head + tail, *self.block(inner, indent + self.draw(st.sampled_from([2, 2, 4])))]
            else:
                lines.append(f"{head} {self.flow(inner)}{tail}")
        return lines


def renamed(value: Any, old: str, new: str) -> Any:
    """Return data with a word replaced wherever it stands, in keys, texts and formulas."""
    if isinstance(value, dict):
        return {renamed(key, old, new): renamed(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, old, new) for inner in value]
    if isinstance(value, str):
        return WORD.sub(lambda match: new if match[0] == old else match[0], value)
    return value


def plain(value: Any) -> Any:
    """Return data of a source as Python's own, formulas without their spaces at line ends."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return float(value) if isinstance(value, float | int) and not isinstance(value, bool) else value
