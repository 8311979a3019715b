"""The auctions of a window of days, from a calendar's pages or from pages that somebody saved."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from config.clock import utc_now
from config.county.model import AuctionLayer
from config.errors import FetchError, LayerRefusedError, NotFoundError
from importers.errors import ImportFileError
from importers.layers.auctions.items import AREAS, CASE, COLUMNS, ITEM, expanded, items_of, sale_days
from importers.layers.rows import Asking
from importers.record import Record, Skipped

_MOST_PAGES: Final = 200
"""Pages of one area of one day."""
_SAVED: Final = (".html", ".htm", ".json")


class AuctionRows:
    """One pass over a calendar. It can be iterated over once; its account is complete after that."""

    format = "realauction"
    encoding: str | None = None

    def __init__(self, layer: AuctionLayer, ask: Asking | None = None) -> None:
        self._layer, self._ask = layer, ask
        parts = urlsplit(layer.url or "")
        self._base = urlunsplit((parts.scheme, parts.netloc, "/index.cfm", "", ""))
        self._name = str(parts.hostname)
        self._seen: set[str] = set()
        self.expected: int | None = None
        self.columns = list(COLUMNS)
        self.dialect: dict[str, Any] = {}
        self.warnings: list[str] = []
        self.skipped: list[Skipped] = []
        self.incomplete: str | None = None

    async def __aiter__(self) -> AsyncIterator[Record]:
        number = 0
        try:
            async for cells in self._items():
                wanted = self._layer.options.type
                if wanted and cells.get("Auction Type", wanted) != wanted:
                    continue
                number += 1
                self.columns.extend(name for name in cells if name not in self.columns)
                problem = None if cells.get(CASE) else f"auction {cells.get(ITEM)} has no case number"
                yield Record(number, number, cells, problem)
        except FetchError as error:
            if not number:
                raise
            self._broken(f"after {number:,} auctions: {error.message}")

    async def _items(self) -> AsyncIterator[dict[str, Any]]:
        if self._ask is None:
            for cells in self._saved():
                yield cells
            return
        days = await self._days(self._ask)
        for day, scheduled in sorted(days.items()):
            came = 0
            async for cells in self._of_day(self._ask, day):
                came += 1
                yield cells
            if not came:
                self._broken(f"{self._name}: the calendar has auctions on {day}, and its page shows none")
            elif scheduled is not None and came < scheduled:
                self.warnings.append(f"{day}: {scheduled} auctions are scheduled, and {came} are shown.")

    async def _days(self, ask: Asking) -> dict[date, int | None]:
        """The days with auctions within the window, from the calendar's months."""
        options = self._layer.options
        today = (utc_now() - timedelta(hours=12)).date()  # today or the day before, all over the US
        first, last = today - timedelta(options.days_back), today + timedelta(options.days_ahead)
        found: dict[date, int | None] = {}
        month = first.replace(day=1)
        while month <= last:
            stamp = f"{{ts '{month.isoformat()} 00:00:00'}}"
            html = await self._page(ask, zaction="USER", zmethod="CALENDAR", selCalDate=stamp)
            if "dayid" not in html:
                raise LayerRefusedError(
                    f"{self._name} shows no calendar of auctions",
                    url=self._base,
                    next_step="compare the layer's url with the site; saved pages are read by path",
                )
            found |= {day: count for day, count in sale_days(html).items() if first <= day <= last}
            month = (month + timedelta(31)).replace(day=1)
        return found

    async def _of_day(self, ask: Asking, day: date) -> AsyncIterator[dict[str, Any]]:
        """The auctions of one day: those on its page, then those that its areas load, page by page."""
        shown = day.strftime("%m/%d/%Y")
        html = await self._page(ask, zaction="AUCTION", Zmethod="PREVIEW", AUCTIONDATE=shown)
        for cells in self._new(html, day, None):
            yield cells
        for area in AREAS:
            before = ""
            for page in range(_MOST_PAGES):
                fragment, ids = await self._loaded(ask, area, page)
                if not fragment.strip() or ids == before:
                    break
                before = ids
                for cells in self._new(fragment, day, area):
                    yield cells
            else:
                self._broken(f"{self._name}, {day}: more than {_MOST_PAGES} pages of one area")

    async def _loaded(self, ask: Asking, area: str, page: int) -> tuple[str, str]:
        """One page of an area: its fragment and the ids of its auctions. The site keeps the day."""
        query = {"FNC": "LOAD", "AREA": area, "PageDir": "0", "doR": "1", "bypassPage": str(page + 1)}
        body = await self._page(ask, zaction="AUCTION", Zmethod="UPDATE", **query)
        fragment, ids = fragment_of(body)
        if fragment is None:
            raise LayerRefusedError(f"{self._name} answered without auctions", url=self._base)
        return fragment, ids

    async def _page(self, ask: Asking, **query: str) -> str:
        body = await ask.get(f"{self._base}?{urlencode(query, quote_via=quote)}")
        return body.decode("utf-8", "replace")

    def _new(self, html: str, day: date | None, area: str | None) -> Iterator[dict[str, Any]]:
        """The auctions that were not given yet: a page repeats what another of its day has."""
        for cells in items_of(html, day=day, area=area):
            key = f"{day} {cells[ITEM]}"
            if key not in self._seen:
                self._seen.add(key)
                yield cells

    def _saved(self) -> Iterator[dict[str, Any]]:
        """The auctions of saved pages: a file, or every page in a folder. Raises ImportFileError."""
        where = Path(str(self._layer.path))
        if not where.exists():
            raise NotFoundError(f"there is no file or folder {where}")
        files = [where]
        if where.is_dir():
            files = sorted(each for each in where.iterdir() if each.suffix.lower() in _SAVED)
        if not files:
            raise ImportFileError(f"{where} holds no saved page", next_step="save pages there as .html")
        for file in files:
            text = file.read_text("utf-8", "replace")
            fragment, _ = fragment_of(text)
            found = list(self._new(text if fragment is None else fragment, _named_day(file), None))
            if not found:
                self.skipped.append(Skipped(1, f"{file.name}: no auctions"))
            yield from found

    def _broken(self, why: str) -> None:
        self.incomplete = self.incomplete or why


def _named_day(file: Path) -> date | None:
    """The day that the name of a saved page begins with: 2025-12-18.html."""
    try:
        return date.fromisoformat(file.stem[:10])
    except ValueError:
        return None


def fragment_of(text: str) -> tuple[str | None, str]:
    """What an area's answer holds, written out, and the ids in it; None for what is no such answer."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(answer, dict) or not isinstance(answer.get("retHTML"), str):
        return None, ""
    return expanded(answer["retHTML"]), str(answer.get("rlist", ""))
