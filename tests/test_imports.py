"""Light at the door: what a command imports is counted."""

from __future__ import annotations

import subprocess
import sys

import pytest

import planner
from tests.conftest import ROOT

HEAVY = {"alembic", "jinja2", "networkx", "numpy", "rich", "scipy", "sqlalchemy", "vl_convert", "yaml"}
TUTORIAL = "scenarios/tutorial.yaml"
FRONTIER = "tests/stories/frontier/usual-care.yaml"


def imported(*arguments: str) -> set[str]:
    """Run a command line in a new interpreter and return the heavy packages that it imported."""
    code = (
        "import sys; from planner.cli.app import run; code = run(sys.argv[1:]);"
        "print(code, *{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True, cwd=ROOT
    )
    code, *names = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return HEAVY & set(names)


def test_the_library_imports_nothing():
    code = "import sys, planner; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {*HEAVY, "click"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["check", "--help"], set()),
        (["evaluate", "--help"], set()),
        (["strategies", "--help"], set()),
        (["frontier", "--help"], set()),
        (["report", "--help"], set()),
        (["risk", "--help"], set()),
        (["db", "--help"], set()),
        (["status", "--help"], set()),
        (["status", "--db", "nowhere.sqlite"], {"yaml", "numpy"}),  # with a database it has to be opened
        (["status", TUTORIAL, "--db", "nowhere.sqlite"], {"yaml"}),
        (["report", "--all", "--check"], {"yaml"}),
        (["fmt", "--help"], set()),
        (["schema", "--help"], set()),
        (["check", TUTORIAL], {"yaml"}),
        (["fmt", "scenarios"], {"yaml"}),
        (["schema"], set()),
        (["check", "--format", "sarif", TUTORIAL], {"yaml"}),
        (["check", "scenarios"], {"yaml", "numpy"}),  # path state is unfolded to be checked
        (["check", "tests/stories/conflict/elmira.yaml"], {"yaml", "numpy"}),  # states are worked out to be checked
        (["evaluate", TUTORIAL], {"yaml", "numpy", "rich"}),
        (["evaluate", TUTORIAL, "--json"], {"yaml", "numpy"}),
        (["strategies", TUTORIAL], {"yaml", "numpy", "rich"}),
        (["frontier", FRONTIER, "--json"], {"yaml", "numpy"}),
        (["risk", TUTORIAL, "--json"], {"yaml", "numpy"}),
        (["completion", "bash"], set()),
    ],
)
def test_a_command_imports_no_more_than_it_needs(arguments: list[str], allowed: set[str]):
    assert imported(*arguments) <= allowed


def test_public_names_are_all_there():
    for name in planner.__all__:
        assert getattr(planner, name) is not None
    assert set(planner.__all__) <= set(dir(planner))


def test_unknown_public_name():
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        planner.lod  # noqa: B018 - the access is the test
