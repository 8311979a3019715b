"""Every error that a user can meet, in one tree; the docstring of a class is its default message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from config.secrets import mask

_ASK_FOR_A_FEED: Final = "ask the site for a feed, or: property-manager import --file FILE"
_TRY_LATER: Final = "check the address, or try again later"


class PropertyManagerError(Exception):
    """The operation failed; nothing was written in part."""

    code = "failed"
    exit_code = 1

    def __init__(self, message: str | None = None, *, next_step: str | None = None) -> None:
        # here, so that no password reaches a log, a database or a caller's own traceback
        self.message = mask(message or _default_message(type(self)))
        self.next_step = None if next_step is None else mask(next_step)
        super().__init__(self.message)


class UsageError(PropertyManagerError):
    """The command or its configuration is wrong."""

    code = "usage"
    exit_code = 2


class ListeningRefusedError(UsageError):
    """Notifications cannot be heard on this way to the database; a reader has to poll."""

    code = "listening_refused"


class RefusedError(PropertyManagerError):
    """The operation was refused and nothing was applied."""

    code = "refused"
    exit_code = 3

    def __init__(
        self, message: str | None = None, *, next_step: str | None = None, plan_id: str | None = None
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.plan_id = plan_id


class StoppedError(PropertyManagerError):
    """The command was interrupted."""

    code = "interrupted"
    exit_code = 130


class DatabaseError(PropertyManagerError):
    """The database failed."""

    code = "database"


class DatabaseUnreachableError(DatabaseError):
    """The database cannot be reached."""

    code = "database_unreachable"


class ConnectionLostError(DatabaseUnreachableError):
    """The connection to the database was lost; uncommitted changes are undone."""


class LoginRefusedError(DatabaseUnreachableError):
    """The database refused the login; repeated attempts can lock the account."""


class MigrationError(DatabaseError):
    """The schema of the database is of another version than the program."""

    code = "migration"
    exit_code = 2


class NotFoundError(UsageError):
    """The named object does not exist."""

    code = "not_found"


class UnfinishedSessionError(UsageError):
    """The session did not complete, so it cannot be synced."""

    code = "unfinished_session"


class TakenOverError(DatabaseError):
    """Another worker has taken over; this worker has written nothing since."""

    code = "taken_over"


class SuppressionOutdatedError(DatabaseError):
    """Something was erased since the list of erasures was loaded; nothing was written."""

    code = "suppression_outdated"


class OverdueError(DatabaseError):
    """It did not end in time, and was ended."""

    code = "overdue"


class StorageError(PropertyManagerError):
    """The store of kept pages failed."""

    code = "storage"


class BusyError(PropertyManagerError):
    """Another worker holds the source."""

    code = "busy"


class PlanOutdatedError(RefusedError):
    """The plan is outdated: live has changed since."""

    code = "plan_outdated"


class NotAllowedError(RefusedError):
    """The user may not do this."""

    code = "not_allowed"


class BeforeHistoryError(RefusedError):
    """The time is before the history that is kept."""

    code = "before_history"


class FetchError(PropertyManagerError):
    """A page could not be fetched."""

    code = "fetch"
    error_type: str = "fetch"
    """The short code stored in `scraping_errors`."""

    def __init__(
        self,
        message: str | None = None,
        *,
        url: str,
        status: int | None = None,
        transient: bool = False,
        next_step: str | None = None,
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.url = url
        self.status = status
        """The HTTP status of the answer, if there was one."""
        self.transient = transient
        """Whether a retry may succeed."""
        self.retry_count = 0
        self.body = b""
        """What came in place of the page, for a person to look at."""
        self.retry_after: float | None = None
        """For how many seconds the site asks to be left alone."""


class NotNowError(FetchError):
    """The source may not be fetched from now."""

    code = error_type = "not_now"
    exit_code = 4

    def __init__(self, message: str, url: str, until: datetime) -> None:
        super().__init__(message, url=url)
        self.until = until


class SourcePausedError(RefusedError):
    """The source is paused."""

    code = "source_paused"


class BadUrlError(FetchError):
    """The url cannot be fetched."""

    code = error_type = "bad_url"
    exit_code = 2


class AddressRefusedError(FetchError):
    """The address must not be fetched."""

    code = error_type = "address_refused"
    exit_code = 2


class RedirectRefusedError(AddressRefusedError):
    """The page redirects to where it is not followed."""

    code = error_type = "redirect_refused"
    exit_code = 1

    def __init__(self, message: str, *, url: str, status: int, target: str) -> None:
        super().__init__(message, url=url, status=status)
        self.target = target


class RobotsDisallowedError(FetchError):
    """The site's robots.txt disallows this page."""

    code = error_type = "robots"
    exit_code = 3

    def __init__(self, message: str, *, url: str, rule: str) -> None:
        super().__init__(message, url=url, next_step=_ASK_FOR_A_FEED)
        self.rule = rule


class BlockedError(FetchError):
    """The site refused the request."""

    code = error_type = "blocked"
    exit_code = 3

    def __init__(
        self, message: str, *, url: str, status: int | None = None, is_challenge: bool = False
    ) -> None:
        super().__init__(message, url=url, status=status, next_step=_ASK_FOR_A_FEED)
        self.is_challenge = is_challenge
        """Whether a page of the site's defence came in place of the one that was asked for."""


class TokenRefusedError(FetchError):
    """The server does not accept the token."""

    code = error_type = "token_refused"
    exit_code = 2


class UnreachableError(FetchError):
    """The site could not be reached."""

    code = error_type = "unreachable"

    def __init__(self, message: str, *, url: str, transient: bool = True) -> None:
        super().__init__(message, url=url, transient=transient, next_step=_TRY_LATER)


class FetchTimeoutError(FetchError):
    """The site took too long."""

    code = error_type = "timeout"

    def __init__(
        self, message: str, *, url: str, transient: bool = True, next_step: str = _TRY_LATER
    ) -> None:
        super().__init__(message, url=url, transient=transient, next_step=next_step)


class ProtocolError(FetchError):
    """The site answered with invalid HTTP."""

    code = error_type = "protocol"


class LayerRefusedError(FetchError):
    """The server of a layer answered with an error, or with something that is no data."""

    code = error_type = "layer_refused"


class HTTPStatusError(FetchError):
    """The site answered with an error status."""

    code = "http_status"

    def __init__(
        self,
        message: str,
        *,
        url: str,
        status: int,
        transient: bool,
        retry_after: float | None,
        page_hash: str | None = None,
    ) -> None:
        super().__init__(message, url=url, status=status, transient=transient)
        self.error_type = f"http_{status}"
        self.retry_after = retry_after
        self.page_hash = page_hash
        """The beginning of the SHA-256 of the page that came with the status."""


class TooLargeError(FetchError):
    """The page is larger than the limit."""

    code = error_type = "too_large"


class DecompressionError(FetchError):
    """The page could not be decompressed."""

    code = error_type = "decompression"


class NotHTMLError(FetchError):
    """The url is not a web page."""

    code = error_type = "not_html"


class ExtractionError(PropertyManagerError):
    """A page was fetched but no listing could be read from it."""

    code = "extraction"

    def __init__(self, message: str | None = None, *, next_step: str | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.body = b""
        """The page, for a person to look at."""


class ParseError(PropertyManagerError):
    """A text cannot be parsed."""

    code = "parse"

    def __init__(self, text: object, why: str) -> None:
        self.text = str(text)[:200] if isinstance(text, str) else type(text).__name__
        self.why = why
        super().__init__(f"cannot read {self.text!r}: {why}")


class DoubtError(ParseError):
    """A text can be read in more than one way, or its only reading is not likely.

    `readings` are the values it may stand for, as text, the likeliest first. None of them is applied.
    """

    code = "doubt"

    def __init__(self, text: object, why: str, readings: Iterable[object] = ()) -> None:
        super().__init__(text, why)
        self.readings = tuple(dict.fromkeys(map(_written, readings)))


def _written(reading: object) -> str:
    """A reading as a person would compare it: a number without an exponent and zeros at its end."""
    return f"{reading.normalize():f}" if isinstance(reading, Decimal) else str(reading)


def _default_message(kind: type[PropertyManagerError]) -> str:
    """The first line of the class's docstring, as an error message."""
    line = (kind.__doc__ or "").strip().splitlines()[0].removesuffix(".")
    return line[0].lower() + line[1:]
