"""Small scenarios of every shape, as the text of their files without its head."""

from __future__ import annotations

ENVOY = """\
nodes:
  envoy:
    decision: Do we send an envoy?
    options: {send: {name: Send one, payoff: -5, to: answer}, wait: {name: Wait}}
  answer:
    chance: How does Moscow answer?
    branches: {step: {name: A first step, p: 0.3, payoff: 40}, stall: {name: Talks for show, p: rest, payoff: -5}}
"""

COSTS = """\
objective: minimize
criteria: {cost: {name: Cost, unit: EUR bn}}
nodes:
  build:
    decision: Where do we build?
    options:
      coast: {name: On the coast, payoff: 12.5}
      hill: {name: On the hill, payoff: 10}
      river: {name: By the river, payoff: 30}
"""

TIE = """\
nodes:
  way:
    decision: Which way?
    options: {left: {name: Left, payoff: 5}, right: {name: Right, payoff: 5}, back: {name: Back, payoff: 1}}
"""

ONE_OPTION = """\
nodes:
  way:
    decision: Which way?
    options: {on: {name: On, payoff: 5}}
"""

CHANCE_FIRST = """\
nodes:
  weather:
    chance: What will the weather be?
    branches: {rain: {name: Rain, p: 0.4, to: out}, sun: {name: Sun, p: rest, payoff: 3}}
  out:
    decision: Do we go out?
    options: {go: {name: Go, payoff: -4}, stay: {name: Stay, payoff: 1}}
"""

NO_DECISION = """\
nodes:
  coin: {chance: Which side?, branches: {heads: {name: Heads, p: 0.5, payoff: 2}, tails: {name: Tails, p: 0.5}}}
"""

OUTCOME_ONLY = """\
nodes:
  end: {outcome: All is done, payoff: 7}
"""

OPPOSITES = """\
actors:
  north: {name: North, weights: {trade: 1}}
  south: {name: South, weights: {trade: -1}}
criteria: {trade: {name: Trade, worst: 0, best: 10, start: 5}}
nodes:
  open:
    decision: Open the border?
    by: [north]
    options: {open: {name: Open it, payoff: {trade: 3}}, close: {name: Close it, payoff: {trade: -2}}}
"""

JOINT = """\
actors: {a: {name: Aland}, b: {name: Borduria}, c: {name: Carpania}}
nodes:
  pact:
    decision: Which pact?
    by: [a, b]
    rule: unanimity
    fallback: none
    options:
      broad: {name: A broad pact, payoff: {a: PACT, b: 4, c: -1}}
      narrow: {name: A narrow pact, payoff: {a: 2, b: 1, c: 0}}
      none: {name: No pact, payoff: {a: 0, b: 0, c: 0}}
"""

NO_AGREEMENT = JOINT.replace("PACT", "-1").replace("a: 2, b: 1", "a: -2, b: 1")

ROUNDS = """\
state: {round: 1}
nodes:
  table:
    decision: Another round?
    options:
      again: {name: Again, when: round < 4, set: {round: round + 1}, to: answer, payoff: -1}
      stop: {name: Stop, payoff: round}
  answer:
    chance: Do they move?
    branches: {yes: {name: They move, p: 0.5, payoff: 6, to: table}, no: {name: They stay, p: rest, to: table}}
"""

RESOLVED = """\
nodes:
  vote:
    chance: How did the vote go?
    resolved: {branch: won, on: 2026-11-03, source: The gazette}
    branches: {won: {name: Won, p: 0.4, to: next}, lost: {name: Lost, p: rest, payoff: -9}}
  next:
    decision: What next?
    options: {sign: {name: Sign, payoff: 3}, drop: {name: Drop, payoff: 0}}
"""

NEWS = """\
parameters:
  hit: {name: Chance that the survey tells oil, value: 0.6, low: 0.5, high: 0.9, source: Maker of the instrument}
signals:
  survey: {about: oil, likelihood: {oil: {good: hit, bad: 1 - hit}, dry: {good: 0.2, bad: 0.8}}}
nodes:
  ask: {decision: Pay for the survey?, options: {pay: {payoff: -30, to: result}, spare: {to: field}}}
  result: {observe: survey, branches: {good: {to: field}, bad: {to: field}}}
  field: {decision: Drill or sell?, options: {drill: {payoff: -100, to: oil}, sell: {payoff: 90}}}
  oil: {chance: Is there oil?, branches: {oil: {p: 0.25, payoff: 800}, dry: {p: rest}}}
"""

NASTY = """\
question: "Is <b>this</b> | a *question*?"
summary: "A [link](https://example.org) and *emphasis*."
parameters:
  p_x: {name: "A | bar and `code`", value: 0.3, low: 0.1, high: 0.62, source: "See table | 3"}
nodes:
  "first":
    decision: "What | now \\"quoted\\" #1; `end`?"
    options:
      up: {name: "Up | *bold* <i>", payoff: -70, to: second}
      down: {name: "-3 [down] (low) {x}", payoff: -80}
  second:
    chance: "end"
    branches:
      win: {name: "$5 or $6 \\\\n", p: p_x, payoff: 3}
      lose: {name: "line\\nbreak", p: rest, payoff: -3}
"""

MANY = "nodes:\n  draw:\n    chance: Which lot?\n    branches:\n" + "".join(
    f"      lot{i}: {{name: Lot {i}, p: {'rest' if i == 39 else '0.025'}, payoff: {i}}}\n" for i in range(40)
)

ALL = {
    "envoy": ENVOY,
    "costs": COSTS,
    "tie": TIE,
    "one-option": ONE_OPTION,
    "chance-first": CHANCE_FIRST,
    "no-decision": NO_DECISION,
    "outcome-only": OUTCOME_ONLY,
    "opposites": OPPOSITES,
    "joint": JOINT.replace("PACT", "3"),
    "joint-blocked": JOINT.replace("PACT", "-1"),
    "no-agreement": NO_AGREEMENT,
    "rounds": ROUNDS,
    "resolved": RESOLVED,
    "news": NEWS,
    "nasty": NASTY,
    "many": MANY,
}
