"""What is said on a terminal about the stability of a conflict, and what commands say about a conflict alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from click.shell_completion import ShellComplete

import planner
from planner.cli.app import application
from planner.cli.negotiate_stability import ROWS, Block, show_stability, stability_lines
from planner.cli.output import Output
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

STORIES = ROOT / "tests" / "stories" / "conflict"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return what is written about a story on a terminal of some width."""

    def write(name: str, width: int, **arguments: Any) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        show_stability(Output("negotiate"), planner.stability(planner.load(STORIES / f"{name}.yaml"), **arguments))
        return capsys.readouterr().out

    return write


@pytest.mark.parametrize(
    ("name", "width"),
    [("elmira", 80), ("elmira", 40), ("cuban-missile-crisis", 80), ("prisoners-dilemma", 60), ("stag-hunt", 60)],
)
def test_on_a_terminal(told: Callable[..., str], golden: Golden, name: str, width: int):
    text = told(name, width)
    assert max(map(len, text.splitlines())) <= width
    golden(f"cli/stability.{name}.{width}.txt", text)


def blocks(name: str, **arguments: Any) -> list[Block]:
    return stability_lines(planner.stability(planner.load(STORIES / f"{name}.yaml"), **arguments))


def headings(name: str) -> list[str]:
    return [block.heading for block in blocks(name)]


def test_parts_with_nothing_to_say_are_left_out():
    assert headings("chicken") == ["3 of 4 states hold", "Why they stay, and who leaves", "Terms"]
    assert headings("prisoners-dilemma") == [
        "2 of 4 states hold",
        "Why they stay, and who leaves",
        "What several could do together",
        "From the status quo, state 1",
        "What preferences would make state 1 stable",
        "Terms",
    ]


def test_without_a_status_quo_the_states_that_one_actor_alone_would_leave_are_asked_about():
    """Both would leave 2, and 3 too, unless A cannot change its mind."""
    assert not [heading for heading in headings("stag-hunt") if heading.startswith("What preferences")]
    text = (STORIES / "stag-hunt.yaml").read_text(encoding="utf-8").replace("1: 3, 2: 4, 3: 1, 4: 2", "1: 3, 2: 4")
    found = stability_lines(planner.stability(planner.load(Source.from_text(text))))
    (block,) = [each for each in found if each.heading.startswith("What preferences")]
    assert block.lines == ["B would stay at 3 (Nash) if 4 were no better for it."]


def test_the_state_that_was_asked_about(told: Callable[..., str]):
    lines = told("elmira", 200, wanted=7).splitlines()
    at = lines.index("What preferences would make state 7 stable")
    assert lines[at + 1].startswith(
        "  Uniroyal Chemical would stay at 7 (Nash and sequential) if 9 were no better for it;"
    )


def test_other_rules_are_offered_with_what_they_change(tmp_path: Path):
    file = tmp_path / "three.yaml"
    file.write_text(
        "planner: 1\ntitle: T\nactors: {a: {name: Ann}, b: {name: Bob}, c: {name: Cid}}\nconflict:\n"
        "  states: {1: , 2: , 3: , 4: }\n  moves: {a: {1: 2}, b: {2: 3}, c: {3: 4}}\n  preferences:\n"
        "    a: {ranking: [2, 3, 1, 4]}\n    b: {ranking: [4, 1, 2, 3]}\n    c: {ranking: [4, 1, 2, 3]}\n"
    )
    said = stability_lines(planner.stability(planner.load(file)))
    (rules,) = [block for block in said if block.heading == "Whose counter-moves count"]
    assert [line.partition(":")[0] for line in rules.lines] == [
        "Counter-moves (legal)",
        "With 'single' (one of the others answers, by one move)",
        "With 'repeated' (all others together answer, and the same actor may move several times in a row)",
    ]
    assert [line.partition(": ")[2] for line in rules.lines] == [
        "all others together answer, by moves in which nobody moves twice in a row.",
        "1 would not hold (general metarational); 1 would not hold (symmetric metarational).",
        "the same states are stable.",
    ]
    assert said[0].rows[-1].cells[-1] == "does not: Cid would leave"
    assert said[0].columns[1].head == "holds because"  # these states have no names


def test_long_lists_are_cut_and_say_so(tmp_path: Path):
    own = {who: [f"{who}{at}" for at in range(3)] for who in "ab"}
    options = ", ".join(f"{who}: {{{', '.join(f'{each}: ' for each in names)}}}" for who, names in own.items())
    file = tmp_path / "many.yaml"
    file.write_text(
        f"planner: 1\ntitle: T\nactors: {{a: , b: }}\nconflict:\n  options: {{{options}}}\n"
        "  preferences: {a: [b0], b: [a0]}\n"
    )
    (states, *_) = stability_lines(planner.stability(planner.load(file)))
    assert states.heading == "64 of 64 states hold"
    assert len(states.rows) == ROWS
    assert states.lines == ["… and 44 more states that hold; --json has them all."]


# --- commands that need a tree ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["evaluate", "paths", "show", "report"])
def test_commands_that_need_a_tree_say_so(cli: Cli, command: str):
    shutil.copy(STORIES / "elmira.yaml", "elmira.yaml")
    result = cli(command, "elmira.yaml")
    assert result.code == 1
    assert "error[P616]: the scenario has a conflict but no tree" in result.err
    assert "planner negotiate" in result.err


def test_commands_that_need_none_take_it(cli: Cli):
    shutil.copy(STORIES / "elmira.yaml", "elmira.yaml")
    assert cli("check", "elmira.yaml").code == 0
    assert cli("fmt", "--check", "elmira.yaml").code == 0
    assert cli("set", "elmira.yaml", "conflict.status_quo=5").code == 0
    assert cli("rename", "elmira.yaml", "moe", "ministry").code == 0
    assert cli("save", "elmira.yaml").code == 0
    assert cli("check", "elmira.yaml").code == 0


def test_places_of_the_conflict_are_completed(workspace: Path):
    shutil.copy(STORIES / "elmira.yaml", workspace / "elmira.yaml")

    def offered(*words: str) -> list[str]:
        *arguments, incomplete = words
        shell = ShellComplete(application, {}, "planner", "_PLANNER_COMPLETE")
        return [item.value for item in shell.get_completions(list(arguments), incomplete)]

    assert offered("set", "elmira.yaml", "conf") == ["conflict."]
    assert "conflict.status_quo=" in offered("set", "elmira.yaml", "conflict.")
    assert offered("set", "elmira.yaml", "conflict.options.l") == ["conflict.options.local."]
    assert offered("rename", "elmira.yaml", "conflict.options.u") == [
        "conflict.options.uniroyal.delay",
        "conflict.options.uniroyal.accept",
        "conflict.options.uniroyal.abandon",
    ]
    assert "conflict.states.9" in offered("rename", "elmira.yaml", "conflict.s")
