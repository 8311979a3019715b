"""Reads a table or query of another database as rows: read-only and page by page."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

import asyncpg
import pymysql
import pymysql.cursors

from config.errors import NotFoundError
from config.secrets import dsn_fault
from importers.errors import ImportFileError
from importers.readers.header import column_names
from importers.record import Record, Skipped

_PAGE: Final = 1_000
_CONNECT_SECONDS: Final = 15.0
_POSTGRES: Final = frozenset({"postgres", "postgresql"})
_MYSQL: Final = frozenset({"mysql", "mariadb"})


@dataclass(slots=True)
class SqlReading:
    """The rows of a table or query, each one a record; a null is None. It can be iterated over once."""

    format: str
    """postgresql, mysql or sqlite."""
    columns: list[str]
    _pages: AsyncIterator[list[tuple[Any, ...]]]
    warnings: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    dialect: dict[str, Any] = field(default_factory=dict)
    encoding: str | None = None
    incomplete: str | None = None
    rows_read: int = 0

    async def __aiter__(self) -> AsyncIterator[Record]:
        async for page in self._pages:
            for row in page:
                self.rows_read += 1
                number = self.rows_read
                cells = dict(zip(self.columns, row, strict=True))
                if any(isinstance(cell, _Undecodable) for cell in row):
                    yield self._unreadable(number, cells)
                else:
                    yield Record(number, number, cells)

    def _unreadable(self, number: int, cells: dict[str, Any]) -> Record:
        bad = {name: cell for name, cell in cells.items() if isinstance(cell, _Undecodable)}
        readable = {**cells, **{name: cell.decode("utf-8", "replace") for name, cell in bad.items()}}
        problem = f"row {number}, column {next(iter(bad))!r}: bytes that are not UTF-8"
        return Record(number, number, readable, problem, b"\n".join(bad.values()))


class _Undecodable(bytes):
    """A value of a text column that is not valid UTF-8."""


@contextlib.asynccontextmanager
async def open_database(
    url: str, *, table: str | None = None, query: str | None = None
) -> AsyncIterator[SqlReading]:
    """Open a table (also `url#table`) or one query of a PostgreSQL, MySQL or SQLite database."""
    address, _, fragment = url.partition("#")
    statement = _statement(table or unquote(fragment) or None, query)
    scheme = urlsplit(address).scheme.partition("+")[0]
    if scheme not in {*_POSTGRES, *_MYSQL, "sqlite"}:
        raise ImportFileError(
            f"a database url begins with postgresql:, mysql: or sqlite:, not {scheme or 'nothing'}:"
        )
    if scheme != "sqlite" and (fault := dsn_fault(url)):
        raise ImportFileError(f"the url of the {scheme} database cannot be read: {fault}")
    read = _sqlite if scheme == "sqlite" else _mysql if scheme in _MYSQL else _postgres
    async with read(address, statement) as reading:
        yield reading


def _statement(table: str | None, query: str | None) -> str:
    if (table is None) == (query is None):
        raise ImportFileError(
            "a database is read by either a table or a query",
            next_step="name the table after the url: postgresql://host/database#schema.table",
        )
    if query is not None:
        return query.strip().removesuffix(";")
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in str(table).split("."))
    return files("sql").joinpath("whole_table.sql").read_text(encoding="utf-8").replace("{table}", quoted)


@contextlib.asynccontextmanager
async def _postgres(url: str, statement: str) -> AsyncIterator[SqlReading]:
    address = urlsplit(url)
    dsn = address._replace(scheme="postgresql").geturl()
    name = f"{address.hostname or 'localhost'}{address.path}"
    try:
        connection = await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise ImportFileError(
            f"connecting to the database {name}: {error}", next_step="check the url and the network"
        ) from error
    try:
        async with connection.transaction(readonly=True, isolation="repeatable_read"):
            prepared = await connection.prepare(statement)
            warnings: list[str] = []
            columns = column_names([attribute.name for attribute in prepared.get_attributes()], warnings)
            yield SqlReading("postgresql", columns, _postgres_pages(await prepared.cursor()), warnings)
    except asyncpg.PostgresError as error:
        raise ImportFileError(f"reading the database {name}: {error}") from error
    finally:
        await connection.close()


async def _postgres_pages(cursor: Any) -> AsyncIterator[list[tuple[Any, ...]]]:
    while page := await cursor.fetch(_PAGE):
        yield [tuple(row.values()) for row in page]


@contextlib.asynccontextmanager
async def _mysql(url: str, statement: str) -> AsyncIterator[SqlReading]:
    address = urlsplit(url)
    name = f"{address.hostname or 'localhost'}{address.path}"
    opened = partial(_open_mysql, address, name)
    async with _dbapi("mysql", opened, statement, name, pymysql.MySQLError) as reading:
        yield reading


@contextlib.asynccontextmanager
async def _sqlite(url: str, statement: str) -> AsyncIterator[SqlReading]:
    path = await asyncio.to_thread(_sqlite_path, url)
    async with _dbapi("sqlite", partial(_open_sqlite, path), statement, str(path), sqlite3.Error) as reading:
        yield reading


@contextlib.asynccontextmanager
async def _dbapi(
    database: str, connect: Callable[[], Any], statement: str, name: str, errors: type[Exception]
) -> AsyncIterator[SqlReading]:
    """Read through a driver of DB-API 2.0, whose blocking calls run in threads."""
    connection = await asyncio.to_thread(connect)
    try:
        cursor = connection.cursor()
        await asyncio.to_thread(cursor.execute, statement)
        warnings: list[str] = []
        columns = column_names([column[0] for column in cursor.description or ()], warnings)
        yield SqlReading(database, columns, _pages_in_threads(cursor.fetchmany), warnings)
    except errors as error:
        raise ImportFileError(f"reading the database {name}: {error.args[-1]}") from error
    finally:
        connection.close()


def _open_mysql(address: SplitResult, name: str) -> pymysql.Connection[Any]:
    try:
        return pymysql.connect(
            host=address.hostname or "localhost",
            port=address.port or 3306,
            user=unquote(address.username or ""),
            password=unquote(address.password or ""),
            database=unquote(address.path.removeprefix("/")),
            charset="utf8mb4",
            sql_mode="ANSI_QUOTES",  # quote names as every other database does
            init_command=files("sql").joinpath("mysql_read_only.sql").read_text(encoding="utf-8"),
            cursorclass=pymysql.cursors.SSCursor,  # unbuffered: the server keeps the remaining rows
            connect_timeout=round(_CONNECT_SECONDS),
        )
    except (OSError, ValueError, pymysql.MySQLError) as error:
        raise ImportFileError(
            f"connecting to the database {name}: {error.args[-1] if error.args else error}",
            next_step="check the url and the network",
        ) from error


def _sqlite_path(url: str) -> Path:
    """Return the path in `sqlite:file` or `sqlite:///file`, which may be meant as absolute or relative."""
    written = unquote(url.removeprefix("sqlite:"))
    meant = [Path(written.removeprefix("//")), Path(written.removeprefix("///"))]
    found = next((path for path in meant if path.is_file()), None)
    if found is None:
        raise NotFoundError(
            f"there is no database {meant[0]}", next_step="give its path: sqlite:///path/to/file"
        )
    return found


def _open_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    connection.set_authorizer(_only_reading)
    connection.text_factory = _text
    return connection


def _only_reading(action: int, *_: str | None) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _text(data: bytes) -> str | _Undecodable:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _Undecodable(data)


async def _pages_in_threads(
    fetch: Callable[[int], Sequence[tuple[Any, ...]]],
) -> AsyncIterator[list[tuple[Any, ...]]]:
    while page := await asyncio.to_thread(fetch, _PAGE):
        yield list(page)
