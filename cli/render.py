"""Printing: one JSON document for programs, tables and plain sentences for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from cli.columns import fit, measured
from cli.encoding import readable
from cli.text import Lines, Red, Revealed, shown, shown_lines
from config import terminal
from config.plain import plain_value
from config.secrets import mask

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table

PIPE_WIDTH = 200  # a pipe has no width: wide enough that rows stay whole
_FEWEST_FOR_BLOCKS = 3  # columns: of a name and a value there is nothing to gain


@dataclass(frozen=True)
class Result:
    """What a command prints: a document for --json, text for people; and its exit code."""

    document: object
    text: Sequence[object] = ()  # sentences and rich renderables, in order
    exit_code: int = 0
    as_stored: bool = False  # the document is listings as they are stored, or a secret that was asked for


def show(result: Result, *, as_json: bool, notes: Mapping[str, object] | None = None) -> None:
    """Print a result on stdout; a JSON object has the notes beside its own names."""
    if as_json:
        document = plain_value(result.document)
        noted = {**document, **notes} if notes and isinstance(document, dict) else document
        print_json(noted, as_stored=result.as_stored)
        return
    for item in result.text:
        if isinstance(item, str):
            say(item)
        else:
            console().print(item)


def say(text: str, *, err: bool = False, colour: str | None = None) -> None:
    """Print a text for people, a line unless it is `Lines`: the one way to a terminal that is not a table."""
    if isinstance(text, Revealed):
        safe = terminal.lines(text)
    else:
        safe = shown_lines(text) if isinstance(text, Lines) else shown(text)
    colour = "red" if isinstance(text, Red) else colour
    safe = readable(safe, err=err)
    click.secho(safe, fg=colour, err=err, color=False if os.environ.get("NO_COLOR") else None)


def print_json(document: object, *, as_stored: bool = False) -> None:
    """Print one JSON document on a line of its own; a lone surrogate or a control character is an escape.

    Passwords and tokens are masked, unless the document is `as_stored`.
    """
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    plain = plain_value(document)
    text = json.dumps(plain if as_stored else _masked(plain), ensure_ascii=not utf8, allow_nan=False)
    sys.stdout.write(terminal.json_text(text).encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
    sys.stdout.flush()


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask(value)
        case dict():
            return {name: _masked(item) for name, item in value.items()}
        case list():
            return [_masked(item) for item in value]
    return value


def console(*, stderr: bool = False) -> Console:
    """A console for people: tables on stdout, progress on stderr; rich honours NO_COLOR and pipes."""
    from rich.console import Console

    known = (sys.stderr if stderr else sys.stdout).isatty() or os.environ.get("COLUMNS", "").isdecimal()
    return Console(stderr=stderr, width=None if known else PIPE_WIDTH)


@dataclass(frozen=True)
class Grid:
    """A table for people, drawn to the width of the terminal.

    No word is broken for it: where the words of a row do not fit beside each other, each row is drawn as a
    block, a value a line.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool]
    title: str | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """What rich draws."""
        widths = self._widths(options.max_width)
        if widths is not None or len(self.columns) < _FEWEST_FOR_BLOCKS:
            yield self._as_table(widths)
        else:
            yield self._as_blocks(options.max_width)

    def _widths(self, width: int) -> list[int] | None:
        columns = [
            measured(cell for row in (self.columns, *self.rows) for cell in row[index : index + 1])
            for index in range(len(self.columns))
        ]
        return fit(columns, width - (3 * len(columns) - 1))  # a space at the edges, three between columns

    def _as_table(self, widths: Sequence[int] | None) -> Table:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        drawn = Table(
            title=None if self.title is None else Text(self.title),
            box=box.SIMPLE,
            title_justify="left",
            pad_edge=False,
            show_header=any(self.columns),
        )
        for index, column in enumerate(self.columns):
            drawn.add_column(
                Text(column),
                justify="right" if self.numeric[index] else "left",
                overflow="fold",
                width=None if widths is None else widths[index],
            )
        for row in self.rows:
            drawn.add_row(*map(Text, row))
        return drawn

    def _as_blocks(self, width: int) -> Table:
        pairs = [
            (name, value)
            for row in self.rows
            for name, value in [*zip(self.columns, row, strict=True), ("", "")]
        ]
        return Grid(("", ""), pairs[:-1], (False, False), self.title)._as_table(None)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> Grid:
    """Rows for people: numbers to the right, absent values as a dash."""
    from config.text import format_value

    kept = [list(row) for row in rows]
    numeric = []
    for index in range(len(columns)):
        cells = [row[index] for row in kept if row[index] is not None]
        numeric.append(bool(cells) and all(isinstance(cell, int | float | Decimal) for cell in cells))
    return Grid(
        [readable(shown(column)) for column in columns],
        [[readable(shown(format_value(cell))) for cell in row] for row in kept],
        numeric,
        None if title is None else readable(shown(title)),
    )
