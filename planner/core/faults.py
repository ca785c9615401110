"""The table of faults that the text of a scenario file can have, before anybody asks what it means."""

from __future__ import annotations

from dataclasses import dataclass

DEPTH = 100
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault in the text of a file.

    In ``bad`` the marks « and » enclose what the message points at; they are no part of the example. A byte
    that is not UTF-8 stands there as Python's surrogate escape, so ``bad`` without its marks is what
    `Source.from_text` takes. It is empty where an example would be too long to print.
    """

    code: str
    slug: str
    title: str
    why: str
    bad: str
    good: str

    @property
    def shown(self) -> str:
        """The bad example without marks, in characters that can be printed."""
        from planner.core.excerpt import visible

        plain = self.bad.replace("«", "").replace("»", "")
        text = plain.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return "\n".join(visible(line) for line in text.split("\n"))


FAULTS: tuple[Fault, ...] = (
    Fault(
        "P001",
        "encoding",
        "text that is not UTF-8",
        "A file in another encoding would show other letters than its author wrote.",
        "title: Caf«\udce9» society\n",
        "title: Café society\n",
    ),
    Fault(
        "P002",
        "too-big",
        "more than 64 MiB of text",
        "So large a file is data or a mistake; it would fill the memory of a small machine.",
        "",
        "planner: 1\n",
    ),
    Fault(
        "P003",
        "control-character",
        "a character that YAML does not allow",
        "Control characters are invisible and come from copying or from binary files.",
        "title: One line«\x0c» on Moscow\n",
        "title: One line on Moscow\n",
    ),
    Fault("P004", "empty", "an empty file", "There is nothing to read.", "«»# nothing yet\n", "planner: 1\n"),
    Fault(
        "P005",
        "not-a-mapping",
        "a file that is no mapping",
        "A scenario is a mapping: every line at the margin is a key with a colon.",
        "«- line\n- talks»\n",
        "nodes: {}\n",
    ),
    Fault(
        "P006",
        "second-document",
        "a second document",
        "One file is one scenario; what follows '---' would be lost silently.",
        "planner: 1\n«---»\nplanner: 1\n",
        "planner: 1\n",
    ),
    Fault(
        "P007",
        "too-deep",
        "nesting deeper than 100",
        "No scenario nests so deep; such a file is broken or meant to do harm.",
        "deep: " + "[" * (DEPTH - 1) + "«[»" + "]" * DEPTH + "\n",
        "deep: [[]]\n",
    ),
    Fault(
        "P008",
        "duplicate-key",
        "a key given twice",
        "Most YAML readers keep the last value silently, so a whole node can vanish.",
        "nodes:\n  talks: 1\n  «talks»: 2\n",
        "nodes:\n  talks: 1\n  follow-up: 2\n",
    ),
    Fault(
        "P009",
        "anchor",
        "an anchor",
        "Anchors and aliases hide where a value comes from and can blow up a small file.",
        "low: «&guess» 0.2\n",
        "low: 0.2\n",
    ),
    Fault(
        "P010",
        "alias",
        "an alias",
        "Anchors and aliases hide where a value comes from and can blow up a small file.",
        "high: «*guess»\n",
        "high: 0.2\n",
    ),
    Fault(
        "P011",
        "merge-key",
        "a merge key",
        "A merge key copies keys from elsewhere; it is no part of YAML 1.2.",
        "talks:\n  «<<»: {payoff: 3}\n",
        "talks: {payoff: 3}\n",
    ),
    Fault(
        "P012",
        "tag",
        "a tag",
        "Tags ask the reader for other types; the format needs none.",
        "value: «!!float» 3\n",
        "value: 3\n",
    ),
    Fault(
        "P013",
        "key-no-text",
        "a key that is a list or a mapping",
        "Every key of the format is a word, an id or a number.",
        "? «[uk, france]»\n: 3\n",
        "uk-and-france: 3\n",
    ),
    Fault(
        "P014",
        "number-not-finite",
        "a number that is not finite",
        "Infinity and 'not a number' would spread through every value of the scenario.",
        "payoff: «-.inf»\n",
        "payoff: -1000\n",
    ),
    Fault(
        "P015",
        "number-base",
        "a hexadecimal or octal number",
        "Readers disagree about such numbers; decimals cannot be misread.",
        "votes: «0x1F»\n",
        "votes: 31\n",
    ),
    Fault(
        "P016",
        "syntax",
        "text that is not YAML (or, in a .json file, not JSON)",
        "What cannot be parsed is not guessed at; the rest of the file is read when this is repaired.",
        "parties: [uk, «,» france]\n",
        "parties: [uk, france]\n",
    ),
    Fault(
        "P017",
        "tab",
        "a tab used for indentation",
        "Editors show tabs with different widths, so YAML takes spaces only.",
        "nodes:\n«\t»talks: 1\n",
        "nodes:\n  talks: 1\n",
    ),
    Fault(
        "P018",
        "indentation",
        "a line that is indented like none above",
        "Indentation says what belongs to what; keys of one mapping start in one column.",
        "talks:\n    name: Talks\n  «payoff»: 3\n",
        "talks:\n    name: Talks\n    payoff: 3\n",
    ),
    Fault(
        "P019",
        "quote",
        "a quotation mark that is not closed, or closed too early",
        "A quoted text runs to the next mark of its kind, over line ends too.",
        'title: «"One line»\nas_of: 2026-11-23\n',
        'title: "One line"\nas_of: 2026-11-23\n',
    ),
    Fault(
        "P020",
        "bracket",
        "a bracket without its partner",
        "A list or mapping in brackets runs to its closing bracket, over line ends too.",
        "stall: «{»p: rest, to: end\nstep: 1\n",
        "stall: {p: rest, to: end}\nstep: 1\n",
    ),
    Fault(
        "P021",
        "colon-space",
        "a colon without a space after it",
        "To YAML 'p:0.5' is one word, since 12:30 and https://… are; a key ends with ': '.",
        "stall: {«p:»0.5, to: end}\n",
        "stall: {p: 0.5, to: end}\n",
    ),
    Fault(
        "P022",
        "missing-colon",
        "a line without a colon",
        "Every line of a mapping is 'key: value' or 'key:'.",
        "talks:\n  name: Talks\n  «payoff»\n",
        "talks:\n  name: Talks\n  payoff: 3\n",
    ),
    Fault(
        "P023",
        "colon-in-text",
        "a colon and a space inside text without quotation marks",
        "A colon with a space after it ends a key, so YAML sees two keys in one line.",
        "title: «Moscow: one line»\n",
        'title: "Moscow: one line"\n',
    ),
    Fault(
        "P024",
        "reserved-start",
        "text that starts with a character that YAML keeps for itself",
        "A value cannot start with % @ ` * & ! | > or '? ' unless it stands in quotation marks.",
        "source: «@mod on 3 March»\n",
        'source: "@mod on 3 March"\n',
    ),
    Fault(
        "P025",
        "missing-comma",
        "a comma is missing between two entries",
        "In brackets the entries are separated by commas.",
        'stall: {name: "Stall" «to»: end}\n',
        'stall: {name: "Stall", to: end}\n',
    ),
    Fault(
        "P026",
        "escape",
        "an unknown escape in double quotation marks",
        "In double quotation marks a backslash starts an escape such as \\n; in single ones it is a backslash.",
        'source: "archive«\\m»oscow"\n',
        "source: 'archive\\moscow'\n",
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A fault and its place in the text, before it becomes a diagnostic of a source.

    ``related`` holds (start, end, words); ``edits`` the replacements of a sure repair titled ``title``.
    """

    code: str
    message: str
    start: int
    end: int
    label: str = ""
    help: str | None = None
    related: tuple[tuple[int, int, str], ...] = ()
    title: str = ""
    edits: tuple[tuple[int, int, str], ...] = ()
