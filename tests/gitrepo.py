"""Real repositories for tests: fixed authors and dates, and nothing of the developer's own settings."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)
AUTHOR = "Ada Lovelace <ada@example.org>"
CLEAN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


@dataclass
class GitRepo:
    """A repository that a test works in; every commit is a day later than the last one."""

    path: Path
    day: int = field(default=0)

    @classmethod
    def make(cls, path: Path, *arguments: str) -> GitRepo:
        """Make an empty repository on the branch `main`."""
        path.mkdir(parents=True, exist_ok=True)
        repo = cls(path)
        repo.git("init", "-q", *arguments)
        repo.git("symbolic-ref", "HEAD", "refs/heads/main")
        return repo

    def git(self, *arguments: str, env: Mapping[str, str] | None = None, data: bytes | None = None) -> str:
        """Run git in the repository and return what it says, without the last line end."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        when = (FIRST + timedelta(days=self.day)).isoformat()
        kept |= CLEAN | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        for who in ("AUTHOR", "COMMITTER"):
            kept |= {f"GIT_{who}_NAME": "Ada Lovelace", f"GIT_{who}_EMAIL": "ada@example.org"}
        settings = ["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "protocol.file.allow=always"]
        done = subprocess.run(
            ["git", "-C", str(self.path), *settings, *arguments],
            input=data,
            capture_output=True,
            check=False,
            env=kept | dict(env or {}),
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def commit(self, subject: str, files: Mapping[str, str | bytes | None] | None = None, *, by: str = AUTHOR) -> str:
        """Write files (None removes one), commit all that is new or changed, and return the commit's full name."""
        for name, text in (files or {}).items():
            if text is None:
                (self.path / name).unlink()
            else:
                self.write(name, text)
        self.git("add", "-A")
        name, _, email = by.partition(" <")
        env = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email.removesuffix(">")}
        self.git("commit", "-q", "--allow-empty", "-m", subject, env=env)
        self.day += 1
        return self.head()

    def head(self) -> str:
        """Return the full name of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def clone(self, path: Path, *arguments: str) -> GitRepo:
        """Return a clone of the repository."""
        self.git("clone", "-q", *arguments, self.path.as_uri(), str(path))
        return GitRepo(path, self.day)
