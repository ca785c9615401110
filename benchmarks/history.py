"""`planner log` and `planner blame` on a repository of 1,000 commits that each change a number of the main example.

python -m benchmarks.history         1,000 commits
python -m benchmarks.history 200     another number
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.goals import Row
from planner.analyses.evaluate import evaluate
from planner.core.rules import load
from planner.core.source import Source
from planner.history import Repository
from planner.history.blame import blame
from planner.history.log import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

SCENARIO = Path(__file__).parents[1] / "scenarios" / "european-line-on-moscow.yaml"
COMMITS, ROUNDS = 1_000, 3
PATH = "scenarios/line.yaml"
COLD_GOAL, WARM_GOAL, BLAME_GOAL = 1.5, 0.1, 1.0
START = 1_700_000_000


class Memory:
    """Answers in a dictionary, so that the database is not measured."""

    version = ""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def recall(self, keys: Iterable[str]) -> Mapping[str, Any]:
        """Return what is kept."""
        return {key: self.kept[key] for key in keys if key in self.kept}

    def remember(self, answers: Mapping[str, Any]) -> None:
        """Keep answers."""
        self.kept |= answers


def texts(count: int) -> list[bytes]:
    """Return the main example with one parameter moving up and down in its range."""
    text = SCENARIO.read_text(encoding="utf-8")
    pattern = re.compile(r"(\n  hope:(?:\n    .*)*?\n    value: )[\d.]+")
    found = pattern if pattern.search(text) else re.compile(r"(\n    value: )[\d.]+(?=\n    low: )")
    return [found.sub(rf"\g<1>{0.2 + 0.1 * (at * 37 % 997) / 997:.4f}", text, count=1).encode() for at in range(count)]


def make(folder: Path, states: Sequence[bytes]) -> Repository:
    """Make a repository with a commit for each text, by git's fast-import."""
    parts = []
    for at, data in enumerate(states, 1):
        who = b"A <a@example.org> %d +0000" % (START + 3600 * at)
        words = b"Change %d" % at
        head = b"commit refs/heads/main\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (
            at, who, who, len(words), words
        )  # fmt: skip
        parts.append(head + (b"from :%d\n" % (at - 1) if at > 1 else b""))
        parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (PATH.encode(), len(data), data))
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input=b"".join(parts), check=True)
    subprocess.run(["git", "-C", str(folder), "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    subprocess.run(["git", "-C", str(folder), "reset", "-q", "--hard"], check=True)
    return Repository.of(folder)


def table(count: int = COMMITS) -> list[Row]:
    """Return the medians of seconds, all taking turns."""
    states = texts(count)
    with tempfile.TemporaryDirectory() as folder:
        repository = make(Path(folder), states)
        memory = Memory()
        log(repository, PATH, memory=memory)
        peers: dict[str, Callable[[], object]] = {
            "cold": lambda: log(repository, PATH),
            "warm": lambda: log(repository, PATH, memory=memory),
            "evaluate": lambda: [evaluate(load(Source.from_text(text))) for text in states],
            "blame": lambda: blame(repository, PATH),
            "git": lambda: repository.run("log", "--follow", "--raw", "-z", "--", PATH),
        }
        times: dict[str, list[float]] = {name: [] for name in peers}
        for _ in range(ROUNDS):
            for name, run in peers.items():
                start = perf_counter()
                run()
                times[name].append(perf_counter() - start)
    took = {name: median(found) for name, found in times.items()}
    what = f"of {count:,} commits, s"
    return [
        Row(f"log {what}, first time", took["cold"], "checking and evaluating the texts", took["evaluate"], COLD_GOAL),
        Row(f"log {what}, remembered", took["warm"], "the first time", took["cold"], WARM_GOAL),
        Row(f"log {what}, remembered", took["warm"], "git log --follow --raw", took["git"]),
        Row(f"blame {what}", took["blame"], "checking and evaluating the texts", took["evaluate"], BLAME_GOAL),
    ]


if __name__ == "__main__":
    for row in table(int(sys.argv[1]) if len(sys.argv) > 1 else COMMITS):
        print(f"{row.what}: {row.ours:.3g} against {row.theirs:.3g} of {row.peer}, ratio {row.ratio:.2f}")
