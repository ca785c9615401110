"""What stands in git's database, asked through two processes that answer many questions each."""

from __future__ import annotations

import subprocess
from typing import IO, TYPE_CHECKING, Self

from planner.errors import PlannerError
from planner.history.program import command, environment, no_git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

AT_ONCE = 8_000  # bytes of questions before answers are read: less than any pipe holds
_ODD = ("\n", "\r")  # no question of git's line protocol may hold them


class Objects:
    """The contents of a repository; use it in a ``with`` block.

    What was asked once is remembered, contents apart: those are read again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._known: dict[str, str | None] = {}
        self._apart: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self._processes.values():
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.stdout.close()
            process.wait()

    def add(self, blob: str, content: bytes) -> None:
        """Keep a content that is not in git, such as that of the working tree."""
        self._apart[blob] = content

    def blob(self, commit: str, path: str) -> str | None:
        """Return git's name of a file's content in a commit; None where there is no such file."""
        name = f"{commit}:{path}"
        if name not in self._known:
            self.prepare([(commit, path)])
        return self._known[name]

    def prepare(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Look many files of commits up at once; see `blob`."""
        names = dict.fromkeys(f"{commit}:{path}" for commit, path in wanted)
        asked: list[str] = []
        size = 0
        for name in names:
            if name in self._known:
                continue
            if any(mark in name for mark in _ODD):
                self._known[name] = self._odd(name)
                continue
            asked.append(name)
            size += len(name.encode("utf-8", "surrogateescape")) + 80
            if size > AT_ONCE:
                self._ask(asked)
                asked, size = [], 0
        self._ask(asked)

    def _ask(self, names: list[str]) -> None:
        if not names:
            return
        put, get = self._pipes("--batch-check")
        put.write("".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))
        put.flush()
        for name in names:
            said = get.readline().rstrip(b"\n")
            answer = said.split(b" ")  # NAME blob SIZE, or QUESTION missing
            found = len(answer) == 3 and answer[1] == b"blob" and answer[2].isdigit()
            self._known[name] = answer[0].decode() if found else None

    def _odd(self, name: str) -> str | None:
        """Look one file up whose name does not fit on a line."""
        commit, _, path = name.partition(":")
        call = command(self._folder, ["ls-tree", "-z", "--full-tree", commit, "--", path])
        done = subprocess.run(call, capture_output=True, check=False, env=environment())  # noqa: S603 - no shell
        parts = done.stdout.split(b"\t")[0].split()
        return parts[2].decode() if len(parts) == 3 and parts[1] == b"blob" else None

    def content(self, blob: str) -> bytes | None:
        """Return a content by git's name of it; None where the repository does not have it."""
        if blob in self._apart:
            return self._apart[blob]
        put, get = self._pipes("--batch")
        put.write(f"{blob}\n".encode())
        put.flush()
        head = get.readline().split()
        if len(head) != 3:
            return None
        data = get.read(int(head[2]))
        get.read(1)
        return data

    def contents(self, blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield contents by git's names of them, in the order given.

        Raises:
            PlannerError: a content is not there, as in a clone that left it out.
        """
        for blob in blobs:
            data = self.content(blob)
            if data is None:
                raise PlannerError(
                    f"git does not have the content {blob[:12]}", "`git fetch` brings what a partial clone left out"
                )
            yield blob, data

    def _pipes(self, kind: str) -> tuple[IO[bytes], IO[bytes]]:
        if kind not in self._processes:
            try:
                self._processes[kind] = subprocess.Popen(  # noqa: S603 - the arguments are a list, no shell reads them
                    command(self._folder, ["cat-file", kind]),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environment(),
                )
            except FileNotFoundError:
                raise no_git() from None
        process = self._processes[kind]
        assert process.stdin is not None
        assert process.stdout is not None
        return process.stdin, process.stdout
