"""The questions that are asked of county records, a class a kind, by the names that users know.

Each is built with one `Database`, or a supabase AsyncClient. A question of many gives a `Page`: at most
`limit` records, and where the next page begins. What is written is written by `county load` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from config.county import kinds
from config.county.kinds import Kind
from config.errors import NotFoundError
from database.handle import Handle, database_of
from services.county.questions.parcels import known_parcel
from services.county.questions.records import CountyRecord, Page, columns_of, record_of

LIMIT: Final = 50
"""How many records a page has where nothing else is said."""


class RecordRepository:
    """What can be asked of every kind of record."""

    kind: ClassVar[Kind]

    def __init__(self, database: Handle) -> None:
        self._database = database_of(database)

    async def get_by_id(self, id: UUID) -> CountyRecord | None:
        """One record with its owners' names, whatever its status; None where there is none."""
        found = await self._page({"id": str(id)}, limit=1, personal=True)
        return found.records[0] if found.records else None

    async def get_all(
        self,
        *,
        status: str | None = None,
        county: str | None = None,
        limit: int = LIMIT,
        after: str | None = None,
    ) -> Page:
        """All records by source and id, or those of a status: active, inactive or removed."""
        return await self._page({"status": status, "county": county}, limit=limit, after=after)

    async def count(
        self, *, status: str | None = None, county: str | None = None, most: int | None = None
    ) -> int:
        """How many `get_all` would give in all; `most` counts no further than one more than that."""
        return await self._count({"status": status, "county": county}, most=most)

    async def how_many(self, page: Page, *, most: int | None = None) -> int:
        """How many records the question of a page finds in all; counted as `count` does."""
        return await self._count(dict(page.question), most=most)

    async def _page(
        self, wanted: dict[str, Any], *, limit: int, after: str | None = None, personal: bool = False
    ) -> Page:
        rows = await self._database.rows(
            "county_page",
            self.kind.name,
            _said(wanted),
            columns_of(self.kind, personal=personal),
            max(limit, 1) + 1,  # one more, to know whether there are more
            after,
        )
        shown = rows[: max(limit, 1)]
        return Page(
            tuple(record_of(self.kind, row["record"]) for row in shown),
            shown[-1]["cursor"] if len(rows) > len(shown) else None,
            _said(wanted),
        )

    async def _count(self, wanted: dict[str, Any], *, most: int | None) -> int:
        found: int = await self._database.value("county_count", self.kind.name, _said(wanted), most)
        return found


class PropertyRepository(RecordRepository):
    """Parcels."""

    kind = kinds.PROPERTIES

    async def get_by_parcel(self, parcel_id: str, *, county: str | None = None) -> CountyRecord | None:
        """A parcel by its id as anybody writes it; None where there is none.

        Raises UsageError where several counties have such a parcel and none is named.
        """
        try:
            found = await known_parcel(self._database, parcel_id, county=county)
        except NotFoundError:
            return None
        return None if found.parcel is None else found.parcel.record

    async def get_active_properties(
        self, *, county: str | None = None, limit: int = LIMIT, after: str | None = None
    ) -> Page:
        """Those that are on their county's roll, by source and id."""
        return await self.get_all(status="active", county=county, limit=limit, after=after)

    async def get_by_city(
        self, city: str, *, county: str | None = None, limit: int = LIMIT, after: str | None = None
    ) -> Page:
        """Active parcels whose situs city it is, whatever its case and accents."""
        wanted = {"status": "active", "city": city, "county": county}
        return await self._page(wanted, limit=limit, after=after)

    async def get_with_coordinates(
        self,
        *,
        city: str | None = None,
        county: str | None = None,
        limit: int = LIMIT,
        after: str | None = None,
    ) -> Page:
        """Active parcels that have a place on the map, from south to north; of a city by id."""
        wanted = {"status": "active", "placed": True, "city": city, "county": county}
        return await self._page(wanted, limit=limit, after=after)


class TaxSaleRepository(RecordRepository):
    """Tax deed sales."""

    kind = kinds.TAX_SALES

    async def get_by_sale_date_range(
        self,
        first: date | None,
        last: date | None,
        *,
        county: str | None = None,
        limit: int = LIMIT,
        after: str | None = None,
    ) -> Page:
        """Sales from a day to another, both included, the earliest first; None is no bound."""
        wanted = {
            "status": "active",
            "from": _day(first) or "-infinity",
            "upto": _day(last),
            "county": county,
        }
        return await self._page(wanted, limit=limit, after=after)

    async def get_upcoming_sales(
        self, days: int = 30, *, county: str | None = None, limit: int = LIMIT, after: str | None = None
    ) -> Page:
        """Sales of today and so many days more that are still on: not redeemed, canceled or sold."""
        wanted = {"status": "active", "upcoming": days, "county": county}
        return await self._page(wanted, limit=limit, after=after)


class TaxCertificateRepository(RecordRepository):
    """Unpaid taxes that were sold as certificates."""

    kind = kinds.TAX_CERTIFICATES


class ForeclosureRepository(RecordRepository):
    """Foreclosure cases and their auctions."""

    kind = kinds.FORECLOSURES

    async def get_by_default_amount_range(
        self,
        least: Decimal | None,
        most: Decimal | None = None,
        *,
        with_auction_date: bool = False,
        county: str | None = None,
        limit: int = LIMIT,
        after: str | None = None,
    ) -> Page:
        """Cases whose judgment is from one amount to another, the largest first; None is no bound."""
        wanted = {
            "status": "active",
            "least": str(least or 0),
            "most": None if most is None else str(most),
            "dated": with_auction_date or None,
            "county": county,
        }
        return await self._page(wanted, limit=limit, after=after)

    async def get_with_auction_date(
        self, *, county: str | None = None, limit: int = LIMIT, after: str | None = None
    ) -> Page:
        """Cases whose auction has a day, the latest day first."""
        return await self._page(
            {"status": "active", "dated": True, "county": county}, limit=limit, after=after
        )


@dataclass(frozen=True, slots=True)
class HighEquity:
    """A page of records with much equity, and of how many records it is unknown.

    `unknown` is counted no further than `UNKNOWN_MOST` + 1.
    """

    page: Page
    unknown: int


UNKNOWN_MOST: Final = 10_000


class PropertyRecordRepository(RecordRepository):
    """What appraisers say of parcels. A question of values is of each parcel's newest roll year."""

    kind = kinds.PROPERTY_RECORDS

    async def get_by_market_value_range(
        self,
        least: Decimal | None,
        most: Decimal | None = None,
        *,
        county: str | None = None,
        limit: int = LIMIT,
        after: str | None = None,
    ) -> Page:
        """Records whose market value is from one amount to another, the dearest first; None is no bound."""
        wanted = {
            "status": "active",
            "newest": True,
            "least": str(least or 0),
            "most": None if most is None else str(most),
            "county": county,
        }
        return await self._page(wanted, limit=limit, after=after)

    async def get_high_equity_properties(
        self,
        percent: Decimal | float = 50,
        *,
        county: str | None = None,
        limit: int = LIMIT,
        after: str | None = None,
    ) -> HighEquity:
        """Records of whose market value at least so many percent are not owed, the most first.

        Where nobody says what is owed the equity is unknown, so that record is not among them.
        """
        of = {"status": "active", "newest": True, "county": county}
        page = await self._page({**of, "equity": str(percent)}, limit=limit, after=after)
        unknown = await self._count({**of, "equity_unknown": True}, most=UNKNOWN_MOST)
        return HighEquity(page, unknown)


class CodeViolationRepository(RecordRepository):
    """Code enforcement cases."""

    kind = kinds.CODE_VIOLATIONS

    async def get_open_cases(
        self, *, county: str | None = None, limit: int = LIMIT, after: str | None = None
    ) -> Page:
        """Cases that are open, the newest first."""
        return await self._page(
            {"status": "active", "open": True, "county": county}, limit=limit, after=after
        )


def _said(wanted: dict[str, Any]) -> dict[str, Any]:
    """The question without what was not asked."""
    return {key: value for key, value in wanted.items() if value is not None}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
