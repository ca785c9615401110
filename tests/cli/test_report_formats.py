from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.report import documents

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

TUTORIAL = "scenarios/tutorial.yaml"
FAST = ("--analyses", "none", "--no-save")


def written() -> set[str]:
    return {path.name for path in Path("reports").glob("*")} if Path("reports").is_dir() else set()


def test_several_at_once(cli: Cli):
    pytest.importorskip("typst")
    pytest.importorskip("pypandoc")
    result = cli("report", TUTORIAL, *FAST, "--format", "md,html,pdf", "--format", "docx,pptx,html")
    assert (result.code, result.err) == (0, "")
    lines = [line for line in result.out.splitlines() if line.startswith("report")]
    assert lines == [
        "report  reports/tutorial.md with 2 pictures beside it",
        *(f"report  reports/tutorial.{ending}" for ending in ("html", "pdf", "docx", "pptx")),
    ]
    starts = {"md": b"# An envoy", "html": b"<!DOCTYPE html>", "pdf": b"%PDF-", "docx": b"PK", "pptx": b"PK"}
    for ending, start in starts.items():
        assert Path(f"reports/tutorial.{ending}").read_bytes().startswith(start)


def test_markdown_alone_is_the_default(cli: Cli):
    cli("report", TUTORIAL, *FAST)
    assert written() == {"tutorial.md", "tutorial-options.svg", "tutorial-tree.svg"}


def test_a_document_alone_leaves_no_pictures_beside_it(cli: Cli):
    cli("report", TUTORIAL, *FAST, "--format", "html", "--kind", "brief")
    assert written() == {"tutorial-brief.html"}


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["-o", "a/b.html"], {"b.html"}),
        (["-o", "a/b.HTML"], {"b.HTML"}),
        (["-o", "a/b", "--format", "html"], {"b"}),
        (["-o", "a/b.page", "--format", "html"], {"b.page"}),
        (["-o", "a/b.md", "--format", "html,md"], {"b.html", "b.md", "b-tree.svg", "b-options.svg"}),
        (["-o", "a/b.v2", "--format", "html,md"], {"b.v2.html", "b.v2.md", "b.v2-tree.svg", "b.v2-options.svg"}),
        (["-o", "a/b.md"], {"b.md", "b-tree.svg", "b-options.svg"}),
        (["-o", "a/b.txt"], {"b.txt", "b-tree.svg", "b-options.svg"}),
    ],
)
def test_where_it_goes(cli: Cli, arguments: list[str], files: set[str]):
    result = cli("report", TUTORIAL, *FAST, *arguments)
    assert (result.code, result.err) == (0, "")
    assert {path.name for path in Path("a").iterdir()} == files
    pictured = {name for name in files if name.endswith(".svg")}
    texts = "".join(path.read_text() for path in Path("a").iterdir() if path.suffix in {".md", ".txt"})
    assert all(name in texts for name in pictured)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "odt"], "there is no format 'odt'; use some of md, html, pdf, docx, pptx"),
        (["-o", "b.html", "--format", "md"], "-o b.html asks for HTML, --format md for another"),
        (["-o", "-", "--format", "pdf"], "PDF is not text; name a file with -o"),
        (["-o", "-", "--format", "md,html"], "Several formats do not go into one stream"),
        (["--all", "--format", "html"], "--format shapes one paper"),
    ],
)
def test_what_cannot_be(cli: Cli, arguments: list[str], message: str):
    result = cli("report", *([] if "--all" in arguments else [TUTORIAL]), *arguments)
    assert result.code == 2
    assert message in " ".join(result.err.split())
    assert written() == set()


def test_printed_html_has_its_pictures(cli: Cli):
    result = cli("report", TUTORIAL, *FAST, "-o", "-", "--format", "html")
    assert result.out.startswith("<!DOCTYPE html>")
    assert result.out.count("<svg") == 2
    assert written() == set()


@pytest.mark.parametrize(
    ("format", "package"), [("pdf", "typst"), ("docx", "pypandoc-binary"), ("pptx", "pypandoc-binary")]
)
def test_without_the_extra(cli: Cli, monkeypatch: pytest.MonkeyPatch, format: str, package: str):
    monkeypatch.setattr(documents, "find_spec", lambda _: None)
    result = cli("report", TUTORIAL, "--format", f"md,{format}")
    assert result.code == 2
    assert f"needs the package '{package}', which is not installed" in result.err
    assert "pip install 'planner[documents]'" in result.err
    assert written() == set()
    assert not Path("db").exists()
    assert cli("report", TUTORIAL, *FAST, "--format", "md,html").code == 0


def test_a_failure_leaves_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    from planner.report.documents import html

    def fail(*_: object) -> bytes:
        raise RuntimeError("broken")

    monkeypatch.setattr(html, "html", fail)
    with pytest.raises(RuntimeError):
        cli("report", TUTORIAL, *FAST, "--format", "md,html")
    assert written() == set()


def test_settings(cli: Cli):
    Path("planner.toml").write_text('[report]\nformat = "md,html"\n')
    cli("report", TUTORIAL, *FAST)
    assert {"tutorial.md", "tutorial.html"} <= written()
    Path("planner.toml").write_text('[report]\nformat = ["html"]\n')
    assert cli("report", TUTORIAL, *FAST, "-o", "-").out.startswith("# An envoy")
    cli("report", TUTORIAL, *FAST, "-o", "x.md")
    assert Path("x.md").read_text().startswith("# An envoy")
    assert not Path("x.html").exists()


def test_the_style_of_the_house(cli: Cli):
    Path("planner.toml").write_text(
        '[report.style]\naccent = "#7b1e3c"\nheader = "Cabinet Office"\nfooter = "Official"\nlogo = "art/logo.svg"\n'
    )
    result = cli("report", TUTORIAL, *FAST, "--format", "html")
    assert result.code == 2
    assert "planner.toml: 'logo' in [report.style] is 'art/logo.svg', which cannot be read" in result.err
    assert written() == set()
    Path("art").mkdir()
    Path("art/logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"/>')
    assert cli("report", TUTORIAL, *FAST, "--format", "html").code == 0
    page = Path("reports/tutorial.html").read_text()
    assert "--accent: #7b1e3c" in page
    assert "<div>Cabinet Office</div><img src=" in page
    assert ">Official</div></footer>" in page
    Path("planner.toml").write_text('[report]\nstyle = "red"\n')
    assert "planner.toml: 'style' in [report] is no table" in cli("report", TUTORIAL, *FAST, "--format", "html").err


def test_what_somebody_worked_on_is_left(cli: Cli):
    pytest.importorskip("pypandoc")
    arguments = ("report", TUTORIAL, *FAST, "--format", "html,docx,md")
    assert cli(*arguments).code == 0
    assert cli(*arguments).code == 0
    page, word = Path("reports/tutorial.html"), Path("reports/tutorial.docx")
    page.write_text(page.read_text().replace("An envoy", "The envoy"))
    result = cli(*arguments)
    assert result.code == 2
    assert "'reports/tutorial.html' is left as it is: it was edited by hand" in result.err
    assert "The envoy" in page.read_text()
    assert cli(*arguments, "--force").code == 0
    with zipfile.ZipFile(word) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(word, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content.replace(b">planner<", b">Microsoft Office Word<"))
    assert "'reports/tutorial.docx' is left as it is" in cli(*arguments).err


def test_json(cli: Cli):
    found = json.loads(cli("report", TUTORIAL, *FAST, "--format", "html,md", "--json").out)["result"]
    assert found["report"] == "reports/tutorial.html"
    assert found["documents"] == {"html": "reports/tutorial.html", "md": "reports/tutorial.md"}
    assert len(found["pictures"]) == 2
    alone = json.loads(cli("report", TUTORIAL, *FAST, "--json").out)["result"]
    assert alone["documents"] == {"md": "reports/tutorial.md"}


def test_the_scenario_is_spared(cli: Cli):
    before = Path(TUTORIAL).read_bytes()
    result = cli("report", TUTORIAL, *FAST, "-o", TUTORIAL, "--format", "html")
    assert result.code == 2
    assert Path(TUTORIAL).read_bytes() == before


def test_languages(cli: Cli):
    cli("report", TUTORIAL, *FAST, "--format", "html", "--lang", "it")
    assert '<html lang="it">' in Path("reports/tutorial.html").read_text()
