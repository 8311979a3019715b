"""Every error a person can meet, one tree: what was being done, and what to do next."""

from __future__ import annotations


class PropertyManagerError(Exception):
    """Something went wrong; nothing was half-written."""

    code = "failed"
    exit_code = 1

    def __init__(self, message: str | None = None, *, next_step: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.next_step = next_step
        super().__init__(self.message)


class UsageError(PropertyManagerError):
    """The command or its configuration is wrong."""

    code = "usage"
    exit_code = 2


class RefusedError(PropertyManagerError):
    """Refused: nothing was applied."""

    code = "refused"
    exit_code = 3

    def __init__(
        self, message: str | None = None, *, next_step: str | None = None, plan_id: str | None = None
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.plan_id = plan_id


class PartlyDoneError(PropertyManagerError):
    """Part of the work failed; the rest is done."""

    code = "partly_done"
    exit_code = 4


class DatabaseError(PropertyManagerError):
    """The database could not do what was asked."""

    code = "database"


class DatabaseUnreachableError(DatabaseError):
    """The database cannot be reached."""

    code = "database_unreachable"


class ConnectionLostError(DatabaseUnreachableError):
    """The connection to the database was lost; what was not committed is undone."""


class LoginRefusedError(DatabaseUnreachableError):
    """The database refuses the login; asking again with the same one can lock the account."""


class MigrationError(DatabaseError):
    """The database's schema and this program do not fit."""

    code = "migration"
    exit_code = 2


class NotFoundError(UsageError):
    """There is no such thing."""

    code = "not_found"


class UnfinishedSessionError(UsageError):
    """The session has not ended well, so there is nothing to sync."""

    code = "unfinished_session"


class TakenOverError(DatabaseError):
    """Another worker has taken this work over; nothing of ours was written since."""

    code = "taken_over"


class BusyError(PropertyManagerError):
    """Another worker is at it."""

    code = "busy"


class PlanOutdatedError(RefusedError):
    """The plan no longer fits: live has moved."""

    code = "plan_outdated"


class BeforeHistoryError(RefusedError):
    """That moment lies before the history that is kept."""

    code = "before_history"


class FetchError(PropertyManagerError):
    """A page could not be fetched."""

    code = "fetch"


class BlockedError(FetchError):
    """The site refused us."""

    code = "blocked"
    exit_code = 3


class ExtractionError(PropertyManagerError):
    """A page was fetched but no listing could be read from it."""

    code = "extraction"


class ParseError(PropertyManagerError):
    """A text says something that cannot be read."""

    code = "parse"

    def __init__(self, text: object, why: str) -> None:
        self.text = str(text)[:200] if isinstance(text, str) else type(text).__name__
        self.why = why
        super().__init__(f"Cannot read {self.text!r}: {why}.")
