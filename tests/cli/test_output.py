from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from planner.cli import output
from planner.cli.output import Column, Output, Row, aligned, simple
from planner.cli.table_widths import PARTS, fitted
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
    output._console(buffer, width=100, color=False).print(output._rich_table(columns, rows, 100))
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


def drawn(
    width: int, columns: list[Column], rows: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    Output("test").table(columns, [Row(row) for row in rows])
    return str(capsys.readouterr().out)


COLUMNS = [Column("option"), Column("who"), Column("future"), Column("rank corr.", number=True)]
CELLS_OF_IT = [["coordinate", "United Kingdom", "open-pressure", "-12.345"]]


def test_words_and_heads_stay_whole_as_long_as_they_can(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    for width in (60, 50, 44, 40):
        lines = drawn(width, COLUMNS, CELLS_OF_IT, monkeypatch, capsys).splitlines()
        assert max(map(len, lines)) <= width
        text = "\n".join(lines)
        for word in ("coordinate", "United", "Kingdom", "open-pressure", "-12.345", "option", "who", "corr."):
            assert word in text
    assert "rank corr." in drawn(50, COLUMNS, CELLS_OF_IT, monkeypatch, capsys)  # names give way before heads


def test_ids_are_broken_at_their_marks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    columns = [Column("option"), Column("n", number=True)]
    text = drawn(30, columns, [["a_very_long-name.of_an_option_or_so", "1.0"]], monkeypatch, capsys)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 30
    assert [line.split()[0] for line in lines[2:]] == ["a_very_long-name.of_an_", "option_or_so"]


def kept(column: Column, cell: str) -> list[str]:
    return [cell] if column.number else PARTS.findall(cell)


@given(tables(), st.integers(20, 60))
def test_no_table_is_wider_than_the_terminal(table: tuple[list[Column], list[Row]], width: int):
    columns, rows = table
    layout = fitted(columns, rows, width, 2)
    if layout is None:  # numbers and the pieces of words that stay whole have no room, even side by side
        least = [
            max([1, *map(len, column.head.split()), *(len(n) for cell in cells for n in kept(column, cell))])
            for column, *cells in zip(columns, *(row.cells for row in rows), strict=True)
        ]
        assert sum(least) + len(columns) - 1 > width
        return
    assert sum(layout.widths) + layout.gap * (len(columns) - 1) <= width
    for at, size in enumerate(layout.widths):
        for cell in (layout.heads[at], *(line[at] for line in layout.cells)):
            assert max(map(cell_len, cell.split("\n"))) <= size
    assert [["".join(cell.split()) for cell in line] for line in layout.cells] == [
        ["".join(cell.split()) for cell in row.cells] for row in rows
    ]


def test_ids_break_between_their_words_and_numbers_nowhere():
    assert PARTS.findall("line.engage.payoff -legitimacy_cost/2 -> 0.40 (+0.15) 1e-05 x.2 scenarios/a.yaml:18:12") == [
        "line.", "engage.", "payoff", "-legitimacy_", "cost/2", "->", "0.40", "(+0.15)", "1e-05", "x.2", "scenarios/",
        "a.", "yaml:18:12",
    ]  # fmt: skip
