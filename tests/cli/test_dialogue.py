from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.authoring.interview import steps
from planner.cli.dialogue import Dialogue, Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping


class Talk:
    """A conversation with somebody whose lines are known beforehand; an exception among them is raised."""

    def __init__(self, *typed: str | BaseException, width: int = 80) -> None:
        self.typed, self.shown = list(typed), ""
        self.kept: list[dict[str, str]] = [{}]
        self.dialogue = Dialogue(self.say, self.read, width)

    def say(self, text: str) -> None:
        self.shown += text + "\n"

    def read(self, prompt: str) -> str:
        text = self.typed.pop(0) if self.typed else ""
        self.shown += f"{prompt}{text if isinstance(text, str) else '^C'}\n"
        if isinstance(text, BaseException):
            raise text
        return text

    def run(self, **given: str) -> dict[str, str]:
        def keep(answers: Mapping[str, str]) -> None:
            self.kept.append(dict(answers))

        return self.dialogue.run(lambda answers: steps(answers, name="moscow"), given, keep)


def test_enter_takes_every_default():
    talk = Talk()
    assert talk.run() == {one.key: one.default for one in steps({}, name="moscow")}


@pytest.mark.parametrize("word", ["<", "back", " BACK "])
def test_back_keeps_the_answer_as_the_default(word: str):
    talk = Talk("One", "Why?", word, word, "Two")
    answers = talk.run()
    assert (answers["title"], answers["question"]) == ("Two", "Why?")
    assert "[One] > Two" in talk.shown
    assert "[Why?] > \n" in talk.shown


def test_back_at_the_first_question_asks_it_again():
    assert Talk("<", "One").run()["title"] == "One"


def test_unclear_answers_are_asked_again():
    talk = Talk("", "", "", "Act", "Act, Stop")
    assert talk.run()["options"] == "Act, Stop"
    assert "    !  At least two, please; separate them with commas.\n" in talk.shown


@pytest.mark.parametrize("leave", [KeyboardInterrupt(), EOFError()])
def test_answers_are_kept_one_by_one(leave: BaseException):
    talk = Talk("One", "Why?", leave)
    with pytest.raises(Stopped):
        talk.run()
    assert talk.kept == [{}, {"title": "One"}, {"title": "One", "question": "Why?"}]


def test_it_goes_on_at_the_first_open_question():
    talk = Talk("Us, Them")
    assert talk.run(title="One", question="Why?")["actors"] == "Us, Them"
    assert "3/13   Who decides?" in talk.shown
    assert "1/" not in talk.shown.partition("Who decides?")[0]


def test_a_kept_answer_that_cannot_be_understood_is_asked_for():
    talk = Talk("Act, Stop")
    assert talk.run(title="One", question="Why?", actors="Us", options="Act")["options"] == "Act, Stop"
    assert "[Act, Wait] > Act, Stop" in talk.shown  # Enter must not lead back to what cannot be understood


def test_questions_follow_from_answers():
    talk = Talk("", "", "UK, France", "", "")
    assert talk.run()["fallback"] == "Wait"
    assert "5/14   Which option stands if they do not agree?" in talk.shown


@pytest.mark.parametrize("width", [30, 60, 80, 200])
def test_nothing_is_wider_than_the_terminal(width: int):
    talk = Talk("", "", "United Kingdom, France", "Reopen structured talks, Tighten the sanctions, Drift", width=width)
    talk.run()
    assert (
        max(len(line) for line in talk.shown.splitlines() if "> United" not in line and "> Reopen" not in line) < width
    )
    assert max(map(len, talk.shown.splitlines())) <= max(80, width)
