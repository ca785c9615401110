"""Words for probabilities, by a published standard, never without the number.

Two standards are known. Both name bands and both leave something unnamed, and that is kept:

``phia``
    The probability yardstick of the United Kingdom's Professional Head of Intelligence Assessment, in
    "Explaining uncertainty in UK intelligence assessment" (GOV.UK, 24 March 2025). Its bands do not touch. A
    number in a gap is described by both neighbours; 0, 50 and 100 % have no word.
``icd203``
    Intelligence Community Directive 203, "Analytic Standards" (Office of the Director of National Intelligence,
    2 January 2015), section D.6.e.2.a. Its bands share their edges. A number on a shared edge belongs to two bands
    and gets no word; nor does a number below 1 % or above 99 %.

The yardstick's limits carry a tilde. A word still has to begin somewhere, so the limits are taken as they are
printed and compared with the unrounded probability; a difference of less than 1e-9 is floating-point noise. The
number beside the word gets as many decimals as it takes to fall where the unrounded one falls: 5.4 % stands in a
gap and is not printed as 5 %, which has a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.analyses.digits import fixed

Standard = Literal["phia", "icd203", "none"]

_NOISE = 1e-9
_MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Band:
    """One word of a standard; limits in per cent, each inside the band or not."""

    word: str
    low: float
    high: float
    with_low: bool = True
    with_high: bool = True

    def limits(self) -> str:
        """Return the limits as a reader writes them: ``above 0 to 5 %``."""
        low = f"{self.low:g}" if self.with_low else f"above {self.low:g}"
        high = f"{self.high:g}" if self.with_high else f"below {self.high:g}"
        return f"{low} to {high} %"


_PHIA = (
    Band("remote chance", 0, 5, with_low=False),
    Band("highly unlikely", 10, 20),
    Band("unlikely", 25, 35),
    Band("realistic possibility", 40, 50, with_high=False),
    Band("likely", 55, 75),
    Band("highly likely", 80, 90),
    Band("almost certain", 95, 100, with_high=False),
)

# The inner edges are shared by two bands, so they belong to neither.
_ICD203 = (
    Band("almost no chance", 1, 5, with_high=False),
    Band("very unlikely", 5, 20, with_low=False, with_high=False),
    Band("unlikely", 20, 45, with_low=False, with_high=False),
    Band("roughly even chance", 45, 55, with_low=False, with_high=False),
    Band("likely", 55, 80, with_low=False, with_high=False),
    Band("very likely", 80, 95, with_low=False, with_high=False),
    Band("almost certain", 95, 99, with_low=False),
)

# Below or above every band, and on these, a number stands alone although neighbours exist.
_WORDLESS = {"phia": (50.0,), "icd203": (5.0, 20.0, 45.0, 55.0, 80.0, 95.0)}
_BANDS: dict[str, tuple[Band, ...]] = {"phia": _PHIA, "icd203": _ICD203, "none": ()}

_NAMES = {
    "phia": "PHIA probability yardstick (United Kingdom, Professional Head of Intelligence Assessment; "
    '"Explaining uncertainty in UK intelligence assessment", GOV.UK, 24 March 2025)',
    "icd203": "ICD 203 (United States, Intelligence Community Directive 203, Analytic Standards, 2 January 2015)",
    "none": "none, probabilities are given as numbers only",
}

_NOTES = {
    "phia": "The bands leave gaps on purpose, so that the words do not sound more exact than they are. A number in a "
    "gap is described by both neighbours. 0, 50 and 100 % have no word.",
    "icd203": "A number on an edge that two bands share, below 1 % or above 99 % is given without a word.",
    "none": "",
}


def bands(standard: Standard) -> tuple[Band, ...]:
    """Return the standard's bands, from the least to the most likely; none for ``none``."""
    return _BANDS[standard]


def standard_name(standard: Standard) -> str:
    """Return the standard's full name with publisher and date."""
    return _NAMES[standard]


def standard_note(standard: Standard) -> str:
    """Return what the standard leaves without a word, in plain English; empty for ``none``."""
    return _NOTES[standard]


def words(p: float, standard: Standard) -> tuple[str, ...]:
    """Return the words for probability ``p``: one in a band, both neighbours in a gap, none elsewhere.

    Args:
        p: a probability between 0 and 1.
        standard: ``phia``, ``icd203`` or ``none``.

    Raises:
        ValueError: ``p`` lies outside [0, 1].

    Examples:
        >>> words(0.62, "phia"), words(0.07, "phia"), words(0.5, "phia")
        (('likely',), ('remote chance', 'highly unlikely'), ())
        >>> words(0.2, "icd203"), words(0.995, "icd203")
        ((), ())
    """
    if not -_NOISE <= p <= 1 + _NOISE:
        raise ValueError(f"{p!r} is no probability")
    percent = _without_noise(float(p) * 100, standard)
    known = _BANDS[standard]
    for band in known:
        above = percent > band.low or (band.with_low and percent == band.low)
        below = percent < band.high or (band.with_high and percent == band.high)
        if above and below:
            return (band.word,)
    if percent in _WORDLESS.get(standard, ()):
        return ()
    lower = [band.word for band in known if band.high <= percent]
    upper = [band.word for band in known if band.low >= percent]
    return (lower[-1], upper[0]) if lower and upper else ()


def word(p: float, standard: Standard) -> str:
    """Return the words for ``p`` as text, empty where the standard has none.

    Examples:
        >>> word(0.07, "phia")
        'between remote chance and highly unlikely'
    """
    found = words(p, standard)
    return f"between {found[0]} and {found[1]}" if len(found) == 2 else "".join(found)


def percent(p: float, standard: Standard = "none") -> str:
    """Return ``p`` in per cent with no more decimals than it takes to tell the truth.

    The printed number has the same words as ``p``, and a possible event is never printed as 0 % nor an uncertain
    one as 100 %. Beyond three decimals it says ``under`` or ``over``.

    Examples:
        >>> percent(0.62), percent(0.004), percent(0.9999999)
        ('62 %', '0.4 %', 'over 99.999 %')
        >>> percent(0.054), percent(0.054, "phia")
        ('5 %', '5.4 %')
    """
    exact = _without_noise(float(p) * 100, standard)
    for decimals in range(_MOST_DECIMALS + 1):
        text = fixed(exact, decimals)
        if tells(text, p, standard):
            return f"{text} %"
    if exact < 50:
        return f"under {10**-_MOST_DECIMALS:g} %" if exact < 10**-_MOST_DECIMALS else f"{exact:.9g} %"
    return f"over {100 - 10**-_MOST_DECIMALS:.{_MOST_DECIMALS}f} %" if exact > 99.999 else f"{exact:.9g} %"


def tells(text: str, p: float, standard: Standard) -> bool:
    """Return whether the number ``text`` (in per cent) says of ``p`` what the unrounded number says."""
    shown = min(max(float(text) / 100, 0.0), 1.0)
    exact = _without_noise(float(p) * 100, standard)
    sure = (shown == 0) == (exact == 0) and (shown == 1) == (exact == 100)
    return sure and words(shown, standard) == words(p, standard)


def phrase(p: float, standard: Standard) -> str:
    """Return word and number, ``likely (62 %)``; the number alone where there is no word.

    Examples:
        >>> phrase(0.62, "icd203"), phrase(0.5, "phia"), phrase(0.62, "none")
        ('likely (62 %)', '50 %', '62 %')
    """
    name, number = word(p, standard), percent(p, standard)
    return f"{name} ({number})" if name else number


def range_phrase(low: float, high: float, standard: Standard) -> str:
    """Return the words for the range from ``low`` to ``high``, both of them if the range spans bands.

    Examples:
        >>> range_phrase(0.3, 0.62, "phia")
        'unlikely (30 %) to likely (62 %)'
        >>> range_phrase(0.6, 0.7, "phia")
        'likely (60 % to 70 %)'
    """
    if percent(low, standard) == percent(high, standard):
        return phrase(low, standard)
    first, last = word(low, standard), word(high, standard)
    if first == last:
        both = f"{percent(low, standard)} to {percent(high, standard)}"
        return f"{first} ({both})" if first else both
    return f"{phrase(low, standard)} to {phrase(high, standard)}"


def _without_noise(percent: float, standard: Standard) -> float:
    """Return ``percent``, or the limit that it misses only by floating-point noise."""
    limits = {0.0, 50.0, 100.0, *(edge for band in _BANDS[standard] for edge in (band.low, band.high))}
    nearest = min(limits, key=lambda limit: abs(limit - percent))
    return nearest if abs(nearest - percent) <= 100 * _NOISE else percent
