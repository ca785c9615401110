"""`planner explain-number`: where a number of a paper comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, reading, workspace
from planner.cli.output import Column, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.cli.output import Output
    from planner.report.figures import Figure
    from planner.report.trace import Trace

INPUTS = 20
MATCHES = 12
KINDS = {
    "input": "an input of the scenario",
    "result": "a result",
    "difference": "a difference of two results",
    "words": "no result: it stands in the scenario's own words or in a fixed sentence",
    "added": "no result: nothing stands there when the paper is made again",
}


@click.command(
    "explain-number",
    cls=Command,
    examples=(
        "planner explain-number reports/european-line-on-moscow.md --list",
        "planner explain-number reports/european-line-on-moscow.md recommendation.1",
        "planner explain-number reports/european-line-on-moscow.md 54.3",
    ),
)
@click.argument("report", metavar="REPORT", shell_complete=complete.papers)
@click.argument("number", metavar="[NUMBER-ID]", required=False)
@click.option("--list", "listed", is_flag=True, help="List the numbers of the paper with their ids.")
@db_option
@reading
def command(out: Output, *, report: str, number: str | None, listed: bool, db: str | None) -> None:
    """Say where a number of a paper comes from: node, formula, inputs and their lines.

    NUMBER-ID is an id as --list shows it, such as recommendation.1, or the number as it is printed: then every place
    where it stands is explained. The paper is made again from the text that it was made from, so that each number is
    there in full. Where somebody has changed a number by hand, that is said, and what should stand there is explained.
    """
    from planner.report.figures import figures
    from planner.report.note import read_paper

    if not listed and number is None:
        raise click.UsageError("Name a number, or use --list.", click.get_current_context())
    paper = read_paper(report)
    found = figures(paper.body) if paper is not None else []
    if listed:
        _list(out, report, [one for one in found if number is None or _is_meant(one, number)])
        return
    assert number is not None
    traces = _traces(report, number, db)
    if out.json:
        result = {"numbers": [trace.to_dict() for trace in traces]}
        out.envelope(result, settings={"report": report, "number": number})
        return
    for at, trace in enumerate(traces[:MATCHES]):
        out.write("\n" * bool(at))
        _tell(out, trace)
    if len(traces) > MATCHES:
        out.say(f"{len(traces) - MATCHES} more places; --list shows them, an id explains one")


def _is_meant(one: Figure, text: str) -> bool:
    return text in {one.id, one.text, one.shown, one.shown.replace(" ", "")} or one.id.partition(".")[0] == text


def _list(out: Output, report: str, found: Sequence[Figure]) -> None:
    if out.json:
        listed = [
            {
                "id": one.id,
                "shown": one.shown,
                "line": one.line,
                "section": one.section,
                "row": one.row,
                "head": one.head,
            }
            for one in found
        ]
        out.envelope({"numbers": listed}, settings={"report": report})
        return
    rows = [Row([one.id, one.shown, _where(one), str(one.line)]) for one in found]
    columns = [Column("number"), Column("shown", number=True), Column("where"), Column("line", number=True)]
    out.table(columns, rows)


def _where(one: Figure) -> str:
    if one.row:
        return f"{one.row.replace('*', '')}, {one.head}"
    said = one.sentence.replace("*", "").removeprefix("- ")
    start = max(0, said.find(one.text) - 30)
    return f"{'…' if start else ''}{said[start : start + 60]}{'…' if len(said) > start + 60 else ''}"


def _traces(report: str, number: str, db: str | None) -> list[Trace]:
    """Make the paper again and trace the numbers that are meant.

    Raises:
        PlannerError: no number of the paper is meant.
    """
    from dataclasses import replace

    from planner.analyses.paths import paths
    from planner.cli.auditing import again
    from planner.cli.paper import SHOWN_PATHS, numbers_of
    from planner.errors import PlannerError
    from planner.report.comparing.traced import Traced
    from planner.report.figures import compared, figures
    from planner.report.findings import Findings
    from planner.report.kinds import COMPARISON
    from planner.report.sections import analysis_of
    from planner.report.trace import Trace, Tracer

    made = again(report, workspace(), db=db, now=False)
    meant = [one for one in figures(made.paper.body) if _is_meant(one, number)]
    if not meant:
        raise PlannerError(
            f"'{report}' has no number '{number}'", f"`planner explain-number {report} --list` shows them"
        )
    evaluation = made.composed.evaluation
    results: dict[str, Any] = {
        "evaluate": evaluation,
        "paths": paths(evaluation.scenario, top=SHOWN_PATHS, **numbers_of(evaluation)),
        **made.composed.further,
    }
    comparison = made.composed.comparison
    if comparison is not None:
        results[COMPARISON] = Traced(comparison)
    tracer = Tracer(Findings(evaluation), results)
    if comparison is not None:  # all of its sections tell of the comparison
        return [tracer.trace(one, COMPARISON) for one in meant]
    english = made.english()
    changed = {one.id: new for one, new in compared(made.paper.body, made.composed.report.markdown).different}

    def traced(one: Figure) -> Trace:
        new = changed.get(one.id, one)
        if new is None:
            return Trace(one, "added")
        trace = tracer.trace(new, analysis_of(english.get(new.section, new.section)))
        return trace if new is one else replace(trace, figure=one, again=new.shown)

    return [traced(one) for one in meant]


def _tell(out: Output, trace: Trace) -> None:
    one = trace.figure
    out.line(f"{one.id}: {one.shown}", style="bold")
    where = f"{one.section or 'the heading'}, line {one.line}"
    out.line(f"stands in  {where}{f': {_where(one)}' if one.row else ''}", indent=11)
    if trace.again:
        out.line(f"CHANGED    by hand: {trace.again} stands there when the paper is made again, and that", indent=11)
    out.line(f"is         {KINDS[trace.kind]}", indent=11)
    for leaf in trace.leaves:
        out.line(f"in full    {leaf.path} = {leaf.value!r}", indent=11)
    for at, line in enumerate(trace.formula):
        out.line(f"{'made of' if not at else '':<11}{line}", indent=11)
    if trace.method:
        out.line(f"method     {trace.method}", indent=11)
    if trace.command:
        out.line(f"print it   {trace.command}", indent=11)
    if trace.inputs:
        columns = [Column("input"), Column("as written"), Column("line")]
        rows = [Row([each.name, each.text, each.place]) for each in trace.inputs[:INPUTS]]
        out.table(columns, rows, title="From" if trace.kind == "input" else "Hangs on")
        if len(trace.inputs) > INPUTS:
            out.say(f"{len(trace.inputs) - INPUTS} more inputs; --json lists them all")
