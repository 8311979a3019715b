"""What index pages say of the listings that they link to, in a temporary file: a portal has many."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from types import TracebackType
from typing import Any, Final, Self

_TABLES: Final = """
pragma journal_mode = off;
pragma synchronous = off;
create table said (url text primary key, said text) without rowid;
create table pages (id integer primary key);
"""


class Listed:
    """Used inside `with`; the file goes with it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="property-manager-")
        self._file = sqlite3.connect(f"{self._folder.name}/listed.db", isolation_level=None)
        self._file.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._folder.cleanup()

    def index(self, page_id: int) -> None:
        """Note that this page lists listings."""
        self._file.execute("insert or ignore into pages values (?)", (page_id,))

    def is_index(self, page_id: int) -> bool:
        return self._file.execute("select 1 from pages where id = ?", (page_id,)).fetchone() is not None

    def add(self, url: str, said: dict[str, str]) -> None:
        """Note what a list says of the listing at this url; a later page of the list counts."""
        self._file.execute("insert or replace into said values (?, ?)", (url, json.dumps(said)))

    def said(self, url: str) -> dict[str, str] | None:
        """What a list says of the listing at this url; None where none links to it."""
        found: Any = self._file.execute("select said from said where url = ?", (url,)).fetchone()
        return None if found is None else json.loads(found[0])
