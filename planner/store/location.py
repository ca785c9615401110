"""Where the database is: a file of SQLite or a server of PostgreSQL. Imports no database library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from planner.errors import PlannerError

DEFAULT = Path("db/planner.sqlite")

_FORMS = "give a path like db/planner.sqlite or a URL like postgresql://user@host/database"
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
_SECRETS = re.compile(r"((?:ssl)?password=)[^&]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Location:
    """A place for the database; `str()` gives it without secrets.

    ``path`` is set for SQLite, ``url`` (with its password, if any) for PostgreSQL.
    """

    kind: Literal["sqlite", "postgresql"]
    path: Path | None = None
    url: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, place: str | Path | Location | None) -> Location:
        """Read a path or a URL; None is ``db/planner.sqlite`` under the current folder.

        Raises:
            PlannerError: the URL names no database that the store can use.
        """
        if isinstance(place, Location):
            return place
        if place is None or isinstance(place, Path):
            return cls("sqlite", path=place or DEFAULT)
        scheme, separator, rest = place.partition("://")
        if scheme in _POSTGRESQL and separator:
            return cls("postgresql", url=f"postgresql+psycopg://{rest}")
        if scheme == "sqlite" and separator:
            place = unquote(rest.partition("?")[0]).removeprefix("/")
        elif separator:
            raise PlannerError(f"the store keeps nothing in a database of the kind '{scheme}'", _FORMS)
        if not place or place == ":memory:":
            raise PlannerError("the database needs a place that outlives the command", _FORMS)
        return cls("sqlite", path=Path(place))

    def __str__(self) -> str:
        return str(self.path) if self.url is None else masked(self.url)


def masked(url: str) -> str:
    """Return the URL with every password replaced by ``***``; a URL that is none loses too much rather than too little.

    >>> masked("postgresql+psycopg://ann:s3cret@db.example/plans?sslmode=require")
    'postgresql://ann:***@db.example/plans?sslmode=require'
    """
    rest = url.partition("://")[2]
    user, at, host = rest.rpartition("@")
    name, colon, _ = user.partition(":")
    return "postgresql://" + _SECRETS.sub(r"\1***", f"{name}{colon and ':***'}{at}{host}")
