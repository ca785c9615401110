"""Bad and good examples of the rules; « and » mark the place that the diagnostic points at."""

# ruff: noqa: E501 - a table of one row per rule
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = "planner: 1\ntitle: Umbrella\n"
RAIN = "  rain:\n    chance: Does it rain?\n    branches:\n"
TREE = f"nodes:\n{RAIN}      wet: {{p: 0.3, payoff: -70}}\n      dry: {{p: rest, payoff: 10}}\n"
GO = "nodes:\n  go:\n    decision: Take the umbrella?\n"
OPTIONS = "    options:\n      take: {payoff: -5}\n      leave: {payoff: -20}\n"
HIDDEN = (
    f"nodes:\n{RAIN}      wet: {{p: 0.3, set: {{wet: 1}}, to: go}}\n      dry: {{p: rest, to: go}}\n"
    f"{GO[7:]}    unseen: [rain]\n{OPTIONS}"
)
PAIR = "actors:\n  ann: {}\n  bob: {}\n"
CRITERIA = "criteria:\n  comfort: {worst: 0, best: 10}\n  cost: {worst: 50, best: 0}\n"
ACTOR = "actors:\n  ann: {weights: {comfort: 2, cost: 1}}\n"
BOTH = "nodes:\n  go:\n    decision: Take it?\n    options:\n      take: {payoff: {comfort: 9, cost: 5}}\n      leave: {payoff: {cost: 0}}\n"
RISK = "parameters:\n  risk: {value: 0.3, source: Weather office}\n"
USES = f"nodes:\n{RAIN}      wet: {{p: risk, payoff: -70}}\n      dry: {{p: rest}}\n"
TALKS = (
    "state: {round: 1}\nnodes:\n  table:\n    decision: Go on talking?\n    options:\n"
    "      again: {when: round < 3, set: {round: round + 1}, to: table}\n      stop: {payoff: 5}\n"
)
SIGNAL = "signals:\n  forecast: {about: rain, likelihood: {wet: {bad: 0.8, fair: 0.2}, dry: {bad: 0.1, fair: 0.9}}}\n"
LISTEN = "nodes:\n  listen:\n    observe: forecast\n    branches: {bad: {to: rain}, fair: {to: rain}}\n" + TREE[7:]
WAIT = (
    LISTEN[: LISTEN.index(RAIN)].replace("to: rain", "to: go")
    + "  go:\n    decision: Go now or wait?\n    options:\n      now: {to: rain}\n"
    "      wait: {set: {month: month + 1}, to: rain}\n"
)


def _include(text: str) -> str:
    return HEAD + f"include:\n  {text}\n" + GO + "    options:\n      take: {to: talks}\n      leave: {}\n"


def _parameter(text: str) -> str:
    return f"{HEAD}parameters:\n  risk: {{{text}, source: Weather office}}\n{USES}"


EXAMPLES: Mapping[str, tuple[str, str]] = {
    "P101": (HEAD + GO + "    «optoins»: {take: {}, leave: {}}\n    options: {take: {}, leave: {}}\n", HEAD + GO + OPTIONS),
    "P102": (HEAD + "tags: «umbrella»\n" + TREE, HEAD + "tags: [umbrella]\n" + TREE),
    "P103": (HEAD + GO + "    options:\n      take: {to: «rian»}\n      leave: {to: rain}\n" + TREE[7:],
             HEAD + GO + "    options:\n      take: {to: rain}\n      leave: {to: rain}\n" + TREE[7:]),
    "P104": (HEAD + PAIR + GO + "    by: «anne»\n" + OPTIONS, HEAD + PAIR + GO + "    by: ann\n" + OPTIONS),
    "P105": (HEAD + CRITERIA + ACTOR + BOTH.replace("comfort", "«comfrot»"), HEAD + CRITERIA + ACTOR + BOTH),
    "P106": (HEAD + RISK + "correlations:\n  - [risk, «cost», 0.4]\n" + USES,
             HEAD + "parameters:\n  risk: {value: 0.3, source: Weather office}\n  cost: {value: -70, source: Price list}\n"
             "correlations:\n  - [risk, cost, 0.4]\n" + USES.replace("-70", "cost")),
    "P107": (HEAD + TREE + "    resolved: {branch: «snow», on: 2026-11-20}\n",
             HEAD + TREE + "    resolved: {branch: wet, on: 2026-11-20}\n"),
    "P108": (HEAD + TREE.replace("  rain:", "  «Rain»:"), HEAD + TREE),
    "P109": ("«title»: Umbrella\n" + TREE, HEAD + TREE),
    "P110": (HEAD + RISK + USES.replace("p: risk", "p: risk «*»* 2 +*").replace("«*»* 2 +*", "* 2 «+»"),
             HEAD + RISK + USES.replace("p: risk", "p: risk * 2")),
    "P111": (HEAD + RISK + USES.replace("p: risk", "p: «rsik» / 2").replace("rest}", "risk}"),
             HEAD + RISK + USES.replace("p: risk", "p: risk / 2")),
    "P112": (HEAD + "parameters:\n  risk: «1 - luck»\n  luck: 1 - risk\n" + USES,
             HEAD + "parameters:\n  risk: 1 - luck\n  luck: {value: 0.7, source: Weather office}\n" + USES),
    "P113": (HEAD + "as_of: «2026-02-30»\n" + TREE, HEAD + "as_of: 2026-02-28\n" + TREE),
    "P114": ("planner: «2»\ntitle: Umbrella\n" + TREE, HEAD + TREE),
    "P115": (HEAD + "nodes:\n  «rain»:\n    title: Does it rain?\n", HEAD + TREE),
    "P116": (HEAD + "«nodes»:\n", HEAD + TREE),
    "P117": (HEAD + RISK + "futures:\n  storm: {set: {«rsik»: 0.9}}\n" + USES,
             HEAD + RISK + "futures:\n  storm: {set: {risk: 0.9}}\n" + USES),
    "P118": (HEAD + SIGNAL + LISTEN.replace("observe: forecast", "observe: «forcast»"), HEAD + SIGNAL + LISTEN),
    "P119": (HEAD + "likelihood_words: «phai»\n" + TREE, HEAD + "likelihood_words: phia\n" + TREE),
    "P120": (HEAD + TREE.replace("p: 0.3", 'p: "«' + "0 + " * 2500 + '0.3»"'), HEAD + TREE),
    "P121": (HEAD + "state: {risk: 1}\nparameters:\n  «risk»: {value: 0.3, source: Weather office}\n" + USES,
             HEAD + RISK + USES),
    "P122": (HEAD + RISK + "nodes:\n  go:\n    decision: Take it?\n    options:\n      take: {when: «risk» > 0.2}\n      leave: {}\n",
             HEAD + "state: {risk: 1}\nnodes:\n  go:\n    decision: Take it?\n    options:\n      take: {when: risk > 0}\n"
             "      leave: {}\n"),
    "P123": (_include("talks: {file: «tlaks.yaml»}"), _include("talks: {file: talks.yaml}")),
    "P124": (_include("talks: {file: «umbrella.yaml»}"), _include("talks: {file: talks.yaml}")),
    "P125": ("objective: minimize\n" + _include("talks: {file: «talks.yaml»}"), _include("talks: {file: talks.yaml}")),
    "P131": ("«planner»: 1\ntitle: Umbrella\n" + TREE, HEAD + "as_of: 2026-11-23\n" + TREE),
    "P201": (HEAD + TREE.replace("  rain:", "  «rain»:").replace("rest", "0.6"), HEAD + TREE),
    "P202": (HEAD + TREE.replace("p: 0.3", "p: «30»"), HEAD + TREE),
    "P203": (HEAD + "parameters:\n  risk: «1 / 0»\n" + USES, HEAD + RISK + USES),
    "P204": (HEAD + TREE.replace("wet: {p: 0.3, ", "«wet»: {"), HEAD + TREE),
    "P205": (HEAD + TREE.replace("wet: {p: 0.3, ", "«wet»: {").replace("rest", "0.7"), HEAD + TREE),
    "P206": (_parameter("value: «0.3», low: 0.4, high: 0.6"), _parameter("value: 0.3, low: 0.2, high: 0.6")),
    "P207": (_parameter('value: 0.3, low: 0.2, high: 0.4, distribution: «"beta(9, 1)"»'),
             _parameter('value: 0.3, low: 0.2, high: 0.4, distribution: "beta(30, 70)"')),
    "P208": (_parameter("value: 0.3, distribution: «betta»"), _parameter('value: 0.3, distribution: "beta(3, 7)"')),
    "P209": (HEAD + "parameters:\n  risk: {value: 0.3, source: Weather office}\n  cost: {value: -70, source: Price list}\n"
             "correlations:\n  - [risk, cost, «1.4»]\n" + USES.replace("-70", "cost"),
             HEAD + "parameters:\n  risk: {value: 0.3, source: Weather office}\n  cost: {value: -70, source: Price list}\n"
             "correlations:\n  - [risk, cost, 0.4]\n" + USES.replace("-70", "cost")),
    "P210": (HEAD + SIGNAL.replace("dry: {bad: 0.1", "«dry»: {bad: 0.3") + LISTEN, HEAD + SIGNAL + LISTEN),
    "P211": (HEAD + TREE.replace("p: 0.3", "p: «exp»(-1.2)"), HEAD + TREE),
    "P301": (HEAD + GO + "    options:\n      wait: {to: «go»}\n      leave: {}\n", HEAD + TALKS),
    "P302": (HEAD + TALKS.replace("  table:", "  «table»:").replace("round < 3", "round > 0"), HEAD + TALKS),
    "P303": (HEAD + TALKS.replace("  table:", "  «table»:").replace("stop: {payoff", "stop: {when: round < 3, payoff"), HEAD + TALKS),
    "P304": (HEAD + "state: {round: 1}\nnodes:\n  «rain»:\n    chance: Does it rain?\n    branches:\n"
             "      wet: {p: 0.3, when: round > 1}\n      dry: {p: 0.7, when: round > 1}\n", HEAD + TREE),
    "P305": (HEAD + TALKS.replace("round: round + 1", "round: «1 / (round - 1)»"), HEAD + TALKS),
    "P306": (HEAD + GO + OPTIONS + TREE[7:].replace("  rain:", "  «rain»:", 1),
             HEAD + GO + OPTIONS.replace("-20", "-20, to: rain") + TREE[7:]),
    "P307": (HEAD + "nodes:\n  «go»:\n    decision: Take the umbrella?\n", HEAD + GO + OPTIONS),
    "P308": (HEAD + PAIR + "nodes:\n  «go»:\n    decision: Take it?\n    by: [ann, bob]\n" + OPTIONS,
             HEAD + PAIR + GO + "    by: [ann, bob]\n    fallback: leave\n" + OPTIONS),
    "P309": (HEAD + PAIR + GO + "    by: [ann, bob]\n    fallback: «stay»\n" + OPTIONS,
             HEAD + PAIR + GO + "    by: [ann, bob]\n    fallback: leave\n" + OPTIONS),
    "P310": (HEAD + TREE.replace("-70}", "-70, to: go}") + GO[7:] + "    unseen: «[rain]»\n" + OPTIONS,
             HEAD + TREE.replace("-70}", "-70, to: go}") + GO[7:] + OPTIONS),
    "P311": (HEAD + PAIR + GO + "    by: [ann, bob]\n    rule: «unanimous»\n    fallback: leave\n" + OPTIONS,
             HEAD + PAIR + GO + "    by: [ann, bob]\n    rule: unanimity\n    fallback: leave\n" + OPTIONS),
    "P312": (HEAD + GO + "    unseen: [«rain»]\n" + OPTIONS.replace("-20", "-20, to: rain") + TREE[7:],
             HEAD + TREE.replace("-70}", "-70, to: go}") + GO[7:] + "    unseen: [rain]\n" + OPTIONS),
    "P313": (HEAD + SIGNAL + TREE.replace("-70}", "-70, to: listen}") + "  listen:\n    observe: «forecast»\n    branches: {bad: {}, fair: {}}\n",
             HEAD + SIGNAL + LISTEN),
    "P314": (HEAD + "state: {month: 7}\n" + SIGNAL + WAIT.replace("forecast", "«forecast»", 1) + RAIN + "      wet: {p: 0.3 if month < 8 else 0.5}\n      dry: {p: rest}\n",
             HEAD + "state: {month: 7}\n" + SIGNAL + WAIT + RAIN + "      wet: {p: 0.3, payoff: -month}\n      dry: {p: rest}\n"),
    "P315": (HEAD + "state: {wet: 0}\n" + HIDDEN.replace("-5}", "-5, when: «wet > 0»}"), HEAD + "state: {wet: 0}\n" + HIDDEN),
    "P316": (HEAD + PAIR + HIDDEN.replace("  rain:\n    chance: Does it rain?\n    branches:\n      wet: {p: 0.3, ",
                                         "  rain:\n    decision: Make rain?\n    by: bob\n    options:\n      wet: {")
             .replace("p: rest, ", "").replace("set: {wet: 1}, ", "").replace("[rain]", "«[rain]»"), HEAD + "state: {wet: 0}\n" + HIDDEN),
    "P401": (HEAD + CRITERIA + "actors:\n  «ann»: {name: Ann}\n" + BOTH, HEAD + CRITERIA + ACTOR + BOTH),
    "P402": (HEAD + CRITERIA.replace("cost: {worst: 50, best: 0}", "«cost»: {unit: euro}") + ACTOR + BOTH,
             HEAD + CRITERIA + ACTOR + BOTH),
    "P403": (HEAD + CRITERIA + "actors:\n  ann: {«weights»: {comfort: 0, cost: 0}}\n" + BOTH, HEAD + CRITERIA + ACTOR + BOTH),
    "P404": (HEAD + CRITERIA.replace("worst: 50, best: 0", "worst: 50, best: «50»") + ACTOR + BOTH,
             HEAD + CRITERIA + ACTOR + BOTH),
    "P405": (HEAD + "«criteria»:\n  comfort: {}\n  cost: {unit: euro}\n" + BOTH, HEAD + CRITERIA + ACTOR + BOTH),
    "P406": (HEAD + "objective: «minimize»\n" + CRITERIA + ACTOR + BOTH, HEAD + CRITERIA + ACTOR + BOTH),
    "P501": (HEAD + "parameters:\n  «risk»: {value: 0.3, source: Weather office}\n" + TREE, HEAD + RISK + USES),
    "P502": (HEAD + "parameters:\n  «risk»: 0.3\n" + USES, HEAD + RISK + USES),
    "P503": (HEAD + CRITERIA.replace("  comfort:", "  «comfort»:") + ACTOR + BOTH.replace("comfort: 9, ", ""),
             HEAD + CRITERIA + ACTOR + BOTH),
    "P504": (HEAD + "state: {«round»: 1}\n" + TREE, HEAD + TREE),
}  # fmt: skip
