"""The numbers of a paper: found, named, and put beside those of another."""

from __future__ import annotations

import pytest

from planner.report.figures import compared, figures, slug

PAPER = """# Title 2030

*Brief, as of 23 November 2026.*

## Odds

It is 54.3, not -7 % or 1,234.5; see `p=0.3` and [page 4](x9.svg).

1. First of 2.
2. Second

| Option | Value | Chance |
| ------ | ----: | -----: |
| **A 1** | 3.5 (+0.2) | 30 % |
| B | -0.276 | 16.8 percentage points |

## Odds

```mermaid
n0["9.9"]
```

<summary>8</summary>
![Values. A 3.5, B -1e-05.](paper-7.svg)
"""


def test_numbers_with_their_places():
    found = [(one.id, one.shown, one.value) for one in figures(PAPER)]
    assert found == [
        ("odds.1", "54.3", 54.3),
        ("odds.2", "-7 %", -0.07),
        ("odds.3", "1,234.5", 1234.5),
        ("odds.4", "4", 4.0),
        ("odds.5", "2", 2.0),
        ("odds.6", "1", 1.0),
        ("odds.7", "3.5", 3.5),
        ("odds.8", "+0.2", 0.2),
        ("odds.9", "30 %", 0.3),
        ("odds.10", "-0.276", -0.276),
        ("odds.11", "16.8 percentage points", pytest.approx(0.168)),
        ("odds-2.1", "3.5", 3.5),
        ("odds-2.2", "-1e-05", -1e-5),
    ]


def test_rows_and_heads_of_tables():
    by_id = {one.id: one for one in figures(PAPER)}
    assert (by_id["odds.8"].row, by_id["odds.8"].head, by_id["odds.8"].line) == ("**A 1**", "Value", 14)
    lines = PAPER.splitlines()
    for one in by_id.values():
        assert lines[one.line - 1][one.column - 1 :].startswith(one.text)


def test_how_much_one_in_the_last_place_is():
    by_id = {one.id: one for one in figures(PAPER)}
    assert by_id["odds.1"].unit_in_last_place == pytest.approx(0.1)
    assert by_id["odds.2"].unit_in_last_place == pytest.approx(0.01)
    assert by_id["odds-2.2"].unit_in_last_place == pytest.approx(1e-5)


def test_the_same_paper_holds():
    found = compared(PAPER, PAPER)
    assert len(found.pairs) == len(figures(PAPER))
    assert not found.different
    assert not found.lines


def test_one_changed_number_is_found_even_where_the_table_is_lined_up_anew():
    other = PAPER.replace("| B | -0.276 |", "| B |  -1,000.25 |").replace("| ----: |", "| --------: |")
    found = compared(PAPER, other)
    assert [(one.id, new and new.shown) for one, new in found.different] == [("odds.10", "-1,000.25")]
    assert not found.lines


def test_other_words_are_lines_and_their_numbers_have_no_partner():
    other = PAPER.replace("It is 54.3, not -7 % or 1,234.5", "Nothing of the kind can be said")
    found = compared(PAPER, other)
    assert found.lines == (7,)
    assert [(one.id, new) for one, new in found.different][:3] == [("odds.1", None), ("odds.2", None), ("odds.3", None)]


def test_a_line_that_is_new_takes_no_partner_away():
    other = PAPER.replace("## Odds\n\nIt", "## Odds\n\nA line with 1 and 2.\n\nIt", 1)
    assert not compared(PAPER, other).different


def test_names_of_sections():
    assert slug("Who wants what?") == "who-wants-what"
    assert slug("Qu'est-ce qui changerait ?") == "qu-est-ce-qui-changerait"
    assert slug("??") == "top"
