from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.follow import Follower, files_of
from planner.files import read_source

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = 0.02


def later(action: Callable[[], object], seconds: float = 0.1) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


def test_returns_after_a_save(tmp_path: Path):
    file = tmp_path / "a"
    file.write_text("one")
    follower = Follower([file], QUICK)
    timer = later(lambda: file.write_text("other"))
    follower.wait()
    timer.join()
    assert file.read_text() == "other"


def test_returns_after_the_save_is_over(tmp_path: Path):
    file = tmp_path / "a"
    file.write_text("")

    def write() -> None:
        with file.open("w") as stream:
            for _ in range(8):
                stream.write("x")
                stream.flush()
                time.sleep(0.04)

    follower = Follower([file], QUICK)
    timer = later(write)
    follower.wait()
    assert file.read_text() == "x" * 8
    timer.join()


def seen_at_once(follower: Follower) -> bool:
    """Whether a wait that begins after the change returns by itself."""
    waiting = threading.Thread(target=follower.wait, daemon=True)
    waiting.start()
    waiting.join(10)
    return not waiting.is_alive()


def test_a_save_between_two_waits_is_seen(tmp_path: Path):
    file = tmp_path / "a"
    file.write_text("one")
    follower = Follower([file], QUICK)
    file.write_text("another")
    assert seen_at_once(follower)
    file.unlink()
    assert seen_at_once(follower)
    file.write_text("another")
    assert seen_at_once(follower)


def test_files_that_join_later(tmp_path: Path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("one")
    follower = Follower([first], QUICK)
    first.write_text("changed before the second joins")
    follower.follow([first, second])
    follower.wait()
    timer = later(lambda: second.write_text("there"))
    follower.wait()
    timer.join()
    assert second.exists()


def test_calm(tmp_path: Path):
    file = tmp_path / "a"
    file.write_text("one")
    follower = Follower([file], QUICK)
    assert follower.calm(0.15)
    timer = later(lambda: file.write_text("other"))
    assert not follower.calm(10)
    timer.join()


def test_files_of_a_scenario(tmp_path: Path):
    (tmp_path / "parts").mkdir()
    text = "planner: 1\ntitle: T\ninclude: {{x: {{file: {}}}}}\nnodes: {{a: {{outcome: A}}}}\n"
    (tmp_path / "a.yaml").write_text(text.format("parts/b.yaml"))
    (tmp_path / "parts" / "b.yaml").write_text(text.format("c.yaml"))
    file = str(tmp_path / "a.yaml")
    expected = [Path(file), tmp_path / "parts" / "b.yaml", tmp_path / "parts" / "c.yaml"]
    assert files_of(file, read_source(file)) == expected
    assert files_of(file, None) == [Path(file)]
