"""The forms of a page: printed, as Markdown, or written to a file as HTML."""

from __future__ import annotations

from pathlib import Path

from cli.files import is_stdout, opened
from cli.render import Result
from cli.text import Lines
from cli.views.quality.html import html_of
from cli.views.quality.markdown import markdown_of
from cli.views.quality.page import Page
from cli.views.quality.terminal import advice_lines, page_lines
from config.errors import UsageError


def refuse_two_forms(html: Path | None, form: str, *, as_json: bool) -> None:
    """Raise UsageError where two documents would go to stdout."""
    to_stdout = html is not None and is_stdout(html)
    if as_json and (to_stdout or form == "markdown"):
        raise UsageError(
            "--json prints one JSON document, and stdout is where the "
            f"{'HTML' if to_stdout else 'Markdown'} goes",
            next_step="leave out --json, or name a file: --html FILE",
        )
    if html is not None and form == "markdown":
        raise UsageError(
            "--html and --format markdown are two forms of one report", next_step="choose one of them"
        )


def rendered(
    document: object, page: Page, *, html: Path | None, form: str, exit_code: int = 0
) -> Result | None:
    """The result of a command in the form that was asked for; the file is written, or replaced whole."""
    if html is not None:
        text = html_of(page).encode("utf-8", "backslashreplace")
        with opened(html) as file:
            file.write(text)
        if is_stdout(html):
            return Result(None, (), exit_code)
        return Result(document, [*advice_lines(page), "", f"Wrote the report to {html}."], exit_code)
    if form == "markdown":
        return Result(document, [Lines(markdown_of(page).rstrip("\n"))], exit_code)
    return Result(document, list(page_lines(page)), exit_code)
