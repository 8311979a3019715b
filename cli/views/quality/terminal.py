"""A page of quality for a terminal: sentences that are wrapped, tables with small bars."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cli.charts import can_draw, meter, sparkline
from cli.program import next_line, runnable
from cli.render import console, table
from cli.text import Lines, shown
from cli.views.quality.page import Cell, Code, Link, Meter, Page, Section, Spark
from config.text import format_share, shorten

if TYPE_CHECKING:
    from services.reports.quality import Recommendation

_WIDEST: Final = 100
_BAR: Final = 12
_FIRST: Final = 5
"""How many recommendations are printed; the others are in every other form."""
_CELL: Final = 60
_LONGEST: Final = 200


def page_lines(page: Page) -> Iterator[object]:
    """What is printed, in order."""
    yield from advice_lines(page)
    for section in page.sections:
        yield from _section(section)


def advice_lines(page: Page) -> Iterator[object]:
    """The headline and what to do first."""
    yield f"{page.title}. {page.subtitle}"
    if not page.advice:
        yield page.all_well
        return
    yield ""
    yield "What to do first"
    for number, each in enumerate(page.advice[:_FIRST], 1):
        yield from _recommendation(number, each)
    if len(page.advice) > _FIRST:
        yield ""
        yield f"… and {len(page.advice) - _FIRST} more, with --html FILE, --format markdown or --json."


def _recommendation(number: int, found: Recommendation) -> Iterator[object]:
    yield ""
    yield _wrapped(f"{number}. {found.problem}", "   ")
    yield _wrapped(f"   {runnable(found.cause)}", "   ")
    if found.fix:
        yield _wrapped(f"   {runnable(found.fix)}", "   ")
    if found.next_step:
        yield f"   {next_line(found.next_step)}"


def _section(section: Section) -> Iterator[object]:
    for each in section.tables:
        drawn = each.filled()
        rows = [[_cell(cell) for cell in row] for row in drawn.rows]
        yield table(drawn.columns, rows, title=drawn.title)
    yield from (_wrapped(line, "  ") for line in section.lines)
    yield from (next_line(step) for step in section.steps)


def _cell(cell: Cell) -> object:
    match cell:
        case Meter():
            return _meter(cell)
        case Spark():
            return f"{sparkline(cell.values, plain=not can_draw())} {cell.last}".strip()
        case Code() | Link():
            return shorten(cell.text if isinstance(cell, Code) else cell.url, 2 * _CELL)
        case str():
            return shorten(cell, _LONGEST)
    return cell


def _meter(cell: Meter) -> str:
    if cell.is_narrow:
        return format_share(cell.share)
    drawn = meter(cell.share, _BAR, plain=not can_draw())
    return f"{drawn:<{_BAR}} {format_share(cell.share):>4}" if cell.in_percent else drawn


def _wrapped(text: str, indent: str) -> Lines:
    width = min(console().width, _WIDEST)
    lead = text[: len(text) - len(text.lstrip())]
    return Lines(
        textwrap.fill(
            shown(text.strip()),
            width,
            initial_indent=lead,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
