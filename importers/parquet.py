"""Parquet, one row group after the other, so that a damaged group costs only itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from importers.errors import DamagedFileError
from importers.header import column_names
from importers.options import ReadOptions
from importers.record import Notes, Record, Table
from importers.unpack import Input

_BATCH: Final = 1_000
_BUFFER: Final = 1 << 16


def read_parquet(source: Input, _: ReadOptions, notes: Notes) -> Table:
    """The table in a Parquet file; its line numbers are row positions."""
    try:
        file = pq.ParquetFile(source.local(), pre_buffer=False, buffer_size=_BUFFER)
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(
            f"{source.name} begins as a Parquet file but cannot be read: {_first_line(error)}",
            next_step="It is probably cut: download or export it again.",
        ) from error
    names = column_names(file.schema_arrow.names, notes.warnings)
    return Table(
        "parquet", _records(file, source.name, names), names, dialect={"groups": file.num_row_groups}
    )


def _records(file: pq.ParquetFile, name: str, columns: list[str]) -> Iterator[Record]:
    row = 0
    with file:
        for group in range(file.num_row_groups):
            first, count = row, file.metadata.row_group(group).num_rows
            try:
                for batch in file.iter_batches(_BATCH, row_groups=[group], use_threads=False):
                    for cells in zip(*map(_values, batch.columns), strict=True):
                        row += 1
                        yield Record(row, row, dict(zip(columns, cells, strict=True)))
            except (pa.ArrowException, OSError) as error:
                why = _first_line(error)
                for lost in range(row + 1, first + count + 1):
                    yield Record(lost, lost, {}, f"{name}, row {lost}: its row group is damaged ({why})")
                row = first + count


def _values(column: Any) -> list[Any]:
    """Python values; those that Python has no value for (a date in the year 20000) as text."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        values = [_value(scalar) for scalar in column]
    return values


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return str(scalar.cast(pa.int64()).as_py())


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
