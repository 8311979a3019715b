"""Fields made from others: addresses in USPS form, what a point is of, whether the owner lives elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from config.county.columns import POINT_OF, Column
from config.county.keys import Place
from config.county.kinds import Kind
from config.errors import ParseError
from parsing.cells.text import as_text
from parsing.parcels.addresses import Situs, same_place, usps
from parsing.parcels.plan import ABSENT, Cells, gatherer
from parsing.parcels.record import StagedRecord
from parsing.place import misplaced
from parsing.vocabulary.blank import is_blank
from parsing.vocabulary.places import BOXES

_GEOCODER: Final = "USER_"
"""What a geocoder puts before the columns of the list that it was given."""
_BOX: Final = BOXES["US"]


class Deriver:
    """Completes the records of one layer."""

    def __init__(
        self, kind: Kind, county: Place, columns: Mapping[str, Column], point: str | None = None
    ) -> None:
        names = {field.name for field in kind.fields}
        self._has_situs = "address_normalized" in names and "address" in columns
        self._has_place = "latitude" in names
        self._location = None if "location_kind" in columns else _location_kind(kind, columns)
        self._point = point
        self._state = county.state
        absentee = columns.get("absentee")
        self._situs = None if absentee is None else gatherer(absentee)

    def complete(self, row: StagedRecord, cells: Cells) -> None:
        """Add the fields that follow from those of the row."""
        if self._has_situs and "address" in row.content:
            self._normalise(row)
        if self._has_place:
            self._place(row, cells)
        if self._situs is not None:
            self._find_absentee(row, self._situs(cells))

    def _normalise(self, row: StagedRecord) -> None:
        content = row.content
        address, unit = content["address"], content.get("unit")
        situs = None if address is None else usps(address, unit=unit, city=content.get("city"))
        content["address_normalized"] = None if situs is None else situs.line
        content["unit"] = None if situs is None else situs.unit

    def _place(self, row: StagedRecord, cells: Cells) -> None:
        """Keep a point that can be one, with what it is a point of; zeros are none."""
        content = row.content
        location = self._location and (self._point or cells.get(POINT_OF) or self._location)
        latitude, longitude = content.get("latitude", ABSENT), content.get("longitude", ABSENT)
        if latitude is ABSENT and longitude is ABSENT:
            return
        if latitude in (ABSENT, None) or longitude in (ABSENT, None):
            is_pair = latitude is None and longitude is None
            if not is_pair:
                row.note(
                    "latitude", "unparseable", f"{_shown(latitude)}, {_shown(longitude)}", "half a point"
                )
                content.pop("latitude", None)
                content.pop("longitude", None)
            elif location is not None:
                content["location_kind"] = None
            return
        wrong = misplaced(Decimal(repr(latitude)), Decimal(repr(longitude)), _BOX)
        if wrong is None:
            if location is not None:
                content["location_kind"] = location
            return
        text = f"{latitude}, {longitude}"
        del content["latitude"], content["longitude"]
        if not wrong.is_blank:
            row.doubt("latitude", text, wrong.why, wrong.readings)
            row.doubt("longitude", text, wrong.why, wrong.readings)

    def _find_absentee(self, row: StagedRecord, situs: Any) -> None:
        content = row.content
        if situs is ABSENT or content.get("mailing_address", ABSENT) is ABSENT:
            return
        content["absentee"] = self._is_absentee(content, situs)

    def _is_absentee(self, content: Mapping[str, Any], situs: Any) -> bool | None:
        """Whether bills go elsewhere and no homestead is granted; None where that is unknown."""
        if content.get("homestead") is True:
            return False
        here = _address(situs, None)
        there = _address(content["mailing_address"], content.get("mailing_city"))
        if here is None or there is None:
            return None
        state = content.get("mailing_state")
        if same_place(here, there) and (state is None or state.upper() == self._state):
            return False
        return True if content.get("homestead") is False else None


def _location_kind(kind: Kind, columns: Mapping[str, Column]) -> str:
    """What the points of a layer are, where neither its file nor its rows say."""
    if kind.name == "properties":
        return "centroid"
    names = (name for column in columns.values() for name in column.names())
    return "geocode" if any(name.upper().startswith(_GEOCODER) for name in names) else "point"


def _address(value: Any, city: str | None) -> Situs | None:
    if is_blank(value):
        return None
    try:
        return usps(as_text(value), city=city)
    except ParseError:
        return None


def _shown(value: Any) -> str:
    return "none" if value is ABSENT or value is None else str(value)
