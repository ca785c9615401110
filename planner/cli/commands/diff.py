"""`planner diff`: what changed in the model, what that does, and which change did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, Question, question_options, reading
from planner.cli.output import counted
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.comparison import Comparison
    from planner.cli.diff_sides import Pair, Sides
    from planner.cli.output import Output

ROWS = 20
PATHS = "planner.paths"


class DiffCommand(Command):
    """Keeps apart what stands behind `--`, which can only be paths."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the paths behind `--` aside."""
        if "--" in args:
            at = args.index("--")
            ctx.meta[PATHS] = tuple(args[at + 1 :])
            args = args[:at]
        return super().parse_args(ctx, args)


@dataclass(frozen=True)
class Section:
    """One scenario file: what is different, or what a new or deleted file recommends."""

    pair: Pair
    comparison: Comparison | None = None
    alone: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the section as JSON data."""
        return {
            "path": self.pair.path,
            "old_path": self.pair.old_path,
            "status": self.pair.status,
            "through": list(self.pair.through),
            "headline": self.headline(),
            "comparison": self.comparison.to_dict() if self.comparison else None,
        }

    def headline(self) -> str:
        """Say in one sentence what is different."""
        return self.comparison.headline() if self.comparison is not None else self.alone

    @property
    def differs(self) -> bool:
        """Whether the model is another one."""
        if self.comparison is None:
            return True
        found = self.comparison
        return bool(found.in_model) or found.before.readable != found.after.readable

    @property
    def turned(self) -> bool:
        """Whether another option is recommended."""
        made = self.comparison.recommendation if self.comparison is not None else None
        return made is not None and made.changed


@click.command(
    "diff",
    cls=DiffCommand,
    examples=(
        "planner diff",
        "planner diff HEAD~3 scenarios/moscow.yaml",
        "planner diff main...talks --markdown",
        "planner diff before.yaml after.yaml --actor france",
    ),
)
@click.argument("files", nargs=-1, metavar="[A] [B] [PATH]...", shell_complete=complete.revisions_and_files)
@click.option("--staged", "--cached", is_flag=True, help="Compare what is staged, not the working tree.")
@click.option("--markdown", is_flag=True, help="Write Markdown for a pull request: a summary, tables, details folded.")
@click.option("--exit-code", is_flag=True, help="Leave with 1 if a model is different.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="From where orders of many changes are drawn.")  # fmt: skip
@click.option("--rows", type=click.IntRange(min=0), default=ROWS, show_default=True, metavar="N",
              help="Show the first N changes; 0 shows all.")  # fmt: skip
@question_options
@reading
def command(  # noqa: PLR0913 - one argument for each option
    out: Output,
    *,
    files: tuple[str, ...],
    staged: bool,
    markdown: bool,
    exit_code: bool,
    seed: int,
    rows: int,
    question: Question,
) -> int:
    """Say what changed in the model, what that does, what did it.

    A and B are revisions; without them HEAD is compared with the working tree, with A alone A with the working tree.
    `A..B` is A B, and `A...B` what B did since it left A. Two files are compared with each other, without git; one of
    them may be `-` or REVISION:path. PATH narrows to files and folders; behind `--` everything is a path.

    First comes what is different in the model, in its own words: numbers, options, actors. A new id is a rename, not a
    change wherever it is used. Layout and comments are no change, and neither are names, notes and sources, which
    are listed apart. Then each option's value before and after, whether another one is recommended and another path
    forecast. Then which change did it: `alone` turns the recommendation if nothing else is changed, without what is
    `needed` it turns back. If no single change does it, the smallest set is looked for.

    Exit code 1 with --exit-code means that a model is different.
    """
    from planner.cli.diff_sides import sides

    paths = click.get_current_context().meta.get(PATHS)
    if out.json and markdown:
        raise PlannerError("--json and --markdown are two forms of one answer", "leave one of them out")
    found = sides(files, paths, staged=staged)
    with out.progress("comparing", len(found.pairs)) as step:
        sections = list(_sections(found.pairs, question, seed, step))
    if out.json:
        _envelope(out, found, sections, question, seed)
    elif markdown:
        from planner.cli.diff_markdown import markdown as written

        out.write(written(found, sections))
    else:
        _show(out, found, sections, rows or None)
    return int(exit_code and any(section.differs for section in sections))


def _sections(pairs: Sequence[Pair], question: Question, seed: int, step: Any) -> Iterator[Section]:
    from planner.analyses.comparison import compare
    from planner.analyses.result import UnknownName

    unknown: list[UnknownName] = []
    made = []
    for pair in pairs:
        if pair.before is None or pair.after is None:
            made.append(Section(pair, alone=_alone(pair, question)))
        else:
            try:
                made.append(Section(pair, compare(pair.before, pair.after, **question.arguments, seed=seed)))
            except UnknownName as error:  # another file may have what is asked for
                unknown.append(error)
                made.append(Section(pair, alone=f"Not compared: {error.message}."))
        step()
    if unknown and len(unknown) == len(pairs):
        raise unknown[0]
    yield from made


def _alone(pair: Pair, question: Question) -> str:
    """Say what a new file recommends, or a deleted one did."""
    from planner.analyses.evaluate import evaluate
    from planner.analyses.result import BadArgument
    from planner.core.diagnostics import ScenarioError
    from planner.files import load

    source = pair.after or pair.before
    assert source is not None
    head = "New scenario" if pair.before is None else "Deleted; it said"
    numbers = question.numbers
    try:
        said = evaluate(load(source), rule=numbers.rule, max_states=numbers.max_states).headline()
    except ScenarioError as error:
        said = f"it cannot be evaluated ({error.diagnostics[0].message})."
    except BadArgument as error:
        said = f"it cannot be evaluated ({error.message})."
    return f"{head}: {said}"


def _envelope(out: Output, found: Sides, sections: Sequence[Section], question: Question, seed: int) -> None:
    one = sections[0].comparison if len(sections) == 1 else None
    result = {
        "before": found.before,
        "after": found.after,
        "changed": any(section.differs for section in sections),
        "recommendation_changed": any(section.turned for section in sections),
        "files": [section.to_dict() for section in sections],
        "untracked": list(found.untracked),
    }
    settings: dict[str, Any] = {"at": question.at, "actor": question.actor, "rule": question.numbers.rule, "seed": seed}
    if question.numbers.overrides:
        settings["set"] = dict(question.numbers.overrides)
    out.envelope(result, scenario=one.scenario if one is not None else None, settings=settings)


def _show(out: Output, found: Sides, sections: Sequence[Section], rows: int | None) -> None:
    """Write a section for each file."""
    from planner.cli.diff_text import show

    for at, section in enumerate(sections):
        if at:
            out.write("\n\n")
        out.line(title(found, section), style="bold")
        if section.comparison is None:
            out.line(section.alone)
        else:
            show(out, section.comparison, rows)
    if not sections:
        out.line(f"No scenario differs between {found.before} and {found.after}.")
    elif len(sections) > 1:
        out.write("\n\n")
        out.line(summary(sections), style="bold")
    if found.untracked:
        from planner.core.excerpt import visible

        out.say(f"not tracked by git yet, so not compared: {', '.join(map(visible, found.untracked))}")


def title(found: Sides, section: Section) -> str:
    """Return what is compared with what."""
    pair = section.pair
    status = pair.status
    if found.before == pair.old_path or {found.before, found.after} == {pair.path}:
        return f"{found.before} -> {found.after}"
    renamed = f" (renamed from {pair.old_path})" if pair.old_path else ""
    through = f" (through {', '.join(pair.through)})" if pair.through else ""
    what = f" ({status})" if status in {"added", "deleted"} else ""
    return f"{pair.path}{renamed}{through}{what}: {found.before} -> {found.after}"


def summary(sections: Sequence[Section]) -> str:
    """Return one sentence about several files."""
    differing = sum(section.differs for section in sections)
    turned = sum(section.turned for section in sections)
    said = f"{counted(len(sections), 'file')}: {differing:,} with another model"
    return f"{said}, {turned:,} with another recommendation."
