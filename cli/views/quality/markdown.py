"""A page of quality as Markdown: for a ticket, a chat or a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cli.charts import meter, sparkline
from cli.program import runnable
from cli.text import shown
from cli.views.quality.page import Cell, Code, Link, Meter, Page, Section, Spark, Table
from config.text import format_share, format_value, shorten

_ACTING: Final = re.compile(r"[\\`*_\[\]<>#|~&]")
"""What Markdown, or HTML within it, would not show as it is."""
_BAR: Final = 10
_LONGEST: Final = 200


def markdown_of(page: Page) -> str:
    """The page as GitHub's Markdown; what a source wrote is shown, and never acts."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from (f"# {_plain(page.title)}", "", _plain(page.subtitle), "")
    for figure in page.figures:
        yield f"- **{_plain(figure.name)}**: {_plain(figure.value)} ({_plain(figure.note)})"
    yield from ("", "## What to do first", "")
    for number, each in enumerate(page.advice, 1):
        yield f"{number}. **{_plain(each.problem)}**"
        yield f"   {_plain(runnable(each.cause))} {_plain(runnable(each.fix))}".rstrip()
        if each.next_step:
            yield f"   next: {_code(runnable(each.next_step))}"
    if not page.advice:
        yield _plain(page.all_well)
    for section in page.sections:
        yield from _section(section)
    yield from ("", _plain(page.footer))


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {_plain(section.title)}", "")
    for line in section.lines:
        yield from (_plain(line), "")
    for each in section.tables:
        yield from _table(each.filled())
    for step in section.steps:
        yield from (f"next: {_code(runnable(step))}", "")


def _table(table: Table) -> Iterator[str]:
    yield from (f"### {_plain(table.title)}", "")
    yield f"| {' | '.join(map(_plain, table.columns))} |"
    yield f"|{' --- |' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""


def _cell(cell: Cell) -> str:
    match cell:
        case Meter():
            drawn = _code(f"{meter(cell.share, _BAR):<{_BAR}}")
            return f"{drawn} {format_share(cell.share)}" if cell.in_percent else drawn
        case Spark():
            return f"{_code(sparkline(cell.values))} {_plain(cell.last)}".strip()
        case Code():
            return _code(cell.text)
        case Link():
            return _code(cell.url)
    return _plain(format_value(cell))


def _plain(text: str) -> str:
    """A text on one line with nothing in it that Markdown would act on."""
    line = shorten(shown(text), 10 * _LONGEST)
    return _ACTING.sub(lambda found: _ENTITIES.get(found[0]) or f"\\{found[0]}", line)


_ENTITIES: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def _code(text: str) -> str:
    """A text in a code span, which no backtick within it ends; a bar within it ends no cell."""
    line = shorten(shown(text), _LONGEST).replace("|", "\\|") or " "
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {line} {fence}" if longest else f"`{line}`"
