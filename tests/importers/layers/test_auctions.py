"""Auction calendars: the days of a window, their pages and areas, and what an item says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from config.clock import utc_now
from config.county.layout import parse_county
from config.errors import FetchError
from importers.layers import LayerRows, open_layer
from importers.record import Record
from tests.importers.layers.conftest import Reaching

TODAY = utc_now().date()
SALE, LATER = TODAY + timedelta(10), TODAY + timedelta(300)

WAITING = (
    '<div id="AITEM_{item}" class="@E_ITEM PREVIEW" aid="{item}">'
    '@A@E_STATS">@AASTAT_MSGA ASTAT_LBL">Auction Starts@B'
    '@AASTAT_MSGB Astat_DATA">{starts}@B@B@A@E_DETAILS"><@I @Cad_tab"><tbody>'
    '@H@CAD_LBL">Auction Type:@F @CAD_DTA">FORECLOSURE@G'
    '@H@CAD_LBL">Case #:@F @CAD_DTA"> <a href="/x">{case}</a>@G'
    '@H@CAD_LBL">Final Judgment Amount:@F @CAD_DTA">$412,000.55@G'
    '@H@CAD_LBL">Parcel ID:@F @CAD_DTA">35-20-27-6645-00-001@G{address}'
    '@H@CAD_LBL">Plaintiff Max Bid:@F @CAD_DTA">Hidden@G</tbody></@I>@B</div>'
)
SITUS = (
    '@H@CAD_LBL">Property Address:@F @CAD_DTA">12 E CHURCH ST@G'
    '@H@CAD_LBL">@F @CAD_DTA">MOUNT DORA, FL- 32757@G'
)
SOLD = (
    '<div id="Area_C"><div id="AITEM_9" class="AUCTION_ITEM"><div class="AUCTION_STATS">'
    '<div class="ASTAT_MSGA ASTAT_LBL">Auction Sold</div><div class="ASTAT_MSGB Astat_DATA">{sold}</div>'
    '<div class="ASTAT_MSGC ASTAT_LBL">Amount</div><div class="ASTAT_MSGD Astat_DATA">$150,100.00</div>'
    '<div class="ASTAT_MSG_SOLDTO_Label">Sold To</div>'
    '<div class="ASTAT_MSG_SOLDTO_MSG">3rd Party Bidder</div></div>'
    '<div class="AUCTION_DETAILS"><div class="ad_tab"><div class="AD_LBL">Case #:</div>'
    '<div class="AD_DTA">2024-CA-000009-O</div>'
    '<div class="AD_LBL">Assessed Value:</div><div class="AD_DTA"></div></div></div></div></div>'
)


def fragment(item: int, address: str = SITUS) -> str:
    case = f"2024-CA-{item:06}-O"
    return WAITING.format(item=item, case=case, address=address, starts=f"{SALE:%m/%d/%Y} 11:00 AM ET")


@dataclass
class Calendar:
    """An auction site: it keeps the day that a visitor looks at in a cookie's session."""

    waiting: list[list[str]] = field(default_factory=lambda: [[fragment(1), fragment(2, "")], [fragment(3)]])
    scheduled: int = 4
    robots: str = ""
    maintenance: bool = False

    async def robots_txt(self, _: web.Request) -> web.Response:
        return web.Response(text=self.robots)

    async def page(self, request: web.Request) -> web.Response:
        asked = {name.lower(): value for name, value in request.query.items()}
        if self.maintenance:
            return web.Response(text="<h1>Be right back</h1>", content_type="text/html")
        if asked["zmethod"] == "CALENDAR":
            return web.Response(text=self._month(asked["selcaldate"]), content_type="text/html")
        if asked["zmethod"] == "PREVIEW":
            response = web.Response(text='<div id="Area_W" area="W"></div>', content_type="text/html")
            response.set_cookie("cfid", asked["auctiondate"].replace("/", "-"))
            return response
        if request.cookies.get("cfid") != f"{SALE:%m-%d-%Y}":
            return web.json_response({"retHTML": "", "rlist": ""})
        return web.json_response(self._area(asked["area"], int(asked["bypasspage"])))

    def _month(self, stamp: str) -> str:
        month = date.fromisoformat(stamp[5:15])
        days = [day for day in (SALE, LATER) if (day.year, day.month) == (month.year, month.month)]
        return '<div class="CALBOX" dayid="01/01/2000"></div>' + "".join(
            f'<div class="CALBOX CALSELT" dayid="{day:%m/%d/%Y}">'
            f'<span class="CALSCH">{self.scheduled}</span></div>'
            for day in days
        )

    def _area(self, area: str, page: int) -> dict[str, str]:
        if area == "C":
            return {"retHTML": SOLD.format(sold=f"{SALE:%m/%d/%Y} 11:04 AM ET"), "rlist": "9"}
        pages = self.waiting if area == "W" else []
        shown = pages[min(page, len(pages)) - 1] if pages else []
        return {"retHTML": "".join(shown), "rlist": str(page) if page <= len(pages) else str(len(pages))}


@asynccontextmanager
async def serving(site: Calendar) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/robots.txt", site.robots_txt)
    app.router.add_get("/index.cfm", site.page)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        yield f"http://localhost:{server.port}/"
    finally:
        await server.close()


async def read(where: dict[str, Any], **options: Any) -> tuple[list[Record], LayerRows]:
    layer = {
        "type": "realauction",
        **where,
        "options": options,
        "kinds": {"foreclosures": {"case_number": "Case #"}},
    }
    county = {"name": "sample-fl", "state": "FL", "county_fips": "12095", "layers": {"auctions": layer}}
    async with open_layer(parse_county(county).layers[0], Reaching()) as rows:
        return [record async for record in rows], rows


async def test_every_auction_of_the_window_comes_once_with_what_its_item_says() -> None:
    async with serving(Calendar()) as url:
        records, rows = await read({"url": url}, days_ahead=30)
    assert (rows.incomplete, rows.warnings, rows.format) == (None, [], "realauction")
    cells = {record.cells["Case #"]: record.cells for record in records}
    assert list(cells) == [f"2024-CA-{n:06}-O" for n in (1, 2, 3, 9)]
    first = cells["2024-CA-000001-O"]
    assert {name: first[name] for name in ("Auction Date", "Area", "Auction Status", "Auction Type")} == {
        "Auction Date": SALE.isoformat(),
        "Area": "Waiting",
        "Auction Status": "Scheduled",
        "Auction Type": "FORECLOSURE",
    }
    assert (first["Property Address"], first["Property City"], first["Property ZIP"]) == (
        "12 E CHURCH ST",
        "MOUNT DORA",
        "32757",
    )
    assert (first["Final Judgment Amount"], first["Plaintiff Max Bid"]) == ("$412,000.55", "Hidden")
    assert "Property Address" not in cells["2024-CA-000002-O"]
    sold = cells["2024-CA-000009-O"]
    assert (sold["Auction Status"], sold["Sold To"], sold["Amount"], sold["Assessed Value"]) == (
        "Sold",
        "3rd Party Bidder",
        "$150,100.00",
        None,
    )


async def test_a_day_with_fewer_auctions_than_its_calendar_has_is_said() -> None:
    async with serving(Calendar(scheduled=6)) as url:
        _, rows = await read({"url": url}, days_ahead=30)
    assert rows.warnings == [f"{SALE}: 6 auctions are scheduled, and 4 are shown."]


async def test_a_site_that_shows_no_calendar_or_wants_no_robots_is_refused() -> None:
    async with serving(Calendar(maintenance=True)) as url:
        with pytest.raises(FetchError, match="localhost shows no calendar of auctions"):
            await read({"url": url})
    async with serving(Calendar(robots="User-agent: *\nDisallow: /")) as url:
        with pytest.raises(FetchError, match=r"robots\.txt"):
            await read({"url": url})


async def test_saved_pages_are_read_as_those_of_the_site(tmp_path: Path) -> None:
    (tmp_path / "2025-12-18.html").write_text(SOLD.format(sold="12/18/2025 11:04 AM ET"))
    (tmp_path / "other.html").write_text("<h1>nothing</h1>")
    records, rows = await read({"path": str(tmp_path)})
    assert [record.cells["Auction Date"] for record in records] == ["2025-12-18"]
    assert (records[0].cells["Area"], rows.incomplete) == ("Closed or canceled", None)
    assert [entry.why for entry in rows.skipped] == ["other.html: no auctions"]
