"""Why a page could not be fetched, split where a caller would act differently."""

from __future__ import annotations

from config import errors

_ASK_FOR_A_FEED = "ask the site for a feed, or: property-manager import --file FILE"
_TRY_LATER = "check the address, or try again later"


class PageError(errors.FetchError):
    """A page could not be fetched."""

    error_type: str = "fetch"
    """The short code kept in `scraping_errors`."""

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
        self.transient = transient
        """Whether the same request may well succeed a moment later."""
        self.retry_count = 0


class BadUrlError(PageError):
    """The address is not one that can be fetched."""

    code = error_type = "bad_url"
    exit_code = 2


class AddressRefusedError(PageError):
    """The address leads where we do not go."""

    code = error_type = "address_refused"
    exit_code = 2


class RedirectRefusedError(AddressRefusedError):
    """The page redirects where we do not follow."""

    code = error_type = "redirect_refused"
    exit_code = 1

    def __init__(self, message: str, *, url: str, status: int, target: str) -> None:
        super().__init__(message, url=url, status=status)
        self.target = target


class RobotsDisallowedError(PageError):
    """The site's robots.txt asks us not to fetch this page."""

    code = error_type = "robots"
    exit_code = 3

    def __init__(self, message: str, *, url: str, rule: str) -> None:
        super().__init__(message, url=url, next_step=_ASK_FOR_A_FEED)
        self.rule = rule


class BlockedError(PageError, errors.BlockedError):
    """The site refused us."""

    error_type = "blocked"

    def __init__(self, host: str, why: str, *, url: str, status: int | None = None) -> None:
        message = f"{host} refused us ({why}). Nothing was changed."
        super().__init__(message, url=url, status=status, next_step=_ASK_FOR_A_FEED)


class UnreachableError(PageError):
    """The site could not be reached."""

    code = error_type = "unreachable"

    def __init__(self, message: str, *, url: str, transient: bool = True) -> None:
        super().__init__(message, url=url, transient=transient, next_step=_TRY_LATER)


class FetchTimeoutError(PageError):
    """The site took too long."""

    code = error_type = "timeout"

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message, url=url, transient=True, next_step=_TRY_LATER)


class ProtocolError(PageError):
    """The site answered with something that is not proper HTTP."""

    code = error_type = "protocol"


class HTTPStatusError(PageError):
    """The site answered, but not with the page."""

    code = "http_status"

    def __init__(
        self, message: str, *, url: str, status: int, transient: bool, retry_after: float | None
    ) -> None:
        super().__init__(message, url=url, status=status, transient=transient)
        self.error_type = f"http_{status}"
        self.retry_after = retry_after


class TooLargeError(PageError):
    """The page is larger than the limit."""

    code = error_type = "too_large"


class DecompressionError(PageError):
    """The page could not be decompressed."""

    code = error_type = "decompression"


class NotHTMLError(PageError):
    """The address holds something other than a web page."""

    code = error_type = "not_html"
