from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from planner.core.rule_table import RULES

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden


def test_a_code(cli: Cli, golden: Golden):
    result = cli("explain", "P201")
    assert (result.code, result.err) == (0, "")
    golden("cli/explain.P201.txt", result.out)


def test_a_name_and_small_letters(cli: Cli):
    assert cli("explain", RULES["P201"].slug).out == cli("explain", "p201").out == cli("explain", "P201").out


def test_the_beginning_of_codes(cli: Cli):
    document = json.loads(cli("explain", "P4", "--json").out)
    assert [one["code"] for one in document["result"]["rules"]] == [code for code in RULES if code.startswith("P4")]


def test_all(cli: Cli):
    out = cli("explain", "--all").out
    assert all(f"{rule.code} {rule.slug} ({rule.severity})\n" in out for rule in RULES.values())
    assert "«" not in out


@pytest.mark.parametrize(("typed", "meant"), [("X201", "P201"), ("unknown-nod", "unknown-node")])
def test_unknown_code(cli: Cli, typed: str, meant: str):
    result = cli("explain", typed)
    assert (result.code, result.out) == (2, "")
    assert f"there is no code '{typed}'. Did you mean '{meant}'?" in result.err


def test_nothing_to_explain(cli: Cli):
    assert cli("explain").code == 2
