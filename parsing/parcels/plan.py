"""What is settled once for a layer: for each field, the columns it comes from and the reader of its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from config.county.columns import PLACED_BY, WORDED_BY, Column
from config.county.keys import KeyOrder, Place
from config.county.kinds import Kind, RecordField
from config.errors import ParseError
from parsing.cells.note import BLANK, Note
from parsing.cells.text import as_text
from parsing.memo import Reader, remembering_readers
from parsing.parcels.cells import reader_of, word_reader
from parsing.parcels.days import month_reader
from parsing.parcels.keys import read_key
from parsing.parcels.statuses import OURS, status_of
from parsing.vocabulary.blank import is_blank

ABSENT: Final = object()
"""What a row has of a column that it lacks."""

Cells = Mapping[str, Any]
_SITUS: Final = frozenset(("absentee",))
"""Fields whose column is not their value, but what they are made from."""


class Step(NamedTuple):
    """How one field is filled."""

    name: str
    column: str | None
    """The one column that it is read from, else `gather` says."""
    gather: Callable[[Cells], Any]
    readers: dict[type, Reader]
    """The remembering readers by the type of a cell …"""
    read: Reader
    """… and the reader of any cell."""


def steps_of(
    kind: Kind, county: Place, columns: Mapping[str, Column], key_order: KeyOrder | None
) -> list[Step]:
    """The steps that read a row of the layer, in the order of the kind's fields."""
    zone = ZoneInfo(county.time_zone)
    steps = []
    for field in kind.fields:
        column = _column_of(kind, field, columns)
        if column is None or field.name in _SITUS:
            continue
        steps.append(_step(field.name, column, _reader(kind, field, column, county, zone)))
        if field.name == "parcel_id":
            steps.append(_step("parcel_id_normalized", column, _key_reader(county, key_order)))
    return steps


def gatherer(column: Column) -> Callable[[Cells], Any]:
    """What gathers the value of a field from the cells of a row."""
    if column.column is not None:
        return partial(_one, column.column)
    if column.const is not None:
        return lambda _: column.const
    if column.year is not None:
        return partial(_several, (column.year, column.month, column.day))
    return partial(_first if column.take == "first" else partial(_joined, column.by), column.columns)


def _column_of(kind: Kind, field: RecordField, columns: Mapping[str, Column]) -> Column | None:
    """The column of a field: as the layer says, else the usual one."""
    if field.name in columns:
        return columns[field.name]
    if field.name in PLACED_BY:
        return Column(column=PLACED_BY[field.name])
    if field.name == "status":
        return columns.get(WORDED_BY[kind.name])
    return None


def _reader(kind: Kind, field: RecordField, column: Column, county: Place, zone: ZoneInfo) -> Reader:
    if column.year is not None:
        read = month_reader(column.day is not None)
        return lambda parts: read(*parts)
    if field.name == "county_fips":
        return _county_reader(county, column)
    if field.read == "word":
        return word_reader(partial(status_of, kind.name), OURS[kind.name], column)
    return reader_of(field, column, zone)


def _step(name: str, column: Column, read: Reader) -> Step:
    return Step(name, column.column, gatherer(column), remembering_readers(read), read)


def _key_reader(county: Place, key_order: KeyOrder | None) -> Reader:
    rule = county.key

    def read(cell: Any) -> Any:
        key = read_key(cell, rule, key_order)
        if key is None:
            return BLANK
        return key.text if key.note is None else Note(key.text, "repaired", key.note)

    return read


def _county_reader(county: Place, column: Column) -> Reader:
    """The county that a row names, in its own code or by FIPS: it has to be this one."""

    def read(cell: Any) -> Any:
        if is_blank(cell):
            return BLANK
        text = as_text(cell).strip()
        said = column.words.get(text) or column.words.get(text.lstrip("0")) or text
        if str(said) != county.county_fips:
            raise ParseError(text, f"a record of county {text}, not of {county.county_fips}")
        return county.county_fips

    return read


def _one(name: str, cells: Cells) -> Any:
    return cells.get(name, ABSENT)


def _several(names: tuple[str | None, ...], cells: Cells) -> Any:
    """A row that lacks the first has none of them."""
    if names[0] not in cells:
        return ABSENT
    return tuple(None if name is None else cells.get(name) for name in names)


def _joined(by: str, names: tuple[str, ...], cells: Cells) -> Any:
    found = [cells[name] for name in names if name in cells]
    if not found:
        return ABSENT
    return by.join(as_text(value).strip() for value in found if not is_blank(value)) or None


def _first(names: tuple[str, ...], cells: Cells) -> Any:
    found = [cells[name] for name in names if name in cells]
    if not found:
        return ABSENT
    return next((value for value in found if not is_blank(value)), None)
