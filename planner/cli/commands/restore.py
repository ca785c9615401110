"""`planner restore`: a saved text, as it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, printing, workspace

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.store import KeptTexts, Store


@click.command(
    "restore",
    cls=Command,
    examples=(
        "planner restore tutorial",
        "planner restore tutorial@2 -o scenarios/tutorial.yaml",
        "planner restore tutorial --into old/",
    ),
)
@click.argument("revision", metavar="NAME[@REV]", shell_complete=complete.saved)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, not to the terminal.")
@click.option("--into", metavar="FOLDER", help="Write the scenario and all files that it includes below FOLDER.")
@click.option("--included", metavar="PATH", help="Bring back one file that it includes, not the scenario's own.")
@click.option("--force", is_flag=True, help="Replace files that hold something else.")
@db_option
@printing
def command(
    out: Output,
    *,
    revision: str,
    output: str | None,
    into: str | None,
    included: str | None,
    force: bool,
    db: str | None,
) -> None:
    """Bring back a saved revision, byte for byte.

    Without a number it is the revision that was saved last. The files that it includes were saved with it: --into
    writes them all, each at its place. A file is not replaced while it holds a text that is not kept, unless --force
    says so.
    """
    from planner.files import write_atomic
    from planner.store import Store

    if into is not None and (output is not None or included is not None):
        raise click.UsageError("--into writes all files; give it without -o and --included.")
    name, number = _parsed(revision)
    with Store.open(workspace().database(db), create=False) as store:
        kept = store.texts(name, number)
        text = kept.text if included is None else _included(kept, included)
        to_file = output is not None and output != "-"
        replaced = _replaceable(store, name, output, text) if output is not None and to_file and not force else None
    if into is not None:
        _write_all(out, kept, into, force=force)
        return
    if output is None or not to_file:
        out.write_bytes(text)
    else:
        write_atomic(output, text, expect_fingerprint=replaced)
        out.say(f"wrote {output}")
    if kept.included and included is None:
        files = ", ".join(file.path for file in kept.included)
        out.say(f"{name}@{kept.revision} includes {files}; --into FOLDER writes them all")


def _replaceable(store: Store, name: str, path: str, text: bytes) -> str | None:
    """Return the fingerprint of a file whose text is kept, so that it may be replaced; None if there is no file.

    Raises:
        PlannerError: the file holds a text that is kept nowhere else.
    """
    from planner.errors import PlannerError
    from planner.files import fingerprint, read_bytes

    if not Path(path).is_file():
        return None
    present = read_bytes(path)
    if present != text and not store.keeps(name, present):
        raise PlannerError(
            f"'{path}' holds a text that is not kept as a revision of '{name}'",
            f"`planner save {path}` keeps it first, another -o leaves it alone, --force replaces it",
        )
    return fingerprint(present)


def _parsed(revision: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(?P<name>.+?)(?:@(?P<number>[0-9]+))?", revision)
    if found is None or ("@" in revision and found["number"] is None):
        raise click.BadParameter(
            f"'{revision}' is not a name, or a name with a number behind '@'.", param_hint="'NAME[@REV]'"
        )
    return found["name"], int(found["number"]) if found["number"] else None


def _included(kept: KeptTexts, path: str) -> bytes:
    """Return the text of one included file."""
    from planner.core.reader import nearest
    from planner.errors import PlannerError

    texts = {file.path: file.text for file in kept.included}
    if path not in texts:
        about = f"'{kept.scenario_name}@{kept.revision}'"
        near = nearest(path, texts)
        known = f"did you mean '{near}'?" if near else f"it includes {', '.join(texts) or 'no other file'}"
        raise PlannerError(f"{about} does not include '{path}'", known)
    return texts[path]


def _write_all(out: Output, kept: KeptTexts, folder: str, *, force: bool) -> None:
    """Write the scenario's file and those that it includes."""
    from planner.files import write_below

    texts = {file.path: file.text for file in kept.included}
    start = kept.text.removeprefix(b"\xef\xbb\xbf").lstrip()
    endings = (".json", ".yaml", ".yml") if start.startswith(b"{") else (".yaml", ".yml", ".json")
    own = next(name for ending in endings if (name := f"{kept.scenario_name}{ending}") not in texts)
    written = write_below(folder, {own: kept.text, **texts}, force=force)
    out.say(f"wrote {', '.join(written)} below {folder}" if written else f"all of it is below {folder} already")
