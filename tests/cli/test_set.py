from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner import journal
from planner.cli import editing
from planner.core.change.draft import Draft
from tests.conftest import ROOT, Golden

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

TUTORIAL = "scenarios/tutorial.yaml"
MOSCOW = "scenarios/european-line-on-moscow.yaml"


def test_a_value_is_changed_and_said(cli: Cli):
    before = Path(TUTORIAL).read_text()
    result = cli("set", TUTORIAL, "answer.step.p=0.4")
    assert (result.code, result.out, result.err) == (0, "", "answer.step.p: 0.3 -> 0.4\n")
    assert Path(TUTORIAL).read_text() == before.replace("p: 0.3", "p: 0.4")


def test_several_values_are_one_write(cli: Cli, golden: Golden):
    result = cli(
        "set",
        MOSCOW,
        "talks_yield=0.3",
        "parameters.talks_yield.low=0.15",
        "line.engage.payoff.cohesion=-10",
        "line.drift.payoff.economy=energy_shock / 3",
        "after-stall.persist.payoff.economy=2",
        "uk.risk_tolerance=40",
        "state.round=1",
        "line.drift.set.round=round + 1",
        "title=One line: Moscow",
        "tags.4=winter, at last",
        "thaw.probability=0.2",
    )
    assert result.code == 0, result.err
    golden("cli/set.moscow.yaml", Path(MOSCOW).read_text())
    golden("cli/set.moscow.txt", result.err)
    assert len(journal.entries(Path(".planner"))) == 1
    assert cli("check", MOSCOW).code == 0


def test_the_difference_is_shown_and_nothing_written(cli: Cli):
    before = Path(TUTORIAL).read_bytes()
    result = cli("set", TUTORIAL, "title=An envoy", "--dry-run")
    assert result.code == 0
    assert "-title: An envoy to Moscow\n+title: An envoy\n" in result.out
    assert result.out.startswith(f"--- {TUTORIAL}\n+++ {TUTORIAL}\n@@ ")
    assert Path(TUTORIAL).read_bytes() == before
    assert not Path(".planner").exists()


def test_the_difference_is_one_that_patch_takes(cli: Cli):
    Path(TUTORIAL).write_text(Path(TUTORIAL).read_text().rstrip())
    diff = cli("set", TUTORIAL, "title=An envoy", "answer.stall.payoff=-6", "--dry-run").out
    assert "\\ No newline at end of file" in diff
    subprocess.run(["git", "apply", "-p0"], input=diff, text=True, check=True)
    patched = Path(TUTORIAL).read_text()
    assert "title: An envoy\n" in patched
    assert not patched.endswith("\n")


def test_json(cli: Cli):
    document = json.loads(cli("set", TUTORIAL, "title=An envoy", "--json").out)
    assert document["schema"] == "planner/set/1"
    assert document["result"]["changed"] is True
    assert document["result"]["diagnostics"] == []
    assert "+title: An envoy" in document["result"]["diff"]
    document = json.loads(cli("set", TUTORIAL, "title=An envoy", "--json").out)
    assert (document["result"]["changed"], document["result"]["diff"]) == (False, "")


def test_a_change_that_makes_an_error_is_refused(cli: Cli):
    before = Path(TUTORIAL).read_bytes()
    result = cli("set", TUTORIAL, "answer.step.p=1.4", "title=x")
    assert result.code == 1
    assert "error[P20" in result.err
    assert "^^^" in result.err
    assert result.err.endswith(f"{TUTORIAL} is left as it was; --force changes it all the same\n")
    assert Path(TUTORIAL).read_bytes() == before
    document = json.loads(cli("set", TUTORIAL, "answer.step.p=1.4", "--json").out)
    assert document["result"]["changed"] is False
    assert document["result"]["diagnostics"][0]["severity"] == "error"
    result = cli("set", TUTORIAL, "answer.step.p=1.4", "--force")
    assert result.code == 0
    assert "error[P20" in result.err
    assert b"p: 1.4" in Path(TUTORIAL).read_bytes()


def test_a_file_that_has_an_error_can_be_mended_step_by_step(cli: Cli):
    Path("a.yaml").write_text(Path(TUTORIAL).read_text().replace("p: rest", "p: 0.1"))
    assert cli("set", "a.yaml", "answer.stall.p=0.5").code == 0  # still not 1
    assert cli("set", "a.yaml", "answer.stall.p=0.7").code == 0
    assert cli("check", "a.yaml").code == 0


@pytest.mark.parametrize(
    ("arguments", "message", "help_"),
    [
        (["titel=x"], "'titel' is no key of a scenario", "did you mean 'title'?"),
        (["parameters.hope=1"], "there is no parameter 'hope'", "the file has no parameter yet"),
        (["title"], "'title' is not of the form PATH=VALUE.", "planner set --help"),
        (["=x"], "'=x' is not of the form PATH=VALUE.", ""),
        (["title="], "'title=' gives no value", "'planner remove' takes 'title' out of the file"),
        ([], "Missing argument 'PATH=VALUE...'", ""),
    ],
)
def test_what_cannot_be_set(cli: Cli, arguments: list[str], message: str, help_: str):
    before = Path(TUTORIAL).read_bytes()
    result = cli("set", TUTORIAL, *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert help_ in result.err
    assert Path(TUTORIAL).read_bytes() == before


def test_standard_input_goes_to_standard_output(cli: Cli):
    text = Path(TUTORIAL).read_bytes()
    result = cli("set", "-", "title=An envoy", stdin=text)
    assert (result.code, result.out) == (0, text.decode().replace("An envoy to Moscow", "An envoy"))
    assert result.err == "title: An envoy to Moscow -> An envoy\n"
    assert cli("set", "-", "title=An envoy to Moscow", stdin=text).out == text.decode()
    result = cli("set", "-", "answer.step.p=2", stdin=text)
    assert (result.code, result.out) == (1, "")
    document = json.loads(cli("set", "-", "title=An envoy", "--json", stdin=text).out)
    assert document["result"]["text"] == text.decode().replace("An envoy to Moscow", "An envoy")
    assert not Path(".planner").exists()


def test_what_is_so_already_is_not_written(cli: Cli):
    before = Path(TUTORIAL).stat()
    result = cli("set", TUTORIAL, "title=An envoy to Moscow")
    assert result.code == 0
    assert result.err == f"title is An envoy to Moscow already\nnothing to change in {TUTORIAL}\n"
    assert Path(TUTORIAL).stat().st_mtime_ns == before.st_mtime_ns
    assert not Path(".planner").exists()


@pytest.mark.parametrize("content", ["title: [", "planner: 1\ntitle: Umbr\xe9lla\n", "", "- a\n"])
def test_a_text_without_places_is_left(cli: Cli, content: str):
    Path("a.yaml").write_bytes(content.encode("latin-1"))
    result = cli("set", "a.yaml", "title=x", "--force")
    assert result.code == 1
    assert "error[P0" in result.err
    assert result.err.endswith("a.yaml is left as it was\n")
    assert Path("a.yaml").read_bytes() == content.encode("latin-1")


def test_no_such_file(cli: Cli):
    result = cli("set", "scenarios/tutoral.yaml", "title=x")
    assert result.code == 2
    assert "did you mean 'scenarios/tutorial.yaml'?" in result.err


def test_a_json_file_stays_json(cli: Cli):
    data = {"planner": 1, "title": "t", "nodes": {"a": {"decision": "d", "options": {"x": {"payoff": 1}, "y": {}}}}}
    Path("a.json").write_text(json.dumps(data, indent=2))
    assert cli("set", "a.json", 'title=say "hi"', "a.y.payoff=0.50", "a.note=n: 1", "state.r=1").code == 0
    new = json.loads(Path("a.json").read_text())
    assert new["title"] == 'say "hi"'
    assert new["nodes"]["a"]["options"]["y"] == {"payoff": 0.5}
    assert new["nodes"]["a"]["note"] == "n: 1"
    assert cli("check", "a.json").code == 0


# --- two at once --------------------------------------------------------------------------------------------


def test_an_edit_made_meanwhile_is_not_lost(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    apply = Draft.apply

    def slow(self: Draft, *changes: object) -> Draft:
        with Path(TUTORIAL).open("a") as file:
            file.write("# somebody else\n")
        return apply(self, *changes)  # type: ignore[arg-type]

    monkeypatch.setattr(Draft, "apply", slow)
    result = cli("set", TUTORIAL, "title=x")
    assert result.code == 2
    assert f"'{TUTORIAL}' was changed by somebody else meanwhile" in result.err
    assert Path(TUTORIAL).read_text().endswith("# somebody else\n")
    assert "title: x" not in Path(TUTORIAL).read_text()
    assert not Path(".planner").exists()


def test_processes_at_once_never_lose_an_edit(workspace: Path):
    """Several editors write one file; what one was told it wrote is there in the end, and the others were told."""
    names = [f"p{number}" for number in range(6)]
    text = "planner: 1\ntitle: t\nparameters:\n" + "".join(f"  {name}: 0\n" for name in names)
    Path("a.yaml").write_text(text + "nodes:\n  a: {outcome: o}\n")
    command = [sys.executable, "-m", "planner", "set", "a.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    children = {
        name: subprocess.Popen([*command, f"{name}=1"], stderr=subprocess.PIPE, text=True, env=environment)
        for name in names
    }
    told = {name: child.communicate()[1] for name, child in children.items()}
    done = {name for name, child in children.items() if child.returncode == 0}
    assert done
    for name in set(names) - done:
        assert children[name].returncode == 2
        assert "changed by somebody else meanwhile" in told[name]
    now = Path("a.yaml").read_text()
    assert {name for name in names if f"  {name}: 1\n" in now} == done
    kept = journal.entries(workspace / ".planner")
    assert len(journal.chain(kept, kept[-1].after, 99)) <= len(done) == len(kept)


def test_a_journal_that_cannot_be_written_does_not_stop_an_edit(cli: Cli):
    Path(".planner").write_text("in the way")
    result = cli("set", TUTORIAL, "title=x")
    assert result.code == 0
    assert "this edit cannot be undone: the journal in '" in result.err
    assert "title: x\n" in Path(TUTORIAL).read_text()


def test_the_difference_of_equal_texts_is_nothing():
    assert editing.difference("a", "x\n", "x\n") == ""


def test_a_percentage_is_a_share(cli: Cli):
    result = cli("set", MOSCOW, "talks_yield=30%", "talks_yield.high=45.5 %")
    assert result.code == 0, result.err
    assert "value: 0.3\n" in Path(MOSCOW).read_text()
    assert "high: 0.455\n" in Path(MOSCOW).read_text()
    assert cli("set", MOSCOW, "line.engage.payoff.cohesion=30%").code == 1  # of what?


def test_the_title_of_a_node_has_its_own_key(cli: Cli):
    result = cli("set", MOSCOW, "line.name=x")
    assert result.code == 2
    assert "'line' has no key 'name'" in result.err
    assert "its title is 'line.decision'" in result.err
