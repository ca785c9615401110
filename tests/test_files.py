from __future__ import annotations

import errno
import io
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner import files
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    files.write_atomic(file, "one\r\ntwo\n£\n")
    assert file.read_bytes() == b"one\r\ntwo\n\xc2\xa3\n"
    assert leftovers(tmp_path) == []


def test_permissions_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("old")
    file.chmod(0o640)
    files.write_atomic(file, "new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_new_file_obeys_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write_atomic(tmp_path / "a.yaml", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.yaml").stat().st_mode) == 0o640


def test_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "folder" / "link.yaml"
    real.write_text("old")
    link.parent.mkdir()
    link.symlink_to(real)
    files.write_atomic(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_changed_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("what was read")
    seen = files.fingerprint(file.read_bytes())
    file.write_text("what somebody wrote meanwhile")
    with pytest.raises(PlannerError, match="was changed by somebody else"):
        files.write_atomic(file, "mine", expect_fingerprint=seen)
    assert file.read_text() == "what somebody wrote meanwhile"
    assert leftovers(tmp_path) == []


def test_unchanged_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("what was read")
    files.write_atomic(file, "mine", expect_fingerprint=files.fingerprint(b"what was read"))
    assert file.read_text() == "mine"


def test_deleted_file_is_not_brought_back(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="cannot be written"):
        files.write_atomic(tmp_path / "gone.yaml", "mine", expect_fingerprint="0")
    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlannerError, match="no space left on device") as caught:
        files.write_atomic(file, "new")
    assert "free space" in caught.value.next_step
    assert file.read_text() == "old"
    assert leftovers(tmp_path) == []


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlannerError) as caught:
        files.write_atomic(tmp_path / "no" / "a.yaml", "new")
    assert caught.value.next_step == f"make the folder '{tmp_path / 'no'}' first"


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="is a folder"):
        files.write_atomic(tmp_path, "new")


@pytest.fixture
def shut_folder() -> Iterator[Path]:
    """Make a folder that may not be written to; root becomes nobody, because root may write anywhere."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "a.yaml").write_text("old")
        folder.chmod(0o555)
        if os.getuid() == 0:
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
            folder.chmod(0o755)


def test_read_only_folder(shut_folder: Path) -> None:
    with pytest.raises(PlannerError, match="permission denied") as caught:
        files.write_atomic(shut_folder / "a.yaml", "new")
    assert "permissions" in caught.value.next_step
    assert (shut_folder / "a.yaml").read_text() == "old"


def test_device_is_written_to_and_not_replaced() -> None:
    files.write_atomic(os.devnull, "new")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)  # noqa: PTH116 - the plain fact


def test_missing_file_with_a_near_name(tmp_path: Path) -> None:
    (tmp_path / "tutorial.yaml").write_text("")
    with pytest.raises(PlannerError) as caught:
        files.read_bytes(tmp_path / "tutoral.yaml")
    assert caught.value.next_step == f"did you mean '{tmp_path / 'tutorial.yaml'}'?"


def test_missing_ending(tmp_path: Path) -> None:
    (tmp_path / "tutorial.yaml").write_text("")
    with pytest.raises(PlannerError, match="did you mean"):
        files.read_bytes(tmp_path / "tutorial")


def test_folder_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="is a folder"):
        files.read_bytes(tmp_path)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"planner: 1\n")))
    assert files.read_bytes("-") == b"planner: 1\n"


def test_endless_file_is_cut_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    assert len(files.read_bytes("/dev/zero")) == 1001


def test_discover_takes_scenarios_in_order_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    others = ("sub/other.json", ".hidden/d.yaml", ".e.yaml", "notes.md", "scenario.schema.json")
    for name in ("b.yaml", "a.yml", "sub/c.json", *others):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"planner": 1}' if name in {"sub/c.json", "scenario.schema.json"} else "{}")
    assert files.discover(["b.yaml", ".", "-"]) == ["b.yaml", "a.yml", os.path.join("sub", "c.json"), "-"]  # noqa: PTH118


def test_discover_refuses_a_folder_without_scenarios(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="no scenario file"):
        files.discover([tmp_path])
