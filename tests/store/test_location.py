"""Places are read from paths and URLs, and shown without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlannerError
from planner.store import DEFAULT, Location


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (None, DEFAULT),
        ("kept/plans.sqlite", Path("kept/plans.sqlite")),
        (Path("kept/plans.sqlite"), Path("kept/plans.sqlite")),
        ("sqlite:///kept/plans.sqlite", Path("kept/plans.sqlite")),
        ("sqlite:////srv/plans.sqlite", Path("/srv/plans.sqlite")),
        ("sqlite:///kept/two%20words.sqlite", Path("kept/two words.sqlite")),
        ("C:\\plans.sqlite", Path("C:\\plans.sqlite")),
    ],
)
def test_files(place: str | Path | None, path: Path) -> None:
    location = Location.parse(place)
    assert (location.kind, location.path, location.url) == ("sqlite", path, None)
    assert str(location) == str(path)
    assert Location.parse(location) is location


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_servers(scheme: str) -> None:
    location = Location.parse(f"{scheme}://ann:s3cret@db.example:5432/plans?sslmode=require")
    assert location.kind == "postgresql"
    assert location.url == "postgresql+psycopg://ann:s3cret@db.example:5432/plans?sslmode=require"
    assert str(location) == "postgresql://ann:***@db.example:5432/plans?sslmode=require"


@pytest.mark.parametrize(
    "place", ["mysql://host/plans", "postgresql+asyncpg://host/plans", "", "sqlite://", ":memory:"]
)
def test_places_that_will_not_do(place: str) -> None:
    with pytest.raises(PlannerError, match=r"give a path like db/planner.sqlite or a URL"):
        Location.parse(place)


@given(secret=st.text(min_size=6, max_size=20).filter(lambda text: not text.isspace()))
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:{}@db.example/plans",
        "postgresql://ann:{}@/plans?host=/run/pg",
        "postgresql://:{}@db.example/plans?sslmode=require",
    ],
)
def test_no_password_is_shown(url: str, secret: str) -> None:
    location = Location.parse(url.format(secret))
    assert str(location) == url.format("***")
    assert f":{secret}@" not in repr(location)


@pytest.mark.parametrize("key", ["password", "sslpassword", "PASSWORD"])
def test_no_password_of_the_query_is_shown(key: str) -> None:
    location = Location.parse(f"postgresql://db.example/plans?user=ann&{key}=s3cr:e/t@x&sslmode=require")
    for secret in ("s3cr", "e/t"):
        assert secret not in str(location)
    assert (
        Location.parse(f"postgresql://db.example/plans?{key}=s3cret&user=ann")
        .__str__()
        .endswith(f"/plans?{key}=***&user=ann")
    )
