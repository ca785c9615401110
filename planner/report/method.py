"""How a report's numbers were made: the method in plain words, and where everything comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.core.joint_rule import JointRule
from planner.report.rounding import formatter, number
from planner.report.tables import plain, table
from planner.report.words import day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.analyses.evaluate import Evaluation
    from planner.report.findings import Findings

PARTS = ("commit", "dirty", "blob")  # of what git knows about the file
NOISE = 1e-6  # so little beyond a scale is not told
SHOWN = 12  # digits of a fingerprint or commit

_JOINT = {
    "unanimity": "Several actors agree on an option only if each of them values it at least as much as the fallback "
    "and one of them more. Of several such options they take the one whose smallest gain is largest.",
    "quota": "An option is adopted if those who hold the required share of the votes value it at least as much as the "
    "fallback. Of several such options they take the one of which such a coalition is sure to gain most.",
    "majority": "An option is adopted if in a vote between it and any other more than half of those who decide prefer "
    "it; where no option beats all others the fallback stands.",
    "nash": "Of the options that none of those who decide values below the fallback they take the one with the largest "
    "product of gains over it.",
    "weighted": "Those who decide take the option with the largest mean of their values, weighted by their votes.",
}
_RULES = {
    "expected": "An actor's value of a chance is its mean, every outcome counting with its probability, unless "
    "the actor has a tolerance of risk.",
    "laplace": "The rule is Laplace's: all branches of a chance count as equally likely, whatever the scenario says.",
    "maximin": "The rule is maximin: only the worst path that can follow counts, probabilities do not.",
    "maximax": "The rule is maximax: only the best path that can follow counts, probabilities do not.",
    "hurwicz": "The rule is Hurwicz's: a mix of the worst and the best path counts, probabilities do not.",
}


def value_note(found: Findings, *, gains: bool = True) -> str:
    """Return what the values on the first page mean, in a few plain sentences; with ``gains`` in brackets or not."""
    if found.scored:
        sentences = ["Values are scores from 0 (every criterion at its worst) to 100 (every criterion at its best)"]
        sentences[0] += "." if found.alone else ", weighted as each actor weighs the criteria."
        if not found.alone:
            sentences.append("One actor's points cannot be set against another's.")
    else:
        unit = f"in {found.unit}" if found.unit else "in the scenario's own unit"
        sentences = [f"Values are {unit}{', and smaller is better' if found.costs else ''}."]
    sentences += _beyond(found)
    rule = found.evaluation.rule.partition(":")[0]
    if rule != "expected":
        sentences.append(_RULES[rule])
    if not gains:
        return plain(" ".join(sentences))
    if found.fallback:
        sentences.append("In brackets: gain or loss against the fallback, rounded on its own.")
    elif found.today is not None and found.root is not None:
        sentences.append("In brackets: gain or loss against a world in which nothing changes, rounded on its own.")
    return plain(" ".join(sentences))


def _beyond(found: Findings) -> list[str]:
    """Return why values go beyond the scale from 0 to 100, with the criteria known to do so; empty if none does."""
    evaluation = found.evaluation
    values = [float(value) for outcome in evaluation.outcomes for value in outcome.values.values()]
    for option in found.root.options if found.root else ():
        values += map(float, option.values.values())
    if not found.scored or all(-NOISE <= value <= 100 + NOISE for value in values):
        return []
    told = "Values beyond 0 to 100 mean that a consequence goes beyond the worst or best of its scale"
    named = []
    for name, criterion in found.scenario.criteria.items():
        if criterion.worst is None or criterion.best is None:
            continue
        amounts = [float(outcome.payoff.get(name, 0.0)) for outcome in evaluation.outcomes]
        for end, other, what in ((criterion.worst, criterion.best, "worst"), (criterion.best, criterion.worst, "best")):
            sense = 1 if end > other else -1
            far = sense * max((sense * amount for amount in amounts), default=sense * end)
            if sense * (far - end) > NOISE * abs(end - other):
                write = formatter([far, end])
                named.append(f"{criterion.name} reaches {write(far)}, beyond its {what}, {write(end)}")
    return [f"{told}{': ' if named else ''}{'; '.join(named)}."]


def method_paragraphs(found: Findings) -> list[str]:
    """Return how the numbers were computed, a paragraph each."""
    evaluation, scenario = found.evaluation, found.scenario
    rule = evaluation.rule.partition(":")[0]
    start = (
        "The tree is worked out backwards from its ends. At each decision those who decide take what is best for them, "
        "given what follows; so each actor is taken to act on its own values and to know what has happened before. "
    )
    paragraphs = [start + _RULES[rule]]
    rules = [node.rule for node in scenario.nodes.values() if len(node.by) > 1]
    paragraphs += dict.fromkeys(_JOINT[JointRule.parse(each).name] for each in rules)
    averse = [(plain(a.name), a.risk_tolerance) for a in scenario.actors.values() if a.risk_tolerance is not None]
    if averse and rule in ("expected", "laplace"):
        who = "; ".join(f"{name}, risk tolerance {number(tolerance)}" for name, tolerance in averse)
        paragraphs.append(
            "Some actors shun risk; their values are certainty equivalents, the sure value that is worth as much to "
            f"them as the gamble: {who}."
        )
    resolved = [node for node in scenario.nodes.values() if node.resolved is not None]
    if resolved:
        told = "; ".join(
            f"{plain(node.title)} {plain(node.edges[node.resolved.branch].name)}"
            f"{f' ({day(node.resolved.on)})' if node.resolved.on else ''}"
            for node in resolved
            if node.resolved is not None
        )
        paragraphs.append(f"Taken as known, because it has happened: {told}.")
    paragraphs.append(
        "All probabilities and values are computed from the stated inputs. They are no more certain than these, and no "
        "number here is an observed frequency unless its source says so."
    )
    return paragraphs


def _seeds(analyses: Mapping[str, Any]) -> str:
    """Return what the draws of the further analyses follow from."""
    seeds = {name: result.settings.get("seed") for name, result in analyses.items()}
    drawn = {name: seed for name, seed in seeds.items() if seed is not None}
    if not drawn:
        return "none: nothing is drawn"
    return ", ".join(
        f"{seed} ({', '.join(n for n, s in drawn.items() if s == seed)})" for seed in dict.fromkeys(drawn.values())
    )


def provenance_table(
    evaluation: Evaluation,
    *,
    version: str,
    git: object = None,
    now: date | None = None,
    analyses: Mapping[str, Any] | None = None,
    compared: Sequence[str] = (),
) -> str:
    """Return where the numbers come from, so that they can be made again; ``compared`` says with what."""
    scenario = evaluation.scenario
    overrides = evaluation.settings.get("set") or {}
    files = scenario.source.files() if scenario.source is not None else []
    included = [f"{plain(path)} (`{text.fingerprint[:SHOWN]}`)" for path, text in files]
    rows = [
        ["Scenario", f"`{scenario.name}`"],
        [
            f"Fingerprint of {'all files' if included else 'the file'} (SHA-256)",
            f"`{scenario.fingerprint[:SHOWN] or 'none'}`",
        ],
        *([["Included files", ", ".join(included)]] if included else []),
        ["Git", _git(git)],
        *(["Compared with", each] for each in compared),
        ["Program", f"planner {version}"],
        ["Method", f"{evaluation.method}{' in exact fractions' if evaluation.exact else ''}"],
        ["Rule", f"`{evaluation.rule}`"],
        *([["Further analyses", ", ".join(f"`{name}`" for name in analyses)]] if analyses else []),
        ["Seed", _seeds(analyses or {})],
        ["Likelihood words", f"`{scenario.likelihood_words}`"],
    ]
    if overrides:
        changed = ", ".join(f"`{name}` = {_override(value)}" for name, value in overrides.items())
        rows.append(["Changed for this paper", changed])
    if evaluation.actor is not None:
        rows.append(["Point of view", plain(scenario.actors[evaluation.actor].name)])
    if now is not None:
        rows.append(["Written on", day(now)])
    return table(["What", "Value"], rows)


def source_line(evaluation: Evaluation, *, version: str, git: object = None) -> str:
    """Return in one sentence from which file, in which state, by which program the numbers are."""
    scenario = evaluation.scenario
    kept = _git(git)
    known = f", {kept}" if kept != "not kept in git" else ""
    return f"Scenario `{scenario.name}` (`{scenario.fingerprint[:SHOWN] or 'none'}`{known}), planner {version}."


def _override(value: Any) -> str:
    return value if isinstance(value, str) else number(value)


def _git(git: object) -> str:
    """Return commit and blob of the scenario file in words; what is not told is left out."""
    known = git if isinstance(git, Mapping) else {name: getattr(git, name) for name in PARTS if hasattr(git, name)}
    parts = []
    if known.get("commit"):
        parts.append(f"commit `{str(known['commit'])[:SHOWN]}`{', changed since' if known.get('dirty') else ''}")
    elif "commit" in known:
        parts.append("not committed yet")
    if known.get("blob"):
        parts.append(f"blob `{str(known['blob'])[:SHOWN]}`")
    return ", ".join(parts) or "not kept in git"
