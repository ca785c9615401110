from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.history.attributes import BEGIN, END, default_patterns, patterns_in, with_lines, without_lines

if TYPE_CHECKING:
    from tests.gitrepo import GitRepo

PATTERNS = default_patterns()
lines = st.lists(
    st.sampled_from(["* text=auto", "", "*.yaml merge=other", f"{END}x", "# planner", "a merge=planner diff=planner"])
)
endings = st.sampled_from(["\n", "\r\n"])


@given(lines, endings)
def test_putting_in_and_taking_out_leaves_what_was_there(before: list[str], end: str):
    text = "".join(line + end for line in before)
    there = with_lines(text, PATTERNS)
    assert there.startswith(text)
    assert patterns_in(there) == PATTERNS
    assert with_lines(there, PATTERNS) == there
    assert without_lines(there) == text
    assert ("\r\n" in there) == ("\r\n" in text)
    assert without_lines(with_lines(there, ["other/*.yaml"])) == text


def test_lines_that_others_wrote_between_ours_stay():
    text = with_lines("a\n", PATTERNS).replace(f"{END}\n", f"*.png binary\n{END}\nz\n")
    assert without_lines(text) == "a\n*.png binary\nz\n"
    assert with_lines(text, ["x"]).endswith(f"x merge=planner diff=planner\n{END}\n*.png binary\nz\n")


def test_a_lost_last_line_costs_nothing_that_is_not_ours():
    text = with_lines("a\n", PATTERNS).replace(f"{END}\n", "z binary\n")
    assert without_lines(text) == "a\nz binary\n"
    assert BEGIN not in without_lines(text)


@pytest.mark.parametrize(
    "folder", ["", "plans of ours/", "#odd/", "!odd/", "a*b[c]/", 'say "so"/', "back\\slash/", "Zürich/"]
)
def test_git_reads_the_patterns_as_they_are_meant(repo: GitRepo, folder: str):
    repo.write(".git/info/attributes", with_lines("", default_patterns(folder)))
    asked = [
        f"{folder}scenarios/a b.yaml",
        f"{folder}scenarios/deep/er/c.json",
        f"{folder}other/d.yaml",
        "x/scenarios/e.yaml",
    ]
    done = subprocess.run(
        ["git", "check-attr", "--stdin", "-z", "merge"],
        cwd=repo.path, input="\0".join(asked).encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode().split("\0")[2::3] == ["planner", "planner", "unspecified", "unspecified"]
