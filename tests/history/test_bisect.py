"""Since when something is recommended; see `tests.history.story`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analyses.gist import Gist, Question
from planner.analyses.result import BadArgument
from planner.errors import PlannerError
from planner.history import Repository
from planner.history.bisect import bisect
from planner.history.condition import Condition
from tests.history.story import BROKEN, TEXT, with_oil, with_price

if TYPE_CHECKING:
    from pathlib import Path

    from planner.history.bisect import Bisection, Step
    from tests.gitrepo import GitRepo


def told(repo: GitRepo, until: str, **arguments: Any) -> Bisection:
    return bisect(Repository.of(repo.path), "land.yaml", until, **arguments)


def name(step: Step | None) -> str | None:
    return None if step is None else step.revision.commit.subject if step.revision.commit is not None else "-"


@pytest.mark.parametrize("method", ["scan", "binary"])
def test_the_first_commit_since_which_it_holds_and_what_it_changed(repo: GitRepo, method: str):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("a name", {"land.yaml": TEXT.replace("Geologist", "Survey")})
    repo.commit("less oil", {"land.yaml": with_oil(0.2)})
    repo.commit("less still", {"land.yaml": with_oil(0.1)})
    found = told(repo, "land=sell", method=method)
    assert (name(found.since), name(found.before), found.until) == ("less oil", "a name", None)
    assert "land=sell holds since" in found.headline()
    assert found.comparison is not None
    changes = {one.place: (one.before, one.after) for one in found.comparison.in_model}
    assert changes == {"oil": ("0.25", "0.2")}
    assert found.comparison.recommendation is not None
    assert found.comparison.recommendation.changed


def test_forth_and_back(repo: GitRepo):
    for at, oil in enumerate([0.25, 0.2, 0.3, 0.1, 0.15]):
        repo.commit(f"c{at}", {"land.yaml": with_oil(oil)})
    found = told(repo, "land=sell")
    assert name(found.since) == "c3"
    assert [(name(one), one.holds) for one in found.flips] == [("c3", True), ("c2", False), ("c1", True)]
    gone = told(repo, "land!=sell")
    assert (gone.holds, name(gone.until)) == (False, "c3")
    assert gone.headline().startswith("land!=sell does not hold in")
    assert " (there it is sell); " in gone.headline()


def test_always_and_never(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("more", {"land.yaml": with_oil(0.3)})
    always, never = told(repo, "land=drill"), told(repo, "land=sell")
    assert (name(always.since), always.before, always.comparison) == ("first", None, None)
    assert always.headline().endswith(", and always did.")
    assert (never.since, never.until) == (None, None)
    assert never.headline().endswith(", and it never did.")


def test_states_that_cannot_be_evaluated_are_passed_by_and_named(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("broken", {"land.yaml": BROKEN})
    repo.commit("less oil", {"land.yaml": with_oil(0.2)})
    repo.commit("less still", {"land.yaml": with_oil(0.1)})
    for method in ("scan", "binary"):
        found = told(repo, "land=sell", method=method)
        assert (name(found.since), [name(one) for one in found.perhaps]) == ("less oil", ["broken"])
        assert ", which cannot be evaluated" in found.headline()
        assert [name(one) for one in found.unknown] == ["broken"]


@pytest.mark.parametrize(
    ("until", "since"),
    [
        ("value>120", "more"),
        ("value >= 140", "more"),
        ("value<1e3", "first"),
        ("margin>20", "more"),
        ("oil>0.28", "more"),
        ("ground.dry<0.75", "more"),
        ("price!=90", "price"),
        ("land.sell=0", "first"),
    ],
)
def test_numbers(repo: GitRepo, until: str, since: str):
    repo.commit("first", {"land.yaml": TEXT})  # 100
    repo.commit("price", {"land.yaml": with_price(95)})
    repo.commit("more", {"land.yaml": with_price(95, with_oil(0.3))})  # 140
    assert name(told(repo, until).since) == since


def test_rules_and_other_numbers(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("price", {"land.yaml": with_price(-150)})
    assert name(told(repo, "land=drill", question=Question(rule="maximin")).since) == "price"
    assert name(told(repo, "land=sell", question=Question(overrides={"oil": 0})).until) == "price"


def test_names_of_the_newest_reach_back(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("less", {"land.yaml": with_oil(0.2)})
    text = with_oil(0.2).replace("sell:", "let-go:").replace("land:", "field:")
    repo.commit("ids", {"land.yaml": text})
    repo.commit("else", {"land.yaml": with_price(91, text)})
    assert name(told(repo, "field=let-go").since) == "less"


def test_what_is_not_committed_yet(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.write("land.yaml", with_oil(0.2))
    found = told(repo, "land=sell")
    assert name(found.since) == "-"
    assert found.headline() == "land=sell holds since what is not committed yet."
    assert not told(repo, "land=sell", span=(None, "HEAD")).holds


def merged(repo: GitRepo, side: str, main: str) -> None:
    repo.commit("base", {"land.yaml": TEXT, "x": "x"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("words", {"land.yaml": TEXT.replace("Geologist", "Survey")})
    repo.commit("side", {"land.yaml": side})
    repo.git("checkout", "-q", "main")
    repo.commit("main", {"land.yaml": main, "x": "y"})
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "-s", "ours", "side")


def test_a_merge_that_brought_it_names_the_commit_on_the_side_line(repo: GitRepo):
    merged(repo, with_oil(0.2), TEXT)
    repo.write("land.yaml", with_oil(0.2))
    repo.git("commit", "-q", "--amend", "-am", "merge")
    found = told(repo, "land=sell")
    assert (name(found.since), name(found.before), name(found.merge)) == ("side", "words", "merge")
    assert found.headline().endswith(f", merged by {repo.head()[:10]}.")


def test_a_merge_that_made_it_of_two_lines(repo: GitRepo):
    merged(repo, TEXT.replace("700", "660"), with_price(85))  # 90 against 90 tie, 100 against 85
    repo.write("land.yaml", with_price(95, TEXT.replace("700", "660")))
    repo.git("commit", "-q", "--amend", "-am", "merge")
    found = told(repo, "land=sell")
    assert (name(found.since), found.merge) == ("merge", None)


def test_from_and_to(repo: GitRepo):
    first = repo.commit("first", {"land.yaml": TEXT})
    repo.commit("less", {"land.yaml": with_oil(0.2)})
    repo.commit("more", {"land.yaml": with_oil(0.3)})
    assert name(told(repo, "land=sell", span=(None, "HEAD~1")).since) == "less"
    found = told(repo, "land=sell", span=(first, "HEAD~1"))
    assert (name(found.since), found.before) == ("less", None)


def test_a_shallow_clone(repo: GitRepo, tmp_path: Path):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("more", {"land.yaml": with_oil(0.3)})
    found = told(repo.clone(tmp_path / "clone", "--depth", "1"), "land=drill")
    assert found.headline().endswith("and did in the oldest commit that this shallow clone has.")


def test_binary_search_evaluates_few(repo: GitRepo):
    for at in range(20):
        repo.commit(f"c{at}", {"land.yaml": with_oil(round(0.1 + at / 100, 2))})  # sells up to 0.23
    found = told(repo, "land=drill", method="binary")
    assert name(found.since) == name(told(repo, "land=drill").since) == "c14"
    assert len(found.steps) <= 7


@pytest.mark.parametrize("text", ["", "land", "land=", "=sell", "value>", "value>much", "land>sell", "a b=c d"])
def test_what_is_no_condition(text: str):
    with pytest.raises(BadArgument, match="is no condition"):
        Condition.parse(text)


def test_conditions():
    assert Condition.parse("table[round=2, trust=0]=stop").at == "table[round=2, trust=0]"
    assert Condition.parse(" talks/line != engage ").option == "engage"
    assert Condition.parse("line==engage").sign == "=="
    assert Condition.parse("value<=-2.5e1").number == -25


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("land=drlil", "unknown option of 'land' 'drlil'; did you mean 'drill'?"),
        ("lnd=drill", "there is no decision 'lnd'"),
        ("gas>1", "no state has an outcome, a branch or a parameter 'gas'"),
    ],
)
def test_names_that_no_state_has(repo: GitRepo, until: str, said: str):
    repo.commit("first", {"land.yaml": TEXT})
    with pytest.raises(BadArgument) as error:
        told(repo, until)
    assert str(error.value).startswith(said)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
def test_numbers_compare_as_they_do(value: float, bound: float, sign: str):
    found = Gist("m", value=value)
    wanted = eval(f"value {'==' if sign == '=' else sign} bound")
    assert Condition.parse(f"value{sign}{bound!r}").holds(found, "") is wanted


def test_a_span_in_which_nothing_happened(repo: GitRepo):
    first = repo.commit("first", {"land.yaml": TEXT})
    with pytest.raises(PlannerError, match=f"no commit after {first} changed 'land.yaml'; start --from an older one"):
        told(repo, "land=drill", span=(first, None))
