"""Errors as pages and as JSON: a sentence, what to do next, a status; never a trace."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException

from config.errors import (
    BusyError,
    DatabaseUnreachableError,
    MigrationError,
    NotAllowedError,
    NotFoundError,
    PlanOutdatedError,
    PropertyManagerError,
    RefusedError,
    UsageError,
)

log = logging.getLogger(__name__)


class DatabaseBusyError(DatabaseUnreachableError):
    """The database does not answer in time."""

    code = "database_busy"


_STATUS: Final[tuple[tuple[type[PropertyManagerError], int, str], ...]] = (
    (NotFoundError, 404, "Not found"),
    (NotAllowedError, 403, "Not allowed"),
    (MigrationError, 503, "The database runs another version"),
    (DatabaseBusyError, 503, "The database is busy"),
    (DatabaseUnreachableError, 503, "The database is away"),
    (BusyError, 409, "Somebody else is at it"),
    (PlanOutdatedError, 409, "Somebody was faster"),
    (RefusedError, 409, "Refused"),
    (UsageError, 400, "This cannot be asked"),
)
_HTTP: Final = {
    400: ("This cannot be asked", "The request is not one that a page of the dashboard sends."),
    401: ("Log in", "Log in to see this page."),
    403: ("Not allowed", "You may not do this."),
    404: ("Not found", "There is no such page."),
    405: ("This cannot be asked", "The address does not take this kind of request."),
    413: ("Too much", "The form is larger than any of the dashboard's."),
    421: ("Another host", "The dashboard does not answer under this name."),
    429: ("Too many requests", "Too many requests came from you; wait a moment."),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What is said of an error."""

    status: int
    title: str
    code: str
    message: str
    next_step: str | None = None

    @property
    def passes(self) -> bool:
        """Whether it passes by itself, so that the page asks again."""
        return self.status == 503

    def document(self) -> dict[str, Any]:
        """The JSON of it, as the command line has it."""
        return {"error": {"code": self.code, "message": self.message, "next": self.next_step}}


def describe(error: Exception) -> Failure:
    """What to say of an error; one that nobody foresaw goes to the log, with its trace."""
    if isinstance(error, HTTPException):
        title, message = _HTTP.get(error.status_code, ("This did not work", "The request failed."))
        said = error.detail if error.detail and error.detail[0].islower() else None
        code = title.lower().replace(" ", "_")
        return Failure(error.status_code, title, code, _sentence(said or message))
    if isinstance(error, PropertyManagerError):
        status, title = next(
            ((status, title) for kind, status, title in _STATUS if isinstance(error, kind)),
            (500, "This did not work"),
        )
        step = error.next_step
        return Failure(status, title, error.code, _sentence(error.message), step)
    log.error("a page failed", exc_info=error)
    return Failure(
        500,
        "This did not work",
        "unexpected",
        f"The dashboard met an error that nobody foresaw ({type(error).__name__}).",
        "the trace is in the log: logs/property_manager.log in PROPERTY_MANAGER_HOME",
    )


def _sentence(text: str) -> str:
    """A message as a sentence."""
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
