"""A mapping made ready for one file: rows of columns in, raw rows by field name out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from config.errors import ParseError
from config.source import Source
from importers.mapping import model
from importers.mapping.candidates import IdCandidate, id_candidates
from importers.mapping.combined_id import combined_id
from importers.mapping.file_date import file_time
from importers.mapping.fill import Filling
from importers.mapping.headers import Headers
from importers.mapping.paths import ABSENT, getter
from importers.mapping.pattern import part_of
from importers.mapping.report import KEY_COLUMNS, ColumnReport
from parsing.cells import as_text
from parsing.identity import is_rounded, lost_digits, spelled
from parsing.vocabulary.blank import is_blank

_PLAIN_SOURCE = Source(name="import")


class HasCells(Protocol):
    """A row as a reader of files hands it over."""

    @property
    def cells(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row by field name, as `CellReader.read` takes it, with what staging keeps of it."""

    fields: dict[str, Any]
    original: Mapping[str, Any]
    property_id: Any
    partition: str | None


def compile_mapping(
    mapping: model.Mapping, columns: Sequence[str], *, source: Source | None = None
) -> RowMapper:
    """The mapper of one file; `source` gives country and currency to the readings that need them."""
    return RowMapper(mapping, columns, mapping.source_facts(source or _PLAIN_SOURCE))


class RowMapper:
    """Reads the rows of one file by its mapping; made once, used for every row."""

    def __init__(self, mapping: model.Mapping, columns: Sequence[str], source: Source) -> None:
        self._mapping, self._columns = mapping, tuple(columns)
        self._headers = Headers(columns, loosely=mapping.match == "loose")
        filling = Filling(self._headers, mapping.options, source, base=mapping.base)
        self._straight: list[tuple[str, str]] = []
        self._made = []
        for target, cell in mapping.fields.items():
            column = filling.plain_column(target, cell)
            if column is None:
                self._made.append((target, filling.getter(target, cell)))
            else:
                self._straight.append((target, column))
        self._id = [getter(self._headers.resolved(name)) for name in mapping.id]
        self._partition = (
            None if mapping.partition is None else getter(self._headers.resolved(mapping.partition))
        )
        self._dated = file_time(mapping.file_date, self._headers, mapping.options, source)
        self._used = frozenset(filter(None, map(self._headers.column, mapping.columns())))

    def check(
        self, columns: Sequence[str] | None = None, sample: Iterable[Mapping[str, Any]] = ()
    ) -> ColumnReport:
        """What the mapping makes of the file's columns; `sample` rows help to propose an id."""
        headers = Headers(columns or self._columns, loosely=self._mapping.match == "loose")
        mapped: dict[str, list[str]] = defaultdict(list)
        absent: dict[str, tuple[str, ...]] = {}
        loosely: dict[str, str] = {}
        for target, names in self._references():
            found = {name: column for name in names if (column := headers.column(name)) is not None}
            for name, column in found.items():
                if target not in mapped[column]:
                    mapped[column].append(target)
                if headers.resolved(name) != name:
                    loosely[name] = column
            if not found or (target == "id" and len(found) < len(names)):
                absent[target] = tuple(name for name in names if name not in found)
        rows = list(sample)
        refusals = (*self._refusals(absent), *self._rounded_ids(rows))
        lacks_id = not self._mapping.id or "id" in absent
        return ColumnReport(
            mapped={column: tuple(targets) for column, targets in mapped.items()},
            absent=absent,
            unmapped=tuple(column for column in headers if column not in mapped),
            loosely=loosely,
            refusals=refusals,
            candidates=self._id_candidates(list(headers), rows) if lacks_id else (),
        )

    def _id_candidates(
        self, columns: Sequence[str], sample: Sequence[Mapping[str, Any]]
    ) -> tuple[IdCandidate, ...]:
        found = id_candidates(columns, sample)
        joined = None if found else combined_id(dict(self._straight), columns, sample)
        return tuple(found) if joined is None else (joined,)

    def _references(self) -> list[tuple[str, tuple[str, ...]]]:
        named = [(target, cell.names()) for target, cell in self._mapping.fields.items()]
        if self._mapping.id:
            named.insert(0, ("id", self._mapping.id))
        if self._mapping.partition is not None:
            named.append(("partition", (self._mapping.partition,)))
        if self._mapping.file_date is not None and self._mapping.file_date.column is not None:
            named.append(("file_date", (self._mapping.file_date.column,)))
        return named

    def _refusals(self, absent: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        found = []
        if not self._mapping.id:
            found.append(f"mapping {self._mapping.name!r} names no id column")
        for target in (*KEY_COLUMNS, *self._mapping.required):
            if target in absent:
                found.append(f"it has no column {' or '.join(map(repr, absent[target]))} for {target}")
            elif target not in self._mapping.fields and target not in (
                *KEY_COLUMNS,
                *self._mapping.defaults,
            ):
                found.append(f"{target} is required, but no column is mapped to it")
        return tuple(found)

    def _rounded_ids(self, sample: Sequence[Mapping[str, Any]]) -> list[str]:
        """Why most of the sample's ids are none, if most of them lost digits."""
        ids = [self._identity(cells) for cells in sample]
        lost = [value for value in ids if is_rounded(value)]
        if 2 * len(lost) <= len(ids):
            return []
        return [f"{lost_digits(lost[0])}: export the column as text, or name another id"]

    def raw(self, record: HasCells) -> RawRow:
        """The row by field name; never raises, what cannot be read is marked so."""
        cells = record.cells
        fields = {target: cells[column] for target, column in self._straight if column in cells}
        for target, get in self._made:
            value = get(cells)
            if value is not ABSENT:
                fields[target] = value
        if self._dated is not None and is_blank(fields.get("scraped_at")):
            moment = self._dated(cells)
            if moment is not ABSENT:
                fields["scraped_at"] = moment
        identity = self._identity(cells)
        if identity is not None:
            fields["property_id"] = identity
        if self._mapping.extra == "features":
            self._add_features(cells, fields)
        original = cells
        if self._mapping.extra == "drop":
            original = {column: value for column, value in cells.items() if column in self._used}
        return RawRow(fields, original, identity, self._part(cells))

    def _identity(self, cells: Mapping[str, Any]) -> Any:
        if len(self._id) == 1:
            value = self._id[0](cells)
            if value is ABSENT:
                return None
            pattern = self._mapping.id_pattern
            return value if pattern is None else part_of(value, pattern)
        values = [get(cells) for get in self._id]
        for value in values:
            if is_rounded(value):
                return value
        parts = [spelled(_id_part(value)) for value in values]
        return "|".join(parts) if any(parts) else None

    def _part(self, cells: Mapping[str, Any]) -> str | None:
        if self._partition is None:
            return None
        return _id_part(self._partition(cells)) or None

    def _add_features(self, cells: Mapping[str, Any], fields: dict[str, Any]) -> None:
        more = {
            column: value
            for column, value in cells.items()
            if column not in self._used and column and not is_blank(value)
        }
        given = fields.get("features")
        if not more or not (given is None or isinstance(given, dict) or is_blank(given)):
            return
        fields["features"] = {**more, **given} if isinstance(given, dict) else more


def _id_part(value: Any) -> str:
    if value is ABSENT or is_blank(value):
        return ""
    try:
        return as_text(value).strip()
    except (ParseError, ArithmeticError, ValueError):
        return ""
