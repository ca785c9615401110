"""`planner new`: a scenario from a conversation, from flags or from a template."""

from __future__ import annotations

import json
import os
import re
from datetime import date, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, TypedDict

import click

from planner.authoring.templates import TEMPLATES
from planner.cli.app import INTERRUPTED, did_you_mean
from planner.cli.options import Command, Pairs, assignments, telling, workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from collections.abc import Set as AbstractSet
    from typing import Unpack

    from planner.authoring.interview import Step
    from planner.cli.output import Output

STDIN = "-"
DEFAULT = "decision"  # the template where nobody can be asked
CONFIRM = "write"
ENDING = re.compile(r"\.[A-Za-z]\w*\Z")  # of another kind of file; `v1.2` has none
MOST = 4  # names of placeholders that are told; the file has them all
LISTS = {"actor": "actors", "option": "options", "outcome": "outcomes", "criterion": "criteria"}


class Options(TypedDict):
    """What may be said on the command line."""

    template: str | None
    ask: bool
    as_of: datetime | None
    title: str | None
    question: str | None
    actor: tuple[str, ...]
    option: tuple[str, ...]
    fallback: str | None
    outcome: tuple[str, ...]
    criterion: tuple[str, ...]
    scale: Pairs
    unit: str | None
    minimize: bool | None
    weights: Pairs
    p: Pairs
    payoff: Pairs


def _pairs(name: str, metavar: str, text: str) -> Callable[[Any], Any]:
    return click.option(name, metavar=metavar, multiple=True, callback=assignments, help=text)


@click.command(
    "new",
    cls=Command,
    examples=(
        "planner new moscow",
        "planner new moscow --template dispute",
        "planner new envoy --option Send --option Wait --outcome Step --outcome None",
        "planner new moscow --actor UK --actor France --p act.it-works='20 to 40 %'",
    ),
)
@click.argument("name")
@click.option(
    "--template",
    type=click.Choice(list(TEMPLATES)),
    help=f"Write an example to change: {'; '.join(f'{name}: {what}' for name, what in TEMPLATES.items())}.",
)
@click.option("--ask", is_flag=True, help="Ask for what the flags below leave open; without flags that is the rule.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The date of the assessment, if not today."
)
@click.option("--title", metavar="TEXT", help="What the scenario is called, if not as the file.")
@click.option("--question", metavar="TEXT", help="The question that it answers.")
@click.option("--actor", metavar="NAME", multiple=True, help="Who decides; several decide together.")
@click.option("--option", metavar="NAME", multiple=True, help="What can be chosen; `id=Name` sets the id, too.")
@click.option("--fallback", metavar="OPTION", help="The option that stands if several actors do not agree.")
@click.option("--outcome", metavar="NAME", multiple=True, help="What could happen then, the best first.")
@click.option("--criterion", metavar="NAME", multiple=True, help="What matters.")
@_pairs("--scale", "CRITERION=ENDS", "Worst, best, unit: cost='120 to 0 EUR bn'.")
@click.option("--unit", metavar="TEXT", help="The unit of a sole criterion.")
@click.option("--minimize/--maximize", default=None, help="Less, or more, of a sole criterion is better.")
@_pairs("--weights", "ACTOR=NUMBERS", "What each criterion counts for an actor, in order: uk='60 40'.")
@_pairs("--p", "OPTION.OUTCOME=CHANCE", "Number or 90 % interval: act.works='10 to 40 %'.")
@_pairs("--payoff", "PLACE=AMOUNT", "What an outcome or option brings, by criterion if several: works.cost='2 to 9'.")
@telling
def command(out: Output, *, name: str, **options: Unpack[Options]) -> int:
    """Write a new scenario: asked, by flags or from a template.

    Without flags on a terminal it asks a few questions: who decides, what can be chosen, what could happen, what
    matters, and rough numbers as 90 % intervals. < goes back; Ctrl-C keeps the answers, and the same command goes on
    with them. Elsewhere it takes the answers from the flags, with defaults for the rest, or writes a template.

    NAME is a path or a name alone, which goes into the workspace's scenarios/. `-` is standard output. A file that is
    there is never replaced.
    """
    from planner.cli.dialogue import on_terminal

    target = None if name == STDIN else _target(name)
    stem = target.stem if target else "decision"
    as_of = options["as_of"].date() if options["as_of"] else date.today()  # noqa: DTZ011 - the person's own calendar
    given = _given(options)
    content = given.keys() - {"title", "question"}
    if options["template"] and (content or options["ask"]):
        raise click.UsageError(
            "--template writes an example to change; it takes --title, --question and --as-of alone."
        )
    asks = options["ask"] or (not content and not options["template"] and on_terminal())
    gone: AbstractSet[str] = frozenset()
    if asks and target is not None:
        said = _asked(out, target, given, as_of)
        if said is None:
            return INTERRUPTED
        gone = said.keys() - given.keys()
        given = said
    elif options["ask"]:
        raise click.UsageError("--ask keeps answers beside the file; name one instead of '-'.")
    notes: list[str] = []
    if options["template"] or not (content or asks):
        text = _template(options["template"] or DEFAULT, options, stem, as_of, _editor(target))
    else:
        known = _known(given, stem, gone=gone)
        text = _text(known, stem, as_of, _editor(target))
        if not asks:
            notes = [*_assumed(known, stem), *_invented(known, stem, as_of)]
    code = _finish(out, target, text)
    for note in notes:
        out.say(note)
    return code


# --- where it goes ----------------------------------------------------------------------------------------


def _target(name: str) -> Path:
    """Return the file to write, which is not there yet and can be made."""
    from planner.errors import PlannerError

    path = Path(name).expanduser()
    if not path.name or name.endswith("/") or path.is_dir():
        raise PlannerError(f"'{name}' is a folder", "name a file in it")
    if ENDING.match(path.suffix) and path.suffix not in {".yaml", ".yml"}:
        raise PlannerError(
            f"a new scenario is written as YAML, not as '{path.name}'", f"planner new {path.with_suffix('.yaml')}"
        )
    if path.suffix not in {".yaml", ".yml"}:
        path = path.with_name(f"{path.name}.yaml")
    scenarios = workspace().folder / "scenarios"
    if len(path.parts) == 1 and scenarios.is_dir():
        path = Path(workspace().shown(scenarios / path))
    if path.exists():
        raise PlannerError(f"'{path}' is there already", "choose another name, or change it with `planner set`")
    return path


def _editor(target: Path | None) -> str:
    """Return the line by which editors find the schema, if the workspace has one."""
    from planner.cli.settings import find_workspace
    from planner.core.schema import FILE, editor_line

    if target is None:
        return ""
    schema = find_workspace(str(target)).folder / FILE
    if not schema.is_file():
        return ""
    return editor_line(Path(os.path.relpath(schema, target.parent)).as_posix())


def _finish(out: Output, target: Path | None, text: str) -> int:
    """Write the file and say what to do next."""
    from planner.errors import PlannerError
    from planner.workspace import create

    if target is None:
        out.write(text)
        return 0
    if not create(target, text):
        raise PlannerError(f"'{target}' was made by somebody else meanwhile", "choose another name")
    _draft(target).unlink(missing_ok=True)
    if out.json:
        out.envelope({"file": str(target)}, settings={})
        return 0
    out.line(f"wrote  {target}")
    out.line(f"next   planner report {quote(os.fspath(target))}")
    return 0


# --- what goes into it ------------------------------------------------------------------------------------


def _given(options: Options) -> dict[str, str]:
    """Return the flags as answers, by the keys of the questions."""
    given = {key: text for key in ("title", "question", "fallback", "unit") if (text := options[key])}
    for flag, key in LISTS.items():
        names: tuple[str, ...] = options[flag]  # type: ignore[literal-required]
        if any(";" in name for name in names):
            raise click.UsageError(f"--{flag} takes no semicolon.")
        if names:
            given[key] = "; ".join(names) + (";" if len(names) == 1 and "," in names[0] else "")
    if options["minimize"] is not None:
        given["better"] = "no" if options["minimize"] else "yes"
    for flag in ("scale", "weights", "p", "payoff"):
        pairs: Pairs = options[flag]  # type: ignore[literal-required]
        given |= {f"{flag}.{left}": right for left, right in pairs}
    return given


def _known(given: Mapping[str, str], stem: str, *, gone: Container[str] = ()) -> dict[str, str]:
    """Return the answers under the keys of their questions; one to a question that nobody asks is a mistake.

    Those under the keys in ``gone`` may be left over from before somebody went back; they are dropped.
    """
    from planner.authoring.interview import steps

    made = _settled(given, stem)
    asked = {step.key for step in steps(made, name=stem)}
    for key in made.keys() - asked:
        flag, _, place = key.partition(".")
        if key not in gone:
            raise click.UsageError(_unfit(flag, place, made[key], asked))
        del made[key]
    return made


def _settled(given: Mapping[str, str], stem: str) -> dict[str, str]:
    """Return the answers with places that were named in other ways under the keys of their questions."""
    from planner.authoring.interview import places

    made = dict(given)
    payoffs = any(key.startswith("payoff.") for key in given)
    if payoffs:
        made.setdefault("effects", "yes")
    known = places(made, name=stem)
    for key in given:
        meant = known.get(" ".join(key.lower().split()), key)
        if meant != key:
            made.setdefault(meant, made[key])
            del made[key]
    if payoffs and "effects" not in given and not any(key.startswith("option.") for key in made):
        del made["effects"]
    return made


def _unfit(flag: str, place: str, text: str, asked: AbstractSet[str]) -> str:
    """Return the sentence about an answer to no question."""
    if not place:
        return f"--{_flag(flag, text)} does not fit here: {_why(flag)}."
    flags = {"outcome", "option"} if flag == "payoff" else {flag}
    known = [one.partition(".")[2] for one in asked if one.partition(".")[0] in flags]
    if flag == "payoff":
        if len({one.rpartition(".")[2] for one in known}) == 1:
            known += [one.rpartition(".")[0] for one in known]
        return f"--payoff: nothing is called '{place}'.{did_you_mean(place.lower(), known)}"
    return f"--{flag}: nothing is asked about '{place}'.{did_you_mean(place.lower(), known)}"


def _flag(key: str, text: str) -> str:
    if key == "better":
        return "minimize" if text == "no" else "maximize"
    return key


def _assumed(given: Mapping[str, str], stem: str) -> list[str]:
    """Return what was taken for granted about the criteria that were named, a line for each."""
    from planner.authoring.interview import steps

    lines = []
    todo = {step.key: step for step in steps(given, name=stem)} if "criteria" in given else {}
    for one in todo["criteria"].read(given["criteria"]) if todo else ():
        sole = "better" in todo
        key = "better" if sole else f"better.{one.id}"
        if key not in todo or key in given:
            continue
        more = todo[key].read(todo[key].default)
        ends = "" if sole else f" ({todo[f'scale.{one.id}'].default})"
        flag = "scale" if not sole else "minimize" if more else "maximize"
        lines.append(f"{one.id}: {'more' if more else 'less'} is better{ends}; --{flag} changes that")
    return lines


def _invented(given: Mapping[str, str], stem: str, as_of: date) -> list[str]:
    """Return which numbers nobody said, in a line for weights and one for the others."""
    from planner.authoring.build import placeholders
    from planner.authoring.interview import answers

    said = answers(given, name=stem, as_of=as_of)
    even = [one.id for one in said.actors if said.weights and f"weights.{one.id}" not in given]
    lines = [f"{', '.join(even)}: the criteria count the same; --weights changes that"] if even else []
    names = placeholders(said)
    if names:
        shown = ", ".join(names[:MOST]) + (f" and {len(names) - MOST} more" if len(names) > MOST else "")
        count = "1 number is a placeholder" if len(names) == 1 else f"{len(names)} numbers are placeholders"
        lines.append(f"{count}: {shown}; look for 'placeholder' in the file")
    return lines


def _why(flag: str) -> str:
    return "there is one actor" if flag == "fallback" else "there are several criteria, use --scale"


def _text(given: Mapping[str, str], stem: str, as_of: date, editor: str = "") -> str:
    from planner.authoring.build import scenario_text
    from planner.authoring.interview import answers
    from planner.authoring.unclear import Unclear

    try:
        return scenario_text(answers(given, name=stem, as_of=as_of), editor=editor)
    except Unclear as error:
        raise click.UsageError(f"{error.message}.") from None


def _template(name: str, options: Options, stem: str, as_of: date, editor: str) -> str:
    from planner.authoring.names import humanised
    from planner.authoring.templates import from_template
    from planner.workspace import text

    title = options["title"] or humanised(stem)
    kept = text(f"new/{name}.yaml")
    return from_template(kept, title=title, question=options["question"], as_of=as_of, editor=editor)


# --- the conversation -------------------------------------------------------------------------------------


def _asked(out: Output, target: Path, given: Mapping[str, str], as_of: date) -> dict[str, str] | None:
    """Ask on the terminal; None if the person left, whose answers are kept then."""
    from planner.authoring.interview import steps, yes
    from planner.cli.dialogue import Dialogue, Stopped, on_terminal, read_line
    from planner.errors import PlannerError

    if not on_terminal():
        raise PlannerError("there is no terminal to ask on", "give the answers as flags")
    there = next(folder for folder in target.absolute().parents if folder.exists())
    if not os.access(there, os.W_OK):  # better now than after the first answer
        raise PlannerError(f"'{there}' cannot be written", "choose a folder in which you may write")
    kept = _kept(target)
    dialogue = Dialogue(out.say, read_line, out.width)
    if kept:
        dialogue.paragraph(f"Going on with {target}, where you stopped.")
    said = {**kept, **given}

    def todo(answers: Mapping[str, str]) -> list[Step]:
        asked = steps(answers, name=target.stem)
        done = all(step.key in answers for step in asked)
        return [*asked, _confirm(target, answers if done else {}, as_of)]

    def keep(answers: Mapping[str, str]) -> None:
        said.update(answers)
        said.pop(CONFIRM, None)
        _keep(target, said)

    try:
        answers = dialogue.run(todo, said, keep, lambda answers: _settled(answers, target.stem))
        finished = yes(answers.pop(CONFIRM))
    except Stopped:
        finished = False
    if not finished:
        if _draft(target).exists():
            out.say(f"Your answers are kept in {_draft(target)}; `planner new {target}` goes on with them.")
        return None
    return answers


def _confirm(target: Path, answers: Mapping[str, str], as_of: date) -> Step:
    """Return the last question; it says what follows from the answers, if there are any."""
    from planner.authoring import interview

    return interview.Step(
        CONFIRM, f"Write {target}?", _outlook(answers, target.stem, as_of) if answers else "", "yes", interview.yes
    )


def _outlook(given: Mapping[str, str], stem: str, as_of: date) -> str:
    """Return what the numbers say so far."""
    from planner.analyses.evaluate import evaluate
    from planner.core.source import Source
    from planner.files import load

    scenario = load(Source.from_text(_text(_known(given, stem, gone=given), stem, as_of)))
    return f"As it stands: {evaluate(scenario).headline()}"


def _draft(target: Path) -> Path:
    return target.with_name(f"{target.name}.draft")


def _kept(target: Path) -> dict[str, str]:
    """Return the answers of an earlier conversation."""
    from planner.errors import PlannerError

    draft = _draft(target)
    try:
        found = json.loads(draft.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise PlannerError(f"the answers in '{draft}' cannot be read", "take the file away to begin anew") from error
    good = isinstance(found, dict) and all(isinstance(text, str) for text in found.values())
    if not good:
        raise PlannerError(f"'{draft}' holds no answers", "take the file away to begin anew")
    return dict(found)


def _keep(target: Path, answers: Mapping[str, str]) -> None:
    from planner.files import write_atomic
    from planner.workspace import make_folder

    make_folder(target.parent)
    write_atomic(_draft(target), json.dumps(answers, ensure_ascii=False, indent=2) + "\n")
