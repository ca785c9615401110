"""`planner import` and `planner export` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.commands import export
from planner.exchange import FORMATS

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

GAME = 'EFG 2 R "Pick" { "Ann" } p "" 1 1 "pick" { "l" "r" } 0 t "" 1 "" { 1 } t "" 2 "" { 1/3 }'


def test_formats_of_the_command_line_are_those_of_the_package():
    assert tuple(FORMATS) == export.FORMATS


def test_import_to_the_terminal_and_to_a_file(cli: Cli):
    Path("pick.efg").write_text(GAME)
    shown = cli("import", "pick.efg")
    assert (shown.code, shown.err) == (0, "")
    written = cli("import", "pick.efg", "-o", "pick.yaml")
    assert (written.code, written.out, written.err) == (0, "", "wrote pick.yaml\n")
    assert Path("pick.yaml").read_text() == shown.out
    assert cli("check", "pick.yaml").code == 0
    assert cli("fmt", "--check", "pick.yaml").code == 0


def test_a_file_with_something_else_is_spared(cli: Cli):
    Path("pick.efg").write_text(GAME)
    Path("pick.yaml").write_text("mine\n")
    result = cli("import", "pick.efg", "-o", "pick.yaml")
    assert result.code == 2
    assert "'pick.yaml' holds something else" in result.err
    assert Path("pick.yaml").read_text() == "mine\n"
    assert cli("import", "pick.efg", "-o", "pick.yaml", "--force").code == 0
    assert cli("import", "pick.efg", "-o", "pick.yaml").code == 0  # the same again


def test_faults_are_shown_with_their_place_and_nothing_is_written(cli: Cli):
    Path("bad.efg").write_text(GAME.replace("1/3", "1/0"))
    result = cli("import", "bad.efg", "-o", "bad.yaml")
    assert (result.code, result.out) == (1, "")
    assert "error[X102]: '1/0' divides by zero" in result.err
    assert "--> bad.efg:1:" in result.err
    assert "planner explain" not in result.err
    assert not Path("bad.yaml").exists()


def test_warnings_do_not_stop_an_import(cli: Cli):
    result = cli("import", "--from", "efg", "-", stdin=f"{GAME} t".encode())
    assert result.code == 0
    assert "warning[X106]" in result.err
    assert "title: Pick" in result.out


def test_import_as_json(cli: Cli):
    result = cli("import", "--from", "efg", "-", "--json", stdin=f"{GAME} t".encode())
    document = json.loads(result.out)
    assert (document["schema"], document["settings"]) == ("planner/import/1", {"from": "efg"})
    assert document["result"]["text"].startswith("# Imported")
    assert [one["code"] for one in document["result"]["warnings"]] == ["X106"]


def test_a_file_of_no_known_kind(cli: Cli):
    result = cli("import", "scenarios/tutorial.yaml")
    assert result.code == 2
    assert "say it with --from" in result.err


def test_export_by_the_ending_of_the_target(cli: Cli):
    Path("pick.efg").write_text(GAME)
    cli("import", "pick.efg", "-o", "pick.yaml")
    assert cli("export", "pick.yaml", "-o", "again.efg").code == 0
    assert cli("export", "pick.yaml", "--to", "efg").out == Path("again.efg").read_text()
    assert cli("export", "pick.yaml", "--to", "nfg").out.startswith("NFG 1 R")
    assert cli("import", "again.efg").out == Path("pick.yaml").read_text()


def test_export_needs_a_format(cli: Cli):
    result = cli("export", "scenarios/tutorial.yaml")
    assert result.code == 2
    assert "--to" in result.err


def test_export_with_other_numbers_and_as_json(cli: Cli):
    Path("a.yaml").write_text(
        "planner: 1\ntitle: Ä\nparameters: {x: 2}\nnodes:\n  a: {decision: A, options: {l: {payoff: x}, r: {}}}\n"
    )
    result = cli("export", "a.yaml", "--to", "efg", "--set", "x=5", "--json")
    document = json.loads(result.out)
    assert "{ 5 }" in document["result"]["text"]
    assert document["settings"] == {"to": "efg", "set": {"x": 5.0}}
    assert "note: names are written in ASCII" in result.err


def test_joint_decisions_are_refused(cli: Cli):
    result = cli("export", "scenarios/european-line-on-moscow.yaml", "--to", "efg", "-o", "x.efg")
    assert result.code == 2
    assert "is a joint decision" in result.err
    assert not Path("x.efg").exists()
