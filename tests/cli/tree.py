"""The commands of the program, all of them, and a catalogue for them to look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.app import property_manager

READS = {
    "status": [()],
    "list-sessions": [(), ("--limit", "5")],
    "session-details": [("SESSION",)],
    "quality-report": [("SESSION",)],
    "quality-checks": [()],
    "explain": [("--source", "acme", "--property-id", "ID", *field) for field in ((), ("--field", "title"))],
    "as-of": [("--at", "NOW"), ("--at", "NOW", "--source", "acme", "--property-id", "ID")],
    "watch": [("--no-follow", "--since", "0")],
    "plans list": [()],
    "plans show": [("1",), ("2",)],
    "quarantine list": [()],
    "pin": [("--list",)],
    "doctor": [()],
    "sync-pending": [("--dry-run",)],
    "db status": [()],
    "db url": [()],
}
"""Command → how it is run to show what is stored; a command that shows nothing of it is not here."""


def leaves() -> dict[str, click.Command]:
    """Every command by its full name, `plans show`."""
    return dict(_leaves(property_manager, ()))


def _leaves(group: click.Group, names: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _leaves(command, (*names, name))
        else:
            yield " ".join((*names, name)), command


def texts_of(command: click.Command) -> list[click.Parameter]:
    """The options and arguments that take a text or a path."""
    return [
        each
        for each in command.params
        if not getattr(each, "is_flag", False)
        and (each.type is click.STRING or isinstance(each.type, click.Path | click.Choice))
    ]


def planted(command: click.Command, text: str) -> Iterator[list[str]]:
    """Arguments with the text in every option at once, and in each alone."""
    flags = ["--no-follow"] if any(each.name == "no_follow" for each in command.params) else []
    each_alone = [
        [text] if isinstance(each, click.Argument) else [each.opts[-1], text] for each in texts_of(command)
    ]
    if each_alone:
        yield flags + [word for words in each_alone for word in words]
    yield from (flags + words for words in each_alone)
    yield [f"--no-such-option={text}"]
    yield [*flags, text, text, text]


def filled(words: tuple[str, ...], *, session: str, listing: str) -> list[str]:
    """The arguments with a session, a listing and a moment that exist."""
    now = datetime.now(UTC).isoformat()
    return [{"SESSION": session, "ID": listing, "NOW": now}.get(word, word) for word in words]


def log_of(home: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in home.glob("logs/*.log*"))
