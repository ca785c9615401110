"""How `planner add` works: kinds of things to add, several in one call, one write."""

from __future__ import annotations

import re
from shlex import join
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from planner.cli.app import did_you_mean
from planner.cli.editing import edit_file, editing
from planner.cli.options import Command, file_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.cli.output import Output
    from planner.core.change.draft import Change
    from planner.core.change.edit import Content
    from planner.core.source import Source

JOINT = "+"
_NEGATIVE = re.compile(r"-\.?\d")
_NUMBERS = frozenset(
    "value low high worst best start risk_tolerance votes minimum probability certainty p".split()  # noqa: SIM905
)

_SHARES = frozenset({"value", "low", "high", "probability", "p"})


class Addition(NamedTuple):
    """What one part of the command line adds; `node` is a new node that should hang on something."""

    changes: Sequence[Change]
    said: str
    node: str = ""


class Part(NamedTuple):
    """One part of the command line: what to make of which parameters, and the words that asked for it."""

    make: Callable[..., Addition]
    given: dict[str, Any]
    words: Sequence[str]


class Adding(Command):
    """A command that adds one kind of thing; `make` turns its parameters into an `Addition`."""

    def __init__(self, *arguments: Any, make: Callable[..., Addition], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.make = make

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take a negative number that stands alone for the value, not for an option."""
        options = [param for param in self.params if isinstance(param, click.Option)]
        if any("--value" in param.opts for param in options):
            waiting = {name for param in options if not param.is_flag for name in param.opts}
            args = [
                f"--value={word}" if _NEGATIVE.match(word) and before not in waiting else word
                for before, word in zip(["", *args], args, strict=False)
            ]
        return super().parse_args(ctx, args)


class Kinds(click.Group):
    """The kinds of things to add; further additions come behind a `+`, all in one write."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the kinds in the order in which a scenario is written."""
        del ctx
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what stands behind a `+` for later."""
        first, *more = _segments(args)
        if ctx.resilient_parsing and more and len(first) > 1:
            last, *rest = more.pop() or [""]  # completion is about the last part, and the file of the first
            first = [last, first[1], *rest]
        ctx.meta["planner.words"] = first
        ctx.meta["planner.more"] = more
        return super().parse_args(ctx, first)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the kind that the arguments name, or say which one may be meant."""
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = did_you_mean(args[0], list(self.commands)) or f" Known: {', '.join(self.commands)}."
            raise click.UsageError(f"'{args[0]}' is nothing to add.{near}", ctx)
        return super().resolve_command(ctx, args)

    def kind(self, name: str, *examples: str) -> Callable[[Callable[..., Addition]], click.Command]:
        """Make a command of a function that turns parameters into an `Addition`."""

        def decorate(make: Callable[..., Addition]) -> click.Command:
            def run(out: Output, *, file: str, force: bool, dry_run: bool, **given: Any) -> int:
                context = click.get_current_context().parent
                assert context is not None
                parts = [Part(make, given, context.meta["planner.words"])]
                for words in context.meta["planner.more"]:
                    part = self.part(context, file, words)
                    force, dry_run = force | part.given.pop("force"), dry_run | part.given.pop("dry_run")
                    out.json |= part.given.pop("json")
                    parts.append(part)
                return _write(out, file, parts, force=force, dry_run=dry_run)

            run.__doc__ = make.__doc__
            wrapped: Any = editing(run)
            wrapped.__click_params__ += make.__click_params__  # type: ignore[attr-defined]
            made = self.command(name, cls=Adding, examples=examples, make=make)(file_argument(wrapped))
            assert isinstance(made, click.Command)
            return made

        return decorate

    def part(self, ctx: click.Context, file: str, words: Sequence[str]) -> Part:
        """Read a part of the command line behind a `+`."""
        if not words:
            raise click.UsageError(f"There is nothing beside a '{JOINT}'.", ctx)
        name, found, rest = self.resolve_command(ctx, list(words))
        assert isinstance(found, Adding)
        context = found.make_context(name, [file, *rest], parent=ctx)
        given = {key: value for key, value in context.params.items() if key not in {"file", "color"}}
        return Part(found.make, given, words)


def _segments(args: Sequence[str]) -> list[list[str]]:
    made: list[list[str]] = [[]]
    for word in args:
        if word == JOINT:
            made.append([])
        else:
            made[-1].append(word)
    return made


def _write(out: Output, file: str, parts: Sequence[Part], *, force: bool, dry_run: bool) -> int:
    """Make all additions as one write."""
    from planner.core.change.writing import together

    def steps(source: Source) -> list[Change]:
        del source
        return [change for part in parts for change in part.make(**part.given).changes]

    def said(before: Source, after: Source) -> list[str]:
        del before
        made = [part.make(**part.given) for part in parts]
        return [f"{one.said}; no edge leads to it yet" if _loose(after, one.node) else one.said for one in made]

    line = f" {JOINT} ".join(join(part.words) for part in parts)
    return edit_file(out, file, [together(steps)], command=f"add {line}", said=said, force=force, dry_run=dry_run)


def _loose(source: Source, node: str) -> bool:
    """Whether a new node is neither the root nor the target of an edge."""
    from planner.core.change.references import references
    from planner.core.change.writing import section

    if not node or next(iter(section(source, "nodes")), node) == node:
        return False
    return not any(use.kind == "node" and use.name == node and use.path[-1] == "to" for use in references(source))


# --- from parameters to content ---------------------------------------------------------------------------


def content(*pairs: tuple[str, object]) -> dict[str, Content]:
    """Return what was said, in the order of the format, with numbers and formulas read."""
    from planner.core.change.adding import share_of, value_of

    made: dict[str, Any] = {}
    unit = dict(pairs).get("unit")  # 30% of something that has a unit is no share
    for key, value in pairs:
        if value not in (None, "", (), [], {}):
            read = share_of if key in _SHARES and not unit else value_of
            made[key] = read(value) if key in _NUMBERS and isinstance(value, str) else value
    return made


def entry(section: str, word: str, id: str, content: Content) -> Addition:
    """Add an entry to a section."""
    from planner.core.change.adding import add_entry

    return Addition([add_entry(section, id, content)], f"added {word} '{id}'")


def node(id: str, content: dict[str, Content], *, under: str | None, replace: bool, root: bool = False) -> Addition:
    """Add a node, and lead an edge to it."""
    from planner.core.change.adding import add_node, hang

    changes = [add_node(id, content, root=root)]
    if under:
        changes.append(hang(under, id, replace=replace))
    word = next(iter(content))
    where = f" under '{under}'" if under else ""
    return Addition(changes, f"added {'chance' if word == 'observe' else word} '{id}'{where}", id)
