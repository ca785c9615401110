"""A field of oil or a sale, whose history is easy to work out by hand.

Hillier and Lieberman's Goferbroke Company: drilling brings 700 with the chance of oil and -100 without it, selling the
land 90. Drilling is worth 800 x oil - 100.
"""

from __future__ import annotations

TEXT = """\
planner: 1
title: Oil or land
parameters:
  oil: {name: Chance of oil, value: 0.25, low: 0.05, high: 0.6, source: Geologist}
  price: 90
nodes:
  land:
    decision: Drill or sell?
    options:
      drill: {name: Drill for oil, to: ground}
      sell: {name: Sell the land, payoff: price}
  ground:
    chance: Is there oil?
    branches:
      oil: {name: Oil, p: oil, payoff: 700}
      dry: {name: Dry, p: rest, payoff: -100}
"""
BROKEN = TEXT.replace("p: oil,", "p: oil +,")
UNREADABLE = TEXT.replace("nodes:\n", "nodes: [\n")


def with_oil(value: float, text: str = TEXT) -> str:
    """Return the text with another chance of oil."""
    return text.replace("value: 0.25", f"value: {value}")


def with_price(value: float, text: str = TEXT) -> str:
    """Return the text with another price of the land."""
    return text.replace("price: 90", f"price: {value}")
