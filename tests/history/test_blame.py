"""Who set which value; the texts are those of `tests.history.story`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.analyses.result import UnknownName
from planner.core.change.layout import layout
from planner.core.source import Source
from planner.errors import PlannerError
from planner.history import Repository
from planner.history.blame import blame
from tests.history.story import TEXT, UNREADABLE, with_oil, with_price
from tests.history.test_timeline import INCLUDING

if TYPE_CHECKING:
    from pathlib import Path

    from planner.history.blame import Blame
    from tests.gitrepo import GitRepo


def told(repo: GitRepo, path: str = "land.yaml", **arguments: Any) -> Blame:
    return blame(Repository.of(repo.path), path, **arguments)


def who(found: Blame) -> dict[str, str]:
    return {one.place: one.revision.commit.subject if one.revision.commit else "-" for one in found.lines}


def test_each_value_is_its_own(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("oil", {"land.yaml": with_oil(0.3)}, by="Bob <bob@example.org>")
    repo.commit("price", {"land.yaml": with_price(95, with_oil(0.3))})
    found = told(repo)
    others = {place: subject for place, subject in who(found).items() if subject != "first"}
    assert others == {"oil": "oil", "price": "price"}
    oil = next(one for one in found.lines if one.place == "oil")
    assert (oil.value, oil.number, oil.before, oil.what, oil.line) == ("0.3", 0.3, "0.25", "parameter", 4)
    assert oil.revision.commit is not None
    assert oil.revision.commit.author == "Bob"
    assert found.headline() == "19 values, set by 2 people in 3 commits."


def test_every_value_of_the_text_is_told_once_in_its_order(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    assert [one.place for one in told(repo).lines] == [
        "title", "oil.name", "oil", "oil.low", "oil.high", "oil.source", "price", "land", "land.drill.name",
        "land.drill.to", "land.sell.name", "land.sell.payoff", "ground", "ground.oil.name", "ground.oil.p",
        "ground.oil.payoff", "ground.dry.name", "ground.dry.p", "ground.dry.payoff",
    ]  # fmt: skip


def test_whoever_ran_fmt_moved_lines_or_wrote_comments_set_nothing(repo: GitRepo):
    untidy = TEXT.replace("{name: Oil, p: oil, payoff: 700}", "{p:   'oil',name: \"Oil\",\n         payoff: 700.0}")
    repo.commit("first", {"land.yaml": untidy})
    text = layout(Source.from_text(untidy))
    assert text != untidy
    repo.commit("fmt", {"land.yaml": text}, by="Formatter <fmt@example.org>")
    head, nodes = TEXT.split("parameters:\n")[0], TEXT.split("nodes:\n")[1]
    parameters = TEXT.split("parameters:\n")[1].split("nodes:\n")[0]
    repo.commit("moved", {"land.yaml": f"# note\nnodes:\n{nodes}parameters:\n{parameters}{head}"})
    repo.commit(
        "other words for one number",
        {"land.yaml": TEXT.replace("0.25", "2.5e-1").replace("price: 90", "price: {value: 90.0}")},
    )
    assert set(who(told(repo)).values()) == {"first"}


def test_renames_of_the_file_of_nodes_options_and_parameters_set_nothing(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit(
        "parameter", {"land.yaml": TEXT.replace("oil: {name: C", "luck: {name: C").replace("p: oil", "p: luck")}
    )
    repo.git("mv", "land.yaml", "field.yaml")
    repo.commit("file")
    text = (repo.path / "field.yaml").read_text()
    repo.commit("option", {"field.yaml": text.replace("drill:", "explore:")})
    text = (repo.path / "field.yaml").read_text()
    repo.commit("node and price", {"field.yaml": with_price(95, text.replace("ground", "hole"))})
    found = who(told(repo, "field.yaml"))
    assert found.pop("price") == "node and price"
    assert set(found.values()) == {"first"}
    assert {"luck", "land.explore.to", "hole.oil.p"} <= found.keys()


def test_a_value_that_was_changed_back_belongs_to_whoever_changed_it_back(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("up", {"land.yaml": with_oil(0.3)})
    repo.commit("back", {"land.yaml": TEXT})
    found = who(told(repo))
    assert found.pop("oil") == "back"
    assert set(found.values()) == {"first"}


def test_what_is_not_committed_yet(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.write("land.yaml", with_oil(0.3))
    found = told(repo)
    assert {place for place, subject in who(found).items() if subject == "-"} == {"oil"}
    assert found.headline() == "19 values, set by 1 person in 1 commit; 1 not committed yet."
    assert next(one for one in found.lines if one.place == "oil").to_dict()["committed"] is False
    assert set(who(told(repo, end="HEAD")).values()) == {"first"}


def test_merges_hand_on_to_the_line_that_has_the_value(repo: GitRepo):
    repo.commit("base", {"land.yaml": TEXT})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("side", {"land.yaml": TEXT.replace("700", "800")})
    repo.git("checkout", "-q", "main")
    repo.commit("main", {"land.yaml": with_price(95)})
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    repo.write("land.yaml", with_oil(0.4, (repo.path / "land.yaml").read_text()))
    repo.commit("merge")
    found = who(told(repo))
    assert {place: found[place] for place in ("price", "ground.oil.payoff", "oil", "title")} == {
        "price": "main",
        "ground.oil.payoff": "side",
        "oil": "merge",
        "title": "base",
    }


def test_texts_that_cannot_be_read_are_passed_by_and_named(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    broken = repo.commit("unreadable", {"land.yaml": UNREADABLE})
    repo.commit("mended", {"land.yaml": with_oil(0.3)})
    found = told(repo)
    assert {place: subject for place, subject in who(found).items() if subject != "first"} == {"oil": "mended"}
    oil = next(one for one in found.lines if one.place == "oil")
    assert oil.to_dict()["perhaps"] == [broken]
    assert all(not one.perhaps for one in found.lines if one is not oil)


def test_included_files_are_told_under_their_names(repo: GitRepo):
    repo.commit("both", {"s/out.yaml": INCLUDING, "s/parts/talks.yaml": TEXT})
    repo.commit("inner", {"s/parts/talks.yaml": with_oil(0.5)})
    found = told(repo, "s/out.yaml")
    places = who(found)
    assert places["talks/oil"] == "inner"
    assert places["talks/ground.oil.p"] == "both"
    oil = next(one for one in found.lines if one.place == "talks/oil")
    assert (oil.file, oil.line) == ("s/parts/talks.yaml", 4)
    assert {one.place for one in told(repo, "s/out.yaml", place="talks/ground.oil").lines} == {
        "talks/ground.oil.name",
        "talks/ground.oil.p",
        "talks/ground.oil.payoff",
    }


def test_an_included_file_that_moved_set_nothing(repo: GitRepo):
    repo.commit("both", {"out.yaml": INCLUDING, "parts/talks.yaml": TEXT})
    repo.git("mv", "parts/talks.yaml", "talks.yaml")
    repo.commit("moved", {"out.yaml": INCLUDING.replace("parts/", "")})
    found = who(told(repo, "out.yaml"))
    assert {place for place, subject in found.items() if subject == "moved"} == {"include.talks.file"}


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("oil", {"oil", "oil.name", "oil.low", "oil.high", "oil.source"}),
        ("price", {"price"}),
        ("land.sell", {"land.sell.name", "land.sell.payoff"}),
        ("land.sell.payoff", {"land.sell.payoff"}),
        ("parameters.price", {"price"}),
        ("parameters", {"oil", "oil.name", "oil.low", "oil.high", "oil.source", "price"}),
        ("ground.branches.dry.p", {"ground.dry.p"}),
        ("title", {"title"}),
    ],
)
def test_places(repo: GitRepo, place: str, wanted: set[str]):
    repo.commit("first", {"land.yaml": TEXT})
    assert {one.place for one in told(repo, place=place).lines} == wanted


def test_unknown_places(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    with pytest.raises(UnknownName, match=r"unknown place 'land.dril'; did you mean 'land.drill"):
        told(repo, place="land.dril")


def test_things_without_a_value_of_their_own(repo: GitRepo):
    text = "planner: 1\ntitle: T\nnodes: {d: {decision: D, options: {a: {}, b: {payoff: 2}}}}\n"
    repo.commit("first", {"land.yaml": text})
    repo.commit("third", {"land.yaml": text.replace("a: {}", "a: {}, c: {}")})
    found = told(repo)
    assert {place: subject for place, subject in who(found).items() if subject != "first"} == {"d.c": "third"}
    assert [one.value for one in found.lines if one.place == "d.c"] == [""]


def test_texts_that_have_nothing_to_tell(repo: GitRepo):
    repo.commit("first", {"land.yaml": UNREADABLE})
    with pytest.raises(PlannerError, match=r"the text of 'land.yaml' cannot be read in \w+; `planner check land.yaml`"):
        told(repo)
    repo.commit("gone", {"land.yaml": None})
    with pytest.raises(PlannerError, match=r"'land.yaml' was deleted in \w+; --to \w+\^"):
        told(repo)


def test_a_shallow_clone_hides_who_was_first(repo: GitRepo, tmp_path: Path):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("second", {"land.yaml": with_oil(0.3)})
    found = told(repo.clone(tmp_path / "clone", "--depth", "1"))
    assert found.cut
    assert all(one.to_dict()["or_earlier"] for one in found.lines)
