"""Reads Parquet row group by row group, so that a damaged group loses only its own rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from importers.errors import DamagedFileError
from importers.options import ReadOptions
from importers.readers.header import column_names
from importers.readers.unpack import InputFile
from importers.record import Notes, Record, Skipped, Table

_BATCH: Final = 1_000
_BUFFER: Final = 1 << 16


def read_parquet(file: InputFile, _: ReadOptions, notes: Notes) -> Table:
    """Return the table in a Parquet file; its line numbers are row positions."""
    try:
        table = pq.ParquetFile(file.local(), pre_buffer=False, buffer_size=_BUFFER)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DamagedFileError(
            f"{file.name} begins as a Parquet file but cannot be read: {_first_line(error)}",
            next_step="it is probably cut: download or export it again",
        ) from error
    names = column_names(table.schema_arrow.names, notes.warnings)
    return Table(
        "parquet", _records(table, file.name, names, notes), names, dialect={"groups": table.num_row_groups}
    )


def _records(
    table: pq.ParquetFile, name: str, columns: list[str], notes: Notes
) -> Iterator[Record | Skipped]:
    row = number = 0
    with table:
        for group in range(table.num_row_groups):
            end = row + table.metadata.row_group(group).num_rows
            try:
                for batch in table.iter_batches(_BATCH, row_groups=[group], use_threads=False):
                    for cells in zip(*map(_values, batch.columns), strict=True):
                        row, number = row + 1, number + 1
                        yield _record(number, row, dict(zip(columns, cells, strict=True)), name)
            except MemoryError:  # also an ArrowException, but it says nothing of the file
                raise
            except (pa.ArrowException, OSError) as error:
                why = f"{name}, rows {row + 1} to {end}: the row group is damaged ({_first_line(error)})"
                notes.warnings.append(why)
                notes.incomplete = notes.incomplete or why
                yield Skipped(row + 1, "damaged", end - row)
                row = end


class _Undecodable(bytes):
    """A value of a text column that is not valid UTF-8."""


def _record(number: int, row: int, cells: dict[str, Any], name: str) -> Record:
    bad = [column for column, cell in cells.items() if cell.__class__ is _Undecodable]
    if not bad:
        return Record(number, row, cells)
    raw = b"\n".join(cells[column] for column in bad)
    readable = {**cells, **{column: cells[column].decode("utf-8", "replace") for column in bad}}
    problem = f"{name}, row {row}, column {bad[0]!r}: bytes that are not UTF-8"
    return Record(number, row, readable, problem, raw)


def _values(column: Any) -> list[Any]:
    """Convert a column to Python values; a time that Python cannot hold (nanoseconds, year 20000) to text."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        values = [_value(scalar) for scalar in column]
    return values


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return _Undecodable(scalar.cast(pa.binary()).as_py())
    except (ValueError, OverflowError):
        return scalar.cast(pa.string()).as_py()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
