"""Which commits changed a scenario, under whatever path, with whatever it included then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.errors import PlannerError
from planner.history import Repository
from planner.history.timeline import timeline
from tests.history.story import TEXT, with_oil, with_price

if TYPE_CHECKING:
    from pathlib import Path

    from planner.history.timeline import Timeline
    from tests.gitrepo import GitRepo

INCLUDING = """planner: 1
title: Outer
include: {talks: {file: parts/talks.yaml}}
nodes: {d: {decision: D, options: {a: {to: talks}, b: {payoff: 2}}}}
"""


def told(repo: GitRepo, path: str = "land.yaml", **span: str | None) -> Timeline:
    found = Repository.of(repo.path)
    with found.objects() as objects:
        return timeline(found, path, objects, **span)


def subjects(line: Timeline) -> list[str]:
    return [one.commit.subject if one.commit is not None else "-" for one in line.revisions]


def test_only_commits_that_touch_the_file_count_the_newest_first(repo: GitRepo):
    repo.commit("one", {"land.yaml": TEXT})
    repo.commit("else", {"other.yaml": TEXT})
    repo.commit("two", {"land.yaml": with_oil(0.3)})
    assert subjects(told(repo)) == ["two", "one"]


def test_renames_are_followed_over_folders(repo: GitRepo):
    repo.commit("one", {"a b.yaml": TEXT})
    repo.commit("two", {"a b.yaml": with_oil(0.3)})
    (repo.path / "sub").mkdir()
    repo.git("mv", "a b.yaml", "sub/é.yaml")
    repo.commit("moved", {"sub/é.yaml": with_oil(0.3).replace("Geologist", "Survey")})
    repo.commit("three", {"sub/é.yaml": with_oil(0.31)})
    line = told(repo, "sub/é.yaml")
    assert subjects(line) == ["three", "moved", "two", "one"]
    assert [one.path for one in line.revisions] == ["sub/é.yaml", "sub/é.yaml", "a b.yaml", "a b.yaml"]
    assert [one.renamed for one in line.revisions] == [None, "a b.yaml", None, None]


def test_the_old_name_ends_where_the_file_moved(repo: GitRepo):
    repo.commit("one", {"old.yaml": TEXT})
    repo.git("mv", "old.yaml", "new.yaml")
    repo.commit("moved")
    newest, first = told(repo, "old.yaml").revisions
    assert (newest.state, newest.moved_to) == (None, "new.yaml")
    assert first.state is not None


def test_a_file_that_was_deleted_and_came_back(repo: GitRepo):
    repo.commit("one", {"land.yaml": TEXT})
    repo.commit("gone", {"land.yaml": None})
    repo.commit("back", {"land.yaml": TEXT})
    line = told(repo)
    assert subjects(line) == ["back", "gone", "one"]
    assert [one.state is None for one in line.revisions] == [False, True, False]
    assert line.revisions[1].moved_to is None


def test_a_commit_that_changes_an_included_file_alone_counts(repo: GitRepo):
    repo.commit("both", {"s/out.yaml": INCLUDING, "s/parts/talks.yaml": TEXT})
    repo.commit("else", {"s/parts/other.yaml": TEXT})
    repo.commit("inner", {"s/parts/talks.yaml": with_oil(0.3)})
    line = told(repo, "s/out.yaml")
    assert subjects(line) == ["inner", "both"]
    first, second = (one.state for one in line.revisions)
    assert first is not None
    assert second is not None
    assert first.blob == second.blob
    assert dict(first.included).keys() == {"s/parts/talks.yaml"}


def test_includes_of_the_past_count_then_and_not_now(repo: GitRepo):
    repo.commit("both", {"out.yaml": INCLUDING, "parts/talks.yaml": TEXT, "parts/news.yaml": TEXT})
    repo.commit("old inner", {"parts/talks.yaml": with_oil(0.3)})
    repo.commit("another file", {"out.yaml": INCLUDING.replace("talks.yaml", "news.yaml")})
    repo.commit("no inner", {"parts/talks.yaml": with_oil(0.4)})
    repo.commit("new inner", {"parts/news.yaml": with_oil(0.4)})
    assert subjects(told(repo, "out.yaml")) == ["new inner", "another file", "old inner", "both"]


def test_an_included_file_that_is_not_there_and_files_that_include_each_other(repo: GitRepo):
    a, b = (INCLUDING.replace("parts/talks.yaml", name) for name in ("b.yaml", "../a.yaml"))
    repo.commit("one", {"a.yaml": a, "b.yaml": b})
    repo.commit("two", {"b.yaml": a.replace("b.yaml", "a.yaml")})
    line = told(repo, "a.yaml")
    assert subjects(line) == ["two", "one"]
    assert [dict(one.state.included) for one in line.revisions if one.state] == [
        {"b.yaml": repo.git("rev-parse", "HEAD:b.yaml")},
        {"../a.yaml": None, "b.yaml": repo.git("rev-parse", "HEAD~1:b.yaml")},
    ]


def test_merges_stand_for_what_they_make_of_two_lines(repo: GitRepo):
    base = repo.commit("base", {"land.yaml": TEXT, "x": "x"})
    repo.git("checkout", "-q", "-b", "side")
    side = repo.commit("side", {"land.yaml": TEXT.replace("700", "800")})
    repo.git("checkout", "-q", "main")
    main = repo.commit("main", {"land.yaml": with_price(95)})
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    line = told(repo)
    assert sorted(subjects(line)) == ["base", "main", "merge", "side"]
    merge = line.revisions[0]
    assert merge.parents == (main, side)
    assert None not in merge.before
    assert len({merge.state, *merge.before}) == 3
    assert [one and one.commit and one.commit.id for one in line.followed(merge)] == [main, side]
    assert [one.commit.id for one in line.main_line() if one.commit] == [repo.head(), main, base]


def test_a_rename_on_one_line_and_a_change_on_the_other(repo: GitRepo):
    repo.commit("base", {"old.yaml": TEXT})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("side", {"old.yaml": with_price(95)})
    repo.git("checkout", "-q", "main")
    repo.git("mv", "old.yaml", "new.yaml")
    repo.commit("moved")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    line = told(repo, "new.yaml")
    paths = {one.commit.subject: one.path for one in line.revisions if one.commit}
    assert paths == {"merge": "new.yaml", "moved": "new.yaml", "side": "old.yaml", "base": "old.yaml"}


def test_what_is_not_committed_comes_first(repo: GitRepo):
    repo.commit("one", {"land.yaml": TEXT})
    assert subjects(told(repo)) == ["one"]
    repo.write("land.yaml", with_oil(0.3))
    assert subjects(told(repo)) == ["-", "one"]
    assert subjects(told(repo, end="HEAD")) == ["one"]
    (repo.path / "land.yaml").unlink()
    assert told(repo).revisions[0].state is None


def test_line_ends_that_git_converts_are_no_change(repo: GitRepo):
    repo.git("config", "core.autocrlf", "true")
    repo.commit("one", {"land.yaml": TEXT})
    repo.write("land.yaml", TEXT.replace("\n", "\r\n"))
    assert subjects(told(repo)) == ["one"]


def test_a_part_of_the_history(repo: GitRepo):
    first = repo.commit("one", {"land.yaml": TEXT})
    repo.commit("two", {"land.yaml": with_oil(0.3)})
    repo.commit("three", {"land.yaml": with_oil(0.4)})
    line = told(repo, start=first, end="HEAD~1")
    assert subjects(line) == ["two"]
    assert line.revisions[0].before[0] is not None
    assert line.followed(line.revisions[0]) == [None]


def test_a_sparse_checkout_left_out_what_is_in_git(repo: GitRepo):
    repo.commit("one", {"in/a.yaml": TEXT, "out/land.yaml": TEXT})
    repo.git("sparse-checkout", "set", "in")
    assert not (repo.path / "out").exists()
    assert subjects(told(repo, "out/land.yaml")) == ["one"]


def test_a_shallow_clone_says_where_it_was_cut(repo: GitRepo, tmp_path: Path):
    repo.commit("one", {"land.yaml": TEXT})
    repo.commit("two", {"land.yaml": with_oil(0.3)})
    repo.commit("three", {"land.yaml": with_oil(0.4)})
    line = told(repo.clone(tmp_path / "clone", "--depth", "2"))
    assert subjects(line) == ["three", "two"]
    assert [one.cut for one in line.revisions] == [False, True]
    assert line.cut


def test_names_that_lines_cannot_hold(repo: GitRepo):
    repo.commit("one", {"odd\nname.yaml": TEXT})
    repo.commit("two", {"odd\nname.yaml": with_oil(0.3)})
    assert subjects(told(repo, "odd\nname.yaml")) == ["two", "one"]


@pytest.mark.parametrize("name", ["with blob 12", "-x.yaml", ":(top)x.yaml", "[a]*.yaml"])
def test_names_that_look_like_something_else(repo: GitRepo, name: str):
    repo.commit("one", {name: TEXT, "a.yaml": TEXT})
    repo.commit("two", {"a.yaml": with_oil(0.3)})
    repo.commit("three", {name: with_oil(0.3)})
    assert subjects(told(repo, name)) == ["three", "one"]


def test_sha256_repositories(repo: GitRepo, tmp_path: Path):
    other = type(repo).make(tmp_path / "sha256", "--object-format=sha256")
    other.commit("one", {"land.yaml": TEXT})
    assert subjects(told(other)) == ["one"]


def test_a_file_that_no_commit_has(repo: GitRepo):
    repo.commit("one", {"land.yaml": TEXT})
    with pytest.raises(PlannerError, match=r"no commit has 'lnd.yaml'; did you mean 'land.yaml'\?"):
        told(repo, "lnd.yaml")
    repo.write("new.yaml", TEXT)
    with pytest.raises(PlannerError, match=r"no commit has 'new.yaml' yet; `git add` and `git commit`"):
        told(repo, "new.yaml")
