"""A guided conversation on the terminal: one question after the other, each with a default, and back again."""

from __future__ import annotations

import sys
from textwrap import fill
from typing import TYPE_CHECKING

from planner.authoring.unclear import Unclear

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.authoring.interview import Step

BACK = frozenset({"<", "back"})
WIDEST = 80  # columns; longer lines of prose are hard to read
ROOM = 24  # columns that an answer shall have behind the default
HELP = "Enter takes what stands in brackets. < goes back. Ctrl-C stops and keeps your answers for another time."


class Stopped(Exception):  # noqa: N818 - no error: somebody wants to go on later
    """The person left the conversation."""


class Dialogue:
    """Asks questions until there are none left.

    Args:
        say: shows a line.
        read: shows a prompt and returns what was typed; raises EOFError or KeyboardInterrupt when the person leaves.
        width: columns of the terminal.
    """

    def __init__(self, say: Callable[[str], None], read: Callable[[str], str], width: int) -> None:
        self._say, self._read = say, read
        self._width = min(width - 1, WIDEST)

    def run(
        self,
        steps: Callable[[Mapping[str, str]], Sequence[Step]],
        given: Mapping[str, str],
        keep: Callable[[Mapping[str, str]], None],
        settle: Callable[[Mapping[str, str]], dict[str, str]] = dict,
    ) -> dict[str, str]:
        """Ask everything that is not answered yet, and return all answers; going back asks the others, too.

        Args:
            steps: the questions that follow from the answers so far.
            given: answers that are there already.
            keep: called with the answers after each of them.
            settle: called before each question; puts answers under the keys of questions that are known by now.

        Raises:
            Stopped: the person left.
        """
        answers = dict(given)
        self.paragraph(HELP)
        at, asked = 0, set()
        while at < len(todo := steps(answers := settle(answers))):
            step = todo[at]
            if step.key not in asked and _answered(step, answers):
                at += 1
                continue
            asked.add(step.key)
            offered = answers[step.key] if _answered(step, answers) else step.default
            text = self._ask(step, f"{at + 1}/{len(todo)}", offered)
            if text is None:
                at = max(0, at - 1)
                asked.add(todo[at].key)
                continue
            answers[step.key] = text
            keep(answers)
            at += 1
        return answers

    def paragraph(self, text: str, *, lead: str = "", indent: str = "") -> None:
        """Show prose, wrapped to the terminal."""
        self._say(fill(text, self._width, initial_indent=lead or indent, subsequent_indent=indent or " " * len(lead)))

    def _ask(self, step: Step, count: str, default: str) -> str | None:
        """Ask one question until the answer can be understood; None means back."""
        indent = " " * 7
        self._say("")
        self.paragraph(step.ask, lead=f"{count:<7}")
        if step.hint:
            self.paragraph(step.hint, indent=indent)
        prompt = f"{indent}[{default}] > " if default else f"{indent}> "
        if len(prompt) > self._width - ROOM:
            self.paragraph(f"[{default}]", indent=indent)
            prompt = f"{indent}> "
        while True:
            text = self._typed(prompt).strip()
            if text.lower() in BACK:
                return None
            text = text or default
            try:
                step.read(text)
            except Unclear as error:
                self.paragraph(f"{error.message[:1].upper()}{error.message[1:]}.", lead=f"{'':4}!  ")
            else:
                return text

    def _typed(self, prompt: str) -> str:
        try:
            return self._read(prompt)
        except (EOFError, KeyboardInterrupt):
            self._say("")
            raise Stopped from None


def _answered(step: Step, answers: Mapping[str, str]) -> bool:
    """Whether a question has an answer that can be understood."""
    if step.key not in answers:
        return False
    try:
        step.read(answers[step.key])
    except Unclear:
        return False
    return True


def on_terminal() -> bool:
    """Whether there is a person to ask: what is typed and what is said both go through a terminal."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr.isatty())


def read_line(prompt: str) -> str:
    """Show a prompt and read a line, with the usual keys for editing it where the system has them."""
    from contextlib import suppress

    if sys.stdout.isatty():
        with suppress(ImportError):
            import readline  # noqa: F401 - input() edits lines when this is imported
        sys.stderr.flush()
        return input(prompt)
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")
