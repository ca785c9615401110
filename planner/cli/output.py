"""The only place that prints: data to standard output or `-o FILE`, talk and progress to standard error."""

from __future__ import annotations

import io
import os
import sys
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from rich.console import Console
    from rich.table import Table

    from planner.core.diagnostics import Diagnostic
    from planner.core.model import Scenario

NARROW = 60  # columns below which a table of words helps nobody
PIPE_WIDTH = 100  # columns where there is no terminal to ask
GAP = 2  # columns between the columns of a table
PATIENCE = 1.0  # seconds before progress is shown


class Column(NamedTuple):
    """A column of a table: numbers stand to the right and are never broken."""

    head: str
    number: bool = False


class Row(NamedTuple):
    """A row of a table; `best` and `faint` set it apart by colour, its cells must say it too."""

    cells: Sequence[str]
    best: bool = False
    faint: bool = False


class Output:
    """Where one command's data and talk go.

    As a context manager it puts the data in place at the end: a command that fails half-way leaves the file
    behind `-o` as it was.
    """

    def __init__(self, command: str, *, color: str = "auto", json: bool = False, target: str | None = None) -> None:
        self.command = command
        self.json = json
        self.target = None if target == "-" else target
        self._color = color
        self._kept: list[str] = []
        self._console: Console | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None and self.target is not None:
            from planner.files import write_atomic

            write_atomic(self.target, "".join(self._kept))
            self.say(f"wrote {self.target}")

    @cached_property
    def width(self) -> int:
        """Columns that the data may take."""
        return _width(None if self.target else sys.stdout)

    @cached_property
    def color(self) -> bool:
        """Whether the data may be coloured."""
        return _colored(self._color, None if self.target else sys.stdout)

    def write(self, text: str) -> None:
        """Write data as it is."""
        if self.target is not None:
            self._kept.append(text)
        else:
            _put(sys.stdout, text)

    def write_bytes(self, data: bytes) -> None:
        """Write data that must not be touched, whatever the terminal's encoding."""
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """Write one paragraph of data, wrapped at words."""
        text = _safe(text)
        if simple(text) and len(text) + indent <= self.width and not (style and self.color):
            self.write(f"{'':{indent}}{text}\n")  # most lines are so plain that Rich need not look at them
            return
        from rich.padding import Padding
        from rich.text import Text

        self._print(Padding(Text(text, style=style), (0, 0, 0, indent)))

    def say(self, text: str) -> None:
        """Say something to the person at the terminal."""
        _put(sys.stderr, text + "\n")

    def envelope(self, result: object, *, scenario: Scenario | None = None, settings: Mapping[str, Any]) -> None:
        """Write a result as the JSON that all commands share."""
        import json

        about = scenario and {
            "name": scenario.name,
            "fingerprint": scenario.fingerprint,
            "path": scenario.source.path if scenario.source else None,
        }
        document = {
            "schema": f"planner/{self.command.replace(' ', '-')}/1",
            "scenario": about,
            "settings": dict(settings),
            "result": result,
        }
        self.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")

    def table(self, columns: Sequence[Column], rows: Iterable[Row], *, title: str = "") -> None:
        """Write a table; text wraps and numbers stay whole on a narrow terminal."""
        rows = [row._replace(cells=[_safe(cell) for cell in row.cells]) for row in rows]
        if title:
            self.line(title, style="bold")
        if not self.color and (text := aligned(columns, rows, self.width)):
            self.write(text)
        else:
            self._print(_rich_table(columns, rows, self.width))

    def _print(self, thing: object) -> None:
        if self._console is None:
            self._console = _console(io.StringIO(), width=self.width, color=self.color)
        buffer = io.StringIO()
        self._console.file = buffer
        self._console.print(thing)
        # Rich fills the last column with spaces, which only gets in the way of a diff.
        self.write("".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines()))

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Callable[[], None]]:
        """Show how far a piece of work is, once it has taken a second, on a terminal only.

        Yields a function to call after each of `total` steps; without `total` the bar only moves.
        """
        if not sys.stderr.isatty():
            yield lambda: None
            return
        bar = _Progress(what, total, color=_colored(self._color, sys.stderr))
        try:
            yield bar.advance
        finally:
            bar.stop()


class _Progress:
    """A bar that appears when its timer runs out."""

    def __init__(self, what: str, total: int | None, *, color: bool) -> None:
        self._what, self._total, self._color = what, total, color
        self._done = 0
        self._bar: Any = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE, self._show)
        self._timer.daemon = True
        self._timer.start()

    def _show(self) -> None:
        from rich.progress import Progress

        with self._lock:
            console = _console(sys.stderr, width=_width(sys.stderr), color=self._color)
            self._bar = Progress(console=console, transient=True)
            self._bar.add_task(self._what, total=self._total, completed=self._done)
            self._bar.start()

    def advance(self) -> None:
        """Count one step."""
        with self._lock:
            self._done += 1
            if self._bar is not None:
                self._bar.advance(self._bar.task_ids[0])

    def stop(self) -> None:
        """Take the bar away."""
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.stop()


def talk_width() -> int:
    """Return the columns that talk on standard error may take."""
    return _width(sys.stderr)


def counted(number: int, word: str) -> str:
    """Return a number with its noun: `1 file`, `3 files`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def complain(message: str, next_step: str) -> None:
    """Say in one sentence why the command could not run, and what to do."""
    style, plain = ("\033[1;31m", "\033[0m") if _colored("auto", sys.stderr) else ("", "")
    sentence = message.strip()
    end = "" if sentence.endswith((".", "?", "!")) else "."
    step = f"\nhelp: {next_step}" if next_step else ""
    _put(sys.stderr, f"{style}error{plain}: {sentence}{end}{step}\n")


def show_faults(diagnostics: Sequence[Diagnostic]) -> None:
    """Show the faults that kept a command from running."""
    from planner.core.diagnostics import render

    color = _colored("auto", sys.stderr)
    _put(sys.stderr, render(diagnostics, "text", width=_width(sys.stderr), color=color))


def _put(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _width(stream: TextIO | None) -> int:
    if os.environ.get("COLUMNS", "").isdecimal():
        return max(20, int(os.environ["COLUMNS"]))
    try:
        columns = os.get_terminal_size(stream.fileno()).columns if stream is not None else 0
    except (OSError, ValueError):
        columns = 0
    return max(20, columns) if columns else PIPE_WIDTH


def _colored(wanted: str, stream: TextIO | None) -> bool:
    """Decide on colour: what was asked for, then NO_COLOR (no-color.org), then whether it is a terminal."""
    if wanted != "auto":
        return wanted == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or stream is None:
        return False
    return stream.isatty()


def _safe(text: str) -> str:
    """Return text from a scenario without what a terminal would obey."""
    if text.isprintable():
        return text
    from planner.core.excerpt import visible

    return visible(text)


def simple(text: str) -> bool:
    """Whether every character is known to take one column: Latin letters and the usual marks."""
    return text.isprintable() and (text.isascii() or all(c < "\u0300" or "\u2010" <= c <= "\u2027" for c in text))


def aligned(columns: Sequence[Column], rows: Sequence[Row], width: int) -> str:
    """Return a table as Rich draws it, if it is so plain that it fits as it is; else nothing.

    Rich is imported and asked only for tables that need it: most do not, and the longest would wait for it.
    """
    lines = [[column.head for column in columns], *(list(row.cells) for row in rows)]
    if not all(simple(cell) for line in lines for cell in line):
        return ""
    widths = [max(1, *map(len, cells)) for cells in zip(*lines, strict=True)]
    total = sum(widths) + GAP * (len(widths) - 1)
    if total > width:
        return ""
    drawn = [
        (" " * GAP)
        .join(
            f"{cell:>{size}}" if column.number else f"{cell:<{size}}"
            for cell, size, column in zip(line, widths, columns, strict=True)
        )
        .rstrip()
        for line in lines
    ]
    return "\n".join([drawn[0], "-" * total, *drawn[1:]]) + "\n"


def _rich_table(columns: Sequence[Column], rows: Sequence[Row], width: int) -> Table:
    from rich.box import Box
    from rich.table import Table
    from rich.text import Text

    from planner.cli.table_widths import fitted

    layout = fitted(columns, rows, width, GAP)
    heads, cells, gap, widths = (
        (layout.heads, layout.cells, layout.gap, layout.widths)
        if layout is not None
        else ([column.head for column in columns], [row.cells for row in rows], GAP, [None] * len(columns))
    )
    box = Box("    \n    \n -- \n    \n    \n    \n    \n    \n")
    table = Table(box=box, show_edge=False, pad_edge=False, padding=(0, gap - 1, 0, 0), header_style="dim")
    for column, head, size in zip(columns, heads, widths, strict=True):
        justify: Any = "right" if column.number else "left"
        table.add_column(Text(head), justify=justify, no_wrap=column.number, overflow="fold", width=size)
    for row, line in zip(rows, cells, strict=True):
        style = "bold green" if row.best else "dim" if row.faint else ""
        table.add_row(*(Text(cell) for cell in line), style=style)
    return table


def _console(file: IO[str], *, width: int, color: bool) -> Console:
    from rich.console import Console

    return Console(
        file=file,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
