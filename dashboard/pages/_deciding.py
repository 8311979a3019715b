"""What pages of decisions share: who decides, and decisions that take longer than an answer may."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final, TypeVar
from uuid import UUID

from config.errors import PropertyManagerError, UsageError
from dashboard.page import Asked, Form
from services.workflows.decide import User

T = TypeVar("T")
log = logging.getLogger(__name__)

_PATIENCE: Final = 4.0
"""Seconds that an answer waits for a decision to be carried out."""

_running: dict[UUID | str, tuple[str, asyncio.Task[Any]]] = {}
"""What is being decided on, a plan or the rows of a source → who decided, and the work."""
_failed: dict[UUID | str, str] = {}
_KEPT: Final = 100
_DIGITS: Final = 19
_LONGEST: Final = 500


def decider(asked: Asked) -> User:
    """Who decides, as the database is told: by the claims of their token."""
    return User(asked.user.claims)


def applying(what: UUID | str) -> str | None:
    """Who has decided what this server is carrying out: of a plan by its id, of rows by their source."""
    found = _running.get(what)
    return None if found is None else found[0]


def failure(what: UUID | str) -> str | None:
    """Why the last decision on it failed after it was answered that it goes on."""
    return _failed.get(what)


def uuid_of(form: Form, name: str) -> UUID | None:
    """An id that a form names, or none. Raises UsageError."""
    text = form.get(name, "").strip()
    try:
        return UUID(text) if text else None
    except ValueError:
        raise UsageError(f'"{text[:40]}" is not an id, for {name}') from None


def number_of(form: Form, name: str) -> int | None:
    """A number that a form names, or none. Raises UsageError."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise UsageError(f'"{text[:40]}" is not a number, for {name}')
    return int(text)


def words_of(form: Form, name: str) -> str | None:
    """What somebody wrote in a form, or none. Raises UsageError for more than the audit keeps."""
    text = form.get(name, "").strip()
    if len(text) > _LONGEST or "\0" in text:
        raise UsageError(f"{name} is not a text of at most {_LONGEST} characters")
    return text or None


def name_of(actor: str | None) -> str:
    """How a page calls who decided."""
    return (actor or "somebody").removeprefix("user:")


async def in_time(what: UUID | str, actor: str, work: Coroutine[Any, Any, T]) -> T | None:
    """What the work gives; None where it takes longer than an answer may: then it goes on by itself.

    A second decision on the same is asked all the same: the database has them one after the other.
    """
    task = asyncio.create_task(work)
    _running.setdefault(what, (actor, task))
    _failed.pop(what, None)
    task.add_done_callback(lambda done: _end(what, done))
    await asyncio.wait({task}, timeout=_PATIENCE)
    if task.done():
        return task.result()
    task.add_done_callback(lambda done: _tell(what, done))
    return None


def _end(what: UUID | str, task: asyncio.Task[Any]) -> None:
    if what in _running and _running[what][1] is task:
        del _running[what]


def _tell(what: UUID | str, task: asyncio.Task[Any]) -> None:
    """Keep why it failed, for the page of what was decided."""
    error = None if task.cancelled() else task.exception()
    if error is None:
        return
    log.error("a decision on %s failed", what, exc_info=error)
    _failed[what] = error.message if isinstance(error, PropertyManagerError) else "see the log"
    while len(_failed) > _KEPT:
        del _failed[next(iter(_failed))]
