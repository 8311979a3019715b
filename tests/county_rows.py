"""County records put straight into live, as its owner, where a test is about what is asked of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

KEY = {"tax_sales": "tda_number", "tax_certificates": "certificate_number"}


class CountyRows:
    """Adds records of one county, whose sources are made with the first of a kind."""

    def __init__(self, superuser: asyncpg.Connection, county: str = "orange-fl", fips: str = "12095") -> None:
        self.superuser, self.county, self.fips = superuser, county, fips

    async def parcel(self, key: str, **fields: Any) -> UUID:
        """A parcel by its key."""
        return await self.add("properties", key, parcel_id_normalized=key, **fields)

    async def add(self, kind: str, record_id: str, **fields: Any) -> UUID:
        """A record of a kind; it is of `property_id`, if that is given."""
        source = f"{self.county}.{kind}"
        await self.superuser.execute(
            "insert into public.sources (name, language, facts)"
            " values ($1, 'english', jsonb_build_object('records', $2::text)) on conflict do nothing",
            source,
            kind,
        )
        named = {"foreclosures": "case_number", "code_violations": "case_number", **KEY}.get(kind)
        row = {
            "source": source,
            "record_id": record_id,
            "state": "FL",
            "county_fips": self.fips,
            "change_set_id": 1,
            **({named: record_id} if named else {}),
            **fields,
        }
        places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        added: UUID = await self.superuser.fetchval(
            f"insert into county.{kind} ({', '.join(row)}) values ({places}) returning id", *row.values()
        )
        return added

    async def year(self, parcel: UUID | None, key: str, year: int, value: int, **fields: Any) -> UUID:
        """What the appraiser says of a parcel in a year."""
        record = {"property_id": parcel, "parcel_id_normalized": key, "roll_year": year, **fields}
        return await self.add("property_records", f"{key}:{year}", market_value=Decimal(value), **record)

    async def sale(self, number: str, on: date | None, **fields: Any) -> UUID:
        """A tax deed sale."""
        return await self.add("tax_sales", number, sale_date=on, **fields)
