"""Files of raw draws: the same floats when they are read again, and never half a file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner import draws_file as module
from planner.draws_file import draws_file
from planner.errors import PlannerError
from planner.files import put_in_place, saying_why

if TYPE_CHECKING:
    from pathlib import Path


def block(first: int, count: int) -> dict[str, Any]:
    return {
        "Draw": np.arange(first + 1, first + count + 1),
        "risk": np.random.default_rng(first).normal(size=count) * 1e-7,
        "coin[round=1,trust=0].heads": np.full(count, 1 / 3),
        "Taken": np.array(["go", "stay-here"])[np.arange(count) % 2],
    }


BLOCKS = [block(0, 5), block(5, 3)]
WHOLE = {name: np.concatenate([part[name] for part in BLOCKS]) for name in BLOCKS[0]}


def test_csv_holds_the_same_floats(tmp_path: Path):
    with draws_file(tmp_path / "draws.csv") as write:
        for part in BLOCKS:
            write(part)
    with (tmp_path / "draws.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == list(WHOLE)
    columns = dict(zip(head, zip(*rows, strict=True), strict=True))
    assert list(map(int, columns["Draw"])) == WHOLE["Draw"].tolist()
    assert list(map(float, columns["risk"])) == WHOLE["risk"].tolist()
    assert list(columns["Taken"]) == WHOLE["Taken"].tolist()


def test_parquet_holds_the_same_floats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(module, "ROWS", 4)
    with draws_file(tmp_path / "draws.parquet") as write:
        for part in BLOCKS:
            write(part)
    table = parquet.read_table(tmp_path / "draws.parquet")
    assert table.column_names == list(WHOLE)
    assert table.num_rows == 8
    for name, column in WHOLE.items():
        assert table[name].to_pylist() == column.tolist()
    assert parquet.ParquetFile(tmp_path / "draws.parquet").num_row_groups == 2


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_an_error_on_the_way_leaves_the_old_file(tmp_path: Path, ending: str):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    target = tmp_path / f"draws{ending}"
    target.write_text("as it was")

    def half(write: Any) -> None:
        write(BLOCKS[0])
        raise KeyError

    with pytest.raises(KeyError), draws_file(target) as write:
        half(write)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert target.read_text() == "as it was"


def test_a_file_that_cannot_be_written_is_said_before_the_work(tmp_path: Path):
    with (
        pytest.raises(PlannerError, match=r"cannot be written.*make the folder"),
        draws_file(tmp_path / "no" / "a.csv"),
    ):
        pytest.fail("the work must not begin")


def test_other_endings_and_a_missing_pyarrow_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with (
        pytest.raises(PlannerError, match=r"ends neither in \.csv nor in \.parquet"),
        draws_file(tmp_path / "draws.txt"),
    ):
        pass
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PlannerError, match="pip install 'planner\\[parquet\\]'"), draws_file(tmp_path / "a.parquet"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_in_a_sentence():
    with pytest.raises(PlannerError, match="'/dev/full' cannot be written: no space left"):  # noqa: SIM117, PT012
        with put_in_place("/dev/full") as file, saying_why("/dev/full"):
            file.write(b"x" * 100_000)
            file.flush()
