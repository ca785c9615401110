"""Scenarios of several files on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.core.several import TALKS, line

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

LINE = line(
    "talks: {file: parts/talks.yaml}, late: {file: parts/talks.yaml, set: {hope: luck / 2, gain: 20}}",
    more="as_of: 2026-11-23\nparameters: {luck: {value: 0.8, source: a guess}}\n",
    options="now: {to: talks}, later: {payoff: -2, to: late}",
)


@pytest.fixture(autouse=True)
def files(workspace: Path) -> None:
    """Write a scenario that includes another twice."""
    (workspace / "desk" / "parts").mkdir(parents=True)
    (workspace / "desk" / "line.yaml").write_text(LINE)
    (workspace / "desk" / "parts" / "talks.yaml").write_text(TALKS)


def misspell() -> None:
    """Make an error and a warning in the included file."""
    Path("desk/parts/talks.yaml").write_text(TALKS.replace("p: hope", "p: hop"))


def test_check_names_the_right_file(cli: Cli):
    misspell()
    result = cli("check", "desk/line.yaml")
    assert result.code == 1
    assert "error[P111]: formula reads unknown name 'hop'\n --> desk/parts/talks.yaml:11:16\n" in result.out
    assert cli("check", "desk/line.yaml", "--format", "concise").out.splitlines() == [
        "desk/parts/talks.yaml:11:16: error[P111] formula reads unknown name 'hop'"
    ]
    assert "file=desk/parts/talks.yaml,line=11,col=16" in cli("check", "desk/line.yaml", "--format", "github").out
    sarif = json.loads(cli("check", "desk/line.yaml", "--format", "sarif").out)
    assert sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "desk/parts/talks.yaml"
    }
    (one,) = json.loads(cli("check", "desk/line.yaml", "--json").out)["result"]["diagnostics"]
    assert (one["file"], one["line"], one["column"]) == ("desk/parts/talks.yaml", 11, 16)


@pytest.mark.parametrize(
    "arguments",
    [
        ("desk",),
        ("desk/line.yaml", "desk/parts/talks.yaml"),
        ("desk/parts/talks.yaml", "desk/line.yaml"),
        ("./desk/line.yaml", "./desk/parts/talks.yaml"),
        ("desk/line.yaml", "desk/twin.yaml"),
    ],
)
def test_check_says_a_fault_of_an_included_file_once(cli: Cli, arguments: tuple[str, ...]):
    misspell()
    if "desk/twin.yaml" in arguments:
        Path("desk/twin.yaml").write_text(LINE)
    out = cli("check", *arguments, "--format", "concise").out
    assert out.count("P111") == 1


def test_check_through_a_link(cli: Cli):
    misspell()
    Path("desk/link.yaml").symlink_to("parts/talks.yaml")
    out = cli("check", "desk", "--format", "concise").out
    # a file that is named twice is checked twice, as ever; the one that includes it adds nothing
    assert [text.partition(":")[0] for text in out.splitlines() if "P111" in text] == [
        "desk/link.yaml",
        "desk/parts/talks.yaml",
    ]


def test_check_from_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch, workspace: Path):
    assert cli("check", "-", stdin=LINE.encode()).code == 1
    monkeypatch.chdir(workspace / "desk")
    assert cli("check", "-", stdin=LINE.encode()).code == 0
    misspell_here = TALKS.replace("p: hope", "p: hop")
    Path("parts/talks.yaml").write_text(misspell_here)
    assert cli("check", "-", "--format", "concise", stdin=LINE.encode()).out.startswith("parts/talks.yaml:11:16: ")


def test_fix_leaves_the_included_file_alone(cli: Cli):
    faulty = TALKS.replace("title:", "titel:")
    Path("desk/parts/talks.yaml").write_text(faulty)
    Path("desk/line.yaml").write_text(LINE.replace("as_of", "asof"))
    result = cli("check", "desk/line.yaml", "--fix", "--format", "concise")
    assert (result.code, result.err) == (1, "1 fault repaired\n")
    assert Path("desk/line.yaml").read_text() == LINE
    assert Path("desk/parts/talks.yaml").read_text() == faulty
    assert {text.partition(":")[0] for text in result.out.splitlines()} == {"desk/parts/talks.yaml"}


def test_fix_of_both(cli: Cli):
    Path("desk/parts/talks.yaml").write_text(TALKS.replace("title:", "titel:"))
    Path("desk/line.yaml").write_text(LINE.replace("as_of", "asof"))
    result = cli("check", "desk", "--fix", "--ignore", "P502")
    assert result == (0, "2 files checked, nothing found\n", "2 faults repaired\n")
    assert Path("desk/parts/talks.yaml").read_text() == TALKS


def test_evaluate(cli: Cli):
    found = json.loads(cli("evaluate", "desk/line.yaml", "--json").out)["result"]
    assert found["strategy"]["line"] == "later"
    assert found["strategy"]["late/again[late/round=2]"] == "ask"
    out = cli("evaluate", "desk/line.yaml").out
    assert "late/again[late/round=2]: Once more?" in out
    assert "318/25" in cli("evaluate", "desk/line.yaml", "--exact").out


def test_set_a_parameter_of_an_include(cli: Cli):
    found = json.loads(
        cli("evaluate", "desk/line.yaml", "--set", "talks/hope=1", "--set", "talks/gain=99", "--json").out
    )
    assert found["result"]["values"] == {"self": 99}
    assert found["settings"]["set"] == {"talks/hope": 1, "talks/gain": 99}
    result = cli("evaluate", "desk/line.yaml", "--set", "talks/hop=1")
    assert result.code != 0
    assert "did you mean 'talks/hope'?" in result.err.lower()


def test_paths(cli: Cli):
    arguments = ("paths", "desk/line.yaml", "--json", "--all")
    found = json.loads(cli(*arguments, "--through", "late/again[late/round=2]").out)["result"]
    assert {path["edges"][1] for path in found["paths"]} == {"late/answer.no"}
    found = json.loads(cli(*arguments, "--to", "talks/settled", "--given", "talks/answer.yes").out)["result"]
    assert [path["edges"] for path in found["paths"]] == [["line.now", "talks/answer.yes"]]
    found = json.loads(cli(*arguments, "--choose", "late/again=stop").out)["result"]
    assert "late/again.ask" not in json.dumps(found["paths"])


def test_report_names_the_files(cli: Cli):
    result = cli("report", "desk/line.yaml")
    assert result.code == 0, result.err
    text = Path("reports/line.md").read_text()
    assert re.search(r"\| Fingerprint of all files \(SHA-256\) +\| `[0-9a-f]{12}`", text)
    assert re.search(r"\| Included files +\| parts/talks.yaml \(`[0-9a-f]{12}`\)", text)
    kept = json.loads(cli("history", "line", "--json").out)["result"]["revisions"][0]
    assert kept["fingerprint"][:12] in text
    assert kept["fingerprint"] == json.loads(cli("evaluate", "desk/line.yaml", "--json").out)["scenario"]["fingerprint"]


def test_edits_are_checked_with_the_included_files(cli: Cli):
    assert cli("set", "desk/line.yaml", "include.late.set.hope=0.9").code == 0
    assert Path("desk/line.yaml").read_text() == LINE.replace("luck / 2", "0.9")
    before = Path("desk/line.yaml").read_bytes()
    result = cli("set", "desk/line.yaml", "include.late.file=parts/nowhere.yaml")
    assert result.code == 1
    assert "P123" in result.err
    assert cli("set", "desk/line.yaml", "include.late.set.hop=0.5").code == 1
    assert Path("desk/line.yaml").read_bytes() == before
    Path("desk/parts/other.yaml").write_text(TALKS)
    assert cli("set", "desk/line.yaml", "include.late.file=parts/other.yaml").code == 0


def test_edit_inside_an_include_is_refused(cli: Cli):
    result = cli("set", "desk/line.yaml", "late/answer.yes.p=0.5")
    assert result.code != 0
    assert Path("desk/line.yaml").read_text() == LINE


def test_rename_an_include_and_what_its_overrides_read(cli: Cli):
    assert cli("rename", "desk/line.yaml", "late", "then").code == 0
    assert cli("rename", "desk/line.yaml", "parameters.luck", "fortune").code == 0
    text = Path("desk/line.yaml").read_text()
    assert "then: {file: parts/talks.yaml, set: {hope: fortune / 2, gain: 20}}" in text
    assert "to: then}" in text
    assert "fortune: {value: 0.8" in text
    assert cli("check", "desk/line.yaml").code == 0
