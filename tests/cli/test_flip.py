from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conftest import GOLDEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

FILE = "inspection.yaml"


@pytest.fixture
def inspection(workspace: Path) -> Path:
    shutil.copy(GOLDEN / "change" / "inspection.before.yaml", workspace / FILE)
    return workspace / FILE


def test_two_chances_change_places(cli: Cli, inspection: Path, golden: Golden):
    result = cli("flip", FILE, "cheats", "report-cheat")
    said = "'report' comes first now, then cheats-alarm, cheats-silence\n"
    assert (result.code, result.out, result.err) == (0, "", said)
    golden("change/flip.after.yaml", inspection.read_text())
    assert cli("check", FILE).code == 0


def test_flipped_twice_it_is_worth_the_same(cli: Cli, inspection: Path, golden: Golden):
    before = cli("evaluate", FILE, "--exact").out.splitlines()[:3]
    assert cli("flip", FILE, "cheats", "report-cheat").code == 0
    assert cli("evaluate", FILE, "--exact").out.splitlines()[:3] == before
    assert cli("flip", FILE, "report", "cheats-alarm").code == 0
    assert cli("evaluate", FILE, "--exact").out.splitlines()[:3] == before
    golden("change/flip.twice.after.yaml", inspection.read_text())


def test_an_impossible_event_is_shown_where_its_probability_stands(cli: Cli, inspection: Path):
    text = inspection.read_text().replace("p: sens", "p: 0").replace("p: spec", "p: 1")
    inspection.write_text(text)
    result = cli("flip", FILE, "cheats", "report-cheat")
    assert result.code == 1
    assert "'alarm' of 'report-cheat' has probability 0" in result.err
    assert result.err.endswith("inspection.yaml is left as it was\n")
    assert inspection.read_text() == text
    document = json.loads(cli("flip", FILE, "cheats", "report-cheat", "--json").out)
    assert [one["code"] for one in document["result"]["diagnostics"]] == ["P203"]


def test_a_decision_is_no_chance(cli: Cli, inspection: Path):
    result = cli("flip", FILE, "treaty", "cheats")
    assert result.code == 2
    assert "'treaty' is a decision" in result.err
