"""The one place where errors end: a sentence, what to do next, and an exit code."""

from __future__ import annotations

import errno
import itertools
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from cli import logs
from cli.program import NAME, runnable
from cli.render import print_json, say
from cli.text import Lines, sentence
from config.errors import PropertyManagerError
from config.secrets import remember, secrets_in

INTERRUPTED = 130
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Files of a name are written by functions that name them; what has none is our output."""

log = logging.getLogger(__name__)


@dataclass
class Outcome:
    """The process's exit code, known when the command has ended."""

    exit_code: int = 0


@dataclass(frozen=True)
class Failure:
    """An error as it is reported to a person or a program."""

    code: str
    message: str
    next_step: str | None
    exit_code: int
    plan_id: str | None = None
    help: str | None = None
    """The help page that a person gets instead of the sentence."""

    def document(self) -> dict[str, Any]:
        """The value of `"error"` in a JSON document."""
        found: dict[str, Any] = {"code": self.code, "message": self.message, "next": self.next_step}
        return found if self.plan_id is None else found | {"plan_id": self.plan_id}


def describe(error: BaseException, command: str = NAME) -> Failure:
    """Turn an error into what is reported for `command`."""
    if isinstance(error, PropertyManagerError):
        plan_id = getattr(error, "plan_id", None)
        step = error.next_step and runnable(error.next_step)
        return Failure(error.code, sentence(error.message), step, error.exit_code, plan_id)
    if isinstance(error, click.UsageError):
        return _wrong_usage(error)
    if isinstance(error, click.ClickException):
        return Failure("failed", sentence(error.format_message()), None, error.exit_code)
    if isinstance(error, OSError) and error.errno in _NO_ROOM and error.filename is None:
        return Failure("no_room", f"Writing the output: {error.strerror}", "make room, then run it again", 1)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return Failure("interrupted", "Interrupted.", "run the same command again to go on", INTERRUPTED)
    return _unexpected(error, command)


def _wrong_usage(error: click.UsageError) -> Failure:
    path = error.ctx.command_path if error.ctx else NAME
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and isinstance(error.ctx.command, click.Group):
        named = ", ".join(error.ctx.command.list_commands(error.ctx))
        return Failure(
            "usage",
            f"{path}: name a command: {named}",
            runnable(f"{path} --help"),
            2,
            help=error.ctx.command.get_help(error.ctx),
        )
    return Failure("usage", f"{path}: {sentence(error.format_message())}", runnable(f"{path} --help"), 2)


def _unexpected(error: BaseException, command: str) -> Failure:
    """A fault of this program: the traceback goes to the log, a sentence to the terminal."""
    kind = type(error).__name__
    message = f"running {command}: unexpected {kind}: {sentence(str(error)) or 'no message'}"
    written = logs.path()
    next_step = f"the traceback is in {written}" if written else "run it again with --debug for the traceback"
    return Failure("unexpected", message, next_step, 1)


@contextmanager
def reporting(arguments: Sequence[str]) -> Iterator[Outcome]:
    """Turn an error that ends the command into a report and an exit code.

    The arguments are read here because wrong usage is reported as JSON too, before click has parsed them.
    """
    flags = set(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    outcome = Outcome()
    for argument in arguments:
        remember(*secrets_in(argument))
    try:
        yield outcome
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        outcome.exit_code = 1
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 the boundary: nothing catches after it
        words = itertools.takewhile(lambda word: not word.startswith("-"), arguments)
        failure = describe(error, " ".join([NAME, *words]))
        _record(error, failure)
        if "--debug" in flags:
            say(Lines("".join(traceback.format_exception(error)).rstrip()), err=True)
        outcome.exit_code = failure.exit_code
        try:
            _report(failure, as_json="--json" in flags)
        except OSError:  # no document can be written: a person is told, and the exit code tells a program
            _discard_output()
            _report(failure, as_json=False)


def _discard_output() -> None:
    """Nothing more can be written to stdout: keep the interpreter from reporting that on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _record(error: BaseException, failure: Failure) -> None:
    if logs.path():
        traced = error if failure.code == "unexpected" else error.__cause__
        log.error("%s: %s", failure.code, failure.message, exc_info=traced)


def _report(failure: Failure, *, as_json: bool) -> None:
    if as_json:
        print_json({"error": failure.document()})
        return
    if failure.help:
        say(Lines(failure.help), err=True)
        return
    say(failure.message, err=True, colour="red")
    if failure.next_step:
        say(f"next: {failure.next_step}", err=True)
