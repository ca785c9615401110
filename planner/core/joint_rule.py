"""The rules by which several actors settle a decision, as the file writes them; `planner.core.joint` applies them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

SHARE = r"(0?\.\d+|1(?:\.0*)?)"
JOINT = re.compile(rf"(unanimity|majority|weighted|nash)\Z|quota\(\s*{SHARE}\s*(?:,\s*{SHARE}\s*)?\)\Z")
UNANIMITY = "unanimity"


@dataclass(frozen=True, slots=True)
class JointRule:
    """A rule for decisions of several.

    Attributes:
        name: unanimity, majority, quota, weighted or nash.
        votes: the share of the votes that a quota asks for.
        heads: the share of the heads that a double quota asks for.
    """

    name: str = UNANIMITY
    votes: float = 1.0
    heads: float = 0.0

    @classmethod
    def parse(cls, text: str | None) -> JointRule:
        """Read a rule as the file writes it; without one it is unanimity.

        >>> JointRule.parse("quota(0.55, 0.65)")
        JointRule(name='quota', votes=0.65, heads=0.55)

        Raises:
            ValueError: there is no such rule.
        """
        return _parsed(text or UNANIMITY)


UNANIMOUS = JointRule()


def rule_words(text: str | None) -> str:
    """Say by which rule several decide.

    >>> rule_words("quota(0.55, 0.65)"), rule_words("nash")
    ('with 65 % of the votes and 55 % of the members', 'by the Nash product')
    """
    rule = JointRule.parse(text)
    if rule.name == "quota":
        heads = f" and {100 * rule.heads:g} % of the members" if rule.heads else ""
        return f"with {100 * rule.votes:g} % of the votes{heads}"
    known = {"weighted": "by weighted votes", "nash": "by the Nash product"}
    return known.get(rule.name, f"by {rule.name}")


@lru_cache(maxsize=64)
def _parsed(text: str) -> JointRule:
    found = JOINT.match(text)
    if found is None:
        raise ValueError(f"there is no rule '{text}' for joint decisions")
    if found[1]:
        return JointRule(found[1])
    first, second = float(found[2]), found[3]
    return JointRule("quota", first) if second is None else JointRule("quota", float(second), first)
