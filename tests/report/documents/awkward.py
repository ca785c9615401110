"""A scenario with all that documents find hard: long names, letters of other scripts, marks of markup, many options."""

from __future__ import annotations

LONG = "Reopen structured talks in four working groups with verification by a third party and a standing secretariat"
NAMES = (
    LONG,
    "مفاوضات مباشرة في طهران",
    "在北京重新开始谈判并建立核查机制",
    "Поговорить 🕊️ сначала",
    "<script>alert(1)</script> & <b>bold</b>",
    'Quotes " and \\ backslashes, $sums$, #marks, *stars*, _lines_ and [links](javascript:alert(2))',
    "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle",
    "| pipes | and `ticks` ~~and~~ {braces} %signs @places </style>",
)
SUMMARY = """\
    A summary may hold **Markdown**: a [link](https://example.org/a?b=1&c=2), one that must not work
    [bad](javascript:alert(3)), raw <script>alert(4)</script> and <img src=x onerror=alert(5)>.

    # A heading of the first level

    #### A heading that jumps

    1. one
       - inner *point*
       - another
    2. two

    > A quotation with ~~a mistake~~.

    ```python
    print("</pre><script>alert(6)</script>")
    ```

    | A | B |
    |---|--:|
    | x | 1 |

    ![a picture from elsewhere](https://example.org/p.png)

    <!-- nobody sees this -->

    <iframe src="https://example.org"></iframe>

    <details>
    <summary>More & more</summary>

    Folded away.

    </details>
"""


def awkward(options: int = 40) -> str:
    """Return the text of the scenario."""
    names = [NAMES[i] if i < len(NAMES) else f"Option {i + 1}: {LONG[: 20 + i]}" for i in range(options)]
    listed = "\n".join(
        f"      o{i}:\n        name: {quoted(name)}\n        payoff: {i % 7 + i / 10}\n        to: answer"
        for i, name in enumerate(names)
    )
    branches = "\n".join(
        f"      b{i}: {{name: {quoted(name)}, p: {p}, payoff: {i}}}"
        for i, (name, p) in enumerate(zip(NAMES[:4], ("0.4", "0.3", "0.2", "rest"), strict=True))
    )
    return f"""\
planner: 1
title: {quoted("Talks 谈判 محادثات <i>now</i> & then")}
question: {quoted("What of " + NAMES[4] + "?")}
as_of: 2026-11-23
summary: |
{SUMMARY}
parameters:
  hope: {{name: {quoted(NAMES[5])}, value: 0.5, low: 0.1, high: 0.9}}
nodes:
  start:
    decision: {quoted(NAMES[7])}
    options:
{listed}
  answer:
    chance: {quoted(NAMES[2])}
    branches:
{branches}
"""


def quoted(text: str) -> str:
    """Return a text as a YAML string."""
    return "'" + text.replace("'", "''") + "'"
