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


class MigrationError(DatabaseError):
    """The database's schema and this program do not fit."""

    code = "migration"
    exit_code = 2


class SessionNotFoundError(UsageError):
    """There is no such session."""

    code = "session_not_found"


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
