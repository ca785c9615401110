"""A real process watches a real file that is saved as editors save."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ODDS_AND_EVENS, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Cli

PATIENCE = 30.0  # seconds until a test gives up; an answer takes half a second
MOSCOW = (ROOT / "scenarios" / "european-line-on-moscow.yaml").read_text(encoding="utf-8")
CLOCK = re.compile(r"^\d\d:\d\d:\d\d  ", re.MULTILINE)


class Watcher:
    """The command, running; what it says is gathered as it comes."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "PYTHONUNBUFFERED": ""}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "planner", "watch", "a.yaml", "--interval", "0.05", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.said = ""
        self._read = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            self.said += chunk.decode()

    def until(self, text: str) -> str:
        """Return what was said since the last call, once it holds ``text``."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            new = self.said[self._read :]
            if text in new and new.endswith("\n"):
                self._read += len(new)
                return new
            time.sleep(0.02)
        raise AssertionError(f"{text!r} was not said, but {self.said[self._read :]!r}")

    def quiet(self, seconds: float = 1.0) -> bool:
        """Say whether nothing is said for a while."""
        time.sleep(seconds)
        return self.said[self._read :] == ""

    def leave(self, signum: int = signal.SIGINT) -> tuple[int, str]:
        """Interrupt the process; return its exit code and what it wrote to standard error."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signum)
        return self.end()

    def end(self) -> tuple[int, str]:
        code = self.process.wait(PATIENCE)
        self._thread.join(PATIENCE)
        assert self.process.stderr is not None
        assert self.process.stdout is not None
        error = self.process.stderr.read().decode()
        self.process.stderr.close()
        self.process.stdout.close()
        return code, error


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(MOSCOW, encoding="utf-8")
    return path


@pytest.fixture
def watcher(file: Path) -> Iterator[Watcher]:
    found = Watcher(file.parent)
    found.until("drift ")
    yield found
    if found.process.poll() is None:
        found.leave(signal.SIGKILL)


def replaced(file: Path, text: str) -> None:
    """Save as most editors do: a new file takes the place of the old one."""
    beside = file.with_suffix(".tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def test_begins_with_how_things_stand(file: Path):
    watcher = Watcher(file.parent)
    said = watcher.until("drift ")
    assert said.startswith("'Coordinate sanctions with clear benchmarks' is best")
    assert ">  coordinate" in said
    assert watcher.leave() == (0, "watching a.yaml; Ctrl-C ends\n")


@pytest.mark.parametrize("save", [replaced, lambda file, text: file.write_text(text)], ids=["replaced", "in place"])
def test_values_before_and_after(watcher: Watcher, file: Path, save: Callable[[Path, str], object]):
    save(file, MOSCOW.replace("value: 0.25", "value: 0.39"))
    said = watcher.until("The recommendation stays")
    assert CLOCK.search(said)
    assert "a.yaml changed" in said
    assert re.search(r"engage +40\.38 -> 42\.04 +52\.09 -> 54\.40 +52\.72 -> 55\.22", said)
    assert re.search(r"isolate +50\.21 +38\.81 +34\.97\n", said)
    assert "russia" not in said
    assert "The recommendation stays 'Coordinate sanctions with clear benchmarks'." in said


def test_another_recommendation(watcher: Watcher, file: Path):
    worse = MOSCOW.replace("{deterrence: 4, credibility: 4, cohesion: 6, economy: 4}", "{cohesion: -60, economy: 40}")
    assert worse != MOSCOW
    replaced(file, worse)
    said = watcher.until("THE RECOMMENDATION CHANGED")
    assert "'Coordinate sanctions with clear benchmarks' -> '" in said


def test_faults_new_and_gone(watcher: Watcher, file: Path):
    replaced(file, MOSCOW.replace("to: partners", "to: partnres", 1))
    said = watcher.until("1 error in 1 file")
    assert "error[P103]" in said
    assert "did you mean 'partners'" in said
    replaced(file, MOSCOW.replace("to: partners", "to: partnres", 1).replace("horizon: 24 months", "horizon: 2 years"))
    assert "The errors are still there." in watcher.until("still there")
    replaced(file, MOSCOW)
    said = watcher.until("the same")
    assert re.search(r"gone: error\[P103\]: .*'partnres'", said)
    assert "Values and choices: the same." in said


def test_faults_that_only_move_are_not_new(watcher: Watcher, file: Path):
    replaced(file, MOSCOW.replace("to: partners", "to: partnres", 1))
    watcher.until("1 error in 1 file")
    replaced(file, "# a comment\n\n" + MOSCOW.replace("to: partners", "to: partnres", 1))
    said = watcher.until("The errors are still there.")
    assert "gone:" not in said
    assert "P103" not in said


def test_a_save_that_changes_nothing(watcher: Watcher, file: Path):
    replaced(file, MOSCOW)
    file.touch()
    assert watcher.quiet()
    replaced(file, MOSCOW + "# a comment\n")
    assert watcher.until("the same").endswith("Values and choices are the same.\n")


def test_deleted_and_back(watcher: Watcher, file: Path):
    file.unlink()
    said = watcher.until("waiting")
    assert "a.yaml cannot be read" in said
    assert "there is no file 'a.yaml'; waiting" in said
    assert watcher.quiet()
    file.write_text(MOSCOW.replace("value: 0.25", "value: 0.39"), encoding="utf-8")
    said = watcher.until("The recommendation stays")
    assert "a.yaml is back" in said
    assert "40.38 -> 42.04" in said


def test_an_editor_that_deletes_first(watcher: Watcher, file: Path):
    file.rename(file.with_suffix(".bak"))
    time.sleep(0.1)
    file.write_text(MOSCOW.replace("value: 0.25", "value: 0.39"), encoding="utf-8")
    said = watcher.until("The recommendation stays")
    assert "40.38 -> 42.04" in said
    assert said.count("a.yaml ") == 1
    assert "cannot be read" not in said


def test_a_file_that_is_written_slowly(watcher: Watcher, file: Path):
    new = MOSCOW.replace("value: 0.25", "value: 0.39").encode()
    with file.open("wb", buffering=0) as stream:
        for start in range(0, len(new), len(new) // 12):
            stream.write(new[start : start + len(new) // 12])
            time.sleep(0.04)
    said = watcher.until("The recommendation stays")
    assert "error" not in said
    assert "40.38 -> 42.04" in said


def test_half_a_file_that_stays_half_is_reported(watcher: Watcher, file: Path):
    file.write_text(MOSCOW[: MOSCOW.index("nodes:")] + 'nodes: {line: {decision: "half', encoding="utf-8")
    assert "error[P0" in watcher.until(" in 1 file")


def test_two_saves_with_one_stamp(watcher: Watcher, file: Path):
    """A file system with a coarse clock gives two quick saves of one size the same stamp."""
    with file.open("r+b") as stream:
        for number in ("0.39", "0.38"):
            stream.seek(MOSCOW.encode().index(b"value: 0.25") + len("value: "))
            stream.write(number.encode())
            stream.flush()
            os.utime(stream.fileno(), ns=(10**18, 10**18))
            watcher.until("The recommendation stays")


def test_included_files_are_watched(tmp_path: Path):
    (tmp_path / "parts").mkdir()
    part = tmp_path / "parts" / "talks.yaml"
    text = "planner: 1\ntitle: Talks\nnodes: {talks: {chance: T, branches: {a: {p: 0.5, payoff: 10}, b: {p: rest}}}}\n"
    part.write_text(text)
    (tmp_path / "a.yaml").write_text(
        "planner: 1\ntitle: Whole\ninclude: {talks: {file: parts/talks.yaml}}\n"
        "nodes: {go: {decision: Go?, options: {go: {to: talks}, stay: {payoff: 1}}}}\n"
    )
    watcher = Watcher(tmp_path, "--cycles", "3")
    watcher.until("stay ")
    part.write_text(text.replace("payoff: 10", "payoff: 8"))
    assert "5 -> 4" in watcher.until("The recommendation stays")
    part.unlink()
    assert "parts/talks.yaml" in watcher.until("1 error")
    part.write_text(text)
    assert "4 -> 5" in watcher.until("The recommendation stays")
    assert watcher.end()[0] == 0


def test_cycles(file: Path):
    watcher = Watcher(file.parent, "--cycles", "1", "--set", "talks_yield=0.3")
    watcher.until("drift ")
    replaced(file, MOSCOW.replace("partners_hedge:\n", "partners_hedge:  # more\n"))
    watcher.until("the same")
    assert watcher.end() == (0, "watching a.yaml; Ctrl-C ends\n")


def test_a_parameter_that_is_no_more(file: Path):
    watcher = Watcher(file.parent, "--cycles", "2", "--set", "talks_yield=0.3")
    watcher.until("drift ")
    replaced(file, MOSCOW.replace("talks_yield", "talks_give"))
    assert "unknown parameter 'talks_yield'" in watcher.until("waiting")
    replaced(file, MOSCOW)
    watcher.until("the same")
    assert watcher.end()[0] == 0


def test_json_lines(file: Path):
    watcher = Watcher(file.parent, "--cycles", "2", "--json")
    watcher.until("\n")
    replaced(file, MOSCOW.replace("value: 0.25", "value: 0.39"))
    watcher.until("\n")
    replaced(file, MOSCOW.replace("to: partners", "to: partnres", 1))
    code, _ = watcher.end()
    assert code == 0
    start, changed, broken = map(json.loads, watcher.said.splitlines())
    assert start["schema"] == "planner/watch/1"
    assert start["scenario"]["path"] == "a.yaml"
    assert start["result"]["event"] == "start"
    assert changed["result"]["event"] == "changed"
    assert changed["result"]["movement"]["recommendation_changed"] is False
    engage = changed["result"]["movement"]["values"][0]
    assert (engage["option"], engage["actor"]) == ("engage", "uk")
    assert engage["before"] < engage["after"]
    assert [one["code"] for one in broken["result"]["new"]] == ["P103"]
    assert broken["result"]["movement"] is None


def test_a_scenario_that_is_not_evaluated_yet(file: Path):
    file.write_text(ODDS_AND_EVENS, encoding="utf-8")
    watcher = Watcher(file.parent, "--cycles", "1")
    said = watcher.until("No values until then.")
    assert "'second' is taken without seeing 'first'" in said
    replaced(file, MOSCOW)
    assert "is best" in watcher.until("drift ")
    assert watcher.end()[0] == 0


def test_a_reader_that_goes(file: Path):
    """`planner watch a.yaml | head -1` ends with the first save after head has gone."""
    command = f"{sys.executable} -m planner watch a.yaml --interval 0.05 | head -1"
    done = subprocess.Popen(
        ["sh", "-c", command],
        cwd=file.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for number in range(200):
        if done.poll() is not None:
            break
        replaced(file, f"{MOSCOW}# {number}\n")
        time.sleep(0.15)
    _, error = done.communicate(timeout=PATIENCE)
    assert b"Traceback" not in error


def test_ctrl_c_on_a_terminal(file: Path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "planner", "watch", "a.yaml"],
        cwd=file.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(theirs)
    said = b""
    while b"drift" not in said or not said.endswith(b"\n"):
        said += os.read(ours, 65536)
    assert b"\x1b[" in said
    os.write(ours, b"\x03")
    assert process.wait(PATIENCE) == 0
    rest = b""
    with suppress(OSError):  # Linux ends a terminal whose other side has closed with an error
        while chunk := os.read(ours, 65536):
            rest += chunk
    os.close(ours)
    assert rest.replace(b"^C", b"").strip() == b""


def test_what_cannot_be_watched(cli: Cli):
    assert "standard input cannot be watched" in cli("watch", "-").err
    result = cli("watch", "nothing.yaml")
    assert (result.code, result.out) == (2, "")
    assert "there is no file 'nothing.yaml'" in result.err
    assert cli("watch", "scenarios").code == 2
    result = cli("watch", "scenarios/tutorial.yaml", "--set", "nobody=1")
    assert result.code == 2
    assert "unknown parameter 'nobody'" in result.err


def test_no_cycles(cli: Cli):
    result = cli("watch", "scenarios/tutorial.yaml", "--cycles", "0")
    assert result.code == 0
    assert "'Send one' is best" in result.out
