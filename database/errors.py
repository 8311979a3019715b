"""Turns errors of the driver and the network into errors a person can act on."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

from config.errors import (
    BeforeHistoryError,
    BusyError,
    ConnectionLostError,
    DatabaseError,
    DatabaseUnreachableError,
    LoginRefusedError,
    MigrationError,
    NotFoundError,
    OverdueError,
    PlanOutdatedError,
    PropertyManagerError,
    SuppressionOutdatedError,
    TakenOverError,
    UnfinishedSessionError,
    UsageError,
)
from config.secrets import dsn_fault

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)
RAISED: Final[dict[str, type[PropertyManagerError]]] = {
    "PMNOF": NotFoundError,
    "PMSES": UnfinishedSessionError,
    "PMBSY": BusyError,
    "PMTKN": TakenOverError,
    "PMOLD": PlanOutdatedError,
    "PMHIS": BeforeHistoryError,
    "PMUSE": UsageError,
    "PMVER": MigrationError,
    "PMERA": SuppressionOutdatedError,
    "PMLIM": OverdueError,
}
"""What our SQL functions raise, by SQLSTATE; docs/architecture.md says what each means."""

# What to do where the server gives no hint of its own, by its error codes.
NEXT_STEPS: Final[dict[str, str]] = {
    "25006": "connect where one may write: no standby, no default_transaction_read_only",
    "53100": "make room on the disk of the database server, then run it again: nothing was half-written",
    "53200": "give the database server more memory, or lower its work_mem, then run it again",
    "53400": "raise the limit it names for this role or server (temp_file_limit), then run it again",
    "55P03": "another session holds a lock: run it again when it has ended, or raise lock_timeout",
    "57014": "raise statement_timeout for this role or database, then run it again",
}
QUERY_CANCELED: Final = "57014"
UNDEFINED_FUNCTION: Final = "42883"

_NO_TLS: Final = "rejected SSL upgrade"
_POOLER_FULL: Final = ("max clients", "max_client_conn", "maxclients", "no more connections allowed")
"""Words of Supavisor and PgBouncer, which have no code for it."""

_STATEMENTS_ONLY: Final = "statement pooling"
"""What a pooler calls it when transactions are refused; it closes the connection with these words."""

_LOGIN = (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)


@dataclass(frozen=True, slots=True)
class Address:
    """The server and database of a DSN, without its password."""

    host: str
    port: int
    database: str
    user: str

    @classmethod
    def of(cls, dsn: str) -> Address:
        try:
            parts = urlsplit(dsn)
            port = parts.port or 5432
        except ValueError as error:
            raise _not_a_dsn() from error
        if parts.scheme not in ("postgres", "postgresql"):
            raise _not_a_dsn()
        if fault := dsn_fault(dsn):
            raise _not_a_dsn(f": {fault}")
        host = parts.hostname or parse_qs(parts.query).get("host", [os.environ.get("PGHOST", "localhost")])[0]
        user = unquote(parts.username or "")
        return cls(host, port, unquote(parts.path.lstrip("/")) or user, user)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}, database {self.database}, user {self.user}"


def sqlstate_of(error: BaseException) -> str | None:
    """The server's code of an error of ours, whichever way it came."""
    cause = error.__cause__
    # over HTTPS it is the code of the answer
    return getattr(cause, "sqlstate", None) or getattr(cause, "code", None)


def detail_of(error: BaseException) -> str | None:
    """The server's detail of an error of ours, whichever way it came."""
    cause = error.__cause__
    found = getattr(cause, "detail", None) or getattr(cause, "details", None)
    return found if isinstance(found, str) else None


def _not_a_dsn(why: str = "") -> UsageError:
    return UsageError(
        f"DATABASE_URL is not the URL of a Postgres database{why}",
        next_step="write it as postgresql://user:password@host:5432/database, special characters as %XX",
    )


@contextmanager
def while_connecting(address: Address) -> Iterator[None]:
    """Raise connection errors with the address and what to check."""
    try:
        yield
    except _LOGIN as error:
        raise LoginRefusedError(
            f"cannot connect to {address}: the server refuses the login",
            next_step="check the user and password",
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise _unreachable(address, "there is no such database", "check its name, or create it") from error
    except asyncpg.TooManyConnectionsError as error:
        raise _unreachable(
            address, "the server has no connection left", "close others or raise its limit"
        ) from error
    except (ssl.SSLError, asyncpg.ClientConfigurationError) as error:
        raise _unreachable(
            address,
            f"the TLS connection failed ({_reason(error)})",
            "check sslmode and sslrootcert of DATABASE_URL, and the server's certificate",
        ) from error
    except socket.gaierror as error:
        raise _unreachable(address, "there is no such host", "check the host's name") from error
    except ConnectionRefusedError as error:
        raise _unreachable(
            address, "nothing answers there", "check host and port, and that it is started"
        ) from error
    except TimeoutError as error:
        raise _unreachable(address, "no answer in time", "check host, port and firewall") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if _NO_TLS in str(error):
            raise _unreachable(
                address,
                "the server does not offer TLS, and nothing is sent unencrypted beyond this machine",
                "turn on ssl on the server; on a network that you trust add ?sslmode=disable to the URL",
            ) from error
        if any(words in str(error).lower() for words in _POOLER_FULL):
            raise _unreachable(
                address,
                f"the pooler lets no further client in ({error})",
                "lower PROPERTY_MANAGER_CONNECTIONS, run fewer programs at once, or raise the pool's size",
            ) from error
        raise _unreachable(address, str(error), "check DATABASE_URL") from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or error)


def _unreachable(address: Address, reason: str, next_step: str) -> DatabaseUnreachableError:
    return DatabaseUnreachableError(f"cannot connect to {address}: {reason}", next_step=next_step)


@contextmanager
def while_working(place: object, conn: asyncpg.Connection) -> Iterator[None]:
    """Tell a lost connection from a failed statement: raise an error of ours for each, with its cause."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if _STATEMENTS_ONLY in str(error.args[0]):
            raise UsageError(
                f"the pooler at {place} keeps no transaction together: {error.args[0]}",
                next_step="connect directly, or set its pool_mode to session or transaction",
            ) from error
        if isinstance(error, _GONE) or _is_closed(conn):
            raise _lost(place, str(error.args[0])) from error
        message = str(error.args[0])  # str(error) would append the hint, which is the next step
        if raised := RAISED.get(error.sqlstate or ""):
            raise raised(message, next_step=error.hint) from error
        detail = f" ({error.detail})" if error.detail else ""
        next_step = error.hint or NEXT_STEPS.get(error.sqlstate or "")
        raise DatabaseError(f"{message}{detail}", next_step=next_step) from error
    except asyncpg.InternalClientError as error:
        # how the driver reports a connection that the server ended between two statements
        raise _lost(place, "ended by the server") from error
    except (OSError, asyncpg.InterfaceError) as error:
        if _is_closed(conn) or isinstance(error.__context__, asyncpg.InternalClientError):
            # also where the driver lost track of what the server ended, and then could not roll back either
            raise _lost(place, str(error)) from error
        raise


def _is_closed(conn: asyncpg.Connection) -> bool:
    try:
        return bool(conn.is_closed())
    except asyncpg.InterfaceError:
        return True  # the pool has removed the dead connection


def _lost(place: object, message: str = "") -> ConnectionLostError:
    # the driver puts its own words before the server's reason
    reason = message.rpartition("connection was closed in the middle of operation")[2].removeprefix(": ")
    return ConnectionLostError(
        f"lost the connection to {place}{f' ({reason})' if reason else ''}; what was not committed is undone",
        next_step="run it again",
    )
