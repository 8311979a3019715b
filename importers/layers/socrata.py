"""Reads a data set of a Socrata portal by its SODA interface, in the order of its row ids."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from config.county.model import SocrataLayer
from config.errors import FetchError, LayerRefusedError
from importers.errors import ImportFileError
from importers.layers.answers import decoded
from importers.layers.rows import Asking
from importers.record import LATITUDE, LOCATION_KIND, LONGITUDE, SHAPE, Record, Skipped
from parsing.shapes import Place, place_of

_PLACES: Final = frozenset(
    {"point", "location", "polygon", "multipolygon", "line", "multiline", "multipoint"}
)


class SocrataRows:
    """One pass over a data set. It can be iterated over once; its account is complete after that."""

    format = "socrata"
    encoding: str | None = None

    def __init__(self, layer: SocrataLayer, ask: Asking) -> None:
        self._options, self._ask = layer.options, ask
        self._point = layer.point or "point"
        parts = urlsplit(str(layer.url))
        self._id = parts.path.rstrip("/").rpartition("/")[2].partition(".")[0]
        self._base = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        self._name = f"{parts.hostname}, data set {self._id}"
        self._fields: dict[str, str] = {}
        self._updated: Any = None
        self._faults = 0
        self.expected: int | None = None
        self.columns: list[str] = []
        self.dialect: dict[str, Any] = {"data_set": self._id}
        self.warnings: list[str] = []
        self.skipped: list[Skipped] = []
        self.incomplete: str | None = None

    @classmethod
    async def opened(cls, layer: SocrataLayer, ask: Asking) -> SocrataRows:
        """Ask a data set for its columns and its number of rows. Raises FetchError and ImportFileError."""
        rows = cls(layer, ask)
        rows._fields, rows._updated = await rows._about()
        rows.columns = [*rows._fields, LONGITUDE, LATITUDE, LOCATION_KIND, SHAPE]
        rows.expected = await rows._count()
        return rows

    async def __aiter__(self) -> AsyncIterator[Record]:
        number, edges = 0, list[Any]()
        try:
            while True:
                page = await self._page(number)
                if page and (page[0], page[-1]) == tuple(edges):
                    self._broken(f"{self._name}: the server gave the same page twice")
                    break
                edges = [dict(page[0]), dict(page[-1])] if page else []
                for row in page:
                    number += 1
                    yield Record(number, number, self._cells(row))
                if not page or (len(page) < self._options.page and number >= (self.expected or 0)):
                    break
            await self._verify(number)
        except (FetchError, ImportFileError) as error:
            if not number:
                raise
            self._broken(f"after {number:,} rows: {error.message}")
        if self._faults:
            self.warnings.append(f"Shapes without a place: {self._faults:,}.")

    async def _page(self, offset: int) -> list[dict[str, Any]]:
        options = self._options
        query = {"$limit": str(options.page), "$offset": str(offset), "$order": options.order}
        rows = await self._rows(query)
        if unknown := [
            name for name in (rows[0] if rows else {}) if name not in self._fields and name[0] != ":"
        ]:
            self._broken(f"{self._name} was changed while it was read: rows have {', '.join(unknown[:5])}")
        return rows

    def _cells(self, row: dict[str, Any]) -> dict[str, Any]:
        """The cells of a row; SODA leaves out what is null, which is not the same as no such column."""
        cells: dict[str, Any] = {name: row.get(name) for name in self._fields}
        cells.update(row)
        for name, kind in self._fields.items():
            if kind in _PLACES and (value := row.get(name)) is not None:
                self._place(cells, _placed(value))
                break
        return cells

    def _place(self, cells: dict[str, Any], place: Place) -> None:
        if place.point is not None:
            cells[LONGITUDE], cells[LATITUDE] = place.point
            cells[LOCATION_KIND] = (
                "centroid" if (place.shape or {}).get("type", "")[-7:] == "Polygon" else self._point
            )
        if place.shape is not None:
            cells[SHAPE] = place.shape
        self._faults += place.fault is not None

    async def _verify(self, received: int) -> None:
        """Count again: whether all rows came, and whether there are as many as before."""
        before, self.expected = self.expected, await self._count()
        fields, updated = await self._about()
        if before != self.expected:
            self._broken(
                f"{self._name} was changed while it was read: it had {before or 0:,} rows, "
                f"then {self.expected:,}"
            )
        elif self.expected != received:
            self._broken(f"{self._name} has {self.expected:,} rows, and {received:,} came")
        elif fields != self._fields or updated != self._updated:
            self._broken(f"{self._name} was changed while it was read")

    async def _about(self) -> tuple[dict[str, str], Any]:
        """Its columns with their types, and when its rows were last changed."""
        answer = await self._get(f"{self._base}/api/views/{self._id}.json")
        columns = answer.get("columns") if isinstance(answer, dict) else None
        if not isinstance(columns, list):
            raise ImportFileError(
                f"{self._name} is no data set", next_step="give its url: https://…/resource/abcd-1234.json"
            )
        fields = {str(each["fieldName"]): str(each.get("dataTypeName", "")) for each in columns}
        return {name: kind for name, kind in fields.items() if name[0] != ":"}, answer.get("rowsUpdatedAt")

    async def _count(self) -> int:
        rows = await self._rows({"$select": "count(*) as n"})
        try:
            return int(rows[0]["n"])
        except (LookupError, TypeError, ValueError) as error:
            raise LayerRefusedError(
                f"{self._name} does not say how many rows it has", url=self._base
            ) from error

    async def _rows(self, query: dict[str, str]) -> list[dict[str, Any]]:
        where = {} if self._options.where is None else {"$where": self._options.where}
        url = f"{self._base}/resource/{self._id}.json"
        rows = await self._get(f"{url}?{urlencode({**query, **where})}")
        if not isinstance(rows, list) or not all(row.__class__ is dict for row in rows):
            raise LayerRefusedError(f"{self._name} answered without rows", url=url)
        return rows

    async def _get(self, url: str) -> Any:
        found: list[Any] = []

        def check(body: bytes) -> None:
            found[:] = [decoded(body, url, self._name)]

        await self._ask.get(url, check)
        return found[0]

    def _broken(self, why: str) -> None:
        self.incomplete = self.incomplete or why


def _placed(value: Any) -> Place:
    """The place of a geo column: GeoJSON, or the older latitude and longitude."""
    if isinstance(value, dict) and "latitude" in value:
        value = {"type": "Point", "coordinates": [value.get("longitude"), value["latitude"]]}
    return place_of(value)
