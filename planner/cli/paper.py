"""One paper: what shapes it, how it is composed, and how it is put in its place without undoing anybody's work."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from planner import __version__
from planner.cli.changelog import change_log
from planner.cli.options import MAX_STATES, RULES, Numbers, Question
from planner.errors import PlannerError
from planner.report.kinds import COMPARISON, FULL, KINDS
from planner.report.language import LANGUAGES
from planner.report.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from planner.analyses.comparison import Comparison
    from planner.analyses.evaluate import Evaluation
    from planner.analyses.side_by_side import SideBySide
    from planner.cli.against import Against
    from planner.cli.settings import Workspace
    from planner.core.diagnostics import Diagnostic
    from planner.core.model import Scenario
    from planner.core.source import Source
    from planner.history import GitState
    from planner.report import Report
    from planner.report.note import Note, Paper, Reason
    from planner.store import Saved

SHOWN_PATHS = 10
# Analyses that fold a scenario back thousands of times: on many states they take minutes, and no paper waits for them.
SLOW = ("sensitivity", "simulate", "stress", "information")
LARGE = 2_500
STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What shapes a paper, apart from the scenario: the options that its note keeps.

    `template` is a path as the command line takes it; in a note it counts from the paper's folder. `changelog` is the
    newest commit that the change log tells of, empty for the last one of the file, and None for no change log.
    """

    set: Mapping[str, float | str] = field(default_factory=dict)
    rule: str = "expected"
    max_states: int = MAX_STATES
    analyses: str = "all"
    kind: str = FULL
    lang: str = LANGUAGES[0]
    do_minimum: str | None = None
    provenance: str = "commit"
    template: str | None = None
    changelog: str | None = None

    @property
    def numbers(self) -> Numbers:
        """How the numbers of the scenario are read."""
        return Numbers(self.set, self.rule, self.max_states)

    @property
    def what_if(self) -> bool:
        """Whether the paper is on other numbers than the file's own."""
        return bool(self.set) or self.rule != "expected"

    def with_new_changes(self) -> Self:
        """Return the options with which it is made on another text: a change log ends at the last commit then."""
        return self if self.changelog is None else replace(self, changelog="")

    @property
    def suffix(self) -> str:
        """What a paper of this shape has behind the scenario's name.

        A paper of another kind and a what-if paper never take the place of the paper on the file as it stands.
        """
        return f"{'' if self.kind == FULL else f'-{self.kind}'}{'-what-if' if self.what_if else ''}"

    def noted(self, folder: Path) -> dict[str, Any]:
        """Return the options as a note in this folder keeps them."""
        from planner.report.note import relative

        template = relative(self.template, folder) if self.template not in {None, STDIN} else self.template
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        if self.changelog is None:  # papers without one keep the note that they always had
            del values["changelog"]
        return values | {"set": dict(self.set), "template": template}

    @classmethod
    def of_note(cls, note: Note, folder: Path) -> Self:
        """Return the options with which a paper in this folder was made; what its note does not name has its default.

        Raises:
            PlannerError: the note names an option, or gives one a value, that this version does not know.
        """
        given = dict(note.options)
        for name, value in given.items():
            if not _fits(name, value):
                raise PlannerError(
                    f"it was made with '{name}: {value}', which planner {__version__} does not know",
                    "make it by `planner report FILE` with the options of this version",
                )
        if isinstance(given.get("template"), str) and given["template"] != STDIN:
            given["template"] = os.path.normpath(folder / given["template"])
            with suppress(ValueError):  # another drive
                given["template"] = os.path.relpath(given["template"])
        return cls(**given)


def _fits(name: str, value: object) -> bool:
    """Whether an option in a note is one of ours and has a value of its kind."""
    known = {"kind": tuple(KINDS), "lang": LANGUAGES, "provenance": ("commit", "blob")}
    if name in known:
        return value in known[name]
    if name == "set":
        return isinstance(value, dict) and all(isinstance(number, int | float | str) for number in value.values())
    if name == "analyses":
        return isinstance(value, str) and (value in {"all", "none"} or set(value.split(",")) <= set(SECTIONS))
    if name in {"template", "do_minimum", "changelog"}:
        return value is None or isinstance(value, str)
    if name == "rule":
        return isinstance(value, str) and value.partition(":")[0] in {*RULES, "hurwicz"}
    return name == "max_states" and type(value) is int and value > 0


@dataclass(frozen=True)
class Composed:
    """A paper that is made but not written: the results, what it says, and its note."""

    file: str
    evaluation: Evaluation
    further: Mapping[str, Any]
    git: GitState | None
    warnings: list[Diagnostic]
    report: Report
    target: Path | None
    note: Note | None
    place: Workspace
    comparison: Comparison | SideBySide | None = None

    @cached_property
    def before(self) -> Paper | None:
        """The paper that stands in its place; None where that is no matter of ours."""
        from planner.report.note import read_paper

        return read_paper(self.target) if self.note is not None and self.target is not None else None

    def lost(self) -> list[Reason]:
        """Return what was done by hand to the paper in its place and would be lost with it."""
        return self.before.undone_by(self.report.markdown, self.report.beside) if self.before is not None else []

    @property
    def text(self) -> str:
        """The whole paper as it is written."""
        return f"{self.report.markdown}{f'{chr(10)}{self.note.comment()}' if self.note else ''}"


def target_of(name: str, shape: Shape, reports: str | None, place: Workspace) -> Path:
    """Return where the paper on a scenario goes when nobody says."""
    return Path(reports or place.folder / "reports") / f"{name}{shape.suffix}.md"


def compose(
    source: Source, file: str, shape: Shape, *, target: Path | None, place: Workspace, against: Against | None = None
) -> Composed:
    """Check and evaluate a scenario and compose the paper on it; nothing is written.

    Args:
        source: the scenario's text.
        file: how the file is called.
        shape: the options.
        target: where the paper will stand; None for standard output, where there are no pictures and no note.
        place: the workspace, which may have templates of its own.
        against: with what a comparison paper compares the scenario.

    Raises:
        ScenarioError: the scenario has faults.
        PlannerError: a template has, or a comparison paper has nothing to compare with.
    """
    from planner.analyses.evaluate import evaluate
    from planner.cli.keeping import git_of
    from planner.files import check, load

    scenario = load(source)
    warnings = check(source)
    evaluation = evaluate(scenario, **_settings(shape))
    git = git_of(scenario)
    left_out = too_slow(scenario, shape)
    further = further_analyses(scenario, shape, left_out)
    template = template_text(shape.template)
    told: dict[str, Any] = {}
    if shape.kind == COMPARISON:
        told = _compared(scenario, shape, against)
    elif shape.changelog is not None:
        overrides = dict(shape.set)
        changes = change_log(scenario, git, end=shape.changelog, rule=shape.rule, overrides=overrides)
        shape = replace(shape, changelog=changes.end or "")
        told = {"changes": changes.rows, "changes_note": changes.note}
    told |= {"analyses": further, "left_out": left_out, "git": _shown_git(scenario, git, shape)}
    report = _rendered(evaluation, shape, template=template, target=target, place=place, told=told)
    note = _note(scenario, shape, report, template, target, place) if target else None
    if note is not None and against is not None:
        note = replace(note, compared=against.others)
    return Composed(file, evaluation, further, git, warnings, report, target, note, place, told.get("comparison"))


def _compared(scenario: Scenario, shape: Shape, against: Against | None) -> dict[str, Any]:
    """Return what a comparison paper is about, as the paper takes it."""
    if against is None:
        raise PlannerError(
            "its note does not say with what it compares", "`planner report FILE --kind comparison` makes it anew"
        )
    found = against.compared(scenario, _settings(shape))
    return {"comparison": found, "since": against.words(found, scenario)}


def too_slow(scenario: Scenario, shape: Shape) -> list[str]:
    """Return the analyses that a paper leaves out unless they are asked for by name, because the scenario is large."""
    from planner.core.unfold import unfold

    wanted = [name for name in KINDS[shape.kind].analyses if name in SLOW]
    if shape.analyses != "all" or not wanted or len(unfold(scenario, max_states=shape.max_states)) <= LARGE:
        return []
    return wanted


def further_analyses(scenario: Scenario, shape: Shape, left_out: Collection[str] = ()) -> dict[str, Any]:
    """Make the further analyses that are wanted and that the scenario has what it takes for."""
    from planner.analyses.result import BadArgument
    from planner.core.diagnostics import ScenarioError

    question = Question(None, None, shape.numbers).arguments
    wanted, every = shape.analyses, KINDS[shape.kind].analyses
    found = {}
    for name in every if wanted == "all" else () if wanted == "none" else wanted.split(","):
        if name in left_out:
            continue
        analysis = getattr(import_module(f"planner.analyses.{name}"), name)
        try:
            found[name] = analysis(scenario, **question)
        except BadArgument:  # nothing is drawn, nobody decides …: a paper on all that there is leaves it out
            if wanted != "all":
                raise
        except ScenarioError as error:  # so it does where an analysis cannot take hidden moves in
            if wanted != "all" or any(found.code != "P310" for found in error.diagnostics):
                raise
    return found


def numbers_of(evaluation: Evaluation) -> dict[str, Any]:
    """Return the arguments by which other analyses read the numbers of a scenario as an evaluation did."""
    return {"overrides": evaluation.settings.get("set") or {}, "rule": evaluation.rule}


def _settings(shape: Shape) -> dict[str, Any]:
    return {"overrides": shape.set, "rule": shape.rule, "max_states": shape.max_states}


def _shown_git(scenario: Scenario, git: GitState | None, shape: Shape) -> object:
    """Return what the paper says of git."""
    from planner.history import blob_id

    assert scenario.source is not None
    return {"blob": blob_id(scenario.source.text.encode())} if shape.provenance == "blob" else git


def _rendered(
    evaluation: Evaluation,
    shape: Shape,
    *,
    template: str | None,
    target: Path | None,
    place: Workspace,
    told: Mapping[str, Any],
) -> Report:
    from planner.analyses.paths import paths
    from planner.report import render_report

    return render_report(
        evaluation,
        paths(evaluation.scenario, top=SHOWN_PATHS, **_settings(shape)),
        version=__version__,
        template=template,
        template_dirs=[templates_folder(place)],
        name=target.stem if target else None,
        pictures=target is not None,
        kind=shape.kind,
        language=shape.lang,
        do_minimum=_do_minimum(evaluation, shape.do_minimum),
        **told,
    )


def _do_minimum(evaluation: Evaluation, option: str | None) -> str | None:
    """Return the option that is named as do-minimum, if the first decision has it."""
    from planner.analyses.result import BadArgument, UnknownName

    if option is None:
        return None
    if evaluation.root is None:
        raise BadArgument("nothing is decided at the start, so no option is the do-minimum", "leave --do-minimum out")
    known = [each.option for each in evaluation.root.options]
    if option not in known:
        raise UnknownName.among("option", option, known)
    return option


def templates_folder(place: Workspace) -> Path:
    """Return where a workspace keeps templates of its own."""
    return place.folder / "reports" / "templates"


def template_text(name: str | None) -> str | None:
    """Return the text of the user's template.

    Raises:
        PlannerError: it cannot be read as text.
    """
    from planner.files import read_bytes

    if name is None:
        return None
    try:
        return read_bytes(name).decode("utf-8")
    except UnicodeDecodeError:
        raise PlannerError(f"the template '{name}' is not UTF-8 text", "save it as UTF-8") from None


def _note(
    scenario: Scenario, shape: Shape, report: Report, template: str | None, target: Path, place: Workspace
) -> Note | None:
    """Return what the paper says about itself; nothing where a comment would be text."""
    from planner.report.note import NOTED, Note, relative, templates_fingerprint, text_fingerprint

    if target.suffix.lower() not in NOTED:
        return None
    assert scenario.source is not None
    path = scenario.source.path
    return Note(
        scenario=None if path == "<stdin>" else relative(path, target.parent),
        fingerprint=scenario.fingerprint,
        version=__version__,
        options=shape.noted(target.parent),
        templates=templates_fingerprint(template, [templates_folder(place)]),
        text=text_fingerprint(report.markdown),
        pictures={name: text_fingerprint(text) for name, text in report.beside.items()},
    )


def write(
    composed: Composed,
    documents: Mapping[Path, bytes] | None = None,
    *,
    markdown: bool = True,
    force: bool = False,
) -> None:
    """Write the pictures and then the paper that shows them, and its documents in other formats.

    Args:
        composed: the paper.
        documents: its documents by their paths.
        markdown: whether the paper is written in Markdown, with its pictures beside it.
        force: whether what was edited by hand is overwritten.

    Raises:
        PlannerError: something was edited by hand and ``force`` is not given, or it cannot be written.
    """
    from planner.cli.documents import refuse_edited
    from planner.files import fingerprint, write_atomic

    target = composed.target
    assert target is not None
    lost = [] if force or not markdown else composed.lost()
    if lost:
        raise PlannerError(
            f"'{composed.place.shown(target)}' is left as it is: {lost[0].words}",
            "--force overwrites it; -o FILE writes the paper elsewhere",
        )
    if not force:
        refuse_edited(documents or {}, composed.place)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlannerError(
            f"the folder '{target.parent}' cannot be made: {reason}", "name another with -o; --no-save keeps nothing"
        ) from error
    for path, content in (documents or {}).items():
        write_atomic(path, content)
    if not markdown:
        return
    for name, text in composed.report.beside.items():
        write_atomic(target.with_name(name), text)
    known = fingerprint(composed.before.raw) if composed.before is not None and not force else None
    write_atomic(target, composed.text, expect_fingerprint=known)


def keep(composed: Composed, db: str | None) -> tuple[Saved, str]:
    """Keep the scenario and the runs; return what was kept, and where."""
    from planner.cli.keeping import keep_runs

    results = {"evaluate": composed.evaluation, **composed.further}
    try:
        return keep_runs(composed.evaluation.scenario, results, git=composed.git, db=db)
    except PlannerError as error:
        step = f"{error.next_step}; " if error.next_step else ""
        message = f"the paper is written, but not kept: {error.message}"
        raise PlannerError(message, f"{step}--no-save writes the paper alone") from error
