"""Included files on a disk: where paths count from, what cannot be read, circles, links."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import planner
from planner import files
from planner.included import DEPTH
from tests.core.several import HEAD, TALKS, line

if TYPE_CHECKING:
    from planner.core.diagnostics import Diagnostic


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of our own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(**texts: str) -> None:
    """Write files; `sub__talks` is `sub/talks.yaml`."""
    for name, text in texts.items():
        path = Path(f"{name.replace('__', '/')}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def including(file: str) -> str:
    return line(f"talks: {{file: {json.dumps(file)}}}")


def fault(path: str = "line.yaml") -> Diagnostic:
    (one,) = (each for each in files.check(path) if each.severity == "error")
    return one


def message(path: str = "line.yaml") -> str:
    """Return what is said about an include that cannot be read, after its place was looked at."""
    one = fault(path)
    assert (one.code, one.file) == ("P123", path)
    head, _, rest = one.message.partition(" cannot be included: ")
    assert head == f"'{one.source.data['include']['talks']['file']}'"  # type: ignore[index]
    return rest


def test_paths_count_from_the_folder_of_the_including_file() -> None:
    write(deep__line=including("sub/middle.yaml"), deep__sub__middle=including("../../talks.yaml"), talks=TALKS)
    scenario = planner.load("deep/line.yaml")
    assert "talks/talks/answer" in scenario.nodes
    assert scenario.source is not None
    assert [path for path, _ in scenario.source.files()] == ["sub/middle.yaml", "../talks.yaml"]
    write(talks=TALKS.replace("p: hope", "p: hop"))
    assert fault("deep/line.yaml").file == "talks.yaml"


def test_fingerprint_is_the_same_from_every_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    write(sub__line=including("./parts/../parts/talks.yaml"), sub__parts__talks=TALKS)
    first = planner.load("sub/line.yaml").fingerprint
    monkeypatch.chdir("sub")
    assert planner.load("line.yaml").fingerprint == planner.load(Path("line.yaml").resolve()).fingerprint == first


def test_fingerprint_changes_with_an_included_file_alone() -> None:
    write(line=including("talks.yaml"), talks=TALKS, other=TALKS)
    first = planner.load("line.yaml").fingerprint
    write(other=HEAD)
    assert planner.load("line.yaml").fingerprint == first
    write(talks=TALKS + "# later\n")
    assert planner.load("line.yaml").fingerprint != first


def test_standard_input_counts_from_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    write(sub__talks=TALKS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(including("sub/talks.yaml").encode())))
    assert "talks/answer" in planner.load("-").nodes


def test_missing_file() -> None:
    write(line=including("tlaks.yaml"), talks=TALKS)
    assert message() == "there is no file 'tlaks.yaml'"
    assert fault().help == "did you mean 'talks.yaml'?"
    write(sub__line=including("../talk.yaml"))
    assert message("sub/line.yaml") == "there is no file 'talk.yaml'"
    assert fault("sub/line.yaml").help == "did you mean '../talks.yaml'?"
    write(line=including("nowhere/at/all.yaml"))
    assert fault().help == "paths count from the folder of this file"


def test_ending_left_out() -> None:
    write(line=including("talks"), talks=TALKS)
    assert fault().help == "did you mean 'talks.yaml'?"


def test_file_behind_a_file() -> None:
    write(line=including("talks.yaml/x.yaml"), talks=TALKS)
    assert message() == "'talks.yaml/x.yaml' cannot be read: not a directory"


@pytest.mark.parametrize(
    ("file", "said"), [("sub", "'sub' is a folder"), ("", "'.' is a folder"), (".", "'.' is a folder")]
)
def test_folder(file: str, said: str) -> None:
    write(line=including(file), sub__talks=TALKS)
    assert message() == said


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read() -> None:
    write(line=including("talks.yaml"), talks=TALKS)
    Path("talks.yaml").chmod(0)
    assert message() == "'talks.yaml' cannot be read: permission denied"


def test_name_that_is_too_long() -> None:
    write(line=including("x" * 300))
    assert message() == f"'{'x' * 300}' cannot be read: file name too long"


def test_absolute_path() -> None:
    write(line=including(str(Path("talks.yaml").resolve())), talks=TALKS)
    assert message() == "its path is absolute, which holds on one machine alone"
    assert fault().help == "write it from this file's folder"


def test_what_is_no_regular_file() -> None:
    os.mkfifo("talks.yaml")  # reading it would wait for ever
    write(line=including("talks.yaml"))
    assert message() == "'talks.yaml' is no regular file"


def test_file_called_like_standard_input() -> None:
    Path("-").write_text(TALKS)
    write(line=including("-"))
    assert "talks/answer" in planner.load("line.yaml").nodes


def test_file_that_is_not_utf8() -> None:
    write(line=including("talks.yaml"))
    Path("talks.yaml").write_bytes(TALKS.replace("An agreement", "Ein Erfolg für alle").encode("latin-1"))
    one = fault()
    assert (one.code, one.file, one.line) == ("P001", "talks.yaml", 18)


def test_empty_file_and_no_mapping() -> None:
    write(line=including("talks.yaml"), talks="")
    assert (fault().code, fault().file) == ("P004", "talks.yaml")
    write(talks="- a\n")
    assert (fault().code, fault().file) == ("P005", "talks.yaml")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_circle(count: int) -> None:
    for number in range(count):
        write(**{f"f{number}": including(f"f{(number + 1) % count}.yaml")})
    one = fault("f0.yaml")
    names = " -> ".join(f"f{number % count}.yaml" for number in range(count + 1))
    assert (one.code, one.slug, one.help) == ("P124", "include-cycle", "let one of the files stand alone")
    assert one.message == f"'f0.yaml' cannot be included: the files include each other: {names}"
    assert one.file == f"f{count - 1}.yaml"


def test_circle_that_does_not_hold_the_first_file() -> None:
    write(line=including("a.yaml"), a=including("b.yaml"), b=including("a.yaml"))
    assert fault().message.endswith("a.yaml -> b.yaml -> a.yaml")


def test_circle_through_a_link() -> None:
    write(line=including("other.yaml"))
    Path("other.yaml").symlink_to("line.yaml")
    assert (fault().code, fault().file) == ("P124", "line.yaml")


def test_circle_through_a_folder_that_holds_itself() -> None:
    Path("loop").symlink_to(".")
    write(line=including("loop/line.yaml"))
    assert fault().code == "P124"


def test_same_file_twice_is_no_circle() -> None:
    names = "talks: {file: talks.yaml}, a: {file: middle.yaml}, b: {file: middle.yaml}"
    write(
        line=line(names, options="x: {to: a}, y: {to: b}, z: {to: talks}"), middle=including("talks.yaml"), talks=TALKS
    )
    scenario = planner.load("line.yaml")
    assert {"talks/answer", "a/talks/answer", "b/talks/answer"} <= set(scenario.nodes)
    assert scenario.source is not None
    assert [path for path, _ in scenario.source.files()] == ["talks.yaml", "middle.yaml"]


def test_files_under_two_names() -> None:
    write(
        line=line("talks: {file: talks.yaml}, link: {file: link.yaml}", options="a: {to: talks}, b: {to: link}"),
        talks=TALKS,
    )
    Path("link.yaml").symlink_to("talks.yaml")
    scenario = planner.load("line.yaml")
    assert scenario.nodes.keys() >= {"talks/answer", "link/answer"}
    assert scenario.source is not None
    assert [path for path, _ in scenario.source.files()] == ["talks.yaml", "link.yaml"]


def test_link_includes_from_its_own_folder() -> None:
    """A link to a file in another folder may bring other files with it: no one's text is taken for the other's."""
    write(
        line=line("talks: {file: a/middle.yaml}, b: {file: b/middle.yaml}", options="x: {to: talks}, y: {to: b}"),
        a__middle=including("talks.yaml"),
        a__talks=TALKS,
        b__talks=TALKS.replace("gain: 10", "gain: 99"),
    )
    Path("b/middle.yaml").symlink_to("../a/middle.yaml")
    parameters = planner.load("line.yaml").parameters
    assert (parameters["talks/talks/gain"].value.constant, parameters["b/talks/gain"].value.constant) == (10, 99)


def test_depth_is_limited() -> None:
    last = 2000  # deeper than Python calls
    for number in range(last):
        write(**{f"f{number}": including(f"f{number + 1}.yaml")})
    write(**{f"f{last}": TALKS})
    one = fault("f0.yaml")
    assert (one.code, one.file) == ("P123", f"f{DEPTH}.yaml")
    assert one.message.endswith(f"files include files more than {DEPTH} levels deep")
    assert planner.load(f"f{last - DEPTH}.yaml").nodes


def test_number_as_a_name() -> None:
    write(line=line("talks: {file: 2026}"))
    assert fault().message == "'2026' cannot be included: there is no file '2026'"
    Path("2026").write_text(TALKS)
    assert planner.load("line.yaml").nodes


def test_edited_text_finds_what_it_newly_includes() -> None:
    write(line=including("talks.yaml"), talks=TALKS, other=TALKS)
    source = files.read_source("line.yaml")
    changed = source.changed(source.text.replace("talks.yaml", "other.yaml"))
    assert changed.included["talks"].source is not None
    assert changed.included["talks"].source.path == "other.yaml"
    assert changed.changed(source.text).included["talks"].source is not None
    assert source.changed(TALKS).included == {}


def test_bytes_come_back_with_the_source() -> None:
    raw = b"\xef\xbb\xbf" + TALKS.replace("\n", "\r\n").encode()
    Path("talks.yaml").write_bytes(raw)
    write(line=including("talks.yaml"))
    source = files.read_source("line.yaml")
    assert [(path, text.raw) for path, text in source.files()] == [("talks.yaml", raw)]
