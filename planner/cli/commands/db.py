"""`planner db`: looking after the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from planner.cli.options import Command, db_option, printing, reading, workspace
from planner.cli.output import counted

if TYPE_CHECKING:
    from planner.cli.output import Output


class Commands(click.Group):
    """A group whose misspelt commands are answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, or say which one may be meant."""
        from planner.cli.app import did_you_mean

        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"There is no command '{args[0]}'.{did_you_mean(args[0], list(self.commands))}", ctx)
        return super().resolve_command(ctx, args)


@click.group("db", cls=Commands)
def command() -> None:
    """Look after the database: path, upgrade, check, backup.

    The database is memory, not truth: deleting it loses history, never a scenario. It is the workspace's
    db/planner.sqlite unless --db, PLANNER_DB or planner.toml say otherwise.
    """


@command.command("path", cls=Command, examples=('sqlite3 "$(planner db path)"',))
@db_option
@printing
def path(out: Output, *, db: str | None) -> None:
    """Print where the database is."""
    from planner.store import Location

    out.write(f"{Location.parse(workspace().database(db))}\n")


@command.command("upgrade", cls=Command, examples=("planner db upgrade --db postgresql://me@server/plans",))
@db_option
@printing
def upgrade(out: Output, *, db: str | None) -> None:
    """Bring the schema to this version, after a copy of a local file."""
    from planner.store import Location
    from planner.store import upgrade as upgraded

    place = workspace().database(db)
    done = upgraded(place)
    shown = workspace().shown_database(str(Location.parse(place)))
    if not done.changed:
        out.line(f"{shown} is up to date: schema {done.after}")
    elif done.before is None:
        out.line(f"made {shown} with schema {done.after}")
    else:
        copy = f"; the copy made before is {workspace().shown(done.backup)}" if done.backup else ""
        out.line(f"upgraded {shown} from schema {done.before} to {done.after}{copy}")


@command.command("check", cls=Command, examples=("planner db check",))
@db_option
@reading
def check(out: Output, *, db: str | None) -> int:
    """Test the database: the file itself, its references, its schema, every text."""
    from planner.store import Location
    from planner.store import check as checked

    place = workspace().database(db)
    shown = workspace().shown_database(str(Location.parse(place)))
    problems = checked(place)
    if out.json:
        rows = [{"kind": one.kind, "message": one.message} for one in problems]
        out.envelope({"problems": rows}, settings={"db": shown})
    else:
        for one in problems:
            out.line(f"{one.kind}: {one.message}")
        out.line(f"{shown}: {counted(len(problems), 'problem') if problems else 'no problems'}")
    return int(bool(problems))


@command.command("backup", cls=Command, examples=("planner db backup", "planner db backup /mnt/archive/planner.sqlite"))
@click.argument("target", required=False, metavar="[FILE]")
@db_option
@printing
def backup(out: Output, *, target: str | None, db: str | None) -> None:
    """Copy the whole database in one consistent state into a new SQLite file."""
    from planner.store import Store

    place = workspace()
    name = target or str(place.folder / "db" / f"planner-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.sqlite")
    with Store.open(place.database(db), create=False) as store:
        made = store.backup(name)
    out.line(f"copied to {place.shown(made)}")
