"""`planner status`: what is out of date, and what to run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.cli.app import COMMANDS, application
from planner.cli.standing import SAVING, Runs
from planner.store import RunRecord
from tests.cli.conftest import edit

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("one_scenario")
TUTORIAL = "scenarios/tutorial.yaml"
TALKS = "planner: 1\ntitle: T\nnodes:\n  answer: {chance: What now?, branches: {yes: {p: 0.3}, no: {p: 0.7}}}\n"
LINE = """\
planner: 1
title: Line
as_of: 2026-11-23
include: {talks: {file: parts/talks.yaml}}
nodes: {line: {decision: Talk?, options: {talk: {to: talks}, wait: {payoff: 0.5}}}}
"""


def git(*arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


def status(cli: Cli, *arguments: str, code: int = 0) -> tuple[dict[str, Any], list[str]]:
    """Return the scenarios by name, and what to run."""
    result = cli("status", "--json", *arguments)
    assert result.code == code, result
    document = json.loads(result.out)
    assert document["schema"] == "planner/status/1"
    found = document["result"]
    return {one["name"]: one for one in found["scenarios"]}, found["next"]


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(folder.rglob("*"))}


def test_where_nothing_was_saved(cli: Cli, workspace: Path):
    before = listing(workspace)
    found, steps = status(cli, "--exit-code")
    one = found["tutorial"]
    assert (one["runs"], one["papers"], one["git"], one["out_of_date"]) == (None, [], None, False)
    assert one["fingerprint"] == planner.load(TUTORIAL).fingerprint
    assert one["faults"] == {"errors": 0, "warnings": 0}
    assert steps == []
    assert listing(workspace) == before
    assert cli("status").out.endswith("\nNothing is out of date.\n")


def test_all_current(cli: Cli):
    cli("report", TUTORIAL)
    found, steps = status(cli, "--exit-code")
    one = found["tutorial"]
    assert [(run["analysis"], run["run"], run["out_of_date"]) for run in one["runs"]["analyses"]] == [
        ("evaluate", 1, [])
    ]
    assert [(paper["path"], paper["out_of_date"]) for paper in one["papers"]] == [("reports/tutorial.md", [])]
    assert (one["out_of_date"], steps) == (False, [])


def test_a_changed_file(cli: Cli):
    cli("report", TUTORIAL)
    cli("risk", TUTORIAL, "--save")
    cli("strategies", TUTORIAL, "--save")
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    assert status(cli)[0]["tutorial"]["out_of_date"]
    found, steps = status(cli, "--exit-code", code=1)
    runs = {run["analysis"]: run["out_of_date"] for run in found["tutorial"]["runs"]["analyses"]}
    assert runs == {"evaluate": ["scenario"], "risk": ["scenario"], "strategies": ["scenario"]}
    (paper,) = found["tutorial"]["papers"]
    assert paper["out_of_date"] == [{"kind": "scenario", "message": "the scenario has changed"}]
    assert steps == [
        "planner report --all",
        f"planner risk {TUTORIAL} --save",
        f"planner strategies {TUTORIAL} --save",
    ]
    for step in steps:
        assert cli(*shlex.split(step)[1:]).code == 0
    assert status(cli, "--exit-code")[1] == []


def test_back_to_the_text_before(cli: Cli):
    text = Path(TUTORIAL).read_text()
    cli("report", TUTORIAL)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    cli("report", TUTORIAL, "-o", "reports/other.md")
    Path(TUTORIAL).write_text(text)
    one = status(cli)[0]["tutorial"]
    assert [(run["run"], run["out_of_date"]) for run in one["runs"]["analyses"]] == [(1, [])]
    assert {paper["path"]: bool(paper["out_of_date"]) for paper in one["papers"]} == {
        "reports/other.md": True,
        "reports/tutorial.md": False,
    }


def test_an_included_file(cli: Cli):
    Path("scenarios/parts").mkdir()
    Path("scenarios/line.yaml").write_text(LINE)
    Path("scenarios/parts/talks.yaml").write_text(TALKS)
    cli("report", "scenarios/line.yaml")
    assert status(cli, "--exit-code")[0]["talks"]["part_of"] == ["scenarios/line.yaml"]
    edit("scenarios/parts/talks.yaml", "title: T", "title: Talks")
    one = status(cli)[0]["line"]
    assert one["runs"]["analyses"][0]["out_of_date"] == ["scenario"]
    message = one["papers"][0]["out_of_date"][0]["message"]
    assert message == "the scenario or a file that it includes has changed"
    Path("scenarios/parts/talks.yaml").unlink()
    found, steps = status(cli, "--exit-code", code=1)
    assert found["line"]["faults"]["errors"] == 1
    assert steps == ["planner check scenarios/line.yaml"]


def test_another_version(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    cli("report", TUTORIAL)
    for module in ("planner.cli.paper", "planner.cli.papers", "planner.cli.standing", "planner.cli.keeping"):
        monkeypatch.setattr(f"{module}.__version__", "9.9")
    one = status(cli)[0]["tutorial"]
    assert one["runs"]["analyses"][0]["out_of_date"] == ["version"]
    assert [reason["kind"] for reason in one["papers"][0]["out_of_date"]] == ["version"]
    cli("report", "--all")
    assert status(cli, "--exit-code")[1] == []


def test_what_ifs_are_counted_apart(cli: Cli):
    cli("risk", TUTORIAL, "--rule", "maximin", "--save")
    one = status(cli)[0]["tutorial"]
    assert one["runs"]["analyses"] == []
    assert one["runs"]["what_ifs"] == {"count": 1, "out_of_date": 0}
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    found, steps = status(cli, "--exit-code")  # they answer another question than the file asks
    assert found["tutorial"]["runs"]["what_ifs"] == {"count": 1, "out_of_date": 1}
    assert steps == []


def test_work_by_hand(cli: Cli):
    cli("report", TUTORIAL)
    edit("reports/tutorial.md", "## The decision", "## Decide!")
    result = cli("status", "--exit-code")
    assert result.code == 1
    words = " ".join(result.out.split())
    assert f"its text was edited by hand; `planner report --all --force {TUTORIAL}` makes it anew" in words
    assert "Next" not in words


@pytest.mark.parametrize(
    ("option", "value"),
    [("set", "[]"), ("rule", '"nonsense"'), ("analyses", "7"), ("kind", "{}"), ("template", "[]"), ("max_states", "0")],
)
def test_a_note_with_odd_options_stops_nothing(cli: Cli, option: str, value: str):
    cli("report", TUTORIAL)
    paper = Path("reports/tutorial.md")
    paper.write_text(re.sub(rf'"{option}": ([^{{}}]*?|{{}})(,?)\n', f'"{option}": {value}\\2\n', paper.read_text()))
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    found, steps = status(cli, "--exit-code", code=1)
    assert found["tutorial"]["papers"][0]["out_of_date"][0]["kind"] == "scenario"
    assert steps == ["planner report --all"]
    assert cli("report", "--all").code in {0, 1, 2}


def test_states_of_git(cli: Cli):
    Path("scenarios/parts").mkdir()
    Path("scenarios/line.yaml").write_text(LINE)
    Path("scenarios/parts/talks.yaml").write_text(TALKS)
    git("init", "-q")
    assert {name: one["git"][one["path"]] for name, one in status(cli)[0].items()} == dict.fromkeys(
        ("line", "talks", "tutorial"), "new"
    )
    git("add", ".")
    assert status(cli)[0]["tutorial"]["git"] == {TUTORIAL: "new"}
    git("commit", "-qm", "first")
    assert status(cli)[0]["line"]["git"] == {"scenarios/line.yaml": "clean", "scenarios/parts/talks.yaml": "clean"}
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    edit("scenarios/parts/talks.yaml", "title: T", "title: Talks")
    Path(".gitignore").write_text("draft.yaml\n")
    shutil.copy(TUTORIAL, "scenarios/draft.yaml")
    found = status(cli)[0]
    assert found["line"]["git"] == {"scenarios/line.yaml": "clean", "scenarios/parts/talks.yaml": "changed"}
    assert (found["tutorial"]["git"], found["draft"]["git"]) == (
        {TUTORIAL: "changed"},
        {"scenarios/draft.yaml": "ignored"},
    )
    out = cli("status").out
    assert [line.split()[-1] for line in out.splitlines()[2:6]] == ["ignored", "changed", "changed", "changed"]
    assert "included changed" in out.splitlines()[3]


def test_without_git(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    cli("report", TUTORIAL)
    monkeypatch.setenv("PATH", "")
    assert status(cli, "--exit-code")[0]["tutorial"]["git"] is None


def test_a_file_that_is_gone(cli: Cli):
    cli("save", TUTORIAL)
    shutil.copy(TUTORIAL, "scenarios/old.yaml")
    edit("scenarios/old.yaml", "p: 0.3", "p: 0.5")
    cli("report", "scenarios/old.yaml")
    Path("scenarios/old.yaml").unlink()
    found, steps = status(cli, "--exit-code", code=1)  # its paper cannot be true any more
    assert (found["old"]["path"], found["old"]["revisions"], found["old"]["moved_to"]) == (None, 1, None)
    assert [reason["kind"] for reason in found["old"]["papers"][0]["out_of_date"]] == ["gone"]
    assert steps == []
    assert "`planner restore old` brings it back" in cli("status").out
    shutil.rmtree("reports")
    assert status(cli, "--exit-code")[0]["old"]["papers"] == []  # what the database remembers is no claim
    assert set(status(cli, TUTORIAL)[0]) == {"tutorial"}


def test_a_file_that_has_another_name_now(cli: Cli):
    cli("save", TUTORIAL)
    Path(TUTORIAL).rename("scenarios/envoy.yaml")
    assert status(cli)[0]["tutorial"]["moved_to"] == "scenarios/envoy.yaml"
    assert "tutorial: scenarios/envoy.yaml has the same content" in cli("status").out


def test_only_the_database_is_left(cli: Cli):
    cli("save", TUTORIAL)
    Path(TUTORIAL).unlink()
    assert set(status(cli)[0]) == {"tutorial"}
    shutil.rmtree("db")
    result = cli("status")
    assert (result.code, result.out) == (2, "")
    assert "there is no scenario file in 'scenarios'" in result.err


def test_faults(cli: Cli):
    edit(TUTORIAL, "to: answer", "to: anwser")
    shutil.copy(TUTORIAL, "scenarios/bytes.yaml")
    Path("scenarios/bytes.yaml").write_bytes(b"planner: 1\n\xff\n")
    Path("scenarios/docker.yml").write_text("services: {}\n")
    found = status(cli)[0]
    assert found["tutorial"]["faults"]["errors"] >= 1
    assert found["bytes"]["faults"]["errors"] >= 1
    assert "docker" not in found
    assert "error" in cli("status").out


def test_a_file_that_cannot_be_read(cli: Cli):
    Path("scenarios/loop.yaml").symlink_to("loop.yaml")
    result = cli("status")
    assert result.code == 0
    assert "cannot be read" in result.out
    assert "tutorial" in result.out


def test_a_database_that_cannot_be_read(cli: Cli):
    cli("report", TUTORIAL)
    Path("notes.sqlite").write_text("not a database at all")
    result = cli("status", "--db", "notes.sqlite")
    assert result.code == 0
    assert result.err.startswith("runs are not shown: ")
    assert Path("notes.sqlite").read_text() == "not a database at all"
    assert cli("status", "--db", "mysql://x/y").err.startswith("runs are not shown: ")


def test_an_old_database_is_left_old(cli: Cli, workspace: Path):
    cli("save", TUTORIAL)
    with sqlite3.connect("db/planner.sqlite") as database:
        database.execute("UPDATE planner_schema SET version_num = '0001'")
    database.close()
    before = Path("db/planner.sqlite").read_bytes()
    assert "planner db upgrade" in cli("status").err
    assert Path("db/planner.sqlite").read_bytes() == before
    assert [path.name for path in Path("db").iterdir()] == ["planner.sqlite"]


def test_a_folder_that_may_not_be_written(cli: Cli, workspace: Path):
    cli("report", TUTORIAL)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    everything = [workspace, *workspace.rglob("*")]
    modes = {path: path.stat().st_mode for path in everything}
    before = listing(workspace)
    for path in reversed(everything):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        found, _ = status(cli, "--exit-code", code=1)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    assert found["tutorial"]["runs"]["analyses"][0]["out_of_date"] == ["scenario"]
    after = listing(workspace)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {str(workspace / "db")}  # root may write even so


def test_nothing_is_written(cli: Cli, workspace: Path):
    cli("report", TUTORIAL)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    git("init", "-q")
    git("add", ".")
    before = listing(workspace)
    cli("status")
    after = listing(workspace)
    assert after == before | {name: after[name] for name in after if name.endswith("/db")}  # SQLite's log came and went


@pytest.mark.parametrize("columns", ["40", "80"])
@pytest.mark.parametrize("arguments", [(), (TUTORIAL,)])
def test_what_is_shown(cli: Cli, columns: str, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", columns)
    cli("report", TUTORIAL)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    result = cli("status", *arguments)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= max(int(columns), len(f"  planner report --all {TUTORIAL}"))
    words = " ".join(result.out.split())
    assert "reports/tutorial.md: the scenario has changed" in words
    assert "tutorial, runs of evaluate: the scenario has changed" in words
    assert words.endswith(" ".join(["Next planner report --all", *arguments]))


def test_names_that_a_shell_would_take_apart(cli: Cli):
    shutil.copy(TUTORIAL, "scenarios/two words.yaml")
    cli("risk", "scenarios/two words.yaml", "--save")
    edit("scenarios/two words.yaml", "p: 0.3", "p: 0.4")
    (step,) = status(cli)[1]
    assert step == "planner risk 'scenarios/two words.yaml' --save"
    assert cli(*shlex.split(step)[1:]).code == 0
    assert status(cli)[1] == []


def test_every_analysis_that_saves_is_known():
    context = application.make_context("planner", ["--help"], resilient_parsing=True)
    saving = set()
    for name, entry in COMMANDS.items():
        command = application.get_command(context, name)
        assert command is not None
        if entry.group == "Think" and any(param.name == "save" for param in command.params):
            saving.add(name)
    assert saving == set(SAVING)


def record(number: int, analysis: str, fingerprint: str, **settings: object) -> RunRecord:
    return RunRecord(
        id=number,
        scenario_name="x",
        revision=1,
        fingerprint=fingerprint,
        analysis=analysis,
        settings=settings,
        at=datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=number),
        version=planner.__version__,
        seed=None,
        git_commit=None,
        git_dirty=None,
    )


def test_which_run_speaks_for_an_analysis():
    runs = [record(1, "risk", "now"), record(2, "risk", "now"), record(3, "risk", "old"), record(4, "evaluate", "old")]
    runs += [record(5, "evaluate", "older", rule="expected"), record(6, "evaluate", "now", set={"a": 1})]
    found = Runs.of(runs, {"now"})
    assert [(ran.run.id, ran.reasons) for ran in found.each] == [(2, ()), (5, ("scenario",))]
    assert found.out_of_date == ["evaluate"]
    assert (found.what_ifs, found.what_ifs_out_of_date) == (1, 0)
    assert found.last == datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert Runs.of(runs, None).out_of_date == []  # nothing to compare with
