"""Raw draws in a file, block by block: CSV, or Parquet by pyarrow."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from planner.errors import PlannerError
from planner.files import put_in_place, saying_why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Write = Callable[[dict[str, Any]], None]

ENDINGS = (".csv", ".parquet")
ROWS = 2**16  # of a row group of Parquet


@contextmanager
def draws_file(path: str | os.PathLike[str]) -> Iterator[Write]:
    """Yield a function that takes blocks of columns; the file is put in place when all have been written.

    Numbers are written in full: read again, they are the same floats. A file that was there stays as it was if anything
    goes wrong before the end.

    Args:
        path: its ending says which format: ``.csv`` or ``.parquet``.

    Raises:
        PlannerError: the ending is another one, pyarrow is missing, or the file cannot be written.
    """
    name = os.fspath(path)
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise PlannerError(
            f"'{name}' ends neither in .csv nor in .parquet", "name the file by the format that you want"
        )
    writer = _csv if ending == ".csv" else _parquet
    if ending == ".parquet":
        _need_pyarrow()
    with put_in_place(path) as file, writer(file) as write:

        def careful(columns: dict[str, Any]) -> None:
            with saying_why(path):
                write(columns)

        yield careful
        with saying_why(path):
            file.flush()


@contextmanager
def _csv(file: IO[bytes]) -> Iterator[Write]:
    """Write a head and then rows; floats as the shortest text that reads as the same float."""
    begun = False

    def write(columns: dict[str, Any]) -> None:
        nonlocal begun
        if not begun:
            file.write((",".join(map(_quoted, columns)) + "\n").encode())
            begun = True
        texts = [map(_quoted if column.dtype.kind == "U" else repr, column.tolist()) for column in columns.values()]
        file.write("".join(f"{','.join(row)}\n" for row in zip(*texts, strict=True)).encode())

    yield write


def _quoted(text: str) -> str:
    """Write a text as a cell: state labels such as ``table[round=2,trust=0]`` have commas."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text


@contextmanager
def _parquet(file: IO[bytes]) -> Iterator[Write]:
    """Write row groups of many blocks."""
    import pyarrow as pa
    from pyarrow import parquet

    waiting: list[Any] = []
    writer: Any = None

    def flush() -> None:
        nonlocal writer
        if waiting:
            table = pa.concat_tables(waiting)
            writer = writer or parquet.ParquetWriter(file, table.schema)
            writer.write_table(table)
            waiting.clear()

    def write(columns: dict[str, Any]) -> None:
        waiting.append(pa.table({name: pa.array(column.tolist()) for name, column in columns.items()}))
        if sum(table.num_rows for table in waiting) >= ROWS:
            flush()

    yield write
    flush()
    if writer is not None:
        writer.close()


def _need_pyarrow() -> None:
    from importlib.util import find_spec

    if find_spec("pyarrow") is None:
        raise PlannerError(
            "a Parquet file needs the package 'pyarrow', which is not installed",
            "pip install 'planner[parquet]', or write .csv",
        )
