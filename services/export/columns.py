"""The columns of an export, in order: the source, every listing column, status and when it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.listing import FIELDS


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name and Postgres's type for it."""

    name: str
    sql: str


COLUMNS: Final[tuple[Column, ...]] = (
    Column("source", "text"),
    *(Column(field.name, field.sql) for field in FIELDS),
    Column("status", "text"),
    Column("first_seen_at", "timestamptz"),
    Column("last_seen_at", "timestamptz"),
)
