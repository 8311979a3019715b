"""What a plan's session holds, before anything of it goes live.

The first listings as they would be live, each value with the cells it was read from; how often each field is
filled, with an example; how prices, areas and places are distributed, with what lies far from the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from config.listing import BIT
from database.handle import Database
from database.records import record, records
from importers.mapping.raw_cells import cells_read
from parsing.staged import Issue

LISTINGS: Final = 3
"""How many listings a preview has, unless more are asked for."""
_OUTLIERS: Final = 3
_PLACES: Final = 5
_SET_ASIDE: Final = 3
_NAMES: Final = ("rule", "field", "samples")
_SMALLEST_HOME: Final = 15
"""Square metres that more than half of a source's homes have."""
_AREAS: Final = ("total_area_m2", "covered_area_m2", "lot_size_m2")
_DOUBTS: Final = ("doubtful", "unparseable")

Action = Literal["create", "update", "reactivate", "deactivate", "remove", "none"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a value was read from: the cells by their columns, or where on the page; the line or the url."""

    cells: dict[str, Any]
    where: str | None
    line: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class PreviewValue:
    """One field of a listing as live would hold it."""

    field: str
    value: Any
    kept: bool
    """Whether the row does not state it, so that live keeps what it has."""
    issues: tuple[Issue, ...]
    origin: Origin

    @property
    def is_doubtful(self) -> bool:
        """Whether its cell was doubtful or could not be read."""
        return any(issue["kind"] in _DOUBTS for issue in self.issues)


@dataclass(frozen=True, slots=True)
class PreviewListing:
    """One listing as it would be live, its doubtful and unreadable fields first."""

    property_id: str
    row_no: int
    action: Action
    """What the plan does with it; "none" where it is as it was."""
    line: int | None
    url: str | None
    values: tuple[PreviewValue, ...]


@dataclass(frozen=True, slots=True)
class FieldPreview:
    """A field of what would be live: in how many listings it is filled, an example, a number's spread."""

    field: str
    filled: int
    example: Any
    smallest: float | None
    middle: float | None
    largest: float | None


@dataclass(frozen=True, slots=True)
class Outlier:
    """A value far from the rest, and what it was read from."""

    property_id: str
    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class Distribution:
    """How one measure is distributed: a price of one operation, currency and period, an area, a degree.

    `bins` are (bin, listings): of a price or an area the values from 10^(bin / 8) on, of a latitude or a
    longitude those from that degree on. `middle` is the median.
    """

    measure: str
    operation: str | None
    currency: str | None
    period: str | None
    listings: int
    smallest: float
    middle: float
    largest: float
    bins: tuple[tuple[int, int], ...]
    outlier_count: int
    outliers: tuple[Outlier, ...]
    """The furthest of them."""

    @property
    def is_tiny(self) -> bool:
        """Whether half of the homes are too small to be homes: their areas may be in another unit."""
        return self.measure in _AREAS and self.middle < _SMALLEST_HOME

    @property
    def is_of_degrees(self) -> bool:
        """Whether it is of a latitude or a longitude: its bins are degrees."""
        return self.measure in ("latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Place:
    """A state or city, and how many listings are there; rare where nearly all others are in one other."""

    name: str
    listings: int
    rare: bool
    property_id: str
    """The first listing there."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Places:
    """The most frequent states or cities of the listings that name one, and the most frequent rare ones."""

    field: str
    listings: int
    different: int
    shown: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class RowSetAside:
    """A row that would wait in quarantine, and why; `line` of its file, or `url` of its page."""

    row_no: int
    property_id: str | None
    line: int | None
    url: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """How many rows a rule would set aside because of a field, and the first of them."""

    rule: str
    field: str | None
    rows: int
    samples: tuple[RowSetAside, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan's session holds, as it would be live."""

    set_aside: tuple[SetAside, ...]
    """What would not be live, by rule, the most rows first."""
    listings: tuple[PreviewListing, ...]
    fields: tuple[FieldPreview, ...]
    distributions: tuple[Distribution, ...]
    places: tuple[Places, ...]


class _Cells:
    """What rows came as: finds the origin of a field of one of them."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = {row["row_no"]: row for row in rows}

    def of_row(self, row_no: int) -> tuple[int | None, str | None]:
        """The line of a file, or the url of a page."""
        row = self._rows[row_no]
        line = (row["evidence"] or {}).get("line")
        return line, None if line is not None else row["source_url"]

    def origin(self, row_no: int, field: str) -> Origin:
        """The cells that a field was read from; none where it is a default, or follows from the source."""
        row = self._rows[row_no]
        line, url = self.of_row(row_no)
        where = (row["evidence"] or {}).get(field)
        cells = cells_read(field, row["raw"], row["mapping"])
        return Origin(cells, where if isinstance(where, str) else None, line, url)


async def preview_plan(database: Database, plan_id: UUID, *, listings: int = LISTINGS) -> Preview:
    """What a plan's session holds, read from all of its rows; empty when they were cleaned."""
    first = await database.rows("plan_listings", plan_id, listings)
    spread = await database.rows("plan_distributions", plan_id, _OUTLIERS)
    places = await database.rows("plan_places", plan_id, _PLACES)
    wanted = {row["row_no"] for row in (*first, *places)}
    wanted |= {sample["row_no"] for row in spread for sample in row["samples"]}
    aside = await database.rows("plan_set_aside", plan_id, _SET_ASIDE)
    cells = _Cells(await database.rows("plan_cells", plan_id, sorted(wanted)))
    return Preview(
        set_aside=tuple(
            record(SetAside, {"rows": row["set_aside"], **{name: row[name] for name in _NAMES}})
            for row in aside
        ),
        listings=tuple(_listing(row, cells) for row in first),
        fields=tuple(records(FieldPreview, await database.rows("plan_fields", plan_id))),
        distributions=tuple(_distribution(row, cells) for row in spread),
        places=tuple(
            _places(field, places, cells) for field in dict.fromkeys(row["field"] for row in places)
        ),
    )


def _listing(row: Mapping[str, Any], cells: _Cells) -> PreviewListing:
    number, kept = row["row_no"], frozenset(row["kept"])
    issues: dict[str, list[Issue]] = {}
    for issue in row["issues"]:
        issues.setdefault(issue["field"], []).append(issue)
    shown = {field for field, noted in issues.items() if any(each["kind"] in _DOUBTS for each in noted)}
    values = [
        PreviewValue(
            field=field,
            value=row["fields"].get(field),
            kept=field in kept,
            issues=tuple(issues.get(field, ())),
            origin=cells.origin(number, field),
        )
        for field in sorted(shown | row["fields"].keys(), key=lambda name: BIT.get(name, len(BIT)))
    ]
    line, url = cells.of_row(number)
    return PreviewListing(
        property_id=row["property_id"],
        row_no=number,
        action=row["action"],
        line=line,
        url=url,
        values=tuple(sorted(values, key=lambda value: not value.is_doubtful)),
    )


def _distribution(row: Mapping[str, Any], cells: _Cells) -> Distribution:
    measure = row["measure"]
    given = {name: value for name, value in row.items() if name not in ("bins", "samples", "outliers")}
    outliers = tuple(
        Outlier(each["property_id"], each["value"], cells.origin(each["row_no"], measure))
        for each in row["samples"]
    )
    bins = tuple((bin_, count) for bin_, count in row["bins"])
    return Distribution(**given, bins=bins, outlier_count=row["outliers"], outliers=outliers)


def _places(field: str, rows: Iterable[Mapping[str, Any]], cells: _Cells) -> Places:
    mine = [row for row in rows if row["field"] == field]
    shown = tuple(
        Place(
            row["place"], row["listings"], row["rare"], row["property_id"], cells.origin(row["row_no"], field)
        )
        for row in mine
    )
    return Places(field, mine[0]["total"], mine[0]["places"], shown)
