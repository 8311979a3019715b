"""Turns what PostgREST, a gateway or the network answers into errors a person can act on.

Codes decide, never the status: 401 is also a missing grant, 500 also a time-out, and 200 may be the page of a
proxy. Where hosted projects and older servers have different codes, both are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from config.errors import (
    ConnectionLostError,
    DatabaseError,
    DatabaseUnreachableError,
    LoginRefusedError,
    MigrationError,
    PropertyManagerError,
    UsageError,
)
from database.errors import NEXT_STEPS, QUERY_CANCELED, RAISED

if TYPE_CHECKING:
    from supabase import PostgrestAPIError


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What some codes of an answer say: which error it is, its words (of {place}, {message}), what to do."""

    codes: frozenset[str]
    error: type[PropertyManagerError]
    words: str
    next_step: str


_KEY: Final = _Meaning(
    frozenset({"PGRST300", "PGRST301", "PGRST302", "PGRST303"}),
    LoginRefusedError,
    "{place} refuses the key: it has expired, or is not one of this project ({message})",
    "set SUPABASE_SECRET_KEY to a secret key of this project (dashboard: Settings, API keys)",
)
_MEANINGS: Final = (
    _KEY,
    _Meaning(
        frozenset({"PGRST106"}),
        UsageError,
        "{place} does not answer for schema api",
        "expose it: dashboard, Settings, API, Exposed schemas: add api",
    ),
    _Meaning(
        frozenset({"PGRST202", "PGRST203", "PGRST205", "42883", "42P01", "3F000"}),
        MigrationError,
        "{place} does not know what was asked: {message}",
        "run with DATABASE_URL: property-manager db migrate; where that was done just now, run in the SQL"
        " editor: notify pgrst, 'reload schema'",
    ),
    _Meaning(
        frozenset({"PGRST000", "PGRST001", "PGRST002", "PGRST003", "53300"}),
        DatabaseUnreachableError,
        "{place} is not ready: {message}",
        "wait a minute, then run it again",
    ),
    _Meaning(
        frozenset({"402", "540", "544"}),
        DatabaseUnreachableError,
        "{place} is paused or closed: {message}",
        "restore the project in its dashboard",
    ),
    _Meaning(
        frozenset({"25006"}),
        DatabaseError,
        "{place} is read-only: {message}",
        "make room: a project whose disk is full is read-only until its disk is larger (dashboard: Database)",
    ),
    _Meaning(
        frozenset({"42501"}),
        DatabaseError,
        "{place} does not let this key do it: {message}",
        "set SUPABASE_SECRET_KEY to the secret key; the grants are made by: property-manager db migrate",
    ),
    _Meaning(
        frozenset({QUERY_CANCELED}),
        DatabaseError,
        "{place} ended it at its time limit: {message}",
        "set DATABASE_URL to the project's connection string: a direct connection has no such limit",
    ),
)
_BY_CODE: Final = {code: meaning for meaning in _MEANINGS for code in meaning.codes}


def codes_known() -> frozenset[str]:
    """The codes of the API that have a meaning here."""
    return frozenset(_BY_CODE)


_OF_THE_API: Final = re.compile(r"[0-9A-Z]{5}|PGRST\w+")


@contextmanager
def while_asking(place: str) -> Iterator[None]:
    """Raise an error of ours for whatever a call to `place` may meet."""
    import httpx  # noqa: PLC0415 only where HTTPS is used
    from supabase import PostgrestAPIError  # noqa: PLC0415

    try:
        yield
    except PostgrestAPIError as error:
        raise of_answer(place, error) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise DatabaseUnreachableError(
            f"cannot connect to {place}: {str(error) or 'no answer in time'}",
            next_step="check SUPABASE_URL and the network",
        ) from error
    except httpx.TransportError as error:
        raise ConnectionLostError(
            f"{place} gave no answer ({type(error).__name__}); whether it did what was asked is not known",
            next_step="run it again: what was done is found, and not done twice",
        ) from error


def of_answer(place: str, error: PostgrestAPIError) -> PropertyManagerError:
    """The error that an answer other than success is."""
    code, message = str(error.code or ""), (error.message or "").strip() or "no reason given"
    hint = error.hint if isinstance(error.hint, str) else None
    if raised := RAISED.get(code):
        return raised(message, next_step=hint)
    meaning = _BY_CODE.get(code)
    if meaning is None and not _OF_THE_API.fullmatch(code):
        if "api key" not in message.casefold():
            return not_the_api(place, error.details or message)
        meaning = _KEY  # a project's gateway has no codes
    if meaning is not None:
        return meaning.error(meaning.words.format(place=place, message=message), next_step=meaning.next_step)
    detail = f" ({error.details})" if isinstance(error.details, str) and error.details else ""
    return DatabaseError(f"{message}{detail}", next_step=hint or NEXT_STEPS.get(code))


def not_the_api(place: str, answer: Any) -> DatabaseUnreachableError:
    """What answered is no PostgREST: a proxy's page, a gateway's error."""
    text = " ".join(re.sub(r"<[^>]*>", " ", str(answer)).split())
    return DatabaseUnreachableError(
        f"{place} answered with something else than the API does: {text[:120]!r}",
        next_step="check SUPABASE_URL, and what stands between here and there",
    )
