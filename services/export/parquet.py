"""Parquet: numbers as decimals, days and moments as such, JSON columns as their text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from services.export.columns import COLUMNS
from services.export.formats import Row

_GROUP_ROWS: Final = 20_000
_NUMERIC: Final = re.compile(r"numeric\((\d+),(\d+)\)")
_TYPES: Final[dict[str, pa.DataType]] = {
    "text": pa.string(),
    "jsonb": pa.string(),
    "integer": pa.int32(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}


def _type(sql: str) -> pa.DataType:
    numeric = _NUMERIC.fullmatch(sql)
    return pa.decimal128(int(numeric[1]), int(numeric[2])) if numeric else _TYPES[sql]


SCHEMA: Final = pa.schema([(column.name, _type(column.sql)) for column in COLUMNS])


class ParquetWriter:
    """Holds one row group at a time."""

    def __init__(self, out: BinaryIO) -> None:
        self._file = pq.ParquetWriter(out, SCHEMA, compression="zstd")
        self._waiting: list[Row] = []

    def write(self, rows: Sequence[Row]) -> None:
        self._waiting.extend(rows)
        if len(self._waiting) >= _GROUP_ROWS:
            self._write_group()

    def close(self, *, complete: bool) -> None:
        if complete and self._waiting:
            self._write_group()
        self._file.close()

    def _write_group(self) -> None:
        columns = [
            pa.array(texts, pa.string()).cast(field.type)
            for texts, field in zip(zip(*self._waiting, strict=True), SCHEMA, strict=True)
        ]
        self._file.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))
        self._waiting = []
