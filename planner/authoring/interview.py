"""The questions that lead to a scenario, each with a default; which come depends on the answers before.

Answers are kept as they were typed, by the key of their question: `title`, `options`, `p.talk.agreement`. So a draft is
a plain mapping of texts, flags of the command line are answers like any others, and going back loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

from planner.authoring.answers import Answers, Named, Yardstick
from planner.authoring.intervals import Rough, amount, chance, digits, two_ends
from planner.authoring.names import ID, humanised, slug, unique
from planner.authoring.unclear import Unclear

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

Given = Mapping[str, str]
Read = Callable[[str], Any]
HOW_MUCH = "Low and high so that 9 times in 10 the truth lies between: 10 to 40; with a best guess: 10 25 40."
HOW_LIKELY = HOW_MUCH.replace(" 40", " 40 %")
SHORTER = "Low to high; or low, best guess, high."
LESS = re.compile(  # names of what nobody wants more of, ...
    r"\b(costs?|prices?|loss(es)?|risks?|casualt(y|ies)|delays?|emissions?|deaths?|damages?|burdens?|tax(es)?)\b",
    re.IGNORECASE,
)
MORE = re.compile(  # ... unless they name what is spared or taken in
    r"\b(sav(ed|ings?)|revenues?|income|reduc(ed|tions?)|avoid(ed|ance)|prevent(ed|ion)|cuts?|relief|benefits?"
    r"|effectiveness|efficiency|control|tolerance)\b",
    re.IGNORECASE,
)
PLACES = {  # the parts of keys, and the lists that these are in
    "better": ("criteria",),
    "scale": ("criteria",),
    "weights": ("actors",),
    "p": ("options", "outcomes"),
    "outcome": ("outcomes", "criteria"),
    "option": ("options", "criteria"),
}
WORDS = {"y": True, "yes": True, "n": False, "no": False}


@dataclass(frozen=True, slots=True)
class Step:
    """One question.

    Attributes:
        key: under which its answer is kept.
        ask: the question.
        hint: how to answer it.
        default: what an empty line means.
        read: turns the text into what it means; raises Unclear.
    """

    key: str
    ask: str
    hint: str
    default: str
    read: Read


def steps(given: Given, *, name: str) -> list[Step]:
    """Return all questions in their order; those not answered yet count as answered by their defaults.

    An answer that cannot be understood counts as not given.
    """
    return list(_Interview(given, name).run())


def answers(given: Given, *, name: str, as_of: date) -> Answers:
    """Return what all answers together say.

    Args:
        given: the answers by key; what is not there is answered by its default.
        name: the name of the scenario, from which the default title is made.
        as_of: the date of the assessment.

    Raises:
        Unclear: one of them cannot be understood.
    """
    asked = _Interview(given, name, strict=True)
    for _ in asked.run():
        pass
    found = asked.found
    return Answers(
        title=found["title"],
        question=found["question"],
        as_of=as_of,
        actors=found["actors"],
        options=found["options"],
        outcomes=found["outcomes"],
        criteria=asked.yardsticks(),
        fallback=found.get("fallback"),
        weights=_table(found, "weights"),
        chances=_table(found, "p"),
        amounts=_table(found, "outcome"),
        effects=_table(found, "option"),
        minimize=found.get("better") is False,
    )


def places(given: Given, *, name: str) -> dict[str, str]:
    """Return what the questions about places may be called, in small letters, by ids or names: `scale.cost, yearly`.

    Those about outcomes and options are also called `payoff`; there a sole criterion need not be named.
    """
    asked = _Interview(given, name)
    todo = [step.key for step in asked.run()]
    by_id: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for key in todo:
        head, *ids = key.split(".")
        if head not in PLACES or not ids:
            continue
        spelt = []
        for kind, one in zip(PLACES[head], ids, strict=True):
            names = [each.name.lower() for each in asked.found[kind] if each.id == one]
            spelt.append([one, *names])
        heads = [head, "payoff"] if head in {"outcome", "option"} else [head]
        for lead, words in product(heads, product(*spelt)):
            into = by_id if list(words) == ids else by_name
            into.setdefault(".".join([lead, *words]), key)
            if lead == "payoff" and len(asked.found["criteria"]) == 1:
                into = by_id if words[0] == ids[0] else by_name
                into.setdefault(f"{lead}.{words[0]}", key)
    return by_name | by_id


def _table(found: Mapping[str, Any], head: str) -> dict[tuple[str, str], Any]:
    """Return the numbers under `head.first.second`, or under `head.first` for a row of them."""
    made = {}
    for key, value in found.items():
        first, *path = key.split(".")
        if first != head or not path:
            continue
        if len(path) == 2:
            made[path[0], path[1]] = value
        else:
            made |= {(path[0], other): each for other, each in value.items()}
    return made


class _Interview:
    """Runs through the questions once, reading each answer before the next question is made."""

    def __init__(self, given: Given, name: str, *, strict: bool = False) -> None:
        self.given, self.name, self.strict = given, name, strict
        self.found: dict[str, Any] = {}

    def step(self, key: str, ask: str, hint: str, default: str, read: Read) -> Step:
        """Make a question and read its answer."""
        try:
            self.found[key] = read(self.given.get(key, default))
        except Unclear as error:
            if self.strict:
                raise Unclear(f"{key}: {error.message}") from None
            self.found[key] = read(default)
        if key not in self.given and isinstance(self.found[key], Rough):
            self.found[key] = replace(self.found[key], placeholder=True)
        return Step(key, ask, hint, default, read)

    def run(self) -> Iterator[Step]:
        """Yield the questions."""
        title = humanised(self.name)
        yield self.step("title", "What is the scenario called?", "", title, _text)
        yield self.step("question", "Which question shall it answer?", "", "What do we do?", _text)
        yield self.step(
            "actors",
            "Who decides?",
            "Several, separated by commas, decide together: each must agree.",
            "Us",
            _names("actor", 1),
        )
        yield self.step(
            "options", "What can be chosen?", "Two or more, separated by commas.", "Act, Wait", _names("option", 2)
        )
        if len(self.found["actors"]) > 1:
            last = self.found["options"][-1].name
            ask = "Which option stands if they do not agree?"
            yield self.step("fallback", ask, "", last, _one_of(self.found["options"]))
        yield self.step(
            "outcomes",
            "What could happen then?",
            "The ways it can end, the best first, separated by commas.",
            "It works, It does not work",
            _names("outcome", 1, apart={"choice", *(one.id for one in self.found["options"])}),
        )
        yield from self.values()
        yield from self.numbers()

    # --- what matters -------------------------------------------------------------------------------------

    def values(self) -> Iterator[Step]:
        """Yield the questions about criteria and weights."""
        actors = {one.id for one in self.found["actors"]}
        yield self.step(
            "criteria",
            "What matters?",
            "One yardstick, or several separated by commas: Security, Cost.",
            "Value",
            _names("criterion", 1, apart=actors),
        )
        criteria = self.found["criteria"]
        if len(criteria) == 1:
            name = criteria[0].name
            yield self.step("unit", f"In which unit is '{name}' counted?", "Such as EUR m; - for none.", "-", _unit)
            default = "yes" if more_is_better(name) else "no"
            yield self.step("better", f"Is more of '{name}' better?", "yes or no", default, yes)
            return
        for one in criteria:
            ends, better, more = f"scale.{one.id}", f"better.{one.id}", None
            if better in self.given or not _can(_scale(None), self.given.get(ends)):  # a scale alone says it, too
                default = "yes" if more_is_better(one.name) else "no"
                yield self.step(better, f"Is more of '{one.name}' better?", "yes or no", default, yes)
                more = self.found[better]
            yield self.step(
                ends,
                f"From which worst to which best amount does '{one.name}' run?",
                "Such as 120 to 0 EUR bn, as less is better."
                if more is False
                else "Such as 0 to 100, or 5 to 20 EUR bn.",
                "100 to 0" if more is False else "0 to 100",
                _scale(more),
            )
        for actor in self.found["actors"]:
            names = " / ".join(one.name for one in criteria)
            whose = f" for '{actor.name}'" if len(self.found["actors"]) > 1 else ""
            yield self.step(
                f"weights.{actor.id}",
                f"How do 100 points divide{whose}: {names}?",
                "How much the whole way from worst to best counts; below 0 wants the opposite.",
                _shares(len(criteria)),
                _weights([one.id for one in criteria]),
            )

    def yardsticks(self) -> tuple[Yardstick, ...]:
        """Return the criteria with what was said about them."""
        found: tuple[Named, ...] = self.found["criteria"]
        if len(found) == 1:
            return (Yardstick(found[0].id, found[0].name, self.found["unit"]),)
        scales = [self.found[f"scale.{one.id}"] for one in found]
        return tuple(
            Yardstick(one.id, one.name, unit, worst, best)
            for one, (worst, best, unit) in zip(found, scales, strict=True)
        )

    # --- rough numbers ------------------------------------------------------------------------------------

    def numbers(self) -> Iterator[Step]:
        """Yield the questions about probabilities, amounts and what an option itself brings."""
        yield from self.chances()
        hint = HOW_MUCH
        levels = _levels(len(self.found["outcomes"]))
        for outcome, share in zip(self.found["outcomes"], levels, strict=True):
            for one in self.yardsticks():
                ask = f"How much '{one.name}' comes with '{outcome.name}'{_in(one)}?"
                yield self.step(
                    f"outcome.{outcome.id}.{one.id}", ask, f"{_ends(one)}{hint}", self._level(one, share), amount
                )
                hint = SHORTER
        ask = "Does an option itself cost or bring something, whatever happens then?"
        yield self.step("effects", ask, "yes or no", "yes" if self._any_effect() else "no", yes)
        if not self.found["effects"]:
            return
        hint = HOW_MUCH
        for option in self.found["options"]:
            for one in self.yardsticks():
                ask = f"How much '{one.name}' comes with '{option.name}' itself{_in(one)}?"
                lead = "It is added to what follows; below 0 takes something away. " if hint == HOW_MUCH else ""
                yield self.step(f"option.{option.id}.{one.id}", ask, f"{lead}{hint}", "0", amount)
                hint = SHORTER

    def chances(self) -> Iterator[Step]:
        """Yield the questions about probabilities, for each option one outcome after the other."""
        *outcomes, last = self.found["outcomes"]
        hint = HOW_LIKELY
        for option in self.found["options"]:
            for place, outcome in enumerate(outcomes):
                before = " or ".join(f"'{one.name}'" for one in outcomes[:place])
                unless = f", if not to {before}" if before else ""
                ask = f"How likely is it that '{option.name}' leads to '{outcome.name}'{unless}?"
                left = f"The rest is '{last.name}'. " if place == len(outcomes) - 1 else ""
                middle = round(100 / (len(outcomes) + 1 - place))
                default = f"{5 * round((middle - 15) / 5)} to {5 * round((middle + 15) / 5)} %"
                yield self.step(f"p.{option.id}.{outcome.id}", ask, f"{left}{hint}", default, chance)
                hint = SHORTER

    def _any_effect(self) -> bool:
        options = {one.id for one in self.found["options"]}
        return any(key.split(".")[0] == "option" and key.split(".")[1] in options for key in self.given if "." in key)

    def _level(self, one: Yardstick, share: Decimal) -> str:
        """Return the default amount of an outcome: the better ones stand first."""
        worst, best = Decimal(0), Decimal(100)
        if one.worst is not None and one.best is not None:
            worst, best = one.worst, one.best
        if self.found.get("better") is False:
            worst, best = best, worst
        middle, half = worst + (best - worst) * share, abs(best - worst) * Decimal("0.1")
        return f"{digits(middle - half).text} to {digits(middle + half).text}"


def _in(one: Yardstick) -> str:
    return f", in {one.unit}" if one.unit else ""


def _ends(one: Yardstick) -> str:
    if one.worst is None or one.best is None:
        return ""
    return f"{digits(one.worst).text} is the worst, {digits(one.best).text} the best. "


def _levels(count: int) -> list[Decimal]:
    """Return even steps from near the best to near the worst."""
    if count == 1:
        return [Decimal("0.5")]
    return [Decimal("0.8") - Decimal("0.6") * place / (count - 1) for place in range(count)]


def _shares(count: int) -> str:
    each, more = divmod(100, count)
    return " ".join(str(each + (place < more)) for place in range(count))


# --- reading one answer -----------------------------------------------------------------------------------


def _text(text: str) -> str:
    plain = " ".join(text.split())
    if not plain.isprintable():
        raise Unclear("that holds a character that cannot be printed")
    return plain


def _unit(text: str) -> str:
    return "" if text.strip() == "-" else _text(text)


def yes(text: str) -> bool:
    """Read yes or no."""
    word = text.strip().lower()
    if word not in WORDS:
        raise Unclear("write yes or no")
    return WORDS[word]


def parts(text: str) -> list[str]:
    """Return the entries of a list: separated by semicolons if there is one, else by commas."""
    return [part for part in map(_text, text.split(";" if ";" in text else ",")) if part]


def _names(word: str, least: int, *, apart: AbstractSet[str] = frozenset()) -> Read:
    """Return a reader of names, each `Name` or `id=Name`, with ids that differ from those in ``apart``."""

    def read(text: str) -> tuple[Named, ...]:
        made: dict[str, Named] = {}
        for part in parts(text):
            left, sign, right = (piece.strip() for piece in part.partition("="))
            named = bool(sign and right and ID.match(left))
            wanted = left if named else slug(part, word)
            name = right if named else part
            if any(one.name.lower() == name.lower() for one in made.values()) or (named and wanted in made):
                raise Unclear(f"'{part}' is there twice")
            if named and wanted in apart:
                raise Unclear(f"the id '{wanted}' is taken already")
            key = unique(wanted, {*made, *apart})
            made[key] = Named(key, name)
        if len(made) < least:
            raise Unclear(f"at least {'two' if least == 2 else 'one'}, please; separate them with commas")
        return tuple(made.values())

    return read


def _one_of(known: tuple[Named, ...]) -> Read:
    def read(text: str) -> str:
        word = text.strip().lower()
        found = [one.id for one in known if word == one.name.lower()]
        found = found or [one.id for one in known if word == one.id]
        found = found or [one.id for one in known if word and one.name.lower().startswith(word)]
        if len(found) != 1:
            raise Unclear(f"one of these, please: {', '.join(one.name for one in known)}")
        return found[0]

    return read


def more_is_better(name: str) -> bool:
    """Return whether more of something is better, as far as its name tells.

    Examples:
        >>> more_is_better("Security"), more_is_better("Costs, yearly"), more_is_better("Tax revenue")
        (True, False, True)
    """
    return not LESS.search(name) or bool(MORE.search(name))


def _can(read: Read, text: str | None) -> bool:
    """Whether there is an answer that can be understood."""
    try:
        return text is not None and read(text) is not None
    except Unclear:
        return False


def _scale(more: bool | None) -> Read:
    """Return a reader of a scale, which must run upwards where more is better; None where it is not said."""

    def read(text: str) -> tuple[Decimal, Decimal, str]:
        worst, best, unit = two_ends(text)
        if worst == best:
            raise Unclear("the worst and the best amount must differ")
        if more is not None and more != (worst < best):
            better = "more" if more else "less"
            raise Unclear(f"{better} is better, you said, and the worst comes first: {best} to {worst}; < goes back")
        return worst, best, _text(unit)

    return read


def _weights(criteria: list[str]) -> Read:
    def read(text: str) -> dict[str, Decimal]:
        words = text.replace(",", " ").replace("/", " ").replace("%", " ").split()
        try:
            numbers = [Decimal(word) for word in words]
        except ArithmeticError:
            numbers = []
        if len(numbers) != len(criteria) or not all(number.is_finite() for number in numbers):
            raise Unclear(f"{len(criteria)} numbers, please, in the order of the question")
        if not any(numbers):
            raise Unclear("one of them must count")
        return dict(zip(criteria, numbers, strict=True))

    return read
