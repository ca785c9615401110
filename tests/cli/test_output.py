from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.cli import output
from planner.cli.output import Column, Output, Row, aligned, simple
from planner.errors import PlannerError

if TYPE_CHECKING:
    from pathlib import Path

CELLS = st.text(st.sampled_from("ab c.–é123"), max_size=12).map(str.strip)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Column], list[Row]]:
    width = draw(st.integers(1, 5))
    columns = [Column(draw(CELLS.filter(bool)), draw(st.booleans())) for _ in range(width)]
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width).map(Row), min_size=1, max_size=6))
    return columns, rows


@given(tables())
def test_short_way_draws_what_rich_draws(table: tuple[list[Column], list[Row]]):
    columns, rows = table
    quick = aligned(columns, rows, 100)
    buffer = io.StringIO()
    output._console(buffer, width=100, color=False).print(output._rich_table(columns, rows))
    lines = [line.rstrip() for line in buffer.getvalue().splitlines()]
    assert quick.splitlines() == lines


@pytest.mark.parametrize(
    ("text", "plain"), [("Élysée – “yes”…", True), ("北京", False), ("e\u0301", False), ("a\tb", False)]
)
def test_texts_whose_width_is_known(text: str, plain: bool):
    assert simple(text) is plain


def test_table_that_does_not_fit_is_wrapped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "30")
    rows = [Row(["a name that is much too long for this terminal", "1,234.5"]), Row(["北京", "2.0"])]
    Output("test").table([Column("name"), Column("value", number=True)], rows)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 30
    assert [line.split()[-1] for line in lines if line[-1].isdigit()] == ["1,234.5", "2.0"]


@pytest.mark.parametrize(
    ("asked", "variables", "terminal", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {}, True, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, asked: str, variables: dict[str, str], *, terminal: bool, coloured: bool
):
    monkeypatch.setenv("TERM", "xterm")
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert output._colored(asked, stream) is coloured


def test_file_behind_o_is_written_only_when_all_went_well(tmp_path: Path):
    target = tmp_path / "out.txt"
    with pytest.raises(PlannerError):
        stop_half_way(target)
    assert not target.exists()
    with Output("test", target=str(target)) as out:
        out.write("all")
    assert target.read_text() == "all"


def stop_half_way(target: Path) -> None:
    with Output("test", target=str(target)) as out:
        out.write("half")
        raise PlannerError("stop")


SLOW = """
import sys, time
from planner.cli import output
output.PATIENCE = 0.05
with output.Output("test").progress("waiting", 2) as step:
    for _ in range(2):
        time.sleep(0.3)
        step()
print("done")
"""


def test_progress_is_shown_on_a_terminal_and_taken_away():
    parent, child = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", SLOW], stderr=child, stdout=subprocess.PIPE, text=True)
    os.close(child)
    seen = b""
    while True:
        try:
            part = os.read(parent, 1024)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        seen += part
    os.close(parent)
    assert process.communicate()[0] == "done\n"
    assert b"waiting" in seen


def test_no_progress_where_nobody_looks():
    done = subprocess.run([sys.executable, "-c", SLOW], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_no_progress_for_what_is_quick(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Output("test").progress("waiting") as step:
        step()
    time.sleep(0.01)
    assert capsys.readouterr().err == ""
