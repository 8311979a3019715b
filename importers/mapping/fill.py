"""How a row's cells fill one field: the first alternative that is not blank, parsed as the mapping asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from config.errors import DoubtError, ParseError
from config.listing import FIELD
from config.source import Source
from importers.mapping.base import LINKS, absolute
from importers.mapping.factor import multiplied
from importers.mapping.headers import Headers
from importers.mapping.model import Cell, Column, Options
from importers.mapping.parse import Parser, make_parser
from importers.mapping.paths import ABSENT, Getter, getter
from importers.mapping.pattern import part_of
from importers.mapping.units import declared_unit, is_unit, measured, unit_in_header, unmeasured
from parsing.area import MEASURE_OTHERWISE
from parsing.cells import as_text, decimal_mark
from parsing.staged import Unreadable
from parsing.text import LONGEST_VALUE, plain
from parsing.vocabulary.blank import is_blank

_REST: Final = "*"
Reading = Callable[[Any, Mapping[str, Any]], Any]
"""What makes a value of a cell that is not blank, and of the row it stands in; may raise ParseError."""

_UNREADABLE: Final = (ParseError, ArithmeticError, ValueError, RecursionError)


class Filling:
    """Compiles the cells of a mapping for one file's columns."""

    def __init__(
        self, headers: Headers, options: Options, source: Source, *, base: str | None = None
    ) -> None:
        self._headers, self._options, self._source, self._base = headers, options, source, base

    def plain_column(self, target: str, cell: Cell) -> str | None:
        """The column whose value goes to the field's own reader untouched, if that is all there is to do."""
        (column, *more) = cell.columns
        if more or not isinstance(column, str) or cell.map or cell.order or cell.pattern or cell.factor:
            return None
        if self._base_of(target, cell) is not None:
            return None
        if self._parser(target, cell, column) is not None:
            return None
        header = self._headers.resolved(column)
        return header if self._headers.column(column) == header else None

    def getter(self, target: str, cell: Cell) -> Getter:
        """A function that returns the field's value in a row; blank or ABSENT if every alternative is."""
        ways = [self._way(target, cell, column) for column in cell.columns]
        if len(ways) == 1:
            return ways[0]

        def get(cells: Mapping[str, Any]) -> Any:
            first = ABSENT
            for way in ways:
                value = way(cells)
                if value is ABSENT:
                    continue
                if not is_blank(value):
                    return value
                if first is ABSENT:
                    first = value
            return first

        return get

    def _way(self, target: str, cell: Cell, column: Column) -> Getter:
        if isinstance(column, Cell):
            return self.getter(target, column)
        found = self._raw(column, cell.order)
        if cell.pattern is not None:
            found = _parted(found, cell.pattern)
        if cell.map:
            found = _mapped(found, cell.map)
        if cell.factor is not None:
            found = _parsed(found, self._multiplier(cell.factor))
        if (base := self._base_of(target, cell)) is not None:
            found = _parsed(found, _completer(base, several=FIELD[target].read == "urls"))
        parser = self._parser(target, cell, column)
        return found if parser is None else _parsed(found, parser)

    def _base_of(self, target: str, cell: Cell) -> str | None:
        return (cell.base or self._base) if FIELD[target].read in LINKS else None

    def _multiplier(self, factor: Decimal) -> Reading:
        mark = decimal_mark(self._source)
        return lambda value, _cells: multiplied(value, factor, decimal_mark=mark)

    def _raw(self, column: str | tuple[str, ...], order: str | None) -> Getter:
        if isinstance(column, str):
            return getter(self._headers.resolved(column), order)
        parts = [getter(self._headers.resolved(name), order) for name in column]

        def joined(cells: Mapping[str, Any]) -> Any:
            values = [value for part in parts if (value := part(cells)) is not ABSENT]
            if not values:
                return ABSENT
            if unreadable := next((value for value in values if isinstance(value, Unreadable)), None):
                return unreadable
            try:
                return " ".join(as_text(value).strip() for value in values if not is_blank(value))
            except _UNREADABLE:
                return Unreadable(values, "not texts that can be joined")

        return joined

    def _parser(self, target: str, cell: Cell, column: Column) -> Reading | None:
        parser = make_parser(target, cell.parse, self._source, self._options.date_format)
        if cell.parse == "area" or (cell.parse is None and FIELD[target].read == "area"):
            return self._area(cell, column, parser)
        return None if parser is None else lambda value, _cells: parser(value)

    def _area(self, cell: Cell, column: Column, parser: Parser | None) -> Reading | None:
        units = [self._unit(word) for word in cell.unit]
        header = unit_in_header(column) if isinstance(column, str) else None
        if header is not None:
            units.append(lambda _cells: header)
        is_sure = self._source.country not in MEASURE_OTHERWISE
        if not units and parser is None and is_sure:
            return None

        def read(value: Any, cells: Mapping[str, Any]) -> Any:
            unit = next((found for each in units if (found := each(cells)) is not None), None)
            if unit is None:
                area = value if is_sure else unmeasured(value)
            else:
                area = value if unit == "m2" and is_sure else measured(value, unit)
            return area if parser is None else parser(area)

        return read

    def _unit(self, word: str) -> Callable[[Mapping[str, Any]], str | None]:
        if is_unit(word):
            fixed = declared_unit(word)
            return lambda _cells: fixed
        column = getter(self._headers.resolved(word))

        def stated(cells: Mapping[str, Any]) -> str | None:
            value = column(cells)
            if value is ABSENT or is_blank(value):
                return None
            unit = declared_unit(str(value)[:LONGEST_VALUE])
            if unit is None:
                raise ParseError(str(value), "unknown unit")
            return unit

        return stated


def _parted(found: Getter, pattern: str) -> Getter:
    def get(cells: Mapping[str, Any]) -> Any:
        value = found(cells)
        return value if value is ABSENT else part_of(value, pattern)

    return get


def _completer(base: str, *, several: bool) -> Reading:
    return lambda value, _cells: absolute(value, base, several=several)


def _parsed(found: Getter, parser: Reading) -> Getter:
    def get(cells: Mapping[str, Any]) -> Any:
        value = found(cells)
        if value is ABSENT or isinstance(value, Unreadable) or is_blank(value):
            return value
        try:
            return parser(value, cells)
        except DoubtError as doubt:
            return Unreadable(value, doubt.why, doubt.readings)
        except _UNREADABLE as error:
            return Unreadable(value, error.why if isinstance(error, ParseError) else "cannot be read")

    return get


def _mapped(found: Getter, words: Mapping[str, Any]) -> Getter:
    known = {_word(given): meant for given, meant in words.items()}
    rest = known.get(_REST, ABSENT)

    def get(cells: Mapping[str, Any]) -> Any:
        value = found(cells)
        if value is ABSENT or value is None or isinstance(value, list | tuple | dict | Unreadable):
            return value
        try:
            meant = known.get(_word(as_text(value)), ABSENT)
        except _UNREADABLE:
            return value
        if meant is ABSENT and not is_blank(value):  # "NC" may be a state, where the mapping knows it
            meant = rest
        return value if meant is ABSENT else meant

    return get


def _word(text: str) -> str:
    """A word for look-ups: servers spell "Residential Lease" and "ResidentialLease"."""
    if text == _REST or len(text) > LONGEST_VALUE:
        return text
    squeezed = "".join(char for char in plain(text) if char.isalnum())
    return squeezed or text.strip()
