from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.store.result_choice import choice_in

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

TUTORIAL = "scenarios/tutorial.yaml"
COIN = """\
planner: 1
title: A coin
as_of: 2026-11-23
nodes:
  coin: {chance: Which side?, branches: {heads: {p: 0.5, to: bet}, tails: {p: 0.5}}}
  bet: {decision: Take it?, options: {take: {payoff: 5}, leave: {}}}
"""


@pytest.fixture
def two_revisions(cli: Cli) -> bytes:
    """Save the tutorial, change it, save again; return the first text."""
    first = Path(TUTORIAL).read_bytes()
    cli("save", TUTORIAL)
    Path(TUTORIAL).write_bytes(first.replace(b"p: 0.3", b"p: 0.4"))
    cli("save", TUTORIAL)
    return first


def test_save(cli: Cli):
    first = cli("save", TUTORIAL)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("tutorial@1 saved in db/planner.sqlite (")
    assert cli("save", TUTORIAL).out.startswith("tutorial@1 is kept already in db/planner.sqlite (")


def test_save_a_folder(cli: Cli):
    saved = json.loads(cli("save", "scenarios", "--json").out)["result"]["saved"]
    assert {one["name"] for one in saved} == {path.stem for path in Path("scenarios").glob("*.yaml")}


def test_save_keeps_nothing_when_one_file_is_faulty(cli: Cli):
    Path("scenarios/faulty.yaml").write_text("planner: 1\n")
    result = cli("save", "scenarios/tutorial.yaml", "scenarios/faulty.yaml")
    assert (result.code, result.out) == (1, "")
    assert "'scenarios/faulty.yaml' cannot be saved as it is, so none of the 2 files was saved" in result.err
    assert "none of the" not in cli("save", "scenarios/faulty.yaml").err
    assert not Path("db").exists()


@pytest.mark.usefixtures("two_revisions")
def test_history(cli: Cli):
    assert cli("history").out.splitlines()[-1].split()[:3] == ["tutorial", "2", "0"]
    cli("report", TUTORIAL, "--analyses", "none")
    out = cli("history", "tutorial").out
    assert "1 run" in out
    kept = json.loads(cli("history", "tutorial", "--json").out)["result"]["revisions"]
    assert [(one["revision"], one["current"], len(one["runs"])) for one in kept] == [(2, True, 1), (1, False, 0)]


def test_history_tells_runs_apart(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    moscow = "scenarios/european-line-on-moscow.yaml"
    cli("report", TUTORIAL, "--analyses", "none")
    cli("report", TUTORIAL, "--analyses", "none", "--rule", "maximin")
    lines = [line.split() for line in cli("history", "tutorial").out.splitlines()]
    assert ["2", "1", "rule=maximin", "wait", "0"] in [line[:5] for line in lines]
    assert ["1", "1", "-", "send", "3.5"] in [line[:5] for line in lines]
    cli("report", moscow, "--analyses", "none", "--set", "talks_yield=0.4", "--rule", "hurwicz:0.4")
    out = cli("history", "european-line-on-moscow").out
    assert max(map(len, out.splitlines())) <= 80
    assert "talks_yield=0.4" in out
    found = json.loads(cli("history", "european-line-on-moscow", "--json").out)["result"]["revisions"][0]["runs"][0]
    evaluated = cli("evaluate", moscow, "--set", "talks_yield=0.4", "--rule", "hurwicz:0.4", "--json")
    root = json.loads(evaluated.out)["result"]["decisions"][0]
    values = {one["option"]: one["values"] for one in root["options"]}[root["chosen"]]
    owner = root["by"][0]
    assert found["choice"] == {"option": root["chosen"], "actor": owner, "value": values[owner]}


@pytest.mark.parametrize(
    ("command", "came_to"),
    [
        (["risk"], "coordinate 54.33 (uk)"),
        (["sensitivity", "--steps", "5"], "coordinate 54.33 (uk)"),
        (["stress", "--points", "100"], "coordinate 54.33 (uk)"),
        (["information", "--draws", "400"], "coordinate 54.33 (uk)"),
        (["negotiate"], "coordinate 54.33 (uk)"),
        (["negotiate", "--actor", "russia"], "coordinate 44.72 (russia)"),
        (["strategies"], "coordinate 54.33 (uk)"),
        (["risk", "--at", "pressure"], "pressure.press 49.68 (russia)"),
    ],
)
def test_history_says_what_analyses_came_to(cli: Cli, command: list[str], came_to: str):
    name, *more = command
    assert cli(name, "scenarios/european-line-on-moscow.yaml", *more, "--save").code == 0
    assert came_to in cli("history", "european-line-on-moscow").out


def test_history_says_what_a_simulation_came_to(cli: Cli):
    run = ["simulate", "scenarios/european-line-on-moscow.yaml", "--draws", "200"]
    found = json.loads(cli(*run, "--json", "--save").out)["result"]
    mean = next(row["mean"] for row in found["options"] if row["option"] == "coordinate")
    assert f"coordinate {mean:.4g} (uk)" in cli("history", "european-line-on-moscow").out


@pytest.mark.parametrize("result", [{}, {"chosen": "x"}, {"at": "n", "chosen": "x", "actor": "a", "options": []}])
def test_results_that_do_not_say_are_passed_over(result: dict[str, object]):
    for analysis in ("risk", "negotiate", "stress", "simulate", "strategies", "frontier"):
        assert choice_in(analysis, result, {}, "n") is None


def test_history_of_a_scenario_that_starts_with_chance(cli: Cli):
    Path("coin.yaml").write_text(COIN)
    cli("report", "coin.yaml", "--analyses", "none")
    (run,) = json.loads(cli("history", "coin", "--json").out)["result"]["revisions"][0]["runs"]
    assert run["choice"] == {"option": None, "actor": "self", "value": 2.5}


def test_history_says_which_runs_hold(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    text = Path(TUTORIAL).read_text()
    cli("report", TUTORIAL, "--analyses", "none")
    Path(TUTORIAL).write_text(text.replace("p: 0.3", "p: 0.4"))
    cli("report", TUTORIAL, "--analyses", "none")

    def reasons() -> dict[int, list[str] | None]:
        revisions = json.loads(cli("history", "tutorial", "--json").out)["result"]["revisions"]
        return {run["id"]: run["out_of_date"] for one in revisions for run in one["runs"]}

    assert reasons() == {1: ["scenario"], 2: []}
    rows = [line.split() for line in cli("history", "tutorial").out.splitlines()[-2:]]
    assert (rows[0][0], rows[0][-1]) == ("2", "yes")
    assert (rows[1][0], rows[1][-3:]) == ("1", ["no:", "older", "text"])
    Path(TUTORIAL).write_text(text)
    assert reasons() == {1: [], 2: ["scenario"]}
    with monkeypatch.context() as patch:
        patch.setattr("planner.cli.standing.__version__", "9.9")
        assert reasons() == {1: ["version"], 2: ["scenario", "version"]}
    Path(TUTORIAL).unlink()
    assert reasons() == {1: None, 2: None}
    assert "No file of the name 'tutorial' is here" in cli("history", "tutorial").out


def test_history_looks_at_the_file_wherever_it_is(cli: Cli):
    Path("coin.yaml").write_text(COIN)
    cli("report", "coin.yaml", "--analyses", "none")
    document = json.loads(cli("history", "coin", "--json").out)
    assert document["settings"]["files"] == ["coin.yaml"]
    assert document["result"]["revisions"][0]["runs"][0]["out_of_date"] == []


def test_history_on_a_narrow_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    cli("report", TUTORIAL, "--analyses", "risk")
    Path(TUTORIAL).write_text(Path(TUTORIAL).read_text() + "# more\n")
    out = cli("history", "tutorial").out
    assert max(map(len, out.splitlines())) <= 40
    assert out.count("holds: no: older text") == 2
    assert "    send 3.5\n" in out


def test_history_of_nothing(cli: Cli):
    result = cli("history")
    assert (result.code, result.out) == (2, "")
    assert "planner.sqlite" in result.err


@pytest.mark.usefixtures("two_revisions")
def test_history_of_an_unknown_name(cli: Cli):
    result = cli("history", "tutorals")
    assert result.code == 2
    assert "did you mean 'tutorial'?" in result.err


def test_restore_is_byte_for_byte(cli: Cli, two_revisions: bytes):
    assert cli("restore", "tutorial@1").out.encode() == two_revisions
    assert cli("restore", "tutorial").out.encode() == Path(TUTORIAL).read_bytes()
    assert cli("restore", "tutorial@1", "-o", "old.yaml") == (0, "", "wrote old.yaml\n")
    assert Path("old.yaml").read_bytes() == two_revisions


def test_restore_leaves_unsaved_edits_alone(cli: Cli, two_revisions: bytes):
    edited = two_revisions + b"# an afternoon's work\n"
    Path(TUTORIAL).write_bytes(edited)
    result = cli("restore", "tutorial@1", "-o", TUTORIAL)
    assert (result.code, result.out) == (2, "")
    assert f"'{TUTORIAL}' holds a text that is not kept as a revision of 'tutorial'" in result.err
    assert f"planner save {TUTORIAL}" in result.err
    assert Path(TUTORIAL).read_bytes() == edited
    assert cli("restore", "tutorial@1", "-o", TUTORIAL, "--force").code == 0
    assert Path(TUTORIAL).read_bytes() == two_revisions


def test_restore_replaces_what_is_kept(cli: Cli, two_revisions: bytes):
    for _ in range(2):  # another revision first, then the same bytes
        assert cli("restore", "tutorial@1", "-o", TUTORIAL).code == 0
        assert Path(TUTORIAL).read_bytes() == two_revisions


def test_restore_asks_for_a_revision_of_that_name(cli: Cli, two_revisions: bytes):
    Path("other.yaml").write_bytes(two_revisions + b"# other\n")
    cli("save", "other.yaml")
    assert cli("restore", "tutorial@1", "-o", "other.yaml").code == 2
    assert cli("restore", "other", "-o", "other.yaml").code == 0


def test_restore_an_included_file_over_a_kept_one(cli: Cli, two_files: dict[str, str]):
    arguments = ("restore", "line", "--included", "parts/talks.yaml", "-o", "parts/talks.yaml")
    assert cli(*arguments).code == 0
    Path("parts/talks.yaml").write_text(two_files["parts/talks.yaml"] + "# more\n")
    assert cli(*arguments).code == 2


def test_restore_keeps_line_ends_and_a_byte_order_mark(cli: Cli):
    raw = b"\xef\xbb\xbf" + Path(TUTORIAL).read_bytes().replace(b"\n", b"\r\n")
    Path("windows.yaml").write_bytes(raw)
    assert cli("save", "windows.yaml").code == 0
    cli("restore", "windows", "-o", "again.yaml")
    assert Path("again.yaml").read_bytes() == raw


@pytest.mark.parametrize("name", ["tutorial@x", "tutorial@", "tutorial@-1"])
def test_restore_what_is_no_revision(cli: Cli, name: str):
    result = cli("restore", name)
    assert result.code == 2
    assert "number behind '@'" in result.err


@pytest.mark.usefixtures("two_revisions")
def test_restore_a_revision_that_is_not_there(cli: Cli):
    assert "revisions are 1 to 2" in cli("restore", "tutorial@3").err


def test_a_report_that_cannot_be_kept_names_no_save(cli: Cli):
    Path("db").write_text("no folder")
    result = cli("report", TUTORIAL)
    assert result.code == 2
    assert "--no-save writes the paper alone" in result.err
    assert cli("report", TUTORIAL, "--no-save").code == 0


def test_db_path_and_where_it_comes_from(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    assert cli("db", "path").out == f"{workspace}/db/planner.sqlite\n"
    (workspace / "planner.toml").write_text('db = "memory.sqlite"\n')
    assert cli("db", "path").out == f"{workspace}/memory.sqlite\n"
    monkeypatch.setenv("PLANNER_DB", "other.sqlite")
    assert cli("db", "path").out == "other.sqlite\n"
    assert cli("db", "path", "--db", "given.sqlite").out == "given.sqlite\n"


def test_db_path_hides_the_password(cli: Cli):
    out = cli("db", "path", "--db", "postgresql://me:secret@server/plans").out
    assert "secret" not in out
    assert "server/plans" in out


def test_db_upgrade(cli: Cli):
    assert cli("db", "upgrade").out.startswith("made db/planner.sqlite with schema ")
    assert "is up to date" in cli("db", "upgrade").out


@pytest.mark.usefixtures("two_revisions")
def test_db_check(cli: Cli):
    assert cli("db", "check") == (0, "db/planner.sqlite: no problems\n", "")
    assert json.loads(cli("db", "check", "--json").out)["result"] == {"problems": []}


def test_db_check_without_a_database(cli: Cli):
    assert cli("db", "check").code == 2
    assert not Path("db").exists()


def test_db_check_of_a_file_that_is_none(cli: Cli):
    Path("notes.sqlite").write_text("not a database at all")
    result = cli("db", "check", "--db", "notes.sqlite")
    assert result.code == 2
    assert result.err.startswith("error: ")
    assert Path("notes.sqlite").read_text() == "not a database at all"


def test_db_backup(cli: Cli, two_revisions: bytes):
    assert cli("db", "backup", "copy.sqlite").out == "copied to copy.sqlite\n"
    assert cli("restore", "tutorial@1", "--db", "copy.sqlite").out.encode() == two_revisions
    assert cli("db", "backup", "copy.sqlite").code == 2
    assert cli("db", "backup").out.startswith("copied to db/planner-2")


TALKS = (
    "planner: 1\ntitle: Talks\nnodes:\n  answer:\n    chance: What now?\n    branches: {yes: {p: 0.3}, no: {p: 0.7}}\n"
)
LINE = """\
planner: 1
title: Line
include: {{talks: {{file: {file}}}}}
nodes: {{line: {{decision: Talk?, options: {{talk: {{to: talks}}, wait: {{}}}}}}}}
"""


@pytest.fixture
def two_files(cli: Cli) -> dict[str, str]:
    """Save a scenario that includes another; return the texts of both."""
    texts = {"line.yaml": LINE.format(file="parts/talks.yaml"), "parts/talks.yaml": TALKS}
    Path("parts").mkdir()
    for path, text in texts.items():
        Path(path).write_text(text)
    assert cli("save", "line.yaml").code == 0
    return texts


def test_another_included_text_is_another_revision(cli: Cli, two_files: dict[str, str]):
    Path("parts/talks.yaml").write_text(TALKS.replace("0.3", "0.4").replace("0.7", "0.6"))
    assert cli("save", "line.yaml").out.startswith("line@2 saved")
    Path("parts/talks.yaml").write_text(two_files["parts/talks.yaml"])
    assert cli("save", "line.yaml").out.startswith("line@1 is kept already")
    Path("parts/other.yaml").write_text(TALKS)
    assert cli("save", "line.yaml").out.startswith("line@1 is kept already")


def test_restore_says_what_it_includes(cli: Cli, two_files: dict[str, str]):
    result = cli("restore", "line")
    assert (result.code, result.out) == (0, two_files["line.yaml"])
    assert result.err == "line@1 includes parts/talks.yaml; --into FOLDER writes them all\n"
    result = cli("restore", "line", "-o", "again.yaml")
    assert result.err.splitlines()[0] == "wrote again.yaml"
    assert Path("again.yaml").read_text() == two_files["line.yaml"]


def test_restore_one_included_file(cli: Cli, two_files: dict[str, str]):
    assert cli("restore", "line", "--included", "parts/talks.yaml") == (0, two_files["parts/talks.yaml"], "")
    result = cli("restore", "line", "--included", "parts/talk.yaml")
    assert (result.code, result.out) == (2, "")
    assert "did you mean 'parts/talks.yaml'?" in result.err


def test_restore_all_files_into_a_folder(cli: Cli, two_files: dict[str, str]):
    assert cli("restore", "line", "--into", "old") == (0, "", "wrote line.yaml, parts/talks.yaml below old\n")
    found = {str(path.relative_to("old")): path.read_text() for path in Path("old").rglob("*") if path.is_file()}
    assert found == two_files
    assert cli("check", "old/line.yaml").code == 0
    assert cli("restore", "line", "--into", "old").err == "all of it is below old already\n"
    one, other = (
        json.loads(cli("evaluate", path, "--json").out)["scenario"] for path in ("line.yaml", "old/line.yaml")
    )
    assert one["fingerprint"] == other["fingerprint"]


@pytest.mark.usefixtures("two_files")
def test_restore_into_never_replaces_another_text(cli: Cli):
    Path("old/parts").mkdir(parents=True)
    Path("old/parts/talks.yaml").write_text("mine")
    result = cli("restore", "line", "--into", "old")
    assert (result.code, result.out) == (2, "")
    assert "'old/parts/talks.yaml' holds something else" in result.err
    assert not Path("old/line.yaml").exists()
    assert Path("old/parts/talks.yaml").read_text() == "mine"
    assert cli("restore", "line", "--into", "old", "--force").code == 0
    assert Path("old/parts/talks.yaml").read_text() == TALKS


def test_restore_into_stays_below_the_folder(cli: Cli):
    Path("deep").mkdir()
    Path("deep/line.yaml").write_text(LINE.format(file="../talks.yaml"))
    Path("talks.yaml").write_text(TALKS)
    cli("save", "deep/line.yaml")
    Path("talks.yaml").unlink()
    result = cli("restore", "line", "--into", "new")
    assert result.code == 2
    assert result.err.startswith("error: '../talks.yaml' lies outside the folder 'new'.\n")
    assert not Path("new").exists()
    assert not Path("talks.yaml").exists()
    assert cli("restore", "line", "--included", "../talks.yaml").out == TALKS


@pytest.mark.usefixtures("two_files")
def test_restore_into_follows_no_link_out_of_the_folder(cli: Cli):
    Path("elsewhere").mkdir()
    Path("old").mkdir()
    Path("old/parts").symlink_to("../elsewhere")
    assert "lies outside the folder 'old'" in cli("restore", "line", "--into", "old").err
    assert not list(Path("elsewhere").iterdir())


@pytest.mark.usefixtures("two_files")
@pytest.mark.parametrize("more", [("-o", "x.yaml"), ("--included", "parts/talks.yaml")])
def test_restore_into_stands_alone(cli: Cli, more: tuple[str, str]):
    result = cli("restore", "line", "--into", "old", *more)
    assert result.code == 2
    assert "--into writes all files" in result.err
    assert not Path("old").exists()


def test_restore_json_into_a_folder(cli: Cli):
    Path("line.json").write_text(json.dumps({"planner": 1, "title": "L", "nodes": {"a": {"outcome": "x"}}}))
    cli("save", "line.json")
    assert cli("restore", "line", "--into", "old").err == "wrote line.json below old\n"
