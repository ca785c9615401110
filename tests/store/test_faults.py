"""What goes wrong around a file gets one sentence, and the file stays as it was."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from planner.errors import PlannerError
from planner.store import Store, check, upgrade
from tests.store.conftest import NOBODY, StartChild
from tests.store.examples import NOW, run, scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SPACE = "free some space and try again; what was saved before is still there"


@pytest.fixture
def kept(file: Path) -> Path:
    """A file with something worth keeping."""
    fill(file)
    return file


def fill(path: Path) -> None:
    with Store.open(path) as store:
        store.save(scenario(raw=b"kept"), [run(50)], now=NOW)


def one_sentence(error: PlannerError) -> None:
    assert "\n" not in str(error)
    assert error.message
    assert error.next_step
    assert not error.message.endswith(".")


def garbage(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(20_000))


def words(path: Path) -> None:
    path.write_text("planner: 1\ntitle: not a database at all\n")


def cut(size: Callable[[int], int]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        os.truncate(path, size(path.stat().st_size))

    return damage


def overwritten(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.seek(4096)
        opened.write(random.Random(1).randbytes(path.stat().st_size - 4096))


def others(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE node (id); INSERT INTO node VALUES (1); PRAGMA user_version = 3")


def others_with_id(path: Path) -> None:
    others(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA application_id = 252006675; PRAGMA journal_mode = WAL")


def without_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE planner_schema")


def empty(path: Path) -> None:
    os.truncate(path, 0)


BAD = {
    "garbage": (garbage, "is damaged or no database"),
    "words": (words, "is damaged or no database"),
    "half": (cut(lambda size: size // 2), "is damaged"),
    "not a page": (cut(lambda _: 1000), "is damaged"),
    "last byte": (cut(lambda size: size - 1), "is damaged"),
    "a few bytes": (cut(lambda _: 50), "is damaged"),
    "nothing": (empty, "is empty, not a database"),
    "overwritten": (overwritten, "is damaged"),
    "others": (others, "is a database of another application"),
    "others with an id": (others_with_id, "is a database of another application"),
    "no version": (without_version, "does not say which schema it has"),
}


@pytest.mark.parametrize("use", [Store.open, upgrade, check])
@pytest.mark.parametrize("bad", BAD)
def test_bad_file_gets_a_sentence_and_is_left(kept: Path, bad: str, use: Callable[[Path], object]) -> None:
    damage, message = BAD[bad]
    damage(kept)
    before = kept.read_bytes()
    if use is check and bad == "no version":
        assert message in str(check(kept)[0])
    else:
        with pytest.raises(PlannerError, match=message) as caught:
            use(kept)
        one_sentence(caught.value)
        assert str(kept) in caught.value.message
    assert kept.read_bytes() == before
    assert list(kept.parent.iterdir()) == [kept]


def test_damage_behind_the_door(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'revision'").fetchone()
    with kept.open("r+b") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(b"\xff" * 4096)
    before = kept.read_bytes()
    with Store.open(kept) as store:
        for use in (store.history, lambda: store.save_scenario(scenario(), now=NOW), lambda: store.restore("line")):
            with pytest.raises(PlannerError, match="is damaged") as caught:
                use()
            one_sentence(caught.value)
    assert kept.read_bytes() == before
    assert [problem.kind for problem in check(kept)] == ["integrity"]
    assert kept.read_bytes() == before


def test_check_finds_rows_without_parents(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("DELETE FROM run")
        connection.commit()
    assert "has lost its row of table 'run'" in str(check(kept)[0])


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="is a folder, not a database"):
        Store.open(tmp_path)


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="No such file or directory") as caught:
        Store.open(tmp_path / "a" / "b" / "c.sqlite")
    one_sentence(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("mine")
    with pytest.raises(PlannerError) as caught:
        Store.open(tmp_path / "db" / "planner.sqlite")
    one_sentence(caught.value)
    assert (tmp_path / "db").read_text() == "mine"


@pytest.mark.parametrize("use", [check, lambda path: Store.open(path, create=False)])
def test_no_file_to_read(file: Path, use: Callable[[Path], object]) -> None:
    with pytest.raises(PlannerError, match="there is no database at"):
        use(file)
    assert not file.parent.exists()


# Other users: root may write everywhere, so a child gives its rights away first.


def test_read_only_folder_can_be_read_and_not_written(shared_folder: Path, child: StartChild) -> None:
    path = shared_folder / "db" / "planner.sqlite"
    fill(path)
    path.parent.chmod(0o555)
    path.chmod(0o444)
    before = path.read_bytes()
    assert child("read", path, uid=NOBODY).end() == {"texts": ["kept"], "writable": False}
    for do in ("save", "upgrade"):
        said = child(do, path, uid=NOBODY).end()
        assert said["error"] == f"'{path}' cannot be written: the file or its folder is read-only"
        assert said["next"] == "give a place that you may write with --db or PLANNER_DB"
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_file_of_somebody_else_who_is_writing_can_be_read(shared_folder: Path, child: StartChild) -> None:
    path = shared_folder / "db" / "planner.sqlite"
    with Store.open(path) as store:
        # The text stands in the log beside the file as long as the store is open.
        store.save_scenario(scenario(raw=b"kept"), now=NOW)
        assert child("read", path, uid=NOBODY).end() == {"texts": ["kept"], "writable": False}


def test_read_only_folder_for_a_new_file(shared_folder: Path, child: StartChild) -> None:
    shared_folder.chmod(0o555)
    for path in (shared_folder / "planner.sqlite", shared_folder / "db" / "planner.sqlite"):
        said = child("save", path, uid=NOBODY).end()
        assert "Permission denied" in said["error"] or "cannot be opened" in said["error"]
        assert said["next"]
    assert list(shared_folder.iterdir()) == []


def test_read_only_folder_for_a_backup(shared_folder: Path, child: StartChild) -> None:
    path = shared_folder / "db" / "planner.sqlite"
    fill(path)
    shared_folder.chmod(0o555)
    said = child("backup", path, uid=NOBODY, target=str(shared_folder / "copy")).end()
    assert str(shared_folder / "copy") in said["error"]
    assert not (shared_folder / "copy").exists()


def test_file_that_may_not_be_read(shared_folder: Path, child: StartChild) -> None:
    path = shared_folder / "planner.sqlite"
    fill(path)
    path.chmod(0)
    said = child("read", path, uid=NOBODY).end()
    assert (said["error"], said["next"]) == (
        f"'{path}' cannot be opened",
        "look at the permissions of the file and of its folder",
    )


# Full disks: a real small one where mounting is allowed, a limit on the size of files everywhere.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if os.getuid() != 0 or mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_full_disk_changes_nothing(small_disk: Path) -> None:
    path = small_disk / "planner.sqlite"
    fill(path)
    before = path.read_bytes()
    with Store.open(path) as store:
        with pytest.raises(PlannerError, match=r"the disk is full: '.*' was not changed") as caught:
            store.save(scenario(raw=b"too much"), [run(20_000)], now=NOW)
        assert caught.value.next_step == SPACE
        assert store.restore("line") == b"kept"
        assert store.save_scenario(scenario(raw=b"small"), now=NOW).revision == 2
        assert store.check() == []
    assert path.read_bytes() != before


def test_full_disk_while_making_a_file_leaves_none(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(480 * 1024))
    with pytest.raises(PlannerError, match=r"the disk (is full|refused)") as caught:
        Store.open(small_disk / "planner.sqlite")
    one_sentence(caught.value)
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]


def test_full_disk_while_copying_leaves_no_copy(small_disk: Path, file: Path) -> None:
    with Store.open(file) as store:
        store.save(scenario(raw=b"kept"), [run(20_000)], now=NOW)
        with pytest.raises(PlannerError, match=r"the disk (is full|refused)"):
            store.backup(small_disk / "copy")
    assert list(small_disk.iterdir()) == []


def test_disk_that_takes_no_more_changes_nothing(kept: Path, child: StartChild) -> None:
    before = kept.read_bytes()
    said = child("save", kept, text="too much", decisions=20_000, file_limit=600_000).end()
    assert said == {"error": f"the disk refused to write or read '{kept}'", "next": SPACE}
    with Store.open(kept) as store:
        assert store.restore("line") == b"kept"
        assert store.check() == []
    assert kept.read_bytes() == before
    assert list(kept.parent.iterdir()) == [kept]


def test_file_that_may_grow_no_more_changes_nothing(kept: Path) -> None:
    before = kept.read_bytes()
    with Store.open(kept) as store:
        with store._database.read() as connection:
            # https://www.sqlite.org/pragma.html#pragma_max_page_count: SQLite answers as on a full disk.
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(PlannerError, match=r"the disk is full: '.*' was not changed"):
            store.save(scenario(raw=b"too much"), [run(5_000)], now=NOW)
        assert [entry.revision for entry in store.history()] == [1]
    assert kept.read_bytes() == before
