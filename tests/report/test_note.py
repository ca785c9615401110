"""The note at the end of a paper: what it keeps, that nobody sees it, and what it finds out."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from planner.report.note import (
    Note,
    find_papers,
    read_paper,
    relative,
    split,
    templates_fingerprint,
    text_fingerprint,
)

if TYPE_CHECKING:
    from pathlib import Path

BODY = "# A paper\n\nSend **one**.\n\n![A tree](p-tree.svg)\n"


def note(**changes: object) -> Note:
    known: dict[str, object] = {
        "scenario": "../scenarios/p.yaml",
        "fingerprint": "f" * 64,
        "version": "1.0",
        "options": {"set": {"q": 0.4}, "analyses": "all"},
        "text": text_fingerprint(BODY),
        "pictures": {"p-tree.svg": text_fingerprint("<svg/>\n")},
    }
    return Note(**(known | changes))  # type: ignore[arg-type]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "reports" / "p.md"
    path.parent.mkdir()
    path.write_text(f"{BODY}\n{note().comment()}")
    path.with_name("p-tree.svg").write_text("<svg/>\n")
    return path


def kinds(path: Path) -> list[str]:
    found = read_paper(path)
    assert found is not None
    return [reason.kind for reason in found.edits()]


def test_round_trip():
    assert split(f"{BODY}\n{note().comment()}") == (BODY, note())
    assert split(BODY) == (BODY, None)


@given(
    name=st.text(st.characters(exclude_characters="\0")),
    value=st.one_of(st.floats(allow_nan=False), st.text(), st.integers()),
)
def test_whatever_is_in_it_never_ends_the_comment(name: str, value: object):
    made = note(scenario=name, options={"set": {name: value}})
    comment = made.comment()
    assert comment.count("-->") == 1
    assert comment.isascii()
    assert split(f"{BODY}\n{comment}") == (BODY, made)


@pytest.mark.parametrize("scenario", ["../a--b.yaml", "../-->.yaml", "../<!--.yaml", "naïve\n\nplan.yaml"])
def test_no_reader_sees_it(scenario: str):
    shown = MarkdownIt("commonmark", {"html": False}).render(BODY)
    made = MarkdownIt("commonmark", {"html": True}).render(f"{BODY}\n{note(scenario=scenario).comment()}")
    before, mark, after = made.partition("<!--")
    assert before == shown.replace("\r", "")
    assert mark
    assert after.rstrip().endswith("-->")
    assert after.count("-->") == 1


def test_paper_as_it_was_made(paper: Path):
    assert kinds(paper) == []
    found = read_paper(paper)
    assert found is not None
    assert found.scenario == paper.parents[1] / "scenarios" / "p.yaml"


def test_line_ends_that_git_turned_are_no_edit(paper: Path):
    for path in paper.parent.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert kinds(paper) == []


def test_edited_text(paper: Path):
    paper.write_text(paper.read_text().replace("Send", "Do send"))
    assert kinds(paper) == ["edited"]


def test_text_behind_the_note_is_an_edit(paper: Path):
    paper.write_text(paper.read_text() + "\nP.S.\n")
    assert kinds(paper) == ["edited"]


def test_conflict_of_a_merge_is_named(paper: Path):
    paper.write_text("<<<<<<< ours\n" + paper.read_text())
    found = read_paper(paper)
    assert found is not None
    assert found.edits()[0].words == "it holds the marks of a conflict"


def test_pictures(paper: Path):
    picture = paper.with_name("p-tree.svg")
    picture.write_text("<svg>mine</svg>\n")
    assert kinds(paper) == ["picture edited"]
    picture.unlink()
    assert kinds(paper) == ["picture missing"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        json.dumps({"scenario": 1, "fingerprint": "f", "version": "1"}),
        json.dumps({"scenario": "a", "fingerprint": "f"}),
        json.dumps({"scenario": "a", "fingerprint": "f", "version": "1", "pictures": {"../x.svg": "1"}}),
        json.dumps({"scenario": "a", "fingerprint": "f", "version": "1", "pictures": {"x.svg": 1}}),
        json.dumps({"scenario": "a\0b", "fingerprint": "f", "version": "1"}),
        json.dumps({"scenario": "a", "fingerprint": "f", "version": "1", "options": []}),
    ],
)
def test_a_note_that_is_none(paper: Path, text: str):
    paper.write_text(f"{BODY}\n<!-- planner report 1\n{text}\n-->\n")
    assert kinds(paper) == ["unknown"]


def test_a_later_version_may_say_more(paper: Path):
    paper.write_text(paper.read_text().replace('"scenario"', '"unheard": "of",\n "scenario"'))
    assert kinds(paper) == []


def test_what_a_new_paper_would_undo(paper: Path):
    found = read_paper(paper)
    assert found is not None
    assert found.undone_by("# Another\n", {"p-tree.svg": "<svg>new</svg>\n"}) == []
    paper.write_text(paper.read_text().replace("Send", "Do send"))
    paper.with_name("p-tree.svg").write_text("<svg>mine</svg>\n")
    found = read_paper(paper)
    assert found is not None
    lost = found.undone_by(BODY, {"p-tree.svg": "<svg>new</svg>\n"})
    assert [reason.kind for reason in lost] == ["edited", "picture edited"]
    assert found.undone_by(found.body, {"p-tree.svg": "<svg>mine</svg>\n"}) == []  # it says the same
    assert [one.kind for one in found.undone_by(BODY, {})] == ["edited"]  # the picture is not replaced


def test_empty_file_is_nobody_s_work(tmp_path: Path):
    (tmp_path / "x.md").touch()
    found = read_paper(tmp_path / "x.md")
    assert found is not None
    assert found.undone_by(BODY, {}) == []
    assert read_paper(tmp_path) is None
    assert read_paper(tmp_path / "none.md") is None


def test_find_papers(paper: Path):
    folder = paper.parent
    (folder / "README.md").write_text("# Reports\n")
    (folder / "old").mkdir()
    (folder / "old" / "q.html").write_text(f"<p>Hello</p>\n{note().comment()}")
    (folder / "templates").mkdir()
    (folder / "templates" / "t.md").write_text(note().comment())
    (folder / ".hidden.md").write_text(note().comment())
    (folder / "bytes.md").write_bytes(b"\xff\xfe")
    assert [each.path.name for each in find_papers(folder)] == ["p.md", "q.html"]
    assert find_papers(folder / "none") == []


def test_path_from_the_paper_follows_links(tmp_path: Path):
    (tmp_path / "deep" / "reports").mkdir(parents=True)
    (tmp_path / "reports").symlink_to("deep/reports")
    (tmp_path / "p.yaml").touch()
    path = tmp_path / "reports" / "p.md"
    scenario = relative(tmp_path / "p.yaml", path.parent)
    assert scenario == "../../p.yaml"
    path.write_text(f"{BODY}\n{note(scenario=scenario).comment()}")
    found = read_paper(path)
    assert found is not None
    assert found.scenario is not None
    assert found.scenario.samefile(tmp_path / "p.yaml")


def test_templates(tmp_path: Path):
    assert templates_fingerprint(None, [tmp_path / "none"]) is None
    given_one = templates_fingerprint("{{ title }}", [])
    assert given_one != templates_fingerprint("{{ titel }}", [])
    assert given_one == templates_fingerprint("{{ title }}", [tmp_path / "none"])
    (tmp_path / "report.md.j2").write_text("one")
    one = templates_fingerprint(None, [tmp_path])
    (tmp_path / "other.md.j2").write_text("two")
    two = templates_fingerprint(None, [tmp_path])
    (tmp_path / "other.md.j2").write_text("three")
    assert len({None, one, two, templates_fingerprint(None, [tmp_path])}) == 4


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_a_paper_that_two_branches_changed(tmp_path: Path, style: str):
    def git(*arguments: str, check: bool = True) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", f"merge.conflictStyle={style}"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *arguments], check=check, capture_output=True)

    def commit(value: str) -> None:
        body = BODY.replace("one", value)
        made = note(fingerprint=value * 8, text=text_fingerprint(body), pictures={})
        (tmp_path / "p.md").write_text(f"{body}\n{made.comment()}")
        git("add", ".")
        git("commit", "-qm", value)

    git("init", "-q", "-b", "main")
    commit("base")
    git("checkout", "-qb", "theirs")
    commit("theirs")
    git("checkout", "-q", "main")
    commit("ours")
    git("merge", "theirs", check=False)
    assert "<<<<<<<" in (tmp_path / "p.md").read_text()
    (found,) = find_papers(tmp_path)
    assert found.note is not None
    assert found.note.options == note().options
    assert found.note.fingerprint == "ours" * 8
    assert [reason.words for reason in found.edits()] == ["it holds the marks of a conflict"]
