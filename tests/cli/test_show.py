from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

import pytest

from planner.cli.tree_lines import cells
from tests.conftest import ODDS_AND_EVENS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
TALKS = "scenarios/trilateral-talks.yaml"
TUTORIAL = "scenarios/tutorial.yaml"
HOSTILE = """\
planner: 1
title: 'A "title" with \\ and <b> & {braces} | -> ]'
nodes:
  a:
    decision: 'What "now"? \\n'
    options:
      b: {name: '-- "quoted" \\', payoff: 1}
      c: {name: "話す 🙂 e\\u0301", payoff: -2, to: d}
  d: {outcome: "end"}
"""


@pytest.fixture
def hostile(workspace: Path) -> str:
    (workspace / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    return "hostile.yaml"


# --- on the terminal ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("name", ["tutorial", "european-line-on-moscow", "trilateral-talks"])
def test_trees_fit_the_terminal(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, name: str, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("show", f"scenarios/{name}.yaml")
    assert (result.code, result.err) == (0, "")
    assert max(map(cells, result.out.splitlines())) <= columns
    golden(f"show/{name}.{columns}.txt", result.out)


@pytest.mark.parametrize("columns", [20, 24, 30, 50])
@pytest.mark.parametrize("name", ["eu-nato-diplomacy", "sanctions-benchmarks", "trilateral-talks"])
def test_trees_fit_any_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("show", f"scenarios/{name}.yaml", "--rows", "0")
    assert result.code == 0
    assert max(map(cells, result.out.splitlines())) <= columns


def test_colours(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    result = cli("show", TUTORIAL, "--color", "always")
    golden("show/tutorial.color.txt", result.out)
    assert re.sub("\x1b\\[[0-9;]*m", "", result.out).split() == cli("show", TUTORIAL).out.split()


def test_ascii(cli: Cli, golden: Golden):
    result = cli("show", MOSCOW, "--ascii")
    assert result.out.isascii()
    golden("show/moscow.ascii.txt", result.out)


def test_ascii_where_the_terminal_knows_nothing_else(workspace: Path):
    del workspace
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "planner", "show", TUTORIAL], env=environment, capture_output=True, check=True
    )
    assert done.stdout.isascii()
    assert b"|> Send one" in done.stdout


def test_best_option_is_marked_without_colour(cli: Cli):
    lines = [line for line in cli("show", MOSCOW).out.splitlines() if re.search("[├└]►", line)]
    assert [re.split("► |  +", line.lstrip("│ "))[1] for line in lines] == [
        "Tie further talks to benchmarks",
        "Coordinate sanctions with clear benchmarks",
        "Step up the pressure",
    ]


def test_ties_are_marked(cli: Cli, workspace: Path):
    text = "planner: 1\ntitle: T\nnodes: {a: {decision: A, options: {b: {payoff: 1}, c: {payoff: 1}, d: {}}}}\n"
    (workspace / "tie.yaml").write_text(text)
    out = cli("show", "tie.yaml").out
    assert "├► b" in out
    assert "├= c" in out
    assert "└─ d" in out
    assert "= as good" in out


def test_ids(cli: Cli, golden: Golden):
    golden("show/moscow.ids.txt", cli("show", MOSCOW, "--ids", "--no-payoff", "--depth", "3").out)


def test_shared_nodes_are_referred_to_by_a_name_that_stands_in_the_tree(cli: Cli):
    out = cli("show", MOSCOW).out
    for name in set(re.findall("see '([^']+)' (?:above|below)", out)):
        assert f"[{name}]" in out
    expanded = cli("show", MOSCOW, "--expand", "--rows", "0").out
    assert "see '" not in expanded
    assert expanded.count("Does Moscow meet the first benchmark?") == 2


def test_one_actor(cli: Cli):
    out = cli("show", MOSCOW, "--actor", "russia").out
    (head,) = [line for line in out.splitlines() if line.split()[:1] == ["path"]]
    assert head.split() == ["path", "russia"]


def test_start_elsewhere(cli: Cli, golden: Golden):
    golden("show/moscow.sanctions.txt", cli("show", MOSCOW, "--at", "sanctions").out)


def test_other_numbers(cli: Cli):
    assert cli("show", MOSCOW, "--set", "benchmarks_met=0.5").out != cli("show", MOSCOW).out
    assert "► Wait" in cli("show", TUTORIAL, "--rule", "maximin").out


def test_folded_parts_are_counted(cli: Cli):
    out = cli("show", MOSCOW, "--depth", "1").out
    assert "… 14 more paths" in out
    assert "Folded in 4 places; --rows 0 draws all, --at NODE starts there." in out


def test_without_values(cli: Cli, golden: Golden, workspace: Path):
    (workspace / "hidden.yaml").write_text(ODDS_AND_EVENS)
    result = cli("show", "hidden.yaml")
    assert result.code == 0
    assert "Drawn without values: 'second' is taken without seeing 'first'" in result.out
    golden("show/hidden.txt", result.out)


def test_news(cli: Cli, workspace: Path):
    (workspace / "news.yaml").write_text(
        "planner: 1\ntitle: News\n"
        "signals: {report: {about: storm, likelihood: {rain: {warm: 0.2, cold: 0.8}, sun: {warm: 0.7, cold: 0.3}}}}\n"
        "nodes:\n  listen: {observe: report, branches: {warm: {to: storm}, cold: {to: storm}}}\n"
        "  storm: {chance: A storm?, branches: {rain: {p: 0.3, payoff: -10}, sun: {p: rest, payoff: 5}}}\n"
    )
    out = cli("show", "news.yaml").out
    # P(warm) = 0.3 x 0.2 + 0.7 x 0.7 = 0.55, and P(rain | warm) = 0.06 / 0.55
    assert "├─ 55 %  warm" in out
    assert "├─ 11 %  rain" in out


def test_resolved(cli: Cli, workspace: Path):
    (workspace / "done.yaml").write_text(
        "planner: 1\ntitle: T\nnodes: {a: {chance: A, branches: {b: {name: Be, p: 0.3}, c: {p: rest}}, "
        "resolved: {branch: b}}}\n"
    )
    out = cli("show", "done.yaml").out
    assert "○ A (happened: Be)" in out
    assert "100 %  Be" in out


def test_no_terminal_obeys_a_title(cli: Cli, workspace: Path):
    (workspace / "a.yaml").write_text('planner: 1\ntitle: "\\e[31mA"\nnodes: {a: {outcome: "\\e[2Jbad"}}\n')
    assert "\x1b" not in cli("show", "a.yaml").out


def test_deep_trees_say_how_many_levels_were_left_out(cli: Cli, monkeypatch: pytest.MonkeyPatch, workspace: Path):
    monkeypatch.setenv("COLUMNS", "60")
    nodes = [f"  n{i}: {{decision: N{i}, options: {{on: {{payoff: 1, to: n{i + 1}}}}}}}" for i in range(2000)]
    (workspace / "chain.yaml").write_text(
        "\n".join(["planner: 1", "title: C", "nodes:", *nodes, "  n2000: {outcome: End}", ""])
    )
    out = cli("show", "chain.yaml", "--rows", "0").out
    lines = out.splitlines()
    assert max(map(len, lines)) <= 60
    assert any(line.startswith("1990…") for line in lines)
    assert "so many levels stand further in than there is room for" in re.sub(r"\s+", " ", out)


def test_standard_input(cli: Cli, workspace: Path):
    assert cli("show", "-", stdin=(workspace / TUTORIAL).read_bytes()).out == cli("show", TUTORIAL).out


# --- other forms ----------------------------------------------------------------------------------------------


def test_json(cli: Cli):
    document = json.loads(cli("show", MOSCOW, "--json").out)
    assert document["schema"] == "planner/show/1"
    assert document["scenario"]["name"] == "european-line-on-moscow"
    assert document["settings"] == {"rule": "expected", "at": "line", "depth": None, "rows": 40, "expand": False}
    assert len(document["result"]["rows"]) == 22
    assert json.loads(cli("show", MOSCOW, "--as", "json").out) == document


def test_mermaid(cli: Cli, golden: Golden):
    golden("show/tutorial.mmd", cli("show", TUTORIAL, "--as", "mermaid").out)


def test_dot(cli: Cli, golden: Golden):
    golden("show/moscow.dot", cli("show", MOSCOW, "--as", "dot").out)


def test_dot_is_read_by_a_parser(cli: Cli, hostile: str):
    pydot = pytest.importorskip("pydot")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parser's own
        (graph,) = pydot.graph_from_dot_data(cli("show", hostile, "--as", "dot").out)
    labels = [node.get_label() for node in graph.get_nodes() if node.get_name().startswith("n") and node.get_label()]
    assert len(labels) == 3
    assert labels[0].startswith('"What \\"now\\"?')
    edges = [edge.get_label() for edge in graph.get_edges()]
    assert edges == ['"-- \\"quoted\\" \\\\\\nvalue +1"', '"話す 🙂 e\u0301\\nvalue -2"']


STRING = r'"(?:[^"\\]|\\.)*"'


@pytest.mark.parametrize("file", [MOSCOW, TALKS, "hostile.yaml"])
def test_dot_is_of_the_language(cli: Cli, hostile: str, file: str):
    del hostile
    value = rf"(?:{STRING}|[A-Za-z0-9_]+)"
    attributes = rf"\[{value}={value}(?:, {value}={value})*\]"
    line = re.compile(rf"  (?:graph|node|edge|n\d+|n\d+ -> n\d+) {attributes};")
    head, *body, end = cli("show", file, "--as", "dot").out.splitlines()
    assert re.fullmatch(rf"digraph {STRING} {{", head)
    assert end == "}"
    assert all(line.fullmatch(text) for text in body)
    known = {text.split()[0] for text in body if not re.match(r"  n\d+ ->", text)}
    assert {name for text in body for pair in re.findall(r"^  (n\d+) -> (n\d+)", text) for name in pair} <= known


def test_svg(cli: Cli, workspace: Path):
    assert cli("show", MOSCOW, "-o", "tree.svg") == (0, "", "wrote tree.svg\n")
    svg = (workspace / "tree.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg ")
    assert "Coordinate sanctions" in svg
    assert 'aria-label="Decision tree of One European line on Moscow:' in svg


def test_png(cli: Cli, workspace: Path):
    assert cli("show", TUTORIAL, "-o", "tree.png") == (0, "", "wrote tree.png\n")
    png = (workspace / "tree.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(png[16:20], "big") > 400


def test_pictures_without_values(cli: Cli, workspace: Path):
    (workspace / "hidden.yaml").write_text(ODDS_AND_EVENS)
    for form in ("svg", "mermaid", "dot"):
        out = cli("show", "hidden.yaml", "--as", form).out
        assert "What does Bob" in out
    assert "as they are written" in cli("show", "hidden.yaml", "--as", "svg").out


def test_picture_to_a_pipe(workspace: Path):
    del workspace
    done = subprocess.run(
        [sys.executable, "-m", "planner", "show", TUTORIAL, "--as", "png"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"\x89PNG\r\n")


def test_no_bytes_for_a_terminal(workspace: Path):
    del workspace
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "planner", "show", TUTORIAL, "--as", "png"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"cannot be shown on a terminal" in done.stderr


def test_form_by_the_name_of_the_file(cli: Cli, workspace: Path):
    for name, start in {"t.dot": "digraph", "t.mmd": "flowchart", "t.json": "{", "t.txt": "An envoy"}.items():
        assert cli("show", TUTORIAL, "-o", name).code == 0
        assert (workspace / name).read_text(encoding="utf-8").startswith(start)


# --- mistakes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--at", "benchmark"], "did you mean 'benchmarks'?"),
        (["--actor", "frence"], "did you mean 'france'?"),
        (["--rule", "maximum"], "Did you mean 'maximin'?"),
        (["--as", "gif"], "'gif' is not one of"),
        (["--json", "--as", "svg"], "exclude each other"),
        (["--depth", "-1"], "-1"),
    ],
)
def test_options_that_do_not_fit(cli: Cli, options: list[str], message: str):
    result = cli("show", MOSCOW, *options)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_faulty_file(cli: Cli, workspace: Path):
    (workspace / "a.yaml").write_text("planner: 1\ntitle: A\nnodes: {a: {chance: A, branches: {b: {p: 0.5}}}}\n")
    result = cli("show", "a.yaml", "-o", "a.svg")
    assert (result.code, result.out) == (1, "")
    assert "error[P201]" in result.err
    assert not (workspace / "a.svg").exists()


def test_a_state_among_several(cli: Cli):
    result = cli("show", TALKS, "--at", "table")
    assert result.code == 2
    assert "name one of them, such as 'table[" in result.err
    assert cli("show", TALKS, "--at", "table[round=2, trust=1]").code == 0


def test_text_on_a_stream_without_a_name(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    from planner.cli.app import run

    assert run(["show", TUTORIAL]) == 0
    assert "Send one" in stream.getvalue()
