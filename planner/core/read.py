"""Source -> Scenario: shape, types and references. `planner.core.rules` checks what the numbers mean."""

from __future__ import annotations

from typing import Any

from planner.core.model import FORMAT_VERSION, Scenario
from planner.core.num import Num
from planner.core.read_conflict import read_conflict
from planner.core.read_inputs import (
    read_actors,
    read_correlations,
    read_criteria,
    read_futures,
    read_includes,
    read_parameters,
    read_signals,
    read_state,
)
from planner.core.read_nodes import Known, read_nodes
from planner.core.reader import Reader, Related, did_you_mean
from planner.core.source import Map

DOCUMENT_KEYS = frozenset(
    {
        "planner", "title", "question", "summary", "as_of", "horizon", "decide_by", "likelihood_words", "tags",
        "objective", "actors", "criteria", "parameters", "correlations", "futures", "state", "signals",
        "include", "conflict", "nodes",
    }
)  # fmt: skip
TEXTS = ("question", "summary", "horizon")
DAYS = ("as_of", "decide_by")
CHOICES = {"likelihood_words": ("phia", "icd203", "none"), "objective": ("maximize", "minimize")}


def read_draft(reader: Reader) -> Scenario | None:
    """Read all that can be read; faults are in ``reader.diagnostics``. None if there is neither tree nor conflict."""
    data = reader.source.data
    if data is None:
        return None
    reader.unknown_keys((), data, DOCUMENT_KEYS, "the document")
    read_version(reader, data)
    header = read_header(reader, data)
    criteria = read_criteria(reader, data)
    actors = read_actors(reader, data, criteria)
    state = read_state(reader, data)
    parameters = read_parameters(reader, data, state)
    correlations = read_correlations(reader, data, parameters)
    futures = read_futures(reader, data, parameters)
    signals = read_signals(reader, data)
    conflict = read_conflict(reader, data, actors)
    nodes_data = read_tree(reader, data)
    if nodes_data is None:
        return None
    includes = read_includes(reader, data, parameters)
    section = data.get("include")
    named = tuple(section) if isinstance(section, Map) else ()  # edges may lead to those with faults, too
    for name in [each for each in named if each in nodes_data]:
        related: list[Related] = [(("nodes", name), True, "the node")]
        message = f"'{name}' is both an include and a node"
        help_ = "give one of them another id"
        where = ("include", name)
        reader.fault("P121", message, where, key=True, label="an edge could mean either", help=help_, related=related)
    known = Known(nodes_data, actors, criteria, parameters, state, signals, named)
    nodes = read_nodes(reader, known)
    if not nodes and (nodes_data or conflict is None):
        return None
    return Scenario(
        nodes=nodes,
        actors=actors,
        criteria=criteria,
        parameters=parameters,
        correlations=correlations,
        futures=futures,
        state=state,
        signals=signals,
        includes=includes,
        conflict=conflict,
        source=reader.source,
        **header,
    )


def read_tree(reader: Reader, data: Map) -> Map | None:
    """Return the section of nodes; empty where a conflict stands alone, None where there is no tree to be read."""
    nodes = data.get("nodes")
    if type(nodes) is Map and nodes:
        return nodes
    if "nodes" not in data and "conflict" in data:
        return Map()
    if nodes is not None and type(nodes) is not Map:
        reader.wrong_type(("nodes",), nodes, "a mapping of nodes")
    else:
        help_ = "add 'nodes:' with the first node as the root, or 'conflict:' alone"
        reader.fault("P116", "the scenario has no nodes", ("nodes",), key=True, label="no tree", help=help_)
    return None


def read_version(reader: Reader, data: Map) -> None:
    """Check the format version."""
    if "planner" not in data:
        help_ = f"add 'planner: {FORMAT_VERSION}' as the first line"
        reader.fault(
            "P109", "the file does not say its format version", (), key=True, label="no 'planner:' key", help=help_
        )
        return
    version = data["planner"]
    if type(version) is not Num:
        reader.wrong_type(("planner",), version, "the format version", f"write 'planner: {FORMAT_VERSION}'")
    elif float(version) != FORMAT_VERSION:
        message = f"format version {version.text} is not known to this program, which reads version {FORMAT_VERSION}"
        reader.fault("P114", message, ("planner",), label="unknown version", help="install a newer planner")


def read_header(reader: Reader, data: Map) -> dict[str, Any]:
    """Read the document's own scalars."""
    header: dict[str, Any] = {"title": ""}
    if "title" in data:
        header["title"] = reader.text(("title",), data["title"]) or ""
    else:
        reader.fault("P109", "the scenario has no title", (), key=True, label="no 'title:' key", help="add 'title: …'")
    for key in TEXTS:
        if key in data:
            header[key] = reader.text((key,), data[key])
    for key in DAYS:
        if key in data:
            header[key] = reader.day((key,), data[key])
    for key, words in CHOICES.items():
        if key not in data:
            continue
        word = reader.text((key,), data[key])
        if word in words:
            header[key] = word
        elif word is not None:
            help_ = did_you_mean(word, words, "")
            reader.fault("P119", f"'{key}' is '{word}'", (key,), label=f"one of {', '.join(words)}", help=help_)
    if "tags" in data:
        header["tags"] = reader.texts(("tags",), data["tags"])
    return header
