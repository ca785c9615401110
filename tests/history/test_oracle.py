"""Histories made by chance, against what git and the analyses say of each commit by itself."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from planner.analyses.evaluate import evaluate
from planner.core.rules import load
from planner.core.source import Source
from planner.history import Repository
from planner.history.bisect import bisect
from planner.history.blame import blame
from planner.history.log import log
from tests.history.story import TEXT

if TYPE_CHECKING:
    from tests.gitrepo import GitRepo

FIRST = {"oil": 0.25, "price": 90, "gain": 700, "loss": -100}


def text(numbers: dict[str, Any], *, layout: int) -> str:
    """Return the field with other numbers, in one of several layouts."""
    made = TEXT.replace("value: 0.25", f"value: {numbers['oil']}").replace("price: 90", f"price: {numbers['price']}")
    made = made.replace("payoff: 700", f"payoff: {numbers['gain']}").replace(
        "payoff: -100", f"payoff: {numbers['loss']}"
    )
    if layout == 1:
        made = f"# a remark\n{made}"
    if layout == 2:
        made = made.replace("{name: Dry, p: rest,", "{p: rest,   name: 'Dry',")
    return made


def history(seed: int, length: int) -> list[tuple[dict[str, Any], int]]:
    draw = random.Random(seed)
    numbers, states = dict(FIRST), []
    for _ in range(length):
        what = draw.choice(["oil", "price", "gain", "loss", "layout", "nothing"])
        if what == "oil":
            numbers["oil"] = draw.choice([0.1, 0.2, 0.25, 0.3])
        elif what in numbers:
            numbers[what] = FIRST[what] + 10 * draw.randrange(4)
        states.append((dict(numbers), draw.randrange(3) if what == "layout" else 0))
    return states


def write(repo: GitRepo, texts: list[str]) -> list[str]:
    """Commit texts by fast-import; return the commits, the oldest first."""
    parts = []
    for at, each in enumerate(texts, 1):
        who = f"Ada <ada@example.org> {1_767_225_600 + 3600 * at} +0000"
        head = f"commit refs/heads/main\nmark :{at}\nauthor {who}\ncommitter {who}\ndata 1\nx\n"
        head += f"from :{at - 1}\n" if at > 1 else ""
        parts.append(f"{head}M 100644 inline land.yaml\ndata {len(each.encode())}\n{each}\n")
    repo.git("fast-import", "--quiet", data="".join(parts).encode())
    repo.git("reset", "-q", "--hard", "main")
    return repo.git("rev-list", "--reverse", "HEAD").split()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_against_each_commit_by_itself(repo: GitRepo, seed: int):
    states = history(seed, 60)
    commits = write(repo, [text(numbers, layout=layout) for numbers, layout in states])
    numbers = [each for each, _ in states]
    found = Repository.of(repo.path)

    values = [evaluate(load(Source.from_text(text(each, layout=0)))).values["self"] for each in numbers]
    chosen = [evaluate(load(Source.from_text(text(each, layout=0)))).strategy["land"] for each in numbers]
    changed = [at for at in range(len(numbers)) if at == 0 or numbers[at] != numbers[at - 1]]
    told = log(found, "land.yaml")
    assert [one.revision.commit.id for one in reversed(told.entries) if one.revision.commit] == [
        commits[at] for at in changed
    ]
    assert [one.gist.value for one in reversed(told.entries) if one.gist] == [values[at] for at in changed]
    assert [one.turned for one in reversed(told.entries)] == [at > 0 and chosen[at] != chosen[at - 1] for at in changed]

    set_by = {one.place: one.revision.commit.id for one in blame(found, "land.yaml").lines if one.revision.commit}
    for place, key in (
        ("oil", "oil"),
        ("price", "price"),
        ("ground.oil.payoff", "gain"),
        ("ground.dry.payoff", "loss"),
    ):
        last = max(at for at in range(len(numbers)) if at == 0 or numbers[at][key] != numbers[at - 1][key])
        assert set_by[place] == commits[last], place
    assert set_by["ground.dry.name"] == commits[0]

    answer = bisect(found, "land.yaml", f"land={chosen[-1]}")
    since = max((at for at in range(1, len(chosen)) if chosen[at] != chosen[at - 1]), default=0)
    assert answer.since is not None
    assert answer.since.revision.commit is not None
    assert answer.since.revision.commit.id == commits[since]
    assert len(answer.flips) == sum(one != other for one, other in pairwise(chosen))
