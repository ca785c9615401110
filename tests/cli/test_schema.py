from __future__ import annotations

import json
from typing import TYPE_CHECKING

from planner.core.schema import FILE, editor_line, json_schema

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli


def test_the_schema_goes_to_standard_output(cli: Cli):
    result = cli("schema")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == json_schema()


def test_the_schema_goes_to_a_file(cli: Cli, workspace: Path):
    result = cli("schema", "-o", FILE)
    assert (result.code, result.out, result.err) == (0, "", f"wrote {FILE}\n")
    assert json.loads((workspace / FILE).read_text()) == json_schema()


def test_json_is_the_envelope(cli: Cli):
    document = json.loads(cli("schema", "--json").out)
    assert (document["schema"], document["result"]) == ("planner/schema/1", json_schema())


def test_help_shows_the_editor_line(cli: Cli):
    assert editor_line() in cli("schema", "--help").out
