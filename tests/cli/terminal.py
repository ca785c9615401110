"""A program in a terminal of its own: what a person types, and what they see."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

PATIENCE = 30.0
_CONTROL = re.compile(r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


class Terminal:
    """A process on a pseudo-terminal; `seen` is all that it has shown, without colours and cursor movements."""

    def __init__(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str] = {}, columns: int = 80) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.columns = columns
        self.pid, self._handle = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
            os.chdir(cwd)
            os.execvpe(command[0], list(command), {**os.environ, "TERM": "xterm", "NO_COLOR": "1", **env})
        self._raw = b""
        self._read_to = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._handle)

    @property
    def seen(self) -> str:
        return _CONTROL.sub("", self._raw.decode("utf-8", "replace")).replace("\r", "")

    def send(self, text: str) -> None:
        """Type something."""
        os.write(self._handle, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C until the program ends: a signal that comes just before it starts to read waits for a key."""
        for _ in range(5):
            self.send("\x03")
            end = time.monotonic() + PATIENCE / 5
            while self._more(end - time.monotonic()):
                pass
            if time.monotonic() < end:
                return

    def until(self, text: str) -> str:
        """Wait until a text is shown behind what was waited for before; return what came until then."""
        end = time.monotonic() + PATIENCE
        while text not in self.seen[self._read_to :]:
            if not self._more(end - time.monotonic()):
                raise AssertionError(f"{text!r} did not come; seen: {self.seen[self._read_to :]!r}")
        start = self._read_to
        self._read_to = self.seen.index(text, start) + len(text)
        return self.seen[start : self._read_to]

    def wait(self) -> int:
        """Wait for the end of the process; return its exit code."""
        end = time.monotonic() + PATIENCE
        while self._more(end - time.monotonic()):
            pass
        if time.monotonic() >= end:
            raise AssertionError(f"it goes on; seen: {self.seen!r}")
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def _more(self, seconds: float) -> bool:
        """Read what is there; say whether there can be more."""
        if seconds <= 0 or not select.select([self._handle], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._handle, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self._raw += data
        return bool(data)


PLANNER = [sys.executable, "-m", "planner"]
