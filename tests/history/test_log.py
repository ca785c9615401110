"""The history of a recommendation, with numbers worked out by hand; see `tests.history.story`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from planner.analyses.gist import Question
from planner.analyses.result import BadArgument
from planner.history import Repository
from planner.history.log import log
from tests.history.story import BROKEN, TEXT, UNREADABLE, with_oil, with_price
from tests.history.test_timeline import INCLUDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.history.log import Entry, Log
    from tests.gitrepo import GitRepo


def told(repo: GitRepo, path: str = "land.yaml", **arguments: Any) -> Log:
    return log(Repository.of(repo.path), path, **arguments)


def lines(found: Log) -> list[tuple[str, str | None, float | None, float | None, bool]]:
    return [line(one) for one in found.entries]


def line(one: Entry) -> tuple[str, str | None, float | None, float | None, bool]:
    subject = one.revision.commit.subject if one.revision.commit is not None else "-"
    gist = one.gist
    value = None if gist is None or gist.value is None else round(gist.value, 9)
    change = None if one.change is None else round(one.change, 9)
    return subject, gist.chosen if gist is not None else None, value, change, one.turned


def test_recommendation_value_margin_and_change(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})  # drilling 800 x 0.25 - 100 = 100
    repo.commit("less oil", {"land.yaml": with_oil(0.2)})  # 60, so sell for 90
    repo.commit("lower price", {"land.yaml": with_price(70, with_oil(0.2))})  # 60 against 70
    repo.commit("more oil", {"land.yaml": with_price(70, with_oil(0.3))})  # 140
    found = told(repo)
    assert lines(found) == [
        ("more oil", "drill", 140, 70, True),
        ("lower price", "sell", 70, -20, False),
        ("less oil", "sell", 90, -10, True),
        ("first", "drill", 100, None, False),
    ]
    assert [one.gist and one.gist.margin for one in found.entries] == pytest.approx([70, 10, 30, 10])
    assert "4 commits changed the model; the recommendation turned twice, since" in found.headline()
    assert found.headline().endswith("it is 'Drill for oil'; its value went from 100 to 140.")


def test_layout_and_comments_are_shown_only_when_asked_for(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("layout", {"land.yaml": "# why\n" + TEXT.replace("0.25", "0.250")})
    repo.git("mv", "land.yaml", "moved.yaml")
    repo.commit("moved")
    repo.commit("a name", {"moved.yaml": TEXT.replace("Geologist", "Survey")})
    assert [one[0] for one in lines(told(repo, "moved.yaml"))] == ["first"]
    everything = told(repo, "moved.yaml", everything=True)
    assert [one[0] for one in lines(everything)] == ["a name", "moved", "layout", "first"]
    assert [one.kind for one in everything.entries] == ["words", "layout", "layout", "model"]
    assert [one.changed for one in everything.entries] == [False, False, False, True]
    assert [one.change for one in everything.entries] == [0, 0, 0, None]


def test_what_cannot_be_evaluated_is_a_line_and_hides_no_turn(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("broken", {"land.yaml": BROKEN})
    repo.commit("unreadable", {"land.yaml": UNREADABLE})
    repo.commit("mended", {"land.yaml": with_oil(0.2)})
    found = told(repo)
    assert lines(found) == [
        ("mended", "sell", 90, -10, True),
        ("unreadable", None, None, None, False),
        ("broken", None, None, None, False),
        ("first", "drill", 100, None, False),
    ]
    assert [one.problem.partition(":")[0] for one in found.entries] == [
        "",
        "error[P025] in line 8",
        "error[P110] in line 15",
        "",
    ]


def test_a_file_without_a_readable_state(repo: GitRepo):
    repo.commit("first", {"land.yaml": "just words\n"})
    assert told(repo).headline() == "1 commit changed the model; none of its states can be evaluated."


def test_an_included_file_changes_the_model(repo: GitRepo):
    repo.commit("both", {"out.yaml": INCLUDING, "parts/talks.yaml": TEXT})
    repo.commit("inner", {"parts/talks.yaml": with_oil(0.5)})
    found = told(repo, "out.yaml")
    assert lines(found) == [("inner", "a", 300, 200, False), ("both", "a", 100, None, False)]


def test_a_missing_included_file_is_a_reason(repo: GitRepo):
    repo.commit("alone", {"out.yaml": INCLUDING})
    (entry,) = told(repo, "out.yaml").entries
    assert "there is no file 'parts/talks.yaml'" in entry.problem


def test_merges(repo: GitRepo):
    repo.commit("base", {"land.yaml": TEXT, "x": "x"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("side", {"land.yaml": TEXT.replace("700", "800")})  # 900 x 0.25 - 100 = 125
    repo.git("checkout", "-q", "main")
    repo.commit("main", {"land.yaml": with_price(110)})
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    found = told(repo)
    by_subject = {one[0]: one for one in lines(found)}
    assert by_subject == {
        "merge": ("merge", "drill", 125, 15, True),
        "main": ("main", "sell", 110, 10, True),
        "side": ("side", "drill", 125, 25, False),
        "base": ("base", "drill", 100, None, False),
    }
    values = [one.gist and one.gist.value for one in found.points]
    assert values == pytest.approx([100, 110, 125])


def test_a_merge_that_makes_nothing_new_is_no_line_but_the_main_line_has_it(repo: GitRepo):
    repo.commit("base", {"land.yaml": TEXT, "x": "x"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("side", {"land.yaml": with_oil(0.3)})
    repo.git("checkout", "-q", "main")
    repo.commit("else", {"x": "y"})
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    found = told(repo)
    assert [one[0] for one in lines(found)] == ["side", "base"]
    assert [one.name for one in found.points] == [repo.git("rev-parse", f"HEAD~{at}")[:10] for at in (2, 0)]


def test_other_ids_are_no_turn_and_names_of_the_newest_reach_back(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    renamed = TEXT.replace("drill:", "explore:").replace("land:", "field:").replace("oil:", "luck:", 1)
    renamed = renamed.replace("p: oil", "p: luck")
    repo.commit("ids", {"land.yaml": renamed})
    found = told(repo, question=Question(at="field", overrides={"luck": 0.5}, of="luck"), everything=True)
    assert [one.kind for one in found.entries] == ["words", "model"]
    assert [(one.gist and one.gist.chosen, one.gist and one.gist.value, one.turned) for one in found.entries] == [
        ("explore", 300.0, False),
        ("drill", 300.0, False),
    ]
    assert [one.wanted for one in found.points] == [0.5, 0.5]


def test_the_likeliest_outcome_is_followed_through_its_ids(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("ids", {"land.yaml": TEXT.replace("dry:", "nothing:").replace("0.25", "0.3")})
    found = told(repo)
    assert found.of == "ground.nothing"
    assert [one.wanted for one in found.points] == pytest.approx([0.75, 0.7])


def test_what_else_can_be_asked(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("less", {"land.yaml": with_oil(0.2)})
    for of, wanted in (("oil", [0.25, 0.2]), ("ground.dry", [0.75, 0.8]), ("land.sell", [0, 1])):
        found = told(repo, question=Question(of=of))
        assert [one.wanted for one in found.points] == pytest.approx(wanted), of
    with pytest.raises(BadArgument, match="no state has an outcome, a branch or a parameter 'gas'"):
        told(repo, question=Question(of="gas"))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Question(at="lnd"), "there is no decision 'lnd'"),
        (Question(actor="uk"), "there is no actor 'uk'"),
        (Question(overrides={"gas": 1}), "unknown parameter 'gas'"),
    ],
)
def test_names_that_no_state_has(repo: GitRepo, question: Question, said: str):
    repo.commit("first", {"land.yaml": TEXT})
    with pytest.raises(BadArgument, match=said):
        told(repo, question=question)


def test_only_the_newest(repo: GitRepo):
    for at in range(5):
        repo.commit(f"c{at}", {"land.yaml": with_oil(0.2 + at / 100)})
    found = told(repo, most=2)
    assert [one[0] for one in lines(found)] == ["c4", "c3"]
    assert found.more
    assert found.worked_out == 4
    assert found.headline().startswith("Of those shown, 2 commits changed the model; the recommendation turned once")
    assert not told(repo, most=5).more


class Memory:
    version = "1"

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def recall(self, keys: Iterable[str]) -> Mapping[str, Any]:
        return {key: json.loads(self.kept[key]) for key in keys if key in self.kept}

    def remember(self, answers: Mapping[str, Any]) -> None:
        self.kept |= {key: json.dumps(answer) for key, answer in answers.items()}


def test_what_was_worked_out_is_remembered_by_content(repo: GitRepo):
    memory = Memory()
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("broken", {"land.yaml": BROKEN})
    cold = told(repo, memory=memory)
    assert cold.worked_out == 2
    warm = told(repo, memory=memory)
    assert warm.worked_out == 0
    assert warm.to_dict() == cold.to_dict() | {"evaluated": 0}
    repo.git("mv", "land.yaml", "elsewhere.yaml")
    repo.commit("moved")
    assert told(repo, "elsewhere.yaml", memory=memory).worked_out == 0
    assert told(repo, "elsewhere.yaml", memory=memory, question=Question(rule="maximin")).worked_out == 2
    memory.version = "2"
    assert told(repo, "elsewhere.yaml", memory=memory).worked_out == 2


def test_what_is_remembered_hangs_on_included_files(repo: GitRepo):
    memory = Memory()
    repo.commit("both", {"out.yaml": INCLUDING, "parts/talks.yaml": TEXT})
    assert told(repo, "out.yaml", memory=memory).worked_out == 1
    repo.commit("inner", {"parts/talks.yaml": with_oil(0.5)})
    assert lines(told(repo, "out.yaml", memory=memory))[0][2] == 300


def test_deleted_and_back(repo: GitRepo):
    repo.commit("first", {"land.yaml": TEXT})
    repo.commit("gone", {"land.yaml": None})
    repo.commit("back", {"land.yaml": with_oil(0.2)})
    found = told(repo)
    assert lines(found) == [
        ("back", "sell", 90, -10, True),
        ("gone", None, None, None, False),
        ("first", "drill", 100, None, False),
    ]
    assert found.entries[1].problem == "deleted"


def test_a_span_in_which_nothing_happened(repo: GitRepo):
    first = repo.commit("first", {"land.yaml": TEXT})
    repo.commit("else", {"x": "x"})
    found = told(repo, span=(first, None))
    assert (found.entries, found.points) == ((), ())
    assert found.headline() == "Nothing changed the file or what it includes."
    repo.commit("layout", {"land.yaml": f"# why\n{TEXT}"})
    quiet = told(repo, span=(first, None))
    assert quiet.entries == ()
    assert quiet.headline() == "0 commits changed the model; the recommendation is 'Drill for oil', its value is 100."
