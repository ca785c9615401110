"""The table of everything that `planner check` can find: code, name, reason, a bad and a good example.

The bad example marks the place that the diagnostic points at with « and »; the two characters are taken out before
the example is read. P0xx is text, P1xx shape and references, P2xx numbers, P3xx structure, P4xx actors and criteria,
P5xx hygiene, P6xx the conflict. Codes are never reused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.rule_examples import EXAMPLES
from planner.core.source import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.core.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: what it finds, why that matters, and how it looks wrong and right."""

    code: str
    slug: str
    title: str
    why: str
    bad: str
    good: str
    severity: Severity = "error"
    when: str = "check"  # the command that finds it: check, evaluate or report

    def to_dict(self) -> dict[str, str]:
        """Return the row under the keys that `planner explain --json` prints."""
        return {
            name: getattr(self, name) for name in ("code", "slug", "severity", "title", "why", "bad", "good", "when")
        }


# code, slug, title, why
_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("P101", "unknown-key", "A key that the format does not know",
     "A misspelt key would be passed over, and what it says with it. Only the keys of the format are read."),
    ("P102", "wrong-type", "A value of the wrong kind",
     "Text where a number belongs, a list where a mapping belongs: the file does not say what it seems to say."),
    ("P103", "unknown-node", "An edge to a node that is not there",
     "The path would end where it should go on."),
    ("P104", "unknown-actor", "An actor that the file does not define",
     "Decisions and payoffs belong to the actors under 'actors'."),
    ("P105", "unknown-criterion", "A criterion that the file does not define",
     "A consequence or weight under an unknown name would count for nothing."),
    ("P106", "unknown-parameter", "A parameter that the file does not define",
     "A correlation needs two parameters that are drawn."),
    ("P107", "unknown-branch", "A branch or option that its node does not have",
     "What happened, or what a signal tells, must be one of the node's own branches."),
    ("P108", "bad-id", "An id that cannot be used",
     ("Ids stand in formulas, in messages and on the command line: small letters, digits, '-' and '_', a letter first. "
     "Parameters and state variables take no '-', because a formula would read it as minus.")),
    ("P109", "missing-key", "Something required is missing",
     "What the file does not say is asked for, never guessed."),
    ("P110", "formula-syntax", "A formula that cannot be read",
     "Formulas are arithmetic: + - * / **, comparisons, and, or, not, 'a if c else b' and a few functions."),
    ("P111", "unknown-name", "A name that no parameter or state variable has",
     "A formula may read parameters and the path state, nothing else."),
    ("P112", "cyclic-parameters", "Parameters that depend on each other in a circle",
     "None of them can be worked out first."),
    ("P113", "bad-date", "A date that is none",
     "Dates are days of the calendar, written as 2026-11-23."),
    ("P114", "unknown-version", "A version of the format that this program does not know",
     "A newer format may mean something else by the same words."),
    ("P115", "node-kind", "A node that is no kind, or two kinds at once",
     "Each node is a decision, a chance node or an outcome, named by the key that holds its title."),
    ("P116", "empty-tree", "A file without nodes",
     "The first node is the root; without one there is nothing to evaluate."),
    ("P117", "unknown-override", "A future that overrides an unknown parameter",
     "The future would not differ from the base case in the way it says."),
    ("P118", "unknown-signal", "A signal that the file does not define",
     "'observe' brings the news that a signal under 'signals' describes."),
    ("P119", "bad-value", "A value that is not allowed there",
     "The key takes one of a few words, or a number within limits."),
    ("P120", "formula-too-long", "A formula of more than 10,000 characters",
     "Nobody can check such a formula; name its parts as parameters."),
    ("P121", "name-clash", "One name for two things",
     "A formula or payoff that uses the name could mean either."),
    ("P122", "shape-reads-parameter", "The tree's shape depends on a parameter",
     ("'when' and 'set' read state and constants only, so that every simulated draw has the same tree; and a parameter "
     "is one number for all paths, so it cannot read the state.")),
    ("P123", "include-unreadable", "An included file that cannot be read",
     "The edges that lead to it would end nowhere."),
    ("P124", "include-cycle", "Files that include each other in a circle",
     "The tree would never end."),
    ("P125", "include-mismatch", "An included scenario that does not fit this one",
     "Actors, criteria and the objective are those of the including file, and the included file must not differ."),
    ("P131", "missing-as-of", "A report without the date of its assessment",
     "A reader must know on which day the numbers were judged."),
    ("P201", "probability-sum", "Probabilities that do not add up to 1",
     ("A chance node must say what happens in every case. Plain decimals are added exactly; sums with formulas may be "
     "off by 1e-9. Nothing is ever rescaled silently.")),
    ("P202", "probability-range", "A probability outside 0 and 1",
     "Percentages are written as parts of one."),
    ("P203", "not-finite", "A number that is infinite or undefined",
     "A division by zero or a logarithm of zero would spread through every value above it."),
    ("P204", "two-remainders", "Two kinds of remainder in one chance node",
     ("'rest' takes what the other branches leave. A branch without 'p', or one that is 1 minus the others, claims the "
     "same share.")),
    ("P205", "missing-probability", "A branch without a probability",
     "The share is not guessed: give it a number, a formula, or 'rest'."),
    ("P206", "value-outside-range", "A parameter outside its own low and high",
     "Sensitivity analysis walks from low to high and takes the value as a point between them."),
    ("P207", "distribution-range", "A distribution that does not fit the parameter's range",
     "Draws would come from elsewhere than the range that the paper states."),
    ("P208", "bad-distribution", "A distribution that cannot be drawn from",
     "Known are pert, triangular, uniform, normal, lognormal, beta and discrete, each with its own numbers."),
    ("P209", "bad-correlation", "A rank correlation outside -1 and 1",
     "No two numbers can be correlated more closely than perfectly."),
    ("P210", "likelihood-sum", "Likelihoods of a signal that do not add up to 1",
     "Given what is true, one of the signal's messages must arrive."),
    ("P211", "inexact", "A number that has no exact fraction",
     "--exact works in rational numbers; exp, log, sqrt and certainty equivalents have none in general."),
    ("P212", "correlation-pair", "A correlation that joins no two parameters, or the same two again",
     "A parameter is fully correlated with itself, and of two numbers for one pair only one could count."),
    ("P213", "impossible-correlations", "Rank correlations that cannot hold together",
     "If a goes with b and b with c, a and c cannot go against each other; no draws could be made."),
    ("P214", "drawn-probability", "A probability that is drawn from beyond 0 and 1",
     "Draws are never cut off or rescaled, so a simulation would stop at the first that does not fit."),
    ("P215", "future-probability", "A future in which probabilities do not fit",
     "What a future sets must leave every probability between 0 and 1 and every sum at 1; nothing is rescaled."),
    ("P301", "endless-loop", "A loop that never ends",
     "A node may be met again only if the path state has changed towards an end."),
    ("P302", "too-many-states", "A scenario that unfolds into too many states",
     "Either a loop's state grows without bound, or the state distinguishes more than it needs to."),
    ("P303", "no-option-left", "A decision in which no option is left",
     "In this state every option's 'when' is false, so the path could not go on."),
    ("P304", "no-branch-left", "A chance node in which no branch is left",
     "In this state every branch's 'when' is false, so the path could not go on."),
    ("P305", "state-formula", "A state formula without a finite value",
     "The path state could not be told from others."),
    ("P306", "unreachable-node", "A node that no path reaches",
     "It takes no part in any value; probably an edge to it is missing or misspelt."),
    ("P307", "no-options", "A decision without options or a chance node without branches",
     "Nothing could be chosen, nothing could happen."),
    ("P308", "missing-fallback", "A joint decision without a fallback",
     "When several actors decide and do not agree, one option must stand."),
    ("P309", "unknown-fallback", "A fallback that is no option",
     "The option that stands without agreement must be one of the node's own."),
    ("P310", "not-evaluated", "A decision with hidden moves in an analysis that needs full knowledge",
     "The file is right; the analysis cannot compute it and says so instead of leaving 'unseen' out."),
    ("P311", "unknown-rule", "A rule of joint decision that is not known",
     "Known are unanimity, majority, quota(0.65), quota(0.55, 0.65) of heads and votes, weighted and nash."),
    ("P312", "unseen-order", "An unseen node that does not lie before the decision",
     "Only what happens earlier on the path can be hidden from the decider."),
    ("P313", "news-order", "News about a node that does not lie ahead",
     "News changes what is thought of the next meeting of its node. Where none follows, nothing could change."),
    ("P314", "news-prior", "News about a node whose probabilities depend on the way to it",
     ("Bayes' rule starts from the probabilities before the news. Where the node may be met with different ones, it is "
     "not said which of them the news is about.")),
    ("P315", "hidden-options", "A decision whose options tell what it does not see",
     "States that their owner cannot tell apart share one choice, so they must have the same options."),
    ("P316", "hidden-moves", "A choice without knowing for which there is no single best strategy",
     "What is best then depends on what others do unseen, on a rule that does not say, or on what is forgotten."),
    ("P401", "missing-weights", "An actor without weights among several criteria",
     "How much one criterion counts against another is the heart of the matter and is not guessed."),
    ("P402", "criterion-without-scale", "A weighted criterion without worst and best",
     "Amounts in different units can only be added once each has a scale from worst to best."),
    ("P403", "zero-weights", "Weights that are all zero",
     "An actor to whom nothing matters has no best option."),
    ("P404", "flat-scale", "A scale whose worst and best are the same",
     "Every amount would score infinitely good or bad."),
    ("P405", "nobody-weighs", "Several criteria and nobody who weighs them",
     "Consequences can be added up and listed, but no decision can be evaluated."),
    ("P406", "cost-objective", "A cost objective beside several criteria or a scale",
     ("'objective: minimize' makes the single criterion a cost in its own unit; with scales, 'worst' and 'best' say "
     "which direction is good.")),
    ("P501", "unused-parameter", "A parameter that nothing reads",
     "Changing it would change no result, which a reader of the file does not expect."),
    ("P502", "no-source", "A number without a source",
     "Whoever must defend the number needs to know where it comes from, even if it is a judgement."),
    ("P503", "unused-criterion", "A criterion that no consequence touches",
     "It has the same score on every path and so cannot matter."),
    ("P504", "unused-state", "A state variable that nothing reads",
     "It has no influence on any path."),
    ("P505", "idle-correlation", "A correlation with a parameter that is not drawn",
     "Only parameters with a distribution vary together; a fixed number or a formula goes its own way."),
    ("P507", "vague-words", "A word that says neither how likely nor whether",
     ("Readers take 'may', 'might', 'could' and 'possibly' for anything from 5 to 95 per cent. Say it with a word of "
     "the standard and a number, or leave it to the probabilities of the tree.")),
    ("P601", "statement-syntax", "A statement about options that cannot be read",
     ("Statements are made of options with and, or, not, 'a if b', 'a iff b' and the counts exactly, at_least and "
     "at_most.")),
    ("P602", "unknown-option", "A statement about an option that nobody has",
     "It would say nothing about any state."),
    ("P603", "ambiguous-option", "A statement about an option that several actors have",
     "It could mean the option of either: write actor.option."),
    ("P604", "bad-pattern", "A pattern that does not fit the options",
     "A pattern has one letter for each option in the order of the file: Y taken, N left, - either."),
    ("P605", "unknown-state", "A state that the conflict does not have",
     "Moves, rankings and the status quo go by the numbers, names or patterns of the states."),
    ("P606", "overlapping-states", "Two states that stand for the same combination of options",
     "Whoever is in that combination would be in two states at once."),
    ("P607", "unlisted-state", "Listed states that do not match what is feasible",
     "'states' lists all states there are: every feasible combination belongs to one, and every one can come about."),
    ("P608", "too-few-states", "A conflict with fewer than two states",
     "There is nothing to move between; probably something is infeasible that should not be."),
    ("P609", "missing-preferences", "An actor of the conflict without preferences",
     "Whether an actor stays or moves depends on what it prefers, which is not guessed."),
    ("P610", "incomplete-ranking", "A ranking that leaves out a state or names it twice",
     "Every state has one place in an actor's order; those that are equally good share it in square brackets."),
    ("P611", "undecided-statement", "A statement that a state leaves open",
     ("A state with '-' stands for several combinations, and the statement holds in some of them alone, so it does not "
     "say where the state belongs.")),
    ("P612", "conflict-too-large", "A conflict with too many options, states or moves",
     ("The limits are 20 options (60 where the states are listed alone), 10,000 states and 5,000,000 moves; nobody "
     "could check a larger one by reading it.")),
    ("P613", "actor-without-moves", "An actor of the conflict who cannot move",
     "It is stable everywhere and answers nothing, whatever it prefers."),
    ("P614", "idle-option", "An option in which no two states differ",
     "It could as well be left out; probably a state is missing."),
    ("P615", "idle-statement", "A preference that sets no state apart",
     "It is true in every state, or in none, and so has no influence."),
    ("P616", "no-tree", "A conflict without a tree where a tree is needed",
     "A file may hold a conflict alone; values, paths and strategies need 'nodes'."),
)  # fmt: skip
WARNINGS = frozenset({"P214", "P306", "P405", "P501", "P502", "P503", "P504", "P505", "P507", "P613", "P614", "P615"})
_WHEN = {"P131": "report", "P211": "evaluate", "P310": "risk", "P316": "evaluate", "P616": "evaluate"}


def _rules() -> Iterator[Rule]:
    for fault in FAULTS:
        yield Rule(fault.code, fault.slug, fault.title[0].upper() + fault.title[1:], fault.why, fault.bad, fault.good)
    for code, slug, title, why in _ROWS:
        bad, good = EXAMPLES[code]
        severity: Severity = "warning" if code in WARNINGS else "error"
        yield Rule(code, slug, title, why, bad, good, severity, _WHEN.get(code, "check"))


RULES: Mapping[str, Rule] = {rule.code: rule for rule in _rules()}
