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
CONFLICT = (
    PAIR + "conflict:\n  options:\n    ann: {drive: Drive on}\n    bob: {swerve: Swerve}\n"
    "  preferences:\n    ann: [drive, swerve]\n    bob: [swerve, not drive]\n"
)
LISTED = CONFLICT.replace("  pref", "  states: {1: NN, 2: YN, 3: NY, 4: YY}\n  pref")
WAIT = (
    LISTEN[: LISTEN.index(RAIN)].replace("to: rain", "to: go")
    + "  go:\n    decision: Go now or wait?\n    options:\n      now: {to: rain}\n"
    "      wait: {set: {month: month + 1}, to: rain}\n"
)


def _include(text: str) -> str:
    return HEAD + f"include:\n  {text}\n" + GO + "    options:\n      take: {to: talks}\n      leave: {}\n"


def _parameter(text: str) -> str:
    return f"{HEAD}parameters:\n  risk: {{{text}, source: Weather office}}\n{USES}"


def _correlated(*rows: str) -> str:
    drawn = {"risk": "value: 0.3, low: 0.2, high: 0.4", "cost": "value: -70, low: -90, high: -60"}
    if len(rows) > 2:
        drawn["help"] = "value: 10, low: 0, high: 20"
    lines = [f"  {name}: {{{text}, source: Records, distribution: uniform}}\n" for name, text in drawn.items()]
    uses = USES.replace("-70", "cost + help" if "help" in drawn else "cost")
    return HEAD + "parameters:\n" + "".join(lines) + "correlations:\n" + "".join(f"  - {row}\n" for row in rows) + uses


EXAMPLES: Mapping[str, tuple[str, str]] = {
    "P101": (HEAD + GO + "    «optoins»: {take: {}, leave: {}}\n    options: {take: {}, leave: {}}\n", HEAD + GO + OPTIONS),
    "P102": (HEAD + "tags: «umbrella»\n" + TREE, HEAD + "tags: [umbrella]\n" + TREE),
    "P103": (HEAD + GO + "    options:\n      take: {to: «rian»}\n      leave: {to: rain}\n" + TREE[7:],
             HEAD + GO + "    options:\n      take: {to: rain}\n      leave: {to: rain}\n" + TREE[7:]),
    "P104": (HEAD + PAIR + GO + "    by: «anne»\n" + OPTIONS, HEAD + PAIR + GO + "    by: ann\n" + OPTIONS),
    "P105": (HEAD + CRITERIA + ACTOR + BOTH.replace("comfort", "«comfrot»"), HEAD + CRITERIA + ACTOR + BOTH),
    "P106": (HEAD + RISK + "correlations:\n  - [risk, «cost», 0.4]\n" + USES, _correlated("[risk, cost, 0.4]")),
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
    "P209": (_correlated("[risk, cost, «1.4»]"), _correlated("[risk, cost, 0.4]")),
    "P210": (HEAD + SIGNAL.replace("dry: {bad: 0.1", "«dry»: {bad: 0.3") + LISTEN, HEAD + SIGNAL + LISTEN),
    "P211": (HEAD + TREE.replace("p: 0.3", "p: «exp»(-1.2)"), HEAD + TREE),
    "P212": (_correlated("[risk, cost, 0.4]", "«[cost, risk, 0.5]»"), _correlated("[risk, cost, 0.4]")),
    "P213": (_correlated("«[risk, cost, 0.9]»", "[cost, help, 0.9]", "[risk, help, -0.5]"),
             _correlated("[risk, cost, 0.9]", "[cost, help, 0.9]", "[risk, help, 0.8]")),
    "P214": (_parameter('value: 0.3, distribution: «"normal(0.3, 0.2)"»'),
             _parameter('value: 0.3, distribution: "beta(3, 7)"')),
    "P215": (HEAD + RISK + "futures:\n  storm: {set: {risk: «1.2»}}\n" + USES,
             HEAD + RISK + "futures:\n  storm: {set: {risk: 0.9}}\n" + USES),
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
    "P505": (_correlated("«[risk, cost, 0.4]»").replace(", distribution: uniform}", "}", 1),
             _correlated("[risk, cost, 0.4]")),
    "P507": (HEAD + "question: Stay in, since it «might» rain?\n" + TREE, HEAD + "question: Stay in, since rain is likely (70 %)?\n" + TREE),
    "P601": (HEAD + CONFLICT.replace("not drive", "drive «&» swerve"), HEAD + CONFLICT.replace("not drive", "not drive and swerve")),
    "P602": (HEAD + CONFLICT.replace("not drive", "not «brake»"), HEAD + CONFLICT),
    "P603": (HEAD + CONFLICT.replace("{swerve: Swerve}", "{swerve: Swerve, drive: Drive on}").replace("not drive", "not «drive»").replace("[drive,", "[ann.drive,"),
             HEAD + CONFLICT.replace("{swerve: Swerve}", "{swerve: Swerve, drive: Drive on}").replace("not drive", "not ann.drive").replace("[drive,", "[ann.drive,")),
    "P604": (HEAD + LISTED.replace("4: YY", "4: «YYN»"), HEAD + LISTED),
    "P605": (HEAD + CONFLICT + "  status_quo: «5»\n", HEAD + CONFLICT + "  status_quo: 4\n"),
    "P606": (HEAD + LISTED.replace("4: YY", "4: «-Y»"), HEAD + LISTED),
    "P607": (HEAD + LISTED.replace("  states", "  infeasible: drive and swerve\n  states").replace("4: YY", "4: «YY»"),
             HEAD + LISTED.replace("  states", "  infeasible: drive and swerve\n  states").replace(", 4: YY", "")),
    "P608": (HEAD + CONFLICT.replace("conflict:", "«conflict»:") + "  feasible: [drive, swerve]\n", HEAD + CONFLICT + "  feasible: drive or swerve\n"),
    "P609": (HEAD + CONFLICT.replace("    bob: {", "    «bob»: {").replace("    bob: [swerve, not drive]\n", ""), HEAD + CONFLICT),
    "P610": (HEAD + CONFLICT.replace("[drive, swerve]", "{«ranking»: [4, [2, 3]]}"), HEAD + CONFLICT.replace("[drive, swerve]", "{ranking: [4, [2, 3], 1]}")),
    "P611": (HEAD + LISTED.replace("3: NY, 4: YY", "3: -Y").replace("[drive, swerve]", "[«drive», not swerve]"),
             HEAD + LISTED.replace("3: NY, 4: YY", "3: -Y").replace("[drive, swerve]", "[not swerve, drive]")),
    "P612": (HEAD + CONFLICT.replace("options:", "«options»:").replace("drive: Drive on", ", ".join(["drive: Drive on", *(f"step{at}: " for at in range(20))])),
             HEAD + CONFLICT),
    "P613": (HEAD + CONFLICT.replace("    bob: {swerve: Swerve}", "    «bob»: {}").replace(", swerve]", "]").replace("swerve, ", ""), HEAD + CONFLICT),
    "P614": (HEAD + CONFLICT.replace("{drive", "{«drive»") + "  feasible: drive\n", HEAD + CONFLICT),
    "P615": (HEAD + CONFLICT.replace("not drive", "«drive or not drive»"), HEAD + CONFLICT),
    "P616": (HEAD + CONFLICT.replace("conflict:", "«conflict»:"), HEAD + CONFLICT + TREE),
}  # fmt: skip
