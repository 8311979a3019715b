"""Raw row → staged row: every cell read as absent, blank, stated none, unreadable, doubtful or a value."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from math import isnan
from typing import Any, Final

from config.errors import DoubtError, ParseError
from config.listing import BIT, FIELDS
from config.source import Source, Urls
from parsing.address import normal_address
from parsing.canonical import canonical
from parsing.cells import BLANK, Note, make_reader, read_coordinates
from parsing.cells.price import PRICE, PriceCell
from parsing.counts import Bathrooms
from parsing.identity import read_id
from parsing.json_text import dump_raw
from parsing.memo import Reader, remembering_readers
from parsing.place import misplaced
from parsing.staged import Issue, StagedRow, Unreadable
from parsing.vocabulary.blank import IS_ERROR, is_blank, is_error
from parsing.vocabulary.places import BOXES, LEADING_ZEROS

_ABSENT: Final = object()
_UNREADABLE: Final = (ParseError, ArithmeticError, ValueError, RecursionError)
_ALONE: Final = frozenset(
    ("property_id", "price", "source_url", "page_number", "scraped_at", "address_normalized")
)
_ID, _TITLE, _URL = BIT["property_id"], BIT["title"], BIT["source_url"]
_PAGE, _SCRAPED_AT = BIT["page_number"], BIT["scraped_at"]
_BATHROOMS, _HALF_BATHROOMS = BIT["bathrooms"], BIT["half_bathrooms"]
_LATITUDE, _LONGITUDE = BIT["latitude"], BIT["longitude"]
_NORMAL_ADDRESS: Final = BIT["address_normalized"]
_TYPE, _ADDRESS = BIT["property_type"], BIT["address"]
_PLACES: Final = (BIT["neighborhood"], BIT["city"], BIT["state"])
_IS_AMOUNT: Final = re.compile(r"[1-9]\d{0,12}(?:\.\d\d?)?", re.ASCII).fullmatch
_LARGEST_PLAIN: Final = 10**13 - 1
_CODE, _STATE = BIT["postal_code"], BIT["state"]
_MAY_LACK_ZEROS: Final = re.compile(r"[1-9]\d{2,3}", re.ASCII).fullmatch
_GPS: Final = BIT["gps_coordinates"]
_LISTED: Final = BIT["listing_date"]
_LONGEST_AHEAD: Final = 366
"""Days that a listing may be announced before it is listed."""
_WIDTH: Final = len(FIELDS)
_ALL: Final = (1 << _WIDTH) - 1
_PROVENANCE: Final = sum(  # known of every row
    1 << bit for bit in (_ID, _URL, _PAGE, _SCRAPED_AT, _NORMAL_ADDRESS)
)
_MOST_SHAPES: Final = 200
_WIDEST_SHAPE: Final = 500

_Column = tuple[int, str, dict[type, Reader], Reader]
"""Index, name, the remembering readers by the type of a cell, the reader of any cell."""
_Shape = tuple[list[_Column | None], int]
"""The columns of a row's keys, and the bits of those that it has."""


class CellReader:
    """Reads the rows of one source; made once, used for every row.

    `defaults` fill fields that a row leaves without a value; a row without one of the `required` fields has
    a problem. `counts_halves` is for rows that count half bathrooms in `bathrooms` alone: there a whole
    number means that there are none.
    """

    def __init__(
        self,
        source: Source,
        *,
        defaults: Mapping[str, Any] | None = None,
        required: Collection[str] = (),
        counts_halves: bool = False,
    ) -> None:
        self._counts_halves = counts_halves
        self._source = source
        self._rules = source.urls if source.urls != Urls() else None
        self._box = BOXES.get(source.country or "")
        self._is_anywhere = source.country is None
        self._keeps_blanks = source.blank == "keep"
        self._readers = {field.name: make_reader(field, source) for field in FIELDS}
        self._columns: dict[Any, _Column] = {
            name: (BIT[name], name, remembering_readers(reader), reader)
            for name, reader in self._readers.items()
            if name not in _ALONE
        }
        self._shapes: dict[tuple[Any, ...], _Shape] = {}
        self._read_amount = self._readers["price"]
        self._nulls: dict[str, Issue] = {
            field.name: {"field": field.name, "kind": "blank", "text": None, "why": "null"}
            for field in FIELDS
        }
        self._defaults = [(BIT[name], self._default(name, given)) for name, given in (defaults or {}).items()]
        operation = [default for bit, default in self._defaults if bit == BIT["operation_type"]]
        self._price = PriceCell(source, *operation)
        self._required = [(BIT[name], name) for name in required]

    def read(
        self,
        raw: Mapping[str, Any],
        *,
        url: str | None,
        page_number: int | None,
        fetched_at: datetime,
        evidence: Mapping[str, Any] | None = None,
        original: Mapping[str, Any] | None = None,
    ) -> StagedRow:
        """One staged row; no raw row, however broken, raises.

        `original` is what to keep as raw where `raw` was made from it.
        """
        row = StagedRow([None] * _WIDTH)
        values = row.values
        nulls = self._read_cells(raw, row)
        self._read_price(raw.get("price", _ABSENT), row)
        if type(values[_BATHROOMS]) is Bathrooms or self._counts_halves:
            self._count_halves(row)
        if values[_LATITUDE] is None or values[_LONGITUDE] is None:
            self._place_from_gps(raw.get("gps_coordinates"), row)
        if values[_LATITUDE] is not None and values[_LONGITUDE] is not None:
            self._check_place(row)
        listed = values[_LISTED]
        if listed is not None and listed.toordinal() - fetched_at.toordinal() > _LONGEST_AHEAD:
            self._doubt_day(row)
        if self._is_anywhere and (code := values[_CODE]) is not None and _MAY_LACK_ZEROS(code):
            self._complete_code(code, row)
        self._identify(raw, row)
        self._locate(raw, row, url, page_number, fetched_at)
        if self._defaults or self._required:
            self._fill_and_demand(row)
        if values[_TITLE] is None:
            self._derive_title(row)
        if not self._keeps_blanks and row.issues:
            self._clear_blanks(row)
        row.raw, row.raw_bytes = dump_raw(raw, nulls=nulls) if original is None else dump_raw(original)
        if evidence:
            row.evidence = dump_raw(evidence)[0]
        return row

    def _read_cells(self, raw: Mapping[str, Any], row: StagedRow) -> int:
        """Every cell that is read by itself; returns how many were null."""
        columns, stated = self._shapes.get(tuple(raw)) or self._shape(raw)
        values, nulls = row.values, 0
        for column, value in zip(columns, raw.values(), strict=True):
            if column is None:
                continue
            index, name, remembering, read = column
            if value is None:
                row.issues.append(self._nulls[name])
                nulls += 1
                stated ^= 1 << index
                continue
            try:
                result = remembering.get(type(value), read)(value)
            except _UNREADABLE as error:
                result = self._unreadable(row, name, value, error)
            if type(result) is Note:
                result = self._noted(row, name, value, result)
            if result is None:
                stated ^= 1 << index
            else:
                values[index] = result
        row.absent = _ALL & ~stated
        return nulls

    def _shape(self, raw: Mapping[str, Any]) -> _Shape:
        """What is the same for all rows with these keys; a source's rows have few different sets of them."""
        columns = [self._columns.get(name) for name in raw]
        stated = _PROVENANCE + sum(1 << column[0] for column in columns if column is not None)
        if len(self._shapes) < _MOST_SHAPES and len(columns) <= _WIDEST_SHAPE:
            self._shapes[tuple(raw)] = columns, stated
        return columns, stated

    def _noted(self, row: StagedRow, name: str, value: Any, note: Note) -> Any:
        if note is BLANK and is_error(value):
            row.note(name, "unparseable", value, IS_ERROR)
        else:
            row.note(name, note.kind, value, note.why)
        return note.value

    def _unreadable(self, row: StagedRow, name: str, value: Any, error: Exception) -> Any:
        """The result of an unparseable cell: NaN is blank, bytes are tried as text, the rest is an issue."""
        if isinstance(value, Unreadable):
            if value.readings:
                row.doubt(name, value.given, value.why, value.readings)
            else:
                row.note(name, "unparseable", value.given, value.why)
            return None
        if (isinstance(value, float) and isnan(value)) or (isinstance(value, Decimal) and value.is_nan()):
            return BLANK
        if isinstance(value, bytes | bytearray | memoryview):
            text = bytes(value).decode(errors="replace")
            try:
                result = self._readers[name](text)
            except _UNREADABLE as second:
                error = second
            else:
                return result if isinstance(result, Note) else Note(result, "repaired", "bytes read as UTF-8")
        self._complain(row, name, value, error)
        return None

    def _complain(self, row: StagedRow, name: str, value: Any, error: Exception) -> None:
        """Add the issue of a cell that was doubtful or could not be read."""
        if isinstance(error, DoubtError):
            row.doubt(name, value, error.why, error.readings)
        else:
            why = error.why if isinstance(error, ParseError) else "cannot be read"
            row.note(name, "unparseable", value, why)

    def _read_price(self, value: Any, row: StagedRow) -> None:
        if value is _ABSENT or value is None:
            if value is None:
                row.issues.append(self._nulls["price"])
            row.omit(PRICE)
            self._price.note_alone(row)
            return
        try:
            if (type(value) is Decimal or type(value) is int) and 1 < value < _LARGEST_PLAIN:
                amount = self._read_amount(value)
                if amount > 1:
                    self._price.read_number(value, amount, row)
                    return
            elif type(value) is str and _IS_AMOUNT(value):
                amount = self._read_amount(Decimal(value))
                if amount > 1:
                    self._price.read_number(value, amount, row, as_text=True)
                    return
            if isinstance(value, str) and is_blank(value):
                self._noted(row, "price", value, BLANK)
                row.omit(PRICE)
                self._price.note_alone(row)
                return
            self._price.read(value, row)
        except _UNREADABLE as error:
            result = self._unreadable(row, "price", value, error)
            row.omit(PRICE)
            if isinstance(result, Note):
                self._noted(row, "price", value, result)
                if result.value is not None:
                    row.put(PRICE, result.value)

    def _count_halves(self, row: StagedRow) -> None:
        """2.5 bathrooms are two whole ones and a half, unless the row counts the halves itself."""
        bathrooms = row.values[_BATHROOMS]
        if type(bathrooms) is not Bathrooms:
            if bathrooms is not None:
                row.state(1 << _HALF_BATHROOMS)
            return
        row.values[_BATHROOMS] = bathrooms.full
        if row.values[_HALF_BATHROOMS] is None:
            row.put(_HALF_BATHROOMS, bathrooms.half)

    def _place_from_gps(self, value: Any, row: StagedRow) -> None:
        if value is None or isinstance(value, Unreadable) or (isinstance(value, str) and is_blank(value)):
            return
        if row.values[_GPS] is None and not isinstance(value, str):
            return  # its own reader said why
        try:
            latitude, longitude = read_coordinates(value, self._source.country)
        except _UNREADABLE as error:
            self._complain(row, "gps_coordinates", value, error)
            return
        row.put(_LATITUDE, latitude)
        row.put(_LONGITUDE, longitude)

    def _check_place(self, row: StagedRow) -> None:
        """Take back a place that is none, or that a slip explains better."""
        latitude, longitude = row.values[_LATITUDE], row.values[_LONGITUDE]
        wrong = misplaced(latitude, longitude, self._box)
        if wrong is None:
            return
        text = f"{latitude.normalize():f}, {longitude.normalize():f}"
        for name, index in (("latitude", _LATITUDE), ("longitude", _LONGITUDE)):
            row.values[index] = None
            row.omit(index)
            if wrong.is_blank:
                row.note(name, "blank", text, wrong.why)
            else:
                row.doubt(name, text, wrong.why, wrong.readings)

    def _complete_code(self, code: str, row: StagedRow) -> None:
        """Restore a ZIP code's zeros where the state says so; without a state it is doubtful."""
        state = (row.values[_STATE] or "").strip().upper()
        full = code.zfill(5)
        if state in LEADING_ZEROS:
            row.values[_CODE] = full
            row.note("postal_code", "repaired", code, f"leading zeros restored, as in {state}")
        elif not state:
            row.values[_CODE] = None
            row.omit(_CODE)
            row.doubt("postal_code", code, "a ZIP code without its zeros, or another country's", [code, full])

    def _doubt_day(self, row: StagedRow) -> None:
        """Take back a day of listing that is long after the row was read."""
        day = row.values[_LISTED].isoformat()
        row.values[_LISTED] = None
        row.omit(_LISTED)
        row.doubt("listing_date", day, "long after it was read", [day])

    def _identify(self, raw: Mapping[str, Any], row: StagedRow) -> None:
        text, problem = read_id(raw.get("property_id"))
        if problem is not None:
            row.problem = problem
        else:
            row.values[_ID] = text

    def _locate(
        self,
        raw: Mapping[str, Any],
        row: StagedRow,
        url: str | None,
        page_number: int | None,
        fetched_at: datetime,
    ) -> None:
        """Set where the row came from: its own cells, else the page it was fetched from."""
        values = row.values
        values[_URL] = self._own_or("source_url", raw, url, row)
        values[_PAGE] = self._own_or("page_number", raw, page_number, row)
        values[_SCRAPED_AT] = self._own_or("scraped_at", raw, fetched_at, row)
        if values[_URL] is not None:
            values[_URL] = canonical(values[_URL], self._rules) if self._rules else values[_URL]
        elif values[_ID] is not None:
            values[_URL] = f"import:{self._source.name}/{values[_ID]}"
        if values[_ADDRESS] is not None:
            values[_NORMAL_ADDRESS] = normal_address(values[_ADDRESS], country=self._source.country)

    def _own_or(self, name: str, raw: Mapping[str, Any], fetched: Any, row: StagedRow) -> Any:
        own = raw.get(name)
        result = None if own is None else self._placed(name, own, row)
        if result is None and fetched is not None:
            return self._placed(name, fetched, row)
        return result

    def _placed(self, name: str, value: Any, row: StagedRow) -> Any:
        try:
            result = self._readers[name](value)
        except _UNREADABLE as error:
            result = self._unreadable(row, name, value, error)
        return result.value if type(result) is Note else result

    def _default(self, name: str, given: Any) -> Any:
        """A default as its column holds it."""
        result = self._readers[name](given)
        return result.value if isinstance(result, Note) else result

    def _fill_and_demand(self, row: StagedRow) -> None:
        for index, default in self._defaults:
            if row.values[index] is None:
                row.put(index, default)
        missing = [name for index, name in self._required if row.values[index] is None]
        if missing and row.problem is None:
            row.problem = f"row has no {' and no '.join(missing)}, which its mapping requires"

    def _derive_title(self, row: StagedRow) -> None:
        """A headline of kind and place for a listing that has none; live keeps a real one."""
        values = row.values
        place = values[_ADDRESS] or ", ".join(filter(None, (values[index] for index in _PLACES)))
        if place or values[_TYPE]:
            values[_TITLE] = ", ".join(filter(None, (values[_TYPE], place)))
            row.note("title", "derived", None, "made of type and place")

    def _clear_blanks(self, row: StagedRow) -> None:
        """The source's blanks mean "none": such a cell is a statement, but the error of a formula is not."""
        for issue in row.issues:
            if issue["kind"] in ("blank", "unparseable") and issue["why"] != IS_ERROR:
                row.state(1 << BIT[issue["field"]])
