"""A county whose records a test puts down by hand, as the stages would write them: rows, audit, feed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from database.handle import Database
from services.county.scoring import LeadDetails, Scored, find_parcel, score_leads, show_lead
from tests.catalogue import Catalogue

TODAY: Final = date(2026, 1, 15)
_OWN: Final = {
    "tax_sales": "tda_number",
    "tax_certificates": "certificate_number",
    "foreclosures": "case_number",
    "code_violations": "case_number",
}


def day(number: int) -> date:
    """So many days after the day that tests score as of; negative: before it."""
    return TODAY + timedelta(days=number)


class County:
    """One county: its parcels by their normalised ids, and records of them."""

    def __init__(self, database: Database, owner: asyncpg.Connection) -> None:
        self.database, self.owner = database, owner
        self.parcels: dict[str, UUID] = {}
        self._numbers = iter(range(1, 10_000))

    async def parcel(
        self, name: str, latitude: float | None = None, longitude: float | None = -81.4, **more: Any
    ) -> UUID:
        """A parcel; without a latitude it has no place."""
        fields = {"parcel_id_normalized": name, "parcel_id": f"printed {name}", "city": "Orlando"}
        if latitude is not None:
            fields |= {"latitude": latitude, "longitude": longitude}
        self.parcels[name] = await self._insert("properties", name, fields | more)
        return self.parcels[name]

    async def put(self, kind: str, parcel: str | None, **fields: Any) -> UUID:
        """A record of a parcel, or of none yet."""
        number = f"{next(self._numbers)}"
        given = {"property_id": None if parcel is None else self.parcels[parcel]}
        if kind == "property_records":
            given |= {"roll_year": 2025, "parcel_id_normalized": parcel}
        else:
            given[_OWN[kind]] = number
        return await self._insert(kind, number, given | fields)

    async def change(self, kind: str, record: UUID, **fields: Any) -> None:
        """Change a record, with its audit and its place in the feed."""
        row = await self.owner.fetchrow(f"select * from county.{kind} where id = $1", record)
        assert row is not None
        for name, value in fields.items():
            old = json.dumps(row[name], default=str)
            await self.owner.execute(f"update county.{kind} set {name} = $2 where id = $1", record, value)
            await self._audit(
                kind, record, row["record_id"], "updated", name, old, json.dumps(value, default=str)
            )

    async def score(self, number: int = 0, *, every: bool = False, at: datetime | None = None) -> Scored:
        """Score as of a day, at a time that moves with it."""
        moment = datetime(2026, 1, 15, 6, tzinfo=UTC) + timedelta(days=number)
        return await score_leads(self.database, as_of=day(number), every=every, at=at or moment)

    async def lead(self, name: str) -> LeadDetails:
        parcel = await find_parcel(self.database, name)
        return await show_lead(self.database, parcel.property_id)

    async def _insert(self, kind: str, record_id: str, fields: dict[str, Any]) -> UUID:
        given = {"source": "test", "record_id": record_id, "state": "FL", "county_fips": "12095"}
        given |= {"change_set_id": 0, **fields}
        names = ", ".join(given)
        places = ", ".join(f"${number}" for number in range(1, len(given) + 1))
        record: UUID = await self.owner.fetchval(
            f"insert into county.{kind} ({names}) values ({places}) returning id", *given.values()
        )
        await self._audit(kind, record, record_id, "created", None, None, json.dumps(fields, default=str))
        return record

    async def _audit(self, kind: str, record: UUID, *what: Any) -> None:
        await self.owner.execute(
            """
            with placed as (
              update property_manager.feed set position = position + 1 returning position
            ), done as (
              insert into property_manager.change_sets (id, position, source_id, origin, actor, counts)
              select nextval('property_manager.change_set_ids'), position,
                (select min(id) from public.sources), 'sync', 'test', '{}'
              from placed
              returning id
            )
            insert into county.changes (change_set_id, kind, record, source, record_id, change_type,
              field_name, old_value, new_value, change_reason, actor)
            select id, $1, $2, 'test', $3, $4, $5, $6::jsonb, $7::jsonb, 'test', 'test' from done
            """,
            kind,
            record,
            *what,
        )


async def county_of(catalogue: Catalogue) -> County:
    """A county in a database that has a source for its change sets."""
    return County(catalogue.database, catalogue.superuser)


def told(lead: LeadDetails, component: str | None = None) -> list[str]:
    """The reasons of a lead, or of a component: "tax_sale 40", a missing input with a question mark."""
    return [
        f"{each.signal}{'?' if each.missing else ''} {each.points:g}"
        for each in lead.reasons
        if component in (None, each.component) and (each.points or each.missing)
    ]
