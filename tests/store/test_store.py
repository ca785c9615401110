"""What is kept comes back, on both kinds of database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

import planner
from planner.errors import PlannerError
from planner.store import Run, RunRecord, SavedRevision, Store, check
from tests.store.conftest import ROOT
from tests.store.examples import AWKWARD, INCLUDED, NOW, result, run, scenario

if TYPE_CHECKING:
    from pathlib import Path


def engine(store: Store) -> Engine:
    return store._database.engine


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    with engine(store).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_text_comes_back_byte_for_byte(store: Store) -> None:
    store.save_scenario(scenario(raw=AWKWARD), now=NOW)
    assert store.restore("line") == AWKWARD


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("exact", [False, True])
def test_example_and_its_evaluation_come_back(store: Store, path: Path, *, exact: bool) -> None:
    loaded = planner.load(path)
    try:
        found = planner.evaluate(loaded, exact=exact)
    except planner.ScenarioError:
        pytest.skip("not a scenario of exact numbers")
    asked = Run(analysis="evaluate", settings=found.settings, result=found.to_dict(), version=planner.__version__)
    record = store.save_run(loaded, asked, now=NOW)
    assert (record.scenario_name, record.fingerprint) == (path.stem, loaded.fingerprint)
    assert store.restore(path.stem) == path.read_bytes()
    assert store.result(record.id) == found.to_dict()
    assert rows(store, "SELECT count(*) FROM node") == [(len(loaded.nodes),)]
    assert rows(store, "SELECT count(*) FROM edge") == [(len(list(loaded.edges())),)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=200), name=st.from_regex(r"[^\x00/]{1,30}", fullmatch=True))
def test_any_text_under_any_name_comes_back(store: Store, text: str, name: str) -> None:
    try:
        raw = text.encode()
        name.encode()
    except UnicodeEncodeError:
        return
    store.save_scenario(scenario(name, raw), now=NOW)
    assert store.restore(name) == raw


def test_each_text_is_one_revision(store: Store) -> None:
    first = store.save_scenario(scenario(raw=b"a"), now=NOW)
    again = store.save_scenario(scenario(raw=b"a"), now=NOW)
    second = store.save_scenario(scenario(raw=b"b"), now=NOW)
    other = store.save_scenario(scenario("other", b"a"), now=NOW)
    assert first == SavedRevision("line", 1, scenario(raw=b"a").fingerprint, new=True)
    assert again == replace(first, new=False)
    assert (second.revision, second.new) == (2, True)
    assert (other.revision, other.new) == (1, True)


def test_restore_gives_what_was_saved_last(store: Store) -> None:
    for raw in (b"a", b"b", b"a"):
        store.save_scenario(scenario(raw=raw), now=NOW)
    assert store.restore("line") == b"a"
    assert store.restore("line", 2) == b"b"
    assert [(entry.revision, entry.current) for entry in store.history("line")] == [(2, False), (1, True)]


def test_run_comes_back(store: Store) -> None:
    asked = run(seed=2**62, git_commit="0f" * 20, git_dirty=True)
    record = store.save_run(scenario(), asked, now=NOW)
    assert record == RunRecord(
        id=record.id,
        scenario_name="line",
        revision=1,
        fingerprint=scenario().fingerprint,
        analysis="evaluate",
        settings=asked.settings,
        at=NOW,
        version="0.1.0",
        seed=2**62,
        git_commit="0f" * 20,
        git_dirty=True,
    )
    assert store.history("line")[0].runs == (record,)
    assert store.result(record.id) == asked.result


def test_result_of_another_analysis_comes_back(store: Store) -> None:
    paths = {"paths": [{"edges": ["line.engage"], "probability": 0.5}], "total": 2**100, "outcomes": "of another shape"}
    record = store.save_run(scenario(), Run(analysis="paths", settings={}, result=paths, version="0.1.0"), now=NOW)
    assert store.result(record.id) == paths
    assert (record.seed, record.git_commit, record.git_dirty) == (None, None, None)


def test_several_runs_in_one_save(store: Store) -> None:
    saved = store.save(scenario(), [run(1), run(3)], now=NOW)
    assert [store.result(record.id) for record in saved.runs] == [result(1), result(3)]
    assert saved.revision.new
    assert {record.revision for record in saved.runs} == {1}


def test_failing_save_keeps_nothing_of_it(store: Store) -> None:
    store.save_scenario(scenario(raw=b"a"), now=NOW)
    broken = Run(analysis="evaluate", settings={"set": object()}, result=result(), version="0.1.0")
    with pytest.raises(Exception, match="not JSON serializable"):
        store.save(scenario(raw=b"b"), [run(), broken], now=NOW)
    assert [entry.revision for entry in store.history()] == [1]
    assert rows(store, "SELECT count(*) FROM run_value") == [(0,)]


def test_moments_are_utc(store: Store) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=-5)))
    record = store.save_run(scenario(), run(), now=local)
    assert (record.at, record.at.tzinfo) == (NOW, UTC)
    assert store.history()[0].saved_at == NOW
    with pytest.raises(Exception, match="without a time zone"):
        store.save_scenario(scenario(raw=b"b"), now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_history_is_newest_first_and_limited(store: Store) -> None:
    for i in range(3):
        store.save(scenario("a", b"%d" % i), [run()] * i, now=NOW + timedelta(days=i))
        store.save_scenario(scenario("b", b"%d" % i), now=NOW)
    entries = [(e.scenario_name, e.revision, len(e.runs)) for e in store.history()]
    assert entries == [("b", 3, 0), ("a", 3, 2), ("b", 2, 0), ("a", 2, 1), ("b", 1, 0), ("a", 1, 0)]
    assert [e.revision for e in store.history("a", limit=2)] == [3, 2]
    assert [len(e.runs) for e in store.history(limit=2)] == [0, 2]
    assert store.names() == ("a", "b")
    assert store.history("a")[0].title == scenario().title


def test_empty_store_has_no_history(store: Store) -> None:
    assert store.history() == ()
    assert store.names() == ()
    assert store.check() == []


def test_unknown_name_or_revision_or_run(store: Store) -> None:
    store.save_scenario(scenario("trilateral-talks"), now=NOW)
    with pytest.raises(
        PlannerError, match=r"no scenario 'trilateral-talk' is kept in .*; did you mean 'trilateral-talks'"
    ):
        store.restore("trilateral-talk")
    with pytest.raises(PlannerError, match="`planner history` lists"):
        store.history("moon")
    with pytest.raises(PlannerError, match=r"has no revision 7 in .*; its revisions are 1 to 1"):
        store.restore("trilateral-talks", 7)
    with pytest.raises(PlannerError, match="keeps no run 99"):
        store.result(99)


def test_scenario_without_text(store: Store) -> None:
    with pytest.raises(PlannerError, match="without a text"):
        store.save_scenario(replace(scenario(), source=None), now=NOW)


def test_content_answers_questions_in_sql(store: Store) -> None:
    store.save_scenario(scenario(), now=NOW)
    assert rows(store, "SELECT id, kind, rule, fallback FROM node ORDER BY position") == [
        ("line", "decision", "unanimity", "drift"),
        ("talks", "chance", None, None),
        ("end", "outcome", None, None),
    ]
    assert rows(store, "SELECT node, actor FROM owner ORDER BY position") == [("line", "uk"), ("line", "france")]
    assert rows(store, "SELECT id, to_node, p, p_value, condition FROM edge ORDER BY node, position") == [
        ("engage", "talks", None, None, None),
        ("drift", "end", None, None, None),
        ("step", "end", "yield_", None, None),
        ("stall", None, "rest", None, "round < 4"),
    ]
    assert rows(store, "SELECT node, edge, actor, criterion, formula, value FROM payoff ORDER BY position") == [
        ("talks", "step", None, "cohesion", "3", 3.0),
        ("talks", "step", "france", "cost", "yield_ * 2", None),
        ("end", None, None, "cost", "-7.5", -7.5),
    ]
    assert rows(
        store, "SELECT id, formula, value, low, high, distribution, source FROM parameter ORDER BY position"
    ) == [
        ("yield_", "0.20", 0.2, 0.1, 0.3, "beta(4, 16)", "a judgement"),
        ("late", "yield_ / 2", None, None, None, None, None),
        ("shock", "1", 1.0, None, None, "discrete({0.1: 0.5, 0.3: 0.5})", None),
    ]
    assert rows(store, "SELECT actor, criterion, weight FROM weight ORDER BY actor, criterion") == [
        ("france", "cost", 1.0),
        ("uk", "cohesion", 3.0),
        ("uk", "cost", -1.0),
    ]
    assert rows(store, "SELECT id, risk_tolerance, votes, note FROM actor ORDER BY position") == [
        ("uk", 40.0, 67.0, None),
        ("france", None, None, "wants talks"),
    ]
    assert rows(store, "SELECT id, unit, worst, best, start FROM criterion ORDER BY position") == [
        ("cohesion", None, 0.0, 100.0, 50.0),
        ("cost", "EUR bn", 120.0, 0.0, None),
    ]


def test_results_answer_questions_in_sql(store: Store) -> None:
    store.save_run(scenario(), run(2), now=NOW)
    best = (
        "SELECT state, option, actor, value, probability FROM run_decision WHERE chosen AND actor = 'uk' ORDER BY state"
    )
    assert rows(store, best) == [
        ("line[round=0]", "engage", "uk", 0.0, 1.0),
        ("line[round=1]", "engage", "uk", 1.0, 0.5),
    ]
    assert rows(store, "SELECT DISTINCT state FROM run_decision WHERE tied") == [("line[round=1]",)]
    likely = "SELECT outcome, amount FROM run_outcome_amount JOIN run_outcome USING (run_id, outcome)"
    assert rows(store, f"{likely} WHERE criterion = 'cost' AND actor IS NULL AND probability > 0.5") == [("end", -7.5)]
    assert rows(store, "SELECT actor, value FROM run_value ORDER BY position") == [("uk", 40.25), ("france", 41.25)]


def test_backup_opens_and_holds_everything(store: Store, tmp_path: Path) -> None:
    store.save(scenario(raw=AWKWARD), [run(5, git_dirty=False)], now=NOW)
    target = store.backup(tmp_path / "copy.sqlite")
    store.save_scenario(scenario(raw=b"later"), now=NOW)
    with Store.open(target) as copy:
        assert copy.restore("line") == AWKWARD
        assert copy.result(copy.history()[0].runs[0].id) == result(5)
        assert copy.history()[0].runs[0].git_dirty is False
        assert copy.save_scenario(scenario(raw=b"next"), now=NOW).revision == 2
        assert copy.check() == []


def test_backup_replaces_nothing(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    target.write_text("dear diary")
    with pytest.raises(PlannerError, match="exists already"):
        store.backup(target)
    assert target.read_text() == "dear diary"
    assert {path.name for path in tmp_path.iterdir()} <= {"copy.sqlite", "db"}


def test_check_finds_a_changed_text_and_a_lost_revision(store: Store, place: str) -> None:
    for raw in (b"a", b"b", b"c"):
        store.save_scenario(scenario(raw=raw), now=NOW)
    with engine(store).begin() as connection:
        connection.execute(text("UPDATE revision SET text = :x WHERE number = 3"), {"x": b"d"})
        connection.execute(text("DELETE FROM revision WHERE number = 2"))
    found = {problem.kind: str(problem) for problem in check(place)}
    assert found == {
        "fingerprint": "the text of 'line@3' is not the one that was saved",
        "revision": "'line' has 2 revisions, the last 3, the current 3",
    }
    with pytest.raises(PlannerError, match=r"text of 'line@3' in .* is damaged"):
        store.restore("line", 3)


def test_included_texts_come_back_byte_for_byte(store: Store) -> None:
    one = scenario(raw=b"main", included=INCLUDED)
    saved = store.save_scenario(one, now=NOW)
    kept = store.texts("line")
    assert (kept.scenario_name, kept.revision, kept.fingerprint) == ("line", 1, saved.fingerprint)
    assert kept.text == store.restore("line") == b"main"
    assert [(file.path, file.text) for file in kept.included] == list(INCLUDED.items())
    assert saved.fingerprint == one.fingerprint != scenario(raw=b"main").fingerprint
    assert store.history("line")[0].fingerprint == saved.fingerprint
    assert store.check() == []


def test_another_included_text_is_another_revision(store: Store) -> None:
    def save(included: dict[str, bytes]) -> tuple[int, bool]:
        saved = store.save_scenario(scenario(raw=b"main", included=included), now=NOW)
        return saved.revision, saved.new

    assert save({}) == (1, True)
    assert save({"a.yaml": b"a"}) == (2, True)
    assert save({"a.yaml": b"b"}) == (3, True)
    assert save({"b.yaml": b"a"}) == (4, True)
    assert save({"a.yaml": b"a"}) == (2, False)
    assert store.texts("line").included[0].text == b"a"
    assert store.texts("line", 1).included == ()
    assert rows(store, "SELECT count(*) FROM included_file") == [(3,)]


def test_backup_holds_included_texts(store: Store, tmp_path: Path) -> None:
    store.save_scenario(scenario(included=INCLUDED), now=NOW)
    with Store.open(store.backup(tmp_path / "copy.sqlite")) as copy:
        assert copy.texts("line") == store.texts("line")
        assert copy.check() == []


DAMAGE = {
    "UPDATE included_file SET text = :x WHERE position = 1": "'../late.json' in 'line@1'",
    "UPDATE included_file SET text = :x, fingerprint = 'f' WHERE position = 1": "'../late.json' in 'line@1'",
    "UPDATE included_file SET path = 'x' WHERE position = 1": "'line@1'",
    "UPDATE included_file SET position = 7 WHERE position = 1": "'line@1'",
    "DELETE FROM included_file WHERE position = 2": "'line@1'",
    "UPDATE revision SET text = :x": "'line@1'",
}


@pytest.mark.parametrize("statement", DAMAGE)
def test_check_finds_damage_of_included_texts(store: Store, place: str, statement: str) -> None:
    store.save_scenario(scenario(included=INCLUDED), now=NOW)
    with engine(store).begin() as connection:
        connection.execute(text(statement), {"x": b"d"} if ":x" in statement else {})
    where = DAMAGE[statement]
    found = check(place)
    assert {problem.kind for problem in found} == {"fingerprint"}
    assert str(found[0]) == f"the text of {where} is not the one that was saved"
    with pytest.raises(PlannerError, match=f"the text of {re.escape(where)} in .* is damaged"):
        store.restore("line")


def test_scenario_of_several_files_is_kept_with_its_content(store: Store, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "talks.yaml").write_text(
        "planner: 1\ntitle: Talks\nparameters: {hope: 0.3}\nnodes:\n  answer:\n    chance: What now?\n    branches:\n"
        "      yes: {p: hope, payoff: 10, to: end}\n      no: {p: rest}\n  end: {outcome: The end}\n"
    )
    main = tmp_path / "line.yaml"
    main.write_text(
        "planner: 1\ntitle: Line\ninclude:\n  one: {file: parts/talks.yaml}\n"
        "  two: {file: ./parts/talks.yaml, set: {hope: 0.9}}\n"
        "nodes:\n  line:\n    decision: Which?\n    options: {a: {to: one}, b: {to: two}}\n"
    )
    loaded = planner.load(main)
    found = planner.evaluate(loaded)
    asked = Run(analysis="evaluate", settings=found.settings, result=found.to_dict(), version=planner.__version__)
    record = store.save_run(loaded, asked, now=NOW)
    assert store.result(record.id) == found.to_dict()
    assert [(file.path, file.text) for file in store.texts("line").included] == [
        ("parts/talks.yaml", (tmp_path / "parts" / "talks.yaml").read_bytes())
    ]
    assert rows(store, "SELECT id FROM node ORDER BY position") == [
        ("line",), ("one/answer",), ("one/end",), ("two/answer",), ("two/end",)
    ]  # fmt: skip
    assert rows(store, "SELECT to_node FROM edge WHERE node = 'line' ORDER BY position") == [
        ("one/answer",),
        ("two/answer",),
    ]
    assert rows(store, "SELECT id, value FROM parameter ORDER BY position") == [("one/hope", 0.3), ("two/hope", 0.9)]


def test_check_finds_a_missing_table(store: Store, place: str) -> None:
    with engine(store).begin() as connection:
        connection.execute(text("DROP TABLE run_outcome"))
    assert [str(problem) for problem in check(place)] == ["table 'run_outcome' is missing"]


def test_store_says_where_it_is(store: Store) -> None:
    assert store.location in repr(store)
