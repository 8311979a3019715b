"""Pieces of the sentences that commands print."""

from __future__ import annotations

import os

import click


def counted(count: int, thing: str) -> str:
    """ "1 row", "2 rows"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def short(identifier: object) -> str:
    """The start of an id: what people type; every command takes it."""
    return str(identifier)[:8]


def red(text: str) -> str:
    """Red for a terminal that wants colours; click drops it if the output is not a terminal."""
    return text if os.environ.get("NO_COLOR") else click.style(text, fg="red")


def sentence(text: str) -> str:
    """A message on one line, whatever white space it has."""
    return " ".join(text.split())
