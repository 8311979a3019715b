"""MySQL and MariaDB as sources, on a real server."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pymysql
import pytest

from importers import ImportFileError, Record
from importers.readers.sql import SqlReading, open_database

MARIADBD = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = pytest.mark.skipif(MARIADBD is None, reason="MariaDB is not installed")


async def all_of(reading: SqlReading) -> list[Record]:
    return [record async for record in reading]


@pytest.fixture(scope="module")
def mysql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The url of a server of this module's own, with a table in it."""
    folder = tmp_path_factory.mktemp("mariadb")
    user = getpass.getuser()
    common = ["--no-defaults", f"--datadir={folder / 'data'}", f"--user={user}"]
    subprocess.run(
        ["mariadb-install-db", *common, "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    assert MARIADBD is not None
    server = subprocess.Popen(
        [MARIADBD, *common, "--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder / 's'}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _fill(folder / "s")
        yield f"mysql://reader:p%40ss@127.0.0.1:{port}/old"
    finally:
        server.terminate()
        server.wait()


def _fill(path: Path) -> None:
    subprocess.run(
        ["mariadb-admin", "--no-defaults", f"--socket={path}", "--user=root", "--wait=60", "ping"],
        check=True,
        capture_output=True,
    )
    connection = pymysql.connect(unix_socket=str(path), user="root", charset="utf8mb4")
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("create database old character set utf8mb4")
        cursor.execute("create user reader@'127.0.0.1' identified by 'p@ss'")
        cursor.execute("grant all on old.* to reader@'127.0.0.1'")
        cursor.execute(
            "create table old.`my listings` (id int, title text, price decimal(15,2), listed date)"
        )
        rows = [(n, f"Casa Ñ {n}", Decimal(n) + Decimal("0.50"), None) for n in range(2499)]
        cursor.executemany("insert into old.`my listings` values (%s, %s, %s, %s)", rows)
        cursor.execute("insert into old.`my listings` values (2499, null, 1.25, '2026-11-01')")
        connection.commit()


async def test_a_table_is_read_with_its_types(mysql: str) -> None:
    async with open_database(f"{mysql}#my listings") as reading:
        assert (reading.format, reading.columns) == ("mysql", ["id", "title", "price", "listed"])
        records = await all_of(reading)
    assert reading.rows_read == 2500
    assert records[0].cells == {"id": 0, "title": "Casa Ñ 0", "price": Decimal("0.50"), "listed": None}
    assert records[-1].cells == {
        "id": 2499,
        "title": None,
        "price": Decimal("1.25"),
        "listed": date(2026, 11, 1),
    }


async def test_a_query_is_read(mysql: str) -> None:
    async with open_database(mysql, query='select id from "my listings" where price > 2400;') as reading:
        assert len(await all_of(reading)) == 99


async def test_nothing_is_ever_written(mysql: str) -> None:
    with pytest.raises(ImportFileError, match="READ ONLY"):
        async with open_database(mysql, query='delete from "my listings"'):
            pass


@pytest.mark.parametrize("wrong", ["mysql://reader:nope@", "mysql://reader:p%40ss@127.0.0.1:1/"])
async def test_an_error_names_the_server_without_its_password(mysql: str, wrong: str) -> None:
    url = wrong if wrong.endswith("/") else wrong + mysql.partition("@")[2]
    with pytest.raises(ImportFileError, match=r"connecting to the database 127\.0\.0\.1/") as refused:
        async with open_database(f"{url}#t"):
            pass
    assert "nope" not in str(refused.value)
