"""Templates: the package's own, a user's beside or instead of them, and errors that name the line."""

from __future__ import annotations

import re
import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment

from planner.errors import PlannerError
from planner.report.tables import cell, plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

OWN = "the given template"
OWN_PREFIX = "planner"

_BLOCK = re.compile(r"{%-? *block (\w+) *-?%}(.*?){%-? *endblock", re.DOTALL)
_INCLUDE = re.compile(r'{%-? *include "([^"]+)" *-?%}')
_HEADING = re.compile(r"^#+ ({{.*}})", re.MULTILINE)
_SAID = re.compile(r't\("([^"]+)"')
_NEXT = "correct the template; docs/decisions/0004-templates.md lists what templates can use"


def fill(
    context: Mapping[str, Any],
    *,
    name: str,
    template: str | None = None,
    folders: Iterable[str | os.PathLike[str]] = (),
) -> str:
    """Return a template filled with ``context``.

    Args:
        context: what the template may print.
        name: the template's name, looked for in ``folders`` and then in the package.
        template: text of a template that is taken instead.
        folders: where a user keeps templates. They can extend the package's own as ``planner/<name>``.

    Raises:
        PlannerError: the template cannot be read or filled; the message names template and line.
    """
    environment = _environment(template, folders)
    try:
        return environment.get_template(OWN if template is not None else name).render(context)
    except TemplateSyntaxError as error:
        raise _fault(PurePath(error.name or name).name, error.lineno, error.message or "it cannot be read") from error
    except TemplateNotFound as error:
        raise _fault(*_place(error, name), f"there is no template {error.name!r}") from error
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _fault(*_place(error, name), str(error) or type(error).__name__) from error


def blocks(name: str) -> dict[str, tuple[str, ...]]:
    """Return the blocks of one of the package's templates in their order, each with the headings that it prints.

    Examples:
        >>> blocks("brief.md.j2")["changes"]
        ('What would change it',)
    """
    environment = _environment(None, ())
    assert environment.loader is not None
    text = environment.loader.get_source(environment, name)[0]
    parts = _BLOCK.findall(text)
    return {block: _headings(_included(environment, inside)) for block, inside in parts}


def _headings(text: str) -> tuple[str, ...]:
    """Return the headings that a part of a template can print, each once; those that Python words are left out."""
    return tuple(dict.fromkeys(said for line in _HEADING.findall(text) for said in _SAID.findall(line)))


def _included(environment: SandboxedEnvironment, text: str) -> str:
    """Return the text of a template with that of what it includes."""
    assert environment.loader is not None
    loader = environment.loader
    return _INCLUDE.sub(lambda found: loader.get_source(environment, found[1])[0], text)


def _environment(template: str | None, folders: Iterable[str | os.PathLike[str]]) -> SandboxedEnvironment:
    package = PackageLoader("planner.report", "templates")
    loaders: list[BaseLoader] = [PrefixLoader({OWN_PREFIX: package})]
    if template is not None:
        loaders.append(FunctionLoader(lambda name: (template, OWN, lambda: True) if name == OWN else None))
    loaders += [FileSystemLoader(folder, encoding="utf-8") for folder in folders]
    environment = SandboxedEnvironment(
        loader=ChoiceLoader([*loaders, package]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is Markdown; names are escaped where the context is made
    )
    environment.filters |= {"plain": plain, "cell": cell}
    return environment


def _place(error: BaseException, name: str) -> tuple[str, int | None]:
    """Return the template and line that an error came from: the innermost template in its traceback.

    Jinja gives every line of a template a frame of its own, with the template's file as the module's name.
    """
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        if "__jinja_exception__" in frame.f_globals:
            return PurePath(frame.f_globals["__name__"]).name, line
    return name, None


def _fault(name: str, line: int | None, message: str) -> PlannerError:
    place = name if name == OWN else f"template '{name}'"
    where = f"{place}, line {line}" if line else place
    flat = " ".join(message.split()).rstrip(".")
    return PlannerError(f"{where}: {flat}", _NEXT)
