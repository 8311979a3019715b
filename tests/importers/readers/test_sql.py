"""Other databases: a table or a query, read only, with its types."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from config.errors import NotFoundError
from importers import ImportFileError, Record
from importers.readers.sql import SqlReading, open_database
from tests.servers import Server


async def all_of(reading: SqlReading) -> list[Record]:
    return [record async for record in reading]


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "old system.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('create table "my listings" (id text, price real, note text)')
        rows = [(str(n), n * 1.5, None) for n in range(2500)]
        connection.executemany('insert into "my listings" values (?, ?, ?)', rows)
        connection.commit()
    yield path


async def test_a_sqlite_table_is_read_in_order(sqlite_path: Path) -> None:
    async with open_database(f"sqlite:///{sqlite_path}", table="my listings") as reading:
        assert (reading.format, reading.columns) == ("sqlite", ["id", "price", "note"])
        records = await all_of(reading)
    assert reading.rows_read == 2500
    assert records[2] == Record(3, 3, {"id": "2", "price": 3.0, "note": None})


@pytest.mark.parametrize(
    "form", ["sqlite:{}#my%20listings", "sqlite://{}#my listings", "sqlite:///{}#my listings"]
)
async def test_the_url_may_name_the_table(sqlite_path: Path, form: str) -> None:
    async with open_database(form.format(sqlite_path)) as reading:
        assert len(await all_of(reading)) == 2500


async def test_a_query_with_repeated_names_is_read(sqlite_path: Path) -> None:
    query = 'select id, id, price from "my listings" where price > 3700;'
    async with open_database(f"sqlite:{sqlite_path}", query=query) as reading:
        assert reading.columns == ["id", "id (2)", "price"]
        assert len(await all_of(reading)) == 33
        assert "Two columns are named 'id'" in reading.warnings[0]


@pytest.mark.parametrize(
    "query",
    [
        'delete from "my listings"',
        'drop table "my listings"',
        "attach 'other.db' as other",
        "pragma writable_schema = 1",
        "select 1; select 2",
        "select nothing from nowhere",
    ],
)
async def test_sqlite_is_read_only(sqlite_path: Path, query: str) -> None:
    with pytest.raises(ImportFileError, match="reading the database"):
        async with open_database(f"sqlite:{sqlite_path}", query=query) as reading:
            await all_of(reading)
    async with open_database(f"sqlite:{sqlite_path}", table="my listings") as reading:
        assert len(await all_of(reading)) == 2500


async def test_invalid_text_is_a_problem_of_its_row(sqlite_path: Path) -> None:
    query = "select 1 as id, cast(x'62ff64' as text) as note union all select 2, 'fine'"
    async with open_database(f"sqlite:{sqlite_path}", query=query) as reading:
        bad, good = await all_of(reading)
    assert bad.problem == "row 1, column 'note': bytes that are not UTF-8"
    assert (bad.raw, bad.cells) == (b"b\xffd", {"id": 1, "note": "b\ufffdd"})
    assert good.problem is None


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("id,title\n" * 500)
    with pytest.raises(ImportFileError, match="not a database"):
        async with open_database(f"sqlite:{path}#x") as reading:
            await all_of(reading)
    with pytest.raises(NotFoundError, match="there is no database"):
        async with open_database(f"sqlite:{tmp_path}/none.db#x"):
            pass
    assert not (tmp_path / "none.db").exists()


@pytest.fixture
async def postgres(server: Server, bare_name: str) -> str:
    dsn = server.superuser_dsn(bare_name)
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        'create schema old; create table old."Listings" as '
        "select n as id, n * 1.5 as price, array['a', null] as tags, jsonb_build_object('n', n) as extra "
        "from generate_series(1, 2500) n"
    )
    await connection.close()
    return dsn


async def test_a_table_of_postgres_is_read_with_its_types(postgres: str) -> None:
    async with open_database(f"{postgres}#old.Listings") as reading:
        assert (reading.format, reading.columns) == ("postgresql", ["id", "price", "tags", "extra"])
        records = await all_of(reading)
    assert len(records) == 2500
    first = next(record.cells for record in records if record.cells["id"] == 1)
    assert first == {"id": 1, "price": Decimal("1.5"), "tags": ["a", None], "extra": '{"n": 1}'}


async def test_postgres_is_read_only(postgres: str) -> None:
    delete = 'delete from old."Listings" returning id'
    with pytest.raises(ImportFileError, match="reading the database"):
        async with open_database(postgres, query=delete) as reading:
            await all_of(reading)
    async with open_database(postgres, query='select count(*) from old."Listings"') as reading:
        assert [record.cells for record in await all_of(reading)] == [{"count": 2500}]


async def test_a_table_name_cannot_inject_sql(postgres: str) -> None:
    with pytest.raises(ImportFileError, match="does not exist"):
        async with open_database(postgres, table='old"; drop schema old cascade; --'):
            pass


async def test_an_error_names_the_server_without_its_password() -> None:
    with pytest.raises(ImportFileError, match=r"connecting to the database 127\.0\.0\.1/x") as refused:
        async with open_database("postgresql://me:secret@127.0.0.1:1/x#t"):
            pass
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("oracle://host/db#t", "begins with postgresql:, mysql: or sqlite:"),
        ("sqlite:x.db", "either a table or a query"),
    ],
)
async def test_other_databases_are_refused(url: str, why: str) -> None:
    with pytest.raises(ImportFileError, match=why):
        async with open_database(url):
            pass


async def test_table_and_query_at_once_are_refused(sqlite_path: Path) -> None:
    with pytest.raises(ImportFileError, match="either a table or a query"):
        async with open_database(f"sqlite:{sqlite_path}", table="x", query="select 1"):
            pass
