"""A page of quality as one file of HTML: no script, nothing loaded, plots as SVG within it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cli.program import runnable
from cli.text import shown
from cli.views.quality.page import Cell, Page
from cli.views.quality.plots import line_of, map_of
from config.text import format_share, format_value, shorten

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST = 2_000
"""Characters of a text that are shown; a description may be a megabyte."""


def html_of(page: Page) -> str:
    """The page. Whatever a source wrote is text on it: markup is escaped, what would act is shown."""
    return _environment().get_template("page.html").render(page=page)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cli.views.quality"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"value": _value, "kind": _kind, "runnable": runnable, "percent": format_share}
    environment.globals |= {"line_of": line_of, "map_of": map_of, "is_page": _is_page}
    return environment


def _safe(value: Any) -> Any:
    """A text without secrets and with no character that acts; markup that the template made stays."""
    return shown(shorten(value, _LONGEST)) if type(value) is str else value


def _kind(cell: Cell) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return "number"
    return getattr(cell, "kind", "text")


def _value(cell: Any) -> str:
    return format_value(cell)


def _is_page(url: str) -> bool:
    """Whether an address may be followed from the page: only those of pages, never a script."""
    return url.startswith(("https://", "http://"))
