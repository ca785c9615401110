"""How what lies ahead is summed up: by expectation, or by its worst and best case."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

RULES = ("expected", "maximin", "maximax", "hurwicz:ALPHA", "laplace")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for decisions under risk or ignorance.

    `expected` takes the probabilities of the file and each actor's tolerance of risk. `laplace` (principle of
    insufficient reason) takes equal probabilities instead. `maximin` (Wald 1950) and `maximax` look at the worst
    and the best path alone, `hurwicz` (Hurwicz 1951) at ``optimism * best + (1 - optimism) * worst``. Branches that
    are impossible count for none of them.

    Attributes:
        name: the rule as it is written on the command line.
        optimism: the weight of the best case; None where the whole distribution counts.
        equal: whether branches count as equally likely.
    """

    name: str = "expected"
    optimism: Fraction | None = None
    equal: bool = False

    @classmethod
    def parse(cls, text: str) -> Rule:
        """Read ``expected``, ``maximin``, ``maximax``, ``laplace`` or ``hurwicz:0.4``.

        >>> Rule.parse("hurwicz:0.4").optimism
        Fraction(2, 5)

        Raises:
            ValueError: the text is none of these; the message says what is.
        """
        fixed = {
            "expected": cls(),
            "laplace": cls("laplace", equal=True),
            "maximin": cls("maximin", Fraction(0)),
            "maximax": cls("maximax", Fraction(1)),
        }
        if text in fixed:
            return fixed[text]
        word, _, number = text.partition(":")
        if word != "hurwicz":
            raise ValueError(f"unknown rule '{text}'; the rules are {', '.join(RULES)}")
        try:
            optimism = Fraction(number)
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"'{text}' needs a number from 0 to 1 after the colon, such as hurwicz:0.5") from None
        if not 0 <= optimism <= 1:
            raise ValueError(f"the weight of the best case in '{text}' is not between 0 and 1")
        return cls(text, optimism)

    @property
    def extremes(self) -> bool:
        """Whether only the worst and the best path count."""
        return self.optimism is not None


EXPECTED = Rule()
