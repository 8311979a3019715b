"""A RESO Web API of a few listings on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests import sites

Row = dict[str, Any]


def listing(number: int, modified: str = "2026-06-01T12:00:00.123Z", **more: Any) -> Row:
    return {
        "ListingKey": f"K{number}",
        "ModificationTimestamp": modified,
        "StandardStatus": "Active",
        "PropertyType": "Residential",
        "PropertySubType": "Single Family Residence",
        "ListPrice": 300_000 + 1_000 * number,
        "UnparsedAddress": f"{number} Elm Street",
        "City": "Austin",
        "StateOrProvince": "TX",
        "BedroomsTotal": 3,
        "BathroomsFull": 2,
        "PublicRemarks": f"Bright home, number {number}",
        **more,
    }


@dataclass
class Odata:
    """A server of a few listings in small pages, which answers as its rows are at the moment."""

    rows: dict[str, Row] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)
    failing: dict[str, list[web.Response]] = field(default_factory=dict)
    """Answers to give first, to requests whose query contains this."""
    count_off: int = 0
    page_size: int = 2
    base: str = ""

    def has(self, *rows: Row) -> None:
        self.rows |= {row["ListingKey"]: row for row in rows}

    @property
    def queries(self) -> list[str]:
        return [request.rel_url.query_string for request in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        query = request.query
        for part, answers in self.failing.items():
            if part in request.rel_url.query_string and answers:
                return answers.pop(0)
        found = sorted(self.rows.values(), key=lambda row: row["ModificationTimestamp"])
        is_sweep = "$select" in query
        since = query.get("$filter", "").partition("ModificationTimestamp ge ")[2]
        if is_sweep:
            found = [row for row in found if row.get("MlgCanView") is not False]
        elif since:
            found = [row for row in found if row["ModificationTimestamp"] >= since]
        skip = int(query.get("$skip", "0"))
        page: Row = {"value": found[skip : skip + self.page_size]}
        if is_sweep:
            page["@odata.count"] = str(len(found) + self.count_off)
        if skip + self.page_size < len(found):
            page["@odata.nextLink"] = str(request.url.update_query({"$skip": str(skip + self.page_size)}))
        return web.json_response(page)


@asynccontextmanager
async def serving() -> AsyncIterator[Odata]:
    """A feed on a free port, without listings."""
    odata = Odata()
    async with sites.serving(odata.answer) as base:
        odata.base = f"{base}/odata/Property"
        yield odata
