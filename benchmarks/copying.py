"""The COPY clients that the limit chooses from: the same rows as tuples, binary or text, by two drivers.

None of them reads a cell: raw as JSON, JSON cells as JSON, everything else as it is.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import orjson

from benchmarks.listings import Row
from config.listing import FIELDS

_CHUNK_ROWS: Final = 250
_JSON_CELLS: Final = ("features", "amenities", "image_urls")
_CELLS: Final = tuple(
    field.name for field in FIELDS if field.name not in (*_JSON_CELLS, "page_number", "scraped_at")
)


@dataclass(frozen=True, slots=True)
class Target:
    """A table, the columns that are the same in every row and those that number the rows."""

    schema: str
    table: str
    fixed: tuple[tuple[str, object], ...] = ()
    numbered: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(name for name, _ in self.fixed), *self.numbered, "raw", *_JSON_CELLS, *_CELLS)


def _dump(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


def _tuples(rows: Iterable[Row], target: Target) -> Iterator[tuple[Any, ...]]:
    fixed, numbers = tuple(value for _, value in target.fixed), len(target.numbered)
    for number, row in enumerate(rows, 1):
        get = row.get
        yield (
            *fixed,
            *(number,) * numbers,
            _dump(row),
            *(_dump(get(name)) for name in _JSON_CELLS),
            *map(get, _CELLS),
        )


def asyncpg_binary(dsn: str, rows: Iterable[Row], target: Target) -> None:
    async def copy(conn: asyncpg.Connection) -> None:
        await conn.copy_records_to_table(
            target.table, schema_name=target.schema, columns=target.columns, records=_tuples(rows, target)
        )

    asyncio.run(_with_asyncpg(dsn, copy))


def asyncpg_text(dsn: str, rows: Iterable[Row], target: Target) -> None:
    async def copy(conn: asyncpg.Connection) -> None:
        await conn.copy_to_table(
            target.table, schema_name=target.schema, columns=target.columns, format="text", null="",
            source=_lines(rows, target),
        )  # fmt: skip

    asyncio.run(_with_asyncpg(dsn, copy))


async def _lines(rows: Iterable[Row], target: Target) -> AsyncIterator[bytes]:
    fixed = [f"\\x{value.hex()}" if isinstance(value, bytes) else str(value) for _, value in target.fixed]
    numbers = len(target.numbered)
    lines: list[str] = []
    for number, row in enumerate(rows, 1):
        get = row.get
        cells = (
            *fixed, *(str(number),) * numbers, _dump(row), *[_dump(get(name)) for name in _JSON_CELLS],
            *["" if (cell := get(name)) is None else str(cell) for name in _CELLS],
        )  # fmt: skip
        lines.append("\t".join(cells).replace("\\", "\\\\").replace("\n", "\\n") + "\n")
        if len(lines) == _CHUNK_ROWS:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


async def _with_asyncpg(dsn: str, copy: Callable[[asyncpg.Connection], Any]) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await copy(conn)
    finally:
        await conn.close()


def psycopg_text(dsn: str, rows: Iterable[Row], target: Target) -> None:
    _psycopg(dsn, rows, target, "")


def psycopg_binary(dsn: str, rows: Iterable[Row], target: Target) -> None:
    _psycopg(dsn, rows, target, "(format binary)")


def _psycopg(dsn: str, rows: Iterable[Row], target: Target, how: str) -> None:
    import psycopg  # noqa: PLC0415 - only .venv-bench has it

    columns = ", ".join(target.columns)
    statement = f"copy {target.schema}.{target.table} ({columns}) from stdin {how}"
    with psycopg.connect(dsn) as conn:
        types = _types(conn, target) if how else None  # a connection that copies can be asked nothing
        with conn.cursor() as cursor, cursor.copy(statement) as copy:
            if types:
                copy.set_types(types)
            for row in _tuples(rows, target):
                copy.write_row(row)


def _types(conn: Any, target: Target) -> list[str]:
    found = dict(
        conn.execute(
            "select attname, atttypid::regtype::text from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [f"{target.schema}.{target.table}"],
        ).fetchall()
    )
    return [found[name] for name in target.columns]


CLIENTS: Final[dict[str, Callable[[str, Iterable[Row], Target], None]]] = {
    "asyncpg text": asyncpg_text,
    "asyncpg binary": asyncpg_binary,
    "psycopg text": psycopg_text,
    "psycopg binary": psycopg_binary,
}


def available() -> list[str]:
    """The clients whose driver is installed."""
    return [name for name in CLIENTS if importlib.util.find_spec(name.split()[0])]
