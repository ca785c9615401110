"""From results to a paper: Markdown by a template, and the pictures that stand beside it.

The same input gives the same bytes: no clock, no path of this machine, stable order and rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from planner.analyses.likelihood import bands, standard_name, standard_note
from planner.core.joint_rule import rule_words
from planner.core.places import fault
from planner.errors import PlannerError
from planner.report.annexes import annexes, links
from planner.report.assumptions import assumptions_table, basis, key_assumptions_table, sources_table, what_if
from planner.report.board import board, overrides
from planner.report.charts import OptionValues, options_svg, tree_svg
from planner.report.comparing import compared_section, compared_with
from planner.report.digest import digest
from planner.report.drawing import LIMIT, draw
from planner.report.findings import Findings
from planner.report.kinds import COMPARISON, FULL, KINDS
from planner.report.language import headings, with_columns
from planner.report.mermaid import mermaid
from planner.report.method import method_paragraphs, provenance_table, source_line, value_note
from planner.report.sections import SECTIONS, section
from planner.report.tables import plain, table
from planner.report.templating import fill
from planner.report.view import (
    options_table,
    outcome_tables,
    path_items,
    scales_table,
    stakes_table,
    strategy_table,
    weights_table,
    worst_items,
)
from planner.report.words import day, ended, listed

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from planner.analyses.comparison import Comparison
    from planner.analyses.evaluate import Evaluation
    from planner.analyses.paths import Paths
    from planner.analyses.side_by_side import SideBySide
    from planner.core.model import Scenario
    from planner.report.board import Board
    from planner.report.sketch import Sketch

# every kind of picture that some paper shows; templates may ask for any
PICTURES = (
    "tree", "options", "parts", "negotiate", "tornado", "strips", "regions", "risk", "simulate", "best",
    "stress", "information", "frontier", "moved",
)  # fmt: skip
MISSING_AS_OF = ("P131", "missing-as-of")


@dataclass(frozen=True)
class Report:
    """A paper: its Markdown, the pictures that it shows and its annexes, as texts by file name."""

    markdown: str
    pictures: Mapping[str, str]
    annexes: Mapping[str, str] = field(default_factory=dict)

    @property
    def beside(self) -> dict[str, str]:
        """All files that stand beside the paper."""
        return {**self.pictures, **self.annexes}

    def _repr_markdown_(self) -> str:
        return self.markdown


def render_report(  # noqa: PLR0913
    evaluation: Evaluation,
    paths: Paths,
    *,
    version: str,
    git: object = None,
    template: str | None = None,
    template_dirs: Iterable[str | os.PathLike[str]] = (),
    now: date | None = None,
    name: str | None = None,
    pictures: bool = True,
    analyses: Mapping[str, Any] | None = None,
    kind: str = FULL,
    language: str = "en",
    do_minimum: str | None = None,
    changes: Sequence[Mapping[str, str]] = (),
    changes_note: str = "",
    comparison: Comparison | SideBySide | None = None,
    since: str = "",
    left_out: Sequence[str] = (),
) -> Report:
    """Return the paper on an evaluation.

    Args:
        evaluation: what follows from the scenario.
        paths: its paths under the strategy, the most probable first.
        version: of the program, for the provenance.
        git: where the scenario file stands in git: an object or a mapping with ``commit``, ``dirty`` and ``blob``; None
            outside of git.
        template: text of a template of the user's own; without it ``report.md.j2`` is taken from the first of
            ``template_dirs`` that has it, else from the package.
        template_dirs: folders in which templates, and what they extend or include, are looked for first.
        now: the day of writing; printed if it is given.
        name: of the paper, with which the names of its pictures begin; the scenario's if none is given.
        pictures: whether the paper shows pictures; without them it says so, and every picture's ``file`` is empty.
        analyses: results of further analyses by name; each gets a section (`planner.report.sections.SECTIONS`).
        kind: which paper it is (`planner.report.kinds.KINDS`); its template is ``report.md.j2`` for a full one.
        language: of the headings: en, fr, it or de. The scenario's own words stay as they are.
        do_minimum: the option of the first decision that is the least that must be done; None where the fallback is,
            or nobody says.
        left_out: analyses that were not made because the scenario is large; the paper says so.
        changes: what happened to the file, the newest first: each with ``date``, ``who``, ``what`` and ``effect``.
        changes_note: what must be said below the table of changes.
        comparison: what a comparison paper is about: the scenario compared with an earlier text, or with others.
        since: with which text it is compared, in words that follow on "since".

    Raises:
        ScenarioError: P131, the scenario does not say as of which day it was judged.
        PlannerError: the template has a fault; the message names template and line. Or there is nothing to compare.
    """
    scenario = evaluation.scenario
    if scenario.as_of is None:
        raise fault(
            scenario,
            MISSING_AS_OF,
            "a report needs the date of the assessment",
            ("planner",),
            key=True,
            label="no 'as_of:' in this file",
            help="add 'as_of:' with the day on which the numbers were judged, such as 2026-11-23",
        )
    paper = KINDS[kind]
    if kind == COMPARISON and comparison is None:
        raise PlannerError("a comparison paper compares something", "give what `compare` or `side_by_side` returned")
    found = Findings(evaluation, do_minimum, paper.panels)
    made = board(evaluation)
    sketch = draw(evaluation, made, limit=paper.nodes or LIMIT)
    stem = name or scenario.name
    drawn = _pictures(found, sketch, stem, tree=paper.tree) if pictures else {}
    told = {analysis: section(analysis, result, found) for analysis, result in (analyses or {}).items()}
    if comparison is not None:
        told[COMPARISON] = compared_section(comparison, found, since)
    more = {which: picture for each in told.values() for which, picture in each.pictures.items()}
    if pictures:
        drawn |= {which: (f"{stem}-{which}.svg", plain(one.alt), one.svg) for which, one in more.items()}
    context = _context(found, paths, made, sketch, varied="sensitivity" in told)
    context |= {each: told[each].context if each in told else None for each in (*SECTIONS, COMPARISON)}
    context |= digest(found, made, analyses or {})
    varied = (analyses or {}).get("sensitivity")
    more_files = annexes(evaluation, stem) if pictures else {}
    context |= {
        "t": headings(language),
        "kind": kind,
        "limit": paper.nodes or LIMIT,
        "value_note": value_note(found, gains=comparison is None),
        "left_out": large_words(scenario, left_out, len(made.unfolded)),
        "annexes": ", ".join(links(more_files)),
        "key_assumptions": key_assumptions_table(varied) if varied is not None else "",
        "changelog": changelog_table(changes, changes_note),
        "source_line": source_line(evaluation, version=version, git=git),
        "pictures": _shown(_alts(found, sketch) | {which: one.alt for which, one in more.items()}, drawn),
        "provenance": provenance_table(
            evaluation,
            version=version,
            git=git,
            now=now,
            analyses=analyses or {},
            compared=[*compared_with(comparison, since)],
        ),
    }
    text = _tidy(fill(context, template=template, name=paper.template, folders=template_dirs))
    text = with_columns(text, language, _own_words(scenario))
    return Report(text, {file: svg for file, _, svg in drawn.values() if quote(file) in text},
                  {file: each for file, each in more_files.items() if quote(file) in text})  # fmt: skip


def large_words(scenario: Scenario, left_out: Sequence[str], states: int) -> str:
    """Say which analyses a paper on a large scenario leaves out, and what works them out; empty if there are none."""
    if not left_out:
        return ""
    commands = listed([f"`planner {name} {scenario.name}`" for name in left_out])
    return (
        f"The scenario unfolds into {states:,} states. Analyses that take minutes on so many are left out of this "
        f"paper; {commands} {'works it' if len(left_out) == 1 else 'work them'} out, and `--analyses` takes them in."
    )


def _shown(alts: Mapping[str, str], drawn: Mapping[str, tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Return for every kind of picture its file, empty where it is not drawn, and its words."""
    found = {which: {"file": "", "alt": plain(alts.get(which, ""))} for which in (*PICTURES, *alts)}
    return found | {which: {"file": quote(file), "alt": alt} for which, (file, alt, _) in drawn.items()}


def _own_words(scenario: Scenario) -> set[str]:
    """Return the names of a scenario that may stand at the head of a column."""
    names = [actor.name for actor in scenario.actors.values()]
    names += [criterion.name for criterion in scenario.criteria.values()]
    names += [future.name for future in scenario.futures.values()]
    return set(map(plain, [*names, *(edge.name for edge in scenario.edges())]))


def changelog_table(changes: Sequence[Mapping[str, str]], note: str = "") -> str:
    """Return what happened to the file as a table, with a note below; the note alone where nothing is told."""
    if not changes:
        return plain(note)
    rows = [[plain(one[key]) for key in ("date", "who", "what", "effect")] for one in changes]
    made = table(["Date", "Who", "Change", "Effect on the recommendation"], rows)
    return f"{made}\n\n{plain(note)}" if note else made


def _tidy(text: str) -> str:
    """Return Markdown without trailing spaces, without runs of empty lines, with one newline at its end."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        kept = line.rstrip()
        if kept or fenced or (lines and lines[-1]):
            lines.append(kept)
    return "\n".join(lines).strip("\n") + "\n"


def _context(found: Findings, paths: Paths, made: Board, sketch: Sketch, *, varied: bool) -> dict[str, Any]:
    """Return what templates get; every name from the scenario is safe to print."""
    scenario, evaluation = found.scenario, found.evaluation
    root = found.root
    outcomes, by_criterion = outcome_tables(found)
    words = [[band.word, band.limits()] for band in bands(scenario.likelihood_words)]
    assert scenario.as_of is not None
    return {
        "title": plain(scenario.title),
        "what_if": what_if(evaluation, overrides(evaluation)),
        "question": plain(scenario.question or ""),
        "summary": (scenario.summary or "").strip(),
        "as_of": day(scenario.as_of),
        "decide_by": day(scenario.decide_by) if scenario.decide_by else "",
        "horizon": plain(scenario.horizon or ""),
        "tags": [plain(tag) for tag in scenario.tags],
        "decision": plain(scenario.nodes[root.node].title) if root else "",
        "deciders": plain(found.who(found.owners)),
        "joint": len(found.owners) > 1,
        "joint_rule": _joint_rule(found),
        "fallback": plain(found.option(root, found.fallback)) if root and found.fallback else "",
        "under": _under(found),
        "no_agreement": found.no_agreement,
        "recommendation": found.recommendation(),
        "basis": basis(
            scenario, overrides(evaluation), recommends=root is not None and not found.no_agreement, varied=varied
        ),
        "options": options_table(found) if root else "",
        "stakes": stakes_table(found) if root and not found.alone and len(found.actors) > 1 else "",
        "has_reference": found.reference is not None,
        "has_today": found.today is not None,
        "strategy": strategy_table(found),
        "mermaid": mermaid(sketch),
        "drawn": len(sketch.twigs),
        "folded": sketch.folded,
        "paths": path_items(found, paths),
        "path_count": _how_many(paths.total),
        "one_path": paths.total == 1,
        "worst": worst_items(found, made) if paths.total != 1 else [],
        "outcomes": outcomes,
        "by_criterion": by_criterion,
        "assumptions": assumptions_table(scenario, overrides(evaluation)),
        "sources": sources_table(scenario),
        "reference": found.reference_words,
        "weights": weights_table(scenario),
        "scales": scales_table(scenario),
        "method": method_paragraphs(found),
        "likelihood_standard": standard_name(scenario.likelihood_words),
        "likelihood_note": standard_note(scenario.likelihood_words),
        "likelihood_words": table(["Word", "Probability"], words) if words else "",
    }


def _joint_rule(found: Findings) -> str:
    """Return how those who decide together do so; empty where one actor decides alone."""
    if len(found.owners) < 2 or found.root is None:
        return ""
    if found.unanimous:
        return "an option is adopted only if none of them prefers the fallback"
    return f"an option is adopted {rule_words(found.rule_of_choice)}"


def _under(found: Findings) -> str:
    """Return under what paths and outcomes are told."""
    if found.root:
        return "without agreement" if found.no_agreement else "under the recommendation"
    return "with the best choices" if found.evaluation.decisions else "in all"


def _how_many(total: int) -> str:
    return f"{total:,}" if total < 10**15 else f"More than 10 to the power of {len(str(total)) - 1}"


def _alts(found: Findings, sketch: Sketch) -> dict[str, str]:
    """Return for each kind of picture what it shows, in words."""
    made = {"tree": _tree_alt(found, sketch)}
    return made if found.root is None else made | {"options": _options_alt(found)}


def _pictures(found: Findings, sketch: Sketch, name: str, *, tree: bool = True) -> dict[str, tuple[str, str, str]]:
    """Return for each kind of picture its file name, its alternative text and its SVG."""
    title, alts = found.finding(), _alts(found, sketch)
    made = {}
    if tree:
        drawn = tree_svg(sketch, title=title, subtitle=_tree_note(found, sketch), alt=alts["tree"])
        made["tree"] = (f"{name}-tree.svg", plain(alts["tree"]), drawn)
    root = found.root
    if root is not None:
        options = tuple(result.option for result in root.options)
        data = OptionValues(
            options=tuple(found.option(root, option) for option in options),
            actors=("",) if found.alone else tuple(found.name(actor) for actor in found.actors),
            values=tuple(tuple(found.values(option)[actor] for option in options) for actor in found.actors),
            chosen=options.index(root.chosen),
            reference=options.index(found.fallback) if found.fallback else None,
            axis=_axis(found),
            sense=-1 if found.costs else 1,
        )
        alt = alts["options"]
        drawn = options_svg(data, title=title, subtitle=_options_note(found), alt=alt)
        made["options"] = (f"{name}-options.svg", plain(alt), drawn)
    return made


def _axis(found: Findings) -> str:
    if found.scored:
        return "Value, 0 (worst) to 100 (best)"
    what = f"{'Cost' if found.costs else 'Value'}{f', {found.unit}' if found.unit else ''}"
    return f"{what} (smaller is better)" if found.costs else what


def _options_note(found: Findings) -> str:
    text = f"Filled dot: {'what stands without agreement' if found.no_agreement else 'the recommended option'}."
    if found.fallback and found.root:
        stands = found.option(found.root, found.fallback)
        text += f" Dashed line: the fallback ({stands}); in brackets the gain or loss against it."
    return f"{text} Computed from the stated inputs."


def _tree_note(found: Findings, sketch: Sketch) -> str:
    if found.alone:
        whose = f"{'cost' if found.costs else 'value'}{f' in {found.unit}' if found.unit else ''}"
    else:
        whose = f"value to {found.who([sketch.short[i] for i in sketch.focus])}"
    folded = f" Folded to {len(sketch.twigs)} nodes." if sketch.folded else ""
    return (
        f"Below each line: the {whose} to be expected once the path has come that far, all before it included. "
        f"Computed from the stated inputs.{folded}"
    )


def _tree_alt(found: Findings, sketch: Sketch) -> str:
    """Return the first branches of the tree with their numbers, in words."""
    root = sketch.twigs[0]
    parts = []
    chances = sketch.chances()
    for index in sketch.children()[0]:
        child = sketch.twigs[index]
        chance = f" ({chances[index]})" if chances[index] else ""
        values = ", ".join(
            found.write(child.values[i]) if found.alone else f"{sketch.actors[i]} {found.write(child.values[i])}"
            for i in range(len(sketch.actors))
        )
        stands = ", what stands without agreement" if found.no_agreement else ", recommended"
        mark = stands if child.chosen else ""
        parts.append(f"{child.edge}{chance}{mark}: {values}")
    return ended(f"Decision tree, {root.title} {'; '.join(parts)}")


def _options_alt(found: Findings) -> str:
    """Return every option's value to every actor, in words."""
    root = found.root
    assert root is not None
    parts = []
    for actor in found.actors:
        values = ", ".join(
            f"{found.option(root, o.option)} {found.write(found.values(o.option)[actor])}" for o in root.options
        )
        parts.append(values if found.alone else f"{found.name(actor)}: {values}")
    return ended(f"Value of each option. {'; '.join(parts)}")
