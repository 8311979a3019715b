"""Row of a county layer → staged record: every field absent, blank, stated none, doubtful or a value."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isnan
from typing import Any, Final, Literal

from config.county.columns import Column, problems_of
from config.county.keys import KeyOrder, Place
from config.county.kinds import Kind
from config.errors import DoubtError, ParseError, UsageError
from parsing.cells.note import BLANK, Note
from parsing.json_text import dump_raw
from parsing.parcels.derive import Deriver
from parsing.parcels.plan import ABSENT, steps_of
from parsing.parcels.record import Row, StagedRecord
from parsing.staged import Unreadable
from parsing.vocabulary.blank import IS_ERROR, is_error

__all__ = ["RecordReader", "StagedRecord"]

_UNREADABLE: Final = (ParseError, ArithmeticError, ValueError, RecursionError, TypeError)


class RecordReader:
    """Reads the rows of one layer as records of one kind; made once, used for every row.

    `key_order` is the order in which the layer prints range, township and section, by default the county's
    own; `point` what its points are, by default as the columns show. `blank` says what a blank cell means:
    nothing, or that there is none. Raises UsageError for columns that cannot fill the kind.
    """

    def __init__(
        self,
        kind: Kind,
        county: Place,
        columns: Mapping[str, Column],
        *,
        key_order: KeyOrder | None = None,
        point: Literal["centroid", "point", "geocode"] | None = None,
        blank: Literal["keep", "clear"] = "keep",
    ) -> None:
        problems = problems_of(kind, columns)
        if problems:
            raise UsageError("; ".join(problems))
        self._kind = kind
        self._clears = blank == "clear"
        self._constant = {"state": county.state, "county_fips": county.county_fips}
        self._steps = steps_of(kind, county, columns, key_order)
        self._deriver = Deriver(kind, county, columns, point)

    def read(self, row: Row) -> StagedRecord:
        """One staged record; no row, however broken, raises."""
        cells = row.cells
        staged = StagedRecord(None, dict(self._constant), problem=row.problem)
        content = staged.content
        for name, column, gather, readers, read in self._steps:
            value = cells.get(column, ABSENT) if column is not None else _gathered(gather, cells)
            if value is ABSENT:
                continue
            if value is None:
                if self._clears:
                    content[name] = None
                continue
            try:
                result = readers.get(type(value), read)(value)
            except _UNREADABLE as error:
                self._unreadable(staged, name, value, error)
                continue
            if type(result) is Note:
                self._noted(staged, name, value, result)
            else:
                content[name] = result
        self._deriver.complete(staged, cells)
        self._identify(staged)
        if "shape" in content and "@shape" in cells:
            cells = {name: value for name, value in cells.items() if name != "@shape"}
        staged.raw, staged.raw_bytes = dump_raw(cells)
        if row.raw is not None:
            staged.raw_bytes = row.raw
        return staged

    def _noted(self, staged: StagedRecord, name: str, value: Any, note: Note) -> None:
        if note.kind == "blank":
            if is_error(value):
                staged.note(name, "unparseable", value, IS_ERROR)
            elif self._clears:
                staged.content[name] = None
            return
        staged.content[name] = note.value
        if note.kind != "stated_none":
            staged.note(name, note.kind, value, note.why)

    def _unreadable(self, staged: StagedRecord, name: str, value: Any, error: Exception) -> None:
        """An unreadable cell leaves its field as live has it; an unreadable parcel id leaves no parcel."""
        if isinstance(value, Unreadable):
            error = (
                DoubtError(value.given, value.why, value.readings)
                if value.readings
                else ParseError(value.given, value.why)
            )
            value = value.given
        elif isinstance(value, float | Decimal) and isnan(value):
            self._noted(staged, name, value, BLANK)
            return
        staged.complain(name, value, error)
        if name == "parcel_id_normalized":
            staged.content[name] = None
        elif name == "county_fips" and staged.problem is None:
            staged.problem = error.why if isinstance(error, ParseError) else "names no county"

    def _identify(self, staged: StagedRecord) -> None:
        """Name the record by the fields that do; without them its row has a problem."""
        content = staged.content
        values = [content.get(name) for name in self._kind.key]
        if None not in values:
            staged.record_id = ":".join(map(str, values))
            return
        if staged.problem is None:
            name = self._kind.key[values.index(None)]
            said = next((issue for issue in staged.issues if issue["field"] == name), None)
            staged.problem = (
                f"row has no {name}, which names {_a(self._kind.singular)}"
                if said is None
                else f"{name} {said['text']!r}: {said['why']}"
            )


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _gathered(gather: Any, cells: Mapping[str, Any]) -> Any:
    """What several cells give together; a cell that cannot be joined is as one that cannot be read."""
    try:
        return gather(cells)
    except ParseError as error:
        return Unreadable(error.text, error.why)
