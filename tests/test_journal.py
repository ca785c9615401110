from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from planner import journal
from planner.files import fingerprint
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "planner.toml").touch()
    (tmp_path / "scenarios").mkdir()
    file = tmp_path / "scenarios" / "a.yaml"
    file.write_bytes(b"new")
    return file


def keep(file: Path, before: bytes, after: bytes, command: str = "set a.yaml x=1") -> str | None:
    return journal.record(file, before, fingerprint(after), command=command, now=NOON)


def test_an_edit_is_kept_with_the_bytes_before(file: Path, tmp_path: Path):
    assert keep(file, b"old\r\n\xff", b"new", "set a.yaml 'title=Ü'") is None
    (entry,) = journal.entries(journal.home(file))
    assert entry.file == file
    assert entry.content() == b"old\r\n\xff"
    assert (entry.before, entry.after) == (fingerprint(b"old\r\n\xff"), fingerprint(b"new"))
    assert (entry.command, entry.at) == ("set a.yaml 'title=Ü'", "2026-11-23T12:00:00+00:00")
    assert entry.place.parent == tmp_path / ".planner" / "undo"


def test_names_that_are_not_utf_8_are_kept(file: Path):
    odd = file.parent / os.fsdecode(b"b\xffd.yaml")
    odd.write_bytes(b"new")
    assert keep(odd, b"old", b"new", f"set {odd} x=1") is None
    (entry,) = journal.entries(journal.home(file))
    assert (entry.file, entry.command) == (odd, f"set {odd} x=1")
    assert journal.touched(journal.home(file)) == odd


def test_it_stands_in_the_workspace_or_beside_the_file(file: Path, tmp_path: Path):
    assert journal.home(file) == journal.home(tmp_path) == journal.home(file.parent) == tmp_path / ".planner"
    (tmp_path / "planner.toml").unlink()
    assert journal.home(file) == file.parent / ".planner"


def test_git_does_not_see_it(file: Path, tmp_path: Path):
    keep(file, b"old", b"new")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    seen = subprocess.run(["git", "-C", tmp_path, "status", "-s"], check=True, capture_output=True, text=True).stdout
    assert ".planner" not in seen
    assert "planner.toml" in seen


def test_links_and_moved_workspaces_lead_to_the_same_edits(file: Path, tmp_path: Path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    keep(link, b"old", b"new")
    assert len(journal.entries(journal.home(file), file)) == len(journal.entries(journal.home(link), link)) == 1
    (tmp_path / "moved").mkdir()
    for name in (".planner", "scenarios", "planner.toml"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    moved = tmp_path / "moved" / "scenarios" / "a.yaml"
    assert [entry.file for entry in journal.entries(journal.home(moved), moved)] == [moved]


def test_the_oldest_are_dropped(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(journal, "MAX_ENTRIES", 3)
    for number in range(6):
        keep(file, b"%d" % number, b"%d" % (number + 1))
    assert [entry.content() for entry in journal.entries(journal.home(file))] == [b"3", b"4", b"5"]


def test_it_never_takes_more_room_than_it_may(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(journal, "MAX_BYTES", 5000)
    for _ in range(12):
        keep(file, os.urandom(1000), b"new")
    kept = journal.entries(journal.home(file))
    assert 2 <= len(kept) <= 4
    assert sum(entry.place.stat().st_size for entry in kept) <= 5000
    note = keep(file, os.urandom(6000), b"new")
    assert note == "this edit cannot be undone: the file is too large for the journal"
    assert [entry.place for entry in journal.entries(journal.home(file))] == [entry.place for entry in kept]


def test_the_limits_are_those_that_the_help_names():
    assert (journal.MAX_ENTRIES, journal.MAX_BYTES) == (100, 16 * 1024 * 1024)


def test_a_journal_that_cannot_be_written_is_a_note(file: Path, tmp_path: Path):
    (tmp_path / ".planner").write_text("in the way")
    note = keep(file, b"old", b"new")
    assert note is not None
    assert note.startswith("this edit cannot be undone: the journal in '")
    assert journal.entries(journal.home(file)) == []


def test_damaged_entries_are_passed_over(file: Path):
    for number in range(4):
        keep(file, b"%d" % number, b"%d" % (number + 1))
    places = [entry.place for entry in journal.entries(journal.home(file))]
    places[0].write_bytes(b"")
    places[1].write_bytes(b'{"file": 3}\n')
    places[2].write_bytes(places[2].read_bytes()[:-4])
    (places[0].parent / "notes.txt").write_text("not ours")
    (places[0].parent / "0000000009-x.edit").mkdir()
    kept = journal.entries(journal.home(file))
    assert [entry.content() for entry in kept] == [None, b"3"]
    assert keep(file, b"x", b"y") is None


def test_nothing_is_left_when_the_disk_is_full(file: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "no space left" in (keep(file, b"old", b"new") or "")
    assert list((journal.home(file) / "undo").iterdir()) == []


def test_the_chain_follows_fingerprints_not_the_order_of_the_entries(file: Path):
    for before, after in [(b"b", b"c"), (b"a", b"b"), (b"x", b"y"), (b"c", b"d")]:
        keep(file, before, after)
    kept = journal.entries(journal.home(file))
    assert [entry.content() for entry in journal.chain(kept, fingerprint(b"d"), 9)] == [b"c", b"b", b"a"]
    assert [entry.content() for entry in journal.chain(kept, fingerprint(b"d"), 2)] == [b"c", b"b"]
    assert journal.chain(kept, fingerprint(b"a"), 1) == []


def test_the_chain_ends_where_edits_went_in_a_circle(file: Path):
    for before, after in [(b"a", b"b"), (b"b", b"a"), (b"a", b"b")]:
        keep(file, before, after)
    found = journal.chain(journal.entries(journal.home(file)), fingerprint(b"b"), 99)
    assert [entry.content() for entry in found] == [b"a", b"b", b"a"]


CHILD = """
import sys
from datetime import UTC, datetime
from planner import journal
for number in range(25):
    journal.record(sys.argv[1], b"%d" % number * 1000, sys.argv[2], command=sys.argv[2], now=datetime.now(UTC))
"""


def test_processes_at_once_never_spoil_it(file: Path):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, file, name], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        for name in ("one", "two", "three")
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    kept = journal.entries(journal.home(file))
    assert sorted(entry.command for entry in kept) == ["one"] * 25 + ["three"] * 25 + ["two"] * 25
    for name in ("one", "two", "three"):
        mine = [entry.content() for entry in kept if entry.command == name]
        assert mine == [b"%d" % number * 1000 for number in range(25)]


def test_times_are_kept_with_their_zone(file: Path):
    local = NOON.astimezone().replace(microsecond=0) + timedelta(hours=1)
    journal.record(file, b"old", "x", command="", now=local)
    assert datetime.fromisoformat(journal.entries(journal.home(file))[0].at) == local
