from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.authoring.templates import TEMPLATES
from planner.core.change.layout import layout
from planner.core.source import Source
from planner.report.assumptions import is_judgement
from tests.cli.terminal import PLANNER, Terminal
from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden

DAY = ("--as-of", "2026-11-23")
FLAGS = (
    *("--title", "One line on Moscow", "--question", "Do the three talk or press?"),
    *("--actor", "uk=United Kingdom", "--actor", "France", "--actor", "Italy"),
    *("--option", "Reopen talks", "--option", "Press harder", "--option", "Drift", "--fallback", "drift"),
    *("--outcome", "Agreement", "--outcome", "Stalemate", "--outcome", "Open split"),
    *("--criterion", "Cohesion", "--criterion", "Cost, yearly", "--scale", "cost-yearly=120 to 0 EUR bn"),
    *("--weights", "uk=80 20", "--weights", "france=40 60"),
    *("--p", "reopen-talks.agreement=10 20 45 %", "--p", "drift.agreement=0"),
    *("--payoff", "agreement.cohesion=70 to 95", "--payoff", "press-harder.cost-yearly=2 to 30"),
)


def sound(cli: Cli, file: str) -> str:
    """Check what was written as a user would, strictly, report on it, and return its text."""
    text = Path(file).read_text(encoding="utf-8")
    assert cli("check", "--strict", file)[:2] == (0, "1 file checked, nothing found\n")
    assert layout(Source.from_text(text)) == text
    assert cli("report", file, "-o", "-").code == 0
    assert "judgement" in text
    return text


# --- without a terminal -----------------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates(cli: Cli, golden: Golden, template: str):
    result = cli("new", "one-line", "--template", template, *DAY)
    assert (result.code, result.err) == (0, "")
    assert result.out == "wrote  scenarios/one-line.yaml\nnext   planner report scenarios/one-line.yaml\n"
    golden(f"new/{template}.yaml", sound(cli, "scenarios/one-line.yaml"))


def test_no_terminal_and_no_flags_write_a_template(cli: Cli):
    cli("new", "one-line", *DAY)
    cli("new", "other", "--template", "decision", "--title", "One line", *DAY)
    assert Path("scenarios/one-line.yaml").read_text() == Path("scenarios/other.yaml").read_text()


def test_title_and_question_go_into_a_template(cli: Cli):
    cli("new", "x", "--title", "Yes: or no", "--question", "Which?")
    text = sound(cli, "scenarios/x.yaml")
    assert "title: 'Yes: or no'\nquestion: Which?\n" in text


def test_flags(cli: Cli, golden: Golden):
    assert cli("new", "flags", *FLAGS, *DAY).code == 0
    golden("new/flags.yaml", sound(cli, "scenarios/flags.yaml"))


def test_a_sole_criterion_need_not_be_named(cli: Cli):
    flags = ("--option", "Send", "--option", "Wait", "--outcome", "Step", "--outcome", "None", "--unit", "points")
    result = cli(
        "new", "x", *flags, "--minimize", "--payoff", "step=3", "--payoff", "send=-1", "--payoff", "none.value=4"
    )
    assert result.code == 0
    text = sound(cli, "scenarios/x.yaml")
    assert "objective: minimize\n" in text
    assert "    unit: points\n" in text
    assert re.findall(r"^    value: (.*)$", text, re.MULTILINE)[:1] == ["-1"]


def test_the_direction_of_a_criterion_is_told(cli: Cli):
    both = ("--criterion", "Security", "--criterion", "Cost")
    result = cli("new", "x", *both)
    assert result.err.splitlines()[:2] == [
        "security: more is better (0 to 100); --scale changes that",
        "cost: less is better (100 to 0); --scale changes that",
    ]
    assert "    name: Cost\n    worst: 100\n    best: 0\n" in sound(cli, "scenarios/x.yaml")
    result = cli("new", "y", *both, "--scale", "security=0 to 9", "--scale", "cost=0 to 120")
    assert "is better" not in result.err
    assert "    name: Cost\n    worst: 0\n    best: 120\n" in sound(cli, "scenarios/y.yaml")


def test_the_direction_of_a_sole_criterion_is_told(cli: Cli):
    assert "cost: less is better; --maximize changes that\n" in cli("new", "x", "--criterion", "Cost").err
    assert "objective: minimize\n" in sound(cli, "scenarios/x.yaml")
    assert "is better" not in cli("new", "y", "--criterion", "Cost", "--maximize").err
    assert "objective" not in sound(cli, "scenarios/y.yaml")
    assert "value: more is better; --minimize changes that\n" in cli("new", "z", "--criterion", "Value").err


def test_places_go_by_name_too(cli: Cli):
    lists = FLAGS[: FLAGS.index("--scale")]
    result = cli(
        *("new", "x", *lists, *DAY, "--scale", "Cost, Yearly=120 to 0 EUR bn", "--weights", "united  kingdom=80 20"),
        *("--weights", "France=40 60", "--p", "Reopen talks.Agreement=10 20 45 %", "--p", "DRIFT.agreement=0"),
        *("--payoff", "Agreement.Cohesion=70 to 95", "--payoff", "press harder.Cost, yearly=2 to 30"),
    )
    assert result.code == 0
    cli("new", "y", *FLAGS, *DAY)
    assert sound(cli, "scenarios/x.yaml") == sound(cli, "scenarios/y.yaml")


def test_a_sole_criterion_need_not_be_named_beside_names(cli: Cli):
    result = cli("new", "x", "--outcome", "It works", "--payoff", "It Works=7", "--payoff", "WAIT=-1")
    assert result.code == 0
    assert result.err == ""
    assert "value: 7\n" in sound(cli, "scenarios/x.yaml")


def test_placeholders_are_told(cli: Cli):
    given = ("--option", "Send", "--option", "Wait", "--outcome", "Step", "--outcome", "None")
    result = cli("new", "x", *given, "--p", "send.step=10 to 30 %", "--payoff", "none=0")
    assert result.err == "2 numbers are placeholders: wait_step, step_value; look for 'placeholder' in the file\n"
    text = sound(cli, "scenarios/x.yaml")
    assert text.count("source: Illustrative judgement, placeholder to be replaced\n") == 2
    assert text.count("source: Illustrative judgement, no data behind it\n") == 1
    both = ("--criterion", "Security", "--criterion", "Cost")
    told = cli("new", "y", *given, *both, "--actor", "UK", "--actor", "France", "--weights", "uk=60 40").err
    assert "france: the criteria count the same; --weights changes that\n" in told
    assert "6 numbers are placeholders: send_step, wait_step, step_security, step_cost and 2 more; look" in told
    whole = ("--p", "send.step=1 %", "--p", "wait.step=2 %", "--payoff", "none=0", "--payoff", "step=3")
    assert cli("new", "z", *given, *whole).err == ""


def test_placeholders_are_judgements_to_the_report(cli: Cli):
    cli("new", "x", "--option", "Send", "--option", "Wait")
    text = sound(cli, "scenarios/x.yaml")
    assert text.count("source: ") == text.count("source: Illustrative judgement, placeholder") == 4
    assert all(is_judgement(source) for source in re.findall(r"source: (.*)", text))


def test_standard_output(cli: Cli):
    result = cli("new", "-", *FLAGS, *DAY)
    assert result.code == 0
    assert cli("check", "--strict", "-", stdin=result.out.encode()).code == 0


def test_json(cli: Cli):
    document = json.loads(cli("new", "x", "--json").out)
    assert (document["schema"], document["result"]) == ("planner/new/1", {"file": "scenarios/x.yaml"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--p", "act.works=3"), "--p: nothing is asked about 'act.works'. Did you mean 'act.it-works'?"),
        (("--payoff", "it-wroks=3"), "--payoff: nothing is called 'it-wroks'. Did you mean 'it-works'?"),
        (("--p", "act.it-works=often"), "p.act.it-works: 'often' is no number or interval"),
        (("--option", "One"), "options: at least two, please"),
        (("--option", "A", "--option", "a"), "options: 'a' is there twice"),
        (("--option", "A; B"), "--option takes no semicolon."),
        (("--option", "A", "--option", "B", "--fallback", "a"), "--fallback does not fit here: there is one actor."),
        (
            ("--criterion", "A", "--criterion", "B", "--unit", "EUR"),
            "--unit does not fit here: there are several criteria",
        ),
        (("--criterion", "A", "--criterion", "B", "--minimize"), "--minimize does not fit here"),
        (("--template", "blank", "--option", "A"), "--template writes an example to change"),
        (("--template", "blnk"), "'blnk' is not one of"),
        (("--weights", "us"), "'us' is not of the form ACTOR=NUMBERS"),
        (("--as-of", "soon"), "soon"),
        (("--ask",), "there is no terminal to ask on"),
    ],
)
def test_what_does_not_fit_is_one_sentence(cli: Cli, arguments: tuple[str, ...], said: str):
    result = cli("new", "x", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert not Path("scenarios/x.yaml").exists()


# --- where it goes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("x", "scenarios/x.yaml"),
        ("x.yml", "scenarios/x.yml"),
        ("./x", "x.yaml"),
        ("deep/down/x", "deep/down/x.yaml"),
        ("v1.2", "scenarios/v1.2.yaml"),
    ],
)
def test_place(cli: Cli, name: str, file: str):
    target = "x.yaml" if name == "./x" else file
    if name == "./x":
        name = str(Path.cwd() / "x")
        target = name + ".yaml"
    assert cli("new", name).out.startswith(f"wrote  {target}\n")
    assert Path(file).is_file()


def test_a_name_goes_beside_us_without_a_workspace(
    cli: Cli, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path_factory.mktemp("bare"))
    assert cli("new", "x").out.startswith("wrote  x.yaml\n")
    assert not Path("x.yaml").read_text().startswith("# yaml-language-server")


def test_a_name_goes_into_the_workspace_from_below(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(workspace / "scenarios")
    assert cli("new", "x").out.startswith("wrote  x.yaml\n")
    (workspace / "drafts").mkdir()
    monkeypatch.chdir(workspace / "drafts")
    assert cli("new", "y").out.startswith("wrote  ../scenarios/y.yaml\n")


def test_editors_find_the_schema(cli: Cli, workspace: Path):
    (workspace / "scenario.schema.json").touch()
    cli("new", "x")
    cli("new", "scenarios/deep/y", "--option", "A", "--option", "B")
    assert Path("scenarios/x.yaml").read_text().startswith("# yaml-language-server: $schema=../scenario.schema.json\n")
    deep = sound(cli, "scenarios/deep/y.yaml")
    assert deep.startswith("# yaml-language-server: $schema=../../scenario.schema.json\n")


def test_nothing_is_replaced(cli: Cli):
    Path("scenarios/x.yaml").write_text("mine\n")
    result = cli("new", "x")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: 'scenarios/x.yaml' is there already.\nhelp: choose another name, or change it with `planner set`\n"
    )
    assert Path("scenarios/x.yaml").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("name", "said"), [("scenarios", None), ("scenarios/", "is a folder"), ("x.json", "as YAML"), ("x.txt", "as YAML")]
)
def test_names_that_are_none(cli: Cli, name: str, said: str | None):
    result = cli("new", name)
    assert result.code == 2
    assert (said or "is a folder") in result.err
    assert not Path(f"scenarios/{name}.yaml").exists()


# --- the conversation -------------------------------------------------------------------------------------


def ask(*arguments: str, columns: int = 80) -> Terminal:
    env = {"PYTHONPATH": str(ROOT), "TERM": "dumb", "INPUTRC": "/dev/null"}
    return Terminal([*PLANNER, "new", *arguments], cwd=Path.cwd(), env=env, columns=columns)


TALK = [  # a question, and what is answered
    ("What is the scenario called?", "One line on Moscow"),
    ("Which question shall it answer?", "Do the three talk or press?"),
    ("Who decides?", "uk=United Kingdom, France, Italy"),
    ("What can be chosen?", "Reopen talks"),
    ("At least two", "Reopen talks, Press harder, Drift"),
    ("Which option stands", "drift"),
    ("What could happen then?", "<"),
    ("Which option stands", ""),
    ("What could happen then?", "Agreement, Open split"),
    ("What matters?", "Cohesion, Cost"),
    ("Is more of 'Cohesion' better?", ""),
    ("does 'Cohesion' run?", ""),
    ("Is more of 'Cost' better?", ""),
    ("does 'Cost' run?", "0 to 120 EUR bn a year"),
    ("you said", "120 to 0 EUR bn a year"),
    ("for 'United Kingdom'", "80 20"),
    ("for 'France'", "40 60"),
]
MORE = [
    ("for 'Italy'", ""),
    ("'Reopen talks' leads to 'Agreement'", "10 20 45"),
    ("'Press harder' leads to 'Agreement'", "many"),
    ("no number or interval", "5-30%"),
    ("'Drift' leads to 'Agreement'", "0"),
    ("'Cohesion' comes with 'Agreement'", ""),
    ("'Cost' comes with 'Agreement'", ""),
    ("'Cohesion' comes with 'Open split'", ""),
    ("'Cost' comes with 'Open split'", ""),
    ("Does an option itself", "yes"),
    ("'Cohesion' comes with 'Reopen talks' itself", "-10 to -2"),
    ("'Cost' comes with 'Reopen talks' itself", ""),
    ("'Cohesion' comes with 'Press harder' itself", ""),
    ("'Cost' comes with 'Press harder' itself", "2 to 30"),
    ("'Cohesion' comes with 'Drift' itself", ""),
    ("'Cost' comes with 'Drift' itself", ""),
    ("Write scenarios/moscow.yaml?", ""),
]


def answer(terminal: Terminal, talk: list[tuple[str, str]]) -> None:
    for question, text in talk:
        # long questions are broken into lines
        terminal.until(re.split(r"(?<=[a-z?]) ", question)[-1] if terminal.columns < 80 else question)
        terminal.until("> ")
        terminal.send(f"{text}\r")


@pytest.mark.usefixtures("workspace")
def test_conversation_that_is_broken_off_and_gone_on_with(cli: Cli, golden: Golden):
    with ask("moscow", *DAY) as terminal:
        answer(terminal, TALK)
        terminal.until("for 'Italy'")
        terminal.until("> ")
        terminal.interrupt()
        terminal.until("`planner new scenarios/moscow.yaml` goes on with them.")
        assert terminal.wait() == 130
        first = terminal.seen
    assert not Path("scenarios/moscow.yaml").exists()
    kept = json.loads(Path("scenarios/moscow.yaml.draft").read_text())
    assert kept["weights.france"] == "40 60"
    assert "weights.italy" not in kept
    with ask("scenarios/moscow.yaml", *DAY) as terminal:
        terminal.until("Going on with scenarios/moscow.yaml, where you stopped.")
        answer(terminal, MORE)
        terminal.until("wrote  scenarios/moscow.yaml\n")
        assert terminal.wait() == 0
        second = terminal.seen
    assert not Path("scenarios/moscow.yaml.draft").exists()
    golden("new/conversation.80.txt", f"{first}\n{'=' * 79}\n{second}")
    golden("new/conversation.yaml", sound(cli, "scenarios/moscow.yaml"))


@pytest.mark.usefixtures("workspace")
def test_conversation_on_a_narrow_terminal(cli: Cli, golden: Golden):
    with ask("moscow", *DAY, columns=60) as terminal:
        for _ in range(14):
            terminal.until("> ")
            terminal.send("\r")
        assert terminal.wait() == 0
        golden("new/conversation.60.txt", terminal.seen)
        assert max(map(len, terminal.seen.splitlines())) < 60
    sound(cli, "scenarios/moscow.yaml")


@pytest.mark.usefixtures("workspace")
def test_flags_are_not_asked_again():
    with ask(
        "moscow", "--ask", "--actor", "Us", "--option", "Go", "--option", "Stay", "--title", "Go or stay"
    ) as terminal:
        terminal.until("Which question shall it answer?")
        terminal.until("> ")
        terminal.send("\r")
        assert "Who decides?" not in terminal.until("What could happen then?")
        terminal.until("> ")
        terminal.send("<\r")
        terminal.until("What can be chosen?")
        terminal.until("[Go; Stay] > ")
        terminal.send("\r")
        terminal.until("What could happen then?")
        terminal.until("> ")
        terminal.send("\x04")
        assert terminal.wait() == 130
    assert json.loads(Path("scenarios/moscow.yaml.draft").read_text())["options"] == "Go; Stay"


@pytest.mark.usefixtures("workspace")
def test_answers_from_before_going_back_do_no_harm(cli: Cli):
    with ask("moscow", "--ask", "--actor", "UK", "--actor", "France", "--weights", "UK=60 40") as terminal:
        for question, text in [
            *[("called?", ""), ("answer?", ""), ("What can be chosen?", "A, B"), ("Which option", "<")],
            *[("What can be chosen?", ""), ("Which option", ""), ("What could happen", ""), ("What matters?", "X, Y")],
            *[("Is more of 'X'", ""), ("'X' run?", ""), ("Is more of 'Y'", ""), ("'Y' run?", "")],
            *[("for 'France'", ""), ("'A' leads", ""), ("'B' leads", "<"), ("'A' leads", "<"), ("for 'France'", "<")],
            *[("for 'UK'", "<"), ("'Y' run?", "<"), ("Is more of 'Y'", "<"), ("'X' run?", "<")],
            *[("Is more of 'X'", "<"), ("What matters?", "<"), ("What could happen", "<"), ("Which option", "<")],
            *[("What can be chosen?", "C, D"), ("Which option", "")],  # B, kept from before, is none of them
        ]:
            terminal.until(question)
            terminal.until("> ")
            terminal.send(f"{text}\r")
        for _ in range(40):
            if "Write scenarios" in terminal.until("> "):
                break
            terminal.send("\r")
        terminal.send("\r")
        assert terminal.wait() == 0
    text = sound(cli, "scenarios/moscow.yaml")
    assert "weights: {x: 60, y: 40}" in text
    assert "name: C" in text


@pytest.mark.usefixtures("workspace")
def test_nothing_said_leaves_nothing_behind():
    with ask("fresh/moscow") as terminal:
        terminal.until("> ")
        terminal.interrupt()
        assert terminal.wait() == 130
    assert not Path("fresh").exists()


@pytest.mark.usefixtures("workspace")
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_told_before_the_first_question():
    Path("locked").mkdir(mode=0o555)
    with ask("locked/moscow") as terminal:
        terminal.until("cannot be written")
        assert terminal.wait() == 2
        assert "What is the scenario called?" not in terminal.seen


@pytest.mark.usefixtures("workspace")
def test_no_at_the_end_keeps_the_answers():
    with ask("moscow") as terminal:
        for _ in range(13):
            terminal.until("> ")
            terminal.send("\r")
        terminal.until("As it stands: ")
        terminal.until("> ")
        terminal.send("no\r")
        assert terminal.wait() == 130
    assert Path("scenarios/moscow.yaml.draft").is_file()
    assert not Path("scenarios/moscow.yaml").exists()


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("text", ["{", "[]", '{"title": 3}', "\x00"])
def test_a_draft_that_is_none(text: str):
    Path("scenarios/moscow.yaml.draft").write_text(text)
    with ask("moscow") as terminal:
        terminal.until("take the file away to begin anew")
        assert terminal.wait() == 2
    assert Path("scenarios/moscow.yaml.draft").read_text() == text
