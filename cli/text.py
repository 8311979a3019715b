"""Pieces of the sentences that commands print."""

from __future__ import annotations

from config import terminal
from config.secrets import mask


def counted(count: int, thing: str) -> str:
    """ "1 row", "2 rows"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def short(identifier: object) -> str:
    """The start of an id: what people type; every command takes it."""
    return str(identifier)[:8]


class Red(str):
    """A line that is red on a terminal that wants colours."""


class Lines(str):
    """A text of several lines, such as a script; any other text is one line."""


class Revealed(str):
    """A text that was asked for with what it holds: a url with its password, a script of many lines."""


def red(text: str) -> Red:
    """The line in red."""
    return Red(text)


def shown(text: str) -> str:
    """A line for a terminal or a log: without secrets, and with what would act there shown instead."""
    return terminal.one_line(mask(text))


def shown_lines(text: str) -> str:
    """As `shown`, for a text of several lines."""
    return terminal.lines(mask(text))


def sentence(text: str) -> str:
    """A message on one line, whatever white space it has."""
    return " ".join(text.split())
