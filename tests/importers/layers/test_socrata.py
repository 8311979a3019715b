"""A data set of a Socrata portal: all of it, or a reason why not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from config.county.layout import parse_county
from config.errors import UsageError
from importers.layers import LayerRows, open_layer
from importers.record import Record
from tests.importers.layers.conftest import Reaching

CASES = [
    {
        "apno": f"2025-{number:04}",
        "caseinfostatus": "Open" if number % 2 else "Closed",
        **({} if number == 3 else {"location_notes": f"{number} PINE ST"}),
        **(
            {} if number == 4 else {"place": {"type": "Point", "coordinates": [-81.38, 28.5 + number / 1000]}}
        ),
    }
    for number in range(1, 8)
]


@dataclass
class Portal:
    rows: list[dict[str, Any]] = field(default_factory=lambda: list(CASES))
    updated: list[int] = field(default_factory=lambda: [1])
    counts: list[int] = field(default_factory=list)
    stuck: bool = False
    tokens: set[str | None] = field(default_factory=set)

    async def about(self, _: web.Request) -> web.Response:
        types = {"apno": "text", "caseinfostatus": "text", "location_notes": "text", "place": "point"}
        columns = [{"fieldName": name, "dataTypeName": kind} for name, kind in types.items()]
        updated = self.updated.pop(0) if len(self.updated) > 1 else self.updated[0]
        return web.json_response({"columns": columns, "rowsUpdatedAt": updated})

    async def resource(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers.get("X-App-Token"))
        if "count" in request.query.get("$select", ""):
            return web.json_response([{"n": str(self.counts.pop(0) if self.counts else len(self.rows))}])
        assert request.query["$order"] == ":id"
        at, size = int(request.query["$offset"]), int(request.query["$limit"])
        at = 0 if self.stuck else at
        return web.json_response(self.rows[at : at + size])


@asynccontextmanager
async def serving(portal: Portal) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/api/views/ab12-cd34.json", portal.about)
    app.router.add_get("/resource/ab12-cd34.json", portal.resource)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        yield f"http://127.0.0.1:{server.port}/resource/ab12-cd34.json"
    finally:
        await server.close()


async def read(portal: Portal, **options: Any) -> tuple[list[Record], LayerRows]:
    async with serving(portal) as url:
        layer = {
            "type": "socrata",
            "url": url,
            "options": {"page": 3, **options},
            "kinds": {"code_violations": {"case_number": "apno"}},
        }
        county = {"name": "sample-fl", "state": "FL", "county_fips": "12095", "layers": {"cases": layer}}
        async with open_layer(parse_county(county).layers[0], Reaching()) as rows:
            return [record async for record in rows], rows


async def test_every_row_comes_once_with_what_it_lacks_as_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    portal = Portal()
    monkeypatch.setenv("SAMPLE_APP_TOKEN", "app-token-of-the-portal")
    records, rows = await read(portal, token="SAMPLE_APP_TOKEN")
    assert (rows.incomplete, rows.expected, rows.format) == (None, 7, "socrata")
    assert [record.cells["apno"] for record in records] == [case["apno"] for case in CASES]
    assert records[2].cells["location_notes"] is None
    assert (records[0].cells["@latitude"], records[0].cells["@location_kind"]) == (28.501, "point")
    assert "@latitude" not in records[3].cells
    assert portal.tokens == {"app-token-of-the-portal"}


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"counts": [7, 9]}, "it had 7 rows, then 9"),
        ({"counts": [8, 8]}, "has 8 rows, and 7 came"),
        ({"updated": [1, 2]}, "was changed while it was read"),
        ({"stuck": True}, "the same page twice"),
    ],
)
async def test_a_data_set_that_did_not_come_whole_says_why(how: dict[str, Any], why: str) -> None:
    _, rows = await read(Portal(**how))
    assert why in str(rows.incomplete)


async def test_a_token_that_is_not_set_is_named() -> None:
    with pytest.raises(UsageError, match="NO_SUCH_TOKEN, which is not set"):
        await read(Portal(), token="NO_SUCH_TOKEN")
